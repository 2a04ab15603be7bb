"""Words that look like names and are none, and words that only names are made of."""

from __future__ import annotations

import re
from functools import lru_cache

from index.text import glossary
from index.text.spelling import fold, fold_word, listed

EN_STOP = frozenset(
    listed(
        "the a an this that these those it its he she they we i you his her their our your my in on at to "
        "for from by with as of and or but nor so yet if when while after before since until although "
        "though because where which who whom whose what how why is are was were be been do does did has "
        "have had will would can could may might should shall must not no yes there here then than thus "
        "hence also however moreover furthermore meanwhile additionally besides instead according under "
        "over about between among during through within without against into onto upon per via both each "
        "every all any some many most more much few several other another such same one two three four five "
        "six seven eight nine ten first second third last next new now today yesterday tomorrow recently "
        "currently previously earlier later soon once still only even just despite given regarding "
        "concerning including following based amid around across along notably especially specifically "
        "overall finally looking ahead as well yet perhaps maybe please thank thanks tell give list show "
        "name find explain describe compare mr mrs ms dr sir am pm photo source latest read"
    )
)
EN_SURNAME_WORDS = frozenset(
    ["to", "do", "an", "so", "ho"]
)  # English words that are Vietnamese surnames, too
EN_MONTHS_DAYS = frozenset(
    listed(
        "january february march april may june july august september october november december monday "
        "tuesday wednesday thursday friday saturday sunday jan feb mar apr jun jul aug sept sep oct nov dec"
    )
)
EN_SUFFIX = re.compile(
    r"(?:tion|sion|ment|ing|ness|ance|ence|ship|ism|ly|ity|ous|ive|ical|ors|ers|ies|ments|tions|ings|ized|ised|ed|als|age|ures?|ade|ports?)$"
)
VI_STOP = frozenset(
    listed(
        "và của có là được trong cho với các những một này đó khi theo từ tại ở về trên dưới sau trước nếu "
        "vì do nhưng tuy mặc ngoài bên hai ba bốn năm ngày tháng đây đến tính ông bà anh chị cô ngài hiện "
        "cùng để không chưa đã đang sẽ còn cũng ảnh nguồn theo đồng bởi như vào lần hôm sáng chiều tối ai "
        "gì sao bao hãy xin mấy vậy thế nào ngoài cả mọi mỗi tất"
    )
)
CONNECT = re.compile(
    r"(?: |-| & |\.|\. |['’]| of | of the | for | de | da | del | van | bin | al-| and the )"
)
VI_SURNAMES = frozenset(
    listed(
        "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý tô lương trương đinh lâm "
        "mai trịnh đào cao hà tạ thái chu tôn la quách kiều triệu vương đoàn tăng lưu nghiêm phùng thân từ "
        "giang khuất tống thạch bạch"
    )
)
ASCII_SURNAMES = frozenset(fold(name) for name in VI_SURNAMES)
VI_ORG_HEADS = frozenset(
    listed(
        "bộ sở cục vụ ủy ban đảng hội ngân tập trường viện hiệp liên tổng công đại đối quỹ tòa nhà văn "
        "trung học phòng uỷ hàng diễn nghị luật hiệp đoàn chính quốc"
    )
)
# Peoples, faiths and adjectives, which every language writes in its own way.
EN_PEOPLE = re.compile(
    r"(?:[ie]?ans?|ese|ish|ists?|ism|men|man|ics?|ines?|ites?|ern|al|tion|ment|ing|ers|ity|ty|ship|ed)$"
)
EN_COMMON = frozenset(
    listed(
        "university ministry bank group corporation party agreement forum association council committee "
        "department bridge tunnel palace airport institute school national international economic "
        "development federation union club news agency court office board embassy commission organization "
        "organisation fund company industrial park summit conference dialogue plan action vision strategy "
        "partnership declaration community leaders week green digital war cold state people communist "
        "republic democratic central province city district north south east west sea river island islands "
        "strait world cup games prize award day year law act code constitution chairman spokesperson deputy "
        "secretary chamber commerce industry trade minister prime foreign affairs western eastern northern "
        "southern great street garden theatre theater church bible empire mountains mountain ocean stock "
        "exchange operations manager executive vice lake lakes county tower building house hall station "
        "square road highway canal forest desert peninsula bay gulf coast valley army navy force forces "
        "guard police king queen emperor prince princess duke lord lady saint holy new old big small first "
        "second third uprising revolution war battle treaty peace museum library college hospital centre "
        "center media television radio times public private work master behind nearby throughout fellow "
        "jews turks lama"
    )
)


@glossary.derived
@lru_cache(maxsize=1)
def common_english() -> frozenset[str]:
    """Return words of the tables that are no names, to know them at the beginning of a sentence."""
    sections = [glossary.section(name) for name in ("term", "noun", "unit", "duration")]
    spelled = [word for section in sections for entry in section.values() for word in entry["en"]]
    return frozenset(fold_word(part) for word in spelled for part in word.split()) | EN_COMMON
