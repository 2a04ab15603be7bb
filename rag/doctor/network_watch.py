"""Refuse and note every attempt of a Python process to leave the machine.

Imported as `sitecustomize`, so that it is there before any other module and in every child process
too (see `rag.doctor.network`); it must therefore need nothing but the standard library. It sees what
goes through Python's socket module; what C code does by itself it does not see.
"""

from __future__ import annotations

import ipaddress
import json
import os
import sys

LOG = "RAG_NETWORK_WATCH"  # environment variable: file that attempts are appended to

# docs.python.org/3/library/audit_events.html: (socket, address) and (host, …) respectively.
_WITH_ADDRESS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_WITH_HOST = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})


def leaves(event: str, args: tuple[object, ...]) -> str | None:
    """Return where an audited event goes if that is not this machine, else None."""
    if event in _WITH_ADDRESS and len(args) > 1 and isinstance(args[1], tuple):
        host, target = args[1][0], ":".join(map(str, args[1][:2]))
    elif event in _WITH_HOST and args:
        host = args[0]
        target = str(host)
    else:  # another event, or a Unix socket, whose address is a text
        return None
    return None if _is_here(host) else target


def _is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified  # 0.0.0.0 is this machine, too


def watch(log: str) -> None:
    """Refuse from now on, until the process ends, and append [event, target] lines to `log`."""

    def hook(event: str, args: tuple[object, ...]) -> None:
        if event.startswith("socket.") and (target := leaves(event, args)) is not None:
            with open(log, "a", encoding="utf-8") as file:  # noqa: PTH123 - no import may happen in here
                file.write(json.dumps([event, target]) + "\n")
            raise OSError(f"{event} to {target} is refused: this is an offline check")

    sys.addaudithook(hook)


if __name__ == "sitecustomize" and os.environ.get(LOG):
    watch(os.environ[LOG])
