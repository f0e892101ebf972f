"""The phone in the park: whatever happens to network, phone or service, what was tapped is counted, and once."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pilot_ops.accounts.domain import User
from pilot_ops.accounts.service import end_sessions
from pilot_ops.counting.queries import list_taps
from pilot_ops.kernel.access import Role
from pilot_ops.meals.queries import get_count
from pilot_ops.parks.domain import Park
from pilot_ops.schedule.domain import DayStatus, MealDay
from pilot_ops.schedule.queries import get_day
from tests.support.browser import axe, context_of, forgive
from tests.support.builders import ADMIN, close_with, day_of, make_park, make_pilot, make_user
from tests.support.databases import look, work
from tests.support.network import Network, network_to
from tests.support.server import Server, free_port, running_server

# A Tuesday, half past eleven in Helsinki: serving begins.
NOON = datetime(2024, 7, 2, 8, 30, tzinfo=UTC)
_PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
_NO_NETWORK = r"ERR_|Failed to fetch|status of 40[01]|net::"


@dataclass
class Scene:
    """A park on a meal day, its staff, the service, and the network in between."""

    server: Server
    network: Network
    park: Park
    day: MealDay
    staff: User
    settings: dict[str, str]
    port: int

    def count(self) -> int:
        """Children that the service has counted."""
        with look(self.server.app) as session:
            return get_count(session, self.day.id).first_portions

    def taps(self) -> int:
        """Taps that the service has stored."""
        with look(self.server.app) as session:
            return len(list_taps(session, self.day.id))

    def status(self) -> DayStatus:
        with look(self.server.app) as session:
            return get_day(session, self.day.id).status


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Suvela on 2 July 2024, with one person of its staff."""
    port = free_port()
    settings = {"PILOT_OPS_DATA": str(tmp_path)}
    with running_server(settings, at=NOON, port=port) as server, network_to(port) as network:
        with work(server.app) as session:
            park = make_park(session, name="Suvela")
            pilot = make_pilot(session, [park])
            day = day_of(session, pilot, NOON.date())
            staff = make_user(session, Role.PARK_STAFF, [park])
        yield Scene(server, network, park, day, staff, settings, port)


def sign_in(page: Page, scene: Scene, user: User | None = None) -> None:
    """Sign in by a link, through the network, as far as the counting page with its scripts and the worker behind it."""
    link = scene.server.sign_in_url(user or scene.staff).replace(scene.server.url, scene.network.url)
    page.goto(link)
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button").first.click()
    ready(page)
    kept(page)


def ready(page: Page) -> None:
    """Wait until the page's scripts are attached: a press before that is posted as a form."""
    page.wait_for_function(
        "() => document.querySelector('[data-module]') && !document.querySelector('[data-module]:not([data-attached])')"
    )


_KEPT = """async () => {
  if (!navigator.serviceWorker.controller) return [];
  const names = (await caches.keys()).filter((name) => name.startsWith("pilot-ops-"));
  const pages = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return pages.flat().map((request) => new URL(request.url).pathname);
}"""


_OFFLINE_TEXT = "caches.match('/offline').then((page) => page.text())"
# The largest number that the page has shown.
_WATCH_MOST = """() => {
  const number = document.querySelector("[data-first]");
  window.most = 0;
  const look = () => (window.most = Math.max(window.most, Number(number.textContent)));
  new MutationObserver(look).observe(number, { childList: true });
}"""


def until(page: Page, script: str, holds: Callable[[Any], bool]) -> None:
    """Wait until what a script of the page comes to is as it should be."""
    deadline = time.monotonic() + 30
    while not holds(found := page.evaluate(script)):
        assert time.monotonic() < deadline, found
        page.wait_for_timeout(50)


def kept(page: Page) -> None:
    """Wait until the worker keeps this page, its closing and its cancelling."""
    links = [page.locator(f"[data-{name}-link]").get_attribute("href") for name in ("close", "cancel")]
    needed = {urlsplit(page.url).path, *links, "/phone", "/offline"}
    until(page, _KEPT, lambda paths: needed <= set(paths))


def tap(page: Page, times: int = 1) -> None:
    before = int(page.locator("[data-first]").inner_text())
    button = page.get_by_role("button", name=re.compile("^Koululainen"))
    for number in range(1, times + 1):
        button.click()
        expect(page.locator("[data-first]")).to_have_text(str(before + number))


def back_online(page: Page, scene: Scene) -> None:
    """The network is there again, and the phone notices."""
    scene.network.restore()
    page.evaluate("window.dispatchEvent(new Event('online'))")


def all_sent(page: Page, scene: Scene, count: int) -> None:
    """Nothing waits any more, and the service has counted just so many."""
    expect(page.locator("[data-server]")).to_have_text(str(count), timeout=30_000)
    expect(page.locator("[data-first]")).to_have_text(str(count))
    assert (scene.count(), scene.taps()) == (count, count)


@pytest.fixture
def handset(browser: Browser) -> Iterator[BrowserContext]:
    """A phone whose pages may complain of the network, which these journeys cut on purpose."""
    with context_of(browser, **_PHONE) as context:
        forgive(context, _NO_NETWORK)
        yield context


def test_fifty_taps_without_a_network_survive_closing_the_page(scene: Scene, handset: BrowserContext) -> None:
    page = handset.new_page()
    sign_in(page, scene)
    scene.network.cut()
    tap(page, 50)
    expect(page.locator("[data-sync-line]")).to_contain_text("50 merkintää odottaa lähetystä")
    expect(page.locator("[data-phone]")).to_have_text("50")
    expect(page.locator("[data-server]")).to_have_text("0")
    axe(page)
    page.close()
    page = handset.new_page()
    page.goto(f"{scene.network.url}/today/{scene.park.id}")
    ready(page)
    expect(page.locator("[data-first]")).to_have_text("50")
    assert scene.taps() == 0
    back_online(page, scene)
    all_sent(page, scene, 50)


@pytest.mark.parametrize("size", [(390, 844), (360, 640), (320, 640), (844, 390), (1280, 800)])
def test_the_counting_page_fits_the_screen_also_while_taps_wait(
    scene: Scene, browser: Browser, size: tuple[int, int]
) -> None:
    with context_of(browser, viewport={"width": size[0], "height": size[1]}) as context:
        forgive(context, _NO_NETWORK)
        page = context.new_page()
        sign_in(page, scene)
        beyond = (
            "[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]"
        )
        expect(page.locator("[data-sync-line]")).to_be_hidden()
        assert page.evaluate(beyond) == [0, 0]
        scene.network.cut()
        tap(page, 2)
        expect(page.locator("[data-sync-line]")).to_contain_text("Ei verkkoa. Merkinnät ovat tallessa.")
        assert page.evaluate(beyond) == [0, 0]


def test_a_reply_lost_after_it_was_stored_counts_once(scene: Scene, handset: BrowserContext) -> None:
    page = handset.new_page()
    sign_in(page, scene)
    page.evaluate(_WATCH_MOST)
    scene.network.lose_replies()
    tap(page, 3)
    expect(page.locator("[data-sync-line]")).to_contain_text("odottaa lähetystä")
    # A look at the service's count, which holds them already, does not show them twice while they still wait.
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    back_online(page, scene)
    all_sent(page, scene, 3)
    assert page.evaluate("window.most") == 3


def test_the_service_killed_in_between_counts_once(scene: Scene, handset: BrowserContext) -> None:
    page = handset.new_page()
    sign_in(page, scene)
    tap(page, 5)
    scene.server.kill()
    tap(page, 5)
    with running_server(scene.settings, at=scene.server.now(), port=scene.port):
        back_online(page, scene)
        all_sent(page, scene, 10)


def test_the_browser_sends_by_itself_after_the_page_is_closed(scene: Scene, handset: BrowserContext) -> None:
    page, other = handset.new_page(), handset.new_page()
    sign_in(page, scene)
    scene.network.cut()
    tap(page, 3)
    page.wait_for_function(
        "navigator.serviceWorker.ready.then((own) => own.sync.getTags()).then((tags) => tags.length)"
    )
    devtools = handset.new_cdp_session(other)
    workers: list[dict[str, Any]] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: workers.extend(event["registrations"]))
    devtools.send("ServiceWorker.enable")
    page.close()
    scene.network.restore()
    other.wait_for_timeout(100)
    sync = {"origin": scene.network.url, "registrationId": workers[0]["registrationId"], "tag": "outbox"}
    devtools.send("ServiceWorker.dispatchSyncEvent", {**sync, "lastChance": False})
    deadline = time.monotonic() + 30
    while scene.taps() < 3:
        assert time.monotonic() < deadline
        other.wait_for_timeout(50)
    assert (scene.count(), scene.taps()) == (3, 3)


def test_two_tabs_send_once(scene: Scene, handset: BrowserContext) -> None:
    one, other = handset.new_page(), handset.new_page()
    sign_in(one, scene)
    other.goto(one.url)
    ready(other)
    scene.network.cut()
    tap(one, 4)
    expect(other.locator("[data-first]")).to_have_text("4")
    tap(other, 3)
    expect(one.locator("[data-first]")).to_have_text("7")
    scene.network.restore()
    for page in (one, other):
        page.evaluate("window.dispatchEvent(new Event('online'))")
    all_sent(one, scene, 7)
    all_sent(other, scene, 7)


def test_two_phones_see_each_other(scene: Scene, browser: Browser, handset: BrowserContext) -> None:
    with context_of(browser, **_PHONE) as second:
        mine, yours = handset.new_page(), second.new_page()
        sign_in(mine, scene)
        sign_in(yours, scene)
        tap(mine, 2)
        expect(yours.locator("[data-first]")).to_have_text("2", timeout=15_000)
        tap(yours, 1)
        expect(mine.locator("[data-first]")).to_have_text("3", timeout=15_000)
        expect(mine.locator("[data-phone]")).to_have_text("2")
    assert scene.count() == 3


def test_an_ended_session_asks_to_sign_in_and_loses_nothing(scene: Scene, handset: BrowserContext) -> None:
    page = handset.new_page()
    sign_in(page, scene)
    with work(scene.server.app) as session:
        end_sessions(session, ADMIN, user_id=scene.staff.id, at=scene.server.now())
    tap(page, 2)
    line = page.locator("[data-sync-line]")
    expect(line).to_contain_text("Kirjaudu uudelleen. Merkinnät ovat tallessa.")
    axe(page)
    assert scene.taps() == 0
    sign_in(page, scene)
    all_sent(page, scene, 2)


def test_what_one_person_tapped_is_not_sent_as_another(scene: Scene, handset: BrowserContext) -> None:
    with work(scene.server.app) as session:
        other = make_user(session, Role.PARK_STAFF, [scene.park])
    page = handset.new_page()
    sign_in(page, scene)
    scene.network.cut()
    tap(page, 2)
    # With its page closed nothing is sent in the moment before the other has signed in.
    page.goto("about:blank")
    scene.network.restore()
    sign_in(page, scene, other)
    expect(page.locator("[data-first]")).to_have_text("0")
    tap(page, 1)
    all_sent(page, scene, 1)
    sign_in(page, scene)
    all_sent(page, scene, 3)


def test_taps_of_a_day_that_somebody_closed_meanwhile_are_kept_and_flagged(
    scene: Scene, handset: BrowserContext
) -> None:
    page = handset.new_page()
    sign_in(page, scene)
    scene.network.cut()
    tap(page, 2)
    with work(scene.server.app) as session:
        close_with(session, scene.day, at=scene.server.now(), delivered=0)
    scene.network.restore()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    # Everything is sent, and then the day's own page says what it came to.
    page.wait_for_url(f"**/days/{scene.day.id}", timeout=30_000)
    with look(scene.server.app) as session:
        assert [tap.late for tap in list_taps(session, scene.day.id)] == [True, True]
    expect(page.get_by_role("main")).to_contain_text("Myöhässä")


def test_a_clock_that_is_wrong_by_hours_counts_for_the_right_day(scene: Scene, browser: Browser) -> None:
    with context_of(browser, **_PHONE) as context:
        forgive(context, _NO_NETWORK)
        # Nine hours ahead of the service's: for the phone it is evening, and soon tomorrow.
        context.clock.install(time=scene.server.now() + timedelta(hours=9))
        page = context.new_page()
        sign_in(page, scene)
        scene.network.cut()
        context.clock.fast_forward(timedelta(hours=4).seconds * 1000)
        page.reload()
        ready(page)
        tap(page, 2)
        back_online(page, scene)
        expect(page.locator("[data-sync-line]")).to_contain_text("Kaikki lähetetty")
    assert scene.count() == 2


def test_an_app_update_while_taps_wait_takes_over_and_loses_nothing(scene: Scene, handset: BrowserContext) -> None:
    page = handset.new_page()
    sign_in(page, scene)
    scene.network.cut()
    tap(page, 3)
    scene.server.kill()
    with running_server(scene.settings, at=scene.server.now(), port=scene.port, version="another"):
        scene.network.restore()
        page.evaluate("navigator.serviceWorker.getRegistration().then((registration) => registration.update())")
        until(page, "caches.keys()", lambda names: "pilot-ops-another" in names)
        all_sent(page, scene, 3)
        until(page, "caches.keys()", lambda names: names == ["pilot-ops-another"])
        scene.network.cut()
        page.reload()
        ready(page)
        expect(page.locator("[data-first]")).to_have_text("3")
        assert "/static/another/" in page.content()


def test_a_phone_that_is_full_says_so_and_counts_what_the_service_takes(scene: Scene, handset: BrowserContext) -> None:
    page = handset.new_page()
    sign_in(page, scene)
    page.evaluate(
        "() => { IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    page.get_by_role("button", name=re.compile("^Koululainen")).click()
    all_sent(page, scene, 1)
    scene.network.cut()
    page.get_by_role("button", name=re.compile("^Koululainen")).click()
    expect(page.locator("[data-sync-line]")).to_contain_text("Puhelimen muisti on täynnä")
    expect(page.locator("[data-first]")).to_have_text("1")
    assert scene.taps() == 1


def test_the_page_opens_the_next_day_without_a_network(scene: Scene, browser: Browser) -> None:
    with context_of(browser, **_PHONE) as context:
        forgive(context, _NO_NETWORK)
        context.clock.install(time=scene.server.now())
        page = context.new_page()
        sign_in(page, scene)
        tap(page, 2)
        all_sent(page, scene, 2)
        scene.network.cut()
        page.close()
        context.clock.install(time=scene.server.now() + timedelta(days=1))
        page = context.new_page()
        # The front page leads to the one counting page that is kept.
        page.goto(f"{scene.network.url}/")
        ready(page)
        expect(page.locator("[data-heading]")).to_contain_text("ke 3.7.")
        expect(page.locator("[data-first]")).to_have_text("0")
        tap(page, 1)
        expect(page.locator("[data-sync-line]")).to_contain_text("1 merkintä odottaa lähetystä")
        context.clock.install(time=scene.server.now() + timedelta(days=4))
        page.reload()
        ready(page)
        expect(page.get_by_role("main")).to_contain_text("Tänään ei ole ruokailua. Seuraava on ma 8.7.")
        axe(page)


def test_what_is_kept_stays_when_somebody_presses_on_without_a_network(scene: Scene, handset: BrowserContext) -> None:
    page = handset.new_page()
    sign_in(page, scene)
    scene.network.cut()
    tap(page, 1)
    for button in ("Svenska", "Kirjaudu ulos"):
        page.goto(f"{scene.network.url}/phone")
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("main")).to_contain_text("Tämä sivu tarvitsee verkon")
        axe(page)
    page.get_by_role("link", name="Suvela").click()
    ready(page)
    expect(page.locator("[data-first]")).to_have_text("1")
    scene.network.restore()
    page.goto(f"{scene.network.url}/phone")
    page.get_by_role("button", name="Svenska").click()
    expect(page.get_by_role("main")).to_contain_text("Den här telefonen")
    # Then the page for when there is no network is in that language too.
    until(page, _OFFLINE_TEXT, lambda text: "Den här sidan behöver en uppkoppling" in text)


def test_the_day_is_closed_without_a_network(scene: Scene, handset: BrowserContext) -> None:
    page = handset.new_page()
    sign_in(page, scene)
    scene.network.cut()
    tap(page, 2)
    page.get_by_role("link", name="Päätä päivä").click()
    ready(page)
    expect(page.locator("[data-children]")).to_have_text("2")
    page.get_by_label("Annoksia tuli").fill("10")
    page.get_by_label("Hävikkiin").fill("x")
    page.get_by_role("button", name="Päätä päivä").click()
    expect(page.get_by_role("main")).to_contain_text("Kirjoita kokonaisluku, esimerkiksi 12")
    axe(page)
    page.get_by_label("Hävikkiin").fill("8")
    page.get_by_role("button", name="Päätä päivä").click()
    expect(page.get_by_role("main")).to_contain_text("Kerro huomautuksessa, mistä tämä johtuu")
    page.get_by_label("Huomautus").fill("Mittari on rikki")
    page.get_by_role("button", name="Päätä päivä").dblclick()
    expect(page.get_by_role("main")).to_contain_text("Päätit päivän. Päätös lähtee, kun verkko palaa.")
    expect(page.locator("[data-sync-line]")).to_contain_text("3 merkintää odottaa lähetystä")
    axe(page)
    assert scene.status() is not DayStatus.CLOSED
    back_online(page, scene)
    page.wait_for_url(f"**/days/{scene.day.id}", timeout=30_000)
    expect(page.get_by_role("main")).to_contain_text("Mittari on rikki")
    assert (scene.status(), scene.count()) == (DayStatus.CLOSED, 2)


def test_the_day_is_cancelled_without_a_network(scene: Scene, handset: BrowserContext) -> None:
    page = handset.new_page()
    sign_in(page, scene)
    scene.network.cut()
    page.get_by_role("link", name="Peru päivä").click()
    ready(page)
    page.get_by_role("button", name="Peru päivä").click()
    expect(page.get_by_role("main")).to_contain_text("Valitse syy")
    page.get_by_label("Sade tai ukkonen").check()
    page.get_by_role("button", name="Peru päivä").click()
    expect(page.get_by_role("main")).to_contain_text("Peruit päivän. Peruminen lähtee, kun verkko palaa.")
    back_online(page, scene)
    page.wait_for_url(f"**/days/{scene.day.id}", timeout=30_000)
    assert scene.status() is DayStatus.CANCELLED


def test_a_closing_that_is_refused_comes_back_as_it_was_typed(scene: Scene, handset: BrowserContext) -> None:
    page = handset.new_page()
    sign_in(page, scene)
    scene.network.cut()
    page.get_by_role("link", name="Päätä päivä").click()
    ready(page)
    page.get_by_label("Annoksia tuli").fill("10")
    page.get_by_label("Huomautus").fill("Ukkonen")
    page.get_by_role("button", name="Päätä päivä").click()
    expect(page.locator("[data-ending]")).to_be_visible()
    with work(scene.server.app) as session:
        close_with(session, scene.day, at=scene.server.now(), delivered=0, note="Toinen ehti ensin")
    back_online(page, scene)
    page.wait_for_url(f"**/days/{scene.day.id}", timeout=30_000)
    expect(page.get_by_role("main")).to_contain_text("Toinen ehti ensin")
    page.goto(f"{scene.network.url}/phone")
    ready(page)
    expect(page.locator("[data-refused]")).to_contain_text("päivän päättäminen")
    axe(page)


def test_what_waits_is_read_in_from_a_file_and_counted_once(
    scene: Scene, handset: BrowserContext, desk: BrowserContext, tmp_path: Path
) -> None:
    page = handset.new_page()
    sign_in(page, scene)
    scene.network.cut()
    tap(page, 3)
    page.goto(f"{scene.network.url}/phone")
    ready(page)
    expect(page.locator("[data-waiting] li")).to_have_count(3)
    with page.expect_download() as download:
        page.get_by_role("button", name="Lataa merkinnät tiedostoon").click()
    file = tmp_path / "phone.json"
    download.value.save_as(file)
    assert len(json.loads(file.read_text())["events"]) == 3
    with work(scene.server.app) as session:
        coordinator = make_user(session, Role.COORDINATOR)
    desk_page = desk.new_page()
    desk_page.goto(scene.server.sign_in_url(coordinator))
    with desk_page.expect_navigation():
        desk_page.get_by_role("main").get_by_role("button").first.click()
    desk_page.goto(f"{scene.server.url}/phones/read-in")
    axe(desk_page)
    desk_page.get_by_label("Puhelimen tiedosto").set_input_files(file)
    desk_page.get_by_role("button", name="Näytä, mitä luetaan").click()
    expect(desk_page.get_by_role("main")).to_contain_text("Suvela")
    axe(desk_page)
    desk_page.get_by_role("button", name="Lue merkinnät").click()
    expect(desk_page.get_by_role("main")).to_contain_text("3 merkintää on nyt tallessa")
    assert scene.count() == 3
    page.goto(f"{scene.network.url}/today/{scene.park.id}")
    ready(page)
    back_online(page, scene)
    all_sent(page, scene, 3)


def test_a_phone_is_enrolled_by_qr_counts_and_is_revoked_at_once(
    scene: Scene, handset: BrowserContext, desk: BrowserContext
) -> None:
    with work(scene.server.app) as session:
        coordinator = make_user(session, Role.COORDINATOR)
    boss = desk.new_page()
    boss.goto(scene.server.sign_in_url(coordinator))
    with boss.expect_navigation():
        boss.get_by_role("main").get_by_role("button").first.click()
    boss.goto(f"{scene.server.url}/phones")
    axe(boss)
    boss.get_by_label("Mihin puhelin kuuluu").select_option(label="Puisto: Suvela")
    boss.get_by_role("button", name="Tee QR-koodi").click()
    link = boss.get_by_text(re.compile(r"/join/[0-9A-Z]{16}$")).inner_text()
    axe(boss)
    page = handset.new_page()
    page.goto(link.replace(scene.server.url, scene.network.url))
    axe(page)
    page.get_by_label("Anna puhelimelle nimi").fill("Suvela puhelin 1")
    with page.expect_navigation():
        page.get_by_role("button", name="Liitä puhelin").click()
    ready(page)
    kept(page)
    tap(page, 2)
    all_sent(page, scene, 2)
    # The code is used up.
    forgive(handset, "status of 404")
    page.goto(link.replace(scene.server.url, scene.network.url))
    expect(page.get_by_role("main")).to_contain_text("Koodi on käytetty tai vanhentunut")
    # The sign of the park opens its counting page.
    page.goto(f"{scene.network.url}/today/{scene.park.id}")
    ready(page)
    boss.goto(f"{scene.server.url}/phones")
    expect(boss.get_by_role("row", name=re.compile("Suvela puhelin 1"))).to_contain_text("0")
    boss.get_by_role("button", name="Poista käytöstä Suvela puhelin 1").click()
    expect(boss.get_by_role("main")).to_contain_text("Puhelin on poistettu käytöstä")
    tap(page, 1)
    expect(page.locator("[data-sync-line]")).to_contain_text("Merkinnät ovat tallessa")
    assert scene.taps() == 2
