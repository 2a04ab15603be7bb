"""The frame of the pages beside the chat: which there are, their language, their templates and files.

A page is made of routes under one address and of Jinja templates that extend `frame.html.j2`. Pages of the
packages above `rag` come in by an entry point of the group "rag.pages" that names a `Page`: imports run one
way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rag.web.pages.wording import WORDS, number, size, span
from rag.web.wording import Language, counted, day

if TYPE_CHECKING:
    from rag.config import Config
    from rag.web.desk import Desk

GROUP = "rag.pages"
ADDRESS = "/pages"  # of the files that all pages share
_HERE = Path(__file__).parent
_STATIC = _HERE.parent / "static"
_SHARED = ("tokens.css", "masthead.css", "pages.css")
_COOKIE, _PARAMETER = "rag-language", "ui"
_YEAR = 365 * 24 * 3600  # seconds

Words = Mapping[Language, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Page:
    """A page beside the chat, as the server and the navigation know it."""

    path: str  # "/library": its address, and what all its other addresses begin with
    names: Mapping[Language, str]  # what the navigation calls it
    # Called once, when the server is built. The router may have a lifespan, to end what it has begun.
    routes: Callable[[Desk, Config, Shell], APIRouter]
    uploads: Mapping[str, int] = field(
        default_factory=dict
    )  # addresses of which a POST's body is a file, and
    # the most bytes that it may have


class Shell:
    """What all pages have in common."""

    def __init__(self, pages: Sequence[Page] = ()) -> None:
        """`pages` are those beside the chat, in the order of the navigation."""
        self.pages = tuple(pages)

    def templates(self, folder: Path, words: Words) -> Templates:
        """Return the templates in `folder` with the frame, and `words` beside those of the frame."""
        return Templates(self, folder, words)


class Templates:
    """Jinja templates of one page; whatever they are given is escaped."""

    def __init__(self, shell: Shell, folder: Path, words: Words) -> None:
        self._shell = shell
        self._words = {language: {**WORDS[language], **words[language]} for language in WORDS}
        self._environment = Environment(
            loader=FileSystemLoader([folder, _HERE]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, request: Request, name: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """Return a template as a response, in the language of the reader; a POST redirects to such a page.

        Templates know `w` (the words), `language`, `pages`, `here` (the path), `switch` (the address of the
        same page in the other language), what says how many (`counted`, by a name of `w`) and what says
        `number`, `size` (bytes), `span` (seconds) and `day` (ISO date) in this language, beside `values`.
        """
        language = language_of(request)
        words = self._words[language]
        known = {
            "w": words,
            "language": language,
            "pages": self._shell.pages,
            "here": request.url.path,
            "switch": _switched(request, language),
            "counted": lambda name, n: counted(words, name, n, number(n, language)),
            **{say.__name__: partial(say, language=language) for say in (number, size, span, day)},
        }
        text = self._environment.get_template(name).render({**known, **values})
        response = HTMLResponse(text, status, headers={"cache-control": "no-store"})
        if _PARAMETER in request.query_params:  # chosen by hand: remembered from now on
            # The chat reads it too, in its script: see static/speak.js.
            response.set_cookie(_COOKIE, language, max_age=_YEAR, samesite="strict")
        return response

    def words(self, request: Request) -> Mapping[str, str]:
        """Return the words in the language of the reader."""
        return self._words[language_of(request)]


def installed() -> list[Page]:
    """Return the pages of the packages above this one."""
    return [point.load() for point in entry_points(group=GROUP)]


def language_of(request: Request) -> Language:
    """Return the language that was chosen by hand, else the first that the browser asks for and we speak."""
    for chosen in (request.query_params.get(_PARAMETER), request.cookies.get(_COOKIE)):
        if chosen in ("en", "vi"):
            return "vi" if chosen == "vi" else "en"
    asked = []
    for part in request.headers.get("accept-language", "").split(","):
        name, _, quality = part.strip().partition(";q=")
        try:
            asked.append((-float(quality or 1), name.lower()))
        except ValueError:
            continue
    known = [name[:2] for _, name in sorted(asked, key=lambda one: one[0]) if name[:2] in ("en", "vi")]
    return "vi" if known[:1] == ["vi"] else "en"


def shared_files() -> APIRouter:
    """Return the routes of the style sheets that all pages share."""
    return files(_STATIC, _SHARED, ADDRESS)


def files(folder: Path, names: Sequence[str], address: str) -> APIRouter:
    """Return routes for these files of a folder, and no others, under an address."""
    router = APIRouter(prefix=address)

    @router.get("/{name}")
    def file(name: str) -> Response:
        if name not in names:
            return Response("There is nothing at this address.", 404, media_type="text/plain")
        return FileResponse(folder / name, headers={"cache-control": "no-cache"})  # asked anew each time

    return router


def _switched(request: Request, language: Language) -> str:
    """Return the address of the same page in the other language."""
    kept = [(key, value) for key, value in request.query_params.multi_items() if key != _PARAMETER]
    other = "en" if language == "vi" else "vi"
    return f"{request.url.path}?{urlencode([*kept, (_PARAMETER, other)])}"
