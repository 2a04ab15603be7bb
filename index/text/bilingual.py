"""Words of both languages to be found in a text of either.

Vietnamese without its marks is full of other words: "hoi" is "hội" and "hồi", "may" is "mấy", "máy" and an
English verb. So English words are looked for in English text only, and Vietnamese ones with their marks,
unless a text has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from index.text.spelling import fold, is_ascii_words, plain


class Words:
    """Two regular expressions of the same thing, `en` for English and `vi` for Vietnamese.

    Both are in lower case (without escapes or group names in upper case); `unmarked` is for Vietnamese
    without marks, where `vi` without its marks is not exact enough.

    >>> now = Words(en=r"now", vi=r"hiện nay")
    >>> bool(now.search("Giá hiện nay", "vi")), bool(now.search("gia hien nay", "vi"))
    (True, True)
    >>> bool(now.search("Thu Hiên này", "vi")), bool(now.search("Know it", "en"))
    (False, False)
    """

    def __init__(self, *, en: str, vi: str, unmarked: str | None = None) -> None:
        self._en, self._vi, self._unmarked = en, vi, fold(vi) if unmarked is None else unmarked

    @cached_property
    def _rules(self) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
        en, vi, unmarked = (
            re.compile(rf"(?<!\w)(?:{one})(?!\w)") for one in (self._en, self._vi, self._unmarked)
        )
        return en, vi, unmarked

    def finditer(self, text: str, lang: str) -> Iterator[re.Match[str]]:
        """Yield where the words of `lang` ("en", "vi") stand in `text`, as whole words; same offsets."""
        en, vi, unmarked = self._rules
        low = plain(text)
        rule = en if lang != "vi" else unmarked if is_ascii_words(low) else vi
        return rule.finditer(low)

    def search(self, text: str, lang: str) -> re.Match[str] | None:
        """Return the first place, None if there is none."""
        return next(self.finditer(text, lang), None)
