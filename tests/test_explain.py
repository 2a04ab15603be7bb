"""The path of an answer, told again: what is told is what decided."""

import json

import pytest
from answer_helpers import CHILE_PERU, VIETNAMESE

from index import Library
from index.embed import HashEmbedder
from rag.answer import Done
from rag.assistant import Assistant
from rag.care import NORMAL
from rag.fakes import ScriptedLLM
from rag.showing import terminal
from rag.showing.explain import explain, text

QUESTION = "How many projects does Chile have in Peru?"


@pytest.fixture
def library(tmp_path):
    (tmp_path / "new.txt").write_text(
        "Outlet: Harbour Post\nDate: 2022-07-01\n\nChile and \x1b[31mPeru trade\n\n" + CHILE_PERU
    )
    (tmp_path / "vi.txt").write_text("Chile - Peru tăng thương mại\n\n" + VIETNAMESE)
    with Library.open(tmp_path / "library", HashEmbedder()) as opened:
        opened.add([tmp_path / "new.txt", tmp_path / "vi.txt"])
        yield opened


def asked(library, short, question=QUESTION, sentence="Chile has 99 projects in Peru."):
    llm = ScriptedLLM(lambda prompt: sentence if "Write that answer" in prompt else short)
    *_, done = Assistant(library, llm).stream(question)
    assert isinstance(done, Done)
    return done.answer, explain(done.trace)


def test_the_path_of_an_answer_names_what_decided(library):
    answer, path = asked(library, "12")
    assert answer.status == "answered"
    assert path["question"]["wanted"] == "count"
    assert path["question"]["of"] == "project"
    assert path["question"]["names"] == ["Chile", "Peru"]
    assert [one["read"] for one in path["evidence"]][: len(path["drafts"])] == [True] * len(path["drafts"])
    assert path["drafts"][0]["text"] == "12"
    best = max(path["weighed"], key=lambda one: one["with_those_that_agree"])
    assert best["short"] == path["decision"]["short"] == answer.short
    assert best["with_those_that_agree"] == pytest.approx(answer.confidence)
    assert path["decision"]["threshold"] == NORMAL.threshold
    assert path["decision"]["confidence"] == answer.confidence >= NORMAL.threshold
    assert path["wording"]["tried"][-1]["against"] == []
    assert path["wording"]["tried"][-1]["quote"] == answer.citations[0].quote
    for one in path["evidence"]:
        assert one["best"] in library.get(one["article"]).text[one["start"] : one["end"]]


def test_a_refused_draft_is_told_with_what_refutes_it(library):
    answer, path = asked(library, "Quito", "Where did the mayor of Lima meet the press?")
    assert answer.status == "abstained"
    assert path["drafts"][0]["refuted"]
    assert path["drafts"][0]["objections"] == ["stands nowhere in the passage"]
    assert path["decision"]["short"] is None
    assert path["decision"]["reason"] == answer.reason
    assert path["wording"] == {"model": None, "tried": []}
    shown = text(path)
    assert "against it, which refutes it: stands nowhere in the passage" in shown
    assert f"Withheld     {answer.reason}" in shown


def test_a_sentence_that_was_tried_and_failed_is_told_with_its_fault(library):
    """The model's wording of a Vietnamese source says 99 million, which the source does not."""
    question = "How many projects did Peru have in Chile by June 2022? lang:vi"
    answer, path = asked(library, "45", question, "Peru had 45 projects worth 99 million USD in Chile.")
    assert answer.status == "answered"
    assert path["question"]["filters"] == {"lang": "vi"}
    first, *_, last = path["wording"]["tried"]
    assert first["text"] == path["wording"]["model"]
    assert any("99" in one for one in first["against"])
    assert last["against"] == []
    assert "'99 million USD' is not in the quotation" in text(path)


def test_what_is_no_question_has_a_path_too(library):
    answer, path = asked(library, "12", "?!")
    assert answer.reason == path["decision"]["reason"] == "not_a_question"
    assert path["evidence"] == path["drafts"] == path["weighed"] == []
    assert "Withheld     not_a_question" in text(path)


def test_nothing_in_it_is_obeyed_by_a_terminal(library):
    _, path = asked(library, "12 \x1b]52;c;aaaa\x07\x9b31m")
    assert "\x1b" not in text(path)
    assert "\x9b" not in text(path)
    json.loads(terminal.to_json(path))
