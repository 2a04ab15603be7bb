"""The project's glossary, and one's own beside it."""

from __future__ import annotations

import pytest

from index import Library
from index.embed import HashEmbedder
from index.errors import BadGlossary
from index.search import crossing
from index.text import glossary
from rag import opening
from rag.config import Config
from rag.values import concepts, find_names, same_name

OWN = """
[organisation]
VNU = { en = ["Vietnam National University", "VNU"], vi = ["Đại học Quốc gia", "ĐHQG"] }

[country]
JP = { en = ["Nippon"], vi = ["Phù Tang"] }

[term.drone]
en = ["drone", "drones"]
vi = ["máy bay không người lái"]
"""


@pytest.fixture
def own(tmp_path):
    file = tmp_path / "names.toml"
    file.write_text(OWN)
    yield file
    glossary.extend(None)


def looked_for(question, asked="en", searched="vi"):
    return {one.said: one.spelled for one in crossing.known(question, asked, searched)}


def test_every_entry_of_the_project_is_said_in_both_languages():
    for name in ("country", "place", "organisation", "role", "term", "word"):
        for key, entry in glossary.section(name).items():
            assert set(entry) == {"en", "vi"}, key
            assert all(entry.values()), key


def test_calendar_and_regions_come_in_both_languages():
    by_lang = {lang: {key for _, one, key in glossary.calendar() if one == lang} for lang in ("en", "vi")}
    months = {f"month:{n}" for n in range(1, 13)} | {f"weekday:{n}" for n in range(7)}
    assert months <= by_lang["en"]
    assert months <= by_lang["vi"]
    assert ("Châu Á", "vi", "region:142") in glossary.calendar()


def test_ones_own_names_hold_for_the_search_and_for_answers_until_they_are_taken_away(own):
    question, there = "Who leads VNU?", "Đại học Quốc gia có hiệu trưởng mới."

    def keys(text, lang):
        return {name.key for name in find_names(text, lang)}

    assert "VNU" not in looked_for(question)
    assert "org:VNU" not in keys(there, "vi")
    assert "term:drone" not in concepts("Two drones fell.", "en")
    glossary.extend(own)
    assert looked_for(question)["VNU"][0][-1] == "gia"
    assert "org:VNU" in keys(there, "vi")
    assert "term:drone" in concepts("Two drones fell.", "en")
    (english,), (vietnamese,) = find_names("Nippon", "en"), find_names("Nhật Bản", "vi")
    assert same_name(english, vietnamese)  # what is added to a known key means the same as it
    assert "Japan" in looked_for("What does Japan say?")  # and the project's stay
    glossary.extend(None)
    assert "VNU" not in looked_for(question)
    assert "org:VNU" not in keys(there, "vi")


def test_a_library_is_searched_with_ones_own_names(own, tmp_path):
    news = tmp_path / "news"
    news.mkdir()
    (news / "a.txt").write_text("Tin vắn\n\nĐại học Quốc gia có hiệu trưởng mới từ hôm nay, theo báo chí.\n")
    (news / "b.txt").write_text(
        "Tin vắn\n\nTrời mưa to ở các tỉnh phía nam và nhiều nơi ngập sâu suốt đêm.\n"
    )
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(news)
        before = {hit.article.file: hit.lexical for hit in library.search("Is VNU old?", 5)}
        glossary.extend(own)
        after = {hit.article.file: hit.lexical for hit in library.search("Is VNU old?", 5)}
    assert before["a.txt"] is None
    assert after["a.txt"] > 0
    assert after["b.txt"] is None


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('\n[organization]\nA = { en = ["a"], vi = ["b"] }', 2, "[organization] is no section"),
        ("place = 3", 1, "[place] is no section"),
        ('[unit]\nkm = { en = ["klick"], vi = ["ki"] }', 1, "[unit] is no section"),
        ('[place]\nlima = { en = ["Lima"] }', 2, 'lima is {"en": ["Lima"]}, but must say both en and vi'),
        ('[place]\na = { en = ["A"], vi = ["Á"] }\nb = "c"', 3, 'b is "c"'),
        ('[place]\nlima = { en = "Lima", vi = ["Li-ma"] }', 2, 'en is "Lima", but must be a list'),
        ('[place]\nlima = { en = [], vi = ["Li-ma"] }', 2, "en is [], but must be a list"),
        ('[place]\nlima = { en = ["Lima"], vi = ["?!"] }', 2, 'a spelling in vi is "?!"'),
        ('[place]\nlima = { en = ["Lima"], vi = [7] }', 2, "a spelling in vi is 7"),
        ('[place.lima]\nen = ["Lima"]\nfr = ["Lima"]', 1, "but must say both en and vi"),
        ('[place]\nlima = { en = ["Lima"], vi\n', 2, "is not TOML"),
    ],
)
def test_what_cannot_be_meant_is_named_with_its_line(tmp_path, text, line, says):
    file = tmp_path / "names.toml"
    file.write_text(text)
    with pytest.raises(BadGlossary) as caught:
        glossary.extend(file)
    message = str(caught.value)
    assert str(file) in message
    assert f"line {line}" in message
    assert says in message
    assert len(message.splitlines()) >= 2  # the fix
    assert "VNU" not in glossary.section("organisation")


def test_a_bad_glossary_leaves_the_one_in_force(own, tmp_path):
    glossary.extend(own)
    with pytest.raises(BadGlossary, match="No such file"):
        glossary.extend(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"[place]\n\xff")
    with pytest.raises(BadGlossary, match="not TOML"):
        glossary.extend(tmp_path / "latin.toml")
    assert "VNU" in glossary.section("organisation")


def test_the_settings_name_ones_own_glossary(own, tmp_path):
    settings = tmp_path / "rag.toml"
    settings.write_text(f'[search]\nglossary = "{own.name}"\n')  # counts from the folder of rag.toml
    config = Config.load(settings, {"library.path": tmp_path / "library"})
    opening.library(config, vectors=False).close()
    assert "VNU" in looked_for("Who leads VNU?")
    own.write_text("[place]\nlima = 1")
    with pytest.raises(BadGlossary, match="line 2: lima is 1") as caught:
        opening.library(config, vectors=False)
    assert caught.value.exit_code == 2
    none = Config.load(settings, {"library.path": tmp_path / "library", "search.glossary": ""})
    opening.library(none, vectors=False).close()
    assert "VNU" not in looked_for("Who leads VNU?")
