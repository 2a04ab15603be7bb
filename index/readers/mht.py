"""Pages saved with their pictures in one file (MHTML): the page in it is read like any other."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator, Mapping

from index.errors import BadArticle
from index.readers import web
from index.readers.source import Source


def parse(data: bytes, options: Mapping[str, str]) -> Iterator[Source]:
    """Yield the article of the first page in the file."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for number, part in enumerate(message.walk()):
        if number > 1000:  # a page with more pictures exists, but its text comes first
            break
        if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content.strip():
                yield from web.parse(content, options)
                return
    raise BadArticle("no web page in it")
