"""What speaks for a sentence before any model has read it: meaning, words, names, times, place."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from statistics import fmean

from index import Library
from index.embed import Vectors
from index.records import Hit, Lang
from index.text.lexical import STOP, folded_tokens
from rag.evidence.lines import Line, fits, leans_on, said_of, typed, years_before
from rag.question import Question

STRAY = 0.08  # cosine: how far behind the best a sentence of no passage found may be
# What makes a sentence likely to answer, as log-odds: fitted by `python -m eval.calibrate` so that the
# softmax over all sentences looked at gives the gold one the most (eval/LOG.md). A cosine of e5 differs by
# 0.05 between right and wrong, so cosines count in tenths.
WEIGHTS: Mapping[str, float] = {
    "near": 1.86,  # cosine (x10) less that of its language's nearest sentence
    "language": 1.92,  # cosine (x10) of its language's nearest sentence less that of the nearest of all
    "other": 2.39,  # 1 if it is not in the question's language: those are always farther
    "found": -0.98,  # 1 if a passage found holds it: what was not found had to be nearer by itself
    "passage": 2.26,  # score of its passage, 0 ... 1
    "meaning": 1.68,  # cosine (x10) of its passage less that of the best passage
    "article": 3.65,  # best score of its article's passages
    # Share of the question's names that it has itself, and that only what it leans on has: who is spoken
    # of is said first, what the question wants to know of them comes after.
    "names": 0.63,
    "names before": 1.96,
    "terms": 1.8,
    "terms before": 1.32,
    "years": 0.65,
    "years before": 0.84,
    "kind": 2.75,  # 1 if it has a value of the kind that is asked for
    "words": 2.24,  # share of the question's words that it has, rare ones counting more
    "words across": 0.9,  # the same in the other language: names and numbers
    "title": 0.51,  # the same of its article's title
    "around": -0.26,  # cosine (x10) of the nearer of its neighbours, as "near"
    "short": -0.19,  # 1 below SHORT words
    "long": -0.2,  # words, 1 from LONG on
    "lead": -0.33,  # 1 for the first three sentences: they announce what others say exactly
}
SHORT, LONG, LEAD_SENTENCES = 6, 40, 3
_NAMED = {
    "names": ("country:", "name:", "org:", "place:", "role:"),
    "terms": ("term:", "num:"),
    "years": ("year:", "month:"),
}


class Board:
    """All sentences of the articles found, and what the cues of each are measured against."""

    def __init__(self, question: Question, hits: list[Hit], library: Library) -> None:
        self.question, self.hits = question, hits
        self.articles = {hit.article.id: hit.article for hit in hits}
        self.parts = {name: library.sentences(name) for name in self.articles}
        vectors = library.question_vectors(question.for_models)
        self.near: dict[str, list[float]] = {}
        for name in self.parts:
            if (own := library.sentence_vectors(name)) is not None:
                self.near[name] = self._cosines(name, own, vectors)
        self.measured = frozenset(self.near)
        # A question is nearer to its own language: each is measured against its own best.
        measured: dict[Lang, list[float]] = {"en": [], "vi": []}
        for name, cosines in self.near.items():
            for i, one in enumerate(cosines):
                measured[self.lang(name, i)].append(one)
        every = measured["en"] + measured["vi"] or [0.0]
        near = {lang: found or every for lang, found in measured.items()}
        spoken = {self.lang(name, i) for name, parts in self.parts.items() for i in range(len(parts))}
        self.top = {lang: max(near[lang]) for lang in sorted(spoken)}
        # What waits for its vectors is taken for neither near nor far.
        usual = {lang: fmean(found) for lang, found in near.items()}
        for name in self.parts.keys() - self.measured:
            self.near[name] = [usual[self.lang(name, i)] for i in range(len(self.parts[name]))]
        passages = [hit.dense for hit in hits if hit.dense is not None] or [0.0]
        self.best_passage, self.usual_passage = max(passages), fmean(passages)
        self.best_hit = {
            name: max(hit.score for hit in hits if hit.article.id == name) for name in self.articles
        }
        self.asked = said_of(question.text, question.lang)
        self.words = _content(question.text, question.lang)
        texts = [self.text(name, i) for name in self.articles for i in range(len(self.parts[name]))]
        spread = Counter(word for text in texts for word in _content(*text) & self.words)
        self.rare = {word: math.log((len(texts) + 1) / (spread[word] + 0.5)) for word in self.words}

    def _cosines(self, name: str, sentences: Vectors, asked: Mapping[Lang, Vectors]) -> list[float]:
        """Return the cosine of each sentence (n, dim) with the question as asked in its language."""
        with_all = {lang: sentences @ vector[0] for lang, vector in asked.items()}
        return [float(with_all[self.lang(name, i)][i]) for i in range(len(sentences))]

    def lang(self, name: str, i: int) -> Lang:
        """Return the language of a sentence."""
        return self.articles[name].lang_at(self.parts[name][i].start)

    def text(self, name: str, i: int) -> tuple[str, Lang]:
        """Return the text and the language of a sentence."""
        article, sentence = self.articles[name], self.parts[name][i]
        return article.text[sentence.start : sentence.end], self.lang(name, i)

    def line(self, name: str, i: int) -> Line:
        """Return a sentence as evidence, its score still 0."""
        article, sentences = self.articles[name], self.parts[name]
        return Line(
            article,
            sentences[i],
            self.text(name, i)[0],
            leans_on(article, sentences, i),
            0.0,
            self.near[name][i],
            self.text(name, i - 1)[0] if i else "",
            years_before(article, sentences, i),
        )

    def within_reach(self) -> list[tuple[str, int]]:
        """Return the sentences of the passages found, and those measured to be near enough without one."""
        found = {
            (hit.article.id, i)
            for hit in self.hits
            for i, one in enumerate(self.parts[hit.article.id])
            if hit.passage.start <= one.start and one.end <= hit.passage.end
        }
        for name in self.measured:
            near = enumerate(self.near[name])
            found |= {(name, i) for i, one in near if one >= self.top[self.lang(name, i)] - STRAY}
        return sorted(found)

    def cues(self, name: str, i: int) -> dict[str, float]:
        """Return the cues of WEIGHTS for sentence `i` of article `name`."""
        article, sentence = self.articles[name], self.parts[name][i]
        text, lang = self.text(name, i)
        near, top = self.near[name], self.top[lang]
        held = [
            hit
            for hit in self.hits
            if hit.article.id == name
            and hit.passage.start <= sentence.start
            and sentence.end <= hit.passage.end
        ]
        line = self.line(name, i)
        own, before = said_of(text, lang), said_of(line.context, lang)
        values = line.values if typed(self.question) else ()
        beside = [near[j] for j in (i - 1, i + 1) if 0 <= j < len(near)]
        words = len(text.split())
        unmeasured = self.usual_passage if held else self.best_passage - 0.1
        return {
            "near": 10 * (near[i] - top),
            "language": 10 * (top - max(self.top.values())),
            "other": float(lang != self.question.lang),
            "found": float(bool(held)),
            "passage": max((hit.score for hit in held), default=0.0),
            "meaning": 10
            * (
                max((hit.dense for hit in held if hit.dense is not None), default=unmeasured)
                - self.best_passage
            ),
            "article": self.best_hit[name],
            **{cue: _share(self.asked, own, kinds) for cue, kinds in _NAMED.items()},
            **{f"{cue} before": _share(self.asked, before - own, kinds) for cue, kinds in _NAMED.items()},
            "kind": float(any(fits(value, self.question, text) for value in values)),
            "words": self._spoken(text, lang) if lang == self.question.lang else 0.0,
            "words across": self._spoken(text, lang) if lang != self.question.lang else 0.0,
            "title": self._spoken(article.title, lang),
            "around": 10 * (max(beside, default=near[i]) - top),
            "short": float(words < SHORT),
            "long": min(words, LONG) / LONG,
            "lead": float(i < LEAD_SENTENCES),
        }

    def _spoken(self, text: str, lang: Lang) -> float:
        total = sum(self.rare.values())
        held = _content(text, lang) & self.words
        return sum(self.rare[word] for word in held) / total if total else 0.0


def weigh(cues: Mapping[str, float]) -> float:
    """Return what the cues of a sentence come to, as log-odds up to a constant of the question."""
    return sum(WEIGHTS[cue] * value for cue, value in cues.items())


@lru_cache(maxsize=8192)
def _content(text: str, lang: Lang) -> frozenset[str]:
    """Return the folded words of a text without those that say nothing."""
    return frozenset(folded_tokens(text)) - _stop(lang)


@cache
def _stop(lang: Lang) -> frozenset[str]:
    return frozenset(token for word in STOP[lang] for token in folded_tokens(word))


def _share(asked: frozenset[str], around: frozenset[str], kinds: tuple[str, ...]) -> float:
    keys = {key for key in asked if key.startswith(kinds)}
    return len(keys & around) / len(keys) if keys else 0.0
