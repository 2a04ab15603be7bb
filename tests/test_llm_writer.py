"""From bytes of tokens to text: whole letters, and nothing from a stop string on."""

import random
from itertools import pairwise

import pytest

from rag.llm.worker import Writer


def write(pieces, stop=()):
    writer = Writer(stop)
    said = []
    for piece in pieces:
        said.append(writer.add(piece))
        if writer.stopped:
            break
    return said, writer.rest(), writer


def test_letters_are_never_cut():
    data = "tỷ 🇻🇳".encode()
    said, rest, _ = write([data[i : i + 1] for i in range(len(data))])
    assert "".join(said) == "tỷ 🇻🇳"
    assert "\ufffd" not in "".join(said)
    assert [s for s in said if s] == ["t", "ỷ", " ", "🇻", "🇳"]
    assert rest == ""


def test_a_letter_that_is_never_finished_is_not_said():
    said, rest, _ = write([b"15 t", "ỷ".encode()[:2]])
    assert "".join(said) + rest == "15 t"


@pytest.mark.parametrize(
    ("pieces", "stop", "text", "tokens"),
    [
        (["one", " two", " three"], ["two"], "one ", 2),
        (["one", "\n", "\nmore"], ["\n\n"], "one", 1),
        (["one", "\n", "two"], ["\n\n"], "one\ntwo", 3),  # looked like a stop, was none
        (["END", "x"], ["END"], "", 0),
        (["a", "b", "abc"], ["bab", "abab"], "", 0),  # both end here; one begins first
        (["a", "bc"], ["abc", "b"], "a", 1),  # "b" is complete first
        (["xx", "x"], ["xxxx"], "xxx", 2),  # the end of the text may begin a stop string
        (["aab", "aac"], ["aac"], "aab", 1),
        (["một", " h", "ai"], [""], "một hai", 3),  # an empty stop string stops nothing
    ],
)
def test_stop_strings_over_token_borders(pieces, stop, text, tokens):
    said, rest, writer = write([p.encode() for p in pieces], stop)
    assert "".join(said) + rest == text
    assert writer.tokens == tokens


def test_however_the_text_is_cut_the_result_is_the_same():
    rng = random.Random(5)
    letters = ["a", "b", "ế", "🇻"]
    for _ in range(2000):
        text = "".join(rng.choices(letters, k=12))
        stop = ["".join(rng.choices(letters, k=rng.randint(1, 3))) for _ in range(2)]
        data = text.encode()
        cuts = sorted({0, len(data), *(rng.randrange(len(data)) for _ in range(6))})
        said, rest, writer = write([data[i:j] for i, j in pairwise(cuts)], stop)
        ends = [(at + len(s), at) for s in stop if (at := text.find(s)) >= 0]
        assert "".join(said) + rest == text[: min(ends, default=(0, len(text)))[1]]
        assert writer.stopped == bool(ends)
