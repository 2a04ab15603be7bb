"""`rag ask`: answers, batches in order, bad lines by number, terminals kept safe."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cli_fakes import CITATION, QUOTE, Use, answered, installer, places
from click.testing import CliRunner, Result

from rag.answer import Answer, Citation, Nearest, TimelineEntry
from rag.cli import ask as cli_ask
from rag.cli import base as cli_base
from rag.cli.main import rag
from rag.errors import ModelMissing, WorkerCrashed
from rag.showing import terminal

ANSWER = (
    "The target is 18 billion USD by 2028 [1].\n\n"
    "Sure enough, for this model.\n\n"
    "Sources\n"
    "  [1] Two neighbours aim higher (Harbour Post, 2025-12-17)\n"
    f"      “{QUOTE}”\n"
)
REFUSED = Answer(
    "Who?",
    "abstained",
    "The articles do not say.",
    reason="no_evidence",
    nearest=(Nearest("a1", "Two neighbours aim higher", "2025-12-17"), Nearest("a2", "Mục tiêu cũ", None)),
)


@pytest.fixture(autouse=True)
def clean_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return places(tmp_path, monkeypatch)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    return installer(monkeypatch)


def run(*args: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(rag, list(args), input=stdin)


def test_an_answer_and_its_sources(use: Use) -> None:
    fake = use()
    result = run("ask", "What is the target?", "--as-of", "2025-12-31")
    assert (result.exit_code, result.stdout, result.stderr) == (0, ANSWER, "")
    assert [(q, str(day)) for q, _, day in fake.asked] == [("What is the target?", "2025-12-31")]


@pytest.mark.parametrize("flag", ["fast", "careful"])
def test_how_much_care_is_asked_for(use: Use, flag: str) -> None:
    fake = use()
    assert run("ask", "What is the target?", f"--{flag}").exit_code == 0
    assert fake.care == flag
    run("ask", "What is the target?")
    assert fake.care is None, "then the settings say"


def test_an_answer_as_json_is_the_fixed_shape(use: Use) -> None:
    use()
    record = json.loads(run("ask", "What is the target?", "--json").stdout)
    names = "question status answer short claims citations timeline reason nearest relevant confidence"
    assert list(record) == [*names.split(), "model", "library", "timings", "tokens"]
    assert record["claims"] == [{"text": record["answer"], "supported": True, "citations": [1]}]
    assert record["citations"][0]["quote"] == QUOTE


def test_not_finding_an_answer_is_no_error(use: Use) -> None:
    use(REFUSED)
    result = run("ask", "Who?")
    assert (result.exit_code, result.stdout) == (
        0,
        "The articles do not say.\n\n"
        "Nearest articles\n  Two neighbours aim higher (2025-12-17)\n  Mục tiêu cũ\n",
    )


def test_a_refusal_names_an_outlet_that_there_is_not(use: Use) -> None:
    note = 'No article is of the outlet "Harbor Post"; did you mean "Harbour Post"?'
    use(*[REFUSED] * 5)
    result = run("ask", 'outlet:"Harbor Post" Who?')
    assert note in result.stderr
    assert note not in result.stdout
    assert json.loads(run("ask", 'outlet:"Harbor Post" Who?', "--json").stdout)["note"] == note
    batch = '{"id": 1, "question": "outlet:\\"Harbor Post\\" Who?"}\n{"id": 2, "question": "Who?"}'
    told = [json.loads(line) for line in run("ask", "--input", "-", stdin=batch).stdout.splitlines()]
    assert [one.get("note") for one in told] == [note, None]
    assert "note" not in json.loads(run("ask", 'outlet:"harbour post" Who?', "--json").stdout)
    use()  # an answer needs no excuse
    assert "note" not in json.loads(run("ask", 'outlet:"Harbor Post" Who?', "--json").stdout)


def test_a_library_on_other_subjects_is_said_to_be_one(use: Use) -> None:
    use(replace(REFUSED, relevant=False))
    assert "\n\nNothing in the library seems to be about this. The nearest:\n" in run("ask", "Who?").stdout
    for known in (True, None):
        use(replace(REFUSED, relevant=known))
        assert "seems to be about" not in run("ask", "Who?").stdout


def test_passages_that_wait_for_their_vectors_are_told_beside_the_answer(use: Use) -> None:
    fake = use()
    fake.library.waiting = 2
    result = run("ask", "What is the target?")
    assert result.stdout == ANSWER
    assert "1 of 3 passages have their meaning computed" in result.stderr
    assert run("ask", "What is the target?", "--quiet").stderr == ""


def test_values_over_time_and_undated_sources() -> None:
    given = Answer(
        "q",
        "answered",
        "It was 15, then 18 [1] [2].",
        citations=(Citation(2, "a2", "f", "Mục tiêu cũ", None, None, "vi", "15 tỷ USD", 0, 9, "2024-01"),),
        timeline=(TimelineEntry("15", "2024-01", (2,)), TimelineEntry("18", "2025-12-17", (1, 2))),
    )
    assert terminal.answer(given) == (
        "It was 15, then 18 [1] [2].\n\n"
        "Not sure. Read the quotation.\n\n"
        "Over time\n  2024-01  15 [2]\n  2025-12-17  18 [1] [2]\n\n"
        "Sources\n  [2] Mục tiêu cũ (dated 2024-01)\n      “15 tỷ USD”"
    )


def test_streaming_leaves_stdout_the_same(use: Use) -> None:
    use()
    result = run("ask", "What is the target?", "--stream")
    assert (result.exit_code, result.stdout) == (0, ANSWER)


def test_streaming_draws_a_muted_draft_on_a_terminal(use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    use()
    monkeypatch.setattr(cli_base.Session, "at_terminal", property(lambda self: True))
    result = CliRunner().invoke(rag, ["ask", "What?", "--stream"], color=True)
    assert "\x1b[2mThe target \x1b[0m\x1b[2mis 18\x1b[0m" in result.stderr
    assert QUOTE in result.stderr
    assert result.stdout == ANSWER


def test_streaming_json_is_events_a_line(use: Use) -> None:
    use()
    events = [json.loads(row) for row in run("ask", "What?", "--stream", "--json").stdout.splitlines()]
    assert [event["event"] for event in events] == ["evidence", "token", "token", "done"]
    assert events[0]["sources"][0]["quote"] == CITATION.quote
    assert events[1]["text"] + events[2]["text"] == "The target is 18"
    assert events[3]["answer"]["status"] == "answered"


@pytest.mark.parametrize(
    "args", [[], ["q", "--input", "f.jsonl"], ["--input", "f.jsonl", "--stream"], ["--input", "none.jsonl"]]
)
def test_usage(args: list[str], use: Use) -> None:
    fake = use()
    assert run("ask", *args).exit_code == 2
    assert fake.opened == 0


# -- batches


def lines(*records: object) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def test_a_batch_is_answered_in_order_with_one_opening(use: Use, clean_places: Path) -> None:
    fake = use()
    asked = [{"id": f"q{n}", "question": f"Câu hỏi {n}?", "gold": [n]} for n in range(5)]
    (clean_places / "f.jsonl").write_text("\ufeff" + lines(*asked) + "\n  \n", "utf-8")
    result = run("ask", "--input", "f.jsonl")
    answers = [json.loads(row) for row in result.stdout.splitlines()]
    assert (result.exit_code, result.stderr, fake.opened) == (0, "", 1)
    assert [(a["id"], a["question"]) for a in answers] == [(f"q{n}", f"Câu hỏi {n}?") for n in range(5)]
    assert next(iter(answers[0])) == "id"
    assert "Câu hỏi" in result.stdout  # readable, not escaped


def test_standard_input_history_and_number_ids(use: Use) -> None:
    fake = use()
    result = run(
        "ask", "--input", "-", stdin=lines({"id": 7, "question": "And?", "history": [["What?", "18."]]})
    )
    assert json.loads(result.stdout)["id"] == 7
    assert fake.asked[0][:2] == ("And?", (("What?", "18."),))


BAD = [
    (b'{"id": "a", "question": "x", "question": "y"}', "the key 'question' stands there twice"),
    (b'{"id": "a", "question": "x", "p": NaN}', "NaN is not JSON"),
    (b'{"id": "a", "question": "\\ud800"}', '"question" has half of a character (a lone surrogate)'),
    (b'{"id": "\\udc00", "question": "x"}', '"id" has half of a character (a lone surrogate)'),
    (b'{"id": "a"}', '"question" is missing'),
    (b'{"question": "x"}', '"id" is missing'),
    (b'{"id": true, "question": "x"}', '"id" must be a text or a whole number'),
    (b'{"id": "a", "question": 5}', '"question" must be a text, not int'),
    (
        b'{"id": "a", "question": "x", "history": ["y"]}',
        '"history" must be a list of [question, answer] pairs',
    ),
    (
        b'{"id": "a", "question": "x", "history": [["y"]]}',
        '"history" must be a list of [question, answer] pairs',
    ),
    (b'{"id": "a", "question": "x", "history": [["y", 1]]}', '"history" must be a text, not int'),
    (b'["a"]', 'not an object like {"id": "q1", "question": "…"} but list'),
    (b'{"id": "a",', "not JSON: Expecting property name enclosed in double quotes at character 13"),
    (b'{"id": "a", "question": "\xe9"}', "not UTF-8 (byte 0xe9 at position 25)"),
    (b"[" * 100_000, "nested too deeply"),
    (b'{"id": "good0", "question": "again"}', "the id 'good0' was used on line 1 already"),
]


@pytest.mark.parametrize(("line", "why"), BAD)
def test_a_bad_line_is_named_and_the_rest_is_answered(line: bytes, why: str, use: Use) -> None:
    fake = use()
    good = [json.dumps({"id": f"good{n}", "question": "x"}).encode() for n in range(2)]
    result = run("ask", "--input", "-", stdin=b"\n".join([good[0], line, good[1]]) + b"\n")
    assert result.exit_code == 65
    assert result.stderr == f"Not a question, line 2: {why}\n"
    assert [json.loads(row)["id"] for row in result.stdout.splitlines()] == ["good0", "good1"]
    assert fake.opened == 1


def test_a_file_of_nothing_but_bad_lines_loads_no_model(use: Use) -> None:
    fake = use()
    assert run("ask", "--input", "-", stdin="no\nno\n").exit_code == 65
    assert fake.opened == 0


def test_a_huge_number_is_a_bad_line(use: Use) -> None:
    use()
    result = run("ask", "--input", "-", stdin='{"id": ' + "9" * 5000 + ', "question": "x"}\n')
    assert result.exit_code == 65
    assert result.stderr.startswith("Not a question, line 1: ")


def test_a_crash_costs_one_answer(use: Use) -> None:
    use(answered("1"), WorkerCrashed("the model's process was killed by SIGSEGV"), answered("3"))
    result = run("ask", "--input", "-", stdin=lines(*({"id": str(n), "question": "x"} for n in (1, 2, 3))))
    assert [json.loads(row)["id"] for row in result.stdout.splitlines()] == ["1", "3"]
    assert (result.exit_code, result.stderr) == (
        74,
        "Not answered, line 2 (id 2): the model's process was killed by SIGSEGV\n",
    )


def test_a_missing_model_ends_a_batch(use: Use) -> None:
    use(ModelMissing("m is not there.\nFetch it with `rag models fetch m`."))
    result = run(
        "ask", "--input", "-", stdin=lines({"id": "1", "question": "x"}, {"id": "2", "question": "x"})
    )
    assert (result.exit_code, result.stdout) == (78, "")


def test_ctrl_c_keeps_what_was_answered(use: Use) -> None:
    use(answered("1"), KeyboardInterrupt())
    result = run(
        "ask", "--input", "-", stdin=lines({"id": "1", "question": "x"}, {"id": "2", "question": "x"})
    )
    assert [json.loads(row)["id"] for row in result.stdout.splitlines()] == ["1"]
    assert (result.exit_code, result.stderr) == (130, "")


def test_an_answer_is_written_before_the_next_question_is_read(use: Use) -> None:
    written: list[int] = []
    fake = use()

    def questions() -> Iterator[bytes]:
        for n in range(3):
            written.append(len(fake.asked))
            yield json.dumps({"id": n, "question": "x"}).encode()

    session = cli_base.Session()
    with CliRunner().isolation() as (out, _, _):
        sizes = []

        def spied() -> Iterator[bytes]:
            for line in questions():
                sizes.append(len(out.getvalue().splitlines()))
                yield line

        assert cli_ask._answer_all(session, spied(), None, None) == 0
    assert (written, sizes) == ([0, 1, 2], [0, 1, 2])


# -- terminals


HOSTILE = (
    "a\x1b[31mred\x1b[0m \x1b]52;c;ZXZpbA==\x07clip \x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\ "
    "c1\x9b2J\x9d0;title\x9c bell\x07 back\x08 cr\r del\x7f rtl\u202e nul\0 ü"
)


def test_terminals_get_no_escape_or_control_character(use: Use) -> None:
    use(
        Answer(
            "q",
            "answered",
            HOSTILE,
            citations=(Citation(1, "a", "f", HOSTILE, HOSTILE, None, "en", HOSTILE, 0, 1),),
        )
    )
    out = run("ask", "q").stdout
    assert out.splitlines()[0] == "ared clip link c1 bell back cr del rtl nul ü"
    assert [char for char in out if (ord(char) < 32 and char != "\n") or 127 <= ord(char) < 160] == []
    assert "evil" not in out
    assert "52;c" not in out


def test_json_escapes_what_a_terminal_obeys_and_stays_one_line(use: Use) -> None:
    text = HOSTILE + "\u2028\u2029"
    use(Answer("q", "answered", text))
    out = run("ask", "q", "--json").stdout
    assert [char for char in out[:-1] if ord(char) < 32 or 127 <= ord(char) < 160] == []
    assert len(out.splitlines()) == 1  # splitlines also splits at U+2028
    assert json.loads(out)["answer"] == text  # nothing is lost


def test_lone_surrogates_of_file_names_can_be_printed() -> None:
    assert terminal.clean("bad\udcff.txt") == "bad\ufffd.txt"
    assert terminal.to_json({"path": "bad\udcff.txt"}) == '{"path": "bad\\udcff.txt"}'
