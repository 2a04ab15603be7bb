"""What tells two events of one kind apart: the year that is told of, whose race it is, the number it has."""

import datetime as dt
from dataclasses import replace

import pytest
from answer_helpers import article, source

from index.records import Dated
from rag.checks.parties import foreign
from rag.checks.timing import unnamed_year
from rag.checks.verify import examine, refuted
from rag.compound.comparing import comparison
from rag.compound.ends import ends_of
from rag.deciding.rivals import rivals
from rag.evidence.lines import fits, years_before
from rag.question import understand
from rag.values import find_values
from rag.values.comparisons import only_compared
from rag.values.numbered import ordered_otherwise
from rag.values.sexes import other_sex

RACE = (
    "Ana Ruiz won the women's race in Lima on Sunday. Some 18,400 runners started, up from 16,900 in 2024. "
    "The winners each receive 60,000 euros. In the men's race the favourite stopped with a torn muscle."
)
DAY = dt.date(2025, 4, 13)


def race(text=RACE):
    return source(replace(article(text), published=DAY, dated=Dated(DAY, "day", "metadata")))


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("18,400 runners started, up from 16,900 in 2024", {2024}),
        ("12 per cent more than in 2023", {2023}),
        ("In 2024 it fell, compared with 2019", {2019}),
        ("tăng so với mức 24.800 tỷ đồng phê duyệt năm 2018", {2018}),
        ("grew from 9 billion in 2019 to 14 billion in 2023", set()),
        ("up from 9 in 2019; in 2019 it had begun", set()),
    ],
)
def test_a_year_of_comparison_is_not_told_of(text, years):
    assert only_compared(text) == years


def test_an_article_that_only_compares_with_a_year_does_not_answer_for_it():
    asked = understand("Why did the favourite stop in Lima in 2024?")
    assert unnamed_year(asked, race().lines[3]) is not None
    assert refuted(examine(asked, "a torn muscle", race()))
    assert unnamed_year(understand("Why did the favourite stop in Lima in 2025?"), race().lines[3]) is None


def test_the_years_before_a_sentence_are_those_told_of():
    sentences = tuple(line.sentence for line in race().lines)
    assert years_before(race().article, sentences, 2) == frozenset()


@pytest.mark.parametrize(
    ("asked", "said", "other"),
    [
        ("Ai vô địch nội dung nam giải marathon Lima?", "Ana Ruiz won the women's race", True),
        ("Who won the men's race?", "Ana Ruiz won the women's race", True),
        ("Who won the women's race?", "Trần Đạt về nhất nội dung nam", True),
        ("Who won the race?", "Ana Ruiz won the women's race", False),
        ("Miền nam có mấy tỉnh?", "the women's race", False),
        ("Who won the women's race?", "The men's race and the women's race began at nine", False),
        ("Đội tuyển nữ Việt Nam thắng ai?", "Đội tuyển Việt Nam thắng Lào", False),
    ],
)
def test_an_event_of_the_other_sex(asked, said, other):
    langs = [understand(asked).lang, "vi" if "nội" in said or "Đội" in said else "en"]
    assert bool(other_sex(asked, langs[0], said, langs[1])) is other


def test_the_winner_of_the_other_race_is_refused():
    asked = understand("Who won the men's race in Lima?")
    assert refuted(examine(asked, "Ana Ruiz", race()))
    assert not refuted(examine(understand("Who won the women's race in Lima?"), "Ana Ruiz", race()))


@pytest.mark.parametrize(
    ("asked", "text", "other"),
    [
        ("Tuyến metro số 5 dài bao nhiêu km?", "Tuyến metro số 3 dài 14 km.", ("metro số 3", "metro số 5")),
        ("Tuyến metro số 5 dài bao nhiêu km?", "Tuyến metro số 3 dài 14 km, tuyến số 5 dài 9 km.", None),
        ("How long is line 5?", "Line 3 is 14 km long.", ("Line 3", "line 5")),
        ("Ai mặc áo số 10?", "Anh mặc áo số 19 vì số 10 đã có chủ.", None),
        ("Con số 5 là gì?", "Con số 3 là may mắn.", None),
    ],
)
def test_another_number_of_the_kind(asked, text, other):
    assert ordered_otherwise(asked, text) == other


def test_what_is_told_of_another_line_is_refused():
    of = source(article("Tuyến metro số 3 sẽ mở cửa. Tuyến dài 14 km.", lang="vi", title="Metro"))
    assert foreign(understand("Tuyến metro số 5 dài bao nhiêu km?"), of.lines[1])
    assert not foreign(understand("Tuyến metro số 3 dài bao nhiêu km?"), of.lines[1])


@pytest.mark.parametrize(
    ("asked", "earlier"),
    [
        ("Đội tuyển giành bao nhiêu huy chương?", True),
        ("How many medals did the team win?", True),
        ("Kỳ trước đội tuyển giành bao nhiêu huy chương?", False),
        ("How many medals did the team win last time?", False),
    ],
)
def test_a_count_of_the_games_before(asked, earlier):
    text = "Đội tuyển kết thúc đại hội với 12 huy chương. Kỳ đại hội trước, đội tuyển giành 14 huy chương."
    of = source(article(text, lang="vi", title="Đại hội"))
    assert refuted(examine(understand(asked), "14", of)) is earlier
    assert not refuted(examine(understand(asked), "12", of))


def test_a_count_of_the_season_before_is_told_where_it_is_the_only_one():
    of = source(article("Mùa trước Khôi ghi 14 bàn. Anh mặc áo số 19.", lang="vi", title="Khôi"))
    assert not refuted(examine(understand("Khôi ghi bao nhiêu bàn?"), "14", of))


@pytest.mark.parametrize(
    ("asked", "text", "so"),
    [
        ("How many people have died of dengue?", "5 ca tử vong", True),
        ("How many people have died of dengue?", "1.240 ca sốt xuất huyết", False),
        ("How many people caught dengue?", "1.240 ca sốt xuất huyết", True),
        ("How many people caught dengue?", "5 ca tử vong", False),
        ("How many people died?", "5 deaths", True),
    ],
)
def test_cases_are_people(asked, text, so):
    value = find_values(text, "en" if text.isascii() else "vi")[0]
    assert fits(value, understand(asked), text) is so


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("The official toll in Ostrel stands at 134 dead and 612 injured.", "en", ["134"]),
        ("In Ostrel the number of dead rose to 97, the ministry said. Soldiers: 350.", "en", ["97"]),
        ("Ở Ostrel số người chết đã lên 21, còn 2 người mất tích.", "vi", ["21"]),
    ],
)
def test_code_finds_a_toll_by_itself(text, lang, found):
    of = source(article(text, lang=lang, title="Ostrel"))
    asked = understand("What is the death toll of Ostrel?")
    got = [one.short for one in rivals(asked, [of], list(of.lines))]
    assert got[: len(found)] == found


def test_the_ends_of_a_change_between_two_years():
    of = race()
    asked = understand("How did the number of starters in Lima change from 2024 to 2025?")
    finding = examine(asked, "18,400", of)
    weighs = comparison(asked)
    assert weighs is not None
    both = ends_of(weighs, asked, finding)
    assert both is not None
    assert [one.short for one in both] == ["16,900", "18,400"]
    other = comparison(understand("How did the number of starters in Lima change from 2022 to 2025?"))
    assert other is not None
    assert ends_of(other, asked, finding) is None


@pytest.mark.parametrize(
    "asked", ["When is next year's race in Lima?", "Giải Lima năm sau diễn ra ngày nào?"]
)
def test_the_next_one_is_not_the_one_that_was(asked):
    of = race("Lima, 13 April 2025 — Ana Ruiz won the race in Lima. The next will be held on 19 April 2026.")
    assert refuted(examine(understand(asked), "13 April 2025", of))
    assert not refuted(examine(understand(asked), "19 April 2026", of))
    assert not refuted(examine(understand("When was the race in Lima?"), "13 April 2025", of))
