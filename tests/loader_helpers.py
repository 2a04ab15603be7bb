"""What the tests of loaders share: where public sets lie, small files in SQuAD's layout, checks."""

import json
from pathlib import Path

import pytest

from eval.cases import load as load_suite
from eval.lint import lint, read_articles
from eval.loaders import load

DATA = Path(__file__).parent.parent.parent / "shared" / "data"


def public(name):
    path = DATA / name
    return pytest.param(
        path, marks=pytest.mark.skipif(not path.exists(), reason=f"{name} is not beside the project"), id=name
    )


def checked(imported, allowed=()):
    """Lint what was written; faults of the set itself are named."""
    cases = load_suite(imported.suite)
    faults = lint(cases, read_articles(imported.library_folder))
    assert [fault for fault in faults if not any(words in fault for words in allowed)] == []
    assert len(cases) == imported.cases
    return cases


def squad_file(path, paragraphs, title="Town_hall"):
    """Write SQuAD's layout: (text, [(id, question, answer or None)])."""
    return squad_titles(path, {title: paragraphs})


def squad_titles(path, titles):
    """Write SQuAD's layout with an entry a title: {title: paragraphs as in `squad_file`}."""
    data = [
        {"title": title, "paragraphs": [_paragraph(text, questions) for text, questions in paragraphs]}
        for title, paragraphs in titles.items()
    ]
    path.write_text(json.dumps({"data": data}), encoding="utf-8")
    return path


def _paragraph(text, questions):
    return {
        "context": text,
        "qas": [
            {
                "id": key,
                "question": question,
                "is_impossible": answer is None,
                "answers": [] if answer is None else [{"text": answer, "answer_start": text.index(answer)}],
            }
            for key, question, answer in questions
        ],
    }


EN = [
    ("The hall was built in 1904. It cost 1.2 million dollars.",
     [("a", "When was the hall built?", "1904"), ("b", "What did the hall cost?", "1.2 million dollars")]),
    ("Ada Finch drew the plans. She also drew the bridge.",
     [("c", "Who was the architect of the hall?", "Ada Finch"), ("d", "Who paid the architect?", None)]),
    ("The bridge is of iron.", [("e", "What is the bridge made of?", "iron")]),
]  # fmt: skip
VI = [
    ("Tòa thị chính được xây năm 1904. Chi phí là 1,2 triệu đô la.",
     [("a", "Tòa thị chính được xây năm nào?", "1904"),
      ("b", "Tòa thị chính tốn bao nhiêu?", "1,2 triệu đô la")]),
    ("Bà Ada Finch vẽ bản thiết kế. Bà cũng vẽ cây cầu.",
     [("c", "Ai là kiến trúc sư của tòa thị chính?", "Ada Finch"),
      ("d", "Ai trả tiền cho kiến trúc sư?", None)]),
    ("Cây cầu làm bằng sắt.", [("e", "Cây cầu được làm bằng gì?", "sắt")]),
]  # fmt: skip


def bridges(lang):
    """Return {title: paragraphs} of one language; ids and titles are those of the other, as in XQuAD."""
    return {
        f"Bridge_{n}": [
            (f"Bridge {n} was opened in {1900 + n}.",
             [(f"{n}a", f"When was bridge {n} opened?", f"{1900 + n}")]),
            (f"Bridge {n} is {n} km long.", [(f"{n}b", f"How long is bridge {n}?", f"{n} km")]),
        ]
        if lang == "en"
        else [
            (f"Cầu số {n} khánh thành năm {1900 + n}.",
             [(f"{n}a", f"Cầu số {n} khánh thành năm nào?", f"{1900 + n}")]),
            (f"Cầu số {n} dài {n} km.", [(f"{n}b", f"Cầu số {n} dài bao nhiêu?", f"{n} km")]),
        ]
        for n in range(11, 31)
    }  # fmt: skip


def files_of(imported):
    return {file.name: file.read_bytes() for file in imported.library_folder.iterdir()}


def parted(fmt, path, out, **options):
    """Import both halves, of one library and about different articles; return (import, cases) of each."""
    dev, report = (
        (done, load_suite(done.suite))
        for half in ("dev", "report")
        for done in [load(fmt, path, out / half, half=half, **options)]
    )
    for half, (_, cases) in zip(("dev", "report"), (dev, report), strict=True):
        assert {case.split for case in cases} == {half}
    near = [{name for case in cases for name in _near(case)} for _, cases in (dev, report)]
    assert near[0].isdisjoint(near[1])
    assert {case.group for case in dev[1]}.isdisjoint(case.group for case in report[1])
    assert files_of(dev[0]) == files_of(report[0])
    return dev, report


def _near(case):
    return [*(quote.doc_id for quote in case.must_cite), *case.distractors]


def said(short, **more):
    return {
        "status": "answered",
        "answer": f"{short}.",
        "short": short,
        "citations": [],
        "claims": [],
        **more,
    }


def lines(path, *rows):
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path
