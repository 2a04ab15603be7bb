"""Archives of models into folders that sentence-transformers opens; nothing in them is trusted."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path, PurePosixPath

from rag.errors import ModelDamaged
from rag.models.fetch import CHUNK

# What a sentence-transformers model needs. No pickled weights, no Python: such files are passed over.
SUFFIXES = frozenset({".json", ".safetensors", ".txt", ".md", ".model"})
REQUIRED = ("modules.json", "config.json")
MAX_GROWTH = 4  # unpacked : packed; weights hardly shrink, so anything beyond this is no model
MAX_FILES = 200


def unpack_zip(source: Path, folder: Path) -> None:
    """Unpack the model in the zip file `source` into the existing, empty `folder`.

    The model is the shallowest folder of the archive with a modules.json. Raises ModelDamaged for
    names that point outside, links, too many files, too many bytes, or when there is no model in it.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            infos = archive.infolist()
            root = _root(infos)
            budget = MAX_GROWTH * source.stat().st_size
            for info in infos:
                path = PurePosixPath(info.filename)
                if info.is_dir() and path.is_relative_to(root):
                    (folder / path.relative_to(root)).mkdir(parents=True, exist_ok=True)
                elif path.is_relative_to(root) and path.suffix in SUFFIXES:
                    budget -= _write(archive, info, folder / path.relative_to(root), budget)
    except zipfile.BadZipFile as error:
        raise ModelDamaged(f"{source.name} cannot be unpacked ({error}). Fetch it again.") from None
    for name in REQUIRED:
        if not (folder / name).is_file():
            raise ModelDamaged(f"{source.name} holds no sentence-transformers model: {name} is missing.")


def _root(infos: list[zipfile.ZipInfo]) -> PurePosixPath:
    """Check every name and return the folder of the model."""
    if len(infos) > MAX_FILES:
        raise ModelDamaged(f"The archive has {len(infos)} files, a model at most {MAX_FILES}.")
    for info in infos:
        path = PurePosixPath(info.filename)
        outside = path.is_absolute() or ".." in path.parts or "\\" in info.filename or ":" in info.filename
        if outside or stat.S_ISLNK(info.external_attr >> 16):
            raise ModelDamaged(f"The archive wants to write {info.filename!r}, outside the model's folder.")
    paths = (PurePosixPath(info.filename) for info in infos)
    roots = [path.parent for path in paths if path.name == "modules.json"]
    if not roots:
        raise ModelDamaged("The archive holds no sentence-transformers model: modules.json is missing.")
    return min(roots, key=lambda path: len(path.parts))


def _write(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, budget: int) -> int:
    """Write one member, counting what really comes out; return the bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with archive.open(info) as member, target.open("wb") as out:
        while chunk := member.read(CHUNK):
            written += len(chunk)
            if written > budget:
                raise ModelDamaged(f"The archive unpacks to more than {MAX_GROWTH} times its size.")
            out.write(chunk)
    return written
