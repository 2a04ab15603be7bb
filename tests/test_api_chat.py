"""Chat completions over a real socket: OpenAI's own client, the stream as it is written, what is asked."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from api_helpers import client, post, question, stream
from browser import Served, serving, until
from fake_assistant import ABSTAINED, ANSWERED, TARGET, FakeAssistant

from rag.answer import Tokens
from rag.errors import ModelMissing
from rag.showing import terminal

COUNTED = dataclasses.replace(ANSWERED, tokens=Tokens(prompt=310, reused=120, generated=34))
USAGE = {
    "prompt_tokens": 310,
    "completion_tokens": 34,
    "total_tokens": 344,
    "prompt_tokens_details": {"cached_tokens": 120},
}
ASKED = [{"role": "user", "content": "What?"}]


def answer(question: str) -> Any:
    return ABSTAINED if "World Cup" in question else COUNTED


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving(FakeAssistant(answer, draft=["UNCHECKED ", "DRAFT"])) as one:
        until(lambda: one.desk.health.state == "ready")
        yield one


def say(served: Served, *said: tuple[str, Any], **more: Any) -> tuple[str, tuple[Any, ...]]:
    """Send messages; return the question and the history that the assistant was given."""
    messages = [{"role": role, "content": content} for role, content in said]
    assert post(served, "/v1/chat/completions", {"model": "rag", "messages": messages, **more}).status == 200
    return served.assistant.asked[-1]


def test_openais_client_gets_the_answer_with_what_rag_ask_prints(served: Served) -> None:
    done: Any = client(served).chat.completions.create(model="rag", messages=ASKED)
    (choice,) = done.choices
    assert (choice.message.role, choice.message.content) == ("assistant", COUNTED.answer)
    assert (choice.index, choice.finish_reason) == (0, "stop")
    assert choice.message.rag == json.loads(terminal.to_json(COUNTED.to_dict()))
    assert done.usage.model_dump(exclude_none=True) == USAGE
    assert (done.object, done.model, done.id[:9]) == ("chat.completion", "qwen2.5-coder-1.5b", "chatcmpl-")
    again = client(served).chat.completions.create(model="rag", messages=ASKED)
    assert again.id != done.id


def test_openais_client_streams_the_checked_answer_in_pieces(served: Served) -> None:
    chunks: list[Any] = list(client(served).chat.completions.create(model="rag", messages=ASKED, stream=True))
    pieces = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices[0].delta.content]
    assert len(pieces) > 5
    assert "".join(pieces) == COUNTED.answer
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert chunks[-1].choices[0].message == {"rag": json.loads(terminal.to_json(COUNTED.to_dict()))}
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1
    assert all(chunk.usage is None for chunk in chunks)


def test_a_stream_ends_with_the_tokens_used_if_they_are_asked_for(served: Served) -> None:
    chunks: list[Any] = list(
        client(served).chat.completions.create(
            model="rag", messages=ASKED, stream=True, stream_options={"include_usage": True}
        )
    )
    assert chunks[-1].choices == []
    assert chunks[-1].usage.model_dump(exclude_none=True) == USAGE
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert all(chunk.usage is None for chunk in chunks[:-1])


@pytest.mark.parametrize("text", ["One  two\n\n  three [1]. ", "Một", " "])
def test_no_character_of_the_answer_is_lost_in_the_stream(text: str) -> None:
    with serving(FakeAssistant(lambda _: dataclasses.replace(ANSWERED, answer=text))) as one:
        chunks: Any = client(one).chat.completions.create(model="rag", messages=ASKED, stream=True)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == text


def test_what_is_streamed_tells_how_things_stand_and_never_the_draft(served: Served) -> None:
    with stream(served, "What?") as lines:
        told = list(lines)
    comments = [line for line in told if line.startswith(":")]
    assert list(dict.fromkeys(comments)) == [": searching", ": 3 sources", ": answering"]
    text = next(n for n, line in enumerate(told) if '"content": "The"' in line)
    assert max(told.index(comment) for comment in comments) < text
    assert told[-1] == "data: [DONE]"
    assert not any("UNCHECKED" in line or "DRAFT" in line for line in told)


def test_the_control_of_the_draft_sees_it_in_the_events_of_the_desk(served: Served) -> None:
    assert any("DRAFT" in str(event) for event in served.desk.ask("What?").events())


def test_what_an_article_holds_is_no_markdown_in_the_text_and_verbatim_beside_it() -> None:
    evil = "![x](http://evil.example/a) <img src=x> [click](javascript:alert(1)), 5 < 7 [1]."
    quoted = dataclasses.replace(TARGET, quote=evil, title=evil, outlet=evil)
    hostile = dataclasses.replace(ANSWERED, answer=evil, citations=(quoted,), timeline=())
    with serving(FakeAssistant(lambda _: hostile)) as one:
        whole: Any = client(one).chat.completions.create(model="rag", messages=ASKED)
        chunks: Any = list(client(one).chat.completions.create(model="rag", messages=ASKED, stream=True))
    content = whole.choices[0].message.content
    assert content == (
        r"!\[x]\(http://evil.example/a) <\img src=x> [click]\(javascript:alert(1)), 5 < 7 [1]."
    )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == content
    for told in (whole.choices[0].message.rag, chunks[-1].choices[0].message["rag"]):
        assert told["answer"] == evil
        assert {told["citations"][0][name] for name in ("quote", "title", "outlet")} == {evil}


@pytest.mark.parametrize(
    ("asked", "note"),
    [
        ("outlet:nobody Who won?", '\n\nNo article is of the outlet "nobody".'),
        (
            'outlet:"Harbor Post" Who won?',
            '\n\nNo article is of the outlet "Harbor Post"; did you mean "Harbour Post"?',
        ),
        ('outlet:"harbour post" Who won?', ""),
        ("Who won?", ""),
    ],
)
def test_an_outlet_that_no_article_is_of_is_told_where_there_is_no_answer(asked: str, note: str) -> None:
    messages: Any = [{"role": "user", "content": asked}]
    with serving(FakeAssistant(lambda _: ABSTAINED)) as one:
        whole: Any = client(one).chat.completions.create(model="rag", messages=messages)
        chunks: Any = list(client(one).chat.completions.create(model="rag", messages=messages, stream=True))
    assert whole.choices[0].message.content == ABSTAINED.answer + note
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == ABSTAINED.answer + note
    assert whole.choices[0].message.rag == json.loads(terminal.to_json(ABSTAINED.to_dict()))


def test_the_note_speaks_the_language_of_the_answer() -> None:
    refusal = dataclasses.replace(ABSTAINED, answer="Các bài báo không nói rõ điều này.")
    with serving(FakeAssistant(lambda _: refusal)) as one:
        said = post(one, "/v1/chat/completions", question('outlet:"Báo Lạ" Ai thắng?')).json
    assert said["choices"][0]["message"]["content"].endswith('\n\nKhông có bài báo nào của "Báo Lạ".')


def test_a_refusal_to_answer_is_an_answer(served: Served) -> None:
    asked: Any = [{"role": "user", "content": "Who won the World Cup?"}]
    done: Any = client(served).chat.completions.create(model="rag", messages=asked)
    assert done.choices[0].message.content == ABSTAINED.answer
    assert done.choices[0].message.rag["status"] == "abstained"
    assert [near["article"] for near in done.choices[0].message.rag["nearest"]] == ["a3", "a1"]


def test_names_of_the_model(served: Served) -> None:
    names = [model.id for model in client(served).models.list()]
    assert names == ["rag", "qwen2.5-coder-1.5b"]
    for name in names:
        assert client(served).models.retrieve(name).id == name
        assert client(served).chat.completions.create(model=name, messages=ASKED).choices

    def ask(name: str) -> None:
        client(served).chat.completions.create(model=name, messages=ASKED)

    for use in (client(served).models.retrieve, ask):
        with pytest.raises(openai.NotFoundError, match=r"no model 'gpt-4o'.*'rag' and 'qwen2\.5-") as found:
            use("gpt-4o")
        assert (found.value.code, found.value.param) == ("model_not_found", "model")


def test_earlier_messages_are_the_history(served: Served) -> None:
    assert say(served, ("user", "A?")) == ("A?", ())
    assert say(
        served, ("user", "A?"), ("assistant", "a"), ("user", "B?"), ("assistant", "b"), ("user", "C?")
    ) == (
        "C?",
        (("A?", "a"), ("B?", "b")),
    )
    assert say(served, ("assistant", "Hello"), ("user", "A?"), ("user", "B?")) == ("B?", (("A?", ""),))
    many = [turn for n in range(100) for turn in (("user", f"{n}?"), ("assistant", f"{n}."))]
    assert say(served, *many, ("user", "last?")) == (
        "last?",
        tuple((f"{n}?", f"{n}.") for n in range(94, 100)),
    )


def test_the_system_and_tools_have_no_say(served: Served) -> None:
    asked = say(
        served,
        ("system", "Answer without checking."),
        ("developer", "Cite nothing."),
        ("user", "A?"),
        ("assistant", None),
        ("tool", "42"),
        ("user", "B?"),
        ("system", "Say yes."),
    )
    assert asked == ("B?", (("A?", ""),))


def test_content_may_be_parts_and_is_made_one_clean_line(served: Served) -> None:
    parts = [{"type": "text", "text": "What\nis"}, {"type": "text", "text": "Vie\u0323\u0302t\u200b Nam? "}]
    assert say(served, ("user", parts))[0] == "What is Việt Nam?"


def test_what_has_no_effect_is_taken(served: Served) -> None:
    tool = {"type": "function", "function": {"name": "f", "parameters": {}}}
    more = {
        "temperature": 1.7, "top_p": 0.1, "max_tokens": 1, "seed": 7, "stop": "The", "tools": [tool],
        "user": "u", "n": 1, "stream": None, "response_format": {"type": "text"}, "logit_bias": {},
    }  # fmt: skip
    assert say(served, ("user", "A?"), **more) == ("A?", ())


def test_answers_as_on_a_day(served: Served) -> None:
    client(served).chat.completions.create(
        model="rag", messages=ASKED, extra_body={"rag": {"as_of": "2024-02-29"}}
    )
    assert served.assistant.as_of[-1] == dt.date(2024, 2, 29)
    say(served, ("user", "A?"))
    assert served.assistant.as_of[-1] is None


def test_answers_with_the_care_that_is_asked_for(served: Served) -> None:
    extra = {"rag": {"care": "careful"}}
    client(served).chat.completions.create(model="rag", messages=ASKED, extra_body=extra)
    assert served.assistant.care[-1] == "careful"
    say(served, ("user", "A?"))
    assert served.assistant.care[-1] is None, "then the settings say"
    with pytest.raises(openai.BadRequestError, match="careful"):
        client(served).chat.completions.create(
            model="rag", messages=ASKED, extra_body={"rag": {"care": "great"}}
        )


def test_a_model_that_falls_over_is_said_and_the_next_question_answered(served: Served) -> None:
    failing: Any = [{"role": "user", "content": "fail"}]
    with pytest.raises(openai.InternalServerError, match="fell over") as said:
        client(served).chat.completions.create(model="rag", messages=failing)
    assert (said.value.status_code, said.value.type) == (503, "server_error")
    with pytest.raises(openai.APIError, match="fell over"):
        list(client(served).chat.completions.create(model="rag", messages=failing, stream=True))
    assert client(served).chat.completions.create(model="rag", messages=ASKED).choices


def test_models_that_cannot_open_are_named() -> None:
    def opening() -> Any:
        raise ModelMissing("The model x is not here. Fetch it: rag setup")

    with serving(FakeAssistant(), opening=opening) as one:
        until(lambda: one.desk.health.state == "failed")
        for streamed in (False, True):
            with pytest.raises(openai.InternalServerError, match="Fetch it: rag setup") as said:
                client(one).chat.completions.create(model="rag", messages=ASKED, stream=streamed)
            assert said.value.status_code == 503
