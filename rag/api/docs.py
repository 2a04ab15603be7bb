"""The page about the HTTP interface, made of its OpenAPI description; it fetches nothing."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

_FOLDER = Path(__file__).parent
_TOKENS = _FOLDER.parent / "web" / "static" / "tokens.css"  # the colours and fonts of every page
USUAL = "http://127.0.0.1:7860"  # where the program serves unless told otherwise


def page(schema: dict[str, Any], address: str = USUAL) -> str:
    """Return the HTML page about an interface with this OpenAPI description, which is served at `address`."""
    made = _template().render(
        info=schema["info"],
        operations=_operations(schema),
        types=schema["components"]["schemas"],
        tokens=Markup(_TOKENS.read_text("utf-8")),  # our own file, which a style element takes as it is
    )
    return made.replace(USUAL, str(escape(address)))


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)
    environment.filters |= {"of": kind, "text": _text, "example": _example}
    return environment.get_template("docs.html.j2")


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"path": path, "method": method.upper(), **operation}
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def kind(of: dict[str, Any]) -> Markup:
    """Return what a value must be, in a few words; the types of the page are links."""
    if "$ref" in of:
        name = of["$ref"].rpartition("/")[2]
        return Markup('<a href="#{0}">{0}</a>').format(name)
    if "anyOf" in of:
        return Markup(" or ").join(map(kind, of["anyOf"]))
    if "const" in of or "enum" in of:
        values = of.get("enum", [of.get("const")])
        return Markup(" or ").join(escape(json.dumps(value)) for value in values)
    if of.get("type") == "array":
        return Markup("list of {}").format(kind(of.get("items", {})))
    low, high = of.get("minimum"), of.get("maximum")
    bounds = f" from {low} to {high}" if low is not None and high is not None else ""
    return escape(str(of.get("format", of.get("type", "anything"))) + bounds)


def _text(words: str) -> Markup:
    """Return paragraphs of plain text, `code` as such."""
    paragraphs = []
    for paragraph in words.split("\n\n"):
        parts = [
            Markup("<code>{}</code>").format(part) if n % 2 else escape(part)
            for n, part in enumerate(paragraph.split("`"))
        ]
        paragraphs.append(Markup("<p>{}</p>").format(Markup("").join(parts)))
    return Markup("").join(paragraphs)


def _example(operation: dict[str, Any], types: dict[str, Any]) -> str:
    """Return a command that asks for the operation."""
    address = USUAL + re.sub(r"{(\w+)}", lambda name: name[1].upper(), operation["path"])
    if "requestBody" not in operation:
        return f"curl {address}"
    name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    fields = types[name]["properties"]
    body = {key: field["examples"][0] for key, field in fields.items() if "examples" in field}
    return f"curl {address} -H 'Content-Type: application/json' -d '{json.dumps(body, ensure_ascii=False)}'"
