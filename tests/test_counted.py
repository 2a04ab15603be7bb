"""One article is not "1 articles": wherever the program counts, in words of its own or in a table of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import index
import rag
from index.text.counted import counted
from rag import opening
from rag.web import wording
from rag.web.chat import conversation_list, path_words
from rag.web.library import wording as library

NOUNS = "article|passage|question|source|sentence|conversation|character|letter|page|hit|vector|pair|id|file"
# A number that a run fills in, before a noun that would be wrong beside 1.
PLURAL = re.compile(rf"(?:^|[^\w{{]){{[^{{}}]*}} (?:{NOUNS}|near-copie)s\b")
# Never one: a limit, what is more than one by its condition, or "n of m", which is right with any number.
FEW = re.compile(
    r"more than \{|the limit|of \{[^{}]*\} |no [^;]* file|is \{len\(matches\)\} articles|[A-Z]_[A-Z]+\}"
    "|files are not read"
)


def texts(path: Path) -> Iterator[str]:
    """Yield the f-strings of a module as they are written, without their quotation marks."""
    source = path.read_text("utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            yield ast.unparse(node)[2:-1]


def wrong(found: str) -> bool:
    """Whether a text has a number before a plural that may be one."""
    return bool(PLURAL.search(found)) and not FEW.search(found)


def test_no_message_counts_one_of_several() -> None:
    modules = [path for one in (index, rag) for path in Path(one.__path__[0]).rglob("*.py")]
    assert [(str(path), text) for path in modules for text in texts(path) if wrong(text)] == []


@pytest.mark.parametrize(
    "text", ["{len(found)} articles found", "has {n:,} passages", "({done.pages} pages)"]
)
def test_a_number_before_a_plural_is_seen(text: str) -> None:
    assert wrong(text)


@pytest.mark.parametrize(
    "text", ["{counted(n, 'article')} found", "{name}s", "{a} of {b} passages", "{x} idle"]
)
def test_what_counts_rightly_is_let_pass(text: str) -> None:
    assert not wrong(text)


def test_every_number_of_a_page_has_its_words_for_one() -> None:
    tables = (wording.WORDS, library.WORDS, conversation_list.WORDS, path_words.PATH)
    found = [
        (key, text)
        for table in tables
        for key, text in table["en"].items()
        if re.search(r"{n} \w+s\b|\d \w+s\b", text) and f"{key}_one" not in table["en"] and "{m}" not in text
    ]
    assert found == []


def test_one_passage_and_several_are_said_apart() -> None:
    assert [counted(n, "passage") for n in (0, 1, 2, 1234)] == [
        "0 passages", "1 passage", "2 passages", "1,234 passages",
    ]  # fmt: skip
    assert wording.counted(library.WORDS["en"], "left", 1) == (
        "1 file was sent, but is not in the library yet."
    )
    assert wording.counted(library.WORDS["vi"], "held_articles", 1234, "1.234") == "1.234 bài báo"
    assert opening.meaning({"passages": 1, "waiting": 1}).startswith("The only passage has no meaning")
    assert opening.meaning({"passages": 2, "waiting": 1}).startswith("1 of 2 passages")
