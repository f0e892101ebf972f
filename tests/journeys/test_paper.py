"""Pages printed from the browser of somebody who works in the dark: white paper, nothing split, nothing to press."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PIL import ImageStat
from playwright.sync_api import Browser

from pilot_ops.cli import demo
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import local_day
from tests.journeys.test_main_job import NOON, enter
from tests.support.browser import context_of
from tests.support.builders import close_with, count_children, day_of, make_park, make_pilot, make_user
from tests.support.databases import work
from tests.support.paper import text_in
from tests.support.server import Server, running_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The service on 2 July 2024."""
    with running_server({"PILOT_OPS_DATA": str(tmp_path)}, at=NOON) as server:
        yield server


def first_page(pdf: bytes) -> tuple[str, float]:
    """The words of the first page, and how light it is from 0 to 255."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        grey = page.render(scale=0.5).to_pil().convert("L")
        return page.get_textpage().get_text_range(), ImageStat.Stat(grey).mean[0]
    finally:
        document.close()


def test_a_report_and_costs_are_printed_from_a_dark_screen(server: Server, browser: Browser) -> None:
    with work(server.app) as session:
        demo.load_into(session, server.app.config["PILOT_OPS"])
        park = make_park(session, name="Kotipuisto")
        pilot = make_pilot(session, [park])
        day = day_of(session, pilot, local_day(NOON), park)
        count_children(session, day, school=83)
        close_with(session, day, delivered=83)
        user = make_user(session, Role.MANAGER)
    with context_of(browser, color_scheme="dark") as context:
        page = enter(context, server, user)
        page.goto(f"{server.url}/programme/2023/report")
        report = page.pdf(format="A4", print_background=True)
        words, light = first_page(report)
        assert "seurantaraportti 2023" in words
        assert light > 200
        assert text_in(report).count("Kustannukset yhteensä") == 1
        page.goto(f"{server.url}/costs?pilot={pilot.id}")
        costs = page.pdf(format="A4", print_background=True)
        assert first_page(costs)[1] > 200
        assert "Näytä luvut taulukkona" not in text_in(costs)
        # The figures of the chart, which the screen shows on demand.
        assert "83" in text_in(costs).split("Lapsia päivässä")[-1]
