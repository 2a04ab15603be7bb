"""What the chat page says of its own, in English and Vietnamese: it follows the language of the reader.

An answer and its labels follow the question instead, see `rag.web.wording`.
"""

from __future__ import annotations

from collections.abc import Mapping

from rag.web.markup import esc
from rag.web.wording import Language

PAGE: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Ask the archive",
        "pages": "Pages",
        "starting": "Getting the model ready…",
        "ready": "Ready",
        "ended": "The program has stopped. Start it again, then reload this page.",
        "intro": "Type a question about the articles in your library, in English or Vietnamese. The passages "
        "that may answer it appear first; then a small language model on this computer reads them and writes "
        "a short answer.",
        "intro_checked": "Every sentence is checked against the exact words it cites",
        "intro_private": ", and if nothing supports an answer, you are told so. Nothing you type leaves this "
        "computer.",
        "try": "Try one, about the demonstration articles",
        "talks": "Conversations",
        "filters": "Filters",
        "since": "From",
        "until": "Until",
        "outlet": "Outlet",
        "language": "Language",
        "any": "any",
        "en": "English",
        "vi": "Vietnamese",
        "care": "Answers",
        "usual": "as usual",
        "careful": "only sure ones",
        "fast": "quick",
        "model": "Model, for everyone",
        "clear": "Clear",
        "save_markdown": "Save Markdown",
        "save_json": "Save JSON",
        "print": "Print",
        "question": "Your question",
        "hint": "English or Vietnamese",
        "ask": "Ask",
        "stop": "Stop",
    },
    "vi": {
        "title": "Hỏi kho báo",
        "pages": "Các trang",
        "starting": "Đang chuẩn bị mô hình…",
        "ready": "Sẵn sàng",
        "ended": "Chương trình đã dừng. Hãy khởi động lại, rồi tải lại trang này.",
        "intro": "Hãy đặt câu hỏi về các bài báo trong thư viện, bằng tiếng Việt hoặc tiếng Anh. Những đoạn "
        "có thể trả lời hiện ra trước; sau đó một mô hình ngôn ngữ nhỏ trên máy này đọc chúng và viết câu "
        "trả lời ngắn.",
        "intro_checked": "Mỗi câu đều được đối chiếu với đúng những lời mà nó trích dẫn",
        "intro_private": "; nếu không bài nào nói đến, chương trình sẽ nói rõ như vậy. Những gì bạn nhập "
        "không rời khỏi máy này.",
        "try": "Câu hỏi thử, về các bài báo minh họa",
        "talks": "Hội thoại",
        "filters": "Bộ lọc",
        "since": "Từ ngày",
        "until": "Đến ngày",
        "outlet": "Báo",
        "language": "Ngôn ngữ",
        "any": "tất cả",
        "en": "Tiếng Anh",
        "vi": "Tiếng Việt",
        "care": "Trả lời",
        "usual": "bình thường",
        "careful": "chỉ khi chắc",
        "fast": "nhanh",
        "model": "Mô hình, chung cho mọi người",
        "clear": "Xóa",
        "save_markdown": "Lưu Markdown",
        "save_json": "Lưu JSON",
        "print": "In",
        "question": "Câu hỏi của bạn",
        "hint": "tiếng Việt hoặc tiếng Anh",
        "ask": "Hỏi",
        "stop": "Dừng",
    },
}

# The texts that Gradio draws: where each is, and its key. What stands in markup has both languages itself.
DRAWN: Mapping[str, str] = {
    "#ask": "ask",
    "#stop": "stop",
    "#save-markdown": "save_markdown",
    "#save-json": "save_json",
    "#print": "print",
    "#question [data-testid=block-info]": "question",
    "#question textarea": "hint",
}


def said(key: str, tag: str = "span", more: str = "") -> str:
    """Return a text as an element that has it in both languages; `more` are attributes of the element.

    The page is served in English, and static/speak.js puts the other language in its place.
    """
    return both({language: words[key] for language, words in PAGE.items()}, tag, more)


def both(texts: Mapping[Language, str], tag: str = "span", more: str = "") -> str:
    """Return such an element of a text that stands elsewhere."""
    return f'<{tag} data-vi="{esc(texts["vi"])}"{more and f" {more}"}>{esc(texts["en"])}</{tag}>'
