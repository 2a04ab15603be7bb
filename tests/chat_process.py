"""`rag chat` as a process of its own whose models are the public fakes: python tests/chat_process.py FOLDER.

The model says "12"; asked about slow things it makes FOLDER/slow and never comes to an end.
"""

import sys
import time
from pathlib import Path

from answer_helpers import CHILE_PERU

from index import Library
from index.embed import HashEmbedder
from rag.assistant import Assistant
from rag.cli import base as cli_base
from rag.cli import main as cli
from rag.fakes import ScriptedLLM

FOLDER = Path(sys.argv[1])


class Slow(ScriptedLLM):
    def generate(self, prompt, **more):
        slow = "slow" in "".join(span.text for span in prompt if not span.trusted)
        for word in super().generate(prompt, **more):
            while slow:
                (FOLDER / "slow").touch()
                time.sleep(0.01)
            yield word


def open_assistant(*_):
    (FOLDER / "new.txt").write_text("Date: 2022-07-01\n\nChile and Peru trade more\n\n" + CHILE_PERU)
    library = Library.open(FOLDER / "library", HashEmbedder())
    library.add(FOLDER / "new.txt")
    return Assistant(library, Slow(lambda prompt: "12"))


cli_base.open_assistant = open_assistant
sys.argv = ["rag", "chat"]
cli.main()
