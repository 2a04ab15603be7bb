"""Questions that compare: which two questions they are, and which forms are none."""

import pytest

from rag.compound.comparing import comparison
from rag.question import understand


def compared(text):
    found = comparison(understand(text))
    return found and (found.form, *(one.text for one in found.questions))


@pytest.mark.parametrize(("text", "form", "first", "second"), [
    ("Which county had more measles cases, Lima or Quito?", "larger",
     "How many measles cases did Lima have?", "How many measles cases did Quito have?"),
    ('Phim "Mùa Nước Nổi" hay "Chợ Nổi Đêm" thu nhiều tiền hơn?', "larger",
     'Phim "Mùa Nước Nổi" thu bao nhiêu tiền?', '"Chợ Nổi Đêm" thu bao nhiêu tiền?'),
    ("Học phí ngành y của Đại học Sông Hậu và Đại học Tây Bắc, trường nào cao hơn?", "larger",
     "Học phí ngành y của Đại học Sông Hậu là bao nhiêu?",
     "Học phí ngành y của Đại học Tây Bắc là bao nhiêu?"),
    (
        "How much higher is the 2027 trade target of Chile and Peru"
        " than trade between Chile and Peru in 2021?",
        "difference",
        "What is the 2027 trade target of Chile and Peru?",
        "What is trade between Chile and Peru in 2021?",
    ),
    (
        "How much larger was trade between Chile and Peru in 2021 than in 2020?",
        "difference",
        "What was trade between Chile and Peru in 2021?",
        "What was trade between Chile and Peru in 2020?",
    ),
    (
        "How many more projects does Bolivia have in Peru than Chile?",
        "difference",
        "How many projects does Bolivia have in Peru?",
        "How many projects does Chile have in Peru?",
    ),
    (
        "How many fewer projects does Bolivia have in Peru than in Chile?",
        "difference",
        "How many projects does Bolivia have in Peru?",
        "How many projects does Bolivia have in Chile?",
    ),
    (
        "By how much did trade between Chile and Peru grow between 2019 and 2023?",
        "change",
        "What was trade between Chile and Peru in 2019?",
        "What was trade between Chile and Peru in 2023?",
    ),
    (
        "From 2019 to 2023, how much did exports of Chile fall?",
        "change",
        "What was exports of Chile in 2019?",
        "What was exports of Chile in 2023?",
    ),
    (
        "What is the difference between trade between Chile and Peru in 2021"
        " and trade between Bolivia and Peru in 2021?",
        "difference",
        "What is trade between Chile and Peru in 2021?",
        "What is trade between Bolivia and Peru in 2021?",
    ),
    (
        "What was the difference in registered capital between Chile and Peru?",
        "difference",
        "What was registered capital of Chile?",
        "What was registered capital of Peru?",
    ),
    (
        "What is the total of Chile's capital in Peru and Bolivia's capital in Peru?",
        "sum",
        "What is Chile's capital in Peru?",
        "What is Bolivia's capital in Peru?",
    ),
    (
        "Which was larger in 2024, trade with Chile or trade with Peru?",
        "larger",
        "What was trade with Chile in 2024?",
        "What was trade with Peru in 2024?",
    ),
    (
        "Which is smaller: trade with Chile or trade with Peru in 2024?",
        "smaller",
        "What is trade with Chile in 2024?",
        "What is trade with Peru in 2024?",
    ),
    (
        "Which country has more projects in Peru, Chile or Bolivia?",
        "larger",
        "How many projects does Chile have in Peru?",
        "How many projects does Bolivia have in Peru?",
    ),
    (
        "How many years passed between the storm of Lima and the flood of Lima?",
        "years",
        "When was the storm of Lima?",
        "When was the flood of Lima?",
    ),
    (
        "Which came first, the storm of Lima or the flood of Quito?",
        "earlier",
        "When was the storm of Lima?",
        "When was the flood of Quito?",
    ),
    (
        "Who visited Peru first, Ana Ruiz or Marco Bini?",
        "earlier",
        "When was it that Ana Ruiz visited Peru?",
        "When was it that Marco Bini visited Peru?",
    ),
    (
        "Kim ngạch Việt Nam - Indonesia năm 2024 cao hơn năm 2020 bao nhiêu?",
        "difference",
        "Kim ngạch Việt Nam - Indonesia năm 2024 là bao nhiêu?",
        "Kim ngạch Việt Nam - Indonesia năm 2020 là bao nhiêu?",
    ),
    (
        "Nhật Bản có nhiều hơn Singapore bao nhiêu dự án tại Việt Nam?",
        "difference",
        "Nhật Bản có bao nhiêu dự án tại Việt Nam?",
        "Singapore có bao nhiêu dự án tại Việt Nam?",
    ),
    (
        "Kim ngạch Việt Nam - Indonesia tăng bao nhiêu từ năm 2020 đến năm 2024?",
        "change",
        "Kim ngạch Việt Nam - Indonesia năm 2020 là bao nhiêu?",
        "Kim ngạch Việt Nam - Indonesia năm 2024 là bao nhiêu?",
    ),
    (
        "So với năm 2020, kim ngạch Việt Nam - Indonesia năm 2024 tăng bao nhiêu tỷ USD?",
        "change",
        "kim ngạch Việt Nam - Indonesia năm 2020 là bao nhiêu tỷ USD?",
        "kim ngạch Việt Nam - Indonesia năm 2024 là bao nhiêu tỷ USD?",
    ),
    (
        "kim ngach viet nam - indonesia tang bao nhieu tu nam 2020 den nam 2024?",
        "change",
        "kim ngach viet nam - indonesia nam 2020 la bao nhieu?",
        "kim ngach viet nam - indonesia nam 2024 la bao nhieu?",
    ),
    (
        "Chênh lệch giữa vốn của Nhật Bản ở Peru và vốn của Chile ở Peru là bao nhiêu?",
        "difference",
        "vốn của Nhật Bản ở Peru là bao nhiêu?",
        "vốn của Chile ở Peru là bao nhiêu?",
    ),
    (
        "Vốn Nhật Bản tại Peru và vốn Chile tại Peru tổng cộng là bao nhiêu?",
        "sum",
        "Vốn Nhật Bản tại Peru là bao nhiêu?",
        "vốn Chile tại Peru là bao nhiêu?",
    ),
    (
        "Kim ngạch với Singapore hay kim ngạch với Indonesia lớn hơn?",
        "larger",
        "Kim ngạch với Singapore là bao nhiêu?",
        "kim ngạch với Indonesia là bao nhiêu?",
    ),
    (
        "Nước nào có ít dự án hơn tại Việt Nam, Nhật Bản hay Singapore?",
        "smaller",
        "Nhật Bản có bao nhiêu dự án tại Việt Nam?",
        "Singapore có bao nhiêu dự án tại Việt Nam?",
    ),
    (
        "Chile lập quan hệ với Peru và Chile lập quan hệ với Nhật Bản cách nhau bao nhiêu năm?",
        "years",
        "Chile lập quan hệ với Peru vào năm nào?",
        "Chile lập quan hệ với Nhật Bản vào năm nào?",
    ),
    (
        "Nước nào gia nhập quỹ trước: Chile hay Peru?",
        "earlier",
        "Chile gia nhập quỹ vào năm nào?",
        "Peru gia nhập quỹ vào năm nào?",
    ),
    (
        "Chile hay Peru gia nhập quỹ sau?",
        "later",
        "Chile gia nhập quỹ vào năm nào?",
        "Peru gia nhập quỹ vào năm nào?",
    ),
])  # fmt: skip
def test_a_comparison_is_two_questions(text, form, first, second):
    assert compared(text) == (form, first, second)


@pytest.mark.parametrize("text", [
    "What is the difference between a strategic partner and a comprehensive strategic partner?",
    "What is the difference between Chile and Peru?",
    "Which is larger, Hanoi or Jakarta?",
    "What percentage did trade grow between 2019 and 2023?",
    "By how many percent did trade with Peru grow between 2019 and 2023?",
    "How many times larger is trade with Peru in 2021 than in 2011?",
    "By how much did trade grow in the first half of 2025?",
    "How much has trade grown since 2019?",
    "How much did trade grow from 9 billion to 14 billion?",
    "How much more did the bridge cost than planned?",
    "How many years are there between 2019 and 2023?",
    "How many projects do Chile and Peru have?",
    "What is the total value of trade between Chile and Peru?",
    "Is it China or Japan?",
    "Who was the first to visit Peru?",
    "Which minister spoke first?",
    "Kim ngạch tăng bao nhiêu phần trăm từ năm 2020 đến năm 2024?",
    "Vốn Nhật Bản gấp bao nhiêu lần vốn Singapore?",
    "Việt Nam và Indonesia ký tổng cộng bao nhiêu văn kiện?",
    "Người Marevia đã đầu tư sang Tolandra tổng cộng bao nhiêu vốn?",
    "Tổng vốn đăng ký của Nhật Bản là bao nhiêu?",
    "Bộ trưởng hay đại sứ nào nói về việc này?",
    "Thương mại tăng bao nhiêu trong bảy tháng đầu năm?",
    "",
])  # fmt: skip
def test_what_names_no_two_values_is_no_comparison(text):
    assert compared(text) is None


def test_both_sides_keep_filters_and_day():
    import datetime as dt

    asked = understand(
        "How many more projects does Bolivia have in Peru than Chile? since:2021", (), dt.date(2022, 1, 1)
    )
    sides = comparison(asked).questions
    assert all((one.filters, one.as_of, one.lang) == (asked.filters, asked.as_of, "en") for one in sides)
