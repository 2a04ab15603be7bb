"""Files made to break a reader: each is skipped with its reason, or read; never more than that."""

from __future__ import annotations

import functools
import io
import json
import os
import zipfile
import zlib
from email.message import EmailMessage
from pathlib import Path

from golden_documents import pdf, plain_html, rss, word, zipped
from golden_pages import json_ld
from golden_stories import FERRY, HARVEST, SCHOOL

READ = "read"  # it is read: at least one article, nothing skipped
PAGE = f"<html><body><h1>{FERRY.title}</h1>{plain_html(FERRY)}</body></html>".encode()
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha ha ha ha ha ha ha ha ha ha">""" + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
XXE = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def _bomb(members: dict[str, int], ratio_from: bytes = b"\0") -> bytes:
    """A zip whose members inflate to so many megabytes each; fast to make, so it shrinks 200-fold only."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for name, megabytes in members.items():
            with file.open(name, "w", force_zip64=True) as member:
                for _ in range(megabytes):
                    member.write(ratio_from * 1_000_000)
    return out.getvalue()


def _lying_zip() -> bytes:
    """A zip whose headers say that a member is of 10 bytes, when it inflates to 5 MB."""
    data = bytearray(zipped({"a.txt": b"word " * 1_000_000}))
    size = (5_000_000).to_bytes(4, "little")
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (10).to_bytes(4, "little")
    return bytes(data)


def _encrypted_zip() -> bytes:
    data = bytearray(zipped({"a.txt": b"The bridge was opened on Monday in the harbour."}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    return bytes(data)


def _with_part(data: bytes, name: str, content: bytes) -> bytes:
    """A zip container with one member replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        members = {one: file.read(one) for one in file.namelist()}
    return zipped({**members, name: content})


def _encrypted_pdf() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    sheet = canvas.Canvas(out, encrypt=StandardEncryption("secret", ownerPassword="x"))
    sheet.drawString(100, 700, "The bridge was opened.")
    sheet.save()
    return out.getvalue()


def _pictures_pdf() -> bytes:
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    sheet = canvas.Canvas(out)
    sheet.rect(100, 100, 200, 200, fill=1)
    sheet.save()
    return out.getvalue()


NO_PAGES = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj
trailer<</Root 1 0 R>>
%%EOF"""


def _pdf_bomb() -> bytes:
    """One page whose content stream inflates to 400 MB of drawing."""
    packer = zlib.compressobj(1)
    stream = b"".join(packer.compress(b"0 0 m 1 1 l S\n" * 70_000) for _ in range(400)) + packer.flush()
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF"
        % (len(stream), stream)
    )


def _only_attached() -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["Date"] = (
        "Scan",
        "a@b.example",
        "Tue, 02 Jan 2024 10:00:00 +0700",
    )
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="scan.pdf")
    return bytes(message)


def _nested_zip(depth: int) -> bytes:
    data = zipped({"a.txt": b"The bridge over the river was opened on Monday morning."})
    for _ in range(depth):
        data = zipped({"inner.zip": data})
    return data


def _line(**record: object) -> bytes:
    return json.dumps(record).encode()


TEXT = "The bridge over the river was opened on Monday. It cost 4 million crowns and is 300 metres long."


@functools.cache
def contents() -> dict[str, tuple[bytes, str | None]]:
    """Name → (content, a part of the reason; READ when it is read, None when either will do)."""
    docx = word(SCHOOL)
    good_pdf = pdf(FERRY)
    lone = '{"title": "A \\ud800 bridge", "text": "' + TEXT + ' \\udfff"}'
    return {
        # Text
        "empty.txt": (b"", "empty"),
        "bom.txt": (b"\xef\xbb\xbf", "empty"),
        "nuls.txt": (b"\0" * 4000, "empty"),
        "binary.txt": (os.urandom(4000) + b"\0\1\2", "binary"),
        "elf.txt": (b"\x7fELF\x02\x01\x01" + b"\0" * 9 + os.urandom(3000), "binary"),
        "word.txt": (("x" * 200_000 + " " + TEXT).encode(), READ),
        "emoji.txt": ((TEXT + " 👩‍👩‍👧‍👦 ‮reversed‬ " * 30).encode(), READ),
        "arabic.txt": (("فتح الجسر فوق النهر يوم الاثنين. " * 20).encode(), READ),
        "aliases.md": (b"---\ntitle: &a [x, x]\nauthors: [*a, *a, *a]\n---\n\n" + TEXT.encode(), READ),
        "deep.md": (b"---\nauthors: " + b"[" * 50_000 + b"\n---\n\n" + TEXT.encode(), "no article text"),
        # Pages
        "empty.html": (b"", "empty"),
        "spaces.html": (b"  \n\n ", "empty"),
        "no-text.html": (b"<html><body><img src=a><script>var a = 1</script></body></html>", "no article text"),
        "deep.html": (b"<div>" * 5000 + TEXT.encode() + b"</div>" * 5000, "nested too deeply"),
        "deep-300.html": (b"<div>" * 300 + TEXT.encode() * 9 + b"</div>" * 300, READ),
        "spans.html": (b"<p>" + b"<b><i>" * 20_000 + TEXT.encode(), None),
        "attribute.html": (PAGE.replace(b"<h1>", b'<h1 data-x="' + b"y" * 10_000_000 + b'">'), None),
        "unclosed.html": (b"<html><body><p" + b"<" * 50_000 + TEXT.encode(), None),
        "style.html": (b"<style>" + b"a{}" * 300_000, "no article text"),
        "nul.html": (PAGE.replace(b" ", b" \0"), "binary"),
        "random.html": (os.urandom(20_000), "binary"),
        "charset.html": (b'<meta charset="klingon-8">' + PAGE, READ),
        "utf7.html": (b'<meta charset="utf-7">' + PAGE, READ),
        "hidden.html": (b"<html><body><div style='display:none'>" + TEXT.encode() * 9 + b"</div></body></html>",
                        "no article text"),
        "ld.html": (PAGE.replace(b"<html>", b'<html><head><script type="application/ld+json">' + b"[" * 100_000
                                 + b"</script></head>"), READ),
        "ld-types.html": (PAGE.replace(b"<html>", b'<html><head><script type="application/ld+json">[{"@type": 5, '
                                       b'"headline": {"a": 1}}, {"@type": ["NewsArticle", null], "headline": 7}]</script>'
                                       b"</head>"), None),
        "none.mht": (b"MIME-Version: 1.0\nContent-Type: image/png\n\nabc", "no web page"),
        # PDF
        "empty.pdf": (b"", "empty"),
        "garbage.pdf": (b"%PDF-1.7\n" + os.urandom(3000), "damaged"),
        "truncated.pdf": (good_pdf[: len(good_pdf) // 3], "damaged"),
        "encrypted.pdf": (_encrypted_pdf(), "encrypted"),
        "no-pages.pdf": (NO_PAGES, "damaged"),
        "pictures.pdf": (_pictures_pdf(), "scanned"),
        "bomb.pdf": (_pdf_bomb(), "its reader"),
        "html.pdf": (PAGE, "not a PDF"),
        # Word and EPUB
        "old.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 3000, "encrypted"),
        "half.docx": (docx[: len(docx) // 2], "damaged"),
        "zip.docx": (zipped({"a.txt": b"x"}), "not a Word document"),
        "bomb.docx": (_bomb({"[Content_Types].xml": 210}), "bomb"),
        "laughs.docx": (_with_part(docx, "word/document.xml", LAUGHS + b"]><l>&j;</l>"), "damaged"),
        "xxe.docx": (_with_part(docx, "word/document.xml", XXE + b"<r>&x;</r>"), "damaged"),
        "no-text.docx": (_with_part(docx, "word/document.xml",
                                    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
                                    b"<w:body/></w:document>"), "no article text"),
        "empty.epub": (zipped({"mimetype": b"application/epub+zip"}), "missing"),
        "laughs.epub": (zipped({"META-INF/container.xml": LAUGHS + b"]><l>&j;</l>"}), "entities"),
        "escape.epub": (zipped({
            "META-INF/container.xml": b'<container><rootfile full-path="../../../../etc/passwd"/></container>'}), "missing"),
        # Archives
        "not.zip": (b"PK\x03\x04 and no more", "damaged"),
        "empty.zip": (zipped({}), "no article"),
        "bomb.zip": (_bomb({"a.pdf": 70}), "more than 60 MB inflated"),
        "large.zip": (_bomb({"a.txt": 30}), "too large"),
        "lying.zip": (_lying_zip(), "damaged"),
        "encrypted.zip": (_encrypted_zip(), "encrypted"),
        "nested.zip": (_nested_zip(6), "nested"),
        "nested-once.zip": (_nested_zip(1), READ),
        "traversal.zip": (zipped({"../../../../tmp/rag-was-here.txt": TEXT.encode(), "/etc/rag.txt": (TEXT + " Too.").encode()}),
                          READ),
        "names.zip": (zipped({"a\x1b]52;c;x\x07\n.txt": TEXT.encode()}), READ),
        "many.zip": (zipped({f"{n}.bin": b"" for n in range(10_001)}), "members"),
        # JSON and tables
        "deep.json": (b"[" * 100_000, "nested too deeply"),
        "nan.jsonl": (b'{"title": "x", "text": "y", "date": NaN}\n', "NaN"),
        "digits.jsonl": (b'{"text": "' + TEXT.encode() + b'", "views": ' + b"9" * 5000 + b"}\n", "not valid JSON"),
        "surrogates.jsonl": (lone.encode(), READ),
        "cut.jsonl": (_line(title="A", text=TEXT) + b'\n{"title": "B", "te', "not valid JSON"),
        "numbers.jsonl": (b"1\n2\n", "not valid JSON"),
        "no-text.jsonl": (_line(title="A", views=3), "no field for the text"),
        "latin.jsonl": (b'{"text": "caf\xe9 ' + TEXT.encode() + b'"}', "UTF-8"),
        "types.jsonl": (_line(title=["a", {"name": None}], text=TEXT, date={"x": 1}, authors=7, lang=[1], id=[{}]), READ),
        "infinite.jsonl": (b'{"text": "' + TEXT.encode() + b'", "date": 1e999, "title": ' + b"[" * 900 + b"]" * 900 + b"}", READ),
        "empty.json": (b"[]", "no article"),
        "huge.csv": (b"title,text\nA,\"" + b"word " * 500_000 + b'"\n', "field"),
        "no-text.csv": (b"a,b\n1,2\n", "no field for the text"),
        "ragged.csv": (b"title,text\nA,one, two, three\n", "cells"),
        "quotes.csv": (b'title,text\n"A,' + b'"' * 5001, None),
        "binary.csv": (os.urandom(5000), "binary"),
        # Feeds and mail
        "page.xml": (b"<?xml version='1.0'?><note>Hello there</note>", "neither an RSS"),
        "none.rss": (b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>', "without entries"),
        "laughs.rss": (LAUGHS + b"]><rss version='2.0'><channel><item><title>&j;</title></item></channel></rss>",
                       "entities"),
        "xxe.atom": (XXE + b"<feed><entry><title>&x;</title></entry></feed>", "entities"),
        "cut.rss": (rss((FERRY, HARVEST))[:-400], None),
        "deep.rss": (b"<rss version='2.0'><channel>" + b"<a>" * 50_000, None),
        "attached.eml": (_only_attached(), "only attached files: scan.pdf"),
        "text.eml": (b"Just some words without any header\n", "not a mail"),
        "loop.eml": (b"Subject: x\nContent-Type: multipart/mixed; boundary=a\n\n" + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n"
                     * 3000, "no text"),
        "charset.eml": (b"Subject: x\nContent-Type: text/plain; charset=klingon\n\n" + TEXT.encode(), READ),
        # Names
        "x" * 251 + ".txt": (TEXT.encode(), READ),
        "line\nbreak\x1b[31m.txt": (TEXT.encode(), READ),
        "no suffix": (TEXT.encode(), "suffixless files are not read"),
        "picture.png": (b"\x89PNG", ".png files are not read"),
        "UPPER.HTML": (json_ld(HARVEST), READ),
    }  # fmt: skip


def lay(folder: Path) -> dict[str, str | None]:
    """Write all of them and the odd kinds of files; return what is expected of each name (None: either)."""
    expected: dict[str, str | None] = {}
    for name, (data, reason) in contents().items():
        (folder / name).write_bytes(data)
        expected[name] = reason
    raw = os.fsencode(folder) + b"/b\xffd.txt"
    with open(raw, "wb") as file:  # noqa: PTH123 - a name that is not UTF-8
        file.write(TEXT.encode())
    expected[raw.rpartition(b"/")[2].decode("utf-8", "replace")] = READ
    with open(os.fsencode(folder) + b"/p\xfe.png", "wb") as file:  # noqa: PTH123
        file.write(b"x")
    expected["p\ufffd.png"] = ".png files are not read"
    with (folder / "hundred.txt").open("wb") as file:
        file.truncate(100_000_000)
    with (folder / "hundred.jsonl").open("wb") as file:
        for _ in range(100):
            file.write(b'{"text": "' if not file.tell() else b"word " * 200_000)
    os.mkfifo(folder / "pipe.html")
    os.mkfifo(folder / "pipe.txt")
    (folder / "zero.pdf").symlink_to("/dev/zero")
    (folder / "loop.html").symlink_to(folder / "loop.html")
    (folder / "around").symlink_to(folder)
    (folder / "articles.toml").write_text('["gone.txt"]\ntitel = "x"\n', "utf-8")
    expected |= {
        "hundred.txt": "too large", "hundred.jsonl": "not valid JSON", "pipe.html": "not a regular", "pipe.txt": "not a regular",
        "zero.pdf": "out of the folder", "loop.html": "cannot be read", "articles.toml": "not here",
    }  # fmt: skip
    return expected
