"""The fit of the adapter for reading: lessons, many questions at once, llama.cpp as the second opinion."""

import dataclasses
import datetime as dt
import json
import math
import random

import pytest
from llm_support import SMALL, gguf

from eval.calibrate import reader as fit_reader
from eval.calibrate.lessons import SHIPPED, Asked, Lesson, LessonError, faults, load
from rag.llm import Span, adapters
from rag.reading.reader import ABSENT

PASSAGE = "The bridge cost 12 million euros. It was opened in May 2021 by Ana Ruiz, the mayor of Porto."
LESSON = Lesson(
    "en",
    "A new bridge for Porto",
    dt.date(2021, 6, 2),
    PASSAGE,
    (
        Asked("en", "amount", "What did the bridge cost?", "12 million euros", "It cost 12 million euros."),
        Asked("vi", "person", "Ai khánh thành cây cầu?", "Ana Ruiz"),
        Asked("en", "yes-no", "Was it opened in 2021?", "yes, opened in May 2021"),
        Asked("en", "absent-attribute", "How long is the bridge?", None),
    ),
)


def test_the_shipped_lessons_teach_what_their_passages_say():
    lessons = load()
    asked = [one for lesson in lessons for one in lesson.asked]
    assert len(lessons) >= 300
    assert len({lesson.passage for lesson in lessons}) == len(lessons)
    absent = sum(one.answer is None for one in asked) / len(asked)
    assert 0.3 < absent < 0.4
    crossed = sum(one.lang != lesson.lang for lesson in lessons for one in lesson.asked) / len(asked)
    assert 0.4 < crossed < 0.6
    words = [one.answer.split(", ")[0] for one in asked if one.kind == "yes-no" and one.answer]
    assert 0.4 < sum(word in ("yes", "có") for word in words) / len(words) < 0.6


def test_no_passage_stands_in_an_article_that_is_asked_about():
    shipped = SHIPPED.parent
    texts = [path.read_text(encoding="utf-8") for path in shipped.glob("*/**/*.md")]
    assert len(texts) > 100
    heads = {lesson.passage[:60] for lesson in load()}
    assert not [head for head in heads if any(head in text for text in texts)]


@pytest.mark.parametrize(
    ("lesson", "fault"),
    [
        (dataclasses.replace(LESSON, lang="fr"), "neither"),
        (dataclasses.replace(LESSON, title=" "), "no title"),
        (dataclasses.replace(LESSON, passage=""), "0 characters"),
        (dataclasses.replace(LESSON, passage="word " * 200), "1000 characters"),
        (dataclasses.replace(LESSON, asked=()), "nothing is asked"),
        (dataclasses.replace(LESSON, asked=(Asked("en", "absent", "?", None, "So."),)), "no sentence"),
        (dataclasses.replace(LESSON, asked=(Asked("en", "amount", "?", "13 million"),)), "does not stand"),
        (dataclasses.replace(LESSON, asked=(Asked("vi", "yes-no", "?", "yes, opened"),)), "no có or không"),
        (dataclasses.replace(LESSON, asked=(Asked("en", "yes-no", "?", "yes"),)), "no yes or no"),
        (
            Lesson("en", "So", None, "so " * 60, (Asked("en", "object", "?", ("so " * 60).strip()),)),
            "no few words",
        ),
    ],
)
def test_what_teaches_otherwise_is_refused(lesson, fault):
    assert faults(LESSON) == []
    assert any(fault in one for one in faults(lesson))


def test_a_bad_line_is_named(tmp_path):
    with pytest.raises(LessonError, match="has no file"):
        load(tmp_path)
    good = json.dumps(dataclasses.asdict(LESSON), default=dt.date.isoformat)
    (tmp_path / "one.jsonl").write_text(good + "\n{]\n", encoding="utf-8")
    with pytest.raises(LessonError, match=r"one\.jsonl:2"):
        load(tmp_path)
    (tmp_path / "one.jsonl").write_text(good.replace("12 million", "13 million", 1) + "\n", encoding="utf-8")
    with pytest.raises(LessonError, match=r"one\.jsonl:1: .*does not stand"):
        load(tmp_path)


def letters(span: Span) -> list[int]:
    return [ord(letter) for letter in span.text]


def text(tokens) -> str:
    return "".join(map(chr, tokens))


def test_a_lesson_is_put_as_the_program_puts_it():
    made = fit_reader.exercise(LESSON, letters)
    head = "Article:\nA new bridge for Porto (2021-06-02)"
    assert text(made.shared).endswith(f"{head}\n\nPassage:\n{PASSAGE}")
    said = [(text(given), text(reply)) for given, reply in made.asked]
    assert said[0] == (
        "\n\nQuestion:\nWhat did the bridge cost?<|im_end|>\n<|im_start|>assistant\n",
        "12 million euros<|im_end|>",
    )
    assert said[1][0].startswith(
        said[0][0] + "12 million euros<|im_end|>\n<|im_start|>user\nWrite that answer"
    )
    assert said[1][1] == "It cost 12 million euros.<|im_end|>"
    assert "Was it opened in 2021, yes or no?" in said[3][0]
    assert said[4][1] == f"{ABSENT}<|im_end|>"
    assert made.absent == (False, False, False, False, True)
    assert made.tokens == len(made.shared) + sum(len(given + reply) for given, reply in said)


def test_a_pass_asks_some_of_what_a_lesson_asks():
    many = fit_reader.exercise(dataclasses.replace(LESSON, asked=LESSON.asked * 5), letters)
    some = [many.some(random.Random(seed)) for seed in (1, 1, 2)]
    assert some[0] == some[1] != some[2]
    for one in some:
        assert len(one.asked) == len(one.absent) == fit_reader.DRAWN
        assert {*zip(one.asked, one.absent, strict=True)} <= {*zip(many.asked, many.absent, strict=True)}
    few = fit_reader.exercise(LESSON, letters)
    assert sorted(few.some(random.Random(1)).asked) == sorted(few.asked)


def test_some_lessons_are_kept_apart():
    numbered = [dataclasses.replace(LESSON, passage=str(i)) for i in range(90)]
    to_fit, to_judge = fit_reader.apart(numbered)
    assert [one.passage for one in to_judge] == ["0", "40", "80"]
    assert len(to_fit) == 87


@pytest.fixture(scope="module")
def small():
    pytest.importorskip("gguf")
    from eval.calibrate.transformer import Transformer

    path = gguf(SMALL)
    return path, Transformer(path), fit_reader.exercise(LESSON, fit_reader.tokeniser(path))


def by_llama(path, exercise, adapter=None) -> list[float]:
    from rag.llm.engine import Engine

    engine = Engine(str(path), n_ctx=512, threads=2, keep_bytes=1 << 20, adapter=adapter)
    return [
        sum(engine.continuation(engine.read([[*exercise.shared, *given]]), reply))
        for given, reply in exercise.asked
    ]


def by_torch(model, exercise) -> list[float]:
    import torch

    with torch.no_grad():
        return [float(one.sum()) for one in fit_reader._replies(model, exercise)]


@pytest.mark.models
def test_the_model_is_llama_cpps_and_many_questions_at_once_are_each_alone(small):
    path, model, exercise = small
    together = by_torch(model, exercise)
    for i, pair in enumerate(exercise.asked):
        alone = dataclasses.replace(exercise, asked=(pair,), absent=(exercise.absent[i],))
        assert by_torch(model, alone)[0] == pytest.approx(together[i], abs=0.3)
    assert together == pytest.approx(by_llama(path, exercise), abs=0.5)
    assert max(together) - min(together) > 1  # so that half a point tells them apart


@pytest.mark.models
def test_a_fit_learns_and_llama_cpp_reads_what_it_wrote(small, tmp_path):
    from eval.calibrate import transformer

    path, model, exercise = small
    before = by_torch(model, exercise)
    adapter = fit_reader.adapter(model)
    assert by_torch(model, exercise) == pytest.approx(before, abs=1e-3)  # a fresh one changes nothing
    losses = [loss for _, _, loss in fit_reader.fit(model, adapter, [exercise], passes=20)]
    assert len(losses) == 10
    assert losses[-1] < losses[0] / 2, losses
    after = by_torch(model, exercise)
    judged = fit_reader.judge(model, [exercise])
    assert judged.said == sum(value > math.log(0.5) for value in after[:4]) / 4
    assert judged.absent == (after[4] > math.log(0.5))
    transformer.write(adapter, tmp_path / "small.gguf")
    assert by_llama(path, exercise, tmp_path / "small.gguf") == pytest.approx(after, abs=0.5)
    assert sum(by_llama(path, exercise)) < sum(after) - 3  # without it the model is as it was
    again = fit_reader.adapter(model)
    transformer.load(again, tmp_path / "small.gguf")
    assert by_torch(model, exercise) == pytest.approx(after, abs=0.05)  # but for two bytes a number
    going_on = [loss for _, _, loss in fit_reader.fit(model, again, [exercise], passes=22, begun=20)]
    assert len(going_on) == 1
    assert going_on[0] < losses[0] / 2
    narrower = model.adapt(fit_reader.FIRST, fit_reader.RANK // 2, 1.0)
    with pytest.raises(fit_reader.AdapterError, match=r"a rank over 4"):
        transformer.load(narrower, tmp_path / "small.gguf")
    fewer = model.adapt(fit_reader.FIRST + 1, fit_reader.RANK, 1.0)
    with pytest.raises(fit_reader.AdapterError, match=r"differ in \d+ weights, as blk\.10\."):
        transformer.load(fewer, tmp_path / "small.gguf")
    report = fit_reader.report(judged, judged, [exercise])
    assert report.startswith("of 4 replies that answer and 1 that do not, on 1 passages")


def test_a_fit_goes_on_with_what_was_left(monkeypatch):
    torch = pytest.importorskip("torch")
    numbers = torch.nn.Parameter(torch.zeros(1))
    given = type("Given", (), {"numbers": [numbers]})()
    read = []
    monkeypatch.setattr(fit_reader, "_replies", lambda model, one, first: read.append(one) or [numbers])
    lessons = [type("One", (), {"some": lambda self, drawn: self})() for _ in range(10)]

    def asked(passes, begun=0.0):
        read.clear()
        list(fit_reader.fit(None, given, lessons, passes, begun))
        return list(read)

    whole = asked(1.0)
    assert sorted(map(id, whole)) == sorted(map(id, lessons))
    assert asked(0.4) + asked(1.0, 0.4) == whole
    assert asked(0.4) != asked(0.4, 0.2) + asked(0.2)  # the control: an order that is another


@pytest.mark.parametrize("begun", ["1.0", "1.5", "-0.1"])
def test_what_is_done_must_be_less_than_all(tmp_path, capsys, begun):
    from eval.calibrate.__main__ import main

    given = ["reader", "--write", str(tmp_path), "--go-on", str(tmp_path / "a.gguf"), "--begun", begun]
    assert main(given) == 65
    assert "give --passes more than --begun" in capsys.readouterr().err
    assert main(given[:-2]) == 65
    assert "--go-on FILE and --begun PASSES go together" in capsys.readouterr().err


@pytest.mark.models
def test_an_adapter_of_another_model_is_refused(small, tmp_path):
    from rag.llm.engine import CannotLoad, Engine

    (tmp_path / "broken.gguf").write_bytes(b"no adapter")
    with pytest.raises(CannotLoad, match=r"cannot add .*broken\.gguf"):
        Engine(str(small[0]), n_ctx=512, threads=2, keep_bytes=0, adapter=tmp_path / "broken.gguf")


def test_a_model_without_an_adapter_has_none():
    assert adapters.of("no-such-model") is None
