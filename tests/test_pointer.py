"""The pointer: where heads look, by hand; what is made of it beside what the model says; the fit."""

import math
from dataclasses import replace

import numpy as np
import pytest
from answer_helpers import VIETNAMESE, article, source
from eval_world import RECORDS
from llm_support import gguf

from eval.calibrate import pointer as calibrate_pointer
from eval.calibrate.candidates import is_right
from eval.cases import SuiteError, parse
from rag.checks import pointed
from rag.checks.verify import examine
from rag.deciding.candidates import candidates
from rag.deciding.confidence import PROBED, strength
from rag.fakes import ScriptedLLM
from rag.llm import Attention
from rag.llm.llama import LlamaProcess
from rag.question import understand
from rag.reading import pointer as pointers
from rag.reading.pointer import NONE, Gaze, Pointer
from rag.reading.reader import Draft, read

HAND = Pointer(((3, 0), (4, 2)), np.array([2.0, -1.0], dtype=np.float32), 0.5)
#       "Ana Ruiz won in Lima": Ana, Ruiz, won, in, Lima
GAZE = Gaze((3, 8, 12, 15, 20), (3.0, 4.0, 1.5, -2.0, 2.5))


@pytest.fixture
def sees(monkeypatch):
    """Give the scripted model a pointer that goes where its heads look."""
    one = Pointer(((1, 1),), np.array([1.0], dtype=np.float32), 5.0)
    monkeypatch.setattr(pointers, "of", lambda model: one)


def reading(question, says, looks_at, of=None):
    """Return the question and the draft of a model that says one thing and looks at another."""
    asked = understand(question)
    draft = Draft(source(of))
    list(read(asked, draft.source, ScriptedLLM({"": says}, looks_at=looks_at), draft))
    return asked, draft


# ── the gaze ──


def test_a_gaze_is_the_weighted_sum_of_logarithms():
    seen = Attention((4, 9), {(3, 0): (0.5, 0.1), (4, 2): (0.0, 0.2), (9, 9): (1.0, 1.0)})
    gaze = HAND.gaze(seen)
    first = 2 * math.log(0.5 + NONE) - math.log(NONE) + 0.5
    second = 2 * math.log(0.1 + NONE) - math.log(0.2 + NONE) + 0.5
    assert gaze.scores == pytest.approx((first, second), abs=1e-4)
    assert gaze.ends == (4, 9)
    assert (gaze.top, gaze.peak) == (pytest.approx(first, abs=1e-4), (0, 4))


@pytest.mark.parametrize(
    "seen", [None, Attention((), {(3, 0): (), (4, 2): ()}), Attention((2,), {(3, 0): (1.0,)})]
)
def test_without_all_its_heads_a_pointer_says_nothing(seen):
    assert HAND.gaze(seen) is None


def test_places_of_a_gaze():
    assert GAZE.peak == (3, 8)
    assert GAZE.at(0, 3) == 3.0
    assert GAZE.at(2, 9) == 4.0
    assert GAZE.at(15, 16) == 2.5
    assert GAZE.at(20, 30) is None
    assert GAZE.around_peak(0.5) == (3, 8)
    assert GAZE.around_peak(1.0) == (0, 8)
    assert GAZE.around_peak(2.5) == (0, 12)
    assert GAZE.around_peak(99) == (0, 20)


# ── beside what was said ──


def test_a_model_without_a_pointer_looks_at_nothing():
    asked, draft = reading("How many projects does Peru have in Chile?", "45", "45 projects")
    assert (draft.gaze, draft.attention) == (None, None)
    (one,) = candidates(asked, [replace(draft, voice=replace(draft.voice, known=3.0))], [])
    assert not one.signals.keys() & {"known", "aside", "peak"}


@pytest.mark.parametrize(
    ("question", "says", "stands"),
    [
        ("How many projects does Peru have in Chile?", "45", "45"),
        ("Who is the mayor of Lima?", "ana ruiz", "Ana Ruiz"),
        ("What did the mayor not attend?", "the ceremony", "the ceremony"),
        ("Did Ana Ruiz attend the ceremony?", "no", source().text),
        ("Who wrote it?", "nobody that is named", source().best.text),
    ],
)
def test_where_a_finding_stands(question, says, stands):
    finding = examine(understand(question), says, source())
    start, end = pointed.place(finding)
    assert finding.source.text[start:end] == stands


def test_signals_tell_how_far_a_finding_lies_from_there(sees):
    asked, draft = reading("Tính đến tháng 6/2022, Peru có bao nhiêu dự án tại Chile?", "45", "45 dự án",
                           article(VIETNAMESE, lang="vi"))  # fmt: skip

    def told(words):
        return pointed.signals(replace(examine(asked, words, draft.source), gaze=draft.gaze))

    there, elsewhere = told("45"), told("40")
    assert there["aside"] == 0.0
    assert elsewhere["aside"] == pytest.approx(max(draft.gaze.at(0, 5) - draft.gaze.top, -6) / 3, abs=0.01)
    assert elsewhere["aside"] < -0.5
    assert there["peak"] == elsewhere["peak"] == pytest.approx(draft.gaze.top / 3)
    assert pointed.signals(examine(asked, "45", draft.source)) == {"aside": 0.0, "peak": 0.0}


def test_what_is_looked_at_weighs_beside_what_the_layers_hold(sees):
    asked, draft = reading("How many projects does Peru have in Chile?", "45", "12 investment")
    (blind,) = candidates(asked, [draft], [])  # no probe: nothing of it is weighed
    assert not blind.signals.keys() & {"known", "aside", "peak"}
    (one,) = candidates(asked, [replace(draft, voice=replace(draft.voice, known=1.0))], [])
    assert one.signals["aside"] < -0.5
    there = strength({**one.signals, "aside": 0.0})
    assert strength(one.signals) == pytest.approx(there + PROBED.weights["aside"] * one.signals["aside"])


def test_code_s_finding_is_looked_for_in_what_was_read(sees):
    asked, draft = reading("How many projects does Peru have in Chile?", "12", "45 projects")
    other = source()  # the same sentences, as code would have them
    by_code = examine(asked, "45", other)
    seen = replace(draft, voice=replace(draft.voice, known=1.0))
    found = candidates(asked, [seen], [replace(by_code, voice=None)])
    assert [(one.finding.short[:2], one.signals["aside"]) for one in found if one.finding.voice is None] == [
        ("45", 0.0)
    ]


# ── the fit ──


def test_answers_are_the_shortest_runs_of_words():
    text = "On 3 May, Ana Ruiz said: Ruiz of Lima (Peru)."
    named = calibrate_pointer.answers(text, lambda words: "Ruiz" in words)
    assert [text[a:b] for a, b in named] == ["Ruiz", "Ruiz"]
    assert [text[a:b] for a, b in calibrate_pointer.answers(text, lambda words: words == "Lima (Peru")] == [
        "Lima (Peru)."
    ]
    assert calibrate_pointer.answers(text, lambda words: False) == []
    assert calibrate_pointer.answers("", lambda words: True) == []


def test_a_passage_knows_which_tokens_answer():
    case = parse(
        {**RECORDS[0], "question": "Which?", "expect": {"all_of": [{"id": "n", "any_of": ["Ana Ruiz"]}]}}
    )
    seen = Attention((2, 6, 11, 16), {(1, 0): (0.1, 0.2, 0.3, 0.4)})
    found = calibrate_pointer.passage(case, "So Ana Ruiz won.", seen, is_right)
    assert found.inside.tolist() == [False, True, True, False]
    assert found.signals[:, 0] == pytest.approx(np.log(np.array([0.1, 0.2, 0.3, 0.4]) + NONE))
    assert (
        calibrate_pointer.passage(case, "So she won it.", Attention((14,), {(1, 0): (1.0,)}), is_right)
        is None
    )
    assert calibrate_pointer.passage(case, "So Ana Ruiz won.", None, is_right) is None


def passages(rng, count=60):
    """Passages of 30 tokens: one head looks at the two in the answer, the other anywhere."""
    made = []
    for _ in range(count):
        inside = np.zeros(30, dtype=bool)
        at = rng.integers(0, 29)
        inside[at : at + 2] = True
        shares = np.stack(
            [np.where(inside, 0.3, 0.01) * rng.uniform(0.5, 1, 30), rng.uniform(0, 0.3, 30)], axis=1
        )
        made.append(calibrate_pointer.Passage(np.log(shares + NONE), inside))
    return made


def test_the_head_that_looks_at_answers_is_found_and_kept(tmp_path, monkeypatch):
    some = passages(np.random.default_rng(3))
    heads = ((18, 1), (19, 4))
    found = calibrate_pointer.fitted(some, heads)
    assert found.weights[0] > 5 * abs(found.weights[1])
    assert calibrate_pointer.hits(some, found) == len(some)
    turned = Pointer(heads, -found.weights, 0.0)
    assert calibrate_pointer.hits(some, turned) < 10
    calibrate_pointer.write(found, tmp_path / "probes" / "some.pointer.npz")
    monkeypatch.setattr(pointers.resources, "files", lambda package: tmp_path)
    pointers.of.cache_clear()
    again = pointers.of("some")
    pointers.of.cache_clear()
    assert again.heads == heads
    assert again.weights.tolist() == found.weights.tolist()
    assert again.bias == pytest.approx(found.bias)
    with pytest.raises(SuiteError, match="nothing to fit"):
        calibrate_pointer.fitted([], heads)


def test_no_article_is_on_both_sides():
    some = passages(np.random.default_rng(4), 8)
    numbers = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    judged = [
        judge.tolist()
        for judge, _ in calibrate_pointer.held_out([[one] for one in some], numbers, ((1, 1), (2, 2)))
    ]
    assert sorted(i for one in judged for i in one) == list(range(8))
    assert all(
        {numbers[i] for i in one} & {numbers[i] for i in range(8) if i not in one} == set() for one in judged
    )


@pytest.mark.models
@pytest.mark.parametrize("model", sorted(calibrate_pointer.HEADS))
def test_every_pointer_points_where_its_model_reads(model):
    pointer = pointers.of(model)
    assert pointer.heads == calibrate_pointer.HEADS[model]
    llm = LlamaProcess(gguf(model), model, n_ctx=2048)
    try:
        for question, words in (
            ("Who is the mayor of Lima?", "Ana Ruiz"),
            ("How many projects did Peru have in Chile as of June 2022?", "45"),
            ("What do both governments aim for by 2027?", "55 million USD"),
        ):
            draft = Draft(source())
            list(read(understand(question), draft.source, llm, draft))
            start, end = draft.gaze.peak
            at = draft.source.text.index(words)
            assert start < at + len(words), question
            assert at < end, question
    finally:
        llm.close()
