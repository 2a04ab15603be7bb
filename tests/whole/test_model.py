"""Another real model is chosen. By its name this file comes last: the others count on the larger one."""

from __future__ import annotations

from typing import Any

import pytest
from browser import looked_at, needs_chromium, seen, seen_in
from llm_support import LARGE, SMALL

from whole.program import Program, answered

pytestmark = [pytest.mark.models, pytest.mark.browser, needs_chromium, seen_in("wide-light", "phone-dark")]

OTHER = {LARGE: SMALL, SMALL: LARGE}


def test_another_model_is_chosen_for_everyone_and_answers(
    browser: Any, program: Program, page: Any, look: dict[str, Any]
) -> None:
    page.get_by_text("Filters").click()
    choice = seen(page.get_by_label("Model, for everyone"))
    wanted = OTHER[choice.input_value()]
    choice.select_option(wanted)
    turn = answered(page, "How many projects does Indonesia have in Vietnam?")
    assert wanted in turn.locator(".small").first.inner_text()
    with looked_at(browser, program, look) as someone_else:
        someone_else.get_by_text("Filters").click()
        someone_else.wait_for_function("name => document.getElementById('model').value === name", arg=wanted)
