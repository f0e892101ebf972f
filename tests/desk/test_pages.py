"""The manager's first page: what needs attention, and where it is put right."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from pilot_ops.backups.service import note_backup
from pilot_ops.costs import service as costs
from pilot_ops.costs.domain import Category, Entry
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from pilot_ops.kernel.web.i18n import LANGUAGE_COOKIE
from pilot_ops.messages import service as messages
from pilot_ops.messages.domain import Kind
from pilot_ops.places import service as places
from pilot_ops.programme import service as programme
from pilot_ops.programme.domain import Account, Year
from tests.support.builders import ADMIN, calendar_with, make_park, make_pilot, make_user
from tests.support.databases import work
from tests.support.page import PageClient, sign_in, soup, text_of
from tests.support.programme import make_expense
from tests.support.tickets import allocate, make_batch, make_point, make_type


@pytest.fixture
def boss(app: Flask, client: PageClient) -> PageClient:
    """A manager's browser."""
    with work(app) as session:
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    return client


def said(page: object) -> str:
    """The text of a page with plain spaces."""
    return " ".join(text_of(page).replace("\N{NO-BREAK SPACE}", " ").split())  # type: ignore[arg-type]


def test_it_is_the_managers_first_page_and_empty_when_all_is_well(boss: PageClient) -> None:
    assert boss.get("/").location == "/desk"
    assert "Kaikki kunnossa" in said(boss.get("/desk"))


def test_the_menu_begins_with_the_managers_own_work(boss: PageClient) -> None:
    shown = [said_of(link) for link in soup(boss.get("/desk")).select("nav.nav--tabs > ul > li > a")]
    assert shown == ["Työpöytä", "Kulut", "Ohjelma", "Liput"]


def test_each_line_leads_to_where_it_is_put_right(app: Flask, boss: PageClient) -> None:
    today = local_day(now())
    with work(app) as session:
        park = make_park(session, name="Suvela")
        season = {"starts_on": today - timedelta(days=5), "ends_on": today + timedelta(days=5), "weekdays": 0b1111111}
        pilot = make_pilot(session, [park], calendar=calendar_with(today), **season)
        entry = Entry(
            uuid4(), today - timedelta(days=4), Category.SUPPLIES, Money(9_999_00), park.id, description="Grilli"
        )
        costs.book_entry(session, ADMIN, pilot_id=pilot.id, entry=entry, at=now())
        programme.add_year(session, ADMIN, year=Year(today.year, Money(100_00)), at=now())
        spent = make_expense(None, "150.00", year=today.year, day=today, account=Account.ADMINISTRATION)
        programme.book_expense(session, ADMIN, expense=spent, at=now())
    page = boss.get("/desk")
    assert "Suvela ylittää arvion" in said(page)
    assert "Määräraha ylittyy 50 €" in said(page)
    links = {link["href"]: said_of(link) for link in soup(page).select("main .tasks a")}
    assert links[f"/costs/{pilot.id}/parks/{park.id}"] == "Katso syy Suvela"
    assert links[f"/programme/{today.year}"].startswith("Katso ohjelma")
    for address in links:
        assert boss.get(address).status_code == 200


def test_tickets_run_out_where_a_point_is_in_use_and_they_are_valid(app: Flask, boss: PageClient) -> None:
    """In the words of whoever looks, of the point and of the tickets."""
    yesterday = local_day(now()) - timedelta(days=1)
    with work(app) as session:
        points = {name: make_point(session, name=name) for name in ("Kirkkojärvi", "Suljettu")}
        valid = make_type(session, name=Translated("Uintiranneke", "Simarmband", "Swim wristband"))
        past = make_type(session, name=Translated("Elokuvalippu"), valid_until=yesterday)
        for kind in (valid, past):
            make_batch(session, kind, 20)
            for point in points.values():
                allocate(session, kind, point, 5)
        closed = points["Suljettu"]
        places.change_place(session, ADMIN, place_id=closed.id, details=replace(closed.details, active=False), at=now())
    for language, sentence in (
        ("fi", "Kirkkojärvi: Uintiranneke, 5 jäljellä"),
        ("sv", "Kirkkojärvi: Simarmband, 5 kvar"),
        ("en", "Kirkkojärvi: Swim wristband, 5 left"),
    ):
        boss.set_cookie(LANGUAGE_COOKIE, language)
        assert [said_of(item) for item in soup(boss.get("/desk")).select(".tasks li > span")] == [sentence]


@pytest.mark.parametrize(
    ("kind", "address"), [(Kind.MAIL_NOT_SENT, "/mail"), (Kind.WRONG_CODES, "/tickets/wrong-codes")]
)
def test_what_is_about_no_day_leads_to_its_own_page(app: Flask, client: PageClient, kind: Kind, address: str) -> None:
    with work(app) as session:
        user = make_user(session, Role.ADMINISTRATOR)
        messages.say(session, kind=kind, park_id=None, day=local_day(now()), facts={"many": 20}, at=now())
    sign_in(client, user)
    link, _backup = soup(client.get("/desk")).select(".tasks a")
    assert link["href"] == address
    assert client.get(address).status_code == 200


def said_of(link: object) -> str:
    """The words of a link."""
    return " ".join(link.text.split())  # type: ignore[attr-defined]


def test_the_demonstration_has_something_on_the_desk(app: Flask, boss: PageClient) -> None:
    from pilot_ops.cli import demo

    with work(app) as session:
        demo.load_into(session, app.config["PILOT_OPS"])
    page = boss.get("/desk")
    links = [link["href"] for link in soup(page).select("main .tasks a")]
    assert links
    for address in links:
        assert boss.get(address).status_code == 200


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PARK_STAFF, Role.VENUE])
def test_others_have_pages_of_their_own(app: Flask, client: PageClient, role: Role) -> None:
    with work(app) as session:
        user = make_user(session, role)
    sign_in(client, user)
    assert client.get("/desk").status_code == 403
    assert client.get("/").location != "/desk"


def test_an_old_backup_is_a_task_of_administrators(app: Flask, client: PageClient, boss: PageClient) -> None:
    assert "varmuuskopio" not in said(boss.get("/desk"))
    with work(app) as session:
        user = make_user(session, Role.ADMINISTRATOR)
    sign_in(client, user)
    page = client.get("/desk")
    assert "Näistä tiedoista ei ole tehty yhtään varmuuskopiota." in said(page)
    assert soup(page).select_one(".tasks a")["href"] == "/jobs"  # type: ignore[index]
    for days, told in ((4, True), (1, False)):
        made = now() - timedelta(days=days)
        with work(app) as session:
            note_backup(session, ADMIN, name="kopio.zip", size=1, rows=1, at=made)
        assert ("Viimeisin varmuuskopio on" in said(client.get("/desk"))) is told
