"""`articles.toml`: of one file it goes over what the file says, of all files under it; also in archives."""

import datetime as dt

import pytest
from golden_documents import zipped
from index_helpers import ENGLISH, VIETNAMESE

from index import Library, readers
from index.embed import HashEmbedder
from index.readers import find_files
from index.records import Skipped

DEFAULT = '[default]\noutlet = "Folder Gazette"\ndate = 2020-01-02\nauthors = ["Desk Person"]\nlang = "en"\n'
BODY = "The bridge over the river was opened on Monday, and it cost four million crowns."


@pytest.fixture
def add(tmp_path):
    """Add files with their sidecar, and return the articles by their names."""
    news = tmp_path / "news"
    news.mkdir()

    def added(files, sidecar=DEFAULT):
        (news / "articles.toml").write_text(sidecar)
        for name, data in files.items():
            (news / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        with Library.open(tmp_path / "library", HashEmbedder(16)) as library:
            done = library.add(news)
            return {one.file: one for one in library.articles()}, done.skipped

    return added


def test_a_default_goes_under_what_files_say(add):
    found, _ = add({
        "front.md": f"---\noutlet: Harbour Times\ndate: 2024-03-04\nauthor: Ann Lee\nlang: en\n---\n\nA bridge\n\n{BODY}\n",  # noqa: E501
        "header.txt": f"Title: A new bridge\nSource: Harbour Times\nDate: 2024-03-04\nAuthor: Ann Lee\n\n{BODY} Once.\n",  # noqa: E501
        "text.txt": f"A third bridge\n\nBy Ann Lee, Harbour Times\n\n4 March 2024\n\n{BODY} Twice.\n\nIt is long.\n\nIt is wide.\n",  # noqa: E501
        "table.csv": f'id,title,text,outlet,date,author\n1,A,"{BODY} Thrice.",Harbour Times,2024-03-04,Ann Lee\n',  # noqa: E501
    })  # fmt: skip
    assert len(found) == 4
    for name, one in found.items():
        assert (one.outlet, one.published, one.authors) == (
            "Harbour Times", dt.date(2024, 3, 4), ("Ann Lee",)
        ), name  # fmt: skip


def test_a_default_counts_where_files_say_nothing(add):
    found, _ = add({
        "a.txt": f"A bridge\n\n{BODY}\n",
        "2021-05-04_b.txt": f"Another bridge\n\n{BODY} Again.\n",
        "c.csv": f'id,title,text,outlet\n1,A third,"{BODY} Thrice.",\n',
    })  # fmt: skip
    assert {one.outlet for one in found.values()} == {"Folder Gazette"}
    assert {one.authors for one in found.values()} == {("Desk Person",)}
    assert found["a.txt"].published == dt.date(2020, 1, 2)
    assert found["c.csv#1"].published == dt.date(2020, 1, 2)
    assert str(found["2021-05-04_b.txt"].dated.date) == "2021-05-04"


def test_what_is_said_of_one_file_goes_over_what_it_says(add):
    said = DEFAULT + '["a.md"]\noutlet = "The Right One"\ndate = 2019-09-09\nauthors = "Bo Ray"\n'
    found, _ = add({"a.md": f"---\noutlet: X\ndate: 2024-03-04\nauthor: Y Z\n---\n\nA\n\n{BODY}\n"}, said)
    one = found["a.md"]
    assert (one.outlet, one.published, one.authors) == ("The Right One", dt.date(2019, 9, 9), ("Bo Ray",))


def test_an_archive_may_hold_its_own_notes(add):
    notes = '[default]\noutlet = "Inner Post"\n["t.csv"]\nfields = {text = "story", title = "head"}\n["a.txt"]\ndate = 2021-05-04\n'  # noqa: E501
    members = {
        "in/a.txt": ENGLISH.encode(),
        "in/articles.toml": notes.encode(),
        "in/t.csv": f'story,head\n"{BODY}",A table\n'.encode(),
        "cau.txt": VIETNAMESE.encode(),
    }
    found, skipped = add({"pack.zip": zipped(members)})
    assert skipped == ()
    assert {name: one.outlet for name, one in found.items()} == {
        "pack.zip#in_a.txt": "Inner Post", "pack.zip#in_t.csv#1": "Inner Post", "pack.zip#cau.txt": "Folder Gazette"  # noqa: E501
    }  # fmt: skip
    assert found["pack.zip#in_a.txt"].published == dt.date(2021, 5, 4)
    assert found["pack.zip#in_t.csv#1"].title == "A table"


@pytest.mark.parametrize(
    ("notes", "reason"),
    [(b"title =", "not valid TOML"), (b"\xff", "not valid TOML"), (b'["b.txt"]\ntitle = "x"', "did you mean 'a.txt'?")],  # noqa: E501
)  # fmt: skip
def test_wrong_notes_in_an_archive_are_reported_and_its_members_read(tmp_path, notes, reason):
    (tmp_path / "a.zip").write_bytes(zipped({"in/articles.toml": notes, "in/a.txt": ENGLISH.encode()}))
    problem, one = readers.read(tmp_path / "a.zip")
    assert (problem.part, one.part) == ("in/articles.toml", "in/a.txt")
    assert reason in problem.reason


def test_links_out_of_a_folder_are_skipped_and_those_within_or_given_are_followed(tmp_path):
    news = tmp_path / "news"
    (news / "sub").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text(ENGLISH)
    (tmp_path / "news-too").mkdir()
    (tmp_path / "news-too" / "b.txt").write_text(ENGLISH)
    (news / "a.txt").write_text(ENGLISH)
    (news / "sub" / "within.txt").symlink_to(news / "a.txt")
    (news / "out.txt").symlink_to(tmp_path / "secret.txt")
    (news / "near.txt").symlink_to("../news-too/b.txt")
    (news / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    found = list(find_files([news]))
    skipped = {one.path: one.reason for one in found if isinstance(one, Skipped)}
    assert set(skipped) == {str(news / name) for name in ("out.txt", "near.txt", "gone.txt")}
    assert all(one.startswith("a symbolic link out of the folder") for one in skipped.values())
    assert [one.name for one in found if not isinstance(one, Skipped)] == ["a.txt", "within.txt"]
    assert list(find_files([news / "out.txt"])) == [news / "out.txt"]
    (tmp_path / "link").symlink_to(news)
    assert tmp_path / "link" / "sub" / "within.txt" in list(find_files([tmp_path / "link"]))
