"""The server that eval.bench.page measures: `rag serve` that loads its models when a line comes in.

    python -m eval.bench.page_child [--library DIR] [--model ID]

It prints the address of the chat as `rag serve` does, on a free port.
"""

from __future__ import annotations

import argparse
import sys

from rag.config import Config
from rag.web import server
from rag.web.answerer import Answerer


def main() -> None:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--library")
    parser.add_argument("--model")
    given = parser.parse_args()
    config = Config.load(overrides={"library.path": given.library, "models.llm": given.model})

    def opening() -> Answerer:
        sys.stdin.readline()
        return server.opener(config)()

    server.serve(config, host="127.0.0.1", port=0, open_assistant=opening)


if __name__ == "__main__":
    main()
