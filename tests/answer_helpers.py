"""A small invented press, and sources built from it without a search."""

import datetime as dt

from index.records import Article, Block, Dated
from index.text import sentences
from rag.evidence.lines import Line
from rag.evidence.sources import Source

CHILE_PERU = (
    "Trade between Chile and Peru grew from 31 million USD in 2020 to 40 million USD in 2021. "
    "Both governments aim for 55 million USD by 2027. "
    "Chile has 12 investment projects in Peru worth over 90 million USD. "
    "As of June 2022, Peru had 45 projects in Chile. "
    "The mayor of Lima, Ana Ruiz, did not attend the ceremony on 3 May 2022."
)
VIETNAMESE = (
    "Kim ngạch thương mại Chile - Peru đạt 40 triệu USD năm 2021. "
    "Tính đến tháng 6/2022, Peru có 45 dự án tại Chile với tổng vốn 120 triệu USD."
)


def article(
    text: str = CHILE_PERU, *, lang: str = "en", title: str = "Chile and Peru trade more", name: str = "a"
) -> Article:
    return Article(
        id=name * 16, file=f"{name}.txt", path=f"/{name}.txt", title=title, outlet="Harbour Post", lang=lang,
        published=dt.date(2022, 7, 1), dated=Dated(dt.date(2022, 7, 1), "day", "metadata"), text=text,
        blocks=(Block("paragraph", 0, len(text)),),
    )  # fmt: skip


def source(of: Article | None = None, score: float = 2.0) -> Source:
    """Return one source that holds all sentences of an article, each with the same score."""
    of = of or article()
    lines = tuple(
        Line(of, sentence, of.text[sentence.start : sentence.end], of.title, score, 0.9)
        for sentence in sentences.split_blocks(of.text, of.blocks)
    )
    return Source(of, lines[0].sentence.start, lines[-1].sentence.end, lines, lines[0], score)
