"""Whether a quotation holds the names of a claim, and the language-free keys of a text."""

from __future__ import annotations

import re
from functools import lru_cache

from index.text import glossary
from index.text.gazetteer import lookup, normal_key, tokens_of
from index.text.spelling import composed, fold_word, is_ascii_words
from rag.values.names import find_names
from rag.values.naming import Name
from rag.values.quantities import find_values
from rag.values.wordlists import common_english


def same_name(a: Name, b: Name) -> bool:
    """Return whether two names can mean the same: equal keys, or one the short form of the other.

    "Prabowo" is Prabowo Subianto and "Lam" is To Lam; a country is never part of another name.
    """
    if a.key == b.key:
        return True
    kinds = {a.key.partition(":")[0], b.key.partition(":")[0]}
    if kinds != {"name"}:
        return False
    short, long = sorted((a.key.removeprefix("name:").split(), b.key.removeprefix("name:").split()), key=len)
    return short == long[: len(short)] or short == long[-len(short) :]


_DEFINED = re.compile(r"(?P<long>(?:[^\W_][\w'’&-]*[ ,]+){1,9})\((?P<short>[A-Z][A-Za-z&-]{1,9})\)")
_MINOR = frozenset(["of", "the", "and", "for", "in", "on", "de"])


def acronyms(text: str) -> dict[str, str]:
    """Return {folded acronym: folded expansion} that the text defines: "… Partnership (CSP)"."""
    found = {}
    for match in _DEFINED.finditer(text):
        short = match["short"].rstrip("s")
        words = match["long"].replace(",", " ").split()
        for count in range(1, len(words) + 1):
            part = words[-count:]
            initials = "".join(word[0] for word in part if word.lower() not in _MINOR)
            everything = "".join(word[0] for word in part)
            if part[0][0].isupper() and short.upper() in (initials.upper(), everything.upper()):
                found[fold_word(match["short"])] = normal_key(" ".join(part))
    return found


def _holds(haystack: str, words: str) -> bool:
    return f" {words} " in haystack


def unsupported_names(
    claim: str,
    quote: str,
    *,
    claim_lang: str,
    quote_lang: str,
    context: str = "",
    article: str = "",
    strict: bool = True,
) -> list[Name]:
    """Return the names of the claim that neither the quotation nor `context` holds.

    `context` counts like the quotation (its title, the sentence before). `article` only explains
    short forms: it may say that "Lam" is To Lam and what CSP stands for. Across languages, names
    that are plainly translated and that no table knows are left alone; without `strict`, so are all
    names of kind "other", some of which have another name in the other language (Temüjin, Thiết Mộc Chân).
    """
    source = f"{quote}\n{context}"
    keys = {name.key for name in find_names(source, quote_lang)}
    flat = f" {normal_key(source.replace('_', ' '))} "
    explained = acronyms(f"{article}\n{source}")
    crossing = claim_lang != quote_lang
    missing = []
    for name in find_names(claim, claim_lang, source):
        if not name.sure or name.key in keys or (crossing and not name.portable):
            continue
        if crossing and not strict and name.kind == "other":
            continue
        if crossing and name.key.startswith("name:") and (name.initial or _nearly_held(name, flat)):
            continue
        if not _explained(name, flat, keys, explained, article):
            missing.append(name)
    return missing


def _nearly_held(name: Name, flat: str) -> bool:
    """Return whether a translation could have kept the name: half of its words, or their first 5 letters."""
    parts = [part for part in normal_key(name.text).split() if part not in common_english()]
    kept = sum(_holds(flat, part) or (len(part) > 5 and f" {part[:5]}" in flat) for part in parts)
    return bool(parts) and 2 * kept >= len(parts)


@glossary.derived
@lru_cache(maxsize=4096)
def _written(key: str) -> frozenset[str]:
    """Return the folded spellings of a key that the tables know."""
    return frozenset(words for words, known in glossary.known_names().items() if known == key)


def _explained(name: Name, flat: str, keys: set[str], explained: dict[str, str], article: str) -> bool:
    words = normal_key(name.text)
    kind = name.key.partition(":")[0]
    if kind in ("country", "org", "place"):
        full = explained.get(words)
        if any(_holds(flat, other) for other in _written(name.key) if len(other) > 5):
            return True  # the tables know the spelling, in lower case or in a place where no name was seen
        return (_holds(flat, words) and kind != "country") or bool(full and _holds(flat, full))
    if _holds(flat, words) or _holds(flat, words.removesuffix("s")) or _holds(flat, words + "s"):
        return True
    if words in explained and _holds(flat, explained[words]):
        return True
    if any(long == words and _holds(flat, short) for short, long in explained.items()):
        return True
    parts = words.split()
    if len(parts) > 1 and article and _holds(f" {normal_key(article)} ", words):
        # The article knows the full name; the quotation may use its first or last part.
        return any(_holds(flat, part) for part in (parts[0], parts[-1]) if len(part) > 1)
    return False


def concepts(text: str, lang: str) -> frozenset[str]:
    """Return language-free keys of what a text speaks of: names, roles, months, years, numbers, terms.

    "country:JP", "name:prabowo subianto" and "name:prabowo", "role:president", "year:2025",
    "month:3", "num:16700000000", "unit:USD", "term:trade".
    """
    clean = composed(text.replace("_", " "))[0]
    tokens = tokens_of(clean)
    ascii_text = lang == "vi" and is_ascii_words(clean)
    keys: set[str] = set()
    for name in find_names(clean, lang):
        keys.add(name.key)
        if name.key.startswith("name:"):
            keys.update(f"name:{part}" for part in name.key[5:].split() if len(part) > 2)
    for kind in ("role", "term"):
        keys.update(key for _, _, key in lookup(clean, tokens, kind, lang, ascii_text))
    for value in find_values(clean, lang):
        for date in (value.date, value.date_to):
            if date and date.year:
                keys.add(f"year:{date.year}")
            if date and date.month:
                keys.add(f"month:{date.month}")
        if value.number is not None:
            keys.add(f"num:{value.number.normalize():f}")
        if value.unit:
            keys.add(f"unit:{value.unit}")
    return frozenset(keys)
