"""`rag chat`: what is typed comes back as answers; strangers' text stays text; Ctrl-C and Ctrl-D."""

from __future__ import annotations

import codecs
import dataclasses
import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from answer_helpers import CHILE_PERU
from cli_fakes import QUOTE, Use, answered, installer, places
from click.testing import CliRunner, Result

from index import Library
from index.embed import HashEmbedder
from rag.answer import Answer, Citation, Evidence, Token
from rag.assistant import Assistant
from rag.cli import base as cli_base
from rag.cli import conversation
from rag.cli.main import rag
from rag.errors import WorkerCrashed
from rag.fakes import ScriptedLLM

ROOT = Path(__file__).parents[1]
SAID = "The target is 18 billion USD by 2028 [1]."
SOURCE = f"  [1] Two neighbours aim higher (Harbour Post, 2025-12-17)\n      “{QUOTE}”\n"
SURE = "Sure enough, for this model."
SHOWN = f"{SAID}\n\n{SURE}\n\nSources\n{SOURCE}\n"
QUESTION = "How many projects does Chile have in Peru?"
NEW = "Outlet: Harbour Post\nDate: 2022-07-01\n\nChile and Peru trade more\n\n"
BEFORE = [f"Paragraph {n} tells of the harbour. {'It grew slowly. ' * 15}" for n in range(20)]
AFTER = [f"Later, in part {n}, it tells of the airport. {'It closed early. ' * 15}" for n in range(20)]
PATIENCE = 300  # seconds after which something hangs


@pytest.fixture(autouse=True)
def clean_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return places(tmp_path, monkeypatch)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    return installer(monkeypatch)


@pytest.fixture
def real(clean_places: Path, monkeypatch: pytest.MonkeyPatch) -> Assistant:
    """The assistant itself, with a library of one long article and a model that says "12"."""
    (clean_places / "new.txt").write_text(NEW + "\n\n".join([*BEFORE, CHILE_PERU, *AFTER]))
    library = Library.open(clean_places / "library", HashEmbedder())
    library.add(clean_places / "new.txt")
    assistant = Assistant(library, ScriptedLLM(lambda prompt: "12"))
    monkeypatch.setattr(cli_base, "open_assistant", lambda session, model=None, care=None: assistant)
    return assistant


def chat(*lines: str, args: tuple[str, ...] = ("--quiet",)) -> Result:
    return CliRunner().invoke(rag, ["chat", *args], input="".join(f"{line}\n" for line in lines))


def test_every_line_of_a_pipe_is_a_question_and_follow_ups_know_what_was_said(use: Use) -> None:
    fake = use()
    result = chat("What?", "", "And then?", "/new", "Again?", "/quit", "never asked", args=())
    assert [(q, h) for q, h, _ in fake.asked] == [
        ("What?", ()),
        ("And then?", (("What?", SAID),)),
        ("Again?", ()),
    ]
    assert (result.exit_code, result.stdout) == (0, SHOWN + SHOWN + "Forgotten.\n" + SHOWN)
    assert result.stderr == "Ask a question; /help lists what else there is.\n"


def test_json_is_an_answer_a_line_and_nothing_else(use: Use) -> None:
    use()
    result = chat("What?", "/sources", "/help", "And?", args=("--quiet", "--json"))
    assert [json.loads(row)["answer"] for row in result.stdout.splitlines()] == [SAID, SAID]
    assert QUOTE in result.stderr
    assert "/export FILE" in result.stderr


def test_sources_are_shown_again(use: Use) -> None:
    use(Answer("q", "abstained", "No."), answered("q"))
    result = chat("/sources", "What?", "/sources", "What?", "/sources")
    assert result.stderr == "Error: No answer yet.\nAsk a question first.\n"
    assert result.stdout == "No.\n\nThe last answer has no sources.\n" + SHOWN + SOURCE


def test_a_failed_question_costs_one_answer_and_is_the_exit_code(use: Use) -> None:
    use(WorkerCrashed("it died"))
    result = chat("What?", "What?", args=("--quiet", "--json"))
    assert (result.exit_code, result.stderr) == (74, "Error: it died\n")
    assert [json.loads(row)["status"] for row in result.stdout.splitlines()] == ["answered"]


def test_ctrl_c_stops_an_answer_forgets_it_and_keeps_the_chat(use: Use) -> None:
    fake = use(KeyboardInterrupt(), answered("And now?"))
    result = chat("What?", "And now?", args=())
    assert (result.exit_code, result.stdout) == (0, SHOWN)
    assert "Stopped." in result.stderr
    assert [(q, h) for q, h, _ in fake.asked] == [("What?", ()), ("And now?", ())]
    assert fake.closed_streams == 2


def test_a_stream_is_closed_when_drawing_it_is_interrupted(use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = use()
    monkeypatch.setattr(cli_base.Session, "at_terminal", property(lambda self: True))

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(conversation, "_tell_sources", interrupted)
    assert chat("What?").exit_code == 0
    assert (fake.closed_streams, fake.asked) == (1, [])  # the model was stopped before it was asked


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/frobnicate", "There is no command /frobnicate.\nThere are /sources, /open, "),
        ("/open", "No article is open.\nOpen one by the number of its source: /open 1"),
        ("/open 7", "There is no source '7'; the last answer has 1.\n"),
        ("/open one", "There is no source 'one'; the last answer has 1.\n"),
        ("/filter since:soon", "since:soon is not a date\n"),
        ("/filter yesterday", "'yesterday' is no filter.\nWrite e.g. /filter since:2025-01 "),
        ("/filter lang:vi since:2025 please", "'please' is no filter.\n"),
        ("/export", "'.' ends neither with .md nor with .json.\n"),
        ("/export talk.txt", "'talk.txt' ends neither with .md nor with .json.\n"),
        ("/export new.md", "new.md is there already.\nGive another name."),
        ("/export nowhere/a.md", "nowhere/a.md cannot be written: No such file or directory.\n"),
    ],
)
def test_a_wrong_command_is_told_in_two_lines(typed: str, said: str, use: Use, clean_places: Path) -> None:
    use()
    (clean_places / "new.md").write_text("mine")
    result = chat("What?", typed, "Again?")
    assert result.stdout == SHOWN + SHOWN
    assert result.stderr.startswith(f"Error: {said}")
    assert len(result.stderr.splitlines()) == 2
    assert result.exit_code in (2, 65)
    assert (clean_places / "new.md").read_text() == "mine"


# -- filters, articles, exports


def test_filters_hold_until_they_are_cleared(real: Assistant) -> None:
    result = chat(
        QUESTION,
        "/filter since:2023",
        QUESTION,
        "/filter",
        '/filter outlet:"Harbour Post" until:2022',
        QUESTION,
        "/filter off",
        "/filter",
        args=("--quiet", "--json"),
    )
    answers = [json.loads(row) for row in result.stdout.splitlines()]
    assert [one["status"] for one in answers] == ["answered", "abstained", "answered"]
    assert answers[1]["question"] == f"since:2023 {QUESTION}"
    assert result.stderr.splitlines() == [
        "Only articles with since:2023",
        "Only articles with since:2023",
        'Only articles with outlet:"Harbour Post" until:2022',
        "All articles.",
        "All articles.",
    ]


def test_an_article_opens_at_the_quotation_and_is_read_to_its_end(real: Assistant) -> None:
    article = real.library.get("new.txt")
    (citation,) = real.ask(QUESTION).citations
    result = chat(QUESTION, "/open 1", *["/open"] * 12)
    _, first, *later = result.stdout.split("Chile and Peru trade more (2022-07-01)\n\n")
    assert f"»{citation.quote}«" in first
    quoted = first.index("»")
    assert quoted < conversation.SCREEN / 3
    assert article.text[citation.start - quoted : citation.start] == first[:quoted]
    pages = [page.rpartition("\n\n[")[0] for page in (first, *later)]
    assert all(len(page) <= conversation.SCREEN + 2 for page in pages)
    read = " ".join(" ".join(pages).replace("»", "").replace("«", "").split())
    assert article.text.replace("\n\n", " ").endswith(read)
    assert "; /open goes on]" in first
    assert later[-1].endswith("[the end of the article]\n\n")
    assert result.stderr.splitlines()[0] == "Error: No article is open."  # after the end


def test_a_conversation_is_written_as_json_and_markdown(real: Assistant, clean_places: Path) -> None:
    result = chat(QUESTION, "/filter since:2023", QUESTION, "/export talk.json", '/export "my talk.md"')
    assert result.exit_code == 0
    answers = [turn["answer"] for turn in json.loads((clean_places / "talk.json").read_text())["turns"]]
    assert [one["status"] for one in answers] == ["answered", "abstained"]
    text = (clean_places / "my talk.md").read_text()
    quote = answers[0]["citations"][0]["quote"]
    assert text.startswith(
        f"## {QUESTION}\n\n{quote} \\[1\\]\n\n**\\[1\\]** Chile and Peru trade more. Harbour Post · "
    )
    assert f"\n> {quote}\n" in text
    assert f"## since:2023 {QUESTION}\n" in text


# -- strangers' text

HOSTILE = (
    "a\x1b[31mred\x1b[0m \x1b]52;c;ZXZpbA==\x07clip \x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\ "
    "\x1b]0;title\x07c1\x9b2J\x9d0;title\x9c bell\x07 back\x08 cr\rover del\x7f rtl\u202e "
    "iso\u2066 mark\u061c nul\0 ü"
)
TAME = "ared clip link c1 bell back crover del rtl iso mark nul ü"


def controls(text: str) -> list[str]:
    bidi = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029"
    return [one for one in text if (one < " " and one != "\n") or "\x7f" <= one <= "\x9f" or one in bidi]


def test_the_hostile_text_is_hostile() -> None:
    assert len(set(controls(HOSTILE))) == 12


def test_nothing_that_a_terminal_obeys_comes_out_of_an_answer(use: Use, clean_places: Path) -> None:
    source = Citation(1, "a", HOSTILE, HOSTILE, HOSTILE, None, "en", HOSTILE, 0, 1, HOSTILE)
    use(Answer(HOSTILE, "answered", HOSTILE, citations=(source,)))
    result = chat("What?", "/sources", "/export a.md", "/export a.json")
    for text in (result.stdout, result.stderr, (clean_places / "a.md").read_text()):
        assert controls(text) == []
        assert "evil" not in text
    assert result.stdout.splitlines()[0] == TAME
    assert controls((clean_places / "a.json").read_text()) == []
    assert json.loads((clean_places / "a.json").read_text())["turns"][0]["answer"]["answer"] == HOSTILE


def test_nothing_that_a_terminal_obeys_comes_out_of_the_sources_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = Citation(1, "a", HOSTILE, HOSTILE, HOSTILE, None, "en", HOSTILE, 0, 1, HOSTILE)
    conversation._tell_sources(Evidence((source, source), 0.1))
    told = capsys.readouterr().err
    assert controls(told) == []
    assert told.splitlines() == [
        "2 sources, found in 0.1 s; reading …",
        *[f"  {TAME} ({TAME}, dated {TAME})"] * 2,
    ]


def test_nothing_that_a_terminal_obeys_comes_out_of_a_draft_however_it_is_cut(
    capsys: pytest.CaptureFixture[str],
) -> None:
    draft = conversation._Draft()
    for piece in (HOSTILE, *HOSTILE):  # whole, and each character by itself
        draft.add(Token(piece))
    draft.end()
    told = capsys.readouterr().err
    assert controls(told) == []
    assert told.startswith("Draft, not checked yet:\nared clip link")


def test_an_unknown_outlet_is_told_in_the_chat_and_in_what_is_exported(use: Use, clean_places: Path) -> None:
    note = 'No article is of the outlet "Harbor Post"; did you mean "Harbour Post"?'
    use(Answer("q", "abstained", "The articles do not say.", reason="no_evidence"), answered("r"))
    result = chat('/filter outlet:"Harbor Post"', "Who?", "What?", "/export a.md", "/export a.json")
    assert result.stdout.count(note) == 1
    assert note in (clean_places / "a.md").read_text()
    turns = json.loads((clean_places / "a.json").read_text())["turns"]
    assert [one.get("note") for one in turns] == [note, None]


def test_nothing_that_a_terminal_obeys_comes_out_of_what_is_typed(use: Use) -> None:
    use()
    hostile = HOSTILE.replace("\r", "").replace("\0", "")
    commands = (
        "/filter {}",
        "/filter outlet:{}",
        "/open {}",
        "/export {}",
        "/export {}.md",
        "/{}",
        "/open\x1b[2J",
    )
    result = chat("What?", *(one.format(hostile) for one in commands), "/filter")
    assert controls(result.stdout + result.stderr) == []
    assert result.stderr.count("Error: ") >= 5


def test_nothing_that_a_terminal_obeys_comes_out_of_an_article(
    clean_places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (clean_places / "bad.txt").write_text(NEW + CHILE_PERU)
    library = Library.open(clean_places / "library", HashEmbedder())
    library.add(clean_places / "bad.txt")
    stored = library.get("bad.txt")
    swapped = stored.text.replace("12 investment", "12 \x1b[2J\x9binvestment").replace("Lima", HOSTILE)
    evil = dataclasses.replace(stored, title=HOSTILE, text=swapped)
    monkeypatch.setattr(type(library), "get", lambda self, name: evil)
    assistant = Assistant(library, ScriptedLLM(lambda prompt: "12"))
    monkeypatch.setattr(cli_base, "open_assistant", lambda session, model=None, care=None: assistant)
    result = chat(QUESTION, "/open 1")
    assert TAME in result.stdout.replace("\n", " ")
    assert controls(result.stdout + result.stderr) == []


def test_a_picture_in_an_article_is_no_picture_in_an_export(use: Use, clean_places: Path) -> None:
    text = "![x](http://evil/y.png) <img src=http://evil/z> # *big* [1]"
    use(Answer("q", "answered", text, citations=(Citation(1, "a", "f", text, None, None, "en", text, 0, 1),)))
    chat("What?", "/export a.md")
    written = (clean_places / "a.md").read_text()
    assert "\\!\\[x\\](http" in written
    assert "![" not in written.replace("\\!\\[", "")
    assert not [line for line in written.splitlines() if "<img" in line.replace("\\<img", "")]


# -- a terminal


@pytest.fixture
def terminal_chat(clean_places: Path) -> Iterator[Callable[..., Typist]]:
    begun: list[Typist] = []

    def begin(**environment: str) -> Typist:
        begun.append(Typist(clean_places, environment))
        return begun[-1]

    yield begin
    for one in begun:
        one.end()


class Typist:
    """Types to `rag chat`, with a scripted model, on a terminal of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._shown = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._ours, theirs = pty.openpty()
        kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "PYTHONPATH")}
        self._process = subprocess.Popen(
            [sys.executable, ROOT / "tests" / "chat_process.py", folder],
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, cwd=folder,
            env={**kept, "TERM": "xterm", "PYTHONPATH": str(ROOT), **environment},
        )  # fmt: skip
        os.close(theirs)

    def wait_for(self, text: str, patience: float = PATIENCE) -> str:
        """Return what was shown since the last call, up to and with `text`."""
        deadline = time.monotonic() + patience
        while text not in self._shown:
            assert time.monotonic() < deadline, f"{text!r} does not come after {self._shown!r}"
            if select.select([self._ours], [], [], 0.2)[0]:
                with suppress(OSError):  # the other end is closed
                    self._shown += self._decoder.decode(os.read(self._ours, 65536))
        before, _, self._shown = self._shown.partition(text)
        return before + text

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def interrupt(self) -> None:
        os.killpg(self._process.pid, signal.SIGINT)

    def interrupt_until(self, text: str) -> None:
        """Press Ctrl-C as a person does, again if nothing comes of it.

        Readline misses one that arrives between taking in a key and waiting for the next.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.interrupt()
            with suppress(AssertionError):
                self.wait_for(text, 5)
                return
        raise AssertionError(f"{text!r} does not come of Ctrl-C")

    def code(self) -> int:
        return self._process.wait(PATIENCE)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)


def test_at_a_terminal_sources_are_counted_first_and_keys_and_history_work(
    terminal_chat: Callable[..., Typist], clean_places: Path
) -> None:
    typist = terminal_chat()
    typist.wait_for("› ")
    typist.type(f"{QUESTION}\n")
    before = typist.wait_for("Sources")
    assert "\x1b[2m1 source, found in" in before
    listed = before.partition("reading …\r\n")[2].splitlines()
    assert listed[0].startswith("  Chile and Peru trade more (2022-07-01)")
    # The draft comes as it is written, muted and called one, and then the answer that was checked.
    assert listed[1] == "\x1b[2mDraft, not checked yet:\x1b[0m"
    assert "12" in listed[2]
    assert before.index("Draft, not") < before.index("Chile has 12 investment projects")
    typist.wait_for("› ")
    typist.type("/open 1\n")
    assert "\x1b[1m»Chile has 12 investment projects" in typist.wait_for("«")
    typist.wait_for("› ")
    typist.type("/filter since:2021\n")
    typist.wait_for("since:2021 › ")
    typist.type("\x04")  # Ctrl-D
    assert typist.code() == 0
    history = clean_places / "home" / "chat_history"
    assert QUESTION in history.read_text()
    assert history.stat().st_mode & 0o077 == 0

    again = terminal_chat(NO_COLOR="1")
    again.wait_for("› ")
    again.type("\x1b[A" * 3 + "\n")  # up, up, up: the question of the last time
    shown = again.wait_for("Sources")
    assert QUESTION in shown
    assert "\r\nDraft, not checked yet:\r\n" in shown
    assert "\x1b[2m" not in shown
    assert "1 source, found in" in shown


def test_ctrl_c_frees_the_model_and_gives_the_prompt_back(
    terminal_chat: Callable[..., Typist], clean_places: Path
) -> None:
    typist = terminal_chat()
    typist.wait_for("› ")
    typist.type("half a ques")
    typist.wait_for("half a ques")
    typist.interrupt_until("Ctrl-D ends the chat")
    typist.wait_for("› ")
    typist.type("How slow was Chile in Peru?\n")
    typist.wait_for("reading")
    while not (clean_places / "slow").exists():
        time.sleep(0.02)
    typist.interrupt()
    typist.wait_for("Stopped.")
    typist.wait_for("› ")
    typist.type(f"{QUESTION}\n")
    assert "Chile has 12 investment projects" in typist.wait_for("Sources")
    typist.wait_for("› ")
    typist.type("/quit\n")
    assert typist.code() == 0
