"""The list of conversations as HTML: to open, rename, delete and find them, and whether any are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.web.chat.conversations import MOST_TITLE, Heading
from rag.web.markup import esc
from rag.web.wording import Language, counted, day

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Conversations",
        "close": "Close",
        "new": "New conversation",
        "keep": "Keep conversations in the library’s folder",
        "find": "Find by title",
        "none": "No conversation is kept yet.",
        "no_match": "No title has these words.",
        "questions_one": "1 question",
        "questions": "{n} questions",
        "damaged": "This file cannot be read",
        "rename": "Rename",
        "new_title": "New title",
        "save": "Save",
        "delete": "Delete",
        "sure": "Delete it for good?",
        "cancel": "Cancel",
        "go_on": "Go on with",
        "not_yet": "The library is not open yet. Please try again in a moment.",
        "unkept": "This answer could not be kept: {why}",
        "opened": "Conversation opened.",
    },
    "vi": {
        "title": "Hội thoại",
        "close": "Đóng",
        "new": "Hội thoại mới",
        "keep": "Lưu hội thoại trong thư mục của thư viện",
        "find": "Tìm theo tên",
        "none": "Chưa lưu hội thoại nào.",
        "no_match": "Không tên nào có những từ này.",
        "questions_one": "1 câu hỏi",
        "questions": "{n} câu hỏi",
        "damaged": "Không đọc được tệp này",
        "rename": "Đổi tên",
        "new_title": "Tên mới",
        "save": "Lưu",
        "delete": "Xóa",
        "sure": "Xóa hẳn?",
        "cancel": "Thôi",
        "go_on": "Tiếp tục",
        "not_yet": "Thư viện chưa mở xong. Vui lòng thử lại sau giây lát.",
        "unkept": "Không lưu được câu trả lời này: {why}",
        "opened": "Đã mở hội thoại.",
    },
}


def list_page(headings: Sequence[Heading], language: Language, *, keeping: bool, problem: str = "") -> str:
    """Return what the dialog shows; `problem` is what went wrong with the last change."""
    words = WORDS[language]
    items = "".join(_item(one, language) for one in headings)
    checked = " checked" if keeping else ""
    find = f'<label class="find">{words["find"]}<input type="search" maxlength="{MOST_TITLE}"></label>'
    none = (
        f'<p class="none" hidden>{words["no_match"]}</p>'
        if headings
        else f'<p class="none">{words["none"]}</p>'
    )
    return (
        f'<header class="bar"><h2 id="talks-title">{words["title"]}</h2>'
        f'<button type="button" class="close">{words["close"]}</button></header><div class="page">'
        f'<p><button type="button" class="new" data-open="">{words["new"]}</button></p>'
        f'<p class="problem" role="alert">{esc(problem)}</p>'
        f'<label class="keep"><input type="checkbox"{checked}>{words["keep"]}</label>'
        f"{find if headings else ''}<ul>{items}</ul>"
        f"{none}</div>"
    )


def last(heading: Heading, language: Language) -> str:
    """Return the button that goes on with a conversation, for the empty page."""
    title = f'<span class="title">{esc(heading.title)}</span>'
    return (
        f"<h2>{WORDS[language]['go_on']}</h2><ul><li>"
        f'<button type="button" class="go" data-open="{esc(heading.id)}">{title}{_about(heading, language)}'
        "</button></li></ul>"
    )


def _about(heading: Heading, language: Language) -> str:
    words = WORDS[language]
    count = counted(words, "questions", heading.turns)
    when = esc(day(heading.changed[:10], language))
    return f'<span class="meta">{f"{count} · {when}" if heading.title else ""}</span>'


def _item(heading: Heading, language: Language) -> str:
    """Return a row: its title opens it; what renames and deletes it is folded away."""
    words = WORDS[language]
    title = esc(heading.title or f"{words['damaged']}: {heading.id}.json")
    rename = _show("rename", "form", title, language) if heading.title else ""
    opening = "" if heading.title else " disabled"
    cancel = f'<button type="button" data-hide>{words["cancel"]}</button>'
    return (
        f'<li data-talk="{esc(heading.id)}"><button type="button" class="open" data-open="{esc(heading.id)}"'
        f'{opening}><span class="title">{title}</span>{_about(heading, language)}</button>'
        f'<p class="do">{rename}{_show("delete", ".sure", title, language)}</p>'
        f'<form hidden><input type="text" name="title" aria-label="{words["new_title"]}" value="{title}" '
        f'maxlength="{MOST_TITLE}" required autocomplete="off">'
        f'<button type="submit">{words["save"]}</button>{cancel}</form>'
        f'<p class="sure" hidden>{words["sure"]} '
        f'<button type="button" class="delete">{words["delete"]}</button>{cancel}</p></li>'
    )


def _show(word: str, part: str, title: str, language: Language) -> str:
    """Return the button that unfolds a part of the row; `title` is escaped."""
    said = WORDS[language][word]
    return f'<button type="button" data-show="{part}" aria-label="{said}: {title}">{said}</button>'
