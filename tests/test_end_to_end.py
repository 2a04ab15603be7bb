"""The main job with the real models: real articles in, cited answers out, the same ones twice."""

import dataclasses
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from browser import until
from llm_support import LARGE, SMALL, gguf

from eval.figures.promises import broken_promises
from index import Library
from rag import opening
from rag.answer import Done, Evidence, Token
from rag.assistant import Assistant
from rag.config import Config
from rag.errors import ModelDamaged, RagError, WorkerCrashed
from rag.llm.llama import LlamaProcess
from rag.models import packs as models
from rag.web.ahead import look
from rag.web.desk import Desk
from rag.web.waiting import Stopped, Waiting

pytestmark = pytest.mark.models

CORPUS = Path(__file__).parents[1] / "eval" / "corpus"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    path = gguf(LARGE)
    try:
        embedder = opening.embedder(Config.load())
    except RagError as error:
        pytest.skip(f"no embedding model: {error}")
    library = Library.open(tmp_path_factory.mktemp("library"), embedder)
    added = library.add([CORPUS])
    assert added.added >= 12
    assert not added.skipped
    with Assistant(library, LlamaProcess(path, LARGE)) as opened:
        opened.warm()
        yield opened


def kept_promises(assistant, answer):
    assert broken_promises(answer.to_dict(), lambda article: assistant.library.get(article).text) == []


@pytest.mark.parametrize(("question", "short"), [
    ("How many projects did Vietnamese firms have in Indonesia by September 2023?", "17"),
    ("Bao nhiêu người có việc làm nhờ các khu VSIP?", "300.000"),
    ("How many projects do Japanese firms have in Vietnam?", "5,608"),
])  # fmt: skip
def test_answers_with_the_words_of_an_article(assistant, question, short):
    answer = assistant.ask(question)
    assert answer.status == "answered"
    assert short in answer.short
    kept_promises(assistant, answer)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What did trade between Vietnam and Singapore come to in 1997?", "The articles"),
        ("Mục tiêu thương mại Việt Nam - Nhật Bản đến năm 2050 là bao nhiêu?", "Các bài báo"),
    ],
)
def test_refuses_what_the_articles_do_not_say(assistant, question, language):
    answer = assistant.ask(question)
    assert answer.status == "abstained"
    assert answer.answer.startswith(language)
    assert answer.nearest


def test_the_same_question_gives_the_same_bytes(assistant):
    question = "How many projects did Vietnamese firms have in Indonesia by September 2023?"
    one, two = assistant.ask(question), assistant.ask(question)
    assert dataclasses.replace(two, timings=one.timings, tokens=one.tokens) == one


def kill_while_it_answers(assistant, question):
    """Kill the worker at the first word of its answer; again, should the rest have come before the blow."""
    for _ in range(5):
        events = assistant.stream(question)
        while not isinstance(next(events), Token):
            pass
        os.kill(assistant._llm.pid, signal.SIGKILL)
        list(events)


def test_a_killed_worker_costs_one_answer(assistant):
    question = "How many projects do Japanese firms have in Vietnam?"
    before = assistant.ask(question)
    with pytest.raises(WorkerCrashed, match="SIGKILL"):
        kill_while_it_answers(assistant, question)
    after = assistant.ask(question)
    assert dataclasses.replace(after, timings=before.timings, tokens=before.tokens) == before


def test_another_model_takes_over_and_what_cannot_be_loaded_changes_nothing(assistant, tmp_path):
    question = "How many projects do Japanese firms have in Vietnam?"
    small, large = gguf(SMALL), gguf(LARGE)
    before, pid = assistant.ask(question), assistant._llm.pid
    try:
        assistant.use(LlamaProcess(small, SMALL))
        assert not Path(f"/proc/{pid}").exists()  # one of them is in memory
        assert (assistant.model, assistant.ask(question).model) == (SMALL, SMALL)
        pid = assistant._llm.pid
        (tmp_path / "broken.gguf").write_bytes(small.read_bytes()[:1_000_000])
        with pytest.raises(ModelDamaged, match="cannot be loaded"):
            assistant.use(LlamaProcess(tmp_path / "broken.gguf", "broken"))
        assert assistant.model == SMALL
        assert assistant._llm.pid not in (None, pid)  # it was freed and is back
        assert assistant.ask(question).model == SMALL
    finally:
        assistant.use(LlamaProcess(large, LARGE))
    after = assistant.ask(question)
    assert dataclasses.replace(after, timings=before.timings, tokens=before.tokens) == before


def test_the_default_models_are_those_of_the_catalogue():
    assert models.get(Config.load().models.llm).kind == "llm"
    assert models.get(Config.load().models.embedder).kind == "embedder"


# --- eight people, one model ------------------------------------------------------------------------

ALL_OF_THEM = 2400  # seconds for eight answers: what hangs fails, a machine that is only slow does not
EIGHT = {
    "How much was trade between Indonesia and Vietnam in 2024?": "16.7",
    "How many projects does Indonesia have in Vietnam?": "119",
    "Who is the commercial counsellor at the Vietnamese embassy in Japan?": "Ta Duc Minh",
    "Who criticised climate clauses in trade agreements?": "Vu Duy",
    "How many projects do Japanese firms have in Vietnam?": "5,608",
    "Bao nhiêu người có việc làm nhờ các khu VSIP?": "300.000",
    "How many Vietnamese live in Singapore?": "20,000",
    "Doanh nghiệp Việt Nam có bao nhiêu dự án ở Singapore?": "153",
}


class Watched:
    """The assistant, what it was asked and said in what order, and a door that holds it while it is shut."""

    def __init__(self, assistant):
        self.assistant = assistant
        self.library = assistant.library
        self.door = threading.Event()
        self.door.set()
        self.shut_after = ()  # the first event of this kind shuts the door
        self.log = []  # what happened, and to which question

    def cancel(self):
        self.assistant.cancel()

    def stream(self, question, history=(), **how):
        self.log.append(("begun", question))
        assert self.door.wait(ALL_OF_THEM)
        try:
            for event in self.assistant.stream(question, history, **how):
                self.log.append((type(event).__name__, question))
                yield event
                if isinstance(event, self.shut_after):
                    self.shut_after = ()
                    self.door.clear()
                assert self.door.wait(ALL_OF_THEM)
        finally:
            self.log.append(("ended", question))


@pytest.fixture
def watched(assistant):
    return Watched(assistant)


@pytest.fixture
def desk(watched):
    """A desk that leaves the assistant open: the other tests want it."""
    one = Desk(lambda: watched, look=look)
    one.start()
    until(lambda: one.health.state == "ready")
    yield one
    watched.door.set()
    one.stop()


def heard_first(desk, question, kind):
    """Ask, and listen until there is an event of that kind; return the run, its later events, that one."""
    run = desk.ask(question)
    events = run.events()
    return run, events, next(event for event in events if isinstance(event, kind))


def test_eight_people_at_once_are_answered_in_order_and_told_their_places(desk, watched):
    first, *others = EIGHT
    watched.door.clear()
    with ThreadPoolExecutor(len(EIGHT)) as pool:
        listening = [pool.submit(list, desk.ask(first).events())]
        until(lambda: watched.log)  # the first has the model
        places = []
        shown = []
        for question in others:
            _, events, waiting = heard_first(desk, question, Waiting)
            places.append(waiting.before)
            shown.append(next(event for event in events if isinstance(event, Evidence)).sources)
            listening.append(pool.submit(list, events))
        assert {question for _, question in watched.log} == {first}  # the others have seen sources only
        watched.door.set()
        heard = [one.result(ALL_OF_THEM) for one in listening]
    assert places == [1, 2, 3, 4, 5, 6, 7]
    for events, short in zip(heard, EIGHT.values(), strict=True):
        before = [event.before for event in events if isinstance(event, Waiting)]
        assert before == sorted(before, reverse=True)
        assert isinstance(events[-1], Done)
        assert events[-1].answer.status == "answered"
        assert short in events[-1].answer.short
        kept_promises(watched, events[-1].answer)
    read = [next(event for event in events if isinstance(event, Evidence)).sources for events in heard]
    assert shown == read[1:]
    turns = [one for one in watched.log if one[0] in ("begun", "ended")]
    assert turns == [(what, question) for question in EIGHT for what in ("begun", "ended")]


def test_who_stops_frees_the_model_after_the_token_in_hand_for_who_is_next(desk, watched):
    mine, following = list(EIGHT)[:2]
    watched.shut_after = Token
    run, events, _ = heard_first(desk, mine, Token)
    _, waiting, told = heard_first(desk, following, Waiting)
    assert told.before == 1
    run.stop()
    watched.door.set()
    run.join(ALL_OF_THEM)
    assert [type(event) for event in events] == [Stopped]
    said = [what for what, question in watched.log if question == mine]
    assert said in (["begun", "Evidence", "Token", "ended"], ["begun", "Evidence", "Token", "Token", "ended"])
    assert isinstance(list(waiting)[-1], Done)
