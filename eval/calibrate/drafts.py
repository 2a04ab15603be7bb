"""What the language model said, kept by what it was asked, so that a fit can be made again without it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rag.llm import LLM, Generation, Prompt, Usage


class DraftsError(ValueError):
    """A file of kept readings that cannot be read; the message names file and line."""


class Kept:
    """The part of an `LLM` that reads, over a JSON Lines file: asks the model only what is not there yet.

    A line is {"key", "model", "text", "logprobs", "watched", "finish", "usage"}; the key is the SHA-256 of
    all that decides the reply. Each is on disk before the next is asked; a last line that was torn by a
    kill is dropped. `opened` is called when the first reply is missing, so without one no model is needed.
    """

    def __init__(self, path: Path, model: str, markup: str, opened: Callable[[], LLM]) -> None:
        self.id, self.markup = model, markup
        self.asked = 0  # replies that the file did not have
        self._path, self._opened = path, opened
        self._llm: LLM | None = None
        self._known = _read(path)

    def generate(
        self, prompt: Prompt, *, max_tokens: int, stop: Sequence[str] = (), into: Generation | None = None
    ) -> Iterator[str]:
        """Yield the kept reply, or the model's, and fill `into` as the model did; see `LLM.generate`."""
        run = into if into is not None else Generation()
        asked = [self.id, [[one.text, one.trusted] for one in prompt], max_tokens, list(stop), run.watch]
        key = hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()
        known = self._known.get(key)
        if known is None:
            self._llm = self._llm or self._opened()
            yield from self._llm.generate(prompt, max_tokens=max_tokens, stop=stop, into=run)
            self.asked += 1
            if run.finish != "cancelled":  # half a reply is none
                self._keep(key, run)
            return
        run.text, run.finish, run.watched = known["text"], known["finish"], known["watched"]
        run.logprobs[:] = known["logprobs"]
        run.usage = Usage(**known["usage"])
        yield run.text

    def close(self) -> None:
        """Free the model if one was opened."""
        if self._llm is not None:
            self._llm.close()

    def _keep(self, key: str, run: Generation) -> None:
        record = {
            "key": key,
            "model": self.id,
            "text": run.text,
            "logprobs": list(run.logprobs),
            "watched": run.watched,
            "finish": run.finish,
            "usage": asdict(run.usage),
        }
        with self._path.open("ab") as file:
            file.write((json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n").encode())
            file.flush()
            os.fsync(file.fileno())
        self._known[key] = record


_FIELDS = frozenset({"key", "model", "text", "logprobs", "watched", "finish", "usage"})


def _read(path: Path) -> dict[str, dict[str, Any]]:
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
            if not isinstance(record, dict) or record.keys() != _FIELDS:
                raise ValueError(f"its fields are not {', '.join(sorted(_FIELDS))}")
            found[record["key"]] = record
        except ValueError as error:
            raise DraftsError(
                f"{path}, line {number} is no kept reading: {error}; remove that line"
            ) from error
    return found
