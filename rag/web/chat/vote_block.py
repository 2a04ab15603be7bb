"""What one thinks of an answer: two thumbs, and under the lower one what is wrong; as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from rag.feedback import MOST_WORDS, Reason, Verdict, Vote
from rag.web.markup import Turn, esc
from rag.web.wording import Language

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "group": "Is this answer right?",
        "up": "Right",
        "down": "Not right",
        "what": "What is wrong with it?",
        "wrong": "It is wrong",
        "incomplete": "Something is missing",
        "missed": "It is in the articles, but was not found",
        "other": "Something else",
        "note": "In a few words",
        "right": "The right answer, in the words of an article",
        "keep": "Keep",
        "kept": "Kept on this computer.",
        "withdrawn": "Withdrawn.",
        "unknown": "This answer is no longer known. Ask again to vote on it.",
        "not_yet": "The library is not open yet. Please try again in a moment.",
    },
    "vi": {
        "group": "Câu trả lời này có đúng không?",
        "up": "Đúng",
        "down": "Chưa đúng",
        "what": "Chưa đúng ở điểm nào?",
        "wrong": "Sai",
        "incomplete": "Còn thiếu",
        "missed": "Có trong các bài báo nhưng không được tìm thấy",
        "other": "Điều khác",
        "note": "Nói ngắn gọn",
        "right": "Câu trả lời đúng, theo lời của một bài báo",
        "keep": "Lưu",
        "kept": "Đã lưu trên máy này.",
        "withdrawn": "Đã rút lại.",
        "unknown": "Không còn biết câu trả lời này. Hãy hỏi lại để đánh giá.",
        "not_yet": "Thư viện chưa mở xong. Vui lòng thử lại sau giây lát.",
    },
}
_THUMB = (
    '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M5.2 7 8 1.4c1 0 1.8.9 1.6 2L9.1 6h4'
    'c1 0 1.6.9 1.3 1.8l-1.6 5c-.2.7-.8 1.2-1.5 1.2H5.2ZM2 7h2v7H2Z"/></svg>'
)


def vote_block(turn: Turn) -> str:
    """Return the thumbs below an answer, as they stand; nothing below what is not answered."""
    if turn.state != "done" or turn.answer is None or not turn.key:
        return ""
    words, vote = WORDS[turn.language], turn.vote
    given = vote.verdict if vote else None
    buttons = "".join(
        f'<button type="button" class="{verdict}" data-verdict="{verdict}" '
        f'aria-pressed="{"true" if given == verdict else "false"}">{_THUMB}{words[verdict]}</button>'
        for verdict in get_args(Verdict)
    )
    told = words["kept"] if vote else ""
    form = _form(turn, vote) if vote and vote.verdict == "down" else ""
    return (
        f'<div class="vote" data-turn="{esc(turn.key)}" role="group" aria-label="{words["group"]}">'
        f'<p class="thumbs">{buttons}<span class="told">{told}</span></p>{form}</div>'
    )


def _form(turn: Turn, vote: Vote) -> str:
    words = WORDS[turn.language]
    reasons = "".join(
        f'<label><input type="radio" name="reason-{esc(turn.key)}" value="{reason}"'
        f"{' checked' if vote.reason == reason else ''}>{words[reason]}</label>"
        for reason in get_args(Reason)
    )
    fields = "".join(
        f'<label class="line">{words[name]}<input type="text" name="{name}" maxlength="{MOST_WORDS}" '
        f'value="{esc(said)}" autocomplete="off"></label>'
        for name, said in (("note", vote.note), ("right", vote.right))
    )
    return (
        f"<form><fieldset><legend>{words['what']}</legend>{reasons}</fieldset>{fields}"
        f'<button type="submit">{words["keep"]}</button></form>'
    )
