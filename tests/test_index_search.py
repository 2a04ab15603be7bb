import datetime as dt
import sqlite3

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_helpers import ENGLISH, VIETNAMESE

from index import Library
from index.embed import HashEmbedder
from index.search import hybrid as search
from index.text import lexical


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("news")
    (folder / "bridge.txt").write_text(ENGLISH)
    (folder / "cau.txt").write_text(VIETNAMESE)
    (folder / "hoa.txt").write_text(
        "Hoà Bình khánh thành nhà máy\n\nTỉnh Hoà Bình mở nhà máy thuỷ điện ở Đà Nẵng năm 2020.\n"
    )
    (folder / "fish.md").write_text(
        "---\ntitle: Fish exports rise\ndate: 2022-06-01\noutlet: Sea Times\n---\n\nNorway sold 5,608 tonnes of fish.\n"  # noqa: E501
    )
    with Library.open(tmp_path_factory.mktemp("library"), HashEmbedder()) as library:
        library.add(folder)
        yield library


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hoà", "hòa"),
        ("thuỷ", "thủy"),
        ("khoẻ", "khỏe"),
        ("5,608", "5.608"),
        ("16.7", "16,7"),
        ("Đà", "đà"),
        ("Ha\u0300", "hà"),
    ],
)
def test_two_ways_of_writing_are_one_token(one, other):
    assert lexical.tokens(one) == lexical.tokens(other)


def test_different_words_stay_different():
    words = ["ma", "má", "mà", "mả", "mã", "mạ", "mâ", "mấ"]
    assert len({lexical.tokens(word)[0] for word in words}) == len(words)
    assert {lexical.folded_tokens(word)[0] for word in words} == {"ma"}
    assert lexical.folded_tokens("Đường Nẵng") == ["duong", "nang"]


def test_common_words_do_not_cross_and_names_do():
    found = lexical.crossing_tokens("How much did Widodo say the 16.7 billion to ASEAN a year?")
    assert found == ["widodo", "16p7", "asean"]
    assert lexical.crossing_tokens("Widodo nói gì?") == ["widodo"]  # a name may come first
    assert lexical.crossing_tokens("Ai nói gì?") == lexical.crossing_tokens("What was said?") == []


def _bm25(texts: list[str], question: str) -> list[float]:
    words = sqlite3.connect(":memory:")
    words.execute(
        'CREATE VIRTUAL TABLE words USING fts5(exact, folded, tokenize = "unicode61 remove_diacritics 0")'
    )
    for number, text in enumerate(texts):
        pair = (" ".join(lexical.tokens(text)), " ".join(lexical.folded_tokens(text)))
        words.execute("INSERT INTO words (rowid, exact, folded) VALUES (?, ?, ?)", (number, *pair))
    found = dict(lexical.scores(words, lexical.query(question, "vi")))
    return [found.get(number, 0.0) for number in range(len(texts))]


@pytest.mark.parametrize("question", ["Thương mại với Úc?", "thuong mai voi Uc?"])
def test_vietnamese_words_are_pairs_of_syllables(question, monkeypatch):
    """ "thương" and "mại" of other words are not "thương mại" (trade), marked or not."""
    texts = [
        "Người bị thương ở Úc được khuyến mại một suất, mại dâm và thương tật tăng.",
        "Việt Nam và các nước châu Á bàn về thương mại, đầu tư, lao động tại Úc.",
        "Trời mưa.",
    ]
    apart, together, nothing = _bm25(texts, question)
    assert together > apart > nothing == 0
    monkeypatch.setattr("index.text.lexical._pairs", lambda everything, kept: [])
    apart, together, _ = _bm25(texts, question)
    assert apart > together  # what single syllables say


HOSTILE = ['"', "'", "a AND", "NOT", "NEAR(a b", "col:x", "*", "a*", "(", ")", "-", "^a", "{exact} : x", '" OR 1=1 --',  # noqa: E501
           "a" * 100_000, "\x00", "\ud800", "exact : (", "a\nb", "😀", "ﷺ", "٣٤", "²", "1,2,3.4.5"]  # fmt: skip  # noqa: E501


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_queries_do_no_harm(library, query):
    library.search(query, 3)


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_query_is_answered(library, query):
    assert len(library.search(query, 4)) <= 4


def test_raw_text_as_a_query_would_break():
    """The control: what the quoting is for."""
    import sqlite3

    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(exact)")
    for query in ('"', "a AND", "NEAR(a b", "("):
        with pytest.raises(sqlite3.OperationalError):
            connection.execute("SELECT * FROM words WHERE words MATCH ?", (query,)).fetchall()


@pytest.mark.parametrize(
    ("query", "file"),
    [
        ("toll for lorries", "bridge.txt"),
        ("phí qua cầu của xe tải", "cau.txt"),
        ("phi qua cau cua xe tai", "cau.txt"),  # typed without marks
        ("nhà máy thủy điện Hòa Bình", "hoa.txt"),
        ("nha may o Da Nang", "hoa.txt"),
        ("5.608 tonnes", "fish.md"),
    ],
)
def test_the_right_passage_comes_first(library, query, file):
    assert library.search(query, 3)[0].article.file == file


def test_both_languages_are_among_the_first(library):
    for query in ("What did the bridge over the Lam River cost?", "Cây cầu qua sông Lam có vốn bao nhiêu?"):
        hits = library.search(query, 6)
        own = "en" if query.isascii() else "vi"
        assert [hit.article.lang for hit in hits[:3]].count(own) == 2
        assert hits[0].article.lang == own
        assert len({hit.passage.id for hit in hits}) == len(hits)


def test_filters(library):
    assert {hit.article.lang for hit in library.search("bridge", 9, lang="vi")} == {"vi"}
    assert {hit.article.file for hit in library.search("bridge", 9, outlet="sea times")} == {"fish.md"}
    assert {hit.article.file for hit in library.search("bridge", 9, since=dt.date(2022, 1, 1))} == {"fish.md"}
    found = {hit.article.file for hit in library.search("bridge", 20, until=dt.date(2021, 12, 31))}
    assert found == {"bridge.txt", "cau.txt", "hoa.txt"}
    assert library.search("bridge", 9, since=dt.date(2030, 1, 1)) == []


def test_same_question_same_hits(library):
    assert library.search("bridge toll cầu 120", 9) == library.search("bridge toll cầu 120", 9)


def test_nothing_is_asked_nothing_is_found(library):
    assert library.search("") == library.search(" ?! ") == library.search("bridge", 0) == []


def test_fusion_by_hand():
    # cosines .9 .7 .5 stretch to 1, .5, 0; BM25 4 and 2 to 0, 1, .5; weight 0.5 is one third of the whole
    found = search.fuse({1: 0.9, 2: 0.7, 3: 0.5}, {2: 4.0, 3: 2.0}, 0.5)
    assert [(one.key, one.score) for one in found] == [
        (1, pytest.approx(2 / 3)),
        (2, pytest.approx(0.5 * 2 / 3 + 1 / 3)),
        (3, pytest.approx(0.5 / 3)),
    ]
    assert [one.key for one in search.fuse({5: 0.4, 4: 0.4}, {}, 0.5)] == [4, 5]


def test_an_article_that_is_found_lifts_its_other_passages():
    found = [search.Found(key, score, None, None) for key, score in ((1, 1.0), (2, 0.5), (3, 0.4), (4, 0.3))]
    article = {1: "a", 2: "b", 3: "a", 4: "b"}
    # 1 + .3, .5 + .15, .4 + .3, .3 + .15; the scores stay what they are
    assert [(one.key, one.score) for one in search.by_article(found, article)] == [
        (1, 1.0),
        (3, 0.4),
        (2, 0.5),
        (4, 0.3),
    ]
    alone = {
        1: "a",
        2: "b",
        3: "c",
        4: "d",
    }  # the control: of one passage each, the order is that of the scores
    assert search.by_article(found, alone) == found


def test_near_copies_collapse_and_changed_numbers_and_words_do_not(tmp_path):
    text = (
        "Trade between the two harbours of the north and the cities of the south reached {} million dollars last "  # noqa: E501
        "year, said the minister of the sea, and more ships will sail from both harbours soon {}.\n"
    )
    for number, (amount, end) in enumerate([(15, "again"), (15, "again,"), (15, "anew"), (18, "again")]):
        (tmp_path / f"{number}.txt").write_text(f"Harbour trade grows\n\n{text.format(amount, end)}")
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(sorted(tmp_path.glob("*.txt")))
        found = [hit.passage.text for hit in library.search("trade between the harbours", 9)]
    assert len(found) == 3
    assert any("18 million" in text for text in found)
    assert any("anew" in text for text in found)


def test_a_question_that_was_just_asked_is_not_embedded_again(library):
    class Counting(HashEmbedder):
        asked = 0

        def queries(self, texts):
            self.asked += len(texts)
            return super().queries(texts)

    counting = Counting()
    with Library.open(library.folder, counting) as again:
        first = again.search("ferry")
        vectors = again.question_vectors("ferry")
        before = counting.asked
        assert again.search("ferry") == first
        np.testing.assert_array_equal(again.question_vectors("ferry")["en"], vectors["en"])
        assert counting.asked == before > 0
        again.search("bridge")
        assert counting.asked == before + 1
