"""Books with short chapters, tables without marks, old fonts saved as Unicode, days to come."""

import datetime as dt
import io

import pytest
from golden_documents import zipped
from index_helpers import VIETNAMESE
from test_readers_parts import to_tcvn3, to_vni

from index import article, readers
from index.errors import BadArticle
from index.readers import book, formats
from index.text import dates, layout

SENTENCE = "A man of 41 died when his boat sank off the island. "


def epub(*bodies):
    items = "".join(
        f'<item id="d{n}" href="{n}.xhtml" media-type="application/xhtml+xml"/>' for n in range(len(bodies))
    )
    spine = "".join(f'<itemref idref="d{n}"/>' for n in range(len(bodies)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>The Week</dc:title></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"  # noqa: E501
    )
    members = {
        "META-INF/container.xml": b'<container><rootfiles><rootfile full-path="p.opf"/></rootfiles></container>',  # noqa: E501
        "p.opf": package.encode(),
    }
    members |= {f"{n}.xhtml": f"<html><body>{body}</body></html>".encode() for n, body in enumerate(bodies)}
    return zipped(members)


def test_short_chapters_are_articles_and_shorter_ones_words_of_the_book():
    data = epub(
        "<p>For my mother.</p>",
        f"<h1>First</h1><p>{SENTENCE * 5}</p>",
        f"<h1>In brief</h1><p>{SENTENCE}</p>",
        "<p>&#160;</p>",
        "<p>The end.</p>",
    )
    found = list(book.parse(data, {}))
    assert [(one.meta["title"], one.part) for one in found] == [("First", "2"), ("In brief", "3")]
    assert found[0].text.endswith("\n\nFor my mother.")
    assert found[1].text == f"{SENTENCE.strip()}\n\nThe end."


def test_a_book_of_short_words_only_is_one_article():
    (one,) = book.parse(epub("<p>For my mother.</p>", "<p>The end.</p>"), {})
    assert (one.text, one.meta["title"]) == ("For my mother.\n\nThe end.", "The Week")
    with pytest.raises(BadArticle, match="no article in it"):
        list(formats.parse("a.epub", epub("<p> </p>"), {}))


# Tables


def rows(fill):
    """The lines of a Word document whose only table was filled by `fill`."""
    import docx

    document = docx.Document()
    fill(document)
    out = io.BytesIO()
    document.save(out)
    (one,) = formats.parse("a.docx", out.getvalue(), {})
    return one.text.split("\n\n")


def table(document, *lines):
    made = document.add_table(rows=len(lines), cols=len(lines[0]))
    for number, line in enumerate(lines):
        for at, words in enumerate(line):
            made.cell(number, at).text = words
    return made


def test_headers_of_two_levels_are_stacked():
    def fill(document):
        made = table(document, ["Region", "2024", "", "2025", ""], ["", "Votes", "Seats", "Votes", "Seats"],
                     ["North", "10", "1", "20", "2"], ["South", "30", "3", "", ""])  # fmt: skip
        made.cell(0, 0).merge(made.cell(1, 0))
        made.cell(0, 1).merge(made.cell(0, 2))
        made.cell(0, 3).merge(made.cell(0, 4))
        made.cell(3, 3).merge(made.cell(3, 4)).text = "none"

    assert rows(fill) == [
        "| North: 2024 Votes 10; 2024 Seats 1; 2025 Votes 20; 2025 Seats 2",
        "| South: 2024 Votes 30; 2024 Seats 3; 2025 Votes none",
    ]


def test_a_name_of_the_table_across_it_is_a_caption_and_a_merged_first_cell_names_its_rows():
    def fill(document):
        made = table(document, ["Votes", "", ""], ["Region", "Town", "Votes"], ["North", "Oslo", "7"], ["", "Bodø", "8"],  # noqa: E501
                     ["Both", "", ""])  # fmt: skip
        made.cell(0, 0).merge(made.cell(0, 2))
        made.cell(2, 0).merge(made.cell(3, 0))
        made.cell(4, 0).merge(made.cell(4, 2))

    caption, *others = rows(fill)
    assert "Votes" in caption
    assert others == ["| North: Town Oslo; Votes 7", "| North: Town Bodø; Votes 8", "| Both"]


def test_a_table_that_only_places_texts_keeps_their_paragraphs():
    long = SENTENCE.strip() + " " + SENTENCE * 6
    assert rows(lambda document: table(document, [f"Title\n{SENTENCE}\n{SENTENCE}"])) == [
        "Title", SENTENCE.strip(), SENTENCE.strip()
    ]  # fmt: skip
    beside = rows(lambda document: table(document, ["Việt", "English"], [f"vi {long}", f"en {long}"]))
    assert [one[:7].split()[0] for one in beside] == ["Việt", "vi", "English", "en"]
    labelled = rows(lambda document: table(document, ["2019", long], ["2020", "Short."]))
    assert labelled == ["2019", long.strip(), "2020", "Short."]


def test_lines_of_figures_are_rows_and_what_names_their_columns_is_no_heading():
    text = (
        "The catch was above that of the year before.\n\nYear Tuna Squid\n\n2022 3,100 220\n\n2023 3,840 310\n\n"  # noqa: E501
        "It is expected to grow.\n\nWhat comes next\n\nIt was 12 in 2023 220\n\nThe end of it.\n"
    )
    draft = layout.draft(text, "Catch")
    kinds = [(one.kind, draft.text[one.start : one.end]) for one in draft.blocks]
    assert kinds[1:4] == [("row", "Year Tuna Squid"), ("row", "2022 3,100 220"), ("row", "2023 3,840 310")]
    assert ("heading", "What comes next") in kinds
    assert ("paragraph", "It was 12 in 2023 220") in kinds


# Old fonts


@pytest.mark.parametrize(("encode", "name"), [(to_tcvn3, "TCVN3 (ABC)"), (to_vni, "VNI")])
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_text_for_old_fonts_that_was_saved_as_unicode_is_converted(tmp_path, encode, name, suffix):
    title, text = (encode(words).decode("cp1252") for words in ("Cầu mới", VIETNAMESE))
    as_shown = f"Title: {title}\n\n{text}"
    (tmp_path / f"a{suffix}").write_text(as_shown, encoding="utf-8")
    (one,) = readers.read(tmp_path / f"a{suffix}")
    assert one.meta["note"] == f"converted from {name}"
    assert one.meta["title"] == "Cầu mới"
    assert VIETNAMESE.split("\n")[2] in one.text
    made = article.of_source(one, tmp_path / f"a{suffix}")
    assert made.lang == "vi"


# Days to come


@pytest.mark.parametrize(
    ("said", "wanted"),
    [("2099-01-01", False), ("2026-12-02", False), ("2026-12-01", True), ("2026-11-30T23:00:00Z", True), ("2027", False),  # noqa: E501
     ("4070908800", False), ("no date", True)],
)  # fmt: skip
def test_programs_are_not_believed_about_days_to_come(monkeypatch, said, wanted):
    now = dt.date(2026, 11, 30)
    assert dates.is_to_come(said, now) is not wanted
    monkeypatch.setattr(formats, "today", lambda: now)
    data = f'date,updated,text\n{said},{said},"{SENTENCE}"\n'.encode()
    (one,) = formats.parse("a.csv", data, {})
    assert ("date" in one.meta, "updated" in one.meta) == (wanted, wanted)


def test_people_are_believed_about_days_to_come(monkeypatch):
    monkeypatch.setattr(formats, "today", lambda: dt.date(2026, 11, 30))
    for name in ("a.md", "a.txt"):
        (one,) = formats.parse(name, f"Title: A\nDate: 2031-05-04\n\n{SENTENCE}".encode(), {})
        assert one.meta["date"] == "2031-05-04"
    (one,) = formats.parse("a.zip", zipped({"a.md": f"Date: 2031-05-04\n\n{SENTENCE}".encode()}), {})
    assert one.meta["date"] == "2031-05-04"
