"""Tests with models run side by side, each worker on cores of its own."""

import os

import pytest
from core_helpers import cores_of

from rag.llm.threads import physical_cores


@pytest.mark.parametrize(
    ("workers", "cores", "shares"),
    [
        (2, {0, 1}, [{0}, {1}]),
        (2, {0, 1, 2, 3, 4}, [{0, 2, 4}, {1, 3}]),
        (2, {3, 5}, [{3}, {5}]),
        (1, {0, 1}, [{0, 1}]),
        (3, {4, 6}, [{4}, {6}, {4}]),  # more workers than cores
    ],
)
def test_cores_are_dealt_out(workers, cores, shares):
    assert [cores_of(worker, workers, cores) for worker in range(workers)] == shares


@pytest.mark.models  # these are what runs on cores of its own
@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system cannot keep to cores")
def test_this_worker_keeps_to_its_own(pytestconfig):
    alone = not (pytestconfig.getoption("--own-cores") and "PYTEST_XDIST_WORKER" in os.environ)
    workers = 1 if alone else int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    fair = -(-(os.cpu_count() or 1) // workers)
    assert len(os.sched_getaffinity(0)) <= fair
    assert physical_cores() <= fair  # and so many threads does a model take
