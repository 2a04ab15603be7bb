"""SQuAD's layout: what becomes of it, across languages too, and of broken files; XQuAD as published."""

import json
import unicodedata

import pytest
from loader_helpers import (
    DATA,
    EN,
    VI,
    bridges,
    checked,
    files_of,
    parted,
    said,
    squad_file,
    squad_titles,
)

from eval.cases import load as load_suite
from eval.figures.metrics import verdict
from eval.loaders import DatasetError, load
from eval.loaders.material import half_of


def test_squad_becomes_articles_and_cases(tmp_path):
    done = load("squad", squad_file(tmp_path / "hall.json", EN), tmp_path / "out")
    cases = {case.id: case for case in checked(done)}
    assert (done.articles, done.cases, done.counts["unanswerable"]) == (3, 5, 1)
    built, cost, unpaid = (cases[f"hall-en-{key}"] for key in "abd")
    assert (built.type, built.must_cite[0].quote) == ("date", "The hall was built in 1904.")
    assert cost.all_of[0].number.value == 1.2e6
    assert verdict(cost, said("US$1,200,000")).label == "right"
    assert verdict(cost, said("1.3 million dollars")).label == "wrong"
    assert (unpaid.answerable, unpaid.distractors) == (False, ("hall-00002.txt",))
    assert (
        (done.library_folder / "hall-00001.txt")
        .read_text("utf-8")
        .startswith("Title: Town hall\nLang: en\n\nThe")
    )


def test_asked_across_languages_both_spellings_are_right(tmp_path):
    english, vietnamese = squad_file(tmp_path / "h.en.json", EN), squad_file(tmp_path / "h.vi.json", VI)
    cases = {case.id: case for case in checked(load("squad", english, tmp_path / "o", questions=vietnamese))}
    cost = cases["h.en-vi-b"]
    assert (cost.direction, cost.question) == ("vi->en", "Tòa thị chính tốn bao nhiêu?")
    for right in ("1,2 triệu đô la", "1.2 million dollars"):
        assert verdict(cost, said(right)).label == "right"
    assert verdict(cases["h.en-vi-e"], said("iron")).label == "right"
    assert verdict(cases["h.en-vi-e"], said("sắt")).label == "right"
    assert verdict(cases["h.en-vi-e"], said("gỗ")).label == "wrong"


def test_a_question_without_its_article_has_lost_the_twin_too(tmp_path):
    english, vietnamese = squad_file(tmp_path / "h.en.json", EN), squad_file(tmp_path / "h.vi.json", VI)
    done = load("squad", english, tmp_path / "o", questions=vietnamese, both=True, unanswerable=1)
    cases = checked(done)
    lost = [case for case in cases if not case.answerable and case.id != "h.en-vi-d"]
    assert len(lost) == 1
    assert (done.articles, done.counts["left out of the library"]) == (4, 1)
    texts = "".join(file.read_text("utf-8") for file in done.library_folder.iterdir())
    gone = {"a": "1904", "b": "1,2 triệu", "c": "Ada Finch", "e": "sắt"}[lost[0].id[-1]]
    assert gone not in texts
    gold = {"a": (), "b": (), "c": ("Ada Finch",), "e": ("iron", "sắt")}  # a figure stands for many things
    assert lost[0].absent == gold[lost[0].id[-1]]
    assert lost[0].distractors  # and a near miss stays
    with pytest.raises(
        DatasetError, match=r"asked for 9 questions whose article is left out, \d can be made"
    ):
        load("squad", english, tmp_path / "o2", unanswerable=9)


def test_an_answer_that_another_paragraph_states_is_not_called_unanswerable(tmp_path):
    twice = [("The hall is of iron.", [("a", "What is it made of?", "iron")]), ("So is the iron bridge.", [])]
    with pytest.raises(DatasetError, match="asked for 1 question whose article is left out, 0 can be made"):
        load("squad", squad_file(tmp_path / "h.json", twice), tmp_path / "o", unanswerable=1)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "line 1 is not JSON"),
        ("[]", "no object with"),
        ('{"data": 1}', '"data" is 1, not a list'),
        ('{"data": [{"paragraphs": [{"qas": []}]}]}', 'paragraph 0 has no "context", only qas'),
        ('{"data": [{"paragraphs": [7]}]}', "is 7, not an object"),
        ('{"data": []}', "holds no paragraph"),
        ('{"data": [{"paragraphs": [{"context": "x", "qas": [{"id": 1, "question": "y", "answers": []}]}]}]}',
         "has no answer and is not marked"),
        ('{"data": [{"paragraphs": [{"context": "Это русский текст", "qas": []}]}]}',
         "neither English nor Vietnamese"),
    ],
)  # fmt: skip
def test_a_broken_squad_file_says_what_and_where(content, message, tmp_path):
    path = tmp_path / "f.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DatasetError, match=message):
        load("squad", path, tmp_path / "o")


def test_a_misplaced_answer_is_left_out_and_reported(tmp_path):
    path = squad_file(tmp_path / "h.json", EN)
    path.write_text(
        path.read_text("utf-8").replace('"answer_start": 22', '"answer_start": 21'), encoding="utf-8"
    )
    done = load("squad", path, tmp_path / "o")
    assert (done.cases, done.counts["misplaced answers"]) == (4, 1)
    assert "1 answer not where the file says" in done.warnings[0]


def test_other_languages_are_refused_by_the_name_of_the_file(tmp_path):
    with pytest.raises(DatasetError, match='is in "de" by its name'):
        load("squad", squad_file(tmp_path / "xquad.de.json", EN), tmp_path / "o")
    with pytest.raises(DatasetError, match="are both in en"):
        load(
            "squad",
            squad_file(tmp_path / "a.json", EN),
            tmp_path / "o",
            questions=squad_file(tmp_path / "b.json", EN),
        )


def test_mlqa_names_say_both_languages(tmp_path):
    path = squad_file(tmp_path / "test-context-en-question-vi.json", EN)
    done = load("squad", path, tmp_path / "o")
    assert {(case.lang, case.direction) for case in load_suite(done.suite) if case.answerable} == {
        ("vi", "vi->en")
    }


def test_published_counts_are_compared(tmp_path):
    done = load("squad", squad_file(tmp_path / "xquad.en.json", EN), tmp_path / "o")
    assert (
        "xquad.en.json: 3 paragraphs, the published set has 240; figures are not comparable" in done.warnings
    )


# ---------------------------------------------------------------- halves


@pytest.fixture
def both(tmp_path):
    return [squad_titles(tmp_path / f"b.{lang}.json", bridges(lang)) for lang in ("en", "vi")]


def keys(cases):
    return sorted(case.id.rsplit("-", 1)[1] for case in cases)


def test_halves_part_the_titles_and_are_the_same_in_every_language(both, tmp_path):
    english, vietnamese = both
    whole = load("squad", english, tmp_path / "whole")
    (dev, dev_cases), (_, report_cases) = parted("squad", english, tmp_path / "en")
    assert keys(dev_cases + report_cases) == keys(load_suite(whole.suite))
    assert len(dev_cases) == 2 * len({case.group for case in dev_cases})  # no title is torn apart
    assert files_of(dev) == files_of(whole)
    assert dev.counts == whole.counts
    for name, path, other in (("vi", vietnamese, None), ("vi-en", english, vietnamese)):
        halves = parted("squad", path, tmp_path / name, questions=other)
        assert [keys(cases) for _, cases in halves] == [keys(dev_cases), keys(report_cases)]


def test_a_limit_takes_of_the_half(both, tmp_path):
    halves = parted("squad", both[0], tmp_path / "whole")
    few = [parted("squad", path, tmp_path / path.stem, limit=6) for path in both]
    for english, vietnamese, (_, every) in zip(*few, halves, strict=True):
        assert len(english[1]) == english[0].cases == 6
        assert keys(english[1]) == keys(vietnamese[1])
        assert set(english[1]) < set(every)
        assert len({case.group for case in english[1]}) == 6  # spread as before


@pytest.mark.parametrize("half", ["dev", "report"])
def test_only_articles_of_the_half_are_left_out(half, both, tmp_path):
    options = {"questions": both[1], "both": True}
    every = load("squad", both[0], tmp_path / "all", **options)
    done = load("squad", both[0], tmp_path / "o", half=half, unanswerable=4, limit=9, **options)
    cases = checked(done)
    lost = [case for case in cases if not case.answerable]
    assert (len(cases), len(lost), done.counts["left out of the library"]) == (9, 4, 4)
    assert {case.split for case in cases} == {half}
    removed = {text for name, text in files_of(every).items() if name not in files_of(done)}
    titles = {text.decode().split("\n", 1)[0].removeprefix("Title: ") for text in removed}
    assert (len(removed), titles) == (2 * 4, {case.group for case in lost})
    assert {half_of(title) for title in titles} == {half}


def test_a_half_without_a_question_is_told(tmp_path):
    path = squad_file(tmp_path / "h.json", EN)
    assert load("squad", path, tmp_path / "all", half=half_of("Town hall")).cases == 5
    with pytest.raises(DatasetError, match=r'h\.json has no question in the half "dev"'):
        load("squad", path, tmp_path / "other", half="dev")


# ---------------------------------------------------------------- public sets, where they are


# XQuAD's: questions asked twice, one left in English; and where its translations disagree: a year of 1943 and
# one of 1934, Konwiktorka and Konwiktorska.
OWN_FAULTS = ("asks the same", "the question is not", "though other parts of the nugget are", "did you mean")


def test_xquad_as_published(tmp_path):
    folder = DATA / "xquad"
    if not folder.exists():
        pytest.skip("xquad is not beside the project")
    quick = []
    for here, there in (("en", None), ("vi", None), ("en", "vi"), ("vi", "en")):
        questions = folder / f"xquad.{there}.json" if there else None
        out = tmp_path / f"{here}-{there}"
        done = load("squad", folder / f"xquad.{here}.json", out, questions=questions, limit=200)
        assert (done.counts["titles"], done.counts["paragraphs"], done.counts["questions"]) == (48, 240, 1190)
        assert (done.articles, done.cases, done.warnings) == (240, 200, ())
        cases = checked(done, OWN_FAULTS)
        quick.append([case.id.rsplit("-", 1)[1] for case in cases])
        assert len({case.group for case in cases}) == 48
    assert quick.count(quick[0]) == 4  # the same questions in every direction


def test_xquad_with_questions_that_lost_their_article(tmp_path):
    folder = DATA / "xquad"
    if not folder.exists():
        pytest.skip("xquad is not beside the project")
    english, vietnamese = folder / "xquad.en.json", folder / "xquad.vi.json"
    done = load("squad", vietnamese, tmp_path, questions=english, both=True, unanswerable=40, limit=100)
    cases = checked(done, OWN_FAULTS)
    assert sum(not case.answerable for case in cases) == done.counts["unanswerable"] == 40
    assert done.articles == 2 * (240 - done.counts["left out of the library"])


@pytest.mark.parametrize(("lang", "sentences"), [("en", 1180), ("vi", 1209)])
def test_xquad_r_as_published(lang, sentences, tmp_path):
    file = DATA / "xquad-r" / f"{lang}.json"
    if not file.exists():
        pytest.skip("xquad-r is not beside the project")
    done = load("xquad-r", file, tmp_path)
    assert (done.counts["sentences"], done.cases, done.warnings) == (sentences, 1190, ())
    cases = checked(done, OWN_FAULTS)
    # Gold are the sentences that were published, not those that this program would make of the text.
    data = json.loads(file.read_text(encoding="utf-8"))["data"]
    published = {
        " ".join(unicodedata.normalize("NFC", part["context"][start:end]).split())
        for title in data
        for part in title["paragraphs"]
        for at, (start, _) in enumerate(part["sentence_breaks"])
        for _, end in part["sentence_breaks"][at:]  # few answers run over several
    }
    assert all(" ".join(quote.quote.split()) in published for case in cases for quote in case.must_cite)


@pytest.mark.parametrize(
    ("fmt", "folder", "stem"),
    [("squad", "xquad", "xquad."), ("xquad-r", "xquad-r", "")],
    ids=["xquad", "xquad-r"],
)
def test_xquad_has_the_same_halves_in_both_languages(fmt, folder, stem, tmp_path):
    if not (DATA / folder).exists():
        pytest.skip(f"{folder} is not beside the project")
    found = []
    for lang in ("en", "vi"):
        dev, report = parted(fmt, DATA / folder / f"{stem}{lang}.json", tmp_path / lang)
        assert [len({case.group for case in cases}) for _, cases in (dev, report)] == [26, 22]
        assert [(len(cases), done.articles) for done, cases in (dev, report)] == [(627, 240), (563, 240)]
        found.append([keys(cases) for _, cases in (dev, report)])
    assert found[0] == found[1]
