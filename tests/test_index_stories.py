"""Groups of near-copies in a library: found, kept right, and shown as one in a search."""

import datetime as dt
import sqlite3

import pytest
from wire_stories import COURIER, ECHO, HERALD, WIRE, page, press, write

from index import Library, near, stories
from index.embed import HashEmbedder
from index.errors import NotFound

STORY = ["courier.md", "echo.md", "herald.md", "wire.md"]


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(press(tmp_path / "news"))
        yield library


def named(library):
    """Return the groups by names of files."""
    files = {one.id: one.file for one in library.articles()}
    return sorted({tuple(sorted(files[name] for name in group)) for group in library.groups().values()})


def outlets(found):
    return [one.outlet for one in found]


def test_copies_are_one_group_and_nothing_else_is(library):
    assert named(library) == [tuple(STORY)]
    wire = library.get("wire.md").id
    assert library.groups([wire])[wire] == library.groups()[wire]
    assert library.groups([library.get("week1.md").id]) == {}
    assert library.verify() == []


def test_the_order_of_adding_does_not_matter(library, tmp_path):
    with Library.open(tmp_path / "again", HashEmbedder()) as again:
        for path in reversed(press(tmp_path / "news")):
            again.add(path)
        assert again.groups() == library.groups()


def test_removing_and_updating_keep_groups_right(library, tmp_path):
    library.remove("herald.md")
    assert named(library) == [("courier.md", "echo.md", "wire.md")]
    assert library.verify() == []
    path = tmp_path / "news" / "courier.md"
    path.write_text(page("The fish market in Halden has a new roof of glass.", "A roof", "Courier"))
    library.add(path)
    assert named(library) == [("echo.md", "wire.md")]
    path.write_text(page(COURIER, "Port grows", "Courier"))
    library.add(path)
    assert named(library) == [("courier.md", "echo.md", "wire.md")]
    library.remove(["wire.md", "echo.md"])
    assert named(library) == []
    assert library.verify() == []


def test_copies_of_copies_are_a_group_until_the_one_between_goes(tmp_path):
    paragraphs = WIRE.split("\n\n")
    files = {
        "a": "\n\n".join(paragraphs[:3]),
        "b": WIRE,
        "c": "\n\n".join(paragraphs[3:]),
    }
    assert not near.copies(near.sketch(files["a"]), near.sketch(files["c"]))
    paths = write(tmp_path / "news", **{name: page(text, name) for name, text in files.items()})
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(paths)
        assert named(library) == [("a.md", "b.md", "c.md")]
        library.remove("b.md")
        assert named(library) == []
        assert library.verify() == []


def test_groups_travel_and_are_made_anew(library, tmp_path):
    library.export(tmp_path / "whole.rag")
    with Library.open(tmp_path / "elsewhere", HashEmbedder()) as other:
        other.import_(tmp_path / "whole.rag")
        assert other.groups() == library.groups()
        assert other.verify() == []
    before = library.groups(), library.digest
    library.rebuild()
    assert (library.groups(), library.digest) == before


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DELETE FROM bucket WHERE rowid_", "is not filed"),
        ("UPDATE bucket SET bucket = bucket + 1 WHERE rowid_", "is not filed"),
        ("DELETE FROM copy", "were counted"),
        ("DELETE FROM copy WHERE article < other", "noted as near-copies wrongly"),
        ("INSERT INTO copy SELECT a.id, b.id FROM article a, article b WHERE a.title = 'Dockers stop work'"
         " AND b.title = 'Port grows'", "noted as near-copies wrongly"),
    ],
)  # fmt: skip
def test_verify_sees_damage_and_rebuild_repairs_it(library, damage, said):
    groups = library.groups()
    one = "bucket = (SELECT min(bucket) FROM bucket)"
    connection = sqlite3.connect(library.folder / "corpus.db")
    connection.execute(damage.replace("rowid_", one))
    connection.commit()
    connection.close()
    assert any(said in problem for problem in library.verify())
    library.rebuild()
    assert library.verify() == []
    assert library.groups() == groups


def test_an_article_that_was_not_stored_leaves_no_trace(library, tmp_path, monkeypatch):
    """Filing is part of the article's transaction."""

    def rows():
        connection = sqlite3.connect(library.folder / "corpus.db")
        try:
            return [
                connection.execute(f"SELECT * FROM {name}").fetchall() for name in ("bucket", "copy", "meta")
            ]
        finally:
            connection.close()

    before = rows()
    real = stories.file

    def fails(*args):
        real(*args)
        raise OSError(5, "I/O error")

    monkeypatch.setattr(stories, "file", fails)
    [path] = write(tmp_path / "more", more=page(WIRE + "\n\nThe end.", "Once more", "Third Post"))
    with pytest.raises(OSError, match="I/O"):
        library.add(path)
    assert rows() == before
    monkeypatch.undo()
    library.add(path)
    assert rows() != before


def test_what_is_compared_does_not_grow_with_the_library(tmp_path, monkeypatch):
    """Forms that fill their buckets are passed over, and of the rest the closest are compared."""
    monkeypatch.setattr(stories, "FULL", 8)
    monkeypatch.setattr(stories, "COMPARED", 4)
    compared = []
    real = near.copies
    monkeypatch.setattr(near, "copies", lambda *two: compared.append(1) or real(*two))
    counts = []
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        for number in range(30):
            form = f"Report {number}: {WIRE.replace('340', str(1000 + number))} Signed by clerk {number * 7}."
            [path] = write(tmp_path / "news", **{f"n{number:02}": page(form, f"Report {number}")})
            compared.clear()
            library.add(path)
            counts.append(len(compared))
        assert max(counts) <= 4
        assert library.verify() == []


# --- shown


def test_a_passage_that_copies_share_is_one_hit_that_names_them(library):
    hits = library.search("When does the town council vote on the access road?", 8, lang="en")
    held = [hit for hit in hits if "votes on the access road" in hit.passage.text]
    assert held
    first = held[0]
    assert first.article.file == "wire.md"  # published first
    said = set(
        stories.said(library._reader._connection, first.article.id, first.passage.start, first.passage.end)
    )
    for one in first.also:
        article = library.get(one.article)
        assert said <= set(stories.said(library._reader._connection, article.id))
        assert (one.outlet, one.published) == (article.outlet, article.published)
    # Nothing that is left says no more than the others do.
    for hit in held[1:]:
        more = {library.get(hit.article.id).text[s.start : s.end] for s in hit.passage.sentences}
        assert not all(text in first.passage.text for text in more)


def test_collapsing_loses_no_sentence(tmp_path, library, monkeypatch):
    """Whatever the copies say is still said by some hit, the changed figure and the changed word too."""

    def texts(hits):
        return {
            near.statement(hit.article.text[s.start : s.end], s.start)
            for hit in hits
            for s in hit.passage.sentences
        }

    hits = library.search("Belmara terminal port", 50, lang="en")
    with monkeypatch.context() as patched:
        patched.setattr("index.search.hybrid._one_voice", lambda found, told: found)
        everything = library.search("Belmara terminal port", 50, lang="en")
    assert len(hits) < len(everything)
    assert texts(hits) == texts(everything)
    shown = " ".join(hit.passage.text for hit in hits)
    for said in ("340 million", "360 million", "rose by 7", "fell by 7"):
        assert said in shown


def test_where_else_a_sentence_was_printed(library):
    wire = library.get("wire.md")

    def also(words):
        at = wire.text.index(words)
        return outlets(library.also(wire.id, at, at + len(words)))

    assert also("Residents of the old quarter fear noise at night.") == [
        "Kesterholm Courier", "The Herald", "Evening Echo"
    ]  # fmt: skip
    assert also("The terminal costs 340 million USD.") == [
        "The Herald",
        "Evening Echo",
    ]
    assert also("Traffic in the port rose by 7 percent last year.") == ["Kesterholm Courier", "The Herald"]
    week = library.get("week1.md")
    assert library.also(week.id, 0, 60) == ()


def test_an_exact_copy_of_another_outlet_is_named_too(tmp_path):
    paths = write(
        tmp_path / "news",
        a=page(WIRE, "Same", "Continental Wire", "2025-05-06"),
        b=page(WIRE, "Same", "The Herald", "2025-05-07"),
        c=page(WIRE, "Same", "Continental Wire", "2025-05-06"),
    )
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(paths)
        [article] = library.articles()
        assert outlets(library.also(article.id, 0, 50)) == ["The Herald"]
        assert library.groups() == {}


def test_an_exact_copy_is_found_by_every_outlet_and_file_that_has_it(tmp_path):
    """It is one article, as the earliest file tells it, whichever came in first."""
    a, b = write(
        tmp_path / "news",
        a=page(WIRE, "Same", "The Herald", "2025-05-07"),
        b=page(WIRE, "Same", "Continental Wire", "2025-05-06"),
    )
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(a)
        assert [hit.article.outlet for hit in library.search("terminal", outlet="Continental Wire")] == []
        assert library.search("terminal", outlet="The Herald")
        library.add(b)
        for outlet in ("continental wire", "The Herald"):
            [*hits] = library.search("terminal", outlet=outlet)
            assert {hit.article.file for hit in hits} == {"b.md"}
            assert {tuple(outlets(hit.also)) for hit in hits} == {("The Herald",)}
        assert not library.search("terminal", outlet="Evening Echo")
        assert library.outlets() == library.stats()["outlets"] == ["Continental Wire", "The Herald"]
        [article], [entry] = library.articles(), library.catalogue()
        assert article == library.get("a.md") == library.get("b.md") == library.newest(1)[0]
        assert (
            (article.outlet, article.others)
            == (entry.outlet, entry.others)
            == (
                "Continental Wire",
                ("The Herald",),
            )
        )
        assert article.published == entry.published == dt.date(2025, 5, 6)
        assert entry.file == "b.md"
        corrected = library.correct(article.id, outlet="Wire Service")
        assert (corrected.outlet, corrected.others) == ("Wire Service", ("The Herald",))
        assert library.outlets() == ["The Herald", "Wire Service"]
        b.unlink()
        library.prune([tmp_path / "news"])
        assert library.get("a.md").others == ()
        with pytest.raises(NotFound):
            library.get("b.md")
        assert library.verify() == []


@pytest.mark.parametrize("dates", [("2025-05-09", "2025-05-06"), (None, "2025-05-06"), ("2025-05-06", None)])
def test_the_first_published_stands_for_all(tmp_path, dates):
    """Both have the same passages, so whichever is best, the dated or earlier one is shown at its place."""
    paths = write(
        tmp_path / "news",
        a=page(WIRE, "Belmara terminal port access road", "A", dates[0]),
        b=page(WIRE, "Plans", "B", dates[1]),
    )
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(paths)
        hits = library.search("Belmara terminal port access road", 9)
    first = "B" if dates[0] != "2025-05-06" else "A"
    assert {hit.article.outlet for hit in hits} == {first}
    assert all(outlets(hit.also) == ["A" if first == "B" else "B"] for hit in hits)


def test_passages_of_copies_alike_but_for_a_word_both_stay(tmp_path):
    """As long as they are copies: elsewhere passages of nine common words in ten are one."""
    text = f"{WIRE.splitlines()[0]} {{}} {WIRE.splitlines()[2]}"
    rose = text.format("Traffic in the port and in both of its basins on the northern shore rose by a fifth.")
    paths = write(tmp_path / "news", a=page(rose, "A"), b=page(rose.replace("rose", "fell"), "B"))
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(paths)
        assert named(library) == [("a.md", "b.md")]
        shown = " ".join(hit.passage.text for hit in library.search("traffic in the port", 9))
    assert "rose by a fifth" in shown
    assert "fell by a fifth" in shown


def test_a_copy_that_is_filtered_out_stands_for_none(library):
    hits = library.search("When does the town council vote on the access road?", 8, outlet="The Herald")
    assert {hit.article.outlet for hit in hits} == {"The Herald"}
    assert any("Continental Wire" in outlets(hit.also) for hit in hits)


def test_herald_and_echo_differ_from_the_wire_as_they_are_meant_to():
    assert near.copies(near.sketch(HERALD), near.sketch(ECHO))
