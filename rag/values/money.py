"""Money: what currencies are called in both languages, and when a number without a known one is a price."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from index.text import glossary
from index.text.gazetteer import VI_SYLLABLE
from index.text.spelling import fold, is_ascii_words, plain
from rag.values.ordinals import either

# Coins of several countries, whose name alone means one of them in the news.
_MEANT = {"dollar": "USD", "pound": "GBP", "ruble": "RUB", "won": "KRW", "yuan": "CNY"}
# A crown is what several languages call their own word for it.
_CROWNS = frozenset({"koruna", "krona", "króna", "krone"})
_CROWN_SPELLED = ("crown", "crowns", "curon", "cu-ron")
# Names of coins that are more often something else ("3 real estate projects", "5 gold medals").
_AMBIGUOUS = frozenset({"gold", "mark", "marks", "real"})
_SHORTEST = 4  # letters of a coin's name without its country's: "lei", "sol" and "som" are other words too
# Plurals that CLDR spells another way than the news does.
_PLURALS = {"reais": "BRL", "colones": "CRC", "zlotych": "PLN", "liras": "TRY"}


@cache
def _current() -> tuple[tuple[str, str, str], ...]:
    """Return (ISO code, language, name) of every currency that is legal tender somewhere, by Unicode CLDR."""
    from babel.core import get_global
    from babel.numbers import get_currency_name

    codes = {
        code
        for used in get_global("territory_currencies").values()
        for code, _, until, tender in used
        if until is None and tender
    }
    return tuple(
        (code, lang, get_currency_name(code, count=count, locale=lang))
        for code in sorted(codes)
        for lang in ("en", "vi")
        for count in (1, 2)
    )


@cache
def codes() -> frozenset[str]:
    """Return the ISO codes of all currencies in use: "SEK 5 million" names one, "all" in lower case does not."""
    return frozenset(code for code, _, _ in _current())


@cache
def _bare() -> dict[str, tuple[str, frozenset[str]]]:
    """Return {English name without its country's: (its singular, ISO codes of those called so)}."""
    english = [(code, plain(name)) for code, lang, name in _current() if lang == "en" and " " in name]
    codes: dict[str, set[str]] = defaultdict(set)
    singular: dict[str, str] = {}
    for (code, one), (_, many) in zip(english[::2], english[1::2], strict=True):
        coin = one.split()[-1]
        codes[coin].add(code)
        singular |= {coin: coin, many.split()[-1]: coin}
    return {word: (coin, frozenset(codes[coin])) for word, coin in singular.items()}


@cache
def coins() -> dict[str, frozenset[str]]:
    """Return {coin: ISO codes} of the names that several countries' money bears: "peso", "dinar", "crown"."""
    found = {coin: codes for coin, codes in _bare().values() if len(codes) > 1 and coin not in _MEANT}
    crowns = (codes for coin, codes in _bare().values() if coin in _CROWNS)
    return found | {"crown": frozenset[str]().union(*crowns)}


@cache
def currencies() -> dict[str, str]:
    """Return {plain spelling: ISO code or coin} of all currencies in both languages.

    A coin ("peso") stands for the money of any country that calls it so; `same_currency` knows which.
    """
    found = {plain(name): code for code, _, name in _current()}
    for word, (coin, codes) in _bare().items():
        if len(word) >= _SHORTEST and word not in _AMBIGUOUS:
            found[word] = _MEANT.get(coin) or (coin if coin in coins() else min(codes))
    found |= _PLURALS | dict.fromkeys(_CROWN_SPELLED, "crown")
    known = glossary.spellings("currency").items()
    return found | {word: code for word, code in known if found.get(word) not in coins()}


def same_currency(a: str | None, b: str | None) -> bool:
    """Return whether two units can be the same money: "peso" and "MXN" can, "USD" and "MXN" cannot."""
    of_a, of_b = (coins().get(unit or "", frozenset({unit})) for unit in (a, b))
    return bool(of_a & of_b)


# "It cost his bank around 60 million crowns", "a fine of 90,000 talars", "lương tối thiểu lên 19 talar": money,
# whatever the coin is. A few words may stand between, no other number.
_PRICE_REACH = 60  # characters before a number in which the word may stand
_PRICED = re.compile(
    r"(?:\b(?:costs?|costing|worth|priced|prices?|pays?|paid|paying|fines? of|fined|loans? of|lends?|lent|borrow(?:s|ed)?|"
    r"owes?|owed|earn(?:s|ed)?|spen(?:t|d|ds|ding)|budgets?|revenues?|sales|profits?|loss(?:es)?|debts?|wages?|salar(?:y|ies)|"
    r"fees?|grants? of|dividends?|prize|bills?|donat(?:es?|ed)|rais(?:ed|es))|"
    r"\b(?:giá|trị giá|tốn|hết|chi|trả|nộp|phạt|vay|nợ|lỗ|lãi|lương|thu nhập|doanh thu|lợi nhuận|ngân sách|kinh phí|"
    r"chi phí|học phí|thu được|quyên góp|tài trợ|đầu tư|vốn|cổ tức))(?:[\s,]+[^\W\d]+){0,5}\s*$"
)


def priced(low: str, start: int) -> bool:
    """Return whether a number at `start` of plain text stands behind a word for what is paid."""
    return bool(_PRICED.search(low[max(0, start - _PRICE_REACH) : start]))


_SCALES = "million|billion|thousand|triệu|(?<!công )tỷ|tỉ|nghìn|ngàn"
_HOW_MANY = f"(?:how many|number of|bao nhiêu|mấy)(?: (?:{_SCALES}))*"
# Shorter names of money are also parts of other words: "hợp đồng" is a contract, "hội đồng" a council, and teams
# won. Those must stand where a number's noun stands.
_PLAIN = 5  # letters


@cache
def _asked(marked: bool) -> re.Pattern[str]:
    """Return what a currency that is asked for looks like, in text with Vietnamese marks or without."""
    written = str if marked else fold
    listed = glossary.section("currency")
    alone = [word for word in currencies() if " " in word or len(word) >= _PLAIN or word.upper() in listed]
    many, behind = written(_HOW_MANY), written(f"in|bằng|tiền|{_SCALES}")
    coin, single = (either(written(word) for word in words) for words in (currencies(), alone))
    return re.compile(
        rf"\b(?:(?P<many>{many})|{behind})\s+(?P<coin>{coin})(?!\w)|(?<!\w)(?P<alone>{single})(?!\w)"
    )


def asked_in(low: str) -> str | None:
    """Return the currency that a question in plain text wants its amount in: "how many kronor"."""
    marked = not is_ascii_words(low)
    found = _asked(marked).search(low)
    if not found:
        return None
    word = found["coin"] or found["alone"]
    return currencies().get(word) or {fold(one): code for one, code in currencies().items()}[word]


_ANY_COIN = re.compile(rf"\b(?:bao nhiêu|bao nhieu|mấy)(?: (?:{_SCALES}))* (?P<coin>[^\W\d_]{{3,}})(?!\w)")


def unknown_coin(low: str) -> str | None:
    """Return the word for money that a Vietnamese question names and no table: "bao nhiêu talar".

    It is told from what is counted by not being a Vietnamese syllable.
    """
    found = _ANY_COIN.search(low)
    return found["coin"] if found and not VI_SYLLABLE.fullmatch(fold(found["coin"])) else None


def coins_counted(low: str) -> bool:
    """Return whether a question in plain text counts coins, which is to ask for an amount."""
    return any(found["many"] for found in _asked(not is_ascii_words(low)).finditer(low))
