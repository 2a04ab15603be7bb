"""The child of `rag doctor --offline`: open the library, search it, answer one question.

    python -m rag.doctor.selfcheck SETTINGS.toml

Prints what it did in one line. It is the ordinary way to an answer; that nothing leaves the machine
on it is what `rag.doctor.network_watch`, loaded before, sees to.
"""

from __future__ import annotations

import sys

from index.errors import LibraryError
from index.text.counted import counted
from rag import opening
from rag.config import Config
from rag.errors import RagError
from rag.models import packs as models


def run(config: Config) -> str:
    """Return what was done, as far as what is installed allows."""
    with opening.library(config, create=False, vectors=False) as library:
        articles = library.articles()
        done = f"opened the library ({counted(len(articles), 'article')})"
    # A question about what is there: its first title.
    question = articles[0].title if articles else "What happened?"
    if models.status(config.models.embedder).state != "ready":
        return f"{done}; no embedding model to search with"
    with opening.library(config, create=False) as library:
        hits = library.search(question, 3)
        done += f", searched it ({counted(len(hits), 'hit')})"
    if models.status(config.models.llm).state != "ready":
        return f"{done}; no language model to answer with"
    from rag.assistant import Assistant

    with Assistant.open(config=config) as assistant:
        answer = assistant.ask(question)
    return f"{done}, asked a question ({answer.status})"


if __name__ == "__main__":
    try:
        sys.stdout.write(run(Config.load(sys.argv[1])) + "\n")
    except (LibraryError, RagError) as error:
        sys.exit(str(error))
