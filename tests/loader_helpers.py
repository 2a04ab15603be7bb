"""What the tests of loaders share: where public sets lie, small files in SQuAD's layout, a check."""

import json
from pathlib import Path

import pytest

from eval.cases import load as load_suite
from eval.lint import lint, read_articles

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
    path.write_text(
        json.dumps(
            {
                "data": [
                    {
                        "title": title,
                        "paragraphs": [
                            {
                                "context": text,
                                "qas": [
                                    {
                                        "id": key,
                                        "question": question,
                                        "is_impossible": answer is None,
                                        "answers": []
                                        if answer is None
                                        else [{"text": answer, "answer_start": text.index(answer)}],
                                    }
                                    for key, question, answer in questions
                                ],
                            }
                            for text, questions in paragraphs
                        ],
                    }
                ]
            }
        ),
        encoding="utf-8",
    )
    return path


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
