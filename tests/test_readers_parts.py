"""Files of several articles, sidecars, field maps, old Vietnamese encodings, and libraries from before."""

import datetime as dt
import json
import unicodedata

import pytest
from golden_documents import epub, rss, zipped
from golden_pages import json_ld
from golden_stories import BRIDGE, COFFEE, FERRY, HARVEST, METRO, SCHOOL
from index_helpers import ENGLISH, VIETNAMESE, to_cp1258

from index import Library, article, readers
from index.embed import HashEmbedder
from index.errors import BadArticle, NotFound
from index.readers import sidecar, source, vietnamese, web
from index.text import pages


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library", HashEmbedder(32)) as library:
        yield library


@pytest.fixture
def news(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    return folder


def counts(done):
    return done.added, done.updated, done.unchanged, len(done.skipped)


def lines(*records):
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in records).encode()


def story(one):
    return {
        "title": one.title,
        "text": f"{one.lead}\n\n{one.body[0]}",
        "date": str(one.date),
        "id": one.title[:5],
    }


# Several articles in one file


def test_a_feed_is_its_entries_and_follows_it(library, news):
    path = news / "week.rss"
    path.write_bytes(rss((FERRY, SCHOOL, COFFEE)))
    assert counts(library.add(news)) == (3, 0, 0, 0)
    first = library.get("week.rss#https:_news.example_id_0")
    assert (first.title, first.published, first.outlet) == (FERRY.title, FERRY.date, "The Week")
    assert (first.url, first.authors) == ("https://news.example/0", (FERRY.author,))
    assert first.container == str(path)
    assert counts(library.add(news)) == (0, 0, 3, 0)
    path.write_bytes(rss((FERRY, SCHOOL)).replace(b"240 passengers", b"250 passengers"))
    done = library.add(news)
    assert (counts(done), done.articles) == ((0, 1, 1, 0), 2)
    assert "250 passengers" in library.get(first.file).text
    assert library.verify() == []


def test_the_file_name_removes_all_of_them_and_shows_none(library, news):
    (news / "week.rss").write_bytes(rss((FERRY, SCHOOL)))
    (news / "other.txt").write_text(ENGLISH)
    library.add(news)
    with pytest.raises(NotFound, match=r"'week.rss' is 2 articles: .*\nname one of them: rag list"):
        library.get("week.rss")
    assert len(library.find("week.rss")) == 2
    assert {one.title for one in library.remove("week.rss")} == {FERRY.title, SCHOOL.title}
    assert [one.file for one in library.articles()] == ["other.txt"]
    with pytest.raises(NotFound):
        library.remove(["other.txt", "week.rss"])
    assert len(library.articles()) == 1


def test_a_file_that_cannot_be_read_any_more_keeps_its_articles(library, news):
    path = news / "all.zip"
    path.write_bytes(zipped({"a.txt": ENGLISH.encode(), "b/2021-05-04_cau.txt": VIETNAMESE.encode()}))
    assert counts(library.add(news)) == (2, 0, 0, 0)
    assert [one.file for one in library.articles()] == ["all.zip#a.txt", "all.zip#b_2021-05-04_cau.txt"]
    path.write_bytes(path.read_bytes()[:200])
    assert counts(library.add(news)) == (0, 0, 0, 1)
    assert len(library.articles()) == 2
    path.write_bytes(zipped({"a.txt": b"\0\1\2\3" * 99, "c.txt": (ENGLISH + "More.\n").encode()}))
    done = library.add(news)
    assert counts(done) == (1, 0, 0, 1)  # a.txt is there but broken: it stays; the other has gone
    assert done.skipped[0].path == f"{path}#a.txt"
    assert [one.file for one in library.articles()] == ["all.zip#a.txt", "all.zip#c.txt"]


def test_a_real_file_with_a_number_sign_is_not_part_of_another(library, news):
    (news / "a.jsonl").write_bytes(lines(story(FERRY)))
    (news / "a.jsonl#3.txt").write_text(ENGLISH)
    assert counts(library.add(news)) == (2, 0, 0, 0)
    (news / "a.jsonl").write_bytes(lines(story(SCHOOL)))
    assert counts(library.add(news)) == (1, 0, 1, 0)
    assert {one.file for one in library.articles()} == {"a.jsonl#Brack", "a.jsonl#3.txt"}


def test_digests_do_not_depend_on_where_the_file_lies(tmp_path):
    digests = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jsonl").write_bytes(lines(story(FERRY), story(METRO)))
        with Library.open(tmp_path / name / "library", HashEmbedder(8)) as library:
            library.add(tmp_path / name / "a.jsonl")
            digests.add(library.digest)
    assert len(digests) == 1


def test_an_archive_mixes_formats_and_its_own_date_is_nobodys(news):
    members = {"x/page.html": json_ld(HARVEST), "week.rss": rss((FERRY,)), "a.txt": ENGLISH.encode(),
               ".hidden.txt": b"x", "__MACOSX/a.txt": b"y", "p.png": b"z"}  # fmt: skip
    (news / "2019-01-01.zip").write_bytes(zipped(members))
    found = readers.read(news / "2019-01-01.zip")
    assert [one.part for one in found] == [
        "x/page.html",
        "week.rss#https://news.example/id/0",
        "a.txt",
        "p.png",
    ]
    assert found[3].reason.startswith(".png files are not read")
    made = article.of_source(found[2], news / "2019-01-01.zip")
    assert made.dated.basis == "text"


def test_a_book_is_its_chapters(news):
    (news / "book.epub").write_bytes(epub((FERRY, METRO)))
    found = readers.read(news / "book.epub")
    assert [one.meta["title"] for one in found] == [FERRY.title, METRO.title]


def test_fragments_are_safe_short_and_different():
    assert article.fragment("https://a.example/x y?z=1") == "https:_a.example_x_y_z=1"
    long = [article.fragment("a" * 300 + end) for end in ("b", "c")]
    assert long[0] != long[1]
    assert all(len(one) <= 120 for one in long)
    assert "/" not in article.fragment("/../etc")


def test_what_browsers_save_beside_a_page_is_not_read(library, news):
    for folder, page in (("story_files", "story.html"), ("own_files", "")):
        (news / folder).mkdir()
        (news / folder / "frame.html").write_bytes(json_ld(SCHOOL if page else METRO))
        if page:
            (news / page).write_bytes(json_ld(FERRY))
    assert counts(library.add(news)) == (2, 0, 0, 0)
    assert {one.title for one in library.articles()} == {FERRY.title, METRO.title}
    members = {
        "x/s.htm": json_ld(FERRY),
        "x/s_files/ad.html": json_ld(SCHOOL),
        "t_files/a.html": json_ld(METRO),
    }
    (news / "a.zip").write_bytes(zipped(members))
    assert [one.part for one in readers.read(news / "a.zip")] == ["x/s.htm", "t_files/a.html"]


def test_limits_on_parts_pages_and_lengths_can_trip(news, monkeypatch):
    from golden_documents import pdf

    from index.readers import formats
    from index.readers import pdf as pdf_reader

    data = lines(story(FERRY), story(METRO), {"title": "Long", "text": "words " * 400_000})
    assert [getattr(one, "reason", "")[:21] for one in formats.parse("a.jsonl", data, {})] == [
        "", "", "too long for one arti"
    ]  # fmt: skip
    monkeypatch.setattr(formats, "MOST_PARTS", 1)
    with pytest.raises(BadArticle, match="more than 1 articles; split it"):
        list(formats.parse("a.jsonl", data, {}))
    document = pdf(FERRY, 2, long=True)
    assert len(list(formats.parse("a.pdf", document, {}))) == 1
    monkeypatch.setattr(pdf_reader, "MOST_PAGES", 1)
    with pytest.raises(BadArticle, match="2 pages, the limit is 1; split it"):
        list(formats.parse("a.pdf", document, {}))


def test_word_shows_insertions_and_content_controls_but_nothing_hidden(news):
    import docx
    from docx.oxml import parse_xml

    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = docx.Document()
    for xml in (
        f"<w:p {space}><w:r><w:t>The bridge </w:t></w:r><w:ins><w:r><w:t>was opened</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>was not opened</w:delText></w:r></w:del><w:r><w:t> on Monday.</w:t></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>Say 42.</w:t></w:r></w:p>",
        f"<w:sdt {space}><w:sdtContent><w:p><w:r><w:t>It cost four million.</w:t></w:r></w:p></w:sdtContent>"
        "</w:sdt>",
    ):
        document.element.body.insert(0 if "ins" in xml else 1, parse_xml(xml))
    document.save(news / "a.docx")
    (one,) = readers.read(news / "a.docx")
    assert one.text == "The bridge was opened on Monday.\n\nIt cost four million."


def test_a_page_inside_a_form_is_read(news):
    page = (
        json_ld(FERRY)
        .replace(b"<main>", b"<form id=aspnetForm><main>")
        .replace(b"</main>", b"</main></form>")
    )
    (news / "a.html").write_bytes(
        page.replace(b"<article>", b'<article aria-hidden="true" class="hidden md:block">')
    )
    (one,) = readers.read(news / "a.html")
    assert FERRY.lead in one.text


# Fields and sidecars


def test_usual_field_names_are_known(news):
    (news / "a.jsonl").write_bytes(lines(
        {"headline": "A", "content": ENGLISH, "published_at": "2024-05-01T10:00:00Z",
         "source": {"name": "Post"},
         "author": ["Ann Lee", "Bo Ray"], "link": "https://a.example/1", "language": "en-GB", "id": 7},
        {"Tiêu đề": "B", "Nội dung": VIETNAMESE, "Ngày đăng": "04/05/2021", "lang": "vi"},
        {"title": "C", "body": "<p>First &amp; last.</p><p>Second.</p>", "timestamp": 1700000000},
    ))  # fmt: skip
    first, second, third = readers.read(news / "a.jsonl")
    assert (first.part, second.part, third.part) == ("7", "2", "3")
    made = article.of_source(first, news / "a.jsonl")
    assert (made.title, made.published, made.outlet) == ("A", dt.date(2024, 5, 1), "Post")
    assert (made.authors, made.url, made.lang) == (("Ann Lee", "Bo Ray"), "https://a.example/1", "en")
    assert article.of_source(second, news / "a.jsonl").published == dt.date(2021, 5, 4)
    assert (third.text, third.meta["date"]) == ("First & last.\n\nSecond.", "2023-11-14")


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_tables(news, mark):
    text = ENGLISH.replace('"', '""')
    (news / "a.csv").write_text(
        f'title{mark}date{mark}text\nA{mark}2024-05-01{mark}"{text}"\n\nB{mark}x{mark}\n'
    )
    first, second = readers.read(news / "a.csv")
    assert (first.meta, first.text) == ({"title": "A", "date": "2024-05-01"}, ENGLISH.strip() + "\n")
    assert second.reason == "its field 'text' is empty"


def test_a_map_names_the_fields_and_a_wrong_one_is_refused(news):
    (news / "a.csv").write_text("head,story\nA bridge,The bridge over the river was opened on Monday.\n")
    with pytest.raises(BadArticle, match=r"no field for the text among 'head', 'story'; name it in"):
        readers.read(news / "a.csv")
    (news / "articles.toml").write_text('["a.csv"]\nfields = {text = "story", title = "head"}\n')
    (one,) = readers.read(news / "a.csv")
    assert (one.meta["title"], one.text[:10]) == ("A bridge", "The bridge")
    (news / "articles.toml").write_text('["a.csv"]\nfields = {text = "stroy"}\n')
    with pytest.raises(BadArticle, match=r"has no field 'stroy' as articles.toml says; it has 'head'"):
        readers.read(news / "a.csv")


def test_a_sidecar_says_what_files_do_not(library, news):
    (news / "bridge.txt").write_text(ENGLISH)
    (news / "cau.txt").write_text(VIETNAMESE)
    (news / "articles.toml").write_text(
        '[default]\noutlet = "Harbour Times"\n["bridge.txt"]\ntitle = "A bridge"\ndate = 2021-05-04\n'
        'authors = ["Anna Reed", "Bo"]\nurl = "https://a.example/b"\n'
    )
    done = library.add(news)
    assert counts(done) == (2, 0, 0, 0)
    one, other = library.get("bridge.txt"), library.get("cau.txt")
    assert (one.title, one.published, one.authors) == ("A bridge", dt.date(2021, 5, 4), ("Anna Reed", "Bo"))
    assert (one.outlet, other.outlet, other.authors) == ("Harbour Times", "Harbour Times", ())
    library.add(news, outlet="The Harbour")
    assert library.get("bridge.txt").outlet == "The Harbour"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("title = ", "not valid TOML"),
        ('["bridge.txt"]\ntitel = "x"', "'bridge.txt' has the unknown key 'titel'; use title"),
        ('["brigde.txt"]\ntitle = "x"', "'brigde.txt' is not here; did you mean 'bridge.txt'?"),
        ('title = "x"', "write ['title'] above the keys of a file"),
        ('["bridge.txt"]\nfields = {txt = "x"}', "maps the unknown field 'txt'; use text, title"),
        ('["bridge.txt"]\nfields = 3', "has fields = 3; write fields ="),
    ],
)
def test_a_wrong_sidecar_is_reported_and_the_files_go_in(library, news, text, reason):
    (news / "bridge.txt").write_text(ENGLISH)
    (news / "articles.toml").write_text(text)
    done = library.add(news)
    assert done.added == 1
    assert [one.path for one in done.skipped] == [str(news / "articles.toml")]
    assert reason in done.skipped[0].reason
    assert sidecar.load(news.parent).problem == ""


def test_front_matter_may_be_yaml(news):
    (news / "a.md").write_text(
        "---\ntitle: It's #1: a bridge\nauthors:\n  - Ann Lee\n  - name: Bo Ray\nupdated: 2024-05-02\n"
        "date: 2024-05-01\nurl: https://a.example/b\ntags: [x, y]\n---\n\nThe bridge was opened on Monday.\n"
    )
    (one,) = readers.read(news / "a.md")
    made = article.of_source(one, news / "a.md")
    assert (made.title, made.authors, made.url) == (
        "It's #1: a bridge",
        ("Ann Lee", "Bo Ray"),
        "https://a.example/b",
    )
    assert (made.published, made.updated.date) == (dt.date(2024, 5, 1), dt.date(2024, 5, 2))
    (news / "a.md").write_text("---\ntitle: A\nauthors: [Ann Lee, Bo Ray]\n---\n\nThe bridge was opened.\n")
    assert readers.read(news / "a.md")[0].meta["authors"] == "Ann Lee; Bo Ray"


@pytest.mark.parametrize(
    ("words", "people"),
    [("By Ann Lee and Bo Ray", ("Ann Lee", "Bo Ray")), ("Trần Minh, Lê Hoa", ("Trần Minh", "Lê Hoa")),
     ("Ann Lee; Ann Lee", ("Ann Lee",)), ("", ()), ("—", ()), ("Andy Band", ("Andy Band",))],
)  # fmt: skip
def test_bylines(words, people):
    assert article.people(words) == people


def test_a_change_before_publication_and_strange_addresses_are_not_believed(tmp_path):
    meta = {"date": "2024-05-02", "updated": "2024-05-01", "url": "javascript:alert(1)"}
    made = article.of_text(ENGLISH, tmp_path / "a.txt", meta=meta)
    assert (made.updated, made.url) == (None, None)


# Vietnamese from before Unicode


def to_tcvn3(text):
    codes = {letter: code for code, letter in vietnamese._TABLE.items()}
    return b"".join(bytes([codes[one]]) if one in codes else one.encode("cp1252") for one in text)


def to_vni(text):
    codes = {vietnamese._vni(pair.encode("cp1252")): pair for pair in _vni_pairs()}
    return "".join(codes.get(one, one) for one in text).encode("cp1252")


def _vni_pairs():
    for pair in vietnamese._VNI_ALONE:
        yield from (pair, pair.upper())
    for base in "aeouyôö":
        for mark in vietnamese._VNI_MARKS:
            yield from (base + mark, (base + mark).upper())


@pytest.mark.parametrize(("encode", "name"), [(to_tcvn3, "TCVN3 (ABC)"), (to_vni, "VNI")])
def test_old_vietnamese_encodings_are_converted_and_named(library, news, encode, name):
    text = VIETNAMESE.replace("Thành phố Cảng", "Thành phố Cảng “mới”")
    data = encode(text)
    with pytest.raises(UnicodeDecodeError):
        data.decode()
    (news / "cu.txt").write_bytes(data)
    assert source.decode_named(data) == (text, f"converted from {name}")
    library.add(news)
    assert library.get("cu.txt").note == f"converted from {name}"


def test_an_old_page_that_declares_a_western_encoding_is_converted(news):
    page = json_ld(BRIDGE).decode().replace("utf-8", "iso-8859-1")
    page = page[: page.index("<script")] + page[page.rindex("</head>") :]
    (news / "a.html").write_bytes(to_vni(page))
    (one,) = readers.read(news / "a.html")
    assert one.meta["note"] == "converted from VNI"
    assert BRIDGE.lead in one.text


def test_a_document_written_for_those_fonts_is_converted(news):
    import docx

    document = docx.Document()
    document.add_paragraph(to_tcvn3(BRIDGE.title).decode("cp1252"), style="Title")
    for part in (BRIDGE.lead, *BRIDGE.body):
        document.add_paragraph(to_tcvn3(part).decode("latin-1"))
    document.save(news / "a.docx")
    (one,) = readers.read(news / "a.docx")
    assert (one.meta["title"], one.meta["note"]) == (BRIDGE.title, "converted from TCVN3 (ABC)")
    assert one.text.startswith(BRIDGE.lead)
    assert vietnamese.mend(BRIDGE.lead) is None
    assert vietnamese.mend("Café Zoë, né à Orléans, été forêt. " * 9) is None


@pytest.mark.parametrize(
    ("declared", "encode"),
    [("windows-1258", to_cp1258), ("utf-8", to_cp1258), ("iso-8859-1", to_cp1258), ("gb2312", str.encode),
     ("utf-7", str.encode), ("iso-8859-1", str.encode), ("klingon", str.encode)],
)  # fmt: skip
def test_pages_are_decoded_as_what_they_are(declared, encode):
    page = f'<meta charset="{declared}"><p>{VIETNAMESE}</p>'
    assert web.decode(encode(page))[0].endswith(unicodedata.normalize("NFC", page)[-200:])


def test_a_western_page_is_decoded_as_it_declares():
    page = '<meta charset="windows-1252"><p>' + "Le café de Zoë à Orléans – “rouvert”. " * 9
    assert web.decode(page.encode("cp1252")) == (page, "")


def test_capitals_of_the_capital_font_come_back():
    assert vietnamese._tcvn3(b"VI\xd6T NAM, vi\xd6t nam, L\xd6") == "VIỆT NAM, việt nam, Lệ"
    assert vietnamese._tcvn3(b"H\xb5 N\xe9I\nH\xb5 N\xe9i") == "HÀ NỘI\nHà Nội"


@pytest.mark.parametrize(
    "text",
    ["Le café à Orléans a été rouvert en mai, et sa propriétaire, Zoë, était là, près de la forêt. ",
     "Die Brücke über den Fluß wurde für zwölf Millionen Euro gebaut, sagte Bürgermeister Jürgen Möller. ",
     "El señor Muñoz llegó mañana según la compañía española, que pidió más información. "],
)  # fmt: skip
def test_western_languages_are_not_taken_for_them(text):
    assert vietnamese.convert((text * 9).encode("cp1252")) is None
    assert vietnamese.convert(to_cp1258(VIETNAMESE)) is None


# Pages


def test_where_pages_begin_survives_cleaning():
    raw = "One two three.\fFour five six seven\neight nine ten eleven.\f\f42\n\nTwelve thirteen fourteen."
    text = "One two three. Four five six seven eight nine ten eleven.\n\nTwelve thirteen fourteen."
    assert [text[at : at + 6] for at in pages.starts(raw, text)] == ["One tw", "Four f", "Twelve", "Twelve"]
    assert pages.starts("no pages", "no pages") == ()


def test_the_page_is_shown_with_the_quotation(news, library):
    from rag.answer import Citation
    from rag.showing.listing import explain, results
    from rag.showing.terminal import source as shown

    (news / "a.txt").write_text(ENGLISH.replace("Next steps", "\fNext steps"))
    library.add(news)
    found = explain("tunnel airport", library.search("tunnel airport", 1))
    assert results(found, 0.0)["hits"][0]["page"] == 2
    cited = Citation(1, "a", "f", "A bridge", None, "2021-05-04", "en", "Words.", 0, 6, page=3)
    assert shown(cited).splitlines()[0] == "  [1] A bridge (2021-05-04, p. 3)"
