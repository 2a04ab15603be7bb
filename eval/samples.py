"""The records of a run: one JSON object a question in `samples.jsonl`, complete in itself.

A record holds the case as it was asked, the answer, the passages that the search found, what the answer
breaks, and the scores; so scoring again needs neither the suite nor the library nor a model. A record is
written with one flush to disk, so that a run that is killed loses the question it was at and no other.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.cases import Case, parse
from eval.figures.promises import Broken
from eval.figures.scoring import score
from eval.records import case_hash, record_of

FILE = "samples.jsonl"


class SamplesError(ValueError):
    """A folder that holds no run, or a record that cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One question of a run with its answer."""

    suite: str
    case: Case
    config: str  # hash of all that decides the answer: program, model, library, settings
    answer: Mapping[str, Any]  # the JSON object of `rag ask`
    retrieved: tuple[Mapping[str, Any], ...] | None  # passages, best first; None: nothing is searched
    evidence: tuple[Mapping[str, Any], ...] = ()  # {file, quote}: sentences put before the reader
    broken: tuple[Broken, ...] = ()
    memory: int | None = None  # bytes, see `eval.memory`
    scores: Mapping[str, Any] | None = None

    @property
    def key(self) -> str:
        """Name of the question among all suites of the run."""
        return f"{self.suite}/{self.case.id}"

    @property
    def correct(self) -> bool:
        """Whether the answer was right, or rightly not given."""
        return bool(self.scored["correct"])

    @property
    def scored(self) -> Mapping[str, Any]:
        """The scores; see `eval.figures.scoring.score`."""
        assert self.scores is not None  # `read` and the runner see to it
        return self.scores

    @property
    def label(self) -> str:
        """The verdict: right, wrong, abstained; refused, answered."""
        return str(self.scored["label"])


def scored(sample: Sample) -> Sample:
    """Return the sample with its scores by the present rules."""
    return replace(sample, scores=score(sample.case, sample.answer, sample.retrieved))


def to_line(sample: Sample) -> str:
    """Return the record as one line of JSON."""
    record = {
        "id": sample.case.id,
        "suite": sample.suite,
        "case_hash": case_hash(sample.case),
        "config": sample.config,
        "case": record_of(sample.case),
        "answer": sample.answer,
        "retrieved": sample.retrieved,
        "evidence": sample.evidence,
        "broken": [{"promise": one.promise, "detail": one.detail} for one in sample.broken],
        "memory": sample.memory,
        "scores": sample.scored,
    }
    return json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"


def from_record(record: Mapping[str, Any]) -> Sample:
    """Return the sample of a record, scored by the present rules; KeyError or ValueError if it is none."""
    retrieved = record["retrieved"]
    return scored(
        Sample(
            suite=record["suite"],
            case=parse(record["case"]),
            config=record["config"],
            answer=record["answer"],
            retrieved=None if retrieved is None else tuple(retrieved),
            evidence=tuple(record["evidence"]),
            broken=tuple(Broken(record["id"], one["promise"], one["detail"]) for one in record["broken"]),
            memory=record["memory"],
        )
    )


def read(folder: Path) -> list[Sample]:
    """Return the samples of a run in order; SamplesError if there are none, or a line is damaged or repeated.

    A last line without its line feed was torn by a kill and is left out. No kill leaves a question twice: a
    run that goes on first writes again what it keeps, and asks only what is not there.
    """
    path = folder / FILE
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise SamplesError(f"{folder} holds no run: there is no {FILE} in it") from None
    found: list[Sample] = []
    lines: dict[str, int] = {}
    for number, line in enumerate(data[: data.rfind(b"\n") + 1].splitlines(), start=1):
        try:
            found.append(from_record(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise SamplesError(f"{path}, line {number} is no sample: {error!r}; remove that line") from error
        key = found[-1].key
        if key in lines:
            raise SamplesError(
                f"{path}, line {number} answers {key}, as line {lines[key]} does; remove the wrong one"
            )
        lines[key] = number
    return found


def append(folder: Path, sample: Sample) -> None:
    """Add one record and wait until it is on disk."""
    with (folder / FILE).open("ab") as file:
        file.write(to_line(sample).encode())
        file.flush()
        os.fsync(file.fileno())


def write(folder: Path, samples: Iterable[Sample]) -> None:
    """Replace all records, whole or not at all."""
    replace_file(folder / FILE, "".join(map(to_line, samples)))


def replace_file(path: Path, text: str) -> None:
    """Write `text` to `path` by way of a temporary file beside it, so that a kill leaves old or new."""
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
