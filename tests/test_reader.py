"""One reading: what a model that has lost its thread says is no answer."""

import pytest
from answer_helpers import article, source

from rag.fakes import ScriptedLLM
from rag.question import understand
from rag.reading.reader import SHORT_TOKENS, Draft, read


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
    assert drafted("Not stated in it.").says_nothing
