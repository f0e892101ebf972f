"""The main job in a real browser: plan, count on two phones, close, invoice, and the manager's figures to the cent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pilot_ops.accounts.domain import User
from pilot_ops.kernel.access import Role
from pilot_ops.parks.domain import Park
from tests.support.browser import axe, context_of, forgive, set_clock
from tests.support.builders import change_user, make_park, make_user
from tests.support.databases import work
from tests.support.server import Server, running_server

# A Tuesday, half past eleven in Helsinki: serving begins.
NOON = datetime(2024, 7, 2, 8, 30, tzinfo=UTC)
_NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The service on 2 July 2024."""
    with running_server({"PILOT_OPS_DATA": str(tmp_path)}, at=NOON) as server:
        yield server


def enter(context: BrowserContext, server: Server, user: User, *, scripts: bool = True) -> Page:
    """A page of a person who has signed in, with its scripts attached: a press before that is posted as a form."""
    page = context.new_page()
    page.goto(server.sign_in_url(user))
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url(re.compile(r"^(?!.*/sign-in)"))
    if scripts:
        attached(page)
    return page


def attached(page: Page) -> None:
    """Wait until every module of the page is attached."""
    page.wait_for_function("() => !document.querySelector('[data-module]:not([data-attached])')")


def press(page: Page, name: str, times: int = 1) -> None:
    for _ in range(times):
        page.get_by_role("button", name=re.compile(name)).click()


def words(page: Page) -> str:
    """The words of the page, with plain spaces."""
    return " ".join(page.get_by_role("main").inner_text().replace(_NBSP, " ").split())


def people(server: Server) -> tuple[Park, Park, dict[Role, User]]:
    with work(server.app) as session:
        suvela, soukka = make_park(session, name="Suvela"), make_park(session, name="Soukka")
        users = {role: make_user(session, role) for role in (Role.COORDINATOR, Role.MANAGER)}
        users[Role.PARK_STAFF] = make_user(session, Role.PARK_STAFF, [suvela])
    return suvela, soukka, users


def plan(page: Page, server: Server) -> None:
    """Make a pilot of July 2024 in two parks, with agreed prices, and order 85 portions for today in Suvela."""
    page.goto(f"{server.url}/pilots/new")
    axe(page)
    page.get_by_label("Pilotin nimi").fill("Heinäkuu")
    page.get_by_label("Kausi alkaa").fill("1.7.2024")
    page.get_by_label("Kausi päättyy").fill("31.7.2024")
    page.get_by_label("Suvela").first.check()
    page.get_by_label("Soukka").first.check()
    page.get_by_label("Sovittu hinta annokselta").fill("2,75")
    page.get_by_label("Sovittu päivämaksu").fill("15")
    page.get_by_role("button", name="Tee pilotti").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Heinäkuu")
    axe(page)
    page.goto(f"{server.url}/calendar?month=2024-07")
    # 23 days in each of two parks.
    assert page.locator(".meals li").count() == 46
    axe(page)
    page.locator(".day--today").get_by_role("link", name="Suvela").click()
    page.get_by_role("link", name="Tilaus ja ruokalista").click()
    page.get_by_label("Annoksia tilattu").fill("85")
    page.get_by_role("button", name="Tallenna").click()
    expect(page.get_by_role("main")).to_contain_text("85")


def close(page: Page) -> None:
    """Close the day: first something is missing, then everything is there."""
    page.get_by_role("link", name="Päätä päivä").click()
    axe(page)
    page.get_by_label("Annoksia tuli").fill("85")
    page.get_by_label("Lämpötila, kun ruoka tuli").fill("70")
    page.get_by_label("Lämpötila tarjoilussa").fill("65")
    page.get_by_role("button", name="Päätä päivä").click()
    expect(page.get_by_role("main")).to_contain_text("Annoksia puuttuu 73")
    assert page.get_by_label("Annoksia tuli").input_value() == "85"
    axe(page)
    page.get_by_label("Ylijäämä annettiin pois").fill("70")
    page.get_by_label("Hävikkiin").fill("3")
    page.get_by_role("button", name="Päätä päivä").click()
    expect(page.get_by_role("main")).to_contain_text("Päivä on päätetty")
    axe(page)


def test_from_the_plan_to_the_managers_figures(server: Server, browser: Browser, desk: BrowserContext) -> None:
    suvela, _, users = people(server)
    coordinator = enter(desk, server, users[Role.COORDINATOR])
    plan(coordinator, server)
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with context_of(browser, **phone) as first, context_of(browser, **phone) as second:
        pages = []
        for context in (first, second):
            set_clock(context, server.now())
            pages.append(enter(context, server, users[Role.PARK_STAFF]))
        one, other = pages
        axe(one)
        # Seven and four children, one of them taken back, and one adult: 11 children, 12 portions.
        press(one, r"Alle kouluikäinen")
        press(other, r"Koululainen", 4)
        press(one, r"^Koululaisia \+5$")
        press(one, r"Alle kouluikäinen", 2)
        press(one, r"Kumoa")
        press(other, r"Aikuinen")
        expect(one.locator("[data-sync-line]")).to_contain_text("Kaikki lähetetty")
        one.reload()
        expect(one.locator("[data-first]")).to_have_text("11")
        expect(one.locator("[data-phone]")).to_have_text("7")
        other.reload()
        expect(other.locator("[data-first]")).to_have_text("11")
        expect(other.locator("[data-phone]")).to_have_text("4")
        close(other)
    invoice(coordinator, server)
    manager = enter(desk, server, users[Role.MANAGER])
    figures(manager, server, suvela)


def invoice(page: Page, server: Server) -> None:
    """Book what Monday cost in Suvela by invoice, napkins for both parks, and staff."""
    page.goto(f"{server.url}/costs")
    for fields in (
        {"Laji": "catering", "Selite": "Lasku", "Puisto": "Suvela", "Summa": "240,10", "service": "1.7.2024"},
        {"Laji": "supplies", "Selite": "Servetit", "Puisto": "Yhteinen, jaetaan puistoille", "Summa": "25,01"},
        {"Laji": "staff", "Selite": "Kesätyö", "Puisto": "Suvela", "hours": "7,5"},
    ):
        page.get_by_role("link", name="Kirjaa kulu").click()
        page.get_by_label("Päivä", exact=True).fill("2.7.2024")
        page.get_by_label("Laji").select_option(fields["Laji"])
        page.get_by_label("Selite").fill(fields["Selite"])
        page.get_by_label("Puisto", exact=True).select_option(label=fields["Puisto"])
        if "Summa" in fields:
            page.get_by_label("Summa ilman").fill(fields["Summa"])
        if "service" in fields:
            page.get_by_text("Ateriapalvelun lasku: miltä").click()
            page.get_by_label("Laskutusjakson ensimmäinen päivä").fill(fields["service"])
            page.get_by_label("Laskutusjakson viimeinen päivä").fill(fields["service"])
        if "hours" in fields:
            page.get_by_text("Henkilöstö: tunnit").click()
            page.get_by_label("Tunnit").fill(fields["hours"])
            page.get_by_label("Tuntihinta").fill("19,85")
        axe(page)
        page.get_by_role("button", name="Kirjaa kulu").click()
        expect(page.get_by_role("main")).to_contain_text("Kulu on kirjattu")
    axe(page)


def figures(page: Page, server: Server, suvela: Park) -> None:
    """What the manager sees of Suvela on 2 July is what was worked out by hand.

    Monday 240.10 by invoice; Tuesday 85 x 2.75 + 15 = 248.75 by agreement; half of 25.01 is 12.505: 501.355, shown
    501.36. Estimate to date 2 x 5 500 / 23 = 478.26; over by 23.09 or 4.8 %. 11 meals at 45.58; estimate 2.99.
    Volume (11 - 160) x 2.98913 = -445.38; price 501.355 - 11 x 2.98913 = 468.47. Staff 7.5 x 19.85 = 148.88.
    Forecast 501.355 + 21 x (80 x 2.75 + 15) = 5 436.36 (5 436.355).
    """
    page.goto(f"{server.url}/costs?as-of=2.7.2024")
    axe(page)
    page.get_by_role("table", name="Puistot").get_by_role("link", name="Suvela").click()
    axe(page)
    text = words(page)
    for figure in (
        "Ruokakulut tähän asti 501,36 €",
        "Arviota kertynyt 478,26 €",
        "Josta laskuttamatta 248,75 €",
        "+23,09 € (+4,8 %)",
        "−445,38 €",
        "+468,47 €",
        "45,58 €",
        "Lasten aterioita 11",
        "149 €",
        "5 436 €",
    ):
        assert figure in text, f"{figure!r} is not in {text!r}"
    assert str(suvela.id) in page.url


def test_counting_without_javascript(server: Server, browser: Browser, desk: BrowserContext) -> None:
    suvela, _, users = people(server)
    plan(enter(desk, server, users[Role.COORDINATOR]), server)
    with context_of(browser, viewport={"width": 320, "height": 640}, java_script_enabled=False) as phone:
        page = enter(phone, server, users[Role.PARK_STAFF], scripts=False)
        press(page, r"Koululainen")
        press(page, r"^Koululaisia \+5$")
        press(page, r"Kumoa")
        expect(page.locator("[data-first]")).to_have_text("1")
        assert page.evaluate is not None
        page.get_by_role("link", name="Päätä päivä").click()
        page.get_by_label("Annoksia tuli").fill("85")
        page.get_by_label("Huomautus").fill("Ukkonen, lapset eivät tulleet")
        page.get_by_role("button", name="Päätä päivä").click()
        assert "Päivä on päätetty" in words(page)
    assert suvela.name


def test_taps_survive_a_network_that_goes(server: Server, desk: BrowserContext, phone: BrowserContext) -> None:
    _, _, users = people(server)
    plan(enter(desk, server, users[Role.COORDINATOR]), server)
    page = enter(phone, server, users[Role.PARK_STAFF])
    press(page, r"Koululainen")
    expect(page.locator("[data-sync-line]")).to_contain_text("Kaikki lähetetty")
    phone.set_offline(True)
    press(page, r"Koululainen", 3)
    expect(page.locator("[data-sync-line]")).to_contain_text("3 merkintää odottaa lähetystä")
    expect(page.locator("[data-first]")).to_have_text("4")
    phone.set_offline(False)
    expect(page.locator("[data-sync-line]")).to_contain_text("Kaikki lähetetty")
    page.reload()
    expect(page.locator("[data-first]")).to_have_text("4")


def test_taps_that_are_refused_stay_on_the_phone_with_the_reason(
    server: Server, desk: BrowserContext, phone: BrowserContext
) -> None:
    suvela, soukka, users = people(server)
    plan(enter(desk, server, users[Role.COORDINATOR]), server)
    staff = users[Role.PARK_STAFF]
    page = enter(phone, server, staff)

    def works_in(park: Park) -> None:
        with work(server.app) as session:
            change_user(session, staff, parks=[park.id])

    forgive(phone, "status of 403")
    works_in(soukka)
    press(page, r"Koululainen", 2)
    refused = page.locator("[data-refused-list]")
    expect(refused.locator("li")).to_have_count(2)
    expect(refused).to_contain_text("koululainen +1")
    expect(refused).to_contain_text("Sinulla ei ole enää oikeutta laskea tässä puistossa")
    expect(page.locator("[data-first]")).to_have_text("0")
    axe(page)
    works_in(suvela)
    page.reload()
    attached(page)
    page.get_by_role("button", name="Lähetä uudelleen").click()
    expect(page.locator("[data-first]")).to_have_text("2")
    expect(refused).to_be_hidden()
