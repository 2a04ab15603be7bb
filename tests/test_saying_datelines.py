"""What stands before the first words of a report is no part of a sentence that is said."""

import pytest
from answer_helpers import article, source

from rag.checks.verify import Finding
from rag.deciding.answering import Decision
from rag.question import understand
from rag.saying.compose import compose
from rag.saying.datelines import without_dateline


@pytest.mark.parametrize(("text", "said"), [
    ("VASTERHOLM — The city ordered 34 trams.", "The city ordered 34 trams."),
    ("NEW YORK, Jan. 5 (AP) -- The city ordered 34 trams.", "The city ordered 34 trams."),
    ("LIMA (Reuters) - “We ordered 34 trams,” he said.", "“We ordered 34 trams,” he said."),
    ("HÀ NỘI, 5/3 – Thành phố đặt 34 tàu điện.", "Thành phố đặt 34 tàu điện."),
    ("(Dân trí) - Thành phố đặt 34 tàu điện.", "Thành phố đặt 34 tàu điện."),
    ("GDP — the sum of all — rose by 5 percent.", "GDP — the sum of all — rose by 5 percent."),
    ("The city — it has 34 trams.", "The city — it has 34 trams."),
    ("COVID-19 cases rose to 34.", "COVID-19 cases rose to 34."),
    ("UN-Habitat ordered 34 trams.", "UN-Habitat ordered 34 trams."),
])  # fmt: skip
def test_a_dateline_is_not_said(text, said):
    assert without_dateline(text, article(text), 0) == said


def test_only_the_first_words_of_an_article_have_one():
    text = "The city has trams. LIMA — The city ordered 34."
    assert without_dateline("LIMA — The city ordered 34.", article(text), 20) == "LIMA — The city ordered 34."


def test_a_sentence_is_said_without_it_and_quoted_with_it():
    of = source(article("LIMA — The city of Lima ordered 34 trams on Wednesday."))
    question = understand("How many trams did Lima order?")
    finding = Finding(of, of.best.text, (of.best,), whole=True)
    said = compose(question, Decision(finding, None), "")
    assert said.text == "The city of Lima ordered 34 trams on Wednesday. [1]"
    assert said.citations[0].quote == "LIMA — The city of Lima ordered 34 trams on Wednesday."
