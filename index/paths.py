"""Where things are kept: under $RAG_HOME, or in the platform's user folders."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

APP = "rag"


def data_dir() -> Path:
    """Return the folder of the user's data (not created)."""
    home = os.environ.get("RAG_HOME")
    return Path(home).expanduser() if home else Path(platformdirs.user_data_dir(APP, appauthor=False))


def library_dir() -> Path:
    """Return the default library folder (not created)."""
    return data_dir() / "library"


def models_dir() -> Path:
    """Return the folder that fetched models live in (not created)."""
    home = os.environ.get("RAG_HOME")
    base = Path(home).expanduser() if home else Path(platformdirs.user_cache_dir(APP, appauthor=False))
    return base / "models"


def config_dir() -> Path:
    """Return the folder of the user's own rag.toml (not created)."""
    home = os.environ.get("RAG_HOME")
    return Path(home).expanduser() if home else Path(platformdirs.user_config_dir(APP, appauthor=False))
