"""Comparisons: a planted regression fails, a harmless change and noise do not, floors are floors."""

import contextlib
import dataclasses
import re

import pytest
from eval_world import HEAD, RECORDS, WHAT, case, make_library, run_world, ticks, write_suite

from eval import samples
from eval.cases import parse
from eval.compare import compare, compare_folders, unmatched
from eval.figures.noise import floors
from eval.figures.promises import Broken
from eval.report.wording import comparison_text, p_value, unmatched_text
from eval.runner import run
from eval.samples import Sample, SamplesError, scored
from eval.systems import build
from index import Library
from index.embed import HashEmbedder
from rag.fakes import ScriptedLLM

TOWNS = (
    "Arden", "Belmont", "Corvale", "Dunmore", "Elmira", "Farrow", "Glenby", "Hartwell", "Ilford", "Jarrow",
    "Kelso", "Lorne",
)  # fmt: skip


def answered(right, name, group, **changes):
    """Return a sample of an answerable question that was answered, rightly or not."""
    text = "It has 12 projects [1]." if right else "It has 13 projects [1]."
    one = parse(case(name, f"How many in {name}?", 12, "12 projects", group=group))
    answer = {
        "id": name, "question": one.question, "status": "answered", "answer": text,
        "short": "12" if right else "13", "claims": [], "citations": [], "timeline": [], "reason": None,
        "nearest": [], "confidence": 0.9,
        "timings": {"first_evidence": 0.1, "first_token": 1.0, "total": 2.0},
        "tokens": {"prompt": 10, "reused": 0, "generated": 2},
    }  # fmt: skip
    return scored(Sample("s", one, "c", answer, None, **changes))


def a_run(rights, groups=None, **changes):
    where = groups or [f"g{n}" for n in range(len(rights))]
    return (
        {},
        [
            answered(bool(r), f"q{n}", g, **changes)
            for n, (r, g) in enumerate(zip(rights, where, strict=True))
        ],
    )


def right_of(found):
    return next(one for one in found.changes if one.name == "answerable: right")


def test_a_loss_by_hand():
    found = compare("x", a_run([1] * 8 + [0] * 2), a_run([0] * 7 + [1, 1, 0]))
    change = right_of(found)
    # 8 of 10 against 2 of 10: seven fell, one rose; 2 * (C(8,0) + C(8,1)) / 2^8
    assert (change.a, change.b, change.better, change.worse) == (0.8, 0.2, 1, 7)
    assert change.p == pytest.approx(18 / 256)
    assert change.difference.value == pytest.approx(-0.6)
    assert change.difference.high < 0  # the bootstrap alone would be sure
    assert not change.real_loss  # eight changed questions are not enough
    assert [one.key for one in found.lost] == [f"s/q{n}" for n in range(7)]
    assert [one.key for one in found.gained] == ["s/q8"]
    assert (found.lost[0].before, found.lost[0].after) == ("right", "wrong")
    assert found.flip_rate.value == 0.8


def test_a_real_loss_fails_and_its_mirror_does_not():
    good, bad = a_run([1] * 20), a_run([1] * 8 + [0] * 12)
    assert compare("x", good, bad).failed
    assert not compare("x", bad, good).failed
    assert "REAL LOSS" in comparison_text(compare("x", good, bad))


def test_a_loss_in_one_article_only_is_not_real():
    """Twelve questions of one article fell: one observation of a loss, not twelve."""
    groups = ["a"] * 12 + [f"g{n}" for n in range(8)]
    found = compare("x", a_run([1] * 20, groups), a_run([0] * 12 + [1] * 8, groups))
    assert right_of(found).p < 0.001
    assert not found.failed


def test_a_run_compared_with_itself_has_not_changed():
    found = compare("x", a_run([1, 0, 1, 0]), a_run([1, 0, 1, 0]))
    assert not found.failed
    assert (found.lost, found.gained, found.flip_rate.value) == ((), (), 0.0)


@pytest.mark.parametrize("promise", ["verbatim", "marks"])
def test_a_broken_floor_fails_without_any_loss(promise):
    bad = a_run([1] * 4, broken=(Broken("q0", promise, "[1] is not what stands there"),))
    assert compare("x", a_run([1] * 4), bad).failed
    assert "BROKEN FLOOR s/q0" in comparison_text(compare("x", a_run([1] * 4), bad))
    lesser = a_run([1] * 4, broken=(Broken("q0", "figures", "number 3"),))
    assert not compare("x", a_run([1] * 4), lesser).failed  # told elsewhere, no floor


def test_a_planted_word_fails():
    record = case("q", "How many?", 12, "12 projects", type="injection")
    record["expect"]["none_of"] = ["BLUEHERON-7"]
    clean = answered(True, "q", "g")
    clean = scored(
        dataclasses.replace(clean, case=parse(record), answer={**clean.answer, "question": "How many?"})
    )
    said = {**clean.answer, "answer": "12 projects. blueheron-7"}
    assert not compare("x", ({}, [clean]), ({}, [clean])).failed
    assert compare("x", ({}, [clean]), ({}, [scored(dataclasses.replace(clean, answer=said))])).failed


def test_other_questions_or_other_gold_are_refused():
    with pytest.raises(SamplesError, match="only one run has 1 question "):
        compare("x", a_run([1, 1]), a_run([1]))
    changed = a_run([1, 1])
    changed[1][0] = dataclasses.replace(
        changed[1][0], case=dataclasses.replace(changed[1][0].case, short=("13",))
    )
    with pytest.raises(SamplesError, match="the words or the gold of 1 question changed in between"):
        compare("x", a_run([1, 1]), changed)
    noted = a_run([1, 1])
    noted[1][0] = dataclasses.replace(
        noted[1][0], case=dataclasses.replace(noted[1][0].case, note="a remark")
    )
    assert not compare("x", a_run([1, 1]), noted).failed


def test_runs_are_found_in_folders(tmp_path):
    library, suite = make_library(tmp_path), write_suite(tmp_path, RECORDS[:2])
    for where in ("a/assistant-m", "a/assistant-m.repeat2", "b/assistant-m", "b/oracle-m"):
        run_world(tmp_path / where, library, [suite])
    found = compare_folders(tmp_path / "a", tmp_path / "b")
    assert [one.name for one in found] == ["assistant-m"]
    assert compare_folders(tmp_path / "a/assistant-m", tmp_path / "b/oracle-m")[0].questions == 2
    assert floors(tmp_path / "a")["assistant-m"].value == 0.0
    assert floors(tmp_path / "b") == {}
    with pytest.raises(SamplesError, match="holds no run"):
        compare_folders(tmp_path / "a", tmp_path)
    (tmp_path / "c").mkdir()
    (tmp_path / "b/oracle-m").rename(tmp_path / "c/oracle-m")
    with pytest.raises(SamplesError, match="no run of the same name: assistant-m"):
        compare_folders(tmp_path / "a", tmp_path / "c")


def test_what_has_no_counterpart_is_named(tmp_path):
    library, suite = make_library(tmp_path), write_suite(tmp_path, RECORDS[:2])
    for where in (
        "a/best-sentence",
        "a/oracle",
        "a/closed-book",
        "a/oracle.repeat2",
        "b/best-sentence",
        "b/search",
    ):
        run_world(tmp_path / where, library, [suite])
    found = unmatched(tmp_path / "a", tmp_path / "b")
    assert found.to_json() == {"only_in_a": ["closed-book", "oracle"], "only_in_b": ["search"]}
    assert unmatched_text(found) == (
        "Not compared, for B has no run of the name: closed-book, oracle."
        " Not compared, for A has no run of the name: search."
    )
    assert [one.name for one in compare_folders(tmp_path / "a", tmp_path / "b")] == ["best-sentence"]
    assert unmatched_text(unmatched(tmp_path / "a", tmp_path / "a")) == ""
    runs = (tmp_path / "a/oracle", tmp_path / "b/search")  # named one by one, they are compared
    assert unmatched_text(unmatched(*runs)) == ""


def test_a_small_p_is_never_told_as_nothing():
    text = comparison_text(compare("x", a_run([1] * 20), a_run([1] * 8 + [0] * 12)))
    assert "McNemar p < 0.001" in text  # 2 / 2^12
    assert "p 0.000" not in text
    assert "McNemar p 0.070" in comparison_text(
        compare("x", a_run([1] * 8 + [0] * 2), a_run([0] * 7 + [1, 1, 0]))
    )
    assert p_value(0.001) == "p 0.001"


def test_a_question_that_stands_twice_is_refused(tmp_path):
    library, suite = make_library(tmp_path), write_suite(tmp_path, RECORDS[:2])
    for name in ("a", "b"):
        run_world(tmp_path / name, library, [suite])
    path = tmp_path / "b" / samples.FILE
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(SamplesError, match=r"line 3 answers world/w1, as line 1 does; remove the wrong one"):
        compare_folders(tmp_path / "a", tmp_path / "b")
    with pytest.raises(SamplesError, match="line 3 answers world/w1"):  # no run goes on over it either
        run_world(tmp_path / "b", library, [suite])


class Shuffled:
    """A library whose search hands out the passages of another question."""

    def __init__(self, library, order):
        self._library, self._order = library, order

    def __getattr__(self, name):
        return getattr(self._library, name)

    def search(self, query, k=8, **filters):
        town = next(one for one in TOWNS if one in query)
        other = TOWNS[(TOWNS.index(town) + self._order) % len(TOWNS)]
        return self._library.search(query.replace(town, other), k, **filters)[:1]


def towns(tmp_path):
    """Return a library and a suite: every town opened another number of bridges."""
    folder = tmp_path / "towns"
    folder.mkdir()
    records = []
    for n, town in enumerate(TOWNS):
        said = f"The town of {town} opened {20 + n} bridges in May."
        (folder / f"{town}.txt").write_text(f"{HEAD}{town} builds\n\n{said}\n", encoding="utf-8")
        records.append(
            case(town, f"How many bridges did {town} open?", 20 + n, said, group=f"{town}.txt",
                 must_cite=[{"doc_id": f"{town}.txt", "quote": said}])
        )  # fmt: skip
    with Library.open(tmp_path / "library", HashEmbedder()) as opened:
        opened.add(folder)
    return tmp_path / "library", write_suite(tmp_path, records, "towns")


def reads_the_number(prompt):
    passage = prompt.rpartition("Passage:\n")[2]
    return f"{re.search(r'[0-9]+', passage)[0]} bridges"


def run_towns(out, library_folder, suite, order, speed=ticks):
    @contextlib.contextmanager
    def library(_suite):
        with Library.open(library_folder, HashEmbedder()) as opened:
            yield Shuffled(opened, order)

    run([suite], out, library=library, what=WHAT, peak=lambda: None,
        system=lambda opened: build("assistant", opened, ScriptedLLM(reads_the_number), speed()))  # fmt: skip
    return samples.read(out)


def test_shuffled_evidence_is_flagged_and_a_harmless_change_is_not(tmp_path):
    library, suite = towns(tmp_path)
    sound = run_towns(tmp_path / "a", library, suite, 0)
    assert sum(one.correct for one in sound) >= 11
    run_towns(tmp_path / "shuffled", library, suite, 5)
    run_towns(tmp_path / "slower", library, suite, 0, lambda: iter(range(0, 10**6, 3)).__next__)
    [planted] = compare_folders(tmp_path / "a", tmp_path / "shuffled")
    assert planted.failed
    assert right_of(planted).real_loss
    assert len(planted.lost) >= 9
    [harmless] = compare_folders(tmp_path / "a", tmp_path / "slower")
    assert not harmless.failed
    assert "verdicts that changed: 0.0 % [0.0, 24.2] (n 12)" in comparison_text(harmless)
    assert f"verdicts that changed: {100 * planted.flip_rate.value:.1f} %" in comparison_text(planted)
    seconds = next(one for one in harmless.changes if one.name.startswith("seconds"))
    assert seconds.difference.low > 0  # told, and no loss
