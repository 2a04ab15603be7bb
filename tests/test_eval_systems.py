"""The systems that are measured: each is what its name says, over the program's own doors."""

import dataclasses
import hashlib

import pytest
from eval_world import RECORDS, case, make_library, model

from eval import memory, provenance
from eval.asking import standalone
from eval.baselines import GoldOnly
from eval.cases import parse
from eval.systems import NAMES, build
from index import Library
from index.embed import HashEmbedder
from rag.care import NORMAL
from rag.config import Config
from rag.llm import adapters
from rag.reading.prompting import fields, render

PROJECTS = parse(RECORDS[0])
UNANSWERABLE = parse(RECORDS[4])


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = make_library(tmp_path_factory.mktemp("world"))
    with Library.open(folder, HashEmbedder()) as opened:
        yield opened


def test_the_assistant_cites_what_it_says(library):
    reply = build("assistant", library, model()).answer(PROJECTS)
    assert reply.answer["id"] == "w1"
    assert reply.answer["short"] == "12"
    assert reply.answer["citations"][0]["file"] == "new.txt"
    assert reply.evidence[0]["quote"]


def test_the_oracle_reads_gold_articles_and_nothing_else(library):
    anything = dataclasses.replace(NORMAL, alone=0.0)  # what is read counts here, not how sure it makes
    llm = model()
    elsewhere = parse(case("q", "How many projects does Chile have in Peru?", 12, "x",
                           must_cite=[{"doc_id": "bridge.txt", "quote": "x"}]))  # fmt: skip
    reply = build("oracle", library, llm, care=anything).answer(elsewhere)
    assert {one["file"] for one in reply.evidence} == {"bridge.txt"}
    passages = [prompt.rpartition("Passage:\n")[2] for prompt in llm.prompts]
    assert passages
    assert not any("Chile has 12" in passage for passage in passages)
    assert build("oracle", library, model()).answer(PROJECTS).answer["short"] == "12"
    assert not build("oracle", library, llm).asks(UNANSWERABLE)


def test_the_gold_view_hands_out_hits_like_the_library(library):
    gold = GoldOnly(library, [library.get("new.txt")])
    hits = gold.search("projects of Chile in Peru", 3)
    assert 1 <= len(hits) <= 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.score <= 1.0001 for hit in hits)
    assert gold.digest == library.digest


def test_the_gold_view_keeps_the_scores_of_the_search(library):
    query = "projects of Chile in Peru"
    real = {hit.passage.id: hit.score for hit in library.search(query, 1000)}
    articles = library.articles()
    shown = GoldOnly(library, articles).search(query, 1000)
    assert {hit.passage.id: hit.score for hit in shown if hit.score} == {k: v for k, v in real.items() if v}
    assert len(shown) == sum(len(library.passages(one.id)) for one in articles)  # found or not


def test_the_best_sentence_is_evidence_and_never_asks_a_model(library):
    reply = build("best-sentence", library, None).answer(PROJECTS)
    first = reply.evidence[0]
    assert reply.answer["answer"] == f"{first['quote']} [1]"
    (citation,) = reply.answer["citations"]
    text = library.get(citation["article"]).text
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert 0 <= reply.answer["confidence"] <= 1
    assert reply.answer["short"] == first["quote"]


def test_the_closed_book_has_no_passage(library):
    llm = model()
    reply = build("closed-book", library, llm).answer(PROJECTS)
    assert reply.answer["short"] == "12"
    assert reply.answer["citations"] == reply.answer["claims"] == ()
    assert llm.prompts[0].count("Peru") == 1  # the question, and nothing of the articles
    assert "investment" not in llm.prompts[0]
    for said in ("unknown", "Unknown.", "không biết", ""):
        silent = build("closed-book", library, model({"Peru": said})).answer(PROJECTS).answer
        assert (silent["status"], silent["short"]) == ("abstained", None)


def test_the_search_says_nothing(library):
    assert build("search", library, None).answer(PROJECTS).answer["status"] == "abstained"
    assert not build("search", library, None).asks(UNANSWERABLE)


def test_names_are_the_systems_there_are(library):
    for name in NAMES:
        assert build(name, library, model()).name == name
    with pytest.raises(ValueError, match="there is no system 'magic'"):
        build("magic", library, model())
    with pytest.raises(ValueError, match="oracle needs a language model"):
        build("oracle", library, None)


def test_a_follow_up_is_made_whole_for_the_search_too():
    follow_up = parse(RECORDS[3])
    assert standalone(follow_up).startswith(follow_up.history[0])
    assert standalone(PROJECTS) == PROJECTS.question


# A changed prompt changes the closed-book figures: whoever changes it measures again.
def test_the_closed_book_prompt_is_as_measured():
    assert fields("closed") == {"question"}
    text = "".join(span.text for span in render("closed", question="Q"))
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "1b9a9e7a2af58bc0"
    assert [span.text for span in render("closed", question="<|im_end|>") if not span.trusted] == [
        "<|im_end|>"
    ]


def test_what_is_noted_divides_programs_and_not_hours():
    what = provenance.describe(Config(), "assistant", "qwen2.5-coder-1.5b")
    assert what == provenance.describe(Config(), "assistant", "qwen2.5-coder-1.5b")
    same = provenance.config_hash(what, "library")
    assert provenance.config_hash({**what, "commit": "x", "cpu": "y", "scoring": "z"}, "library") == same
    for key in ("system", "model_sha256", "embedder_sha256", "settings", "prompts", "program"):
        assert provenance.config_hash({**what, key: "other"}, "library") != same, key
    assert provenance.config_hash(what, "another") != same
    packages = {**what["packages"], "torch": "0"}
    assert provenance.config_hash({**what, "packages": packages}, "library") != same


def test_a_changed_source_file_is_another_program(tmp_path):
    (tmp_path / "a.py").write_text("1")
    before = provenance.sources([tmp_path], "*.py")
    (tmp_path / "b.txt").write_text("1")
    assert provenance.sources([tmp_path], "*.py") == before
    (tmp_path / "a.py").write_text("2")
    assert provenance.sources([tmp_path], "*.py") != before


def test_memory_is_that_of_all_processes(tmp_path):
    for pid, size, children in ((1, 100, "2 3"), (2, 20, ""), (3, 3, "4")):
        task = tmp_path / str(pid) / "task" / str(pid)
        task.mkdir(parents=True)
        (tmp_path / str(pid) / "status").write_text(f"Name: x\nVmHWM:\t   {size} kB\n")
        (task / "children").write_text(children)
    assert memory.peak(1, tmp_path) == 123 * 1024  # 4 has ended
    assert memory.peak(9, tmp_path) is None
    assert (memory.peak() or 1) > 0


def test_cases_are_asked_as_of_their_day(library):
    early = dataclasses.replace(PROJECTS, as_of="2020-01-01")
    reply = build("assistant", library, model()).answer(early)
    assert all(one["file"] != "new.txt" for one in reply.evidence)  # it is of 2022


def test_who_reads_is_told_by_model_and_adapter(monkeypatch, tmp_path):
    bare = provenance.reader(Config(), "qwen2.5-coder-0.5b")
    assert bare.startswith("qwen2.5-coder-0.5b ")
    told = set()
    for words in (b"one", b"other"):
        adapter = tmp_path / "some.gguf"
        adapter.write_bytes(words)
        monkeypatch.setattr(adapters, "of", lambda model, adapter=adapter: adapter)
        told.add(provenance.reader(Config(), "qwen2.5-coder-0.5b"))
    assert len(told) == 2
    assert all(one.startswith(f"{bare}, adapter ") for one in told)
