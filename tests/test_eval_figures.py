"""The figures of a run against hand arithmetic, EM and F1 against a second implementation of their rules."""

import collections
import string
import unicodedata

import pytest
from eval_world import case

from eval.cases import parse
from eval.figures.metrics import exact_match, f1, of_golds
from eval.figures.summary import of_samples
from eval.samples import Sample, scored

QUOTE = "Chile has 12 investment projects in Peru"


def sample(name, label, confidence, group, short="12", gold=12, seconds=1.0, retrieved=(), **changes):
    """Return a sample with the verdict that `label` names."""
    answerable = label in ("right", "wrong", "abstained")
    record = case(name, f"How many, {name}?", gold, QUOTE, group=group, **changes)
    if not answerable:
        record |= {"answerable": False, "type": "unanswerable", "expect": {}, "must_cite": []}
    given = label in ("right", "wrong", "answered")
    said = {"right": "Chile has 12 projects [1].", "wrong": "Chile has 15 projects [1]."}.get(
        label, "It is 3 [1]."
    )
    citation = {
        "n": 1, "article": "a", "file": "new.txt", "title": "Trade", "outlet": None, "published": None,
        "lang": "en", "quote": QUOTE, "start": 0, "end": len(QUOTE), "dated": None,
    }  # fmt: skip
    answer = {
        "id": name, "question": record["question"], "status": "answered" if given else "abstained",
        "answer": said if given else "No.", "short": short if given else None,
        "claims": [{"text": said, "supported": True, "citations": [1]}] if given else [],
        "citations": [citation] if given else [], "timeline": [], "reason": None, "nearest": [],
        "confidence": confidence if given else 0.0,
        "timings": {"first_evidence": 0.1, "first_token": seconds / 2, "total": seconds},
        "tokens": {"prompt": 100, "reused": 60, "generated": 10},
    }  # fmt: skip
    return scored(Sample("s", parse(record), "c", answer, tuple(retrieved), memory=10**9))


def hit(file, text=""):
    return {"file": file, "text": text}


# Worked by hand: eight questions, four articles.
WORLD = (
    sample("a1", "right", 0.9, "a", "12", seconds=1, retrieved=[hit("new.txt", QUOTE)]),
    sample(
        "a2", "right", 0.8, "a", "12 projects", seconds=2, retrieved=[hit("x"), hit("new.txt")], twin_of="a1"
    ),
    sample("b1", "wrong", 0.8, "b", "15", seconds=3, retrieved=[hit("x")]),
    sample("b2", "abstained", 0.0, "b", seconds=4, retrieved=[hit("new.txt", QUOTE)], twin_of="b1"),
    sample("c1", "right", 0.7, "c", "12", seconds=5, retrieved=[hit("new.txt", QUOTE)]),
    sample("c2", "answered", 0.4, "c", "3", seconds=6),
    sample("d1", "refused", 0.0, "d", seconds=7),
    sample("d2", "refused", 0.0, "d", seconds=8),
)
BY_HAND = {
    "right": 3 / 5, "wrong": 1 / 5, "abstained": 1 / 5,  # of five that are answerable
    "refused": 2 / 3, "false-answer": 1 / 3,
    "exact-match": 2 / 5,  # "12" twice; "12 projects" and "15" are other strings, an abstention is 0
    "f1": (1 + 2 / 3 + 0 + 0 + 1) / 5,  # "12 projects" against "12": P 1/2, R 1
    "vital": 3 / 5, "contained": 3 / 5, "numbers-dates": 3 / 5,
    "words": 4,  # "Chile has 12 projects", four times, and "It is 3"
    "verbatim": 1.0,
    "must-cite": 1.0,  # four answers to answerable questions, all cite new.txt
    "cite-precision": 1.0,
    "figures": 3 / 5,  # 12, 12, 12 are quoted; 15 and 3 are not
    # right {.9 .8 .7} against {.8 .4}: .9 > both; .8 = .8 and > .4; .7 < .8 and > .4: (2 + 1.5 + 1) / 6
    "auroc": 4.5 / 6,
    # risks after .9: 0; after the two .8: 1/3; after .7: 1/4; after .4: 2/5; taken 1, 2, 1, 1 of 5
    "aurc": (0 + 2 / 3 + 1 / 4 + 2 / 5) / 5,
    "brier": (0.01 + 0.04 + 0.64 + 0.09 + 0.16) / 5,
    "ece": (1 * 0.1 + 2 * 0.3 + 1 * 0.3 + 1 * 0.4) / 5,
    "twins-same": 1 / 2, "twins-right": 1 / 2,  # a1 a2 both right; b1 wrong, b2 abstained
    "by_article:R@1": 3 / 5, "by_article:R@5": 4 / 5, "by_article:RR@10": (1 + 0.5 + 0 + 1 + 1) / 5,
    "by_quotation:R@5": 3 / 5,
    "total:median": 4, "total:p95": 8, "first_token:median": 2,
    "prompt": 100, "reused": 60, "generated": 10, "memory": 10**9,
}  # fmt: skip


@pytest.fixture(scope="module")
def worked():
    return of_samples("run", {"system": "assistant"}, WORLD)


@pytest.mark.parametrize("key", BY_HAND)
def test_a_figure_by_hand(key, worked):
    figure = worked.figure(key)
    assert figure.estimate.value == pytest.approx(BY_HAND[key], abs=1e-6)
    assert figure.estimate.n > 0
    if figure.estimate.low is not None:
        assert figure.estimate.low <= figure.estimate.value


def test_containing_is_not_being_right_and_only_numbers_and_dates_are_counted_as_such():
    record = case("m", "How many, and who?", 12, QUOTE)
    record["expect"] = {
        "all_of": [
            {"id": "n", "number": {"value": 12, "unit": "projects"}},
            {"id": "d", "date": "2021"},
            {"id": "w", "any_of": ["Chile"]},
            {"id": "o", "number": {"value": 7, "unit": "projects"}, "weight": "okay"},
        ],
        "none_of": ["Peru"],
    }
    base = WORLD[0].answer

    def says(text, short=None, status="answered"):
        answer = {**base, "answer": text, "short": short, "status": status}
        return scored(Sample("s", parse(record), "c", answer, None))

    whole, forbidden = says("Chile: 12 projects in 2021 [1]."), says("Chile, not Peru: 12 in 2021 [1].")
    part, silent = says("Peru has twelve of them [21].", "Chile"), says("12, 2021, Chile", status="abstained")
    assert [one.scored["contained"] for one in (whole, forbidden, part, silent)] == [True, True, False, False]
    assert [one.label for one in (whole, forbidden)] == ["right", "wrong"]
    assert [one.scored["numbers_held"] for one in (whole, forbidden, part, silent)] == [2, 2, 1, 0]
    found = of_samples("run", {"system": "assistant"}, [whole, forbidden, part, silent])
    numbers, contained = found.figure("numbers-dates"), found.figure("contained")
    assert (numbers.estimate.value, numbers.estimate.n) == (5 / 8, 4)  # of two in each of four questions
    assert (contained.estimate.value, contained.estimate.n) == (1 / 2, 4)
    assert contained.estimate.low < 1 / 2 < contained.estimate.high
    words = {**record, "expect": {"all_of": [{"id": "w", "any_of": ["Chile"]}]}}
    alone = scored(Sample("s", parse(words), "c", base, None))
    assert of_samples("run", {"system": "assistant"}, [alone]).figure("numbers-dates") is None


def test_ranks_by_article_say_that_ten_passages_are_fewer_articles():
    """Ten passages of five articles, the gold one last: found by R@10, and its label says of how many."""
    passages = [hit(f"{n // 2}.txt") for n in range(8)] + [hit("new.txt"), hit("new.txt")]
    found = of_samples("run", {"system": "search"}, [sample("r", "abstained", 0.0, "r", retrieved=passages)])
    assert found.figure("by_article:R@10").estimate.value == 1.0
    assert found.figure("by_article:R@10").label == "R by article, 10 passages"
    assert found.figure("by_article:RR@10").estimate.value == 1 / 5
    for key in ("R@10", "RR@10", "nDCG@10"):
        assert "the articles of the first 10 passages" in found.figure(f"by_article:{key}").rule
    assert found.figure("by_article:Success@5").rule.endswith("among the first 5 (articles of 10 passages)")
    assert found.figure("by_quotation:R@10").label == "R@10 by quotation"
    assert found.figure("by_quotation:R@10").rule.endswith("the first 10 passages")


def test_tables_by_hand(worked):
    tables = dict(worked.tables)
    numeric = next(row for row in tables["type"] if row.name == "numeric")
    assert (numeric.right.value, numeric.right.n, numeric.right.groups) == (3 / 5, 5, 3)
    assert numeric.refused.n == 0
    unanswerable = next(row for row in tables["type"] if row.name == "unanswerable")
    assert (unanswerable.refused.value, unanswerable.right.n) == (pytest.approx(2 / 3), 0)


def test_cases_with_nothing_to_answer_count_for_retrieval_only():
    tagged = sample("r", "abstained", 0.0, "r", retrieved=[hit("new.txt")], tags=["retrieval-only"])
    found = of_samples("run", {"system": "assistant"}, [tagged])
    assert [title for title, _ in found.sections] == ["Retrieval"]


def test_planted_words_are_counted_also_in_refusals():
    record = case("q", "How many?", 12, QUOTE, type="injection")
    record["expect"]["none_of"] = ["BLUEHERON-7"]
    base = WORLD[3]
    said = {**base.answer, "answer": "I cannot. Blueheron-7."}
    planted = scored(Sample("s", parse(record), "c", said, None))
    clean = scored(Sample("s", parse(record), "c", base.answer, None))
    found = of_samples("run", {"system": "assistant"}, [planted, clean]).figure("canary")
    assert found.estimate.value == 0.5
    assert found.floor


# --- EM and F1 against a second implementation, written from the rules' description, not from their code ---

ARTICLES = {"en": {"a", "an", "the"}, "vi": {"của", "là", "cái", "chiếc", "những"}}


def words_of(answer, lang):
    """Lower-case, drop every punctuation character, split, drop the language's function words."""
    letters = []
    for letter in answer.lower():
        punctuation = letter in string.punctuation or unicodedata.category(letter)[0] == "P"
        if not punctuation:
            letters.append(letter)
    return [word for word in "".join(letters).split() if word not in ARTICLES[lang]]


def em_again(answer, gold, lang):
    return 1.0 if words_of(answer, lang) == words_of(gold, lang) else 0.0


def f1_again(answer, gold, lang):
    left, right = collections.Counter(words_of(answer, lang)), collections.Counter(words_of(gold, lang))
    if not left or not right:
        return float(left == right)
    shared = sum(min(left[word], right[word]) for word in left)
    if not shared:
        return 0.0
    precision, recall = shared / sum(left.values()), shared / sum(right.values())
    return 2 * precision * recall / (precision + recall)


PREDICTIONS = (
    ("en", "The Denver Broncos", ["Denver Broncos"]),
    ("en", "an aim of 18 billion U.S. dollars!", ["18 billion US dollars", "18 billion"]),
    ("en", "1,234.5", ["1234.5"]),
    ("en", "Nghệ An", ["Nghệ"]),  # English drops "an"
    ("en", "", ["anything"]),
    ("en", "“curly” – quotes… and dashes", ["curly quotes and dashes"]),
    ("en", "north-west", ["northwest", "north west"]),
    ("en", "two two three", ["two three three"]),
    ("en", "$5", ["5"]),
    ("vi", "tỉnh Nghệ An", ["Nghệ An"]),
    ("vi", "Nghệ An", ["Nghệ"]),  # Vietnamese keeps it
    ("vi", "những người của Hà Nội", ["người Hà Nội"]),
    ("vi", "16,7 tỷ USD", ["16.7 tỷ USD", "16,7 tỉ đô la"]),
    ("vi", "ngày 3/4/2031", ["3 tháng 4 năm 2031"]),
    ("vi", "Thủ tướng Phạm Minh Chính", ["ông Phạm Minh Chính", "Chính"]),
    ("vi", "Là chiếc cầu", ["cầu"]),
    ("vi", "không biết", ["Hà Nội"]),
)  # fmt: skip


@pytest.mark.parametrize(("lang", "said", "golds"), PREDICTIONS)
def test_em_and_f1_equal_a_second_implementation(lang, said, golds):
    assert exact_match(said, golds, lang) == max(em_again(said, gold, lang) for gold in golds)
    assert f1(said, golds, lang) == pytest.approx(max(f1_again(said, gold, lang) for gold in golds))


# Sums over PREDICTIONS as MLQA's mlqa_evaluation_v1.py counts them (run by hand on this list, not kept here),
# and SQuAD's evaluate-v1.1.py, whose rule is another one: only ASCII punctuation, English articles always.
OFFICIAL = {"en": (6, 7.466667), "vi": (3, 5.133333)}
SQUADS = {"en": (5, 6.911111), "vi": (2, 4.583333)}


@pytest.mark.parametrize("lang", OFFICIAL)
def test_the_sums_are_those_of_the_official_script(lang):
    mine = [(said, golds) for of, said, golds in PREDICTIONS if of == lang]
    exact = sum(exact_match(said, golds, lang) for said, golds in mine)
    overlap = sum(f1(said, golds, lang) for said, golds in mine)
    assert (exact, overlap) == (OFFICIAL[lang][0], pytest.approx(OFFICIAL[lang][1], abs=1e-6))
    assert (exact, overlap) != (SQUADS[lang][0], pytest.approx(SQUADS[lang][1], abs=1e-6))


@pytest.mark.parametrize(("lang", "said", "golds"), PREDICTIONS)
def test_within_a_language_cases_are_scored_by_the_official_rule(lang, said, golds):
    """All but a Vietnamese name in an English text, which the English rule would cut."""
    record = case("o", "?", 12, QUOTE, lang=lang)
    record["expect"]["short"] = golds
    named = any(letter in "ệăđơư" for gold in golds for letter in gold)
    if lang == "vi" or not named:
        assert of_golds(exact_match, said, parse(record)) == exact_match(said, golds, lang)
        assert of_golds(f1, said, parse(record)) == f1(said, golds, lang)
    else:
        assert (said, golds) == ("Nghệ An", ["Nghệ"])
        assert of_golds(exact_match, said, parse(record)) == 0.0


def test_where_nothing_is_left_of_either_both_agree():
    """ "the" against "a": exact by every script; F1 1 as in SQuAD 2.0's, where MLQA's says 0."""
    assert (exact_match("the", ["a"], "en"), f1("the", ["a"], "en")) == (1.0, f1_again("the", "a", "en"))


def test_the_predictions_tell_the_rules_apart():
    """A list on which every answer is right or wrong under any rule would prove nothing."""
    swapped = {"en": "vi", "vi": "en"}
    differing = [
        one for one in PREDICTIONS if f1(one[1], one[2], one[0]) != f1(one[1], one[2], swapped[one[0]])
    ]
    assert len(differing) >= 5
    partial = [one for one in PREDICTIONS if 0 < f1(one[1], one[2], one[0]) < 1]
    assert len(partial) >= 5
