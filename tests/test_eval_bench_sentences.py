"""The measure of sentence boundaries, on paragraphs whose counts can be told by hand."""

import json

import pytest
from loader_helpers import DATA

from eval.bench import sentences as bench
from eval.bench.sentences import Boundaries
from eval.loaders.material import half_of
from eval.loaders.squad_file import Paragraph, read_side

# Precision 2 of 3, recall 2 of 4; without the ends of the paragraphs 0 of 1 and 0 of 2.
PARTS = [
    Boundaries("a" * 30, frozenset({10, 20, 30}), frozenset({15, 30})),
    Boundaries("b" * 9 + " ", frozenset({9}), frozenset({9})),
]


def test_all_boundaries_are_counted():
    got = bench.count(PARTS)
    assert (got.gold, got.ours, got.found) == (4, 3, 2)
    assert (got.precision, got.recall, got.f1) == pytest.approx((2 / 3, 1 / 2, 4 / 7))


def test_inner_boundaries_leave_out_the_end_of_each_paragraph():
    got = bench.count([part.inner() for part in PARTS])
    assert (got.gold, got.ours, got.found) == (2, 1, 0)
    assert (got.precision, got.recall, got.f1) == (0, 0, 0)


def test_nothing_to_count_is_no_division_by_zero():
    got = bench.count([])
    assert (got.precision, got.recall, got.f1) == (0, 0, 0)


def test_white_space_at_the_end_of_a_published_sentence_does_not_count():
    part = Paragraph(1, "Hall", "It is old. It is red. ", (), ((0, 11), (11, 22)))
    assert bench.boundaries(part).gold == bench.boundaries(part).ours == {10, 21}


def test_errors_say_what_is_wrong_and_where():
    assert list(bench.errors(Boundaries("One. Two", frozenset({4, 8}), frozenset({8})))) == [
        "missed   …One.‖ Two…"
    ]
    assert list(bench.errors(Boundaries("One, two", frozenset({8}), frozenset({4, 8})))) == [
        "too many …One,‖ two…"
    ]


def test_only_the_half_to_tune_on_shows_its_errors(tmp_path, capsys):
    titles = [f"Title {n}" for n in range(6)]
    assert {half_of(title) for title in titles} == {"dev", "report"}
    data = []
    for title in titles:
        text = f"{title} is one. sentence by the rules."
        cuts = [(0, len(title) + 8), (len(title) + 9, len(text))]
        gold = [text[slice(*cut)] for cut in cuts]
        part = {"context": text, "qas": [], "sentences": gold, "sentence_breaks": cuts}
        data.append({"title": title, "paragraphs": [part]})
    for lang in ("en", "vi"):
        (tmp_path / f"{lang}.json").write_text(json.dumps({"data": data}))
    bench.main([str(tmp_path), "--errors"])
    printed = capsys.readouterr().out
    assert "en  both    all    F1 0.6667  P 1.0000  R 0.5000" in printed
    for title in titles:
        assert (f"{title} is one.‖" in printed) == (half_of(title) == "dev")


@pytest.mark.skipif(not (DATA / "xquad-r").exists(), reason="xquad-r is not beside the project")
@pytest.mark.parametrize(("lang", "bar", "published"), [("en", 0.98, 1180), ("vi", 0.97, 1209)])
def test_the_bar_is_met(lang, bar, published):
    side = read_side(DATA / "xquad-r" / f"{lang}.json", lang, "xquad-r")
    parts = [bench.boundaries(part) for part in side.paragraphs]
    assert bench.count(parts).gold == published
    assert bench.count(parts).f1 >= bar
    assert bench.count(part.inner() for part in parts).f1 >= bar
