"""Votes on answers: kept, changed, withdrawn, and made into a suite that has no faults."""

from __future__ import annotations

import dataclasses
import errno
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_fakes import places
from click.testing import CliRunner

from eval import libraries
from eval.lint import lint, read_articles
from eval.loaders import load
from index import Library
from index.embed import HashEmbedder
from index.errors import CannotWrite
from index.store import files
from rag import opening
from rag.answer import Answer, Done, Evidence
from rag.assistant import Assistant
from rag.cli.main import rag
from rag.errors import BadInput
from rag.fakes import ScriptedLLM
from rag.feedback import Feedback, Vote
from rag.feedback.cases import cases

BRIDGE = """Date: 2021-05-05
Outlet: Harbour Post

Harbour City opens its third bridge

The third bridge over the Lam River was opened on 4 May 2021. It cost 120 million USD and is 2.4 km long.

The toll is 1.5 USD. Lorries pay twice as much. The city expects 9,000 cars a day.
"""
FERRY = """Phà Sông Lam ngừng chạy

Phà Sông Lam ngừng chạy từ tháng 6/2021. Mỗi ngày phà từng chở 3.000 hành khách.
"""
LONG = "How long is the third bridge?"
TOLL = "What is the toll of the third bridge?"
MAYOR = "Who is the mayor of Harbour City?"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    (tmp_path / "bridge.txt").write_text(BRIDGE)
    (tmp_path / "ferry.txt").write_text(FERRY)
    with Library.open(tmp_path / "home" / "library", HashEmbedder()) as opened:
        opened.add([tmp_path / "bridge.txt", tmp_path / "ferry.txt"])
        yield opened


def vote(library: Library, question: str, says: str, verdict: str = "up", **given: object) -> Vote:
    """Return a vote on what the assistant answers when the model says this."""
    assistant = Assistant(library, ScriptedLLM(lambda prompt: says))
    evidence, *_, done = assistant.stream(question)
    assert isinstance(evidence, Evidence)
    assert isinstance(done, Done)
    name = f"k{abs(hash((question, says, verdict)))}"
    made = Vote(name, "2026-01-02T03:04:05+00:00", "up", done.answer, looked_at=evidence.sources)
    return dataclasses.replace(made, verdict=verdict, **given)  # type: ignore[arg-type]


def test_votes_are_kept_changed_and_withdrawn(library: Library) -> None:
    feedback = Feedback(library.folder)
    assert feedback.all() == []
    first, second = (
        vote(library, LONG, "2.4 km"),
        vote(library, TOLL, "1.5 USD", note="đúng rồi\u2028\x1b[31m"),
    )
    feedback.put(first)
    feedback.put(second)
    assert Feedback(library.folder).all() == [first, second]
    changed = dataclasses.replace(first, verdict="down", reason="wrong", right="2.5 km")
    feedback.put(changed)
    assert feedback.all() == [changed, second]
    assert feedback.find(first.id) == changed
    feedback.withdraw(first.id)
    feedback.withdraw("nobody")
    assert feedback.all() == [second]
    assert first.answer.question not in feedback.path.read_text()


def test_many_voters_at_once_lose_nothing(library: Library) -> None:
    given = vote(library, LONG, "2.4 km")
    each = [dataclasses.replace(given, id=f"k{n}") for n in range(12)]
    threads = [threading.Thread(target=Feedback(library.folder).put, args=[one]) for one in each]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.id for one in Feedback(library.folder).all()} == {one.id for one in each}


def test_a_line_that_is_no_vote_is_named_and_the_file_left_alone(library: Library) -> None:
    feedback = Feedback(library.folder)
    feedback.put(vote(library, LONG, "2.4 km"))
    whole = feedback.path.read_text() + '{"id": "k", "verdict": "sideways"}\n'
    feedback.path.write_text(whole)
    with pytest.raises(BadInput, match=r"feedback\.jsonl, line 2 is not a vote: at: "):
        feedback.put(vote(library, TOLL, "1.5 USD"))
    assert feedback.path.read_text() == whole


def test_a_folder_that_refuses_is_a_clear_error(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    feedback = Feedback(library.folder)
    feedback.put(first := vote(library, LONG, "2.4 km"))

    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "atomic_write", full)
    with pytest.raises(CannotWrite, match="No space left on device\nmake room"):
        feedback.withdraw(first.id)
    assert feedback.all() == [first]


def faults(rows: list[object], tmp_path: Path) -> list[str]:
    """Return what the lint finds in the suite that is made of the rows."""
    file = tmp_path / "votes.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in rows))
    done = load("jsonl", file, tmp_path / "suite")
    suite = libraries.find(str(done.suite))
    assert len(suite.cases) == len(rows)
    return lint(suite.cases, read_articles(libraries.articles_of(suite)))


def test_votes_become_a_suite_without_faults(library: Library, tmp_path: Path) -> None:
    votes = [
        vote(library, LONG, "2.4 km"),
        vote(library, MAYOR, "not stated"),
        vote(library, TOLL, "120 million USD", "down", reason="wrong", right="1.5 USD"),
        vote(library, "Mỗi ngày phà từng chở bao nhiêu hành khách?", "3.000 hành khách"),
        vote(library, "When did the ferry stop?", "tháng 6/2021", "down", right="tháng 6/2021"),
    ]
    assert [one.answer.status for one in votes[:2]] == ["answered", "abstained"]
    made, left = cases(votes, library)
    assert left == []
    assert [one.get("answer") for one in made][:3] == [["2.4 km"], None, ["1.5 USD"]]
    assert "The toll is 1.5 USD." in made[2]["quote"]
    assert made[4]["tags"] == ["cross-lingual"]
    assert faults(made, tmp_path) == []
    wrong = [{**made[0], "quote": "words of no article"}]
    with pytest.raises(Exception, match="is not in"):  # control: what is made is looked at
        faults(wrong, tmp_path)


def test_votes_that_make_no_question_are_named_with_the_reason(library: Library) -> None:
    up, again = vote(library, LONG, "2.4 km"), vote(library, "How long is the third bridge", "2.4 km")
    gone = dataclasses.replace(
        up.answer, citations=(dataclasses.replace(up.answer.citations[0], article="none"),)
    )
    votes = {
        "the same question was voted on again later": dataclasses.replace(up, id="old"),
        "it was voted down without the right answer; give one in the chat": vote(
            library, TOLL, "120 million USD", "down", reason="wrong"
        ),
        '"17 parsecs" stands in no article that was found': vote(
            library, MAYOR, "not stated", "down", right="17 parsecs"
        ),
        "it is not a question": vote(library, "?!", "2.4 km"),
        "its article is no longer in the library": dataclasses.replace(
            up, id="gone", answer=dataclasses.replace(gone, question="How long is the bridge that is gone?")
        ),
        "no article came near": dataclasses.replace(
            up, id="far", answer=Answer("Who won the cup?", "abstained", "…", reason="no_evidence")
        ),
    }
    made, left = cases([*votes.values(), again], library)
    assert [one["id"] for one in made] == [f"vote-{again.id}"]
    told = {one.id: one.why for one in left}
    for why, one in votes.items():
        assert told[one.id].startswith(why)


def test_a_follow_up_brings_the_questions_that_it_leans_on(library: Library, tmp_path: Path) -> None:
    leaning = dataclasses.replace(vote(library, TOLL, "1.5 USD"), after=(LONG,))
    leaning = dataclasses.replace(
        leaning, answer=dataclasses.replace(leaning.answer, question="And what is its toll?")
    )
    alone = dataclasses.replace(vote(library, LONG, "2.4 km"), after=(TOLL,))
    made, _ = cases([leaning, alone], library)
    assert made[0]["history"] == [LONG]
    assert "history" not in made[1]
    assert faults(made, tmp_path) == []


def test_the_command_line_lists_and_exports(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places(tmp_path, monkeypatch)
    monkeypatch.setattr(opening, "embedder", lambda config: HashEmbedder())
    run = CliRunner().invoke
    assert run(rag, ["feedback", "list"]).output == "No votes. They are given below an answer in the chat.\n"
    assert run(rag, ["feedback", "export", "none.jsonl"]).output.startswith("Nothing to write")
    assert not Path("none.jsonl").exists()
    Feedback(library.folder).put(vote(library, LONG, "2.4 km"))
    Feedback(library.folder).put(vote(library, TOLL, "120 million USD", "down", reason="wrong", note="no"))
    listed = run(rag, ["feedback", "list"]).output.splitlines()
    assert listed == [f"2026-01-02  up          {LONG}", f"2026-01-02  down wrong  {TOLL}  no"]
    result = run(rag, ["feedback", "export", "votes.jsonl"])
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "Wrote votes.jsonl: 1 question.",
        f"Left out: {TOLL}: it was voted down without the right answer; give one in the chat",
        "Make a suite of it: rag eval import jsonl votes.jsonl --out DIR",
    ]
    again = run(rag, ["feedback", "export", "votes.jsonl"])
    assert again.exit_code == 73
    assert "exists already" in again.output
    suite = run(rag, ["eval", "import", "jsonl", "votes.jsonl", "--out", "suite"])
    assert suite.exit_code == 0
    assert run(rag, ["eval", "lint", "suite/suite.jsonl"]).exit_code == 0
