"""Currencies and units of measure as either language writes them beside a number.

The spellings are those of the Unicode CLDR (English, British English and Vietnamese, as Babel carries it):
names, plurals, signs and ISO 4217 codes of every currency that is legal tender somewhere, and the names of
the measures listed here. A noun that several currencies share ("dollars", "pesos") may mean any of them.

Knows nothing of the program that it judges, which has a list of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

PERCENT = "%"
SIGNS = "$£¥฿៛\u20a0-\u20c0"  # as in a regular expression; U+20A0 … is Unicode's block of currency symbols
# CLDR's names of the units that a newspaper gives figures in; it names two hundred more, most of which are
# written like everyday words ("5 points", "5 PC", "at 5 pm").
_MEASURES = tuple(
    f"{kind}-{name}"
    for kind, names in (
        ("length", "kilometer meter centimeter millimeter mile foot inch yard nautical-mile"),
        ("area", "square-kilometer square-meter hectare acre square-mile square-foot"),
        ("mass", "tonne ton kilogram gram milligram pound ounce"),
        ("volume", "liter milliliter cubic-meter gallon gallon-imperial barrel"),
        ("speed", "kilometer-per-hour meter-per-second mile-per-hour knot"),
        ("power", "kilowatt megawatt gigawatt horsepower"),
        ("energy", "kilowatt-hour"),
        ("digital", "kilobyte megabyte gigabyte terabyte"),
        ("temperature", "celsius fahrenheit"),
        ("duration", "second minute hour day week month quarter year decade century"),
    )
    for name in names.split()
)
_CROWNS = ("CZK", "DKK", "ISK", "NOK", "SEK")
# What the press writes and CLDR does not. The crown is koruna, króna and krone alike.
_ALSO: Mapping[str, tuple[str, ...]] = {
    "usd": ("USD",), "us dollar": ("USD",), "us dollars": ("USD",), "american dollars": ("USD",),
    "đô": ("USD",),
    "đ": ("VND",), "vnđ": ("VND",), "renminbi": ("CNY",), "rmb": ("CNY",), "tệ": ("CNY",), "ndt": ("CNY",),
    "đô la úc": ("AUD",), "pounds sterling": ("GBP",), "rouble": ("RUB",), "roubles": ("RUB",),
    "crown": _CROWNS, "crowns": _CROWNS,
    "per cent": (PERCENT,), "percent": (PERCENT,), "phần trăm": (PERCENT,), PERCENT: (PERCENT,),
    "cây số": ("length-kilometer",), "ki lô mét": ("length-kilometer",), "hecta": ("area-hectare",),
    "ki lô gam": ("mass-kilogram",), "kilos": ("mass-kilogram",), "lb": ("mass-pound",),
    "lbs": ("mass-pound",),
    "ki lô mét vuông": ("area-square-kilometer",), "km vuông": ("area-square-kilometer",),
    "m vuông": ("area-square-meter",), "m khối": ("volume-cubic-meter",), "tuổi": ("duration-year",),
}  # fmt: skip
_ALSO_SIGNS = {"s$": "SGD", "c$": "CAD", "rs": "INR"}
# Both are the tonne of a newspaper: Vietnamese has one word for them.
_ONE = {"mass-ton": "mass-tonne", "volume-gallon-imperial": "volume-gallon"}
# Spelled like everyday words: "all 12 won", "5 real estates", "bảng" is a table too. They are a currency only
# behind a million or its like.
_AFTER_A_SCALE = frozenset({
    "won", "real", "reals", "mark", "marks", "gold", "sol", "soles", "lev", "leu", "rand", "som", "bảng",
    "bạt",
})  # fmt: skip
# "16,7 tỷ năm 2024", "500 năm ngoái": not a span of years, but when it was.
_WHEN = re.compile(r"\s*(?:\d|(?:nay|này|ngoái|qua|i{1,3}|iv)\b)")
_NO_UNITS = frozenset({"second", "quarter", "thùng", "mẫu"})  # "a 12-second-half"; a box, a sample
_LOWER = frozenset({"usd", "eur", "sgd", "jpy", "vnd", "gbp", "cny"})  # codes that are no words
_WORD = re.compile(r"u\.s\.|°[cf]|[^\W\d_]+[23]?(?:/[^\W\d_]+)?")
_GAP = re.compile(r"[\s-]*")
_SIGN_AFTER = re.compile(rf"\s?([a-z]{{0,3}}[{SIGNS}])(?!\s?\d)")
_PERCENT_AFTER = re.compile(r"[\s-]*%")


@dataclass(frozen=True, slots=True)
class Unit:
    """What stands beside a number: every currency or measure that it may mean, and where it ends."""

    meanings: frozenset[str]  # ISO 4217 codes, "%", CLDR's names of measures
    money: str | None  # the one currency meant, or a shared noun as it is written; "%" too; else None
    end: int


def _key(text: str) -> str:
    plain = re.sub(r"[\s_-]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()
    return plain.replace("u.s.", "us")


@lru_cache(maxsize=1)
def codes() -> tuple[str, ...]:
    """Return the ISO 4217 codes of what is legal tender somewhere today, in order."""
    from babel import Locale
    from babel.numbers import get_territory_currencies

    territories = map(str, Locale("en").territories)
    return tuple(sorted({str(code) for one in territories for code in get_territory_currencies(one)}))


@lru_cache(maxsize=1)
def _signs() -> Mapping[str, str]:
    """Return the signs of currencies, as "a$" and "£"; a bare "$" is CLDR's US dollar."""
    from babel.numbers import get_currency_symbol

    found = {
        _key(sign): code
        for code, lang in product(codes(), ("vi", "en"))
        if re.fullmatch(rf"[A-Z]{{0,3}}[{SIGNS}]", sign := get_currency_symbol(code, lang))
    }
    return {**found, **_ALSO_SIGNS}


@lru_cache(maxsize=1)
def _book() -> Mapping[str, frozenset[str]]:
    """Return every spelling, as `_key` makes it, with what it may mean."""
    found: dict[str, set[str]] = defaultdict(set)
    for code in codes():
        for name in _currency_names(code):
            found[_key(name)].add(code)
    for unit in _MEASURES:
        for name in _measure_names(unit):
            found[_key(name)].add(_ONE.get(unit, unit))
    for name, meanings in _ALSO.items():
        found[name].update(meanings)
    return {name: frozenset(held) for name, held in found.items() if name not in _NO_UNITS}


def _currency_names(code: str) -> Iterator[str]:
    """Yield "Australian dollars", "dollars", "đô la Australia", "đô la"."""
    from babel.numbers import get_currency_name

    for count in (1, 2):
        name = get_currency_name(code, count, locale="en")
        yield name
        yield name.rpartition(" ")[2]
    name = get_currency_name(code, locale="vi")
    yield name
    if noun := re.match(r"đô la|nhân dân tệ|\S+", name.casefold()):
        yield noun[0]


def _measure_names(unit: str) -> Iterator[str]:
    """Yield the words of a unit, and its symbol where both languages have the same; never a single letter."""
    from babel.units import format_unit

    def written(length: str, locale: str) -> set[str]:
        forms = {format_unit(count, unit, length, locale=locale) for count in (1, 2)}  # type: ignore[arg-type]
        return {re.sub(r"^[12]\s*", "", form) for form in forms}

    # Where Vietnamese writes out only the short form, Babel gives the identifier for the long one.
    vietnamese = written("long", "vi") - {unit} or written("short", "vi")
    symbols = written("short", "en") & written("short", "vi")
    words = written("long", "en") | written("long", "en_GB") | vietnamese | symbols
    yield from (name for name in words if len(name) > 1)


def named(unit: str) -> frozenset[str]:
    """Return what the unit of a known answer may mean; () for what is only counted: "projects"."""
    if unit.upper() in codes() and (unit.isupper() or unit in _LOWER):
        return frozenset({unit.upper()})
    return _book().get(_key(unit), frozenset())


def before(sign: str, written: str) -> Unit | None:
    """Return the currency of what stands before a number, folded in `sign`, as it was in `written`."""
    if sign.upper() in codes():
        return _money(sign.upper()) if written.isupper() or sign in _LOWER else None
    # A sign that CLDR does not know is a currency all the same: none of the others.
    return _money(_signs().get(sign) or _signs().get(sign[-1:]) or sign)


def _money(code: str, end: int = 0) -> Unit:
    return Unit(frozenset({code}), code, end)


def behind(folded: str, at: int, written: str, *, scaled: bool) -> Unit | None:
    """Return the unit that stands in `folded` from `at` on, right behind a number.

    `written` is the same text before its capitals were folded; `scaled` tells that the number ends in a word
    such as "million".
    """
    if found := _PERCENT_AFTER.match(folded, at):
        return _money(PERCENT, found.end())
    if (found := _SIGN_AFTER.match(folded, at)) and (unit := before(found[1], found[1])):
        return Unit(unit.meanings, unit.money, found.end())
    gap = _GAP.match(folded, at)
    words = _words(folded, gap.end() if gap else at)
    for count in range(len(words), 0, -1):
        start, end = words[0][0], words[count - 1][1]
        name = folded[start:end]
        for tried in dict.fromkeys((name, name.rpartition("/")[0])):
            if tried and (unit := _of(tried, written[start : start + len(tried)], scaled)):
                end = start + len(tried)
                spans = any(one.startswith("duration-") for one in unit.meanings)
                if spans and (scaled or _WHEN.match(folded, end)):
                    return None
                return Unit(unit.meanings, unit.money, end)
    return None


def _of(name: str, written: str, scaled: bool) -> Unit | None:
    if name.upper() in codes() and (written.isupper() or name in _LOWER):
        return _money(name.upper())
    meanings = _book().get(_key(name), frozenset())
    if not meanings or (name in _AFTER_A_SCALE and not scaled):
        return None
    currencies = sorted(one for one in meanings if not re.match(r"[a-z]+-", one))
    return Unit(meanings, _usual(currencies, name), 0)


def _usual(currencies: list[str], name: str) -> str | None:
    """Return the one of several that CLDR gives a sign without letters: dollars are those with "$"."""
    if len(currencies) < 2:
        return currencies[0] if currencies else None
    plain = {code for sign, code in _signs().items() if len(sign) == 1}
    usual = [code for code in currencies if code in plain]
    return usual[0] if len(usual) == 1 else name


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(name.count(" ") + 1 for name in _book())


def _words(folded: str, at: int) -> list[tuple[int, int]]:
    """Return the places of the next words, as many as the longest name has, one space or hyphen between."""
    found: list[tuple[int, int]] = []
    while len(found) < _longest() and (word := _WORD.match(folded, at)):
        found.append(word.span())
        at = word.end() + 1
        if not re.match(r"[\s-]", folded[word.end() : at]):
            break
    return found
