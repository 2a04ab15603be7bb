"""One thing as two tell it: what is taken apart, whose word an answer is, and what is withheld."""

import re

import pytest
from answer_helpers import article, source
from compound_helpers import ask

from index import Library
from index.embed import HashEmbedder
from rag.checks.binding import bind
from rag.checks.verify import Finding
from rag.compound import tellers
from rag.compound.several import Part
from rag.question import understand

STRIKE = {
    "union.txt": (
        "Outlet: Harbour Post\nDate: 2024-02-03\n\nA strike in the port of Lima\n\n"
        "The union of dockers said that 6,500 people were on strike in Lima. Ships waited in the bay."
    ),
    "port.txt": (
        "Outlet: Daily Bay\nDate: 2024-02-04\n\nWork goes on in the port of Lima\n\n"
        "The port authority said that 3,900 people were on strike in Lima. Cranes moved in the bay."
    ),
    "both.txt": (
        "Outlet: Harbour Post\nDate: 2024-02-05\n\nA storm over Accra\n\n"
        "The treasury put the damage of the storm in Accra at 240 million USD, "
        "the insurers at 310 million USD."
    ),
}
BOTH = "What damage do the treasury and the insurers each put on the storm in Accra?"
TWO = "How many people were on strike in Lima according to the union and according to the port authority?"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tellers")
    for name, text in STRIKE.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Library.open(folder / "library", HashEmbedder()) as opened:
        opened.add([folder / name for name in STRIKE])
        yield opened


def reader(finds):
    """Return a script that finds in a passage the first words of `finds` whose key the question has."""

    def reads(prompt):
        passage, question = re.findall(r"Passage:\n(.*?)\n\nQuestion:\n(.*?)(?=<|$)", prompt, re.DOTALL)[-1]
        sought = [one for key, words in finds.items() if key in question for one in words]
        return next((one for one in sought if one in passage), "not stated")

    return reads


@pytest.mark.parametrize(("text", "expected", "names"), [
    (
        TWO,
        [
            "How many people were on strike in Lima according to the union?",
            "How many people were on strike in Lima according to the port authority?",
        ],
        ["the union", "the port authority"],
    ),
    (
        "According to the police and the organisers, how many came?",
        ["According to the police, how many came?", "According to the organisers, how many came?"],
        ["the police", "the organisers"],
    ),
    (
        "What death toll did the government and the rebels report?",
        ["What death toll did the government report?", "What death toll did the rebels report?"],
        ["the government", "the rebels"],
    ),
    (
        "How many seats did Chile and Peru each claim?",
        ["How many seats did Chile claim?", "How many seats did Peru claim?"],
        ["Chile", "Peru"],
    ),
    (
        "Theo công đoàn và theo cảng, bao nhiêu người đình công?",
        ["Theo công đoàn, bao nhiêu người đình công?", "Theo cảng, bao nhiêu người đình công?"],
        ["công đoàn", "cảng"],
    ),
    (
        "Thiệt hại theo chính phủ và hãng bảo hiểm lần lượt là bao nhiêu?",
        ["Thiệt hại theo chính phủ là bao nhiêu?", "Thiệt hại theo hãng bảo hiểm là bao nhiêu?"],
        ["chính phủ", "hãng bảo hiểm"],
    ),
])  # fmt: skip
def test_each_teller_is_asked_for_alone(text, expected, names):
    parts = tellers.split(understand(text))
    assert [part.text for part in parts] == expected
    assert [part.teller for part in parts] == names


@pytest.mark.parametrize("text", [
    "How many schools are there according to the Ministry of Education and Training?",
    "How many came according to the police?",
    "What target did Chile and Peru announce?",
    "Do the organisers and the city give the same attendance?",
    "Theo Bộ Giáo dục và Đào tạo, có bao nhiêu trường?",
    "Kim ngạch theo thống kê là bao nhiêu?",
])  # fmt: skip
def test_what_one_tells_or_two_tell_together_stays_one(text):
    assert tellers.split(understand(text)) == []


def test_two_tellers_are_told_each_with_its_own_words(library):
    finds = {"according to the union": ("6,500",), "port authority": ("3,900",)}
    _, answer, _ = ask(library, TWO, reader(finds))
    assert answer.status == "answered"
    assert [re.findall(r"[\d.,]+\d", claim.text)[0] for claim in answer.claims] == ["6,500", "3,900"]
    assert [citation.file for citation in answer.citations] == ["union.txt", "port.txt"]


def test_one_tellers_figure_is_not_given_for_anothers(library):
    """The reader takes the union's figure whoever is asked for; of the police nothing is said anywhere."""
    asked = TWO.replace("the port authority", "the police")
    _, answer, _ = ask(library, asked, reader({"according to": ("6,500",)}))
    assert (answer.status, answer.short) == ("partial", "6,500")
    assert [claim.citations for claim in answer.claims] == [(1,)]
    assert "The articles do not answer this part" in answer.answer
    assert "according to the police" in answer.answer


def test_a_sentence_that_names_both_gives_each_its_own(library):
    finds = {"treasury": ("240 million USD",), "insurers": ("310 million USD",)}
    _, answer, _ = ask(library, BOTH, reader(finds))
    assert (answer.status, answer.short) == ("answered", "240 million USD; 310 million USD")


def test_of_two_in_one_sentence_only_ones_own_figure_is_given(library):
    _, answer, _ = ask(library, BOTH, reader({"storm": ("240 million USD",)}))
    assert (answer.status, answer.short) == ("partial", "240 million USD")
    assert "do the insurers put" in answer.answer


def test_where_both_are_named_around_a_figure_it_is_no_ones():
    raw = "The union met the port authority. It was said that 6,500 people were on strike."
    of = source(article(raw))
    line = of.lines[1]
    finding = Finding(of, "6,500", (line,), mention=bind(line, line.values[0]))
    union, port = Part("", "", "the union"), Part("", "", "the port authority")
    assert not tellers.told_by(union, [port], finding, "en")
    assert not tellers.told_by(port, [union], finding, "en")
    assert tellers.told_by(union, [], finding, "en")


@pytest.mark.parametrize(("teller", "asked", "said", "lang", "expected"), [
    ("the port authority", "en", "Cơ quan quản lý cảng nói có 3.900 người đình công.", "vi", True),
    ("the union", "en", "Cơ quan quản lý cảng nói có 3.900 người đình công.", "vi", False),
    ("ban tổ chức", "vi", "The organisers counted 42,000 visitors.", "en", True),
    ("ban tổ chức", "vi", "The city counted 36,500 visitors.", "en", False),
    ("the insurers", "en", "An insurer's estimate is 310 million USD.", "en", True),
    ("công đoàn", "vi", "Công đoàn nói có 6.500 người đình công.", "vi", True),
    ("công đoàn", "vi", "Công ty nói có 6.500 người đình công.", "vi", False),
    ("the beekeepers", "en", "Người nuôi ong nói có 40 tổ.", "vi", False),  # the glossary knows them not
])  # fmt: skip
def test_whose_word_it_is_is_known_by_the_words_of_either_language(teller, asked, said, lang, expected):
    source_ = source(article(said, lang=lang))
    finding = Finding(source_, said, source_.lines)
    assert tellers.told_by(Part("", "", teller), [], finding, asked) is expected


ONE = "The treasury says 240 million USD, the insurers say 310 million USD."
MORE = "The insurers say 310 million USD, more than the 240 million USD of the treasury."
YEARS = "It was 240 million USD in 2020 and 250 million USD in 2021, said the treasury."


@pytest.mark.parametrize(("said", "words", "expected"), [
    (ONE, "240 million USD", True),
    (ONE, "310 million USD", False),
    (MORE, "240 million USD", True),
    (MORE, "310 million USD", False),
    (YEARS, "250 million USD", True),
])  # fmt: skip
def test_of_several_values_a_teller_has_the_nearest(said, words, expected):
    of = source(article(said))
    (value,) = [one for one in of.best.values if one.text == words]
    finding = Finding(of, words, of.lines, mention=bind(of.best, value))
    others = [Part("", "", "the insurers")]
    assert tellers.told_by(Part("", "", "the treasury"), others, finding, "en") is expected
