"""What a loader makes of a data set: articles on a shelf and questions with their gold."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, Literal

from eval.loaders.source import DatasetError
from index.records import Lang
from index.text.counted import counted
from index.text.lang import detect

Half = Literal["dev", "report"]  # splits of the suite schema, see eval/suites/README.md
SEED = "rag-eval-1"  # changing it changes every quick form and both halves
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for beside the format; a loader refuses what means nothing to it."""

    lang: Lang | None = None
    questions: Path | None = None
    articles: Path | None = None
    both: bool = False
    unanswerable: int = 0
    half: Half | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A question before sampling: `key` is its id in the data set, `record` a case of the suite schema."""

    key: str
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Material:
    """All that was read. `folder` is the user's own library where the format brings none of its own."""

    shelf: Shelf
    drafts: Sequence[Draft]
    counts: Mapping[str, int]
    warnings: Sequence[str] = ()
    folder: Path | None = None


@dataclass(slots=True)
class Shelf:
    """Articles by file name, each text once.

    They become `.txt` files with a `Title: …` header, not Markdown: nothing in a text is taken for markup.
    """

    files: dict[str, str] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def add(
        self, stem: str, text: str, lang: Lang, title: str = "", date: str | None = None, outlet: str = ""
    ) -> str:
        """Put an article on the shelf; return its file name, or that of the same text added before.

        `date` is YYYY-MM-DD. DatasetError for an empty text.
        """
        body = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
        if not body:
            raise DatasetError(f"article {stem} has no text")
        if body in self._names:
            return self._names[body]
        name = f"{safe(stem)}.txt"
        if name in self.files:
            raise DatasetError(f"two different articles would be called {name}; their ids must differ")
        fields = {"Title": title, "Date": date or "", "Outlet": outlet, "Lang": lang}
        head = "".join(
            f"{key}: {' '.join(value.split())}\n" for key, value in fields.items() if value.strip()
        )
        self.files[name] = f"{head}\n{body}\n"
        self._names[body] = name
        return name

    def body(self, name: str) -> str:
        """Return the text of an article without its header."""
        return self.files[name].split("\n\n", 1)[1].rstrip("\n")

    def date(self, name: str) -> str | None:
        """Return the date of an article, YYYY-MM-DD, if it was put here with one."""
        head = self.files[name].split("\n\n", 1)[0].splitlines()
        return next((line.removeprefix("Date: ") for line in head if line.startswith("Date: ")), None)


def safe(stem: str) -> str:
    """Return `stem` as part of a file name: ASCII letters, digits, ".", "_", "-"; a hash marks a loss."""
    kept = _UNSAFE.sub("-", stem).strip("-.")[:80]  # file systems allow 255 bytes; readable is shorter
    return kept if kept == stem else f"{kept}-{_digest(stem)[:8]}".lstrip("-")


def language(text: str, where: str) -> Lang:
    """Return en or vi, whichever `text` is written in; DatasetError for another script."""
    letters = [c for c in text if c.isalpha()]
    latin = sum("LATIN" in unicodedata.name(c, "") for c in letters)
    if letters and latin < 0.5 * len(letters):
        raise DatasetError(f"{where} is neither English nor Vietnamese, the languages this program reads")
    return detect(text)


def refuse(options: Options, fmt: str, *used: str) -> None:
    """DatasetError if an option is set that format `fmt` has no use for."""
    for name in ("lang", "questions", "articles", "both", "unanswerable", "half"):
        if name not in used and getattr(options, name):
            raise DatasetError(
                f'format {fmt} has no use for "{name}" ({getattr(options, name)}); leave it out'
            )


def half_of(title: str) -> Half:
    """Return the half that an article of this title is in, and so every question about it.

    The last bit of a SHA-256: no list of titles to keep, and what else is in the file has no say. The same
    title is in the same half in every file, language and set (XQuAD's are titles of SQuAD).
    """
    return "report" if int(_digest(f"{SEED}:half:{title}"), 16) % 2 else "dev"


def take_half(drafts: Iterable[Draft], half: Half | None) -> list[Draft]:
    """Return the questions of one half, each with it as its split; all of them as they are for None.

    Their group must be the title of their article.
    """
    if half is None:
        return list(drafts)
    return [
        Draft(draft.key, {**draft.record, "split": half})
        for draft in drafts
        if half_of(draft.record["group"]) == half
    ]


def sample(drafts: Sequence[Draft], limit: int | None, unanswerable: int = 0) -> list[Draft]:
    """Return the quick form: `limit` questions, always the same, spread over articles.

    Answerable and unanswerable questions keep their shares, unless so many `unanswerable` were asked for.
    Within each kind, groups (source articles) take turns, in the order of the SHA-256 of seed and group, and
    questions within a group in the order of the SHA-256 of seed and id: no random generator, no dependence on
    the order of the file, the same ids in every language. Of one kind, less is the beginning of more.
    """
    if limit is None or limit >= len(drafts):
        return list(drafts)
    if limit < 1:
        raise DatasetError(f"limit is {limit}; a quick form has at least 1 question")
    kinds = [[draft for draft in drafts if draft.record["answerable"] is kind] for kind in (True, False)]
    share = max(limit - unanswerable, 0) if unanswerable else round(limit * len(kinds[0]) / len(drafts))
    # A kind that exists is never rounded away, as long as there is room for both.
    if all(kinds) and limit > 1 and not unanswerable:
        share = min(max(share, 1), limit - 1)
    chosen = {
        id(draft) for kind, n in zip(kinds, (share, limit - share), strict=True) for draft in spread(kind)[:n]
    }
    return [draft for draft in drafts if id(draft) in chosen]


def spread(drafts: Iterable[Draft]) -> list[Draft]:
    """Return the drafts reordered so that groups take turns; see `sample`."""
    groups: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        groups[draft.record["group"]].append(draft)
    ordered = [
        sorted(groups[name], key=lambda draft: _digest(f"{SEED}:{draft.key}"))
        for name in sorted(groups, key=lambda name: _digest(f"{SEED}:{name}"))
    ]
    return [draft for draft in chain.from_iterable(zip_longest(*ordered)) if draft is not None]


def compare_counts(name: str, found: Mapping[str, int], published: Mapping[str, int]) -> list[str]:
    """Return a warning for each count, by its noun in the plural, that is not the published one."""
    return [
        f"{name}: {counted(found[what], what.removesuffix('s'))}, the published set has {n:,};"
        " figures are not comparable"
        for what, n in published.items()
        if found[what] != n
    ]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
