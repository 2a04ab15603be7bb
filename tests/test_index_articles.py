"""The five articles that lie beside the project: what must be known of each."""

import datetime as dt

import pytest
from index_helpers import ARTICLES

from index import Library
from index.embed import HashEmbedder
from index.text import layout, passages

pytestmark = [
    pytest.mark.articles,
    pytest.mark.skipif(not ARTICLES.is_dir(), reason=f"no articles in {ARTICLES}"),
]
EXPECTED = {
    "000": ("Vietnam - Indonesia: Driving ASEAN’s Growth in Digital and Green Era", "Vietnam Business Forum", "en",  # noqa: E501
            dt.date(2025, 12, 17), "2025-12-17"),
    "001": ("General Secretary’s visit to open up new areas of cooperation between Vietnam, Indonesia, Singapore, and "  # noqa: E501
            "ASEAN: Deputy Minister", None, "en", None, "2025-02-26"),
    "002": ("Vietnam Raises Indonesia to Highest Diplomatic Tier, Singapore to Follow", "The Diplomat", "en", None,  # noqa: E501
            "2025-03"),
    "003": ("Việt Nam - Indonesia phấn đấu tăng kim ngạch thương mại lên 15 tỷ USD", None, "vi", None, "2024-01-12"),  # noqa: E501
    "004": ("Vietnam - Japan Forum 2025: New Cooperation Opportunities in an Era of Global Turmoil", None, "en", None,  # noqa: E501
            "2025"),
}  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    with Library.open(tmp_path_factory.mktemp("library"), HashEmbedder()) as library:
        assert library.add([ARTICLES]).added == 5
        yield library


@pytest.mark.parametrize("name", EXPECTED)
def test_metadata(library, name):
    one = next(one for one in library.articles() if one.file.startswith(name))
    assert (one.title, one.outlet, one.lang, one.published, one.dated.label()) == EXPECTED[name]


def test_again_nothing_changes(library):
    before = library.digest
    done = library.add([ARTICLES])
    assert (done.added, done.updated, done.unchanged, done.skipped) == (0, 0, 5, ())
    assert library.digest == before


@pytest.mark.parametrize("name", EXPECTED)
def test_they_read_like_articles(library, name):
    one = next(one for one in library.articles() if one.file.startswith(name))
    for trace in ("![", "|", "_", "Latest", "Recent Features", "jobs board", " ,", " .", "  "):
        assert trace not in one.text
    assert one.title not in one.text.split("\n\n")


def test_no_fact_is_lost(library):
    """Every number of the files is in a title, an article or its date."""
    import re

    for one in library.articles():
        raw = (ARTICLES / one.file).read_text("utf-8")
        kept = f"{one.title} {one.text} {'12:37:37 PM | 12/17/2025' if one.published else ''}"
        assert sorted(re.findall(r"\d+", raw)) == sorted(re.findall(r"\d+", kept))


def test_every_body_sentence_is_in_a_passage(library):
    for one in library.articles():
        found = passages.split(one)
        covered = {at for part in found for at in range(part.start, part.end)}
        for block in one.blocks:
            if block.kind not in ("heading", "question") and not layout.is_credit(
                one.text[block.start : block.end]
            ):
                assert all(at in covered or one.text[at].isspace() for at in range(block.start, block.end))


def test_the_four_directions_are_one_passage(library):
    one = next(one for one in library.articles() if one.file.startswith("004"))
    assert any("four new cooperation directions" in part.text and "4. High-Quality" in part.text
               for part in passages.split(one))  # fmt: skip
