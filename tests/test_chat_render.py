"""Markup of answers: what is escaped, marked, dated and labelled."""

from __future__ import annotations

import dataclasses
import html.parser

import pytest
from browser import harden_environment
from fake_assistant import ABSTAINED, ANSWERED, EARLIER, GOODS, OTHER, QUOTED, TARGET, VIETNAMESE
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answer import Answer, Citation, Claim, Evidence, Token
from rag.showing.certainty import said
from rag.web.chat.render import conversation, render_turn, status_text
from rag.web.markup import Turn, esc
from rag.web.waiting import Failed, Stopped, Waiting, Working
from rag.web.wording import WORDS, day

harden_environment()


def done(answer: Answer, sources: tuple[Citation, ...] = ()) -> str:
    return render_turn(Turn(1, answer.question, "done", sources, answer=answer))


class Shape(html.parser.HTMLParser):
    """Collects the tags and the text of some markup."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_text_can_add_a_tag_or_an_attribute(text: str) -> None:
    plain, wild = (
        done(
            dataclasses.replace(
                ANSWERED,
                question=word,
                answer=f"{word} [1]",
                short=None,
                citations=(
                    dataclasses.replace(TARGET, title=word, outlet="o" + word, quote=word, lang="en"),
                ),
                claims=(),
                timeline=(),
            )
        )
        for word in ("x", "x" + text.replace("\n", " "))
    )
    assert Shape(wild).tags == Shape(plain).tags
    assert Shape(wild).attributes == Shape(plain).attributes


@settings(deadline=None)
@given(st.text(max_size=60))
def test_escaped_text_reads_as_itself_and_has_no_template_characters(text: str) -> None:
    escaped = esc(text)
    assert html.unescape(escaped) == html.unescape(html.escape(text))
    assert not set("<>\"'`${}\\") & set(escaped)


def test_marks_of_known_sources_are_links_and_others_stay_text() -> None:
    markup = done(dataclasses.replace(ANSWERED, answer="Yes [1]. No [7]. Yes again [1].", short=None))
    assert markup.count('href="#t1-s1"') == 2 + 1  # two in the text, one in the timeline
    assert markup.count('id="t1-m1"') == 1
    assert "No [7]." in Shape(markup).text


def test_a_card_says_title_outlet_date_language_and_the_exact_quotation() -> None:
    text = Shape(done(ANSWERED)).text
    for part in (TARGET.title, "Harbour Post", "17 December 2025", "English", f"“{TARGET.quote}”"):
        assert part in text
    assert "dated about January 2024" in text
    undated = dataclasses.replace(ANSWERED, citations=(dataclasses.replace(OTHER, n=1),), timeline=())
    assert "date not known" in Shape(done(undated)).text


def test_a_card_says_the_page_if_there_is_one() -> None:
    paged = dataclasses.replace(ANSWERED, citations=(dataclasses.replace(OTHER, n=1, page=12),), timeline=())
    assert "<span>p. 12</span>" in done(paged)
    assert "p. " not in done(dataclasses.replace(paged, citations=(dataclasses.replace(OTHER, n=1),)))


def test_a_card_says_what_its_sentence_was_found_by_until_it_is_cited() -> None:
    turn = Turn(1, "Is trade to reach 18 tỷ USD by 2028?", "reading", sources=(TARGET,))
    assert "Found by: trade · reach 18 · USD · 2028" in Shape(render_turn(turn)).text
    other = Turn(1, "Why?", "reading", sources=(TARGET,))
    assert "Found by: its meaning" in Shape(render_turn(other)).text
    assert "Found by" not in Shape(done(ANSWERED)).text
    refused = Turn(1, "target since:never", "reading", sources=(TARGET,))  # said elsewhere; the page stands
    assert "Found by: its meaning" in Shape(render_turn(refused)).text


def test_the_deciding_words_of_a_quotation_are_marked_with_their_unit() -> None:
    markup = done(ANSWERED)
    assert "<mark>18 billion USD by 2028</mark>" in markup
    assert "<mark>15 tỷ USD</mark>" in markup


def test_a_figure_inside_another_is_not_marked() -> None:
    citation = dataclasses.replace(EARLIER, n=1, quote="Năm 2015 đạt 1.15 tỷ, năm nay 15 tỷ USD")
    answer = dataclasses.replace(
        ANSWERED,
        short=None,
        citations=(citation,),
        claims=(dataclasses.replace(ANSWERED.claims[1], text="15", citations=(1,)),),
    )
    assert done(answer).count("<mark>") == 1
    assert "<mark>15 tỷ USD</mark>" in done(answer)


def test_labels_speak_the_language_of_the_answer() -> None:
    text = Shape(done(VIETNAMESE)).text
    for part in ("Trả lời được một phần", "Nguồn", "17/12/2025", "Tiếng Anh", "khoảng tháng 1/2024"):
        assert part in text
    assert "Sources" not in text


def test_an_abstention_shows_reason_and_nearest_articles_and_claims_no_check() -> None:
    text = Shape(done(ABSTAINED)).text
    assert WORDS["en"]["no_evidence"] in text
    assert "Two neighbours, one market" in text
    assert WORDS["en"]["checked"] not in text


def test_a_nearest_article_is_dated_as_its_card_is() -> None:
    read = dataclasses.replace(OTHER, dated="2023-05")
    for sources, day_said in (((read,), "dated about May 2023"), ((), WORDS["en"]["undated"])):
        near = done(ABSTAINED, sources).partition('class="nearest"')[2].partition("</ul>")[0]
        assert day_said in Shape(near).text
        assert "17 December 2025" in Shape(near).text  # which its article states


def test_a_bare_yes_or_no_claims_no_check() -> None:
    claims = (Claim("No. [1]", True, (1,)),)
    bare = dataclasses.replace(ANSWERED, answer="No. [1]", short="No", claims=claims, timeline=())
    assert WORDS["en"]["checked"] in Shape(done(ANSWERED)).text
    text = Shape(done(bare)).text
    assert WORDS["en"]["checked"] not in text
    assert "no check of words can confirm it" in text


def test_the_parts_of_an_answer_are_named_as_those_of_no_other_question() -> None:
    for markup, what in (
        (done(ANSWERED), "timeline"),
        (done(ABSTAINED), "nearest"),
        (done(ANSWERED), "sources"),
    ):
        name = WORDS["en"][what]
        assert f'<section class="{what}" aria-label="{name}, question 1"><h3>{name}</h3>' in markup


def test_sources_that_were_not_cited_are_kept_folded() -> None:
    markup = done(ANSWERED, sources=(TARGET, EARLIER, OTHER))
    assert "Also looked at (1)" in markup
    assert markup.index("<details") < markup.index(esc(OTHER.title))


def test_a_draft_is_labelled_as_one_and_its_marks_are_not_links() -> None:
    markup = render_turn(Turn(1, "What?", "drafting", (TARGET,), draft="It is 18 [1]"))
    assert "Draft, not checked yet" in markup
    assert "href" not in markup


def test_every_state_has_words_in_both_languages() -> None:
    assert WORDS["en"].keys() == WORDS["vi"].keys()
    for question in ("What is it?", "Đó là gì vậy?"):
        for state in ("searching", "starting", "waiting", "reading", "drafting", "stopped", "failed"):
            turn = Turn(1, question, state)
            assert render_turn(turn)
            assert status_text(turn)


def test_turns_of_a_conversation_share_no_anchor() -> None:
    markup = conversation([Turn(1, "a", "done", answer=ANSWERED), Turn(2, "b", "done", answer=ANSWERED)])
    assert markup.count('id="t1-s1"') == markup.count('id="t2-s1"') == 1


@pytest.mark.parametrize(
    ("date", "english", "vietnamese"),
    [
        ("2025-03-14", "14 March 2025", "14/3/2025"),
        ("2025-03", "March 2025", "tháng 3/2025"),
        ("2025", "2025", "2025"),
        ("2025-13", "2025-13", "2025-13"),
        ("soon", "soon", "soon"),
    ],
)
def test_dates_in_words(date: str, english: str, vietnamese: str) -> None:
    assert (day(date, "en"), day(date, "vi")) == (english, vietnamese)


def test_events_move_a_turn_through_its_states() -> None:
    from rag.web.chat.asking import advance

    turn = Turn(1, "What?")
    states = []
    for event in (
        Waiting(2, 0.1),
        Waiting(0, 0.2),
        Working(0.3),
        Evidence((TARGET,), 0.4),
        Working(1.4),
        Token("a"),
        Token("b"),
    ):
        turn = advance(turn, event)
        states.append(turn.state)
    assert states == ["waiting", "starting", "searching", "reading", "reading", "drafting", "drafting"]
    assert turn.draft == "ab"
    ahead = advance(advance(Turn(1, "What?"), Waiting(2, 0.1)), Evidence((TARGET,), 0.2))
    assert (ahead.state, ahead.before) == ("waiting", 2)  # its sources are shown, its turn has not come
    assert "2 before you" in render_turn(ahead)
    assert esc(TARGET.title) in render_turn(ahead)
    assert advance(turn, Stopped()).state == "stopped"
    assert advance(turn, Failed("x", busy=True)).problem == WORDS["en"]["busy"]


def test_what_went_wrong_is_said_in_the_language_of_the_question() -> None:
    from rag.web.chat.asking import advance

    failed = Failed("The model said nothing for 60 s and was stopped.\nthe moon is full")
    asked = Turn(1, "Cầu Sông Lam dài bao nhiêu?")
    assert advance(asked, failed).problem == "Mô hình im lặng suốt 60 giây và đã bị dừng.\nthe moon is full"
    assert advance(asked, Failed("the moon is full")).problem == "the moon is full"
    assert advance(Turn(1, "How long is it?"), failed).problem == failed.message


@pytest.mark.parametrize(
    ("raw", "question", "fine"),
    [
        ("  What\n is\tit? ", "What is it?", True),
        ("Vie\u0302\u0323t Nam?", "Việt Nam?", True),
        ("a\u202eb\u200bc\x00d\ud800e", "a b c d e", True),
        ("", "", False),
        (" \n\u200b", "", False),
        (None, "", False),
        ({"a": 1}, "", False),
        ("x" * 2001, "x" * 200 + "…", False),
    ],
)
def test_questions_are_composed_cleaned_and_bounded(raw: object, question: str, fine: bool) -> None:
    from rag.web.chat.asking import checked_question

    cleaned, problem = checked_question(raw)
    assert cleaned == question
    assert (problem is None) is fine


def test_whoever_asks_nothing_is_told_so_in_the_language_of_the_page() -> None:
    from rag.web.chat.asking import checked_question

    assert [checked_question(" ", lang) for lang in WORDS] == [("", WORDS[lang]["empty"]) for lang in WORDS]


def test_a_sentence_in_the_articles_own_words_stands_in_quotation_marks_and_no_other() -> None:
    markup = done(QUOTED)
    assert f'<q class="own" lang="en" title="The article’s own words">{GOODS.quote}</q><a' in markup
    assert markup.count("<q ") == 1
    assert WORDS["en"]["own"] in html.unescape(Shape(markup).text)
    assert "<q " not in done(ANSWERED)
    assert WORDS["en"]["own"] not in Shape(done(ANSWERED)).text


def test_words_of_another_language_are_quoted_in_it_and_nothing_of_them_is_marked() -> None:
    citation = dataclasses.replace(EARLIER, n=1)
    text = f"An article says: “{citation.quote}” [1]"
    claim = dataclasses.replace(ANSWERED.claims[0], text=text, citations=(1,))
    answer = dataclasses.replace(
        ANSWERED, answer=text, short=None, claims=(claim,), citations=(citation,), timeline=()
    )
    markup = done(answer)
    assert f'<q class="own" lang="vi" title="The article’s own words">{citation.quote}</q>' in markup
    assert "“" not in Shape(markup).text.split("An article says:")[1].split("[1]")[0]
    assert "<mark>" not in markup
    assert "<mark>" in done(dataclasses.replace(answer, short="15 tỷ USD"))


def test_a_claim_is_quoted_only_from_what_it_cites() -> None:
    claims = (dataclasses.replace(QUOTED.claims[0], citations=(1,)), QUOTED.claims[1])
    assert "<q " not in done(dataclasses.replace(QUOTED, claims=claims))


def test_filters_are_named_below_the_question_and_not_in_it() -> None:
    turn = Turn(1, 'since:2025-01 outlet:"The Star" lang:vi What is it?', "searching")
    markup = render_turn(turn)
    assert 'lang="en">What is it?</h2>' in markup
    assert "Only: from 1 January 2025 · The Star · Vietnamese" in Shape(markup).text
    assert "since:2025-01" in markup.split("data-question=")[1].split(">")[0]
    wrong = render_turn(Turn(1, "since:never What is it?", "failed", problem="since:never is not a date"))
    assert 'lang="en">since:never What is it?</h2>' in wrong


@pytest.mark.parametrize("state", ["done", "stopped", "failed"])
def test_what_has_ended_can_be_asked_again_and_only_an_answer_copied(state: str) -> None:
    answer = ANSWERED if state == "done" else None
    markup = render_turn(Turn(1, "What?", state, answer=answer))  # type: ignore[arg-type]
    assert ("copy" in acts(markup), "again" in acts(markup), "edit" in acts(markup)) == (
        state == "done",
        True,
        True,
    )
    assert acts(render_turn(Turn(1, "What?", "drafting"))) == []


def acts(markup: str) -> list[str]:
    return [part.split('"')[0] for part in markup.split('data-act="')[1:]]


def test_only_seconds_and_draft_change_within_a_state() -> None:
    from rag.web.chat.asking import same_frame
    from rag.web.chat.render import progress

    turn = Turn(1, "What?", "drafting", (TARGET,), draft="It <b>")
    later = dataclasses.replace(turn, draft="It <b> is", seconds=3.2)
    assert same_frame(turn, later)
    assert progress(later) == '<span class="clock">3 s</span><p class="prose">It &lt;b&gt; is</p>'
    assert not same_frame(turn, dataclasses.replace(later, state="done"))
    assert not same_frame(turn, dataclasses.replace(later, sources=()))


def test_a_refusal_says_that_the_library_is_about_other_things_where_that_is_known() -> None:
    said = "Nothing in the library seems to be about this."
    assert said in done(dataclasses.replace(ABSTAINED, relevant=False))
    assert WORDS["en"]["no_evidence"] not in done(dataclasses.replace(ABSTAINED, relevant=False))
    assert said not in done(dataclasses.replace(ABSTAINED, relevant=True))
    assert said not in done(ABSTAINED)
    assert said not in done(dataclasses.replace(ANSWERED, relevant=False))
    vietnamese = dataclasses.replace(ABSTAINED, answer="Các bài báo không cho biết điều này.", relevant=False)
    assert "Dường như trong thư viện không có gì về điều này." in done(vietnamese)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (ANSWERED, "988 of 1,000 passages have their meaning computed; the others are found by their words"),
        (VIETNAMESE, "Đã tính nghĩa của 988 trong 1,000 đoạn; các đoạn còn lại được tìm theo từ"),
    ],
)
def test_passages_that_wait_for_their_vectors_are_told(answer: Answer, said: str) -> None:
    turn = Turn(1, answer.question, "done", answer=answer, counts={"passages": 1000, "waiting": 12})
    assert said in Shape(render_turn(turn)).text
    ready = dataclasses.replace(turn, counts={"passages": 1000, "waiting": 0})
    assert "1,000" not in Shape(render_turn(ready)).text


@pytest.mark.parametrize(("confidence", "level"), [(0.9, "sure"), (0.5, "unsure")])
def test_an_answer_says_how_sure_it_is(confidence, level):
    for answer, lang in ((ANSWERED, "en"), (VIETNAMESE, "vi")):
        given = dataclasses.replace(answer, confidence=confidence)
        assert f'<p class="certainty {level}">{said(given, lang)}</p>' in done(given)
    assert "certainty" not in done(dataclasses.replace(ABSTAINED, confidence=confidence))


def test_a_question_that_leans_on_another_shows_what_it_is_read_as():
    asked = "What was trade between Chile and Peru in 2021?"
    shown = render_turn(Turn(2, "And Bolivia?", after=(f"lang:en {asked}",)))
    assert "Read as: " in shown
    assert "What was trade between Chile and Bolivia in 2021?</q>" in shown
    assert "<b>" not in render_turn(Turn(2, "Who announced it, <b>?", after=(asked,)))
    told = Turn(2, "How old is she?", after=("Who won?",), said=("Ana Ruiz won. [1]",))
    assert "How old is Ana Ruiz?" in render_turn(told)
    for alone in (Turn(1, "And Bolivia?"), Turn(2, "Who is the mayor of Lima?", after=(asked,))):
        assert "Read as" not in render_turn(alone)


@pytest.mark.parametrize(
    ("state", "sources", "said"),
    [("reading", 1, "1 source found, reading."), ("reading", 2, "2 sources found, reading."),
     ("drafting", 2, "Answering.")],
)  # fmt: skip
def test_the_status_counts_and_says_each_stage(state, sources, said):
    assert status_text(Turn(1, "Who?", state, sources=(TARGET,) * sources)) == said
