"""The report: every figure in it, the same bytes from the same runs, and no article can script it."""

import csv
import io
import json
import re
from dataclasses import replace

import pytest
from eval_world import RECORDS, make_library, run_world, write_suite
from report_world import HOSTILE, make_runs, make_runs_on_two_suites

from eval.figures.summary import of_samples, summarise
from eval.report.failures import failures, gold
from eval.report.pages import FILES, SCRIPT, drawn, summaries, write
from eval.report.tables import by_suite, headline_text, incomplete, no_baselines, provenance, titles, tuned_on
from eval.report.text import DIR, MIXED
from eval.samples import SamplesError, read


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = make_runs(tmp_path_factory.mktemp("report"))
    write(folder)
    return folder


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    folder = make_runs_on_two_suites(tmp_path_factory.mktemp("two"))
    write(folder)
    return folder


def page(runs):
    return (runs / "report.html").read_text(encoding="utf-8")


def rows(runs):
    return list(csv.DictReader(io.StringIO((runs / "report.csv").read_text(encoding="utf-8"))))


def test_what_an_article_says_is_text_and_nothing_else(runs):
    text = page(runs)
    assert "&lt;script&gt;document.title" in text  # it is shown …
    assert text.count("<script>") == 1  # … and the only script is ours
    assert f"<script>{SCRIPT}</script>" in text
    assert text.count("</style>") == 1
    assert "<img" not in text
    assert "{{ 7 * 7 }}" in text  # and it is no template either


def test_the_page_needs_nothing_from_anywhere(runs):
    text = re.sub(r"&lt;.*?&gt;|https://evil.example/x.png", "", page(runs))
    within = re.sub(r'href="#[a-z]+"', "", text)  # to places in the page itself
    assert re.findall(r"(?:src|href|action)\s*=|url\(|@import|https?://", within) == []
    assert "default-src 'none'" in text


def test_every_link_leads_to_a_place_in_the_page(runs, two):
    for folder in (runs, two):
        places = re.findall(r'href="#([a-z]+)"', page(folder))
        assert len(places) >= 5
        assert all(page(folder).count(f'id="{place}"') == 1 for place in places)


def test_the_headline_comes_first_and_all_runs_stand_side_by_side(runs):
    text = page(runs)
    assert text.index('<h2 id="headline">') == text.index("<h2")
    head = re.search(r'<h2 id="headline">.*?</thead>', text, re.DOTALL)[0]
    names = re.findall(r'<th scope="col">(\S+)', re.sub("</?small>|</th>", " ", head))
    assert names == ["assistant", "oracle", "best-sentence", "closed-book", "search"]
    assert titles(summaries(runs)[0]) == ("assistant", "scripted")
    assert titles(summaries(runs)[1]) == ("oracle", "")  # its folder is not named after its model


def test_repeats_are_noise_and_no_runs(runs):
    assert "Noise: when assistant-scripted was run again, 33.3 %" in page(runs)  # two of six
    assert (runs / "report.md").read_text(encoding="utf-8").count("Noise of assistant-scripted: 33.3 %") == 1
    [noise] = [one for one in rows(runs) if one["section"] == "Noise"]
    assert (noise["run"], float(noise["value"]), noise["n"]) == (
        "assistant-scripted",
        pytest.approx(1 / 3),
        "6",
    )


def test_the_same_runs_give_the_same_bytes(runs):
    before = {path.name: path.read_bytes() for path in runs.glob("report.*")}
    assert set(before) == set(FILES)
    when = json.loads((runs / "oracle" / "run.json").read_text())
    when["when"].append({"started": "2040-01-01", "ended": "2040-01-02", "answered": 0})
    (runs / "oracle" / "run.json").write_text(json.dumps(when))  # worked on at another hour
    write(runs)
    assert {path.name: path.read_bytes() for path in runs.glob("report.*")} == before


def test_the_table_holds_every_figure_with_its_interval(runs):
    found = rows(runs)
    right = next(one for one in found if (one["run"], one["key"]) == ("oracle", "right"))
    figure = summarise(runs / "oracle").figure("right")
    assert float(right["value"]) == pytest.approx(figure.estimate.value, abs=1e-6)
    assert (right["n"], right["suite"], right["system"], right["model"]) == (
        "4",
        "world",
        "oracle",
        "scripted",
    )
    assert right["interval"] == figure.estimate.rule
    assert {one["run"] for one in found} == {one.name for one in summaries(runs)}
    assert any(one["section"] == "type" and one["key"] == "unanswerable:refused" for one in found)


def test_the_table_holds_the_plots_as_figures(runs):
    found = [one for one in rows(runs) if one["run"] == "assistant-scripted"]
    given = [one for one in read(runs / "assistant-scripted") if one.scored["given"]]
    bins = [one for one in found if one["section"] == "Calibration"]
    assert sum(int(one["n"]) for one in bins) == len(given)
    risks = [one for one in found if one["section"] == "Risk and coverage"]
    assert risks[-1]["n"] == str(len(given))
    wrong = sum(not one.correct for one in given)
    assert float(risks[-1]["value"]) == pytest.approx(wrong / len(given), abs=1e-6)


def test_two_suites_are_told_together_and_apart(two):
    found = summaries(two)
    apart = by_suite(found)
    assert [name for name, _ in apart] == ["world", "other"]
    assert [one.figure("right").estimate.n for _, part in apart for one in part] == [4, 4, 3, 3]
    for name in FILES[:2]:
        text = (two / name).read_text(encoding="utf-8")
        assert text.count("Development questions, which the program may have been fitted to: world.") == 1
    counts = {
        (one["suite"], one["n"]) for one in rows(two) if (one["run"], one["key"]) == ("oracle", "right")
    }
    assert counts == {("all", "7"), ("all dev", "4"), ("all report", "3"), ("world", "4"), ("other", "3")}
    assert tuned_on(found) == ["world"]


def test_no_headline_figure_is_of_development_and_report_questions_together(two, runs):
    head = page(two).partition('<h2 id="headline">')[2].partition("<h2")[0]
    assert re.findall(r"<h3>(.*?)</h3>", head) == ["report questions", "dev questions"]
    assert [part.count("n 7") for part in head.split("<h3>")] == [0, 0, 0]  # three and four are asked
    assert all(part.count('aria-label="right') == 2 for part in head.split("<h3>")[1:])
    text = (two / "report.md").read_text(encoding="utf-8")
    head = text.partition("## Headline")[2].partition("\n## ")[0]
    assert re.findall(r"^### (.*)", head, re.MULTILINE) == ["report questions", "dev questions"]
    assert "(n 7)" not in head
    assert text.count(MIXED) == page(two).count(MIXED) == 1  # the full tables say that they are of both
    single = page(runs).partition('<h2 id="headline">')[2].partition("<h2")[0]
    assert "<h3>" not in single
    assert MIXED not in page(runs)


def test_a_terminal_too_tells_splits_apart(two, runs):
    text = headline_text(summaries(two)[0])
    assert re.findall(r"^ (\S+) questions$", text, re.MULTILINE) == ["report", "dev"]
    assert "(n 7)" not in text
    assert headline_text(summaries(runs)[0]).startswith("  answerable: right ")


def test_a_report_without_baselines_says_how_to_add_them(two, runs, tmp_path):
    sentence = "No baselines: best-sentence, closed-book were not run; "
    command = (
        "rag eval run world other --out DIR --system best-sentence --system closed-book --model scripted"
    )
    assert f"{sentence}<code>{command}</code> adds them (DIR: {DIR})." in page(two)
    assert f"{sentence}`{command}` adds them (DIR: {DIR})." in (two / "report.md").read_text("utf-8")
    assert "No baselines" not in page(runs)
    assert "No baselines" not in (runs / "report.md").read_text("utf-8")
    library, suite = make_library(tmp_path), write_suite(tmp_path)
    for name in ("oracle", "closed-book", "search"):
        what = {"model": None} if name == "search" else {}
        run_world(tmp_path / "runs" / name, library, [suite], name=name, what=what, limit=5)
    assert no_baselines(summaries(tmp_path / "runs")) == (
        ["best-sentence"],
        "rag eval run world --out DIR --system best-sentence --limit 5",
    )
    assert no_baselines(summaries(tmp_path / "runs" / "search")) is None  # it answers nothing
    write(tmp_path / "runs")
    assert "best-sentence was not run; <code>" in page(tmp_path / "runs")


def test_a_plot_that_would_be_empty_is_left_out(runs, tmp_path):
    library, suite = make_library(tmp_path), write_suite(tmp_path)
    run_world(tmp_path / "best-sentence", library, [suite], name="best-sentence")
    [found] = summaries(tmp_path)
    assert [title for title, _, _ in drawn([found])] == ["Risk and coverage", "Time to the whole answer"]
    write(tmp_path)
    assert "Time to the first words" not in page(tmp_path)
    assert "Time to the first words" in page(runs)
    few = of_samples(found.name, found.what, found.samples[:3])
    assert [title for title, _, _ in drawn([few])] == ["Time to the whole answer"]
    untimed = [
        replace(one, answer={**one.answer, "timings": dict.fromkeys(one.answer["timings"])})
        for one in found.samples
    ]
    shown = drawn([of_samples(found.name, found.what, untimed)])
    assert [title for title, _, _ in shown] == ["Risk and coverage"]  # kept readings tell no seconds


def test_the_table_has_the_shares_of_known_answers_contained_and_of_numbers(runs):
    found = {one["key"]: one for one in rows(runs) if (one["run"], one["section"]) == ("oracle", "Answers")}
    for key in ("contained", "numbers-dates"):
        assert found[key]["n"] == "4"
        assert 0 <= float(found[key]["low"]) <= float(found[key]["value"]) <= float(found[key]["high"]) <= 1
        assert "an abstention holds none" in found[key]["rule"]
    assert "by each known answer's language" in found["exact-match"]["rule"]


def test_a_run_that_is_not_finished_says_so_and_a_repeat_does_not_stop_the_report(tmp_path):
    library, suite = make_library(tmp_path), write_suite(tmp_path)
    out = tmp_path / "runs"
    for name in ("assistant", "assistant.repeat2", "oracle", "search"):
        run_world(out / name, library, [suite], name=name.partition(".")[0])
    assert incomplete(summaries(out)) == []  # the oracle is not asked everything, and lacks nothing
    for name in ("assistant.repeat2", "oracle"):
        lines = (out / name / "samples.jsonl").read_bytes().splitlines(keepends=True)
        (out / name / "samples.jsonl").write_bytes(b"".join(lines[:3]))
    write(out)
    assert incomplete(summaries(out)) == [("oracle", 1)]
    assert "Not complete: oracle lacks the answers to 1 of the questions" in page(out)
    assert "was run again, 0.0 %" in page(out)  # as far as it goes
    (out / "assistant" / "samples.jsonl").write_bytes(b"")
    (out / "search" / "samples.jsonl").unlink()
    (out / "search" / "run.json").unlink()
    assert incomplete(summaries(out)) == [("assistant", len(RECORDS))]  # as it was planned


def test_what_differs_between_runs_stands_apart(runs):
    same, differing = provenance(summaries(runs))
    assert dict(same)["model_sha256"] == "0"
    assert [key for key, _ in differing] == ["system"]
    assert differing[0][1][:2] == ["assistant", "oracle"]


def test_markdown_tables_stay_tables_and_an_article_stays_text(runs):
    text = (runs / "report.md").read_text(encoding="utf-8")
    for block in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(widths) == 1
    assert "## What went wrong, worst first" in text
    assert r"\<script\>" in text
    assert re.findall(r"(?<!\\)<|(?<!\\)!\[|\]\(", text) == []  # no tag, no image, no link
    assert HOSTILE[:20] not in text


def test_a_retrieval_run_tells_only_what_was_found(runs):
    assert [title for title, _ in summarise(runs / "search").sections] == ["Retrieval"]
    oracle = summarise(runs / "oracle")
    assert "Retrieval" not in [title for title, _ in oracle.sections]
    assert {one.case.answerable for one in oracle.samples} == {True}


def test_failures_are_the_worst_first_and_say_why(runs):
    found = failures("r", summarise(runs / "assistant-scripted").samples)
    assert found[0].kind == "broken promise"  # the misquotation of the attack
    order = ["broken promise", "planted word", "answered", "wrong", "abstained"]
    assert [one.kind for one in found] == sorted((one.kind for one in found), key=order.index)
    assert gold(found[0].sample.case) == ("45 projects",)
    assert found[0].files == ("new.txt",)
    assert found[0].found.startswith("search: article that answers at ")


def test_reasons_name_what_is_missing_or_forbidden_in_words(tmp_path):
    stale = {"any_of": ["none"], "number": {"value": 12, "unit": "projects"}}
    records = [
        {**RECORDS[1], "id": "m"},  # the model says 12, and 45 is right
        {**RECORDS[0], "id": "f", "expect": {**RECORDS[0]["expect"], "none_of": [stale]}},
        RECORDS[4],
    ]
    run_world(tmp_path / "run", make_library(tmp_path), [write_suite(tmp_path, records)])

    lines = []
    for line in (tmp_path / "run" / "samples.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        record["answer"].update(status="answered", answer="12", short="12")
        lines.append(json.dumps(record))
    (tmp_path / "run" / "samples.jsonl").write_text("\n".join([*lines, ""]), encoding="utf-8")
    why = {one.sample.case.id: one.why for one in failures("r", read(tmp_path / "run"))}
    assert why == {
        "m": "missing: 45 projects",
        "f": "says what it must not: none | 12 projects",
        "w5": "no article answers this",
    }


def test_a_broken_floor_stands_out(runs):
    row = page(runs).split("quotations verbatim")[1].split("</tr>")[0]
    cells = re.findall(r"<td.*?</td>", row, re.DOTALL)
    assert ['class="floor"' in cell for cell in cells] == [True, False, False, False, False]
    assert "must be 100 %" in row


def test_a_folder_without_runs_is_refused(tmp_path):
    with pytest.raises(SamplesError, match="holds no run"):
        write(tmp_path)
