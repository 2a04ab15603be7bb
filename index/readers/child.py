"""Parsers in a child process, as their parent sees them: asked, timed, ended, started anew."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import BadArticle
from index.readers.formats import Options
from index.readers.source import Source, Unread
from index.readers.worker import LONGEST_MESSAGE, MORE_SECONDS, SECONDS, send

# A process that read many files holds on to memory; the first page of a new one costs 0.4 s.
FILES_PER_PROCESS = 500


class Child:
    """Reads files in one long-lived process, which is replaced when it dies or has to be ended."""

    def __init__(self, seconds: float = SECONDS) -> None:
        """`seconds` is how long a file may take until its first article is out."""
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = 0

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process that reads, if there is one now."""
        return self._process.pid if self._process else None

    def read(self, path: Path, options: Options) -> Iterator[Source | Unread]:
        """Yield what is in the file; `BadArticle` when it cannot be read, or no further."""
        process = self._started()
        began = _Clock(self._seconds)
        whole = False
        try:
            assert process.stdin
            send(process.stdin, {"path": str(path), "options": dict(options)})
            while True:
                message = self._receive(process, began)
                if "end" in message:
                    whole = bool(message["sound"])
                    break
                began.more()
                if "reason" in message:
                    yield Unread(message["part"], message["reason"])
                else:
                    yield Source(message["text"], message["meta"], message["part"], message["default"])
        except (BrokenPipeError, EOFError):
            raise BadArticle(self._how_it_ended(process)) from None
        finally:
            if not whole:  # stopped, dead, or the caller left in the middle: its next words belong to nobody
                self._end()
        if message["end"] is not None:
            raise BadArticle(message["end"])

    def close(self) -> None:
        """End the process."""
        self._end()

    def _started(self) -> subprocess.Popen[bytes]:
        self._asked += 1
        if self._process and (self._process.poll() is not None or self._asked > FILES_PER_PROCESS):
            self._end()
        if self._process is None:
            self._asked = 1
            # A new interpreter, not a fork: this process may hold a model and its threads. A session of
            # its own keeps Ctrl-C away from it; -P keeps the working folder off its import path.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "index.readers.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            )
        return self._process

    def _receive(self, process: subprocess.Popen[bytes], clock: _Clock) -> dict[str, Any]:
        head = self._bytes(process, 4, clock)
        (length,) = struct.unpack(">I", head)
        if length > LONGEST_MESSAGE:
            raise BadArticle(f"gives {length / 1e6:.0f} MB of text, the limit is {LONGEST_MESSAGE / 1e6:.0f}")
        message: dict[str, Any] = json.loads(self._bytes(process, length, clock))
        return message

    def _bytes(self, process: subprocess.Popen[bytes], count: int, clock: _Clock) -> bytes:
        assert process.stdout
        handle, found = process.stdout.fileno(), bytearray()
        poll = select.poll()  # select() knows no handles above 1023
        poll.register(handle, select.POLLIN)
        while len(found) < count:
            started = time.monotonic()
            ready = poll.poll(max(0.0, clock.left) * 1000)
            clock.waited(time.monotonic() - started)
            if not ready:
                raise BadArticle(f"not read within {self._seconds:g} s; is it one article?")
            piece = os.read(handle, count - len(found))
            if not piece:
                raise EOFError
            found += piece
        return bytes(found)

    def _how_it_ended(self, process: subprocess.Popen[bytes]) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(2)
        code = process.poll()
        if code == -signal.SIGXCPU:
            return f"takes more than {self._seconds:g} s to read; is it one article?"
        if code is not None and code < 0:
            return f"its reader crashed on it ({signal.Signals(-code).name})"
        return "its reader ended while reading it"

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # words that could not be sent any more
                if stream:
                    stream.close()


class _Clock:
    """Seconds that may still be waited for the child; what the caller does with an article is free."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    def waited(self, seconds: float) -> None:
        self.left -= seconds

    def more(self) -> None:
        self.left += MORE_SECONDS
