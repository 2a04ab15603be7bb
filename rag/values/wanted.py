"""What kind of value a question asks for, in English and Vietnamese, with or without diacritics."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from index.text import glossary
from index.text.spelling import composed, fold, is_ascii_words, listed, plain
from rag.values.counting import counts_things
from rag.values.money import asked_in, coins_counted, unknown_coin
from rag.values.names import find_names
from rag.values.naming import Name
from rag.values.quantities import find_values
from rag.values.types import Kind, Value

WantedKind = Literal[
    "amount", "count", "percent", "date", "year", "duration", "rank", "person",
    "organisation", "place", "list", "yesno", "reason", "how", "definition", "other",
]  # fmt: skip


QUANTITIES: frozenset[WantedKind] = frozenset({"amount", "count", "percent"})  # how much, how many


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks for, and the values and names that it fixes itself."""

    kind: WantedKind
    unit: str | None = None  # "USD", "month", "km" where the question names it
    counted: str | None = None  # glossary key of the noun that is counted or asked for ("project", "country")
    values: tuple[Value, ...] = ()  # years, dates and numbers that the question gives
    names: tuple[Name, ...] = ()
    many: bool = False  # more than one answer is expected
    measures: frozenset[str] = frozenset()  # units in which it can only be given: a length is no area
    also: frozenset[Kind] = (
        frozenset()
    )  # other kinds of value that answer: a rise is an amount or a percentage
    things: bool = False  # people or things are counted, which no measure answers: "how many families"

    @property
    def years(self) -> frozenset[int]:
        """Return the years that the question speaks of."""
        dates = [date for value in self.values for date in (value.date, value.date_to) if date]
        return frozenset(date.year for date in dates if date.year)


_MONEY_EN = (
    r"(?:turnover|trade volume|bilateral trade|capital|investment|revenues?|sales|profits?|(?:net|operating) (?:result|loss)(?:es|s)?|budget|costs?|prices?|worth|value|"
    r"funding|loan|debt|gdp|exports?|imports?|surplus|deficit|salary|wages?|income|fines?|aid|money|trade|market cap\w*|fee|fees|"
    r"dollars?|usd|vnd|dong|euros?|yen|spending|expenditure|assets|payment|prize)"
)
_MONEY_VI = (
    r"(?:kim ngạch|vốn|đầu tư|doanh thu|lợi nhuận|ngân sách|chi phí|giá|trị giá|giá trị|thương mại|xuất khẩu|nhập khẩu|"
    r"xuất siêu|nhập siêu|thặng dư|thâm hụt|tiền|lương|thu nhập|khoản|usd|đô la|(?:bao nhiêu|mấy|tiền|nghìn|ngàn) đồng|tỷ(?! (?:số|lệ))|triệu|gdp|viện trợ|học phí|phí|nợ)"
)

# A number of people that is asked for by its own name.
_TOLL = (
    r"\bwhat (?:(?:is|was|were|are) )?(?:(?:the|its|their|[\w-]+'s|latest|final|official|total|confirmed|current|new|human) )*"
    r"(?:death toll|toll(?= (?:from|after)\b|\W*$)|casualty (?:figure|count|toll)|body count|attendance|headcount|head count)\b"
)

# The first rule that matches decides. English is matched on plain text, Vietnamese as written or folded.
_EN_RULES: tuple[tuple[str, WantedKind], ...] = (
    (r"\b(?:what|which)\b[^?]*\bexchange rate\b", "amount"),
    (r"\b(?:what|which) (?:percentage|percent|proportion|share|fraction)\b|\bpercentage of\b|\bhow many percent|\bwhat (?:was|is) the (?:[\w-]+ ){0,3}(?:growth|unemployment|inflation|interest|poverty|literacy|birth|[\w]+) rate\b|\bby how much percent", "percent"),
    (r"\b(?:what|which) (?:[\w'-]+ ){0,4}?(?<!exchange )(?<!heart )rate\b(?! of fire)|\bwhat (?:is|was|were) (?:the )?(?:[\w'-]+ ){0,2}?(?:inflation|turnout)\b(?! target)", "percent"),
    (r"\bwhat (?:[\w'-]+ ){0,2}?growth\b(?= (?:did|does|do|is|was|has|had|will|would|figure|forecast)\b)", "percent"),
    (r"\bhow (?:long|old)\b|\bhow many (?:years?|months?|weeks?|days?|hours?|minutes?|decades?|centuries)\b|\bwhat (?:was|is) the (?:duration|length of time|age)\b|\bfor what period\b|\bhow much time\b", "duration"),
    (r"\bhow (?:far|tall|high|deep|wide|large|big|heavy|fast) (?:is|was|are|were|away|did|does)\b|\bhow much (?:does|did|do) [^?]* weigh\b", "count"),
    (r"\bhow (?:many) (?:(?:us |american )?dollars|euros?|dong|yen|billion|million)\b|\bhow much\b(?! (?:does|did|do) [^?]* weigh)|\bwhat (?:does|did|do|will|would) [^?]*(?<!the )(?<!-)\bcost\b(?! of)", "amount"),
    (_TOLL, "count"),
    (r"\bhow many\b|\b(?:what|which) (?:is|was|are|were) the (?:[\w-]+ )?(?:number|population|count|total number|size|quantity)\b|\b(?:number of|how often)\b", "count"),
    (r"\b(?:what|which|in what|in which|since what) years?\b|\bthe year (?:in which|when|that)\b", "year"),
    (r"\bin what time (?:did|does|has|had)\b[^?]*\b(?:run|swim|win|won|finish|complete|cover|cross)\b", "other"),  # of a race
    (r"^(?:and |but |so |then )?when\b|\b(?:me|know|say|state|find out|ask|asked) when\b|\bwhen (?:is|was|were|are|did|does|do|will|has|have|had|can|would|should)\b|\b(?:what date|which date|on what day|which day|what day|what time|since when|until when|by when|what month|which month|in what month|in which month|the date)\b", "date"),
    (r"\b(?:who|whom|whose|which (?:[\w-]+ ){0,2}?(?:person|leader|president|minister|official|politician|player|author|king|queen|general|man|woman|singer|actor|scientist|prime minister|general secretary|ambassador|ceo)|what (?:person|is the name of the (?:president|minister|ambassador|ceo|author|man|woman|leader)))\b|\bname of the (?:person|president|minister|prime minister|ambassador|author|ceo|leader)\b", "person"),
    (r"(?<!at )\bwhat place (?:did|does|do|has|have|had)\b[^?]*\b(?:finish(?:ed)?|come(?! (?:from|to|back))|take(?! place)(?= *(?:\?|$|(?:in|at) the\b))|taken(?! place)|end up(?! (?:in|at))|achieved?|earn(?:ed)?)\b|\bwhat place (?:did|does|has|had)\b[^?]*\breach(?:ed)?\b[^?]*\b(?:championships?|games|race|marathon|cup|final|event|contest|competition|olympics|league)\b", "rank"),
    (r"\b(?:where|which (?:[\w-]+ ){0,2}?(?:place|city|country|province|town|region|state|continent|location|nation|village|district|island|venue)|what (?:place|city|country|province|town|region|location|nation|village|state|district|island|venue)|in which (?:city|country|province))\b", "place"),
    (r"\b(?:which|what) (?:company|organi[sz]ation|firm|ministry|agency|party|bank|team|group|university|school|newspaper|enterprise|corporation|institution|club|outlet|association|embassy|airline)\b", "organisation"),
    (r"\bwhat (?:rank|place|position|ordinal)\b|\brank(?:s|ed|ing)?\b|\bwhere does [\w ]+ rank\b", "rank"),
    (r"\bwhy\b|\bwhat (?:is|was|were|are) the (?:[\w-]+ )?(?:reasons?|causes?|purpose|motivation)\b|\bfor what reason\b|\bwhat (?:caused|led to|explains)\b|\breasons? (?:for|why)\b|\bhow come\b", "reason"),
    (r"\bwhat (?:is|was) the (?:definition|meaning)\b|\bwhat does [\w\" '-]+ (?:mean|stand for)\b|\bdefine\b|\bmeaning of\b", "definition"),
    (r"\b(?:which|what) (?:are |were )?(?:the )?(?:[\w-]+ ){0,3}?(?:countries|nations|companies|areas|sectors|fields|cities|provinces|members|partners|projects|reasons|products|goods|commodities|agreements|documents|topics|leaders|organi[sz]ations|firms|directions|measures|challenges|solutions|industries|steps|parties|types|kinds|factors|people|events|benefits|enterprises)\b|^(?:please )?(?:list|name|enumerate) |\b(?:list|name) (?:all|the|some|three|two|four|five)\b", "list"),
    (r"\bwhat (?:did|does|do|has|have|had|will|would)\b[^?]*\b(?:say|said|think|argue|argued|claim|claimed|call|called|promise|promised|"
     r"propose|proposed|suggest|suggested|announce|announced|warn|warned|want|mean|provide|include|contain|consist|cover|depend)\b(?! to (?:cost|pay|spend|invest|earn|raise))", "other"),
    (r"\b(?:what|which) (?:is|was|are|were)? ?(?:the |its |their |[\w]+'s )?(?:[\w'-]+ ){0,4}?" + _MONEY_EN + r"\b(?! (?:partner|partners|agreement|agreements|relations|deal|war|minister|office|policy|center|centre|barriers|bloc|union|projects?|forum))|\bhow large (?:is|was) the (?:[\w-]+ )*" + _MONEY_EN, "amount"),
    (r"^(?:so |and |but |then |well,? )*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|hasn't|haven't)\b(?! you (?:tell|know|explain|say|give|list|name|please))|\bis it true\b|\bwhether\b", "yesno"),
    (r"^(?:what|who) (?:is|are|was|were) (?:an? )?[\w.-]+(?: [\w.-]+)?\??$", "definition"),
    (r"\bhow\b", "how"),
)  # fmt: skip
_VI_RULES: tuple[tuple[str, WantedKind], ...] = (
    (r"(?:bỏ phiếu|biểu quyết)\b[^?%]*\b(?:tỷ|tỉ) lệ(?! (?:cử tri|người|dân))(?![^?]*(?:phần trăm|%))", "other"),  # "23-22"
    (r"bao nhiêu (?:phần trăm|%)|mấy (?:phần trăm|%)|tỷ lệ (?:[\w]+ ){0,5}(?:là )?(?:bao nhiêu|mấy|thế nào)|(?:chiếm|tăng|giảm) (?:[\w]+ ){0,2}bao nhiêu\s*(?:%|phần trăm|so với|$|\?)", "percent"),
    (r"(?:lãi suất|lạm phát|tỷ lệ|tỉ lệ|tỷ suất|tăng trưởng)\b[^?]*?(?:bao nhiêu(?! (?:tiền|tỷ|tỉ|triệu|nghìn|usd|đô|đồng|người|năm|nước))|mức nào|là mấy)|mức (?:lãi suất|thuế|tỷ lệ|tỉ lệ)(?: \w+){0,3} nào|thuế suất\b[^?]*bao nhiêu", "percent"),
    (r"lúc mấy giờ", "other"),  # an hour of the day is no duration
    (r"bao lâu|bao nhiêu thời gian|\btuổi (?:là )?(?:bao nhiêu|mấy)|(?:bao nhiêu|mấy) (?:năm|tháng|tuần|ngày|giờ|phút|thập kỷ|thế kỷ|tuổi)\b(?! (?:nào|mấy))|kéo dài (?:[\w]+ )?(?:bao|mấy)|thời gian bao", "duration"),
    (r"bao nhiêu (?:tiền|tỷ|tỉ|triệu|usd|đô la|đồng|euro|vốn)|mấy (?:tỷ|tỉ|triệu)|bao nhiêu tỷ", "amount"),
    (r"(?:bao nhiêu|mấy) (?:dự án|nước|quốc gia|người|công ty|doanh nghiệp|tỉnh|thành phố|lần|cặp|thành viên|lao động|nhà máy|trường|học sinh|sinh viên|hướng|lĩnh vực|văn kiện|thỏa thuận|ca|vụ|xe|tàu|du khách|khách|nhà|hộ)|số lượng|tổng số(?! vốn)|dân số", "count"),
    (r"(?:nói|phát biểu|nhận xét|nhận định|bình luận|tuyên bố|trả lời) gì\b", "other"),
    (r"(?:kim ngạch|vốn|doanh thu|lợi nhuận|ngân sách|chi phí|giá|trị giá|giá trị|thiệt hại|tổn thất|thặng dư|xuất siêu|nhập siêu|thâm hụt|gdp|học phí|lương|thu nhập)\b.*?(?:bao nhiêu|là mấy|mức nào|thế nào)", "amount"),
    (r"(?:xuất khẩu|nhập khẩu|thương mại|đầu tư)\b[^?]*(?:đạt|trị giá|lên|là|được|tới|đến) (?:mức )?bao nhiêu", "amount"),
    (r"(?:vào |từ |trong |đến |là )?năm (?:nào|mấy|bao nhiêu)|năm bao nhiêu", "year"),
    (r"khi nào|bao giờ|lúc nào|(?:vào |từ |đến |là )?(?:ngày|tháng|thời điểm|thời gian|hôm|quý) (?:nào|mấy|bao nhiêu)|mấy giờ|thời gian nào|ngày mấy", "date"),
    (r"thứ mấy|thứ bao nhiêu|hạng mấy|vị trí (?:thứ )?(?:mấy|bao nhiêu)|xếp (?:hạng|thứ) (?:mấy|bao nhiêu)", "rank"),
    (r"bao nhiêu|\bmấy\b", "count"),
    (r"(?:những|các|gồm|bao gồm|kể tên|liệt kê|nêu)\b[^?]*(?:nào|gì|những ai|\bai\b)|^(?:hãy )?(?:liệt kê|kể tên|kể ra|nêu (?:tên|các|những|ra))|gồm những|bao gồm (?:những )?gì|những (?:ai|nước|quốc gia|lĩnh vực) nào", "list"),
    (r"vì sao|tại sao|lý do|lí do|nguyên nhân|vì lẽ gì|do đâu|sao lại|để làm gì|nhằm mục đích gì|mục đích", "reason"),
    (r"(?:^|[\s,])ai(?:\s|$|\?|,)|(?:người|lãnh đạo|tổng thống|thủ tướng|bộ trưởng|chủ tịch|đại sứ|vị|ông|bà|nhân vật|tác giả|cầu thủ|ca sĩ) nào|tên (?:của )?(?:người|tổng thống|thủ tướng|đại sứ|bộ trưởng|chủ tịch|tác giả)", "person"),
    (r"ở đâu|tại đâu|nơi nào|chỗ nào|(?:nước|quốc gia|tỉnh|thành phố|địa phương|vùng|khu vực|đâu|châu lục|huyện|quận|làng|đảo|địa điểm|bang) nào|đến đâu|từ đâu|\bđâu\b", "place"),
    (r"(?:công ty|doanh nghiệp|tổ chức|tập đoàn|hãng|cơ quan|bộ|ngân hàng|đảng|đội|trường|đơn vị|báo|đại sứ quán|câu lạc bộ|hiệp hội) nào", "organisation"),
    (r"là gì|nghĩa là|có nghĩa|định nghĩa|viết tắt|được hiểu", "definition"),
    (r"(?:có phải|phải không|đúng không|có đúng|hay không|hay chưa|được không|không\s*\?|chưa\s*\?|không$|chưa$|phải chăng|liệu )", "yesno"),
    (r"như thế nào|thế nào|ra sao|làm sao|bằng cách nào|cách nào|làm thế nào|dưới hình thức nào", "how"),
    (r"(?:cho biết|cho tôi biết|cho hỏi|nêu|trình bày|nói) (?:về )?(?:[\w]+ ){0,3}(?:kim ngạch|vốn|doanh thu|lợi nhuận|trị giá|giá trị|giá|ngân sách|chi phí)", "amount"),
    (r"(?:cho biết|cho tôi biết|cho hỏi|nêu) (?:[\w]+ ){0,2}(?:ngày|thời điểm|thời gian)", "date"),
    (r"(?:cho biết|cho tôi biết|cho hỏi|nêu) (?:[\w]+ ){0,2}năm", "year"),
    (r"(?:cho biết|cho tôi biết|cho hỏi|nêu) (?:[\w]+ ){0,2}(?:số|tổng số)", "count"),
)  # fmt: skip
_EN_EMBEDDED: tuple[tuple[str, WantedKind], ...] = (
    (r"^(?:(?:please )?(?:can|could|would) you (?:please )?)?(?:please )?(?:tell me|give me|state|find|show me|say|i want to know|do you know|i'd like to know|let me know)\b[^?]*?\b" + _MONEY_EN + r"\b", "amount"),
)  # fmt: skip
_EN = [(re.compile(rule), kind) for rule, kind in (*_EN_RULES, *_EN_EMBEDDED)]
_VI = [(re.compile(rule), kind) for rule, kind in _VI_RULES]
# The folded rules hold no upper-case escapes, so that folding them folds only letters.
_VI_FOLDED = [(re.compile(fold(rule)), kind) for rule, kind in _VI_RULES]
_MONEY_EN_RX, _MONEY_VI_RX = re.compile(rf"\b{_MONEY_EN}\b"), re.compile(rf"\b{_MONEY_VI}\b")
_PERCENT_UNIT = re.compile(r"%|percent|per cent|phần trăm|phan tram")
_QUESTION_NOUN_VI = re.compile(
    r"\b(?:bao nhiêu|mấy|số|bao nhieu|may|so|các|những|cac|nhung)\s+(?P<one>\w+)(?:\s+(?P<two>\w+))?"
)
_QUESTION_NOUN_VI_BEFORE = re.compile(r"(?P<two>\w+\s+)?(?P<one>\w+)\s+(?:nào|nao)\b")
_TOLL_RX = re.compile(_TOLL)
_MANY = re.compile(r"\b(?:countries|nations|companies|areas|sectors|who are|which are|những|các|nhung|cac)\b")


_CONTRACTED = re.compile(r"\b(what|who|where|when|how|which)['’]s\b", re.IGNORECASE)


# A change is told in the thing's own unit or in percent: "exports fell by 3 billion", "by 4 %".
_CHANGE_ASKED = re.compile(
    r"\bby how (?:much|many)\b|\bhow much (?:more|less|higher|lower|larger|bigger|smaller|cheaper)\b|"
    r"\bhow much (?:did|do|does|has|have|had|will|would|is|are|was|were)\b[^?]*\b(?:rise|rose|risen|fall|fell|fallen|grow|grew|"
    r"grown|increased?|decreased?|drop(?:ped)?|declined?|climb(?:ed)?|shrink|shrunk|jump(?:ed)?|slump(?:ed)?|surged?|changed?|"
    r"up|down|cut|raised?|expand(?:ed)?|weaken(?:ed)?|strengthen(?:ed)?|improved?|narrow(?:ed)?|widen(?:ed)?|eased?|worsen(?:ed)?)\b(?! to\b)|"
    r"\b(?:tăng|giảm|sụt|tụt|hơn|kém|vượt|chênh|cải thiện|thu hẹp|nới rộng|tang|giam|sut|tut|hon|kem|vuot|chenh|cai thien|thu hep|noi rong)"
    r"(?: (?!lên|đến|tới|xuống|còn|len|den|toi|xuong|con)\w+){0,2} bao (?:nhiêu|nhieu)\b"
    r"(?! (?:người|nguoi|lần|lan|đồng|dong|tiền|tien|tỷ|ty|triệu|trieu)\b)"
)
_CHANGES: frozenset[Kind] = frozenset({"amount", "percent", "count", "number", "measure"})


def _kind(low: str, folded: str, lang: str) -> WantedKind:
    if lang != "vi":
        rules, text = _EN, low
    elif is_ascii_words(low):
        rules, text = _VI_FOLDED, folded
    else:
        rules, text = _VI, low
    return next((kind for rule, kind in rules if rule.search(text)), "other")


_AUXILIARY = frozenset(
    listed(
        "is are was were be been do does did has have had will would can could may might shall should must"
    )
)


def _counted(low: str, lang: str) -> str | None:
    nouns = glossary.spellings("noun")
    if lang == "vi":
        folded = {fold(word): key for word, key in glossary.spellings("noun", "vi").items()}
        table = folded if is_ascii_words(low) else nouns
        for match in [*_QUESTION_NOUN_VI.finditer(low), *_QUESTION_NOUN_VI_BEFORE.finditer(low)]:
            one, two = match["one"], match["two"] or ""
            after = match.re is _QUESTION_NOUN_VI
            pair = f"{one} {two}" if after else f"{two}{one}"
            if table.get(pair.strip()) or table.get(one):
                return table.get(pair.strip()) or table.get(one)
        return None
    for match in re.finditer(r"\b(?:how many|which|what|number of)\s+((?:[\w-]+\s?){1,4})", low):
        for word in match[1].split():
            if word in _AUXILIARY:
                break  # "how many streets will cars be kept out of" counts no cars
            if word in nouns:
                return nouns[word]
    return None


_LENGTH = frozenset(("km", "m", "cm", "mile", "nautical_mile", "foot", "inch", "yard"))
_AREA = frozenset(("ha", "km2", "m2", "mile2", "acre"))
_MASS = frozenset(("ton", "kg", "gram", "pound"))
# "How long is" may ask for a time too; "how long did it take" for nothing else. "rộng" may be an area. Without
# diacritics "sâu" (deep) is also "sau" (after), so it is not asked of such words.
_MEASURES = [
    (re.compile(rule), units)
    for rule, units in (
        (r"\bhow (?:far|tall|deep|wide)\b|\bhow long (?:is|are|was|were) (?:the|one|an?|each|every|this)\b", _LENGTH),
        (r"(?<!kéo )\b(?:dài|cao|sâu|xa) (?:bao nhiêu|mấy)\b|(?<!keo )\bdai bao nhieu\b", _LENGTH),
        (r"\b(?:rộng|rong) (?:bao nhiêu|bao nhieu|mấy)\b", _LENGTH | _AREA),
        (r"\b(?:diện tích|dien tich)\b[^?,]* (?:là|la|rộng) (?:bao nhiêu|bao nhieu)\b", _AREA),
        (r"\bhow heavy\b|\bhow much (?:does|did|do) [^?]* weigh\b|\b(?:nặng|nang) (?:bao nhiêu|bao nhieu|mấy)\b", _MASS),
    )
]  # fmt: skip


def _measures(low: str, kind: WantedKind, counted: str | None) -> frozenset[str]:
    if kind not in ("count", "duration") or counted:
        return frozenset()
    return next((units for rule, units in _MEASURES if rule.search(low)), frozenset())


@glossary.derived
@cache
def _office_asked() -> re.Pattern[str]:
    """Return what a question for the name of an office's holder looks like: the office right at the name.

    "The name of the ship that the president visited" asks for a ship, "tên con tàu" too.
    """
    english = "|".join(re.escape(word) for word in glossary.spellings("role", "en"))
    vietnamese = "|".join(re.escape(word) for word in glossary.spellings("role", "vi"))
    folded = "|".join(re.escape(fold(word)) for word in glossary.spellings("role", "vi"))
    return re.compile(
        rf"\bname of (?:the )?(?:[\w-]+ ){{0,2}}?(?:{english})(?= of\b| in\b|\W*$)|\b(?:{english})['’]s name\W*$|"
        rf"^(?:ông |bà |vị |ong |ba |vi )?(?:{vietnamese}|{folded})\b(?:(?!\b(?:mà|ma|ký|ky)\b)[^?])*\b(?:tên|ten) (?:là |la )?(?:gì|gi)\b"
    )


def _unit(low: str, kind: WantedKind) -> str | None:
    if kind == "percent":
        return "percent"
    if kind == "amount":
        return asked_in(low) or unknown_coin(low)
    if kind == "duration":
        for word, key in glossary.spellings("duration").items():
            if re.search(rf"(?:how many|bao nhiêu|mấy|bao nhieu) {re.escape(word)}\b", low):
                return key
    return None


def wanted(question: str, lang: str, *, reference: dt.date | None = None) -> Wanted:
    """Return the kind of value a question asks for, with the values and names that it fixes."""
    clean = composed(question.replace("_", " "))[0].strip()
    clean = _CONTRACTED.sub(r"\1 is", clean)
    low, folded = plain(clean), fold(clean)
    kind = _kind(low, folded, lang)
    money = (_MONEY_EN_RX if lang != "vi" else _MONEY_VI_RX).search(low)
    counted = _counted(low, lang)
    if kind == "count" and counted is None and _TOLL_RX.search(low):
        counted = "person"
    if kind == "amount" and not money and counted:
        kind = "count"
    if kind == "count" and counted is None and coins_counted(low):
        kind = "amount"
    if kind in ("other", "definition") and _office_asked().search(low):
        kind = "person"
    if kind in ("count", "amount") and _PERCENT_UNIT.search(low):
        kind = "percent"
    if (
        kind == "count"
        and counted is None
        and money
        and not re.search(r"how many|number of|số lượng|tổng số|population|dân số", low)
    ):
        kind = "amount"
    change = (
        kind in ("amount", "percent", "count")
        and counted is None
        and not _PERCENT_UNIT.search(low)
        and bool(_CHANGE_ASKED.search(low))
    )
    return Wanted(
        kind, None if change else _unit(low, kind), counted, tuple(find_values(question, lang, reference=reference)),
        tuple(name for name in find_names(question, lang) if name.sure), kind == "list" or bool(_MANY.search(low)),
        _measures(low, kind, counted), _CHANGES if change else frozenset(),
        kind == "count" and counts_things(clean, lang),
    )  # fmt: skip
