"""What code knows of a draft: the month and the level meant, whose name it is, where the value stands."""

import dataclasses
import datetime as dt

import pytest
from answer_helpers import article, source

from index.records import Dated
from rag.checks.binding import mentions
from rag.checks.objections import objections
from rag.checks.timing import TIME_UNSAID, unnamed_year
from rag.checks.verify import UNKIND, examine
from rag.deciding.candidates import candidates
from rag.deciding.rivals import rivals
from rag.evidence.lines import holder_asked
from rag.question import understand
from rag.reading.reader import Draft, Voice
from rag.saying.compose import attempts
from rag.values import find_names, find_values
from rag.values.changes import from_to, is_change, is_level

SURE = Voice(-9.0, -0.02, -0.1)


def of_day(text, day, **given):
    published = dt.date.fromisoformat(day)
    return dataclasses.replace(
        article(text, **given), published=published, dated=Dated(published, "day", "metadata")
    )


def against(question, of):
    asked = understand(question)
    return {
        mention.value.text: objections(mention, asked)
        for line in source(of).lines
        for mention in mentions(line, asked)
    }


PEPPER = "Pepper costs 90 USD a sack in Lima."


@pytest.mark.parametrize(
    ("question", "day", "objects"),
    [
        ("How much did pepper cost in March 2026?", "2026-03-11", []),
        ("How much did pepper cost in March 2026?", "2026-08-11", [TIME_UNSAID]),
        ("How much did pepper cost on 11 March 2026?", "2026-03-11", []),
        ("How much did pepper cost on 12 March 2026?", "2026-03-11", [TIME_UNSAID]),
        ("How much did pepper cost in 2026?", "2026-08-11", []),
    ],
)
def test_a_value_without_a_time_is_of_its_articles_month(question, day, objects):
    assert against(question, of_day(PEPPER, day)) == {"90 USD": objects}


def test_what_was_told_in_another_month_may_not_be_so():
    asked = understand("Who ran the port in March 2026?")
    lines = [source(of_day("Ana Ruiz ran the port.", day)).lines[0] for day in ("2026-03-01", "2026-08-01")]
    assert [unnamed_year(asked, line) for line in lines] == [None, TIME_UNSAID]


def test_since_a_year_tells_nothing_of_what_was_sold_in_between():
    asked = understand("How much wheat did Peru sell in 2020?")
    line = source(of_day("Peru sells wheat since 2017, 3 million USD of it.", "2026-03-01")).lines[0]
    assert unnamed_year(asked, line) is not None


@pytest.mark.parametrize(
    ("text", "unnamed"),
    [
        ("Ana Ruiz, in office since 2017, opened the port.", False),
        ("Ana Ruiz, in office since 2021, opened the port.", True),
        ("Ana Ruiz opened the port.", True),
    ],
)
def test_since_a_year_covers_the_years_after_it(text, unnamed):
    asked = understand("Who was in office in 2020?")
    assert (unnamed_year(asked, source(of_day(text, "2026-03-01")).lines[0]) is not None) is unnamed


@pytest.mark.parametrize(
    ("text", "lang", "change", "level"),
    [
        ("Exports rose by 3 billion USD.", "en", True, False),
        ("Exports rose to 3 billion USD.", "en", False, True),
        ("Giá tăng 300 USD.", "vi", True, False),
        ("Giá tăng lên 300 USD.", "vi", False, True),
        ("They are worth 3 billion USD.", "en", False, False),
    ],
)
def test_a_change_and_a_level(text, lang, change, level):
    (value,) = find_values(text, lang)
    assert (is_change(text, value), is_level(text, value)) == (change, level)


def test_a_level_is_no_answer_to_a_change():
    text = "Exports of Chile rose to 14 billion USD. They rose by 3 billion USD."
    of = of_day(text, "2026-03-01")
    assert against("By how much did exports of Chile rise?", of) == {
        "14 billion USD": ["a level, not a change"],
        "3 billion USD": [],
    }
    assert against("How much are exports of Chile worth?", of)["14 billion USD"] == []


@pytest.mark.parametrize(
    ("asked", "said", "spoken"),
    [
        ("Bão Yamara làm bao nhiêu người chết?", "Bão Ottoline làm 7 người chết.", False),
        ("Bão Ottoline làm bao nhiêu người chết?", "Bão Ottoline làm 7 người chết.", True),
        ("Lạc Sơn có bao nhiêu người chết?", "Ông Đoàn Ngọc Sơn nói có 7 người chết.", False),
        ("Lạc Sơn có bao nhiêu người chết?", "Ở Lạc Sơn có 7 người chết.", True),
        ("How many people did Katrin Vesely hire?", "Vesely hired 7 people.", True),
    ],
)
def test_half_of_a_name_is_not_the_name(asked, said, spoken):
    lang = "en" if asked.isascii() else "vi"
    of = of_day(said, "2026-03-01", lang=lang, title="7")
    ((_, objects),) = against(asked, of).items()
    assert any("does not speak of" in one for one in objects) is not spoken


PAINTINGS = "It was shut for five years. The thieves took five paintings, each 2.5 metres high."


def test_few_words_stand_where_they_are_the_value_asked_for():
    asked = understand("How many paintings did the thieves take?")
    finding = examine(asked, "five", source(article(PAINTINGS)))
    assert finding.line.text.startswith("The thieves")
    assert finding.objections == ()
    assert UNKIND in examine(asked, "shut for five years", source(article(PAINTINGS))).objections


def test_a_digit_is_not_found_inside_a_number():
    asked = understand("How many paintings did the thieves take?")
    assert "stands nowhere in the passage" in examine(asked, "2", source(article(PAINTINGS))).objections
    assert examine(asked, "2.5 metres", source(article(PAINTINGS))).short == "2.5 metres"


def test_what_code_finds_counts_if_a_reading_gives_it_too():
    """Of two values in equally good sentences code cannot choose, unless the reader has."""
    of = article("The north fair had 40 stalls. The south fair had 55 stalls.", title="Fairs")
    asked, one = understand("How many stalls did the fair have?"), source(of)
    own = rivals(asked, [one], list(one.lines))
    assert {finding.short for finding in own} == {"40", "55"}
    chosen = own[0].short
    heard = candidates(asked, [Draft(one, chosen, SURE)], own)
    assert any(
        candidate.finding.short.startswith(chosen) and len(candidate.backing) == 2 for candidate in heard
    )
    assert not any(candidate.by_code for candidate in candidates(asked, [Draft(one, "fairs", SURE)], own))


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("How many stalls did the fair have?", ["40"]),
        ("So how many stalls?", ["40"]),
        ("How many gates did the fair have?", []),
    ],
)
def test_code_counts_what_is_asked_for_by_the_same_word(question, found):
    one = source(article("The fair had 40 stalls.", title="A fair"))
    assert [finding.short for finding in rivals(understand(question), [one], list(one.lines))] == found


@pytest.mark.parametrize(
    ("question", "holder"),
    [
        ("Who chairs the board?", True),
        ("Who now leads the party?", True),
        ("Ai đang đứng đầu tập đoàn?", True),
        ("Who chaired the board in 2020?", False),
        ("Who bought the board?", False),
    ],
)
def test_who_chairs_is_who_holds_the_office(question, holder):
    assert holder_asked(understand(question)) is holder


@pytest.mark.parametrize("code", ["USD", "SEK", "TRY", "PLN"])
def test_the_code_of_a_currency_is_no_name(code):
    assert find_names(f"It cost 5 million {code}.", "en") == []


def test_the_frame_of_a_quotation_is_not_proven():
    """ "Một bài báo viết" stands in no English sentence; what it frames does."""
    asked = understand("Ana Ruiz nói gì về cảng?")
    one = source(of_day("Ana Ruiz said that the port is closed.", "2026-03-01"))
    quoted = [
        attempt
        for attempt in attempts(asked, examine(asked, "the port is closed", one), "")
        if attempt.quoted
    ]
    assert quoted
    assert quoted[0].text.startswith("Một bài báo viết")
    assert quoted[0].against == []


def test_an_unknown_coin_is_told_with_its_amount():
    asked = understand("Giá vé là bao nhiêu talar?")
    text = "Giá vé là 19 talar, trước đây 3 USD."
    fitting = {
        one.value.text for line in source(article(text, lang="vi")).lines for one in mentions(line, asked)
    }
    assert fitting == {"19"}
    finding = examine(asked, "19", source(article(text, lang="vi", title="Vé")))
    assert [one.text for one in attempts(asked, finding, "") if not one.quoted][-1] == "19 talar"


@pytest.mark.parametrize(
    ("text", "lang", "pair"),
    [
        ("It fell from a peak of 131 USD in April to 94 USD in August.", "en", ("131 USD", "94 USD")),
        ("Giá giảm từ 131.000 đồng hồi tháng 4 còn 94.500 đồng.", "vi", ("131.000 đồng", "94.500 đồng")),
        ("It costs 94 USD, down from 131 USD in April.", "en", ("131 USD", "94 USD")),
        ("Giá là 31.500 đồng, tăng so với 27.000 đồng hồi tháng 1.", "vi", ("27.000 đồng", "31.500 đồng")),
        ("It fell to 94 USD. They came from 131 USD.", "en", None),
        ("They have 131 USD and 94 USD.", "en", None),
    ],
)  # fmt: skip
def test_a_change_told_by_its_ends(text, lang, pair):
    values = [one for one in find_values(text, lang) if one.kind == "amount"]
    found = from_to(text, values)
    assert (found and tuple(one.text for one in found)) == pair


def test_ends_are_no_level_since_code_computes_the_change():
    text = "Pepper of Chile fell from 131 USD in April to 94 USD in August."
    of = of_day(text, "2026-09-01")
    assert against("By how much did pepper of Chile fall?", of) == {"131 USD": [], "94 USD": []}
