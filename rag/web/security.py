"""What keeps the page to itself: environment switches, and one guard in front of every request.

`harden_environment` must run before gradio, huggingface_hub or transformers are imported, because
all three read their switches at import. `Guard` is plain ASGI, so that a closed tab is still seen
as a disconnect by what lies behind it.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import os
import sys
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.web.headers import HEADERS, PAGE_HEADERS

log = logging.getLogger(__name__)

SWITCHES = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    "DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",  # only the exact string "True" enables
    "ANONYMIZED_TELEMETRY": "False",
    "TOKENIZERS_PARALLELISM": "false",
}
# GRADIO_ALLOWED_PATHS, _SHARE, _VIBE_MODE and others override what the code asks for, so the whole
# family goes; proxies and tokens have no business in a program that talks to loopback only.
_DROPPED_PREFIXES = ("GRADIO_",)
_DROPPED = frozenset({"HF_ENDPOINT", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"})
_DROPPED_SUFFIX = "_PROXY"

# The requests that the page and the API make, and no others: new routes of a new Gradio stay shut.
_EXACT = frozenset(
    {
        "/", "/config", "/health", "/docs", "/openapi.json", "/theme.css", "/favicon.ico",
        "/robots.txt", "/manifest.json",
        "/gradio_api/queue/join", "/gradio_api/queue/data", "/gradio_api/cancel", "/gradio_api/reset",
        "/gradio_api/startup-events", "/gradio_api/theme.css", "/gradio_api/app_id",
    }
)  # fmt: skip
_UNDER = ("/assets/", "/static/", "/gradio_api/heartbeat/", "/reader/", "/chat/", "/v1/")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# What the page asks arrives here. Gradio reads files that a request names, so only plain texts pass.
_JOIN = "/gradio_api/queue/join"
_POLICY = "content-security-policy"
# The longest request is a question with its history; the page itself sends a few kilobytes.
MAX_BODY_BYTES = 1 << 20
# What is wrong with a request is said in a few lines, however long the request.
MAX_MESSAGE = 600  # characters


def harden_environment(environ: MutableMapping[str, str] = os.environ) -> None:
    """Set the offline and no-telemetry switches and drop variables that could undo them.

    Raises RuntimeError if gradio is imported already: its switches would be read too late.
    """
    too_late = environ is os.environ and "gradio" in sys.modules
    if too_late and environ.get("GRADIO_ANALYTICS_ENABLED") != "False":
        raise RuntimeError("gradio was imported before harden_environment(); call it first.")
    for name in list(environ):
        upper = name.upper()
        if upper.startswith(_DROPPED_PREFIXES) or upper in _DROPPED or upper.endswith(_DROPPED_SUFFIX):
            del environ[name]
    environ.update(SWITCHES)


def host_of(header: str) -> str | None:
    """Return the host of a Host header without its port, lower case; None if it is not one."""
    try:
        parts = urlsplit("//" + header)
        _ = parts.port  # raises ValueError for "host:port" with a bad port
    except ValueError:
        return None
    if parts.path or parts.query or parts.fragment or parts.username is not None:
        return None
    return parts.hostname


def is_loopback(host: str) -> bool:
    """Return True for "localhost" and the loopback addresses."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """ASGI middleware: host and origin checks, the list of open routes, a body limit, headers.

    `pages` are the addresses of the pages beside the chat; `uploads` are those under them that take a file
    as the body of a POST, each with the most bytes that it takes: such a body is handed on as it comes.

    A page of another site cannot reach the chat by DNS rebinding, because such a request carries
    that site's name as its Host: only loopback and the `hosts` given are answered. When the server
    is bound to a network address on purpose, give that address (or its name) in `hosts`.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Iterable[str] = (),
        max_body: int = MAX_BODY_BYTES,
        pages: Iterable[str] = (),
        uploads: Mapping[str, int] | None = None,
    ) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)
        self.max_body = max_body
        self.pages = tuple(pages)
        self.uploads = uploads or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or hand on with the headers added."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # the page uses no WebSockets
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await _refuse(send, *refusal)
            return
        await self._forward(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        host = host_of(headers.get("host", ""))
        if host is None or not (is_loopback(host) or host in self.hosts):
            return 400, "This host name is not served here. Use http://127.0.0.1 with the port of the chat."
        # A deep link makes Gradio read a file whose name comes from the address; the page has none.
        page = self._is_page(scope["path"])
        if not (page or _open_route(scope["path"])) or b"deep_link" in scope["query_string"]:
            return 404, "There is nothing at this address."
        if scope["method"] not in _SAFE_METHODS and not _same_origin(headers):
            return 403, "Requests from pages of other sites are refused."
        length = headers.get("content-length", "0")
        if not length.isdecimal():
            return 400, "Content-Length is not a number."
        upload = scope["path"] in self.uploads
        if upload and ("content-length" not in headers or "transfer-encoding" in headers):
            return 411, "Say how long the file is: Content-Length."
        limit = self.uploads.get(scope["path"], self.max_body)
        if int(length) > limit:
            return 413, f"The request has {length} bytes; the limit is {limit}."
        return None

    def _is_page(self, path: str) -> bool:
        return any(path == page or path.startswith(f"{page}/") for page in self.pages)

    async def _forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        # An upload is no longer than its Content-Length says: the server reads no further.
        if scope["method"] not in _SAFE_METHODS and scope["path"] not in self.uploads:
            body = await _read(receive, self.max_body)
            if body is None:  # without a content-length, or a false one
                await _refuse(send, 413, f"The request is larger than {self.max_body} bytes.")
                return
            if scope["path"] == _JOIN and not _only_texts(body):
                await _refuse(send, 400, _MALFORMED)
                return
            receive = _replay(body, receive)
        answer = _Reply(send, PAGE_HEADERS if self._is_page(scope["path"]) else HEADERS)
        try:
            await self.app(scope, receive, answer.send)
        except Exception as problem:  # said here, because Gradio answers some bad requests with a crash
            await self._blame(scope["path"], problem, answer)

    async def _blame(self, path: str, problem: Exception, answer: _Reply) -> None:
        gradio = path.startswith("/gradio_api/")
        log.log(logging.DEBUG if gradio else logging.ERROR, "request to %s failed", path, exc_info=problem)
        if answer.started:  # a stream: what could be said has been said
            await answer.end()
        elif gradio and isinstance(problem, _BAD_INPUT):
            await _refuse(answer.raw, 400, _MALFORMED)
        else:
            await _refuse(answer.raw, 500, "Something went wrong inside the program.")


class _Reply:
    """Adds the headers, and keeps back a 500 until the exception that it stands for is known."""

    def __init__(self, send: Send, headers: Mapping[str, str]) -> None:
        self.raw = send
        self._headers = headers
        self.started = False
        self._crashed = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._crashed = message["status"] == 500
            self.started = not self._crashed
            _harden(MutableHeaders(scope=message), self._headers)
        if not self._crashed:
            await self.raw(message)

    async def end(self) -> None:
        await self.raw({"type": "http.response.body", "body": b"", "more_body": False})


# What Gradio and its JSON parsing raise for requests that its own page never sends.
_BAD_INPUT = LookupError | ValueError | TypeError | AttributeError | RecursionError
_MALFORMED = "The request does not have the form that the page sends."


async def _read(receive: Receive, limit: int) -> bytes | None:
    """Return the whole body, or None if it is longer than `limit` bytes."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            return None
        more = message.get("more_body", False)
    return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting = [body]

    async def replayed() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replayed


def _only_texts(body: bytes) -> bool:
    """Return True if the inputs of a Gradio event are texts and nothing else.

    Gradio would copy a file that a "gradio.FileData" object names into its cache.
    """
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return False
    data = event.get("data") if isinstance(event, dict) else None
    return isinstance(data, list) and all(one is None or isinstance(one, str) for one in data)


def _open_route(path: str) -> bool:
    return path in _EXACT or path.startswith(_UNDER)


def _same_origin(headers: Headers) -> bool:
    """Return False if a browser says that the request comes from a page of another origin."""
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    except ValueError:  # "http://["
        return False


def _harden(headers: MutableHeaders, ours: Mapping[str, str]) -> None:
    for name in [name for name in headers if name.startswith("access-control-")]:
        del headers[name]  # Gradio lets any page on this machine's loopback read it
    own = headers.get(_POLICY) if ours is PAGE_HEADERS else None
    for name, value in ours.items():
        headers[name] = value
    if own is not None:  # of a document that a page hands out and that has scripts of its own
        headers[_POLICY] = own


def error_body(
    status: int, message: str, code: str | None = None, param: str | None = None
) -> dict[str, Any]:
    """Return the JSON of an error with this HTTP status, in the form that OpenAI's clients read."""
    kind = "rate_limit_error" if status == 429 else "invalid_request_error"
    kind = "server_error" if status >= 500 else kind
    return {"error": {"message": message[:MAX_MESSAGE], "type": kind, "param": param, "code": code}}


async def _refuse(send: Send, status: int, message: str) -> None:
    body = json.dumps(error_body(status, message)).encode()
    head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    head += [(name.encode(), value.encode()) for name, value in HEADERS.items()]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})
