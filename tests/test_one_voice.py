"""A story that several outlets printed is one voice in an answer, and all of them are named."""

import dataclasses
import datetime as dt

import pytest
from answer_helpers import article, source
from wire_stories import COURIER, HERALD, WIRE, page, press, write

from index import Library
from index.embed import HashEmbedder
from index.records import Dated, Hit, Passage, Printing
from rag.answer import Also, Answer, Citation
from rag.assistant import Assistant
from rag.deciding.answering import decide
from rag.deciding.candidates import candidates
from rag.deciding.rivals import rivals
from rag.evidence import sources as evidence
from rag.fakes import ScriptedLLM
from rag.question import understand
from rag.reading.reader import Draft, Voice
from rag.showing import terminal
from rag.showing.listing import explain, results
from rag.web.chat import render

COST = "How much will the terminal in Belmara cost?"
ACCESS = "When does the town council vote on the access road?"


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(press(tmp_path / "news"))
        yield library


def ask(library, question, reply):
    return Assistant(library, ScriptedLLM(lambda _: reply)).ask(question)


def test_the_first_of_the_copies_is_cited_and_the_others_are_named(library):
    answer = ask(library, ACCESS, "in March")
    [citation] = answer.citations
    assert citation.quote == "The town council votes on the access road in March."
    assert citation.outlet == "Continental Wire"
    assert [(one.outlet, one.published) for one in citation.also] == [
        ("Kesterholm Courier", "2025-05-07"),
        ("The Herald", "2025-05-08"),
        ("Evening Echo", "2025-05-09"),
    ]
    assert answer.to_dict()["citations"][0]["also"][1]["outlet"] == "The Herald"
    for one in citation.also:
        assert citation.quote in library.get(one.article).text


def test_no_place_is_taken_twice_for_the_same_words(library, monkeypatch):
    sources, lines = evidence.select(understand(ACCESS), library)
    holding = [one for one in sources if "votes on the access road" in one.text]
    assert [one.article.file for one in holding] == ["wire.md"]
    echoes = [line for line in lines if "votes on the access road" in line.text and line.echo]
    assert all(line.article.file != "wire.md" for line in echoes)
    # The control: as many voices as copies, were they strangers.
    monkeypatch.setattr("index.stories.groups", lambda connection, articles=None: {})
    sources, _ = evidence.select(understand(ACCESS), library)
    assert len([one for one in sources if "votes on the access road" in one.text]) > 1


def test_a_copy_with_another_figure_is_heard(library):
    sources, lines = evidence.select(understand(COST), library)
    read = " ".join(one.text for one in sources)
    assert "340 million" in read
    assert "360 million" in read
    found = {one.short for one in rivals(understand(COST), sources, lines)}
    assert found >= {"340 million USD", "360 million USD"}
    says = {line.article.file for line in lines if "costs 340 million" in line.text and not line.echo}
    assert says == {"wire.md", "dockers.md"}  # the story once, and another article that says it


def told(value, name, year=2022, story="", day=1):
    when = dt.date(year, 7, day)
    of = article(f"Trade between Chile and Peru is worth {value} million USD.", name=name)
    of = dataclasses.replace(of, published=when, dated=Dated(when, "day", "metadata"))
    made = source(of, score=9.0)
    lines = tuple(dataclasses.replace(line, story=story) for line in made.lines)
    return dataclasses.replace(made, lines=lines, best=lines[0])


VOICE = Voice(-6.0, -0.1, -0.3)


def draft(one):
    return Draft(one, one.text.split(" worth ")[1].rstrip("."), VOICE)


def test_three_copies_are_no_surer_and_do_not_outvote():
    asked = understand("What was the trade between Chile and Peru worth in 2022?")
    copies = [told(40, name, story="s") for name in "abc"]
    strangers = [told(40, name) for name in "abc"]
    other = told(47, "d")

    def sure(*sources):
        found = candidates(asked, [draft(one) for one in sources], [])
        return {one.finding.short: one.sure for one in found}

    assert sure(*copies) == sure(copies[0])
    assert sure(*copies, other) == sure(copies[0], other)
    assert sure(*strangers)["40 million USD"] > sure(strangers[0])["40 million USD"]


def test_copies_that_differ_contradict_each_other():
    asked = understand("What is the trade between Chile and Peru worth?")
    one, two = told(40, "a", story="s"), told(47, "b", story="s", day=3)
    decision = decide(asked, [draft(one), draft(two)], [one, two], [])
    assert decision.finding.short == "47 million USD"
    assert [other.short for other in decision.others] == ["40 million USD"]


def test_what_copies_say_in_other_words_waits(tmp_path):
    """Another article comes first though its sentence is a worse match; without it there is room for both."""
    reworded = WIRE.replace(
        "The town council votes on the access road in March.",
        "In March the town council is to vote on the access road.",
    )
    paths = write(
        tmp_path / "news",
        a=page(WIRE, "A terminal for Belmara", "A", "2025-05-06"),
        b=page(reworded, "A terminal for Belmara", "B", "2025-05-07"),
        c=page("The road was closed in spring.\n\nA council met about a road to the lake.", "Other news"),
    )
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(paths)
        asked = understand(ACCESS)
        lines = [one for one in evidence.score(asked, evidence.find(asked, library), library)]
        lines = [one for one in lines if "council" in one.text and "road" in one.text]
        assert [one.article.outlet for one in lines] in (["A", "B", None], ["B", "A", None])
        far, near = (
            evidence.FAR,
            [dataclasses.replace(one, score=9.0 - i / 10) for i, one in enumerate(lines)],
        )
        assert [one.article.outlet for one in evidence.places(near, 2, far)] == [
            near[0].article.outlet,
            None,
        ]
        assert {one.article.outlet for one in evidence.places(near, 3, far)} == {"A", "B", None}
        strangers = [dataclasses.replace(one, story="") for one in near]
        assert [one.article.outlet for one in evidence.places(strangers, 2, far)] == [
            one.article.outlet for one in near[:2]
        ]


def test_printed_again_is_not_newer(tmp_path):
    """The reprint of the old figure comes after the new figure, which is still the latest."""
    paths = write(
        tmp_path / "news",
        a=page(WIRE, "A terminal for Belmara", "A", "2025-05-06"),
        b=page(COURIER, "A terminal for Belmara", "B", "2025-05-08"),
        c=page(HERALD, "A terminal for Belmara", "C", "2025-05-20"),
    )
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(paths)
        asked = understand("How much will the terminal in Belmara cost according to the latest figure?")
        assert asked.newest
        lines = evidence.score(asked, evidence.find(asked, library), library)
        dated = {
            line.article.published.day: line.text
            for line in lines
            if "terminal costs" in line.text and not line.echo
        }
    assert sorted(dated) == [6, 8]
    assert "360" in dated[8]


ALSO = (Also("b", "The Herald", "2025-05-08"), Also("c", None, None), Also("d", "<b>Echo</b>", None))
CITED = Citation(1, "a", "a.md", "A port", "Wire", "2025-05-06", "en", "It grows.", 0, 9, also=ALSO)


def test_other_outlets_are_named_in_print():
    assert terminal.source(CITED) == (
        "  [1] A port (Wire, 2025-05-06, also in The Herald, <b>Echo</b>)\n      “It grows.”"
    )
    of_vi = dataclasses.replace(CITED, lang="vi", also=ALSO[:1])
    assert "cũng đăng trên The Herald" in terminal.source(of_vi)
    own = dataclasses.replace(CITED, also=(Also("b", "Wire", None),))
    assert "also in" not in terminal.source(own)


def test_cards_name_other_outlets():
    answer = Answer("Does it grow?", "answered", "It grows. [1]", citations=(CITED,))
    shown = render.render_turn(render.Turn(1, "Does it grow?", "done", answer=answer))
    assert "also in The Herald, &lt;b&gt;Echo&lt;/b&gt;" in shown
    bare = dataclasses.replace(answer, citations=(dataclasses.replace(CITED, also=()),))
    assert "also in" not in render.render_turn(render.Turn(1, "Does it grow?", "done", answer=bare))


def test_a_hit_as_json_names_them():
    of = article()
    printed = Printing("b" * 16, "The Herald", dt.date(2025, 5, 8))
    hit = Hit(of, Passage("p", of.id, "en", 0, 5, of.text[:5]), 0.5, also=(printed,))
    (shown,) = results(explain("a bridge", [hit]), 0.0)["hits"]
    assert shown["also"] == [{"article": "b" * 16, "outlet": "The Herald", "published": "2025-05-08"}]
