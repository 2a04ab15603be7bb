"""The report's page in a browser: wide, narrow, dark, printed; its filter; and an attack that stays inert."""

import collections
import re

import pytest
from browser import chromium, needs_chromium
from report_world import make_runs, make_runs_on_two_suites

from eval.figures.abstention import Bin, Point
from eval.report.failures import failures
from eval.report.pages import write
from eval.report.plots import DASHES, FEW, Axes, Series, bar, calibration, latency, lines, risk_coverage
from eval.samples import read

PAPER = 1030  # CSS pixels across A4 on its side, margins taken off


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = make_runs(tmp_path_factory.mktemp("report"))
    write(folder)
    return folder


def test_places_in_a_plot_by_hand():
    axes = Axes("x", "y", x_end=2.0)
    assert axes.at(0, 0) == (48, 260)
    assert axes.at(2, 1) == (418, 26)
    assert axes.at(1, 0.5) == (233, 143)
    svg = lines(axes, [Series("a <b>", [(0, 0), (1, 0.5)]), Series("one", [(2, 1)]), Series("none", [])])
    assert 'points="48.0,260.0 233.0,143.0"' in svg
    assert "a &lt;b&gt;" in svg
    assert svg.count("<circle") == 1
    assert "none" not in svg


def test_places_on_a_logarithmic_axis_by_hand():
    axes = Axes("x", "y", x_end=100.0, x_start=1.0)
    assert (axes.at(1, 0)[0], axes.at(10, 0)[0], axes.at(100, 0)[0]) == (48, 233, 418)
    assert axes.at(0, 0) == axes.at(1, 0)  # what is below the scale is put at its start
    assert axes.steps() == [(1.0, "1"), (10.0, "10"), (100.0, "100")]
    svg = latency([("a", [20.0, 0.0, 2.0]), ("nothing", [])])
    assert 'points="48.0,260.0 48.0,182.0 ' in svg
    assert "nothing" not in svg
    assert latency([("nothing", [])]) == ""


def test_series_stay_apart_when_there_are_more_than_colours():
    series = [Series(f"run {n}", [(0, 0), (1, 1)]) for n in range(3 * len(DASHES))]
    kinds = re.findall(r'<polyline class="(s\d+)"( stroke-dasharray="[^"]*")?', lines(Axes("x", "y"), series))
    assert len(set(kinds)) == len(series)


def test_few_answers_are_not_drawn_and_the_last_point_is_marked():
    points = [Point(n / 10, 0.5, 0.9) for n in range(1, 9)]
    svg = risk_coverage([("a", 10, points), ("short", 10, points[: FEW - 1])])
    [first] = re.findall(r'points="([^"]*)"', svg)
    assert len(first.split()) == 4  # from the fifth answer
    assert svg.count("<circle") == 1
    assert "short" not in svg
    assert risk_coverage([("short", 10, points[: FEW - 1])]) == ""


def test_a_bin_shows_how_sure_it_is():
    svg = calibration(9, "a", [Bin(0.8, 0.9, 10, 0.85, 0.8)])
    low, high = re.search(r'class="s1" x1="\S+" y1="(\S+)" x2="\S+" y2="(\S+)"', svg).groups()
    axes = Axes("", "", size=(260, 230))
    assert (float(low), float(high)) == (axes.at(0, 0.4902)[1], axes.at(0, 0.9433)[1])  # Wilson's of 8 in 10
    assert "10 answers, confidence 0.85, 80 % right" in svg


def test_a_bar_is_divided_by_its_shares():
    svg = bar([("right", 0.25), ("wrong", 0.0), ("abstained", 0.75)])
    assert re.findall(r'class="(\w+)" x="(\S+)" width="(\S+)"', svg) == [
        ("right", "0.0", "25.0"),
        ("abstained", "25.0", "75.0"),
    ]
    assert 'aria-label="right 25 %, wrong 0 %, abstained 75 %"' in svg


def brightness(colour):
    """Return the relative luminance of "#rrggbb" (WCAG 2.2)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    bright, dim = sorted((brightness(a), brightness(b)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_colours_can_be_read_on_light_and_on_dark(runs):
    """WCAG 2.2: 4.5 for text, 3 for what is drawn."""
    style = (runs / "report.html").read_text(encoding="utf-8").partition("</style>")[0]
    themes = [
        dict(re.findall(r"--(\w+): (#\w{6})", block)) for block in re.findall(r":root \{.*?\}", style, re.S)
    ]
    assert len(themes) == 2
    for theme in themes:
        for ground in ("paper", "card"):
            for text in ("ink", "soft", "bad", "warn"):
                assert contrast(theme[text], theme[ground]) >= 4.5, (text, ground)
        for drawn in [f"s{n}" for n in range(len(DASHES))] + ["right", "wrong"]:
            assert contrast(theme[drawn], theme["paper"]) >= 3, drawn


@pytest.mark.browser
@needs_chromium
def test_in_a_browser_the_attack_is_inert_and_the_filter_works(runs):
    found = failures("r", read(runs / "assistant-scripted"))
    kinds = collections.Counter(one.kind for one in found)
    types = collections.Counter(one.sample.case.type for one in found)
    total = len(found)
    with chromium() as browser:
        shown = browser.new_page(viewport={"width": 390, "height": 800})
        asked, said = [], []
        shown.on("request", lambda request: asked.append(request.url))
        shown.on("console", lambda message: said.append(message.text))
        shown.goto((runs / "report.html").as_uri())
        assert shown.title().startswith("Evaluation")
        assert len(asked) == 1
        assert said == []

        def count(**picks):
            for name in ("suite", "type", "language", "verdict", "run"):
                shown.select_option(f"#{name}", picks.get(name, ""))
            shown.fill("#words", picks.get("words", ""))
            number, _, of = shown.inner_text("#shown").partition(" of ")
            assert of == str(total)
            assert shown.locator("article:visible").count() == int(number)
            return int(number)

        assert 1 <= kinds["abstained"] < total
        assert count() == total
        assert count(words="OWNED peru") == 1
        assert count(verdict="abstained") == kinds["abstained"]
        assert count(verdict="abstained", words="OWNED peru") == 0
        for name, number in types.items():
            assert count(type=name) == number
        assert count(language="en") == total  # the questions, whatever the language of the articles
        assert count(suite="world", run="assistant-scripted") == total
        shown.press("#words", "Enter")
        assert len(asked) == 1  # nothing is sent anywhere


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize("make", [make_runs, make_runs_on_two_suites])
def test_in_a_browser_it_fits_a_phone_a_screen_and_paper(make, tmp_path):
    folder = make(tmp_path)
    write(folder)
    with chromium() as browser:
        shown = browser.new_page()
        shown.goto((folder / "report.html").as_uri())
        for width, medium in ((390, "screen"), (1440, "screen"), (PAPER, "print")):
            shown.set_viewport_size({"width": width, "height": 900})
            shown.emulate_media(media=medium)
            assert shown.evaluate("document.documentElement.scrollWidth") <= width
            cut = "e => e.filter(one => one.scrollWidth > one.clientWidth).length"
            assert shown.eval_on_selector_all(".wide", cut) == 0  # no table has to be moved sideways
            assert shown.locator("#controls").is_visible() == (medium == "screen")
            assert shown.locator("nav").is_visible() == (medium == "screen")
        assert shown.locator("#headline ~ .wide").first.is_visible()


@pytest.mark.browser
@needs_chromium
def test_in_a_browser_paper_gets_the_first_failures_or_those_that_were_chosen(runs, tmp_path):
    text = (runs / "report.html").read_text(encoding="utf-8")
    (tmp_path / "late.html").write_text(text.replace("<article data", '<article class="later" data'), "utf-8")
    with chromium() as browser:
        shown = browser.new_page()
        shown.goto((tmp_path / "late.html").as_uri())
        cards = shown.locator("article:visible")
        assert cards.count() > 1
        shown.emulate_media(media="print")
        assert cards.count() == 0
        assert shown.locator(".onpaper").is_visible()
        shown.emulate_media(media="screen")
        shown.fill("#words", "owned")
        shown.emulate_media(media="print")
        assert cards.count() == 1


@pytest.mark.browser
@needs_chromium
def test_in_a_browser_even_a_script_that_got_into_the_page_is_refused(runs, tmp_path):
    """The negative control: without the policy it would run, with it it does not."""
    text = (runs / "report.html").read_text(encoding="utf-8")
    text = text.replace("</h1>", "</h1><script>document.title = 'owned'</script>")
    policy = re.search(r"<meta http-equiv[^>]*>", text)[0]
    for name, content in {"with.html": text, "without.html": text.replace(policy, "")}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    with chromium() as browser:
        shown = browser.new_page()
        shown.goto((tmp_path / "without.html").as_uri())
        assert shown.title() == "owned"
        shown.goto((tmp_path / "with.html").as_uri())
        assert shown.title() != "owned"
