"""Pages of phones: codes and signs, joining, and what an enrolled phone sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from uuid import uuid4

import pytest
from flask import Flask

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.web.qr import qr_path
from pilot_ops.meals.queries import get_count
from pilot_ops.phones import queries, service
from pilot_ops.phones.domain import CODE_LENGTH, Home, HomeKind, Phone
from pilot_ops.schedule.domain import MealDay
from tests.support.builders import ADMIN, calendar_with, day_of, make_park, make_pilot, make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, post_form, sign_in, soup, text_of
from tests.support.pushes import push, results, tap_event
from tests.support.tickets import make_point, make_venue

PUBLIC = "http://127.0.0.1:8000"


@dataclass
class Enrolled:
    """An enrolled phone with its browser, its park's day of today and another park's."""

    browser: PageClient
    phone: Phone
    day: MealDay
    other: MealDay


@pytest.fixture
def boss(app: Flask, client: PageClient) -> PageClient:
    """A coordinator's browser."""
    with work(app) as session:
        user = make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    return client


def code_of(app: Flask, day: MealDay) -> str:
    with work(app) as session:
        return service.make_code(session, ADMIN, home=Home(HomeKind.PARK, day.park_id), hours=24, at=now())


@pytest.fixture
def enrolled(app: Flask) -> Enrolled:
    """A phone that has just joined Suvela."""
    today = local_day(now())
    with work(app) as session:
        parks = [make_park(session, name="Suvela"), make_park(session, name="Kirkkojärvi")]
        season = {"starts_on": today, "ends_on": today, "weekdays": 0b1111111, "calendar": calendar_with(today)}
        pilot = make_pilot(session, parks, **season)
        days = [day_of(session, pilot, today, park) for park in parks]
    browser = cast("PageClient", app.test_client())
    joined = post_form(browser, f"/join/{code_of(app, days[0])}")
    assert joined.headers["Location"] == f"/today/{days[0].park_id}"
    return Enrolled(browser, the_phone(app), *days)


def the_phone(app: Flask) -> Phone:
    with look(app) as session:
        (phone,) = queries.list_phones(session)
    return phone


def test_a_coordinator_makes_a_code_and_sees_it_once(app: Flask, boss: PageClient) -> None:
    with work(app) as session:
        park, unused = make_park(session, name="Suvela"), make_park(session, name="Kuitinmäki", active=False)
    assert "Yhtään puhelinta ei ole vielä liitetty." in text_of(boss.get("/phones"))
    page = post_form(boss, "/phones", home=f"park/{park.id}", hours="24")
    code = text_of(page).split("/join/")[1].split()[0]
    assert len(code) == CODE_LENGTH
    assert f"{PUBLIC}/join/{code}" in text_of(page)
    assert qr_path(f"{PUBLIC}/join/{code}")[0] in page.text
    assert code not in boss.get("/phones").text
    assert str(unused.id) not in boss.get("/phones").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"home": ""}, "Valitse puisto, jakopiste tai käyttöpaikka"),
        ({"hours": ""}, "Kirjoita tunnit, esimerkiksi 24"),
        ({"hours": "0"}, "Kirjoita tunnit, 1–336"),
        ({"hours": "337"}, "Kirjoita tunnit, 1–336"),
        ({"hours": "päivä"}, "Kirjoita kokonaisluku, esimerkiksi 12"),
    ],
)
def test_what_is_missing_of_a_code_is_asked_for(
    app: Flask, boss: PageClient, fields: dict[str, str], sentence: str
) -> None:
    with work(app) as session:
        park = make_park(session)
    page = post_form(boss, "/phones", data={"home": f"park/{park.id}", **fields})
    assert sentence in [error.text.strip() for error in soup(page).select(".field__error")]


def test_the_sign_of_a_park_leads_to_its_counting_page(boss: PageClient, enrolled: Enrolled) -> None:
    address = f"/phones/signs/{enrolled.day.park_id}"
    assert address in boss.get("/phones").text
    page, link = boss.get(address), f"{PUBLIC}/today/{enrolled.day.park_id}"
    assert link in text_of(page)
    assert qr_path(link)[0] in page.text
    assert boss.get(f"/phones/signs/{uuid4()}").status_code == 404


@pytest.mark.parametrize("role", [Role.PARK_STAFF, Role.MANAGER, Role.VENUE])
def test_others_make_no_codes(app: Flask, client: PageClient, role: Role) -> None:
    with work(app) as session:
        user = make_user(session, role)
    sign_in(client, user)
    assert client.get("/phones").status_code == 403


def test_opening_a_link_uses_nothing_and_its_button_once(app: Flask, client: PageClient, enrolled: Enrolled) -> None:
    code = code_of(app, enrolled.day)
    for _look in range(2):
        page = client.get(f"/join/{code.lower()}")
        assert soup(page).find("input", {"name": "name"})["value"] == "Suvela 2"
    assert "Kirjoita puhelimelle nimi" in text_of(post_form(client, f"/join/{code}", name=" "))
    assert "enintään 60 merkkiä" in text_of(post_form(client, f"/join/{code}", name="x" * 61))
    assert post_form(client, f"/join/{code[:4]}-{code[4:]}", name="Suvela 9").status_code == 302
    for dead in (code, "x"):
        page = client.get(f"/join/{dead}")
        assert page.status_code == 404
        assert "Pyydä koordinaattorilta uusi koodi" in text_of(page)


def test_a_phone_counts_in_its_park_and_nowhere_else(app: Flask, enrolled: Enrolled) -> None:
    browser, day, other = enrolled.browser, enrolled.day, enrolled.other
    assert browser.get("/", follow_redirects=True).request.path == f"/today/{day.park_id}"
    assert enrolled.phone.name in text_of(browser.get(f"/days/{day.id}"))
    for path in (f"/today/{other.park_id}", f"/days/{other.id}", f"/days/{other.id}/close", f"/days/{other.id}/cancel"):
        assert browser.get(path).status_code == 403, path
    assert browser.get(f"/sync/counts/{other.park_id}/{other.day}").status_code == 403
    assert browser.get("/phones").status_code == 403
    answer = push(browser, tap_event(day), tap_event(other))
    assert results(answer) == ["stored", "refused"]
    with look(app) as session:
        assert [get_count(session, one.id).school_age for one in (day, other)] == [1, 0]


def test_a_phone_has_no_account(enrolled: Enrolled) -> None:
    answer = enrolled.browser.get("/account")
    assert answer.headers["Location"].startswith("/sign-in")
    page = enrolled.browser.get(f"/days/{enrolled.day.id}")
    assert "/account" not in page.text
    assert "/sign-out" not in page.text


def test_a_revoked_phone_is_shut_out_at_once(app: Flask, boss: PageClient, enrolled: Enrolled) -> None:
    assert enrolled.phone.name in text_of(boss.get("/phones"))
    revoke = f"/phones/{enrolled.phone.id}/revoke"
    token = soup(boss.get("/phones")).find("input", {"name": "csrf_token"})["value"]
    assert post_form(boss, "/phones", action=revoke).status_code == 302
    answer = push(enrolled.browser, tap_event(enrolled.day))
    assert (answer.status_code, answer.json) == (401, {"error": "sign-in"})
    assert enrolled.browser.get(f"/today/{enrolled.day.park_id}").headers["Location"].startswith("/sign-in")
    page = boss.get("/phones")
    assert f"Puhelin on poistettu käytöstä: {enrolled.phone.name}" in text_of(page)
    assert revoke not in page.text
    again = boss.post(revoke, data={"csrf_token": token}, follow_redirects=True)
    assert "Puhelin on jo poistettu käytöstä" in text_of(again)
    with look(app) as session:
        assert get_count(session, enrolled.day.id).school_age == 0


def test_who_signs_in_on_a_phone_is_that_person_until_they_sign_out(app: Flask, enrolled: Enrolled) -> None:
    with work(app) as session:
        user = make_user(session, Role.PARK_STAFF, [enrolled.other.park_id], name="Aino Kesä")
    phone = f"phone:{enrolled.phone.id}"
    assert (enrolled.browser.get("/sync").json or {})["user"] == phone
    sign_in(enrolled.browser, user)
    assert (enrolled.browser.get("/sync").json or {})["user"] == str(user.id)
    assert user.name in text_of(enrolled.browser.get("/account"))
    assert enrolled.browser.get(f"/today/{enrolled.day.park_id}").status_code == 403
    assert push(enrolled.browser, tap_event(enrolled.day), user=phone).status_code == 401
    assert post_form(enrolled.browser, "/account", action="/sign-out").status_code == 302
    assert (enrolled.browser.get("/sync").json or {})["user"] == phone
    assert push(enrolled.browser, tap_event(enrolled.day), user=phone).status_code == 200


def test_joining_ends_the_session_of_whoever_was_signed_in(app: Flask, boss: PageClient, enrolled: Enrolled) -> None:
    assert post_form(boss, f"/join/{code_of(app, enrolled.day)}").status_code == 302
    assert boss.get("/phones").status_code == 403
    assert boss.get("/account").status_code == 302


def test_the_list_shows_what_a_phone_last_told(app: Flask, boss: PageClient, enrolled: Enrolled) -> None:
    push(enrolled.browser, tap_event(enrolled.day), waiting=12)
    assert the_phone(app).waiting == 11
    row = next(row for row in soup(boss.get("/phones")).select("tbody tr") if enrolled.phone.name in row.text)
    assert [cell.text.strip() for cell in row.select("td.n")] == ["11"]


def test_a_phone_keeps_its_secret_where_no_script_reads_it(app: Flask, enrolled: Enrolled) -> None:
    browser = cast("PageClient", app.test_client())
    joined = post_form(browser, f"/join/{code_of(app, enrolled.day)}")
    (cookie,) = [text for text in joined.headers.getlist("Set-Cookie") if text.startswith("pilot_ops_phone=")]
    assert {"HttpOnly", "SameSite=Lax", f"Max-Age={timedelta(days=400).days * 86400}"} <= set(cookie.split("; "))


def test_a_phone_changes_its_language(enrolled: Enrolled) -> None:
    post_form(enrolled.browser, f"/days/{enrolled.day.id}", action="/language", language="sv")
    assert soup(enrolled.browser.get(f"/today/{enrolled.day.park_id}")).html["lang"] == "sv"


@pytest.mark.parametrize(
    ("kind", "page", "said"), [("point", "/tickets/hand-out", "luovuttaa"), ("venue", "/tickets/use", "lunastaa")]
)
def test_a_phone_of_a_place_opens_the_work_of_that_place(
    app: Flask, boss: PageClient, kind: str, page: str, said: str
) -> None:
    with work(app) as session:
        place = (make_point if kind == "point" else make_venue)(session, name="Leppävaara")
        other = make_venue(session)
    made = post_form(boss, "/phones", home=f"{kind}/{place.id}", hours="24")
    link = soup(made).select_one("strong.digest")
    assert link is not None
    address = link.get_text().removeprefix(PUBLIC)
    phone = app.test_client()
    assert said in text_of(phone.get(address))
    joined = post_form(phone, address, name="Kassa 1")
    assert phone.get(joined.location, follow_redirects=True).request.path == page
    assert "Leppävaara" in text_of(phone.get(page))
    assert phone.get(f"{page}?place={other.id}").status_code == 403
    assert phone.get("/today").status_code == 403
    assert "Leppävaara" in text_of(boss.get("/phones"))
