"""Vietnamese that was typed without marks gets them back from the library's own words."""

import itertools
import math
import unicodedata
from collections import Counter

import pytest
from index_helpers import ENGLISH, VIETNAMESE

from index import Library
from index.embed import HashEmbedder
from index.search import marking
from index.search.across import pairs
from index.text import glossary
from index.text.gazetteer import entries
from index.text.spelling import fold

PASSAGES = [
    "Mức phí qua cầu sông Lam là 15.000 đồng. Xe tải trả gấp đôi.",
    "Cá kho là món ăn. Con cá này nặng 3 kg, bà cả nói.",
]


@pytest.fixture
def library(tmp_path):
    news = tmp_path / "news"
    news.mkdir()
    (news / "bridge.txt").write_text(ENGLISH)
    (news / "cau.txt").write_text(VIETNAMESE)
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(news)
        yield library


def test_words_get_the_marks_that_they_have_in_passages():
    assert (
        marking.marked("Phi qua cau song Lam la bao nhieu?", PASSAGES) == "Phí qua cầu sông Lam là bao nhiêu?"
    )


def test_the_syllable_before_decides():
    # Of "ca" there are "cá" twice and "cả" once; after "bà" it is always "cả".
    assert marking.marked("con ca nay", PASSAGES) == "con cá này"
    assert marking.marked("ba ca noi", PASSAGES) == "bà cả nói"


def test_length_case_and_what_stands_between_stay():
    typed = "XE TAI qua Cau  song-Lam, 15.000 (Marevia)?"
    found = marking.marked(typed, PASSAGES)
    assert found == "XE TẢI qua Cầu  sông-Lam, 15.000 (Marevia)?"
    assert fold(found) == fold(typed)


def test_what_was_never_seen_stays():
    assert marking.marked("xyzt Teyne Shipworks", PASSAGES) == "xyzt Teyne Shipworks"
    assert marking.marked("", PASSAGES) == ""
    assert marking.marked("12 / 5", []) == "12 / 5"


def test_decomposed_passages_count_as_composed_ones():
    apart = [unicodedata.normalize("NFD", one) for one in PASSAGES]
    assert apart != PASSAGES
    assert marking.marked("phi qua cau", apart) == "phí qua cầu"


def test_it_is_the_most_probable_of_all_sequences():
    """Against every sequence of forms, by probabilities worked out here."""
    single, pair, forms = Counter(), Counter(), {}
    texts = [(one, 1, [""]) for one in PASSAGES] + [(vietnamese, 5, [""]) for _, vietnamese in pairs()]
    texts += [(one.spelling, 1, []) for kind in ("said", "role") for one in entries(kind) if one.lang == "vi"]
    for text, times, start in texts:
        syllables = [*start, *marking._WORD.findall(unicodedata.normalize("NFC", text).lower())]
        for one in syllables:
            single[one] += times
        for two in itertools.pairwise(syllables):
            pair[two] += times
        for one in syllables[len(start) :]:
            forms.setdefault(fold(one), set()).add(one)

    def weight(sequence):
        return math.fsum(
            math.log((pair[a, b] + 50 * single[b] / single.total()) / (single[a] + 50))
            for a, b in itertools.pairwise(["", *sequence])
        )

    bare = ["con", "ca", "nay", "dung", "dien", "doi"]
    sequences = list(itertools.product(*(forms[one] for one in bare)))
    assert len(sequences) > 500
    found = marking.marked(" ".join(bare), PASSAGES).split()
    assert weight(found) == pytest.approx(max(map(weight, sequences)))
    assert weight(found) > min(map(weight, sequences)) + 1


def test_a_library_gives_its_own_marks_to_bare_vietnamese_only(library):
    assert library.marked("phi qua cau song Lam cua xe tai") == "phí qua cầu sông Lam của xe tải"
    for other in ("Phí qua cau song Lam la bao nhieu?", "What does the bridge cost?", "Reed", ""):
        assert library.marked(other) == other


def test_a_glossary_of_one_s_own_gives_marks_too(tmp_path):
    own = tmp_path / "names.toml"
    own.write_text('[place]\nBQ = { en = ["Rabbit Well"], vi = ["Giếng Thỏ Quẫy"] }\n')
    asked = "gieng tho quay o dau"
    assert marking.marked(asked, []) != "giếng thỏ quẫy ở đâu"
    glossary.extend(own)
    try:
        assert marking.marked(asked, []) == "giếng thỏ quẫy ở đâu"
    finally:
        glossary.extend(None)


def test_passages_in_english_teach_no_marks(library):
    with library._reader.snapshot() as connection:
        found = marking.nearest(connection, "phi qua cau song Lam cua xe tai")
    assert found
    assert all("cầu" in one for one in found)


def test_a_bare_question_finds_what_the_marked_one_finds(library):
    marked = library.search("Phí qua cầu sông Lam của xe tải là bao nhiêu?", 3)
    bare = library.search("Phi qua cau song Lam cua xe tai la bao nhieu?", 3)
    assert [(hit.passage.id, hit.score) for hit in bare] == [(hit.passage.id, hit.score) for hit in marked]
