"""Golden documents: the invented stories as PDF (one and two columns), Word, EPUB, mail, MHTML and feed."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage
from html import escape
from pathlib import Path

import reportlab
from golden_pages import json_ld, shown
from golden_stories import BRIDGE, COFFEE, FERRY, HARVEST, METRO, SCHOOL, STORIES, Golden, Story

# A font with Vietnamese letters where there is one; without it the Vietnamese documents are left out.
FONTS = (
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    Path("/usr/share/fonts/dejavu/DejaVuSans.ttf"),
)
FONT = next((path for path in FONTS if path.is_file()), None)


def pdf(story: Story, columns: int = 1, header: str = "", long: bool = False) -> bytes:
    """Set a story as a newspaper would: headline across, text justified in columns, running lines."""
    from reportlab.lib.enums import TA_JUSTIFY
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer

    font = "Helvetica"
    if FONT:
        pdfmetrics.registerFont(TTFont("DejaVu", str(FONT)))
        font = "DejaVu"
    width, height = A4
    gap, margin = 18, 56
    column = (width - 2 * margin - gap * (columns - 1)) / columns
    text = ParagraphStyle("text", fontName=font, fontSize=9.5, leading=13, alignment=TA_JUSTIFY, spaceAfter=5)
    head = ParagraphStyle("head", parent=text, fontSize=12, leading=15, spaceBefore=6, alignment=0)
    title = ParagraphStyle("title", parent=text, fontSize=20, leading=25, alignment=0)

    def furniture(canvas, document):
        canvas.setFont(font, 8)
        canvas.drawString(margin, height - 30, header)
        canvas.drawCentredString(width / 2, 24, str(document.page))

    flow = [Paragraph(escape(story.lead), text)]
    flow += [Paragraph(escape(part), text) for part in story.body * (4 if long else 1)]
    flow += [Paragraph(escape(story.heading), head), *(Paragraph(escape(part), text) for part in story.after)]
    flow += [Paragraph("• " + escape(part), text) for part in story.items]
    if story.caption:
        flow.append(Paragraph(escape(story.caption), text))
    out = io.BytesIO()
    document = BaseDocTemplate(out, pagesize=A4, title="Microsoft Word - final2.doc", author=story.author)
    top = 110
    tall = 320 if long else height - margin - top - 40
    frames = [
        Frame(margin + number * (column + gap), margin, column, tall, 0, 0, 0, 0, id=str(number))
        for number in range(columns)
    ]

    def first(canvas, document):
        furniture(canvas, document)
        for words, style, at in (
            (story.title, title, height - 100),
            (shown(story.date, story.lang), text, height - 125),
        ):
            paragraph = Paragraph(escape(words), style)
            paragraph.wrapOn(canvas, width - 2 * margin, 200)
            paragraph.drawOn(canvas, margin, at)

    document.addPageTemplates([
        PageTemplate("first", frames, onPage=first, autoNextPageTemplate="later"),
        PageTemplate("later", frames, onPage=furniture),
    ])  # fmt: skip
    document.build([Spacer(1, 1), *flow])
    return out.getvalue()


def letter_by_letter(story: Story) -> bytes:
    """Set a story as browsers print: each letter is drawn by itself, spaces are gaps."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import simpleSplit
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=A4)
    sheet.setFont("Helvetica", 8)
    sheet.drawString(30, 820, "11/25/2026, 7:23 PM")
    sheet.drawString(240, 820, f"{story.title} | {story.outlet}")
    sheet.drawString(30, 16, "https://news.example/printed")
    sheet.drawString(550, 16, "1/1")
    y = 780.0
    parts = [
        (story.title, 20),
        (shown(story.date, story.lang), 9),
        (story.lead, 10),
        *((part, 10) for part in story.body),
    ]
    parts += [
        (story.heading, 14),
        *((part, 10) for part in story.after),
        *((part, 10) for part in story.items),
    ]
    for words, size in parts + ([(story.caption, 10)] if story.caption else []):
        for line in simpleSplit(words, "Helvetica", size, 480):
            x = 56.0
            sheet.setFont("Helvetica", size)
            for letter in line:
                if letter != " ":
                    sheet.drawString(x, y, letter)
                x += pdfmetrics.stringWidth(letter, "Helvetica", size)
            y -= 1.3 * size
        y -= 0.8 * size
    sheet.save()
    return out.getvalue()


def word(story: Story) -> bytes:
    import docx

    document = docx.Document()
    document.core_properties.author = story.author
    document.add_paragraph(story.title, style="Title")
    document.add_paragraph(shown(story.date, story.lang))
    document.add_paragraph(story.lead)
    if story.caption:
        document.add_paragraph(story.caption, style="Caption")
    for part in story.body:
        document.add_paragraph(part)
    document.add_heading(story.heading, 2)
    for part in story.after:
        document.add_paragraph(part)
    for item in story.items:
        document.add_paragraph(item, style="List Bullet")
    if story.table:
        table = document.add_table(rows=0, cols=len(story.table[0]))
        for row in story.table:
            for cell, words in zip(table.add_row().cells, row, strict=True):
                cell.text = words
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return out.getvalue()


def plain_html(story: Story) -> str:
    parts = [story.lead, *story.body]
    listed = "".join(f"<li>{escape(item)}</li>" for item in story.items)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in story.table[1:]
    )
    head = "".join(f"<th>{escape(cell)}</th>" for cell in story.table[0]) if story.table else ""
    return (
        "".join(f"<p>{escape(part)}</p>" for part in parts)
        + (f"<p>{escape(story.caption)}</p>" if story.caption else "")
        + f"<h2>{escape(story.heading)}</h2>" + "".join(f"<p>{escape(part)}</p>" for part in story.after)
        + (f"<ul>{listed}</ul>" if listed else "") + (f"<table><tr>{head}</tr>{rows}</table>" if head else "")
    )  # fmt: skip


def epub(stories: tuple[Story, ...]) -> bytes:
    """A book of stories with a cover, a table of contents and its date."""
    names = [f"s{number}.xhtml" for number in range(len(stories))]
    items = "".join(
        f'<item id="{name[:-6]}" href="{name}" media-type="application/xhtml+xml"/>' for name in names
    )
    spine = "".join(f'<itemref idref="{name[:-6]}"/>' for name in names)
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Week</dc:title>'
        f"<dc:publisher>The Week</dc:publisher><dc:date>{stories[0].date}</dc:date></metadata>"
        f'<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>{items}'
        f'</manifest><spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    container = (
        '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/p.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    members = {"mimetype": b"application/epub+zip", "META-INF/container.xml": container.encode()}
    members["OEBPS/p.opf"] = package.encode()
    members["OEBPS/nav.xhtml"] = b"<html><body><nav><ol><li>One</li></ol></nav></body></html>"
    for name, story in zip(names, stories, strict=True):
        body = f"<h1>{escape(story.title)}</h1>{plain_html(story)}"
        members[f"OEBPS/{name}"] = (
            '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head>'
            f"<body>{body}</body></html>"
        ).encode()
    return zipped(members)


def mail(story: Story, *, html: bool) -> bytes:
    message = EmailMessage()
    message["Subject"] = story.title
    message["From"] = f"{story.author} <press@news.example>"
    message["Date"] = story.date.strftime("%a, %d %b %Y 01:30:00 +0700")
    plain = "\n\n".join(
        [story.lead, *story.body, story.heading, *story.after, *(f"- {item}" for item in story.items)]
    )
    if html:
        message.set_content(plain_html(story), subtype="html")
    else:
        message.set_content(plain + "\n\n-- \nPress office, Long Lane 1\n")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
    return bytes(message)


def mhtml(story: Story) -> bytes:
    import quopri

    return (
        b'From: <Saved>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
        b'--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
        + quopri.encodestring(json_ld(story))
        + b"\r\n--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n"
    )  # fmt: skip


def rss(stories: tuple[Story, ...], *, newest: int | None = None) -> bytes:
    items = "".join(
        f"<item><title>{escape(one.title)}</title><link>https://news.example/{number}</link>"
        f"<guid>https://news.example/id/{number}</guid><dc:creator>{one.author}</dc:creator>"
        f"<pubDate>{one.date.strftime('%a, %d %b %Y')} 01:30:00 +0700</pubDate>"
        f"<content:encoded><![CDATA[{plain_html(one)}]]></content:encoded></item>"
        for number, one in enumerate(stories)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>The Week</title>'
        f"<link>https://news.example</link>{items}</channel></rss>"
    ).encode()


def documents() -> list[Golden]:
    """One article a file, so that all are judged alike."""
    without_table = (FERRY, SCHOOL, *((BRIDGE, COFFEE) if FONT else ()))
    found = [
        Golden(f"one-{n}.pdf", pdf(story), story, authored=True) for n, story in enumerate(without_table)
    ]
    found += [
        Golden(f"two-{n}.pdf", pdf(story, 2, f"{story.outlet}  No. 113"), story, authored=True,
               extra={"header": "No. 113"})
        for n, story in enumerate(without_table)
    ]  # fmt: skip
    found += [
        Golden(f"letters-{n}.pdf", letter_by_letter(story), story, extra={"printed": "7:23 PM"})
        for n, story in enumerate((FERRY, SCHOOL))
    ]
    found += [Golden(f"word-{n}.docx", word(story), story, authored=True) for n, story in enumerate(STORIES)]
    found += [Golden("plain.eml", mail(COFFEE, html=False), COFFEE, authored=True, extra={"sign": "Long Lane"}),
              Golden("html.eml", mail(HARVEST, html=True), HARVEST, authored=True),
              Golden("page.mht", mhtml(BRIDGE), BRIDGE, authored=True),
              Golden("metro.epub", epub((METRO,)), METRO),
              Golden("school.rss", rss((SCHOOL,)), SCHOOL, authored=True)]  # fmt: skip
    return found


assert reportlab  # the test extra brings it
