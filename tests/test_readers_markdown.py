"""Markdown: its marks taken off, front matter of every kind, and time that grows with the length only."""

import datetime as dt
import gc
import math
import time

import pytest
from index_helpers import ENGLISH

from index import article, readers
from index.errors import BadArticle
from index.readers import child, formats, markdown, plain, worker
from index.text import layout

TEXT = "The bridge over the river was opened on Monday, and it cost four million crowns."


def read(tmp_path, text, name="a.md"):
    (tmp_path / name).write_text(text)
    (one,) = readers.read(tmp_path / name)
    return one


def shown(text):
    return markdown._plain(text).strip()


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("See the [report](https://x.example/Tuna_(fish)) now", "See the report now"),
        ("[the annex][1] and [the map][] and [rules]\n\n[1]: http://x\n[The Map]: http://y", "the annex and the map and [rules]"),  # noqa: E501
        ("He said [sic] that [1] is", "He said [sic] that [1] is"),
        ("A note[^1].\n\n[^1]: It was late.", "A note.\n\n It was late."),
        ("Some <b>bold</b> words, <a href='x'>linked</a> &amp; more &lt;b&gt; AT&T &copy 5 < 6 > 4",
         "Some bold words, linked & more <b> AT&T &copy 5 < 6 > 4"),
        ("one<br>two", "one\ntwo"),
        ("The `code_of(x)` and ``two``", "The code_of(x) and two"),
        ("**bold**, __bold__, ***both***, *one* and _two_; 2 * 3 * 4; snake_case_name; ****",
         "bold, bold, both, one and two; 2 * 3 * 4; snake_case_name; ****"),
        ("**not closed and ** not this**", "**not closed and ** not this**"),
        ("[[Page|shown]] ![[pic.png]]==marked==", "shown marked"),
        ("A <!-- hidden --> word <script>x = 1</script> <!-- open", "A  word  <!-- open"),
    ],
)  # fmt: skip
def test_marks_are_taken_off_and_words_stay(raw, wanted):
    assert shown(raw) == wanted


def test_tables_without_outer_bars_are_rows():
    table = "Year | Cod\n--- | ---\n2023 | 12\n2024 | 15 <br> 16\n\nEither | or.\n\n| A | B |\n|---|---|\n| 1 | 2 |\n"  # noqa: E501
    draft = layout.draft(shown(table), "Fish")
    rows = [draft.text[one.start : one.end] for one in draft.blocks if one.kind == "row"]
    assert rows == ["2023: Cod 12", "2024: Cod 15 16", "1: B 2"]
    assert "Either | or.\n" in shown(table)


def test_front_matter_may_be_toml(tmp_path):
    front = '+++\ntitle = "A bridge"\ndate = 2024-03-04\nauthors = ["Ann Lee", "Bo Ray"]\nlastmod = 2024-03-06T10:00:00Z\n+++\n'  # noqa: E501
    made = article.of_source(read(tmp_path, f"{front}\n{TEXT}\n"), tmp_path / "a.md")
    assert (made.title, made.published, made.authors) == (
        "A bridge",
        dt.date(2024, 3, 4),
        ("Ann Lee", "Bo Ray"),
    )
    assert made.updated.date == dt.date(2024, 3, 6)
    assert made.text == TEXT
    assert "+++" in read(tmp_path, f"+++\nno toml\n+++\n\n{TEXT}\n").text


def test_lastmod_is_when_it_was_changed_and_a_source_may_be_an_address(tmp_path):
    one = read(
        tmp_path,
        f"---\ndate: 2024-03-04\nlastmod: 2024-03-06\nsource: https://x.example/a\n---\n\nA\n\n{TEXT}\n",
    )
    made = article.of_source(one, tmp_path / "a.md")
    assert (made.updated.date, made.outlet, made.url) == (dt.date(2024, 3, 6), None, "https://x.example/a")


def test_front_matter_too_long_for_yaml_is_read_line_by_line(tmp_path, monkeypatch):
    text = f"---\ntitle: A\nauthors:\n  - Ann Lee\n---\n\n{TEXT}\n"
    assert read(tmp_path, text).meta == {"title": "A", "authors": "Ann Lee"}
    monkeypatch.setattr(markdown, "_LONGEST_FRONT", 10)
    (one,) = markdown.parse(text.encode(), {})
    assert one.meta == {"title": "A"}


# Limits

# What a pattern may begin with at every place of a long text, and never comes to an end.
HARD = {
    "strong": "**" + "a " * 20_000,
    "strong words": "**a " * 10_000,
    "underscores": "__a " * 10_000,
    "stars": "*" * 40_000 + "a",
    "star, underscore": "a*_" * 13_000,
    "a long line": "a" * 40_000,
    "spaces": "a" + " " * 40_000 + "b",
    "comments": "<!-- a " * 6_000,
    "scripts": "<script a " * 4_000,
    "tags": "<b " * 13_000,
    "links": "[a](" * 10_000,
    "open links": "[a](x(y) " * 5_000,
    "labels": "[a][" * 10_000,
    "labels and one": "[a]: x\n" + "[a][" * 10_000,
    "wiki": "[[a|" * 10_000,
    "footnotes": "[^a" * 13_000,
    "backticks": "`" * 40_000 + "a",
    "backticks apart": "`a\n" * 13_000,
    "equals": "==a " * 10_000,
    "rule": "- " * 20_000 + "x",
    "rule of spaces": "-" + " " * 40_000 + "x",
    "column rule": "a | b\n" + " " * 40_000 + "x | -",
    "entities": "&a" * 20_000,
    "quotes": "> " * 20_000 + "a",
    "front": "---\n" + "a " * 20_000 + "\n---\nb",
    "front of spaces": "---\na" + " " * 40_000 + "b\n---\nb",
    "front open": "---\n" + "---  x\n" * 6_000,
    "lines": "a\n\n" * 13_000,
}  # fmt: skip


@pytest.fixture
def uncollected():
    """How long a garbage collection takes is up to all that the process holds."""
    gc.disable()
    yield
    gc.enable()


def seconds(text):
    best = math.inf
    for _ in range(3):
        started = time.process_time()
        front = plain.split_header(text)
        markdown._plain(front.text)
        if found := markdown._FRONT.match(text):
            markdown._yaml_lines(found.group(1))
        best = min(best, time.process_time() - started)
    return best


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("name", HARD)
def test_time_grows_with_the_length_and_not_with_its_square(name):
    text = HARD[name]
    front, _, tail = text.rpartition("\n---\n") if text.startswith("---\na") else ("", "", "")
    longer = f"---\n{front[4:] * 4}\n---\n{tail}" if front else text * 4
    # Four times the length: sixteen times the time if it were the square.
    assert seconds(longer) < 9 * max(seconds(text), 0.02)


@pytest.mark.clock
@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("name", HARD)
def test_time_of_laying_out_grows_with_the_length(name):
    def laid_out(text):
        best = math.inf
        for _ in range(3):
            started = time.process_time()
            layout.draft(text)
            best = min(best, time.process_time() - started)
        return best

    text = f"{TEXT}\n\n{HARD[name]}"
    assert laid_out(text * 4) < 9 * max(laid_out(text), 0.05)


def test_text_and_markdown_are_read_where_they_can_be_stopped(tmp_path):
    for name in ("a.txt", "a.md"):
        (tmp_path / name).write_text(ENGLISH)
        with child.Child(seconds=0.0) as impatient, pytest.raises(BadArticle, match="not read within 0 s"):
            list(impatient.read(tmp_path / name, {}))


def test_a_long_text_is_laid_out_where_it_can_be_stopped(tmp_path, monkeypatch):
    def forever(*_args):
        raise TimeoutError("it would take too long")

    monkeypatch.setattr(article, "of_source", forever)
    request = {"path": str(tmp_path / "a.txt"), "options": {}, "began": time.process_time()}
    monkeypatch.setattr(worker, "_allow", lambda *_args: None)
    (tmp_path / "a.txt").write_text(ENGLISH)
    assert len(list(worker._replies(request))) == 1
    (tmp_path / "a.txt").write_text(f"{TEXT}\n\n" * (worker.LONG // len(TEXT)))
    with pytest.raises(TimeoutError):
        list(worker._replies(request))


def test_formats_say_what_to_do_with_a_larger_file():
    said = [formats.of(name).fix for name in ("a.txt", "a.html", "a.csv")]
    assert said == ["split it into one file an article", "save it smaller", "split it"]
