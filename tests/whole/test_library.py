"""The library page over the real embedding model: files are sent, found, corrected, removed, checked."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import FOR_AN_ANSWER, looked_at, needs_chromium, seen, seen_in
from library_page import drop

from whole.program import ARTICLES, REPRINT, Program, corpus_file

pytestmark = [pytest.mark.models, pytest.mark.browser, needs_chromium, seen_in("wide-light", "phone-dark")]

PARKS = "Eighteen industrial parks tell the story of Vietnam and Singapore"
NEW = "Indonesia joins Vietnam's widening inner circle"
ADDED = "Vốn Indonesia vào Việt Nam gấp nhiều lần chiều ngược lại"  # vi-02
HELD = len(ARTICLES) + 1  # with the reprint


@pytest.fixture
def shelves(browser: Any, program: Program, look: dict[str, Any]) -> Iterator[Any]:
    """The library page, reached from the chat."""
    with looked_at(browser, program, look) as page:
        page.get_by_role("link", name="Library").click()
        ready(page)
        yield page


def row(page: Any, title: str) -> Any:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=title, exact=True))


def ready(page: Any) -> None:
    """Wait until the script is there, which takes what is chosen and dropped."""
    seen(page.locator("#drop"))


def held(page: Any) -> int:
    """Return how many articles the page says there are."""
    return int(page.inner_text("#summary").split()[0])


def done(page: Any, job: str) -> str:
    """Wait for the end of that job and return what is told of it."""
    return seen(page.locator(f".job[data-say='{job}: Done']"), FOR_AN_ANSWER).inner_text()


def close(page: Any) -> None:
    """Close what is told of the job; the page is loaded anew."""
    page.locator(".job").get_by_role("button", name="Close").click()
    page.locator(".job").wait_for(state="detached")
    ready(page)


def remove(page: Any, *titles: str) -> None:
    for title in titles:
        page.get_by_role("checkbox", name=f"Choose {title}").check()
    page.get_by_role("button", name="Remove the chosen ones").click()
    seen(page.get_by_text(f"{HELD} articles,"))


def choice(folder: Path) -> Path:
    """Make a folder with an article, a file of no kind that is read, and one that is broken."""
    folder /= "choice"
    folder.mkdir()
    shutil.copy(corpus_file("vi-02"), folder)
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\n")
    return folder


def test_files_come_in_are_found_by_meaning_corrected_and_removed(shelves: Any, tmp_path: Path) -> None:
    page = shelves
    page.evaluate(
        """() => { window.sent = []; new MutationObserver(() => sent.push(
          document.getElementById("sending-name").textContent,
          document.getElementById("sending-count").textContent)
        ).observe(document.getElementById("sending"), {childList: true, subtree: true}); }"""
    )
    page.set_input_files("#folder", choice(tmp_path))
    told = done(page, "Adding articles")
    sent = page.evaluate("window.sent")
    assert {f"choice/{corpus_file('vi-02').name}", "choice/broken.pdf", "2 of 2 files sent"} <= set(sent)
    assert "1 added, 0 updated, 0 unchanged, 1 skipped." in told
    assert re.search(r"choice/broken\.pdf \w+", told)
    assert "photo.jpg .jpg files are not read" in page.inner_text("#unsent")
    close(page)
    body = corpus_file("en-05").read_text("utf-8").split("---\n")[2].strip()
    drop(page, "#drop", f"{NEW}\n\n{body}")
    assert "1 added" in done(page, "Adding articles")
    close(page)
    seen(page.get_by_text(f"{HELD + 2} articles,"))

    page.get_by_role("link", name=NEW, exact=True).click()
    page.get_by_text("Correct", exact=True).click()
    page.get_by_label("Date (").fill("2025-03-11")
    page.get_by_label("Outlet").fill("The Demonstration Review")
    page.get_by_role("button", name="Save").click()
    seen(page.get_by_text("corrected by hand"))
    page.get_by_role("link", name="Back to the library").click()
    assert re.search(r"corrected.*The Demonstration Review.*11 March 2025", row(page, NEW).inner_text(), re.S)

    page.get_by_label("Search in the articles").fill("Which country became the eleventh close partner?")
    page.get_by_role("button", name="Search").click()
    hit = seen(page.locator(".hits li").filter(has_text="Indonesia is the eleventh country in the club."))
    assert re.search(r"Found by: words .*country.*; meaning 0\.\d\d", hit.inner_text())
    hit.get_by_role("link", name=NEW).click()
    seen(page.locator("mark.sought").first)
    passage = page.locator("mark.sought")
    assert "Indonesia is the eleventh country in the club." in " ".join(passage.all_inner_texts())
    assert 0 <= passage.first.bounding_box()["y"] < page.viewport_size["height"]

    page.get_by_role("link", name="Back to the library").click()
    remove(page, NEW, ADDED)
    page.get_by_role("button", name="Undo").click()
    seen(page.get_by_text(f"{HELD + 2} articles,"))
    assert "11 March 2025" in row(page, NEW).inner_text()
    remove(page, NEW, ADDED)  # the library is as it was
    page.get_by_role("button", name="Forget for good").click()
    page.get_by_role("button", name="Undo").wait_for(state="detached")


def test_what_two_outlets_printed_is_told_to_be_one_story(shelves: Any) -> None:
    both = row(shelves, PARKS)
    assert both.count() == 2
    assert both.locator(".tag").all_inner_texts() == ["1 near-copy"] * 2
    both.filter(has_text="Demonstration Wire").get_by_role("link").click()
    seen(shelves.get_by_role("heading", name="Near-copies of this article"))
    copies = shelves.get_by_role("listitem").filter(has_text=REPRINT)
    copies.get_by_role("link", name=PARKS).click()
    seen(shelves.locator(".about").get_by_text(REPRINT))


def test_the_archive_over_time_and_the_disk_that_it_takes_are_shown(shelves: Any, program: Program) -> None:
    picture = shelves.get_by_role("img", name="Articles a month, by outlet, January 2024 – December 2025")
    assert seen(picture).locator("rect").count() >= 5
    legend = shelves.locator(".legend li").all_inner_texts()
    assert {"Demonstration Wire", "Demonstration Business Daily", REPRINT} <= set(legend)
    shelves.get_by_text("The same as a table").click()
    table = shelves.get_by_role("region", name="The same as a table")
    counts = [int(one) for one in seen(table).locator("td").all_inner_texts()]
    assert sum(counts) == held(shelves)
    said = re.search(r"([\d.]+) MB on disk", shelves.inner_text("#summary"))
    assert said
    taken = sum(one.stat().st_size for one in program.library.rglob("*") if one.is_file())
    assert float(said[1]) == pytest.approx(taken / 1e6, rel=0.2)


@pytest.mark.clock  # progress is on the page for about a second: a browser with little of a core misses it
def test_everything_is_checked_and_made_anew_with_progress(shelves: Any) -> None:
    every = held(shelves)
    for button, job, said in (
        ("Check everything", "Checking the library", "The library is sound."),
        ("Make the index anew", "Making the index anew", "Done."),
        ("Compute all meaning anew", "Computing all meaning anew", "Done."),
    ):
        shelves.get_by_role("button", name=button).click()
        if job == "Computing all meaning anew":  # the others end before anything could be seen of them
            seen(shelves.locator(f".job[data-stage=vectors] progress[max='{every}']"))
            assert re.search(rf"\d of {every}\b", shelves.inner_text("#job"))
        assert said in done(shelves, job)
        close(shelves)
