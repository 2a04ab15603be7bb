"""The demonstration articles: what they say of themselves, their dates, and that they are our own words."""

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest

from eval.figures.metrics import tokens

ROOT = Path(__file__).parent.parent
CORPUS = sorted((ROOT / "eval" / "corpus").glob("*.md"))
ARTICLES = ROOT.parent / "shared" / "articles"
LONGEST_SHARED_RUN = 7  # words; names of offices and treaties alone are up to seven long
PERIODS = (("2024-01-01", "2024-01-31"), ("2025-02-01", "2025-03-31"), ("2025-08-01", "2025-12-31"))


def parts(path):
    match = re.fullmatch(r"---\n(.*?)\n---\n\n(.*)", path.read_text(encoding="utf-8"), re.DOTALL)
    assert match, f"{path.name} has no front matter"
    return dict(line.split(": ", 1) for line in match.group(1).splitlines()), match.group(2)


def runs(text, length):
    words = tokens(text)
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_front_matter_length_and_period(path):
    meta, body = parts(path)
    assert list(meta) == ["title", "date", "outlet", "lang", "note"]
    assert ("Demonstration" if meta["lang"] == "en" else "Minh họa") in meta["outlet"]
    assert ("written for this project" if meta["lang"] == "en" else "viết riêng") in meta["note"].lower()
    assert path.name.startswith(f"{meta['lang']}-")
    assert 120 <= len(body.split()) <= 350
    date = dt.date.fromisoformat(meta["date"])
    assert any(dt.date.fromisoformat(first) <= date <= dt.date.fromisoformat(last) for first, last in PERIODS)


def test_counts_per_language():
    languages = Counter(parts(path)[0]["lang"] for path in CORPUS)
    assert languages["en"] >= 8
    assert languages["vi"] >= 6


def test_the_corpus_holds_what_it_promises():
    bodies = {path.stem: parts(path) for path in CORPUS}
    dates = {stem: meta["date"] for stem, (meta, _) in bodies.items()}
    for old, new, before, after in (
        ("en-01-trade-goal-2024", "en-05-top-tier-2025", "15 billion USD", "18 billion USD by 2028"),
        ("vi-01-muc-tieu-2024", "vi-04-nang-cap-2025", "15 tỷ USD", "18 tỷ USD vào năm 2028"),
        (
            "en-01-trade-goal-2024",
            "en-05-top-tier-2025",
            "strategic partners in 2013",
            "comprehensive strategic partners",
        ),
        (
            "en-03-trade-estimate-2025",
            "en-09-trade-confirmed-2025",
            "about 16 billion USD",
            "amounted to 16.7 billion USD",
        ),
    ):
        assert dates[old] < dates[new]
        assert before in bodies[old][1]
        assert after in bodies[new][1]
    text = "\n".join(body for _, body in bodies.values())
    for kind in ("\n- ", "\n1. ", "\nPhoto: ", "\nẢnh: ", "?\n"):
        assert kind in text


def test_shared_runs_are_found():
    assert runs("one two three four", 3) & runs("zero, One two THREE.", 3)


@pytest.mark.articles
def test_no_sentence_is_taken_from_the_real_articles():
    if not ARTICLES.is_dir():
        pytest.skip(f"the articles are not beside the project at {ARTICLES}")
    length = LONGEST_SHARED_RUN + 1
    real = set().union(*(runs(path.read_text(encoding="utf-8"), length) for path in ARTICLES.glob("*.txt")))
    assert len(real) > 1000
    for path in CORPUS:
        shared = runs(path.read_text(encoding="utf-8"), length) & real
        assert not shared, f"{path.name}: {shared}"
