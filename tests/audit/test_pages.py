"""The page of the audit log."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from pilot_ops.audit.domain import Action, Flaw
from pilot_ops.audit.labels import ACTIONS, FLAWS
from pilot_ops.kernel.access import Role
from tests.support.builders import make_park, make_user
from tests.support.databases import work
from tests.support.page import PageClient, post_form, sign_in, soup, text_of


def test_every_action_and_flaw_has_its_words() -> None:
    assert set(ACTIONS) == set(Action)
    assert set(FLAWS) == set(Flaw)


@pytest.fixture
def log(app: Flask, client: PageClient) -> PageClient:
    """A client of a manager, after sixty parks were added."""
    with work(app) as session:
        for number in range(60):
            make_park(session, name=f"Puisto nro {number}")
        user = make_user(session, Role.MANAGER, name="Ohjelman päällikkö")
    sign_in(client, user)
    return client


def test_the_newest_come_first_fifty_at_a_time(log: PageClient) -> None:
    page = log.get("/audit")
    entries = soup(page).select(".log > li")
    assert len(entries) == 50
    assert "Kirjautunut" in entries[0].get_text()
    older = soup(page).select_one("a[href*='before=']")
    assert older is not None
    rest = soup(log.get(str(older["href"]))).select(".log > li")
    assert len(rest) == 13


def test_looking_for_something(log: PageClient) -> None:
    page = log.get("/audit?action=park.created&text=nro+7")
    entries = soup(page).select(".log > li")
    assert [entry.select_one("strong").get_text() for entry in entries] == ["Puisto lisätty"]  # type: ignore[union-attr]
    assert "Kirstintie 24" in entries[0].get_text()
    assert "Merkintöjä ei löytynyt" in text_of(log.get("/audit?text=ei+ketään"))


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30])
def test_a_number_that_is_none_is_left_out(log: PageClient, before: str) -> None:
    assert len(soup(log.get(f"/audit?before={before}")).select(".log > li")) == 50


def test_verifying_says_that_the_log_is_sound_or_where_it_is_not(app: Flask, log: PageClient) -> None:
    assert "Loki on ehjä: 63 merkintää." in text_of(post_form(log, "/audit", action="/audit/verify"))
    with work(app) as session:
        session.execute(text("DROP TRIGGER audit_entries_no_update"))
        session.execute(text("UPDATE audit_entries SET actor = 'joku muu' WHERE seq = 7"))
    said = text_of(post_form(log, "/audit", action="/audit/verify"))
    assert "Merkintää on muutettu: merkintä 7." in said
    assert "Sitä ennen 6 merkintää on ehjiä." in said


@pytest.mark.parametrize(
    "change", ["at = 'yesterday'", "user_id = 'x'", "before = 'x'", "after = '[]'", "digest = 'ä'"]
)
def test_the_page_shows_the_rest_of_a_log_that_was_tampered_with(app: Flask, log: PageClient, change: str) -> None:
    with work(app) as session:
        session.execute(text("DROP TRIGGER audit_entries_no_update"))
        session.execute(text(f"UPDATE audit_entries SET {change} WHERE seq = 62"))
    page = log.get("/audit")
    assert "Puisto lisätty" in text_of(page)
    assert "Merkintää on muutettu: merkintä 62." in text_of(post_form(log, "/audit", action="/audit/verify"))
