"""Words that very many passages have are left out of a question, where rarer ones remain and only there."""

import sqlite3

import pytest
from index_helpers import ENGLISH, VIETNAMESE

from index import Library
from index.embed import HashEmbedder
from index.search import common, crossing
from index.search import hybrid as search
from index.text import lexical

QUESTIONS = (
    "What did the third bridge over the Lam River cost?",
    "Phí qua cầu sông Lam là bao nhiêu?",
    "phi qua cau song Lam cua xe tai",
    "Who says lorries pay twice as much?",
    "120 million USD",
    "the of and",
)


@pytest.fixture
def library(tmp_path):
    """40 articles about a harbour, of which one speaks of lorries; and one in Vietnamese."""
    news = tmp_path / "news"
    news.mkdir()
    for number in range(40):
        text = f"The harbour of the city grew again, by {number} new ships in a quiet year.\n"
        (news / f"{number:02}.txt").write_text(f"Harbour news {number}\n\n{text}")
    (news / "bridge.txt").write_text(ENGLISH)
    (news / "cau.txt").write_text(VIETNAMESE)
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(news)
        yield library


@pytest.fixture
def asked(monkeypatch):
    """What has been looked for: the FTS5 queries, in order."""
    seen = []
    original = lexical.query

    def watched(*args):
        seen.append(original(*args))
        return original(*args)

    monkeypatch.setattr(lexical, "query", watched)
    return seen


def every_word(connection, question, lang, own, keys):
    """Let FTS5 score every row with any of the words."""
    if lang == own:
        found = lexical.scores(connection, lexical.query(question, lang))
    else:
        found = crossing.scores(connection, crossing.groups(question, own, lang))
    return [(key, score) for key, score in found if key in keys][: search.CANDIDATES]


@pytest.mark.parametrize("near", [False, True])
def test_small_libraries_are_searched_with_every_word(library, monkeypatch, near):
    """To the last bit: below the limit nobody asks how many rows, and just above it no word has so many."""
    statements = []
    with library._reader.snapshot() as connection:
        current = library._current(connection)
        if near:
            monkeypatch.setattr(common, "COMMON", len(current.index.ids) - 1)
        connection.set_trace_callback(statements.append)
        compared = 0
        for question in QUESTIONS:
            for lang, among in current.allowed(search.Filters()).items():
                keys = {int(key) for key, there in zip(current.index.ids, among.places, strict=True) if there}
                for own in ("en", "vi"):
                    found = search._words(connection, question, lang, own, current.place, among)
                    assert list(found.items()) == every_word(connection, question, lang, own, keys)
                    compared += len(found)
        connection.set_trace_callback(None)
    assert compared > 50
    assert any("vocabulary" in one for one in statements) == near


def test_a_common_word_is_left_out_and_the_right_passage_is_found(library, monkeypatch, asked):
    question = "Lorries pay twice as much as cars, says the harbour?"
    before = library.search(question, 3)
    assert '"harbour"' in asked[0]
    asked.clear()
    monkeypatch.setattr(common, "COMMON", 10)
    after = library.search(question, 3)
    assert '"harbour"' not in asked[0]
    assert '"lorries"' in asked[0]
    assert before[0].passage.id == after[0].passage.id
    assert "Lorries pay twice" in after[0].passage.text
    asked.clear()
    library.search("What does the harbour say?", 3)
    assert '"harbour"' in asked[0]  # nothing rarer remains


def test_rows_are_asked_of_the_state_that_is_searched(library, monkeypatch, asked):
    """A reader's vocabulary follows what another writes, removes and restores."""
    monkeypatch.setattr(common, "COMMON", 10)
    kept = library.snapshot()
    question = "Lorries pay twice as much as cars, says the harbour?"
    with Library.open(library.folder, HashEmbedder()) as reader:
        reader.search(question)
        assert '"harbour"' not in asked[0]
        library.remove([one.id for one in library.articles() if one.file[:2].isdigit() and one.file > "05"])
        asked.clear()
        reader.search(question)
        assert '"harbour"' in asked[0]
        library.restore(kept.path.stem)
        asked.clear()
        reader.search(question)
        assert '"harbour"' not in asked[0]


ROWS = ("common other", "common third", "common rare", "common seldom", "common 1921", "common pham1 common")


@pytest.fixture
def words():
    connection = sqlite3.connect(":memory:")
    connection.execute(
        'CREATE VIRTUAL TABLE words USING fts5(exact, folded, tokenize = "unicode61 remove_diacritics 0")'
    )
    connection.executemany("INSERT INTO words VALUES (?, ?)", [(row, row.replace("1", "")) for row in ROWS])
    connection.execute("INSERT INTO words VALUES ('', 'frequent frequent'), ('', '1921')")
    common.open_vocabulary(connection)
    return connection


@pytest.mark.parametrize(
    ("tokens", "telling", "left"),
    [
        ("common rare seldom", "", "rare seldom"),
        ("common rare", "", "common rare"),  # one rarer word is too little
        ("common rare", "rare", "rare"),  # unless it is a name
        ("common 1921", "1921", "1921"),
        ("common nowhere neither", "", "common nowhere neither"),  # words that no row has tell nothing
        ("common nowhere", "nowhere", "common nowhere"),
        ("common", "common", "common"),
        ("rare seldom", "", "rare seldom"),
        ("", "", ""),
    ],
)
def test_what_is_left_of_a_question(words, monkeypatch, tokens, telling, left):
    monkeypatch.setattr(common, "COMMON", 3)
    legs = {"exact": tokens.split(), "folded": tokens.split()}
    found = common.rarer(words, legs, telling.split())
    assert found["folded"] == left.split()
    if "1921" not in tokens:
        assert found["exact"] == left.split()


def test_a_pair_counts_as_its_rarer_half(words, monkeypatch):
    monkeypatch.setattr(common, "COMMON", 3)
    found = ["common", "rare", "seldom", "common rare", "common the", "common common"]
    assert common.rarer(words, {"exact": found}, ()) == {"exact": ["rare", "seldom", "common rare"]}


def test_rows_are_counted_by_column_and_not_by_occurrence(words, monkeypatch):
    assert common.rows(words, "exact", ["common", "frequent", "common rare"]) == {"common": 6, "frequent": 0}
    assert common.rows(words, "folded", ["frequent"]) == {"frequent": 1}
