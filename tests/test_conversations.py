"""Conversations in the library's folder: whole, listed, renamed, deleted."""

from __future__ import annotations

import dataclasses
import errno
import json
import re
import threading
from pathlib import Path

import pytest
from fake_assistant import ANSWERED, OTHER, TARGET, VIETNAMESE
from test_chat_render import Shape

from index.errors import CannotWrite, NotFound
from index.store import files
from rag.errors import BadInput
from rag.web.chat.conversation_list import WORDS, last, list_page
from rag.web.chat.conversations import MOST_TITLE, Conversations, Heading, title_of
from rag.web.chat.render import render_turn
from rag.web.markup import Turn, esc

TURN = Turn(7, ANSWERED.question, "done", (TARGET, OTHER), "draft", ANSWERED, key="k1", path={"looked_at": 3})
HOSTILE = '"><img src=x onerror=alert(1)>${1}'


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path)


def test_a_conversation_comes_back_as_it_was(kept: Conversations) -> None:
    assert kept.all() == []
    assert not kept.folder.exists()  # nothing is made before the first is kept
    name = kept.add("", TURN)
    second = Turn(9, VIETNAMESE.question, "stopped", key="k2", after=(TURN.question,))
    assert kept.add(name, second) == name
    back = Conversations(kept.folder.parent).get(name)
    assert back.title == ANSWERED.question
    assert [one.number for one in back.turns] == [1, 2]
    assert back.turns[0] == dataclasses.replace(TURN, number=1, draft="")
    assert back.turns[0].path == TURN.path
    assert back.turns[1] == dataclasses.replace(second, number=2)
    assert [(one.id, one.turns) for one in kept.all()] == [(name, 2)]


def test_what_was_said_of_an_unknown_outlet_comes_back_and_files_without_it_open(kept: Conversations) -> None:
    told = 'No article is of the outlet "Nobody".'
    name = kept.add("", dataclasses.replace(TURN, strange=told))
    (turn,) = kept.get(name).turns
    assert turn.strange == told
    assert f'<p class="only strange">{esc(told)}</p>' in render_turn(turn)
    # As an older program wrote it: it knew nothing of such notes.
    file = kept.folder / f"{name}.json"
    written = json.loads(file.read_text())
    del written["turns"][0]["strange"]
    file.write_text(json.dumps(written))
    (turn,) = Conversations(kept.folder.parent).get(name).turns
    assert turn == dataclasses.replace(TURN, number=1, draft="")
    assert "strange" not in render_turn(turn)


def test_the_one_changed_last_comes_first_and_renaming_is_no_change(
    kept: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter(f"2026-01-0{day}T00:00:00+00:00" for day in range(1, 9))
    monkeypatch.setattr("rag.web.chat.conversations.now", lambda: next(times))
    first, second = kept.add("", TURN), kept.add("", TURN)
    assert [one.id for one in kept.all()] == [second, first]
    kept.rename(first, "x" * 999)
    assert [(one.id, len(one.title)) for one in kept.all()] == [
        (second, len(TURN.question)),
        (first, MOST_TITLE),
    ]
    kept.add(first, TURN)
    assert [one.id for one in kept.all()] == [first, second]


def test_what_two_pages_add_at_once_stays(kept: Conversations) -> None:
    name = kept.add("", TURN)
    keys = [f"key{n}" for n in range(10)]
    threads = [
        threading.Thread(target=kept.add, args=(name, dataclasses.replace(TURN, key=key))) for key in keys
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    turns = kept.get(name).turns
    assert {one.key for one in turns} == {"k1", *keys}
    assert [one.number for one in turns] == list(range(1, 12))


def test_what_is_deleted_is_gone_and_does_not_come_back(kept: Conversations) -> None:
    name = kept.add("", TURN)
    kept.delete(name)
    with pytest.raises(NotFound, match="no conversation"):
        kept.get(name)
    with pytest.raises(NotFound):
        kept.delete(name)
    after = kept.add(
        name, dataclasses.replace(TURN, question="Another?")
    )  # asked on a page that still shows it
    assert after != name
    assert [one.question for one in kept.get(after).turns] == ["Another?"]


@pytest.mark.parametrize("name", ["../feedback", "", "0" * 17, "/etc/passwd", "0123456789abcdeF"])
def test_no_name_leads_out_of_the_folder(kept: Conversations, name: str) -> None:
    kept.add("", TURN)
    for use in (kept.get, kept.delete, lambda one: kept.rename(one, "t")):
        with pytest.raises(NotFound):
            use(name)


def test_a_file_that_cannot_be_read_is_listed_and_left_alone(kept: Conversations) -> None:
    name = kept.add("", TURN)
    path = kept.folder / f"{name}.json"
    half = path.read_bytes()[:300]
    path.write_bytes(half)
    assert kept.all() == [Heading(name, "", "", 0)]
    for use in (kept.get, lambda one: kept.add(one, TURN), lambda one: kept.rename(one, "t")):
        with pytest.raises(BadInput, match="cannot be read as a conversation"):
            use(name)
    assert path.read_bytes() == half
    kept.delete(name)
    assert kept.all() == []


def test_a_crash_while_writing_leaves_the_old_one(
    kept: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = kept.add("", TURN)
    before = kept.get(name)

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(CannotWrite, match="No space left on device"):
        kept.add(name, TURN)
    assert kept.get(name) == before
    assert [one.name for one in kept.folder.glob(".*.tmp")] == []


def test_keeping_can_be_turned_off_and_on(kept: Conversations) -> None:
    assert kept.keeping
    kept.keep(False)
    assert not Conversations(kept.folder.parent).keeping
    kept.keep(True)
    assert kept.keeping


def test_a_title_is_the_first_question_without_its_filters() -> None:
    assert title_of("since:2025 lang:vi What is the target?") == "What is the target?"
    assert title_of("since:never What?") == "since:never What?"
    assert len(title_of("why " * 99)) == MOST_TITLE


def test_nothing_of_a_title_is_markup() -> None:
    headings = [Heading("a" * 16, HOSTILE, "2026-01-02T03:04:05+00:00", 2), Heading("b" * 16, "", "", 0)]
    plain = [dataclasses.replace(headings[0], title="x"), headings[1]]
    for lang in ("en", "vi"):
        for wild, tame in (
            (list_page(headings, lang, keeping=True, problem=HOSTILE), list_page(plain, lang, keeping=True)),
            (last(headings[0], lang), last(plain[0], lang)),
        ):
            assert Shape(wild).tags == Shape(tame).tags
            assert Shape(wild).attributes == Shape(tame).attributes
    assert set(WORDS["en"]) == set(WORDS["vi"])


def test_the_file_is_one_json_object_with_its_version(kept: Conversations) -> None:
    name = kept.add("", TURN)
    record = json.loads((kept.folder / f"{name}.json").read_text())
    assert record["version"] == 1
    assert record["turns"][0]["answer"]["citations"][0]["quote"] == TARGET.quote
    assert re.fullmatch(r"[0-9a-f]{16}", record["id"])
