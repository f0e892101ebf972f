"""An event outdoors: counted on a phone with and without a network, and closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pilot_ops.accounts.domain import User
from pilot_ops.counting.queries import list_taps
from pilot_ops.events.domain import Attendance, Event, Venue
from pilot_ops.events.queries import attendance_of, find_closing
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from tests.journeys.test_offline import _KEPT, _NO_NETWORK, _PHONE, ready, until
from tests.support.browser import axe, context_of, forgive
from tests.support.builders import make_park, make_user
from tests.support.databases import look, work
from tests.support.events import make_event
from tests.support.network import Network, network_to
from tests.support.server import Server, free_port, running_server

# A Tuesday, noon in Helsinki, an hour after the event has begun.
NOON = datetime(2024, 7, 2, 9, tzinfo=UTC)


@dataclass
class Scene:
    """An event in a park, the park's staff, the service, and the network in between."""

    server: Server
    network: Network
    event: Event
    staff: User
    boss: User

    def came(self) -> Attendance:
        with look(self.server.app) as session:
            return attendance_of(session, [self.event.id])[self.event.id]

    def taps(self) -> int:
        with look(self.server.app) as session:
            return len(list_taps(session, self.event.id))

    def open(self, page: Page, user: User) -> None:
        """Sign in through the network, and open the counting page of the event as one does."""
        page.goto(self.server.sign_in_url(user).replace(self.server.url, self.network.url))
        page.get_by_role("main").get_by_role("button").first.click()
        page.goto(f"{self.network.url}/today")
        page.get_by_role("link", name=re.compile("^Laske osallistujat")).click()
        ready(page)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Games in the park of Suvela on 2 July 2024."""
    port = free_port()
    with running_server({"PILOT_OPS_DATA": str(tmp_path)}, at=NOON, port=port) as server, network_to(port) as network:
        with work(server.app) as session:
            park = make_park(session, name="Suvela")
            venue = Venue(Translated("Suvelan asukaspuisto"), park_id=park.id)
            event = make_event(session, starts_at=NOON - timedelta(hours=1), venue=venue)
            staff, boss = make_user(session, Role.PARK_STAFF, [park]), make_user(session, Role.COORDINATOR)
        yield Scene(server, network, event, staff, boss)


@pytest.fixture
def handset(browser: Browser) -> Iterator[BrowserContext]:
    """A phone whose pages may complain of the network, which these journeys cut on purpose."""
    with context_of(browser, **_PHONE) as context:
        forgive(context, _NO_NETWORK)
        yield context


def tap(page: Page, label: str, times: int) -> None:
    button = page.get_by_role("button", name=re.compile(f"^{label}")).first
    total = button.locator("[data-total]")
    before = int(total.inner_text())
    for number in range(1, times + 1):
        button.click()
        expect(total).to_have_text(str(before + number))


def test_people_are_counted_without_a_network_and_sent_once(scene: Scene, handset: BrowserContext) -> None:
    page = handset.new_page()
    scene.open(page, scene.staff)
    address = page.url
    until(page, _KEPT, lambda paths: urlsplit(address).path in paths)
    tap(page, "Osallistujia", 2)
    expect(page.locator("[data-sync-line]")).to_contain_text("Kaikki lähetetty")
    scene.network.cut()
    tap(page, "Osallistujia", 10)
    tap(page, "Avustajia", 3)
    page.locator("button[data-undo]").click()
    expect(page.locator("[data-sync-line]")).to_contain_text("14 merkintää odottaa lähetystä")
    axe(page)
    page.close()
    page = handset.new_page()
    page.goto(address)
    ready(page)
    expect(page.locator("[data-total=participants]").first).to_have_text("12")
    assert scene.taps() == 2
    scene.network.restore()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("[data-sync-line]")).to_contain_text("Kaikki lähetetty", timeout=30_000)
    assert (scene.came(), scene.taps()) == (Attendance(12, 2), 16)


@pytest.mark.parametrize("size", [(390, 844), (360, 640), (1280, 800)])
def test_the_counting_page_fits_the_screen(scene: Scene, browser: Browser, size: tuple[int, int]) -> None:
    with context_of(browser, viewport={"width": size[0], "height": size[1]}) as context:
        page = context.new_page()
        scene.open(page, scene.staff)
        beyond = (
            "[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]"
        )
        assert page.evaluate(beyond) == [0, 0]
        axe(page)


def test_what_was_counted_is_closed_with_weather_and_cost(scene: Scene, handset: BrowserContext) -> None:
    page = handset.new_page()
    scene.open(page, scene.boss)
    tap(page, "Osallistujia", 3)
    expect(page.locator("[data-sync-line]")).to_contain_text("Kaikki lähetetty")
    page.get_by_role("link", name="Päätä tapahtuma").click()
    expect(page.get_by_label("Osallistujia")).to_have_value("3")
    page.get_by_label("Avustajia").fill("1")
    page.get_by_label("Sadetta").check()
    page.get_by_label("Tapahtuman kulu").fill("120,50")
    axe(page)
    page.get_by_role("button", name="Päätä tapahtuma").click()
    expect(page.get_by_text("3 osallistujaa, 1 avustaja")).to_be_visible()
    axe(page)
    with look(scene.server.app) as session:
        closing = find_closing(session, scene.event.id)
    assert closing is not None
    assert closing.cost == Money(12050)
    assert scene.came() == Attendance(3, 1)
