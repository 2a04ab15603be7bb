"""Take out of a page what a reader of the article does not see, or does not read as part of it."""

from __future__ import annotations

import re

from lxml import etree

from index.readers import blocks
from index.text.words import words

_NEVER = {
    "script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "canvas", "button",
    "select", "input", "textarea", "audio", "video",
}  # fmt: skip
# Old servers put the whole page into a form, so these go only where they hold little of it.
_SELDOM = {"nav", "form", "dialog", "menu", "footer", "aside"}
_INVISIBLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d]*[1-9])|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*0",
    re.IGNORECASE,
)
_HIDDEN_NAMES = re.compile(
    r"^(?:sr-only|visually-?hidden|screen-reader(?:-text)?|hidden|d-none|hide|is-hidden)$"
)
_SIMPLE = re.compile(r"[.#][\w-]+")
_SHOWN_WIDE = re.compile(r"^(?:sm|md|lg|xl|2xl):(?:block|flex|grid|inline|table)")  # "hidden md:block"
# Parts of a page by the names that their makers give them; a name is split at hyphens, underscores and
# capitals first, so that "shared" is not "share" and "download" not "ad".
_AROUND = words(
    "cookie cookies consent gdpr banner newsletter subscribe subscription paywall regwall related "
    "relatednews recommended recommendations trending popular mostread comments comment disqus share "
    "sharing social sidebar breadcrumb breadcrumbs ad ads advert adverts advertisement advertising "
    "sponsored promo promotion outbrain taboola menu navbar masthead footer signup login popup modal "
    "overlay tags keywords lienquan binhluan quangcao tinmoi docthem xemthem"
)
_ALWAYS_TOGETHER = re.compile(
    r"most-?read|read-?(?:more|next|also)|tin-?lien-?quan|bai-?lien-?quan|binh-?luan|quang-?cao|tin-?moi|xem-?them"
    r"|doc-?them|you-?may-?(?:also-?)?like|more-?(?:news|stories)",
    re.IGNORECASE,
)
# Of those, what stands in the place of an article and may be longer than what is shown of it.
_OFFERING = words(
    "cookie cookies consent gdpr newsletter subscribe subscription subscriber subscribers paywall regwall "
    "wall promo promotion signup login popup modal overlay"
)
# What offers and their small print say, in either language.
_OFFER = re.compile(
    r"\bsubscri(?:be|bers?|ption)s?\b|\bunlimited\b|\b(?:log|sign) ?(?:in|up)\b|\bfree trial\b"
    r"|\bnewsletters?\b|\bcookies?\b|\b(?:create|your|have) (?:an )?account\b|\bfree articles?\b"
    r"|\b(?:continue|keep|finish) reading\b|\bcancel (?:at )?any ?time\b"
    r"|[$€£]\d[\d.,]* ?(?:a|per|/) ?(?:week|month|year)\b"
    r"|\bđăng (?:ký|nhập)\b|\bđọc (?:tiếp|toàn bộ)\b|\btài khoản\b|\bthuê bao\b|\bdùng thử\b"
    r"|\bbài (?:viết )?miễn phí\b|\bgói (?:đọc|thành viên|cước)\b|\d ?(?:đồng|đ|k) ?/ ?(?:tuần|tháng|năm)\b",
    re.IGNORECASE,
)
# An offer speaks to who reads it; news about subscriptions does not.
_TO_READER = re.compile(
    r"\b(?:you|your|you(?:'|’)(?:ve|re)|log ?in|sign (?:in|up)|subscribe (?:now|today|for|to)|get)\b"
    r"|\b(?:bạn|quý (?:khách|độc giả|vị)|đăng nhập|hãy)\b",
    re.IGNORECASE,
)
_SELLING = 0.6
_LONGEST_OFFER = 1500  # characters; an article that costs something is longer than what is said of it
_SENTENCE = 60  # characters; what is shown of an article has one at least
_ROOMS = {"html", "body", "main", "article"}
# An element with such a name that holds this much of all the text is the article after all
# ("has-sidebar", "paywall-content").
_LARGE = 0.4


def prune(root: etree._Element) -> None:
    """Remove what is hidden, and what stands around the article, from the tree in place."""
    etree.strip_elements(root, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    styled = hidden_by_style("\n".join(node.text or "" for node in root.iter("style")))
    for node in list(root.iter()):
        if isinstance(node.tag, str) and (node.tag in _NEVER or _hidden(node)):
            remove(node)
    whole = max(_length(root), 1)
    headlines = list(root.iter("h1"))
    # What holds the one headline is the article, whatever its name is ("hero-banner").
    kept = set(headlines[0].iterancestors()) if len(headlines) == 1 else set()
    for node in list(root.iter()):
        if not isinstance(node.tag, str) or node.tag in _ROOMS or node in kept or node.getparent() is None:
            continue
        if not (_is_around(node) or _outer(node) or not styled.isdisjoint(_names(node))):
            continue
        length = _length(node)
        if length < _LARGE * whole or (length <= _LONGEST_OFFER and _is_offer(node, root)):
            remove(node)


def _hidden(node: etree._Element) -> bool:
    if node.tag in {"html", "body"}:  # pages hide their body until a script has run
        return False
    if node.get("hidden") is not None:
        return True
    if _INVISIBLE.search(node.get("style") or ""):
        return True
    names = (node.get("class") or "").split()
    return any(map(_HIDDEN_NAMES.match, names)) and not any(map(_SHOWN_WIDE.match, names))


def hidden_by_style(css: str) -> set[str]:
    """Return the ".class" and "#id" that a style sheet hides; rules for some screens only do not count."""
    hidden: set[str] = set()
    depth, at, selector = 0, 0, ""
    for mark in re.finditer(r"[{}]", css):
        text = css[at : mark.start()]
        at = mark.end()
        if mark.group() == "{":
            depth += 1
            selector = text.strip() if depth == 1 else selector
        else:
            if depth == 1 and not selector.startswith("@") and _INVISIBLE.search(text):
                hidden.update(name for name in map(str.strip, selector.split(",")) if _SIMPLE.fullmatch(name))
            depth = max(0, depth - 1)
    return hidden


def _names(node: etree._Element) -> list[str]:
    return [f".{name}" for name in (node.get("class") or "").split()] + [f"#{node.get('id')}"]


def _is_around(node: etree._Element) -> bool:
    # On the screen, but not for reading aloud: icons and repeated words; beside an open dialog, the page.
    if node.get("aria-hidden") == "true":
        return True
    if node.get("role") in {"navigation", "banner", "contentinfo", "complementary", "search", "dialog"}:
        return True
    whole = f"{node.get('class') or ''} {node.get('id') or ''}"
    return not _AROUND.isdisjoint(_parts(node)) or any(map(_ALWAYS_TOGETHER.search, whole.split()))


def _parts(node: etree._Element) -> list[str]:
    """Return the words that the names of an element are made of, in lower case."""
    whole = f"{node.get('class') or ''} {node.get('id') or ''}"
    return re.split(r"[-_\s]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", whole).lower())


def _is_offer(node: etree._Element, root: etree._Element) -> bool:
    """Whether an element sells the article, or asks for consent, and a part of the article stands beside it.

    Most of its words must stand in lines that say so: "paywall" is also the name of what is sold.
    """
    if _OFFERING.isdisjoint(_parts(node)):
        return False
    said = blocks.text_of(node)
    lines = said.split("\n\n")
    selling = sum(len(line) for line in lines if _OFFER.search(line))
    if selling < _SELLING * sum(map(len, lines)) or not _TO_READER.search(said):
        return False
    inside = set(node.iter())
    return any(
        len(part.strip()) >= _SENTENCE
        for one in root.iter("p", "div", "td", "section", "article", "span")
        if one not in inside
        for part in (one.text or "", *(child.tail or "" for child in one))
    )


def _outer(node: etree._Element) -> bool:
    """Whether it is the header, footer or margin of the page, not of the article."""
    if node.tag != "header":
        return node.tag in _SELDOM
    inside = any(parent.tag in {"article", "main"} for parent in node.iterancestors())
    return not inside and not node.xpath(".//h1")


def _length(node: etree._Element) -> int:
    return sum(len(str(words).strip()) for words in node.itertext())


def remove(node: etree._Element) -> None:
    """Remove an element, keeping the text after it."""
    parent = node.getparent()
    if parent is None:
        return
    if node.tail:
        before = node.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + " " + node.tail
        else:
            parent.text = (parent.text or "") + " " + node.tail
    parent.remove(node)
