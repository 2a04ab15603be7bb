"""Takes the pictures of docs/ anew: PYTHONPATH=. python tests/screenshots.py [FOLDER]

They show invented articles and, on the phone, a demonstration article with an answer as it is given.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from browser import ask, chromium, opened, serving, until
from fake_assistant import AIM, ANSWERED, TALKS, VISIT, FakeAssistant, FakeLibrary, cited

from index import Library, article, readers
from index.embed import HashEmbedder
from rag.answer import Answer, Claim, Timings

ROOT = Path(__file__).parent.parent
SINGAPORE = ROOT / "eval" / "corpus" / "vi-03-singapore-2025.md"


def main(folder: Path) -> None:
    """Write chat-wide.png, chat-dark.png, chat-phone.png and library.png into `folder`."""
    parks, answer = _parks()
    library = FakeLibrary([VISIT, AIM, TALKS, parks])

    def script(question: str) -> Answer:
        return answer if question == answer.question else ANSWERED

    with serving(FakeAssistant(script, library=library)) as served, chromium() as browser:
        with opened(browser, served, 1440, 900) as page:
            ask(page, ANSWERED.question)
            page.wait_for_selector("#live .turn.done")
            page.click("#t1-r1")
            page.wait_for_selector("#reader mark.sought")
            page.mouse.move(0, 0)
            page.screenshot(path=folder / "chat-wide.png")
        with opened(browser, served, 1280, 860, color_scheme="dark") as page:
            ask(page, ANSWERED.question)
            page.wait_for_selector("#live .turn.done")
            page.screenshot(path=folder / "chat-dark.png")
        with opened(browser, served, 390, 844) as page:
            served.assistant.sources = (
                *answer.citations,
                cited(2, parks, "Hiện có 18 khu tại 13 tỉnh, thành phố."),
            )
            ask(page, answer.question)
            page.wait_for_selector("#live .turn.done")
            page.screenshot(path=folder / "chat-phone.png")

    with tempfile.TemporaryDirectory() as place, Library.open(place, HashEmbedder()) as demonstration:
        demonstration.add(SINGAPORE.parent)
        with serving(FakeAssistant(library=demonstration)) as served, chromium() as browser:
            until(lambda: served.desk.health.state == "ready")
            page = browser.new_page(viewport={"width": 1280, "height": 1180})
            page.goto(f"{served.url}/library")
            page.screenshot(path=folder / "library.png")


def _parks() -> tuple[article.Article, Answer]:
    """Return a demonstration article and the answer that the assistant gives from it."""
    parks = article.of_source(readers.read(SINGAPORE)[0], SINGAPORE)
    words = "Các khu này thu hút trên 18,7 tỷ USD và tạo việc làm cho hơn 300.000 người."
    return parks, Answer(
        question="Bao nhiêu người có việc làm nhờ các khu VSIP?",
        status="answered",
        answer=f"{words} [1]",
        short="300.000 người",
        claims=(Claim(f"{words} [1]", True, (1,)),),
        citations=(cited(1, parks, words),),
        confidence=0.9,
        model=ANSWERED.model,
        timings=Timings(0.1, 2.0, 10.6),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
