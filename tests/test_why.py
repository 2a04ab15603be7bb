"""Why a passage was found."""

from __future__ import annotations

import pytest

from rag.question import understand
from rag.showing.why import Why, why


@pytest.mark.parametrize(
    ("question", "text", "lang", "found"),
    [
        ("What is the trade target?", "The target for trade is new.", "en", Why(("target", "trade"))),
        (
            "thương mại song phương?",
            "Tăng thương mại song phương 5%.",
            "vi",
            Why(("thương mại song phương",)),
        ),
        ("thuong mai song phuong", "Thương mại song phương tăng.", "vi", Why(("Thương mại song phương",))),
        # "thuong" typed without marks finds "thương"; typed with them, "thường" is another word.
        ("thường xuyên", "Thương mại tăng.", "vi", Why()),
        ("What does Japan say?", "Nhật Bản mua cá.", "vi", Why(names=("Japan = Nhật Bản",))),
        ("What does Japan say?", "The Japanese buy.", "en", Why(names=("Japan = Japanese",))),
        (
            "Kim ngạch tháng 3?",
            "In March turnover fell.",
            "en",
            Why(names=("Kim ngạch = turnover",), values=("March",)),
        ),
        ("Trade in Mexico?", "Mexico bàn thương mại.", "vi", Why(("Mexico",), ("Trade = thương mại",))),
        ("Widodo nói gì?", "Widodo spoke of the rice.", "en", Why(("Widodo",))),
        ("15 tỷ USD khi nào?", "Trade reached US$15 billion.", "en", Why(("15",), values=("US$15 billion",))),
        ("What happened on January 12?", "Sáng 12/1 trời mưa.", "vi", Why(("12",), values=("Sáng 12/1",))),
        ("Rice in 2021?", "The harvest failed.", "en", Why()),
    ],
)
def test_what_question_and_passage_share(question, text, lang, found):
    assert why(understand(question), text, lang) == found


def test_only_the_meaning_is_left_where_nothing_is_shared():
    assert why(understand("Rice in 2021?"), "The harvest failed.", "en", 0.81).empty
    assert not why(understand("Rice?"), "Rice failed.", "en", 0.81).empty
