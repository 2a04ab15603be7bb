"""The evaluation page over a small invented press, with a program that needs no models."""

from __future__ import annotations

import sys
from pathlib import Path

from eval_world import RECORDS, write_articles, write_suite

from eval.web.page import page
from rag.web.pages.shell import Page

PROGRAM = Path(__file__).parent / "eval_process.py"


def make_home(folder: Path, records=RECORDS) -> Path:
    """Make a home with a suite of the user's, as `rag eval import` leaves one; return the suite's file."""
    place = folder / "suites" / "press"
    place.mkdir(parents=True)
    write_articles(place / "articles")
    return write_suite(place, records, "suite").path


def evaluation_page(folder: Path) -> Page:
    """Return the page; what it runs stands still at the third question while `folder`/hold is there."""
    return page((sys.executable, str(PROGRAM), str(folder)), nice=0)
