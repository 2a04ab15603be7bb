"""The words of "How this was answered" in English and Vietnamese; what checks say is put into it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.web.wording import Language

PATH: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "how": "How this was answered",
        "lost": "How this was answered is no longer known: the conversation was not kept.",
        "understood": "What was understood",
        "read_as": "Read as",
        "wanted": "Asked for",
        "about": "About",
        "as_of": "As of",
        "only": "Only",
        "looked_at": "Looked at",
        "sentences": "{n} sentences",
        "sentences_one": "1 sentence",
        "several": "several things",
        "many": "a list",
        "newest": "the newest",
        "in_en": "in English",
        "in_vi": "in Vietnamese",
        "evidence": "Evidence",
        "evidence_note": "Scores are log-odds; the best are read, one by one.",
        "read": "read",
        "not_read": "not read",
        "drafts": "What the model took from each",
        "not_stated": "not stated",
        "p_absent": "P(not stated) {p}",
        "p_words": "P(its words) {p}",
        "p_least": "P(the least of them) {p}",
        "against": "Against it:",
        "refutes": "Refuted:",
        "clean": "Nothing speaks against it.",
        "by_code": "Found by the program, without the model",
        "weighed": "Weighed",
        "weighed_note": "Few words need {threshold}; an answer of {settled} ends the reading.",
        "alone": "alone {p}",
        "with_code": "found by the program",
        "looks_at": "The model looks at",
        "chosen": "chosen",
        "beside": "told beside the sentence",
        "withheld": "Withheld",
        "surest": "the surest: {p}",
        "said": "Sentences tried",
        "verdict": "said",
        "no_answer": "does not give the answer",
        "top": "best source",
        "behind": "behind the best source",
        "present": "the model: it is stated",
        "sure": "the model: its words",
        "weakest": "the model: the least of its words",
        "known": "the model: what its layers hold",
        "typed": "a figure or a date is asked for",
        "list": "a list is asked for",
        "unspoken": "what was asked for is not spoken of",
        "undated": "its time is not said",
        "disputed": "another reading contradicts",
        "named": "names and figures of the question in the source",
        "sentences_read": "Sentences as they stand",
        "sentences_note": "How probably each answers as it stands; {threshold} is needed.",
        "looked": "the model looks at it",
        "aside": "looked at less than something else in its passage",
        "peak": "how surely the model looks at anything",
        "drafted": "the model’s words stand in it",
        "rival": "what the layers hold of another source’s words",
        "sources": "sources that may answer",
        "refuted": "refuted by the program",
        "rank": "place of its passage",
    },
    "vi": {
        "how": "Câu trả lời này có từ đâu",
        "lost": "Không còn biết câu trả lời này có từ đâu: hội thoại đã không được lưu.",
        "understood": "Câu hỏi được hiểu",
        "read_as": "Đọc là",
        "wanted": "Cần tìm",
        "about": "Về",
        "as_of": "Tính đến",
        "only": "Chỉ",
        "looked_at": "Đã xem",
        "sentences": "{n} câu",
        "sentences_one": "1 câu",
        "several": "nhiều điều",
        "many": "một danh sách",
        "newest": "mới nhất",
        "in_en": "bằng tiếng Anh",
        "in_vi": "bằng tiếng Việt",
        "evidence": "Bằng chứng",
        "evidence_note": "Điểm là log-odds; các đoạn tốt nhất được đọc lần lượt.",
        "read": "đã đọc",
        "not_read": "chưa đọc",
        "drafts": "Mô hình rút ra từ từng đoạn",
        "not_stated": "không nói đến",
        "p_absent": "P(không nói đến) {p}",
        "p_words": "P(các từ) {p}",
        "p_least": "P(từ kém chắc nhất) {p}",
        "against": "Phản bác:",
        "refutes": "Bị bác bỏ:",
        "clean": "Không có gì phản bác.",
        "by_code": "Chương trình tự tìm thấy, không qua mô hình",
        "weighed": "Cân nhắc",
        "weighed_note": "Cụm từ cần {threshold}; câu trả lời đạt {settled} thì thôi đọc tiếp.",
        "alone": "riêng nó {p}",
        "with_code": "chương trình tìm thấy",
        "looks_at": "Mô hình nhìn vào",
        "chosen": "được chọn",
        "beside": "nêu kèm theo câu",
        "withheld": "Không trả lời",
        "surest": "chắc nhất: {p}",
        "said": "Các câu đã thử",
        "verdict": "được nói",
        "no_answer": "không nêu câu trả lời",
        "top": "nguồn tốt nhất",
        "behind": "kém nguồn tốt nhất",
        "present": "mô hình: có được nói đến",
        "sure": "mô hình: các từ",
        "weakest": "mô hình: từ kém chắc nhất",
        "known": "mô hình: các lớp bên trong",
        "typed": "hỏi con số hoặc ngày tháng",
        "list": "hỏi một danh sách",
        "unspoken": "không nói đến điều được hỏi",
        "undated": "không nói rõ thời điểm",
        "disputed": "có cách đọc khác trái ngược",
        "named": "tên và số liệu của câu hỏi có trong nguồn",
        "sentences_read": "Các câu nguyên văn",
        "sentences_note": "Xác suất mỗi câu tự nó trả lời được; cần {threshold}.",
        "looked": "mô hình nhìn vào đó",
        "aside": "ít được nhìn hơn chỗ khác trong đoạn",
        "peak": "mô hình nhìn chắc đến đâu",
        "drafted": "từ của mô hình nằm trong câu",
        "rival": "các lớp bên trong, về từ của nguồn khác",
        "sources": "số nguồn có thể trả lời",
        "refuted": "bị chương trình bác bỏ",
        "rank": "thứ tự của đoạn",
    },
}

_KINDS_VI: Mapping[str, str] = {
    "amount": "số tiền hay giá trị",
    "count": "số lượng",
    "percent": "tỷ lệ phần trăm",
    "date": "ngày",
    "year": "năm",
    "duration": "khoảng thời gian",
    "rank": "thứ hạng",
    "person": "người",
    "organisation": "tổ chức",
    "place": "nơi chốn",
    "list": "danh sách",
    "yesno": "có hay không",
    "reason": "lý do",
    "how": "cách thức",
    "definition": "định nghĩa",
    "other": "điều khác",
}
# Both ways of `rag.values.outcomes`, and the sides of `rag.values.votes`.
_WAYS_VI = (
    (("voted for", "bỏ phiếu thuận"), ("voted against", "bỏ phiếu chống")),
    (("approved", "thông qua"), ("rejected", "bác bỏ")),
    (("won", "thắng"), ("lost", "thua")),
    (("rose", "tăng"), ("fell", "giảm")),
)
_VOTES_VI = (("for", "thuận"), ("against", "chống"), ("abstaining", "trắng"))
# What `rag.checks.verify`, `rag.checks.objections` and `rag.saying.claims` say, the longer forms first; {n}
# is what they name.
_CHECKS_VI: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(english, re.DOTALL), vietnamese)
    for english, vietnamese in (
        ("only repeats the question", "chỉ lặp lại câu hỏi"),
        ("stands nowhere in the passage", "không có trong đoạn văn"),
        ("another kind of value than asked for", "là loại giá trị khác với điều được hỏi"),
        ("not the kind of value asked for", "không phải loại giá trị được hỏi"),
        ("not the kind of thing asked for", "không phải loại điều được hỏi"),
        ("no (.+) is spoken of", "không nói đến {0}"),
        ("held it before", "giữ chức vụ này trước đây"),
        ("of an earlier time", "của lần hoặc thời kỳ trước"),
        ("a level, not a change", "là mức, không phải mức thay đổi"),
        *(
            (f"the contrary: {said}, not {other}", f"điều ngược lại: {told}, không phải {asked}")
            for one, another in _WAYS_VI
            for (said, told), (other, asked) in ((one, another), (another, one))
        ),
        *((f"not the votes {side}", f"không phải phiếu {vi}") for side, vi in _VOTES_VI),
        *(
            (f"the votes {one}, not those {other}", f"phiếu {mine}, không phải phiếu {theirs}")
            for one, mine in _VOTES_VI
            for other, theirs in _VOTES_VI
        ),
        ("a title, and no person", "là tên tác phẩm, không phải người"),
        ("the other direction", "ngược chiều"),
        ("a target, not a figure", "là mục tiêu, không phải số liệu"),
        ("a figure, not a target", "là số liệu, không phải mục tiêu"),
        ("a whole sum, not the price of one", "là cả số tiền, không phải giá một đơn vị"),
        ("a value of (.+)", "là giá trị của {0}"),
        ("of an article that does not name (.+)", "của một bài không nêu {0}"),
        ("its time is not said", "không nói rõ thời điểm"),
        ("of another office, (.+)", "giữ một chức vụ khác: {0}"),
        ("of (.+), not of (.+)", "của {0}, không phải của {1}"),
        ("of (.+) only", "chỉ của {0}"),
        ("does not speak of (.+)", "không nói đến {0}"),
        ("speaks of (.+)", "nói đến {0}"),
        ("(.+) is not in the quotation", "{0} không có trong trích dẫn"),
        ("the direction is reversed", "chiều bị đảo ngược"),
        ("one says what the other denies", "một bên nói điều bên kia phủ nhận"),
    )
)


_PARTS_VI = {
    "several": "Nhiều câu hỏi trong một",
    "difference": "Chênh lệch giữa hai giá trị",
    "change": "Thay đổi giữa hai thời điểm",
    "course": "Diễn biến qua các năm",
    "sum": "Tổng của hai giá trị",
    "years": "Số năm ở giữa",
    "larger": "Giá trị nào lớn hơn",
    "smaller": "Giá trị nào nhỏ hơn",
    "earlier": "Điều nào trước",
    "later": "Điều nào sau",
    "part": "phần",
    "first side": "vế thứ nhất",
    "second side": "vế thứ hai",
    "as asked": "như đã hỏi",
    "joined": "ghép các câu trả lời",
    "an article states it": "có bài báo nêu sẵn",
    "computed from both sides": "tính từ hai vế",
    "computed from both ends": "tính từ giá trị đầu và cuối",
    "answered as it was asked": "trả lời như đã hỏi",
    "not computed": "không tính được",
    "now": "hiện nay",
    "computed from first and last": "tính từ năm đầu và năm cuối",
    "told year by year": "nêu theo từng năm",
    "of one time only": "chỉ có ở một thời điểm",
    "not answered": "không trả lời được",
}
_PARTS_EN = {
    "several": "Several questions in one",
    "difference": "The difference of two values",
    "change": "The change between two times",
    "course": "How it went over the years",
    "sum": "The sum of two values",
    "years": "The years between",
    "larger": "Which is larger",
    "smaller": "Which is smaller",
    "earlier": "Which came first",
    "later": "Which came later",
}


def part(said: str, language: Language) -> str:
    """Return what `rag.showing.explain.Compound` calls a form, a role or a verdict, in a language."""
    return (_PARTS_VI if language == "vi" else _PARTS_EN).get(said, said)


def kind(wanted: str, language: Language) -> str:
    """Return what kind of thing a question asks for."""
    return _KINDS_VI.get(wanted, wanted) if language == "vi" else wanted


def check(said: str, language: Language) -> str:
    """Return what a check says, in a language; as it is where there is no other word for it."""
    if language == "vi":
        for english, vietnamese in _CHECKS_VI:
            if found := english.fullmatch(said):
                return vietnamese.format(*found.groups())
    return said
