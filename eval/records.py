"""Cases as JSON again, and the hashes by which a run knows what it has asked already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from eval.cases import SCHEMA, Case


def record_of(case: Case) -> dict[str, Any]:
    """Return a record that `eval.cases.parse` makes `case` of; what is empty is left out."""
    fields = _bare(asdict(case))
    for name in ("line", "all_of", "none_of", "short", "absent"):
        fields.pop(name, None)
    expect = {
        "all_of": [_bare(asdict(nugget)) for nugget in case.all_of],
        "none_of": [_bare({**asdict(bad), "where": None, "in": bad.where}) for bad in case.none_of],
        "short": list(case.short),
        "absent": list(case.absent),
    }
    return {**fields, "schema": SCHEMA, "expect": _bare(expect)}


def _bare(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value not in ((), [], None, "")}


def digest(value: object) -> str:
    """Return the first 16 hex digits of SHA-256 over the canonical JSON of `value`."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def case_hash(case: Case) -> str:
    """Return the hash of a case with its gold; remarks do not count."""
    return digest({key: value for key, value in record_of(case).items() if key != "note"})


def asked_hash(case: Case, *, gold: bool) -> str:
    """Return the hash of the question as it is put; with `gold`, of the gold files too (an oracle's)."""
    files = sorted({quote.doc_id for quote in case.must_cite} | set(case.may_cite)) if gold else []
    return digest([case.id, case.corpus, case.question, list(case.history), case.as_of, files])
