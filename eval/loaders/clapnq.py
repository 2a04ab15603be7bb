"""CLAPNQ: questions that need an answer of several sentences, and as many that their passage does not answer.

Source: arXiv 2404.02103; `clapnq_dev_answerable.jsonl`, `clapnq_dev_unanswerable.jsonl`, or their folder.

Its own figures compare long answers by ROUGE. Here the gold is: the passage and its selected sentences
(citations), the annotators' answers (F1), the refusal (not answerable), and for right or wrong up to three
key terms: the rarest words, over all passages, that every annotator's answer and the selected sentences have
and the question has not (where annotators share no such word: that any of them has). That is strict but
approximate, so such cases are tagged "key-terms"; nugget recall tells more than the share of right answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.figures.metrics import tokens
from eval.loaders.gold import answerable, nugget, unanswerable
from eval.loaders.material import Draft, Material, Options, Shelf, compare_counts, refuse
from eval.loaders.source import DatasetError, one_file, read_jsonl, take
from index.text.counted import counted

_PUBLISHED = {"answerable": 300, "unanswerable": 300}  # dev, README of the repository
_KEY_TERMS = 3  # with more, a right answer that leaves a side remark out would count as wrong
_SHORTEST = 4  # letters; shorter words are nearly all of the grammar


def read(path: Path, options: Options) -> Material:
    """Read CLAPNQ; see the module's text."""
    refuse(options, "clapnq", "half")
    files = [path]
    if path.is_dir():
        files = [one_file(path, f"*_{kind}.jsonl") for kind in ("answerable", "unanswerable")]
    rows = [(where, row) for file in files for where, row in read_jsonl(file)]
    passages = [_passage(row, where) for where, row in rows]
    rare = Counter(token for _, text in passages for token in set(tokens(text)))
    shelf = Shelf()
    drafts: list[Draft] = []
    counts = {"answerable": 0, "unanswerable": 0, "passages": 0, "without a key term": 0}
    for (where, row), (title, text) in zip(rows, passages, strict=True):
        key = take(row, "id", str, where)
        name = shelf.add(f"clapnq-{key}", text, "en", title)
        base = {
            "id": f"clapnq-{key}",
            "lang": "en",
            "question": take(row, "input", str, where).strip(),
            "corpus": "clapnq",
            "group": title,
        }
        answers = _answers(row, where)
        counts["answerable" if answers else "unanswerable"] += 1
        if not answers:
            drafts.append(unanswerable(key, base, [name]))
            continue
        draft = _answered(shelf, key, base, name, answers, rare)
        if draft:
            drafts.append(draft)
        else:
            counts["without a key term"] += 1
    counts["passages"] = len(shelf.files)
    expected = {kind: n for kind, n in _PUBLISHED.items() if counts[kind]}
    return Material(shelf, drafts, counts, _warnings(files, counts, expected))


def _warnings(files: Sequence[Path], counts: Mapping[str, int], expected: Mapping[str, int]) -> list[str]:
    if not all(file.name.startswith("clapnq_dev_") for file in files):
        return []
    return compare_counts("CLAPNQ dev", counts, expected)


def _passage(row: Mapping[str, Any], where: str) -> tuple[str, str]:
    passages = take(row, "passages", list, where)
    if len(passages) != 1:
        raise DatasetError(f"{where} has {counted(len(passages), 'passage')}; CLAPNQ's annotated data have 1")
    return take(passages[0], "title", str, where), take(passages[0], "text", str, where)


def _answers(row: Mapping[str, Any], where: str) -> list[tuple[str, list[str]]]:
    """Return (answer, selected sentences) of each annotator who gave an answer."""
    found = []
    for entry in take(row, "output", list, where):
        answer = take(entry, "answer", str, where).strip()
        if answer:
            selected = [str(sentence).strip() for sentence in entry.get("selected_sentences") or ()]
            found.append((answer, [sentence for sentence in selected if sentence]))
    return found


def _answered(
    shelf: Shelf, key: str, base: Mapping[str, Any], name: str,
    answers: Sequence[tuple[str, list[str]]], rare: Mapping[str, int],
) -> Draft | None:  # fmt: skip
    selected = [sentence for _, chosen in answers for sentence in chosen] or [shelf.body(name)]
    said = [set(tokens(answer)) for answer, _ in answers]
    old = set(tokens(str(base["question"])))
    shared = set(tokens(" ".join(selected)))
    terms: list[str] = []
    for common in (set.intersection(*said) & shared - old, set.union(*said) & shared - old, set.union(*said)):
        terms = terms or _key_terms(common, rare)
    nuggets = [found for term in terms if (found := nugget(term, [term], "en"))]
    if not nuggets:
        return None
    more = {"type": "lookup", "tags": ["key-terms"]}
    short = [answer for answer, _ in answers]
    return answerable(shelf, key, {**base, **more}, nuggets, [(name, quote) for quote in selected], short)


def _key_terms(words: Iterable[str], rare: Mapping[str, int]) -> list[str]:
    useful = [word for word in words if len(word) >= _SHORTEST or any(c.isdigit() for c in word)]
    return sorted(useful, key=lambda word: (rare[word], word))[:_KEY_TERMS]
