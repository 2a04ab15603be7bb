"""The words of the page in English and Vietnamese, and how dates and languages are said."""

from __future__ import annotations

import re
from collections.abc import Mapping

from index.records import Lang

Language = Lang  # of the labels

_ISO_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "sources": "Sources",
        "source": "Source",
        "part_of": "{part}, question {n}",
        "also": "Also looked at ({n})",
        "also_in": "also in",
        "searching": "Searching the articles",
        "starting": "Getting the model ready. Your question will be answered as soon as it is",
        "starting_loading": "Loading the model {model}. Your question will be answered once it is ready",
        "waiting": "Waiting for the model: {n} before you",
        "waiting_loading": "Waiting for the model {model}, which is being loaded: {n} before you",
        "reading": "Reading the sources",
        "writing": "Draft, not checked yet",
        "drafting": "Writing",
        "failed": "That did not work",
        "busy": "Too many questions are waiting. Please try again in a minute.",
        "stopped": "Stopped",
        "stopped_text": "You stopped this answer. The sources found so far are shown.",
        "stopped_early": "You stopped this question.",
        "partial": "Answered in part",
        "abstained": "No answer in these articles",
        "nearest": "Nearest articles",
        "timeline": "Over time",
        "published": "published",
        "about": "dated about",
        "undated": "date not known",
        "found_by": "Found by:",
        "meaning": "its meaning",
        "page": "p.",
        "en": "English",
        "vi": "Vietnamese",
        "back": "Back to the text",
        "open": "“",
        "close": "”",
        "checked": "Every sentence was checked against the words it cites.",
        "seconds": "{s} s",
        "no_evidence": "Nothing in the articles comes close enough to this question.",
        "unsupported": "Passages were found, but none of them says what was asked.",
        "low_confidence": "Something was found, but not surely enough to call it an answer.",
        "not_a_question": "This does not look like a question about the articles.",
        "empty": "Please type a question first.",
        "long": "The question has {n} characters; the limit is {m}. Please shorten it.",
        "done": "Answered, {n} sources.",
        "done_one": "Answered, 1 source.",
        "found": "{n} sources found, reading.",
        "found_one": "1 source found, reading.",
        "answering": "Answering.",
        "read_as": "Read as",
        "read": "Read in the article",
        "article": "Article",
        "close_pane": "Close",
        "known_by": "Date:",
        "basis_metadata": "stated with the article",
        "basis_text": "worked out from the text; it cannot have been written earlier",
        "basis_file name": "from the name of the file",
        "basis_given": "given when the article was added",
        "basis_estimated": "estimated",
        "basis_corrected": "corrected by hand",
        "updated": "Updated:",
        "authors": "By:",
        "file": "File:",
        "address": "Address:",
        "note": "Note:",
        "gone": "This article is no longer in the library.",
        "not_yet": "The library is not open yet. Please try again in a moment.",
        "bad_places": "This address does not name places of an article.",
        "recent": "Recent articles",
        "try": "Questions to try, from your articles",
        "own": "What stands in quotation marks is said in the article’s own words.",
        "own_title": "The article’s own words",
        "copy": "Copy with sources",
        "copied": "Copied",
        "edit": "Edit the question",
        "again": "Ask again",
        "only": "Only:",
        "from": "from {day}",
        "fast": "quick answer",
        "normal": "usual care",
        "careful": "only if it is sure",
        "until": "until {day}",
    },
    "vi": {
        "sources": "Nguồn",
        "source": "Nguồn",
        "part_of": "{part}, câu hỏi {n}",
        "also": "Các đoạn khác đã xem ({n})",
        "also_in": "cũng đăng trên",
        "searching": "Đang tìm trong các bài báo",
        "starting": "Đang chuẩn bị mô hình. Câu hỏi sẽ được trả lời ngay khi sẵn sàng",
        "starting_loading": "Đang tải mô hình {model}. Câu hỏi sẽ được trả lời ngay khi tải xong",
        "waiting": "Đang chờ mô hình: còn {n} câu hỏi phía trước",
        "waiting_loading": "Đang chờ tải mô hình {model}: còn {n} câu hỏi phía trước",
        "reading": "Đang đọc các nguồn",
        "writing": "Bản nháp, chưa được kiểm tra",
        "drafting": "Đang viết",
        "failed": "Có lỗi xảy ra",
        "busy": "Đang có quá nhiều câu hỏi chờ. Vui lòng thử lại sau một phút.",
        "stopped": "Đã dừng",
        "stopped_text": "Bạn đã dừng câu trả lời này. Các nguồn đã tìm thấy được giữ lại.",
        "stopped_early": "Bạn đã dừng câu hỏi này.",
        "partial": "Trả lời được một phần",
        "abstained": "Các bài báo không có câu trả lời",
        "nearest": "Bài báo gần nhất",
        "timeline": "Theo thời gian",
        "published": "đăng ngày",
        "about": "khoảng",
        "undated": "không rõ ngày",
        "found_by": "Tìm thấy nhờ:",
        "meaning": "ý nghĩa",
        "page": "tr.",
        "en": "Tiếng Anh",
        "vi": "Tiếng Việt",
        "back": "Trở lại câu trả lời",
        "open": "“",
        "close": "”",
        "checked": "Mỗi câu đã được đối chiếu với trích dẫn của nó.",
        "seconds": "{s} giây",
        "no_evidence": "Không có đoạn nào trong các bài báo đủ gần với câu hỏi này.",
        "unsupported": "Có đoạn liên quan, nhưng không đoạn nào nói điều được hỏi.",
        "low_confidence": "Có tìm thấy thông tin, nhưng chưa đủ chắc chắn để trả lời.",
        "not_a_question": "Đây dường như không phải là câu hỏi về các bài báo.",
        "empty": "Vui lòng nhập câu hỏi.",
        "long": "Câu hỏi có {n} ký tự; giới hạn là {m}. Vui lòng rút ngắn.",
        "done": "Đã trả lời, {n} nguồn.",
        "found": "Tìm thấy {n} nguồn, đang đọc.",
        "done_one": "Đã trả lời, 1 nguồn.",
        "found_one": "Tìm thấy 1 nguồn, đang đọc.",
        "answering": "Đang trả lời.",
        "read_as": "Hiểu là",
        "read": "Đọc trong bài báo",
        "article": "Bài báo",
        "close_pane": "Đóng",
        "known_by": "Ngày:",
        "basis_metadata": "ghi cùng bài báo",
        "basis_text": "suy ra từ nội dung; bài không thể viết sớm hơn",
        "basis_file name": "theo tên tệp",
        "basis_given": "được cho khi thêm bài báo",
        "basis_estimated": "ước đoán",
        "basis_corrected": "đã được sửa",
        "updated": "Cập nhật:",
        "authors": "Tác giả:",
        "file": "Tệp:",
        "address": "Địa chỉ:",
        "note": "Ghi chú:",
        "gone": "Bài báo này không còn trong thư viện.",
        "not_yet": "Thư viện chưa mở xong. Vui lòng thử lại sau giây lát.",
        "bad_places": "Địa chỉ này không chỉ ra đoạn nào của bài báo.",
        "recent": "Bài báo mới",
        "try": "Câu hỏi thử, lấy từ các bài báo",
        "own": "Câu trong ngoặc kép là nguyên văn của bài báo.",
        "own_title": "Nguyên văn của bài báo",
        "copy": "Chép kèm nguồn",
        "copied": "Đã chép",
        "edit": "Sửa câu hỏi",
        "again": "Hỏi lại",
        "only": "Chỉ:",
        "from": "từ {day}",
        "fast": "trả lời nhanh",
        "normal": "như bình thường",
        "careful": "chỉ khi chắc chắn",
        "until": "đến {day}",
    },
}


def counted(words: Mapping[str, str], name: str, number: int, said: str = "") -> str:
    """Return what a table says of a number, which is written as `said`; of one it says `name_one`.

    >>> counted(WORDS["en"], "found", 1), counted(WORDS["en"], "found", 2)
    ('1 source found, reading.', '2 sources found, reading.')
    """
    return words[f"{name}_one"] if number == 1 else words[name].format(n=said or number)


def day(date: str, language: Language) -> str:
    """Return "2025-03-14", "2025-03" or "2025" in words; other text comes back as it is."""
    match = _ISO_DATE.fullmatch(date)
    if match is None:
        return date
    year, month, number = match.groups()
    if month is None or not 1 <= int(month) <= 12:
        return year if month is None else date
    if language == "vi":
        return f"{int(number)}/{int(month)}/{year}" if number else f"tháng {int(month)}/{year}"
    name = _MONTHS[int(month) - 1]
    return f"{int(number)} {name} {year}" if number else f"{name} {year}"
