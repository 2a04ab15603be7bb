"""Whether a question asks how many people or things there are, which no length, area or weight can answer."""

from __future__ import annotations

import re
from functools import lru_cache

from index.text import glossary
from index.text.bilingual import Words
from index.text.spelling import fold, plain
from rag.values.ordinals import either

# English counts with "how many" alone; what stands behind it may still be a unit. Vietnamese asks so for
# amounts of stuff too ("bao nhiêu đất", "bao nhiêu nước"), so there only what counts people or things tells.
_THINGS = Words(
    en=r"how many|(?:total )?number of|population",
    vi=r"(?:(?:bao nhiêu|mấy|số lượng|số)(?: lượt)? "
    r"(?:người|gia đình|hộ|nhà|căn|cái|chiếc|con|dự án|công ty|doanh nghiệp|cửa hàng|tỉnh|thành phố|quốc gia|lần|"
    r"cặp|thành viên|lao động|công nhân|nhân viên|nhà máy|trường|học sinh|sinh viên|bệnh nhân|ca|vụ|xe|tàu|"
    r"(?:du |hành )?khách|dân|cư dân|đại biểu|phiếu|ghế|phòng|giường|cây(?! số)|nạn nhân|bệnh viện|hội viên|bị cáo|cầu thủ|"
    r"tình nguyện viên|chuyến|sân bay|cầu|cuốn|suất|đội|huy chương|bàn thắng)|dân số)",
    unmarked=r"bao nhieu(?: luot)? (?:nguoi|gia dinh|ho|nha|can ho|chiec|con|du an|cong ty|doanh nghiep|cua hang|"
    r"tinh|thanh pho|quoc gia|thanh vien|lao dong|cong nhan|nhan vien|truong|hoc sinh|sinh vien|benh nhan|"
    r"(?:du |hanh )?khach|dai bieu|phieu|nan nhan|hoi vien)|dan so",
)
# "How many square kilometres", "how many of the hectares": a unit among the next few words.
_REACH = re.compile(r"(?:\s+[\w'-]+){0,4}")


def counts_things(question: str, lang: str) -> bool:
    """Return whether a question counts people or things, and no units of a measure."""
    found = _THINGS.search(question, lang)
    if found is None:
        return False
    low = plain(question)
    reach = _REACH.match(low, found.end())
    behind = reach[0] if reach else ""
    # Vietnamese has its noun matched already, and a short unit may be the beginning of any word behind it.
    return not _unit().search(behind if lang != "vi" else "")


@glossary.derived
@lru_cache(maxsize=1)
def _unit() -> re.Pattern[str]:
    spelled = glossary.spellings("unit")
    words = {word for word, key in spelled.items() if key not in ("percent", "percentage_point")}
    return re.compile(rf"(?<!\w)(?:{either({*words, *map(fold, words)})}|hectolit\w*|ounces?)(?!\w)")
