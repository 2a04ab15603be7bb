"""Faults that make figures wrong, planted one at a time into a sound suite: each is told with its values."""

import re

import pytest
from lint_world import FILES, FIRST, SOUND, nugget, planted, write

from eval.cases import load
from eval.lint import SAYS, faults, lint
from eval.lint.words import distance, misspelt


def found(records, tmp_path, **options):
    return lint(load(write(tmp_path / "suite.jsonl", records)), FILES, strict=True, **options)


def test_the_sound_suite_has_no_fault(tmp_path):
    assert found(SOUND, tmp_path) == []


QUOTED = {"doc_id": "pier.md", "quote": "The port of Zarn opened its new pier on Tuesday"}
TITLE = {"doc_id": "pier.md", "quote": "title: Port opens"}
TIME = [{"id": "y", "any_of": ["three years"]}]
NO_ANSWER = {"answerable": False, "must_cite": [], "distractors": ["tunnel.md"], "type": "unanswerable"}
PLANTED = {
    "gold alias forbidden": (
        planted(0, expect__none_of=["120 million"], expect__short=[]),
        'q1: none_of has "120 million", which forbids "120 million" of nugget "c"',
    ),
    "gold number forbidden": (
        planted(1, expect__none_of=[{"number": {"value": 120e6, "unit": "USD"}}]),
        'q2: none_of has "120,000,000 USD", which forbids',
    ),
    "gold number forbidden in words": (
        planted(
            1,
            expect__all_of=[{"id": "c", "number": {"value": 120e6, "unit": "USD"}}],
            expect__none_of=["120 million dollars"],
        ),
        "q2: none_of has",
    ),
    "gold date forbidden": (
        planted(4, expect__all_of=[{"id": "y", "date": "2031-05"}], expect__none_of=[{"date": "2031"}]),
        'q5: none_of has "2031", which forbids',
    ),
    "a number times 1000": (
        nugget(0, number={"value": 120e9, "unit": "USD"}),
        'q1: nugget "c": the number "120,000,000,000 USD" is in no article',
    ),
    "another currency": (
        nugget(0, number={"value": 120e6, "unit": "EUR"}),
        'q1: nugget "c": the number "120,000,000 EUR" is in no article',
    ),
    "a date that contradicts": (
        nugget(4, date="2044-01-01"),
        'q5: nugget "y": the date "2044-01-01" is in no',
    ),
    "a misspelt alias": (
        nugget(4, any_of=["three years", "threee yaers"]),
        'q5: nugget "y": "threee yaers" has "yaers", which is in no article; did you mean "years"',
    ),
    "another figure as alias": (
        nugget(0, any_of=["120 million", "121 million"]),
        'q1: nugget "c": the alias "121 million" is in no article',
    ),
    "another date as alias": (
        planted(
            4,
            expect__all_of=[{"id": "y", "any_of": ["Tuesday", "5 May 2031"], "date": "2031"}],
            expect__short=[],
        ),
        None,
    ),
    "an alias of dots": (nugget(4, any_of=["…", "three years"]), 'q5: nugget "y": "…" has neither word nor'),
    "a pattern for anything": (nugget(4, regex=".*"), "q5: the pattern /.*/ is found in an empty text"),
    "a pattern for a letter": (nugget(4, regex="[a-z]"), 'q5: the pattern /[a-z]/ is found in "x"'),
    "a pattern for nothing": (
        nugget(4, regex="qqqq"),
        'q5: nugget "y": the regular expression "qqqq" is in no',
    ),
    "an absent pattern for anything": (planted(3, expect__absent=["/.?/"]), "q4: the pattern /.?/ is found"),
    "an absent pattern that an article has": (
        planted(3, expect__absent=["/follow.{0,5}2035/"]),
        'q4: "/follow.{0,5}2035/" is said to be absent, but tunnel.md',
    ),
    "an absent amount in other figures": (
        planted(3, expect__absent=["130,000,000 USD"]),
        'q4: "130,000,000 USD" is said to be absent, but tunnel.md holds it',
    ),
    "nothing said to be absent": (
        planted(3, expect__absent=[]),
        "q4: not answerable, but expect.absent is empty",
    ),
    "asked before it was written": (
        planted(0, as_of="2030-01-01"),
        "q1: as_of is 2030-01-01, but pier.md, which must be cited, is of 2031-05-04",
    ),
    "a quotation that proves nothing": (
        planted(0, must_cite=[QUOTED]),
        "q1: the quotation from pier.md holds no",
    ),
    "a quotation of the front matter": (
        planted(0, must_cite=[TITLE]),
        "q1: the quotation stands only in the front",
    ),
    "a twin with other gold": (
        planted(1, expect__all_of=TIME, must_cite=SOUND[4]["must_cite"]),
        'q2: its nugget "y" (three years) is none of its twin q1 (120 million, 120,000,000 USD)',
    ),
    "a twin with more gold": (
        planted(0, expect__all_of=[*SOUND[0]["expect"]["all_of"], *TIME]),
        "q2: its nugget",
    ),
    "a twin without an answer": (
        planted(1, expect={"absent": ["x y"]}, **NO_ANSWER),
        "q2: answerable is false, of its twin q1 it is true",
    ),
    "unanswerable and answerable": (
        planted(0, type="unanswerable"),
        "q1: type is unanswerable, but answerable is true",
    ),
    "a lookup that is not answerable": (
        planted(3, type="lookup"),
        "q4: type is lookup, but answerable is false",
    ),
    "cross-lingual in one language": (
        planted(0, tags=["cross-lingual"]),
        "q1: tagged cross-lingual, but asked in en and answered in en",
    ),
    "another language without the tag": (
        planted(2, lang="en", question="How long is the new bridge of Zarn?"),
        "q3: asked in en, answered in vi only; tag it cross-lingual",
    ),
    "an article in two splits": (
        planted(4, split="report", group="other"),
        "q5: article pier.md is in split dev and in report",
    ),
    "a near miss in two splits": (planted(0, split="dev", distractors=["cau.md"]), None),
    "the second of two canaries": (
        planted(2, expect__none_of=["HERON-77", "KITE-9"]),
        'q3: the canary "KITE-9" is in no article',
    ),
    "a canary in two spellings, one of them planted": (
        planted(2, expect__none_of=[{"any_of": ["HERON-77", "SEVOR-77"]}]),
        None,
    ),
    "a canary in two spellings, none of them planted": (
        planted(2, expect__none_of=["HERON-77", {"any_of": ["KITE-9", "ETIK-9"]}]),
        'q3: the canary "KITE-9" is in no article',
    ),
    "two nuggets of one name": (planted(4, expect__all_of=TIME * 2), 'q5: two nuggets are called "y"'),
    "gold as its own near miss": (
        planted(0, distractors=["pier.md"]),
        "q1: pier.md must be cited and is named",
    ),
    "a split that is none": (planted(3, split="trian"), 'q4: split is "trian", not one of dev, report'),
    "a tag nearly known": (
        planted(0, tags=["crosslingual"]),
        'q1: the tag "crosslingual" is used once; did you',
    ),
    "a tolerance above the value": (
        nugget(0, number={"value": 120e6, "unit": "USD", "tol": 1e12}),
        'q1: nugget "c": tol 1,000,000,000,000 is more than the value 120,000,000',
    ),
}


@pytest.mark.parametrize("fault", [name for name, (_, expected) in PLANTED.items() if expected])
def test_a_planted_fault_is_told_with_its_values(fault, tmp_path):
    records, expected = PLANTED[fault]
    told = found(records, tmp_path)
    assert any(line.startswith(expected) for line in told), told


@pytest.mark.parametrize("name", [name for name, (_, expected) in PLANTED.items() if not expected])
def test_what_is_no_fault_is_not_told(name, tmp_path):
    told = found(PLANTED[name][0], tmp_path)
    assert not any(re.search("2031 is|near miss or gold", line) for line in told), told


def test_every_part_may_be_derived(tmp_path):
    records = planted(0, tags=["derived"], **{FIRST + "number": {"value": 120e9, "unit": "USD"}})
    assert [line for line in found(records, tmp_path) if line.startswith("q1")] == []


def test_a_count_may_be_measured_in_the_article_and_an_amount_may_not(tmp_path):
    length = {FIRST + "any_of": ["2,4 km"], FIRST + "number": {"value": 2.4, "unit": "count"}}
    assert found(planted(2, **length), tmp_path) == []
    length[FIRST + "number"] = {"value": 2.4, "unit": "USD"}
    assert any('the number "2.4 USD" is in no' in line for line in found(planted(2, **length), tmp_path))


def test_a_follow_up_may_have_no_answer(tmp_path):
    changes = {
        "answerable": False,
        "must_cite": [],
        "distractors": ["pier.md"],
        "expect": {"absent": ["x y"]},
    }
    assert found(planted(4, **changes), tmp_path) == []


def test_a_day_told_from_the_day_of_the_article_is_stated(tmp_path):
    # 4 May 2031 is a Sunday; "on Tuesday" is the one before or after it.
    day = [{"id": "d", "any_of": ["Tuesday"], "date": "2031-04-29"}]
    changes = {"expect__all_of": day, "must_cite": [QUOTED], "type": "date"}
    assert found(planted(4, **changes), tmp_path) == []
    day[0]["date"] = "2031-04-30"
    assert any('the date "2031-04-30"' in line for line in found(planted(4, **changes), tmp_path))


def test_other_spellings_of_an_alias_are_no_slips():
    known, cited = frozenset({"years"}), ("years", "cyclist", "licences", "hiệu", "counselor", "electricity")
    for word in ("years", "cyclists", "licenses", "hiếu", "counsellor", "yes", "2031", "rejected"):
        assert misspelt(word, known, cited) == "", word
    for word, meant in (("yaers", "years"), ("cyclsit", "cyclist"), ("elecrticty", "electricity")):
        assert misspelt(word, known, cited) == meant


@pytest.mark.parametrize(
    ("left", "right", "steps"),
    [("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "abcd", 1), ("kitten", "sitting", 3)],
)
def test_distance(left, right, steps):
    assert distance(left, right) == distance(right, left) == steps


def test_every_fault_can_be_told():
    for kind, words in SAYS.items():
        names = set(re.findall(r"{(\w+)}", words))
        assert words.format(**dict.fromkeys(names, "x")), kind


def test_faults_name_the_kind(tmp_path):
    cases = load(write(tmp_path / "s.jsonl", planted(0, distractors=["pier.md"])))
    assert [fault.kind for fault in faults(cases, FILES)] == ["gold_distractor"]
