"""What all loaders share: writing, options, the quick form, gold."""

import json
from collections import Counter

import pytest
from click.testing import CliRunner
from loader_helpers import EN, bridges, squad_file, squad_titles

from eval.cases import load as load_suite
from eval.loaders import FORMATS, DatasetError, load
from eval.loaders.gold import nugget
from eval.loaders.material import Draft, Shelf, half_of, language, safe, sample
from rag.cli.main import rag

WHOLE = sorted(set(FORMATS) - {"squad", "xquad-r", "clapnq"})  # formats that have no halves


def test_same_input_same_bytes_and_a_second_import_replaces_the_first(tmp_path):
    path = squad_file(tmp_path / "h.json", EN)
    first = load("squad", path, tmp_path / "o")
    bytes_of = {file.name: file.read_bytes() for file in (tmp_path / "o").rglob("*") if file.is_file()}
    (first.library_folder / "left-over.txt").write_text("An article of an earlier import.", encoding="utf-8")
    load("squad", path, tmp_path / "o")
    assert bytes_of == {
        file.name: file.read_bytes() for file in (tmp_path / "o").rglob("*") if file.is_file()
    }
    assert json.loads(bytes_of["import.json"])["counts"]["questions"] == 5


def test_a_folder_with_other_files_is_not_written_to(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    data = tmp_path / "d"
    data.mkdir()
    with pytest.raises(DatasetError, match="holds other files"):
        load("squad", squad_file(data / "h.json", EN), tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["d", "thesis.txt"]


@pytest.mark.parametrize(
    ("fmt", "options", "message"),
    [
        ("squid", {}, 'format "squid" is not known; known are squad, xquad-r'),
        ("clapnq", {"unanswerable": 3}, 'format clapnq has no use for "unanswerable"'),
        *((fmt, {"half": "dev"}, f'format {fmt} has no use for "half"') for fmt in WHOLE),
        ("squad", {"both": True}, '"both" needs "questions"'),
        ("squad", {"limit": 0}, "limit is 0"),
        ("squad", {"unanswerable": -1}, "unanswerable is -1"),
    ],
)
def test_options_that_make_no_sense(fmt, options, message, tmp_path):
    with pytest.raises(DatasetError, match=message):
        load(fmt, squad_file(tmp_path / "h.json", EN), tmp_path / "o", **options)


def test_a_missing_file_is_the_disk_s_fault(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such file or folder"):
        load("squad", tmp_path / "nowhere.json", tmp_path / "o")
    assert not (tmp_path / "o").exists()


def drafts(answerable, unanswerable, groups=10):
    kinds = [True] * answerable + [False] * unanswerable
    return [Draft(f"k{n}", {"group": f"g{n % groups}", "answerable": kind}) for n, kind in enumerate(kinds)]


def test_the_quick_form_is_spread_nested_and_independent_of_order():
    every = drafts(100, 0)
    ten, twenty = (sample(every, n) for n in (10, 20))
    assert len({draft.record["group"] for draft in ten}) == 10
    assert {draft.key for draft in ten} < {draft.key for draft in twenty}
    assert {draft.key for draft in sample(every[::-1], 10)} == {draft.key for draft in ten}
    assert ten != every[:10]


def test_the_quick_form_keeps_the_share_of_unanswerable_questions():
    def refused(limit, n_yes, n_no, wanted=0):
        return sum(not draft.record["answerable"] for draft in sample(drafts(n_yes, n_no), limit, wanted))

    assert refused(20, 75, 25) == 5
    assert refused(4, 99, 1) == 1  # never rounded away
    assert refused(20, 90, 10, wanted=10) == 10
    assert (refused(9, 30, 9, wanted=9), refused(5, 30, 9, wanted=9)) == (9, 5)  # they come first
    assert [len(sample(drafts(9, 9), n, 9)) for n in (1, 2, 12)] == [1, 2, 12]


def test_a_title_stays_in_its_half():
    # What was tuned on must not come back as what is reported: a change here makes earlier figures worthless.
    assert {half_of(title) for title in ("Warsaw", "Teacher")} == {"dev"}
    assert {half_of(title) for title in ("Super Bowl 50", "Normans")} == {"report"}
    halves = Counter(half_of(f"Article {n}") for n in range(1000))
    assert min(halves.values()) > 450


def test_a_half_is_noted_and_changes_nothing_but_the_split(tmp_path):
    path = squad_titles(tmp_path / "b.json", bridges("en"))
    notes, cases = [], []
    for half in (None, "dev"):
        load("squad", path, tmp_path / "o", half=half)
        notes.append(json.loads((tmp_path / "o" / "import.json").read_text("utf-8")))
        rows = (tmp_path / "o" / "suite.jsonl").read_text("utf-8").splitlines()
        cases.append({row["id"]: row for row in map(json.loads, rows)})
    assert ("half" in notes[0]["options"], notes[1]["options"]["half"]) == (False, "dev")
    assert {row["split"] for row in cases[0].values()} == {"report"}
    assert all(row == {**cases[0][key], "split": "dev"} for key, row in cases[1].items())


def test_the_command_takes_a_half(tmp_path):
    path = squad_titles(tmp_path / "b.json", bridges("en"))
    out = ["--out", str(tmp_path / "o")]
    made = [
        CliRunner().invoke(rag, ["eval", "import", fmt, str(path), "--half", half, *out])
        for fmt, half in (("squad", "report"), ("squad", "test"), ("tatqa", "dev"))
    ]
    assert [done.exit_code for done in made] == [0, 2, 65]
    assert {case.split for case in load_suite(tmp_path / "o" / "suite.jsonl")} == {"report"}
    assert 'no use for "half"' in made[2].stderr


def test_a_bare_figure_or_date_counts_in_every_spelling():
    assert nugget("n", ["5.608"], "vi")["number"]["value"] == 5608
    assert nugget("n", ["5.608"], "en")["number"]["value"] == 5.608
    assert nugget("n", ["15 October 1982"], "en")["date"] == "1982-10-15"
    assert nugget("n", ["năm 1982"], "vi")["date"] == "1982"
    assert set(nugget("n", ["two of the 15 ships"], "en")) == {"id", "any_of"}
    assert nugget("n", ["…", " "], "en") is None


def test_an_article_that_the_library_will_not_take_is_reported(tmp_path):
    row = {
        "question": "How cold is it?",
        "answer": "11.2",
        "context": "10.1 11.2 12.3 13.4 14.5 15.6 16.7 17.8",
    }
    (tmp_path / "q.jsonl").write_text(json.dumps(row), encoding="utf-8")
    done = load("jsonl", tmp_path / "q.jsonl", tmp_path / "o")
    assert "the library will skip 1 article: article-" in done.warnings[0]


def test_one_article_a_text_and_safe_names():
    shelf = Shelf()
    assert shelf.add("a/b: ü", "Same text.", "en") == shelf.add("other", "Same text.\r\n", "en")
    assert next(iter(shelf.files)) == f"{safe('a/b: ü')}.txt"
    assert "/" not in safe("../../etc")
    assert safe("a b") != safe("a-b")
    with pytest.raises(DatasetError, match="has no text"):
        shelf.add("c", " \n", "en")


def test_a_text_in_another_script_is_refused():
    assert (language("Tại sao lại như vậy?", "x"), language("Why so?", "x")) == ("vi", "en")
    with pytest.raises(DatasetError, match="neither English nor Vietnamese"):
        language("2021年超级碗在哪里举行?", "x")


def test_every_format_has_a_loader():
    assert set(FORMATS) == {
        *(
            "squad",
            "xquad-r",
            "clapnq",
            "rgb",
            "realtimeqa",
            "timeqa",
            "tatqa",
            "bipia",
            "attacks",
            "beir",
            "csv",
            "jsonl",
        )
    }
