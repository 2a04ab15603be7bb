"""One's own questions as CSV or JSON Lines."""

import csv
import json

import pytest
from loader_helpers import checked

from eval import loaders
from eval.loaders import DERIVED, DatasetError, load


@pytest.fixture
def own(tmp_path):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.md").write_text(
        "---\ntitle: A\n---\nThe dam holds 5,608 litres. It leaks.", "utf-8"
    )
    (tmp_path / "news" / "b.txt").write_text("Con đập được xây năm 1999.", "utf-8")
    return tmp_path


def test_csv_and_json_lines_say_the_same(own):
    rows = [
        {"question": "How much does the dam hold?", "answer": "5,608 litres|5608", "article": "a.md",
         "id": "q1"},
        {"question": "Con đập được xây năm nào?", "answer": "1999", "article": "b.txt", "id": "q2"},
        {"question": "Who built the dam?", "answer": "", "article": "a.md|b.txt", "id": "q3"},
        {"question": "And where?", "answer": "", "article": "a.md", "id": "q4",
         "history": "Who built the dam?", "type": "follow-up"},
    ]  # fmt: skip
    keys = ["question", "answer", "article", "id", "history", "type"]
    with (own / "q.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, keys, delimiter=";", restval="")
        writer.writeheader()
        writer.writerows(rows)
    many = [
        {k: v.split("|") if k in ("answer", "article") and v else v for k, v in row.items()} for row in rows
    ]
    (own / "q.jsonl").write_text("\n".join(map(json.dumps, many)), encoding="utf-8")
    done = [load(form, own / f"q.{form}", own / form, articles=own / "news") for form in ("csv", "jsonl")]
    first, second = (checked(each) for each in done)
    assert first == second
    assert [case.lang for case in first] == ["en", "vi", "en", "en"]
    assert (first[0].must_cite[0].quote.endswith("5,608 litres."), first[1].type) == (True, "date")
    assert (first[2].distractors, first[3].history) == (("a.md", "b.txt"), ("Who built the dam?",))
    assert done[0].library_folder == own / "news"  # read where it lies, not copied
    assert not (own / "csv" / "articles").exists()
    assert (own / "news" / "a.md").exists()


def test_rows_may_bring_their_article(own):
    row = {
        "question": "What leaks?",
        "answer": "the dam",
        "context": "Yes, the dam leaks.",
        "date": "2024-01-02",
    }
    (own / "q.jsonl").write_text(json.dumps(row), encoding="utf-8")
    done = load("jsonl", own / "q.jsonl", own / "o")
    assert checked(done)[0].must_cite[0].quote == "Yes, the dam leaks."
    assert "Date: 2024-01-02" in next(done.library_folder.iterdir()).read_text("utf-8")


def test_an_answer_that_no_sentence_states_is_marked(own):
    row = {
        "question": "Is the dam sound?",
        "answer": ["no, not at all"],
        "article": "a.md",
        "quote": "It leaks.",
    }
    (own / "q.jsonl").write_text(json.dumps(row), encoding="utf-8")
    done = load("jsonl", own / "q.jsonl", own / "o", articles=own / "news")
    assert DERIVED in checked(done)[0].tags
    assert ["stands in none of its articles" in warning for warning in done.warnings] == [True]
    (own / "q.jsonl").write_text(json.dumps({**row, "tags": [DERIVED]}), encoding="utf-8")
    assert load("jsonl", own / "q.jsonl", own / "o", articles=own / "news").warnings == ()


def test_a_line_separator_within_a_text_breaks_nothing(own):
    row = {"question": "What leaks?", "answer": "the dam", "context": "Yes.\u2028The dam leaks.\u0085No."}
    (own / "q.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    assert len(checked(load("jsonl", own / "q.jsonl", own / "o"))) == 1


def test_an_import_that_failed_half_way_may_be_made_again(own, monkeypatch):
    row = {"question": "What leaks?", "answer": "the dam", "context": "The dam leaks."}
    (own / "q.jsonl").write_text(json.dumps(row), encoding="utf-8")
    with monkeypatch.context() as broken:
        broken.setattr(loaders, "load_suite", lambda _path: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            load("jsonl", own / "q.jsonl", own / "o")
    assert load("jsonl", own / "q.jsonl", own / "o").cases == 1


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"answer": "x", "article": "a.md"}, 'line 1 has no "question"'),
        ({"question": "Q?", "answer": "x"}, '"article" is missing'),
        (
            {"question": "Q?", "answer": "x", "context": "x", "date": "12/03/2031"},
            'date is "12/03/2031", not',
        ),
        ({"question": "Q?", "article": []}, 'so "article" must name the file that comes closest'),
        ({"question": "Q?", "answer": "x", "article": "c.md"}, 'article "c.md" is 0 times in'),
        (
            {"question": "Q?", "answer": "x", "article": "a.md", "quote": "It sings."},
            'the quote "It sings." is not in',
        ),
        ({"question": "Q?", "answer": "…", "article": "a.md"}, "has no word or figure in it"),
        ({"question": "Q?", "answers": "x"}, '"answers" is not a known key; known are question, answer'),
        ({"question": "Q?", "answer": 5, "article": "a.md"}, '"answer" holds 5, not a text'),
        ({"question": "Q?", "lang": "fr", "article": "a.md"}, 'lang is "fr", not en or vi'),
        ({"question": "Q?", "article": "a.md", "as_of": "soon"}, "cannot be a case of a suite"),
        (
            {"question": "Q?", "answer": "x", "article": "a.md", "context": "x y"},
            "one library.*cannot hold both",
        ),
    ],
)
def test_a_row_that_cannot_be_used(own, row, message):
    (own / "q.jsonl").write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(DatasetError, match=message):
        load("jsonl", own / "q.jsonl", own / "o", articles=own / "news")


def test_a_table_with_a_cell_too_many(own):
    (own / "q.csv").write_text("question,answer,article\nQ?,1,5,a.md\n", encoding="utf-8")
    with pytest.raises(DatasetError, match=r"line 2 has 4 cells, the heading 3"):
        load("csv", own / "q.csv", own / "o", articles=own / "news")
