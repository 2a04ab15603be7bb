"""JSON as it should be: no NaN, no endless nesting, no half characters."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from index.errors import BadArticle


def loads(text: str | bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return the value of one JSON text; `BadArticle` says what is wrong with it.

    Lone surrogates are let through; `whole` takes them out.
    """
    try:
        value = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise BadArticle("JSON nested too deeply") from None
    except UnicodeDecodeError as error:
        raise BadArticle(f"JSON is UTF-8, but byte {error.start} is not; save it as UTF-8") from error
    except ValueError as error:  # also an integer of more digits than Python converts
        raise BadArticle(f"not valid JSON: {str(error)[:200]}") from error
    return value


def whole(text: str) -> str:
    """Return `text` with lone surrogates replaced, so that it can be encoded."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
