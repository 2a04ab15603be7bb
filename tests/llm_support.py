"""The real models, where they have been fetched."""

import os
from pathlib import Path

import pytest

from rag.errors import RagError
from rag.llm.process import SPIN
from rag.models import packs as models

os.environ.update(SPIN)  # as in the worker, for the tests that load the library themselves

SMALL = "qwen2.5-coder-0.5b"
LARGE = "qwen2.5-coder-1.5b"


def gguf(model: str) -> Path:
    """Return the model's file, or skip the test and say why."""
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed")
    try:
        return models.path(model)
    except RagError as error:
        pytest.skip(str(error))
