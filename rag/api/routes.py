"""The HTTP interface: answers as OpenAI's clients expect them, the library, `/health`, `/docs`."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from importlib import metadata
from typing import TYPE_CHECKING, Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Query, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import BadFilter, NotFound
from rag.api import chat as api_chat
from rag.api import docs as api_docs
from rag.api import errors as api_errors
from rag.api import types as api_types
from rag.api.errors import Json, Problem
from rag.api.types import MOST, ChatRequest, SearchRequest
from rag.showing import listing
from rag.web import failures
from rag.web.desk import Desk
from rag.web.waiting import MAX_WAITING

if TYPE_CHECKING:
    from index import Library
    from rag.config import Config

ALIAS = "rag"  # the model that is chosen, whichever it is
PAGE = 100  # articles that are listed at once if nothing else is asked for

_ABOUT = """Answers about the articles of one library, with the quotations they rest on.

Every OpenAI client can use it: base URL `http://127.0.0.1:7860/v1`, any API key. Errors have OpenAI's form.

An answer is checked, sentence by sentence, before any of it is sent. A stream has comments until then
(`: searching`, `: 3 sources`, `: waiting, 2 before you`), then the checked text. The header `X-Queue-Ahead`
says how many questions came first. A request that is dropped frees the model.

System messages and sampling parameters are taken and change nothing: the same question has the same answer,
and how answers are checked is not up to who asks."""


class Beside:
    """ASGI middleware: the interface answers at its own addresses, the page at all others."""

    def __init__(self, app: ASGIApp, *, api: ASGIApp) -> None:
        self.app = app
        self.api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request to whose address it is."""
        path = scope.get("path", "")
        own = path.startswith("/v1/") or path in ("/health", "/docs", "/openapi.json")
        await (self.api if own else self.app)(scope, receive, send)


def build(desk: Desk, config: Config) -> FastAPI:
    """Return the interface; it answers through `desk`, which is started and closed elsewhere."""
    api = FastAPI(
        title="rag",
        version=metadata.version("rag-news-archive"),
        description=_ABOUT,
        docs_url=None,  # FastAPI's own pages fetch scripts from elsewhere
        redoc_url=None,
        default_response_class=Json,
        redirect_slashes=False,
    )
    api_errors.install(api)
    _answering(api, desk, config)
    _library(api, desk, config)
    _itself(api, desk)
    return api


def _responses(model: type[Any], *refusals: str) -> dict[int | str, dict[str, Any]]:
    said: dict[int | str, dict[str, Any]] = {status: {"model": api_types.ErrorBody} for status in refusals}
    return {200: {"model": model}, **said}


def _answering(api: FastAPI, desk: Desk, config: Config) -> None:
    begun = int(time.time())

    def chosen() -> str:
        return desk.models.chosen if desk.models else config.models.llm

    def names() -> list[str]:
        return [ALIAS, *(desk.models.ids() if desk.models else [config.models.llm])]

    def known(name: str) -> str:
        if name in (there := names()):
            return name
        said = f"There is no model {name[:80]!r} here; there are {' and '.join(map(repr, there))}."
        raise Problem(404, said, code="model_not_found", param="model")

    def shown(name: str) -> dict[str, Any]:
        return {"id": name, "object": "model", "created": begun, "owned_by": "rag"}

    responses = _responses(api_types.Completion, "4XX", "5XX")
    responses[200]["content"] = {"text/event-stream": {}}

    @api.post("/v1/chat/completions", responses=responses)
    async def chat_completions(request: Request, asked: ChatRequest) -> Response:
        """Answer a question, whole or as a stream.

        Beside OpenAI's fields, `choices[0].message.rag` is the answer as `rag ask --json` gives it: status,
        claims, citations with their quotations, confidence. In a stream the last chunk with a choice has it.
        """
        name = await to_thread.run_sync(known, asked.model)
        return await api_chat.complete(desk, request, asked, None if name == ALIAS else name, chosen())

    @api.get("/v1/models", responses=_responses(api_types.Models))
    def models() -> Response:
        """List the names that `model` may have: "rag" for the one chosen in the chat, and those installed.

        One is in memory at a time. A question that names another waits until that is loaded, in its turn.
        """
        return Json({"object": "list", "data": [shown(name) for name in names()]})

    @api.get("/v1/models/{model}", responses=_responses(api_types.Model, "4XX"))
    def model(model: str) -> Response:
        """Show one of them."""
        return Json(shown(known(model)))


class _Searches:
    """One at a time: two at once would not be done sooner. Who waits holds no thread."""

    def __init__(self) -> None:
        self._turn = CapacityLimiter(1)
        self._here = 0

    async def run(self, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return what `work` does in a thread. Raises Problem if too many wait already."""
        if self._here > MAX_WAITING:  # the first one is being served
            raise Problem(429, "Too many searches are waiting.", code="rate_limit_exceeded", retry=True)
        self._here += 1
        try:
            return await to_thread.run_sync(work, limiter=self._turn)
        finally:
            self._here -= 1


def _library(api: FastAPI, desk: Desk, config: Config) -> None:
    searches = _Searches()

    def library() -> Library:
        if desk.assistant is None or desk.health.state != "ready":
            raise Problem(503, desk.health.why or "The models are being loaded.", retry=True)
        return desk.assistant.library

    @api.post("/v1/search", responses=_responses(listing.Results, "4XX", "5XX"))
    async def search(asked: SearchRequest) -> Response:
        """Find passages by meaning and by words, as `rag search --json` does; without a language model."""
        return Json(await searches.run(partial(_search, library(), asked, asked.k or config.search.passages)))

    @api.get("/v1/articles", responses=_responses(api_types.Articles, "4XX", "5XX"))
    def articles(
        limit: Annotated[int, Query(ge=1, le=MOST)] = PAGE, offset: Annotated[int, Query(ge=0, le=2**31)] = 0
    ) -> Response:
        """List articles in order of their file names, as `rag list --json` does."""
        held = library()
        page = list(held.articles(offset, limit))
        groups = held.groups([one.id for one in page])
        found = [listing.about(one, groups) for one in page]
        return Json({"articles": found, "total": held.counts()["articles"]})

    @api.get("/v1/articles/{article:path}", responses=_responses(listing.Whole, "4XX", "5XX"))
    def show(article: str) -> Response:
        """Show an article by its id, the beginning of its id, or its file name.

        It is that of `rag show --json`, but `path` is the file's name only.
        """
        held = library()
        try:
            found = listing.unplaced(held.get(article))
            return Json(listing.whole(found, held.groups([found.id])))
        except NotFound as error:
            # Where on the disk the library lies is nobody's business who asks over the network.
            said = str(error).partition("\n")[0].removesuffix(f" in {held.folder}")
            said = f"{said}; what there is: GET /v1/articles"
            raise Problem(404, said, code="article_not_found", param="article") from None


def _search(library: Library, asked: SearchRequest, k: int) -> dict[str, Any]:
    started = time.monotonic()
    filters = asked.model_dump(include={"lang", "outlet", "since", "until"})
    try:
        hits = library.search(asked.query, k, **filters)
    except BadFilter as error:
        raise Problem(400, str(error), param="query") from None
    seconds = round(time.monotonic() - started, 4)
    strange = None if hits else listing.strange_outlet(library, asked.query, asked.outlet)
    return listing.results(listing.explain(asked.query, hits), seconds, strange)


def _itself(api: FastAPI, desk: Desk) -> None:
    @api.get("/health", responses=_responses(api_types.Health, "4XX"))
    def health(lang: str = "en") -> Response:
        """Say whether questions can be answered, and if not, why: with `lang=vi` in Vietnamese."""
        now = desk.health
        return Json(
            {
                "ready": now.state == "ready",
                "degraded": now.state == "failed",
                "starting": now.state == "starting",
                "why": now.why and failures.said(now.why, "vi" if lang == "vi" else "en"),
            }
        )

    @api.get("/docs", include_in_schema=False)
    def docs(request: Request) -> Response:
        return HTMLResponse(api_docs.page(api.openapi(), str(request.base_url).rstrip("/")))
