"""Why a file or a correction is refused, in Vietnamese: the index says it in English only."""

from __future__ import annotations

import re

from rag.web.wording import Language

_VIETNAMESE = tuple(
    (re.compile(english, re.DOTALL), vietnamese)
    for english, vietnamese in (
        (r"its name cannot be stored here; rename it", "không lưu được tên này ở đây; hãy đổi tên tệp"),
        (r"hidden files are not read", "tệp ẩn không được đọc"),
        (r"suffixless files are not read; use (?P<use>.+)", "không đọc tệp không có đuôi; hãy dùng {use}"),
        (r"(?P<kind>\.\S+) files are not read; use (?P<use>.+)", "không đọc tệp {kind}; hãy dùng {use}"),
        (r"empty file", "tệp trống"),
        (
            r"too large: (?P<size>\S+) MB, the limit is (?P<limit>\d+) MB; split it into one file an article",
            "quá lớn: {size} MB, giới hạn là {limit} MB; hãy tách thành mỗi bài một tệp",
        ),
        (r"cannot be stored: (?P<why>.+)", "không lưu được: {why}"),
        (r"not sent whole", "chưa gửi trọn vẹn"),
        (
            r"(?P<given>'.*'|\".*\") is not a date; .+",
            "{given} không phải là ngày; hãy viết 2025-12-31, 2025-12 hoặc 2025",
        ),
        (
            r"(?P<given>'.*'|\".*\") is no language of the library\n.+",
            "{given} không phải là ngôn ngữ của thư viện; hãy viết en hoặc vi",
        ),
        (r"(?P<field>\w+) (?P<given>'.*'|\".*\") says nothing\n.+", "{given} không nói lên điều gì."),
    )
)


def said(reason: str, language: Language) -> str:
    """Return a reason in the language of the reader; one that is not known here stays as it is.

    >>> said("empty file", "vi")
    'tệp trống'
    """
    for english, vietnamese in _VIETNAMESE if language == "vi" else ():
        if found := english.fullmatch(reason):
            return vietnamese.format(**found.groupdict())
    return reason
