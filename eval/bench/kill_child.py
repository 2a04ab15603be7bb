"""The child of `eval.bench.kill_library`: changes a library without end and says each step."""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from index import Library, intake
from index.embed import HashEmbedder, Vectors
from index.store import rows, schema
from index.text import passages

FILES = 10
_STEPS = ("add", "add", "update", "update", "remove", "rebuild", "export", "import", "restore", "migrate")
_WRITES = ("add", "update", "remove")  # of these, those made of statements: the others copy whole databases

_SHORT = (passages.SHORT, 0)  # both paragraphs are one passage, or each is its own: a rebuild cuts anew

State = dict[str, str]  # file name -> version of its text


def text_of(name: str, version: str) -> str:
    """Return the article of a file: two paragraphs and its version, which the check reads back."""
    return (
        f"Bridge {name} is opened\n\nThe bridge {name} was opened on 4 May 2021. It cost {version} million "
        f"USD.\n\nA tunnel will follow {name} by 2030. Lorries pay twice as much as cars.\n"
    )


class Stopping(HashEmbedder):
    """Says when it embeds texts for the `at`-th time, and then only waits to be killed (0: never)."""

    def __init__(self, at: int = 0) -> None:
        super().__init__()
        self._left = at

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dim) float32 unit rows."""
        self._left -= 1
        if self._left == 0:
            _say("embeds", "", {})
            time.sleep(60)
        return super().passages(texts)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Return the same vectors."""
        return super().passages(texts)


def loosen() -> None:
    """Take the transactions away: every statement is its own, with a moment between them."""
    from index.store import store

    class Loose:
        in_transaction = False

        def __init__(self, connection: sqlite3.Connection) -> None:
            self._connection = connection

        def __getattr__(self, name: str) -> object:
            return getattr(self._connection, name)

        def execute(self, statement: str, *args: object) -> object:
            if statement.split()[0] in ("BEGIN", "COMMIT", "ROLLBACK"):
                return None
            time.sleep(0.0005)
            return self._connection.execute(statement, *args)  # type: ignore[arg-type]

    original = store.Writer.__init__

    def loose(self: store.Writer, folder: Path, wait: float = 1.0) -> None:
        original(self, folder, wait)
        self.connection = Loose(self.connection)  # type: ignore[assignment]

    store.Writer.__init__ = loose  # type: ignore[method-assign]


def child(folder: Path, seed: int, state: State, embedder: Stopping, steps: Sequence[str] = _STEPS) -> None:
    """Change the library in `folder` until killed; one JSON line before and after every step."""
    chance = random.Random(seed)
    intake.GROUP = 10  # one article: three are computed in three steps
    while True:
        step = chance.choice(steps)
        planned = _plan(step, chance, state, folder)
        if planned is None:
            continue
        after, name = planned
        _say("begin", step, after)
        _do(step, folder, embedder, state, after, name)
        state = after
        _say("done", step, after)


def _plan(step: str, chance: random.Random, state: State, folder: Path) -> tuple[State, str] | None:
    """Return the state after the step, and which file or copy it is about; None if there is nothing to do."""
    there = sorted(state)
    if step in ("add", "update"):
        if step == "update" and not there:
            return None
        names = there if step == "update" else [f"{n}.txt" for n in range(FILES)]
        chosen = chance.sample(names, min(len(names), chance.randint(1, 3)))
        return {**state, **{name: str(chance.randint(100, 999)) for name in chosen}}, ""
    if step == "remove":
        gone = chance.choice(there) if len(there) > 2 else None
        return None if gone is None else ({k: v for k, v in state.items() if k != gone}, gone)
    if step in ("import", "restore"):
        copies = sorted(folder.parent.glob("*.copy") if step == "import" else folder.glob("snapshots/*.db"))
        copies = [copy for copy in copies if copy.with_suffix(".json").is_file() or step == "restore"]
        if not copies:
            return None
        copy = chance.choice(copies)
        return versions(copy), str(copy)
    return dict(state), str(chance.randint(1, 4))


def _do(step: str, folder: Path, embedder: Stopping, before: State, after: State, name: str) -> None:
    if step == "migrate":
        _take_back(folder, 1 if name in "12" else 2)
    news = folder.parent / "news"
    with Library.open(folder, embedder) as library:
        if step in ("add", "update"):
            changed = [one for one in after if before.get(one) != after[one]]
            for one in changed:
                (news / one).write_text(text_of(one, after[one]))
            library.add([news / one for one in changed])
        elif step == "remove":
            library.remove(name)
        elif step == "rebuild":
            passages.SHORT = _SHORT[int(name) % 2]
            library.rebuild(embed=name == "1")
            library.compute()
        elif step == "export":
            file = folder.parent / f"{name}.copy"
            file.unlink(missing_ok=True)
            file.with_suffix(".json").unlink(missing_ok=True)
            library.export(file)
            file.with_suffix(".json").write_text("{}")
        elif step == "import":
            library.import_(Path(name), replace=True)
        elif step == "restore":
            library.restore(Path(name).stem)
        else:
            library.search("bridge")
        for old in sorted(folder.glob("snapshots/*.db"))[:-3]:
            old.unlink()


def _take_back(folder: Path, version: int) -> None:
    """Take back, in one transaction, what later versions than `version` added; the next opening migrates."""
    connection = sqlite3.connect(folder / schema.DATABASE, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    for table in ("correction", "bucket", "copy", "change", "earlier"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute(
        "DELETE FROM meta WHERE key IN ('articles', 'passages', 'churn', 'log_from', 'copies')"
    )
    if version == 1:
        connection.execute("DROP INDEX source_container")
        for column in ("updated", "authors", "url", "pages", "note", "container"):
            connection.execute(f"ALTER TABLE source DROP COLUMN {column}")
        fields = "path, article, outlet, published, dated"
        for row in connection.execute(f"SELECT {fields} FROM source").fetchall():
            connection.execute("UPDATE source SET sha = ? WHERE path = ?", (rows.checksum(*row), row[0]))
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("COMMIT")
    connection.close()


def versions(path: Path) -> State:
    """Return which version of which file a database holds."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        rows = connection.execute("SELECT s.path, a.text FROM source s JOIN article a ON a.id = s.article")
        return {Path(name).name: text.split("It cost ")[1].split()[0] for name, text in rows}
    finally:
        connection.close()


def _say(what: str, step: str, state: State) -> None:
    sys.stdout.write(json.dumps([what, step, state]) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Work as the one argument says: folder, seed, state, when to stop embedding, whether loose."""
    folder, seed, state, at, loose = json.loads(sys.argv[1])
    if loose:
        loosen()
    child(Path(folder), seed, state, Stopping(at), _WRITES if loose else _STEPS)


if __name__ == "__main__":
    main()
