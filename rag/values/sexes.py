"""Men's and women's events: a race, a team or a title of the one is not the other's."""

from __future__ import annotations

from index.text.bilingual import Words

_WOMEN = Words(
    en=r"women['’]?s|female|girls['’]|ladies['’]",
    vi=r"nữ(?! (?:hoàng|tính|trang|công|thần)\b)",
    unmarked=r"(?:doi|noi dung|giai|don|doi tuyen|bong da|bong chuyen|bong ro|tuyen) nu",
)
# "Nam" is also the south, and part of names: it is men's only behind what may be men's or women's.
_OF_EITHER = (
    r"(?:đội(?: tuyển)?|nội dung|giải|đơn|đôi|tuyển|bóng (?:đá|chuyền|rổ|ném)|cự ly|hạng|môn|nhảy (?:xa|cao)|"
    r"vận động viên|cầu thủ|ca sĩ|diễn viên|[\d.]+ ?m|mét|kg)"
)
_MEN = Words(
    en=r"men['’]?s|male|boys['’]",
    vi=rf"{_OF_EITHER} nam(?! (?:bộ|định|phi|cực|kinh|á|mỹ|hàn|âu|trung|tư|sudan|triều)\b)|nam giới|nam và nữ|nam nữ",
)


def other_sex(asked: str, asked_lang: str, said: str, said_lang: str) -> tuple[str, str] | None:
    """Return what a sentence is of and what was asked ("women's", "men's") if it is of the other sex only."""
    for mine, other in ((_MEN, _WOMEN), (_WOMEN, _MEN)):
        own = mine.search(asked, asked_lang)
        if own is None or other.search(asked, asked_lang) or mine.search(said, said_lang):
            continue
        if found := other.search(said, said_lang):
            return found[0], own[0]
    return None
