"""A wire story as several outlets print it, and what looks like it and is another statement."""

WIRE = """The northern port of Belmara will get a second container terminal, the harbour board said on Tuesday.

The terminal costs 340 million USD. It is to open in 2029. Two cranes have been ordered from Halden.

Traffic in the port rose by 7 percent last year. The board expects 1.4 million containers in 2030.

"We have turned ships away every week since spring," said board chairman Ivo Lindqvist. Dockers want a share in
the new jobs and have asked for talks.

The town council votes on the access road in March. Residents of the old quarter fear noise at night."""

# Another headline, dateline, caption and end; "said" and "rose" as they were.
HERALD = f"""Photo: Cranes in the port of Belmara. (Herald)

BELMARA (Wire) — {WIRE}

The Herald has followed the plans for the terminal since they were first drawn in spring."""
# The same, but one figure: the Courier says that it costs 360 million.
COURIER = WIRE.replace("340 million", "360 million")
# The same, but one word.
ECHO = WIRE.replace("rose by 7 percent", "fell by 7 percent")
# Another article that quotes it at length.
FOLLOW_UP = """Dockers in Belmara laid down their work for two hours on Friday to press for talks about new contracts.

Trade union leader Asta Berg told some four hundred members at the gate that patience had run out. She named no
date for a longer strike, but said that the strike fund was full and that crews in Halden would not unload ships
turned away from Belmara.

The terminal costs 340 million USD. It is to open in 2029. Two cranes have been ordered from Halden.

Ship owners said that perishable goods had been put on lorries in good time. The ferry to the islands sailed with
a delay of an hour, and the fish market opened as usual, though with few buyers from out of town."""

PRICES = """Coffee prices in the central districts rose this week, traders said on {day}.

In the hill district a kilo of beans fetched {a} crowns, {b} crowns more than a week ago. In the lake district the
price was {c} crowns. Exporters bought {d} tonnes for delivery in the coming month.

Pepper was steady at {e} crowns a kilo. Traders expect prices to move little before the harvest."""
WEEKS = [
    PRICES.format(day="Monday", a=121, b=3, c=119, d=5400, e=88),
    PRICES.format(day="Monday", a=126, b=5, c=124, d=6150, e=91),
]

VIETNAMESE = """Cảng Belmara ở phía bắc sẽ có bến container thứ hai, ban quản lý cảng cho biết hôm thứ Ba.

Bến mới có vốn 340 triệu cua-ron và sẽ mở cửa năm 2029. Hai cần cẩu đã được đặt mua từ Halden.

Lượng hàng qua cảng tăng 7% trong năm ngoái. Ban quản lý dự kiến đạt 1,4 triệu container vào năm 2030."""


def page(text, title, outlet=None, date=None, lang="en"):
    """Return a Markdown file of an article."""
    head = {"title": title, "outlet": outlet, "date": date, "lang": lang}
    return "---\n" + "".join(f"{k}: {v}\n" for k, v in head.items() if v) + f"---\n\n{text}\n"


def write(folder, **files):
    """Write files named by their stems and return their paths in order."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{stem}.md" for stem in files]
    for path, text in zip(paths, files.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def press(folder):
    """Write the story of four outlets, three others, and return their paths."""
    return write(
        folder,
        wire=page(WIRE, "Belmara to get second terminal", "Continental Wire", "2025-05-06"),
        herald=page(HERALD, "New cranes for Belmara", "The Herald", "2025-05-08"),
        courier=page(COURIER, "Port grows", "Kesterholm Courier", "2025-05-07"),
        echo=page(ECHO, "A port is made larger", "Evening Echo", "2025-05-09"),
        dockers=page(FOLLOW_UP, "Dockers stop work", "Continental Wire", "2025-06-01"),
        week1=page(WEEKS[0], "Coffee this week", "The Herald", "2025-05-05"),
        week2=page(WEEKS[1], "Coffee this week", "The Herald", "2025-05-12"),
        cang=page(VIETNAMESE, "Belmara có bến mới", "Báo Cảng", "2025-05-07", "vi"),
    )
