"""The child that runs parsers: `python -m index.readers.worker`. Asked by `index.readers.child`.

Messages both ways are four bytes of length, most significant first, then JSON. A request is
{"path", "options"}; the replies are any number of {"text", "meta", "part", "default"} and
{"part", "reason"}, then {"end": reason or null, "sound": whether this process may be asked again}.
Memory and processor time are limited here; the parent limits the time on the clock and the length of
messages, and ends the process when it must.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from index.errors import BadArticle
from index.readers import formats, strict
from index.readers.source import Source, Unread, take

# Address space, in bytes: the promise is 1 GB of memory, and address space is never less than that.
# With every parser loaded 0.13 GB of it is taken.
MEMORY = 1_000_000_000
SECONDS = 30  # of processor time until the first article is out, as on the parent's clock
MORE_SECONDS = 0.25  # for each further article of one file; a web page takes 0.005
LONG = 50_000  # characters of one article; five times as many as a long one has
LONGEST_MESSAGE = 16_000_000  # bytes; 2 million Vietnamese letters as JSON are 12


def send(stream: IO[bytes], message: dict[str, Any]) -> None:
    """Write one message."""
    data = json.dumps(message).encode("ascii")
    stream.write(struct.pack(">I", len(data)) + data)
    stream.flush()


def receive(stream: IO[bytes]) -> dict[str, Any] | None:
    """Return the next message, or None when the other side has gone."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    data = stream.read(struct.unpack(">I", head)[0])
    message: dict[str, Any] = json.loads(data)
    return message


def _replies(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    path = Path(request["path"])
    known = formats.of(path.name)
    data = take(path, known.limit, known.fix)
    for number, one in enumerate(formats.parse(path.name, data, request["options"]), 1):
        _allow(SECONDS + MORE_SECONDS * number, request["began"])
        if isinstance(one, Unread):
            yield {"part": strict.whole(one.part), "reason": strict.whole(one.reason)}
        else:
            _lay_out(one, path)
            yield _article(one)


def _lay_out(one: Source, path: Path) -> None:
    """Lay a long text out and throw the result away: what takes too long shows here, where it can be ended.

    Texts of a usual length cannot take long, even where the time grows with the square of the length.
    """
    if len(one.text) > LONG:
        from index.article import of_source  # not needed for most files, so not loaded for them

        with contextlib.suppress(BadArticle):  # the parent says so, of that article alone
            of_source(one, path)


def _article(one: Source) -> dict[str, Any]:
    meta = {key: strict.whole(value)[:2000] for key, value in one.meta.items() if value.strip()}
    default = {key: strict.whole(value)[:2000] for key, value in one.default.items()}
    return {"text": strict.whole(one.text), "meta": meta, "part": strict.whole(one.part), "default": default}


def answer(request: dict[str, Any], out: IO[bytes]) -> bool:
    """Answer one request; False when this process should not be asked again."""
    request["began"] = time.process_time()
    _allow(SECONDS, request["began"])
    reason: str | None = None
    sound = True
    try:
        for reply in _replies(request):
            send(out, reply)
    except BadArticle as error:
        reason = strict.whole(str(error))
    except MemoryError:
        reason, sound = f"needs more memory than the {MEMORY / 1e9:.0f} GB that a reader may use", False
    except RecursionError:
        reason = "nested too deeply to be read"
    except BrokenPipeError:
        raise  # the parent has gone
    except Exception as error:  # whatever a library raises on a file made to break it
        reason = f"cannot be read: {type(error).__name__}: {strict.whole(str(error))[:160]}".rstrip(": ")
    send(out, {"end": reason, "sound": sound})
    return sound


def _allow(seconds: float, since: float) -> None:
    """Let this process compute until `seconds` after `since`; the system ends it then."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(since + seconds) + 1, hard))


def main() -> None:
    """Answer requests from standard input until it ends."""
    # What a library prints must not get among the replies.
    out = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # No parser has any business writing a file: a file size of nothing forbids it.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.setrecursionlimit(3000)  # deep pages need some; the C stack holds ten times as many
    with contextlib.suppress(OSError, KeyboardInterrupt):
        while (request := receive(sys.stdin.buffer)) is not None:
            if not answer(request, out):
                return


if __name__ == "__main__":
    main()
