"""Errors as OpenAI's clients expect them: `{"error": {"message", "type", "param", "code"}}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from rag.showing import terminal
from rag.web.security import error_body

# A whole answer takes 5.0 s (median on 2 cores, README), so a place in a full line is free after about that.
RETRY_SECONDS = 5


_WORDS = {
    "missing": "this field is needed, see /docs",
    "extra_forbidden": "there is no such field, see /docs",
    "string_unicode": "there is half of a character in it (a lone surrogate)",
    "too_short": "this list is empty; put the question in it",
}


class Json(JSONResponse):
    """JSON as the command line prints it."""

    def render(self, content: object) -> bytes:
        """Return UTF-8 in which lone surrogates are escaped."""
        return terminal.to_json(content).encode()


class Problem(Exception):
    """A request that is refused; `retry` says that the same one may be granted later."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        retry: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.param = param
        self.retry = retry

    @property
    def body(self) -> dict[str, Any]:
        """Return the JSON that says it."""
        return error_body(self.status, str(self), self.code, self.param)


def install(app: FastAPI) -> None:
    """Make the application say every refusal in this form."""
    app.add_exception_handler(Problem, _refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, _plain)


def _refused(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    headers = {"Retry-After": str(RETRY_SECONDS)} if problem.retry else None
    return Json(problem.body, problem.status, headers)


def invalid(_: Request, problem: Exception, status: int = 400) -> Response:
    """Return what is wrong with a request that does not have the fields it should."""
    assert isinstance(problem, RequestValidationError)
    first: Mapping[str, Any] = problem.errors()[0]
    where, *rest = first["loc"]
    name = _name(rest)
    if first["type"] == "json_invalid":
        name, said = None, f"The body is not JSON: {first['ctx']['error']} at character {rest[0] + 1}."
    elif where == "body" and name is None:
        said = 'The body must be a JSON object, sent with "Content-Type: application/json".'
    else:
        wrong = _WORDS.get(first["type"], str(first["msg"]).removeprefix("Value error, "))
        said = f"{name}: {wrong}"
    return Json(error_body(status, said, param=name), status)


def _name(place: Sequence[str | int]) -> str | None:
    """Return ("messages", 0, "role") as "messages[0].role"; None for the whole."""
    parts = (f"[{one}]" if isinstance(one, int) else f".{one}" for one in place)
    return "".join(parts).removeprefix(".") or None


def _plain(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    path, status = request.url.path, problem.status_code
    said = str(problem.detail)
    if status == HTTPStatus.NOT_FOUND:
        said = f"There is nothing at {path}. What there is: /docs"
    elif status == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (problem.headers or {}).get("Allow", "another method")
        said = f"{request.method} is not for {path}; use {allowed}."
    elif status == HTTPStatus.BAD_REQUEST:  # what Python's json refuses without saying where
        said = "The body cannot be read: it must be JSON in UTF-8, not nested deeply, no endless numbers."
    return Json(error_body(status, said), status, problem.headers)
