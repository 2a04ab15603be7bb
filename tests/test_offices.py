"""An office is somebody's and somewhere: those of other countries are no answer."""

import pytest

from rag.values.offices import another, asked, beside, offices


def read(text, lang="en"):
    return [(one.role, one.of, one.at) for one in offices(text, lang)]


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("Peru's ambassador to Chile spoke.", "en", ("ambassador", "country:PE", "country:CL")),
        ("the Chilean ambassador to Peru", "en", ("ambassador", "country:CL", "country:PE")),
        ("the ambassador of Peru to Chile", "en", ("ambassador", "country:PE", "country:CL")),
        ("Đại sứ Peru tại Chile", "vi", ("ambassador", "country:PE", "country:CL")),
        ("đại sứ đặc mệnh toàn quyền của Peru tại Chile", "vi", ("ambassador", "country:PE", "country:CL")),
        ("the ambassador in Chile", "en", ("ambassador", None, "country:CL")),
        ("Peru's new foreign minister", "en", ("foreign_minister", "country:PE", None)),
        ("Tổng thống Peru Ana Ruiz", "vi", ("president", "country:PE", None)),
        ("the mayor of Porto", "en", ("mayor", "name:porto", None)),
    ],
)
def test_whose_and_where(text, lang, expected):
    assert read(text, lang) == [expected]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The ambassador met the mayor.", "en"),  # nobody's
        ("In Peru the ambassador met a minister.", "en"),
        ("Thủ tướng Anders Molnar", "vi"),  # a person, no country
        ("Peru, Chile and an ambassador", "en"),
    ],
)
def test_silent_where_in_doubt(text, lang):
    assert read(text, lang) == []


def conflict(question, text, lang="en"):
    return another(asked(question, lang), offices(text, lang))


def test_another_countrys_or_elsewhere():
    question = "Who is Peru's ambassador to Chile?"
    assert conflict(question, "Ana Ruiz, Peru's ambassador to Kenya") is not None
    assert conflict(question, "Ana Ruiz, Chile's ambassador to Peru") is not None
    assert conflict(question, "Ana Ruiz, Peru's own ambassador to Chile") is None
    assert conflict(question, "Ana Ruiz, Peru's ambassador") is None  # where is not said
    assert conflict(question, "Ana Ruiz, Peru's ambassador to Kenya and Chile") is None  # to both
    assert conflict(question, "Ana Ruiz, Chile's president") is None  # another role
    assert conflict(question, "Chile's ambassador to Peru met Peru's ambassador to Chile") is None


def test_across_languages_and_without_marks():
    for question, lang in (
        ("Who is Peru's ambassador to Chile?", "en"),
        ("Đại sứ Peru tại Chile là ai?", "vi"),
        ("Dai su Peru tai Chile la ai?", "vi"),
        ("Ai là đại sứ Peru tại Chile?", "vi"),
    ):
        assert another(asked(question, lang), offices("Đại sứ Chile tại Peru", "vi")) is not None
        assert another(asked(question, lang), offices("Đại sứ Peru tại Chile", "vi")) is None


@pytest.mark.parametrize(
    ("question", "lang"),
    [
        ("Who met the president of Peru?", "en"),
        ("Whom did the president of Peru receive?", "en"),
        ("Who succeeded the president of Peru?", "en"),
        ("Ai gặp Tổng thống Peru tại Lima?", "vi"),
        ("Tổng thống Peru gặp ai tại Lima?", "vi"),
        ("Tong thong Peru gap ai tai Lima?", "vi"),
    ],
)
def test_an_office_that_is_only_mentioned_is_not_asked_for(question, lang):
    assert offices(question, lang)
    assert asked(question, lang) == []


def test_names_that_may_be_the_same():
    assert conflict("Who is the mayor of Lisbon?", "the mayor of Porto") is not None
    assert conflict("Who is the mayor of Porto?", "the mayor of Porto Alegre") is None
    assert conflict("Who is the president of Vietnam?", "Hanoi's president") is None
    wanted = asked("Who is the mayor of Saint Brennan?", "en")
    assert another(wanted, offices("thị trưởng của Xanh Bren-nan", "vi")) is None  # spelled its own way


def held(text, person, lang="en"):
    at = text.index(person)
    return beside(text, lang, at, at + len(person))


def test_only_what_stands_beside_the_person_is_held():
    text = "Chile's ambassador to Peru, Ana Ruiz, met Peru's ambassador to Chile, Omar Haddad."
    wanted = asked("Who is Peru's ambassador to Chile?", "en")
    assert another(wanted, held(text, "Omar Haddad")) is None
    assert another(wanted, held(text, "Ana Ruiz")) is not None


@pytest.mark.parametrize(
    ("text", "person", "lang"),
    [
        ("Prime Minister Omar Haddad held talks with Chilean Prime Minister Ana Ruiz", "Omar Haddad", "en"),
        ("Thủ tướng Omar Haddad hội đàm với Thủ tướng Chile Ana Ruiz", "Omar Haddad", "vi"),
        ("Mr Haddad, who met the president of Chile", "Haddad", "en"),
        ("King Omar Haddad met the king of Chile", "Omar Haddad", "en"),
    ],
)
def test_the_office_of_another_person_is_not_held(text, person, lang):
    assert offices(text, lang)
    assert held(text, person, lang) == []
