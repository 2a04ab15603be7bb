"""Kept readings: said once, found again, and never taken for something that was timed."""

import json
import math
from dataclasses import replace

import pytest

from eval.readings import Kept, ReadingsError
from rag.fakes import ScriptedLLM
from rag.llm import Generation, Span


def no_model(*_):
    raise AssertionError("the language model was asked for")


PROMPT = [Span("Read.", trusted=True, keep=True), Span("Chile has 12 projects.")]


def said(llm, prompt=PROMPT, **options):
    run = Generation(watch=options.pop("watch", "not stated"))
    text = "".join(llm.generate(prompt, **{"max_tokens": 8, "stop": ("\n",), **options}, into=run))
    assert text == run.text
    return run


def kept(path, replies=(), name="scripted"):
    llm = ScriptedLLM(list(replies))
    return Kept(path, name, "chatml", lambda: llm) if replies else Kept(path, name, "chatml", no_model)


def test_a_reading_is_kept_at_once_and_needs_no_model_again(tmp_path):
    path = tmp_path / "drafts.jsonl"
    llm = kept(path, ["12 projects", "not stated"])
    first = said(llm)
    assert len(path.read_text().splitlines()) == 1  # before the second is asked
    second = said(llm, [*PROMPT, Span("?")])
    assert (first.text, second.text, llm.asked) == ("12 projects", "not stated", 2)
    assert first.watched == pytest.approx(math.log(0.002))
    again = kept(path)
    assert said(again) == first  # text, logprobs, watched, finish and usage
    assert said(again, [*PROMPT, Span("?")]) == second
    assert again.asked == 0
    assert len(path.read_text().splitlines()) == 2


def test_a_reply_that_might_have_begun_otherwise_is_asked_for_again(tmp_path):
    path = tmp_path / "drafts.jsonl"
    llm = kept(path, ["not stated", "not stated", "not stated"])

    def reply(of, floor):
        run = Generation(watch="not stated", floor=floor)
        return "".join(of.generate(PROMPT, max_tokens=8, into=run))

    assert reply(llm, None) == "not stated"
    assert reply(llm, math.log(0.95)) == " stated"
    assert (reply(llm, math.log(0.95)), llm.asked) == (" stated", 2)
    assert (reply(llm, math.log(0.5)), llm.asked) == ("not stated", 3)
    assert reply(kept(path), math.log(0.5)) == "not stated"  # the file has the last one


@pytest.mark.parametrize(
    "change",
    [
        {"prompt": [*PROMPT, Span("!")]},
        {"prompt": [PROMPT[0], replace(PROMPT[1], trusted=True)]},
        {"max_tokens": 9},
        {"stop": ()},
        {"watch": ""},
    ],
)
def test_whatever_decides_the_reply_is_in_its_key(tmp_path, change):
    path = tmp_path / "drafts.jsonl"
    said(kept(path, ["12"]))
    with pytest.raises(AssertionError, match="was asked for"):
        said(kept(path), **change)
    with pytest.raises(AssertionError, match="was asked for"):
        said(kept(path, name="another model"))


def test_a_torn_last_line_is_asked_again_and_a_damaged_one_is_named(tmp_path):
    path = tmp_path / "drafts.jsonl"
    said(kept(path, ["12"]))
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    said(kept(path, ["45"]), [*PROMPT, Span("?")])
    assert [json.loads(line)["text"] for line in path.read_text().splitlines()] == ["12", "45"]
    path.write_bytes(whole + b'{"key": "x"}\n')
    with pytest.raises(ReadingsError, match=r"drafts.jsonl, line 2 .* remove that line"):
        kept(path)


def test_half_a_reply_is_not_kept(tmp_path):
    path = tmp_path / "drafts.jsonl"
    scripted = ScriptedLLM(["12 projects"])
    scripted.on_token = lambda _text: scripted.cancel()
    assert said(Kept(path, "scripted", "chatml", lambda: scripted)).finish == "cancelled"
    assert not path.exists()


def test_one_file_serves_two_models_and_leaves_the_other_alone(tmp_path):
    path = tmp_path / "drafts.jsonl"
    said(kept(path, ["12"]))
    other = Kept(path, "scripted", "chatml", lambda: ScriptedLLM(["45"]), made_by="another build of it")
    assert said(other).text == "45"
    assert said(kept(path)).text == "12"
    assert [json.loads(line)["model"] for line in path.read_text().splitlines()] == [
        "scripted",
        "another build of it",
    ]


def test_a_model_that_is_needed_late_is_warmed_first(tmp_path):
    path = tmp_path / "drafts.jsonl"
    said(kept(path, ["12"]))
    scripted = ScriptedLLM(["45"])
    llm = Kept(path, "scripted", "chatml", lambda: scripted)
    llm.warm(PROMPT[:1])
    said(llm)
    assert not scripted._kept  # everything was there: nothing to warm
    run = said(llm, [*PROMPT, Span("?")])
    assert run.usage.reused > 0  # the kept span was read before the first prompt
    assert (llm.asked, llm.replayed) == (1, 1)


def looked(llm, heads=((1, 1),), onto=1):
    run = Generation(heads=heads, onto=onto)
    list(llm.generate(PROMPT, max_tokens=8, into=run))
    return run.text, run.attention


def test_a_reply_is_asked_for_again_where_what_was_looked_at_was_not_kept(tmp_path):
    path = tmp_path / "drafts.jsonl"
    llm = kept(path, ["12"] * 5)
    assert looked(llm, heads=()) == ("12", None)
    _, first = looked(llm)
    assert first is not None
    assert looked(llm) == ("12", first)
    assert looked(llm, heads=()) == ("12", None)
    assert llm.asked == 2
    assert looked(llm, heads=((2, 3),))[1].shares.keys() == {(2, 3)}
    assert looked(llm, heads=((2, 3),), onto=0)[1].ends != first.ends
    assert llm.asked == 4
    again = kept(path)  # the last of each is there
    assert looked(again, heads=((2, 3),), onto=0)[0] == "12"
