"""A small library and a reader that finds in a passage what it is told to look for."""

import re

from index import Library
from index.embed import HashEmbedder
from rag.answer import Done
from rag.assistant import Assistant
from rag.fakes import ScriptedLLM

ARTICLES = {
    "trade.txt": (
        "Outlet: Harbour Post\nDate: 2022-07-01\n\nChile and Peru trade more\n\n"
        "Trade between Chile and Peru came to 31 million USD in 2020. "
        "Trade between Chile and Peru came to almost 40 million USD in 2021. "
        "Chile and Peru opened diplomatic relations in 1955. "
        "Chile and Peru became strategic partners in March 2013."
    ),
    "projects.txt": (
        "Outlet: Harbour Post\nDate: 2022-07-02\n\nChile and Bolivia build\n\n"
        "Chile has 12 projects in Peru. Bolivia has 45 projects in Peru. "
        "Trade between Bolivia and Peru came to 900 million VND in 2021."
    ),
    "goal.txt": (
        "Outlet: Harbour Post\nDate: 2022-08-01\n\nA goal for Kenya and Ghana\n\n"
        "Exports of Kenya to Ghana rose by 7 million USD between 2018 and 2019. "
        "The mayor of Lima, Ana Ruiz, opened the bridge on 3 May 2022."
    ),
    "vi.txt": (
        "Outlet: Báo Cảng\nDate: 2022-09-01\n\nAi Cập và Ma-rốc hợp tác\n\n"
        "Kim ngạch thương mại Ai Cập - Nhật Bản năm 2020 đạt 31 triệu USD. "
        "Kim ngạch thương mại Ai Cập - Nhật Bản năm 2021 đạt 40,5 triệu USD. "
        "Ai Cập có 12 dự án tại Nhật Bản. Brazil có 45 dự án tại Nhật Bản. "
        "Bà Lê Thị Hoa ký thỏa thuận cảng biển với Nhật Bản, trị giá 70 triệu USD."
    ),
}
# What the reader finds, by words of the question; only if the passage has it.
FINDS = {
    "announced": ("2021",),
    "2020": ("31 million USD", "31 triệu USD"),
    "2021": ("almost 40 million USD", "40,5 triệu USD"),
    "Bolivia and Peru": ("900 million VND",),
    "Chile have": ("12",),
    "Bolivia have": ("45",),
    "diplomatic relations": ("1955",),
    "strategic": ("March 2013",),
    "Kenya": ("7 million USD",),
    "open the": ("3 May 2022",),
    "mayor": ("Ana Ruiz",),
    "Ai Cập có": ("12 dự án",),
    "Brazil có": ("45 dự án",),
    "Ai ký": ("Lê Thị Hoa",),
    "trị giá": ("70 triệu USD",),
}


def open_library(folder):
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    library = Library.open(folder / "library", HashEmbedder())
    library.add([folder / name for name in ARTICLES])
    return library


def reads(prompt):
    """Return what the script finds in the passage of a prompt, or "not stated"."""
    passage, question = re.findall(r"Passage:\n(.*?)\n\nQuestion:\n(.*?)(?=<|$)", prompt, re.DOTALL)[-1]
    sought = [words for key, all_words in FINDS.items() if key in question for words in all_words]
    return next((words for words in sought if words in passage), "not stated")


def ask(library, question, script=reads, **more):
    """Return the events, the answer and how it came about."""
    events = list(Assistant(library, ScriptedLLM(script)).stream(question, **more))
    assert isinstance(events[-1], Done)
    return events, events[-1].answer, events[-1].trace
