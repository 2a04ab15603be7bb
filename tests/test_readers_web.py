"""Pages as sites write them: short ones, dates of other articles, sloppy JSON-LD, offers."""

import datetime as dt
import json

import pytest

from index.readers import blocks, datelines, jsonld, visible, web

TODAY = dt.date(2025, 6, 1)
TITLE = "Record tuna season for the islanders"
TEXT = (
    "Fishermen on the island of Lo Ren landed 4,320 tonnes of tuna last season, the harbour authority said.",
    "The catch was 12.5 percent above that of the year before, when storms kept boats in port for 41 days.",
    "“We have not seen such numbers,” said Mara Quill, who heads the research unit of the authority.",
    "Exports to Japan and South Korea made up two thirds of the total, according to customs figures.",
    "The authority plans to build a second cold store at a cost of 3.2 million euros in the harbour.",
)
BODY = "".join(f"<p>{one}</p>" for one in TEXT)


def page(body, head=""):
    return web.page(f"<html><head>{head}</head><body>{body}</body></html>", today=TODAY)


def meta(around="", head=f"<title>{TITLE}</title>", before="", body=BODY):
    return page(f"{before}<article><h1>{TITLE}</h1>{around}{body}</article>", head).meta


# Short pages


@pytest.mark.parametrize("box", ["article", "main", "div", "section"])
@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize(
    "brief", ["A man of 41 died when his boat sank off Lo Ren on Sunday, police said.", TEXT[0]]
)
def test_a_short_page_is_read_once(box, count, brief):
    lines = [brief, "He was alone, and no search has been started so far.", "The sea was calm."][:count]
    made = page(f"<{box}><h1>{TITLE}</h1>{''.join(f'<p>{line}</p>' for line in lines)}</{box}>").text.split(
        "\n\n"
    )
    assert [line for line in made if line != f"## {TITLE}"] == lines


def test_lines_are_those_of_the_page_as_often_as_they_stand_there():
    there = ["## A headline", "Yes.", "One line.", "Yes.", "- An item"]
    assert web._in_order(["Yes.", "Yes.", "Yes.", "One line."], there) == "Yes.\n\nOne line.\n\nYes."
    glued = ["A headlineYes.", "An item", "Yes."]
    assert web._in_order(glued, there) == "## A headline\n\nYes.\n\nYes.\n\nAn item"
    # What is on no line of the page stays where it was found, once.
    assert web._in_order(["One line.", "line, cut", "line, cut"], there) == "One line.\n\nline, cut"


# Dates


def test_a_date_beside_a_link_to_another_article_is_not_of_this_one():
    link = "<a href=1>Fire guts the old market hall of Harbour City</a>"
    item = f'<div class="item">{link} <time datetime="2025-05-09">9 May</time></div>'
    line = '<span class="dateline">Monday 4 March 2024 06:00 GMT</span>'
    assert meta(line, before=f'<div class="top">{item}{item}</div>')["date"].startswith("Monday 4 March 2024")
    assert "date" not in meta(before=f'<div class="top">{item}</div>')
    assert meta(item + line)["date"].startswith("Monday 4 March 2024")
    author = '<p class="meta"><a class="author">Ann Vole of the Lo Ren desk</a> <time>4 March 2024</time></p>'
    assert "4 March 2024" in meta(author)["date"]


def test_a_date_before_the_box_of_the_headline_is_not_of_the_article():
    assert "date" not in meta(before='<div><span class="date">Sunday, 1 June 2025</span></div>')
    above = f'<div class="story"><span class="date">4 March 2024</span><h1>{TITLE}</h1>{BODY}</div>'
    assert page(above, f"<title>{TITLE}</title>").meta["date"] == "4 March 2024"


@pytest.mark.parametrize(
    "line", ["<em>Thứ hai, 4/3/2024</em>", "<p>Published: 4 March 2024</p>", "<p>04.03.2024 - 10:22</p>"]
)
def test_a_line_of_a_date_under_the_headline_needs_no_name(line):
    assert "2024" in meta(line)["date"]
    assert "date" not in meta(body=BODY + line)


@pytest.mark.parametrize(
    ("line", "published", "updated"),
    [
        ('<p class="time">Cập nhật: 14/03/2024 | Đăng: 12/03/2024</p>', "12/03/2024", "14/03/2024"),
        ('<div class="dates">Published 12 March 2024 · Updated 14 March 2024</div>', "12 March", "14 March"),
        ('<p>Updated: <time datetime="2024-03-14">14/3</time></p><time datetime="2024-03-12">12/3</time>',
         "2024-03-12", "2024-03-14"),
        ('<div class="timestamp">Updated 9:15 a.m. ET, Thu March 14, 2024</div>', "", "March 14, 2024"),
        ('<p>Last updated 14 March 2024</p>', "", "14 March 2024"),
    ],
)  # fmt: skip
def test_the_last_change_is_no_publication(line, published, updated):
    found = meta(line)
    assert published in found.get("date", "")
    assert bool(found.get("date")) == bool(published)
    assert updated in found["updated"]
    if not published:
        assert "14" not in page(f"<article><h1>{TITLE}</h1>{line}{BODY}</article>").text


def test_a_sentence_that_tells_of_a_change_stays_in_the_text():
    line = "Updated rules of 14 March 2024 let all boats of the island out to the sea at night, said Lee."
    made = page(f'<article><h1>{TITLE}</h1><p class="date">{line}</p>{BODY}</article>')
    assert line in made.text


def test_a_line_of_another_article_in_a_longer_box_is_its_own():
    link = "<a href=1>Fire guts the old market hall of Harbour City</a>"
    box = '<div class="item">{}<p>{}</p><p><time datetime="2025-05-09">9 May</time></p></div>'
    assert "date" not in meta(body=BODY + box.format(link, "x" * 300))
    assert "date" in meta(body=BODY + box.format(link, "x" * 400))  # so long is the article itself


def test_a_change_in_a_meta_element_is_no_publication():
    assert "date" not in meta(
        head=f'<title>{TITLE}</title><meta property="article:modified_time" content="2024-03-14">'
    )


@pytest.mark.parametrize(
    "stamp", ["2099-01-01", "2025-06-03", "1970-01-01T00:00:00Z", "1969-12-31T17:00:00-07:00", "soon"]
)
def test_a_day_that_cannot_be_is_not_believed(stamp):
    head = f'<title>{TITLE}</title><meta property="article:published_time" content="{stamp}">'
    assert "date" not in meta(head=head)
    assert (
        meta(f'<time datetime="{stamp}">x</time><p class="date">4 March 2024</p>', head=head)["date"]
        == "4 March 2024"
    )
    assert meta(head=head + '<meta name="date" content="2024-03-04">')["date"] == "2024-03-04"


def test_tomorrow_may_be_today_elsewhere():
    assert datelines.believable("2025-06-02T01:00+07:00", TODAY)
    assert datelines.believable("1970", TODAY)  # a year is no zero of a clock


def test_a_page_of_very_many_dates_is_a_list(monkeypatch):
    line = '<p class="date">no date</p>'
    assert meta(line * 4 + '<p class="date">4 March 2024</p>')["date"] == "4 March 2024"
    monkeypatch.setattr(datelines, "_MOST", 4)
    assert "date" not in meta(line * 4 + '<p class="date">4 March 2024</p>')


# JSON-LD

SAID = (
    '{"@type": "NewsArticle", "headline": "Tuna landings", "datePublished": "2025-03-04T09:30:00Z", '
    '"author": {"@type": "Person", "name": "Ann Vole"}, "publisher": {"name": "Lo Ren Herald"}}'
)

OUTLET = '{"@id": "#o", "@type": "Organization", "name": "Lo Ren Herald"}'
PERSON = '{"@id": "#p", "name": "Ann Vole"}'
REFERRING = SAID.replace('"name": "Ann Vole"', '"@id": "#p"').replace(
    '"name": "Lo Ren Herald"', '"@id": "#o"'
)


@pytest.mark.parametrize(
    "script",
    [
        SAID,
        SAID.replace("Tuna", "Tuna\n"),
        SAID.replace("}}", "},\n}"),
        SAID.replace("NewsArticle", "https://schema.org/NewsArticle"),
        f"//<![CDATA[\n{SAID}\n//]]>",
        f"/*<![CDATA[*/ {SAID} /*]]>*/",
        f"<!-- {SAID} -->",
        f"{SAID};",
        f'[{{"@type": "WebPage", "headline": "x", "mainEntity": {SAID}}}]',
        f'{{"@graph": [{{"@type": "WebPage", "mainEntityOfPage": {{"@graph": [{SAID}]}}}}]}}',
        f'{{"@graph": [{OUTLET}, {PERSON}, {REFERRING}]}}',
    ],
)  # fmt: skip
def test_json_ld_as_sites_write_it(script):
    found = meta(head=f'<script type="application/ld+json">{script}</script>')
    assert (found["date"], found["outlet"], found["authors"]) == (
        "2025-03-04T09:30:00Z",
        "Lo Ren Herald",
        "Ann Vole",
    )


@pytest.mark.parametrize(
    "script",
    ["", "{", "[" * 100_000, '{"a": "' + '\\"' * 100_000, '{"a": 1' + "0" * 5000 + "}", "// <![CDATA[",
     "null", '{"@graph": ' * 9 + SAID + "}" * 9],
)  # fmt: skip
def test_json_ld_that_says_nothing(script):
    found = meta(head=f'<title>{TITLE}</title><script type="application/ld+json">{script}</script>')
    assert found == {"title": TITLE}


def test_commas_in_strings_stay():
    script = '{"@type": "Article", "headline": "One,} two, \\",] three",}'
    (made,) = jsonld._objects(jsonld._value(script))
    assert made["headline"] == 'One,} two, ",] three'


def test_addresses_and_references_to_nothing_are_no_names():
    said = json.loads(SAID) | {
        "publisher": {"@id": "https://x.example/#o"},
        "author": ["https://x.example/ann"],
    }
    found = meta(head=f'<script type="application/ld+json">{json.dumps(said)}</script>')
    assert "outlet" not in found
    assert "authors" not in found


# Titles

SITE = '<meta property="og:site_name" content="The Herald of Lo Ren">'


@pytest.mark.parametrize(
    ("head", "large", "title"),
    [
        ("<title>Lo Ren Herald</title>", TITLE, TITLE),
        ('<title>Lo Ren Herald</title><meta property="og:site_name" content="Lo Ren Herald">', TITLE, TITLE),
        (f"<title>{TITLE}</title>", "News", TITLE),  # a section
        (f"{SITE}<title>The Herald of Lo Ren | {TITLE}</title>", "", TITLE),
        (f"{SITE}<title>{TITLE}</title>", "The Herald of Lo Ren", TITLE),
        ("<title>Record tuna season</title>", TITLE, TITLE),
        ("", TITLE, TITLE),
    ],
)  # fmt: skip
def test_the_outlet_is_no_title(head, large, title):
    assert page(f"<div><h1>{large}</h1>{BODY}</div>", head).meta["title"] == title


# Offers

OFFER = (
    '<div class="{}"><h2>Continue reading with a digital subscription</h2><p>Get unlimited access to all '
    "stories of the Herald, on every device, for $4 a month. Cancel any time. Have an account? Log in.</p>"
    "<ul><li>Unlimited articles</li><li>Newsletters</li></ul></div>"
)
ABOUT = (
    "<p>Subscriptions of the Herald cost more from May, said the publisher, who lost many of its readers.</p>"
)
OFFER_VI = (
    '<div class="paywall"><p>Đăng ký gói thành viên để đọc tiếp bài này và mọi bài khác của báo, '
    "chỉ 49.000 đồng/tháng, hủy bất cứ lúc nào bạn muốn. Đã có tài khoản? Đăng nhập tại đây.</p></div>"
)


@pytest.mark.parametrize("offer", [OFFER.format("subscribe-wall"), OFFER.format("c-paywall"), OFFER_VI])
def test_an_offer_larger_than_what_is_shown_is_not_read(offer):
    made = page(f"<article><h1>{TITLE}</h1><p>{TEXT[0]}</p>{offer}</article>").text
    assert made.split("\n\n")[-1] == TEXT[0]
    assert len(made) < 200


@pytest.mark.parametrize(
    "box",
    [
        OFFER.format("story"),  # named after nothing
        f'<div class="paywall-content">{BODY}</div>',
        # About subscriptions: not a word to who reads it.
        f'<div class="paywall-content">{ABOUT}{ABOUT}{ABOUT}</div>',
        f'<div class="paywall-content">{BODY}{OFFER.format("x")}</div>',  # less than most of it
    ],
)  # fmt: skip
def test_what_is_no_offer_is_read_whatever_its_name(box):
    words = blocks.text_of(web._tree(box)).split("\n\n")[-1]
    made = " ".join(page(f"<article><h1>{TITLE}</h1><p>{TEXT[0]}</p>{box}</article>").text.split())
    assert words.removeprefix("- ") in made


def test_an_offer_is_kept_where_nothing_is_beside_it_or_it_is_long(monkeypatch):
    alone = f"<article><h1>{TITLE}</h1><p>Short.</p>{OFFER.format('paywall')}</article>"
    assert "unlimited access" in page(alone).text
    beside = f"<article><h1>{TITLE}</h1><p>{TEXT[0]}</p>{OFFER.format('paywall')}</article>"
    assert "unlimited access" not in page(beside).text
    monkeypatch.setattr(visible, "_LONGEST_OFFER", 100)
    assert "unlimited access" in page(beside).text
