"""Sentences that answer as they stand: by hand, what speaks for them, and what is said of them."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from answer_helpers import VIETNAMESE, article, source

from index.records import Block
from rag.care import CARES, NORMAL
from rag.checks.verify import Finding
from rag.deciding import quoting
from rag.deciding.answering import Decision, decide
from rag.deciding.confidence import Fit, present
from rag.deciding.quoting import against, quotable
from rag.question import understand
from rag.reading.pointer import Gaze
from rag.reading.reader import Draft, Voice
from rag.saying.compose import compose, needs_wording
from rag.showing.explain import Trace, explain, text

ABSENT = "Who stayed away from the ceremony in Lima?"
UNSURE = Voice(-1.0, -2.0, -4.0, -3.0)


def looking(of, words, *, says="not stated", voice=UNSURE, top=3.0):
    """Return what was read of a source by a model that looks at some words, and less at all others."""
    ends = tuple(range(1, len(of.text) + 1))
    at = of.text.index(words)
    scores = tuple(top if at <= i < at + len(words) else -5.0 for i in range(len(of.text)))
    return Draft(of, says, voice, gaze=Gaze(ends, scores))


@pytest.fixture
def by_sight(monkeypatch):
    """Weigh nothing but where the model looks: 3 log-odds at `top` make a probability of .95."""
    monkeypatch.setattr(quoting, "FIT", Fit(0.0, {"looked": 3.0}))


# ── what speaks for a sentence ──


@pytest.mark.parametrize(
    ("probable", "log_odds"),
    [(0.5, 0.0), (0.75, -math.log(3)), (0.25, math.log(3)), (1.0, -10.0), (1 - 1e-9, -10.0), (1e-9, 10.0)],
)
def test_what_speaks_against_not_stated_are_log_odds_of_it(probable, log_odds):
    assert present(replace(UNSURE, absent=math.log(probable))) == pytest.approx(log_odds / 10, abs=1e-5)


def test_what_code_found_says_nothing_about_not_stated():
    assert present(None) == 0.0


def test_signals_by_hand():
    draft = looking(source(score=2.0), "45 projects", says="45", voice=Voice(-5.0, -0.1, -0.2, 3.0))
    far = looking(source(article(VIETNAMESE, lang="vi", name="b"), score=3.0), "40", top=4.0)
    asked = understand("How many projects does Peru have in Chile?")
    found = {one.finding.short: one for one in quotable(asked, [draft, far], 3)}
    assert len(found) == 7
    there = found["As of June 2022, Peru had 45 projects in Chile."].signals
    assert there == {
        "looked": 3 / 3,
        "aside": 0.0,
        "present": pytest.approx(math.log(math.e**5 - 1) / 10),
        "drafted": 1.0,
        "known": 3 / 2,
        "refuted": 0.0,
        "behind": pytest.approx(-1 / 2),
        "typed": 1.0,
        "rank": 0.0,
        "rival": quoting.NO_RIVAL,
        "sources": 3.0,
    }
    aside = found["Both governments aim for 55 million USD by 2027."].signals
    assert (aside["looked"], aside["aside"]) == (-5 / 3, -6 / 3)
    assert (aside["drafted"], aside["known"], aside["refuted"]) == (0, 0, 0)
    other = found["Kim ngạch thương mại Chile - Peru đạt 40 triệu USD năm 2021."].signals
    assert (other["drafted"], other["rank"], other["rival"]) == (0, 1, 3 / 2)


def test_a_rival_says_something_else_and_is_not_refuted():
    asked = understand("How many projects does Peru have in Chile?")
    here = looking(source(), "45 projects", says="45", voice=Voice(-5.0, -0.1, -0.2, 3.0))

    def rival(says, voice=UNSURE):
        there = looking(source(article(name="b")), "12", says=says, voice=voice)
        return quotable(asked, [here, there], 2)[0].signals["rival"]

    assert rival("45") == -3 / 2
    assert rival("12") == quoting.NO_RIVAL  # the other direction
    assert rival("not stated") == quoting.NO_RIVAL


def test_the_surest_comes_first_with_its_probability(by_sight):
    found = quotable(understand(ABSENT), [looking(source(), "Ana Ruiz")], 1)
    assert found[0].finding.short.startswith("The mayor of Lima, Ana Ruiz")
    assert found[0].finding.whole
    assert found[0].sure == pytest.approx(1 / (1 + math.exp(-3)), abs=1e-4)
    assert all(one.sure == pytest.approx(1 / (1 + math.exp(5)), abs=1e-4) for one in found[1:])


def test_a_sentence_of_two_windows_counts_once(by_sight):
    one = source()
    weak, strong = looking(one, "Ana Ruiz", top=1.0), looking(one, "Ana Ruiz", top=3.0)
    found = quotable(understand(ABSENT), [weak, strong], 2)
    assert len(found) == len(one.lines)
    assert found[0].sure == quotable(understand(ABSENT), [strong], 1)[0].sure


def test_code_knows_what_speaks_against_a_sentence():
    lines = source().lines
    swapped = understand("How many projects does Peru have in Chile?")
    assert "the other direction" in against(swapped, lines[2])
    assert against(swapped, lines[3]) == ()
    assert against(swapped, lines[4]) == (quoting.UNKIND,)
    assert against(understand("What was trade between Chile and Peru in 2020?"), lines[0]) == ()
    assert against(understand("Who is the mayor of Oslo?"), lines[4])
    told = source(article("Chile signed the treaty with Peru yesterday."))
    assert against(understand("When did Chile sign the treaty?"), told.lines[0]) == (quoting.UNKIND,)


@pytest.mark.parametrize("question", ["Did Ana Ruiz attend the ceremony?", "Ana Ruiz có dự lễ không?"])
def test_no_sentence_says_yes_or_no(question):
    assert quotable(understand(question), [looking(source(), "did not attend")], 1) == []


def test_without_a_pointer_no_sentence_is_quoted():
    blind = replace(looking(source(), "Ana Ruiz"), gaze=None)
    assert quotable(understand(ABSENT), [blind], 1) == []
    assert quotable(understand(ABSENT), [], 0) == []


# ── what is said ──


def test_a_sentence_is_quoted_where_no_few_words_are_sure(by_sight):
    asked, one = understand(ABSENT), source()
    decision = decide(asked, [looking(one, "Ana Ruiz")], [one], [])
    assert decision.finding.whole
    assert decision.confidence == pytest.approx(1 / (1 + math.exp(-3)), abs=1e-4)
    assert not needs_wording(asked, decision.finding)
    said = compose(asked, decision, "")
    assert said.text == "The mayor of Lima, Ana Ruiz, did not attend the ceremony on 3 May 2022. [1]"
    assert said.short is None
    assert said.citations[0].quote == one.lines[4].text
    # The control: where the model looks at nothing, nothing is said.
    nowhere = decide(asked, [looking(one, "Ana Ruiz", top=-5.0)], [one], [])
    assert nowhere.finding is None


LIST = "It plans:\n\n1. cheaper ferries\n\n2. a longer quay\n\nPeru agrees.\n\n- no tolls\n\n- speed"


def listed():
    """Return a source with two lists, a paragraph between them."""
    kinds = ["paragraph", "list", "list", "paragraph", "list", "list"]
    starts = [0, *(at + 2 for at, pair in enumerate(pairwise(LIST)) if pair == ("\n", "\n"))]
    ends = [at - 2 for at in starts[1:]] + [len(LIST)]
    blocks = tuple(map(Block, kinds, starts, ends))
    return source(replace(article(LIST), blocks=blocks))


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Which measures does the ministry plan?", "1. cheaper ferries\n\n2. a longer quay"),
        ("What measure does the ministry plan?", "1. cheaper ferries"),  # the control
    ],
)
def test_of_a_list_all_is_quoted_where_several_things_are_asked_for(by_sight, question, quote):
    asked, one = understand(question), listed()
    assert asked.wanted.many is ("\n" in quote)
    decision = decide(asked, [looking(one, "cheaper ferries")], [one], [])
    said = compose(asked, decision, "")
    assert [citation.quote for citation in said.citations] == [quote]
    assert said.text == f"{' '.join(quote.split())}. [1]"
    assert said.short is None


def test_few_words_that_are_sure_are_the_answer(by_sight):
    asked, one = understand(ABSENT), source(score=6.0)
    sure = Voice(-9.0, -0.01, -0.02, 6.0)
    given = decide(asked, [looking(one, "Ana Ruiz", says="Ana Ruiz", voice=sure)], [one], [])
    assert (given.finding.short, given.finding.whole) == ("Ana Ruiz", False)
    assert given.confidence >= NORMAL.short
    # Where they are not, and another sentence is: that one, as it stands.
    unsure = replace(sure, absent=-0.5, sure=-3.0, weakest=-4.0, known=-3.0)
    quoted = decide(asked, [looking(one, "12 investment", says="Ana Ruiz", voice=unsure)], [one], [])
    assert quoted.finding.whole
    assert quoted.finding.short.startswith("Chile has 12")


@pytest.mark.parametrize(
    ("question", "words", "whole"),
    [
        ("What did the mayor of Lima stay away from?", "the ceremony", True),
        (ABSENT, "Ana Ruiz", False),  # a name: the sentence around it may have another
        (ABSENT, "12 investment projects", False),  # a figure
        ("How many projects does Peru have in Chile?", "45", False),  # a value is what it is
        ("Who is the mayor of Lima?", "Ana Ruiz", False),  # told with who was it before
        ("Trade grew from how much to how much?", "31 million USD", True),  # half of what is asked for
        ("Trade grew from how much to how much?", "31 million USD in 2020 to 40 million USD", False),
    ],
)
def test_few_words_that_are_not_quite_sure_give_way_to_their_sentence(by_sight, question, words, whole):
    asked, one = understand(question), source(score=6.0)
    draft = looking(one, words, says=words, voice=Voice(-9.0, -0.01, -0.02, 6.0))
    words_only = replace(NORMAL, exact=0.0)
    given = decide(asked, [draft], [one], [], words_only)
    assert (given.finding.short, given.finding.whole) == (words, False)
    surer = replace(NORMAL, exact=1.0)
    assert decide(asked, [draft], [one], [], surer).finding.whole is whole
    # Controls: a sentence that is not sure, and the sentence of other words.
    hardly = replace(surer, threshold=0.99)
    assert not decide(asked, [draft], [one], [], hardly).finding.whole
    aside = replace(looking(one, "12 investment"), text=words, voice=draft.voice)
    assert not decide(asked, [aside], [one], [], surer).finding.whole


def test_likely_words_of_the_sentence_are_told_beside_it(by_sight):
    asked, one = understand("What did the mayor of Lima stay away from?"), source(score=6.0)
    draft = looking(one, "the ceremony", says="the ceremony", voice=Voice(-9.0, -0.01, -0.02, 6.0))
    surer = replace(NORMAL, exact=1.0)
    decision = decide(asked, [draft], [one], [], surer)
    said = compose(asked, decision, "")
    assert decision.finding.whole
    assert said.short == "the ceremony"
    assert said.text == f"{one.lines[4].text} [1]"
    path = explain(Trace(asked, (one,), (), (draft,), decision, "", surer))
    assert path["decision"]["beside"] == "the ceremony"
    assert "told beside the sentence" in text(path)

    # Controls: words that are hardly likely, those of another sentence, and those that the quotation lacks.
    doubtful = replace(draft, voice=replace(draft.voice, absent=-0.1, sure=-3.0, weakest=-4.0, known=-3.0))
    assert decide(asked, [doubtful], [one], [], surer).beside is None
    aside = replace(draft, text="55 million USD", gaze=looking(one, "Ana Ruiz").gaze)
    elsewhere = decide(asked, [aside], [one], [], replace(surer, short=1.0))
    assert elsewhere.finding.whole
    assert elsewhere.beside is None
    lacking = replace(decision, beside=replace(decision.beside, short="the wedding"))
    assert compose(asked, lacking, "").short is None


@pytest.mark.parametrize(
    ("words", "short"),
    [
        ("31 million USD", None),  # half of what is asked for
        ("31 million USD in 2020 to 40 million USD", "31 million USD in 2020 to 40 million USD"),
    ],
)
def test_half_of_two_values_is_not_told_beside_their_sentence(by_sight, words, short):
    asked, one = understand("Trade grew from how much to how much?"), source(score=6.0)
    draft = looking(one, words, says=words, voice=Voice(-9.0, -0.01, -0.02, 6.0))
    decision = decide(asked, [draft], [one], [], replace(NORMAL, short=1.0))
    assert decision.finding.whole
    assert compose(asked, decision, "").short == short


def test_a_value_beside_a_sentence_is_told_in_the_language_of_the_question(by_sight, monkeypatch):
    asked, one = understand("Năm 2021 thương mại Chile - Peru đạt bao nhiêu?"), source(score=6.0)
    draft = looking(one, "40 million USD", says="40 million USD", voice=Voice(-9.0, -0.01, -0.02, 6.0))
    decision = decide(asked, [draft], [one], [], replace(NORMAL, short=1.0))
    assert decision.finding.whole
    assert compose(asked, decision, "").short == "40 triệu USD"
    # The control: a value that the quotation does not prove is not told.
    monkeypatch.setattr("rag.saying.compose.translated", lambda value, lang: "41 triệu USD")
    assert compose(asked, decision, "").short is None


def test_few_words_that_cannot_be_proven_are_said_by_their_sentence(by_sight):
    """What the model translates freely is not said; the sentence that it stands in is."""
    asked = understand("What is the target of both governments?")
    one = source(article(VIETNAMESE, lang="vi"), score=6.0)
    line = one.lines[0]
    finding = Finding(one, "prosperity for Atlantis", (line,), translated=True)
    said = compose(asked, Decision(finding, confidence=0.9), "")
    assert said.text == f"An article says: “{line.text}” [1]"
    assert (said.short, said.citations[0].quote) == (None, line.text)
    # The control: words that the sentence holds are said as they are.
    held = compose(asked, Decision(replace(finding, short="Chile"), confidence=0.9), "")
    assert (held.text, held.short) == ("Chile. [1]", "Chile")


def test_few_words_decide_alone_where_no_sentence_is_weighed(by_sight):
    asked, one = understand(ABSENT), source(score=6.0)
    sure = replace(looking(one, "Ana Ruiz", says="Ana Ruiz", voice=Voice(-9.0, -0.01, -0.02, 6.0)), gaze=None)
    decision = decide(asked, [sure], [one], [])
    assert (decision.finding.short, decision.finding.whole) == ("Ana Ruiz", False)
    assert decision.confidence >= NORMAL.alone
    strict = replace(NORMAL, alone=decision.confidence + 0.01)
    assert decide(asked, [sure], [one], [], strict).finding is None


def test_care_says_how_sure_a_sentence_must_be(by_sight):
    asked, one = understand(ABSENT), source()
    between = -math.log(2 / (NORMAL.threshold + CARES["careful"].threshold) - 1)  # log-odds
    draft = looking(one, "Ana Ruiz", top=between)
    assert decide(asked, [draft], [one], [], NORMAL).finding is not None
    assert decide(asked, [draft], [one], [], CARES["careful"]).finding is None


def test_a_sentence_in_the_other_language_is_said_to_be_an_article_s(by_sight):
    asked, one = (
        understand("How many projects does Peru have in Chile?"),
        source(article(VIETNAMESE, lang="vi")),
    )
    decision = decide(asked, [looking(one, "45 dự án")], [one], [])
    said = compose(asked, decision, "")
    quote = "Tính đến tháng 6/2022, Peru có 45 dự án tại Chile với tổng vốn 120 triệu USD."
    assert said.text == f"An article says: “{quote}” [1]"
    assert (said.short, said.citations[0].quote) == (None, quote)


def test_how_it_was_answered_tells_the_sentences(by_sight):
    asked, one = understand(ABSENT), source()
    drafts = [looking(one, "Ana Ruiz")]
    path = explain(Trace(asked, (one,), (), tuple(drafts), decide(asked, drafts, [one], []), ""))
    assert [told["sure"] for told in path["sentences"]] == pytest.approx([0.9526, 0.0067, 0.0067], abs=1e-4)
    assert path["decision"]["whole"]
    assert path["wording"]["tried"][0]["text"] == path["sentences"][0]["text"]
    lines = text(path).splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("  Sentences"))
    assert f"{NORMAL.threshold:.2f} is needed" in lines[at]
    assert (
        lines[at + 1] == "    0.95  “The mayor of Lima, Ana Ruiz, did not attend the ceremony on 3 May 2022.”"
    )
    assert lines[at + 2].startswith("          looked 1, ")
