import json

import numpy as np
import pytest

from index import vectors
from index.embed import HashEmbedder
from index.errors import Damaged, NoModel
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
    _, found = make(ids, stored).search(stored[:3], 50, allowed)
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
    assert make(ids, stored).search(stored[:1], 3, [])[1].tolist() == [[-1, -1, -1]]


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


def test_saved_and_loaded_is_the_same(tmp_path):
    ids, stored = sample()
    header = {"generation": 7, "embedder": "x"}
    vectors.save(tmp_path, FaissIndex(ids, stored), header)
    again = vectors.load(tmp_path, header)
    np.testing.assert_array_equal(again.ids, ids)
    np.testing.assert_array_equal(
        again.search(stored[:9], 9)[1], ExactIndex(ids, stored).search(stored[:9], 9)[1]
    )
    assert vectors.load(tmp_path, {**header, "generation": 8}) is None
    assert vectors.load(tmp_path, {**header, "embedder": "y"}) is None


def test_the_new_file_takes_the_place_of_the_old(tmp_path):
    ids, stored = sample(20)
    first = vectors.save(tmp_path, FaissIndex(ids, stored), {"generation": 1})
    second = vectors.save(tmp_path, FaissIndex(ids[:9], stored[:9]), {"generation": 2})
    assert [one.name for one in (tmp_path / "index").iterdir()] == [second.name]
    assert first.name != second.name
    assert not list(tmp_path.rglob("*.tmp"))


def test_every_kind_of_damage_is_seen(tmp_path):
    """Bytes flipped, cut, zeroed and appended anywhere in either file: never a silently wrong index."""
    ids, stored = sample(100, 8)
    path = vectors.save(tmp_path, FaissIndex(ids, stored), {"generation": 1})
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
            vectors.load(tmp_path, {"generation": 1})
    path.write_bytes(whole)
    assert vectors.load(tmp_path, {"generation": 1}) is not None
    (tmp_path / "CURRENT").write_text("nonsense")
    with pytest.raises(Damaged):
        vectors.load(tmp_path, {"generation": 1})


def test_faiss_alone_would_not_have_seen_it():
    """The control: without our hash a flipped bit is read without complaint."""
    ids, stored = sample(100, 8)
    data = bytearray(FaissIndex(ids, stored).to_bytes())
    data[-100] ^= 0x40
    damaged = FaissIndex.from_bytes(bytes(data))
    assert not np.array_equal(damaged.search(stored, 3)[0], ExactIndex(ids, stored).search(stored, 3)[0])


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a"
    vectors.atomic_write(path, b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        vectors.atomic_write(path, b"new")
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
