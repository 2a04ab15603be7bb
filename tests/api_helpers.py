"""What the tests of the HTTP interface share: requests, and streams read line by line."""

from __future__ import annotations

import contextlib
import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import openai
from browser import Served

JSON = {"Content-Type": "application/json"}
WAIT = 60  # seconds for a line or an answer; only a test that fails takes so long


@dataclass
class Reply:
    """A response, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> Any:
        """The error, which has the form of OpenAI's."""
        assert self.headers["content-type"] == "application/json"
        assert list(self.json) == ["error"]
        assert list(self.json["error"]) == ["message", "type", "param", "code"]
        return self.json["error"]


def client(served: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{served.url}/v1", api_key="any", max_retries=0, timeout=WAIT)


def connect(served: Served) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(served.url.removeprefix("http://"), timeout=WAIT)


def send(
    served: Served, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> Reply:
    with contextlib.closing(connect(served)) as connection:
        connection.request(method, path, body, JSON if headers is None else headers)
        answer = connection.getresponse()
        return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())


def get(served: Served, path: str) -> Reply:
    return send(served, "GET", path)


def post(served: Served, path: str, body: object) -> Reply:
    return send(served, "POST", path, json.dumps(body).encode())


def question(text: str, **more: Any) -> dict[str, Any]:
    return {"model": "rag", "messages": [{"role": "user", "content": text}]} | more


class Lines:
    """The lines of a stream that are not empty, as they come; closing it is going away."""

    def __init__(self, served: Served, text: str, **more: Any) -> None:
        self._connection = connect(served)
        body = json.dumps(question(text, stream=True, **more))
        self._connection.request("POST", "/v1/chat/completions", body, JSON)
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200, self._answer.read()
        self.headers = {k.lower(): v for k, v in self._answer.getheaders()}

    def __iter__(self) -> Iterator[str]:
        while line := self._answer.readline():
            if line.strip():
                yield line.decode().rstrip()

    def until(self, wanted: str) -> None:
        """Read up to the line that is `wanted`."""
        assert wanted in iter(self), wanted

    def close(self) -> None:
        self._answer.close()
        self._connection.close()


@contextlib.contextmanager
def stream(served: Served, text: str, **more: Any) -> Iterator[Lines]:
    with contextlib.closing(Lines(served, text, **more)) as lines:
        yield lines
