"""How Vietnamese asks to compare two values, with tone marks and without."""

from __future__ import annotations

import re

from index.text.spelling import fold
from rag.compound.sides import (
    Build,
    Form,
    Rule,
    Sides,
    beside,
    both,
    groups,
    is_quantity,
    only_time,
    pair,
    value_of,
)
from rag.values import find_names

_YEAR = r"(?:(?:năm|tháng \d\d?(?:/| năm )?)\s*)?(?:19|20)\d\d"
# A month or a quarter, of a year that it names or leaves to the other time.
_PART = r"(?:(?:tháng|quý) (?:\d\d?|một|hai|ba|tư|iv|i{1,3})(?:(?:/|-|,? năm | )(?:19|20)\d\d)?)"
_TIME = rf"(?:{_PART}|{_YEAR})"
_GROW = r"(?:đã |sẽ )?(?:tăng|giảm|sụt|thay đổi|cải thiện|thu hẹp|nới rộng)(?: thêm| lên| đi)?"
_UNIT = r"(?: (?P<unit>tỷ usd|triệu usd|tỷ đồng|triệu đồng|tỷ|triệu|usd|đồng|tiền|dự án|người))?"
_PERIOD = rf"(?:(?:trong )?(?:giai đoạn|khoảng) )?từ (?P<one>{_TIME}) (?:đến|tới|sang) (?P<two>{_TIME})"
_MORE = r"(?:cao|thấp|lớn|nhỏ|nhiều|ít) hơn"
_HOW = rf"(?:bao nhiêu{_UNIT}|(?P<how>như thế nào|thế nào|ra sao))"
_WHO = r"(?:(?!(?:trong|của|là)\b)\w+ ){1,3}nào|ai"  # whatever the two are called by


def _asking(unit: str) -> str:
    return f"bao nhiêu{' ' + unit if unit else ''}"


def _higher(match: re.Match[str], text: str) -> Sides | None:
    a, b, unit = groups(match, text, "a", "b", "unit")
    return both("difference", a, beside(a, b, "vi"), lambda thing: f"{thing} là {_asking(unit)}?", "vi")


def _has_more(match: re.Match[str], text: str) -> Sides | None:
    a, b, rest = groups(match, text, "a", "b", "rest")
    return Sides("difference", (a, b), (f"{a} có bao nhiêu {rest}?", f"{b} có bao nhiêu {rest}?"))


def _grew(match: re.Match[str], text: str) -> Sides | None:
    thing, one, two, unit = groups(match, text, "thing", "one", "two", "unit")
    if "how" in match.re.groupindex and match["how"] and not is_quantity(thing, "vi"):
        return None
    times = _in_full(one, two)
    if times is None:
        return None
    one, two = times
    asked = _asking(unit)
    return Sides(
        "change",
        (f"{thing} {one}", f"{thing} {two}"),
        (f"{thing} {one} là {asked}?", f"{thing} {two} là {asked}?"),
    )


def _in_full(one: str, two: str) -> tuple[str, str] | None:
    """Return two times with the year that one leaves to the other: "từ quý 1 đến quý 2 năm 2025".

    None where one leaves its year to a time of another kind, or both are quarters of no year.
    """
    one, two = (year if not year[:1].isdigit() else f"năm {year}" for year in (one, two))
    years = [re.search(r"(?:19|20)\d\d", time) for time in (one, two)]
    if all(years):
        return one, two
    if fold(one).split()[0] != fold(two).split()[0]:
        return None
    if not any(years):
        return (one, two) if fold(one).startswith("thang") else None
    if years[1] and not years[0]:
        one = f"{one} năm {years[1][0]}"
    elif years[0] and not years[1]:
        two = f"{two} năm {years[0][0]}"
    return one, two


def _apart(match: re.Match[str], text: str) -> Sides | None:
    return _joined("difference", *groups(match, text, "sides"))


def _summed(match: re.Match[str], text: str) -> Sides | None:
    return _joined("sum", *groups(match, text, "sides"))


def _joined(form: Form, sides: str) -> Sides | None:
    found = pair(sides, "và")
    if not found:
        return None
    a, b = found
    if only_time(b, "vi"):
        b = beside(a, b, "vi")
    return both(form, a, b, lambda thing: value_of(thing, "vi"), "vi")


def _years_between(match: re.Match[str], text: str) -> Sides | None:
    found = pair(groups(match, text, "sides")[0], "và")
    if not found or any(only_time(one, "vi") for one in found):
        return None
    return both("years", *found, lambda thing: f"{thing} vào năm nào?", "vi")


def _which_is(match: re.Match[str], text: str) -> Sides | None:
    a, b, degree = groups(match, text, "a", "b", "degree")
    return both(_degree(degree), a, b, lambda thing: value_of(thing, "vi"), "vi")


def _whose_is(match: re.Match[str], text: str) -> Sides | None:
    thing, a, b, degree = groups(match, text, "thing", "a", "b", "degree")
    if not is_quantity(thing, "vi"):
        return None
    one, two = (value_of(f"{thing} {name}", "vi") for name in (a, b))
    return Sides(_degree(degree), (a, b), (one, two))


def _which_has(match: re.Match[str], text: str) -> Sides | None:
    a, b, verb, degree, noun, rest = groups(match, text, "a", "b", "verb", "degree", "noun", "rest")
    if not _is_name(a) or not _is_name(b):
        return None
    rest = f" {rest}" if rest else ""
    one, two = (f"{name} {verb} bao nhiêu {noun}{rest}?" for name in (a, b))
    return Sides(_degree(degree), (a, b), (one, two))


def _did_first(match: re.Match[str], text: str) -> Sides | None:
    a, b, verb, order, rest = groups(match, text, "a", "b", "verb", "order", "rest")
    if not _is_name(a) or not _is_name(b):
        return None
    rest = f" {rest}" if rest else ""
    form: Form = "later" if fold(order) == "sau" else "earlier"
    return Sides(form, (a, b), (f"{a} {verb}{rest} vào năm nào?", f"{b} {verb}{rest} vào năm nào?"))


def _degree(word: str) -> Form:
    return "smaller" if fold(word) in ("nho", "it", "thap") else "larger"


def _is_name(text: str) -> bool:
    """Return whether a side is a name, perhaps in quotation marks, with one word for what it is before it."""
    bare = _CALLED.sub("", text).strip("\"“”'")
    return any(name.text in (text, bare) for name in find_names(text, "vi"))


_CALLED = re.compile(r"^\w+ (?=[\"“])")  # 'phim "Đất phương Nam"'
_NAME = r"(?:[\w.'\"“”-]+ ?){1,6}?"
# What may be done more or less of, beside having: a film earns, a province exports.
_VERB = (
    r"(?P<verb>có|nhận|thu hút|thu(?: về| được)?|bán(?: được| ra)?|giành(?: được)?|đạt(?: được)?|ghi(?: được)?|xuất khẩu|"
    r"nhập khẩu|sản xuất|trồng|đón|tuyển|chi|lãi|lỗ|nợ|mất|đóng góp|ghi nhận)"
)
_DEGREE = r"(?P<degree>lớn|cao|nhiều|nhỏ|thấp|ít)"
_PATTERNS = (
    (rf"^(?P<a>.+?) có nhiều hơn (?P<b>{_NAME}) bao nhiêu (?P<rest>.+)$", _has_more),
    (rf"^(?P<a>.+?) (?:đã |sẽ )?{_MORE} (?:so với )?(?P<b>.+?) (?:là )?bao nhiêu{_UNIT}$", _higher),
    (rf"^(?P<thing>.+?) {_GROW} {_HOW} {_PERIOD}$", _grew),
    (rf"^(?P<thing>.+?) {_PERIOD},? {_GROW} {_HOW}$", _grew),
    (rf"^{_PERIOD},? (?P<thing>.+?) {_GROW} {_HOW}$", _grew),
    (rf"^(?P<thing>.+?) (?:trong |vào )?(?P<two>năm (?:19|20)\d\d|{_PART}) {_GROW} bao nhiêu{_UNIT} so với (?P<one>{_TIME})$", _grew),
    (rf"^so với (?P<one>{_TIME}),? (?P<thing>.+?) (?:trong |vào )?(?P<two>năm (?:19|20)\d\d|{_PART}) {_GROW} bao nhiêu{_UNIT}$", _grew),
    (r"^(?:mức )?(?:chênh lệch|khoảng cách) giữa (?P<sides>.+) là bao nhiêu$", _apart),
    (r"^(?P<sides>.+?) chênh(?: lệch)?(?: nhau)? bao nhiêu$", _apart),
    (r"^tổng(?: cộng)?(?: của)? (?P<sides>.+) là bao nhiêu$", _summed),
    (r"^(?P<sides>.+?) (?:cộng lại|tổng cộng)(?: là)? bao nhiêu$", _summed),
    (r"^(?P<sides>.+?) cách nhau (?:bao nhiêu|mấy) năm$", _years_between),
    (r"^(?:bao nhiêu|mấy) năm (?:trôi qua )?giữa (?P<sides>.+)$", _years_between),
    (rf"^(?P<a>{_NAME}) hay (?P<b>{_NAME}) {_VERB} {_DEGREE} (?P<noun>.+?) hơn(?P<rest> .+)?$", _which_has),
    (rf"^(?:{_WHO}) {_VERB} {_DEGREE} (?P<noun>.+?) hơn(?P<rest> .+?)?\s*[,:;]\s*(?P<a>.+) hay (?P<b>.+)$", _which_has),
    (rf"^(?P<a>.+?) hay (?P<b>.+?) {_DEGREE} hơn$", _which_is),
    (rf"^(?:{_WHO}) {_DEGREE} hơn\s*[,:;]\s*(?P<a>.+) hay (?P<b>.+)$", _which_is),
    (rf"^(?P<thing>.+? (?:của|ở|tại)) (?P<a>.+) và (?P<b>.+?),? (?:{_WHO}) {_DEGREE} hơn$", _whose_is),
    (rf"^giữa (?P<a>.+) và (?P<b>.+?),? (?:{_WHO}) {_DEGREE} hơn$", _which_is),
    (rf"^(?:{_WHO}) (?P<verb>.+?) (?P<order>trước|sau)(?P<rest> .+?)?\s*[,:;]\s*(?P<a>.+) hay (?P<b>.+)$", _did_first),
    (rf"^(?P<a>{_NAME}) hay (?P<b>{_NAME}) (?P<verb>(?:được|trở thành|gia nhập|ký|vào|có|lập|đến) .+?) (?P<order>trước|sau)(?P<rest>)$", _did_first),
)  # fmt: skip
RULES: tuple[Rule, ...] = tuple((re.compile(pattern), build) for pattern, build in _PATTERNS)


def _unmarked(build: Build) -> Build:
    """Return `build` with our own words typed as the question is, without tone marks."""

    def built(match: re.Match[str], text: str) -> Sides | None:
        found = build(match, text)
        if found is None:
            return None
        one, two = ("".join(c if c.isascii() else fold(c) for c in asked) for asked in found.questions)
        return Sides(found.form, found.labels, (one, two))

    return built


# Folding a pattern folds its letters; only the mark of a named group has a capital.
FOLDED: tuple[Rule, ...] = tuple(
    (re.compile(fold(pattern).replace("(?p<", "(?P<")), _unmarked(build)) for pattern, build in _PATTERNS
)
