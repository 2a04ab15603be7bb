import json

import numpy as np
import pytest

from index.embed import HashEmbedder
from index.errors import Damaged, NoModel
from index.store import files, saved
from index.vectors import ExactIndex, FaissIndex

BOTH = pytest.mark.parametrize("make", [ExactIndex, FaissIndex])


def brute_force(ids, stored, query, k, allowed=None):
    """Score every pair in 64 bits; the numbers every index must give."""
    pairs = [
        (-round(float(np.dot(query.astype(np.float64), row.astype(np.float64))), 6), int(key))
        for key, row in zip(ids, stored, strict=True)
        if allowed is None or key in allowed
    ]
    best = sorted(pairs)[:k]
    return [key for _, key in best], [-score for score, _ in best]


def sample(n=300, dim=16, seed=5):
    random = np.random.default_rng(seed)
    stored = random.standard_normal((n, dim)).astype(np.float32)
    stored /= np.linalg.norm(stored, axis=1, keepdims=True)
    return random.permutation(n * 3)[:n].astype(np.int64), stored


@BOTH
@pytest.mark.parametrize("k", [1, 7, 300, 500])
def test_same_as_brute_force(make, k):
    ids, stored = sample()
    scores, found = make(ids, stored).search(stored[:5], k)
    assert scores.shape == found.shape == (5, k)
    for row in range(5):
        wanted_ids, wanted_scores = brute_force(ids, stored, stored[row], k)
        assert found[row, : len(wanted_ids)].tolist() == wanted_ids
        np.testing.assert_allclose(scores[row, : len(wanted_ids)], wanted_scores, atol=2e-6)
        assert (found[row, len(wanted_ids) :] == -1).all()
        assert np.isneginf(scores[row, len(wanted_ids) :]).all()


@BOTH
def test_only_allowed_ids(make):
    ids, stored = sample()
    allowed = sorted(int(one) for one in ids[10:40])
    _, found = make(ids, stored).search(stored[:3], 50, np.isin(ids, allowed))
    for row in range(3):
        assert found[row, :30].tolist() == brute_force(ids, stored, stored[row], 50, set(allowed))[0]
        assert (found[row, 30:] == -1).all()


@BOTH
def test_ties_go_to_the_smaller_id(make):
    stored = np.tile(np.eye(4, dtype=np.float32)[0], (60, 1))
    ids = np.random.default_rng(1).permutation(60).astype(np.int64)
    _, found = make(ids, stored).search(stored[:1], 5)
    assert found[0].tolist() == [0, 1, 2, 3, 4]


@BOTH
def test_nothing_to_find(make):
    index = make(np.zeros(0, np.int64), np.zeros((0, 4), np.float32))
    _, found = index.search(np.ones((1, 4), np.float32), 3)
    assert found.tolist() == [[-1, -1, -1]]
    ids, stored = sample(10, 4)
    assert make(ids, stored).search(stored[:1], 3, np.zeros(10, bool))[1].tolist() == [[-1, -1, -1]]


@BOTH
def test_what_is_not_a_number_is_refused(make):
    ids, stored = sample(10, 4)
    broken = stored.copy()
    broken[3, 2] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        make(ids, broken)
    with pytest.raises(ValueError, match="NaN"):
        make(ids, stored).search(broken[3:4], 2)
    with pytest.raises(ValueError, match="wants"):
        make(ids, stored).search(np.ones((1, 5), np.float32), 2)
    with pytest.raises(ValueError, match="distinct"):
        make(np.zeros(10, np.int64), stored)


@BOTH
def test_what_is_added_later_is_found_as_if_it_had_been_there(make):
    ids, stored = sample()
    grown = make(ids[:100], stored[:100])
    grown.search(stored[:1], 3)
    grown.add(ids[100:101], stored[100:101])
    grown.add(ids[101:], stored[101:])
    whole = make(ids, stored)
    for mine, theirs in zip(grown.search(stored[:9], 20), whole.search(stored[:9], 20), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    with pytest.raises(ValueError, match="do not fit"):
        grown.add(ids[:1], np.ones((1, 5), np.float32))
    with pytest.raises(ValueError, match="mask"):
        grown.search(stored[:1], 3, np.ones(5, bool))


HEADER = {"generation": 1, "embedder": "x", "churn": 0}


def marks(count):
    return np.arange(count, dtype=np.uint64) + 7


def test_saved_and_loaded_is_the_same(tmp_path):
    ids, stored = sample()
    saved.save(tmp_path, FaissIndex(ids, stored), marks(300), HEADER)
    again = saved.load(tmp_path, "x")
    np.testing.assert_array_equal(again.index.ids, ids)
    np.testing.assert_array_equal(again.marks, marks(300))
    np.testing.assert_array_equal(
        again.index.search(stored[:9], 9)[1], ExactIndex(ids, stored).search(stored[:9], 9)[1]
    )
    assert saved.load(tmp_path, "y") is None


def test_the_new_file_takes_the_place_of_the_old(tmp_path):
    ids, stored = sample(20)
    first = saved.save(tmp_path, FaissIndex(ids, stored), marks(20), HEADER)
    second = saved.save(tmp_path, FaissIndex(ids[:9], stored[:9]), marks(9), {**HEADER, "generation": 2})
    assert [one.name for one in (tmp_path / "index").iterdir()] == [second.name]
    assert first.name != second.name
    assert not list(tmp_path.rglob("*.tmp"))


def test_when_the_file_is_written_anew(tmp_path):
    """A tenth of its passages, at least a thousand, may come or go before it is."""
    assert not saved.due(tmp_path, "x", 0, 0)
    assert saved.due(tmp_path, "x", 5, 5)
    ids, stored = sample(20)
    path = saved.save(tmp_path, FaissIndex(ids, stored), marks(20), {**HEADER, "churn": 20})
    for churn, due in ((20, False), (1020, False), (1021, True), (19, True)):
        assert saved.due(tmp_path, "x", churn, 20) == due
    assert saved.due(tmp_path, "y", 20, 20)
    ids, stored = sample(20_000, 4)
    path = saved.save(tmp_path, FaissIndex(ids, stored), marks(20_000), {**HEADER, "churn": 0})
    assert not saved.due(tmp_path, "x", 2_000, 22_000)
    assert saved.due(tmp_path, "x", 2_001, 22_000)
    path.write_bytes(path.read_bytes()[:-1])
    assert saved.due(tmp_path, "x", 0, 20_000)
    path.unlink()
    assert saved.due(tmp_path, "x", 0, 20_000)


def test_a_saved_place_lives_only_as_the_same_row():
    """Another row may have come to bear the number of one that is gone."""
    ids, old = np.array([3, 5, 9], np.int64), np.array([30, 50, 90], np.uint64)
    now, new = np.array([3, 9, 11], np.int64), np.array([30, 91, 50], np.uint64)
    assert saved.live(ids, old, now, new).tolist() == [0, -1, -1]
    assert saved.live(ids, old, now[:0], new[:0]).tolist() == [-1, -1, -1]


def test_every_kind_of_damage_is_seen(tmp_path):
    """Bytes flipped, cut, zeroed and appended anywhere in either file: never a silently wrong index."""
    ids, stored = sample(100, 8)
    path = saved.save(tmp_path, FaissIndex(ids, stored), marks(100), HEADER)
    whole = path.read_bytes()
    random = np.random.default_rng(2)
    for number in range(200):
        at = int(random.integers(len(whole)))
        damaged = {
            0: whole[:at] + bytes([whole[at] ^ 1 << number % 8]) + whole[at + 1 :],
            1: whole[:at],
            2: whole[:at] + b"\0" * (len(whole) - at) if whole[at:].strip(b"\0") else whole[:at],
            3: whole + b"garbage",
        }[number % 4]
        path.write_bytes(damaged)
        with pytest.raises(Damaged):
            saved.load(tmp_path, "x")
    path.write_bytes(whole)
    assert saved.load(tmp_path, "x") is not None
    (tmp_path / "CURRENT").write_text("nonsense")
    with pytest.raises(Damaged):
        saved.load(tmp_path, "x")


def test_faiss_alone_would_not_have_seen_it():
    """The control: without our hash a flipped bit is read without complaint."""
    ids, stored = sample(100, 8)
    data = bytearray(FaissIndex(ids, stored).to_bytes())
    data[-100] ^= 0x40
    damaged = FaissIndex.from_bytes(bytes(data))
    assert not np.array_equal(damaged.search(stored, 3)[0], ExactIndex(ids, stored).search(stored, 3)[0])


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a"
    files.atomic_write(path, b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.atomic_write(path, b"new")
    assert [one.name for one in tmp_path.iterdir()] == ["a"]
    assert path.read_bytes() == b"old"


def embedders():
    from index import paths
    from index.embed import SentenceTransformerEmbedder

    yield pytest.param(HashEmbedder, id="hash")
    folder = paths.models_dir() / "multilingual-e5-small"
    yield pytest.param(
        lambda: SentenceTransformerEmbedder(folder),
        id="e5",
        marks=[pytest.mark.models, pytest.mark.skipif(not folder.is_dir(), reason=f"no model in {folder}")],
    )


@pytest.mark.parametrize("make", list(embedders()))
def test_embedder_contract(make):
    embedder = make()
    texts = ["The bridge cost 120 million USD.", "Cây cầu dài 2,4 km.", ""]
    for found in (embedder.passages(texts), embedder.queries(texts)):
        assert found.shape == (3, embedder.dim)
        assert found.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-4)
    np.testing.assert_array_equal(embedder.passages(texts), embedder.passages(texts))
    assert embedder.passages([]).shape == (0, embedder.dim)
    name, _, digest = embedder.id.partition("@")
    assert name
    assert len(digest) == 12
    near = (
        embedder.passages(["The bridge cost 120 million USD."])
        @ embedder.queries(["How many million USD did the bridge cost?", "Which fish is salted in winter?"]).T
    )
    assert near[0, 0] > near[0, 1]


def test_a_missing_model_says_how_to_fetch_it(tmp_path):
    from index.embed import SentenceTransformerEmbedder

    with pytest.raises(NoModel, match="rag models fetch multilingual-e5-small"):
        SentenceTransformerEmbedder(tmp_path / "multilingual-e5-small")
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "modules.json").write_text("[]")
    with pytest.raises(NoModel, match="no weights"):
        SentenceTransformerEmbedder(tmp_path / "m")
    (tmp_path / "m" / "model.safetensors").write_bytes(b"abc")
    (tmp_path / "m" / "config.json").write_text(json.dumps({"hidden_size": 3}))
    embedder = SentenceTransformerEmbedder(tmp_path / "m")
    assert embedder.id == "m@ba7816bf8f01"  # SHA-256 of "abc", from FIPS 180-2
    assert embedder.dim == 3
    (tmp_path / "m" / "model.json").write_text(json.dumps({"id": "m", "sha256": "f" * 64}))
    assert SentenceTransformerEmbedder(tmp_path / "m").id == "m@ffffffffffff"
