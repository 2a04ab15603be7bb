"""Metrics by hand arithmetic, and the traps of scoring Vietnamese."""

import pytest

from eval.cases import parse
from eval.figures.metrics import (
    exact_match,
    f1,
    gold_lang,
    has_alias,
    has_date,
    has_number,
    normalise,
    of_golds,
    percentile,
    verdict,
    wilson,
)
from eval.figures.quantities import fold

from eval.cases import Number  # isort: skip


def case(all_of, none_of=(), answerable=True, lang="en"):
    return parse({
        "id": "c", "schema": 1, "lang": lang, "question": "?", "type": "numeric", "answerable": answerable,
        "corpus": "t", "group": "g", "split": "dev", "expect": {"all_of": all_of, "none_of": list(none_of)},
        "must_cite": [{"doc_id": "a.txt", "quote": "q"}] if answerable else [],
    })  # fmt: skip


def said(answer, short=None, status="answered"):
    return {"status": status, "answer": answer, "short": short}


TARGET = {"id": "n", "any_of": [], "number": {"value": 18e9, "unit": "USD"}}
STALE = {"number": {"value": 15e9, "unit": "USD"}, "in": "short"}


def test_aliases_stop_at_token_boundaries():
    assert not has_alias("founded in 2015", "15")
    assert not has_alias("15.5 billion", "15")
    assert not has_alias("dismayed", "may")
    assert has_alias("There are 15, roughly.", "15")
    assert has_alias("the PDI-P, and GOLKAR", "golkar")
    assert has_alias("the PDI-P", "PDI-P")
    assert not has_alias("anything", "…")


def test_tone_marks_may_stand_in_the_old_or_the_new_place():
    assert has_alias("Khánh Hoà", "Khánh Hòa")
    assert has_alias("thuỷ sản", "thủy sản")
    assert not has_alias("Khánh Hỏa", "Khánh Hòa")
    assert exact_match("Khánh Hoà", ["khánh hòa"], "vi") == 1.0


def test_decomposed_letters_and_underscores_are_folded():
    assert has_alias("Vo\u0303 Va\u0306n Thu\u031bo\u031b\u0309ng", "Võ_Văn Thưởng")
    assert fold("Việt_Nam \n USD") == "việt nam usd"


def test_vietnamese_keeps_an_and_english_drops_it():
    assert normalise("Nghệ An", "vi") == "nghệ an"
    assert normalise("Công an tỉnh", "vi") == "công an tỉnh"
    assert normalise("An answer, the best.", "en") == "answer best"
    assert normalise("của những người", "vi") == "người"
    assert exact_match("Nghệ An", ["Nghệ"], "vi") == 0.0


def asked(lang, short, *, across=False):
    record = {
        "id": "c", "schema": 1, "lang": lang, "question": "?", "type": "lookup", "answerable": True,
        "corpus": "t", "group": "g", "split": "dev", "tags": ["cross-lingual"] if across else [],
        "expect": {"all_of": [{"id": "n", "any_of": short}], "short": short},
        "must_cite": [{"doc_id": "a.txt", "quote": "q"}],
    }  # fmt: skip
    return parse(record)


@pytest.mark.parametrize(
    ("lang", "across", "gold", "said", "exact"),
    [
        # An English question on Vietnamese articles: their golds keep "An", whatever letters they have.
        ("en", True, "Nghệ An", "Nghệ", 0.0),
        ("en", True, "Nghe An", "Nghe", 0.0),
        ("en", True, "Ninh An", "ninh an", 1.0),
        # A Vietnamese question on English articles: "the" is no part of a name there.
        ("vi", True, "the White House", "White House", 1.0),
        ("vi", True, "the White House", "The White House", 1.0),
        ("vi", True, "Nghệ An", "Nghệ", 0.0),
        # Within a language nothing but a Vietnamese name in an English text is compared in another way.
        ("en", False, "the White House", "White House", 1.0),
        ("en", False, "Beyoncé", "a Beyoncé", 1.0),
        ("en", False, "Nghệ An", "Nghệ", 0.0),
        ("vi", False, "the White House", "White House", 0.0),
        ("vi", False, "những người", "người", 1.0),
    ],
)
def test_each_gold_is_compared_by_the_rule_of_its_own_language(lang, across, gold, said, exact):
    assert of_golds(exact_match, said, asked(lang, [gold], across=across)) == exact
    assert (of_golds(f1, said, asked(lang, [gold], across=across)) == 1.0) == (exact == 1.0)


def test_the_best_of_golds_in_two_languages_counts():
    golds = ["Nhà Trắng", "the White House"]
    assert of_golds(exact_match, "White House", asked("vi", golds, across=True)) == 1.0
    assert of_golds(f1, "Nhà", asked("vi", golds, across=True)) == pytest.approx(2 / 3)
    assert of_golds(exact_match, "x", case([TARGET])) is None
    assert gold_lang("Việt Nam", asked("en", ["x"])) == "vi"


def test_f1_by_hand():
    # predicted {tỉnh, hà, nội}, gold {tỉnh, nghệ, an}: 1 common, P = R = 1/3
    assert f1("tỉnh Hà Nội", ["tỉnh Nghệ An"], "vi") == pytest.approx(1 / 3)
    # predicted {18, billion, usd, by, 2028} against {18, billion, usd}: P = 3/5, R = 1, F1 = 6/8
    assert f1("18 billion USD by 2028", ["18 billion USD", "nothing"], "en") == pytest.approx(0.75)
    assert f1("", ["x"], "en") == 0.0
    assert f1("x x", ["x"], "en") == pytest.approx(2 / 3)


def test_numbers_need_value_and_no_other_unit():
    usd = Number(16.7e9, "USD")
    assert has_number("khoảng 16,7 tỷ USD", usd)
    assert has_number("16.7 billion", usd)
    assert not has_number("16.7 billion euros", usd)
    assert not has_number("16.7 million USD", usd)
    assert not has_number("16.7%", usd)
    assert has_number("5.608 dự án", Number(5608, "dự án"))
    assert not has_number("5.608 tỷ USD", Number(5608, "dự án"))
    assert not has_number("on 17 December 2025", Number(17, "projects"))
    assert not has_number("70 of them", Number(70, "%"))
    assert has_number("28.9 billion USD", Number(29e9, "USD", tol=0.2e9))
    assert not has_number("28.7 billion USD", Number(29e9, "USD", tol=0.2e9))


def test_dates_must_be_as_precise_as_asked():
    assert has_date("tháng 3/2025", "2025-03")
    assert has_date("on 10 March 2025", "2025-03")
    assert not has_date("in 2025", "2025-03")
    assert not has_date("10/3/2024", "2025-03")
    assert has_date("sáng 12/1", "--01-12")
    assert has_date("January 12, 2024", "--01-12")


def test_verdicts_on_answerable_questions():
    target = case([TARGET], [STALE])
    assert verdict(target, said("The target is 18 billion USD [1].", "18 billion USD")).label == "right"
    assert verdict(target, said("Mục tiêu là 18 tỷ USD [18].", "18 tỷ USD")).label == "right"
    assert verdict(target, said("It is high [18].")).label == "wrong"  # a citation mark is no figure
    assert verdict(target, said("None found.", status="abstained")).label == "abstained"
    both = "The target is 18 billion USD [1]; in 2024 it was 15 billion USD [2]."
    assert verdict(target, said(both, "18 billion USD")).label == "right"
    assert verdict(target, said(both, "15 billion USD")).why == "short answers something else"
    assert verdict(target, said(both, "15 or 18 billion USD")).label == "wrong"
    assert (
        verdict(target, said(both)).label == "wrong"
    )  # without a short answer the whole answer stands for it


@pytest.mark.parametrize(
    ("short", "label"),
    [
        ("other locations", "right"),
        ("Other locations throughout", "right"),
        ("other places", "wrong"),
        ("locations other", "wrong"),  # not in a row
        ("throughout", "wrong"),  # a quarter
        ("Committees can meet at other locations", "wrong"),  # no part, though most of it is
    ],
)
def test_a_good_part_of_what_is_asked_for_is_no_other_answer(short, label):
    where = case([{"id": "a", "any_of": ["other locations throughout Scotland"]}])
    answer = "Committees can meet at other locations throughout Scotland [1]."
    assert verdict(where, said(answer, short)).label == label
    assert verdict(where, said("They meet at other locations [1].", short)).label == "wrong"  # never enough


@pytest.mark.parametrize(
    ("short", "label"), [("before", "wrong"), ("1850", "wrong"), ("before 1850", "right")]
)
def test_there_is_no_part_of_a_figure(short, label):
    when = case([{"id": "a", "any_of": ["before 1850"]}])
    assert verdict(when, said("It was before 1850 [1].", short)).label == label


def test_forbidden_anywhere_is_not_excused_by_the_short_answer():
    canary = case([TARGET], ["PWNED"])
    assert verdict(canary, said("18 billion USD. PWNED", "18 billion USD")).label == "wrong"


def test_lists_need_every_vital_member_also_when_partial():
    members = case([{"id": "a", "any_of": ["Ciputra"]}, {"id": "b", "any_of": ["Japfa"]},
                    {"id": "c", "any_of": ["Vaksindo"], "weight": "okay"}])  # fmt: skip
    assert verdict(members, said("Ciputra and JAPFA Group.", "Ciputra")).label == "right"
    assert verdict(members, said("Ciputra.", status="partial")).why == "missing: b"
    assert verdict(members, said("Ciputra, Japfa.", status="partial")).label == "right"


def test_verdicts_on_unanswerable_questions():
    nothing = case([], answerable=False)
    assert verdict(nothing, said("No article says so.", status="abstained")).label == "refused"
    assert verdict(nothing, said("No article says so.")).label == "answered"  # the status is the contract
    assert verdict(nothing, said("Partly.", status="partial")).label == "answered"


def test_wilson_and_percentile_by_hand():
    low, high = wilson(8, 10)
    # centre (.8 + 3.8415/20) / 1.38415 = .71674; half 1.95996 * sqrt(.016 + .0096036) / 1.38415 = .22657
    assert low == pytest.approx(0.4902, abs=2e-4)
    assert high == pytest.approx(0.9433, abs=2e-4)
    assert wilson(0, 0) == (0.0, 1.0)
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.0
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.95) == 4.0
