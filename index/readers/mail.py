"""Mail (.eml): the letter is the article; what is attached is not read."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from email.utils import parseaddr

from index.errors import BadArticle
from index.readers import web
from index.readers.source import Source


def parse(data: bytes, _options: Mapping[str, str]) -> Iterator[Source]:
    """Yield the letter in the file."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    if not any(message.get(name) for name in ("from", "subject", "date", "received")):
        raise BadArticle("not a mail: it has no From, Subject or Date")
    body = message.get_body(preferencelist=("plain", "html"))
    text = _text(body) if isinstance(body, EmailMessage) else ""
    if not text.strip():
        attached = [name for part in message.iter_attachments() if (name := part.get_filename())]
        only = f", only attached files: {', '.join(attached[:3])}" if attached else ""
        raise BadArticle(f"no text in the mail{only}")
    sender, address = parseaddr(str(message.get("from", "")))
    meta = {
        "title": str(message.get("subject", "")),
        "date": str(message.get("date", "")),
        "authors": sender or address,
    }
    yield Source(text, {key: value for key, value in meta.items() if value})


def _text(part: EmailMessage) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    name = part.get_content_charset() or "utf-8"
    try:
        text = data.decode(name)
    except (LookupError, UnicodeDecodeError):
        try:
            text, _ = web.decode(data)
        except BadArticle:
            return ""
    text = text.replace("\r\n", "\n")
    if part.get_content_type() == "text/html":
        return web.fragment(text)
    return text.partition("\n-- \n")[0]  # what follows is the sender's signature
