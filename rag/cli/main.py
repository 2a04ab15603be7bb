"""`rag`, the program: the list of its verbs. Each verb is thin: parse, call, render."""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points

import click

from rag.cli import ask as cli_ask
from rag.cli import base as cli_base
from rag.cli import chat as cli_chat
from rag.cli import feedback as cli_feedback
from rag.cli import index as cli_index
from rag.cli import keep as cli_keep
from rag.cli import library as cli_library
from rag.cli import setup as cli_setup


@click.group(
    cls=cli_base.Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@cli_base.shared
@click.version_option(package_name="rag-news-archive", prog_name="rag")
def rag() -> None:
    """Ask a folder of news articles; get short answers tied to exact quotations, offline.

    Exit codes: 0 done, 1 some inputs skipped or a check found a problem, 2 wrong usage or settings,
    65 bad data, 70 a fault of the program, 73 cannot write, 74 I/O error, 75 library locked,
    78 model and library do not fit, 130 stopped by Ctrl-C.
    """


for verb in (
    *cli_setup.VERBS,
    *cli_index.VERBS,
    *cli_library.VERBS,
    *cli_keep.VERBS,
    *cli_ask.VERBS,
    *cli_chat.VERBS,
    *cli_feedback.VERBS,
):
    rag.add_command(verb)
# What stands above this package adds its verbs by its entry points: imports run one way.
for point in entry_points(group="rag.verbs"):
    rag.add_command(point.load())


def main() -> None:
    """Run the program on the arguments of the process."""
    for stream in (sys.stdout, sys.stderr):
        # JSON is UTF-8 whatever the locale says; what cannot be encoded must not end the program.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    # Read by transformers when it is imported; its bar would be drawn on a log file as well.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    rag(prog_name="rag")
