"""Text of strangers for programs that may render it as Markdown: shown, it fetches, runs and hides nothing.

Everything else stays as it is, for who reads it as plain text. Where it is sure to be rendered, and every
character must come out as it went in, `rag.web.chat.export` escapes all that Markdown has.
"""

from __future__ import annotations

import re

# What makes a picture (`![`), the target of a link (`](`) and a tag or an address in angle brackets. The
# backslash goes into it, not before it: before `<` some renderers (Python-Markdown) do not heed one, and one
# that stands there already would take its sense away.
_ACTIVE = re.compile(r"!(?=\[)|\](?=\()|<(?=[A-Za-z/!?])")

# `[name]: address` where a paragraph begins, in lists and quotations too: such a line is not shown, and turns
# every `[name]` of the text into a link. A name has up to 999 characters (CommonMark 4.7).
_DEFINITION = re.compile(
    r"(?<![^\r\n])(?:[ \t>*+.):\d-]|\[[ xX]\](?=[ \t]))*\[(?:\\.|[^\[\]\\]){1,999}\](?=:)", re.DOTALL
)


def inert(text: str) -> str:
    r"""Return `text` with a backslash in what a reader of Markdown would fetch, follow, run or leave out.

    >>> print(inert("![x](http://a.example/b.png) <img src=c> [1], 5 < 7"))
    !\[x]\(http://a.example/b.png) <\img src=c> [1], 5 < 7
    """
    return _ACTIVE.sub(r"\g<0>\\", _DEFINITION.sub(r"\g<0>\\", text))
