"""Every file that is made to break a reader is skipped with its reason, or read; the others go in."""

import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from golden_documents import documents, zipped
from golden_pages import pages
from index_helpers import ENGLISH
from nasty_files import PAGE, READ, contents, lay

from index import Library, article, readers
from index.embed import HashEmbedder
from index.errors import BadArticle
from index.readers import child, inflate, strict, worker
from index.readers.source import Unread, printable
from rag.web.library import reasons


@pytest.fixture(scope="module")
def nasty(tmp_path_factory):
    """Read all of them; (name → [reasons and READ], seconds of the slowest, expected)."""
    folder = tmp_path_factory.mktemp("nasty")
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss  # of other tests' children
    expected = lay(folder)
    found, slowest = {}, 0.0
    with readers.Reading() as reading:
        for one in readers.find_files([folder]):
            if not isinstance(one, Path):
                found[Path(one.path).name] = [one.reason]
                continue
            started = time.monotonic()
            found[printable(Path(one.name))] = list(outcomes(reading, one))
            slowest = max(slowest, time.monotonic() - started)
        found.update({Path(one.path).name: [one.reason] for one in reading.problems()})
    return found, slowest, expected, largest


def outcomes(reading, path):
    try:
        for one in reading.read(path):
            if isinstance(one, Unread):
                yield one.reason
                continue
            made = article.of_source(one, path)
            made.text.encode()
            made.path.encode()
            yield READ
    except BadArticle as error:
        yield str(error)


def test_there_are_enough_of_them(nasty):
    assert len(nasty[2]) >= 60


def test_each_is_read_or_has_its_reason(nasty):
    found, _, expected, _ = nasty
    assert set(found) == set(expected)
    for name, reason in expected.items():
        said = found[name]
        assert said, name
        if reason == READ:
            assert set(said) == {READ}, (name, said)
        elif reason is not None:
            assert any(reason in one for one in said), (name, said)
        assert not any("Traceback" in one or len(one) > 400 for one in said), (name, said)


def test_each_reason_is_said_in_vietnamese_too(nasty):
    told = {one for said in nasty[0].values() for one in said if one != READ}
    assert len(told) > 20
    assert [one for one in told if reasons.said(one, "vi") == one] == []


def test_none_takes_too_long_or_too_much_memory(nasty):
    assert nasty[1] < worker.SECONDS
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    ours = resource.getrusage(
        resource.RUSAGE_SELF
    ).ru_maxrss  # a child has our size until it is a program of its own
    assert largest * 1024 <= max(1e9, nasty[3] * 1024, ours * 1024)
    print(f"largest child {largest / 1e6:.2f} GB")
    print(f"{len(nasty[2])} nasty files, slowest {nasty[1]:.1f} s")


def test_damaged_documents_are_read_or_have_a_reason(tmp_path):
    """Bytes changed, cut out, and repeated, in one file of each kind; the seed is fixed."""
    draw = random.Random(4)
    kinds = {Path(one.name).suffix: one for one in documents() + pages()}
    with readers.Reading() as reading:
        for suffix, one in sorted(kinds.items()):
            for number in range(12):
                path = tmp_path / f"{number}{suffix}"
                path.write_bytes(damaged(one.data, draw))
                assert list(outcomes(reading, path)), path.name


def damaged(data, draw):
    out = bytearray(data)
    for _ in range(draw.choice((1, 5, 40))):
        at = draw.randrange(len(out))
        kind = draw.randrange(3)
        if kind == 0:
            out[at] = draw.randrange(256)
        elif kind == 1 and len(out) > 200:
            del out[at : at + draw.randrange(1, 60)]
        else:
            out[at:at] = out[at : at + draw.randrange(1, 60)] * 2
    return bytes(out)


def test_names_in_archives_touch_nothing(nasty):
    assert not Path("/tmp/rag-was-here.txt").exists()
    assert not Path("/etc/rag.txt").exists()


def test_a_library_takes_the_good_ones_and_stays_sound(tmp_path):
    folder = tmp_path / "mixed"
    folder.mkdir()
    # Tried above, seconds each.
    slow = {"bomb.pdf", "bomb.zip", "word.txt", "deep.rss", "loop.eml", "deep.html", "spans.html"}
    for name, (data, _) in contents().items():
        if name not in slow:
            (folder / name).write_bytes(data)
    (folder / "good.txt").write_text(ENGLISH)
    (folder / "good.html").write_bytes(PAGE.replace(b"night ferry", b"evening ferry"))
    with Library.open(tmp_path / "library", HashEmbedder(16)) as library:
        done = library.add(folder)
        assert library.verify() == []
        assert {"good.txt", "good.html"} <= {one.file for one in library.articles()}
        assert done.articles == done.added  # copies of one article are one
        assert all(one.reason and "\n" not in one.reason for one in done.skipped)
        again = library.add(folder)
    assert (again.added, again.updated) == (0, 0)
    assert again.skipped == done.skipped


def test_the_clock_ends_a_reader_that_hangs(tmp_path):
    (tmp_path / "a.html").write_bytes(PAGE)
    with child.Child(seconds=0.0) as impatient, pytest.raises(BadArticle, match="not read within 0 s"):
        list(impatient.read(tmp_path / "a.html", {}))
    assert impatient.pid is None


def test_processor_time_is_limited():
    busy = "def busy(*a):\n    while True: pass\nworker.SECONDS = 1\nformats.parse = busy"
    assert "takes more than" in run_worker(busy)


def test_memory_is_limited():
    assert "needs more memory" in run_worker("formats.parse = lambda *a: [bytearray(2 * 10**9)]")


def test_a_crash_is_one_skipped_file():
    assert "crashed on it (SIGSEGV)" in run_worker(
        "import ctypes\nformats.parse = lambda *a: ctypes.string_at(0)"
    )


def test_a_flood_of_text_is_refused():
    huge = "from index.readers.source import Source as S\nformats.parse = lambda *a: [S('x' * 17_000_000)]"
    assert "gives 17 MB of text" in run_worker(huge)


def test_whatever_a_parser_raises_is_a_reason():
    assert run_worker("formats.parse = lambda *a: [][0]").startswith("cannot be read: IndexError")


def test_nothing_can_be_written_by_a_parser(tmp_path):
    target = tmp_path / "x"
    said = run_worker(f"def f(*a):\n    open({str(target)!r}, 'w').write('y' * 99999)\nformats.parse = f")
    assert not target.exists() or target.stat().st_size == 0
    assert said


def run_worker(code):
    """Read one file in a worker that was changed by `code`; return the reason."""
    page = Path(tempfile.mkdtemp()) / "a.html"
    if code:
        page.write_bytes(PAGE)
    program = f"import sys\nfrom index.readers import formats, worker\n{code}\nworker.main()"
    with child.Child() as reader:
        reader._process = subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        with pytest.raises(BadArticle) as caught:
            list(reader.read(page, {}))
        return str(caught.value)


def test_the_changed_worker_reads_when_it_is_not_changed(tmp_path):
    """The control: what `run_worker` reports comes from its change."""
    assert "No such file" in run_worker("")


def test_one_process_reads_many_files_and_is_replaced_when_it_dies(tmp_path):
    for n in range(3):
        (tmp_path / f"{n}.html").write_bytes(PAGE)
    with child.Child() as reader:
        pids = []
        for n in (0, 1):
            assert len(list(reader.read(tmp_path / f"{n}.html", {}))) == 1
            pids.append(reader.pid)
        assert pids[0] == pids[1]
        os.kill(pids[0], signal.SIGKILL)
        os.waitid(os.P_PID, pids[0], os.WEXITED | os.WNOWAIT)
        assert len(list(reader.read(tmp_path / "2.html", {}))) == 1
        assert reader.pid != pids[0]


def test_inflating_stops_at_the_limit_and_below_it_does_not():
    data = zipped({"a": b"x" * 3_000_000, "b": b"y" * 10})
    with pytest.raises(BadArticle, match="more than 2 MB: a decompression bomb"):
        inflate.Inflated(data, most=2_000_000).measure()
    assert inflate.Inflated(data, most=4_000_000).read("b") == b"y" * 10
    with pytest.raises(BadArticle, match="more than 1 MB inflated"):
        inflate.Inflated(data).read("a", limit=1_000_000)


def test_strict_json():
    assert strict.loads('{"a": [1.5, "x"]}') == {"a": [1.5, "x"]}
    for wrong in ("NaN", "[Infinity]", "[" * 100_000, "9" * 5000, "", b"\xff"):
        with pytest.raises(BadArticle):
            strict.loads(wrong)
    assert strict.whole("a\ud800b") == "a\ufffdb"
