"""Families' pages: requests a second of one that is kept, and a first visit on a bad network."""

from __future__ import annotations

import statistics
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import Browser

from bench.load import CLIENTS, SECONDS, on_postgresql, on_sqlite, wrk
from bench.phone import LATENCY_MS, chromium, listen, phone, throttle
from bench.report import line, machine
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.text import Translated
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import ServingWindow
from pilot_ops.schedule.queries import list_days
from tests.support.builders import ADMIN, NOON, calendar_with, make_park, make_pilot
from tests.support.databases import work
from tests.support.events import make_event
from tests.support.server import Server

_SCRIPT = Path(__file__).with_name("public.lua")
_PATH = "/lunch?lang=fi"
_VISITS = 5
_SETTLES_MS = 1500
_SOUP = Translated(
    "Lohikeitto; kasvis: linssikeitto", "Laxsoppa; vegetariskt: linssoppa", "Salmon soup; vegetarian: lentils"
)
_PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def measure() -> None:
    """Print the table of requests, and the first visit."""
    line(f"Today's lunches of four parks, a page that is kept ({machine()}; {SECONDS} s each)")
    line()
    line("  database    clients   requests/s    p99 ms   errors")
    with on_sqlite() as server:
        _rows("SQLite", server)
        visits = _visits(server)
    with on_postgresql() as server:
        _rows("PostgreSQL", server)
    line()
    seconds, weights, requests = zip(*visits, strict=True)
    line(f"A first visit on a phone at 400 kbit/s and {LATENCY_MS} ms ({_VISITS} visits; Chromium)")
    line()
    wire = f"{max(requests):>3} requests, {statistics.median(weights) / 1000:5.1f} kB"
    line(f"  {'today':<12} {wire}, first paint after {statistics.median(seconds):.2f} s")
    line()


def _rows(name: str, server: Server) -> None:
    _serve_lunch(server)
    for clients in CLIENTS:
        found = wrk(server, _SCRIPT, clients, [_PATH])
        line(f"  {name:<11} {clients:>7} {found.rate:>12.0f} {found.p99:>9.1f} {found.errors:>8}")


def _serve_lunch(server: Server) -> None:
    """Four parks that serve today, with the week's menus, and two events."""
    today = local_day(now())
    season = {"starts_on": today - timedelta(days=7), "ends_on": today + timedelta(days=14), "weekdays": 0b1111111}
    with work(server.app) as session:
        where = [(Decimal("60.2") + Decimal(number) / 100, Decimal("24.7")) for number in range(4)]
        parks = [make_park(session, latitude=latitude, longitude=longitude) for latitude, longitude in where]
        pilot = make_pilot(session, parks, calendar=calendar_with(today), **season)
        for day in list_days(session, pilot_id=pilot.id):
            given = {"ordered": 80, "menu": _SOUP, "diets": "L, G", "window": ServingWindow()}
            schedule.change_day(session, ADMIN, day_id=day.id, **given, at=NOON)
        for number in (2, 3):
            make_event(session, starts_at=now() + timedelta(days=number))


def _visits(server: Server) -> list[tuple[float, float, int]]:
    with chromium() as browser:
        return [_visit(browser, server.url + _PATH) for _ in range(_VISITS)]


def _visit(browser: Browser, url: str) -> tuple[float, float, int]:
    """Seconds to the first paint, bytes as sent, requests: of a phone on which nothing is kept."""
    with phone(browser) as context:
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        wire = listen(devtools)
        throttle(devtools)
        page.goto(url, wait_until="load")
        page.wait_for_timeout(_SETTLES_MS)
        return float(page.evaluate(_PAINTED)) / 1000, wire.bytes, wire.requests
