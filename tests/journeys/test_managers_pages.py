"""The same of managers on a phone and of administrators: a file of its own, so that two cores share the work."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.walk import look_at_every_page
from tests.journeys.walk import server as server
from tests.support.server import Server


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("email", "device", "language", "least"),
    [
        ("paallikko@esittely.invalid", "phone", "en-GB", 10),
        ("yllapito@esittely.invalid", "desk", "en-GB", 25),
        ("yllapito@esittely.invalid", "phone", "fi-FI", 25),
    ],
)
def test_every_page(server: Server, browser: Browser, email: str, device: str, language: str, least: int) -> None:
    look_at_every_page(server, browser, email, device, language, least)
