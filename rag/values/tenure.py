"""Words that tell of somebody leaving an office or coming to it, right before and right behind the name."""

from __future__ import annotations

import re

from index.text.bilingual import Words

# A question that asks of the change itself, or of who comes.
OF_CHANGE = Words(
    en=r"will|next|succe(?:ed|eds|eded|ssor)|replac(?:e|es|ed)|took over|takes over|steps? down|stepped down|resign(?:s|ed)?|"
    r"left|retir(?:es|ed)|become|becomes|became|appointed|elected|named|dismissed|outgoing|incoming|predecessor",
    vi=r"sẽ|sắp|kế nhiệm|thay(?: thế)?|từ chức|thôi|nghỉ hưu|rời|nhậm chức|trở thành|bổ nhiệm|bầu|tiền nhiệm|kế tiếp",
)
# Right before the name of who held it, and right behind.
LEFT_BEFORE = {
    "en": re.compile(
        r"\b(?:took over from|takes over from|taking over from|take over from|(?:to )?succeed(?:s|ed|ing)?|replac(?:e|es|ed|ing)|"
        r"successor (?:to|of)|predecessor,?|former|ex-?|outgoing|in place of|stands? in for)\s+"
        r"(?:(?!by\b|with\b|as\b)[a-z'-]+\s+){0,4}(?:(?:mr|mrs|ms|dr)\.?\s+)?$"
    ),
    "vi": re.compile(
        r"(?:\b(?:thay(?! đổi| mặt| vì| lời)(?: thế)?(?: cho)?|người thay(?: thế)?|kế nhiệm|tiếp quản từ|người tiền nhiệm(?: là)?|cựu|"
        r"(?<!tài )(?<!thái )(?<!tây )nguyên)\s+(?:(?!là\b|sẽ\b|bằng\b)\w+\s+){0,4}?(?:(?:ông|bà)\s+)?)$"
    ),
}
_WHO = r"(?:\s*,[^,;.]{0,60},|\s*\([^)]*\))?\s+"
LEFT_BEHIND = {
    "en": re.compile(
        rf"{_WHO}(?:(?:has|had|who|abruptly|suddenly|officially|has since|will)\s+)*"
        r"(?:stepp?(?:ed|s)? down|resigned|quit|retired|left (?:the|his|her|office|after|in|on)|was (?:dismissed|ousted|sacked|removed|"
        r"replaced|succeeded)|is (?:replaced|succeeded) by|died)\b|"
        r"\s*,\s+(?:who\s+(?:has\s+)?(?:stepped down|resigned)|the (?:former|outgoing)|former)\b"
    ),
    "vi": re.compile(
        rf"{_WHO}(?:(?:đã|vừa|bất ngờ|chính thức|người)\s+)*"
        r"(?:từ chức|thôi (?:giữ )?chức|thôi làm|nghỉ hưu|rời (?:ghế|chức|nhiệm sở|cương vị)|bị (?:miễn nhiệm|bãi nhiệm|cách chức|thay thế)|"
        r"được (?:thay|miễn nhiệm)|qua đời|mãn nhiệm)\b|\s*,\s+(?:cựu|nguyên)\b"
    ),
}
# Right behind the name of who is about to leave: "said last month that she would retire in the spring".
_SAID = r"(?:(?:said|says|announced|told [\w ]{1,30}?|confirmed)(?: (?:last|this|on|in|at) [\w ]{1,20}?)?(?: that)? (?:he|she)\s+)?"
LEAVING_BEHIND = {
    "en": re.compile(
        rf"{_WHO}{_SAID}(?:will|would|is (?:set |due |expected |about )?to|plans to|intends to)\s+"
        r"(?:step down|stand down|resign|retire|leave|hand over|quit|depart)\b|"
        rf"{_WHO}(?:is (?:stepping|standing) down|(?:is )?(?:retires|retiring|leaves|leaving) (?:in|on|at|from|next|this)\b)"
    ),
    "vi": re.compile(
        rf"{_WHO}(?:(?:cho biết|nói|tuyên bố|thông báo|người|ông|bà)(?: rằng)?\s+)*(?:sẽ|sắp|dự kiến|chuẩn bị)\s+(?:chính thức\s+)?"
        r"(?:từ chức|thôi (?:giữ )?chức|thôi làm|nghỉ hưu|rời (?:ghế|chức|nhiệm sở|cương vị)|bàn giao|mãn nhiệm)"
    ),
}
COMING_BEHIND = {
    "en": re.compile(
        rf"{_WHO}(?:who\s+)?(?:will (?:become|take over|take office|succeed|replace (?=(?:him|her|mr|ms|mrs)\b|(?:[\w-]+ ){0, 3}as )|be (?:sworn in|the (?:new|next))\b)|"
        r"is (?:set |due |expected |about )?to (?:become|take over|take office|succeed|replace)|takes (?:office|over|up)(?= (?:on|in|from|at|next)\b)|"
        r"(?:has been|was|is) (?:named|appointed|chosen|elected) to (?:succeed|replace|take over))\b"
    ),
    "vi": re.compile(
        rf"{_WHO}(?:(?:người|dự kiến|chính thức)\s+)*(?:sẽ|sắp)\s+(?:chính thức\s+)?"
        r"(?:trở thành|nhậm chức|giữ chức|thay(?: thế)? (?=ông\b|bà\b)|kế nhiệm|tiếp quản|lên làm|đảm nhiệm|đảm nhận|"
        r"làm (?=(?:quyền |phó |tổng )?(?:giám|chủ|tổng|bộ|hiệu|thủ|trưởng|cục|viện|đại|thị)\b))"
    ),
}
