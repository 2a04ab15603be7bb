"""Mail (.eml): the letter is the article, with what it forwards; other attachments are not read."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from email.utils import parseaddr

from index.errors import BadArticle
from index.readers import web
from index.readers.source import Source

# Many newsletters have a text part that says only where to read them; others cut theirs short. The page
# has some words more in any case: links to unsubscribe, to a browser, to social networks.
_FULLER = 1.5
# Letters forwarded of letters forwarded: deeper ones are made to exhaust a reader.
_DEEPEST = 3


def parse(data: bytes, _options: Mapping[str, str]) -> Iterator[Source]:
    """Yield the letter in the file."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    if not any(message.get(name) for name in ("from", "subject", "date", "received")):
        raise BadArticle("not a mail: it has no From, Subject or Date")
    letters = [one for one in _letters(message) if one.text.strip()]
    if not letters:
        attached = [name for part in message.iter_attachments() if (name := part.get_filename())]
        only = f", only attached files: {', '.join(attached[:3])}" if attached else ""
        raise BadArticle(f"no text in the mail{only}")
    # The article is the longest: what is forwarded often comes under a line such as "See below".
    main = max(letters, key=lambda one: len(one.text.split()))
    others = [
        f"## {title}\n\n{one.text.strip()}" if (title := one.meta.get("title", "")) else one.text.strip()
        for one in letters
        if one is not main
    ]
    yield Source("\n\n".join([main.text, *others]), main.meta)


def _letters(message: EmailMessage, depth: int = 0) -> Iterator[Source]:
    """Yield a letter and those that it forwards."""
    sender, address = parseaddr(str(message.get("from", "")))
    meta = {
        "title": str(message.get("subject", "")),
        "date": str(message.get("date", "")),
        "authors": sender or address,
    }
    yield Source(_body(message), {key: value for key, value in meta.items() if value})
    if depth >= _DEEPEST or not message.is_multipart():
        return
    for part in message.iter_attachments():
        if part.get_content_type() != "message/rfc822":
            continue
        for inner in part.iter_parts() if part.is_multipart() else ():
            if isinstance(inner, EmailMessage):
                yield from _letters(inner, depth + 1)


def _body(message: EmailMessage) -> str:
    """Return the words of a letter: its page if that has many more of them than its text."""
    plain, page = (
        _text(part) if isinstance(part := message.get_body(preferencelist=(kind,)), EmailMessage) else ""
        for kind in ("plain", "html")
    )
    return page if len(page.split()) > _FULLER * len(plain.split()) else plain


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
    text = text.partition("\n-- \n")[0]  # what follows is the sender's signature
    if str(part.get_param("format", "")).lower() == "flowed":
        return _unflowed(text, delete=str(part.get_param("delsp", "")).lower() == "yes")
    return text


def _unflowed(text: str, *, delete: bool) -> str:
    """Join the lines that end with a space, as RFC 3676 has it; `delete`: that space is none of the text."""
    joined: list[list[str]] = [[]]
    for line in text.split("\n"):
        line = line.removeprefix(" ")  # stuffed, so that no line begins with what has a meaning in mail
        soft = line.endswith(" ")
        joined[-1].append(line[:-1] if soft and delete else line)
        if not soft:
            joined.append([])
    return "\n".join("".join(parts) for parts in joined if parts)
