"""Words of both languages: with their marks, whole, and of the text's own language."""

from __future__ import annotations

import pytest

from index.text.bilingual import Words
from rag.evidence.lines import holder_asked
from rag.following import leans
from rag.question import understand

SOME = Words(en=r"may|what", vi=r"mấy|hội", unmarked=r"may(?! bay)|hoi")


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("What may it be?", "en", ["what", "may"]),
        ("Whatever mayors do", "en", []),
        ("Mấy máy bay của Hội?", "vi", ["mấy", "hội"]),
        ("May may bay cua Hoi?", "vi", ["may", "hoi"]),
        ("Máy bay hồi đó", "vi", []),
        ("mấy hội", "en", []),
    ],
)
def test_words_are_found_in_their_language_and_with_their_marks(text, lang, found):
    assert [match.group() for match in SOME.finditer(text, lang)] == found
    assert (SOME.search(text, lang) is not None) == bool(found)


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Máy bay rơi ở đâu?", False),
        ("May bay roi o dau?", False),
        ("Nhà máy nào bị cháy?", False),
        ("How many cars were sold in May 2024?", False),
        ("Bao nhiêu người chết và ở đâu?", True),
        ("How many people died, and where?", True),
        ("Bolivia có mấy dự án và mấy nhà máy?", True),
    ],
)
def test_machines_and_the_month_of_may_ask_nothing(question, several):
    assert understand(question).several is several


@pytest.mark.parametrize(
    ("question", "newest"),
    [
        ("Giá xăng hiện nay là bao nhiêu?", True),
        ("Hiện ai là giám đốc?", True),
        ("Hien ai la giam doc?", True),
        ("Who runs the port these days?", True),
        ("Rốt cuộc giá nước là bao nhiêu?", True),
        ("Tới nay đã có bao nhiêu người chết?", True),
        ("Ai phát hiện ra vụ cháy?", False),
        ("Dự án được thực hiện ở đâu?", False),
        ("Ông Hiền nói gì?", False),
        ("Hiến pháp có bao nhiêu điều?", False),
    ],
)
def test_what_was_found_out_is_not_what_is_so_now(question, newest):
    assert understand(question).newest is newest


@pytest.mark.parametrize(
    ("question", "now"),
    [
        ("Ai là chủ tịch Quốc hội?", True),
        ("Ai la chu tich Quoc hoi?", True),
        ("Bộ trưởng Tài nguyên và Môi trường là ai?", True),
        ("Ai là cựu chủ tịch Quốc hội?", False),
        ("Ai là chủ tịch hồi năm ngoái?", False),
        ("Who was the mayor of Porto?", False),
    ],
)
def test_an_assembly_is_no_former_time(question, now):
    assert holder_asked(understand(question)) is now


@pytest.mark.parametrize(
    ("question", "leaning"),
    [
        ("Thế giới có bao nhiêu nước?", False),
        ("Thế còn Nhật Bản?", True),
        ("Con số nợ là bao nhiêu?", False),
        ("Tập đoàn này còn bao nhiêu nợ?", True),
        ("Hãng Vinamilk còn bao nhiêu nợ?", False),
        ("What does the mayor do?", False),
        ("The new director is who?", False),
        ("the con Nhat Ban?", True),
        ("And José?", True),
    ],
)
def test_the_world_leans_on_nothing(question, leaning):
    assert leans(question) is leaning
