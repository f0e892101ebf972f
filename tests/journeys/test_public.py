"""Families on their phones: today's lunches, one park, events, in every tongue; the nearest first; without a script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from pilot_ops.events.domain import Status
from pilot_ops.kernel.text import Translated
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import CancelReason, ServingWindow
from pilot_ops.schedule.queries import list_days
from pilot_ops.units.domain import Profile, Unit
from pilot_ops.units.service import store_unit
from tests.support.browser import axe, context_of, set_clock
from tests.support.builders import ADMIN, NOON, day_of, make_park, make_pilot
from tests.support.databases import work
from tests.support.events import DETAILS, make_event
from tests.support.server import Server, running_server

# Five past nine in Helsinki, two days before Midsummer Eve.
MORNING = datetime(2024, 6, 19, 6, 5, tzinfo=UTC)
TODAY = date(2024, 6, 19)
SOUP = Translated(
    "Lohikeitto; kasvis: linssikeitto", "Laxsoppa; vegetariskt: linssoppa", "Salmon soup; vegetarian: lentil soup"
)
PARKS = {
    "Karakallion asukaspuisto": ("Kotkatie 10", "02620", "60.2228", "24.7625"),
    "Matinkylän asukaspuisto": ("Matinraitti 12", "02230", "60.1562", "24.7405"),
    "Soukan asukaspuisto": ("Soukankaari 10", "02360", "60.1404", "24.6705"),
    "Suvelan asukaspuisto": ("Kirstintie 24", "02760", "60.2003", "24.6645"),
}
# In the middle of Soukka: then Matinkylä, Suvela and Karakallio, by the map.
HERE = {"latitude": 60.141, "longitude": 24.671}


@dataclass(frozen=True)
class City:
    """The running service and the addresses of what is looked at."""

    server: Server
    park: UUID
    event: UUID
    cancelled: UUID

    def pages(self) -> list[str]:
        """Every page, in every tongue that it is written in."""
        four, five = ("fi", "plain", "sv", "en"), ("fi", "plain", "sv", "en", "ar")
        lunches = [f"{path}?lang={tongue}" for path in ("/lunch", f"/lunch/{self.park}") for tongue in five]
        events = ("/outdoors", f"/outdoors/{self.event}", f"/outdoors/{self.cancelled}")
        return lunches + [f"{path}?lang={tongue}" for path in events for tongue in four]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A summer morning in four parks, one of which is cancelled because of rain, and two events."""
    with running_server({"PILOT_OPS_DATA": str(tmp_path_factory.mktemp("families"))}, at=MORNING) as server:
        with work(server.app) as session:
            parks = [
                make_park(
                    session,
                    name=name,
                    address=address,
                    postal_code=code,
                    latitude=Decimal(north),
                    longitude=Decimal(east),
                )
                for name, (address, code, north, east) in PARKS.items()
            ]
            season = {"starts_on": date(2024, 6, 3), "ends_on": date(2024, 7, 2)}
            pilot = make_pilot(session, parks, **season)
            for day in list_days(session, pilot_id=pilot.id):
                given = {"day_id": day.id, "ordered": 80, "menu": SOUP, "diets": "L, G", "window": ServingWindow()}
                schedule.change_day(session, ADMIN, **given, at=NOON)
            rain = {"reason": CancelReason.WEATHER, "note": "", "food_billed": True}
            schedule.cancel_day(session, ADMIN, day_id=day_of(session, pilot, TODAY, parks[2]).id, **rain, at=NOON)
            starts = datetime(2024, 6, 25, 14, tzinfo=UTC)
            told = {profile: number % 3 for number, profile in enumerate(Profile)}
            for unit in (Unit(20355, park_id=parks[2].id, shortcomings=told), Unit(41000, shortcomings=told)):
                store_unit(session, ADMIN, unit=unit, at=NOON)
            walk = make_event(session, starts_at=starts, venue=replace(DETAILS.venue, unit_id="tprek:41000"))
            access = replace(DETAILS.access, sign_language=True, induction_loop=True, guide_dog=True, quiet=True)
            name = Translated("Melontaa tuetusti, Bodom", "Paddling med stöd, Bodom", "Supported paddling, Bodom")
            later = {"starts_at": starts + timedelta(days=4), "name": name, "access": access}
            paddling = make_event(session, **later, status=Status.CANCELLED)
        yield City(server, parks[2].id, walk.id, paddling.id)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_page_in_every_tongue(city: City, browser: Browser, width: int, scheme: Literal["light", "dark"]) -> None:
    with context_of(browser, viewport={"width": width, "height": 844}, color_scheme=scheme) as context:
        set_clock(context, city.server.now())
        page = context.new_page()
        for path in city.pages():
            page.goto(city.server.url + path)
            axe(page)
            wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
            assert wide[0] <= wide[1], f"{path} is {wide[0]} wide in {wide[1]}"


def _parks(page: Page) -> list[str]:
    return page.locator("#places h3").all_inner_texts()


def test_the_nearest_first_and_the_location_goes_nowhere(city: City, browser: Browser) -> None:
    with context_of(
        browser, viewport={"width": 390, "height": 844}, geolocation=HERE, permissions=["geolocation"]
    ) as context:
        set_clock(context, city.server.now())
        page = context.new_page()
        page.goto(f"{city.server.url}/lunch?lang=fi")
        first = _parks(page)
        assert first[-1] == "Soukan asukaspuisto"
        asked: list[Request] = []
        page.on("request", lambda request: asked.append(request))
        page.get_by_role("button", name="Näytä lähin ensin").click()
        expect(page.get_by_text("Lähin puisto on nyt ensin.")).to_be_visible()
        assert [name.split()[0] for name in _parks(page)] == ["Soukan", "Matinkylän", "Suvelan", "Karakallion"]
        expect(page.locator("#places li").nth(1)).to_contain_text("4,2 km päässä")
        axe(page)
        assert asked == []
        assert context.cookies() == []
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_the_location_is_not_asked_for_by_itself_and_no_is_an_answer(city: City, browser: Browser) -> None:
    with context_of(browser, viewport={"width": 390, "height": 844}) as context:
        set_clock(context, city.server.now())
        # Counts how often a page asks, and denies it.
        context.add_init_script(
            "window.asked = 0; navigator.geolocation.getCurrentPosition = (_, no) => { window.asked += 1; no({}); };"
        )
        page = context.new_page()
        page.goto(f"{city.server.url}/lunch?lang=ar")
        button = page.locator("[data-module='public/nearest'][data-attached]")
        expect(button).to_be_visible()
        before = _parks(page)
        assert page.evaluate("window.asked") == 0
        button.click()
        expect(page.get_by_text("لم يحدّد الهاتف موقعكم.")).to_be_visible()
        assert page.evaluate("window.asked") == 1
        assert _parks(page) == before


def test_a_page_left_open_says_that_it_is_old(city: City, browser: Browser) -> None:
    with context_of(browser, viewport={"width": 390, "height": 844}) as context:
        set_clock(context, city.server.now())
        page = context.new_page()
        page.goto(f"{city.server.url}/lunch?lang=fi")
        expect(page.locator("[data-module='public/age'][data-attached]")).to_be_hidden()
        context.clock.fast_forward(timedelta(hours=3, minutes=2).seconds * 1000)
        expect(page.get_by_text("Tieto on vanha, tarkista puistosta.")).to_be_visible()
        axe(page)


def test_everything_without_a_script_and_without_a_cookie(city: City, browser: Browser) -> None:
    with context_of(browser, viewport={"width": 390, "height": 844}, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{city.server.url}/lunch?lang=fi")
        expect(page.get_by_role("heading", level=1)).to_have_text("Tänään syödään puistossa")
        expect(page.get_by_text("Peruttu sateen takia").first).to_be_visible()
        expect(page.get_by_role("button")).to_have_count(0)
        page.get_by_role("link", name="Svenska").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("I dag äter vi i parken")
        page.get_by_role("link", name="Soukan asukaspuisto", exact=True).click()
        expect(page.get_by_text("Inställt på grund av regn").first).to_be_visible()
        page.get_by_role("link", name="العربية").click()
        assert page.locator("html").get_attribute("dir") == "rtl"
        expect(page.get_by_text("أُلغي بسبب المطر").first).to_be_visible()
        page.get_by_role("link", name="English").click()
        page.get_by_role("link", name="All parks").click()
        page.get_by_role("link", name="Forest walk for all").click()
        expect(page.get_by_role("heading", level=2).first).to_have_text("Accessibility")
        page.get_by_role("link", name="Selkosuomi").click()
        expect(page.get_by_text("Mitä maksaa?")).to_be_visible()
        assert context.cookies() == []


def test_by_keyboard_alone(city: City, browser: Browser) -> None:
    with context_of(browser, viewport={"width": 1280, "height": 900}) as context:
        set_clock(context, city.server.now())
        page = context.new_page()
        page.goto(f"{city.server.url}/lunch?lang=fi")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        _tab_to(page, "#places h3 a")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Karakallion asukaspuisto")
        _tab_to(page, "details:not([open]) summary")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Ruokailu on ulkona.")).to_be_visible()


def _tab_to(page: Page, what: str) -> None:
    for _ in range(60):
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {what}")


def test_on_paper_it_is_the_words(city: City, browser: Browser) -> None:
    with context_of(browser, viewport={"width": 794, "height": 1123}) as context:
        set_clock(context, city.server.now())
        page = context.new_page()
        page.emulate_media(media="print")
        for path in ("/lunch?lang=fi", f"/lunch/{city.park}?lang=fi", f"/outdoors/{city.event}?lang=fi"):
            page.goto(city.server.url + path)
            for shown in (page.locator("nav.lang"), page.locator(".hero__art"), page.locator(".btn")):
                assert not any(element.is_visible() for element in shown.all())
        page.goto(f"{city.server.url}/lunch?lang=fi")
        # Answers that are folded on the screen are read on paper, each with its question.
        assert page.get_by_text("Ruokailu on ulkona.").is_visible()
        assert page.get_by_text("Mitä jos sataa?").is_visible()
        expect(page.get_by_text("Päivitetty klo")).to_be_visible()
