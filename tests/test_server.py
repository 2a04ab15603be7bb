"""The server: switches, guard, health, ports, signals, and silence towards the world."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Served, serving, until
from fake_assistant import FakeAssistant

from rag.config import Config
from rag.errors import CannotServe, WorkerCrashed
from rag.web import server
from rag.web.ahead import look
from rag.web.desk import Desk
from rag.web.security import HEADERS, SWITCHES, harden_environment, host_of, is_loopback
from rag.web.server import bind

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving(FakeAssistant()) as one:
        until(lambda: one.desk.health.state == "ready")
        yield one


def request(
    served: Served, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    host, port = served.url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        streaming = "event-stream" in (answer.getheader("content-type") or "")
        return (
            answer.status,
            {k.lower(): v for k, v in answer.getheaders()},
            b"" if streaming else answer.read(),
        )
    finally:
        connection.close()


def test_switches_are_set_and_what_could_undo_them_is_dropped() -> None:
    environ = {
        "GRADIO_ALLOWED_PATHS": "/",
        "gradio_share": "True",
        "GRADIO_ANALYTICS_ENABLED": "True",
        "HF_TOKEN": "x",
        "HF_ENDPOINT": "http://evil.example",
        "https_proxy": "http://evil.example",
        "HF_HUB_OFFLINE": "0",
        "HOME": "/home/reader",
    }
    harden_environment(environ)
    assert environ == {**SWITCHES, "HOME": "/home/reader"}


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("localhost:7860", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]:7860", "::1"),
        ("LOCALHOST", "localhost"),
        ("", None),
        ("a@127.0.0.1", None),
        ("127.0.0.1/x", None),
        ("127.0.0.1:port", None),
        ("[::1", None),
    ],
)
def test_hosts_are_read_from_headers(header: str, host: str | None) -> None:
    assert host_of(header) == host


def test_only_loopback_is_loopback() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.9.9.9", "::1")))
    assert not any(map(is_loopback, ("evil.example", "localhost.evil.example", "0.0.0.0", "192.168.1.5", "")))


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "localhost.evil.example", "192.168.1.5", ""]
)
def test_foreign_hosts_are_refused(served: Served, host: str) -> None:
    assert request(served, "GET", "/health", headers={"Host": host})[0] == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:7860", "[::1]:7860"])
def test_own_hosts_are_served(served: Served, host: str) -> None:
    assert request(served, "GET", "/health", headers={"Host": host})[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_pages_of_other_origins_cannot_post(served: Served, headers: dict[str, str]) -> None:
    path = "/gradio_api/queue/join"
    assert request(served, "POST", path, b"{}", headers)[0] == 403
    assert request(served, "POST", path, b"{}", {"Origin": served.url})[0] == 400  # reached, and malformed


def test_every_answer_carries_the_headers_and_none_lets_other_origins_read(served: Served) -> None:
    for path, extra in (
        ("/", {}),
        ("/health", {"Origin": "http://localhost:1"}),
        ("/nothing", {}),
        ("/config", {}),
    ):
        _, headers, _ = request(served, "GET", path, headers=extra)
        assert {name: headers.get(name) for name in HEADERS} == HEADERS
        assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload", "/gradio_api/info", "/gradio_api/runs", "/gradio_api/api/answer",
        "/gradio_api/call/answer", "/gradio_api/run/answer", "/gradio_api/file=/etc/passwd",
        "/gradio_api/proxy=http://127.0.0.1/", "/gradio_api/vibe-edit", "/gradio_api/vibe-code",
        "/gradio_api/deep_link", "/gradio_api/component_server", "/gradio_api/process_recording",
        "/gradio_api/openapi.json", "/monitoring", "/monitoring/summary", "/login", "/redoc", "/v1",
        "/?deep_link=x", "/gradio_api/stream/x", "/svelte/x", "/pwa_icon",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_routes_that_the_page_does_not_need_are_shut(served: Served, method: str, path: str) -> None:
    assert request(served, method, path)[0] == 404


BODIES = [
    b"", b"null", b"{", b"[]", b"\xff\xfe", b"[" * 100_000,
    b'{"data":null,"fn_index":0,"session_hash":"s"}',
    b'{"data":["x",null],"fn_index":999,"session_hash":"s"}',
    b'{"data":["x",null],"fn_index":-1,"session_hash":"s"}',
    b'{"data":["x",null],"fn_index":null,"session_hash":"s"}',
    b'{"data":["x",null],"fn_index":0}',
    b'{"data":[' + b"9" * 5000 + b'],"fn_index":0,"session_hash":"s"}',
    b'{"data":["\\ud800"],"fn_index":{},"session_hash":"\\ud800"}',
]  # fmt: skip


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/reset"])
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_malformed_requests_are_the_callers_fault(served: Served, path: str, body: bytes) -> None:
    status, _, _ = request(served, "POST", path, body, {"Content-Type": "application/json"})
    assert 400 <= status < 500


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/chat/model", {"id": "\ud800"}),
        ("/chat/keep", {"lang": "\ud800", "on": True}),
        ("/chat/vote", {"turn": "\ud800", "lang": "en", "verdict": "up"}),
        ("/chat/rename", {"lang": "en", "id": "\ud800", "title": "y"}),
        ("/library/check", [["\ud800.txt", 3]]),
    ],
)
def test_half_a_character_is_no_fault_of_the_program(served: Served, path: str, body: object) -> None:
    sent = json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "Origin": served.url}
    status, _, answer = request(served, "POST", path, sent, headers)
    assert status < 500, answer
    json.loads(answer)


def test_a_file_named_in_a_request_is_never_read(served: Served, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    wish = {"path": str(secret), "meta": {"_type": "gradio.FileData"}}
    body = json.dumps({"data": [wish, None, None], "fn_index": 0, "session_hash": "s"}).encode()
    status, _, _ = request(
        served, "POST", "/gradio_api/queue/join", body, {"Content-Type": "application/json"}
    )
    assert status == 400
    assert not served.assistant.asked


def test_long_bodies_are_refused_with_and_without_a_length(served: Served) -> None:
    path, big = "/gradio_api/queue/join", b"x" * (1 << 20) + b"x"
    assert request(served, "POST", path, big)[0] == 413
    assert request(served, "POST", path, iter([big]))[0] == 413  # type: ignore[arg-type]  # chunked


def test_health_says_how_things_stand(served: Served) -> None:
    status, _, body = request(served, "GET", "/health")
    assert status == 200
    assert json.loads(body) == {"ready": True, "degraded": False, "starting": False, "why": None}


def test_health_names_the_problem_when_the_models_cannot_open() -> None:
    def opening() -> Any:
        raise WorkerCrashed("The model said nothing for 60 s and was stopped.\nthe moon is full")

    with serving(FakeAssistant(), opening=opening) as one:
        until(lambda: one.desk.health.state == "failed")
        said, asked, other = (
            json.loads(request(one, "GET", f"/health{query}")[2]) for query in ("", "?lang=vi", "?lang=de")
        )
    assert (said["ready"], said["degraded"]) == (False, True)
    assert said["why"] == other["why"] == "The model said nothing for 60 s and was stopped.\nthe moon is full"
    assert asked["why"] == "Mô hình im lặng suốt 60 giây và đã bị dừng.\nthe moon is full"


def test_a_port_in_use_is_named_with_the_fix() -> None:
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            CannotServe, match=rf"Port {port} on 127\.0\.0\.1 is in use[^$]*--port {port + 1}"
        ):
            bind("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused_with_the_fix() -> None:
    with pytest.raises(CannotServe, match=r"203\.0\.113\.1.*\n.*--host 127\.0\.0\.1"):
        bind("203.0.113.1", 0)


# --- in a process of its own ------------------------------------------------------------------------

PROGRAM = """
import sys
sys.path.insert(0, {here!r})
{before}
from fake_assistant import FakeAssistant
from rag.config import Config
from rag.web.server import serve
fake = FakeAssistant()
{change}
serve(Config(), host="127.0.0.1", port=0, open_assistant=lambda: fake)
"""
# Refuses and notes whatever leaves this machine through Python's socket module.
WATCH = """
def watch(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg") and isinstance(args[1], tuple):
        target = str(args[1][0])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        target = str(args[0])
    else:
        return
    if target not in ("127.0.0.1", "::1", "localhost", "", "None"):
        sys.stderr.write(f"LEAVES {target}\\n")
        raise OSError("not allowed in this test")
sys.addaudithook(watch)
"""


def start(before: str = "", change: str = "") -> tuple[subprocess.Popen[str], str, float]:
    """Start the program; return it, the address that it printed, and the seconds it took."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(here=str(HERE), before=before, change=change)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "GRADIO_ANALYTICS_ENABLED": "True", "GRADIO_SHARE": "True"},
        cwd=HERE.parent,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith("The chat is at http://127.0.0.1:"):
        process.kill()
        pytest.fail(f"the server did not start: {line!r} {process.communicate()[1][-2000:]}")
    return process, line.split()[4], time.monotonic() - begun


def ask_over_http(url: str) -> socket.socket:
    """Put one question as the page does, and return the open stream of its events."""
    host, port = url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    asked = ["What?", None, None]
    body = json.dumps({"data": asked, "fn_index": 0, "session_hash": "abc", "trigger_id": None})
    connection.request("POST", "/gradio_api/queue/join", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    answer.read()
    stream = socket.create_connection((host, int(port)), timeout=10)
    stream.sendall(f"GET /gradio_api/queue/data?session_hash=abc HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    seen = b""
    while b"draft" not in seen:
        piece = stream.recv(65536)
        assert piece, seen[-500:]
        seen += piece
    return stream


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_ends_the_program_within_five_seconds_even_in_mid_answer(name: str) -> None:
    process, url, seconds = start(change="fake.hold.clear()")
    stream = ask_over_http(url)
    begun = time.monotonic()
    process.send_signal(getattr(signal, name))
    _, errors = process.communicate(timeout=15)
    took = time.monotonic() - begun
    stream.close()
    print(f"page up after {seconds:.1f} s; {name} took {took:.1f} s, exit code {process.returncode}")
    assert took < 5
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_nothing_leaves_the_machine_while_the_page_starts_and_answers() -> None:
    process, url, _ = start(before=WATCH, change="fake.pause = 0.2")
    stream = ask_over_http(url)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=15)
    stream.close()
    assert "LEAVES" not in errors


def test_control_the_watch_sees_a_plain_gradio_page_call_home() -> None:
    code = f"import sys\n{WATCH}\nimport gradio as gr, time\nwith gr.Blocks(): pass\ntime.sleep(3)"
    environ = {k: v for k, v in os.environ.items() if k not in SWITCHES}
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=environ, check=False
    )
    assert "LEAVES api.gradio.app" in result.stderr


def test_importing_the_server_imports_nothing_heavy() -> None:
    heavy = ("gradio", "fastapi", "torch", "uvicorn")
    code = f"import sys, rag.web.server; print([m for m in {heavy} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=HERE.parent, check=True
    )
    assert result.stdout.strip() == "[]"


def test_a_desk_that_never_started_can_be_closed() -> None:
    Desk(FakeAssistant).close(0.1)


def test_the_server_shows_those_who_wait_what_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Desk] = []
    monkeypatch.setattr(server, "build_app", lambda desk, *_, **__: made.append(desk))
    monkeypatch.setattr(server, "run", lambda *_: None)
    server.serve(Config(), port=0)
    assert made[0]._look is look
