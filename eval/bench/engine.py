"""How fast does the model read and write? By how its weights are laid out, with an adapter and without.

    python -m eval.bench.engine [--adapter FILE] [--times 7]

The settings' model is loaded once for each way and all take turns, so that a slow minute is the same for all:
told are medians. The ways are those of `rag.llm.layout`, of which setup takes the faster; the adapter is that
of the model, or FILE.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from rag.config import Config
from rag.errors import RagError
from rag.llm import adapters
from rag.llm.engine import Engine
from rag.llm.threads import physical_cores
from rag.models import packs

READ, WRITTEN = 192, 6  # tokens: a source with its question, and the few words that answer
FIRST = 1000  # token from which on they are counted up: what is read makes no difference to the time
CONTEXT = 512


def ways(model: Path, adapter: Path | None, threads: int) -> dict[str, Engine]:
    """Return an engine for each way, by its name."""
    return {
        f"{'repacked' if repacked else 'as stored'}, {'adapter' if one else 'no adapter'}": Engine(
            str(model), n_ctx=CONTEXT, threads=threads, keep_bytes=0, adapter=one, repacked=repacked
        )
        for repacked in (True, False)
        for one in ([None, adapter] if adapter else [None])
    }


def seconds(engine: Engine) -> tuple[float, float]:
    """Return the seconds that reading READ and then writing WRITTEN tokens takes."""
    started = time.perf_counter()
    engine.read([range(FIRST, FIRST + READ)])
    read = time.perf_counter()
    for token in range(FIRST, FIRST + WRITTEN):
        engine.step(token)
    return read - started, time.perf_counter() - read


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--adapter", type=Path, help="LoRA file of llama.cpp")
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args(arguments)
    config = Config.load()
    try:
        model = packs.path(config.models.llm)
    except RagError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    threads = config.llm.threads or physical_cores()
    engines = ways(model, options.adapter or adapters.of(config.models.llm), threads)
    for engine in engines.values():
        seconds(engine)  # the first time pages are fetched
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in engines}
    for _ in range(options.times):
        for name, engine in engines.items():
            taken[name].append(seconds(engine))
    for name, rows in taken.items():
        read, written = (median(row[i] for row in rows) for i in (0, 1))
        sys.stdout.write(f"{name}: reads {READ / read:.0f} tokens a second, writes {WRITTEN / written:.1f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
