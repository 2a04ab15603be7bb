import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_helpers import ENGLISH, VIETNAMESE

from index import article
from index.records import Block
from index.text import passages, sentences
from index.text.words import words


@pytest.mark.parametrize(
    "parts",
    [
        ["Trade rose to 16.7 billion USD.", "It was 8.2 billion in 2020."],
        ["Mr. Smith met Dr. J. K. Reed in the U.S. capital.", "They spoke."],
        ["The U.S. is large.", "So is China."],
        ["He left the U.S. The plane was late."[:16], "The plane was late."],
        ["“We agreed. ", "We want more,” he said.", "Both left."],
        ["It was signed at 9 a.m. on May 3.", "Nobody slept."],
        ["Vinfast Co. Ltd. was there.", "The city paid."],
        ["Ông nói: “Tốt!”.", "Sau đó ông về."],
        ["UBND TP.HCM và TP. Huế họp với PGS.TS. Nguyễn Văn An.", "Cuộc họp kéo dài 1,5 giờ."],
        ["Vốn là 1.200 tỷ đồng.", "Năm 2003, hai nước ký."],
        ["Đổi mới sáng tạo... đồng thời quan tâm.", "Hai bên đồng ý."],
        ["Hợp tác sâu rộng...", "Tiếp tục đẩy mạnh."],
        ["Did it work?", "Yes!", "It did."],
        ["Metro Line No. 1...).", "However, it was late."],
        ["He said no.", "They left."],
        ["会议已经结束。", "Em tên An.", "真的吗?", "Both left."],
        ["1. Green transition.", "2. Digital economy."],
        ["Indonesia trong ASEAN.", "Kim ngạch tăng."],
    ],
)
def test_sentences(parts):
    parts = [part.strip() for part in parts]
    text = " ".join(parts)
    assert [text[one.start : one.end] for one in sentences.split(text)] == parts


# What the rules look at, so that they meet in every order.
PIECES = st.sampled_from(
    [
        *sorted(
            words(
                "a An Theo The I No Mr Dr Gov TP TS. PGS.TS. U.S. J. A. đ. ô. a.m. v.v. etc. Inc. Sept. "
                "12.500 3,5% 5 1. II. b. Nguyễn Văn T. Năm Công … ... . ! ? ?” .” “ ( ) - – | & $ : ; iPhone"
            )
        ),
        "\n",
        "\n| a. | B. |\n",
        "a. b",
    ]
)
PROSE = st.lists(PIECES, max_size=25).map(" ".join)
ANY = st.text(alphabet='aB.!?… \n"”1Đđ', max_size=80) | PROSE


@given(ANY, st.integers(0, 10))
def test_every_character_is_in_one_sentence(text, start):
    found = sentences.split(text, min(start, len(text)))
    covered = "".join(text[one.start : one.end] for one in found)
    assert "".join(covered.split()) == "".join(text[start:].split())
    assert all(one.end <= two.start for one, two in itertools.pairwise(found))
    assert all(text[one.start : one.end] == text[one.start : one.end].strip() for one in found)


@given(ANY)
def test_a_sentence_split_again_is_one_sentence(text):
    for one in sentences.split(text):
        assert sentences.split(text, one.start, one.end) == (one,)
        alone = text[one.start : one.end]
        assert [(each.start, each.end) for each in sentences.split(alone)] == [(0, len(alone))]


def test_a_row_of_a_table_is_a_sentence():
    rows = ["Trade grew. See here:", "| Partner | 2023 |", "| U.S. | No. 1. It led. |", "It is final."]
    text = "\n".join(rows)
    parts = [text[one.start : one.end] for one in sentences.split(text)]
    assert parts == ["Trade grew.", "See here:", *rows[1:]]


def test_many_stops_take_no_time():
    # Each stop looks back a fixed way, or a file of a megabyte would take hours.
    begin = time.process_time()
    for text in ("Mr. " * 50_000, "." * 200_000 + "x", "| " * 100_000, ". " * 100_000 + "x", "J.-" * 60_000):
        sentences.split(text)
    assert time.process_time() - begin < 10


def test_what_never_stops_is_cut_and_nothing_is_lost():
    text = "x" * 5000 + " " + "word " * 1000
    found = sentences.split(text)
    assert max(one.end - one.start for one in found) <= sentences.LONGEST
    assert "".join(text[one.start : one.end] for one in found).replace(" ", "") == text.replace(" ", "")


def test_no_sentence_crosses_a_block():
    text = "One without a stop\n\nTwo goes on."
    found = sentences.split_blocks(text, (Block("heading", 0, 18), Block("paragraph", 20, 32)))
    assert [text[one.start : one.end] for one in found] == ["One without a stop", "Two goes on."]


@pytest.mark.parametrize("raw", [ENGLISH, VIETNAMESE])
def test_passages_are_exact_and_have_the_same_ids_again(tmp_path, raw):
    made = article.of_text(raw, tmp_path / "a.txt")
    found = passages.split(made)
    assert found == passages.split(article.of_text(raw, tmp_path / "b.txt"))
    assert len({one.id for one in found}) == len(found)
    for one in found:
        assert made.text[one.start : one.end] == one.text
        assert one.sentences[0].start == one.start
        assert one.sentences[-1].end == one.end
    covered = {at for one in found for at in range(one.start, one.end)}
    for block in made.blocks:
        if block.kind in ("paragraph", "list", "caption"):
            assert covered.issuperset(
                at for at in range(block.start, block.end) if not made.text[at].isspace()
            )


def test_a_long_paragraph_is_found_by_windows_that_share_a_sentence(tmp_path):
    numbered = [f"Sentence number {n} tells of the bridge." for n in range(1, 13)]
    found = passages.split(article.of_text("A bridge\n\n" + " ".join(numbered), tmp_path / "a.txt"))
    assert [one.text for one in found] == [" ".join(numbered[i : i + 5]) for i in (0, 4)] + [
        " ".join(numbered[8:])
    ]


@pytest.mark.parametrize(("first", "parts"), [(230, 1), (250, 2)])
def test_short_paragraphs_are_found_together(tmp_path, first, parts):
    raw = "A bridge\n\n" + "\n\n".join("w" * (size - 1) + "." for size in (first, 245))
    assert len(passages.split(article.of_text(raw, tmp_path / "a.txt"))) == parts


def test_a_passage_stands_under_its_question_and_heading(tmp_path):
    made = article.of_text(ENGLISH, tmp_path / "a.txt")
    contexts = {one.text[:8]: one.context for one in passages.split(made)}
    title = "Harbour City opens its third bridge"
    assert contexts["The thir"] == title
    assert contexts['"The tol'] == f"{title}\nWho pays for it?"
    assert contexts["A tunnel"] == f"{title}\nNext steps"


def test_a_list_is_read_with_its_lead(tmp_path):
    raw = "Four directions named in Oslo\n\nHe spoke. He named three directions:\n1. Fish.\n2. Wind.\n3. Wood.\nThen he left.\n"  # noqa: E501
    found = passages.split(article.of_text(raw, tmp_path / "a.txt"))
    assert any("three directions:" in one.text and "3. Wood." in one.text for one in found)


def test_captions_are_never_mixed_with_the_text(tmp_path):
    raw = "Bridge opened in Harbour City today\n\nIt is open.\n\n![]() |\nThe bridge. (Photo: A. Reed) |\nIt is long.\n"  # noqa: E501
    found = passages.split(article.of_text(raw, tmp_path / "a.txt"))
    assert [(one.kind, one.text) for one in found] == [
        ("paragraph", "It is open."),
        ("caption", "The bridge. (Photo: A. Reed)"),
        ("paragraph", "It is long."),
    ]


def test_a_heading_over_nothing_can_still_be_found(tmp_path):
    raw = "Bridge opened in Harbour City today\n\nIt is open now.\n\n## What comes next\n\n## The last word\n"
    texts = [one.text for one in passages.split(article.of_text(raw, tmp_path / "a.txt"))]
    assert texts == ["It is open now.", "What comes next", "The last word"]
