"""One call of `rag eval run`: systems times models times repeats, each a run in a folder of its own.

`OUT/assistant-qwen2.5-coder-1.5b` is a run, `OUT/assistant-qwen2.5-coder-1.5b.repeat2` the same once more,
which tells how much of a difference is noise.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from eval import libraries, provenance
from eval.asking import System
from eval.libraries import Suite
from eval.readings import Kept, Replaying
from eval.runner import Asked, run
from eval.systems import WITHOUT_MODEL, build
from index import Library
from index.embed import Embedder
from rag.care import CARES
from rag.config import Config
from rag.llm import LLM
from rag.models import catalogue
from rag.progress import Progress


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run."""

    suites: tuple[Suite, ...]
    out: Path
    systems: tuple[str, ...]  # of eval.systems.NAMES
    models: tuple[str, ...]  # catalogue ids
    limit: int | None = None  # questions a suite; None: all
    repeat: int = 1
    replace_stale: bool = False
    articles: Path | None = None  # folder of the articles, where the suite does not tell
    library: Path | None = None  # a library that is there already, instead of one built for the purpose
    readings: Path | None = None  # file of what the models said, see `eval.readings`; None: always ask them


def run_all(plan: Plan, config: Config, progress: Progress) -> list[Asked]:
    """Run what is planned, model by model, and return what was done; raises what `eval.runner.run` does."""
    from rag import opening

    embedder = opening.embedder(config)
    alone = [name for name in plan.systems if name in WITHOUT_MODEL]
    asking = [name for name in plan.systems if name not in WITHOUT_MODEL]
    done: list[Asked] = []
    for system in alone:
        done += _repeated(plan, config, system, None, embedder, progress)
    for model in plan.models if asking else ():
        with _read_by(plan, config, model) as llm:
            for system in asking:
                done += _repeated(plan, config, system, llm, embedder, progress)
    return done


def folder_name(system: str, model: str | None, time: int = 1) -> str:
    """Return the name of a run's folder; `time` counts repeats from 1."""
    return f"{system}{f'-{model}' if model else ''}{f'.repeat{time}' if time > 1 else ''}"


def _repeated(
    plan: Plan, config: Config, system: str, llm: LLM | None, embedder: Embedder, progress: Progress
) -> Iterator[Asked]:
    model = llm.id if llm else None

    @contextlib.contextmanager
    def library(suite: Suite) -> Iterator[Library]:
        if plan.library:
            with Library.open(plan.library, embedder, create=False) as there:
                libraries.check(suite, there)
                yield there
        else:
            folder = libraries.articles_of(suite, plan.articles)
            with libraries.built(folder, embedder, progress, libraries.cited(suite)) as there:
                yield there

    def over(opened: Library) -> System:
        built = build(system, opened, llm, care=CARES[config.answer.care])
        return Replaying(built, llm) if isinstance(llm, Kept) else built

    for time in range(1, plan.repeat + 1):
        name = folder_name(system, model, time)
        progress.say(f"{name}: {', '.join(suite.name for suite in plan.suites)}")
        yield run(
            plan.suites,
            plan.out / name,
            library=library,
            system=over,
            what={**provenance.describe(config, system, model), "readings": _told(plan, model)},
            limit=plan.limit,
            replace_stale=plan.replace_stale,
            progress=progress,
        )


@contextlib.contextmanager
def _read_by(plan: Plan, config: Config, model: str) -> Iterator[LLM]:
    """Open the language model, behind the file of kept readings if the plan has one."""
    if plan.readings is None:
        with opened_llm(config, model) as llm:
            yield llm
        return
    with contextlib.ExitStack() as opened:
        yield opened.enter_context(
            contextlib.closing(
                Kept(
                    plan.readings,
                    model,
                    catalogue.get(model).markup,
                    lambda: opened.enter_context(opened_llm(config, model)),
                    provenance.reader(config, model),
                )
            )
        )


def _told(plan: Plan, model: str | None) -> str | None:
    """Return what `run.json` says of readings that were not made for the run."""
    return f"kept in {plan.readings.name}" if plan.readings and model else None


def opened_llm(config: Config, model: str) -> AbstractContextManager[LLM]:
    """Open a language model as the settings say, but for its id; its process ends with the block."""
    from rag import opening

    return contextlib.closing(opening.llm(replace(config, models=replace(config.models, llm=model))))
