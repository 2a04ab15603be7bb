"""The main job with the real models: real articles in, cited answers out, the same ones twice."""

import dataclasses
import os
import signal
from pathlib import Path

import pytest
from llm_support import LARGE, gguf

from eval.figures.promises import broken_promises
from index import Library
from rag import opening
from rag.answer import Token
from rag.assistant import Assistant
from rag.config import Config
from rag.errors import RagError, WorkerCrashed
from rag.llm.llama import LlamaProcess
from rag.models import packs as models

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


def test_the_default_models_are_those_of_the_catalogue():
    assert models.get(Config.load().models.llm).kind == "llm"
    assert models.get(Config.load().models.embedder).kind == "embedder"
