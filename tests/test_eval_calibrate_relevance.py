"""The fit of `index.search.relevance`: what is right, weights known by hand, what may be tuned on."""

import math

import numpy as np
import pytest
from eval_world import OURS, RECORDS, case, write_articles, write_suite

from eval.calibrate import relevance as fitting
from eval.calibrate.__main__ import main
from eval.calibrate.relevance import Searched, best, fit, judged, look, lowest, relevances, sources
from eval.cases import SuiteError, parse
from index import Library
from index.embed import HashEmbedder
from index.search.relevance import MODEL, SIGNALS, WEIGHTS

BRIDGE = case("b1", "When was the bridge over the Rimac opened?", 2021, "opened on 4 May 2021",
              group="bridge.txt", must_cite=[{"doc_id": "bridge.txt", "quote": "opened on 4 May 2021"}],
              expect={"all_of": [{"id": "d", "date": "2021-05-04"}], "short": ["4 May 2021"]})  # fmt: skip
SUITE = (*RECORDS, BRIDGE)
OURS_ASKED = parse(RECORDS[0])


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Libraries of all articles, and of all but new.txt."""
    articles = sorted(write_articles(tmp_path_factory.mktemp("articles")).iterdir())
    made = []
    for held in (articles, [one for one in articles if one.name != "new.txt"]):
        made.append(tmp_path_factory.mktemp("library"))
        with Library.open(made[-1], HashEmbedder(name=MODEL)) as library:
            library.add(held)
    return [str(one) for one in made]


@pytest.fixture
def gentle(monkeypatch):
    """Weights that tell the far cosines of HashEmbedder apart; those of e5 make 0.0000 of all of them."""
    for side, bias in (("same", -1.0), ("across", -2.0)):
        weights = {"bias": bias, "cosine": 0.1, "words": 3.0, "figures": -1.0, "Vietnamese": -0.5}
        monkeypatch.setitem(WEIGHTS, side, weights)


def looked(folder, asked=OURS_ASKED):
    with Library.open(folder, HashEmbedder(name=MODEL)) as library:
        found = look("world", asked, library, frozenset(one.file for one in library.articles()))
        return found, library.search(asked.question, fitting.HITS)


def test_right_is_a_hit_that_holds_the_quotation_and_only_where_the_article_is(folders):
    found, hits = looked(folders[0])
    assert found.there
    assert found.gold.tolist() == [OURS in hit.passage.text for hit in hits]
    assert 0 < found.gold.sum() < len(hits)
    missing, others = looked(folders[1])
    assert not missing.there
    assert len(others) > 0
    assert not missing.gold.any()


def test_what_is_fitted_on_is_what_the_search_judges_by(folders, gentle):
    found, hits = looked(folders[0])
    assert set(found.sides) == {"same", "across"}
    assert len({hit.relevance for hit in hits}) > 1
    assert relevances(found, WEIGHTS).tolist() == [hit.relevance for hit in hits]
    assert judged([found]).relevance[0].tolist() == [hit.relevance for hit in hits]


def test_a_library_of_another_model_is_an_error(tmp_path):
    for name in (MODEL, "hash"):
        with Library.open(tmp_path / name, HashEmbedder(name=name)) as library:
            library.add(write_articles(tmp_path / "articles"))
            if name == MODEL:
                fitting.check(library)
                continue
            with pytest.raises(SuiteError, match=f"hash@.* relevance is of {MODEL}"):
                fitting.check(library)


def test_a_question_that_is_not_judged_is_left_out(folders):
    asked = {**RECORDS[0], "lang": "vi", "question": "nghep ruoc quech tuop chuot"}
    with Library.open(folders[0], HashEmbedder(name=MODEL)) as library:
        assert library.marked(asked["question"]) == asked["question"]  # no article has such words
        assert library.search(asked["question"])
        assert look("world", parse(asked), library, frozenset()) is None


def searched(words, right, side="same", group="g"):
    """One question with a hit for each of `words`, no other signal."""
    signals = np.zeros((len(words), len(SIGNALS)))
    signals[:, SIGNALS.index("words")] = words
    asked = parse({**RECORDS[0], "group": group})
    zeros = np.zeros(len(words))
    return Searched("world", asked, any(right), (side,) * len(words), signals, np.array(right), zeros, zeros)


def test_weights_are_the_log_odds_that_the_hits_have():
    # Of hits with the words three in four are right, of those without one in four.
    one = searched([1, 1, 1, 1, 0, 0, 0, 0], [True, True, True, False, True, False, False, False])
    found = fit([one] * 500)
    assert found["same"]["bias"] == pytest.approx(math.log(1 / 3), abs=0.02)
    assert found["same"]["words"] == pytest.approx(2 * math.log(3), abs=0.02)
    assert found["same"]["cosine"] == 0.0
    assert found["across"] == WEIGHTS["across"]  # nothing to fit on
    assert relevances(one, found)[[0, -1]] == pytest.approx([0.75, 0.25], abs=0.01)


def test_each_side_is_fitted_by_itself():
    same = searched([1, 1, 0, 0], [True, False, True, False])
    across = searched([1, 1, 1, 0, 0, 0], [True, True, False, True, False, False], side="across")
    found = fit([same, across] * 500)
    assert found["same"]["words"] == pytest.approx(0.0, abs=0.02)
    assert found["across"]["words"] == pytest.approx(2 * math.log(2), abs=0.02)


def test_the_bound_leaves_no_more_than_its_share_below():
    values = [n / 100 for n in range(1, 101)]
    assert lowest(values, 0.01) == 0.02  # one of a hundred lies below
    assert lowest(values, 0.05) == 0.06
    assert lowest([0.3, 0.20006], 0.01) == 0.2  # of two none may, so it is rounded down
    assert lowest([]) == 0.0
    assert (best(np.array([0.1, 0.7, 0.2])), best(np.zeros(0))) == (0.7, 0.0)


def suite_file(folder, split="dev"):
    return str(write_suite(folder, [{**one, "split": split} for one in SUITE]).path)


def test_a_suite_may_be_asked_of_several_libraries_but_only_to_judge_if_it_is_held_out(tmp_path):
    name = suite_file(tmp_path)
    assert [(one.suite.name, str(one.library)) for one in sources([name, "a", name, "b"])] == [
        ("world", "a"),
        ("world", "b"),
    ]
    assert [len(one.suite.cases) for one in sources([name, "a"], limit=2)] == [2]
    with pytest.raises(SuiteError, match="has no library"):
        sources([name, "a", name])
    held = suite_file(tmp_path, "report")
    with pytest.raises(SuiteError, match='"report"'):
        sources([held, "a"])
    assert len(sources([held, "a"], report=True)) == 1


def test_the_command_fits_or_judges(tmp_path, monkeypatch, capsys, folders):
    monkeypatch.setattr("rag.opening.embedder", lambda _config: HashEmbedder(name=MODEL))
    given = [part for folder in folders for part in (suite_file(tmp_path), folder)]
    assert main(["relevance", *given]) == 0
    out = capsys.readouterr().out
    code = out[out.index("WEIGHTS") : out.index("\n}") + 2]
    assert {side: set(weights) for side, weights in eval(code.partition("=")[2]).items()} == {
        "same": {"bias", *SIGNALS},
        "across": {"bias", *SIGNALS},
    }
    assert "NOTHING by world" in out
    # Of 7 questions 5 have an answer; 4 are about new.txt, which one of the libraries lacks.
    assert "answer there 6, not 8" in out
    given[::2] = [suite_file(tmp_path, "report")] * 2
    assert main(["relevance", *given]) == 65
    assert capsys.readouterr().out == ""
    assert main(["relevance", *given, "--judge"]) == 0
    out = capsys.readouterr().out
    assert "WEIGHTS" not in out
    assert "AUROC relevance" in out
