"""The calendar in a real browser: by keyboard alone, at every width, and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import uuid4

import pypdfium2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy.orm import Session

from pilot_ops.events.domain import Access, EventDetails, Venue
from pilot_ops.events.service import create_event
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import at_local
from pilot_ops.kernel.text import Translated
from tests.support.browser import axe, context_of
from tests.support.builders import ADMIN, NOON, count_children, day_of, make_park, make_pilot, make_user
from tests.support.databases import work
from tests.support.server import Server, running_server

TODAY = date(2024, 9, 18)
ACCESS = Access(route_m=1200, steepest_percent=5, toilet=True, parking=True, strollers=True, guide_dog=True)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A September, which takes six weeks of a table, with four parks, events of every week, and clashes."""
    settings = {"PILOT_OPS_DATA": str(tmp_path_factory.mktemp("calendar"))}
    with running_server(settings, at=at_local(TODAY, time(9))) as server:
        with work(server.app) as session:
            parks = [make_park(session, name=name) for name in ("Karakallio", "Matinkylä", "Soukka", "Suvela")]
            pilot = make_pilot(session, parks, starts_on=date(2024, 9, 2), ends_on=date(2024, 9, 30))
            for number in range(2, 14):
                if date(2024, 9, number).weekday() < 5:
                    count_children(session, day_of(session, pilot, date(2024, 9, number)), school=40 + number)
            for number in (4, 11, 18, 25):
                _event(
                    session,
                    "Metsäretki kaikille",
                    at_local(date(2024, 9, number), time(17)),
                    Venue(Translated("Oittaa")),
                )
            yard = Venue(Translated("Piha"), park_id=parks[3].id)
            _event(session, "Puistojumppa", at_local(date(2024, 9, 20), time(12)), yard)
        yield server


def _event(session: Session, name: str, at: datetime, venue: Venue) -> None:
    details = EventDetails(Translated(name), venue, access=ACCESS)
    ends = at + timedelta(hours=2)
    create_event(session, ADMIN, event_id=uuid4(), details=details, starts_at=at, ends_at=ends, at=NOON)


def sign_in(server: Server, context: BrowserContext) -> Page:
    """A coordinator's page."""
    with work(server.app) as session:
        user = make_user(session, Role.COORDINATOR)
    page = context.new_page()
    page.goto(server.sign_in_url(user))
    page.get_by_role("main").get_by_role("button").first.click()
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_look_is_accessible(
    server: Server, browser: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    with context_of(browser, viewport={"width": width, "height": 844}, color_scheme=scheme) as context:
        page = sign_in(server, context)
        for asked in (
            "month=2024-09",
            "month=2024-09&look=list",
            "day=2024-09-18&look=week",
            "month=2024-09&kind=events",
        ):
            page.goto(f"{server.url}/calendar?{asked}")
            axe(page)
            sizes = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
            assert sizes[0] <= sizes[1], f"{asked} is {sizes[0]} wide in {sizes[1]}"


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the link with this name has the focus; what is focused must be seen."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.innerText")
        if " ".join(focused.split()) == name:
            assert page.locator(":focus").is_visible()
            return
    raise AssertionError(f"no way to {name} by keyboard")


def test_by_keyboard_alone(server: Server, desk: BrowserContext) -> None:
    page = sign_in(server, desk)
    page.goto(f"{server.url}/calendar")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Syyskuu 2024")
    for name, title in (
        ("Elo", "Elokuu 2024"),
        ("Syys", "Syyskuu 2024"),
        ("Viikko", "Viikko 38"),
        ("Viikko 39", "Viikko 39"),
    ):
        _tab_to(page, name)
        page.keyboard.press("Enter")
        expect(heading).to_have_text(title)
    _tab_to(page, "Tapahtumat")  # of the main menu
    _tab_to(page, "Tapahtumat")
    page.keyboard.press("Enter")
    expect(page.locator(".tabs [aria-current=page]").first).to_have_text("Tapahtumat")
    expect(heading).to_have_text("Viikko 39")
    _tab_to(page, "Metsäretki kaikille")
    page.keyboard.press("Enter")
    expect(heading).to_contain_text("Metsäretki kaikille")


@pytest.mark.parametrize("asked", ["month=2024-09", "day=2024-09-18&look=week"])
def test_it_is_printed_on_one_landscape_page(server: Server, desk: BrowserContext, asked: str) -> None:
    page = sign_in(server, desk)
    page.goto(f"{server.url}/calendar?{asked}")
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    try:
        assert len(document) == 1
        width, height = document[0].get_size()
        assert width > height
        text = document[0].get_textpage().get_text_range()
    finally:
        document.close()
    for words in ("Puistojumppa", "Metsäretki kaikille", "päällekkäin", "Karakallio", "vk 38"):
        assert words in text
    assert "Lisää tapahtuma" not in text
