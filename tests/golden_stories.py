"""Invented news that the golden pages and documents are made of; the truth about each is its own fields."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Story:
    lang: str
    title: str
    date: dt.date
    author: str
    outlet: str
    lead: str
    body: tuple[str, ...]
    heading: str
    after: tuple[str, ...]
    caption: str = ""
    items: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    updated: dt.date | None = None

    def gold(self) -> str:
        """All words of the article but its title, in order; every word once, as a reader sees it."""
        rows = [" ".join(row) for row in self.table]
        return "\n\n".join(
            part
            for part in (
                self.lead, self.caption, *self.body, self.heading, *self.after, *self.items, *rows
            ) if part
        )  # fmt: skip


FERRY = Story(
    "en",
    "Night ferry returns to Saltmere after nine years",
    dt.date(2023, 6, 14),
    "Dora Quill",
    "The Saltmere Post",
    "The night ferry between Saltmere and the island of Orrin sailed again on Tuesday, nine years after it was "
    "withdrawn for want of a working lift bridge.",
    (
        "The ship, which carries 240 passengers and 36 cars, left the quay at 22:15 with every cabin sold. Harbour "
        "master Ivo Stell said the bridge had been raised eleven times in trials without a fault.",
        "The county paid 4.6 million pounds for the repair, of which 1.9 million came from a fund for islands. The "
        "rest will be recovered from fares over fourteen years, according to papers that the council published in May.",
        "“We had stopped believing in it,” said Maren Toll, who keeps an inn on Orrin. She has taken 312 bookings for "
        "July, against 140 in the same month of last year.",
    ),
    "What it costs to cross",
    (
        "A berth is 38 pounds and a car 61 pounds. Islanders pay half on weekdays from October to March.",
        "The operator, Orrin Lines, expects 52,000 passengers in the first full year and says that it would break even "
        "with 47,000.",
    ),
    caption="The ferry Lady Orrin at the new quay in Saltmere on Monday evening.",
    updated=dt.date(2023, 6, 15),
)
SCHOOL = Story(
    "en",
    "Brackwater to close two of its seven village schools",
    dt.date(2022, 11, 3),
    "Tom Harrow",
    "Brackwater Echo",
    "Two village schools in Brackwater will close next summer because fewer than thirty children attend each of them, "
    "the district decided on Wednesday night.",
    (
        "The schools in Nether Combe and Pell have 27 and 22 pupils. They will be taught in Alder from September 2023, "
        "a ride of up to 25 minutes on a bus that the district will pay for.",
        "The vote was eleven to six. Councillor Edith Marsh, who opposed the plan, said that it saved 310,000 euros a "
        "year and cost two villages their middle.",
        "Headteacher Paul Orde said no teacher would lose a post: four are due to retire, and Alder has five places "
        "to fill.",
    ),
    "What happens to the buildings",
    (
        "The building in Pell, which dates from 1911, is to become a workshop for joiners. Nether Combe will be let to "
        "the parish for one euro a year until 2035.",
    ),
    items=(
        "September 2022: the district publishes its figures.",
        "November 2022: the council votes.",
        "July 2023: the last day of lessons in both villages.",
    ),
)
HARVEST = Story(
    "en",
    "Plum harvest in the Velda valley falls by a third",
    dt.date(2024, 9, 21),
    "Lena Brook",
    "Velda Courier",
    "Growers in the Velda valley picked a third fewer plums this year than last, after two nights of frost in April "
    "took the blossom from the lower orchards.",
    (
        "The cooperative weighed 5,840 tonnes by Friday, its smallest harvest since 1997. Prices at the gate rose from "
        "0.92 to 1.35 crowns a kilogram, which made up for a part of the loss.",
        "Orchards above 300 metres were spared. Their growers have asked for help to plant later kinds lower down, "
        "where most of the trees are more than forty years old.",
    ),
    "Figures by district",
    (
        "The ministry of agriculture will decide in November whether the frost counts as a disaster, which would open "
        "a fund of 14 million crowns to the growers.",
    ),
    table=(
        ("District", "2023 harvest", "2024 harvest"),
        ("Upper Velda", "2,410 tonnes", "2,380 tonnes"),
        ("Middle Velda", "3,120 tonnes", "1,960 tonnes"),
        ("Lower Velda", "3,290 tonnes", "1,500 tonnes"),
    ),
)
BRIDGE = Story(
    "vi",
    "Cầu phao mới qua sông Lệ nối hai huyện sau mười hai năm chờ đợi",
    dt.date(2023, 3, 12),
    "Trần Hải Minh",
    "Báo Sông Lệ",
    "Cây cầu phao dài 186 mét qua sông Lệ được đưa vào sử dụng sáng chủ nhật, nối huyện Thạch Bàn với huyện Vân Khê "
    "sau mười hai năm người dân phải đi đò.",
    (
        "Công trình có tổng vốn 28,5 tỷ đồng, trong đó ngân sách tỉnh góp 17 tỷ đồng, phần còn lại do các doanh nghiệp "
        "và người dân hai huyện đóng góp. Cầu chịu được xe tải không quá năm tấn.",
        "Ông Phạm Văn Lộc, chủ tịch huyện Thạch Bàn, cho biết mỗi ngày có khoảng 1.400 lượt người qua sông, phần lớn là "
        "học sinh và công nhân của khu công nghiệp Vân Khê.",
        "“Trước đây mùa lũ con tôi phải nghỉ học cả tuần,” chị Lê Thị Hòa, người xã Bình Sơn, nói. Trường của con chị "
        "nằm bên kia sông, cách nhà chưa đầy hai cây số.",
    ),
    "Thu phí qua cầu trong bảy năm",
    (
        "Xe máy trả 3.000 đồng một lượt, ô tô con 15.000 đồng. Học sinh và người trên bảy mươi tuổi được miễn phí, theo "
        "quyết định mà hội đồng nhân dân tỉnh thông qua hồi tháng hai.",
    ),
    caption="Người dân xã Bình Sơn đi qua cầu phao trong ngày đầu tiên.",
    updated=dt.date(2023, 3, 13),
)
COFFEE = Story(
    "vi",
    "Giá cà phê ở cao nguyên Đắk Rin lên mức cao nhất trong mười lăm năm",
    dt.date(2024, 4, 5),
    "Nguyễn Thu Thảo",
    "Thời báo Cao Nguyên",
    "Giá cà phê nhân tại cao nguyên Đắk Rin đạt 98.500 đồng một kilôgam vào sáng thứ sáu, mức cao nhất trong mười lăm "
    "năm, khi các kho của thương lái gần như đã cạn.",
    (
        "Hiệp hội cà phê tỉnh cho biết sản lượng niên vụ này chỉ đạt 312.000 tấn, giảm 11 % so với niên vụ trước vì khô "
        "hạn kéo dài từ tháng mười một. Lượng hàng còn trong dân ước khoảng 20.000 tấn.",
        "Bà Hồ Thị Lan, chủ một đại lý thu mua ở thị trấn Ea Nam, nói rằng nhiều hợp đồng đã ký ở mức 71.000 đồng nên "
        "thương lái chịu lỗ khi giao hàng.",
    ),
    "Nông dân trồng xen sầu riêng",
    (
        "Diện tích cà phê của tỉnh giảm còn 84.700 héc ta, vì nhiều hộ trồng xen sầu riêng và hồ tiêu từ năm 2019.",
        "Sở nông nghiệp dự báo giá sẽ giữ trên 90.000 đồng đến hết quý ba, khi vụ mới ở nam bán cầu bắt đầu.",
    ),
    items=(
        "Sản lượng niên vụ: 312.000 tấn.",
        "Giá cao nhất trong phiên: 98.500 đồng một kilôgam.",
        "Diện tích còn lại: 84.700 héc ta.",
    ),
)
METRO = Story(
    "vi", "Tuyến xe điện số bốn của thành phố Hải Lâm chở 61.000 khách trong tuần đầu", dt.date(2025, 1, 9), "Vũ Quang Đức",
    "Hải Lâm Hôm Nay",
    "Tuyến xe điện số bốn của thành phố Hải Lâm chở 61.000 lượt khách trong tuần vận hành đầu tiên, cao hơn dự báo của "
    "công ty quản lý là 45.000 lượt.",
    (
        "Tuyến dài 12,8 km với mười một ga, chạy từ bến xe Cửa Tây đến cảng cá Mũi Én. Chín đoàn tàu hoạt động từ năm giờ "
        "rưỡi sáng đến mười giờ đêm, cách nhau mười phút vào giờ cao điểm.",
        "Giám đốc công ty, ông Đặng Quốc Toàn, nói giờ đông khách nhất là từ bảy giờ đến tám giờ sáng, khi mỗi chuyến chở "
        "khoảng 540 người. Công ty đang đặt thêm hai đoàn tàu, giao vào tháng sáu năm 2026.",
    ),
    "Lượng khách theo ga",
    (
        "Vé lượt có giá từ 8.000 đồng đến 15.000 đồng, vé tháng 200.000 đồng. Trong tháng đầu, học sinh đi tàu miễn phí.",
    ),
    table=(
        ("Ga", "Ngày thường", "Cuối tuần"),
        ("Cửa Tây", "2.900 lượt", "1.700 lượt"),
        ("Chợ Mới", "2.100 lượt", "2.600 lượt"),
        ("Mũi Én", "1.300 lượt", "3.400 lượt"),
    ),
)  # fmt: skip
STORIES = (FERRY, SCHOOL, HARVEST, BRIDGE, COFFEE, METRO)


@dataclass(frozen=True)
class Golden:
    """One file and what must be read from it."""

    name: str
    data: bytes
    story: Story
    dated: bool = True  # whether the file says when the article was published
    authored: bool = False  # whether it must give the author
    extra: dict[str, str] = field(default_factory=dict)  # words that must not be read: what → words
