"""`rag mcp` as a process of its own whose models are the public fakes: python tests/mcp_process.py FOLDER.

FOLDER/library is the library. Every word that the language model says is counted in FOLDER/words and
accompanied by noise on standard output, in Python, in C and of a child; asked about "slow" things, it waits
for FOLDER/go.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from index import Library
from index.embed import HashEmbedder
from rag.cli import base as cli_base
from rag.cli import main as cli
from rag.errors import ModelMissing
from rag.fakes import ScriptedLLM

FOLDER = Path(sys.argv[1])


def noise(_: str) -> None:
    print("noise of Python", flush=True)
    os.write(1, b"noise of C\n")
    subprocess.run(["echo", "noise of a child"], check=True)


def reply(prompt: str) -> str:
    return "12" if "How many projects does Chile have" in prompt else "not stated"


class Slow(ScriptedLLM):
    """Says of slow things nothing before it may."""

    def generate(self, prompt, **more):
        slow = "slow" in "".join(span.text for span in prompt)
        for word in super().generate(prompt, **more):
            with (FOLDER / "words").open("a") as file:
                file.write("slow\n" if slow else "quick\n")
            while slow and not (FOLDER / "go").exists():
                time.sleep(0.01)
            yield word


def open_library(session, **_):
    return Library.open(session.settings().library_dir(), HashEmbedder(), create=False)


def open_llm(_):
    (FOLDER / "models").write_text("opened")
    if (FOLDER / "no-model").exists():
        raise ModelMissing("The model m is not there.\nFetch it with: rag models fetch m")
    return Slow(reply, on_token=noise)


cli_base.open_library, cli_base.open_llm = open_library, open_llm
sys.argv = ["rag", "mcp", "--library", str(FOLDER / "library")]
cli.main()
