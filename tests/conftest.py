"""What every test stands on."""

import signal

import pytest

# A shell starts what runs in its background deaf to Ctrl-C, and the programs that tests start would inherit
# that. With a handler here they begin as they do in the foreground.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the made-up requests of tests/test_api_errors.py be as many as one has time for."""
    parser.addoption("--cases", type=int, default=100, help="made-up requests of each kind")
