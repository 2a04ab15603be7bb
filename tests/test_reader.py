"""One reading: what a model is shown, and that what it says when it has lost its thread is no answer."""

import dataclasses
import re
from pathlib import Path

import pytest
from answer_helpers import article, source

from index.records import Block
from rag.fakes import ScriptedLLM
from rag.llm import adapters
from rag.question import understand
from rag.reading.reader import SHORT_TOKENS, Draft, read, warm_prompt


def drafted(reply):
    draft = Draft(source(article("Chile has 12 projects."), score=1.0))
    list(
        read(understand("How many projects does Chile have?"), draft.source, ScriptedLLM({"": reply}), draft)
    )
    return draft


@pytest.mark.parametrize(
    "reply", ["treat, " * 80, "the name " * 50, "to treat, " + "treat it, treat them, " * 30]
)
def test_a_loop_is_no_answer(reply):
    draft = drafted(reply)
    assert draft.cut
    assert draft.says_nothing


def test_what_repeats_itself_and_ends_is_one_and_so_is_a_long_list():
    for reply in ("1.000.000.000.000", "no, no, no, no, no"):
        assert not drafted(reply).says_nothing
    listed = drafted(", ".join(f"town {n}" for n in range(SHORT_TOKENS)))
    assert listed.cut
    assert not listed.says_nothing
    for reply in ("Not stated in it.", "no, not stated", "không, not stated", "không stated"):
        assert drafted(reply).says_nothing
    for reply in ("no, not before 2030", "yes, stated policy is to buy", "không, 12 dự án"):
        assert not drafted(reply).says_nothing


def test_the_head_of_a_window_is_headline_day_and_what_it_stands_under():
    text = "Prices\n\nTea is 4 dollars.\n\nWages\n\nA picker earns 3 dollars."
    kinds = ("heading", "paragraph", "heading", "paragraph")
    spans = [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text)]
    blocks = tuple(Block(kind, *span) for kind, span in zip(kinds, spans, strict=True))
    of = dataclasses.replace(article(text, title="Tea\n and what it costs"), blocks=blocks)
    whole = source(of)
    windows = [dataclasses.replace(whole, start=start, end=end) for start, end in spans]
    assert windows[1].head == "Tea and what it costs (2022-07-01)\nPrices"
    assert windows[3].head.endswith("\nWages")
    assert windows[0].head == "Tea and what it costs (2022-07-01)"
    guessed = dataclasses.replace(of, dated=dataclasses.replace(of.dated, basis="estimated"))
    assert dataclasses.replace(windows[0], article=guessed).head == "Tea and what it costs"


def test_a_model_with_an_adapter_is_shown_the_head_and_no_examples(monkeypatch):
    asked = understand("How much tea did Chile sell?")
    prompts = {}
    for adapter in (None, Path("some.gguf")):
        monkeypatch.setattr(adapters, "of", lambda model, adapter=adapter: adapter)
        llm = ScriptedLLM({"": "not stated"})
        draft = Draft(source())
        for _ in read(asked, source(), llm, draft):
            pass
        # The fake gives it .9: not enough for a model with an adapter, which says what else it has.
        assert draft.text == ("stated" if adapter else "not stated")
        prompts[adapter] = llm.prompts[0]
        warmed = "".join(span.text for span in warm_prompt(llm))
        assert prompts[adapter].startswith(warmed)
        assert len(warmed) > 300
    assert "Kenya exported" in prompts[None]
    assert "Chile and Peru trade more" not in prompts[None]
    assert "Kenya exported" not in prompts[Path("some.gguf")]
    assert "Article:\nChile and Peru trade more (2022-07-01)\n\nPassage:\nTrade" in prompts[Path("some.gguf")]
