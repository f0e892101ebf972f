"""The same of administrators, who reach nearly all: a file of its own, so that two cores share the work."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.walk import look_at_every_page
from tests.journeys.walk import server as server
from tests.support.server import Server


@pytest.mark.timeout(900)
def test_every_page(server: Server, browser: Browser) -> None:
    look_at_every_page(server, browser, "yllapito@esittely.invalid", "fi-FI", 110)
