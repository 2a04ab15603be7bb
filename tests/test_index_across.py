"""A question asked in one language and searched in the other."""

from __future__ import annotations

import numpy as np
import pytest

from index import Library
from index.embed import HashEmbedder
from index.search.across import COMMON, MOVED, Across, pairs
from index.text.lang import detect


class Accented(HashEmbedder):
    """Gives a text its words and, as models do, its language: Vietnamese lies apart by one direction."""

    def __init__(self, apart: float = 1.0) -> None:
        super().__init__(64, "accented")
        self.apart = np.zeros(64, np.float32)
        self.apart[7] = apart
        self.asked: list[int] = []

    def passages(self, texts):
        sides = np.array([[detect(text) == "vi"] for text in texts], np.float32)
        found = super().passages(texts) + sides * self.apart
        return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)

    def queries(self, texts):
        self.asked.append(len(texts))
        return self.passages(texts)


def test_the_questions_are_said_in_both_languages():
    english, vietnamese = zip(*pairs(), strict=True)
    assert len(pairs()) == 64 == len(set(english)) == len(set(vietnamese))
    # Asked without a mark of either language ("Ai …?") a few are short enough to mislead; most are plain.
    assert np.mean([detect(one) == "en" for one in english]) > 0.95
    assert np.mean([detect(one) == "vi" for one in vietnamese]) > 0.95
    assert all(one.endswith("?") for one in (*english, *vietnamese))


def test_the_language_is_what_differs_and_is_taken_out_of_the_question():
    model = Accented()
    across = Across.measure(model)
    assert int(np.argmax(across.difference)) == 7  # and not a word of some question
    english = model.queries(["Who built the bridge?"])
    there = across.question(english, "en", "vi")
    assert np.linalg.norm(there, axis=1) == pytest.approx([1.0], abs=1e-6)
    wanted = english + MOVED * across.difference - COMMON * across.common
    np.testing.assert_allclose(there, wanted / np.linalg.norm(wanted), atol=1e-6)
    assert there[0, 7] > english[0, 7]
    vietnamese = model.queries(["Ai đã xây cây cầu này?"])
    assert across.question(vietnamese, "vi", "en")[0, 7] < vietnamese[0, 7] / 2
    assert across.question(english, "en", "en") is english


def test_a_model_without_a_language_of_its_own_moves_less():
    near, far = Across.measure(Accented(0.0)), Across.measure(Accented(1.0))
    assert abs(near.difference[7]) < 0.1 < far.difference[7]


def test_what_was_measured_is_kept_with_the_library(tmp_path):
    (tmp_path / "a.txt").write_text("The bridge\n\nThe bridge was built in 1921 by the city of Porto.\n")
    model = Accented()
    with Library.open(tmp_path / "library", model) as library:
        library.add([tmp_path / "a.txt"])
    asking = Accented()
    with Library.open(tmp_path / "library", asking) as library:
        library.search("Who built the bridge?")
        assert asking.asked == [1]  # the question alone
        vectors = library.question_vectors("Who built the bridge?")
    assert set(vectors) == {"en", "vi"}
    assert not np.allclose(vectors["en"], vectors["vi"])


def test_what_another_model_or_other_questions_gave_is_not_used(monkeypatch):
    model = Accented()
    text = Across.measure(model).to_text(model)
    again = Across.from_text(text, model)
    assert again is not None
    np.testing.assert_array_equal(again.difference, Across.measure(model).difference)
    np.testing.assert_array_equal(again.common, Across.measure(model).common)
    assert Across.from_text(text, HashEmbedder()) is None
    assert Across.from_text("", model) is None
    assert Across.from_text(text[:-8], model) is None
    assert Across.from_text(text[:-3], model) is None
    monkeypatch.setattr("index.search.across._questions", lambda: "others")
    assert Across.from_text(text, model) is None
