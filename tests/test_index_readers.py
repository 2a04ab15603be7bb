import contextlib
import os
import time
import unicodedata

import pytest
from index_helpers import ENGLISH, VIETNAMESE, to_cp1258

from index import Library, readers
from index.embed import HashEmbedder
from index.errors import BadArticle
from index.readers import find_files
from index.records import Skipped


def only(path):
    """The one article of a file."""
    (source,) = readers.read(path)
    return source


@pytest.mark.parametrize(
    "data",
    [
        VIETNAMESE.encode(),
        b"\xef\xbb\xbf" + VIETNAMESE.encode(),
        VIETNAMESE.encode("utf-16"),
        VIETNAMESE.encode("utf-16-le"),
        VIETNAMESE.encode("utf-16-be"),
        VIETNAMESE.encode("utf-32"),
        to_cp1258(VIETNAMESE),
        unicodedata.normalize("NFD", VIETNAMESE).encode(),
        VIETNAMESE.replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1258", "nfd", "crlf"],
)
def test_every_encoding_gives_the_same_text(tmp_path, data):
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    assert only(path).text == VIETNAMESE


def test_the_windows_1258_fixture_is_not_utf8():
    with pytest.raises(UnicodeDecodeError):
        to_cp1258(VIETNAMESE).decode("utf-8")


def test_western_text_keeps_its_letters(tmp_path):
    text = "The café in Orléans was reopened in May, and its owner, Zoë Müller, was there. " * 8
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode("cp1252"))
    assert only(path).text == text


def test_one_broken_byte_does_not_make_another_language_of_it(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(VIETNAMESE.encode() + b"\xff")
    assert only(path).text == VIETNAMESE + "\N{REPLACEMENT CHARACTER}"


BAD = {
    "empty.txt": (b"", "empty"),
    "spaces.txt": (b" \n\t\r\n ", "empty"),
    "bom.txt": (b"\xef\xbb\xbf", "empty"),
    "nuls.txt": (b"\x00" * 500, "empty"),
    "binary.txt": (bytes(range(256)) * 20, "binary"),
    "elf.md": (b"\x7fELF\x02\x01\x01" + b"\x00" * 9 + os.urandom(3000), "binary"),
    "numbers.txt": (b"1 2 3 4 5 6 7 8 9 10\n" * 30, "no article text"),
    "picture.txt": (b"![](a.png) |\nLatest\n![]() |\n", "no article text"),
    "notes.doc": (b"PK\x03\x04", ".doc files are not read"),
    "notes.docx": (b"PK\x03\x04", "damaged or not a zip container"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_says_why_and_the_rest_goes_in(tmp_path, name):
    data, reason = BAD[name]
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.txt").write_text(ENGLISH)
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        done = library.add([tmp_path / name, tmp_path / "good.txt"])
    assert done.added == 1
    assert [one.path for one in done.skipped] == [str(tmp_path / name)]
    assert reason in done.skipped[0].reason


@pytest.mark.clock
def test_fifty_megabytes_in_one_line_are_refused_at_once(tmp_path):
    path = tmp_path / "big.txt"
    path.write_bytes(b"word " * 10_000_000)
    started = time.monotonic()
    with pytest.raises(BadArticle, match=r"too large: 50\.0 MB, the limit is 2 MB"):
        readers.read(path)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("text", ["word " * 390_000, "x" * 1_990_000, '" _/. ' * 330_000 + "end"])
def test_the_largest_line_that_is_read_does_not_hang(tmp_path, text):
    from index import article

    started = time.monotonic()
    with contextlib.suppress(BadArticle):
        article.of_text(text, tmp_path / "a.txt")
    assert time.monotonic() - started < 20


def test_pipes_and_dangling_links_are_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    for name, reason in (("pipe.txt", "not a regular file"), ("gone.txt", "cannot be read")):
        with pytest.raises(BadArticle, match=reason):
            readers.read(tmp_path / name)


def test_folders_are_walked_in_order_without_loops_or_hidden_files(tmp_path):
    for name in ("b/2.txt", "b/10.md", "a.txt", ".hidden.txt", ".git/x.txt", "c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(ENGLISH)
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    found = list(find_files([tmp_path]))
    names = [str(one.relative_to(tmp_path)) for one in found if not isinstance(one, Skipped)]
    assert names == ["a.txt", "b/10.md", "b/2.txt"]
    assert [one.reason.split(";")[0] for one in found if isinstance(one, Skipped)] == [
        ".png files are not read"
    ]


def test_a_folder_of_nothing_and_a_missing_one_have_reasons(tmp_path):
    (tmp_path / "void").mkdir()
    reasons = [one.reason for one in find_files([tmp_path / "void", tmp_path / "missing"])]
    assert reasons[0].startswith("nothing to index here")
    assert reasons[1] == "no such file or folder"


def test_front_matter_is_metadata(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(
        '---\ntitle: "A bridge, opened"\ndate: 2021-05-04\nsource: Harbour Times\nlang: en\ntags: [x]\n---\n'
        "# A bridge, opened\n\nThe **third** bridge was [opened](http://x.example) *today*.\n\n## Costs\n\n- one\n"  # noqa: E501
    )
    source = only(path)
    assert source.meta == {
        "title": "A bridge, opened", "date": "2021-05-04", "outlet": "Harbour Times", "lang": "en"
    }  # fmt: skip
    assert "The third bridge was opened today." in source.text
    assert "# Costs" not in source.text.split("\n")[0]


def test_a_header_of_a_text_file_is_metadata_and_a_sentence_is_not(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Title: A bridge\nDate: 4 May 2021\nOutlet: Harbour Times\n\nThe bridge is open.\n")
    assert only(path).meta == {"title": "A bridge", "date": "4 May 2021", "outlet": "Harbour Times"}
    path.write_text("Source: the river rises in the hills.\nIt ends in the sea.\n")
    assert only(path).meta == {}
