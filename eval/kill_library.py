"""Kill a program that changes a library, at random moments, and look whether anything is lost or half done.

    python -m eval.kill_library [--times 300] [--seed 20] [--loose]

A child process adds, updates, removes, rebuilds, exports, imports, restores and migrates, and says each step
before it begins and after it has returned. It is killed (SIGKILL) at a random moment. Then every row is
checked, and every file's article must be the one that was acknowledged, or, for the step that was cut, the
one before or after. `--loose` is the control: without transactions the check must fail.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index import Library, rows, schema
from index.embed import HashEmbedder

FILES = 10
LONGEST = 0.5  # seconds after the first step begins: a dozen steps or more
_STEPS = ("add", "add", "update", "update", "remove", "rebuild", "export", "import", "restore", "migrate")
_WRITES = ("add", "update", "remove")  # of these, those made of statements: the others copy whole databases
# What only one transaction may change: it is seen whole or not at all.
_ATOMIC = {"remove", "import", "restore", "migrate", "rebuild", "export"}

State = dict[str, str]  # file name -> version of its text


def text_of(name: str, version: str) -> str:
    """Return the article of a file: two paragraphs and its version, which the check reads back."""
    return (
        f"Bridge {name} is opened\n\nThe bridge {name} was opened on 4 May 2021. It cost {version} million "
        f"USD.\n\nA tunnel will follow {name} by 2030. Lorries pay twice as much as cars.\n"
    )


def loosen() -> None:
    """Take the transactions away: every statement is its own, with a moment between them."""
    from index import store

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


def child(folder: Path, seed: int, state: State, steps: Sequence[str] = _STEPS) -> None:
    """Change the library in `folder` until killed; one JSON line before and after every step."""
    chance = random.Random(seed)
    news = folder.parent / "news"
    while True:
        step = chance.choice(steps)
        planned = _plan(step, chance, state, folder)
        if planned is None:
            continue
        after, name = planned
        _say("begin", step, after)
        _do(step, folder, news, state, after, name)
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
        return _versions(copy), str(copy)
    return dict(state), str(chance.randint(1, 4))


def _do(step: str, folder: Path, news: Path, before: State, after: State, name: str) -> None:
    if step == "migrate":
        _take_back(folder, 1 if name in "12" else 2)
    with Library.open(folder, HashEmbedder()) as library:
        if step in ("add", "update"):
            changed = [one for one in after if before.get(one) != after[one]]
            for one in changed:
                (news / one).write_text(text_of(one, after[one]))
            library.add([news / one for one in changed])
        elif step == "remove":
            library.remove(name)
        elif step == "rebuild":
            library.rebuild(embed=name == "1")
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
    connection.execute("DROP TABLE bucket")
    connection.execute("DROP TABLE copy")
    connection.execute("DROP TABLE change")
    connection.execute("DROP TABLE earlier")
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


def _versions(path: Path) -> State:
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


@dataclass(slots=True)
class Tally:
    """What many kills have come to."""

    kills: int = 0
    steps: int = 0
    cut: Counter[str] = field(default_factory=Counter)  # the step that was under way
    problems: list[str] = field(default_factory=list)


def run(place: Path, times: int, seed: int, *, loose: bool = False, stop_early: bool = False) -> Tally:
    """Kill `times` times in the empty folder `place`; return what was found."""
    chance = random.Random(seed)
    (place / "news").mkdir()
    folder = place / "library"
    Library.open(folder, HashEmbedder()).close()
    tally, state = Tally(), State()
    for number in range(times):
        lines = _killed(folder, chance.randrange(10**9), state, chance.uniform(0, LONGEST), loose)
        before, after, step = _expected(state, lines)
        tally.kills += 1
        tally.steps += sum(line[0] == "done" for line in lines)
        tally.cut[step] += 1
        problems, state = _check(folder, before, after, step)
        tally.problems += [f"kill {number} of seed {seed}, during {step}: {one}" for one in problems]
        if tally.problems and stop_early:
            break
    return tally


def _killed(folder: Path, seed: int, state: State, after: float, loose: bool) -> list[tuple[str, str, State]]:
    """Let a child work for `after` seconds, kill it, and return what it said."""
    given = json.dumps([str(folder), seed, state, loose])
    process = subprocess.Popen(
        [sys.executable, "-m", "eval.kill_library", "--child", given],
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(after)
    os.killpg(process.pid, signal.SIGKILL)
    rest = process.stdout.read()
    process.wait()
    whole = [line for line in (first + rest).splitlines(keepends=True) if line.endswith("\n")]
    return [tuple(json.loads(line)) for line in whole]


def _expected(state: State, lines: list[tuple[str, str, State]]) -> tuple[State, State, str]:
    """Return the last acknowledged state, the one that was being made, and by which step."""
    before, after, step = state, state, "nothing"
    for what, name, told in lines:
        if what == "done":
            before, after, step = told, told, "nothing"
        else:
            after, step = told, name
    return before, after, step


def _check(folder: Path, before: State, after: State, step: str) -> tuple[list[str], State]:
    """Return what is wrong in the library, and what it holds."""
    with Library.open(folder, HashEmbedder(), create=False) as library:
        # The vector index is derived and may be missing: readers do without, the next change mends it.
        problems = [one for one in library.verify() if "missing or out of date" not in one]
        try:
            library.search("bridge tunnel")
            held = _versions(folder / schema.DATABASE)
        except Exception as error:  # a library that is broken may fail in any way
            return [*problems, repr(error)], before
    if step in _ATOMIC:
        if held not in (before, after):
            problems.append(f"holds {held}, neither {before} nor {after}")
    else:
        wrong = {
            name: held.get(name)
            for name in before.keys() | after.keys() | held.keys()
            if held.get(name) not in (before.get(name), after.get(name))
        }
        if wrong:
            problems.append(f"holds {wrong}, acknowledged was {before}, under way {after}")
    return problems, held


def main() -> None:
    """Run, print the tally, exit 1 if anything was lost or half done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--loose", action="store_true", help="without transactions: must fail")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        folder, seed, state, loose = json.loads(args.child)
        if loose:
            loosen()
        child(Path(folder), seed, state, _WRITES if loose else _STEPS)
    place = Path(tempfile.mkdtemp(prefix="kill-library-"))
    tally = run(place, args.times, args.seed, loose=args.loose)
    during = ", ".join(f"{step} {count}" for step, count in tally.cut.most_common())
    print(f"{tally.kills} kills, {tally.steps} steps acknowledged; killed during: {during}")  # noqa: T201
    print(f"{len(tally.problems)} problems", *tally.problems[:20], sep="\n")  # noqa: T201
    if tally.problems:
        sys.exit(1)
    shutil.rmtree(place)


if __name__ == "__main__":
    main()
