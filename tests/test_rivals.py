"""What code finds by itself, and when it keeps silent."""

from dataclasses import replace

from answer_helpers import article, source

from index.records import Article
from index.text import layout
from rag.checks.verify import examine
from rag.deciding.rivals import introductions, rivals, sharpened
from rag.evidence.sources import window
from rag.question import understand

TEXT = (
    "According to Dr. Omar Haddad, head of the Cairo port authority, two docks will open. "
    "Relations with Chile were upgraded in 2025. "
    "The upgrade of relations with Chile was signed in March 2025 in Cairo. "
    "Trade with Chile is to reach 55 million USD by 2027."
)


def test_who_somebody_is():
    [found] = introductions(understand("Who is Omar Haddad?"), source(article(TEXT)))
    assert found.short == "head of the Cairo port authority"
    assert introductions(understand("Who is Ana Ruiz?"), source(article(TEXT))) == []
    assert introductions(understand("Where does Omar Haddad work?"), source(article(TEXT))) == []


def test_a_year_is_sharpened_to_its_month_by_another_sentence():
    asked = understand("When were relations with Chile upgraded?")
    whole = source(article(TEXT))
    finding = examine(asked, "2025", whole)
    assert sharpened(asked, finding, list(whole.lines)).short == "March 2025"


def test_a_date_is_not_sharpened_by_a_sentence_about_something_else():
    asked = understand("When were relations with Chile upgraded?")
    whole = source(article(TEXT.replace("The upgrade of relations with Chile", "A film")))
    finding = examine(asked, "2025", whole)
    assert sharpened(asked, finding, list(whole.lines)).short == "2025"


def test_half_an_answer_is_completed_with_the_time_of_its_value():
    asked = understand("What trade with Chile is aimed at, and for what year?")
    whole = source(article(TEXT))
    assert asked.dated
    finding = replace(examine(asked, "55 million USD", whole), partial=True)
    assert sharpened(asked, finding, list(whole.lines)).short == "55 million USD by 2027"


def test_two_values_that_pass_are_both_reported():
    asked = understand("How much trade with Chile is aimed at?")
    text = "Trade with Chile is to reach 55 million USD. Trade with Chile may come to 70 million USD."
    assert [one.short for one in rivals(asked, [], list(source(article(text)).lines))] == [
        "55 million USD",
        "70 million USD",
    ]


def listing() -> Article:
    items = "1. Green ports.\n2. Digital trade.\n3. Railways.\n4. Farm goods."
    text = f"Dr. Haddad named four directions:\n\n{items}"
    draft = layout.draft(f"Four directions for trade\n\n{text}")
    made = article(draft.text)
    return Article(**{name: getattr(made, name) for name in made.__slots__} | {"blocks": draft.blocks})


def test_half_a_list_is_completed():
    asked = understand("Which directions did Dr. Haddad name?")
    finding = examine(asked, "Green ports, Digital trade", source(listing()))
    assert finding.short == "Green ports; Digital trade; Railways; Farm goods"


def test_a_window_never_ends_inside_a_list(monkeypatch):
    names = ["Green ports", "Rice", "Railways", "Schools", "Mines", "Farm goods"]
    items = "\n".join(f"{n}. {name} {'with money for ten years ' * 4}." for n, name in enumerate(names, 1))
    draft = layout.draft(f"Directions for trade\n\nDr. Haddad named six directions:\n\n{items}")
    made = article(draft.text)
    made = Article(**{name: getattr(made, name) for name in made.__slots__} | {"blocks": draft.blocks})
    lines = list(source(made).lines)

    def whole():
        read = [window(best, lines).text for best in lines[-6:]]
        return all("Green ports" in text and "Farm goods" in text for text in read)

    assert whole()
    # The list is longer than a window: without the rule it is cut.
    monkeypatch.setattr("rag.evidence.sources._list_around", lambda line: None)
    assert not whole()
