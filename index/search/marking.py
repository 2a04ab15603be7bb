"""Vietnamese typed without its marks ("muc tieu nam 2028"), given them back by the library's own words.

Many people type so, and neither meaning nor a small model makes much of it. The passages that hold the most
of the question's bare syllables say which marks these have here, and which syllable follows which; where
there are none, the glossary and the questions of parallel.toml still do. The most probable sequence of marked
syllables is found by Viterbi's algorithm over pairs, smoothed by their single counts (MacKay and Peto 1995,
"A hierarchical Dirichlet language model"). Of bare questions about XQuAD's paragraphs 97 % of the syllables
come back as they were, in place of 17 %, and 78 % in a library without a word of Vietnamese; about the
invented press, in a library of 42 articles, 90 % in place of 27 % (eval/LOG.md).
"""

from __future__ import annotations

import math
import re
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache, partial

from index.search import common
from index.search.across import pairs
from index.text import glossary, lexical
from index.text.gazetteer import entries
from index.text.lang import detect
from index.text.spelling import fold, is_ascii_words

PASSAGES = 100  # to learn from; 30 and 300 are no better (eval/LOG.md)
_QUESTIONS = 5  # how often the questions of parallel.toml count: what people ask, articles rarely say
_PRIOR = 50.0  # pairs that the single counts are worth; 5 and 200 are no better
_UNSEEN = 0.1  # times that a syllable counts which was never seen
_START = ""  # before the first syllable
_WORD = re.compile(r"[^\W\d_]+")


def bare(text: str) -> bool:
    """Return whether this is Vietnamese without any mark."""
    return is_ascii_words(text) and detect(text) == "vi"


def nearest(connection: sqlite3.Connection, text: str) -> list[str]:
    """Return the Vietnamese passages, at most PASSAGES, that hold the most of a bare text's syllables."""
    match = lexical.folded_query(text, partial(common.rarer, connection, telling=()))
    found = connection.execute(
        "SELECT substr(a.text, p.start + 1, p.end - p.start) FROM words"
        " JOIN passage p ON p.key = words.rowid JOIN article a ON a.id = p.article"
        " WHERE words MATCH ? AND p.lang = 'vi' ORDER BY bm25(words), p.key LIMIT ?",
        (match, PASSAGES),
    )
    return [text for (text,) in found]


def marked(text: str, passages: Iterable[str]) -> str:
    """Return a bare text with the marks of its words in Vietnamese passages; same length, same case."""
    words = list(_WORD.finditer(text))
    known = _known().copy()
    for passage in passages:
        known.see(passage)
    found = known.best([word.group().lower() for word in words])
    pieces, end = [], 0
    for word, syllable in zip(words, found, strict=True):
        cased = (
            new.upper() if old.isupper() else new for old, new in zip(word.group(), syllable, strict=True)
        )
        pieces += [text[end : word.start()], *cased]
        end = word.end()
    return "".join([*pieces, text[end:]])


class _Syllables:
    """How often syllables and pairs of them were seen."""

    def __init__(self) -> None:
        self.single: Counter[str] = Counter()
        self.pairs: Counter[tuple[str, str]] = Counter()
        self.forms: defaultdict[str, set[str]] = defaultdict(set)  # bare syllable: as it was seen

    def see(self, text: str, times: int = 1, *, whole: bool = True) -> None:
        """Count the syllables of a text; what is not a `whole` one does not say how texts begin."""
        before = _START if whole else None
        self.single[_START] += times * whole
        for syllable in _WORD.findall(unicodedata.normalize("NFC", text).lower()):
            self.single[syllable] += times
            if before is not None:
                self.pairs[before, syllable] += times
            self.forms[fold(syllable)].add(syllable)
            before = syllable

    def copy(self) -> _Syllables:
        made = _Syllables()
        made.single, made.pairs = self.single.copy(), self.pairs.copy()
        made.forms = defaultdict(set, {bare: set(forms) for bare, forms in self.forms.items()})
        return made

    def best(self, bare: Iterable[str]) -> tuple[str, ...]:
        """Return the most probable marked syllables; one that was never seen stays as it is."""
        total = self.single.total()

        def log_probability(before: str, syllable: str) -> float:
            alone = max(self.single[syllable], _UNSEEN) / total
            return math.log((self.pairs[before, syllable] + _PRIOR * alone) / (self.single[before] + _PRIOR))

        paths: dict[str, tuple[float, tuple[str, ...]]] = {_START: (0.0, ())}
        for syllable in bare:
            paths = {
                form: max(
                    (weight + log_probability(before, form), (*path, form))
                    for before, (weight, path) in paths.items()
                )
                for form in self.forms.get(syllable) or {syllable}
            }
        return max(paths.values())[1]


@glossary.derived
@lru_cache(maxsize=1)
def _known() -> _Syllables:
    """Return what is known without a library: how people ask, and the Vietnamese half of the glossary."""
    known = _Syllables()
    for _, question in pairs():
        known.see(question, _QUESTIONS)
    for kind in ("said", "role"):
        for entry in entries(kind):
            if entry.lang == "vi":
                known.see(entry.spelling, whole=False)
    return known
