"""What the pages say of skipped files, failing models, damaged libraries: in Vietnamese too, all of it."""

from __future__ import annotations

import ast
import copy
import inspect
import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest

import index.readers
from index import article, embed, intake, library, meaning, reading, vectors
from index.readers.formats import FORMATS
from index.readers.source import check_size
from index.search import inline
from index.store import audit, lock, migrate, saved, schema, store
from index.text.counted import counted
from rag import care
from rag.llm import engine, llama, process
from rag.models import catalogue, soundness
from rag.web import desk, failures, models
from rag.web.library import door, findings, reasons, uploads
from rag.web.phrasebook import Phrasebook
from rag.web.waiting import say

# Where a reason stands in what makes it: the place of the argument.
REASON = {"BadArticle": 0, "Unread": 1, "Skipped": 1}
PROBLEMS = {
    **dict.fromkeys(
        ("BadFilter", "BadSetting", "CannotLoad", "CannotWrite", "Damaged", "Failed", "Locked"), 0
    ),
    **dict.fromkeys(("Mismatch", "ModelDamaged", "ModelMissing", "NoModel", "NotReady", "RagError"), 0),
    **{"WorkerCrashed": 0, "Health": 1},
}
READERS = [
    ast.parse(path.read_text("utf-8")) for path in sorted(Path(index.readers.__path__[0]).glob("*.py"))
] + [ast.parse(inspect.getsource(one)) for one in (article, intake, uploads)]
FAILING = (
    *(process, llama, engine, soundness, catalogue, models, desk, door),
    *(embed, lock, schema, migrate, saved, store, vectors, reading, meaning, library, inline, care),
)


def forms(node: ast.expr) -> list[str]:
    """Return what an expression may be, with 1 for what a run fills in; nothing if it holds no words."""
    match node:
        case ast.Constant(value=str(words)):
            return [words]
        case ast.JoinedStr(values=parts):
            return ["".join(one) for one in itertools.product(*map(forms, parts))]
        case ast.FormattedValue(value=ast.Name(id="_HELP")):
            return [inline._HELP]
        case ast.FormattedValue(
            value=ast.Call(func=ast.Name(id="counted"), args=[_, ast.Constant(value=noun)])
        ):
            return [counted(1, str(noun)), counted(2, str(noun))]
        case ast.FormattedValue(conversion=how):
            return ["'1'" if how == ord("r") else "1"]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return ["".join(one) for one in itertools.product(forms(left), forms(right))]
        case ast.IfExp(body=one, orelse=other):
            return forms(one) + forms(other)
        case ast.BoolOp(values=values):
            return [one for value in values for one in forms(value)]
        case ast.Tuple(elts=[first, *_]):
            return forms(first)
        case _:
            return []


def reasons_in(tree: ast.AST) -> Iterator[str]:
    """Yield why the code of a reader refuses something."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=args) if name in REASON and len(args) > REASON[name]:
                yield from forms(args[REASON[name]])
            case ast.Call(func=ast.Attribute(value=ast.Name(id="problems"), attr="append"), args=[words]):
                yield from forms(words)
            case ast.keyword(arg="problem", value=words):
                yield from forms(words)
            case ast.Assign(targets=[ast.Name(id="reason") | ast.Tuple(elts=[ast.Name(id="reason"), *_])]):
                yield from forms(node.value)
            case ast.FunctionDef(name="_how_it_ended"):
                told = (one.value for one in ast.walk(node) if isinstance(one, ast.Return))
                yield from (form for one in told if one for form in forms(one))


def problems_in(tree: ast.AST) -> Iterator[str]:
    """Yield what the errors say that this code raises."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=args) if len(args) > PROBLEMS.get(name, len(args)):
                yield from forms(args[PROBLEMS[name]])


def unrolled(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a tree; those of a loop over constants once for each of them."""
    match node:
        case ast.For(target=ast.Name(id=name), iter=ast.Tuple(elts=constants), body=body):
            inner = [
                Filled(name, one).visit(copy.deepcopy(step))
                for one, step in itertools.product(constants, body)
            ]
        case _:
            yield node
            inner = list(ast.iter_child_nodes(node))
    for one in inner:
        yield from unrolled(one)


class Filled(ast.NodeTransformer):
    """Puts a constant in the place of a name."""

    def __init__(self, name: str, constant: ast.expr) -> None:
        self.name, self.constant = name, constant

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return what stands for a name; called by `ast` under this very name."""
        return self.constant if node.id == self.name else node


def findings_in(tree: ast.AST) -> Iterator[str]:
    """Yield what a check says: all that it yields or returns in a list."""
    for node in unrolled(tree):
        match node:
            case ast.Yield(value=ast.expr() as words):
                yield from forms(words)
            case ast.Return(value=ast.List(elts=[words]) | ast.ListComp(elt=words)):
                yield from forms(words)


def checks() -> Iterator[ast.AST]:
    """Yield the code of the audit, and of the checks by the name `problems` that it takes from elsewhere."""
    tree = ast.parse(inspect.getsource(audit))
    yield tree
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr="problems" as name)):
                yield ast.parse(inspect.getsource(getattr(vars(audit)[module], name)))


def english(said: Callable[[str, str], str], texts: Sequence[str]) -> list[str]:
    """Return those that have no Vietnamese."""
    return [one for one in texts if one and said(one, "vi") == one]


def test_every_reason_that_a_reader_gives_has_a_vietnamese_form() -> None:
    found = [one for tree in READERS for one in reasons_in(tree)]
    assert len(found) > 70
    assert english(reasons.said, found) == []


@pytest.mark.parametrize("module", FAILING, ids=lambda one: one.__name__)
def test_every_problem_that_the_pages_tell_has_a_vietnamese_form(module: ModuleType) -> None:
    found = [one for one in problems_in(ast.parse(inspect.getsource(module))) if one != "busy"]
    assert found
    assert english(failures.said, found) == []


def test_every_finding_of_a_check_has_a_vietnamese_form() -> None:
    found = [one for tree in checks() for one in findings_in(tree)]
    assert len(found) > 25
    assert english(findings.said, found) == []


def test_every_finding_about_the_saved_index_has_a_vietnamese_form() -> None:
    raised = [one for module in (saved, vectors) for one in problems_in(ast.parse(inspect.getsource(module)))]
    found = [one.replace("\n", "; ") for one in raised]  # as the audit tells them
    assert found
    assert english(findings.said, found) == []


def test_a_finding_without_a_vietnamese_form_is_seen_and_stays_english() -> None:
    code = """
for table in ("moon", "passage"):
    yield f"{counted(n, table)} stored, but {m} were counted"
return [f"the moon is full: {line}" for line in lines]
"""
    found = list(findings_in(ast.parse(code)))
    assert len(found) == 5
    assert english(findings.said, found) == [
        "1 moon stored, but 1 were counted",
        "2 moons stored, but 1 were counted",
        "the moon is full: 1",
    ]


def test_a_reason_without_a_vietnamese_form_is_seen_and_stays_english() -> None:
    code = 'raise BadArticle(f"the moon is full, {n:,} times" + ("!" if n else ""))'
    found = list(reasons_in(ast.parse(code)))
    assert found == ["the moon is full, 1 times!", "the moon is full, 1 times"]
    assert english(reasons.said, found) == found
    assert english(failures.said, list(problems_in(ast.parse('raise RagError("no moon")')))) == ["no moon"]


@pytest.mark.parametrize("known", FORMATS.values(), ids=lambda one: one.module)
def test_what_to_do_with_a_large_file_is_said_too(known: index.readers.formats.Format) -> None:
    with pytest.raises(index.readers.formats.BadArticle) as error:
        check_size(known.limit + 100_000, known.limit, known.fix)
    told = reasons.said(str(error.value), "vi")
    assert told.startswith("quá lớn: ")
    assert ",1 MB, giới hạn" in told
    assert told.partition("; ")[2].startswith("hãy ")


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("cannot be read: Permission denied", "không đọc được: không có quyền truy cập"),
        ("cannot be read: KeyError: 'x'", "không đọc được: KeyError: 'x'"),
        ("1,234 pages, the limit is 1,000; split it", "1.234 trang, giới hạn là 1.000; hãy tách ra"),
        (
            "'a; b' is not here; did you mean 'it\\'s'?; 'c' is not here",
            "'a; b' không có ở đây; có phải ý bạn là 'it\\'s'?; 'c' không có ở đây",
        ),
        (
            "no article text among 1,000 characters of HTML; its elements are nested too deeply",
            "không có nội dung bài trong 1.000 ký tự HTML; các phần tử lồng nhau quá sâu",
        ),
    ],
)
def test_what_a_reason_fills_in_is_said_as_the_reader_writes_it(reason: str, told: str) -> None:
    assert reasons.said(reason, "vi") == told
    assert reasons.said(reason, "en") == reason


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        ("1 article stored, but 1234 were counted", "lưu 1 bài, nhưng đã đếm 1234"),
        ("1,234 passages stored, but 1 were counted", "lưu 1.234 đoạn, nhưng đã đếm 1"),
        (
            "the database is damaged: database disk image is malformed",
            "cơ sở dữ liệu bị hỏng: dữ liệu trên đĩa sai cấu trúc",
        ),
        ("the database is damaged: Tree 5 page 4", "cơ sở dữ liệu bị hỏng: Tree 5 page 4"),
        (
            "7-0a1b.faiss does not match its checksum 0a1b; rebuild it: rag rebuild",
            "7-0a1b.faiss không khớp mã kiểm 0a1b; hãy lập lại: rag rebuild",
        ),
    ],
)
def test_what_a_finding_fills_in_is_said_as_the_reader_writes_it(problem: str, told: str) -> None:
    assert findings.said(problem, "vi") == told
    assert findings.said(problem, "en") == problem


def test_how_a_models_process_died_is_said_whole() -> None:
    killed = (
        "The process of the model qwen was killed by SIGKILL (out of memory).\n"
        "Ask again: it starts anew. If memory is short, choose a smaller model: rag models list"
    )
    assert failures.said(killed, "vi") == (
        "Tiến trình của mô hình qwen đã bị SIGKILL kết thúc (out of memory).\n"
        "Hãy hỏi lại: nó sẽ khởi động lại. Nếu thiếu bộ nhớ, hãy chọn mô hình nhỏ hơn: rag models list"
    )
    assert failures.said(say(MemoryError()), "vi").startswith("Không đủ bộ nhớ")
    assert failures.said(say(KeyError("x")), "vi").startswith("Lỗi bất ngờ, KeyError: 'x'.")


def test_an_unknown_sentence_within_a_known_one_stays_as_it_is() -> None:
    book = Phrasebook({"no: {more}": "không: {more}", "why": "tại sao"})
    assert book.said("no: why", "vi") == "không: tại sao"
    assert book.said("no: no: who", "vi") == "không: không: who"
    assert book.said("who", "vi") == "who"
