"""Every page on a phone and at a desk, in three languages: no complaint, no axe fault, no sideways scrolling."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from subprocess import run

import pytest
from playwright.sync_api import Browser, Page

from pilot_ops.accounts.queries import find_user_by_email
from pilot_ops.kernel.paths import ROOT
from tests.support.browser import axe, context_of
from tests.support.databases import SECRET, look
from tests.support.server import Server, running_server

_PLACES = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d(-\d\d)?|\d+")
_FILES = re.compile(r"[/.](csv|xlsx|json|file|rss|ics|geojson|pdf|docx|html)(\?|$)")
# A phone and a desk; a page is fetched once, and seen on both.
_WIDTHS = (390, 1280)
_HEIGHT = 844


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service with its demonstration."""
    data = tmp_path_factory.mktemp("demo")
    settings = {"PILOT_OPS_DATA": str(data), "PILOT_OPS_SECRET_KEY": SECRET}
    run([sys.executable, "-m", "pilot_ops", "demo"], cwd=ROOT, env=settings, check=True, capture_output=True)
    with running_server({"PILOT_OPS_DATA": str(data)}) as server:
        yield server


def _links(page: Page) -> list[str]:
    found = page.eval_on_selector_all("a[href^='/']", "links => links.map(link => link.getAttribute('href'))")
    return [str(link).split("#")[0] for link in found]


def walk(page: Page, server: Server) -> list[str]:
    """Look at one page of every kind that can be reached."""
    seen: set[str] = set()
    shown: list[str] = []
    waiting = ["/"]
    while waiting:
        address = waiting.pop(0)
        kind = _PLACES.sub("#", address.split("?")[0])
        if kind in seen or _FILES.search(address):
            continue
        seen.add(kind)
        page.goto(server.url + address)
        for width in _WIDTHS:
            page.set_viewport_size({"width": width, "height": _HEIGHT})
            axe(page)
            wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
            assert wide[0] <= wide[1], f"{address} is {wide[0]} wide in {wide[1]}"
        shown.append(kind)
        waiting += _links(page)
    return shown


def look_at_every_page(server: Server, browser: Browser, email: str, language: str, least: int) -> None:
    """Sign a person of the demonstration in, and look at one page of every kind that they can reach."""
    with look(server.app) as session:
        user = find_user_by_email(session, email)
    assert user is not None
    with context_of(browser, locale=language) as context:
        page = context.new_page()
        page.goto(server.sign_in_url(user))
        page.get_by_role("main").get_by_role("button").first.click()
        assert page.locator("html").get_attribute("lang") == language[:2]
        assert len(walk(page, server)) >= least
