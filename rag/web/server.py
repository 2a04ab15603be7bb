"""The server behind the chat page and the HTTP interface: one process, loopback by default."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from rag import opening
from rag.errors import CannotServe
from rag.web.ahead import look
from rag.web.answerer import Answerer
from rag.web.desk import Desk
from rag.web.models import Models
from rag.web.security import Guard, harden_environment, is_loopback

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from types import FrameType

    from fastapi import FastAPI

    from rag.config import Config
    from rag.web.pages.shell import Page

log = logging.getLogger(__name__)

# Whole seconds after a stop signal until open streams are cut (a page that is open anywhere always has
# one); with closing the models it stays below 5 s.
GRACE_SECONDS = 1
# What the model may take to stop in its token.
CLOSE_SECONDS = 2.0


def build_app(
    desk: Desk,
    config: Config | None = None,
    *,
    host: str = "127.0.0.1",
    pages: Sequence[Page] | None = None,
) -> FastAPI:
    """Return the application: chat, pages, the HTTP interface beside them, and the guard before all.

    `pages` are those beside the chat; without them, all that are installed. The desk is started with the
    application and closed with it.
    """
    harden_environment()
    import gradio as gr
    from fastapi import FastAPI
    from fastapi.exceptions import RequestValidationError

    from rag.api import errors as api_errors
    from rag.api import routes as api
    from rag.config import Config
    from rag.web import shelf
    from rag.web.chat import conversation_routes, model_routes, turn_routes
    from rag.web.chat import page as chat
    from rag.web.chat.turns import Turns
    from rag.web.library.routes import PAGE as LIBRARY
    from rag.web.pages import shell as frame

    config = config or Config()
    shell = frame.Shell([LIBRARY, *frame.installed()] if pages is None else pages)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        desk.start()
        yield
        desk.close(CLOSE_SECONDS)

    app = FastAPI(title="rag", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    # FastAPI's own answer repeats what was sent, and cannot if that is half a character.
    app.add_exception_handler(RequestValidationError, partial(api_errors.invalid, status=422))
    known = Turns()
    app.include_router(shelf.routes(desk))
    app.include_router(conversation_routes.routes(desk))
    app.include_router(turn_routes.routes(desk, known))
    app.include_router(model_routes.routes(desk))
    app.include_router(frame.shared_files())
    for one in shell.pages:
        app.include_router(one.routes(desk, config, shell))
    gr.mount_gradio_app(
        app,
        chat.build(desk, known, pages=shell.pages),
        path="/",
        server_name=host,
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        show_error=False,
        max_file_size="1kb",
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        **chat.looks(),
    )
    app.add_middleware(api.Beside, api=api.build(desk, config))
    app.add_middleware(
        Guard,
        hosts=() if is_loopback(host) else _names(host),
        pages=[frame.ADDRESS, *(one.path for one in shell.pages)],
        uploads={address: limit for one in shell.pages for address, limit in one.uploads.items()},
    )
    return app


def serve(
    config: Config,
    *,
    host: str | None = None,
    port: int | None = None,
    open_assistant: Callable[[], Answerer] | None = None,
) -> None:
    """Serve the chat until SIGINT or SIGTERM; `host` and `port` override the settings.

    Prints one line with the address once the page can be opened; the models are loaded after that.
    Raises CannotServe if the address cannot be bound.
    """
    host = config.server.host if host is None else host
    port = config.server.port if port is None else port
    listener = bind(host, port)
    desk = Desk(open_assistant) if open_assistant else Desk(opener(config), look=look, models=_models(config))
    try:
        run(build_app(desk, config, host=host), listener, desk.stop)
    finally:
        listener.close()


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises CannotServe with the fix if that is not possible."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, proto)
    except OSError as problem:
        raise CannotServe(f"Cannot listen on {host}: {problem.strerror}. Use --host 127.0.0.1.") from problem
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(128)
    except OSError as problem:
        listener.close()
        raise CannotServe(_why(host, port, problem)) from problem
    return listener


def run(app: FastAPI, listener: socket.socket, stopping: Callable[[], None]) -> None:
    """Serve until a stop signal; `stopping` is called when it arrives."""
    import uvicorn

    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                sys.stdout.write(f"The chat is at http://{shown}:{port} (stop it with Ctrl-C)\n")
                sys.stdout.flush()

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            # What is cut from now on is cut on purpose and needs no traceback in the terminal.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            stopping()
            super().handle_exit(sig, frame)

    settings = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        server_header=False,
        ws="none",
    )
    with _signals_spent():
        Server(settings).run(sockets=[listener])


@contextmanager
def _signals_spent() -> Iterator[None]:
    """Swallow the stop signals that uvicorn raises again when it is done: they have been obeyed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.signal(one, lambda *_: None) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _why(host: str, port: int, problem: OSError) -> str:
    if problem.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is in use by another program (perhaps a chat that is still running).\n"
            f"Stop that one, or choose another port: rag serve --port {port + 1 if port < 65535 else 7861}"
        )
    if problem.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has.\nUse one above 1023: rag serve --port 7860"
    return (
        f"Cannot listen on {host}, port {port}: {problem.strerror}.\nUse --host 127.0.0.1, or another port."
    )


def _names(host: str) -> tuple[str, ...]:
    """Return the host names that a server bound to a network address answers to."""
    return (host, socket.gethostname().lower())


def _models(config: Config) -> Models:
    from rag.models import packs

    return Models(config.models.llm, partial(opening.llm, config), partial(packs.installed, "llm"))


def opener(config: Config) -> Callable[[], Answerer]:
    """Return what opens the assistant of the settings and makes it ready for its first question."""

    def open_assistant() -> Answerer:
        from rag.assistant import Assistant

        assistant = Assistant.open(config=config)
        try:
            assistant.warm()  # or the first question would pay for it
        except BaseException:
            assistant.close()
            raise
        return assistant

    return open_assistant
