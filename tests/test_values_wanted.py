"""What a question asks for, in both languages, with and without diacritics, direct and embedded."""

from __future__ import annotations

import pytest

from index.text.spelling import fold
from rag.evidence.lines import fits
from rag.question import understand
from rag.values import find_values, wanted

EN = [
    ("What place did Chile finish in?", "rank"),
    ("What place did Ana Ruiz reach at the world championships?", "rank"),
    ("What place did Ana Ruiz come from?", "place"),
    ("In what time did Ana Ruiz win the race?", "other"),
    ("At what place did the summit take place?", "place"),
    ("What place did the refugees end up in?", "place"),
    ("What place do most of the migrants come to?", "place"),
    ("What place did the troops take in 1972?", "place"),
    ("What place did Chile take in the race?", "rank"),
    ("In what time did the war happen?", "date"),
    ("What was bilateral trade between Laos and Japan in 2024?", "amount"),
    ("How much did the company invest?", "amount"),
    ("What is the registered capital of the projects?", "amount"),
    ("What was the trade surplus?", "amount"),
    ("Tell me the trade target for 2028", "amount"),
    ("How many dollars were spent?", "amount"),
    ("How many projects does Japan have in Laos?", "count"),
    ("What is the population of the city?", "count"),
    ("What is the number of workers there?", "count"),
    ("What percentage lacks cooperation?", "percent"),
    ("What share of the vote did she get?", "percent"),
    ("What rate does the central bank charge now?", "percent"),
    ("At what rate did the economy grow?", "percent"),
    ("What was inflation in 2024?", "percent"),
    ("What growth does the central bank expect for 2025?", "percent"),
    ("What growth areas does the plan name?", "list"),
    ("What is the exchange rate of the crown?", "amount"),
    ("When was the treaty signed?", "date"),
    ("On what day did they meet?", "date"),
    ("Tell me when the bridge opened", "date"),
    ("In which year did Laos join?", "year"),
    ("What year was it founded?", "year"),
    ("How long have they had relations?", "duration"),
    ("How many years of relations do they have?", "duration"),
    ("How old is the bridge?", "duration"),
    ("Who is the ambassador to Japan?", "person"),
    ("Could you tell me who visited Laos?", "person"),
    ("Which minister resigned?", "person"),
    ("Where did the leaders meet?", "place"),
    ("In which city did they meet?", "place"),
    ("Which company built it?", "organisation"),
    ("What ministry is in charge?", "organisation"),
    ("Which countries have signed?", "list"),
    ("List the new directions", "list"),
    ("What are the four new cooperation directions?", "list"),
    ("Is Laos the largest partner?", "yesno"),
    ("Did they sign the treaty?", "yesno"),
    ("Why was it upgraded?", "reason"),
    ("What caused the flood?", "reason"),
    ("How did ties develop?", "how"),
    ("What does JFC stand for?", "definition"),
    ("What is blockchain?", "definition"),
    ("What is Laos's rank among the partners?", "rank"),
    ("What is the governor's name?", "person"),
    ("What is the name of the ship?", "other"),
    ("What is the name of the ship that the president visited?", "other"),
    ("What did the minister say about the cost of living?", "other"),
    ("What does the report say about low-cost housing?", "other"),
    ("What will a ticket to the islands cost?", "amount"),
    ("How much does the bell weigh?", "count"),
    ("Tell me about it", "other"),
]
VI = [
    ("Thống đốc ngân hàng trung ương tên gì?", "person"),
    ("Tên con tàu là gì?", "definition"),
    ("Con tàu mà thủ tướng đến thăm tên là gì?", "definition"),
    ("Tỷ số trận chung kết là bao nhiêu?", "count"),
    ("Kim ngạch thương mại song phương năm 2023 là bao nhiêu?", "amount"),
    ("Công ty đầu tư bao nhiêu tiền vào Lào?", "amount"),
    ("Vốn đăng ký là bao nhiêu?", "amount"),
    ("Cho biết kim ngạch đến năm 2028", "amount"),
    ("Lào có bao nhiêu dự án tại Nhật Bản?", "count"),
    ("Có mấy nước tham gia?", "count"),
    ("Dân số thành phố là bao nhiêu?", "count"),
    ("Bao nhiêu phần trăm cử tri đồng ý?", "percent"),
    ("Lãi suất của ngân hàng trung ương đang ở mức nào?", "percent"),
    ("Ngân hàng áp dụng mức lãi suất cơ bản nào?", "percent"),
    ("Lạm phát năm 2024 là bao nhiêu?", "percent"),
    ("Tỷ lệ thất nghiệp ở tỉnh nào cao nhất?", "place"),
    ("Tăng trưởng tín dụng thêm bao nhiêu tỷ đồng?", "amount"),
    ("Khi nào hai nước thiết lập quan hệ?", "date"),
    ("Họ gặp nhau ngày nào?", "date"),
    ("Cây cầu được khánh thành bao giờ?", "date"),
    ("Lào gia nhập năm nào?", "year"),
    ("Hai nước có quan hệ bao nhiêu năm?", "duration"),
    ("Chuyến thăm kéo dài bao lâu?", "duration"),
    ("Ai là đại sứ tại Nhật Bản?", "person"),
    ("Bộ trưởng nào từ chức?", "person"),
    ("Cuộc họp diễn ra ở đâu?", "place"),
    ("Nước nào là đối tác lớn nhất?", "place"),
    ("Công ty nào xây cầu?", "organisation"),
    ("Những nước nào đã ký?", "list"),
    ("Liệt kê các hướng hợp tác mới", "list"),
    ("Vì sao quan hệ được nâng cấp?", "reason"),
    ("Nguyên nhân gây lũ là gì?", "reason"),
    ("Có phải Lào là đối tác lớn nhất không?", "yesno"),
    ("Họ đã ký hiệp ước chưa?", "yesno"),
    ("Quan hệ phát triển như thế nào?", "how"),
    ("JFC là gì?", "definition"),
    ("Lào là đối tác lớn thứ mấy?", "rank"),
]


@pytest.mark.parametrize(("question", "kind"), EN)
def test_english(question: str, kind: str) -> None:
    assert wanted(question, "en").kind == kind


@pytest.mark.parametrize(("question", "kind"), EN)
def test_english_without_case_or_mark(question: str, kind: str) -> None:
    assert wanted(question.lower().rstrip("?"), "en").kind == kind


@pytest.mark.parametrize(("question", "kind"), VI)
def test_vietnamese(question: str, kind: str) -> None:
    assert wanted(question, "vi").kind == kind


@pytest.mark.parametrize(("question", "kind"), VI)
def test_vietnamese_typed_without_diacritics(question: str, kind: str) -> None:
    assert wanted(fold(question), "vi").kind == kind


def test_what_the_question_fixes_is_kept() -> None:
    asked = wanted("How many projects did Japan have in Laos in 2023?", "en")
    assert (asked.counted, asked.years) == ("project", {2023})
    assert [name.key for name in asked.names] == ["country:JP", "country:LA"]
    asked = wanted("nam 2023 nhat ban co bao nhieu du an tai viet nam", "vi")
    assert (asked.kind, asked.counted, asked.years) == ("count", "project", {2023})
    assert [name.key for name in asked.names] == ["country:JP", "country:VN"]
    assert wanted("Vốn đăng ký là bao nhiêu USD?", "vi").unit == "USD"
    assert wanted("How many months did it last?", "en").unit == "month"
    assert wanted("Which countries signed?", "en").many


@pytest.mark.parametrize(("question", "lang", "fitting", "other"), [
    ("How tall is the tower?", "en", "300 metres", "300 tonnes"),
    ("How long is the tunnel?", "en", "27.6 km", "50,000 hectares"),
    ("How long did it take?", "en", "three hours", "50,000 hectares"),
    ("How much does the bell weigh?", "en", "12 tonnes", "12 metres"),
    ("Đường hầm dài bao nhiêu?", "vi", "27,6 km", "50.000 héc-ta"),
    ("duong ham dai bao nhieu", "vi", "27,6 km", "50.000 héc-ta"),
    ("Rừng rộng bao nhiêu?", "vi", "50.000 héc-ta", "12 tấn"),
    ("Diện tích rừng là bao nhiêu?", "vi", "50.000 héc-ta", "12 km"),
    ("Sau bao nhiêu vòng đàm phán hai nước ký hiệp định?", "vi", "7 vòng", "ba ngày"),
    ("Có bao nhiêu dự án trên diện tích 500 ha?", "vi", "12 dự án", "ba ngày"),
    ("How high is the death toll?", "en", "197", "three days"),
    ("How long did the march last?", "en", "three days", "500 km"),
    ("How deep is the lake?", "en", "12 metres", "12 boats"),
])  # fmt: skip
def test_a_length_is_no_area(question, lang, fitting, other):
    asked = understand(question)
    assert asked.lang == lang
    assert [fits(find_values(text, lang)[0], asked) for text in (fitting, other)] == [True, False]


def test_children_are_no_people_at_large() -> None:
    assert wanted("How many children does Ana Ruiz have?", "en").counted == "child"
    assert wanted("Bà Ana Ruiz có mấy người con?", "vi").counted == "child"
    assert wanted("Ba Ana Ruiz co may nguoi con?", "vi").counted == "child"
    assert wanted("Nhóm có mấy người?", "vi").counted == "person"


@pytest.mark.parametrize(
    ("asked", "counted"),
    [
        ("What is the death toll of the Ostrel earthquake?", "person"),
        ("What was the attendance at the final?", "person"),
        ("What's the toll on the bridge?", None),
    ],
)
def test_a_number_of_people_by_its_own_name(asked, counted):
    found = wanted(asked, "en")
    assert (found.kind == "count", found.counted) == (bool(counted), counted)


def test_an_age_is_no_count():
    assert wanted("Ana Ruiz qua đời ở tuổi bao nhiêu?", "vi").kind == "duration"
