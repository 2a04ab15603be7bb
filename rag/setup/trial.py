"""Does the model read sooner with its weights repacked or as stored? A child process tries both.

python -m rag.setup.trial MODEL.gguf THREADS      the child: prints the seconds of each, as JSON
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from rag.llm import layout
from rag.llm.process import SPIN
from rag.llm.threads import physical_cores
from rag.setup import proof

SECONDS = 300  # 10 to 20 s on two idle cores; without a result things stay as llama.cpp has them
TOKENS, TIMES = 128, 3  # of a prompt, and how often each way reads it; both take turns
WORTH = 0.92  # of the time: trials of one machine differed by .06 from their median (eval/LOG.md)
_FIRST = 1000  # token from which on they are counted up: what is read makes no difference to the time


def choose(model: Path) -> str:
    """Try both ways with `model` unless that was done, keep the better; return one sentence about it."""
    build = proof.identity()
    if not layout.measured(build):
        child = [sys.executable, "-m", "rag.setup.trial", str(model), str(physical_cores())]
        try:
            found = subprocess.run(
                child, capture_output=True, timeout=SECONDS, check=True, stdin=subprocess.DEVNULL,
                env={**SPIN, **os.environ},
            )  # fmt: skip
            packed, stored = json.loads(found.stdout)
        except (OSError, subprocess.SubprocessError, ValueError):
            return "its weights are read as llama.cpp has them"  # a trial that fails is no reason to stop
        layout.keep(build, repacked=stored > WORTH * packed)
    return f"its weights are read {'repacked' if layout.repacked() else 'as stored'}"


def _try(model: str, threads: int) -> tuple[float, float]:
    """Be the child: return the seconds of a prompt with repacked weights, and with weights as stored."""
    from rag.llm.engine import Engine

    ways = [
        Engine(model, n_ctx=512, threads=threads, keep_bytes=0, repacked=repacked)
        for repacked in (True, False)
    ]
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(TIMES + 1):
        for way, seconds in zip(ways, taken, strict=True):
            started = time.perf_counter()
            way.read([range(_FIRST, _FIRST + TOKENS)])
            if turn:  # the first time pages are fetched
                seconds.append(time.perf_counter() - started)
    return median(taken[0]), median(taken[1])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m rag.setup.trial MODEL.gguf THREADS")
    sys.stdout.write(json.dumps(_try(sys.argv[1], int(sys.argv[2]))))
