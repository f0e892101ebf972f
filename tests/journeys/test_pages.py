"""Every page that people of the demonstration can reach: no complaint of axe, nothing wider than the screen."""

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
        ("puisto@esittely.invalid", "phone", "fi-FI", 5),
        ("koordinaattori@esittely.invalid", "desk", "sv-FI", 20),
        ("koordinaattori@esittely.invalid", "phone", "fi-FI", 20),
        ("paallikko@esittely.invalid", "desk", "fi-FI", 10),
    ],
)
def test_every_page(server: Server, browser: Browser, email: str, device: str, language: str, least: int) -> None:
    look_at_every_page(server, browser, email, device, language, least)
