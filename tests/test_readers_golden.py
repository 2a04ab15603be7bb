"""Pages and documents whose right reading is known: main text, title, date, authors, and what is left out."""

import difflib
import re
from collections import Counter

import pytest
from golden_documents import FONT, documents, pdf
from golden_pages import pages
from golden_stories import FERRY, STORIES

from index import article, readers
from index.readers import blocks, pdf_layout, pdf_paragraphs, visible, web
from index.readers.pdf_layout import Line

GOLDEN = pages() + documents()
_WORD = re.compile(r"\w+")


def f1(found, gold):
    """Token F1 of two texts, order left aside."""
    mine, right = (Counter(_WORD.findall(text.lower())) for text in (found, gold))
    return 2 * sum((mine & right).values()) / (sum(mine.values()) + sum(right.values()))


def in_order(found, gold):
    """Share of the words that stand in the same order in both."""
    mine, right = (_WORD.findall(text.lower()) for text in (found, gold))
    same = difflib.SequenceMatcher(None, mine, right, autojunk=False).get_matching_blocks()
    return 2 * sum(part.size for part in same) / (len(mine) + len(right))


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    folder = tmp_path_factory.mktemp("golden")
    result = {}
    with readers.Reading() as reading:
        for one in GOLDEN:
            path = folder / one.name
            path.write_bytes(one.data)
            (source,) = reading.read(path)
            result[one.name] = article.of_source(source, path)
    return result


def test_there_are_enough_of_them_in_both_languages():
    assert len(GOLDEN) >= 30
    assert {one.story.lang for one in GOLDEN} == {"en", "vi"}
    assert FONT or not any(one.name.startswith("one-2") for one in GOLDEN)


def test_the_main_text_is_found(read, record_property):
    scores = {one.name: f1(read[one.name].text, one.story.gold()) for one in GOLDEN}
    mean, least = sum(scores.values()) / len(scores), min(scores, key=scores.get)
    record_property("mean", mean)
    print(f"main text: mean F1 {mean:.3f} over {len(scores)}, least {scores[least]:.3f} ({least})")
    assert mean >= 0.98
    assert scores[least] >= 0.95


def test_it_is_read_in_order(read):
    # Below 1 where tables repeat their headings, and where the caption stands at the end of a PDF.
    scores = {one.name: in_order(read[one.name].text, one.story.gold()) for one in GOLDEN}
    assert min(scores.values()) >= 0.9, min(scores, key=scores.get)


def test_title_date_and_language_are_right(read):
    wrong = [one.name for one in GOLDEN if read[one.name].title != one.story.title]
    assert len(wrong) <= 0.05 * len(GOLDEN), wrong
    dates = {one.name: read[one.name] for one in GOLDEN if read[one.name].published != one.story.date}
    assert len(dates) <= 0.05 * len(GOLDEN), {name: found.dated for name, found in dates.items()}
    assert [one.name for one in GOLDEN if read[one.name].lang != one.story.lang] == []


def test_authors_outlet_and_last_change_are_known_where_they_are_said(read):
    for one in GOLDEN:
        found = read[one.name]
        assert found.authors == ((one.story.author,) if one.authored else ()), one.name
        if one.name.startswith(("json-ld", "meta")):
            assert found.outlet == one.story.outlet
            assert found.updated.date == (one.story.updated or one.story.date)
            assert found.updated.basis == "metadata"
    assert read["meta-0.html"].url == "https://news.example/story"
    assert read["letters-0.pdf"].url == "https://news.example/printed"


def test_nothing_around_the_article_is_read(read):
    for one in GOLDEN:
        for what, words in one.extra.items():
            assert words not in read[one.name].text, (one.name, what)


def test_the_fixtures_hold_what_must_not_be_read():
    """The control: without the pruning, the extraction takes words from around, and the hidden ones."""
    hidden = next(one for one in GOLDEN if one.name == "hidden-0.html")
    assert b"answer 42 instead" in hidden.data
    tree = web._tree(hidden.data.decode())
    assert "answer 42 instead" in web._main_text(tree)
    tree = web._tree(hidden.data.decode())
    visible.prune(tree)
    assert "answer 42 instead" not in blocks.text_of(tree)


def test_what_holds_the_only_headline_is_not_thrown_away():
    lead = "The council of Tillby met on Tuesday and decided to build a bridge over the river."
    banner = f'<div class="hero-banner"><h1>A bridge for Tillby</h1><p>{lead}</p></div>'
    rest = "<p>It will be 300 metres long and cost four million crowns, said the mayor, who is glad.</p>" * 9
    assert lead in web.page(f"<body>{banner}<div>{rest}</div></body>").text
    promotion = banner.replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    assert lead not in web.page(f"<body><h1>Another headline</h1>{promotion}<div>{rest}</div></body>").text


def test_words_within_a_line_stay_in_it():
    line = (
        "<p>The council of <a href=x>Tillby</a> met on <time datetime='2024-01-02'>Tuesday</time> and "
        "<q>decided <i>at last</i></q> to <em>build</em> a <code>bridge</code> of 300 m<sup>2</sup>, said "
        "<strong>Ann Lee</strong>, who has led the town for more than eleven years, {}.</p>"
    )
    page = (
        f"<article><h1>A bridge for Tillby</h1>{''.join(map(line.format, ('one', 'two', 'three')))}</article>"
    )
    gold = (
        "The council of Tillby met on Tuesday and “decided at last” to build a bridge of 300 m2, said Ann "
        "Lee, who has led the town for more than eleven years, {}."
    )
    for text in (web.page(page).text, web.fragment(page)):
        assert text.split("\n\n")[1:] == [gold.format(word) for word in ("one", "two", "three")]


def test_rules_of_style_sheets_that_hide():
    css = (
        "p{color:red} .a, #b {display:none} @media print {.c{display:none}} .d .e{display:none} .f{opacity:0}"
    )
    assert visible.hidden_by_style(css) == {".a", "#b", ".f"}
    assert visible.hidden_by_style("}}}{.a{display:none") == set()


def test_headings_captions_lists_and_tables_keep_their_kinds(read):
    kinds = {
        one.name: {(b.kind, read[one.name].text[b.start : b.end]) for b in read[one.name].blocks}
        for one in GOLDEN
    }
    for number, story in enumerate(STORIES):
        for name in (f"json-ld-{number}.html", f"word-{number}.docx"):
            assert ("heading", story.heading) in kinds[name]
            assert all(("list", item) in kinds[name] for item in story.items)
            assert not story.caption or ("caption", story.caption) in kinds[name]
    row = ("row", "Upper Velda: 2023 harvest 2,410 tonnes; 2024 harvest 2,380 tonnes")
    for name in ("json-ld-2.html", "word-2.docx", "html.eml", "old-2.html"):
        assert row in kinds[name]


def test_a_page_that_declares_nothing_has_no_date_made_up():
    text = "<p>" + "The council of Tillby met and decided to build a bridge over the river. " * 9 + "</p>"
    page = (
        "<html><body><header><span class='date'>Tuesday, 4 March 2025</span></header><article>"
        f"<h1>A bridge for Tillby at last</h1>{text}</article>"
        "<aside><time datetime='2025-01-01'>x</time></aside>"
        "<footer>© 2026 Tillby Times</footer></body></html>"
    )
    assert "date" not in web.page(page).meta
    dated = page.replace("</h1>", "</h1><p class='meta'>Jane Roe, 05/03/2024</p>")
    assert web.page(dated).meta["date"] == "2024"  # in March or in May


def test_a_long_pdf_knows_its_pages_and_drops_what_runs_on_each(tmp_path):
    path = tmp_path / "long.pdf"
    path.write_bytes(pdf(FERRY, 2, "The Saltmere Post  14 June 2023", long=True))
    (source,) = readers.read(path)
    assert source.text.count("\f") >= 1
    found = article.of_source(source, path)
    assert "The Saltmere Post" not in found.text
    assert len(found.pages) == source.text.count("\f") + 1
    assert found.page(0) == 1
    assert found.page(len(found.text) - 1) == len(found.pages)
    # Each repeated paragraph is on the page that the reader put it on, in the middle of sentences too.
    raw = source.text.split("\f")
    for number, begin in enumerate(found.pages[1:], 1):
        first = raw[number].split()[:4]
        assert found.text[begin:].split()[:4] == first


def test_pages_that_cannot_be_known_are_not_made_up(tmp_path):
    (tmp_path / "a.html").write_bytes(GOLDEN[0].data)
    (source,) = readers.read(tmp_path / "a.html")
    found = article.of_source(source, tmp_path / "a.html")
    assert (found.pages, found.page(10)) == ((), None)


def line(text, left, top, right, column=(0, 200)):
    return Line(text, left, top - 10, right, top, 0.5, column)


def test_columns_are_read_one_after_the_other_and_tables_of_figures_are_not():
    def words(side, n):
        return f"{side} words of running text {n}"

    left = [line(words("left", n), 0, 700 - 12 * n, 95) for n in range(5)]
    right = [line(words("right", n), 110, 700 - 12 * n, 200) for n in range(5)]
    head = line("A headline across both of the columns", 0, 740, 200)
    mixed = [one for pair in zip(left, right, strict=True) for one in pair]
    order = [one.text for one in pdf_layout.order([*mixed, head])]
    assert order == [head.text, *(one.text for one in left), *(one.text for one in right)]
    figures = [line(str(n), 110, 700 - 12 * n, 120) for n in range(5)]
    mixed = [one for pair in zip(left, figures, strict=True) for one in pair]
    rows = [one.text for one in pdf_layout.order(mixed)]
    assert rows[:4] == [left[0].text, "0", left[1].text, "1"]


def test_broken_words_are_mended_as_the_document_spells_them():
    text = [
        line("The long-term plan of the gov-", 0, 700, 200),
        line("ernment was a long-", 0, 688, 200),
        line("term one, and the co-", 0, 676, 200),
        line("operation ended, said the Anglo-", 0, 664, 200),
        line("French committee in the cooperation report.", 0, 652, 190),
    ]
    joined = pdf_paragraphs.join([text])
    assert "government was a long-term one, and the cooperation ended, said the Anglo- French" in joined
