"""What several findings amount to: agreement, rivalry, and the states of a quantity that changes."""

import dataclasses
import datetime as dt

import pytest
from answer_helpers import article, source

from index.records import Dated
from rag.care import NORMAL
from rag.deciding.answering import HEIR, TOLD, decide
from rag.deciding.candidates import candidates
from rag.question import understand
from rag.reading.reader import Draft, Voice

SURE = Voice(-9.0, -0.02, -0.1)
NOW = "What is the trade between Chile and Peru worth?"


def dated(of, year: int):
    day = dt.date(year, 7, 1)
    return dataclasses.replace(of, published=day, dated=Dated(day, "day", "metadata"))


def told(value: int, year: int, name: str):
    of = article(f"Trade between Chile and Peru is worth {value} million USD.", name=name)
    return source(dated(of, year), score=9.0)


def drafts(*sources, voice=SURE):
    return [Draft(one, one.text.split(" worth ")[1].rstrip("."), voice) for one in sources]


def test_states_of_a_quantity_back_each_other_and_the_newest_is_given():
    one, two, three = told(31, 2020, "a"), told(40, 2021, "b"), told(47, 2022, "c")
    asked = understand(NOW)
    alone = decide(asked, drafts(two), [two], [])
    assert alone.finding is not None
    together = decide(asked, drafts(one, two, three), [one, two, three], [])
    assert together.finding.short == "47 million USD"
    assert {other.short for other in together.others} == {"31 million USD", "40 million USD"}
    assert together.confidence >= alone.confidence


def test_only_values_of_one_kind_are_states_of_each_other():
    """Ferries and crowns cannot be two states of one number, however many articles have them."""
    ferries = source(dated(article("Chile waits for 6 ferries from Peru.", name="a"), 2021), score=9.0)
    crowns = source(dated(article("Chile pays Peru 31 million USD for ferries.", name="b"), 2022), score=9.0)
    asked = understand("How many ferries is Chile waiting for from Peru?")
    found = candidates(asked, [Draft(ferries, "6", SURE), Draft(crowns, "31 million", SURE)], [])
    assert all(len(one.backing) == 1 for one in found)
    more = source(dated(article("Chile waits for 5 ferries from Peru.", name="c"), 2023), score=9.0)
    states = candidates(asked, [Draft(ferries, "6", SURE), Draft(more, "5", SURE)], [])
    assert [len(one.backing) for one in states] == [2, 2]


def test_a_bare_number_and_a_count_are_states_of_one_number():
    authority = source(
        dated(article("The port said 3,900 of its dockers were away.", name="a"), 2021), score=9.0
    )
    union = source(dated(article("The union counted 6,500 people away.", name="b"), 2021), score=9.0)
    asked = understand("How many dockers were away from the port?")
    found = candidates(asked, [Draft(authority, "3,900", SURE), Draft(union, "6,500 people", SURE)], [])
    assert [len(one.backing) for one in found] == [2, 2]


DOUBTFUL = Voice(-0.1, -1.0, -3.5)


def test_what_is_hardly_probable_is_neither_told_nor_given_for_being_newer():
    before, later = told(31, 2020, "a"), told(40, 2021, "b")
    asked = understand(NOW)

    def decided(voice):
        read = [Draft(before, "31 million USD", SURE), Draft(later, "40 million USD", voice)]
        return decide(asked, read, [before, later], []), [one.share for one in candidates(asked, read, [])]

    assert decided(SURE)[0].finding.short == "40 million USD"
    doubted, shares = decided(DOUBTFUL)
    assert shares[1] < TOLD < shares[0]
    assert doubted.finding.short == "31 million USD"
    assert doubted.others == ()


def test_a_later_sentence_that_tells_the_earlier_value_too_takes_its_place_however_doubtful():
    before = told(31, 2020, "a")
    change = "Trade between Chile and Peru is worth 40 million USD in place of the {} million told in 2020."

    def decided(earlier, year):
        after = source(dated(article(change.format(earlier), name="b"), year), score=9.0)
        read = [Draft(before, "31 million USD", SURE), Draft(after, "40 million USD", DOUBTFUL)]
        return decide(understand(NOW), read, [before, after], [])

    newer = decided(31, 2022)
    assert newer.finding.short == "40 million USD"
    assert [other.short for other in newer.others] == ["31 million USD"]
    assert decided(30, 2022).finding.short == "31 million USD"  # it tells of something else
    assert decided(31, 2019).finding.short == "31 million USD"  # it is no later


def test_the_latest_is_given_even_where_an_earlier_value_is_read_more_surely():
    before, later = told(31, 2020, "a"), told(40, 2021, "b")
    middling = Voice(-1.5, -0.4, -1.0)
    read = [Draft(before, "31 million USD", SURE), Draft(later, "40 million USD", middling)]
    latest = decide(understand(f"{NOW[:-1]} now?"), read, [before, later], [])
    plain = decide(understand(NOW), read, [before, later], [])
    one, two = (one.share for one in candidates(understand(NOW), read, []))
    assert TOLD <= two < HEIR * one
    assert latest.finding.short == "40 million USD"
    assert plain.finding.short == "31 million USD"
    assert [other.short for other in plain.others] == ["40 million USD"]


def office(holder: str, year: int, name: str):
    of = article(
        f"{holder}, the mayor of Porto, opened the new bridge.", title="A bridge in Porto", name=name
    )
    return source(dated(of, year), score=9.0)


def test_who_holds_an_office_is_told_by_the_newest_article():
    before, now = office("Ana Ruiz", 2020, "a"), office("Marco Bini", 2023, "b")
    drafts = [Draft(before, "Ana Ruiz", SURE), Draft(now, "Marco Bini", SURE)]
    decision = decide(understand("Who is the mayor of Porto?"), drafts, [before, now], [])
    assert decision.finding.short == "Marco Bini"
    assert [other.short for other in decision.others] == ["Ana Ruiz"]
    # So the first is no reason to stop while another article is unread.
    assert not decide(understand("Who is the mayor of Porto?"), drafts[:1], [before, now], []).settled
    enough = dataclasses.replace(NORMAL, enough=0.8)
    assert decide(understand("Who is the mayor of Porto?"), drafts[:1], [before], [], enough).settled
    # Who held it at another time is no state of it: there the readings are rivals.
    past = decide(understand("Who was the mayor of Porto in 2020?"), drafts, [before, now], [])
    assert past.others == ()
    assert past.confidence < decision.confidence


def test_rivals_of_one_year_lower_each_other():
    # The control: with a year asked for, both cannot be right, and each takes from the other.
    one, two = told(31, 2021, "a"), told(40, 2021, "b")
    asked = understand("What was the trade between Chile and Peru worth in 2021?")
    (alone,) = candidates(asked, drafts(two), [])
    both = candidates(asked, drafts(one, two), [])
    assert [len(one.backing) for one in both] == [1, 1]
    assert all(one.sure < alone.sure for one in both)


def test_readings_that_agree_are_surer_than_one():
    one, two = told(40, 2021, "a"), told(40, 2022, "b")
    asked = understand(NOW)
    (alone,) = candidates(asked, drafts(one), [])
    both = candidates(asked, drafts(one, two), [])
    assert all(one.sure > alone.sure for one in both)
    assert sum(one.share for one in both) == pytest.approx(both[0].sure, abs=2e-4)


def test_a_reading_that_nearly_said_not_stated_is_no_answer():
    one = dataclasses.replace(told(40, 2021, "a"), score=3.0)
    doubtful = drafts(one, voice=Voice(-0.2, -0.9, -1.8))
    decision = decide(understand(NOW), doubtful, [one], [])
    assert (decision.finding, decision.reason) == (None, "low_confidence")


def test_what_another_subject_counts_is_no_state_of_it():
    blast = source(dated(article("The quarry blast killed three people.", name="a"), 2021), score=9.0)
    storm = source(dated(article("The storm killed 7 people.", name="b"), 2022), score=9.0)
    later = source(dated(article("The quarry blast killed 4 people in all.", name="c"), 2022), score=9.0)
    asked = understand("How many people did the quarry blast kill?")
    found = candidates(asked, [Draft(blast, "three people", SURE), Draft(storm, "7 people", SURE)], [])
    assert [len(one.backing) for one in found] == [1, 1]
    states = candidates(asked, [Draft(blast, "three people", SURE), Draft(later, "4 people", SURE)], [])
    assert [len(one.backing) for one in states] == [2, 2]
