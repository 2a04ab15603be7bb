"""Search and articles over HTTP: to the letter what the command line prints, with a real library."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from api_helpers import get, post
from browser import Served, serving, until
from click.testing import CliRunner
from fake_assistant import FakeAssistant
from index_helpers import ENGLISH, VIETNAMESE

from index import Library
from index.embed import HashEmbedder
from rag.cli import base as cli_base
from rag.cli.main import rag
from rag.web.security import harden_environment

harden_environment()
FEED = {
    "id": "a#1",
    "title": "Fish exports rise",
    "date": "2022-06-01",
    "outlet": "Sea Times",
    "text": "Norway sold fish.",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    place = tmp_path_factory.mktemp("api")
    news = place / "news"
    news.mkdir()
    (news / "bridge.txt").write_text(ENGLISH)
    (news / "cầu.txt").write_text(VIETNAMESE)
    (news / "feed.jsonl").write_text(json.dumps(FEED) + "\n")
    with Library.open(place / "library", HashEmbedder()) as one:
        assert one.add([news]).articles == 3
        yield one


@pytest.fixture(scope="module")
def served(library: Library) -> Iterator[Served]:
    with serving(FakeAssistant(library=library)) as one:
        until(lambda: one.desk.health.state == "ready")
        yield one


@pytest.fixture
def told(library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """What the command line prints with --json for the same library."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        cli_base, "open_library", lambda *_, **__: Library.open(library.folder, HashEmbedder())
    )

    def run(*args: str) -> Any:
        done = CliRunner().invoke(rag, [*args, "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return run


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ([], {}),
        (["-k", "2"], {"k": 2}),
        (["--lang", "vi"], {"lang": "vi"}),
        (["--outlet", "Sea Times"], {"outlet": "sea times"}),
        (["--since", "2022-01-01", "--until", "2022-12-31"], {"since": "2022-01-01", "until": "2022-12-31"}),
        (["--until", "2021-01-01"], {"until": "2021-01-01"}),
        (["--since", "2022"], {"since": "2022"}),
        (["--since", "2022-06", "--until", "2022-06"], {"since": "2022-06", "until": "2022-06"}),
        (["--until", "2022"], {"until": "2022"}),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_a_search_gives_what_rag_search_prints(
    served: Served, told: Any, options: list[str], body: dict[str, Any]
) -> None:
    words = "cost of the bridge, fish"
    got = post(served, "/v1/search", {"query": words, **body})
    wanted = told("search", words, *options)
    assert got.status == 200
    assert list(got.json) == list(wanted) == ["hits", "relevant", "seconds"]
    assert got.json["hits"] == wanted["hits"]
    assert bool(wanted["hits"]) is ("2021-01-01" not in options)


def test_filters_may_stand_in_the_words_and_must_not_contradict(served: Served) -> None:
    found = post(served, "/v1/search", {"query": "lang:vi cầu"}).json["hits"]
    assert {hit["lang"] for hit in found} == {"vi"}
    for query in ("since:never bridge", "lang:vi bridge"):
        refused = post(served, "/v1/search", {"query": query, "lang": "en"})
        assert refused.status == 400
        assert query.split()[0].split(":")[0] in refused.error["message"]


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ({"since": "2022-06"}, True),
        ({"since": "2022-07"}, False),
        ({"since": "2022"}, True),
        ({"since": "2023"}, False),
        ({"until": "2022-06"}, True),
        ({"until": "2022-05"}, False),
        ({"until": "2022"}, True),
        ({"until": "2021"}, False),
    ],
    ids=str,
)
def test_a_month_or_a_year_is_meant_whole(served: Served, bounds: dict[str, str], found: bool) -> None:
    hits = post(served, "/v1/search", {"query": "fish exports", **bounds}).json["hits"]
    assert ("2022-06-01" in {hit["published"] for hit in hits}) is found


def test_an_outlet_that_no_article_is_of_is_told(served: Served) -> None:
    wrong = post(served, "/v1/search", {"query": "fish", "outlet": "Sea Time"}).json
    assert wrong["note"] == 'No article is of the outlet "Sea Time"; did you mean "Sea Times"?'
    assert wrong["hits"] == []
    written = post(served, "/v1/search", {"query": "outlet:nobody fish"}).json
    assert written["note"] == 'No article is of the outlet "nobody".'
    right = post(served, "/v1/search", {"query": "fish", "outlet": "sea times", "since": "2023"}).json
    assert list(right) == ["hits", "relevant", "seconds"]


def test_the_list_gives_what_rag_list_prints_also_page_by_page(served: Served, told: Any) -> None:
    wanted = told("list")["articles"]
    assert get(served, "/v1/articles").json == {"articles": wanted, "total": 3}
    pages = [get(served, f"/v1/articles?limit=2&offset={n}").json for n in (0, 2, 4)]
    assert [len(page["articles"]) for page in pages] == [2, 1, 0]
    assert [one for page in pages for one in page["articles"]] == wanted
    assert {page["total"] for page in pages} == {3}


def test_an_article_is_what_rag_show_prints_by_every_name_it_has_but_not_where_it_lies(
    served: Served, told: Any
) -> None:
    for about in told("list")["articles"]:
        shown = told("show", about["id"])
        wanted = {**shown, "path": about["file"]}
        assert shown["path"].endswith(f"/{about['file']}")  # there is something to keep back
        for name in (about["id"], about["id"][:8], about["file"], shown["path"]):
            got = get(served, "/v1/articles/" + quote(name, safe=""))
            assert (got.status, got.json) == (200, wanted), name


@pytest.mark.parametrize("name", ["none", "", "%00", "%FF", "a/../b", "%F0%9F%98%80", "x" * 5000])
def test_an_article_that_is_not_there_is_not_found(served: Served, library: Library, name: str) -> None:
    got = get(served, f"/v1/articles/{name}")
    assert (got.status, got.error["code"]) == (404, "article_not_found")
    assert str(library.folder) not in got.error["message"]
    whole = len(name) < 1000  # messages of errors have an end
    assert got.error["message"].endswith("; what there is: GET /v1/articles") is whole
