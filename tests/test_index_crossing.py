"""Names, months, units and terms of a question, looked for as the other language writes them."""

from __future__ import annotations

import math
import sqlite3
from itertools import pairwise

import pytest

from index import Library
from index.embed import HashEmbedder
from index.search import common, crossing
from index.text import lexical


def said(question, asked):
    """Return {what the question says: the other language's spellings, as tokens}."""
    searched = "vi" if asked == "en" else "en"
    return {
        one.said: {" ".join(words) for words in one.spelled}
        for one in crossing.known(question, asked, searched)
    }


def spelled(text):
    """Return a text as the search writes it: the tone of a syllable stands behind it."""
    return " ".join(lexical.tokens(text))


@pytest.mark.parametrize(
    ("lang", "question", "part", "other"),
    [
        ("en", "What does Japan buy?", "Japan", "Nhật Bản"),
        ("en", "what does japan buy?", "japan", "Nhật Bản"),
        ("en", "The Armenian wine", "Armenian", "Armenia"),  # by CLDR alone
        ("vi", "Liên Hợp Quốc nói gì?", "Liên Hợp Quốc", "United Nations"),
        ("vi", "lien hop quoc noi gi", "lien hop quoc", "UN"),
        ("vi", "Thuỵ Sĩ bán gì?", "Thuỵ Sĩ", "Switzerland"),
        ("en", "Rain in March?", "March", "tháng 3"),
        ("en", "Rain in March?", "March", "tháng ba"),
        ("vi", "Tháng 3 có mưa?", "Tháng 3", "March"),
        ("vi", "Tháng mười hai có mưa?", "Tháng mười hai", "December"),
        ("en", "Who came on Monday?", "Monday", "Thứ Hai"),
        ("vi", "bao nhiêu tỷ USD?", "tỷ", "billion"),
        ("vi", "bao nhiêu tỷ USD?", "USD", "dollars"),
        ("en", "How many hectares?", "hectares", "héc-ta"),
        ("en", "Who teaches Latin?", "Latin", "Tiếng La-tinh"),
        ("en", "Trade in Central Asia", "Central Asia", "Trung Á"),
        ("vi", "Kim ngạch bao nhiêu?", "Kim ngạch", "turnover"),
    ],
)
def test_what_is_looked_for(lang, question, part, other):
    assert spelled(other) in said(question, lang)[part]


@pytest.mark.parametrize(
    ("lang", "question", "part"),
    [
        ("vi", "Tuấn Anh là ai?", "Anh"),  # a person, not England
        ("vi", "anh ấy là ai?", "anh"),
        ("en", "Tell us about it", "us"),
        ("en", "Did they march in may?", "march"),
        ("en", "Did they eat turkey, Ann?", "turkey"),
        ("en", "What is a year?", "year"),  # "năm" is a stop word of Vietnamese
        ("en", "When did it open?", "it"),  # information technology
    ],
)
def test_what_is_not(lang, question, part):
    assert part not in said(question, lang)


def test_offsets_are_those_of_the_question():
    question = "Did Japan and the United Nations agree in March 2024 on 3 billion dollars?"
    found = crossing.known(question, "en", "vi")
    assert {"Japan", "United Nations", "March", "billion", "dollars"} <= {one.said for one in found}
    assert all(question[one.start : one.end] == one.said for one in found)
    assert all(one.end <= following.start for one, following in pairwise(found))


def test_what_is_known_is_not_looked_for_as_it_is_written_too():
    assert ("folded", (("quoc",),)) not in crossing.groups("Liên Hợp Quốc ở Lima", "vi", "en")
    assert ("folded", (("lima",),)) in crossing.groups("Liên Hợp Quốc ở Lima", "vi", "en")
    assert crossing.groups("Which is that?", "en", "vi") == []


TEXTS = (
    "Nhật Bản bán xe.",
    "Người Nhật mua cá của Nhật.",
    "Liên Hợp Quốc họp.",
    "LHQ và Liên Hiệp Quốc: một tổ chức, LHQ.",
    "Trời mưa to.",
    "Trời nắng.",
    "Gió lớn.",
    "Japan Airlines bay.",
)


@pytest.fixture
def words():
    connection = sqlite3.connect(":memory:")
    connection.execute(
        'CREATE VIRTUAL TABLE words USING fts5(exact, folded, tokenize = "unicode61 remove_diacritics 0")'
    )
    pairs = [(" ".join(lexical.tokens(text)), " ".join(lexical.folded_tokens(text))) for text in TEXTS]
    connection.executemany("INSERT INTO words (rowid, exact, folded) VALUES (?, ?, ?)", [
        (number, *pair) for number, pair in enumerate(pairs)
    ])  # fmt: skip
    return connection


def bm25(phrase, text):
    """Return Okapi BM25 as FTS5 has it (k1 1.2, b 0.75; both columns count to the length)."""

    def occurrences(one):
        tokens = lexical.tokens(one)
        return sum(tuple(tokens[at : at + len(phrase)]) == phrase for at in range(len(tokens)))

    having, often = sum(occurrences(one) > 0 for one in TEXTS), occurrences(text)
    lengths = [2 * len(lexical.tokens(one)) for one in TEXTS]
    rare = max(math.log((len(TEXTS) - having + 0.5) / (having + 0.5)), 1e-6)
    length = 2 * len(lexical.tokens(text)) / (sum(lengths) / len(lengths))
    return rare * often * 2.2 / (often + 1.2 * (1 - 0.75 + 0.75 * length))


def test_the_best_of_the_alternatives_counts_and_the_groups_add_up(words):
    groups = crossing.groups("Did Japan meet the United Nations?", "en", "vi")
    assert len(groups) == 3  # "meet" too
    found = dict(crossing.scores(words, groups))
    by_hand = {
        key: sum(max(bm25(phrase, text) for phrase in phrases) for _, phrases in groups)
        for key, text in enumerate(TEXTS)
    }
    assert found == pytest.approx({key: score for key, score in by_hand.items() if score > 0})
    assert set(found) == {0, 1, 2, 3}
    assert list(crossing.scores(words, groups)) == sorted(found.items(), key=lambda one: (-one[1], one[0]))
    # Three spellings in one text weigh as the best of them: the control adds them all.
    (nations,) = [group for group in groups if ("lhq",) in group[1]]
    apart = dict(crossing.scores(words, [("exact", (phrase,)) for phrase in nations[1]]))
    assert apart[3] > dict(crossing.scores(words, [nations]))[3] * 1.5


def test_nothing_is_looked_for_where_nothing_crosses(words):
    assert list(crossing.scores(words, [])) == []


def test_the_rarest_are_looked_for_where_too_many_passages_have_them(words):
    rows = {"mưa": 1, "trời": 2, "nhật": 2, "quốc": 2, "nowhere": 0}
    groups = [("exact", ((spelled(word),),)) for word in rows]
    both = ("exact", tuple((spelled(word),) for word in ("trời", "nhật")))  # alternatives add up
    assert crossing.rarest(words, groups, 7) == groups
    assert crossing.rarest(words, groups, 1) == [groups[0], groups[4]]
    assert crossing.rarest(words, [both, groups[0]], 4) == [groups[0]]
    assert crossing.rarest(words, [both, groups[0]], 5) == [both, groups[0]]
    assert crossing.rarest(words, [both], 0) == [both]  # one remains, whatever it costs
    assert crossing.rarest(words, [], 9) == []


@pytest.fixture
def library(tmp_path):
    news = tmp_path / "news"
    news.mkdir()
    texts = {
        "ca.txt": "Tin vắn\n\nNhật Bản mua 300 tấn cá ngừ của tỉnh trong năm nay, theo cơ quan chức năng.\n",
        "mua.txt": "Tin vắn\n\nTrời mưa to ở các tỉnh phía nam, nhiều tuyến phố ngập sâu suốt hai hôm.\n",
        "fish.txt": "In brief\n\nThe fleet of the province sold tuna to buyers abroad again this season.\n",
    }
    for name, text in texts.items():
        (news / name).write_text(text)
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(news)
        yield library


@pytest.mark.parametrize("near", [False, True])
def test_a_search_finds_the_other_languages_name(library, monkeypatch, near):
    if near:
        monkeypatch.setattr(common, "COMMON", 0)
    lexical_scores = {
        hit.article.file: hit.lexical for hit in library.search("Which fish does Japan buy?", 9)
    }
    assert lexical_scores["ca.txt"] > 0
    assert lexical_scores["mua.txt"] is None
    # The control: with no table at all, nothing of the question stands there.
    monkeypatch.setattr("index.search.crossing.matches", lambda *_: iter(()))
    again = {hit.article.file: hit.lexical for hit in library.search("Which fish does Japan buy?", 9)}
    assert again["ca.txt"] is None
