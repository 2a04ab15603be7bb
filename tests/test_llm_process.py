"""The worker process: it may crash, hang or lose its parent, and the next question is answered."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from llm_support import SMALL, gguf

from rag.errors import ModelDamaged, ModelMissing, RagError, WorkerCrashed
from rag.llm import Cancelled, Generation, Span, worker
from rag.llm import process as llama_process
from rag.llm.llama import LlamaProcess
from rag.llm.threads import physical_cores
from rag.llm.turnstile import Turnstile

COUNTING = [Span("1, 2, 3, 4, 5, 6, 7,")]
LONG = [Span("Kim ngạch thương mại Việt Nam - Indonesia đạt 15 tỷ USD. " * 40)]


@pytest.fixture(scope="module")
def shared():
    llm = LlamaProcess(gguf(SMALL), SMALL, n_ctx=2048)
    yield llm
    llm.close()


@pytest.fixture
def llm(shared):
    shared.warm()
    return shared


def gone(pid: int, seconds: float = 10.0) -> bool:
    """Return whether a process has ended, or ends in time; a zombie has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text():
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.models
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_crash_costs_one_answer(llm, sent):
    before = "".join(llm.generate(COUNTING, max_tokens=8))
    pieces = llm.generate(COUNTING, max_tokens=200)
    next(pieces)
    pid = llm.pid
    os.kill(pid, sent)
    with pytest.raises(WorkerCrashed, match=sent.name) as crash:
        list(pieces)
    assert SMALL in str(crash.value)
    assert len(str(crash.value).splitlines()) == 2
    assert "".join(llm.generate(COUNTING, max_tokens=8)) == before
    assert llm.pid != pid


@pytest.mark.models
def test_a_crash_between_questions_is_not_even_noticed(llm):
    os.kill(llm.pid, signal.SIGKILL)
    assert gone(llm.pid or 0)
    assert "".join(llm.generate(COUNTING, max_tokens=2))


@pytest.mark.models
def test_a_crash_while_scoring_and_counting(llm):
    worker = llm._start()
    crashed = []

    def score():
        with pytest.raises(WorkerCrashed):
            llm.logprob(LONG, "a")
        crashed.append(True)

    thread = threading.Thread(target=score)
    thread.start()
    while llm._current is None:
        time.sleep(0.001)
    worker.kill()
    thread.join(20)
    assert crashed == [True]
    assert llm.count("một hai") > 1


@pytest.mark.models
def test_cancelling_takes_less_than_a_second_while_reading_and_while_writing(llm):
    """Reading these prompts takes seconds; cancelling must not wait for it."""
    took = []
    for n in range(5):
        into = Generation()
        pieces = llm.generate([Span(f"{n} "), *LONG], max_tokens=5, into=into)
        threading.Timer(0.2, llm.cancel).start()
        began = time.monotonic()
        assert list(pieces) == []
        took.append(time.monotonic() - began - 0.2)
        assert into.finish == "cancelled"
        pieces = llm.generate(COUNTING, max_tokens=500)
        next(pieces)
        began = time.monotonic()
        pieces.close()
        took.append(time.monotonic() - began)
    print("cancel seconds:", [round(t, 3) for t in took])
    assert max(took) < 1.0


@pytest.mark.models
def test_scoring_can_be_cancelled(llm):
    threading.Timer(0.2, llm.cancel).start()
    with pytest.raises(Cancelled):
        llm.choose([Span("Other. "), *LONG], ["a", "b"])
    assert sum(llm.choose(COUNTING, [" 8", " 9"])) == pytest.approx(1)


@pytest.mark.models
def test_a_worker_that_hangs_is_killed(llm, monkeypatch):
    monkeypatch.setattr(llama_process, "CANCEL_SECONDS", 0.5)
    pid = llm.pid
    pieces = llm.generate(COUNTING, max_tokens=200)
    next(pieces)
    os.kill(pid, signal.SIGSTOP)
    pieces.close()
    assert gone(pid)
    monkeypatch.setattr(llama_process, "STALL_SECONDS", 1.0)
    pieces = llm.generate(COUNTING, max_tokens=200)
    llm.warm()
    os.kill(llm.pid, signal.SIGSTOP)
    with pytest.raises(WorkerCrashed, match="said nothing for 1 s"):
        next(pieces)
    monkeypatch.undo()
    assert "".join(llm.generate(COUNTING, max_tokens=2))


PARENT = """
import sys, time
from pathlib import Path
from rag.llm.llama import LlamaProcess
from rag.llm import Span
llm = LlamaProcess(Path(sys.argv[1]), "m", n_ctx=2048)
llm.warm()
print(llm.pid, flush=True)
for _ in range(50):
    llm.warm([Span("Một đoạn văn rất dài. " * 200)])
"""


@pytest.mark.models
def test_the_worker_ends_with_its_parent_even_in_the_middle_of_a_computation():
    command = [sys.executable, "-c", PARENT, str(gguf(SMALL))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        time.sleep(0.5)
        assert not gone(pid, 0.1)
        parent.kill()
    assert gone(pid)


@pytest.mark.models
def test_the_worker_outlives_the_thread_that_started_it():
    llm = LlamaProcess(gguf(SMALL), SMALL, n_ctx=64)
    thread = threading.Thread(target=llm.warm)
    thread.start()
    thread.join()
    pid = llm.pid
    assert not gone(pid, 0.3)
    llm.close()
    assert gone(pid)
    assert llm.pid is None


@pytest.mark.models
def test_ctrl_c_does_not_reach_the_worker(llm):
    assert os.getsid(llm.pid) != os.getsid(0)
    os.kill(llm.pid, signal.SIGINT)
    assert llm.count("vẫn còn đây") > 0


@pytest.mark.models
def test_the_worker_steps_back_for_the_program_that_asks(llm):
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, llm.pid) == min(19, mine + worker.NICE) > mine
    session = Path(f"/proc/{llm.pid}/autogroup")
    if session.exists():
        assert session.read_text().endswith(f"nice {worker.NICE}\n")


@pytest.mark.models
def test_no_descriptors_are_left_behind():
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    llm = LlamaProcess(gguf(SMALL), SMALL, n_ctx=64)
    llm.warm()
    llm.close()
    before = descriptors()
    for _ in range(3):
        llm.warm()
        llm.close()
    assert descriptors() == before


def test_a_missing_model_is_named_with_the_fix(tmp_path):
    with pytest.raises(ModelMissing, match="rag models fetch some-model"):
        LlamaProcess(tmp_path / "no.gguf", "some-model").warm()


@pytest.mark.models
def test_a_file_that_is_no_model(tmp_path):
    gguf(SMALL)  # skips where llama.cpp is missing
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelDamaged, match="rag models verify some-model"):
        LlamaProcess(bad, "some-model").warm()
    with pytest.raises(ModelDamaged):
        LlamaProcess(bad, "some-model").count("a")


def test_a_process_that_does_not_get_ready(tmp_path, monkeypatch):
    (tmp_path / "m.gguf").touch()
    monkeypatch.setattr(sys, "executable", _program(tmp_path, "sleep 60"))
    with pytest.raises(WorkerCrashed, match=r"not ready after 0\.2 s"):
        LlamaProcess(tmp_path / "m.gguf", "m", start_timeout=0.2).warm()


def test_the_last_words_of_a_process_are_passed_on(tmp_path, monkeypatch):
    (tmp_path / "m.gguf").touch()
    monkeypatch.setattr(sys, "executable", _program(tmp_path, "echo first >&2; echo no memory >&2; exit 3"))
    with pytest.raises(WorkerCrashed, match=r"exit code 3 \(no memory\)"):
        LlamaProcess(tmp_path / "m.gguf", "m").warm()


def test_a_missing_runtime_is_named_with_the_fix(tmp_path, monkeypatch):
    (tmp_path / "m.gguf").touch()
    (tmp_path / "llama_cpp.py").write_text("raise ImportError('libllama.so: cannot open')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(RagError, match=r"libllama\.so") as error:
        LlamaProcess(tmp_path / "m.gguf", "m").warm()
    assert "rag setup" in str(error.value)


def _program(folder: Path, script: str) -> str:
    program = folder / "program"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


def test_the_turnstile_is_fair():
    turn = Turnstile()
    served = []
    turn.__enter__()

    def wait(n):
        with turn:
            served.append(n)

    threads = []
    for n in range(20):
        threads.append(threading.Thread(target=wait, args=(n,)))
        threads[-1].start()
        while turn.waiting <= n:
            time.sleep(0.001)
    turn.__exit__()
    for thread in threads:
        thread.join()
    assert served == list(range(20))


def test_threads_are_physical_cores_within_the_quota(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    for cpu in range(4):
        folder = tmp_path / f"cpu{cpu}" / "topology"
        folder.mkdir(parents=True)
        (folder / "thread_siblings_list").write_text(f"{cpu % 2},{cpu % 2 + 2}\n")
    quota = tmp_path / "cpu.max"
    assert physical_cores(tmp_path, quota) == 2
    quota.write_text("max 100000\n")
    assert physical_cores(tmp_path, quota) == 2
    quota.write_text("150000 100000\n")
    assert physical_cores(tmp_path, quota) == 1
    assert physical_cores(tmp_path / "none", quota.with_name("none")) == 4


def test_what_was_read_first_outlives_the_process(tmp_path):
    prompt = [
        Span("Answer from the passage in the fewest words that are exact. ", trusted=True, keep=True),
        Span("Bilateral trade came to 16.7 billion USD."),
        Span("\nHow much? Answer:", trusted=True),
    ]

    def asked(**options) -> Generation:
        llm, run = LlamaProcess(gguf(SMALL), SMALL, n_ctx=256, states=tmp_path, **options), Generation()
        try:
            list(llm.generate(prompt, max_tokens=8, into=run))
        finally:
            llm.close()
        return run

    first = asked()
    (file,) = tmp_path.iterdir()  # the program's own words only, not the article's
    again = asked()
    assert first.usage.reused == 0 < again.usage.reused
    assert (again.text, again.logprobs) == (first.text, first.logprobs)
    assert asked(threads=physical_cores() + 1).usage.reused == 0, "made with another number of threads"
    file.write_bytes(file.read_bytes()[:-1])
    assert asked().usage.reused == 0, "a file that was cut off is not taken"
