"""What every test stands on."""

import os
import signal

import pytest
from core_helpers import cores_of

# A shell starts what runs in its background deaf to Ctrl-C, and the programs that tests start would inherit
# that. With a handler here they begin as they do in the foreground.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the made-up requests of tests/test_api_errors.py be as many as one has time for."""
    parser.addoption("--cases", type=int, default=100, help="made-up requests of each kind")
    parser.addoption(
        "--own-cores",
        action="store_true",
        help="let each worker of pytest-xdist, and all it starts, keep to cores of its own",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Keep this worker to its cores: two models on the same ones wait for each other most of the time."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker and config.getoption("--own-cores") and hasattr(os, "sched_setaffinity"):
        count = int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
        os.sched_setaffinity(0, cores_of(int(worker.removeprefix("gw")), count, os.sched_getaffinity(0)))
