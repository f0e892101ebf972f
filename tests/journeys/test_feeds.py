"""How to subscribe to a calendar, as anybody sees it; and a coordinator who brings in files of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import local_day, now
from tests.feeds.files import event, page_of, results, unit
from tests.support.browser import axe, context_of
from tests.support.builders import FINLAND, make_park, make_pilot, make_user
from tests.support.databases import work
from tests.support.server import Server, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service, with a park whose name is long."""
    with running_server({"PILOT_OPS_DATA": str(tmp_path_factory.mktemp("feeds"))}) as server:
        with work(server.app) as session:
            short = make_park(session, name="Kylätalo Palttina", name_sv="Bystugan Palttina")
            long = make_park(session, name="Leppävaaran asukaspuisto Pikkulinnunreitin varrella")
            today = local_day(now())
            serving = replace(FINLAND, serving=frozenset({today + timedelta(days=1)}))
            season = {"starts_on": today, "ends_on": today + timedelta(days=7)}
            make_pilot(session, [short, long], calendar=serving, **season)
        yield server


def _fits(page: Page) -> None:
    wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide[0] <= wide[1], f"{page.url} is {wide[0]} wide in {wide[1]}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_page_of_calendars(server: Server, browser: Browser, width: int, scheme: Literal["light", "dark"]) -> None:
    with context_of(browser, viewport={"width": width, "height": 844}, color_scheme=scheme) as context:
        page = context.new_page()
        for lang in ("fi", "plain", "sv", "en"):
            page.goto(f"{server.url}/feeds?lang={lang}")
            axe(page)
            _fits(page)
        assert context.cookies() == []


_LEADS_TO = {"/events/import": "Tapahtumat", "/parks/import": "Puistot", "/units/import": "Palvelukartan paikat"}


@pytest.mark.parametrize("width", [320, 1280])
def test_a_coordinator_brings_files_in(server: Server, browser: Browser, width: int) -> None:
    with work(server.app) as session:
        user = make_user(session, Role.COORDINATOR)
    source = f"espoo:{width}"
    files = {
        "/events/import": (page_of(event(id=source)), page_of(event(start_time="ensi viikolla"))),
        "/parks/import": (results(unit(id=width, name={"fi": f"Puisto {width}"})), results(unit(id="x"))),
        "/units/import": (results(unit(id=width + 1, name={"fi": f"Laavu {width}"})), results(unit(name={}))),
    }
    with context_of(browser, viewport={"width": width, "height": 844}) as context:
        page = context.new_page()
        page.goto(server.sign_in_url(user))
        page.get_by_role("main").get_by_role("button").first.click()
        for path, (good, bad) in files.items():
            for content in (bad, good):
                page.goto(server.url + path)
                axe(page)
                page.locator("input[type=file]").set_input_files(
                    {"name": "tiedosto.json", "mimeType": "application/json", "buffer": content}
                )
                page.get_by_role("button", name="Näytä, mitä tuodaan").click()
                expect(page.get_by_role("alert" if content is bad else "status").first).to_be_visible()
                axe(page)
                _fits(page)
            page.locator("button[value=import]").click()
            expect(page.get_by_role("heading", level=1)).to_have_text(_LEADS_TO[path])
            axe(page)
            _fits(page)
