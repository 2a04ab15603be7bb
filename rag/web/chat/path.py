"""How an answer came about, as HTML: what `rag.showing.explain` tells and `rag ask --explain` prints.

Pure functions; every foreign text passes through `esc`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from index.text.lang import detect
from rag.web.chat.path_words import PATH, check, kind, part
from rag.web.markup import esc
from rag.web.wording import WORDS, Language, counted, day

Path = Mapping[str, Any]


def disclosure(key: str, language: Language) -> str:
    """Return what opens the path of the turn of this key; the page fetches it then."""
    return (
        f'<details class="how" data-turn="{esc(key)}"><summary>{PATH[language]["how"]}</summary>'
        '<div class="path"></div></details>'
    )


def path_page(path: Path, language: Language) -> str:
    """Return the path of an answer, step by step; `path` as `rag.showing.explain.explain` gives it."""
    if "parts" in path:
        return _in_parts(path, language)
    words = PATH[language]
    decision = path["decision"]
    note = words["weighed_note"].format(
        threshold=f"{decision['short_needs']:.2f}", settled=f"{decision['reads_on_below']:.2f}"
    )
    steps = (
        _step(words["understood"], f"<dl>{''.join(_understood(path, language))}</dl>"),
        _step(words["evidence"], _ordered(_sources(path, language)), words["evidence_note"]),
        _step(words["drafts"], _ordered(_drafts(path, language))),
        _step(words["by_code"], _plain(_by_code(path))),
        _step(words["weighed"], _plain(_weighed(path, language)), note),
        _step(
            words["sentences_read"],
            _plain(_sentences(path, language)),
            words["sentences_note"].format(threshold=f"{decision['threshold']:.2f}"),
        ),
        _step(words["withheld"], _withheld(decision, language)),
        _step(words["said"], _plain(_tried(path["wording"], language))),
    )
    return "".join(steps)


def _in_parts(path: Path, language: Language) -> str:
    """Return the paths of the questions that a question was asked as, and what was made of their answers."""
    told = f'<p class="note">{esc(part(path["form"], language))}: {esc(part(path["verdict"], language))}</p>'
    for n, one in enumerate(path["parts"], 1):
        asked = f"{n}. {esc(part(one['role'], language))}: {esc(one['question']['read_as'])}"
        told += f'<section class="part"><h3>{asked}</h3>{path_page(one, language)}</section>'
    return told


def lost(language: Language) -> str:
    """Return what is shown where the path is not known any more."""
    return f'<p class="note">{PATH[language]["lost"]}</p>'


def _step(title: str, body: str, note: str = "") -> str:
    said = f'<p class="note">{note}</p>' if note else ""
    return f"<section><h3>{title}</h3>{said}{body}</section>" if body else ""


def _ordered(items: Iterable[tuple[int, str]]) -> str:
    rows = "".join(f'<li value="{n}">{row}</li>' for n, row in items)
    return f"<ol>{rows}</ol>" if rows else ""


def _plain(items: Iterable[str]) -> str:
    rows = "".join(f"<li>{row}</li>" for row in items)
    return f"<ul>{rows}</ul>" if rows else ""


def _foreign(text: str) -> str:
    return f'<span lang="{detect(text)}">{esc(text)}</span>'


def _quoted(text: str) -> str:
    return f'<q lang="{detect(text)}">{esc(text)}</q>'


def _figure(value: float) -> str:
    return f'<span class="figure">{value:.2f}</span>'


def _tag(text: str) -> str:
    return f'<span class="tag">{esc(text)}</span>'


def _understood(path: Path, language: Language) -> Iterator[str]:
    words, asked = PATH[language], path["question"]
    wanted = [kind(asked["wanted"], language) + (f" ({asked['of']})" if asked["of"] else "")]
    wanted += [words[one] for one in ("several", "many", "newest") if asked[one]]
    wanted.append(words[f"in_{asked['lang']}"])
    rows = {
        "read_as": _foreign(asked["read_as"]),
        "wanted": esc(", ".join(wanted)),
        "about": esc(", ".join((*asked["names"], *asked["values"]))),
        "as_of": esc(day(asked["as_of"], language)) if asked["as_of"] else "",
        "only": esc(" · ".join(f"{name}:{value}" for name, value in asked["filters"].items())),
        "looked_at": counted(words, "sentences", path["looked_at"]),
    }
    for name, said in rows.items():
        if said:
            yield f"<div><dt>{words[name]}</dt><dd>{said}</dd></div>"


def _sources(path: Path, language: Language) -> Iterator[tuple[int, str]]:
    words = PATH[language]
    for one in path["evidence"]:
        dated = f" ({esc(day(one['dated'], language))})" if one["dated"] else ""
        state = _tag(words["read" if one["read"] else "not_read"])
        head = f"{_figure(one['score'])} {_foreign(one['title'])}{dated} {state}"
        yield one["n"], f"<p>{head}</p><p>{_quoted(one['best'])}</p>"


def _drafts(path: Path, language: Language) -> Iterator[tuple[int, str]]:
    words = PATH[language]
    for one in path["drafts"]:
        said = words["not_stated"] if one["not_stated"] else _quoted(one["text"])
        sure = ""
        if "probability_not_stated" in one:
            parts = (
                words["p_absent"].format(p=f"{one['probability_not_stated']:.4f}"),
                words["p_words"].format(p=f"{one['probability_of_its_words']:.2f}"),
                words["p_least"].format(p=f"{one['probability_of_the_least']:.2f}"),
            )
            sure = f'<p class="note">{" · ".join(parts)}</p>'
        looked = (
            f'<p class="note">{words["looks_at"]} {_quoted(one["looks_at"])}</p>' if "looks_at" in one else ""
        )
        yield one["n"], f"<p>{said}</p>{sure}{looked}{_verdict(one, language)}"


def _verdict(draft: Path, language: Language) -> str:
    """Return what the checks say of a draft; nothing of one that says that it is not stated."""
    words = PATH[language]
    if draft["not_stated"]:
        return ""
    if not draft["objections"]:
        return f'<p class="verdict">{words["clean"]}</p>'
    lead = words["refutes" if draft["refuted"] else "against"]
    return f'<p class="verdict against">{lead} {_checks(draft["objections"], language)}</p>'


def _checks(said: Iterable[str], language: Language) -> str:
    return esc("; ".join(check(one, language) for one in said))


def _by_code(path: Path) -> Iterator[str]:
    for one in path["found_by_code"]:
        yield f"{_figure(one['score'])} {_foreign(one['short'])}"


def _weighed(path: Path, language: Language) -> Iterator[str]:
    words, decision = PATH[language], path["decision"]
    tags = {decision["beside"]: _tag(words["beside"]), decision["short"]: _tag(words["chosen"])}
    for one in path["weighed"]:
        about = [words["alone"].format(p=f"{one['alone']:.2f}")]
        about += [] if one["drafted"] else [words["with_code"]]
        mark = tags.get(one["short"], "")
        signals = " · ".join(f"{words[name]}: {value:g}" for name, value in one["signals"].items() if value)
        yield (
            f"<p>{_figure(one['with_those_that_agree'])} {_foreign(one['short'])} {mark}</p>"
            f'<p class="note">{", ".join(about)}</p><p class="note">{signals}</p>'
        )


def _sentences(path: Path, language: Language) -> Iterator[str]:
    words, chosen = PATH[language], path["decision"]["short"] if path["decision"]["whole"] else None
    for one in path["sentences"]:
        mark = _tag(words["chosen"]) if one["text"] == chosen else ""
        signals = " · ".join(f"{words[name]}: {value:g}" for name, value in one["signals"].items() if value)
        against = f"{words['against']} {_checks(one['objections'], language)}" if one["objections"] else ""
        yield (
            f"<p>{_figure(one['sure'])} {_quoted(one['text'])} {mark}</p>"
            f'<p class="note">{signals}</p>'
            + (f'<p class="verdict against">{against}</p>' if against else "")
        )


def _withheld(decision: Path, language: Language) -> str:
    if not decision["reason"]:
        return ""
    surest = PATH[language]["surest"].format(p=f"{decision['confidence']:.2f}")
    return f"<p>{WORDS[language][decision['reason']]} ({surest})</p>"


def _tried(wording: Path, language: Language) -> Iterator[str]:
    words = PATH[language]
    if wording["model"] and wording["model"] not in [one["text"] for one in wording["tried"]]:
        yield f'<p>{_foreign(wording["model"])}</p><p class="verdict against">{words["no_answer"]}</p>'
    for one in wording["tried"]:
        against = _checks(one["against"], language)
        kind_of = "verdict against" if against else "verdict"
        yield f'<p>{_foreign(one["text"])}</p><p class="{kind_of}">{against or words["verdict"]}</p>'
