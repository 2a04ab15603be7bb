"""How native threads wait for each other."""

from __future__ import annotations

import os


def wait_patiently() -> None:
    """Let idle threads of torch and FAISS sleep instead of spin; to be called before importing them.

    Spinning threads starve each other when anything else computes, as the language model does beside
    us: on two busy cores one query took 2.2 s to embed with spinning threads and 0.035 s without.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
