"""A measure is no count of people or things, and is what "how many hectares" asks for."""

import pytest
from answer_helpers import article, source

from rag.checks.binding import mentions
from rag.checks.verify import examine, refuted
from rag.question import understand

LAND = {
    "en": "The dam took 45 ha of land from 120 families and 3.5 km of road.",
    "vi": "Con đập lấy 45 ha đất của 120 hộ dân và 3,5 km đường.",
}


def fitting(question, text):
    asked = understand(question)
    lines = source(article(text, lang=asked.lang)).lines
    return [one.value.text for line in lines for one in mentions(line, asked)]


@pytest.mark.parametrize(
    ("question", "lang", "values"),
    [
        ("How many families lost their land?", "en", ["120"]),
        ("What is the total number of families that lost land?", "en", ["120"]),
        ("Bao nhiêu gia đình mất đất?", "vi", ["120"]),
        ("Có bao nhiêu hộ dân mất đất?", "vi", ["120"]),
        ("Co bao nhieu ho dan mat dat?", "vi", ["120"]),
    ],
)
def test_a_measure_is_no_count_of_people(question, lang, values):
    assert fitting(question, LAND[lang]) == values


@pytest.mark.parametrize(
    ("question", "lang"),
    [
        ("How many hectares of land did the dam take?", "en"),
        ("How many square kilometres or hectares were taken?", "en"),
        ("How big is the dam?", "en"),
        ("Bao nhiêu ha đất bị lấy?", "vi"),
        ("Có bao nhiêu héc ta đất bị lấy?", "vi"),
        ("Bao nhiêu đất bị lấy?", "vi"),
        ("Đoạn đường dài bao nhiêu cây số?", "vi"),
    ],
)
def test_who_asks_for_a_measure_gets_one(question, lang):
    assert set(fitting(question, LAND[lang])) & {"45 ha", "3,5 km"}


@pytest.mark.parametrize(
    ("question", "lang", "draft", "wrong"),
    [
        ("How many families lost their land?", "en", "45 ha", True),
        ("How many families lost their land?", "en", "120 families", False),
        ("How many hectares were taken?", "en", "45 ha", False),
        ("Bao nhiêu gia đình mất đất?", "vi", "45 ha", True),
        ("Bao nhiêu gia đình mất đất?", "vi", "120 hộ dân", False),
        ("Bao nhiêu ha đất bị lấy?", "vi", "45 ha", False),
    ],
)
def test_a_draft_of_a_measure_is_refuted_as_a_count(question, lang, draft, wrong):
    finding = examine(understand(question), draft, source(article(LAND[lang], lang=lang)))
    assert refuted(finding) is wrong
