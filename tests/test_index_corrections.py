"""What somebody corrected of an article: kept, seen at once, first in rank, and taken back."""

import datetime as dt
import json
import sqlite3

import numpy as np
import pytest
from index_helpers import ENGLISH, VIETNAMESE

from index import Library
from index.embed import HashEmbedder
from index.errors import BadCorrection, Damaged, Locked, NotFound
from index.records import Correction, Dated
from index.store import schema
from index.store.lock import held
from rag.evidence.sources import select
from rag.question import understand
from rag.saying.compose import citation

TITLE = "Toll booths open on the Lam"


class Counting(HashEmbedder):
    """Counts the texts that are embedded."""

    def __init__(self):
        super().__init__()
        self.texts = []

    def passages(self, texts):
        self.texts += texts
        return super().passages(texts)


@pytest.fixture
def news(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "bridge.txt").write_text(ENGLISH)
    (folder / "cau.txt").write_text(VIETNAMESE)
    return folder


@pytest.fixture
def library(tmp_path, news):
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(news)
        yield library


def stored(library):
    """Return every passage with its words and its vector, without their keys."""
    with library._reader.snapshot() as connection:
        return connection.execute(
            "SELECT id, lang, context, vector, sha, exact, folded"
            " FROM passage JOIN words ON words.rowid = key ORDER BY article, start"
        ).fetchall()


def files(hits):
    return {hit.article.file for hit in hits}


def test_every_field_is_corrected_at_once_and_the_original_stays_visible(library):
    before = library.get("bridge.txt")
    made = library.correct(
        "bridge.txt", outlet=" The  Star ", date="2021-05", authors="Anna Reed; Bo Ray", title=TITLE
    )
    assert made == library.get("bridge.txt") == next(iter(library.articles()))
    assert (made.id, made.text, made.blocks) == (before.id, before.text, before.blocks)
    assert (made.title, made.outlet, made.authors) == (TITLE, "The Star", ("Anna Reed", "Bo Ray"))
    assert (made.published, made.dated.label(), made.dated.basis) == (None, "2021-05", "given")
    assert made.corrections == (
        Correction("title", TITLE, before.title),
        Correction("outlet", "The Star", None),
        Correction("date", "2021-05", before.dated.label()),
        Correction("authors", "Anna Reed; Bo Ray", None),
    )
    assert library.verify() == []
    assert library.correct("bridge.txt", reset=("title", "outlet", "date", "authors")) == before


def test_filters_know_it_in_a_process_that_reads_already(library, tmp_path):
    with Library.open(tmp_path / "library", HashEmbedder()) as reader:
        assert files(reader.search("bridge", outlet="The Star", until="2019")) == set()
        assert "bridge.txt" not in files(reader.search("bridge until:2020"))
        library.correct("bridge.txt", outlet="The Star", date="2019-07-01")
        assert files(reader.search("bridge", outlet="the star")) == {"bridge.txt"}
        assert files(reader.search("bridge until:2020")) == {"bridge.txt"}
        assert reader.search("bridge until:2020")[0].article == library.get("bridge.txt")
        assert (reader.stats()["first"], reader.stats()["outlets"]) == ("2019-07-01", ["The Star"])
        library.correct("bridge.txt", reset=["date", "outlet"])
        assert files(reader.search("bridge until:2020")) == set()


def test_cards_and_values_over_time_bear_it_at_once(library, tmp_path):
    question = understand("What did the bridge cost?")

    def card(reader):
        source = next(one for one in select(question, reader)[0] if one.article.file == "bridge.txt")
        return citation(1, source, source.start, source.end)

    with Library.open(tmp_path / "library", HashEmbedder()) as reader:
        before = card(reader)
        assert (before.outlet, before.dated) == (None, "2021-05-04")
        library.correct("bridge.txt", title=TITLE, outlet="The Star", date="2019-07-01")
        after = card(reader)
        assert (after.title, after.outlet, after.published, after.dated) == (
            TITLE,
            "The Star",
            "2019-07-01",
            "2019-07-01",
        )
        library.correct("bridge.txt", date="2019-07")
        assert (card(reader).published, card(reader).dated) == (None, "2019-07")
        library.correct("bridge.txt", reset=["title", "outlet", "date"])
        assert card(reader) == before


def test_a_title_is_found_and_only_its_passages_are_embedded_anew(tmp_path, news):
    embedder = Counting()
    folder = tmp_path / "library"
    with Library.open(folder, embedder) as library, Library.open(folder, HashEmbedder()) as reader:
        library.add(news)
        was = stored(library)
        reader.search("bridge")  # has its view
        embedder.texts.clear()
        library.correct("bridge.txt", outlet="The Star", date="2020")
        assert embedder.texts == []
        library.correct("bridge.txt", title=TITLE)
        parts = library.passages("bridge.txt")
        assert embedder.texts == [f"{part.context}\n{part.text}" for part in parts]
        assert {part.context.split("\n")[0] for part in parts} == {TITLE}
        assert "Next steps" in {part.context.split("\n")[-1] for part in parts}
        # As if the file had said so from the start, in the store, in a view that follows and in a new one.
        other = news.parent / "other"
        other.mkdir()
        (other / "cau.txt").write_text(VIETNAMESE)
        (other / "bridge.txt").write_text(ENGLISH.replace(ENGLISH.split("\n")[0], TITLE))
        with Library.open(tmp_path / "fresh", HashEmbedder()) as fresh:
            fresh.add(other)
            assert [row[2:4] for row in sorted(stored(fresh), key=lambda row: row[3])] == [
                row[2:4] for row in sorted(stored(library), key=lambda row: row[3])
            ]
            expected = [(hit.passage.text, hit.score) for hit in fresh.search("booths Lam")]
        for one in (library, reader, Library.open(folder, HashEmbedder())):
            found = one.search("booths Lam")
            assert [(hit.passage.text, hit.score) for hit in found] == expected
            assert found[0].lexical
        library.correct("bridge.txt", reset=["title"])
        assert stored(library) == was
        assert not reader.search("booths")[0].lexical


def test_a_view_that_keeps_old_vectors_would_be_seen(library):
    """The control: the view's vectors after a correction are the store's, and were not before it."""
    library.search("bridge")
    before = library._view.index
    rows = len(before.ids)
    library.correct("bridge.txt", title=TITLE)
    library.search("bridge")
    assert len(library._view.index.ids) == rows + len(library.passages("bridge.txt"))
    for key, vector in library._reader._connection.execute("SELECT key, vector FROM passage"):
        scores, ids = library._view.index.search(
            np.frombuffer(vector, "<f4")[None].copy(), 1, library._view._owner >= 0
        )
        assert (int(ids[0, 0]), round(float(scores[0, 0]), 4)) == (key, 1.0)


def test_another_language_moves_its_passages_to_the_other_search(library, tmp_path):
    (tmp_path / "short.txt").write_text("Porto thua\n\nPorto thua Benfica.")
    library.add(tmp_path / "short.txt")
    before = library.get("short.txt")
    assert files(library.search("Porto thua lang:vi")) == {"cau.txt"}
    made = library.correct("short.txt", lang="vi")
    assert (made.lang, made.id) == ("vi", before.id)
    assert files(library.search("Porto thua lang:vi")) == {"cau.txt", "short.txt"}
    assert "short.txt" not in files(library.search("Porto thua lang:en"))
    assert library.stats()["languages"] == {"en": 1, "vi": 2}
    assert library.verify() == []
    assert library.correct("short.txt", reset=["lang"]) == before


def test_it_survives_the_file_again_its_update_a_rename_and_a_rebuild(library, news):
    library.correct("bridge.txt", title=TITLE, date="2021-05-04")
    again = library.add(news)
    assert (again.unchanged, again.updated) == (2, 0)
    first = library.get("bridge.txt")
    assert (first.title, first.published.isoformat()) == (TITLE, "2021-05-04")
    # Changed: another article, of which the same is said.
    (news / "bridge.txt").write_text(ENGLISH.replace("120", "130").replace("third bridge", "new bridge"))
    assert library.add(news).updated == 1
    second = library.get("bridge.txt")
    assert second.id != first.id
    assert (second.title, second.published) == (TITLE, first.published)
    assert second.corrections[0].original == "Harbour City opens its new bridge"
    assert all(part.context.startswith(TITLE) for part in library.passages("bridge.txt"))
    assert library.search("booths")[0].lexical
    library.rebuild(embed=True)
    assert library.get("bridge.txt") == second
    (news / "bridge.txt").rename(news / "moved.txt")
    library.add(news)
    library.prune([news])
    assert (library.get("moved.txt").title, library.get("moved.txt").id) == (TITLE, second.id)
    assert library.verify() == []
    # Removed, it leaves nothing behind.
    library.remove("moved.txt")
    library.add(news)
    assert library.get("moved.txt").corrections == ()


def test_of_articles_in_one_file_each_keeps_its_own(library, tmp_path):
    stories = [
        {"id": str(n), "title": f"Ferry {n}", "text": f"The ferry {n} sank on Monday."} for n in (1, 2)
    ]
    (tmp_path / "all.jsonl").write_text("\n".join(map(json.dumps, stories)))
    library.add(tmp_path / "all.jsonl")
    library.correct("all.jsonl#1", outlet="The Star")
    stories[0]["text"] += " Nobody was hurt."
    stories[1]["text"] += " It was old."
    (tmp_path / "all.jsonl").write_text("\n".join(map(json.dumps, stories)))
    assert library.add(tmp_path / "all.jsonl").updated == 2
    assert [library.get(f"all.jsonl#{n}").outlet for n in (1, 2)] == ["The Star", None]


def test_a_copy_shares_it_and_a_known_article_keeps_what_is_said_of_it(library, news):
    library.correct("bridge.txt", outlet="The Star")
    (news / "a-copy.txt").write_text(ENGLISH)
    library.add(news)
    assert library.get("a-copy.txt").outlet == "The Star"
    (news / "bridge.txt").write_text(VIETNAMESE)  # what another file says already
    library.add(news)
    assert library.get("bridge.txt").outlet is None
    assert library.get("a-copy.txt").outlet == "The Star"


def test_it_counts_before_all_else_and_what_is_under_it_shows_when_it_is_reset(library, news):
    """Correction, then `--date` and such, then the sidecar, then the file."""

    def when():
        found = library.get("page.md")
        return found.title, found.outlet, found.lang, found.dated.label(), found.authors

    page = news / "page.md"
    page.write_text("---\ntitle: Of the file\ndate: 2020-01-01\n---\n\n" + ENGLISH.split("\n\n", 1)[1])
    library.add(page)
    assert when() == ("Of the file", None, "en", "2020-01-01", ())
    (news / "articles.toml").write_text(
        '["page.md"]\ntitle = "Of the sidecar"\noutlet = "Side"\ndate = 2020-02-02\nauthors = ["Ann Lee"]\n'
    )
    library.add(page)
    assert when() == ("Of the sidecar", "Side", "en", "2020-02-02", ("Ann Lee",))
    library.correct("page.md", title=TITLE, outlet="Mine", date="2019", lang="vi", authors="Bo Ray")
    corrected = (TITLE, "Mine", "vi", "2019", ("Bo Ray",))
    assert when() == corrected
    library.add(page, date=dt.date(2020, 3, 3), outlet="Option", lang="en")
    assert when() == corrected
    originals = {one.field: one.original for one in library.get("page.md").corrections}
    assert originals == {
        "title": "Of the sidecar",
        "outlet": "Option",
        "date": "2020-03-03",
        "lang": "en",
        "authors": "Ann Lee",
    }
    library.correct("page.md", reset=list(originals))
    assert when() == ("Of the sidecar", "Option", "en", "2020-03-03", ("Ann Lee",))


def test_export_import_and_snapshots_carry_it(library, tmp_path):
    plain = library.digest
    library.correct("bridge.txt", title=TITLE, date="2019")
    said = library.digest
    assert said != plain  # answers are others
    library.export(tmp_path / "whole.rag")
    kept = library.snapshot()
    library.correct("bridge.txt", reset=["title", "date"])
    assert library.digest == plain
    with Library.open(tmp_path / "elsewhere", HashEmbedder()) as other:
        assert other.import_(tmp_path / "whole.rag").digest == said
        assert other.get("bridge.txt").title == TITLE
        assert other.search("booths")[0].lexical
        assert other.verify() == []
    library.restore(kept.path.stem)
    assert library.get("bridge.txt").dated == Dated(library.get("bridge.txt").dated.date, "year", "given")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"date": "2021-02-29"}, "'2021-02-29' is not a date; write it as 2025-12-31, 2025-12 or 2025"),
        ({"date": "20210504"}, "'20210504' is not a date"),
        ({"date": "2021-W18-2"}, "'2021-W18-2' is not a date"),
        ({"date": "2021-13"}, "'2021-13' is not a date"),
        ({"date": "4 May 2021"}, "'4 May 2021' is not a date"),
        ({"date": ""}, "date '' says nothing\nback to what the file says: --reset date"),
        ({"outlet": " "}, "outlet ' ' says nothing"),
        ({"title": "—"}, "title '—' says nothing"),
        ({"authors": " ; "}, "authors ' ; ' says nothing"),
        ({"lang": "fr"}, "'fr' is no language of the library\nwrite en or vi"),
        ({}, "nothing to correct"),
        ({"reset": ["url"]}, "'url' cannot be reset"),
        ({"reset": ["title"], "title": "A"}, "title is to be 'A' and to be reset"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(library, wrong, says):
    before, meta = stored(library), library.stats()
    with pytest.raises(BadCorrection) as error:
        library.correct("bridge.txt", **({"outlet": "The Star"} | wrong if wrong else {}))
    assert says in str(error.value)
    assert error.value.exit_code == 2
    assert (stored(library), library.stats()) == (before, meta)


def test_unknown_articles_and_another_writer_are_named(library, tmp_path):
    with pytest.raises(NotFound, match="no article 'nothing'"):
        library.correct("nothing", outlet="The Star")
    with held(tmp_path / "library"), pytest.raises(Locked):
        library.correct("bridge.txt", outlet="The Star")
    assert library.get("bridge.txt").corrections == ()


def test_the_same_again_is_no_change(library):
    library.correct("bridge.txt", outlet="The Star", date="2020")
    generation = library.stats()["generation"]
    library.correct("bridge.txt", outlet="The Star", date="2020")
    library.correct("bridge.txt", reset=["lang"])
    assert library.stats()["generation"] == generation


def test_a_failure_on_the_way_leaves_all_as_it_was(library, monkeypatch):
    before = stored(library)

    def broken(part):
        raise MemoryError

    monkeypatch.setattr("index.store.store.words_of", broken)
    with pytest.raises(MemoryError):
        library.correct("bridge.txt", title=TITLE, date="2020")
    monkeypatch.undo()
    assert stored(library) == before
    assert library.get("bridge.txt").corrections == ()


def test_a_forged_correction_is_found(library, tmp_path):
    library.correct("bridge.txt", outlet="The Star")
    connection = sqlite3.connect(tmp_path / "library" / schema.DATABASE)
    connection.execute("UPDATE correction SET value = 'The Sun'")
    connection.commit()
    connection.close()
    assert library.verify() == [
        f"a correction of {library.get('bridge.txt').id} (outlet) does not match its checksum"
    ]
    library.export(tmp_path / "whole.rag")
    with Library.open(tmp_path / "elsewhere", HashEmbedder()) as other, pytest.raises(Damaged):
        other.import_(tmp_path / "whole.rag")
