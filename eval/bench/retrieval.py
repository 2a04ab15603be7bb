"""How well are paragraphs found? XQuAD, each question in one language, the paragraphs in one language.

    python -m eval.bench.retrieval XQUAD_FOLDER MODEL_FOLDER

Knows nothing of the library's storage: it measures the parts that `index.search.hybrid` fuses (paragraph
vector, best sentence, words, and the question moved to the other language) over all paragraphs. Ties count
against the system: the rank of the right paragraph is the number of paragraphs that score at least as much.
What is chosen by these figures is chosen on the dev half of the articles, told on the report half.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.loaders.material import half_of
from index.embed import Embedder, SentenceTransformerEmbedder, Vectors
from index.records import Lang
from index.search import crossing
from index.search.across import Across
from index.search.hybrid import WORDS_ACROSS, WORDS_SAME
from index.text import lexical, sentences

Matrix = NDArray[np.float64]
LANGUAGES: tuple[Lang, Lang] = ("en", "vi")
WEIGHTS = (0.1, 0.2, 0.3, 0.5, 0.8)  # of the words, beside those in force


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
        titles = [article["title"] for article in data for _ in article["paragraphs"]]
        self.dev = np.array([half_of(titles[number]) == "dev" for number in self.answers])
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


def dense(asked: Vectors, searched: Paragraphs) -> tuple[Matrix, Matrix]:
    """Return (questions, paragraphs) cosines: of the whole paragraph, and of its best sentence."""
    whole = (asked @ searched.vectors.T).astype(float)
    each = asked @ searched.sentence_vectors.T
    best = np.stack([each[:, searched.owner == n].max(axis=1) for n in range(len(searched.texts))], axis=1)
    return whole, best.astype(float)


def words(asked: Paragraphs, searched: Paragraphs) -> Matrix:
    """Return (questions, paragraphs) BM25, 0 where no word is shared."""
    scores = np.zeros((len(asked.questions), len(searched.texts)))
    for row, question in enumerate(asked.questions):
        if asked.lang == searched.lang:
            found = lexical.scores(searched.words, lexical.query(question, searched.lang))
        else:
            found = crossing.scores(searched.words, crossing.groups(question, asked.lang, searched.lang))
        for key, score in found:
            scores[row, key] = max(score, 0.0)
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


def methods(asked: Paragraphs, searched: Paragraphs, moved: Across) -> dict[str, Matrix]:
    """Return {method: (questions, paragraphs) scores}; the last is what `index.search.hybrid` does."""
    whole, best = dense(asked.query_vectors, searched)
    said = stretched(words(asked, searched), from_zero=True)
    both = (whole + best) / 2
    rows = {"words": said, "paragraph": whole, "best sentence": best, "both": both}
    if asked.lang != searched.lang:
        whole, best = dense(moved.question(asked.query_vectors, asked.lang, searched.lang), searched)
        rows["both, question moved"] = both = (whole + best) / 2
    near = stretched(both, from_zero=False)
    shipped = WORDS_SAME if asked.lang == searched.lang else WORDS_ACROSS
    for weight in sorted({*WEIGHTS, shipped} - {shipped}):
        rows[f"… + {weight} words"] = near + weight * said
    rows[f"… + {shipped} words (shipped)"] = near + shipped * said
    return rows


def main(folder: str, model: str) -> None:
    """Print one row a method and direction: R@1 and R@5 of both halves and of all."""
    embedder = SentenceTransformerEmbedder(model)
    sides = {lang: Paragraphs(Path(folder) / f"xquad.{lang}.json", lang, embedder) for lang in LANGUAGES}
    moved = Across.measure(embedder)
    out = [
        f"{embedder.id}, {len(sides['en'].texts)} paragraphs, {len(sides['en'].questions)} questions",
        f"{'R@1 R@5':36}" + "".join(f"{name:>16}" for name in ("dev half", "report half", "all")),
    ]
    for asked in sides.values():
        for searched in sides.values():
            for name, scores in methods(asked, searched, moved).items():
                parts = (asked.dev, ~asked.dev, np.ones_like(asked.dev))
                found = [
                    " ".join(f"{recall(scores[part], asked.answers[part], k):.3f}" for k in (1, 5))
                    for part in parts
                ]
                out.append(f"{asked.lang}→{searched.lang} {name:30}" + "".join(f"{one:>16}" for one in found))
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m eval.bench.retrieval", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("folder", help="where xquad.en.json and xquad.vi.json lie")
    parser.add_argument("model", help="folder of an embedding model: rag models path tells where it is")
    given = parser.parse_args()
    main(given.folder, given.model)
