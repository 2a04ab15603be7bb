"""Articles in two languages: each block in its own, and a short quotation in none of its own."""

from dataclasses import replace

import pytest
from index_helpers import ARTICLES, ENGLISH, ROOT, VIETNAMESE

from index import Library, article, readers
from index.embed import HashEmbedder
from index.records import Block
from index.text import sentences, spoken
from rag.evidence.sources import select
from rag.question import understand
from rag.saying.compose import citation

EN = (
    "Harbour City and Lam Port signed a freight agreement on Tuesday. Under it a ferry will carry 300 "
    "lorries a day from June, and both sides will share the cost of the new quay.",
    'Mayor Anna Reed said: "We have waited for this for ten years." The first ferry is being built in the '
    "yard of Lam Port and will be ready in the spring, which is earlier than was planned.",
)
VI = (
    "Thành phố Cảng và cảng Lam ký thỏa thuận vận tải hôm thứ Ba. Theo đó, từ tháng 6 mỗi ngày một chuyến "
    "phà sẽ chở 300 xe tải, và hai bên cùng chia sẻ chi phí xây dựng cầu cảng mới.",
    "Thị trưởng Anna Reed cho biết hai bên đã chờ đợi điều này suốt mười năm. Chuyến phà đầu tiên đang được "
    "đóng tại xưởng của cảng Lam và sẽ hoàn thành vào mùa xuân, sớm hơn so với kế hoạch.",
)
QUOTE_VI = "“Chúng tôi đã chờ đợi cây cầu này suốt mười năm, và hôm nay là một ngày vui,” ông Bình nói."
QUOTE_EN = "“We have waited for this bridge for ten years, and it is a happy day for all of us,” she said."


def made(*paragraphs, title="", tmp=ROOT):
    return article.of_text("\n\n".join(paragraphs), tmp / "a.txt", meta={"title": title})


def languages(one):
    return [block.lang or one.lang for block in one.blocks]


@pytest.mark.parametrize(("first", "second"), [(EN, VI), (VI, EN)])
def test_a_press_release_in_both_has_two_halves(first, second):
    one = made(*first, *second, title="Ferry")
    own = "en" if first is EN else "vi"
    other = "vi" if own == "en" else "en"
    assert languages(one) == [own, own, other, other]
    assert [one.lang_at(one.text.index(part)) for part in (*first, *second)] == [own, own, other, other]
    assert (one.lang_at(0), one.lang_at(len(one.text) - 1)) == (own, other)


def test_an_interview_in_the_other_language(tmp_path):
    ask = "What will the ferry cost?"
    answer = (
        "It will cost us 40 million USD, and that is a third less than the bridge that was planned. "
        "We will pay for it from the tolls, so nobody has to pay more taxes than before."
    )
    one = made(*VI, ask, answer, VI[0].replace("300", "400"), title="Phỏng vấn thị trưởng")
    assert (one.lang, languages(one)) == ("vi", ["vi", "vi", "en", "en", "vi"])


@pytest.mark.parametrize(
    ("paragraphs", "main"),
    [
        ((EN[0], QUOTE_VI, EN[1]), "en"),
        ((VI[0], QUOTE_EN, VI[1]), "vi"),
        ((EN[0], "Công ty Cổ phần Tập đoàn Vàng bạc Đá quý Sài Gòn", "Nguyễn Văn Bình", EN[1]), "en"),
        ((VI[0], "Harbour City Dockers and Ferry Company of the North", VI[1]), "vi"),
        ((VI[0], "- Toyota Motor\n- Ford\n- Hyundai Thanh Cong", VI[1]), "vi"),
        ((EN[0], f"{EN[1]} {QUOTE_VI}"), "en"),
        ((VI[0], f"{VI[1]} {QUOTE_EN}"), "vi"),
        ((QUOTE_VI, *EN), "en"),
        ((QUOTE_EN, *VI), "vi"),
        ((QUOTE_VI, QUOTE_EN), "vi"),
    ],
)
def test_quotations_and_names_do_not_switch(paragraphs, main):
    one = made(*paragraphs, title="Ferry")
    one = replace(one, lang=main, blocks=spoken.marked(one.text, one.blocks, main))
    assert languages(one) == [main] * len(one.blocks)


def test_where_every_word_counts_a_quotation_would_switch(monkeypatch):
    """The control of what stands above."""
    monkeypatch.setattr(spoken, "LEAST", 1)
    assert languages(made(EN[0], QUOTE_VI, EN[1], title="Ferry")) == ["en", "vi", "en"]


def test_what_nothing_speaks_for_goes_with_what_stands_before():
    one = made(*EN, *VI, "VNA – AFP", title="Ferry")
    assert languages(one)[-1] == "vi"
    short = made("Toyota, Ford, Hyundai", *VI, title="Phà")
    assert languages(short) == ["vi"] * 3


def corpora():
    return sorted([*(ROOT / "eval" / "corpus").glob("*.md"), *(ROOT / "eval" / "islands").glob("*.md")])


def others(paths):
    found = [article.of_source(one, path) for path in paths for one in readers.read(path)]
    assert len(found) >= len(paths) > 0
    return [(one.file, block) for one in found for block in one.blocks if block.lang]


def test_articles_in_one_language_have_no_other():
    assert others(corpora()) == []


@pytest.mark.articles
@pytest.mark.skipif(not ARTICLES.is_dir(), reason="the articles do not lie beside the project")
def test_real_articles_in_one_language_have_no_other():
    assert others(sorted(ARTICLES.glob("*.txt"))) == []


def test_in_one_language_blocks_say_nothing_of_it():
    for text in (ENGLISH, VIETNAMESE):
        assert {block.lang for block in made(text).blocks} == {None}


@pytest.fixture
def library(tmp_path):
    news = tmp_path / "news"
    news.mkdir()
    (news / "both.md").write_text("# Ferry\n\n" + "\n\n".join([*EN, *VI]))
    (news / "bridge.txt").write_text(ENGLISH)
    (news / "cau.txt").write_text(VIETNAMESE)
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(news)
        yield library


def halves(library):
    return {part.lang: part for part in library.passages("both.md")}


def test_each_half_is_searched_in_its_language(library):
    one = library.get("both.md")
    parts = library.passages(one.id)
    assert [part.lang for part in parts] == ["en", "vi"]
    boundary = one.text.index(VI[0])
    assert all(part.end < boundary or part.start >= boundary for part in parts)
    assert all(one.text[part.start : part.end] == part.text for part in parts)
    assert {span for part in parts for span in part.sentences} == set(library.sentences(one.id))
    for lang, question in (
        ("en", "How many lorries will the ferry carry?"),
        ("vi", "phà chở bao nhiêu xe tải"),
    ):
        first = library.search(question)[0]
        assert (first.article.file, first.passage.lang) == ("both.md", lang)
        only = library.search(question, lang=lang)
        assert {hit.passage.lang for hit in only} == {lang}
        assert "both.md" in {hit.article.file for hit in only}
    assert library.stats()["languages"] == {"en": 1, "vi": 2}
    assert library.verify() == []


def test_the_whole_article_in_one_language_would_hide_a_half(library, tmp_path, monkeypatch):
    """The control: as before, the English half is not among what is English."""
    monkeypatch.setattr(article.spoken, "marked", lambda text, blocks, main: tuple(blocks))
    with Library.open(tmp_path / "plain", HashEmbedder()) as plain:
        plain.add(tmp_path / "news")
        assert {part.lang for part in plain.passages("both.md")} == {"vi"}
        found = plain.search("How many lorries will the ferry carry?", lang="en")
        assert "both.md" not in {hit.article.file for hit in found}


def test_a_quotation_is_in_the_language_of_its_words(library):
    for lang, question in (
        ("en", "How many lorries will the ferry carry each day?"),
        ("vi", "Mỗi ngày phà chở bao nhiêu xe tải?"),
    ):
        sources, lines = select(understand(question), library)
        best = next(one for one in sources if one.article.file == "both.md" and one.lang == lang)
        assert "300" in best.text
        assert {line.lang for line in best.lines} == {lang}
        assert citation(1, best, best.start, best.end).lang == lang
        assert {line.lang for line in lines if line.article.file == "both.md"} == {"en", "vi"}


def test_another_main_language_leaves_the_halves(library):
    before, parts = library.get("both.md"), library.passages("both.md")
    made = library.correct("both.md", lang="en")
    assert (before.lang, made.lang) == ("vi", "en")
    assert languages(made) == languages(before) == ["en", "en", "vi", "vi"]
    assert library.passages("both.md") == parts
    assert library.correct("both.md", reset=["lang"]) == before
    assert library.passages("both.md") == parts


def test_an_article_without_blocks_is_in_its_language():
    assert replace(made(ENGLISH), blocks=()).lang_at(5) == "en"
    text = "One. Hai."
    two = replace(made(ENGLISH), text=text, blocks=(Block("paragraph", 0, 4), Block("list", 5, 9, "vi")))
    assert [two.lang_at(at) for at in (0, 4, 5, 8)] == ["en", "en", "vi", "vi"]
    assert len(sentences.split_blocks(text, two.blocks)) == 2
