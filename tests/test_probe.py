"""The probe: a sum by hand, what a reading asks its model for, and the file of each model that has one."""

import numpy as np
import pytest
from answer_helpers import article, source
from llm_support import gguf
from sklearn.metrics import roc_auc_score

from eval.calibrate import probe as calibrate_probe
from eval.cases import SuiteError
from rag.checks.verify import examine
from rag.deciding.confidence import PLAIN, PROBED, signals, strength
from rag.fakes import ScriptedLLM
from rag.llm import Generation, Hidden, Span
from rag.llm.llama import LlamaProcess
from rag.question import understand
from rag.reading import probe as probes
from rag.reading.probe import Probe
from rag.reading.reader import Draft, Voice, read


def row(*numbers):
    return np.array(numbers, dtype=np.float32)


HAND = Probe(4, 2, row(1, 0.5), row(0, -2), 0.25)


def test_the_score_is_the_sum_by_hand():
    hidden = {2: Hidden((9.0, 9.0), (7.0, 0.5)), 4: Hidden((2.0, 3.0), (9.0, 9.0))}
    assert HAND.layers == (2, 4)
    assert HAND.score(hidden) == pytest.approx(0.25 + 2 * 1 + 3 * 0.5 - 2 * 0.5)
    assert HAND.score({2: hidden[2]}) is None
    assert HAND.score({layer: Hidden((1.0,) * 3, (1.0,) * 3) for layer in (2, 4)}) is None  # not its model
    assert Probe(4, 4, HAND.before, HAND.during, 0.0).layers == (4,)


def test_a_fit_is_found_again_in_its_file(tmp_path, monkeypatch):
    rng = np.random.default_rng(5)
    states = rng.normal(3, 2, (200, 6))
    right = states[:, 1] + rng.normal(0, 0.5, 200) > 3
    weights = calibrate_probe.fitted(states, right)
    score = calibrate_probe.scores(weights, states)
    assert roc_auc_score(right, score) > 0.9
    assert abs(weights[2]) > 3 * np.abs(np.delete(weights[1:], 1)).max()
    made = calibrate_probe.made(weights, (5, 3))
    calibrate_probe.write(made, tmp_path / "probes" / "some.npz")
    monkeypatch.setattr(probes.resources, "files", lambda package: tmp_path)
    probes.of.cache_clear()
    found = probes.of("some")
    probes.of.cache_clear()
    hidden = {5: Hidden(states[0, :3], [0] * 3), 3: Hidden([0] * 3, states[0, 3:])}
    assert found.score(hidden) == pytest.approx(score[0], abs=1e-4)
    with pytest.raises(SuiteError, match="200 of 200 readings are right"):
        calibrate_probe.fitted(states, np.ones(200, dtype=bool))


def test_half_precision_comes_back_as_it_was_packed():
    held = Hidden((0.5, -3.0, 65504.0), (0.1, 0.0, 1e-8))
    again = Hidden.unpacked(held.packed())
    assert again.before == held.before
    assert again.during == pytest.approx(held.during, abs=1e-3)
    assert Hidden.unpacked(again.packed()) == again
    for damaged in (["AAA=", "AAA"], ["AAAA", "AAA="], ["AAA="]):
        with pytest.raises(ValueError, match=r"padding|half-precision|values to unpack"):
            Hidden.unpacked(damaged)


def reading(question="How many projects does Chile have?"):
    """Return the draft of a reading by a scripted model."""
    draft = Draft(source(article("Chile has 12 projects."), score=1.0))
    list(read(understand(question), draft.source, ScriptedLLM({"": "12"}), draft))
    return draft


def test_a_reading_asks_for_the_layers_of_the_probe(monkeypatch):
    assert probes.of("scripted") is None
    plain = reading()
    assert (plain.voice.known, plain.hidden) == (None, {})
    eight = Probe(4, 2, row(*range(8)), row(*[0.5] * 8), 0.0)
    monkeypatch.setattr(probes, "of", lambda model: eight)
    probed = reading()
    assert set(probed.hidden) == {2, 4}
    assert probed.voice.known == eight.score(probed.hidden)


def test_a_probe_s_word_counts_by_weights_of_its_own():
    asked = understand("How many projects does Chile have?")

    def found(known):
        return examine(asked, "12", reading().source, Voice(-6.0, -0.1, -0.2, known))

    def given(one, *others):
        seen = any(each.voice.known is not None for each in (one, *others))
        return signals(asked, one, others, 1.0, seen=seen)

    assert "known" not in given(found(None))
    assert strength(given(found(None))) == PLAIN.strength(given(found(None)))
    assert given(found(-1.0))["known"] == -0.5
    assert given(found(99.0))["known"] == given(found(4.0))["known"] == 2.0
    assert strength(given(found(1.0))) == PROBED.strength(given(found(1.0)))
    assert strength(given(found(1.0))) > strength(given(found(-1.0)))
    # What code found has nothing to probe, beside what has.
    assert given(found(None), found(3.0))["known"] == 0.0


@pytest.mark.models
@pytest.mark.parametrize("model", sorted(calibrate_probe.LAYERS))
def test_every_probe_fits_its_model(model):
    probe = probes.of(model)
    assert (probe.before_layer, probe.during_layer) == calibrate_probe.LAYERS[model]
    llm = LlamaProcess(gguf(model), model, n_ctx=512)
    try:
        run = Generation(layers=probe.layers)
        list(llm.generate([Span("The bridge is 2 kilometres long. It is")], max_tokens=4, into=run))
    finally:
        llm.close()
    assert -50 < probe.score(run.hidden) < 50
