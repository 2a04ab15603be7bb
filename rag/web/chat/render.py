"""Answers as HTML. Every text that comes from an article, a person or a model is escaped here.

Pure functions: a `Turn` in, a string of markup out. The page inserts these strings as they are, so
`esc` is the only way for foreign text to get into one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.errors import BadFilter
from index.search import inline
from index.text.lang import detect
from rag import following, opening
from rag.answer import MARK, Answer, Citation, Nearest, TimelineEntry
from rag.care import written
from rag.question import bare
from rag.showing import certainty, terminal
from rag.web.chat import export
from rag.web.chat.cards import part_name, sources
from rag.web.chat.path import disclosure
from rag.web.chat.vote_block import vote_block
from rag.web.markup import Turn, date, esc
from rag.web.wording import WORDS, counted, day

# A short answer longer than this is a sentence, and the sentence stands below anyway.
_SHORT_LIMIT = 90


def conversation(turns: Iterable[Turn]) -> str:
    """Return the markup of whole turns, oldest first."""
    return "".join(render_turn(turn) for turn in turns)


def render_turn(turn: Turn) -> str:
    """Return one turn: the question as a heading, the answer, and its sources beside it."""
    body, aside = (
        f"{_answer_column(turn)}{_how(turn)}{_actions(turn)}{vote_block(turn)}{_unkept(turn)}",
        sources(turn),
    )
    number = turn.number
    asked, only = _asked(turn)
    strange = f'<p class="only strange">{esc(turn.strange)}</p>' if turn.strange else ""
    told = only + strange + _read_as(turn, asked)
    return (
        f'<article class="turn {turn.state}" data-turn="{number}" lang="{turn.language}" '
        f'data-lang="{turn.language}" data-question="{esc(turn.question)}" aria-labelledby="t{number}-q">'
        f'<h2 class="question" id="t{number}-q" tabindex="-1" lang="{detect(asked)}">{esc(asked)}</h2>{told}'
        f'<div class="columns"><div class="answer">{body}</div>{aside}</div></article>'
    )


def _unkept(turn: Turn) -> str:
    """Return why an answer was not kept; what went wrong with a question that failed stands in its place."""
    return (
        f'<p class="small unkept">{esc(turn.problem)}</p>' if turn.problem and turn.state != "failed" else ""
    )


def _how(turn: Turn) -> str:
    return disclosure(turn.key, turn.language) if turn.key and turn.path else ""


def _asked(turn: Turn) -> tuple[str, str]:
    """Return the question without its filters and care, and the line that names them."""
    words = WORDS[turn.language]
    try:
        asked, care = written(turn.question)
        asked, filters = inline.parse(asked)
    except BadFilter:  # the answer says what is wrong with it
        return turn.question, ""
    if asked == turn.question or not asked:
        return turn.question, ""
    said = [
        words["from"].format(day=day(filters.since.isoformat(), turn.language)) if filters.since else "",
        words["until"].format(day=day(filters.until.isoformat(), turn.language)) if filters.until else "",
        filters.outlet or "",
        words[filters.lang] if filters.lang else "",
    ]
    named = " · ".join(one for one in said if one)
    told = [f"{words['only']} {esc(named)}" if named else "", words[care] if care else ""]
    return asked, f'<p class="only">{" · ".join(one for one in told if one)}</p>'


def _read_as(turn: Turn, asked: str) -> str:
    """Return how a question that leans on those before it is read."""
    made = following.whole(asked, [bare(question) for question in turn.after], turn.said)
    if made == " ".join(asked.split()):
        return ""
    return f'<p class="only">{WORDS[turn.language]["read_as"]}: <q lang="{detect(made)}">{esc(made)}</q></p>'


def _actions(turn: Turn) -> str:
    """Return the buttons below an answer that has come to its end."""
    if turn.state not in ("done", "stopped", "failed"):
        return ""
    words = WORDS[turn.language]
    copy = (
        f'<button type="button" data-act="copy" data-text="{esc(export.plain(turn))}" '
        f'data-done="{words["copied"]}">{words["copy"]}</button>'
        if turn.answer
        else ""
    )
    return (
        f'<p class="actions">{copy}<button type="button" data-act="edit">{words["edit"]}</button>'
        f'<button type="button" data-act="again">{words["again"]}</button></p>'
    )


def status_text(turn: Turn) -> str:
    """Return what the polite status region says: stages only, never the running text."""
    words = WORDS[turn.language]
    if turn.state == "done" and turn.answer is not None:
        if turn.answer.status == "abstained":
            return esc(words["abstained"])
        return esc(counted(words, "done", len(turn.answer.citations)))
    if turn.state == "reading":
        return esc(counted(words, "found", len(turn.sources)))
    if turn.state == "drafting":
        return esc(words["answering"])
    return _stage(turn)


def _stage(turn: Turn) -> str:
    """Return in words how far a turn is that has no answer yet."""
    waits = turn.state in ("waiting", "starting") and turn.loading
    said = WORDS[turn.language][f"{turn.state}_loading" if waits else turn.state]
    return esc(said.format(n=turn.before, model=turn.loading))


def _answer_column(turn: Turn) -> str:
    words = WORDS[turn.language]
    if turn.state == "done" and turn.answer is not None:
        return _finished(turn, turn.answer)
    if turn.state == "failed":
        head = f'<p class="badge">{words["failed"]}</p>'
        return f'<div class="notice problem">{head}<p>{esc(turn.problem)}</p></div>'
    if turn.state == "stopped":
        text = words["stopped_text"] if turn.sources else words["stopped_early"]
        return f'<div class="notice calm"><p class="badge">{words["stopped"]}</p><p>{text}</p></div>'
    clock, prose = _running(turn)
    busy = f'<p class="busy"><span class="pulse" aria-hidden="true"></span>{_stage(turn)}… {clock}</p>'
    if not turn.draft:
        return busy
    return f'{busy}<div class="draft"><p class="badge">{words["writing"]}</p>{prose}</div>'


def progress(turn: Turn) -> str:
    """Return only what changes while a turn stays in its state: the seconds, and the draft.

    The page puts these in place, so that what a reader points at or has reached by key is not drawn anew.
    """
    return "".join(_running(turn))


def _running(turn: Turn) -> tuple[str, str]:
    seconds = WORDS[turn.language]["seconds"].format(s=int(turn.seconds)) if turn.seconds >= 1 else ""
    return f'<span class="clock">{seconds}</span>', f'<p class="prose">{esc(turn.draft)}</p>'


def _finished(turn: Turn, answer: Answer) -> str:
    words = WORDS[turn.language]
    if answer.status == "abstained":
        return _abstained(turn, answer) + _small_print(turn, answer)
    parts = []
    if answer.status == "partial":
        parts.append(f'<p class="badge partial">{words["partial"]}</p>')
    short = answer.short
    if short and len(short) <= _SHORT_LIMIT and short.strip(" .") != MARK.sub("", answer.answer).strip(" ."):
        parts.append(f'<p class="short">{esc(short)}</p>')
    parts.append(f'<div class="prose" lang="{turn.language}">{_paragraphs(turn, answer)}</div>')
    level = certainty.certainty(answer)
    sure = certainty.said(answer, turn.language)
    parts.append(f'<p class="certainty {level}">{sure}</p>' if level else "")
    parts.append(_timeline(turn, answer.timeline))
    parts.append(_small_print(turn, answer))
    return "".join(parts)


def _paragraphs(turn: Turn, answer: Answer) -> str:
    seen: set[int] = set()
    blocks = [block for block in answer.answer.split("\n") if block.strip()]
    return "".join(f"<p>{_block(turn, answer, block, seen)}</p>" for block in blocks)


def _block(turn: Turn, answer: Answer, text: str, seen: set[int]) -> str:
    """Return a paragraph with its marks; what is said in an article's own words stands in quotation marks."""
    known = {citation.n: citation for citation in answer.citations}
    for words, lang in quoted(answer):
        before, found, after = text.partition(words)
        if found:
            title = esc(WORDS[turn.language]["own_title"])
            return (
                f"{_with_marks(turn, before, known, seen)}"
                f'<q class="own" lang="{esc(lang)}" title="{title}">{esc(words.strip("“”"))}</q>'
                f"{_block(turn, answer, after, seen)}"
            )
    return _with_marks(turn, text, known, seen)


def quoted(answer: Answer) -> tuple[tuple[str, str], ...]:
    """Return what an answer says in an article's own words, each with its language.

    That is a whole claim, or what stands in quotation marks because its language is another one.
    """
    by_number = {citation.n: citation for citation in answer.citations}
    found = []
    for claim in answer.claims:
        words = MARK.sub("", claim.text).strip()
        for citation in (by_number[n] for n in claim.citations if n in by_number):
            quote = " ".join(citation.quote.split())
            own = words if words.rstrip(".") in quote else f"“{quote}”"
            if words and own in words:
                found.append((own, citation.lang))
                break
    return tuple(found)


def _with_marks(turn: Turn, text: str, known: dict[int, Citation], seen: set[int]) -> str:
    """Escape `text` and turn each `[n]` of a known source into a link to its card."""
    parts, at = [], 0
    for match in MARK.finditer(text):
        n = int(match[1])
        if n in known:
            parts += [esc(text[at : match.start()].rstrip()), _mark(turn, known[n], first=n not in seen)]
            seen.add(n)
            at = match.end()
    return "".join([*parts, esc(text[at:])])


def _mark(turn: Turn, citation: Citation, *, first: bool) -> str:
    anchor = f' id="t{turn.number}-m{citation.n}"' if first else ""
    label = f"{WORDS[turn.language]['source']} {citation.n}: {citation.title}"
    return (
        f'<a class="mark" href="#t{turn.number}-s{citation.n}"{anchor} title="{esc(label)}" '
        f'aria-label="{esc(label)}">[{citation.n}]</a>'
    )


def _abstained(turn: Turn, answer: Answer) -> str:
    words = WORDS[turn.language]
    why = words[answer.reason] if answer.reason else ""
    said = terminal.NOT_ABOUT[turn.language] if answer.relevant is False else why
    reason = f'<p class="why">{said}</p>' if said else ""
    return (
        f'<div class="notice calm"><p class="badge">{words["abstained"]}</p>'
        f'<p class="prose">{esc(answer.answer)}</p>{reason}</div>{_nearest(turn, answer.nearest)}'
    )


def _nearest(turn: Turn, nearest: Sequence[Nearest]) -> str:
    if not nearest:
        return ""
    # An answer says of these only what they state; of those that were read, the card has an estimate too.
    read = {source.article: source.dated for source in turn.sources}
    items = "".join(
        f'<li><button type="button" class="read" id="t{turn.number}-n{n}" data-article="{esc(one.article)}">'
        f'<span class="title" lang="{detect(one.title)}">{esc(one.title)}</span> '
        f'<span class="meta">{date(one.published, read.get(one.article), turn.language)}</span></button></li>'
        for n, one in enumerate(nearest, 1)
    )
    return _section(turn, "nearest", f"<ul>{items}</ul>")


def _timeline(turn: Turn, entries: Sequence[TimelineEntry]) -> str:
    if not entries:
        return ""
    known = {c.n: c for c in turn.answer.citations} if turn.answer else {}
    items = "".join(
        f'<li><time datetime="{esc(entry.as_of)}">{esc(day(entry.as_of, turn.language))}</time>'
        f"<span>{esc(entry.value)} "
        + "".join(_mark(turn, known[n], first=False) for n in entry.citations if n in known)
        + "</span></li>"
        for entry in entries
    )
    return _section(turn, "timeline", f"<ol>{items}</ol>")


def _section(turn: Turn, what: str, body: str) -> str:
    """Return a part of an answer under the heading that names it, to the eye and to a screen reader."""
    head = f"<h3>{WORDS[turn.language][what]}</h3>"
    return f'<section class="{what}" aria-label="{part_name(turn, what)}">{head}{body}</section>'


def _small_print(turn: Turn, answer: Answer) -> str:
    words = WORDS[turn.language]
    said = [words["seconds"].format(s=f"{answer.timings.total:.1f}"), esc(answer.model)]
    if answer.status != "abstained" and not certainty.judged(answer):
        said.append(words["checked"] + (f" {words['own']}" if quoted(answer) else ""))
    waiting = opening.meaning(turn.counts, turn.language) if turn.counts else ""
    lines = (" · ".join(filter(None, said)), waiting)
    return "".join(f'<p class="small">{line}</p>' for line in lines if line)
