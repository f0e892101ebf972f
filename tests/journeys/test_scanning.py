"""Scanning in a real browser: by a camera, by a hand scanner that types, and with a second person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from pilot_ops.kernel.access import Role
from pilot_ops.places.domain import Place
from pilot_ops.tickets.domain import State, TicketType, link_of
from tests.support.browser import axe, context_of, forgive, with_camera
from tests.support.builders import make_user
from tests.support.databases import look, work
from tests.support.film import make_film
from tests.support.server import Server, running_server
from tests.support.tickets import (
    allocate,
    code_at,
    hand_out,
    make_batch,
    make_point,
    make_type,
    make_venue,
    ticket_at,
    use,
)

_SIZES = {"phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}}
_SIZES["desk"] = {"viewport": {"width": 1280, "height": 900}}


@dataclass
class Scene:
    """A running service with wristbands at a point, some of them with clients."""

    server: Server
    kind: TicketType
    point: Place
    hall: Place

    def code(self, serial: int) -> str:
        with look(self.server.app) as session:
            return code_at(session, self.kind, serial)

    def left(self, serial: int) -> tuple[State, int]:
        with look(self.server.app) as session:
            ticket = ticket_at(session, self.kind, serial)
        return ticket.state, ticket.uses_left

    def open(self, context: BrowserContext, role: Role, path: str) -> Page:
        """The scanning page of somebody who works at the point or at the hall."""
        with work(self.server.app) as session:
            user = make_user(session, role, places=[self.point if role is Role.POINT_STAFF else self.hall])
        page = context.new_page()
        page.goto(self.server.sign_in_url(user))
        with page.expect_navigation():
            page.get_by_role("main").get_by_role("button").first.click()
        page.goto(f"{self.server.url}{path}")
        expect(page.locator('[data-module="tickets/scan"][data-attached]')).to_be_visible()
        return page


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with running_server({"PILOT_OPS_DATA": str(tmp_path / "data")}) as server:
        with work(server.app) as session:
            hall, point = make_venue(session, name="Leppävaaran uimahalli"), make_point(session, name="Leppävaara")
            kind = make_type(session, prefix="UIN", venues=frozenset({hall.id}))
            make_batch(session, kind, 6)
            allocate(session, kind, point, 6)
            hand_out(session, kind, 4, point)
        yield Scene(server, kind, point, hall)


def result(page: Page) -> None:
    """The result is there, and is said to whoever cannot see it."""
    expect(page.locator("[data-result]")).to_be_visible(timeout=15_000)
    axe(page)


def said(page: Page, *texts: str) -> None:
    for text in texts:
        expect(page.locator("[data-result]")).to_contain_text(text)


@pytest.mark.parametrize("size", list(_SIZES))
def test_wristbands_held_before_the_camera_are_handed_out(
    scene: Scene, browser: Browser, tmp_path: Path, size: str
) -> None:
    film = make_film(tmp_path / "film.y4m", [link_of(scene.server.url, scene.code(serial)) for serial in (1, 2)])
    with with_camera(browser, film) as chromium, context_of(chromium, **_SIZES[size]) as context:
        page = scene.open(context, Role.POINT_STAFF, "/tickets/hand-out")
        axe(page)
        page.get_by_role("button", name="Avaa kamera").click()
        # The code is in the field, and one tap hands out.
        expect(page.locator("[data-state]")).to_contain_text("Koodi on luettu", timeout=15_000)
        assert {scene.left(1)[0], scene.left(2)[0]} == {State.AT_POINT}
        page.get_by_role("button", name="Luovuta", exact=True).click()
        result(page)
        said(page, "Luovutettu", "Anna ranneke asiakkaalle.", "Pisteessä jäljellä")
        page.get_by_role("button", name="Kumoa luovutus").click()
        said(page, "Luovutus kumottu")
        page.get_by_role("button", name="Skannaa seuraava").click()
        # At once, without a tap: the next ticket in view is the next hand-out.
        page.get_by_label("Luovuta heti, kun kamera lukee koodin").check()
        expect(page.locator("[data-summary]")).to_contain_text("Tehty 2", timeout=20_000)
        assert (scene.left(1)[0], scene.left(2)[0]) == (State.HANDED_OUT, State.HANDED_OUT)


def test_a_wristband_held_before_the_camera_is_used(scene: Scene, browser: Browser, tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.y4m", [link_of(scene.server.url, scene.code(4))], seconds=1, gap=4)
    with with_camera(browser, film) as chromium, context_of(chromium, **_SIZES["phone"]) as context:
        page = scene.open(context, Role.VENUE, "/tickets/use")
        page.get_by_label("Ääni").check()
        page.get_by_role("button", name="Avaa kamera").click()
        result(page)
        said(page, "Tervetuloa", "9 käyntiä jäljellä.", "UIN-0004", "9 / 10")
        # The film begins again: the same wristband is asked about, and the person is a second one.
        said(page, "Sama lippu äsken")
        page.get_by_role("button", name="Toinen henkilö: kirjaa käynti").click()
        said(page, "8 käyntiä jäljellä.")
        assert scene.left(4) == (State.HANDED_OUT, 8)


@pytest.mark.parametrize("size", list(_SIZES))
def test_a_hand_scanner_types_one_code_after_the_other(scene: Scene, browser: Browser, size: str) -> None:
    with context_of(browser, **_SIZES[size]) as context:
        page = scene.open(context, Role.POINT_STAFF, "/tickets/hand-out")
        for serial in (1, 2):
            page.keyboard.type(link_of(scene.server.url, scene.code(serial)))
            page.keyboard.press("Enter")
            result(page)
            said(page, "Luovutettu", f"UIN-000{serial}")
            page.keyboard.press("Enter")
            expect(page.locator("[data-result]")).to_be_hidden()
        page.keyboard.type(scene.code(4).lower())
        page.keyboard.press("Enter")
        result(page)
        said(page, "Älä luovuta", "Tämä lippu on jo annettu asiakkaalle", "Ota lippu talteen")
        page.keyboard.press("Escape")
        expect(page.locator("[data-summary]")).to_contain_text("Tehty 2, estetty 1")
        page.keyboard.type("2" * 17)
        page.keyboard.press("Enter")
        said(page, "Koodia ei tunneta")


def test_a_hand_scanner_is_heard_while_a_result_is_shown(scene: Scene, browser: Browser) -> None:
    with context_of(browser, **_SIZES["desk"]) as context:
        page = scene.open(context, Role.POINT_STAFF, "/tickets/hand-out")
        for serial in (1, 2, 3):
            page.keyboard.type(link_of(scene.server.url, scene.code(serial)))
            page.keyboard.press("Enter")
            said(page, "Luovutettu", f"UIN-000{serial}")
        assert {scene.left(serial)[0] for serial in (1, 2, 3)} == {State.HANDED_OUT}


def test_what_is_refused_is_told_as_it_is(scene: Scene, browser: Browser) -> None:
    with context_of(browser, **_SIZES["phone"]) as context:
        forgive(context, "409")
        page = scene.open(context, Role.POINT_STAFF, "/tickets/hand-out")
        page.get_by_label("Lipun koodi").fill(scene.code(1))
        page.keyboard.press("Enter")
        said(page, "Luovutettu")
        # It is used before the hand-out is taken back.
        with work(scene.server.app) as session:
            use(session, scene.kind, 1, scene.hall)
        page.get_by_role("button", name="Kumoa luovutus").click()
        said(page, "Ei onnistunut", "Lippua on jo käytetty")
        result(page)
        expect(page.locator("[data-state]")).to_be_empty()


def test_whoever_is_signed_out_meanwhile_is_asked_to_sign_in(scene: Scene, browser: Browser) -> None:
    with context_of(browser, **_SIZES["phone"]) as context:
        forgive(context, "401")
        page = scene.open(context, Role.POINT_STAFF, "/tickets/hand-out")
        context.clear_cookies()
        page.get_by_label("Lipun koodi").fill(scene.code(1))
        with page.expect_navigation(url="**/sign-in**"):
            page.keyboard.press("Enter")


def test_a_second_person_is_one_visit_though_the_answer_is_lost(scene: Scene, browser: Browser) -> None:
    with context_of(browser, **_SIZES["phone"]) as context:
        forgive(context, "ERR_FAILED")
        page = scene.open(context, Role.VENUE, "/tickets/use")
        for _ in range(2):
            page.get_by_label("Lipun koodi").fill(scene.code(4))
            page.keyboard.press("Enter")
            result(page)
            if page.get_by_text("9 käyntiä jäljellä.").is_visible():
                page.get_by_role("button", name="Skannaa seuraava").click()
        said(page, "Sama lippu äsken")

        def lose(route: Route) -> None:
            route.fetch()
            route.abort()

        page.route("**/tickets/scans", lose, times=1)
        page.get_by_role("button", name="Toinen henkilö: kirjaa käynti").click()
        said(page, "Palveluun ei saada yhteyttä")
        page.get_by_role("button", name="Toinen henkilö: kirjaa käynti").click()
        said(page, "8 käyntiä jäljellä.")
        assert scene.left(4) == (State.HANDED_OUT, 8)


def test_a_camera_that_is_not_allowed_is_told_of(scene: Scene, browser: Browser) -> None:
    with context_of(browser, **_SIZES["phone"]) as context:
        forgive(context, "camera")
        page = scene.open(context, Role.VENUE, "/tickets/use")
        page.get_by_role("button", name="Avaa kamera").click()
        expect(page.locator("[data-state]")).to_contain_text("irjoita koodi")


def test_scanning_works_without_scripts(scene: Scene, browser: Browser) -> None:
    with work(scene.server.app) as session:
        user = make_user(session, Role.VENUE, places=[scene.hall])
    with context_of(browser, java_script_enabled=False, **_SIZES["phone"]) as context:
        page = context.new_page()
        page.goto(scene.server.sign_in_url(user))
        page.get_by_role("main").get_by_role("button").first.click()
        page.goto(f"{scene.server.url}/tickets/use")
        page.get_by_label("Lipun koodi").fill(scene.code(4))
        page.get_by_role("button", name="Kirjaa käynti").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Tervetuloa")
        page.get_by_role("link", name="Skannaa seuraava").click()
        page.get_by_label("Lipun koodi").fill(scene.code(4))
        page.get_by_role("button", name="Kirjaa käynti").click()
        page.get_by_role("button", name="Toinen henkilö: kirjaa käynti").click()
        expect(page.get_by_role("main")).to_contain_text("8 käyntiä jäljellä.")
