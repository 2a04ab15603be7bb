"""Fits whose answers are known by hand, by brute force, or by what the program itself chooses."""

import math
from dataclasses import replace

import numpy as np
import pytest
from eval_world import OURS, RECORDS, case, make_library, model, write_suite

from eval.calibrate import evidence as calibrate_evidence
from eval.calibrate.__main__ import main
from eval.calibrate.data import folds, groups, literal, sources
from eval.calibrate.deciding import STOPS, THRESHOLDS
from eval.calibrate.evidence import NAMES, Looked, covered, fit, look, rank, windows
from eval.cases import SuiteError, parse
from index import Library
from index.embed import HashEmbedder
from rag.care import CARES
from rag.evidence.cues import WEIGHTS
from rag.evidence.sources import FAR, select
from rag.question import understand
from rag.showing.certainty import SURE

BRIDGE = case("b1", "When was the bridge over the Rimac opened?", 2021, "opened on 4 May 2021",
              group="bridge.txt", must_cite=[{"doc_id": "bridge.txt", "quote": "opened on 4 May 2021"}],
              expect={"all_of": [{"id": "d", "date": "2021-05-04"}], "short": ["4 May 2021"]})  # fmt: skip
SUITE = (*RECORDS, BRIDGE)
CASES = [parse(record) for record in SUITE]
PRESENT = np.array([WEIGHTS[name] for name in NAMES])


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_library(tmp_path_factory.mktemp("world"))


@pytest.fixture
def library(world):
    with Library.open(world, HashEmbedder()) as opened:
        yield opened


@pytest.fixture
def offline(monkeypatch, world):
    """The world's embedder instead of the settings' one."""
    monkeypatch.setattr("rag.opening.embedder", lambda _config: HashEmbedder())
    return str(world)


def no_model(*_):
    raise AssertionError("the language model was asked for")


def suite_file(folder, records=SUITE, name="world"):
    return str(write_suite(folder, records, name).path)


# ── what may be tuned on, and what is held out of a fit ──


@pytest.mark.parametrize("verb", [["evidence"], ["answers", "--drafts", "d.jsonl"]])
@pytest.mark.parametrize("held", [range(len(SUITE)), [3]])
def test_report_suites_are_refused_before_anything_is_read(tmp_path, monkeypatch, capsys, verb, held):
    monkeypatch.setattr("rag.opening.embedder", no_model)
    records = [{**one, "split": "report"} if i in held else one for i, one in enumerate(SUITE)]
    assert main([*verb, suite_file(tmp_path, records), str(tmp_path / "none")]) == 65
    out, err = capsys.readouterr()
    assert out == ""
    assert f"world.jsonl: {len(held)} of its {len(SUITE)} questions" in err
    assert '"report"' in err


def test_dev_suites_are_taken(tmp_path):
    [found] = sources([suite_file(tmp_path), "somewhere"])
    assert len(found.suite.cases) == len(SUITE)
    with pytest.raises(SuiteError, match="has no library"):
        sources([suite_file(tmp_path)])


def test_a_library_of_other_articles_is_an_error(tmp_path, offline, capsys):
    lost = {**BRIDGE, "must_cite": [{"doc_id": "gone.txt", "quote": "x"}]}
    assert main(["evidence", suite_file(tmp_path, [*RECORDS, lost]), offline]) == 65
    assert "lacks 1 of the 2 articles" in capsys.readouterr().err
    assert main(["evidence", suite_file(tmp_path), str(tmp_path / "none")]) == 65
    assert "none" in capsys.readouterr().err


def test_questions_are_linked_by_group_and_by_cited_article():
    def one(group, *files):
        return parse(
            case("x", "?", 1, "", group=group, must_cite=[{"doc_id": f, "quote": "q"} for f in files])
        )

    a, b, c, d, e = groups(
        [one("g1", "x"), one("g2", "x", "y"), one("g3", "y"), one("g4", "z"), one("g4", "w")]
    ).tolist()
    assert a == b == c  # g1 and g3 share nothing but meet in g2
    assert d == e
    assert a != d
    assert groups([]).tolist() == []


def test_no_group_is_on_both_sides_and_each_question_is_judged_once():
    numbers = np.array([7, 7, 3, 1, 3, 5, 5, 5])
    judged = []
    for train, test in folds(numbers):
        assert not set(numbers[train]) & set(numbers[test])
        assert len(train) + len(test) == len(numbers)
        judged += test.tolist()
    assert sorted(judged) == list(range(len(numbers)))
    with pytest.raises(SuiteError, match="1 group"):
        folds(np.array([2, 2, 2]))


def test_weights_can_be_pasted():
    text = literal({"near": 2.6049, "lead": -0.001})
    assert eval(text.partition("=")[2]) == {"near": 2.6, "lead": 0.0}
    assert "-0.0" not in text


# ── sentences ──


def question(cues, gold, rest=None):
    cues = np.array(cues, dtype=float)
    rest = np.zeros(len(cues)) if rest is None else np.array(rest, dtype=float)
    return Looked("s", CASES[0], understand(CASES[0].question), (), cues, rest, np.array(gold, dtype=bool))


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def test_one_cue_by_hand():
    # loss = log(1 + exp(-w)) + l2 w^2 has its minimum where sigmoid(-w) = 2 l2 w; here at w = 2
    assert fit([question([[1], [0]], [1, 0])], l2=sigmoid(-2) / 4) == pytest.approx([2], abs=1e-4)
    # what no weight decides counts: the gold sentence is 3 behind
    behind = question([[1], [0]], [1, 0], rest=[-3, 0])
    assert fit([behind], l2=sigmoid(1) / 4) == pytest.approx([2], abs=1e-4)


def test_of_two_cues_the_one_that_decides_gets_the_weight():
    asked = [question([[1, a], [0, b], [0, c]], [1, 0, 0]) for a, b, c in np.eye(3)]
    decides, idle = fit(asked)
    assert decides > 3
    assert abs(idle) < 1e-3
    # the control: let the other cue decide
    idle, decides = fit([replace(one, gold=one.cues[:, 1] == 1) for one in asked])
    assert decides > 3
    assert decides > 3 * abs(idle)


def brute_loss(asked, weights, l2):
    total = 0.0
    for one in asked:
        powers = [math.exp(r + sum(c * w for c, w in zip(row, weights, strict=True)))
                  for row, r in zip(one.cues, one.rest, strict=True)]  # fmt: skip
        right = sum(power for power, gold in zip(powers, one.gold, strict=True) if gold)
        total -= math.log(right / sum(powers))
    return total / len(asked) + l2 * sum(w * w for w in weights)


def test_several_gold_sentences_against_a_grid():
    random = np.random.default_rng(5)
    asked = [
        question(random.normal(size=(6, 2)), [1, 1, 0, 0, 0, i % 2], random.normal(size=6)) for i in range(8)
    ]
    found = fit(asked, l2=0.01)
    steps = np.arange(-2, 2.01, 0.05)
    best = min((brute_loss(asked, (a, b), 0.01), a, b) for a in steps for b in steps)
    assert brute_loss(asked, found, 0.01) <= best[0] + 1e-9
    assert found == pytest.approx(best[1:], abs=0.05)


def test_a_question_without_gold_tells_nothing():
    told = [question([[1, 0], [0, 1]], [1, 0])]
    assert fit([*told, question([[0, 9], [9, 0]], [0, 0])]) == pytest.approx(fit(told))
    assert fit([question([[1]], [0])]).tolist() == [0.0] * len(NAMES)


@pytest.mark.parametrize("far", [FAR, 99.0])  # 99: no sentence is too far, so windows fill up and overlap
@pytest.mark.parametrize("one", [one for one in CASES if one.answerable], ids=lambda one: one.id)
def test_present_weights_choose_what_the_program_chooses(library, monkeypatch, one, far):
    monkeypatch.setattr("rag.evidence.sources.FAR", far)
    monkeypatch.setattr("rag.evidence.sources.COMPARABLE", far)
    looked = look("world", one, library)
    asked = calibrate_evidence.asked(one, library)
    chosen, pool = select(asked, library)
    assert [(w.article.file, w.start, w.end) for w in windows(looked, PRESENT)] == [
        (w.article.file, w.start, w.end) for w in chosen
    ]
    assert len(looked.lines) == len(pool) == len(looked.cues)


def test_weights_change_what_is_chosen(library):
    looked = look("world", BRIDGE_CASE, library)
    assert rank(looked, PRESENT) == 1
    first = windows(looked, PRESENT)[0]
    turned = windows(looked, -PRESENT)[0]
    assert (turned.article.file, turned.start) != (first.article.file, first.start)
    assert rank(replace(looked, gold=np.zeros_like(looked.gold)), PRESENT) is None


BRIDGE_CASE = CASES[-1]


def test_gold_is_what_the_quotation_overlaps_in_its_own_article(library):
    looked = look("world", CASES[0], library)
    assert [one.text for one, gold in zip(looked.lines, looked.gold, strict=True) if gold] == [f"{OURS}."]
    two = "As of June 2022, Peru had 45 projects in Chile. The mayor of Lima, Ana Ruiz, did not attend"
    wider = parse(case("w", CASES[0].question, 45, two))
    found = look("world", wider, library)
    assert [one.text[:5] for one, gold in zip(found.lines, found.gold, strict=True) if gold] == ["As of"]
    elsewhere = parse(case("w", CASES[0].question, 12, OURS, must_cite=[{"doc_id": "vi.txt", "quote": OURS}]))
    assert not look("world", elsewhere, library).gold.any()


def test_covered_by_hand():
    assert covered([1, 2, None, 4]) == [0.25, 0.5, 0.5, 0.75]


def test_held_out_ranks_come_from_a_fit_without_the_group(library, monkeypatch):
    looked = [look("world", one, library) for one in CASES if one.answerable]
    fitted_on = []
    monkeypatch.setattr(
        calibrate_evidence, "fit", lambda some: fitted_on.append({one.case.group for one in some}) or PRESENT
    )
    result = calibrate_evidence.calibrate(looked)
    assert sorted(map(sorted, fitted_on)) == [["bridge.txt"], ["bridge.txt", "new.txt"], ["new.txt"]]
    assert result.held_out == result.present  # since both have the same weights here


def test_the_evidence_command(tmp_path, offline, monkeypatch, capsys):
    monkeypatch.setattr("rag.opening.llm", no_model)
    assert main(["evidence", suite_file(tmp_path), offline]) == 0
    first = capsys.readouterr().out
    assert first.startswith("# 5 questions in 2 groups")
    names = [line.split('"')[1] for line in first.splitlines() if line.startswith('    "')]
    assert names == list(WEIGHTS)
    assert "all (n 5), fitted, held out" in first
    assert main(["evidence", suite_file(tmp_path), offline]) == 0
    assert capsys.readouterr().out == first


# ── answers ──


def test_the_answers_command_needs_the_model_once(tmp_path, offline, monkeypatch, capsys):
    drafts = str(tmp_path / "drafts.jsonl")
    command = ["answers", suite_file(tmp_path), offline, "--drafts", drafts, "--sources", "2"]
    scripted = model({"When was the bridge": "4 May 2021", "How long is the tunnel": "Lima"})
    monkeypatch.setattr("rag.opening.llm", lambda _config: scripted)
    monkeypatch.setattr(
        "rag.deciding.candidates.refuted", lambda _finding: False
    )  # a fit needs wrong candidates too
    assert main(command) == 0
    first = capsys.readouterr().out
    assert first.startswith("# 7 questions in 2 groups, 5 answerable, ")
    assert "BIAS = " in first
    lines = first.splitlines()
    tables = lines[next(i for i, line in enumerate(lines) if line.startswith("few words need")) :]
    stops, thresholds = ([f"{one:.2f}" for one in those] for those in (STOPS, THRESHOLDS))
    heads = [
        "few",
        *thresholds,
        "else",
        *thresholds,
        "few",
        *thresholds,
        "care",
        *CARES,
        "right",
        f"{SURE:.2f}",
        "less",
        "reading",
        *stops,
    ]
    assert [line.split()[0] for line in tables] == heads
    for line in (line for line in tables if len(line.split()) > 5 and line.split()[-1].isdecimal()):
        *counts, reads = map(int, line.split()[-6:])
        assert sum(counts) == 7
        assert reads <= 2 * 7
    monkeypatch.setattr("rag.opening.llm", no_model)
    assert main(command) == 0
    out, err = capsys.readouterr()
    assert out == first
    assert "0 readings were new" in err


@pytest.mark.parametrize("limit", ["0", "-3", "many"])
def test_a_limit_is_a_number_of_questions(limit, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["evidence", "demo-dev", "library", "--limit", limit])
    assert ended.value.code == 2
    assert "--limit" in capsys.readouterr().err
