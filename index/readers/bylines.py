"""Who wrote it: the persons that a byline names. Agencies, desks and the outlet itself are none."""

from __future__ import annotations

import re
from collections.abc import Iterable

_BETWEEN = re.compile(r"\s*[;,&|/·•\n]\s*|\s+[-–—]\s+|\s+(?:and|with|và)\s+", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:(?:(?:written|reported|story|words)\s+)?by\b|bài(?:\s*(?:,|và)\s*ảnh)?\s*:|bài và ảnh\b|tác giả\b"
    r"|(?:pv|phóng viên|ctv|btv)\b|(?:author|text)\s*:)[\s:]*",
    re.IGNORECASE,
)
_SAYS = re.compile(r"theo\s+", re.IGNORECASE)  # "according to", and an English first name
_IN_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_AGENCY = re.compile(
    r"(?:the )?(?:a\.?p\.?|associated press|reuters|afp|agence france-presse|upi|dpa|efe|ansa|xinhua"
    r"|tân hoa xã|kyodo(?: news)?|yonhap|tass|bernama|antara|pti|ani|ians|bloomberg(?: news)?|vna|ttxvn"
    r"|thông tấn xã.*|vietnam news agency|aap|pa media|press association)",
    re.IGNORECASE,
)
# What desks and posts are called, as the whole of a name; and who did not write but show.
_DESK = re.compile(
    r"(?:(?:our|the|a|special|senior|contributing|guest|chief|own|web|news|online|sports?|business|foreign"
    r"|national|world|digital|political|economics?|local|night|data|staff)\s+)*"
    r"(?:staff|newsroom|editors?|editorial(?: (?:team|board|staff|office))?|desk|team|writers?|reporters?"
    r"|correspondents?|contributors?|columnists?|journalists?|bureau|agenc(?:y|ies)|wires?|news service"
    r"|press release)"
    r"|pv|p\.v|phóng viên|ctv|cộng tác viên|btv|biên tập viên|tác giả|nhóm .{1,30}"
    r"|tổ (?:pv|phóng viên).{0,20}|(?:ban|tòa|toà) (?:biên tập|soạn|thời sự|thư ký).{0,20}|bbt|tổng hợp"
    r"|biên dịch|nguồn\b.*|(?:ảnh|photos?|pictures?|video|graphics?|đồ họa)(?:\s*:.*| by .*)?"
    r"|.{1,25} (?:desk|newsroom|staff|editorial board|news agency)",
    re.IGNORECASE,
)
_OF_TIME = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:last )?(?:published|posted|updated)\b.*|(?:thứ|ngày) .*",
    re.IGNORECASE,
)
_UPPER = (
    "[" + "".join(chr(code) for code in (*range(0x250), *range(0x1E00, 0x1F00)) if chr(code).isupper()) + "]"
)
_NAMES = rf"{_UPPER}[\w.'’-]*(?: (?:{_UPPER}[\w.'’-]*|de|van|von|der|den|la|le|bin|al|da|dos|del)){{1,4}}"
# "By Ann Vole and Tom Pell | 12 March 2024", "Tác giả: Trần Hà"; what follows is parted from the names.
_LINE = re.compile(
    rf"(?:(?:(?:Reported|Written) )?by|By|BY|Bài(?: và ảnh)?:|Tác giả:)\s+"
    rf"(?P<who>{_NAMES}(?:(?:,| and|, and| &| và) {_NAMES}){{0,4}})"
    r"(?=$|\.$|\s*[|·•,;(/]|\s+[-–—]|\s+\d|\s+(?:in|for|at|on|published|posted|updated|last)\b)"
)
LONGEST = 120  # characters; a byline is short


def of_line(line: str) -> str:
    """Return the names in a line that is a byline, as they stand; "" for any other line."""
    found = _LINE.match(line) if len(line) <= LONGEST else None
    return found.group("who") if found else ""


def persons(names: Iterable[str], outlets: Iterable[str] = ()) -> str:
    """Return the persons among `names` (each may be a whole byline), parted by "; "."""
    own = {_plain(outlet) for outlet in outlets if outlet}
    found: list[str] = []
    for name in names:
        if name.strip().startswith(("http://", "https://")):
            continue
        for part in _BETWEEN.split(_LEAD.sub("", " ".join(name.split()))):
            one = _IN_BRACKETS.sub("", _LEAD.sub("", part)).strip(" .:-–—")
            if any(map(str.isalpha, one)) and not nobody(one) and _plain(one) not in own | {""}:
                found.append(one)
    return "; ".join(dict.fromkeys(found))


def nobody(name: str) -> bool:
    """Return whether what stands in a byline is no person: an agency, a desk, a day, an address."""
    if "@" in name or re.search(r"\d", name):
        return True
    if (said := _SAYS.match(name)) and (not name.isascii() or nobody(name[said.end() :])):
        return True  # "Theo Tuổi Trẻ" is a source, Theo Walcott a person
    return any(kind.fullmatch(name) for kind in (_AGENCY, _DESK, _OF_TIME))


def _plain(name: str) -> str:
    """Return the name of an outlet in the form that is compared."""
    return re.sub(r"^(?:the|báo|tạp chí|đài)\s+|\.(?:com|vn|net|org)\b|[^\w]", "", name.casefold())
