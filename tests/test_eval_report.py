"""The report: every figure in it, the same bytes from the same runs, and no article can script it."""

import csv
import io
import json
import re

import pytest
from browser import chromium, needs_chromium
from eval_world import make_library, run_world, write_suite

from eval.failures import failures, gold
from eval.plots import Axes, Series, lines
from eval.report import SCRIPT, summaries, write
from eval.samples import SamplesError, read
from eval.summary import summarise

HOSTILE = (
    '<script>document.title = "owned"</script><img src=x onerror="document.title = \'owned\'">{{ 7 * 7 }} | x'
)


def hostile(case, answer):
    """Let the second answer be wrong, and what it says and quotes be an attack."""
    if case.id == "w1":
        answer.update(status="abstained", answer="No article says so.", short=None, claims=[], citations=[])
    if case.id == "w2":
        answer["answer"] = answer["short"] = HOSTILE
        answer["status"] = "answered"
        for citation in answer["citations"]:
            citation["quote"] = HOSTILE
            citation["file"] = f"{HOSTILE}.txt"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    library, suite = make_library(folder), write_suite(folder)
    out = folder / "runs"
    run_world(out / "assistant-scripted", library, [suite], change=hostile)
    run_world(out / "assistant-scripted.repeat2", library, [suite])
    for name in ("oracle", "best-sentence", "closed-book", "search"):
        run_world(out / name, library, [suite], name=name)
    write(out)
    return out


def page(runs):
    return (runs / "report.html").read_text(encoding="utf-8")


def test_what_an_article_says_is_text_and_nothing_else(runs):
    text = page(runs)
    assert "&lt;script&gt;document.title" in text  # it is shown …
    assert text.count("<script>") == 1  # … and the only script is ours
    assert f"<script>{SCRIPT}</script>" in text
    assert "<img" not in text
    assert "{{ 7 * 7 }}" in text  # and it is no template either


def test_the_page_needs_nothing_from_anywhere(runs):
    text = page(runs)
    assert re.findall(r"(?:src|href)\s*=|url\(|@import|https?://", re.sub(r"&lt;.*?&gt;", "", text)) == []
    assert "default-src 'none'" in text


def test_all_runs_stand_side_by_side_and_repeats_are_noise(runs):
    text = page(runs)
    head = re.search(r"<h2>Headline</h2>.*?</thead>", text, re.DOTALL)[0]
    names = re.findall(r'<th scope="col">([^<]*)</th>', head)
    assert names == ["assistant-scripted", "oracle", "best-sentence", "closed-book", "search"]
    assert "Noise: when assistant-scripted was run again, 33.3 %" in text  # two of six
    assert (runs / "report.md").read_text(encoding="utf-8").count("Noise of assistant-scripted: 33.3 %") == 1


def test_the_same_runs_give_the_same_bytes(runs, tmp_path):
    before = {path.name: path.read_bytes() for path in runs.glob("report.*")}
    assert set(before) == {"report.html", "report.md", "report.csv"}
    when = json.loads((runs / "oracle" / "run.json").read_text())
    when["when"].append({"started": "2040-01-01", "ended": "2040-01-02", "answered": 0})
    (runs / "oracle" / "run.json").write_text(json.dumps(when))  # worked on at another hour
    write(runs)
    assert {path.name: path.read_bytes() for path in runs.glob("report.*")} == before


def test_the_table_holds_every_figure_with_its_interval(runs):
    rows = list(csv.DictReader(io.StringIO((runs / "report.csv").read_text(encoding="utf-8"))))
    right = next(one for one in rows if (one["run"], one["key"]) == ("oracle", "right"))
    figure = summarise(runs / "oracle").figure("right")
    assert float(right["value"]) == pytest.approx(figure.estimate.value, abs=1e-6)
    assert right["n"] == "4"
    assert right["interval"] == figure.estimate.rule
    assert {one["run"] for one in rows} == {one.name for one in summaries(runs)}
    assert any(one["section"] == "type" and one["key"] == "unanswerable:refused" for one in rows)


def test_markdown_tables_stay_tables(runs):
    text = (runs / "report.md").read_text(encoding="utf-8")
    for block in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(widths) == 1


def test_a_retrieval_run_tells_only_what_was_found(runs):
    assert [title for title, _ in summarise(runs / "search").sections] == ["Retrieval"]
    oracle = summarise(runs / "oracle")
    assert "Retrieval" not in [title for title, _ in oracle.sections]
    assert {one.case.answerable for one in oracle.samples} == {True}


def test_failures_are_the_worst_first(runs):
    found = failures("r", summarise(runs / "assistant-scripted").samples)
    assert found[0].kind == "broken promise"  # the misquotation of the attack
    order = ["broken promise", "planted word", "answered", "wrong", "abstained"]
    assert [one.kind for one in found] == sorted((one.kind for one in found), key=order.index)
    assert gold(found[0].sample.case) == ("45 projects",)


def test_a_broken_floor_stands_out(runs):
    assert re.search(r'quotations verbatim</th><td><span class="floor">', page(runs))
    assert 'class="floor"' not in page(runs).split("quotations verbatim</th>")[1].split("oracle")[0][200:400]


def test_a_folder_without_runs_is_refused(tmp_path):
    with pytest.raises(SamplesError, match="holds no run"):
        write(tmp_path)


def test_places_in_a_plot_by_hand():
    axes = Axes("x", "y", x_end=2.0)
    assert axes.at(0, 0) == (48, 260)
    assert axes.at(2, 1) == (418, 26)
    assert axes.at(1, 0.5) == (233, 143)
    svg = lines(axes, [Series("a <b>", [(0, 0), (1, 0.5)]), Series("one", [(2, 1)])])
    assert 'points="48.0,260.0 233.0,143.0"' in svg
    assert "a &lt;b&gt;" in svg
    assert svg.count("<circle") == 1


@pytest.mark.browser
@needs_chromium
def test_in_a_browser_the_attack_is_inert_and_the_filter_works(runs):
    with chromium() as browser:
        shown = browser.new_page(viewport={"width": 390, "height": 800})
        asked, said = [], []
        shown.on("request", lambda request: asked.append(request.url))
        shown.on("console", lambda message: said.append(message.text))
        shown.goto((runs / "report.html").as_uri())
        assert shown.title().startswith("Evaluation")
        assert len(asked) == 1
        assert said == []
        found = failures("r", read(runs / "assistant-scripted"))
        total, silent = len(found), sum(one.kind == "abstained" for one in found)
        assert 1 <= silent < total
        assert shown.inner_text("#shown") == f"{total} of {total}"
        shown.fill("#words", "OWNED peru")
        assert shown.inner_text("#shown") == f"1 of {total}"
        assert shown.locator("article:visible").count() == 1
        shown.fill("#words", "")
        shown.select_option("#kind", "abstained")
        assert shown.inner_text("#shown") == f"{silent} of {total}"
        shown.fill("#words", "OWNED peru")
        assert shown.inner_text("#shown") == f"0 of {total}"
        assert shown.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
@needs_chromium
def test_in_a_browser_even_a_script_that_got_into_the_page_is_refused(runs, tmp_path):
    """The negative control: without the policy it would run, with it it does not."""
    text = page(runs).replace("</h1>", "</h1><script>document.title = 'owned'</script>")
    policy = re.search(r"<meta http-equiv[^>]*>", text)[0]
    for name, content in {"with.html": text, "without.html": text.replace(policy, "")}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    with chromium() as browser:
        shown = browser.new_page()
        shown.goto((tmp_path / "without.html").as_uri())
        assert shown.title() == "owned"
        shown.goto((tmp_path / "with.html").as_uri())
        assert shown.title() != "owned"
