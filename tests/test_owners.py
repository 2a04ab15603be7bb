"""A value that its sentence gives of another name is not that of the one asked for."""

from dataclasses import replace

import pytest
from answer_helpers import article, source

from rag.checks.binding import mentions
from rag.checks.objections import objections
from rag.checks.verify import refutes
from rag.question import understand

FINES = "Halden Steel was fined 3 million USD; Brannock Marine's fine was 5 million USD."


def values(question, text):
    asked = understand(question)
    lines = source(article(text, lang=asked.lang, title="News")).lines
    befores = ("", *(line.text for line in lines))
    lines = [replace(line, before=before) for line, before in zip(lines, befores, strict=False)]
    found = [(one.value.text, objections(one, asked)) for line in lines for one in mentions(line, asked)]
    return [value for value, against in found if not refutes(against)]


@pytest.mark.parametrize(
    ("question", "text", "answers"),
    [
        ("How much was Halden Steel fined?", FINES, ["3 million USD"]),
        ("How much was Brannock Marine fined?", FINES, ["5 million USD"]),
        (
            "How much did Halden Steel pay?",
            "Halden Steel paid 3 million USD, while Brannock Marine paid 5 million USD.",
            ["3 million USD"],
        ),
        (
            "How much was Halden Steel fined?",
            "Halden Steel was acquitted, while Brannock Marine was fined 5 million USD.",
            [],
        ),
        (
            "How much was Halden Steel fined?",
            "Halden Steel was fined 3 million USD. Brannock Marine was fined 5 million USD.",
            ["3 million USD"],
        ),
        (
            "How much was the contract of Halden Steel?",
            "They are worth 3 million dollars for Halden Steel and 5 million dollars for Brannock Marine.",
            ["3 million dollars"],
        ),
        (
            "Công ty Minh Phát bị phạt bao nhiêu tiền?",
            "Công ty Minh Phát bị phạt 3 tỷ đồng, còn Hoàng Long bị phạt 5 tỷ đồng.",
            ["3 tỷ đồng"],
        ),
        (
            "Công ty Hoàng Long bị phạt bao nhiêu tiền?",
            "Công ty Minh Phát bị phạt 3 tỷ đồng, còn Hoàng Long bị phạt 5 tỷ đồng.",
            ["5 tỷ đồng"],
        ),
        (
            "Công ty Minh Phát bị phạt bao nhiêu tiền?",
            "Minh Phát bị phạt 3 tỷ đồng. Hoàng Long bị phạt 5 tỷ đồng.",
            ["3 tỷ đồng"],
        ),
    ],
)
def test_each_name_has_its_own_value(question, text, answers):
    assert values(question, text) == answers


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "How much was Halden Steel fined?",
            "Halden Steel broke the law and the company was fined 5 million USD.",
        ),
        ("How much was Halden Steel fined?", "Halden Steel and Brannock Marine were fined 5 million USD."),
        ("How much was Halden Steel fined?", "Brannock Marine said Halden Steel was fined 5 million USD."),
        (
            "How much was Halden Steel fined?",
            "Halden Steel lost; Judge Ana Ruiz set the fine at 5 million USD.",
        ),
        ("How much did Halden Steel bid?", "Halden Steel, a rival of Brannock Marine, bid 5 million USD."),
        (
            "How much did Halden Steel pay Brannock Marine?",
            "Brannock Marine got 5 million USD from Halden Steel.",
        ),
        (
            "How much did Halden Steel earn?",
            "In a case against Halden Steel it said it had earned 5 million USD.",
        ),
        ("How much was Halden Steel fined?", "The company was fined 5 million USD."),
        ("Minh Phát bị phạt bao nhiêu tiền?", "Minh Phát vi phạm và công ty này bị phạt 5 tỷ đồng."),
        ("Minh Phát bị phạt bao nhiêu tiền?", "Minh Phát và Hoàng Long bị phạt 5 tỷ đồng."),
        ("Minh Phát bị phạt bao nhiêu tiền?", "Hoàng Long cho biết Minh Phát bị phạt 5 tỷ đồng."),
    ],
)
def test_what_is_not_plainly_of_another_is_let_pass(question, text):
    asked = understand(question)
    (line,) = source(article(text, lang=asked.lang, title="Halden Steel, Minh Phát")).lines
    found = [one for mention in mentions(line, asked) for one in objections(mention, asked)]
    assert not any(one.startswith("of ") for one in found)
