"""Every page that people of the demonstration can reach: no complaint of axe, nothing wider than the screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.walk import look_at_every_page
from tests.journeys.walk import server as server
from tests.support.server import Server


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("email", "language", "least"),
    [
        ("puisto@esittely.invalid", "fi-FI", 20),
        ("koordinaattori@esittely.invalid", "sv-FI", 90),
        ("paallikko@esittely.invalid", "en-GB", 55),
    ],
)
def test_every_page(server: Server, browser: Browser, email: str, language: str, least: int) -> None:
    look_at_every_page(server, browser, email, language, least)
