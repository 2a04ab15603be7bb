"""Tables of pages: spans, stacked headings, rows of headings in plain cells, titles."""

import pytest

from index.readers import grids, web

LEAD = (
    "Fishermen on the island of Lo Ren landed 4,320 tonnes of tuna last season, said the harbour authority."
)


def table(markup):
    text = web.page(
        f"<article><h1>Catch by year on the island</h1>{f'<p>{LEAD}</p>' * 3}{markup}</article>"
    ).text
    return [
        line.removeprefix("- | ")
        for line in text.split("\n\n")
        if line not in (LEAD, "## Catch by year on the island")
    ]


def rows(*lines, cell="td"):
    """A table of "a; b; c" lines; a cell "x*2" spans two columns, "x%2" two rows, "!x" is a heading."""
    made = []
    for line in lines:
        made.append("<tr>")
        for words in line.split("; "):
            tag = "th" if words.startswith("!") else cell
            words, _, columns = words.lstrip("!").partition("*")
            words, _, down = words.partition("%")
            made.append(f"<{tag} colspan={columns or 1} rowspan={down or 1}>{words}</{tag}>")
        made.append("</tr>")
    return f"<table>{''.join(made)}</table>"


@pytest.mark.parametrize(
    ("lines", "spoken"),
    [
        (["!Port; !2024*2; !2025", "Oster; 10; 20; 30"], ["Oster: 2024 10; 2024 20; 2025 30"]),
        (["!Year; !Tuna; !Squid", "2024%2; 4,320; 405", "4,400; 410"],
         ["2024: Tuna 4,320; Squid 405", "2024: Tuna 4,400; Squid 410"]),
        (["!Year; !Catch*2", "!; !Tuna; !Squid", "2022; 3,100; 220"],
         ["2022: Catch Tuna 3,100; Catch Squid 220"]),
        (["!Port%2; !2023*2", "Yes; No", "Oster; 1; 2"], ["Oster: 2023 Yes 1; 2023 No 2"]),
        (["!; !2023; !2024", "!Tuna; 1; 2", "!Squid; ; 2"], ["Tuna: 2023 1; 2024 2", "Squid: 2024 2"]),
        # A cell over several columns has what they share, and is said once.
        (["!Port; !2024*2; !2025", "!; !Tuna; !Squid; !Tuna", "Oster; none*2; 30"],
         ["Oster: 2024 none; 2025 Tuna 30"]),
        (["!Port; !Sort; !Catch", "Total*2; 30"], ["Total: Catch 30"]),
        # Headings again further down; a sum in such cells is none.
        (["!Port; !2021", "Oster; 1", "!Total; !1", "!Port; !2022", "Oster; 2"],
         ["Oster: 2021 1", "Total: 2021 1", "Oster: 2022 2"]),
        (["!Port; !Tuna", "!Total; !7", "Oster; 7"], ["Total: Tuna 7", "Oster: Tuna 7"]),
        # All cells are headings to the page.
        (["!Port; !Tuna; !Squid", "!Oster; !3; !4"], ["Oster: Tuna 3; Squid 4"]),
        (["!Mayor; !Ann Lee", "!Host; !Bo Rask"], ["Mayor: Ann Lee", "Host: Bo Rask"]),
        (["North*3", "Oster; 1; 2", "Alby; 3; 4"], ["## North", "Oster: 1; 2", "Alby: 3; 4"]),
    ],
)  # fmt: skip
def test_a_cell_is_named_as_the_page_shows_it(lines, spoken):
    assert table(rows(*lines)) == spoken


@pytest.mark.parametrize(
    ("lines", "spoken"),
    [
        (["Year; Tuna; Squid", "2023; 3,840; 310", "2024; 4,320; –"],
         ["2023: Tuna 3,840; Squid 310", "2024: Tuna 4,320; Squid –"]),
        (["Year; Tuna", "2023; 3,840"], ["2023: Tuna 3,840"]),
        (["<b>Loại</b>; <strong>Mua 2024</strong>; <i style='font-weight:700'>Bán</i>", "SJC; 7.4; không"],
         ["SJC: Mua 2024 7.4; Bán không"]),
        # Not above figures only, or with a figure of its own, or of two columns with words in the first.
        (["Mayor; Ann Lee", "Inhabitants; 4,000"], ["Mayor: Ann Lee", "Inhabitants: 4,000"]),
        (["Port; Tuna; Mayor", "Oster; 1; Ann Lee"], ["Port: Tuna; Mayor", "Oster: 1; Ann Lee"]),
        (["Port; 2023; 2024", "Oster; 1; 2"], ["Port: 2023; 2024", "Oster: 1; 2"]),
        # The first row of the data is bold, too.
        (["!Port; !Tuna", "<b>Oster</b>; <b>9</b>", "Alby; 3"], ["Oster: Tuna 9", "Alby: Tuna 3"]),
        (["<b>Port</b>; Tuna of Ann Lee", "Oster; much"], ["Port: Tuna of Ann Lee", "Oster: much"]),
    ],
)  # fmt: skip
def test_a_row_of_plain_cells_is_one_of_headings_only_where_that_is_sure(lines, spoken):
    assert table(rows(*lines)) == spoken


@pytest.mark.parametrize(
    ("lines", "spoken"),
    [
        (["!Tuna; !Squid", "2022; 1; 2"], ["Tuna; Squid", "2022: 1; 2"]),  # no heading over the first column
        (["a; b%2", "c*2"], ["a; b", "c"]),  # overlapping
        ([f"!Port; !Tuna*{grids._WIDEST}", "Oster; 1"], ["Port; Tuna", "Oster; 1"]),
    ],
)  # fmt: skip
def test_what_has_no_true_names_has_none(lines, spoken):
    assert table(rows(*lines)) == spoken


def test_a_table_of_too_many_places_is_not_filled_in(monkeypatch):
    lines = ["!Port; !2024*2", "Oster; 1; 2"]
    assert table(rows(*lines)) == ["Oster: 2024 1; 2024 2"]
    monkeypatch.setattr(grids, "_MOST_SLOTS", 5)
    assert table(rows(*lines)) == ["Port; 2024", "Oster; 1; 2"]


def test_spans_end_with_their_part_of_the_table():
    markup = (
        "<table><thead><tr><th rowspan=0>Port<th>Tuna</tr></thead>"
        "<tbody><tr><td rowspan=0>Oster<td>1</tr><tr><td>2</tr></tbody><tbody>"
        "<tr><td>Alby<td>3</tr></tbody></table>"
    )
    assert table(markup) == ["Oster: Tuna 1", "Oster: Tuna 2", "Alby: Tuna 3"]


def test_headings_of_rows_name_no_columns():
    assert table("<table><tr><th scope=row>A<td>x</tr><tr><th scope=row>B<th scope=row>y</tr></table>") == [
        "A: x",
        "B: y",
    ]


def test_the_title_of_a_table_is_a_heading():
    plain = rows("!Year; !Tuna", "2024; 4,320")
    titled = plain.replace("<table>", "<table><caption>Catch in <i>tonnes</i></caption>")
    assert table(titled) == ["## Catch in tonnes", "2024: Tuna 4,320"]
    figure = f"<figure>{plain}<figcaption>Catch in tonnes</figcaption></figure>"
    assert table(figure) == ["## Catch in tonnes", "2024: Tuna 4,320"]
    over = rows("!Catch in tonnes*2", "!Year; !Tuna", "2024; 4,320")
    assert table(over) == ["## Catch in tonnes", "2024: Tuna 4,320"]
    long = "All that was landed" + " and landed" * 10
    assert table(rows(f"{long}*2", "Mayor; Lee"))[0] == long


def test_words_of_a_cell_are_not_glued():
    assert table(
        "<table><tr><th>Port<th>Boats</tr><tr><td>Oster<td>one<br>two<p>three</p><b>f</b>our</tr></table>"
    ) == ["Oster: Boats one two three four"]


def test_tables_that_lay_out_the_page_are_no_data():
    markup = rows("Boats lie in the harbour.", "They sail.")
    assert table(markup) == ["Boats lie in the harbour.", "They sail."]
    assert table(rows("a; b", "c; d").replace("<table>", "<table role=presentation>")) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("span", ["2.5", "x", "-1", "", "999999999999"])
def test_spans_that_are_no_numbers(span):
    made = table(f"<table><tr><th>Port<th>Tuna</tr><tr><td>Oster<td rowspan='{span}'>1</tr></table>")
    assert made == ["Oster: Tuna 1"]
