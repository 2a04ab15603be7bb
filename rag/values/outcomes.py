"""Which way something went: voted for or against, approved or rejected, won or lost, rose or fell.

The words of one way are looked for where they say that it was so; denied ones ("did not win") and such as
are both tell nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from index.text.bilingual import Words
from index.text.spelling import plain

_TREND_EN_UP = r"rose|rises?|risen|rising|increas(?:e|ed|es|ing)|grew|grow|grown|climb(?:ed)?|jump(?:ed)?|soar(?:ed)?|surg(?:e|ed)"
_TREND_EN_DOWN = (
    r"(?:fell|fall|falls|fallen|falling)(?! (?:ill|sick|into|off|from|in love|behind|asleep|under|on|over|to his|to her)\b)|"
    r"decreas(?:e|ed|es|ing)|declin(?:e|ed|es|ing)|dropp?(?:ed)?(?! out\b)|shr[aiu]nk|plung(?:e|ed)|slump(?:ed)?"
)
# Of each pair its two ways, named as the program says them.
WAYS: Mapping[str, tuple[tuple[str, Words], tuple[str, Words]]] = {
    "vote": (
        (
            "voted for",
            Words(
                en=r"vot(?:e|ed|es|ing) (?:for|in favou?r|to (?:approve|pass|support|back))",
                vi=r"(?:bỏ phiếu |bỏ )(?:thuận|tán thành|ủng hộ|đồng ý)",
            ),
        ),
        (
            "voted against",
            Words(
                en=r"vot(?:e|ed|es|ing) (?:against|to (?:reject|oppose|block))",
                vi=r"bỏ (?:phiếu )?(?:chống|phản đối)|bỏ phiếu không (?:tán thành|đồng ý)",
            ),
        ),
    ),
    "decision": (
        (
            "approved",
            Words(
                en=r"approv(?:e|ed|es)|adopt(?:ed|s)?|accept(?:ed|s)?|endorsed?|pass(?:ed)? (?=the\b|an?\b)",
                vi=r"thông qua|phê duyệt|chấp thuận|chấp nhận|phê chuẩn",
            ),
        ),
        (
            "rejected",
            Words(
                en=r"reject(?:ed|s)?|turn(?:ed)? down|vot(?:e|ed) down|veto(?:ed)?|threw out",
                vi=r"bác bỏ|bác (?:đơn|đề xuất|đề nghị|kháng cáo|yêu cầu)|phủ quyết|từ chối|bị bác",
            ),
        ),
    ),
    "result": (
        (
            "won",
            Words(
                en=r"w(?:on|in|ins|inning)|beat(?:s|ing)?|defeat(?:ed|s|ing)?",
                vi=r"(?:chiến )?thắng(?! (?:lợi nhuận|cảnh|thua)\b)|đánh bại|vô địch",
            ),
        ),
        (
            "lost",
            Words(
                en=r"los(?:t|e|es|ing) (?:to|by|the (?:[\w'-]+ ){0,3}(?:final|match|game|election|vote|race|cup|case|tie|"
                r"semi-final|seat|league|title))|los[et](?=\W*$)|lost(?= \d)|"
                r"(?:is|are|was|were|been|being|be|got) (?:[\w'-]+ ){0,4}(?:beaten|defeated)|(?:beaten|defeated)(?= by\b)",
                vi=r"(?<!thắng )thua(?! (?:lỗ|kém)\b)|bại trận|thất bại trước|bị (?:[\w-]+ ){0,4}đánh bại",
            ),
        ),
    ),
    "trend": (
        (
            "rose",
            Words(en=_TREND_EN_UP, vi=r"tăng(?! (?:trưởng|giảm|cường|tốc|ca)\b)"),
        ),
        (
            "fell",
            Words(en=_TREND_EN_DOWN, vi=r"(?<!tăng )giảm(?! (?:nghèo|tải|nhẹ|phát|thiểu|giá vé)\b)|sụt(?: giảm)?"),
        ),
    ),
}  # fmt: skip
_DENIED = re.compile(
    r"\b(?:not|never|no|nor|without|fail(?:ed|s)? to|refused? to|would|could|might|may|if|unless|whether|or)\s+"
    r"(?:[\w-]+\s+){0,2}$|n't\s+(?:[\w-]+\s+){0,2}$|"
    r"\b(?:không|chưa|chẳng|nếu|hay|hoặc|có thể|sẽ|từ chối)\s+(?:[\w]+\s+){0,2}$"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way that a text says something went, and where it says so."""

    pair: str  # key of WAYS
    way: str  # "voted for", "rejected", …
    start: int
    end: int


def outcomes(text: str, lang: str) -> list[Outcome]:
    """Return what a text says of how things went, in order; denied or supposed ones are left out."""
    low = plain(text)
    found = [
        Outcome(pair, way, match.start(), match.end())
        for pair, ways in WAYS.items()
        for way, words in ways
        for match in words.finditer(text, lang)
        if not _DENIED.search(low[: match.start()])
    ]
    # "Were beaten", "bị đánh bại" have the word of the other way inside.
    whole = [one for one in found if not any(_inside(one, other) for other in found)]
    return sorted(whole, key=lambda one: one.start)


def _inside(one: Outcome, other: Outcome) -> bool:
    if one is other or one.pair != other.pair:
        return False
    if (one.start, one.end) == (other.start, other.end):
        return one.way == "won"  # "defeated by" is said of who lost
    return other.start <= one.start and one.end <= other.end


def opposite(outcome: Outcome) -> str:
    """Return the other way."""
    (one, _), (other, _) = WAYS[outcome.pair]
    return other if outcome.way == one else one
