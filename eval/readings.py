"""What the language model said, kept by what it was asked, so that the same is never read twice.

A fit of weights is made again from kept readings without a model, and a program whose search or checks
changed is asked anew in minutes (`rag eval run --readings`): only prompts that are new are read.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.asking import Reply, System
from eval.cases import Case
from rag.llm import LLM, Attention, Generation, Hidden, Prompt, Usage


class ReadingsError(ValueError):
    """A file of kept readings that cannot be read; the message names file and line."""


class Kept:
    """An `LLM` over a file of what it said (JSON Lines): the model is asked only what is not there yet.

    A line is {"key", "model", "text", "logprobs", "watched", "finish", "usage", "hidden"}, and "attention"
    with "looked" (the heads and the span) and "floor" where these were asked for. The key is the SHA-256 of
    all else that decides the reply, "model" who gave it: lines of another model are left alone. Each is on
    disk before the next is asked; a last line that was torn by a kill is dropped. `opened` is called when the
    first reply is missing, so without one no model is needed.
    """

    def __init__(
        self,
        path: Path,
        model: str,
        markup: str,
        opened: Callable[[], LLM],
        made_by: str | None = None,
    ) -> None:
        """Read `path`, which need not exist; `made_by` tells who replies where the id is not enough.

        Where heads look decides no reply, but belongs to it: where it was not kept, the reply is asked for
        again. Raises ReadingsError if a line is no reading.
        """
        self.id, self.markup = model, markup
        self.asked = 0  # replies that the file did not have
        self.replayed = 0  # replies that it had
        self._path, self._opened, self._made_by = path, opened, made_by or model
        self._llm: LLM | None = None
        self._warmed: Prompt | None = None  # what to read as soon as there is a model
        self._known = _read(path, self._made_by)

    def generate(
        self, prompt: Prompt, *, max_tokens: int, stop: Sequence[str] = (), into: Generation | None = None
    ) -> Iterator[str]:
        """Return the pieces of the kept reply, or of the model's; see `LLM.generate`."""
        run = into if into is not None else Generation()
        asked = [self.id, [[one.text, one.trusted] for one in prompt], max_tokens, list(stop), run.watch]
        asked += [list(run.layers)] if run.layers else []
        text = json.dumps(asked, ensure_ascii=False)
        key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()  # odd text is text too
        known = self._known.get(key)
        looking = [[list(head) for head in run.heads], run.onto] if run.heads else None
        fits = known is not None and known.get("floor") == run.floor
        if known is None or not fits or (looking and known.get("looked") != looking):
            said = self._model().generate(prompt, max_tokens=max_tokens, stop=stop, into=run)
            return self._keeping(key, said, run)
        self.replayed += 1
        run.text, run.finish, run.watched = known["text"], known["finish"], known["watched"]
        run.logprobs[:] = known["logprobs"]
        run.usage = Usage(**known["usage"])
        run.hidden = {int(layer): Hidden.unpacked(held) for layer, held in known["hidden"].items()}
        same = looking is not None and known.get("looked") == looking
        run.attention = Attention.unpacked(known["attention"]) if same else None
        return iter([run.text] if run.text else [])

    def choose(
        self, prompt: Prompt, choices: Sequence[str], *, into: Generation | None = None
    ) -> list[float]:
        """Ask the model; see `LLM.choose`."""
        return self._model().choose(prompt, choices, into=into)

    def logprob(self, prompt: Prompt, continuation: str, *, into: Generation | None = None) -> list[float]:
        """Ask the model; see `LLM.logprob`."""
        return self._model().logprob(prompt, continuation, into=into)

    def warm(self, prompt: Prompt = (), *, into: Generation | None = None) -> None:
        """Read `prompt` if the model is there, else when it will be: it may never be needed."""
        self._warmed = prompt
        if self._llm is not None:
            self._llm.warm(prompt, into=into)

    def count(self, text: str) -> int:
        """Ask the model; see `LLM.count`."""
        return self._model().count(text)

    def cancel(self) -> None:
        """End the model's call in progress, if there is one."""
        if self._llm is not None:
            self._llm.cancel()

    def close(self) -> None:
        """Free the model if one was opened."""
        if self._llm is not None:
            self._llm.close()

    def _model(self) -> LLM:
        if self._llm is None:
            self._llm = self._opened()
            if self._warmed is not None:
                self._llm.warm(self._warmed)
        return self._llm

    def _keeping(self, key: str, said: Iterator[str], run: Generation) -> Iterator[str]:
        yield from said
        self.asked += 1
        if run.finish != "cancelled":  # half a reply is none
            self._keep(key, run)

    def _keep(self, key: str, run: Generation) -> None:
        record: dict[str, Any] = {
            "key": key,
            "model": self._made_by,
            "text": run.text,
            "logprobs": list(run.logprobs),
            "watched": run.watched,
            "finish": run.finish,
            "usage": asdict(run.usage),
            "hidden": {str(layer): held.packed() for layer, held in run.hidden.items()},
        }
        if run.floor is not None:
            record["floor"] = run.floor
        if run.attention:
            record["looked"] = [[list(head) for head in run.heads], run.onto]
            record["attention"] = run.attention.packed()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(json.dumps(record, allow_nan=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._known[key] = record


class Replaying:
    """A system over a `Kept` model: what was answered with a kept reading says no seconds of the model's."""

    def __init__(self, system: System, llm: Kept) -> None:
        self.name, self.searches, self.promises = system.name, system.searches, system.promises
        self.asks, self.warm = system.asks, system.warm
        self._system, self._llm = system, llm

    def answer(self, case: Case) -> Reply:
        """Return the system's reply, without the seconds that reading would have taken."""
        before = self._llm.replayed
        reply = self._system.answer(case)
        if self._llm.replayed == before:
            return reply
        timings = {**reply.answer["timings"], "first_token": None, "total": None}
        return dataclasses.replace(reply, answer={**reply.answer, "timings": timings})


_FIELDS = frozenset({"key", "model", "text", "logprobs", "watched", "finish", "usage", "hidden"})


def _read(path: Path, made_by: str) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        return {}
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        os.truncate(path, whole)  # else the next record would be written behind the torn one
    found: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(data[:whole].splitlines(), start=1):
        try:
            record = json.loads(line)
            if not isinstance(record, dict) or record.keys() - {"attention", "looked", "floor"} != _FIELDS:
                raise ValueError(f"its fields are not {', '.join(sorted(_FIELDS))}")
        except ValueError as error:
            raise ReadingsError(
                f"{path}, line {number} is no kept reading: {error}; remove that line"
            ) from error
        if record["model"] == made_by:
            found[record["key"]] = record
    return found
