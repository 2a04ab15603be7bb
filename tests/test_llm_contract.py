"""What every LLM promises: run over the scripted one and the real one."""

import math
import threading
import time

import pytest
from llm_support import SMALL, gguf

from eval.readings import Kept
from rag.fakes import ScriptedLLM
from rag.llm import LLM, Generation, Span
from rag.llm.llama import LlamaProcess

QUESTION = [
    Span("<|im_start|>system\nYou answer with one short sentence.", trusted=True),
    Span("<|im_end|>\n<|im_start|>user\n", trusted=True, keep=True),
    Span("Thủ đô của Việt Nam là gì?"),
    Span("<|im_end|>\n<|im_start|>assistant\n", trusted=True),
]
CAPITAL = "Thủ đô của Việt Nam là thành phố Hà Nội nhé."


@pytest.fixture(scope="module", params=["scripted", pytest.param("llama", marks=pytest.mark.models)])
def made(request):
    if request.param == "llama":
        real = LlamaProcess(gguf(SMALL), SMALL, n_ctx=512)
        yield real
        real.close()
        return
    # A slow speaker, so that there is time to interrupt it.
    yield ScriptedLLM({"": CAPITAL}, n_ctx=512, on_token=lambda _: time.sleep(0.01))


@pytest.fixture(params=["itself", "kept"])
def llm(request, made, tmp_path):
    """The model, and the file of its readings before it: what it says twice is then said by the file."""
    if request.param == "itself":
        return made
    return Kept(tmp_path / "readings.jsonl", made.id, "chatml", lambda: made)


def say(llm: LLM, prompt=QUESTION, max_tokens=24, stop=()):
    into = Generation()
    pieces = list(llm.generate(prompt, max_tokens=max_tokens, stop=stop, into=into))
    assert "".join(pieces) == into.text
    assert all(pieces), "an empty piece says nothing"
    assert into.usage.generated == len(into.logprobs)
    assert all(p <= 0 for p in into.logprobs)
    return into


def test_it_writes_and_says_how_it_ended(llm):
    said = say(llm)
    assert "Việt Nam" in said.text
    assert said.finish == "stop"
    assert 0 < said.usage.generated < 24


def test_the_same_prompt_gives_the_same_answer(llm):
    first, second = say(llm), say(llm)
    assert (first.text, first.logprobs) == (second.text, second.logprobs)


def test_the_token_limit_is_kept(llm):
    said = say(llm, max_tokens=3)
    assert said.finish == "length"
    assert said.usage.generated == 3
    assert say(llm).text.startswith(said.text)


@pytest.mark.parametrize("stop", ["Nam", "t Na", " Nam là", "V"])
def test_nothing_is_said_from_a_stop_string_on(llm, stop):
    whole = say(llm).text
    said = say(llm, stop=[stop, "unused"])
    assert said.finish == "stop"
    assert said.text == whole[: whole.index(stop)]


def test_the_prompt_is_counted_as_its_spans_are(llm):
    prompt = [Span("Việt Nam và Indonesia"), Span(" hợp tác")]
    assert say(llm, prompt, max_tokens=1).usage.prompt == sum(llm.count(span.text) for span in prompt)
    assert llm.count("") == 0


def test_kept_spans_are_read_once(made):
    system = Span(f"Rules made at {time.time_ns()}: be brief.", trusted=True, keep=True)
    first = say(made, [system, Span("One?")], max_tokens=2)
    second = say(made, [system, Span("Two?")], max_tokens=2)
    assert first.usage.reused == 0
    assert second.usage.reused == made.count(system.text)
    other = say(made, [Span(system.text, trusted=True), Span("Two?")], max_tokens=2)
    assert other.usage.reused == 0, "taken over at a boundary that this prompt does not have"


def test_warming_reads_ahead(llm):
    system = Span(f"Rules known since {time.time_ns()}.", trusted=True, keep=True)
    llm.warm()
    llm.warm([system])
    assert say(llm, [system, Span("Now?")], max_tokens=1).usage.reused == llm.count(system.text)


def test_choosing_gives_probabilities_that_sum_to_one(llm):
    text = say(llm).text
    found = llm.choose(QUESTION, ["Paris", text, "London"])
    assert math.isclose(sum(found), 1.0)
    assert max(found) == found[1] > 0.5
    assert llm.choose(QUESTION, ["Paris"]) == [1.0]


def test_the_order_of_the_choices_does_not_matter(llm):
    there = llm.choose(QUESTION, ["Yes", "No", "Hà Nội"])
    back = llm.choose(QUESTION, ["Hà Nội", "No", "Yes"])
    assert there == pytest.approx(back[::-1], abs=1e-12)


def test_choices_are_weighed_by_their_log_probability(llm):
    choices = ["Hà Nội", "Paris, France"]
    sums = [math.fsum(llm.logprob(QUESTION, choice)) for choice in choices]
    [first, second] = llm.choose(QUESTION, choices)
    assert math.log(first / second) == pytest.approx(sums[0] - sums[1])


def test_log_probability_agrees_with_writing(llm):
    said = say(llm)
    found = llm.logprob(QUESTION, said.text)
    assert len(found) == llm.count(said.text) == said.usage.generated
    # Several tokens at once are computed in another order than one by one.
    assert found == pytest.approx(said.logprobs, abs=0.25)


def test_usage_is_reported_by_every_call(llm):
    for ask in (
        lambda into: llm.choose(QUESTION, ["a", "b"], into=into),
        lambda into: llm.logprob(QUESTION, "a", into=into),
        lambda into: llm.warm(QUESTION, into=into),
    ):
        ask(into := Generation())
        assert into.usage.prompt == say(llm, max_tokens=1).usage.prompt
        assert into.usage.generated == 0


def test_closing_the_iterator_cancels(llm):
    into = Generation()
    pieces = llm.generate(QUESTION, max_tokens=24, into=into)
    first = next(pieces)
    pieces.close()
    assert (into.text, into.finish) == (first, "cancelled")
    assert into.usage.prompt > 0
    assert say(llm).finish == "stop"


def test_cancelling_from_another_thread_ends_the_iterator(llm):
    into = Generation()
    pieces = llm.generate(QUESTION, max_tokens=24, into=into)
    next(pieces)
    thread = threading.Thread(target=llm.cancel)
    thread.start()
    thread.join()
    list(pieces)
    assert into.finish == "cancelled"
    llm.cancel()  # nothing is running: nothing happens
    assert say(llm).finish == "stop"


def test_two_hundred_cancels_in_a_row_leave_it_whole(llm):
    before = say(llm)
    for _ in range(200):
        # A kept prompt is not read again, which leaves the time for cancelling.
        pieces = llm.generate([Span("Đếm: 1, 2, 3,", keep=True)], max_tokens=50)
        next(pieces)
        pieces.close()
    assert say(llm).logprobs == before.logprobs


def test_callers_are_served_in_the_order_they_came(made):
    holder = made.generate(QUESTION, max_tokens=24)
    next(holder)
    served = []

    def ask(n):
        served.extend(n for _ in made.generate([Span(f"Câu hỏi {n}:")], max_tokens=2))

    threads = []
    for n in range(6):
        threads.append(threading.Thread(target=ask, args=(n,)))
        threads[-1].start()
        while made._turn.waiting <= n:
            time.sleep(0.001)
    assert served == []
    assert made.count("đếm không phải chờ") > 0
    holder.close()
    for thread in threads:
        thread.join(60)
    assert served == sorted(served)
    assert set(served) == set(range(6))


def test_limits_are_named_with_both_numbers(llm):
    long = [Span("một hai ba " * 200)]
    tokens = llm.count(long[0].text)
    with pytest.raises(ValueError, match=rf"{tokens} tokens and 7 more .* 512"):
        list(llm.generate(long, max_tokens=7))
    with pytest.raises(ValueError, match="512"):
        llm.warm(long)
    with pytest.raises(ValueError, match="0"):
        llm.generate(QUESTION, max_tokens=0)
    with pytest.raises(ValueError, match="different"):
        llm.choose(QUESTION, ["a", "a"])
    with pytest.raises(ValueError, match="different"):
        llm.choose(QUESTION, [])
    for ask in (
        lambda: llm.logprob(QUESTION, ""),
        lambda: llm.choose(QUESTION, ["a", ""]),
        lambda: list(llm.generate([], max_tokens=1)),
        lambda: list(llm.generate([Span("")], max_tokens=1)),
    ):
        with pytest.raises(ValueError, match="empty"):
            ask()


def test_a_prompt_may_fill_the_context_to_the_last_token(llm):
    text = "a"
    while llm.count(text + " b") <= 500:
        text += " b"
    room = 512 - llm.count(text)
    say(llm, [Span(text)], max_tokens=room)
    with pytest.raises(ValueError, match="512"):
        say(llm, [Span(text)], max_tokens=room + 1)


def test_odd_text_is_only_text(llm):
    for text in ("\ud800", "a\0b", "\u202e", "🧑‍🚀", "\r\n\t", "<|im_end|>"):
        assert llm.count("a" + text) >= 1
        say(llm, [Span("a" + text)], max_tokens=1)


def test_closing_twice_is_fine_and_asking_again_works(llm):
    llm.close()
    llm.close()
    assert say(llm).text


def test_a_watched_text_costs_nothing_and_is_the_probability_of_its_first_token(llm):
    run = Generation(watch=CAPITAL)
    list(llm.generate(QUESTION, max_tokens=2, into=run))
    plain = Generation()
    list(llm.generate(QUESTION, max_tokens=2, into=plain))
    assert run.text == plain.text
    assert run.watched == pytest.approx(llm.logprob(QUESTION, CAPITAL)[0], abs=1e-4)
    assert plain.watched == 0.0


def test_a_watched_text_that_is_less_probable_than_asked_for_does_not_come_first(llm):
    def said(floor):
        run = Generation(watch=first, floor=floor)
        list(llm.generate(QUESTION, max_tokens=2, into=run))
        return run

    first = say(llm, max_tokens=1).text
    taken = said(None)
    assert taken.text.startswith(first)
    assert said(taken.watched - 0.01).text == taken.text
    refused = said(taken.watched + 0.01)
    assert not refused.text.startswith(first)
    assert refused.watched == taken.watched  # what it thought of it is told all the same
    assert said(None).text == taken.text  # and what was read is as it was


def test_what_layers_held_is_told_if_asked_for(llm):
    def held(prompt=QUESTION, layers=(2, 7), max_tokens=24):
        into = Generation(layers=layers)
        list(llm.generate(prompt, max_tokens=max_tokens, stop=("\n",), into=into))
        return into.hidden

    assert held(layers=()) == {}
    assert list(held(layers=(10_000,))) in ([], [10_000])  # a real model has no such layer
    first = held()
    assert set(first) == {2, 7}
    width = {len(row) for one in first.values() for row in (one.before, one.during)}
    assert len(width) == 1
    assert first[2].before != first[7].before
    assert held() == first
    other = held([*QUESTION[:2], Span("Thủ đô của Nhật Bản là gì?"), QUESTION[3]])
    assert other[2].before != first[2].before
    if isinstance(llm, Kept):
        assert llm.replayed == 1


def test_where_heads_look_is_told_if_asked_for(llm):
    passage = "Đường sắt dài 12 km.\nIt cost 90 million USD, said Mr. Ruiz."
    prompt = [
        Span("Read this.\n", trusted=True, keep=True),
        Span(passage),
        Span("\nWho said it?", trusted=True),
    ]

    def looked(heads=((2, 1), (2, 0), (7, 3)), onto=1, max_tokens=4):
        into = Generation(heads=heads, onto=onto)
        text = "".join(llm.generate(prompt, max_tokens=max_tokens, into=into))
        return into.attention, text

    assert looked(heads=())[0] is None
    found, text = looked()
    assert set(found.shares) == {(2, 1), (2, 0), (7, 3)}
    assert list(found.ends) == sorted(found.ends)
    assert found.ends[-1] == len(passage)
    for row in found.shares.values():
        assert len(row) == len(found.ends)
        assert all(0 <= share <= 1 for share in row)
        assert 0 < sum(row) <= 1.001
    assert looked() == (found, text)
    assert looked(heads=())[1] == text
    # A head that the model does not have is left out.
    assert set(looked(heads=((2, 1), (10_000, 0), (2, 10_000)))[0].shares) >= {(2, 1)}
    other, _ = looked(onto=2)
    assert other.ends[-1] == len(prompt[2].text)
    if isinstance(llm, Kept):
        assert llm.replayed == 2
