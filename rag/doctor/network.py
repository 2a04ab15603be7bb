"""Checks of `rag doctor` that concern the network: the chat's port, and that nothing leaves."""

from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rag.config import Config
from rag.doctor import network_watch
from rag.doctor.check import Check

SELF_CHECK = "rag.doctor.selfcheck"  # the module that the child runs
# 237 s on two cores that thirteen other programs wanted as well; a hang must not be for ever.
SELF_CHECK_SECONDS = 600


def port(config: Config) -> Iterator[Check]:
    """Can the chat listen where the settings say; if not, who does."""
    host, number = config.server.host, config.server.port
    problem = _refusal(host, number)
    if problem is None:
        yield Check("port", "ok", f"{host} port {number} is free")
    elif problem.errno == errno.EADDRINUSE:
        holder = holder_of(number)
        who = f" by {holder}" if holder else ""
        free = next((n for n in range(number + 1, min(number + 50, 65536)) if not _refusal(host, n)), 0)
        yield Check("port", "problem", f"{host} port {number} is in use{who}", f"rag serve --port {free}")
    else:
        why = problem.strerror or str(problem)
        yield Check(
            "port", "problem", f"{host} port {number}: {why}", "rag serve --host 127.0.0.1 --port 7860"
        )


def _refusal(host: str, number: int) -> OSError | None:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
            trial.bind(address)
            trial.listen(1)
    except OSError as error:
        return error
    return None


def holder_of(number: int) -> str | None:
    """Return "pid 123 (python -m http.server)" of who listens on a port; None where that cannot be seen."""
    inodes = set(_listening(number))
    if not inodes:
        return None
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(fd.readlink()) in inodes for fd in (process / "fd").iterdir()):
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                return f"pid {process.name} ({command.strip()[:80]})"
        except OSError:  # gone meanwhile, or another user's
            continue
    return None


def _listening(number: int) -> Iterator[str]:
    """Yield "socket:[inode]" of sockets that listen on the port (Linux; proc(5), /proc/net/tcp)."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            fields = row.split()
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == number:
                yield f"socket:[{fields[9]}]"


def offline(config: Config) -> Iterator[Check]:
    """Use the library and the model in a child process in which leaving the machine is refused and noted."""
    with tempfile.TemporaryDirectory() as folder:
        # Every Python process below the child, the model's too, imports this before anything else.
        (Path(folder) / "sitecustomize.py").write_text(
            Path(network_watch.__file__).read_text("utf-8"), "utf-8"
        )
        log = Path(folder) / "attempts"
        inherited = os.environ.get("PYTHONPATH")
        path = os.pathsep.join([folder, inherited] if inherited else [folder])
        kept = {name: value for name, value in os.environ.items() if not _is_setting(name)}
        environ = {**kept, "PYTHONPATH": path, network_watch.LOG: str(log)}
        file = Path(folder) / "settings.toml"
        file.write_text(config.to_toml(), "utf-8")
        command = [sys.executable, "-P", "-m", SELF_CHECK, str(file)]
        try:
            done = subprocess.run(
                command, env=environ, capture_output=True, timeout=SELF_CHECK_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            yield Check("offline", "problem", f"no end after {SELF_CHECK_SECONDS} s", "rag --debug doctor")
            return
        attempts = [json.loads(row) for row in log.read_text("utf-8").splitlines()] if log.exists() else []
    yield from _judge(attempts, done)


def _is_setting(variable: str) -> bool:
    """Return whether a variable would win over the settings that the child is given."""
    return variable.startswith("RAG_") and "__" in variable


def _judge(attempts: list[list[str]], done: subprocess.CompletedProcess[bytes]) -> Iterator[Check]:
    if attempts:
        seen = "; ".join(sorted({f"{event} {target}" for event, target in attempts}))
        fix = "report it as a fault of the program, with the output of: rag doctor --offline --json"
        yield Check("offline", "problem", f"tried to leave the machine: {seen}", fix)
    elif done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no message"]
        yield Check(
            "offline", "problem", f"the self-check ended with {done.returncode}: {last[0]}", "rag doctor"
        )
    else:
        told = done.stdout.decode("utf-8", "replace").strip()
        yield Check("offline", "ok", f"no attempt to leave the machine: {told}")
