"""The notices in a real browser: every tongue and width, light and dark; feedback by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext

from pilot_ops.notices.queries import list_feedback
from tests.support.browser import axe, context_of
from tests.support.databases import look
from tests.support.server import Server, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service of a city that has told nothing yet."""
    with running_server({"PILOT_OPS_DATA": str(tmp_path_factory.mktemp("notices"))}) as server:
        yield server


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_notice_is_accessible(
    server: Server, browser: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    with context_of(browser, viewport={"width": width, "height": 844}, color_scheme=scheme) as context:
        page = context.new_page()
        for notice in ("accessibility", "accessibility/thanks", "privacy", "cookies"):
            for tongue in ("fi", "plain", "sv", "en"):
                page.goto(f"{server.url}/{notice}?lang={tongue}")
                axe(page)
                sizes = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
                assert sizes[0] <= sizes[1], f"{page.url} is {sizes[0]} wide in {sizes[1]}"


def test_feedback_by_keyboard(server: Server, desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto(f"{server.url}/accessibility?lang=en")
    page.get_by_label("What did not work?").focus()
    page.keyboard.type("The button is too small")
    page.keyboard.press("Tab")
    page.keyboard.type("Lunch")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accessibility/thanks?lang=en")
    with look(server.app) as session:
        (kept,) = list_feedback(session)
    assert (kept.text, kept.page, kept.contact) == ("The button is too small", "Lunch", "")
