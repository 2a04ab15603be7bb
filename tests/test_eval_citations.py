"""Citation counts by hand."""

import pytest
from eval_world import OURS, case

from eval.cases import parse
from eval.figures.citations import cited, names

CASE = parse(case("q", "?", 12, OURS, may_cite=["vi.txt"]))
BOTH = [{"doc_id": "new.txt", "quote": OURS}, {"doc_id": "vi.txt", "quote": "x"}]


def answer(text, *citations):
    return {"status": "answered", "answer": text, "short": None, "claims": [], "citations": list(citations)}


def citation(file="new.txt", quote=OURS, lang="en"):
    return {
        "file": file, "quote": quote, "lang": lang, "title": "Chile and Peru trade more",
        "outlet": "Harbour Post", "published": "2022-07-01", "dated": "2022-07-01",
    }  # fmt: skip


def test_recall_and_precision():
    found = cited(CASE, answer("12 [1].", citation(), citation("bridge.txt")))
    assert (found.recall, found.gold, found.citations) == (1.0, 1, 2)
    assert cited(CASE, answer("12 [1].", citation("vi.txt"))).recall == 0.0  # may be cited, need not
    assert cited(CASE, answer("12 [1].", citation("vi.txt"))).gold == 1


def test_one_of_several_supporting_articles_is_enough_but_not_of_a_conflict():
    either = parse(case("q", "?", 12, OURS, must_cite=BOTH))
    conflict = parse(case("q", "?", 12, OURS, must_cite=BOTH, type="conflict"))
    said = answer("12 [1].", citation())
    assert cited(either, said).recall == 1.0
    assert cited(conflict, said).recall == 0.5


def test_figures_that_no_quotation_holds_are_counted():
    found = cited(CASE, answer("12 projects, 91 million USD, in July 2022 [1].", citation()))
    # 12 is quoted, 91 is not, July 2022 is the article's own date
    assert (found.figures, found.figures_held) == (3, 2)


def test_names_that_no_quotation_holds_are_counted():
    found = cited(CASE, answer("The projects of Chile are in Bolivia [1].", citation()))
    assert (found.names, found.names_held) == (2, 1)
    other = cited(CASE, answer("Chile [1].", citation(lang="vi")))
    assert other.names is None  # spelled another way, perhaps


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The target of President Ana Ruiz is 18 billion USD.", ["President Ana Ruiz", "USD"]),
        ("Lima opened it. Peru paid.", []),
        ("Theo ông Trần Văn Bình, Việt Nam", ["Trần Văn Bình", "Việt Nam"]),
    ],
)
def test_names_are_runs_of_capitals_inside_a_sentence(text, found):
    assert names(text) == found
