"""Mail: which of its parts is the article, what it forwards, and lines that flow."""

from email.message import EmailMessage

import pytest

from index import readers
from index.readers import mail

ARTICLE = (
    "The bridge over the river was opened on Monday. It cost four million crowns, the council said. " * 3
)


def letter(text="", page="", forwards=None, subject="A bridge"):
    message = EmailMessage()
    message["From"], message["Subject"] = "Ann Vole <ann@news.example>", subject
    message["Date"] = "Mon, 04 Mar 2024 23:30:00 +0000"
    message.set_content(text)
    if page:
        message.add_alternative(page, subtype="html")
    if forwards:
        message.add_attachment(forwards)
    return message


def read(tmp_path, message):
    (tmp_path / "a.eml").write_bytes(bytes(message))
    (one,) = readers.read(tmp_path / "a.eml")
    return one


@pytest.mark.parametrize("stub", ["", "View this email in your browser: http://x.example", ARTICLE[:100]])
def test_the_page_is_read_where_the_text_is_a_stub(tmp_path, stub):
    one = read(tmp_path, letter(stub, f"<p>{ARTICLE}</p>"))
    assert one.text.strip() == ARTICLE.strip()


def test_the_text_is_read_where_the_page_has_little_more(tmp_path):
    one = read(tmp_path, letter(ARTICLE, f"<p>{ARTICLE}</p><p>Unsubscribe here, or see it in a browser.</p>"))
    assert "Unsubscribe" not in one.text


def test_a_letter_that_is_forwarded_is_read_with_what_is_written_above_it(tmp_path):
    one = read(
        tmp_path, letter("See below.", forwards=letter(ARTICLE, subject="Opened"), subject="Fwd: Opened")
    )
    assert one.meta["title"] == "Opened"
    assert one.text.startswith(ARTICLE.strip()[:40])
    assert one.text.endswith("## Fwd: Opened\n\nSee below.")
    one = read(tmp_path, letter(ARTICLE, forwards=letter("Dear all.", subject="Invitation")))
    assert (one.meta["title"], one.text.endswith("## Invitation\n\nDear all.")) == ("A bridge", True)


def test_forwarding_ends_at_the_limit(tmp_path, monkeypatch):
    nested = letter("Innermost words.")
    for depth in range(3):
        nested = letter(f"Letter {depth}.", forwards=nested)
    assert "Innermost" in read(tmp_path, nested).text
    monkeypatch.setattr(mail, "_DEEPEST", 2)
    (one,) = mail.parse(bytes(nested), {})
    assert "Innermost" not in one.text
    assert "Letter 0." in one.text


@pytest.mark.parametrize(
    ("kind", "body", "wanted"),
    [
        ("format=flowed", "The treaty with \nKorea was signed.\n\nFixed\nlines\n From here\n", "The treaty with Korea was signed.\n\nFixed\nlines\nFrom here\n"),  # noqa: E501
        ("format=flowed; delsp=yes", "The trea \nty was signed.\n", "The treaty was signed.\n"),
        ("format=fixed", "The treaty with \nKorea was signed.\n", "The treaty with \nKorea was signed.\n"),
    ],
)  # fmt: skip
def test_lines_that_flow_are_joined(tmp_path, kind, body, wanted):
    (tmp_path / "a.eml").write_text(
        f"From: a@b.example\nSubject: A\nContent-Type: text/plain; {kind}\n\n{body}"
    )
    assert readers.read(tmp_path / "a.eml")[0].text == wanted
