"""How well are paragraphs found? XQuAD, each question in one language, the paragraphs in one language.

    python -m eval.bench_retrieval XQUAD_FOLDER MODEL_FOLDER

Knows nothing of the library's storage: it measures the parts that `index.search` fuses (paragraph
vector, best sentence, words) over all paragraphs. Ties count against the system: the rank of the right
paragraph is the number of paragraphs that score at least as much.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import lexical, sentences, wordsearch
from index.embed import Embedder, SentenceTransformerEmbedder
from index.records import Lang

Matrix = NDArray[np.float64]
LANGUAGES: tuple[Lang, Lang] = ("en", "vi")


class Paragraphs:
    """The paragraphs of one language with their questions, vectors and words."""

    def __init__(self, path: Path, lang: Lang, embedder: Embedder) -> None:
        data = json.loads(path.read_text("utf-8"))["data"]
        found = [part for article in data for part in article["paragraphs"]]
        self.lang = lang
        self.texts: list[str] = [part["context"] for part in found]
        pairs = [(qa["question"], n) for n, part in enumerate(found) for qa in part["qas"]]
        self.questions = [question for question, _ in pairs]
        self.answers = np.array([number for _, number in pairs])
        self.vectors = embedder.passages(self.texts)
        spans = [
            (n, text[s.start : s.end]) for n, text in enumerate(self.texts) for s in sentences.split(text)
        ]
        self.owner = np.array([number for number, _ in spans])
        self.sentence_vectors = embedder.passages([text for _, text in spans])
        self.query_vectors = embedder.queries(self.questions)
        self.words = sqlite3.connect(":memory:")
        self.words.execute(
            'CREATE VIRTUAL TABLE words USING fts5(exact, folded, tokenize = "unicode61 remove_diacritics 0")'
        )
        self.words.executemany(
            "INSERT INTO words (rowid, exact, folded) VALUES (?, ?, ?)",
            [
                (number, " ".join(lexical.tokens(text)), " ".join(lexical.folded_tokens(text)))
                for number, text in enumerate(self.texts)
            ],
        )
        wordsearch.open_vocabulary(self.words)


def dense(asked: Paragraphs, searched: Paragraphs) -> tuple[Matrix, Matrix]:
    """Return (questions, paragraphs) cosines: of the whole paragraph, and of its best sentence."""
    whole = (asked.query_vectors @ searched.vectors.T).astype(float)
    each = asked.query_vectors @ searched.sentence_vectors.T
    best = np.stack([each[:, searched.owner == n].max(axis=1) for n in range(len(searched.texts))], axis=1)
    return whole, best.astype(float)


def words(asked: Paragraphs, searched: Paragraphs) -> Matrix:
    """Return (questions, paragraphs) BM25, 0 where no word is shared."""
    scores = np.zeros((len(asked.questions), len(searched.texts)))
    index = wordsearch.WordIndex.load(searched.words)
    everything = np.ones(len(index.lengths), dtype=bool)
    for row, question in enumerate(asked.questions):
        phrases = lexical.query(question, searched.lang, asked.lang)
        found = index.best(searched.words, phrases, len(searched.texts), everything)
        scores[row, list(found)] = list(found.values())
    return scores


def stretched(scores: Matrix, *, from_zero: bool) -> Matrix:
    """Return each row on 0 … 1, from its smallest value or from zero to its largest."""
    low = np.zeros((len(scores), 1)) if from_zero else scores.min(axis=1, keepdims=True)
    span = scores.max(axis=1, keepdims=True) - low
    return np.asarray((scores - low) / np.where(span > 0, span, 1.0))


def recall(scores: Matrix, answers: NDArray[np.int64], k: int) -> float:
    """Return the share of questions whose paragraph is among the first k, ties against the system."""
    right = scores[np.arange(len(answers)), answers][:, None]
    return float(np.mean(np.sum(np.round(scores, 6) >= np.round(right, 6), axis=1) <= k))


def main(folder: str, model: str) -> None:
    """Print one row a method and direction."""
    embedder = SentenceTransformerEmbedder(model)
    sides = {lang: Paragraphs(Path(folder) / f"xquad.{lang}.json", lang, embedder) for lang in LANGUAGES}
    out = [f"{embedder.id}, {len(sides['en'].texts)} paragraphs, {len(sides['en'].questions)} questions"]
    for asked in sides.values():
        for searched in sides.values():
            whole, best = dense(asked, searched)
            said = words(asked, searched)
            both = (whole + best) / 2
            rows = {"words": said, "paragraph": whole, "best sentence": best, "both": both}
            for weight in (0.1, 0.2, 0.3, 0.5, 0.8):
                rows[f"both + {weight} words"] = stretched(both, from_zero=False) + weight * stretched(
                    said, from_zero=True
                )
            for name, scores in rows.items():
                found = [recall(scores, asked.answers, k) for k in (1, 5)]
                out.append(f"{asked.lang}→{searched.lang}  {name:18} R@1 {found[0]:.3f}  R@5 {found[1]:.3f}")
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:3])
