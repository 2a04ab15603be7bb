"""Another language model takes the place of the one that answers: in the line, between two answers."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openai
import pytest
from api_helpers import client, post, stream
from axe import faults
from browser import Served, ask, chromium, needs_chromium, opened, serving, until
from fake_assistant import ANSWERED, FakeAssistant
from model_fakes import tiny_model

from index import Library
from index.embed import HashEmbedder
from rag.answer import Done, Evidence
from rag.assistant import Assistant
from rag.errors import BadSetting, WorkerCrashed
from rag.fakes import ScriptedLLM
from rag.models import packs
from rag.models.catalogue import Model
from rag.web.desk import Desk
from rag.web.models import Models
from rag.web.waiting import Failed, Waiting

LARGE, SMALL = "qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b"
BOTH = [packs.get(LARGE), packs.get(SMALL)]
NO_MEMORY = "The process of the model was killed by SIGKILL.\nIf memory is short, choose a smaller model"


@dataclasses.dataclass
class Loaded(ScriptedLLM):
    """A model that notes when it is loaded and freed; one that is `broken` cannot be loaded."""

    script: Any = ()
    broken: bool = False
    log: list[str] = dataclasses.field(default_factory=list)

    def warm(self, *_: Any, **__: Any) -> None:
        self.log.append(f"load {self.id}")
        if self.broken:
            raise WorkerCrashed(NO_MEMORY)

    def close(self) -> None:
        self.log.append(f"free {self.id}")


def models(*broken: str, installed: list[Model] = BOTH) -> Models:
    return Models(LARGE, lambda name: Loaded(id=name, broken=name in broken), lambda: installed)


def desk(fake: FakeAssistant, choice: Models, **how: Any) -> Desk:
    one = Desk(lambda: fake, models=choice, **how)
    one.start()
    until(lambda: one.health.state == "ready")
    return one


def answered_by(counter: Desk, question: str = "What?", **how: Any) -> str:
    last = list(counter.ask(question, **how).events())[-1]
    assert isinstance(last, Done)
    return last.answer.model


def settled(counter: Desk) -> None:
    until(lambda: not counter._line._line)


# --- the assistant ----------------------------------------------------------------------------------


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", HashEmbedder()) as one:
        yield one


def test_the_one_before_is_freed_before_another_is_loaded(library: Library) -> None:
    log: list[str] = []
    assistant = Assistant(library, Loaded(id="large", log=log))
    assistant.use(Loaded(id="small", log=log))
    assert log == ["free large", "load small"]
    assert assistant.model == "small"
    assert assistant.ask("").model == "small"


def test_what_cannot_be_loaded_is_raised_and_the_one_before_is_loaded_again(library: Library) -> None:
    log: list[str] = []
    assistant = Assistant(library, Loaded(id="large", log=log))
    with pytest.raises(WorkerCrashed, match="memory is short"):
        assistant.use(Loaded(id="huge", log=log, broken=True))
    assert log == ["free large", "load huge", "free huge", "load large"]
    assert assistant.model == "large"


# --- the desk ---------------------------------------------------------------------------------------


def test_a_change_waits_its_turn_and_holds_for_all_that_come_after() -> None:
    fake = FakeAssistant()
    fake.hold.clear()
    counter = desk(fake, models())
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(answered_by, counter, "first")
        until(lambda: fake.active)
        before = counter.ask("before the change")
        second = pool.submit(lambda: list(before.events())[-1])
        until(lambda: before in counter._line._line)
        counter.change_model(SMALL)
        third = pool.submit(answered_by, counter, "after the change")
        assert fake.model == LARGE  # an answer is being written
        fake.hold.set()
        assert [first.result(20), second.result(20).answer.model, third.result(20)] == [LARGE, LARGE, SMALL]
    assert counter.models.chosen == SMALL
    assert answered_by(counter) == SMALL


def test_who_waits_is_told_what_is_loaded_and_a_change_is_no_question() -> None:
    fake = FakeAssistant()
    fake.loads.clear()
    counter = desk(fake, models(), look=lambda *_: Evidence(ANSWERED.citations, 0.1))
    counter.change_model(SMALL)
    until(lambda: counter.models.loading)
    with ThreadPoolExecutor(1) as pool:
        events = counter.ask("first in line").events()
        told = next(events)
        assert isinstance(told, Waiting)
        assert (told.before, told.loading) == (0, SMALL)
        assert isinstance(next(events), Evidence)  # the sources need no language model
        behind = counter.ask("second").events()
        told = next(behind)
        assert isinstance(told, Waiting)
        assert (told.before, told.loading) == (1, SMALL)
        rest = pool.submit(list, events)
        fake.loads.set()
        assert rest.result(20)[-1].answer.model == SMALL
        assert list(behind)[-1].answer.model == SMALL


def test_a_change_that_fails_says_why_and_the_model_before_goes_on() -> None:
    fake = FakeAssistant()
    counter = desk(fake, models(SMALL))
    counter.change_model(SMALL)
    settled(counter)
    assert (counter.models.chosen, counter.models.wanted, fake.model) == (LARGE, LARGE, LARGE)
    assert str(counter.models.problem) == (
        f"{SMALL} could not be loaded; {LARGE} goes on answering.\n{NO_MEMORY}"
    )
    assert answered_by(counter) == LARGE
    counter.change_model(LARGE)  # chosen anew, what was told is over
    assert counter.models.problem is None


def test_what_is_chosen_while_another_loads_is_loaded_after_it() -> None:
    fake = FakeAssistant()
    fake.loads.clear()
    counter = desk(fake, models())
    counter.change_model(SMALL)
    until(lambda: counter.models.loading)
    counter.change_model(LARGE)
    assert counter.models.wanted == LARGE
    fake.loads.set()
    settled(counter)
    assert (counter.models.chosen, counter.models.wanted, fake.model) == (LARGE, LARGE, LARGE)
    assert answered_by(counter) == LARGE


def test_of_several_changes_in_a_row_the_last_holds_and_the_others_are_not_loaded() -> None:
    fake = FakeAssistant()
    fake.hold.clear()
    counter = desk(fake, models(SMALL))  # loading it would be told
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(answered_by, counter)
        until(lambda: fake.active)
        for model in (SMALL, LARGE, SMALL, LARGE):
            counter.change_model(model)
        assert len(counter._line._line) == 2
        fake.hold.set()
        assert first.result(20) == LARGE
    settled(counter)
    assert counter.models.problem is None


def test_a_change_does_not_take_the_place_of_a_question_in_a_full_line() -> None:
    fake = FakeAssistant()
    fake.hold.clear()
    counter = desk(fake, models(), max_waiting=1)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(answered_by, counter, "first")
        until(lambda: fake.active)
        counter.change_model(SMALL)
        waits = counter.ask("waits")
        second = pool.submit(lambda: list(waits.events())[-1])
        until(lambda: waits in counter._line._line)
        assert list(counter.ask("too many").events()) == [Failed("busy", busy=True)]
        fake.hold.set()
        assert [first.result(20), second.result(20).answer.model] == [LARGE, SMALL]


def test_a_question_may_name_its_model_and_the_next_has_the_chosen_one_again() -> None:
    counter = desk(FakeAssistant(), models())
    assert answered_by(counter, model=SMALL) == SMALL
    assert counter.models.chosen == LARGE
    assert answered_by(counter) == LARGE


def test_a_named_model_that_cannot_be_loaded_fails_its_own_question_only() -> None:
    counter = desk(FakeAssistant(), models(SMALL))
    last = list(counter.ask("What?", model=SMALL).events())[-1]
    assert last == Failed(f"{SMALL} could not be loaded; {LARGE} goes on answering.\n{NO_MEMORY}")
    assert counter.models.problem is None
    assert answered_by(counter) == LARGE


def test_if_the_chosen_one_does_not_come_back_the_one_in_memory_answers() -> None:
    fake = FakeAssistant()
    counter = desk(fake, models(LARGE))  # it was there at the start and cannot be loaded a second time
    assert answered_by(counter, model=SMALL) == SMALL
    assert answered_by(counter) == SMALL
    assert counter.models.chosen == counter.models.wanted == SMALL
    assert counter.models.problem is not None


def test_what_is_not_installed_cannot_be_chosen() -> None:
    counter = desk(FakeAssistant(), models(installed=BOTH[:1]))
    with pytest.raises(BadSetting, match=rf"'{SMALL}' is not installed; there are {LARGE}\."):
        counter.change_model(SMALL)
    assert counter.models.wanted == LARGE


def test_a_change_before_the_first_model_is_there_waits_for_it() -> None:
    ready = threading.Event()
    fake = FakeAssistant()

    def opening() -> FakeAssistant:
        assert ready.wait(20)
        return fake

    counter = Desk(opening, models=models())
    counter.start()
    counter.change_model(SMALL)
    assert fake.model == LARGE
    ready.set()
    until(lambda: fake.model == SMALL)


def test_a_desk_that_closes_lets_a_waiting_change_go() -> None:
    fake = FakeAssistant()
    fake.hold.clear()
    counter = desk(fake, models())
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(lambda: list(counter.ask("held").events()))
        until(lambda: fake.active)
        counter.change_model(SMALL)
        counter.close(3)
        held.result(10)
    settled(counter)
    assert fake.model == LARGE


def test_installed_are_those_whose_weights_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_HOME", str(tmp_path))
    data = b"weights"
    there, other = tiny_model(data), tiny_model(data, id="other")
    for module in ("packs", "catalogue"):
        monkeypatch.setattr(f"rag.models.{module}.catalogue", lambda: (there, other))
    folder = packs.folder("tiny")
    folder.mkdir(parents=True)
    (folder / "tiny.gguf").write_bytes(data)
    assert [one.id for one in packs.installed("llm")] == ["tiny"]
    assert packs.installed("embedder") == []
    (folder / "tiny.gguf").write_bytes(b"another")
    assert packs.installed("llm") == []


# --- programs ---------------------------------------------------------------------------------------

ASKED: Any = [{"role": "user", "content": "What?"}]


@pytest.fixture
def served() -> Iterator[Served]:
    with serving(FakeAssistant(), models=models()) as one:
        until(lambda: one.desk.health.state == "ready")
        yield one


def test_programs_see_the_installed_models_and_may_name_one(served: Served) -> None:
    assert [one.id for one in client(served).models.list()] == ["rag", LARGE, SMALL]
    assert client(served).models.retrieve(SMALL).id == SMALL
    for name, model in ((SMALL, SMALL), ("rag", LARGE), (SMALL, SMALL), (LARGE, LARGE)):
        done: Any = client(served).chat.completions.create(model=name, messages=ASKED)
        assert (done.model, done.choices[0].message.rag["model"]) == (model, model)
    served.desk.change_model(SMALL)
    assert client(served).chat.completions.create(model="rag", messages=ASKED).model == SMALL
    with pytest.raises(openai.NotFoundError, match=r"'rag' and '.*1\.5b' and '.*0\.5b'"):
        client(served).chat.completions.create(model="qwen2.5-3b", messages=ASKED)


def test_a_stream_says_which_model_it_waits_for(served: Served) -> None:
    served.assistant.loads.clear()
    with stream(served, "What?", model=SMALL) as lines:
        lines.until(f": waiting for the model {SMALL}")
        served.assistant.loads.set()
        assert any(f'"model": "{SMALL}"' in line for line in lines)


def test_a_program_is_told_that_its_model_cannot_be_loaded() -> None:
    with serving(FakeAssistant(), models=models(SMALL)) as one:
        until(lambda: one.desk.health.state == "ready")
        answer = post(one, "/v1/chat/completions", {"model": SMALL, "messages": ASKED})
        assert answer.status == 503
        assert "goes on answering" in answer.json["error"]["message"]
        assert post(one, "/v1/chat/completions", {"model": "rag", "messages": ASKED}).status == 200


# --- the page ---------------------------------------------------------------------------------------

PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(29, 32, 36)"}  # --raised of tokens.css
LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 390)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


def open_choice(page: Any) -> Any:
    page.get_by_text("Filters").click()
    choice = page.get_by_label("Model, for everyone")
    choice.wait_for(state="visible")
    return choice


def said(page: Any, words: str) -> None:
    page.get_by_role("status").filter(has_text=words).wait_for(state="visible")


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_model_is_chosen_beside_the_question(browser: Any, scheme: str, width: int) -> None:
    fake = FakeAssistant()
    with (
        serving(fake, models=models()) as served,
        opened(browser, served, width, 844, color_scheme=scheme, reduced_motion="reduce") as page,
    ):
        choice = open_choice(page)
        assert choice.locator("option").all_inner_texts() == [
            "Qwen2.5-Coder-1.5B-Instruct · 1.1 GB", "Qwen2.5-Coder-0.5B-Instruct · 0.5 GB",
        ]  # fmt: skip
        assert choice.input_value() == LARGE
        paper = "one => getComputedStyle(one).backgroundColor"
        assert choice.evaluate(paper) == PAPER[scheme] == page.get_by_label("Outlet").evaluate(paper)
        fake.loads.clear()
        choice.select_option(SMALL)
        said(page, f"Loading {SMALL}…")
        assert faults(page) == []
        ask(page, ANSWERED.question)
        turn = page.get_by_role("article", name=ANSWERED.question)
        turn.get_by_text(f"Loading the model {SMALL}. Your question will be answered once it").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        fake.loads.set()
        turn.get_by_text(f"4.1 s · {SMALL}").wait_for()
        page.get_by_text(f"Loading {SMALL}…").wait_for(state="hidden")
        assert choice.input_value() == SMALL
        with opened(browser, served) as other:  # the choice is everyone's
            assert open_choice(other).input_value() == SMALL


@pytest.mark.browser
@needs_chromium
def test_a_model_that_cannot_be_loaded_is_told_and_the_one_before_stays_chosen(browser: Any) -> None:
    with serving(FakeAssistant(), models=models(SMALL)) as served, opened(browser, served) as page:
        choice = open_choice(page)
        choice.select_option(SMALL)
        said(page, f"{SMALL} could not be loaded; {LARGE} goes on answering.")
        said(page, "memory is short")
        assert choice.input_value() == LARGE
        assert faults(page) == []


@pytest.mark.browser
@needs_chromium
def test_what_is_said_of_a_model_is_in_the_language_of_the_page(browser: Any) -> None:
    with (
        serving(FakeAssistant(), models=models(SMALL)) as served,
        opened(browser, served, locale="vi-VN") as page,
    ):
        page.get_by_text("Bộ lọc").click()
        page.get_by_label("Mô hình, chung cho mọi người").select_option(SMALL)
        said(page, f"Không tải được {SMALL}; {LARGE} vẫn tiếp tục trả lời.")


@pytest.mark.browser
@needs_chromium
def test_where_one_model_is_installed_there_is_nothing_to_choose(browser: Any) -> None:
    with (
        serving(FakeAssistant(), models=models(installed=BOTH[:1])) as served,
        opened(browser, served) as page,
    ):
        with page.expect_response("**/chat/model?*") as asked:
            page.get_by_text("Filters").click()
        assert asked.value.json()["models"] == []
        page.get_by_label("Answers").wait_for(state="visible")
        assert not page.get_by_label("Model, for everyone").is_visible()


def test_the_route_refuses_what_is_not_installed(served: Served) -> None:
    answer = post(served, "/chat/model", {"id": "gpt-4o"})
    assert (answer.status, "'gpt-4o' is not installed" in answer.json["problem"]) == (400, True)
    assert post(served, "/chat/model", {"id": 7}).status == 422
