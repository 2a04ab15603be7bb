"""Questions of several values through the one path, with a scripted reader: joined, computed, told."""

import dataclasses
import json

import pytest
from answer_helpers import article, source
from compound_helpers import ask, open_library, reads

from eval.figures.promises import broken_promises
from index import Library
from index.embed import HashEmbedder
from rag.answer import Answer, Done, Evidence, Token
from rag.assistant import Assistant
from rag.checks.binding import bind
from rag.checks.verify import Finding
from rag.compound.plan import Plan, Told
from rag.deciding.answering import Decision
from rag.fakes import ScriptedLLM
from rag.question import understand
from rag.showing import terminal
from rag.showing.explain import Compound, Trace, explain, text
from rag.walk import Found

GREW = "By how much did trade between Chile and Peru grow between 2020 and 2021?"
BOTH = "Who is the mayor of Lima, and when did she open the bridge?"
HALF = "How many projects does Chile have in Peru, and who is the king of Laos?"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    with open_library(tmp_path_factory.mktemp("compound")) as opened:
        yield opened


def kept(library, answer):
    assert broken_promises(answer.to_dict(), lambda name: library.get(name).text) == []


@pytest.mark.parametrize(("question", "said", "short"), [
    (
        GREW,
        "It rose by about 9 million USD, from 31 million USD [1] to almost 40 million USD [2].",
        "about 9 million USD",
    ),
    (
        "How many more projects does Bolivia have in Peru than Chile?",
        "45 projects [1] is 33 projects more than 12 projects [2].",
        "33 projects",
    ),
    (
        "How many more projects does Chile have in Peru than Bolivia?",
        "12 projects [1] is 33 projects less than 45 projects [2].",
        "33 projects",
    ),
    (
        "Which country has more projects in Peru, Chile or Bolivia?",
        "Bolivia: 45 projects [1], more than 12 projects [2] (Chile).",
        "Bolivia",
    ),
    (
        "Which country has fewer projects in Peru, Chile or Bolivia?",
        "Chile: 12 projects [1], less than 45 projects [2] (Bolivia).",
        "Chile",
    ),
    (
        "How many years passed between the diplomatic relations of Chile and Peru and the strategic"
        " partnership of Chile and Peru?",
        "From 1955 [1] to March 2013 [2] it is 58 years.",
        "58 years",
    ),
    (
        "What is the total of trade between Chile and Peru in 2020 and trade between Chile and Peru in 2021?",
        "31 million USD [1] and almost 40 million USD [2] make about 71 million USD together.",
        "about 71 million USD",
    ),
    (
        "Kim ngạch thương mại Ai Cập - Nhật Bản tăng bao nhiêu từ năm 2020 đến năm 2021?",
        "Tăng 9,5 triệu USD, từ 31 triệu USD [1] lên 40,5 triệu USD [2].",
        "9,5 triệu USD",
    ),
    (
        "Brazil có nhiều hơn Ai Cập bao nhiêu dự án tại Nhật Bản?",
        "45 dự án [1] cao hơn 12 dự án [2], chênh lệch là 33 dự án.",
        "33 dự án",
    ),
    (
        "Ai Cập hay Brazil có nhiều dự án hơn tại Nhật Bản?",
        "Brazil: 45 dự án [1], nhiều hơn 12 dự án [2] (Ai Cập).",
        "Brazil",
    ),
])  # fmt: skip
def test_a_comparison_shows_both_operands_and_the_result(library, question, said, short):
    _, answer, _ = ask(library, question)
    assert (answer.status, answer.answer, answer.short) == ("answered", said, short)
    assert answer.claims[0].computed is not None
    assert [citation.n for citation in answer.citations] == [1, 2]
    kept(library, answer)


def test_a_wrong_computed_number_is_noticed(library):
    """The negative control: the same answer with another result, in words and in the declaration."""
    record = ask(library, GREW)[1].to_dict()
    record["claims"][0]["text"] = record["answer"] = record["answer"].replace("about 9", "about 8")
    assert broken_promises(record, lambda name: library.get(name).text)
    record["claims"][0]["computed"]["value"] = "8000000"
    assert {one.promise for one in broken_promises(record)} == {"computed", "figures"}


def test_a_stated_difference_is_preferred_and_read_once(library):
    _, answer, trace = ask(library, "By how much did exports of Kenya to Ghana grow between 2018 and 2019?")
    assert answer.answer == "Exports of Kenya to Ghana rose by 7 million USD between 2018 and 2019. [1]"
    assert answer.claims[0].computed is None
    assert (trace.verdict, len(trace.parts)) == ("an article states it", 1)
    kept(library, answer)


def test_a_level_is_no_stated_difference(library):
    """The reader gives a value of one year for the change; that is refused, and the change computed."""
    _, answer, trace = ask(library, GREW)
    assert trace.parts[0][0] == "as asked"
    assert trace.parts[0][1].decision.finding is None
    assert answer.short == "about 9 million USD"


@pytest.mark.parametrize(("question", "status"), [
    (GREW, "abstained"),  # a level, not by how much it grew
    ("Which came first, the storm of Lima or the flood of Lima?", "answered"),  # which may be stated
])  # fmt: skip
def test_what_is_read_of_the_whole_stands_in_for_sides_of_an_order_only(question, status):
    """The question as it was asked is answered, its two sides are not."""
    of = source(article("Trade between Chile and Peru grew to 40 million USD in 2021."))
    level = Finding(of, "40 million USD", (of.best,), mention=bind(of.best, of.best.values[0]))

    def stub(asked):
        whole = asked.text == question
        answer = Answer(asked.asked, "answered" if whole else "abstained", "40 million USD.", confidence=0.9)
        decision = Decision(level if whole else None, None if whole else "unsupported")
        return Told(answer, Trace(asked, (), (), (), decision, ""))
        yield Token("")

    steps = Plan.of(understand(question), lambda one: Found([], [], None)).walk(stub)
    with pytest.raises(StopIteration) as stop:
        next(steps)
    answer, _ = stop.value.value
    assert level.mention.value.text == "40 million USD"
    assert answer.status == status


def test_a_missing_side_is_named(library):
    _, answer, _ = ask(library, "By how much did trade between Chile and Peru grow between 1999 and 2021?")
    assert (answer.status, answer.short) == ("partial", None)
    assert "do not answer this part: “What was trade between Chile and Peru in 1999?”" in answer.answer
    assert "almost 40 million USD in 2021. [1]" in answer.answer
    kept(library, answer)


def test_currencies_are_never_mixed(library):
    _, answer, _ = ask(
        library,
        "What is the difference between trade between Chile and Peru in 2021 and trade between Bolivia and"
        " Peru in 2021?",
    )
    assert answer.status == "partial"
    assert answer.answer.endswith("These two cannot be compared with certainty.")
    assert "40 million USD" in answer.answer
    assert "900 million VND" in answer.answer
    assert all(claim.computed is None for claim in answer.claims)
    kept(library, answer)


def test_nothing_known_of_either_side_is_a_refusal(library):
    _, answer, _ = ask(library, "By how much did trade between Egypt and Laos grow between 1999 and 2001?")
    assert (answer.status, answer.citations, answer.short) == ("abstained", (), None)
    assert answer.reason
    assert answer.nearest


def test_several_questions_are_one_answer(library):
    _, answer, _ = ask(library, BOTH)
    assert (answer.status, answer.short) == ("answered", "Ana Ruiz; 3 May 2022")
    # one sentence answers both, and is said and cited once
    assert answer.answer == "The mayor of Lima, Ana Ruiz, opened the bridge on 3 May 2022. [1]"
    kept(library, answer)


def test_marks_are_numbered_through(library):
    _, answer, _ = ask(library, "Who is the mayor of Lima? How many projects does Bolivia have in Peru?")
    assert answer.answer == (
        "The mayor of Lima, Ana Ruiz, opened the bridge on 3 May 2022. [1] "
        "Bolivia has 45 projects in Peru. [2]"
    )
    assert [claim.citations for claim in answer.claims] == [(1,), (2,)]
    assert [citation.file for citation in answer.citations] == ["goal.txt", "projects.txt"]
    kept(library, answer)


def test_the_weakest_answered_part_gives_the_confidence(library):
    alone = [
        ask(library, one)[1].confidence
        for one in ("Who is the mayor of Lima?", "When did the mayor of Lima open the bridge?")
    ]
    assert ask(library, BOTH)[1].confidence == min(alone)


def test_what_the_articles_do_not_answer_is_named_in_the_language_of_the_question(library):
    _, answer, _ = ask(library, HALF)
    assert (answer.status, answer.short) == ("partial", "12")
    assert answer.answer.endswith("The articles do not answer this part: “who is the king of Laos?”")
    _, answer, _ = ask(library, "Ai Cập có bao nhiêu dự án tại Nhật Bản? Ai là vua nước Lào?")
    assert (answer.status, answer.short) == ("partial", "12 dự án")
    assert answer.answer.endswith("Các bài báo không trả lời phần này: “Ai là vua nước Lào?”")
    kept(library, answer)


def test_a_day_that_a_part_took_over_is_no_answer_to_when(library):
    _, answer, trace = ask(
        library, "What is the trade between Chile and Peru in 2021, and when was it announced?"
    )
    assert trace.parts[1][1].decision.finding is None
    assert (answer.status, answer.short) == ("partial", "almost 40 million USD")
    assert answer.answer.endswith("do not answer this part: “when was it announced?”")
    kept(library, answer)


def test_a_part_may_be_a_comparison(library):
    _, answer, trace = ask(
        library, "Who is the mayor of Lima? How many more projects does Bolivia have in Peru than Chile?"
    )
    assert answer.short == "Ana Ruiz; 33 projects"
    assert answer.answer.endswith("45 projects [2] is 33 projects more than 12 projects [3].")
    assert [one.citation for one in answer.claims[1].computed.operands] == [2, 3]
    assert isinstance(trace.parts[1][1], Compound)
    kept(library, answer)


@pytest.mark.parametrize("question", [GREW, BOTH, HALF])
def test_events_come_in_order(library, question):
    events, _, _ = ask(library, question)
    assert isinstance(events[0], Evidence)
    assert isinstance(events[-1], Done)
    assert all(isinstance(event, Token) for event in events[1:-1])
    numbers = [card.n for card in events[0].sources]
    assert numbers == list(range(1, len(numbers) + 1))
    places = [(card.article, card.start, card.end) for card in events[0].sources]
    assert len(set(places)) == len(places)
    drafts = [event.text for event in events[1:-1] if event.text.startswith("[")]
    assert all(int(draft[1 : draft.index("]")]) in numbers for draft in drafts)


@pytest.mark.parametrize("question", [GREW, BOTH, HALF])
def test_the_same_question_gives_the_same_answer(library, question):
    one, two = (ask(library, question)[1] for _ in range(2))
    assert dataclasses.replace(two, timings=one.timings) == one


def test_tokens_of_all_parts_are_counted(library):
    whole = ask(library, HALF)[1].tokens
    alone = [
        ask(library, one)[1].tokens
        for one in ("How many projects does Chile have in Peru?", "Who is the king of Laos?")
    ]
    assert whole.generated == sum(one.generated for one in alone)


def test_how_it_came_about_tells_the_parts(library):
    _, _, trace = ask(library, GREW)
    path = explain(trace)
    assert (path["form"], path["verdict"]) == ("change", "computed from both sides")
    assert [part["role"] for part in path["parts"]] == ["as asked", "first side", "second side"]
    assert path["parts"][1]["question"]["read_as"] == "What was trade between Chile and Peru in 2020?"
    assert path["parts"][1]["decision"]["short"] == "31 million USD"
    shown = text(path)
    assert "How this was answered: change, computed from both sides" in shown
    assert "[first side] What was trade between Chile and Peru in 2020?" in shown
    json.loads(terminal.to_json(path))
    path = explain(ask(library, HALF)[2])
    assert [part["role"] for part in path["parts"]] == ["part", "part"]
    assert path["parts"][1]["decision"]["reason"]


PLAIN = [
    "How many projects does Chile have in Peru?",
    "What was trade between Chile and Peru in 2021?",
    "Who is the mayor of Lima?",
    "Who is the king of Laos and Peru?",
    "How many parks are there, and across how many provinces?",
    "Kim ngạch thương mại Ai Cập - Nhật Bản năm 2021 là bao nhiêu?",
    "Ai Cập và Brazil có bao nhiêu dự án?",
    "",
    "?!",
]


@pytest.mark.parametrize("question", PLAIN)
def test_any_other_question_takes_exactly_the_path_of_one(library, question, monkeypatch):
    """Bytes, prompts and events are those of the path with nothing around it."""

    def run():
        llm = ScriptedLLM(reads)
        events = list(Assistant(library, llm, clock=lambda: 0.0).stream(question))
        return llm.prompts, events, terminal.to_json(events[-1].answer.to_dict())

    mine = run()
    assert isinstance(mine[1][-1].trace, Trace)
    monkeypatch.setattr(Plan, "of", classmethod(lambda cls, asked, find: cls(asked, (), ((asked, None),))))
    assert run() == mine
    assert "computed" not in mine[2]


def test_a_question_in_parts_is_not_the_path_of_one(library, monkeypatch):
    """The control of the test above: taking apart does change what is read."""
    mine = ask(library, HALF)[1]
    monkeypatch.setattr(Plan, "of", classmethod(lambda cls, asked, find: cls(asked, (), ((asked, None),))))
    assert ask(library, HALF)[1] != mine


@pytest.fixture
def pepper(tmp_path):
    (tmp_path / "pepper.txt").write_text(
        "Outlet: Harbour Post\nDate: 2022-08-03\n\nPepper grows cheap\n\nThe price of pepper from Kenya fell "
        "from a peak of 131 USD a sack in April to 94 USD in July. The mayor of Nairobi bought a sack.",
        encoding="utf-8",
    )
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add([tmp_path / "pepper.txt"])
        yield library


def test_a_change_is_computed_from_the_two_ends_that_one_sentence_gives(pepper):
    _, answer, trace = ask(pepper, "By how much did the price of pepper fall?", lambda _: "94 USD")
    assert (answer.status, answer.short) == ("answered", "37 USD")
    assert answer.answer == "It fell by 37 USD, from 131 USD [1] to 94 USD [1]."
    assert [one.text for one in answer.claims[0].computed.operands] == ["131 USD", "94 USD"]
    assert trace.verdict == "computed from both ends"
    kept(pepper, answer)


def test_what_something_came_to_is_not_given_for_its_change(pepper, monkeypatch):
    """Where the two ends cannot be computed with, the one that the reader took is withheld."""
    monkeypatch.setattr("rag.compound.plan.weighed", lambda *_: None)
    _, answer, trace = ask(pepper, "By how much did the price of pepper fall?", lambda _: "94 USD")
    assert trace.verdict == "not computed"
    assert (answer.status, answer.short, answer.claims) == ("abstained", None, ())
    assert [one.title for one in answer.nearest] == ["Pepper grows cheap"]


@pytest.mark.parametrize(("month", "short"), [("July", "94 USD"), ("April", None)])
def test_a_level_is_said_where_the_level_of_its_month_is_asked_for(pepper, month, short):
    _, answer, trace = ask(pepper, f"What did pepper from Kenya cost in {month} 2022?", lambda _: "94 USD")
    assert answer.short == short
    assert not isinstance(trace, Compound)
