"""What is said of two values that were compared; both are shown with where they stand."""

from __future__ import annotations

from collections.abc import Mapping

from index.records import Lang
from rag.compound.sides import Form

# {a} and {b} come with their marks "[n]"; of years {a} is the earlier, of orders the one that is asked for.
SENTENCES: Mapping[Lang, Mapping[str, str]] = {
    "en": {
        "difference more": "{a} is {d} more than {b}.",
        "difference less": "{a} is {d} less than {b}.",
        "difference same": "{a} and {b} are the same.",
        "change more": "It rose by {d}, from {a} to {b}.",
        "change less": "It fell by {d}, from {a} to {b}.",
        "change same": "It stayed the same: {a} and {b}.",
        "dated change more": "It rose by {d}, from {a} in {A} to {b} in {B}.",
        "dated change less": "It fell by {d}, from {a} in {A} to {b} in {B}.",
        "dated change same": "It was the same in {A} and in {B}: {a} and {b}.",
        "sum": "{a} and {b} make {d} together.",
        "years": "From {a} to {b} it is {d}.",
        "larger": "{A}: {a}, more than {b} ({B}).",
        "smaller": "{A}: {a}, less than {b} ({B}).",
        "earlier": "{A}: {a}, before {b} ({B}).",
        "later": "{A}: {a}, after {b} ({B}).",
        "neither": "Neither: {a} ({A}) and {b} ({B}).",
        "first": "What was named first",
        "second": "what was named second",
    },
    "vi": {
        "difference more": "{a} cao hơn {b}, chênh lệch là {d}.",
        "difference less": "{a} thấp hơn {b}, chênh lệch là {d}.",
        "difference same": "{a} và {b} bằng nhau.",
        "change more": "Tăng {d}, từ {a} lên {b}.",
        "change less": "Giảm {d}, từ {a} xuống {b}.",
        "change same": "Không đổi: {a} và {b}.",
        "dated change more": "Tăng {d}, từ {a} năm {A} lên {b} năm {B}.",
        "dated change less": "Giảm {d}, từ {a} năm {A} xuống {b} năm {B}.",
        "dated change same": "Năm {A} và năm {B} như nhau: {a} và {b}.",
        "sum": "{a} và {b}, tổng cộng là {d}.",
        "years": "Từ {a} đến {b} là {d}.",
        "larger": "{A}: {a}, nhiều hơn {b} ({B}).",
        "smaller": "{A}: {a}, ít hơn {b} ({B}).",
        "earlier": "{A}: {a}, trước {b} ({B}).",
        "later": "{A}: {a}, sau {b} ({B}).",
        "neither": "Như nhau: {a} ({A}) và {b} ({B}).",
        "first": "Vế nêu trước",
        "second": "vế nêu sau",
    },
}


def sentence(key: str, lang: Lang, a: str, b: str, d: str = "", labels: tuple[str, str] = ("", "")) -> str:
    """Return the sentence of a form, which begins with a capital."""
    text = SENTENCES[lang][key].format(a=a, b=b, d=d, A=labels[0], B=labels[1])
    return text[:1].upper() + text[1:]


def years(count: int, lang: Lang) -> str:
    """Return a number of years in words."""
    return f"{count} năm" if lang == "vi" else f"{count} year{'s' if count != 1 else ''}"


def key_of(form: Form, sign: int) -> str:
    """Return which sentence tells of a form; `sign` is that of the second or asked value over the other."""
    return f"{form} {'more' if sign > 0 else 'less' if sign < 0 else 'same'}"
