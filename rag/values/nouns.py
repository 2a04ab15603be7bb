"""What is counted: the noun behind a number, in English and Vietnamese."""

from __future__ import annotations

import re

from index.text import glossary
from index.text.gazetteer import VI_SYLLABLE
from index.text.spelling import fold, listed

_EN_STOP = frozenset(
    listed(
        "and or of in on at to for from by with as than that which who is are was were be been has have had "
        "will would can could may might should do does did not no but so if when while after before over "
        "under about between during into per the a an this these those its their his her our your my it they "
        "we he she including such amid via against since until ago later earlier more less most least up down "
        "out off also only each both all any some worth aged compared according because through within across "
        "around among"
    )
)
_EN_PLURAL = re.compile(
    r"(?:people|men|women|children|staff|police|personnel|cattle|sheep|aircraft|troops)$|(?<!s)(?<!u)(?<!i)s$"
)
_EN_NOUN_WORDS = re.compile(r"(?:\s+|-)([a-z][\w'-]*)")
_VI_STOP = frozenset(
    listed(
        "và hoặc của ở tại trong ngoài trên dưới từ đến tới với cho so là có bị được đã đang sẽ vào lên xuống "
        "qua trước sau nữa mà thì như để khi nếu nhưng do bởi vì theo hơn kém này đó kia ấy trở mỗi thuộc về "
        "cùng nhằm không cả vẫn còn chiếm đạt tăng giảm gồm thêm gần khoảng tính ra lại nên tỷ triệu nghìn "
        "tháng quý ngày giờ rồi nay năm"
    )
)
_VI_ONE_SYLLABLE = frozenset(
    listed(
        "nước người tỉnh xã phường huyện quận lần ca vụ chiếc con cái căn suất cặp đợt giải bộ ngành trường "
        "tàu xe máy bài điểm mục gói phiên mặt bên hãng khu tầng hộ khách lượt bước nhóm loại trận bàn cầu "
        "đảo làng thôn kho mỏ hướng phía phim sách giường phòng cây quả trang chữ câu phiếu ghế đội huy hạng "
        "bang đảng việc nhà bạn vị viên nhân"
    )
)
_VI_NOUN_WORDS = re.compile(r"\s+([^\W\d_]+)(?:\s+([^\W\d_]+))?")


def english_noun(text: str, at: int) -> str | None:
    """Return the head of "5,608 FDI projects and …": the first plural before a function word."""
    for _ in range(4):
        match = _EN_NOUN_WORDS.match(text, at)
        if not match or match[1] in _EN_STOP:
            return None
        if _EN_PLURAL.search(match[1]):
            # "two African countries' leaders" counts leaders: a possessive goes on.
            return match[1]
        at = match.end()
    return None


def vietnamese_noun(text: str, at: int) -> str | None:
    """Return the noun behind a Vietnamese number: one syllable for classifiers, else two."""
    match = _VI_NOUN_WORDS.match(text, at)
    if not match or match[1] in _VI_STOP:
        return None
    nouns = glossary.spellings("noun")
    both = f"{match[1]} {match[2]}" if match[2] else ""
    if both in nouns:
        return both
    if match[1] in _VI_ONE_SYLLABLE or match[1] in nouns or not VI_SYLLABLE.fullmatch(fold(match[1])):
        return match[1]  # a foreign word is no half of a Vietnamese one
    return both if match[2] and match[2] not in _VI_STOP else None
