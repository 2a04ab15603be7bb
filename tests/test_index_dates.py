import datetime as dt

import pytest

from index.records import Dated
from index.text import dates, lang
from index.text.dates import Known

D = dt.date


@pytest.mark.parametrize(
    ("text", "spoken", "wanted"),
    [
        ("2025-03-14", "en", Known(D(2025, 3, 14), "day")),
        ("2025-03-14T09:30:00Z", "en", Known(D(2025, 3, 14), "day")),
        ("12:37:37 PM | 12/17/2025", "en", Known(D(2025, 12, 17), "day")),
        ("9:05 AM | 03/04/2025", "en", Known(D(2025, 3, 4), "day")),  # AM: an American clock
        ("03/04/2025", "en", Known(D(2025, 1, 1), "year")),  # either, so only the year
        ("03/04/2025", "vi", Known(D(2025, 4, 3), "day")),
        ("Thứ ba, 3/5/2022, 10:15 (GMT+7)", "vi", Known(D(2022, 5, 3), "day")),
        ("17.12.2025", "en", Known(D(2025, 12, 17), "day")),
        ("March 14, 2025", "en", Known(D(2025, 3, 14), "day")),
        ("14th March 2025", "en", Known(D(2025, 3, 14), "day")),
        ("Sept. 3, 2021", "en", Known(D(2021, 9, 3), "day")),
        ("ngày 4 tháng 5 năm 2021", "vi", Known(D(2021, 5, 4), "day")),
        ("March 2025", "en", Known(D(2025, 3, 1), "month")),
        ("tháng 9/2023", "vi", Known(D(2023, 9, 1), "month")),
        ("spring 2019", "en", Known(D(2019, 1, 1), "year")),
        ("31/02/2025", "vi", Known(D(2025, 1, 1), "year")),
        ("no date here", "en", None),
    ],
)
def test_parse(text, spoken, wanted):
    assert dates.parse(text, spoken) == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("12:37:37 PM | 12/17/2025", True),
        ("Published on March 14, 2025 at 10:00", True),
        ("Thứ ba, 3/5/2022, 10:15 (GMT+7)", True),
        ("Updated: 2025-03-14T09:30:00Z", True),
        ("The bridge was opened on March 14, 2025", False),
        ("Ngày 3/5/2022, cầu được khánh thành", False),
        ("In 2025", False),
    ],
)
def test_stamps(line, wanted):
    assert dates.is_stamp(line) is wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("2025-03-14_bridge.txt", D(2025, 3, 14)),
        ("bridge 20250314.md", D(2025, 3, 14)),
        ("vnexpress_2024.01.12.txt", D(2024, 1, 12)),
        ("000_cdc83ff07714f837.txt", None),
        ("a20250314b.txt", None),
        ("2025-13-14.txt", None),
        ("12345678.txt", None),
    ],
)
def test_file_names(name, wanted):
    assert dates.from_file_name(name) == (Dated(wanted, "day", "file name") if wanted else None)


@pytest.mark.parametrize(
    ("text", "spoken", "wanted"),
    [
        # The latest past event is the earliest possible time of writing.
        ("The road was opened on May 4, 2021. Work began in 2017.", "en", "2021-05-04"),
        ("It was agreed in March 2022 after talks in 2021.", "en", "2022-03"),
        ("In 2024 the port grew.", "en", "2024"),
        # What is only announced proves nothing.
        ("The port grew in 2019 and will double by 2030. A tunnel is planned for May 4, 2031.", "en", "2019"),
        ("Cảng tăng trưởng năm 2019, mục tiêu đến năm 2030 tăng gấp đôi.", "vi", "2019"),
        # A year's total compared with another's: the year is over.
        ("Trade rose from $9 billion in 2019 to $14 billion in 2023.", "en", "2024"),
        ("The goal is $18 billion by 2028, up from $16.7 billion in 2024.", "en", "2025"),
        ("Kim ngạch tăng từ 9 tỷ USD năm 2019 lên gần 14 tỷ USD năm 2023.", "vi", "2024"),
        # A day without a year is the one within half a year of what is known.
        ("Kim ngạch tăng từ 9 tỷ USD năm 2019 lên 14 tỷ USD năm 2023. Hai bên gặp nhau sáng 12/1.", "vi", "2024-01-12"),  # noqa: E501
        ("Trade rose from $9 billion in 2019 to $14 billion in 2023. They met on December 20.", "en", "2024"),
        ("Up from $9 billion in 2023. He left today and stays until March 13.", "en", "2024-03"),
        ("Tính đến tháng 9/2023 có 119 dự án. Chuyến thăm ngày 11-13/1.", "vi", "2024-01-11"),
        # Numbers that are no dates.
        ("Khoảng 1/2 số vốn, 24/7, và 3/4 dự án.", "vi", None),
        ("It cost 2,024 dollars and $2025.", "en", None),
        ("Nothing is dated here.", "en", None),
    ],
)  # fmt: skip
def test_dated_by_the_text(text, spoken, wanted):
    found = dates.from_text("", text, spoken)
    assert (found.label() if found else None) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Việt Nam có bao nhiêu dự án đầu tư tại Indonesia?", "vi"),
        ("Viet Nam co bao nhieu du an dau tu tai Indonesia?", "vi"),
        ("nha may o Da Nang", "vi"),
        ("Quy mô gia đình trung bình là bao nhiêu?", "vi"),
        ("Bank of Lima lãi ròng bao nhiêu?", "vi"),
        ("Harold Finch-Moray sinh ngày nào?", "vi"),
        ("Can Tho bridge toll", "en"),
        ("Kim ngạch Việt Nam - Indonesia năm 2023?", "vi"),
        ("How many projects does Việt Nam have in Indonesia?", "en"),
        ("Trade target Vietnam Indonesia 2028", "en"),
        ("What did President Võ Văn Thưởng say to the press?", "en"),
        ("Chargé d’Affaires in the café", "en"),
        ("", "en"),
        ("12/1/2024", "en"),
        ("muon bo phieu ve sap nhap o Alder Mutual thi can bao nhieu chu ky", "vi"),
        ("Ai da gianh Super Bowl XLIX?", "vi"),
        ("heron-3 bao gio phong len quy dao", "vi"),
        ("Bien song thi sao?", "vi"),
        ("Hanoi metro stations", "en"),
        ("Who runs Xuan Phat these days", "en"),
    ],
)
def test_language(text, wanted):
    assert lang.detect(text) == wanted
