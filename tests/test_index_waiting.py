"""Articles that wait for their vectors: corrected meanwhile, in two languages, copies of one another."""

import pytest
from index_helpers import ENGLISH, VIETNAMESE
from test_index_spoken import EN, VI

from index import Library, meaning
from index.embed import HashEmbedder
from index.search import view
from rag.evidence.cues import Board
from rag.evidence.sources import find
from rag.question import understand

TITLE = "Toll booths open on the Lam"


class Noting(HashEmbedder):
    """Notes the texts that it embeds, and does something else before the first."""

    def __init__(self, meddle=lambda: None):
        super().__init__()
        self.meddle = meddle
        self.texts = []

    def passages(self, texts):
        meddle, self.meddle = self.meddle, lambda: None
        meddle()
        self.texts += texts
        return super().passages(texts)

    def queries(self, texts):
        return HashEmbedder().passages(texts)


@pytest.fixture
def news(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "bridge.txt").write_text(ENGLISH)
    (folder / "both.md").write_text("# Ferry\n\n" + "\n\n".join([*EN, *VI]))
    (folder / "short.txt").write_text("Porto thua\n\nPorto thua Benfica.")  # taken for English
    return folder


@pytest.fixture
def waiting(tmp_path, news):
    """A library of three articles, none with vectors."""
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(news, compute=False)
        yield library


def stored(library):
    """Return every row that has or is to have a vector."""
    with library._reader.snapshot() as connection:
        return [
            *connection.execute("SELECT id, lang, context, vector, sha FROM passage ORDER BY id"),
            *connection.execute("SELECT * FROM sentence ORDER BY article, start"),
        ]


def test_a_title_that_is_corrected_while_it_waits_embeds_nothing_and_is_found(waiting, news, tmp_path):
    embedder = Noting()
    with Library.open(waiting.folder, embedder) as library:
        before = library.counts()
        library.correct("bridge.txt", title=TITLE, date="2020")
        assert embedder.texts == []
        assert library.counts() == before
        assert library.verify() == []
        found = library.search("booths")[0]
        assert (found.article.title, found.dense) == (TITLE, None)
        library.compute()
        assert library.counts()["waiting"] == 0
        assert library.verify() == []
    with Library.open(tmp_path / "after", HashEmbedder()) as after:  # computed first, corrected then
        after.add(news)
        after.correct("bridge.txt", title=TITLE, date="2020")
        assert stored(after) == stored(waiting)
        assert after.digest == waiting.digest


def test_what_is_corrected_of_a_file_is_said_of_its_new_text_at_once(waiting, news):
    waiting.correct("bridge.txt", title=TITLE, outlet="The Star")
    (news / "bridge.txt").write_text(ENGLISH.replace("120", "130"))
    assert waiting.add(news, compute=False).updated == 1
    assert (waiting.get("bridge.txt").title, waiting.get("bridge.txt").outlet) == (TITLE, "The Star")
    assert waiting.search("booths 130", outlet="the star")[0].lexical
    waiting.compute()
    assert waiting.verify() == []


@pytest.mark.parametrize(
    ("name", "change"), [("bridge.txt", {"title": TITLE}), ("short.txt", {"lang": "vi"})]
)
def test_what_is_corrected_while_its_vectors_are_computed_has_all_or_none(waiting, name, change):
    def meddle():
        with Library.open(waiting.folder, HashEmbedder()) as other:
            other.correct(name, **change)

    with Library.open(waiting.folder, Noting(meddle)) as library:
        library.compute()
        assert library.verify() == []
        assert library.counts()["waiting"] == len(library.passages(name))
        assert library.sentence_vectors(name) is None
        assert library.sentence_vectors("both.md") is not None
        library.compute()
        assert library.verify() == []
        assert library.counts()["waiting"] == 0


def test_where_rows_are_taken_one_by_one_half_an_article_would_be_seen(waiting, monkeypatch):
    """The control: its sentences are as they were read, its passages are not."""

    def meddle():
        with Library.open(waiting.folder, HashEmbedder()) as other:
            other.correct("bridge.txt", title=TITLE)

    with Library.open(waiting.folder, Noting(meddle)) as library:
        monkeypatch.setattr(meaning.Stored, "__eq__", lambda *_: True)
        library.compute()
        assert library.verify() != []


def test_an_outlet_that_is_corrected_meanwhile_keeps_no_vector_from_it(waiting):
    def meddle():
        with Library.open(waiting.folder, HashEmbedder()) as other:
            other.correct("bridge.txt", outlet="The Star")

    with Library.open(waiting.folder, Noting(meddle)) as library:
        library.compute()
        assert library.counts()["waiting"] == 0
        assert library.verify() == []
        assert library.search("bridge", outlet="the star")


def files(hits):
    return {(hit.article.file, hit.passage.lang) for hit in hits}


def test_each_half_that_waits_is_found_in_its_language(waiting, monkeypatch):
    with Library.open(waiting.folder, HashEmbedder()) as reader:
        assert files(reader.search("300 lorries ferry lang:en")) == {("both.md", "en"), ("bridge.txt", "en")}
        assert files(reader.search("phà chở 300 xe tải lang:vi")) == {("both.md", "vi")}
        monkeypatch.setattr(view.View, "load", lambda *_: pytest.fail("loaded anew"))
        assert files(reader.search("Porto lang:vi")) == set()
        waiting.correct("short.txt", lang="vi")  # a view follows passages that only change their language
        assert files(reader.search("Porto lang:vi")) == {("short.txt", "vi")}
        assert files(reader.search("Porto lang:en")) == set()
        waiting.compute()
        assert ("short.txt", "vi") in files(reader.search("Porto lang:vi"))
        assert "short.txt" not in {name for name, _ in files(reader.search("Porto lang:en"))}
        halves = {lang: files(reader.search(f"ferry lang:{lang}")) for lang in ("en", "vi")}
        assert [("both.md", lang) in found for lang, found in halves.items()] == [True, True]


def test_a_sentence_that_waits_is_as_near_as_others_of_its_own_language(waiting, news):
    waiting.compute()
    (news / "later.md").write_text("# Ferry\n\n" + "\n\n".join([*EN, *VI]).replace("300", "500"))
    (news / "cau.txt").write_text(VIETNAMESE)
    waiting.add(news, compute=False)
    asked = understand("How many lorries will the ferry carry a day?")
    board = Board(asked, find(asked, waiting), waiting)
    later, both = waiting.get("later.md").id, waiting.get("both.md").id
    assert later in board.articles
    measured = {lang: [] for lang in ("en", "vi")}
    for name in board.measured:
        for i, one in enumerate(board.near[name]):
            measured[board.lang(name, i)].append(one)
    assert both in board.measured
    assert board.top == {lang: max(found) for lang, found in measured.items()}
    usual = {lang: pytest.approx(sum(found) / len(found)) for lang, found in measured.items()}
    assert [usual[board.lang(later, i)] for i in range(len(board.parts[later]))] == board.near[later]
    assert {board.lang(later, i) for i in range(len(board.parts[later]))} == {"en", "vi"}
    assert usual["en"] != sum(measured["vi"]) / len(measured["vi"])


def test_near_copies_are_known_before_their_vectors(waiting, news):
    (news / "copy.txt").write_text(ENGLISH.replace("opens its third", "has a new"))
    waiting.add(news, compute=False)
    pair = tuple(sorted(waiting.get(name).id for name in ("bridge.txt", "copy.txt")))
    assert waiting.groups() == dict.fromkeys(pair, pair)
    files = [hit.article.file for hit in waiting.search("toll Anna Reed")]
    assert len({"bridge.txt", "copy.txt"} & set(files)) == 1
    waiting.compute()
    assert waiting.verify() == []
    waiting.rebuild()
    assert waiting.groups() == dict.fromkeys(pair, pair)
