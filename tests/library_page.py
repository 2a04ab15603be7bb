"""The library page for tests: its routes over a real library, without the chat and the guard."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from browser import until
from fake_assistant import FakeAssistant
from fastapi import FastAPI
from fastapi.testclient import TestClient
from index_helpers import ENGLISH, VIETNAMESE

from index import Library
from index.embed import HashEmbedder
from rag.config import Config, LibrarySettings
from rag.web.desk import Desk
from rag.web.library.jobs import Job
from rag.web.library.room import Room
from rag.web.library.routes import PAGE, routes_of
from rag.web.pages.shell import Shell

COURIER = (
    "Date: 2024-03-02\nOutlet: The Courier\n\nFerry line to Tolandra is dearer\n\nA ticket costs 12 USD.\n"
)


def make_library(folder: Path) -> Library:
    """Return a library of three articles: an undated outlet-less one in each language, and the Courier's."""
    news = folder / "news"
    news.mkdir()
    (news / "bridge.txt").write_text(ENGLISH)
    (news / "cau.txt").write_text(VIETNAMESE)
    (news / "ferry.txt").write_text(COURIER)
    library = Library.open(folder / "library", HashEmbedder())
    library.add(news)
    return library


def drop(page: Any, where: str, text: str) -> None:
    """Drop a file of that text, dropped.txt, on a place of the page in the browser."""
    page.evaluate(
        """([where, text]) => {
          const data = new DataTransfer();
          data.items.add(new File([text], "dropped.txt"));
          const target = document.querySelector(where);
          target.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }""",
        [where, text],
    )


class Shown:
    """The page over one library."""

    def __init__(self, client: TestClient, room: Room, library: Library) -> None:
        self.client = client
        self.room = room
        self.library = library

    def get(self, path: str = "", **headers: str) -> str:
        answer = self.client.get(f"/library{path}", headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, status: int = 303, **form: Any) -> str:
        answer = self.client.post(f"/library/{path}", data=form, follow_redirects=False)
        assert answer.status_code == status, answer.text
        return answer.text

    def upload(self, name: str, content: bytes | str) -> Any:
        return self.client.post("/library/upload", params={"name": name}, content=content)

    def job(self) -> Job:
        """Return the last job, once it has ended."""
        until(lambda: self.room.jobs.job and not self.room.jobs.job.alive)
        job = self.room.jobs.job
        assert job
        return job


@contextlib.contextmanager
def showing(library: Library) -> Iterator[Shown]:
    """Serve the page over `library`, within this process."""
    desk = Desk(lambda: FakeAssistant(library=library))
    room = Room(desk, Config(library=LibrarySettings(library.folder)), Shell([PAGE]))
    app = FastAPI()
    app.include_router(routes_of(room))
    desk.start()
    until(lambda: desk.health.state == "ready")
    with TestClient(app) as client:
        yield Shown(client, room, library)
