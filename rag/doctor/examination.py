"""`rag doctor`: is everything there, whole, and fit for each other; if not, the command that fixes it.

A check is a function from the settings to what it found; `checks` is their list. Nothing is changed
or repaired here, and a check that fails in an unforeseen way is itself reported as a problem.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterable, Iterator

from index import paths
from rag.config import Config
from rag.doctor import library as doctor_library
from rag.doctor import models as doctor_models
from rag.doctor import network as doctor_network
from rag.doctor.check import Check, Examination, existing

PROJECT = "rag-news-archive"
# One index run needs room for its transaction and for the new search index beside the old one.
ROOM_TO_WRITE = 200 * 10**6  # bytes
# The default models take 1.2 GB, and the parts they are joined from are there at the same time.
ROOM_TO_FETCH = 3 * 10**9  # bytes
# Two connections that write and checkpoint at once may lose pages: sqlite.org/wal.html#walresetbug.
WAL_RESET_FIXED = (3, 51, 3)


def examine(config: Config, checks: Iterable[tuple[str, Examination]]) -> Iterator[Check]:
    """Yield what each check found, in order, as it is found."""
    for name, check in checks:
        try:
            yield from check(config)
        except Exception as error:  # a broken part must not hide what the other checks find
            what = f"the check itself failed: {type(error).__name__}: {error}"
            yield Check(name, "problem", what, "rag --debug doctor")


def sound(found: Iterable[Check]) -> bool:
    """Return whether nothing is a problem; warnings are let pass."""
    return all(check.status != "problem" for check in found)


def python(_: Config) -> Iterator[Check]:
    """Look at the interpreter and its SQLite."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("python", "ok", f"Python {version} at {sys.executable}")
    sqlite = f"SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < WAL_RESET_FIXED:
        fixed = ".".join(map(str, WAL_RESET_FIXED))
        sqlite += f" (its WAL-reset bug, fixed in {fixed}, needs two writers; the library's lock allows one)"
    yield Check("sqlite", "ok", sqlite)


def packages(_: Config) -> Iterator[Check]:
    """Compare installed packages with the versions that this program pins."""
    wrong: list[str] = []
    for requirement in importlib.metadata.requires(PROJECT) or []:
        name, __, pinned = requirement.partition("==")
        if "extra ==" in requirement:  # partition leaves 'x; extra == "y"' alone only without a pin
            continue
        installed = _version(name)
        if installed is None:
            wrong.append(f"{name} is not installed (needs {pinned})")
        elif installed.partition("+")[0] != pinned:
            wrong.append(f"{name} is {installed} (needs {pinned})")
    missing = any("not installed" in entry for entry in wrong)
    if wrong:
        fix = f"make setup, or: {sys.executable} -m pip install --force-reinstall {PROJECT}"
        yield Check("packages", "problem" if missing else "warning", "; ".join(wrong), fix)
    else:
        yield Check("packages", "ok", "all packages have their pinned versions")


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def torch(_: Config) -> Iterator[Check]:
    """See that torch did not bring gigabytes of libraries for graphics cards."""
    from rag.setup.torch_cpu import installed_gpu_build

    version = _version("torch") or "is not installed"  # which the packages' check calls a problem
    if gpu := installed_gpu_build():
        detail = f"torch {version} is a build for {gpu}: it works, but is several GB larger than needed"
        yield Check("torch", "warning", detail, "remove the environment (.venv) and run: make setup")
    else:
        yield Check("torch", "ok", f"torch {version}, for the CPU")


def environment(_: Config) -> Iterator[Check]:
    """Name variables that could open the program to the network; it drops them when it starts."""
    from rag.web.security import harden_environment

    hardened = dict(os.environ)
    harden_environment(hardened)
    dropped = sorted(set(os.environ) - set(hardened))
    undone = sorted(name for name in hardened if os.environ.get(name, hardened[name]) != hardened[name])
    told = f"ignored while answering: {', '.join(dropped + undone)}" if dropped or undone else "nothing set"
    yield Check("environment", "ok", f"offline switches are set by the program; {told}")


def disk(config: Config) -> Iterator[Check]:
    """Measure the free space where the library and the models are kept."""
    for name, folder in (("library", config.library_dir()), ("models", paths.models_dir())):
        free = shutil.disk_usage(existing(folder)).free
        detail = f"{free / 1e9:.1f} GB free for the {name} at {folder}"
        if free < ROOM_TO_WRITE:
            yield Check("disk", "problem", f"{detail}, at least 0.2 GB are needed", "free some space")
        elif name == "models" and free < ROOM_TO_FETCH and not folder.is_dir():
            yield Check("disk", "warning", f"{detail}, fetching needs 3 GB", "free some space")
        else:
            yield Check("disk", "ok", detail)


def checks() -> tuple[tuple[str, Examination], ...]:
    """Return all checks in order: adding one is adding a line."""
    return (
        ("python", python),
        ("packages", packages),
        ("torch", torch),
        ("environment", environment),
        ("disk", disk),
        ("models", doctor_models.models),
        ("llama", doctor_models.llama),
        ("library", doctor_library.writable),
        ("library", doctor_library.content),
        ("port", doctor_network.port),
    )


def offline_checks() -> tuple[tuple[str, Examination], ...]:
    """Return the checks that `--offline` adds; they take as long as an answer."""
    return (("offline", doctor_network.offline),)
