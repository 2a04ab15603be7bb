"""The evaluation page with the real models: a suite imported, run, stopped, gone on with, read, compared."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser import FOR_AN_EVALUATION, needs_chromium, seen, seen_in

from whole.program import Program

pytestmark = [pytest.mark.models, pytest.mark.browser, needs_chromium, seen_in("wide-light", "phone-dark")]

QUESTIONS = """id,question,answer,context
q1,How many Vietnamese live in Singapore?,"20,000","About 20,000 Vietnamese live in the city state, Singapore."
q2,How many projects does Indonesia have in Vietnam?,119,"By September 2023 Indonesia counted 119 projects in Vietnam."
q3,Who chairs the builder CC1?,Phan Huu Duy Quoc,"Phan Huu Duy Quoc, who chairs the builder CC1, recalled the aid."
q4,Who won the World Cup in 2022?,,"Air links are growing with trade. A direct route has been announced."
"""  # noqa: E501  the lines of a file
READER = "assistant-qwen2.5-coder-0.5b"  # of the two models the one that is ready sooner


def choose(page: Any, *labels: str) -> None:
    """Tick these programs and models, and no others."""
    group = page.locator("input[name=system], input[name=model]")
    for box in group.all():
        box.set_checked(box.get_attribute("value") in labels)


def test_a_suite_is_run_stopped_gone_on_with_read_and_compared(page: Any, program: Program) -> None:
    name = f"trade-{page.viewport_size['width']}"  # of its own in each look
    page.get_by_role("link", name="Evaluation").click()
    file = {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": QUESTIONS.encode()}
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Import").click()
    seen(page.get_by_text(f"Imported: {name}, 4 questions, 4 articles. It is chosen below."))
    assert page.get_by_role("checkbox", name=name).is_checked()
    choose(page, "best-sentence", "assistant", READER.removeprefix("assistant-"))
    page.get_by_role("button", name="Start").click()

    running = seen(page.get_by_role("region", name=f"Running now: {name}"))
    assert "of 8 questions" in running.inner_text()
    seen(running.get_by_text(re.compile(r"[1-7] of 8 questions · about .+ left")), FOR_AN_EVALUATION)
    assert running.get_by_role("progressbar").get_attribute("max") == "8"
    running.get_by_role("button", name="Stop").click()
    listed = page.get_by_role("article", name=name)
    seen(listed.get_by_text("stopped; it can go on"), FOR_AN_EVALUATION)
    kept = re.findall(r"(\d) of 4 questions", listed.inner_text())
    assert kept
    listed.get_by_role("button", name="Go on").click()
    seen(listed.get_by_text(re.compile("finished|ended by an error|broken off")), FOR_AN_EVALUATION)
    assert "finished" in listed.inner_text()
    told = " ".join(listed.inner_text().split())
    for run in (READER, "best-sentence"):
        assert f"{run} 4 questions" in told
    assert "1 rightly refused" in told[told.index(READER) :]

    listed.get_by_role("link", name="Open the report").click()
    page.wait_for_url("**/evaluation/report?*", timeout=1000 * FOR_AN_EVALUATION)  # it is written now
    seen(page.get_by_role("heading", level=1))
    assert READER in page.inner_text("body")
    page.go_back()

    page.get_by_label("Before").select_option(label=option(page, "best-sentence", name))
    page.get_by_label("After").select_option(label=option(page, READER, name))
    page.get_by_role("button", name="Compare").click()
    seen(page.get_by_text("4 questions, the same in both."))
    changed = seen(page.get_by_role("row").filter(has_text="not answerable: refused"))
    assert "0.0 % 100.0 % +100.0" in " ".join(changed.inner_text().split())


def option(page: Any, run: str, suite: str) -> str:
    """Return what the run of that suite is called in the lists of what may be compared."""
    offered = page.locator("[name=a] option").all_inner_texts()
    return next(one for one in offered if one.startswith(f"{run} · {suite} · "))
