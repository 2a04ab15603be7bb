"""Promises, the scorer's command line, and that each check can trip."""

import json

import pytest

from eval.cases import load
from eval.figures.promises import broken_promises, unsupported
from eval.score import AnswersError, main, read_answers, score
from index import Library
from index.embed import HashEmbedder

TEXT = "Trade rose from 9 billion USD in 2019 to 16.7 billion USD in 2024. Four pairs of cities are twinned."
QUOTE = TEXT[:65]


def citation(**changes):
    place = {"quote": QUOTE, "start": 0, "end": len(QUOTE), "published": "2025-03-11", "dated": "2025-03-11"}
    return {
        "n": 1,
        "article": "a1",
        "file": "one.txt",
        "title": "T",
        "outlet": None,
        "lang": "en",
        **place,
        **changes,
    }


def answer(text="Trade was 16.7 billion USD in 2024 [1].", **changes):
    return {
        "id": "q1",
        "question": "How big is trade?",
        "status": "answered",
        "answer": text,
        "short": "16,7 tỷ USD",
        "claims": [{"text": text, "supported": True, "citations": [1]}],
        "citations": [citation()],
        "timeline": [],
        "timings": {"first_evidence": 0.1, "first_token": 1.0, "total": 2.0},
        **changes,
    }


def texts(article):
    return TEXT if article == "a1" else None


def kinds(record):
    return sorted({found.promise for found in broken_promises(record, texts)})


def test_a_sound_answer_breaks_nothing():
    assert broken_promises(answer(), texts) == []


@pytest.mark.parametrize(
    ("record", "promise"),
    [
        (answer(citations=[citation(start=1)]), "verbatim"),
        (answer(citations=[citation(quote="Trade rose", end=9)]), "verbatim"),
        (answer(citations=[citation(quote=" ", start=5, end=6)]), "verbatim"),
        (answer(citations=[citation(article="gone")]), "verbatim"),
        (answer("Trade was 16.7 billion USD in 2024 [1] [2]."), "marks"),
        (answer("Trade was 16.7 billion USD in 2023 [1]."), "figures"),
        (answer("Trade was 16.8 billion USD in 2024 [1]."), "figures"),
        (answer("Trade was 16.7% in 2024 [1]."), "figures"),
        (answer("Trade was 16.7 billion euros in 2024 [1]."), "figures"),
        (answer(short="17 billion USD"), "figures"),
        (answer(claims=[]), "cited"),
        (answer(claims=[{"text": "Trade rose.", "supported": True, "citations": []}]), "cited"),
        (answer(timeline=[{"value": "1", "as_of": "2024", "citations": [3]}]), "marks"),
    ],
)
def test_each_promise_can_be_seen_broken(record, promise):
    assert promise in kinds(record)


def test_abstaining_needs_no_claims():
    assert kinds(answer("Nothing found.", status="abstained", short=None, claims=[], citations=[])) == []


def test_numbers_may_change_their_spelling_but_not_their_value():
    cited = [citation(quote="Four pairs, 5,608 projects, 12/1, nearly 10%")]
    assert unsupported("4 cặp, 5.608 dự án, ngày 12 tháng 1, gần 10 phần trăm [1]", cited) == []
    assert unsupported("March 2025 saw it", cited) == []  # the article's own date
    assert unsupported("5 pairs", cited) == ["number 5"]
    assert unsupported("April 2025", cited) == ["date 2025-4-?"]


def suite(tmp_path, **changes):
    record = {
        "id": "q1", "schema": 1, "lang": "en", "question": "How big is trade?", "type": "numeric",
        "answerable": True, "corpus": "t", "group": "g", "split": "dev",
        "must_cite": [{"doc_id": "one.txt", "quote": "16.7 billion USD"}],
        "expect": {"all_of": [{"id": "n", "number": {"value": 16.7e9, "unit": "USD"}}],
                   "short": ["16.7 billion USD"]},
        **changes,
    }  # fmt: skip
    path = tmp_path / "suite.jsonl"
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    return path


def answers(tmp_path, *records):
    path = tmp_path / "answers.ndjson"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def test_command_line_counts_and_exits(tmp_path, capsys):
    arguments = [str(suite(tmp_path)), str(answers(tmp_path, answer())), "--json"]
    assert main(arguments) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["answerable"]["right"]["hits"] == result["answerable"]["right"]["n"] == 1
    assert result["unanswerable"]["refused"] == {"hits": 0, "n": 0, "share": None, "low": 0.0, "high": 1.0}
    assert result["right_quotes_gold_sentence"]["hits"] == 1
    # MLQA's rule drops the comma and the point alike: "167 tỷ usd" against "167 billion usd" shares 2 of 3
    assert result["short"]["f1"] == pytest.approx(2 / 3)
    assert result["seconds"]["first_token"] == {"n": 1, "median": 1.0, "p95": 1.0}
    broken = answers(tmp_path, answer("Trade was 99 billion USD [1].", short=None))
    assert main([str(suite(tmp_path)), str(broken)]) == 1
    printed = capsys.readouterr().out
    assert "wrong" in printed
    assert "number 99,000,000,000 USD" in printed


def test_files_that_do_not_belong_together_are_refused(tmp_path, capsys):
    cases = load(suite(tmp_path))
    with pytest.raises(AnswersError, match="1 answer without a question"):
        score(cases, {"other": answer(id="other")})
    with pytest.raises(AnswersError, match="1 question without an answer"):
        score(cases, {})
    assert score(cases, {}, subset=True) == []
    with pytest.raises(AnswersError, match="the suite asks"):
        score(cases, {"q1": answer(question="Something else?")})
    for bad in ({"id": "q1"}, {**answer(), "status": "fine"}):
        with pytest.raises(AnswersError, match="line 1 is not an answer"):
            read_answers(answers(tmp_path, bad))
    with pytest.raises(AnswersError, match="second answer"):
        read_answers(answers(tmp_path, answer(), answer()))
    assert main([str(suite(tmp_path)), str(tmp_path / "missing")]) == 65
    assert "missing" in capsys.readouterr().err


def test_answers_end_with_a_line_feed_only_and_are_utf_8(tmp_path, capsys):
    path = tmp_path / "answers.ndjson"
    odd = answer("Trade was 16.7 billion USD\u2028in\u0085 2024 [1].")
    path.write_text(json.dumps(odd, ensure_ascii=False), encoding="utf-8-sig")
    assert read_answers(path)["q1"]["answer"] == odd["answer"]
    for text, coding, message in (
        (json.dumps(odd), "utf-16", "answers.ndjson, line 1: byte 0xff is not UTF-8"),
        (json.dumps({**odd, "timings": {"total": float("nan")}}), "utf-8", "NaN is no number of JSON"),
    ):
        path.write_text(text, encoding=coding)
        assert main([str(suite(tmp_path)), str(path)]) == 65
        assert message in capsys.readouterr().err


def test_quotations_are_compared_with_a_library(tmp_path, capsys):
    (tmp_path / "one.txt").write_text(f"Trade grows\n\n{TEXT}\n", encoding="utf-8")
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        assert library.add(tmp_path / "one.txt").added == 1
        article = library.get("one.txt")
    start = article.text.index(QUOTE)
    place = {"article": article.id, "quote": QUOTE, "start": start, "end": start + len(QUOTE)}
    given = [str(suite(tmp_path)), "", "--library", str(tmp_path / "library")]
    given[1] = str(answers(tmp_path, answer(citations=[citation(**place)])))
    assert main(given) == 0
    assert "1 quotation against the library, 0 broken" in capsys.readouterr().out
    given[1] = str(answers(tmp_path, answer(citations=[citation(**{**place, "start": start + 1})])))
    assert main(given) == 1
    assert "verbatim" in capsys.readouterr().out
    given[3] = str(tmp_path / "nowhere")
    assert main(given) == 65
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("quote", "kept", "lost"),
    [
        ("The halves met twenty months later than planned.", "20 tháng", "21 tháng"),
        ("Lễ bắt tay trễ hai mươi tháng.", "20 months", "30 months"),
        ("Seventy percent of the land is pasture.", "70 %", "17 %"),
        ("Seventy farms are on it.", "70", "70 %"),
        ("A levy of two dollars begins.", "2 đô la", "2 euro"),
        ("She becomes chief executive on 1 April.", "on 1 April", "on 2 April"),
        ("Em tập cho giải trẻ vào tháng 8.", "August 2025", "August 2024"),
    ],
)
def test_figures_in_words_and_dates_without_a_year_are_those_of_the_quotation(quote, kept, lost):
    citations = [{"quote": quote, "published": "2025-03-03", "dated": "2025-03-03"}]
    assert unsupported(kept, citations) == []
    assert len(unsupported(lost, citations)) == 1


@pytest.mark.parametrize(
    ("quote", "kept", "lost"),
    [
        ("They signed it yesterday.", "10 March 2025", "9 March 2025"),
        ("They signed it on Monday.", "10 March 2025", "12 March 2025"),
        ("Hôm thứ Sáu họ ký.", "7/3/2025", "6/3/2025"),
        ("Mediation begins on Monday.", "17 March 2025", "24 March 2025"),
    ],
)
def test_a_day_may_be_told_from_that_of_the_article(quote, kept, lost):
    day = [{"quote": quote, "published": "2025-03-11", "dated": "2025-03-11"}]
    assert unsupported(kept, day) == []
    assert len(unsupported(lost, day)) == 1
    month = [{"quote": quote, "published": None, "dated": "2025-03"}]
    assert len(unsupported(kept, month)) == 1
