"""Who has left an office does not hold it, and who will have it is told with the sentence that says so."""

import datetime as dt

import pytest
from answer_helpers import article, source

from rag.checks.succession import FORMER, yet_to_come
from rag.checks.verify import examine, refuted
from rag.deciding.answering import decide
from rag.question import understand
from rag.reading.reader import Draft, Voice

SURE = Voice(-9.0, -0.02, -0.1)
WHO = {"en": "Who is the director of the port?", "vi": "Ai là giám đốc cảng?"}


def found(question, draft, text):
    asked = understand(question)
    return examine(asked, draft, source(article(text, lang=asked.lang)), SURE)


@pytest.mark.parametrize(
    ("lang", "draft", "text", "former"),
    [
        ("en", "Olof Berg", "Ana Ruiz took over from Olof Berg as director of the port.", True),
        ("en", "Ana Ruiz", "Ana Ruiz took over from Olof Berg as director of the port.", False),
        ("en", "Olof Berg", "Director of the port Ana Ruiz succeeds Olof Berg, who had led it.", True),
        ("en", "Ana Ruiz", "Olof Berg was succeeded by Ana Ruiz as director of the port.", False),
        ("en", "Olof Berg", "Olof Berg has stepped down as director of the port.", True),
        ("en", "Olof Berg", "Olof Berg, 61, resigned as director of the port.", True),
        ("en", "Olof Berg", "The former director of the port Olof Berg spoke.", True),
        ("en", "Olof Berg", "The former teacher Olof Berg is director of the port.", False),
        ("en", "Olof Berg", "Olof Berg, director of the port, spoke.", False),
        ("vi", "Trần Quốc Hưng", "Bà Nguyễn Thị Mai thay ông Trần Quốc Hưng làm giám đốc cảng.", True),
        ("vi", "Nguyễn Thị Mai", "Bà Nguyễn Thị Mai thay ông Trần Quốc Hưng làm giám đốc cảng.", False),
        ("vi", "Trần Quốc Hưng", "Bà Nguyễn Thị Mai kế nhiệm ông Trần Quốc Hưng làm giám đốc cảng.", True),
        ("vi", "Trần Quốc Hưng", "Ông Trần Quốc Hưng đã từ chức giám đốc cảng.", True),
        ("vi", "Trần Quốc Hưng", "Nguyên giám đốc cảng Trần Quốc Hưng có mặt.", True),
        (
            "vi",
            "Nguyễn Thị Mai",
            "Người thay ông Trần Quốc Hưng làm giám đốc cảng là bà Nguyễn Thị Mai.",
            False,
        ),
        ("vi", "Trần Quốc Hưng", "Giám đốc cảng Trần Quốc Hưng có mặt.", False),
    ],
)
def test_who_has_left_does_not_hold_it(lang, draft, text, former):
    finding = found(WHO[lang], draft, text)
    assert (FORMER in finding.objections) is former
    assert refuted(finding) is former


@pytest.mark.parametrize(
    "question",
    [
        "Who was director of the port?",
        "Who stepped down as director of the port?",
        "Whom did Ana Ruiz succeed as director of the port?",
        "Ai đã từ chức giám đốc cảng?",
    ],
)
def test_who_asks_for_a_former_holder_gets_one(question):
    asked = understand(question)
    text = {
        "en": "Olof Berg has stepped down as director of the port.",
        "vi": "Ông Olof Berg đã từ chức giám đốc cảng.",
    }[asked.lang]
    assert FORMER not in found(question, "Olof Berg", text).objections


COMING = {
    "en": "Ana Ruiz will become director of the port on 1 August 2022.",
    "vi": "Bà Nguyễn Thị Mai sẽ trở thành giám đốc cảng từ ngày 1/8/2022.",
}
NEXT = {"en": "Ana Ruiz", "vi": "Nguyễn Thị Mai"}


def decided(question, draft, text):
    asked = understand(question)
    of = source(article(text, lang=asked.lang), score=9.0)
    return decide(asked, [Draft(of, draft, SURE)], [of], list(of.lines)).finding


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_who_is_yet_to_come_is_told_by_the_sentence_that_says_so(lang):
    finding = decided(WHO[lang], NEXT[lang], COMING[lang])
    assert finding.whole
    assert finding.short == COMING[lang]


@pytest.mark.parametrize(
    ("question", "draft", "text"),
    [
        ("Who will become director of the port?", "Ana Ruiz", COMING["en"]),
        ("Ai sẽ trở thành giám đốc cảng?", "Nguyễn Thị Mai", COMING["vi"]),
        (WHO["en"], "Ana Ruiz", "Ana Ruiz is director of the port."),
        (WHO["en"], "Ana Ruiz", "The director of the port, Ana Ruiz, will replace the old cranes."),
        (WHO["vi"], "Nguyễn Thị Mai", "Giám đốc cảng là bà Nguyễn Thị Mai."),
        (WHO["vi"], "Nguyễn Thị Mai", "Giám đốc cảng Nguyễn Thị Mai sẽ thay các cần cẩu cũ."),
    ],
)
def test_others_are_named(question, draft, text):
    finding = decided(question, draft, text)
    assert (finding.short, finding.whole) == (draft, False)


LEAVING = {
    "en": "Ana Ruiz, director of the port, said last month that she would retire in the spring.",
    "vi": "Giám đốc cảng Nguyễn Thị Mai cho biết sẽ nghỉ hưu vào mùa xuân.",
}
STAYING = {
    "en": "Ana Ruiz, director of the port, said last month that she would not retire in the spring.",
    "vi": "Giám đốc cảng Nguyễn Thị Mai cho biết sẽ không nghỉ hưu vào mùa xuân.",
}


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_who_is_about_to_leave_is_told_by_the_sentence_that_says_so(lang):
    leaves, stays = (decided(WHO[lang], NEXT[lang], text[lang]) for text in (LEAVING, STAYING))
    assert (leaves.whole, leaves.short) == (True, LEAVING[lang])
    assert (stays.whole, stays.short) == (False, NEXT[lang])


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_by_the_day_that_is_told_the_office_is_taken(lang):
    (line,) = source(article(COMING[lang], lang=lang)).lines
    days = (dt.date(2022, 7, 20), dt.date(2022, 8, 2))
    assert [yet_to_come(understand(WHO[lang], as_of=day), NEXT[lang], line) for day in days] == [True, False]
