"""What can be chosen for an evaluation, and whether what was chosen can be run."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from eval import libraries, lint
from eval.cases import Case, SuiteError
from eval.libraries import Suite
from eval.runner import choose
from eval.session import folder_name
from eval.systems import NAMES, ONLY_FINDS, TOLD_GOLD, WITHOUT_MODEL
from eval.web.evaluations import Plan
from index.paths import data_dir
from rag.models import packs

FAULTS_SHOWN = 10  # of a suite's faults: enough to see of what kind they are
_LIMIT = re.compile("[1-9][0-9]{0,6}")  # more questions than any suite has
_REPEAT = re.compile("[1-9][0-9]?")  # more often than anybody waits for
# No suite (SuiteError), not UTF-8, no path at all; cannot be read; "~" of somebody whom nobody knows.
_UNUSABLE = (ValueError, OSError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Offered:
    """A suite in the list: what is in it, or what is wrong with it."""

    path: str
    name: str
    shipped: bool
    questions: int = 0
    unanswerable: int = 0
    splits: Mapping[str, int] | None = None
    languages: Mapping[str, int] | None = None
    crossing: int = 0  # questions whose article is in the other language
    types: Mapping[str, int] | None = None
    has_articles: bool = True  # their folder is known
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen in the form."""

    suites: tuple[str, ...] = ()  # of those in the list, by path
    path: str = ""  # of another one
    articles: str = ""  # folder of the articles, where the suite does not tell
    systems: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    limit: str = ""
    repeat: str = ""
    anyway: bool = False  # run a suite that has faults

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Choice:
        """Return what the fields of a form or an address say."""
        given: dict[str, list[str]] = {}
        for key, value in pairs:
            if value.strip():
                given.setdefault(key, []).append(value.strip())
        many = {f"{name}s": tuple(given.get(name, ())) for name in ("suite", "system", "model")}
        one = {name: given.get(name, [""])[0] for name in ("path", "articles", "limit", "repeat")}
        return cls(**many, **one, anyway="anyway" in given)  # type: ignore[arg-type]

    def query(self) -> str:
        """Return it as the query of an address."""
        pairs = [
            *(("suite", one) for one in self.suites),
            *(("system", one) for one in self.systems),
            *(("model", one) for one in self.models),
            *((key, getattr(self, key)) for key in ("path", "articles", "limit", "repeat")),
        ]
        return urlencode([pair for pair in pairs if pair[1]])

    @property
    def asking(self) -> bool:
        """Whether a language model is needed."""
        return any(name not in WITHOUT_MODEL for name in self.systems)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a choice cannot be run: a key of the page's words, and what the program says of it."""

    key: str
    detail: str = ""
    lint: tuple[lint.Fault, ...] = ()  # of the suite that the detail names
    more: int = 0  # faults that are not listed


def own_suites() -> Path:
    """Return the folder of the user's suites: files, or folders as `rag eval import` makes them."""
    return data_dir().resolve() / "suites"


def offered() -> list[Offered]:
    """Return the user's suites, then those that ship, the ones whose articles ship as well first."""
    own = own_suites()
    paths = [*own.glob("*.jsonl"), *own.glob("*/suite.jsonl"), *libraries.SUITES.glob("*.jsonl")]
    return sorted(map(_offered, paths), key=lambda one: (one.shipped, not one.has_articles, one.name))


def _offered(path: Path) -> Offered:
    shipped = path.parent == libraries.SUITES
    try:
        suite = _suite(path)
    except _UNUSABLE as error:
        return Offered(str(path), libraries.name_of(path), shipped, problem=str(error))
    cases = suite.cases
    return Offered(
        str(path),
        suite.name,
        shipped,
        len(cases),
        sum(not case.answerable for case in cases),
        Counter(case.split for case in cases),
        Counter(case.lang for case in cases),
        sum("cross-lingual" in case.tags for case in cases),
        dict(Counter(case.type for case in cases).most_common()),
        _has_articles(suite),
    )


def _has_articles(suite: Suite) -> bool:
    try:
        return bool(libraries.articles_of(suite))
    except SuiteError:
        return False


def _suite(path: Path) -> Suite:
    now = path.stat()
    return _found(path, now.st_mtime_ns, now.st_size)


@lru_cache(maxsize=64)  # suites are read again when they have changed
def _found(path: Path, _time: int, _size: int) -> Suite:
    return libraries.find(str(path))


def checked(choice: Choice, *, here: bool) -> tuple[Plan | None, list[Fault]]:
    """Return what will be run, or why it cannot be; `here`: the reader sits at this computer."""
    form, faults = _form_faults(choice, here), _model_faults(choice)
    if form:
        return None, form + faults
    try:
        suites = libraries.find_all([str(path) for path in _paths(choice)])
        folders = [libraries.articles_of(suite, _folder(choice)) for suite in suites]
    except _UNUSABLE as error:
        return None, [*faults, Fault("bad_suite", str(error))]
    if not choice.anyway:
        faults += [fault for pair in zip(suites, folders, strict=True) for fault in _lint_faults(*pair)]
    return (None, faults) if faults else (_plan(choice, suites), [])


def _paths(choice: Choice) -> list[Path]:
    typed = [Path(choice.path).expanduser().resolve()] if choice.path else []
    for path in typed:
        if not path.is_file():
            raise SuiteError(f"{choice.path} is no file.")
    return list(dict.fromkeys([*map(Path, choice.suites), *typed]))


def _folder(choice: Choice) -> Path | None:
    return Path(choice.articles).expanduser().resolve() if choice.articles else None


def _form_faults(choice: Choice, here: bool) -> list[Fault]:
    known = {one.path for one in offered()}
    found = []
    if not (choice.suites or choice.path):
        found.append(Fault("no_suite"))
    found += [Fault("unknown_suite", name) for name in choice.suites if name not in known]
    if (choice.path or choice.articles) and not here:
        found.append(Fault("only_here"))
    if not choice.systems:
        found.append(Fault("no_system"))
    found += [Fault("unknown_system", name) for name in choice.systems if name not in NAMES]
    if choice.limit and not _LIMIT.fullmatch(choice.limit):
        found.append(Fault("bad_limit", choice.limit))
    if choice.repeat and not _REPEAT.fullmatch(choice.repeat):
        found.append(Fault("bad_repeat", choice.repeat))
    return found


def _model_faults(choice: Choice) -> list[Fault]:
    if not choice.asking:
        return []
    if not choice.models:
        return [Fault("no_model")]
    known = {model.id for model in packs.catalogue() if model.kind == "llm"}
    found = [Fault("unknown_model", name) for name in choice.models if name not in known]
    there = [packs.status(name) for name in choice.models if name in known]
    return found + [Fault("bad_model", one.message) for one in there if one.state != "ready"]


def _lint_faults(suite: Suite, articles: Path) -> list[Fault]:
    """Return the faults of a suite as one; those that ship are sound."""
    if suite.path.parent == libraries.SUITES:
        return []
    found = lint.faults(suite.cases, lint.read_articles(articles))
    shown = tuple(found[:FAULTS_SHOWN])
    return [Fault("lint", suite.name, shown, len(found) - len(shown))] if found else []


def _plan(choice: Choice, suites: list[Suite]) -> Plan:
    limit = int(choice.limit) if choice.limit else None
    repeat = int(choice.repeat or 1)
    cases = [case for suite in suites for case in choose(suite.cases, limit)]
    runs: list[tuple[str, str | None]] = [(name, None) for name in choice.systems if name in WITHOUT_MODEL]
    runs += [(name, model) for model in choice.models for name in choice.systems if name not in WITHOUT_MODEL]
    return Plan(
        tuple(str(suite.path.resolve()) for suite in suites),
        choice.systems,
        choice.models if choice.asking else (),
        limit,
        str(_folder(choice)) if choice.articles else None,
        {
            folder_name(name, model, time): sum(_asks(name, case) for case in cases)
            for name, model in runs
            for time in range(1, repeat + 1)
        },
        dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        repeat,
    )


def _asks(system: str, case: Case) -> bool:
    """Return what `System.asks` would, which needs no library to know."""
    return bool(case.must_cite) if system in (ONLY_FINDS, TOLD_GOLD) else True
