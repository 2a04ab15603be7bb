"""CLAPNQ, RGB, RealTime QA, TimeQA: small files in their layouts, and what lies beside the project."""

import gzip
import json
from collections import Counter

import pytest
from loader_helpers import checked, files_of, lines, parted, public, said

from eval.figures.metrics import verdict
from eval.loaders import DatasetError, load


@pytest.mark.parametrize("folder", [public("clapnq")])
def test_clapnq_as_published(folder, tmp_path):
    done = load("clapnq", folder, tmp_path, limit=200)
    assert (done.counts["answerable"], done.counts["unanswerable"]) == (300, 300)
    # One passage is a table of temperatures without a sentence, which the library does not take.
    assert [warning[:32] for warning in done.warnings] == ["the library will skip 1 article:"]
    cases = checked(done)
    assert sum(case.answerable for case in cases) == 100
    assert all("key-terms" in case.tags for case in cases if case.answerable)


@pytest.mark.parametrize("folder", [public("clapnq")])
def test_clapnq_halves_as_published(folder, tmp_path):
    halves = parted("clapnq", folder, tmp_path)
    kinds = [Counter(case.answerable for case in cases) for _, cases in halves]
    assert kinds == [{True: 150, False: 141}, {True: 150, False: 159}]
    assert [len({case.group for case in cases}) for _, cases in halves] == [286, 298]
    assert [done.articles for done, _ in halves] == [596, 596]


def test_clapnq_halves_part_the_passages_by_title(tmp_path):
    rows = [
        clap(
            f"{n}{part}",
            f"what is box {n}{part} of",
            f"Box {n}{part} is of tin{n} .",
            given,
            title=f"Box {n}",
        )
        for n in range(20)
        for part, given in (("a", (f"It is of tin{n}.", [])), ("b", ("", [])))
    ]
    path = lines(tmp_path / "x.jsonl", *rows)
    whole = load("clapnq", path, tmp_path / "whole")
    (dev, few), (_, many) = parted("clapnq", path, tmp_path)
    assert sorted(case.id for case in (*few, *many)) == sorted(case.id for case in checked(whole))
    assert len(few) == 2 * len({case.group for case in few})
    assert files_of(dev) == files_of(whole)
    assert len(parted("clapnq", path, tmp_path, limit=4)[1][1]) == 4


def clap(key, question, text, *outputs, title="T"):
    passage = {"title": title, "text": text, "sentences": []}
    given = [{"answer": answer, "selected_sentences": chosen} for answer, chosen in outputs]
    return {"id": key, "input": question, "passages": [passage], "output": given}


def test_clapnq_key_terms_are_what_the_annotators_share(tmp_path):
    text = "The otter builds a holt . It lies by the river ."
    rows = [
        clap(
            "1",
            "where does the otter live",
            text,
            ("A holt by the river.", [text[:26]]),
            ("In a holt.", [text[:26]]),
        ),
        clap("2", "what do otters weigh", "Otters eat fish .", ("", [])),
    ]
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    where, weigh = checked(load("clapnq", path, tmp_path / "o"))
    assert [item.id for item in where.all_of] == ["holt"]  # "river" is one annotator's only
    assert verdict(where, said("in its holt")).label == "right"
    assert verdict(where, said("in the sea")).label == "wrong"
    assert (weigh.answerable, weigh.distractors) == (False, ("clapnq-2.txt",))
    rows[0]["passages"] *= 2
    path.write_text(json.dumps(rows[0]), encoding="utf-8")
    with pytest.raises(DatasetError, match="line 1 has 2 passages"):
        load("clapnq", path, tmp_path / "o")


# ---------------------------------------------------------------- RGB's layout

RGB = (
    {"id": 0, "query": "When did the Orla bridge open?", "answer": [["March 3, 2021", "3 March 2021"]],
     "positive": ["The Orla bridge opened on March 3, 2021 ..."],
     "negative": ["The Orla bridge is long.", "Rain."]},
    {"id": 1, "query": "Who painted the Orla bridge?", "answer": "Ida Moss",
     "positive": ["Ida Moss painted the bridge."], "negative": ["Ida Moss was seen near it."]},
)  # fmt: skip


def test_rgb_takes_any_spelling_and_all_parts(tmp_path):
    both = {"id": 2, "query": "Who built and who owns it?", "answer": ["Finn", ["Orla Ltd", "Orla Limited"]],
            "positive": [["Finn built it."], ["Orla Ltd owns it."]], "negative": []}  # fmt: skip
    done = load("rgb", lines(tmp_path / "en_int.json", *RGB, both), tmp_path / "o")
    opened, painted, parts = checked(done)
    assert done.warnings == (
        "en_int.json: 3 questions, the published set has 100; figures are not comparable",
    )
    assert verdict(opened, said("on 2021-03-03")).label == "right"
    assert verdict(opened, said("March 2021")).label == "wrong"
    assert painted.must_cite[0].quote == "Ida Moss painted the bridge."
    assert verdict(parts, said("Finn built it, Orla Limited owns it")).label == "right"
    assert verdict(parts, said("Finn")).label == "wrong"
    assert parts.type == "multi-doc"


def test_rgb_without_its_snippets(tmp_path):
    path = lines(tmp_path / "en.json", *RGB)
    done = load("rgb", path, tmp_path / "o", unanswerable=1)
    refused = [case for case in checked(done) if not case.answerable]
    assert [case.id for case in refused] == ["rgb-en-0"]  # the noise of the other one names the painter
    assert refused[0].absent == ()  # a date stands for many things
    assert not any("March" in file.read_text("utf-8") for file in done.library_folder.iterdir())
    with pytest.raises(
        DatasetError, match="asked for 2 questions whose snippets are left out, 1 can be made"
    ):
        load("rgb", path, tmp_path / "o", unanswerable=2)
    chinese = {**RGB[0], "query": "奥拉大桥什么时候通车?"}
    with pytest.raises(DatasetError, match="neither English nor Vietnamese"):
        load("rgb", lines(tmp_path / "zh.json", chinese), tmp_path / "o")


# ---------------------------------------------------------------- RealTime QA's layout

QUIZ = {
    "question_id": "20240105_0", "question_date": "2024/01/05", "question_source": "QUIZ",
    "question_url": "https://quiz.example/5", "question_sentence": "Which port reopened this week?",
    "choices": ["Aldport", "“Brinmouth”", "Cray", "Dell"], "answer": ["1"],
    "evidence": 'The port of <a href="https://news.example/a">Brinmouth</a> &amp; its crane reopened.',
}  # fmt: skip
PAGE = {"url": "https://www.news.example/a", "title": "Port", "text": "Calm sea. Brinmouth reopened.",
        "publish_date": "2024/01/04", "authors": []}  # fmt: skip


def test_realtimeqa_asks_freely_as_of_the_day_of_the_quiz(tmp_path):
    lines(tmp_path / "20240105_qa.jsonl", QUIZ)
    empty = {**PAGE, "text": " "}
    lines(tmp_path / "20240105_gcs.jsonl", {"question_id": "20240105_0", "search_result": [empty, PAGE]})
    done = load("realtimeqa", tmp_path, tmp_path / "o")
    (case,) = checked(done)
    assert (case.as_of, case.short, case.must_cite[0].quote) == (
        "2024-01-05",
        ("Brinmouth",),
        "Brinmouth reopened.",
    )
    head = next(done.library_folder.iterdir()).read_text("utf-8")
    assert head.startswith("Title: Port\nDate: 2024-01-04\nOutlet: news.example\nLang: en\n\n")


def test_realtimeqa_has_no_gold_that_the_day_of_the_quiz_hides(tmp_path):
    path = lines(tmp_path / "20240105_qa.jsonl", QUIZ)
    later = {**PAGE, "text": "It is said that Brinmouth reopened.", "publish_date": "2024/01/06"}
    pages = {"question_id": QUIZ["question_id"], "search_result": [later, PAGE]}
    lines(tmp_path / "20240105_gcs.jsonl", pages)
    (case,) = checked(load("realtimeqa", path, tmp_path / "both"))
    assert [quote.quote for quote in case.must_cite] == ["Brinmouth reopened."]
    lines(tmp_path / "20240105_gcs.jsonl", {**pages, "search_result": [later]})
    done = load("realtimeqa", path, tmp_path / "later")
    assert done.counts["answered by the quiz only"] == 1


def test_realtimeqa_falls_back_on_the_quiz_or_leaves_out(tmp_path):
    other = {**QUIZ, "question_id": "20240105_1", "choices": ["Nowhere"], "answer": ["0"]}
    path = lines(tmp_path / "20240105_qa.jsonl", QUIZ, other)
    lines(tmp_path / "20240105_gold.jsonl", {"question_id": "20240105_1", "search_result": [PAGE]})
    done = load("realtimeqa", path, tmp_path / "o")
    (case,) = checked(done)
    assert case.must_cite[0].quote == "The port of Brinmouth & its crane reopened."
    assert (done.counts["answered by the quiz only"], done.counts["answered by no page"]) == (1, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answer": ["4"]}, "not the number"),
        ({"choices": ["a", "None of the above"]}, "use the file without _nota"),
        ({"choices": ["a", "…"]}, "has no word or figure in it"),
    ],
)
def test_realtimeqa_broken(change, message, tmp_path):
    path = lines(tmp_path / "20240105_qa.jsonl", {**QUIZ, **change})
    with pytest.raises(DatasetError, match=r"no pages beside 20240105_qa\.jsonl"):
        load("realtimeqa", path, tmp_path / "o")
    lines(tmp_path / "20240105_gold.jsonl", {"question_id": "20240105_0", "search_result": [PAGE]})
    with pytest.raises(DatasetError, match=message):
        load("realtimeqa", path, tmp_path / "o")


# ---------------------------------------------------------------- TimeQA's layouts


def test_timeqa_both_layouts(tmp_path):
    page = "Ada Finch\n\nShe led the Orla Board from 1990 to 1994 . Then she led the Tern Bank until 2001 ."
    asked = "Whom did Ada Finch work for from 1990 to 1994?"
    rows = [
        {"idx": "/wiki/Ada_Finch#P108#0", "question": asked, "context": page, "targets": ["Orla Board"],
         "from": [25], "end": [35]},
        {"idx": "/wiki/Ada_Finch#P108#1", "question": "Whom did Ada Finch work for in 2005?", "context": page,
         "targets": [""]},
    ]  # fmt: skip
    path = tmp_path / "test.hard.json.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    done = load("timeqa", path, tmp_path / "a")
    known, unknown = checked(done)
    assert (done.articles, known.type, known.group) == (1, "temporal", "/wiki/Ada_Finch")
    assert known.must_cite[0].quote == "She led the Orla Board from 1990 to 1994 ."
    assert (verdict(known, said("Tern Bank")).label, unknown.answerable) == ("wrong", False)

    paras = page.split("\n\n")
    answers = [{"para": 1, "from": 12, "end": 22, "answer": "Orla Board"}]
    entry = {"index": "/wiki/Ada_Finch#P108", "type": "P108", "link": "/wiki/Ada_Finch", "paras": paras,
             "questions": [[asked, answers], ["Where in 2005?", []]]}  # fmt: skip
    human = tmp_path / "human_annotated_test.json"
    human.write_text(json.dumps([entry]), encoding="utf-8")
    known, unknown = checked(load("timeqa", human, tmp_path / "b"))
    assert known.must_cite[0].quote == "She led the Orla Board from 1990 to 1994 ."
    assert not unknown.answerable
    entry["questions"][0][1][0]["para"] = 7
    human.write_text(json.dumps([entry]), encoding="utf-8")
    with pytest.raises(DatasetError, match="paragraph 7 is named, the page has 2"):
        load("timeqa", human, tmp_path / "b")
