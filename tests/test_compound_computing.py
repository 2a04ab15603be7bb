"""Arithmetic with quoted values, against arithmetic done by hand; what is not certain is not computed."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from answer_helpers import article, source

from rag.answer import Citation, Computed, Operand
from rag.checks.binding import bind
from rag.checks.verify import Finding
from rag.compound.computing import comparable, compute, recomputed, years_between
from rag.values import find_values


def finding(text, lang="en", *, which=0, **more):
    """Return a finding of the value number `which` of a one-sentence article."""
    of = source(article(text, lang=lang, name=more.pop("name", "a")))
    value = of.best.values[which]
    return Finding(of, value.text, (of.best,), mention=bind(of.best, value), **more)


@pytest.mark.parametrize(("form", "one", "two", "value", "about"), [
    ("difference", "It is 18 billion USD.", "It was 15 billion USD.", "3000000000", False),
    ("difference", "It was 590 million USD.", "It is 1.2 billion USD.", "610000000", False),
    ("difference", "It is 0.3 percent.", "It was 0.1 percent.", "0.2", False),  # no 0.19999999999999998
    ("change", "It was 8.2 billion USD.", "It is 16.7 billion USD.", "8500000000", False),
    ("sum", "It is 16.7 billion USD.", "It is 10.3 billion USD.", "27000000000", False),
    ("difference", "It has 5,608 projects.", "It has 119 projects.", "5489", False),
    ("difference", "It is almost 14 billion USD.", "It was 9 billion USD.", "5000000000", True),
    ("difference", "It is over 646 million USD.", "It is 59 million USD.", "587000000", True),
    ("larger", "It is 16.7 billion USD.", "It is 10.3 billion USD.", "1", False),
    ("larger", "It is 10.3 billion USD.", "It is 16.7 billion USD.", "2", False),
    ("smaller", "It is 10.3 billion USD.", "It is 16.7 billion USD.", "1", False),
    ("larger", "It is 10 billion USD.", "It is 10 billion USD.", "0", False),
    ("years", "It began in 1955.", "It began in 2013.", "58", False),
    ("years", "It began in March 2013.", "It began in January 2025.", "11", False),
    ("years", "It began on 10 March 2013.", "It began on 10 March 2025.", "12", False),
    ("earlier", "It began in 2016.", "It began in 2012.", "2", False),
    ("later", "It began in March 2013.", "It began in May 2013.", "2", False),
    ("earlier", "It began in 2013.", "It began in 2013.", "0", False),
])  # fmt: skip
def test_results_are_exact(form, one, two, value, about):
    result = compute(form, finding(one), finding(two, name="b"))
    assert result is not None
    assert (result.value, result.about) == (Decimal(value), about)


def test_both_languages_and_all_scales_are_one_unit():
    english, vietnamese = (
        finding("It was 900 million USD."),
        finding("Kim ngạch là 1,5 tỷ USD.", "vi", name="b"),
    )
    assert compute("difference", english, vietnamese).value == 600_000_000
    assert compute("difference", english, finding("Có 5.608 dự án.", "vi", name="b")) is None


@pytest.mark.parametrize(("form", "one", "two"), [
    ("difference", "It is 18 billion USD.", "It was 15 billion VND."),
    ("sum", "It is 18 billion USD.", "It was 15 billion EUR."),
    ("larger", "It is 18 billion USD.", "It has 15 projects."),
    ("difference", "It has 12 projects.", "It has 3 provinces."),
    ("difference", "It is 18 km.", "It is 15 percent."),
    ("difference", "It is 10 to 15 billion USD.", "It was 9 billion USD."),  # which of the two ends?
    ("larger", "It is almost 14 billion USD.", "It was 13.9 billion USD."),  # the rounding decides
    ("larger", "It is over 300,000 USD.", "It was 310,000 USD."),
    ("difference", "It is about 14 billion USD.", "It was 14 billion USD."),
    ("earlier", "It began in 2013.", "It began in May 2013."),
    ("years", "It began in May 2013.", "It began in 2013."),
    ("years", "It began in 2013.", "It ran from 2014 to 2016."),
    ("difference", "It began in 2013.", "It began in 2016."),
    ("years", "It has 12 projects.", "It began in 2016."),
])  # fmt: skip
def test_what_does_not_go_together_is_not_computed(form, one, two):
    assert compute(form, finding(one), finding(two, name="b")) is None


def test_nothing_is_computed_against_an_objection_or_twice_from_one_value():
    one, two = finding("It is 18 billion USD."), finding("It was 15 billion USD.", name="b")
    assert compute("sum", one, two) is not None
    assert compute("sum", one, one) is None
    assert compute("sum", one, dataclasses.replace(two, objections=("of 2021, not of 2022",))) is None
    assert compute("sum", dataclasses.replace(one, partial=True), two) is None
    assert compute("sum", dataclasses.replace(one, mention=None), two) is None


def test_a_day_that_is_only_meant_is_not_computed_with():
    meant = find_values("It began last year.", "en", reference=dt.date(2025, 5, 5))[0]
    assert meant.relative
    one = finding("It began in 2013.")
    two = dataclasses.replace(one, mention=dataclasses.replace(one.mention, value=meant))
    assert compute("years", one, two) is None


@pytest.mark.parametrize(("one", "two", "years"), [
    ([2013], [2025], 12),
    ([2025], [2013], 12),
    ([2013, 3], [2025, 2], 11),
    ([2013, 3, 10], [2025, 3, 9], 11),
    ([2013, 3, 10], [2025, 3, 10], 12),
    ([2013], [2013], 0),
])  # fmt: skip
def test_years_between_are_whole_years(one, two, years):
    assert years_between(one, two) == years


def test_a_number_without_a_noun_goes_with_any_and_two_nouns_do_not():
    count, other, bare = (find_values(text, "en")[0] for text in ("12 projects", "3 provinces", "7 of them"))
    assert comparable(count, bare)
    assert not comparable(count, other)


def citation(n, quote, lang="en"):
    return Citation(n, "a" * 16, "a.txt", "", None, None, lang, quote, 0, len(quote))


def test_a_result_is_said_only_if_the_quotations_give_it_again():
    cited = {1: citation(1, "It is 18 billion USD."), 2: citation(2, "Trước là 15 tỷ USD.", "vi")}
    operands = (Operand("18 billion USD", "18000000000", "USD", 1), Operand("15", "15000000000", "USD", 2))
    right = Computed("difference", "3000000000", "USD", operands)
    assert recomputed(right, cited, "difference")
    assert not recomputed(dataclasses.replace(right, value="4000000000"), cited, "difference")
    swapped = (operands[0], dataclasses.replace(operands[1], citation=1))
    assert not recomputed(dataclasses.replace(right, operands=swapped), cited, "difference")
