"""How a quantity went over the years, through the one path, with a scripted reader."""

from dataclasses import replace

import pytest
from compound_helpers import ask

from eval.figures.promises import broken_promises
from index import Library
from index.embed import HashEmbedder
from rag.answer import Answer, Nearest, Token
from rag.compound.comparing import comparison
from rag.compound.course import course
from rag.compound.plan import Plan, Told
from rag.question import understand
from rag.showing.explain import Trace, explain

ARTICLES = {
    "trade.txt": (
        "Outlet: Harbour Post\nDate: 2023-02-01\n\nChile and Peru trade more\n\n"
        "Trade between Chile and Peru came to 31 million USD in 2020. "
        "Trade between Chile and Peru came to 28 million USD in 2021. "
        "Trade between Chile and Peru came to 40 million USD in 2022. "
        "Chile and Peru set a trade target of 55 million USD for 2027."
    ),
    "coffee.txt": (
        "Outlet: Harbour Post\nDate: 2023-02-02\n\nCoffee of Kenya\n\n"
        "Coffee exports of Kenya came to 7 million USD in 2022. The harvest was good."
    ),
    "vi.txt": (
        "Outlet: Báo Cảng\nDate: 2023-03-01\n\nAi Cập và Nhật Bản hợp tác\n\n"
        "Kim ngạch thương mại Ai Cập - Nhật Bản năm 2020 đạt 45 triệu USD. "
        "Kim ngạch thương mại Ai Cập - Nhật Bản năm 2022 đạt 40,5 triệu USD."
    ),
}
NEAR = (Nearest("a", "Chile and Peru trade more", "2023-02-01"),)
TRADE = "How has trade between Chile and Peru changed over the years?"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Library.open(folder / "library", HashEmbedder()) as opened:
        opened.add([folder / name for name in ARTICLES])
        yield opened


def reader(**values):
    """Return a reader that finds the value of the year that is asked for, where the passage has it."""

    def reads(prompt):
        passage, _, question = prompt.rpartition("Question:")
        passage = passage.rpartition("Passage:")[2]
        found = [value for year, value in values.items() if year.strip("y") in question]
        return next((value for value in found if value in passage), "not stated")

    return reads


ALL = reader(y2020="31 million USD", y2021="28 million USD", y2022="40 million USD")


def test_change_and_what_lies_between(library):
    events, answer, trace = ask(library, TRADE, ALL)
    assert answer.answer == (
        "It rose by 9 million USD, from 31 million USD [1] in 2020 to 40 million USD [2] in 2022."
        " Trade between Chile and Peru came to 28 million USD in 2021. [3]"
    )
    assert answer.status == "answered"
    assert answer.short == "2020: 31 million USD; 2021: 28 million USD; 2022: 40 million USD"
    assert [(one.as_of, one.value, one.citations) for one in answer.timeline] == [
        ("2020", "31 million USD", (1,)),
        ("2021", "28 million USD", (3,)),
        ("2022", "40 million USD", (2,)),
    ]
    assert (trace.form, trace.verdict) == ("course", "computed from first and last")
    assert [role for role, _ in trace.parts] == ["2020", "2021", "2022"]
    assert broken_promises(answer.to_dict(), lambda name: library.get(name).text) == []
    assert events[0].sources
    assert [one["role"] for one in explain(trace)["parts"]] == ["2020", "2021", "2022"]


def test_in_vietnamese_with_marks_and_without(library):
    reads = reader(y2020="45 triệu USD", y2022="40,5 triệu USD")
    said = "Giảm 4,5 triệu USD, từ 45 triệu USD [1] năm 2020 xuống 40,5 triệu USD [2] năm 2022."
    for question in (
        "Kim ngạch thương mại Ai Cập - Nhật Bản thay đổi như thế nào qua các năm?",
        "Kim ngach thuong mai Ai Cap - Nhat Ban thay doi nhu the nao qua cac nam?",
    ):
        _, answer, _ = ask(library, question, reads)
        assert answer.answer == said


def test_since_a_year(library):
    _, answer, _ = ask(library, "How did trade between Chile and Peru change since 2021?", ALL)
    assert answer.answer == (
        "It rose by 12 million USD, from 28 million USD [1] in 2021 to 40 million USD [2] in 2022."
    )
    asked = "How did trade between Chile and Peru change since 2022?"
    assert ask(library, asked, ALL)[1].short == "40 million USD"
    _, _, trace = ask(library, "How did trade between Chile and Peru change since 2030?", ALL)
    assert isinstance(trace, Trace)  # an earlier value is no answer, so it is asked as it stands


def followed(library, given, whole=frozenset()):
    """Return answer and trace if of the years only `given` are answered, those of `whole` by a sentence."""
    asked = understand(TRADE)
    refusal = Answer(TRADE, "abstained", "The articles do not say.", reason="unsupported")

    def one(each):
        answer, trace = ask(library, each.text, ALL)[1:]
        known = min(each.wanted.years) in given
        if min(each.wanted.years) in whole:
            finding = replace(trace.decision.finding, whole=True)
            trace = replace(trace, decision=replace(trace.decision, finding=finding))
        return Told(answer if known else replace(refusal, nearest=NEAR), trace)
        yield Token("")

    way = replace(course(asked), years=(2020, 2021, 2022))
    steps = Plan(asked, (), ((asked, way),)).walk(one)
    with pytest.raises(StopIteration) as stop:
        next(steps)
    return stop.value.value


def test_a_year_that_is_not_answered_is_named(library):
    answer, trace = followed(library, {2021, 2022})
    assert answer.status == "partial"
    assert answer.answer == (
        "It rose by 12 million USD, from 28 million USD [1] in 2021 to 40 million USD [2] in 2022."
        " I could not confirm the value of 2020."
    )
    assert [one.as_of for one in answer.timeline] == ["2021", "2022"]
    assert len(trace.parts) == 3


def test_one_year_is_no_course(library):
    answer, trace = followed(library, {2021})
    assert (answer.status, answer.short) == ("partial", "28 million USD")
    assert answer.answer.endswith("I could confirm this for one time only.")
    assert trace.verdict == "of one time only"


def test_a_sentence_with_few_words_beside_it_names_no_value_of_its_year(library):
    answer, trace = followed(library, {2021, 2022}, whole={2022})
    assert (answer.status, answer.short) == ("partial", "28 million USD")
    assert trace.verdict == "of one time only"


def test_nothing_answered_is_a_refusal(library):
    answer, trace = followed(library, set())
    assert (answer.status, answer.nearest) == ("abstained", NEAR)
    assert trace.verdict == "not answered"


def test_of_one_year_in_the_articles_the_value_is_asked_for(library):
    _, answer, trace = ask(
        library, "How have coffee exports of Kenya changed?", lambda prompt: "7 million USD"
    )
    assert [role for role, _ in trace.parts] == ["now"]
    assert (answer.status, answer.short) == ("partial", "7 million USD")


def test_a_target_is_not_of_the_year_it_is_for(library):
    asked = understand("How has the trade target of Chile and Peru changed?")
    _, _, trace = ask(library, asked.text, lambda prompt: "55 million USD")
    assert [role for role, _ in trace.parts] == ["now"]


@pytest.mark.parametrize(
    "text",
    [
        "How has the mayor changed the law?",  # no quantity
        "How has the company developed?",
        "How did you fall?",
        "Why has trade between Chile and Peru changed?",
        "Công ty phát triển như thế nào?",
        "How did the price of gold in Chile fall?",  # in what manner
        "How has the price of gold in Chile this week changed?",
        "How did trade between Chile and Peru in 2021 change?",
        "Giá vàng ở Lào hôm nay biến động ra sao?",
        "Gia vang o Lao tuan nay bien dong ra sao?",
        "Giá vàng ở Lào giai đoạn 2020-2022 thay đổi ra sao?",
    ],
)
def test_what_has_no_course(text):
    assert course(understand(text)) is None


def test_a_change_is_no_level(library, tmp_path):
    text = (
        "Outlet: Harbour Post\nDate: 2023-02-01\n\nKenya and Ghana\n\n"
        "Trade between Kenya and Ghana came to 31 million USD in 2020. "
        "Trade between Kenya and Ghana rose by 3 million USD in 2021."
    )
    (tmp_path / "rose.txt").write_text(text, encoding="utf-8")
    with Library.open(tmp_path / "library", HashEmbedder()) as opened:
        opened.add([tmp_path / "rose.txt"])
        reads = reader(y2020="31 million USD", y2021="3 million USD")
        _, answer, trace = ask(opened, "How has trade between Kenya and Ghana changed?", reads)
    assert "fell" not in answer.answer
    assert [role for role, _ in trace.parts] == ["now"]  # of one year only there is a level


def test_it_is_what_the_question_before_was_about(library):
    for first, then in (
        ("What was trade between Chile and Peru in 2022?", "How has it changed over the years?"),
        ("What is trade between Chile and Peru?", "And how has it changed since 2020?"),
    ):
        asked = understand(then, [(first, "40 million USD [1]")])
        assert course(asked).thing == "trade between Chile and Peru"
    asked = understand("Con số này thay đổi thế nào qua các năm?", [("Dân số Lima là bao nhiêu?", "9")])
    assert course(asked).thing == "Dân số Lima"
    assert course(understand("How has it changed?", [("Who is the mayor of Lima?", "Ana Ruiz")])) is None


def test_from_one_year_to_another_is_a_change():
    for text in (
        "How did trade between Chile and Peru change from 2020 to 2022?",
        "Kim ngạch thương mại Ai Cập - Nhật Bản thay đổi như thế nào từ năm 2020 đến năm 2022?",
    ):
        asked = understand(text)
        assert comparison(asked).form == "change"
        assert course(asked) is None
    for text in (
        "Luật Đất đai thay đổi như thế nào từ năm 2013 đến năm 2024?",
        "Đời sống người dân Huế thay đổi ra sao từ năm 1990 đến năm 2020?",
        "How did life in Lima change from 1990 to 2020?",
    ):
        assert comparison(understand(text)) is None
