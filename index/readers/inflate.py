"""Members of zip files, inflated no further than allowed: sizes in their headers may lie."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from index.errors import BadArticle

MOST_MEMBERS = 10_000
# In all, of one file. An illustrated book or an archive of pages has less; a bomb has a thousand times
# its own size.
MOST_BYTES = 500_000_000
_CHUNK = 1 << 16


class Inflated:
    """One zip file in memory; counts what has been inflated of it."""

    def __init__(self, data: bytes, most: int = MOST_BYTES) -> None:
        """Open `data`; `BadArticle` if it is no zip file or has too many members."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
            raise BadArticle(f"damaged or not a zip container: {str(error)[:120]}") from error
        self.members = self._zip.infolist()
        if len(self.members) > MOST_MEMBERS:
            raise BadArticle(f"{len(self.members):,} members, the limit is {MOST_MEMBERS:,}; split it")
        self._left = most
        self._most = most

    @property
    def names(self) -> list[str]:
        """Names of the members, as the file gives them: for looking up, never for a path on disk."""
        return [member.filename for member in self.members]

    def read(self, member: str | zipfile.ZipInfo, limit: int = MOST_BYTES) -> bytes:
        """Return one member of at most `limit` bytes; `BadArticle` says why not."""
        return b"".join(self._chunks(member, limit))

    def measure(self) -> None:
        """Inflate everything once and keep nothing; `BadArticle` when it is too much or damaged."""
        for member in self.members:
            for _ in self._chunks(member, MOST_BYTES):
                pass
        self._left = self._most

    def _chunks(self, member: str | zipfile.ZipInfo, limit: int) -> Iterator[bytes]:
        name = member if isinstance(member, str) else member.filename
        try:
            info = self._zip.getinfo(name) if isinstance(member, str) else member
            if info.flag_bits & 1:
                raise BadArticle("encrypted; save it without a password")
            size = 0
            with self._zip.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise BadArticle(
                            f"inflates to more than {self._most / 1e6:.0f} MB: a decompression bomb, or "
                            "to be split"
                        )
                    if size > limit:
                        raise BadArticle(f"too large: more than {limit / 1e6:.0f} MB inflated")
                    yield chunk
        except KeyError:
            raise BadArticle(f"damaged: {name[:80]!r} is missing in it") from None
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise BadArticle(f"damaged: {str(error)[:120]}") from error
        except (ValueError, MemoryError) as error:
            raise BadArticle(f"damaged: {str(error)[:120] or 'a member is too large'}") from error
