"""What the HTTP interface takes and gives, as types; the OpenAPI description is made of them.

Fields that OpenAI's interface knows and this one has no use for (temperature, max_tokens, tools, seed, …) are
taken and have no effect: the same question to the same library has the same answer.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from index.records import Lang
from index.search import inline
from rag.answer import Answer
from rag.asked import MAX_QUESTION, iso_day
from rag.care import CareName
from rag.showing.listing import About

# What `rag list` and `rag search` may give at once.
MOST = 1000
FILTERS = (
    'since:2025-01 until:2025 outlet:"The Star" lang:vi '
    '(a quotation mark in a name has a backslash before it: outlet:"The \\"New\\" Star")'
)


def _day(value: object) -> dt.date:
    if not isinstance(value, str):
        raise ValueError("a date is a text like 2025-12-31")
    return iso_day(value)


def _bound(value: object, *, last: bool) -> dt.date:
    if not isinstance(value, str):
        raise ValueError("a date is a text like 2025-12-31, 2025-12 or 2025")
    try:
        return inline.day(value, last=last)
    except ValueError:  # also IllegalMonthError
        wrong = f"{value[:40]!r} is not a date; write it as 2025-12-31, 2025-12 or 2025."
        raise ValueError(wrong) from None


def _said(content: object) -> str:
    """Return the text of a message: a text, or a list of parts that are texts."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise ValueError("give a text or a list of text parts")
    texts = [part.get("text") if isinstance(part, dict) else None for part in content]
    for part, text in zip(content, texts, strict=True):
        kind = part.get("type") if isinstance(part, dict) else None
        if kind != "text" or not isinstance(text, str):
            raise ValueError('only text can be read; give parts like {"type": "text", "text": "…"}')
    return "\n".join(map(str, texts))


# Only a text with a bound is looked at closely enough to be refused for half of a character.
Text = Annotated[str, Field(max_length=MAX_QUESTION)]
Day = Annotated[dt.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
# Where a search begins or ends: a month or a year is meant whole, as on the command line.
_PERIOD = WithJsonSchema(
    {"type": "string", "pattern": "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"}
)
SINCE = "Only articles of this day or later: 2025-01-31; 2025-01 or 2025 count from their first day."
UNTIL = "Only articles of this day or earlier: 2025-01-31; 2025-01 or 2025 count to their last day."
Since = Annotated[dt.date, BeforeValidator(partial(_bound, last=False)), _PERIOD]
Until = Annotated[dt.date, BeforeValidator(partial(_bound, last=True)), _PERIOD]
_PART = {
    "type": "object",
    "properties": {"type": {"const": "text"}, "text": {"type": "string"}},
    "required": ["type", "text"],
}
Content = Annotated[
    str,
    BeforeValidator(_said),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": _PART}, {"type": "null"}]}),
]


class _Asked(BaseModel):
    model_config = ConfigDict(strict=True)  # "1" is no number


class Message(_Asked):
    """One thing that was said. What is neither the user's nor the assistant's is taken and not heeded."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Content = ""


class StreamOptions(_Asked):
    """How a stream ends."""

    include_usage: bool | None = Field(None, description="Add a chunk with the tokens used, before [DONE].")


class ResponseFormat(_Asked):
    """The form of the answer: there is only one."""

    type: Literal["text"]


class Extras(BaseModel):
    """What this program knows beside OpenAI's fields."""

    model_config = ConfigDict(strict=True, extra="forbid")

    as_of: Day | None = Field(None, description="Answer as on this day: later articles are unknown.")
    care: CareName | None = Field(
        None,
        description="fast reads one source; careful says only what is very probably right. "
        "Without it, as the settings have it.",
    )


class ChatRequest(_Asked):
    """A question, after what was said before it."""

    model: str = Field(
        description='A name of GET /v1/models; "rag" is always one. Another is loaded first.',
        examples=["rag"],
    )
    messages: list[Message] = Field(
        min_length=1,
        description="The last one, of the user, is the question, of at most "
        f"{MAX_QUESTION} characters. Filters may stand in it: {FILTERS}",
        examples=[[{"role": "user", "content": "What is the trade target for 2028?"}]],
    )
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = Field(1, description="There is one answer.")
    response_format: ResponseFormat | None = None
    rag: Extras | None = None


class SearchRequest(BaseModel):
    """Words to be found, and what the articles must be."""

    model_config = ConfigDict(strict=True, extra="forbid")

    query: Text = Field(
        description=f"Filters may stand in it too: {FILTERS}",
        examples=["trade target"],
    )
    k: int | None = Field(
        None, ge=1, le=MOST, description="How many passages; else search.passages of the settings."
    )
    lang: Lang | None = None
    outlet: Text | None = Field(None, description="By its exact name.")
    since: Since | None = Field(None, description=SINCE)
    until: Until | None = Field(None, description=UNTIL)


class Said(BaseModel):
    """The answer as a message; `rag` is what `rag ask --json` prints."""

    role: Literal["assistant"]
    content: str = Field(
        description="What `rag.answer` says, with a backslash in what a reader of Markdown would make a "
        "picture, a link or a tag of; then, if that is so, that no article is of the outlet asked for."
    )
    refusal: None
    rag: Answer


class Choice(BaseModel):
    """The only choice."""

    index: Literal[0]
    message: Said
    logprobs: None
    finish_reason: Literal["stop"]


class Reused(BaseModel):
    """Tokens that the model knew from earlier questions."""

    cached_tokens: int


class Usage(BaseModel):
    """Tokens that the model read and wrote."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: Reused


class Completion(BaseModel):
    """An answer in OpenAI's form."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: Usage


class Model(BaseModel):
    """A name that `model` may have."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class Models(BaseModel):
    """All of them."""

    object: Literal["list"]
    data: list[Model]


class Articles(BaseModel):
    """Some articles, as `rag list --json` gives them, in order of their file names; `total` counts all."""

    articles: list[About]
    total: int


class Health(BaseModel):
    """How the program is: `why` says what keeps it from answering."""

    ready: bool
    degraded: bool
    starting: bool
    why: str | None


class Error(BaseModel):
    """What was wrong, and how to put it right."""

    message: str
    type: Literal["invalid_request_error", "rate_limit_error", "server_error"]
    param: str | None
    code: str | None


class ErrorBody(BaseModel):
    """Every error has this form."""

    error: Error
