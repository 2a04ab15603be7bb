"""Kill a program that changes a library, at random moments, and look whether anything is lost or half done.

    python -m eval.bench.kill_library [--times 300] [--seed 20] [--loose]

A child process (`eval.bench.kill_child`) adds, updates, removes, rebuilds, exports, imports, restores and
migrates, and says each step before it begins and after it has returned. It is killed (SIGKILL) at a random
moment, every third time while it computes vectors. Then every row is checked, and every file's article must
be the one that was acknowledged, or, for the step that was cut, the one before or after. What waits for its
vectors stays so for the next child, and at the end one call computes them all. `--loose` is the control:
without transactions the check must fail.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from eval.bench.kill_child import State, versions
from index import Library
from index.embed import HashEmbedder
from index.store import schema

LONGEST = 0.5  # seconds after the first step begins: a dozen steps or more
# What only one transaction may change: it is seen whole or not at all.
_ATOMIC = {"remove", "import", "restore", "migrate", "rebuild", "export"}


@dataclass(slots=True)
class Tally:
    """What many kills have come to."""

    kills: int = 0
    steps: int = 0
    cut: Counter[str] = field(default_factory=Counter)  # the step that was under way
    waiting: int = 0  # kills that left articles without their vectors
    problems: list[str] = field(default_factory=list)


def run(place: Path, times: int, seed: int, *, loose: bool = False, stop_early: bool = False) -> Tally:
    """Kill `times` times in the empty folder `place`; return what was found."""
    chance = random.Random(seed)
    (place / "news").mkdir()
    folder = place / "library"
    Library.open(folder, HashEmbedder()).close()
    tally, state = Tally(), State()
    for number in range(times):
        at = chance.randint(1, 6) if number % 3 == 0 else 0
        lines = _killed(folder, chance.randrange(10**9), state, chance.uniform(0, LONGEST), at, loose)
        before, after, step = _expected(state, lines)
        tally.kills += 1
        tally.steps += sum(line[0] == "done" for line in lines)
        tally.cut[step] += 1
        problems, state = _check(folder, before, after, step)
        tally.waiting += _waiting(folder) > 0
        tally.problems += [f"kill {number} of seed {seed}, during {step}: {one}" for one in problems]
        if tally.problems and stop_early:
            break
    if not tally.problems:
        tally.problems += [f"after the last kill: {one}" for one in finish(folder)]
    return tally


def finish(folder: Path) -> list[str]:
    """Compute what is missing; return which vectors are then not those of their texts."""
    embedder = HashEmbedder()
    with Library.open(folder, embedder) as library:
        library.compute()
        problems = [f"{library.counts()['waiting']} passages still wait"] if _waiting(folder) else []
        for one in library.articles():
            wanted = embedder.passages(
                [one.text[span.start : span.end] for span in library.sentences(one.id)]
            )
            found = library.sentence_vectors(one.id)
            if found is None or not np.array_equal(found, wanted):
                problems.append(f"the vectors of {one.file} are not those of its sentences")
        return problems + library.verify()


def _waiting(folder: Path) -> int:
    with Library.open(folder, HashEmbedder(), create=False) as library:
        return library.counts()["waiting"]


def _killed(
    folder: Path, seed: int, state: State, after: float, at: int, loose: bool
) -> list[tuple[str, str, State]]:
    """Let a child work for `after` seconds, or until it embeds for the `at`-th time; return what it said."""
    given = json.dumps([str(folder), seed, state, at, loose])
    process = subprocess.Popen(
        [sys.executable, "-m", "eval.bench.kill_child", given],
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    while at and (line := process.stdout.readline()) and not line.startswith('["embeds"'):
        first += line
    time.sleep(0 if at else after)
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
            held = versions(folder / schema.DATABASE)
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
    args = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="kill-library-"))
    tally = run(place, args.times, args.seed, loose=args.loose)
    during = ", ".join(f"{step} {count}" for step, count in tally.cut.most_common())
    print(f"{tally.kills} kills, {tally.steps} steps acknowledged; killed during: {during}")  # noqa: T201
    print(f"{tally.waiting} left articles without their vectors")  # noqa: T201
    print(f"{len(tally.problems)} problems", *tally.problems[:20], sep="\n")  # noqa: T201
    if tally.problems:
        sys.exit(1)
    shutil.rmtree(place)


if __name__ == "__main__":
    main()
