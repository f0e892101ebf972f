"""Printing tickets in a real browser, with scripts and without: from the stock to a file that a scanner reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pilot_ops.accounts.domain import User
from pilot_ops.kernel.access import Role
from pilot_ops.tickets.domain import Format
from tests.support.browser import axe, context_of
from tests.support.builders import make_user
from tests.support.databases import work
from tests.support.paper import read_codes
from tests.support.server import Server, running_server
from tests.support.tickets import make_batch, make_type


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running_server({"PILOT_OPS_DATA": str(tmp_path / "data")}) as server:
        yield server


def coordinator(server: Server, quantity: int) -> User:
    with work(server.app) as session:
        make_batch(session, make_type(session, prefix="UIN"), quantity)
        return make_user(session, Role.COORDINATOR)


def order(page: Page, server: Server, user: User) -> None:
    page.goto(server.sign_in_url(user))
    page.get_by_role("button").first.click()
    page.goto(f"{server.url}/tickets/prints/new")
    axe(page)
    page.get_by_role("link", name="Uintiranneke").click()
    page.get_by_label("Tarrat, 24 arkilla").check()
    axe(page)
    page.get_by_role("button", name="Näytä, mitä tulostuu").click()
    axe(page)
    page.get_by_role("button", name="Tulosta", exact=True).click()


def test_a_batch_is_ordered_followed_and_fetched(server: Server, phone: BrowserContext) -> None:
    page = phone.new_page()
    order(page, server, coordinator(server, 48))
    fetch = page.get_by_role("link", name="Lataa PDF")
    expect(fetch).to_be_visible()
    axe(page)
    with page.expect_download() as fetched:
        fetch.click()
    assert len(set(read_codes(fetched.value.path().read_bytes(), Format.LABELS))) == 48


def test_without_scripts_the_page_asks_again_by_itself(server: Server, browser: Browser) -> None:
    user = coordinator(server, 3000)
    with context_of(browser, java_script_enabled=False, accept_downloads=True) as context:
        page = context.new_page()
        page.goto(server.sign_in_url(user))
        page.get_by_role("button").first.click()
        page.goto(f"{server.url}/tickets/prints/new")
        page.get_by_role("link", name="Uintiranneke").click()
        page.get_by_role("button", name="Näytä, mitä tulostuu").click()
        page.get_by_role("button", name="Tulosta", exact=True).click()
        expect(page.get_by_role("link", name="Lataa PDF")).to_be_visible(timeout=20_000)
