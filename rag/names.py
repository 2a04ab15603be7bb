"""Names of people, places, countries and organisations, and whether a quotation holds those of a claim.

A name is known by a key that does not depend on language or diacritics: "country:JP" for Japan,
Nhật Bản and Japanese, "org:EU" for the European Union, "name:vo van thuong" for what no table knows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

from rag import glossary
from rag.spelling import composed, fold, fold_word, is_ascii_words, plain
from rag.quantities import find_values

NameKind = Literal["country", "place", "org", "person", "acronym", "title", "other"]


@dataclass(frozen=True, slots=True)
class Name:
    """One name; `text` is exactly the characters from `start` to `end`.

    `sure` is False where a capital may only mark the beginning of a sentence; `portable` says that
    the name is written alike in both languages (but for diacritics) or that the tables know both.
    """

    kind: NameKind
    start: int
    end: int
    text: str
    key: str
    sure: bool = True
    portable: bool = True
    initial: bool = False  # a single word at the beginning of a sentence
    role: str | None = None  # "president", where a title stands before the name


class _Token(NamedTuple):
    start: int
    end: int
    text: str  # as written
    folded: str
    plain: str


_TOKEN = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"(?:^|[.!?:;…\n|•]|[.!?]['\"”’)])\s*['\"“‘(\[-]*\s*$")


def _tokens(text: str) -> list[_Token]:
    low, bare = plain(text), fold(text)
    return [_Token(m.start(), m.end(), m[0], bare[m.start() : m.end()], low[m.start() : m.end()]) for m in _TOKEN.finditer(text)]


def normal_key(words: str) -> str:
    """Return a name's folded words separated by single spaces: "U.S." → "u s"."""
    return " ".join(_TOKEN.findall(fold_word(words)))


class _Entry(NamedTuple):
    key: str
    spelling: str  # as in the table: case and diacritics kept
    lang: str


@lru_cache(maxsize=4)
def _index(kind: str) -> dict[str, list[tuple[int, dict[str, list[_Entry]]]]]:
    """Return {first folded word: [(number of words, {normal key: entries})], longest first}."""
    entries: dict[str, list[_Entry]] = {}
    if kind == "name":
        for spelling, lang, code in glossary.territories():
            entries.setdefault(normal_key(spelling), []).append(_Entry(f"country:{code}", spelling, lang))
    for section, prefix in {"name": [("country", "country"), ("place", "place"), ("organisation", "org")],
                            "role": [("role", "role")], "term": [("term", "term")]}[kind]:  # fmt: skip
        for key, spelled in glossary.section(section).items():
            for lang in ("en", "vi"):
                for words in spelled.get(lang, ()):
                    entries.setdefault(normal_key(words), []).append(_Entry(f"{prefix}:{key}", words, lang))
    by_first: dict[str, dict[int, dict[str, list[_Entry]]]] = {}
    for key, found in entries.items():
        parts = key.split()
        by_first.setdefault(parts[0], {}).setdefault(len(parts), {})[key] = found
    return {first: sorted(lengths.items(), reverse=True) for first, lengths in by_first.items()}


def _marks(text: str) -> list[str]:
    """Return letters and marks in any order: "hoà" and "hòa" are spelled with the same ones."""
    return sorted(unicodedata.normalize("NFD", plain(text)))


def _spelled_as(written: str, entry: _Entry, ascii_text: bool) -> bool:
    """Return whether `written` is this spelling, also when typed without diacritics."""
    spelling = entry.spelling
    if plain(written) == plain(spelling) or normal_key(written) == normal_key(spelling) and _marks_equal(written, spelling):
        # "US" is a country, "us" is not; "AI" is not "ai" (who).
        return not (spelling.isupper() and len(spelling) <= 4) or written.isupper()
    if not written.isascii():
        return False
    return ascii_text and len(normal_key(spelling)) > 3 or len(normal_key(spelling).split()) > 1


def _marks_equal(a: str, b: str) -> bool:
    return _marks("".join(_TOKEN.findall(a))) == _marks("".join(_TOKEN.findall(b)))


def _lookup(text: str, tokens: list[_Token], kind: str, lang: str, ascii_text: bool = False) -> list[tuple[int, int, str]]:
    """Return (first token, number of tokens, key) of the longest table entries, left to right."""
    index, found, at = _index(kind), [], 0
    while at < len(tokens):
        step = 1
        for count, keys in index.get(tokens[at].folded, ()):
            part = tokens[at : at + count]
            entries = keys.get(" ".join(token.folded for token in part)) if len(part) == count else None
            if not entries or not _joined(text, part):
                continue
            written = text[part[0].start : part[-1].end]
            match = next((e for e in entries if _in_language(e, lang) and _spelled_as(written, e, ascii_text)), None)
            if match:
                found.append((at, count, match.key))
                step = count
                break
        at += step
    return found


def _in_language(entry: _Entry, lang: str) -> bool:
    """Return whether an entry may be meant: "Lao" is a people in English and labour in Vietnamese."""
    return entry.lang == lang or " " in entry.spelling or entry.spelling.isupper() or not _VI_SYLLABLE.match(fold_word(entry.spelling))


def _joined(text: str, part: list[_Token]) -> bool:
    return all(len(text[a.end : b.start]) <= 3 and not re.search(r"[,;:!?()\n]", text[a.end : b.start]) for a, b in zip(part, part[1:], strict=False))


# ---------------------------------------------------------------------------------------- capitals

_EN_STOP = frozenset(
    "the a an this that these those it its he she they we i you his her their our your my in on at to for from by with as "
    "of and or but nor so yet if when while after before since until although though because where which who whom whose "
    "what how why is are was were be been do does did has have had will would can could may might should shall must not "
    "no yes there here then than thus hence also however moreover furthermore meanwhile additionally besides instead "
    "according under over about between among during through within without against into onto upon per via both each "
    "every all any some many most more much few several other another such same one two three four five six seven eight "
    "nine ten first second third last next new now today yesterday tomorrow recently currently previously earlier later "
    "soon once still only even just despite given regarding concerning including following based amid around across "
    "along notably especially specifically overall finally looking ahead as well yet perhaps maybe please thank thanks "
    "tell give list show name find explain describe compare mr mrs ms dr sir am pm photo source latest read".split()
)
_EN_SURNAME_WORDS = frozenset("to do an so ho".split())  # English words that are Vietnamese surnames, too
_EN_MONTHS_DAYS = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday jan feb mar apr jun jul aug sept sep oct nov dec".split()
)
_EN_SUFFIX = re.compile(
    r"(?:tion|sion|ment|ing|ness|ance|ence|ship|ism|ly|ity|ous|ive|ical|ors|ers|ies|ments|tions|ings|ized|ised|ed|als|age|ures?|ade|ports?)$"
)
_VI_STOP = frozenset(
    "và của có là được trong cho với các những một này đó khi theo từ tại ở về trên dưới sau trước nếu vì do nhưng tuy mặc "
    "ngoài bên hai ba bốn năm ngày tháng đây đến tính ông bà anh chị cô ngài hiện cùng để không chưa đã đang sẽ còn cũng "
    "ảnh nguồn theo đồng bởi như vào lần hôm sáng chiều tối ai gì sao bao hãy xin mấy vậy thế nào ngoài cả mọi mỗi tất".split()
)
_CONNECT = re.compile(r"(?: |-| & |\.|\. |['’]| of | of the | for | de | da | del | van | bin | al-| and the )")
_VI_SYLLABLE = re.compile(
    r"^(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|b|c|d|g|h|k|l|m|n|p|r|s|t|v|x)?[aeiouy]{1,3}(?:ch|ng|nh|c|m|n|p|t)?$"
)
_VI_SURNAMES = frozenset(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý tô lương trương đinh lâm mai trịnh đào cao hà tạ "
    "thái chu tôn la quách kiều triệu vương đoàn tăng lưu nghiêm phùng thân từ giang khuất tống thạch bạch".split()
)
_ASCII_SURNAMES = frozenset(fold(name) for name in _VI_SURNAMES)
_VI_ORG_HEADS = frozenset(
    "bộ sở cục vụ ủy ban đảng hội ngân tập trường viện hiệp liên tổng công đại đối quỹ tòa nhà văn trung học phòng uỷ hàng "
    "diễn nghị luật hiệp đoàn chính quốc".split()
)
# Peoples, faiths and adjectives, which every language writes in its own way.
_EN_PEOPLE = re.compile(r"(?:[ie]?ans?|ese|ish|ists?|ism|men|man|ics?|ines?|ites?|ern|al|tion|ment|ing|ers|ity|ty|ship|ed)$")
_EN_COMMON = frozenset(
    "university ministry bank group corporation party agreement forum association council committee department bridge tunnel "
    "palace airport institute school national international economic development federation union club news agency court "
    "office board embassy commission organization organisation fund company industrial park summit conference dialogue "
    "plan action vision strategy partnership declaration community leaders week green digital war cold state people "
    "communist republic democratic central province city district north south east west sea river island islands strait "
    "world cup games prize award day year law act code constitution chairman spokesperson deputy secretary chamber "
    "commerce industry trade minister prime foreign affairs western eastern northern southern great street garden theatre "
    "theater church bible empire mountains mountain ocean stock exchange operations manager executive vice lake lakes county "
    "tower building house hall station square road highway canal forest desert peninsula bay gulf coast valley army navy force "
    "forces guard police king queen emperor prince princess duke lord lady saint holy new old big small first second third "
    "uprising revolution war battle treaty peace museum library college hospital centre center media television radio times "
    "public private work master behind nearby throughout fellow jews turks lama".split()
)


def _is_capital(token: _Token) -> bool:
    return token.text[0].isupper() or (token.text[0].isdigit() and any(c.isupper() for c in token.text))


def _initial(text: str, token: _Token) -> bool:
    return bool(_SENTENCE_END.search(text[max(0, token.start - 6) : token.start])) or token.start == 0


@lru_cache(maxsize=1)
def _common_english() -> frozenset[str]:
    """Return words of the tables that are no names, to know them at the beginning of a sentence."""
    words = [w for s in ("term", "noun", "unit", "duration") for e in glossary.section(s).values() for w in e["en"]]
    return frozenset(fold_word(part) for word in words for part in word.split()) | _EN_COMMON


def _looks_like_name(token: _Token, lang: str) -> bool:
    """Return whether a capitalised word at the beginning of a sentence is a name nevertheless."""
    if any(char.isupper() for char in token.text[1:]) or any(char.isdigit() for char in token.text):
        return True
    if lang == "vi":
        return not _VI_SYLLABLE.match(token.folded) and token.plain not in _common_english()
    return token.plain not in _common_english() and not _EN_SUFFIX.search(token.plain)


def _body_words(body: str | None) -> frozenset[str]:
    return frozenset(word for word in _TOKEN.findall(body)) if body else frozenset()


def find_names(text: str, lang: str, body: str | None = None) -> list[Name]:
    """Return the names of `text` in order, not overlapping; `text[n.start:n.end] == n.text`.

    `body` is more text of the same source: a word that it writes in lower case is no name at the
    beginning of a sentence.
    """
    clean, origin = composed(text.replace("_", " "))
    tokens = _tokens(clean)
    ascii_text = lang == "vi" and is_ascii_words(clean)
    used: set[int] = set()
    names = [*_known(clean, tokens, lang, ascii_text, used)]
    roles = _roles(clean, tokens, lang, ascii_text, used)
    names += _runs(clean, tokens, lang, _body_words(body), used, roles)
    names += _titles(clean, names)
    names.sort(key=lambda name: name.start)
    if origin is not None:
        names = [replace(name, start=origin[name.start], end=origin[name.end]) for name in names]
    return [replace(name, text=text[name.start : name.end]) for name in names]


_HONORIFIC = frozenset("ông bà anh chị em cô chú bác ngài cụ".split())
# Vietnamese country names that are also words or given names.
_SHORT = frozenset("anh mỹ nga đức pháp ý úc áo bỉ lào séc nhật hàn thái".split())


def _known(text: str, tokens: list[_Token], lang: str, ascii_text: bool, used: set[int]) -> Iterable[Name]:
    lowered = not any(char.isupper() for char in text)
    for at, count, key in _lookup(text, tokens, "name", lang, ascii_text):
        first, last = tokens[at], tokens[at + count - 1]
        capital = any(_is_capital(token) for token in tokens[at : at + count])
        if not (capital or (lowered and (count > 1 or len(first.folded) > 4 and first.plain not in _common_english()))):
            continue
        if lang == "vi" and text[last.end : last.end + 5].lower() == " giáo":
            continue  # "Ấn Độ giáo" is Hinduism
        if count == 1 and lang == "vi" and first.plain in _SHORT and not _stands_alone(text, tokens, at):
            continue
        used.update(range(at, at + count))
        kind: NameKind = "country" if key.startswith("country") else "place" if key.startswith("place") else "org"
        yield Name(kind, first.start, last.end, "", key)


def _stands_alone(text: str, tokens: list[_Token], at: int) -> bool:
    """Return whether Anh, Nga, Đức … is a country here and not part of a person's name or a pronoun."""
    token = tokens[at]
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if _initial(text, token):
        return token.plain not in ("anh", "ý", "áo") and not (
            after and _is_capital(after) and _VI_SYLLABLE.match(after.folded) and text[token.end : after.start] == " "
        )
    if before is None or text[before.end : token.start] != " ":
        return True
    if before.plain in _HONORIFIC:
        return False
    if not _is_capital(before):
        return True
    # "Tổng thống Mỹ", "Đại sứ Nga": the word before is the end of a title; "Tuấn Anh" is a person.
    return any(start + count == at for start, count, _ in _lookup(text, tokens[:at], "role", "vi"))


def _roles(text: str, tokens: list[_Token], lang: str, ascii_text: bool, used: set[int]) -> dict[int, str]:
    """Return {token index: role} of titles; only those written as titles count."""
    roles: dict[int, str] = {}
    for at, count, key in _lookup(text, tokens, "role", lang, ascii_text):
        if any(i in used for i in range(at, at + count)):
            continue
        if at and tokens[at].plain in _HONORIFIC and _is_capital(tokens[at - 1]) and (
            text[tokens[at - 1].end : tokens[at].start] == " "
        ):
            continue  # "Tuấn Anh" is one name
        follows = at + count < len(tokens) and _is_capital(tokens[at + count])
        if _is_capital(tokens[at]) or follows:
            roles.update(dict.fromkeys(range(at, at + count), key.removeprefix("role:")))
    return roles


def _runs(
    text: str, tokens: list[_Token], lang: str, body: frozenset[str], used: set[int], roles: dict[int, str]
) -> list[Name]:
    names: list[Name] = []
    at = 0
    while at < len(tokens):
        if at in used or at in roles or not _is_capital(tokens[at]) or _skip(text, tokens, at, lang):
            at += 1
            continue
        end = at + 1
        while end < len(tokens):
            step = _continues(text, tokens, end, lang, used, roles)
            if not step:
                break
            end += step
        role = roles.get(at - 1) if at and text[tokens[at - 1].end : tokens[at].start] in (" ", ". ") else None
        if role and _initial(text, tokens[at]) and text[tokens[at - 1].end] == "." and len(tokens[at - 1].text) > 4:
            role = None
        following = tokens[end] if end < len(tokens) else None
        if lang == "vi" and role not in (None, "mister") and end == at + 1 and following and (
            following.text.islower() and text[tokens[at].end : following.start] == " " and _VI_SYLLABLE.match(tokens[at].folded)
        ):
            role = None  # "Chủ tịch Điều hành"
        name = _name_of(text, tokens[at:end], lang, body, role)
        if name:
            names.append(name)
        at = end
    return names


def _skip(text: str, tokens: list[_Token], at: int, lang: str) -> bool:
    token = tokens[at]
    if lang == "vi":
        return token.plain in _VI_STOP and not (at + 1 < len(tokens) and _is_capital(tokens[at + 1]) and not _initial(text, token))
    if token.plain in _EN_MONTHS_DAYS:
        return True
    if token.plain in _EN_SURNAME_WORDS and at + 1 < len(tokens) and _is_capital(tokens[at + 1]):
        following = tokens[at + 1]
        if _VI_SYLLABLE.match(following.folded) and text[token.end : following.start] == " " and following.plain not in _EN_STOP:
            return following.folded in _index("name")  # "To Lam", not "To Vietnam"
    return token.plain in _EN_STOP and not token.text.isupper() or len(token.text) == 1 and token.plain in ("i", "a", "s")


def _continues(text: str, tokens: list[_Token], end: int, lang: str, used: set[int], roles: dict[int, str]) -> int:
    """Return how many tokens the run that stops before `end` takes in; 0 if it is over."""
    gap = text[tokens[end - 1].end : tokens[end].start]
    if end in used or end in roles:
        return 0
    if _is_capital(tokens[end]):
        if lang == "en" and tokens[end].plain in _EN_MONTHS_DAYS:
            return 0
        if gap == ". ":
            return 1 if lang == "en" and len(tokens[end - 1].text) <= 2 and not tokens[end - 1].text.startswith("I") else 0
        return 1 if gap in (" ", "-", " & ", "'", "’", ".") else 0
    if lang != "en":
        return 0
    for count in (1, 2):
        after = end + count
        if after < len(tokens) and _is_capital(tokens[after]) and after not in used and after not in roles:
            between = text[tokens[end - 1].end : tokens[after].start]
            if between in (" of ", " of the ", " de ", " da ", " bin ", " del ", " van ", " for "):
                return count + 1
    return 0


def _name_of(text: str, part: list[_Token], lang: str, body: frozenset[str], role: str | None) -> Name | None:
    initial = _initial(text, part[0])
    if part[-1].text in ("s", "S") and len(part) > 1:
        part = part[:-1]
    sure = True
    if len(part) == 1:
        token = part[0]
        acronym = token.text.isupper() and len(token.text) > 1
        if len(token.text) == 1 and not token.text.isupper():
            return None
        if initial and not acronym and role is None:
            sure = _looks_like_name(token, lang) and token.plain not in body
        elif lang == "vi" and _VI_SYLLABLE.match(token.folded) and role is None and not acronym:
            sure = False  # "Chính phủ", "Đảng": a capital of respect
        kind: NameKind = "acronym" if acronym else "person" if role else "other"
        portable = len(token.text) > 1 and (acronym or _portable(part, lang, role))
        return Name(kind, token.start, token.end, "", f"name:{token.folded}", sure, portable, initial and not acronym, role)
    kind = "person" if role or _is_person(part) else "other"
    key = "name:" + " ".join(token.folded for token in part)
    return Name(kind, part[0].start, part[-1].end, "", key, sure, _portable(part, lang, role), False, role)


def _is_person(part: list[_Token]) -> bool:
    known = part[0].plain in (_ASCII_SURNAMES if part[0].text.isascii() else _VI_SURNAMES)
    return known and len(part) in (2, 3, 4, 5) and all(_VI_SYLLABLE.match(token.folded) for token in part)


def _portable(part: list[_Token], lang: str, role: str | None) -> bool:
    """Return whether the other language writes this name alike, as far as its form tells."""
    if _is_person(part):
        return True
    if lang == "vi":
        # Vietnamese syllables name persons alike in both languages, but not seas, sects and ministries.
        foreign = any(not _VI_SYLLABLE.match(token.folded) for token in part)
        return foreign or bool(role) and part[0].plain not in _VI_ORG_HEADS
    return not any(
        token.plain in _common_english() or token.text[0].islower() or _EN_PEOPLE.search(token.plain) for token in part
    )


_QUOTED = re.compile(r"[\"“«]([^\"“”«»]{3,90})[\"”»]")


def _titles(text: str, names: list[Name]) -> list[Name]:
    """Return quoted titles of works and events, which start with a capital and hold no whole sentence."""
    found = []
    for match in _QUOTED.finditer(text):
        inner = match[1]
        words = inner.split()
        capitals = sum(word[0].isupper() for word in words)
        if inner[0].isupper() and inner[-1] not in ".,!?" and len(words) <= 12 and capitals * 2 >= len(words) and len(words) > 1:
            if not any(n.start >= match.start(1) and n.end == match.end(1) and n.start == match.start(1) for n in names):
                found.append(Name("title", match.start(1), match.end(1), "", f"title:{normal_key(inner)}", portable=False))
    names[:] = [n for n in names if not any(n.start >= t.start and n.end <= t.end for t in found)]
    return found


# -------------------------------------------------------------------------------------- comparison


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
_MINOR = frozenset("of the and for in on de".split())


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
    claim: str, quote: str, *, claim_lang: str, quote_lang: str, context: str = "", article: str = "",
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
    """Return whether a translation could have kept the name: half of its words, or a common stem of 5 letters."""
    parts = [part for part in normal_key(name.text).split() if part not in _common_english()]
    kept = sum(_holds(flat, part) or (len(part) > 5 and f" {part[:5]}" in flat) for part in parts)
    return bool(parts) and 2 * kept >= len(parts)


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
        return _holds(flat, words) and kind != "country" or bool(full and _holds(flat, full))
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


# ---------------------------------------------------------------------------------------- concepts


def concepts(text: str, lang: str) -> frozenset[str]:
    """Return language-free keys of what a text speaks of: names, roles, months, years, numbers, terms.

    "country:JP", "name:prabowo subianto" and "name:prabowo", "role:president", "year:2025",
    "month:3", "num:16700000000", "unit:USD", "term:trade".
    """
    clean = composed(text.replace("_", " "))[0]
    tokens = _tokens(clean)
    ascii_text = lang == "vi" and is_ascii_words(clean)
    keys: set[str] = set()
    for name in find_names(clean, lang):
        keys.add(name.key)
        if name.key.startswith("name:"):
            keys.update(f"name:{part}" for part in name.key[5:].split() if len(part) > 2)
    for kind in ("role", "term"):
        keys.update(key for _, _, key in _lookup(clean, tokens, kind, lang, ascii_text))
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
