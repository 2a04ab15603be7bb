"""One file from a model hub, by its resolve URL, going on where an earlier try stopped.

    {endpoint}/{repository}/resolve/{revision}/{file}

Only asked for when a person names a model that no wheel holds, or allows it: `rag setup` never comes
here. The endpoint can be a mirror: HF_ENDPOINT in the environment.
"""

from __future__ import annotations

import errno
import hashlib
import http.client
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from rag.errors import FetchFailed, ModelDamaged
from rag.models.catalogue import Hub
from rag.models.fetch import CHUNK, PAUSES, SOCKET_SECONDS, wait_a_little
from rag.progress import Progress

ENDPOINT = "https://huggingface.co"
_PERMANENT = {400, 401, 403, 404, 410, 451}  # asking again will not help
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS}  # the disk's fault, not the line's


def url(source: Hub, endpoint: str | None = None) -> str:
    """Return the address of the file; raises FetchFailed for an endpoint that is no web address."""
    base = (endpoint or os.environ.get("HF_ENDPOINT") or ENDPOINT).rstrip("/")
    if not base.startswith(("https://", "http://")):
        raise FetchFailed(f"The hub's endpoint is {base!r}, expected https://… or http://…")
    parts = (source.repository, "resolve", source.revision, source.file)
    return "/".join((base, *(urllib.parse.quote(part) for part in parts)))


def fetch_hub(
    source: Hub,
    model_id: str,
    target: Path,
    size: int,
    sha256: str,
    progress: Progress,
    endpoint: str | None = None,
) -> None:
    """Write the file to `target`; bytes that are there already (of an earlier try) are kept.

    Raises FetchFailed (what has arrived stays) and ModelDamaged (nothing stays).
    """
    address = url(source, endpoint)
    attempt = 0
    while (have := _size(target)) < size:
        try:
            _receive(address, target, have, size, model_id, progress)
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, OSError) and error.errno in _DISK:
                raise
            if isinstance(error, urllib.error.HTTPError) and error.code in _PERMANENT:
                raise FetchFailed(f"{address} answers {error.code} {error.reason}. {_fix(error)}") from None
            if _size(target) > have:
                attempt = 0  # it moved: a slow line may break as often as it likes
            if attempt == len(PAUSES):
                raise FetchFailed(
                    f"{address} broke off at {_size(target):,} of {size:,} bytes ({error}). "
                    "Do the same again: it goes on where it stopped."
                ) from None
            wait_a_little(attempt)
            attempt += 1
        finally:
            progress.finish()
    _check(target, address, size, sha256, model_id)


def _fix(error: urllib.error.HTTPError) -> str:
    if error.code in {401, 403}:
        return "This repository asks for a login; set HF_ENDPOINT to a mirror"
    return "Set HF_ENDPOINT to another mirror"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _receive(address: str, target: Path, have: int, size: int, model_id: str, progress: Progress) -> None:
    """Append to `target` from byte `have`; start over when the server does not know ranges."""
    request = urllib.request.Request(address, headers={"User-Agent": "rag", "Accept-Encoding": "identity"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    with urllib.request.urlopen(request, timeout=SOCKET_SECONDS) as answer:
        resumed = answer.status == 206
        total = _total(answer, have if resumed else 0)
        if total is not None and total != size:
            raise FetchFailed(f"{address} has {total:,} bytes, expected {size:,}. It is another file.")
        with target.open("ab" if resumed else "wb") as out:
            done = have if resumed else 0
            while chunk := answer.read(CHUNK):
                done += len(chunk)
                if done > size:
                    raise FetchFailed(f"{address} sends more than the expected {size:,} bytes.")
                out.write(chunk)
                progress.update(f"fetching {model_id}", done, size, "B")
            out.flush()
            os.fsync(out.fileno())
    if done < size:
        raise ConnectionError("the connection was closed early")


def _total(answer: http.client.HTTPResponse, offset: int) -> int | None:
    """Return the size of the whole file as the server states it."""
    ranged = re.match(r"bytes (\d+)-\d+/(\d+)$", answer.headers.get("Content-Range", ""))
    if answer.status == 206:
        if ranged is None or int(ranged.group(1)) != offset:
            raise ConnectionError("the server answered with another range than it was asked for")
        return int(ranged.group(2))
    length = answer.headers.get("Content-Length")
    return int(length) if length and length.isdigit() else None


def _check(target: Path, address: str, size: int, sha256: str, model_id: str) -> None:
    with target.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256 or _size(target) != size:
        target.unlink()
        raise ModelDamaged(
            f"{model_id}: {address} has SHA-256 {found}, expected {sha256}. Nothing was kept; "
            "set HF_ENDPOINT to another mirror"
        )
