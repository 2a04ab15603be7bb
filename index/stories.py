"""Which articles are near-copies of each other, kept in the store, and where else a sentence was printed.

An article is filed under its buckets when it is added, and compared with those it shares some with, so that
costs the same however many there are. Copies of copies are one group.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from index import near
from index.near import Statement
from index.records import Lang, Printing, Steps
from index.store import lookup, rows
from index.text.counted import counted

# A bucket of more articles than this holds a phrase of a form, and is passed over; and of the articles in the
# others those with the most in common are compared, in a library of articles of one form too.
FULL = 100
COMPARED = 20

Groups = dict[str, tuple[str, ...]]
Teller = Callable[[str], frozenset[Statement]]  # by the id of an article


@dataclass(frozen=True, slots=True)
class Told:
    """What a passage of an article that has near-copies says."""

    story: str  # names the group: the first of its ids
    article: str
    published: dt.date | None
    statements: tuple[Statement, ...]


def file(connection: sqlite3.Connection, article: str, lang: Lang, text: str) -> None:
    """File an article that has just been stored, and note which ones it is a copy of."""
    sketch = near.sketch(text)
    keys = near.buckets(sketch, lang)
    copies = [
        other
        for other in _closest(connection, keys)
        if near.copies(sketch, near.sketch(_text(connection, other)))
    ]
    connection.executemany("INSERT OR IGNORE INTO bucket VALUES (?, ?)", [(key, article) for key in keys])
    pairs = [pair for other in copies for pair in ((article, other), (other, article))]
    connection.executemany("INSERT INTO copy VALUES (?, ?)", pairs)
    _count(connection, len(pairs))


def forget(connection: sqlite3.Connection, article: str) -> None:
    """Take an article out of the files; those it was a copy of stay copies of each other if they are."""
    connection.execute("DELETE FROM bucket WHERE article = ?", (article,))
    gone = connection.execute("DELETE FROM copy WHERE article = ?1 OR other = ?1", (article,)).rowcount
    _count(connection, -gone)


def file_all(connection: sqlite3.Connection, progress: Steps | None = None) -> None:
    """File all articles anew, in order of their ids."""
    connection.execute("DELETE FROM bucket")
    connection.execute("DELETE FROM copy")
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('copies', '0')")
    names = [row[0] for row in connection.execute("SELECT id FROM article ORDER BY id")]
    for done, name in enumerate(names):
        if progress:
            progress("near-copies", done, len(names))
        lang, text = connection.execute("SELECT lang, text FROM article WHERE id = ?", (name,)).fetchone()
        file(connection, name, lang, text)


def groups(connection: sqlite3.Connection, articles: Iterable[str] | None = None) -> Groups:
    """Return for each of `articles` (default: all) that has near-copies its whole group, in order of ids."""
    if articles is None:
        articles = [row[0] for row in connection.execute("SELECT DISTINCT article FROM copy")]
    found: Groups = {}
    for name in articles:
        if name not in found:
            group = connection.execute(
                "WITH RECURSIVE reached(id) AS (VALUES (?) UNION"
                " SELECT other FROM reached JOIN copy ON copy.article = reached.id)"
                " SELECT id FROM reached ORDER BY id",
                (name,),
            )
            members = tuple(row[0] for row in group)
            if len(members) > 1:
                found.update(dict.fromkeys(members, members))
    return found


def told(connection: sqlite3.Connection, keys: Iterable[int]) -> dict[int, Told]:
    """Return what those of the passages say whose articles have near-copies."""
    owners = lookup.owners(connection, list(keys))
    known = groups(connection, {owner for owner, _, _ in owners.values()})
    return {
        key: Told(known[owner][0], owner, _published(connection, owner), said(connection, owner, start, end))
        for key, (owner, start, end) in owners.items()
        if owner in known
    }


def said(
    connection: sqlite3.Connection, article: str, start: int = 0, end: int | None = None
) -> tuple[Statement, ...]:
    """Return what the sentences say that begin in the characters `start` to `end` of an article."""
    text = _text(connection, article)
    spans = lookup.sentences(connection, article, start, end)
    return tuple(near.statement(text[span.start : span.end], span.start) for span in spans)


def teller(connection: sqlite3.Connection) -> Teller:
    """Return what gives all that an article says, and remembers it: the hits of a search ask again."""
    return cache(lambda article: frozenset(said(connection, article)))


def printings(
    connection: sqlite3.Connection, article: str, start: int, end: int, tell: Teller | None = None
) -> tuple[Printing, ...]:
    """Return where else the sentences of a stretch were printed, the earliest first, undated ones last.

    In near-copies that have all of them, and in exact copies of the article by another outlet.
    """
    tell = tell or teller(connection)
    own, *again = _sources(connection, article)
    found = {one for one in again if one.outlet and one.outlet != own.outlet}
    group = groups(connection, [article]).get(article, ())
    wanted = set(said(connection, article, start, end)) if group else set()
    for other in group:
        if other != article and wanted and wanted <= tell(other):
            found.update(_sources(connection, other))
    return tuple(sorted(found, key=lambda one: (one.published or dt.date.max, one.outlet or "", one.article)))


def problems(connection: sqlite3.Connection, one_done: Callable[[], None]) -> Iterator[str]:
    """Yield one sentence for each thing that is wrong with what is noted here; told of each article."""
    for name, lang, text in connection.execute("SELECT id, lang, text FROM article"):
        one_done()
        filed = {row[0] for row in connection.execute("SELECT bucket FROM bucket WHERE article = ?", (name,))}
        if filed != set(near.buckets(near.sketch(text), lang)):
            yield f"article {name} is not filed among its near-copies as its text is; file it: rag rebuild"
    pairs = set(connection.execute("SELECT article, other FROM copy"))
    for one, other in sorted(pairs):
        sketches = (near.sketch(_text(connection, name)) for name in (one, other))
        if (other, one) not in pairs or one == other or not near.copies(*sketches):
            yield f"articles {one} and {other} are noted as near-copies wrongly; file them: rag rebuild"
    kept = int(lookup.meta(connection).get("copies", -1))
    if kept != len(pairs):
        yield (
            f"{counted(len(pairs), 'pair')} of near-copies noted, but {kept} were counted;"
            " file them: rag rebuild"
        )


def _closest(connection: sqlite3.Connection, keys: Iterable[int]) -> list[str]:
    """Return the articles with the most buckets in common, the first by id of those with as many."""
    shared: Counter[str] = Counter()
    for key in keys:
        found = connection.execute("SELECT article FROM bucket WHERE bucket = ? LIMIT ?", (key, FULL + 1))
        articles = [row[0] for row in found]
        if len(articles) <= FULL:
            shared.update(articles)
    return sorted(shared, key=lambda one: (-shared[one], one))[:COMPARED]


def _text(connection: sqlite3.Connection, article: str) -> str:
    found: tuple[str] = connection.execute("SELECT text FROM article WHERE id = ?", (article,)).fetchone()
    return found[0]


def _sources(connection: sqlite3.Connection, article: str) -> list[Printing]:
    """Return where an article came from; the first is what it is shown with."""
    found = connection.execute(
        f"SELECT outlet, published FROM source WHERE article = ? ORDER BY {rows.EARLIEST}", (article,)
    )
    return [Printing(article, outlet, dt.date.fromisoformat(day) if day else None) for outlet, day in found]


def _published(connection: sqlite3.Connection, article: str) -> dt.date | None:
    return _sources(connection, article)[0].published


def _count(connection: sqlite3.Connection, more: int) -> None:
    connection.execute("UPDATE meta SET value = value + ? WHERE key = 'copies'", (more,))
