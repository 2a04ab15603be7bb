"""Ask a system the questions of suites, keep every answer, go on where an earlier run ended.

A run is a folder with `samples.jsonl` (one record a question, see `eval.samples`) and `run.json` (what could
change a result, and the hours it was worked on). Everything in the records but their timings and memory
follows from the inputs, so a run that was killed and resumed ends with the same bytes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval import memory, samples
from eval.asking import System, day, standalone
from eval.cases import Case
from eval.figures.promises import Broken, TextOf, broken_promises
from eval.figures.retrieval import DEPTH
from eval.figures.scoring import score
from eval.libraries import Suite
from eval.provenance import config_hash
from eval.records import asked_hash
from eval.samples import Sample, SamplesError
from eval.systems import TOLD_GOLD
from index import Library
from index.errors import NotFound
from index.store import lock
from index.text.counted import counted
from rag.errors import WorkerCrashed
from rag.progress import Progress, Silent

RUN = "run.json"
LOCK = "run"  # one process at a time answers into a folder
Now = Callable[[], dt.datetime]
OpenLibrary = Callable[[Suite], AbstractContextManager[Library]]
MakeSystem = Callable[[Library], System]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run did: questions in it, and how many of them were answered just now."""

    folder: Path
    questions: int
    fresh: int


def run(
    suites: Sequence[Suite],
    out: Path,
    *,
    library: OpenLibrary,
    system: MakeSystem,
    what: Mapping[str, Any],
    limit: int | None = None,
    replace_stale: bool = False,
    progress: Progress | None = None,
    now: Now = lambda: dt.datetime.now(dt.UTC),
    peak: Callable[[], int | None] = memory.peak,
) -> Asked:
    """Answer the questions of `suites` into the folder `out`; return what was done.

    `library` opens the articles of a suite, `system` puts what is measured over them, `what` is
    `provenance.describe`'s. `limit` takes so many questions of each suite, always the same ones. What was
    answered before by the same program is kept, and scored again. If it was answered by another program,
    model, library or prompt, SamplesError names the difference; `replace_stale` asks again instead.
    Raises WorkerCrashed when the model dies twice at one question; all that was answered is kept. Locked
    names the process that is running into the folder already.
    """
    out.mkdir(parents=True, exist_ok=True)
    shown = progress or Silent()
    with lock.held(out, wait=0.0, name=LOCK):
        session = _Session(out, {**what, "limit": limit}, now)
        try:
            return _run(suites, library, system, session, limit, replace_stale, shown, peak)
        finally:
            shown.finish()


def _run(
    suites: Sequence[Suite],
    library: OpenLibrary,
    system: MakeSystem,
    session: _Session,
    limit: int | None,
    replace_stale: bool,
    shown: Progress,
    peak: Callable[[], int | None],
) -> Asked:
    out = session.folder
    chosen = {suite.name: choose(suite.cases, limit) for suite in suites}
    waiting = _before(out, chosen, replace_stale)  # answers of suites that were not looked at yet
    kept: list[Sample] = []
    fresh = 0
    for suite in suites:
        with library(suite) as opened:
            session.suite(suite, opened.digest, chosen[suite.name])
            config = config_hash(session.what, opened.digest)
            asker = _Asker(suite.name, config, system(opened), opened, peak)
            todo = [case for case in chosen[suite.name] if asker.system.asks(case)]
            known = _reusable(waiting.pop(suite.name, {}), todo, config, session, replace_stale)
            kept += known.values()
            session.save(fresh)
            samples.write(out, [*kept, *(one for later in waiting.values() for one in later.values())])
            if len(known) < len(todo):
                asker.system.warm()
            for number, case in enumerate(todo):
                if case.id in known:
                    continue
                shown.update(suite.name, number, len(todo), "questions")
                kept.append(asker.ask(case))
                samples.append(out, kept[-1])
                fresh += 1
                session.save(fresh)  # a run that is killed has answered them all the same
            shown.update(suite.name, len(todo), len(todo), "questions")
    samples.write(out, _in_order(kept, chosen))
    session.save(fresh)
    return Asked(out, len(kept), fresh)


def choose(cases: Sequence[Case], limit: int | None) -> list[Case]:
    """Return at most `limit` cases in their order: those whose ids have the smallest hashes.

    Follows from the ids alone, so that the quick form of a suite is always the same questions, and
    those of a smaller one are among those of a larger.
    """
    if limit is None or limit >= len(cases):
        return list(cases)
    ranked = sorted(cases, key=lambda case: hashlib.sha256(case.id.encode()).digest())
    chosen = {case.id for case in ranked[:limit]}
    return [case for case in cases if case.id in chosen]


def read_run(folder: Path) -> dict[str, Any]:
    """Return `run.json` of a run, {"what", "when"}; SamplesError if it is missing or no JSON."""
    path = folder / RUN
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {"what": dict(found["what"]), "when": list(found["when"])}
    except FileNotFoundError:
        raise SamplesError(f"{folder} holds no run: there is no {RUN} in it") from None
    except (ValueError, KeyError, TypeError) as error:
        raise SamplesError(f"{path} is damaged ({error!r}); run into another folder") from error


def _before(
    out: Path, chosen: Mapping[str, Sequence[Case]], replace_stale: bool
) -> dict[str, dict[str, Sample]]:
    """Return the answers that the folder holds, {suite: {case id: sample}}."""
    if not (out / samples.FILE).is_file():
        return {}
    asked = {name: {case.id for case in cases} for name, cases in chosen.items()}
    found: dict[str, dict[str, Sample]] = {name: {} for name in chosen}
    lost: list[str] = []
    for sample in samples.read(out):
        if sample.case.id in asked.get(sample.suite, ()):
            found[sample.suite][sample.case.id] = sample
        else:
            lost.append(sample.key)
    if lost and not replace_stale:
        raise SamplesError(
            f"{out} holds {counted(len(lost), 'answer')} to questions that are not asked now,"
            f" e.g. {lost[0]}.\n"
            "Run into another folder, or drop them with --replace"
        )
    return found


def _reusable(
    before: Mapping[str, Sample],
    cases: Sequence[Case],
    config: str,
    session: _Session,
    replace_stale: bool,
) -> dict[str, Sample]:
    """Return the earlier samples that still hold, by case id, scored by the case as it is now."""
    found: dict[str, Sample] = {}
    gold = session.what.get("system") == TOLD_GOLD
    for case in cases:
        old = before.get(case.id)
        if old is None or asked_hash(old.case, gold=gold) != asked_hash(case, gold=gold):
            continue
        if old.config == config:
            found[case.id] = samples.scored(replace(old, case=case))
        elif not replace_stale:
            raise SamplesError(
                f"{session.folder} was run with {session.difference()}.\n"
                "Run into another folder, or replace its answers with --replace"
            )
    return found


def _in_order(kept: Sequence[Sample], chosen: Mapping[str, Sequence[Case]]) -> list[Sample]:
    place = {f"{name}/{case.id}": n for name in chosen for n, case in enumerate(chosen[name])}
    order = {name: n for n, name in enumerate(chosen)}
    return sorted(kept, key=lambda one: (order[one.suite], place[one.key]))


@dataclass(frozen=True, slots=True)
class _Asker:
    """Asks one system about one library and files the answers."""

    suite: str
    config: str
    system: System
    library: Library
    peak: Callable[[], int | None]

    def ask(self, case: Case) -> Sample:
        try:
            reply = self.system.answer(case)
        except WorkerCrashed:  # it is started anew; a question that kills it twice stops the run
            reply = self.system.answer(case)
        retrieved = self._retrieved(case) if self.system.searches else None
        broken = broken_promises(reply.answer, self._texts()) if self.system.promises else []
        timed = reply.answer["timings"]["total"] is not None  # else the model may not even have been loaded
        return Sample(
            self.suite,
            case,
            self.config,
            reply.answer,
            retrieved,
            reply.evidence,
            tuple(Broken(case.id, one.promise, one.detail) for one in broken),
            self.peak() if timed else None,
            score(case, reply.answer, retrieved),
        )

    def _retrieved(self, case: Case) -> tuple[dict[str, Any], ...]:
        hits = self.library.search(standalone(case), DEPTH, until=day(case))
        return tuple(
            {
                "article": hit.article.id,
                "file": hit.article.file,
                "start": hit.passage.start,
                "end": hit.passage.end,
                "text": hit.passage.text,
                "score": round(hit.score, 6),
            }
            for hit in hits
        )

    def _texts(self) -> TextOf:
        def text_of(article: str) -> str | None:
            try:
                return self.library.get(article).text
            except NotFound:
                return None

        return text_of


class _Session:
    """`run.json`: what the run is of, and each time that it was worked on."""

    def __init__(self, folder: Path, what: Mapping[str, Any], now: Now) -> None:
        self.folder, self._now = folder, now
        self._started = now()
        self._old = read_run(folder) if (folder / RUN).is_file() else {"what": {}, "when": []}
        self.what: dict[str, Any] = {**what, "libraries": {}, "suites": {}}

    def suite(self, suite: Suite, library: str, cases: Sequence[Case]) -> None:
        """Note a suite and the library that it is asked about."""
        self.what["libraries"][suite.name] = library
        self.what["suites"][suite.name] = {"sha256": suite.sha256, "questions": len(cases)}

    def difference(self) -> str:
        """Return what differs from the run that is in the folder, with both values."""
        told = ("commit", "limit", "readings", "suites", "python", "cpu", "platform", "scoring")
        old = self._old["what"]
        differing = [key for key in self.what if key not in told and old.get(key) != self.what[key]]
        parts = [f"{key} {_brief(old.get(key))} instead of {_brief(self.what[key])}" for key in differing]
        return "; ".join(parts) or "something else than now"

    def save(self, answered: int) -> None:
        """Write the file; `answered` is how many questions were answered this time."""
        when = {
            "started": self._started.isoformat(timespec="seconds"),
            "ended": self._now().isoformat(timespec="seconds"),
            "answered": answered,
        }
        kept = {"what": self.what, "when": [*self._old["when"], when]}
        text = json.dumps(kept, ensure_ascii=False, indent=1) + "\n"
        samples.replace_file(self.folder / RUN, text)


def _brief(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"
