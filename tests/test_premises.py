"""What a question takes for granted and is told otherwise: the other way, another round, other votes."""

import pytest
from answer_helpers import article, source

from rag.checks.binding import mentions
from rag.checks.objections import objections
from rag.checks.premises import CONTRARY, barred, contradicted
from rag.checks.verify import refutes
from rag.deciding.quoting import against
from rag.question import understand
from rag.values.occasions import occasions
from rag.values.votes import side_asked


def told(question, text):
    asked = understand(question)
    return [contradicted(asked, line) for line in source(article(text, lang=asked.lang)).lines]


def values(question, text):
    """Return the values that a question may be answered with and what speaks against the others."""
    asked = understand(question)
    lines = source(article(text, lang=asked.lang)).lines
    found = [(one.value.text, objections(one, asked)) for line in lines for one in mentions(line, asked)]
    return [value for value, known in found if not refutes(known)]


@pytest.mark.parametrize(
    ("question", "text", "otherwise"),
    [
        (
            "Why did Mayor Philip Thorne vote for the ban?",
            "Philip Thorne, who voted against it, will respect it.",
            True,
        ),
        (
            "Why did Mayor Philip Thorne vote against the ban?",
            "Philip Thorne, who voted against it, will respect it.",
            False,
        ),
        ("Why did Philip Thorne vote against the ban?", "Philip Thorne voted for the ban.", True),
        ("Why did Philip Thorne vote for the ban?", "Ana Ruiz voted against the ban.", False),
        (
            "Why did the council reject the market ban?",
            "The council approved the market ban on Monday.",
            True,
        ),
        (
            "Why did the council approve the market ban?",
            "The council rejected the market ban on Monday.",
            True,
        ),
        (
            "Why did the council approve the market ban?",
            "The council approved the market ban on Monday.",
            False,
        ),
        ("Why did the council reject the market ban?", "Parliament approved a loan for Peru.", False),
        ("Why did the council reject the market ban?", "The council did not approve the market ban.", False),
        ("Did the council reject the market ban?", "The council approved the market ban on Monday.", False),
        ("Why did Ana Ruiz turn down the post?", "Ana Ruiz accepted the verdict.", False),
        ("Why did Ana Ruiz turn down the post?", "Ana Ruiz accepted the post.", True),
        ("Which team did Rovik beat?", "Tannsund lost to Rovik in the final.", False),
        ("How many matches did Rovik win?", "Rovik won 12 matches and lost 5.", False),
        ("How many seats did Ana Ruiz win?", "Ana Ruiz lost the election.", True),
        ("Why did coffee prices fall?", "Coffee prices rose sharply in May.", True),
        ("Why did coffee prices fall?", "Coffee prices fell because supply rose.", False),
        ("Why did coffee prices rise?", "Coffee prices fell in May.", True),
        ("By what score did Tannsund win the final?", "Rovik won the final, beating Tannsund 31-29.", True),
        ("By what score did Rovik win the final?", "Rovik won the final, beating Tannsund 31-29.", False),
        ("By what score did Rovik lose the final?", "Rovik won the final, beating Tannsund 31-29.", True),
        ("Vì sao ông Nguyễn Văn An bỏ phiếu thuận?", "Ông Nguyễn Văn An bỏ phiếu chống.", True),
        ("Vì sao ông Nguyễn Văn An bỏ phiếu chống?", "Ông Nguyễn Văn An bỏ phiếu chống.", False),
        ("Vì sao ông Nguyễn Văn An bỏ phiếu chống?", "Ông Nguyễn Văn An bỏ phiếu thuận.", True),
        ("Vì sao hội đồng bác bỏ đề xuất cấm xe?", "Hội đồng thông qua đề xuất cấm xe.", True),
        ("Vì sao hội đồng thông qua đề xuất cấm xe?", "Hội đồng bác bỏ đề xuất cấm xe.", True),
        ("Vì sao hội đồng thông qua đề xuất cấm xe?", "Hội đồng thông qua đề xuất cấm xe.", False),
        ("Vì sao ông Nguyễn Văn An từ chối trả lời?", "Ông Nguyễn Văn An chấp nhận phán quyết.", False),
        ("Vì sao giá cà phê giảm?", "Giá cà phê tăng mạnh.", True),
        ("Vì sao giá cà phê tăng?", "Giá cà phê giảm mạnh.", True),
        ("Vì sao giá cà phê giảm?", "Giá cà phê giảm vì nguồn cung tăng.", False),
        (
            "Hải Triều thua trận chung kết với tỉ số nào?",
            "Hải Triều thắng Sơn Cước 3-2 trong trận chung kết.",
            True,
        ),
        (
            "Sơn Cước thắng trận chung kết với tỉ số nào?",
            "Hải Triều thắng Sơn Cước 3-2 trong trận chung kết.",
            True,
        ),
        (
            "Hải Triều thắng trận chung kết với tỉ số nào?",
            "Hải Triều thắng Sơn Cước 3-2 trong trận chung kết.",
            False,
        ),
    ],
)
def test_the_other_way_is_named(question, text, otherwise):
    (found,) = told(question, text)
    assert any(one.startswith(CONTRARY) for one in found) is otherwise
    assert barred(tuple(found)) is otherwise


@pytest.mark.parametrize(
    ("question", "text", "answers"),
    [
        ("By how much did exports fall?", "Exports rose by 3 million USD.", []),
        ("By how much did exports rise?", "Exports rose by 3 million USD.", ["3 million USD"]),
        (
            "By how much did exports fall?",
            "Imports rose by 9 million USD, and exports fell by 3 million USD.",
            ["3 million USD"],
        ),
        ("By how many percent did prices rise?", "Prices fell by 4 percent.", []),
        ("How many people fell ill?", "The number of the sick rose to 45.", ["45"]),
        ("Xuất khẩu giảm bao nhiêu?", "Xuất khẩu tăng 3 triệu USD.", []),
        ("Xuất khẩu tăng bao nhiêu?", "Xuất khẩu tăng 3 triệu USD.", ["3 triệu USD"]),
        ("Giá giảm bao nhiêu phần trăm?", "Giá tăng 4 %.", []),
    ],
)
def test_a_rise_is_no_fall(question, text, answers):
    assert values(question, text) == answers


@pytest.mark.parametrize(
    ("question", "text", "barring"),
    [
        ("When did parliament approve the port budget?", "Parliament rejected the port budget.", True),
        (
            "When did parliament approve the port budget?",
            "Parliament rejected the port budget in May 2020.",
            True,
        ),
        ("When did parliament approve the port budget?", "Parliament approved the port budget.", False),
        ("Quốc hội thông qua ngân sách cảng khi nào?", "Quốc hội bác bỏ ngân sách cảng.", True),
        ("Quốc hội thông qua ngân sách cảng khi nào?", "Quốc hội thông qua ngân sách cảng.", False),
    ],
)
def test_no_sentence_is_quoted_that_tells_the_contrary(question, text, barring):
    asked = understand(question)
    (line,) = source(article(text, lang=asked.lang)).lines
    assert barred(against(asked, line)) is barring


VOTES = {
    "en": "Parliament passed the law with 52 votes in favour, 48 against and 5 abstentions.",
    "vi": "Hội đồng thông qua nghị quyết với 52 phiếu thuận, 48 phiếu chống và 5 phiếu trắng.",
}


@pytest.mark.parametrize(
    ("question", "lang", "answers"),
    [
        ("How many votes were cast against the law?", "en", ["48"]),
        ("How many members voted for the law?", "en", ["52"]),
        ("How many deputies abstained in the vote?", "en", ["5"]),
        ("How many votes were there?", "en", ["52", "48", "5"]),
        ("Có bao nhiêu phiếu chống?", "vi", ["48"]),
        ("Bao nhiêu đại biểu bỏ phiếu tán thành?", "vi", ["52"]),
        ("Bao nhieu phieu chong?", "vi", ["48"]),
        ("Có bao nhiêu phiếu trắng?", "vi", ["5"]),
    ],
)
def test_who_asks_for_votes_gets_those_of_the_side_asked_for(question, lang, answers):
    assert [one.split()[0] for one in values(question, VOTES[lang])] == answers


@pytest.mark.parametrize(
    ("question", "text", "answers"),
    [
        ("How many votes were cast against the law?", "The law was passed by 52 votes to 48.", ["48"]),
        ("How many voted in favour of the law?", "The law was passed by 52 votes to 48.", ["52"]),
        ("How many voted in favour of the law?", "The law was rejected by 52 votes to 48.", ["48"]),
        ("How many voted against the ban?", "The council voted 23 to 22 on Monday to close it.", ["22"]),
        ("Có bao nhiêu phiếu chống?", "Luật được thông qua với 52 phiếu so với 48.", ["48"]),
        ("How many people voted against the ban?", "Of 100 members, 23 voted for it and 22 against.", ["22"]),
    ],
)
def test_two_figures_of_a_vote_are_for_and_against(question, text, answers):
    assert [one.split()[0] for one in values(question, text)] == answers


def test_other_counts_have_no_side():
    assert side_asked("How many people died for the cause?", "en") is None
    assert side_asked("Bao nhiêu người chống bão?", "vi") is None


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Hội đồng bỏ phiếu cấm xe với tỉ lệ bao nhiêu?", "other"),
        ("Hoi dong bo phieu cam xe voi ti le bao nhieu?", "other"),
        ("Tỷ lệ cử tri đi bỏ phiếu là bao nhiêu?", "percent"),
        ("Bao nhiêu phần trăm bỏ phiếu thuận?", "percent"),
        ("Tỷ lệ thất nghiệp là bao nhiêu?", "percent"),
    ],
)
def test_a_ratio_of_votes_is_no_percentage(question, kind):
    assert understand(question).wanted.kind == kind


@pytest.mark.parametrize(
    ("question", "text", "objects"),
    [
        ("Who won the second round?", "Ana Ruiz won the first round.", True),
        ("Who won the first round?", "Ana Ruiz won the second round.", True),
        ("Who won the second round?", "Ana Ruiz won the second round.", False),
        ("Who won the second round?", "Ana Ruiz won the first round and Bo Lund the second.", False),
        ("Who won the round?", "Ana Ruiz won the first round.", False),
        (
            "When did Rovik win the cup for the second time?",
            "Rovik won the cup for the first time in 2010.",
            True,
        ),
        (
            "When did Rovik win the cup for the second time?",
            "Rovik won for the first time since 2010.",
            False,
        ),
        ("When did Rovik win the cup for the first time?", "Rovik won the cup in 2010.", False),
        ("Ai thắng vòng hai?", "Bà Nguyễn Thị Mai thắng vòng một.", True),
        ("Ai thắng vòng một?", "Bà Nguyễn Thị Mai thắng vòng 2.", True),
        ("Ai thắng vòng hai?", "Bà Nguyễn Thị Mai thắng vòng 2.", False),
        ("Lần hai ai thắng?", "Bà Nguyễn Thị Mai thắng lần đầu.", True),
        ("Lần đầu ai thắng?", "Bà Nguyễn Thị Mai thắng lần thứ hai.", True),
        ("Ai thắng?", "Bà Nguyễn Thị Mai thắng lần đầu.", False),
        ("Ai thang vong hai?", "Bà Nguyễn Thị Mai thắng vòng một.", True),
    ],
)
def test_another_round_is_objected_to(question, text, objects):
    (found,) = told(question, text)
    assert bool(found) is objects
    assert refutes(found) is objects


def test_each_value_is_of_its_own_round():
    text = "In the first round Ana Ruiz had 41 percent, and in the second she had 58 percent."
    assert values("What percentage did Ana Ruiz get in the first round?", text) == ["41 percent"]
    assert values("What percentage did Ana Ruiz get in the second round?", text) == ["58 percent"]
    assert values("What percentage did Ana Ruiz get?", text) == ["41 percent", "58 percent"]


def test_a_span_of_time_is_no_round():
    assert occasions("trong vòng hai ngày", "vi") == []
    assert occasions("giai đoạn 2020-2025", "vi") == []
    assert occasions("at the same time, in the first quarter", "en") == []


@pytest.mark.parametrize(("question", "text", "otherwise"), [
    ("In which battle were the Rovers defeated by Lima?", "Lima defeated the Rovers at Ferry Hill.", False),
    ("In which battle were the Rovers defeated?", "The Rovers were soundly defeated at Ferry Hill.", False),
    ("Where were the Rovers beaten by Lima?", "Beaten by Lima at Ferry Hill, the Rovers went home.", False),
    ("When did the Rovers defeat Lima?", "The Rovers were defeated by Lima in May 2021.", True),
    ("Ông Trần Văn Bình bị ông Lê Hoa đánh bại ở vòng nào?", "Ông Lê Hoa đánh bại ông Trần Văn Bình.", False),
    ("Ông Trần Văn Bình thắng ở vòng nào?", "Ông Trần Văn Bình bị ông Lê Hoa đánh bại ở vòng hai.", True),
])  # fmt: skip
def test_who_was_beaten_has_not_won(question, text, otherwise):
    assert any(one.startswith(CONTRARY) for each in told(question, text) for one in each) is otherwise
