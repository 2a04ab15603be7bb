"""`rag` whose embedding model is the public fake: python tests/eval_process.py FOLDER eval run …

While FOLDER/hold is there it stands still at its third question, so that a test decides how far it comes.
"""

import itertools
import sys
import time
from pathlib import Path

from eval_world import Changed

from eval import session, systems
from index.embed import HashEmbedder
from rag import opening
from rag.cli import main as cli

HOLD = Path(sys.argv.pop(1)) / "hold"
asked = itertools.count(1)
build = systems.build


def wait(_case, _answer):
    third = next(asked) == 3
    while third and HOLD.exists():
        time.sleep(0.01)


opening.embedder = lambda config: HashEmbedder()
session.build = lambda name, library, llm, care: Changed(build(name, library, llm, care=care), wait)
cli.main()
