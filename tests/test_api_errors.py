"""Bad requests are the caller's fault, are told so in OpenAI's form, and reach nobody."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from api_helpers import JSON, get, post, question, send
from browser import Served, serving, until
from fake_assistant import FakeAssistant
from hypothesis import HealthCheck, given, settings
from index_helpers import ENGLISH
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from index import Library
from index.embed import HashEmbedder
from rag.web.security import MAX_BODY_BYTES

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
SAME: dict[str, Any] = {"deadline": None, "database": None, "derandomize": True}
CHAT, SEARCH = "/v1/chat/completions", "/v1/search"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    place = tmp_path_factory.mktemp("api")
    (place / "bridge.txt").write_text(ENGLISH)
    with Library.open(place / "library", HashEmbedder()) as library:
        library.add([place / "bridge.txt"])
        with serving(FakeAssistant(library=library)) as one:
            until(lambda: one.desk.health.state == "ready")
            yield one


def said(role: str, content: object) -> dict[str, Any]:
    return {"model": "rag", "messages": [{"role": role, "content": content}]}


@pytest.mark.parametrize(
    ("path", "body", "message", "param"),
    [
        (CHAT, b"", "must be a JSON object", None),
        (CHAT, b"null", "must be a JSON object", None),
        (CHAT, b"[]", "must be a JSON object", None),
        (CHAT, b"{", "not JSON: .* at character 2", None),
        (CHAT, b"\xff", "UTF-8", None),
        (CHAT, b'{"model":"rag","messages":[{"role":"user","content":"\xc3("}]}', "UTF-8", None),
        (CHAT, b"[" * 100_000, "nested", None),
        (CHAT, b'{"n":' + b"9" * 5000 + b"}", "endless", None),
        (CHAT, {}, "model: this field is needed", "model"),
        (CHAT, {"model": "rag"}, "messages: this field is needed", "messages"),
        (CHAT, {"model": 1, "messages": []}, "model", "model"),
        (CHAT, {"model": "rag", "messages": []}, "empty", "messages"),
        (CHAT, {"model": "rag", "messages": "What?"}, "valid list", "messages"),
        (CHAT, {"model": "rag", "messages": [None]}, "messages", "messages[0]"),
        (CHAT, {"model": "rag", "messages": [{"content": "What?"}]}, "needed", "messages[0].role"),
        (CHAT, said("banana", "What?"), "'user'", "messages[0].role"),
        (CHAT, said("user", ""), "empty", "messages"),
        (CHAT, said("user", " \n\u200b"), "empty", "messages"),
        (CHAT, said("user", "\ud800"), "empty", "messages"),
        (CHAT, said("user", None), "empty", "messages"),
        (CHAT, said("user", {"text": "What?"}), "text parts", "messages[0].content"),
        (CHAT, said("user", [{"type": "image_url", "image_url": {}}]), "only text", "messages[0].content"),
        (CHAT, said("user", [{"type": "text", "text": 1}]), "only text", "messages[0].content"),
        (CHAT, said("assistant", "What?"), "must be the user's", "messages"),
        (CHAT, said("system", "What?"), "must be the user's", "messages"),
        (CHAT, said("user", "x" * 2001), "2001 characters; the limit is 2000", "messages"),
        (CHAT, said("user", "since:never what?"), "since:never is not a date", "messages"),
        (CHAT, question("What?", n=2), "n: ", "n"),
        (CHAT, question("What?", n="1"), "n: ", "n"),
        (CHAT, question("What?", stream="yes"), "stream: ", "stream"),
        (CHAT, question("What?", stream_options=1), "stream_options", "stream_options"),
        (CHAT, question("What?", response_format={"type": "json_object"}), "'text'", "response_format.type"),
        (CHAT, question("What?", rag={"as_of": "2025-02-30"}), "'2025-02-30' is not a date", "rag.as_of"),
        (CHAT, question("What?", rag={"as_of": 1735689600}), "2025-12-31", "rag.as_of"),
        (CHAT, question("What?", rag={"asof": "2025-02-03"}), "no such field", "rag.asof"),
        (SEARCH, {}, "needed", "query"),
        (SEARCH, {"query": "x" * 2001}, "2000", "query"),
        (SEARCH, {"query": "\ud800"}, "half of a character", "query"),
        (SEARCH, {"query": "fish", "outlet": "\udfff"}, "half of a character", "outlet"),
        (SEARCH, {"query": "fish", "k": 0}, "k: ", "k"),
        (SEARCH, {"query": "fish", "k": 1001}, "1000", "k"),
        (SEARCH, {"query": "fish", "k": True}, "k: ", "k"),
        (SEARCH, {"query": "fish", "lang": "fr"}, "'vi'", "lang"),
        (SEARCH, {"query": "fish", "since": "20250203"}, "2025-12-31, 2025-12 or 2025", "since"),
        (SEARCH, {"query": "fish", "since": "2025-13"}, "'2025-13' is not a date", "since"),
        (SEARCH, {"query": "fish", "until": "2025-02-30"}, "'2025-02-30' is not a date", "until"),
        (SEARCH, {"query": "fish", "until": "0000"}, "'0000' is not a date", "until"),
        (SEARCH, {"query": "fish", "until": 2025}, "a text like 2025-12-31", "until"),
        (SEARCH, {"query": "fish", "until": "9" * 5000}, "is not a date", "until"),
        (SEARCH, {"query": "fish", "limit": 3}, "no such field", "limit"),
    ],
)  # fmt: skip
def test_malformed_requests_are_told_what_is_wrong_and_where(
    served: Served, path: str, body: object, message: str, param: str | None
) -> None:
    before = len(served.assistant.asked)
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    got = send(served, "POST", path, raw)
    assert got.status == 400
    assert got.error["type"] == "invalid_request_error"
    assert got.error["param"] == param
    assert re.search(message, got.error["message"]), got.error
    assert len(got.error["message"]) <= 600
    assert len(served.assistant.asked) == before


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "offset=-1", "offset=" + "9" * 5000])
def test_pages_that_cannot_be(served: Served, query: str) -> None:
    got = get(served, f"/v1/articles?{query}")
    assert (got.status, got.error["param"]) == (400, query.partition("=")[0])


def test_a_long_question_has_openais_code_for_it(served: Served) -> None:
    assert post(served, CHAT, said("user", "x" * 2001)).error["code"] == "string_above_max_length"
    assert post(served, CHAT, said("user", "x" * 2000)).status == 200


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/", "/v1/models/", CHAT + "/", "/v2/models"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_unknown_addresses(served: Served, method: str, path: str) -> None:
    got = send(served, method, path, b"{}")
    assert (got.status, got.error["type"]) == (404, "invalid_request_error")


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("GET", CHAT, "POST"),
        ("PUT", SEARCH, "POST"),
        ("POST", "/v1/models", "GET"),
        ("DELETE", "/v1/articles/x", "GET"),
        ("POST", "/health", "GET"),
        ("POST", "/docs", "GET"),
        ("BREW", "/v1/models", "GET"),
    ],
)
def test_wrong_methods_name_the_right_one(served: Served, method: str, path: str, right: str) -> None:
    got = send(served, method, path, b"{}")
    assert got.status == 405
    assert right in got.headers["allow"]
    assert right in got.error["message"]


def test_the_guard_refuses_in_the_same_form(served: Served) -> None:
    body = json.dumps(question("What?")).encode()
    before = len(served.assistant.asked)
    for status, headers in (
        (403, {**JSON, "Origin": "http://evil.example"}),
        (403, {**JSON, "Sec-Fetch-Site": "cross-site"}),
        (400, {**JSON, "Host": "evil.example"}),
        (400, {"Content-Type": "text/plain"}),  # what a form of another page can send
        (400, {}),
    ):
        got = send(served, "POST", CHAT, body, headers)
        assert (got.status, got.error["type"]) == (status, "invalid_request_error")
    assert send(served, "POST", CHAT, b"x" * (MAX_BODY_BYTES + 1)).status == 413
    assert len(served.assistant.asked) == before
    assert send(served, "POST", CHAT, body, {**JSON, "Origin": served.url}).status == 200


def asked_so_that_it_is_answered(body: Any) -> None:
    """A made-up model is refused before anything else is looked at; so most bodies name a real one."""
    if isinstance(body, dict) and isinstance(body.get("model"), str):
        body["model"] = "rag"
        messages = body.get("messages")
        if isinstance(messages, list) and messages and isinstance(messages[-1], dict):
            messages[-1]["role"] = "user"


def fuzz(served: Served, mode: GenerationMode, cases: int) -> Counter[int]:
    """Send made-up requests, that fit the description or do not; return how often each status came."""
    schema = schemathesis.openapi.from_url(f"{served.url}/openapi.json")
    seen: Counter[int] = Counter()

    @settings(max_examples=cases, suppress_health_check=list(HealthCheck), **SAME)
    @given(case=schema.as_strategy(generation_mode=mode))
    def answered_as_described(case: Any) -> None:
        asked_so_that_it_is_answered(case.body)
        response = case.call()
        seen[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    answered_as_described()
    return seen


@pytest.fixture
def cases(request: pytest.FixtureRequest) -> int:
    """How many; --cases 2500 makes 5,000 of both kinds."""
    return int(request.config.getoption("--cases"))


def test_no_request_that_fits_the_description_is_the_programs_fault(served: Served, cases: int) -> None:
    seen = fuzz(served, GenerationMode.POSITIVE, cases)
    print(f"made to fit: {dict(sorted(seen.items()))}")  # with pytest -s
    assert seen.total() >= cases
    assert seen[200] > cases / 10


def test_no_request_that_does_not_fit_is_the_programs_fault(served: Served, cases: int) -> None:
    seen = fuzz(served, GenerationMode.NEGATIVE, cases)
    print(f"made not to fit: {dict(sorted(seen.items()))}")
    assert seen.total() >= cases
    assert seen[400] > cases / 10


def test_the_control_of_the_made_up_requests_sees_a_fault(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(served.assistant.library, "search", broken)
    with pytest.raises(FailureGroup, match="500"):
        fuzz(served, GenerationMode.POSITIVE, 100)
