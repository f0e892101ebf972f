"""Tickets without a network: what happened is kept on the phone, counts once, and what should not have been is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pilot_ops.accounts.domain import User
from pilot_ops.kernel.access import Role
from pilot_ops.places.domain import Place
from pilot_ops.tickets import queries
from pilot_ops.tickets.domain import Action, Event, State, TicketType, link_of
from tests.journeys.test_offline import ready, until
from tests.support.browser import axe, context_of, forgive, with_camera
from tests.support.builders import make_user
from tests.support.databases import look, work
from tests.support.film import make_film
from tests.support.network import Network, network_to
from tests.support.server import Server, free_port, running_server
from tests.support.tickets import (
    allocate,
    code_at,
    hand_out,
    make_batch,
    make_point,
    make_type,
    make_venue,
    sign_up,
    ticket_at,
    use,
)

# A Tuesday noon in Helsinki.
NOON = datetime(2026, 7, 7, 9, 0, tzinfo=UTC)
_PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
_NO_NETWORK = r"ERR_|Failed to fetch|status of 40[013]|net::"
_LISTED = "caches.open('ticket-codes').then((cache) => cache.keys()).then((keys) => keys.length)"
_KEPT = """async () => {
  if (!navigator.serviceWorker.controller) return [];
  const names = (await caches.keys()).filter((name) => name.startsWith("pilot-ops-"));
  const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return kept.flat().map((request) => new URL(request.url).pathname.replace(/^.static.[^/]+/, ""));
}"""


@dataclass
class Scene:
    """A swimming hall and a point with ten-visit wristbands, the service, and the network in between."""

    server: Server
    network: Network
    kind: TicketType
    point: Place
    venue: Place
    cashier: User
    codes: dict[int, str]

    def events(self, serial: int = 1, action: Action = Action.USE) -> list[Event]:
        """What the service has stored of a ticket."""
        with look(self.server.app) as session:
            found = queries.list_events(session, ticket_at(session, self.kind, serial).id)
            return [event for event in found if event.action is action]

    def left(self, serial: int = 1) -> int:
        with look(self.server.app) as session:
            return ticket_at(session, self.kind, serial).uses_left


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Three wristbands are with clients, with ten visits left, one, and none; a fourth is at the point."""
    port = free_port()
    with running_server({"PILOT_OPS_DATA": str(tmp_path)}, at=NOON, port=port) as server, network_to(port) as network:
        with work(server.app) as session:
            venue, point = make_venue(session, name="Tapiolan uimahalli"), make_point(session, name="Leppävaara")
            kind = make_type(session, prefix="UIN", venues=frozenset({venue.id}))
            make_batch(session, kind, 5)
            allocate(session, kind, point, 4)
            for serial in (1, 2, 3):
                hand_out(session, kind, serial, point)
            for serial, times in ((2, 9), (3, 10)):
                for number in range(times):
                    use(session, kind, serial, venue, at=NOON - timedelta(hours=30 - number))
            codes = {serial: code_at(session, kind, serial) for serial in range(1, 6)}
            cashier = sign_up(session, venue)
        yield Scene(server, network, kind, point, venue, cashier, codes)


@pytest.fixture
def handset(browser: Browser) -> Iterator[BrowserContext]:
    """A phone whose pages may complain of the network, which these journeys cut on purpose."""
    with context_of(browser, **_PHONE) as context:
        forgive(context, _NO_NETWORK)
        yield context


def open_page(context: BrowserContext, scene: Scene, user: User | None = None, *, path: str = "/tickets/use") -> Page:
    """Sign in through the network, and open the scanning page until it is kept with all that it needs."""
    page = context.new_page()
    link = scene.server.sign_in_url(user or scene.cashier).replace(scene.server.url, scene.network.url)
    page.goto(link)
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button").first.click()
    page.goto(f"{scene.network.url}{path}")
    ready(page)
    needed = {path, "/offline", "/phone", "/js/tickets/local.js", "/js/tickets/offline.js"}
    until(page, _KEPT, lambda kept: needed <= set(kept))
    until(page, _LISTED, lambda number: number == 1)
    return page


def scan(page: Page, code: str) -> None:
    """Type a code, as a hand scanner does."""
    field = page.locator("[data-scan-form] [name=code]")
    field.fill(code)
    field.press("Enter")


def said(page: Page, text: str) -> None:
    expect(page.locator("[data-answer]")).to_contain_text(text)


def back_online(page: Page, scene: Scene) -> None:
    """The network is there again, and the phone notices and sends."""
    scene.network.restore()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("[data-waiting]")).to_be_hidden(timeout=30_000)


def test_a_wristband_is_used_without_a_network_on_a_page_opened_without_one(
    scene: Scene, handset: BrowserContext
) -> None:
    page = open_page(handset, scene)
    scene.network.cut()
    page.close()
    page = handset.new_page()
    page.goto(f"{scene.network.url}/tickets/use")
    ready(page)
    scan(page, scene.codes[1])
    said(page, "Tervetuloa")
    said(page, "UIN-0001. 9 käyntiä jäljellä. Tallessa puhelimessa.")
    said(page, "Luettelo on ajalta 7.7. klo 12.")
    expect(page.locator("[data-waiting]")).to_contain_text("1 merkintä odottaa lähetystä.")
    expect(page.locator("[data-waiting] li")).to_have_text(re.compile(r"^UIN-0001 7\.7\. 12\."))
    expect(page.locator("[data-scan-form] [name=code]")).to_be_focused()
    axe(page)
    assert scene.events() == []
    page.reload()
    ready(page)
    back_online(page, scene)
    (stored,) = scene.events()
    assert (stored.offline, stored.conflict, stored.place_id) == (True, False, scene.venue.id)
    assert scene.left() == 9


def test_what_the_phone_says_by_itself(scene: Scene, handset: BrowserContext) -> None:
    page = open_page(handset, scene)
    scene.network.cut()
    scan(page, scene.codes[3])
    said(page, "Lippu on käytetty loppuun, viimeksi 6.7. klo 15.00.")
    scan(page, scene.codes[2])
    said(page, "Lippu on nyt käytetty loppuun. Tallessa puhelimessa.")
    scan(page, scene.codes[2])
    said(page, "Lippu on käytetty loppuun, viimeksi 7.7.")
    scan(page, scene.codes[1])
    said(page, "9 käyntiä jäljellä")
    scan(page, scene.codes[1])
    said(page, "Sama lippu äsken")
    page.get_by_role("button", name="Toinen henkilö: kirjaa käynti").click()
    said(page, "Kirjattu")
    scan(page, "UIN-0001")
    said(page, "Siinä on 17 merkkiä.")
    # Never handed out as far as this list knows: no false "invalid", and a person decides.
    scan(page, scene.codes[5])
    said(page, "Tätä ei voi tarkistaa ilman verkkoa")
    axe(page)
    page.get_by_role("button", name="Älä kirjaa").click()
    expect(page.locator("[data-answer]")).to_be_hidden()
    scan(page, scene.codes[4])
    page.get_by_role("button", name="Kirjaa silti").click()
    said(page, "Se tarkistetaan, kun verkko palaa.")
    expect(page.locator("[data-waiting]")).to_contain_text("4 merkintää odottaa lähetystä.")
    back_online(page, scene)
    assert (scene.left(1), scene.left(2), scene.events(5)) == (8, 0, [])
    expect(page.locator("[data-conflicts] li")).to_contain_text("Lippua ei ole vielä luovutettu asiakkaalle")


def test_three_phones_let_in_more_than_are_left_and_everybody_is_told(scene: Scene, browser: Browser) -> None:
    with ExitStack() as phones:
        pages = []
        for _ in range(3):
            context = phones.enter_context(context_of(browser, **_PHONE))
            forgive(context, _NO_NETWORK)
            pages.append(open_page(context, scene))
        scene.network.cut()
        for page in pages:
            scan(page, scene.codes[1])
            said(page, "9 käyntiä jäljellä")
            for _ in range(4):
                scan(page, scene.codes[1])
                said(page, "Sama lippu äsken")
                page.get_by_role("button", name="Toinen henkilö: kirjaa käynti").click()
                said(page, "Kirjattu")
        for page in pages:
            back_online(page, scene)
        told = [page.locator("[data-conflicts] li").count() for page in pages]
        assert sum(told) == 5
        last = pages[told.index(max(told))]
        expect(last.locator("[data-conflicts]")).to_contain_text("Nämä eivät olisi kelvanneet")
        expect(last.locator("[data-conflicts] li").first).to_contain_text("Lippu on käytetty loppuun")
        axe(last)
        # They stay until they were seen, also over a reload.
        last.reload()
        ready(last)
        expect(last.locator("[data-conflicts] li")).to_have_count(max(told))
        last.get_by_role("button", name="Olen nähnyt nämä").click()
        expect(last.locator("[data-conflicts]")).to_be_hidden()
    events = scene.events()
    assert (len(events), sum(event.conflict for event in events), scene.left()) == (15, 5, 0)
    _coordinator_sees(scene, browser, conflicts=5)


def _coordinator_sees(scene: Scene, browser: Browser, *, conflicts: int) -> None:
    with work(scene.server.app) as session:
        boss = make_user(session, Role.COORDINATOR)
    with context_of(browser) as context:
        page = context.new_page()
        page.goto(scene.server.sign_in_url(boss))
        with page.expect_navigation():
            page.get_by_role("main").get_by_role("button").first.click()
        page.goto(f"{scene.server.url}/tickets/conflicts")
        table = page.get_by_role("table", name="Uusimmat")
        expect(table.get_by_role("link", name="UIN-0001")).to_have_count(conflicts)
        expect(page.get_by_role("table", name="Lippulajeittain").get_by_role("cell").first).to_have_text(str(conflicts))
        axe(page)


def test_a_reply_lost_after_it_was_stored_counts_once(scene: Scene, handset: BrowserContext) -> None:
    page = open_page(handset, scene)
    scene.network.cut()
    scan(page, scene.codes[1])
    said(page, "Tallessa puhelimessa")
    scene.network.restore()
    scene.network.lose_replies()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_timeout(500)
    expect(page.locator("[data-waiting]")).to_contain_text("odottaa lähetystä")
    back_online(page, scene)
    assert (len(scene.events()), scene.left()) == (1, 9)


def test_a_hand_out_without_a_network(scene: Scene, handset: BrowserContext) -> None:
    with work(scene.server.app) as session:
        clerk = sign_up(session, scene.point, Role.POINT_STAFF)
    page = open_page(handset, scene, clerk, path="/tickets/hand-out")
    scene.network.cut()
    page.reload()
    ready(page)
    scan(page, scene.codes[4])
    said(page, "Luovuta lippu")
    scan(page, scene.codes[4])
    said(page, "Tämä lippu on jo luovutettu 7.7.")
    scan(page, scene.codes[1])
    said(page, "Tätä ei voi tarkistaa ilman verkkoa")
    page.get_by_role("button", name="Kirjaa silti").click()
    back_online(page, scene)
    with look(scene.server.app) as session:
        assert ticket_at(session, scene.kind, 4).state is State.HANDED_OUT
    expect(page.locator("[data-conflicts] li")).to_contain_text("Tämä lippu on jo annettu asiakkaalle")
    page.goto(f"{scene.network.url}/phone")
    ready(page)
    expect(page.locator("[data-conflicts] li")).to_contain_text("luovutus UIN-0001, 7.7. 12.")


def test_the_list_belongs_to_who_is_signed_in_and_to_their_place_alone(scene: Scene, handset: BrowserContext) -> None:
    with work(scene.server.app) as session:
        elsewhere = make_venue(session, name="Leppävaaran uimahalli")
        other = sign_up(session, elsewhere)
    page = open_page(handset, scene)
    assert _status(page, scene.venue.id) == 200
    assert _status(page, elsewhere.id) == 403
    page = open_page(handset, scene, other)
    kept = "caches.open('ticket-codes').then((cache) => cache.keys()).then((keys) => keys.map((one) => one.url))"
    until(page, kept, lambda urls: [str(elsewhere.id) in url for url in urls] == [True])
    scene.network.cut()
    scan(page, scene.codes[1])
    said(page, "Tätä ei voi tarkistaa ilman verkkoa")


def _status(page: Page, place_id: UUID) -> int:
    script = "(path) => fetch(path, { headers: { Accept: 'application/json' } }).then((response) => response.status)"
    status: int = page.evaluate(script, f"/tickets/places/{place_id}/codes")
    return status


def test_with_a_network_a_kept_page_sends_each_scan_as_its_own(scene: Scene, handset: BrowserContext) -> None:
    page = open_page(handset, scene)
    scan(page, scene.codes[1])
    expect(page.locator("[data-result]")).to_contain_text("9 käyntiä jäljellä")
    page.get_by_role("button", name="Skannaa seuraava").click()
    page.goto(f"{scene.network.url}/tickets/use")
    ready(page)
    scan(page, scene.codes[1])
    expect(page.locator("[data-result]")).to_contain_text("Sama lippu äsken")
    assert len(scene.events()) == 2


def test_an_answer_that_is_lost_after_it_was_stored_is_one_use(scene: Scene, handset: BrowserContext) -> None:
    page = open_page(handset, scene)
    scene.network.lose_replies()
    scan(page, scene.codes[1])
    said(page, "9 käyntiä jäljellä. Tallessa puhelimessa.")
    back_online(page, scene)
    (stored,) = scene.events()
    assert (stored.reason, stored.conflict) == (None, False)
    assert scene.left() == 9


@pytest.mark.parametrize("action", ["use", "hand-out"])
def test_a_wristband_is_held_before_the_camera_without_a_network(
    scene: Scene, browser: Browser, tmp_path: Path, action: str
) -> None:
    """Also the reader of codes comes from the phone, on a page that is opened without a network."""
    serial, is_use = (1, True) if action == "use" else (4, False)
    film = make_film(tmp_path / "film.y4m", [link_of(scene.network.url, scene.codes[serial])], seconds=1.5, gap=6)
    with with_camera(browser, film) as chromium, context_of(chromium, **_PHONE) as context:
        forgive(context, _NO_NETWORK)
        with work(scene.server.app) as session:
            clerk = sign_up(session, scene.point, Role.POINT_STAFF)
        page = open_page(context, scene, scene.cashier if is_use else clerk, path=f"/tickets/{action}")
        until(page, _KEPT, lambda kept: "/vendor/zxing-wasm/reader/zxing_reader.wasm" in kept)
        scene.network.cut()
        page.goto(f"{scene.network.url}/tickets/{action}")
        page.get_by_role("button", name="Avaa kamera").click()
        if not is_use:
            expect(page.locator("[data-state]")).to_contain_text("Koodi on luettu", timeout=20_000)
            page.get_by_role("button", name="Luovuta", exact=True).click()
        expect(page.locator("[data-answer]")).to_contain_text("Tallessa puhelimessa", timeout=25_000)
        page.get_by_role("button", name="Sulje kamera").click()
        axe(page)
        back_online(page, scene)
    done = scene.events(serial, Action.USE if is_use else Action.HAND_OUT)
    assert [(event.reason, event.offline, event.conflict) for event in done] == [(None, True, False)]
