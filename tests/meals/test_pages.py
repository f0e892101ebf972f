"""A meal day as pages, without JavaScript: counting, closing, paper, correcting, reopening."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.web.qr import qr_path
from pilot_ops.meals import queries
from pilot_ops.meals.domain import Count, Entered
from pilot_ops.schedule.domain import DayStatus, MealDay
from pilot_ops.schedule.queries import get_day
from tests.support.builders import calendar_with, close_with, count_children, day_of, make_park, make_pilot, make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, post_form, sign_in, soup, text_of


@pytest.fixture
def day(app: Flask, client: PageClient) -> MealDay:
    """Today's meal day in Suvela, with its staff signed in."""
    return prepare(app, client)


def prepare(app: Flask, client: PageClient, role: Role = Role.PARK_STAFF) -> MealDay:
    today = local_day(now())
    with work(app) as session:
        park = make_park(session, name="Suvela")
        days = {"starts_on": today - timedelta(days=7), "ends_on": today + timedelta(days=7)}
        pilot = make_pilot(session, [park], weekdays=0b1111111, calendar=calendar_with(today), **days)
        found = day_of(session, pilot, today)
        user = make_user(session, role, [park] if role is Role.PARK_STAFF else [])
    sign_in(client, user)
    return found


def press(client: PageClient, day: MealDay, button: str) -> str:
    """Press a button of the counting page; the words of the page after it."""
    page = f"/today/{day.park_id}"
    response = post_form(client, page, action=f"{page}/tap", tap=button)
    assert response.status_code == 302
    return text_of(client.get(response.location))


def count_of(app: Flask, day: MealDay) -> Count:
    with look(app) as session:
        return queries.get_count(session, day.id)


def test_staff_of_one_park_go_straight_to_counting(client: PageClient, day: MealDay) -> None:
    response = client.get("/", follow_redirects=True)
    assert response.request.path == f"/today/{day.park_id}"
    assert "Alle kouluikäinen" in text_of(response)


def test_buttons_count_without_javascript(app: Flask, client: PageClient, day: MealDay) -> None:
    for button in ("under-school-age+1", "school-age+5", "second-helpings+1", "adults+1", "turned-away+1"):
        press(client, day, button)
    assert count_of(app, day) == Count(1, 5, 1, 1, 1)
    page = client.get(f"/today/{day.park_id}")
    undo = soup(page).select_one("[data-undo]")
    assert undo is not None
    press(client, day, str(undo["value"]))
    assert count_of(app, day).turned_away == 0
    for wrong in ("school-age+x", "nobody+1", "", "school-age+1:zzz"):
        press(client, day, wrong)
    assert count_of(app, day) == Count(1, 5, 1, 1, 0)


def test_a_reload_does_not_count_again(app: Flask, client: PageClient, day: MealDay) -> None:
    page = client.get(f"/today/{day.park_id}")
    form = {field["name"]: field["value"] for field in soup(page).select("[data-taps] input")}
    for _ in range(3):
        client.post(f"/today/{day.park_id}/tap", data={**form, "tap": "school-age+1"})
    assert count_of(app, day).school_age == 1


def test_more_than_was_ordered_is_said(client: PageClient, day: MealDay) -> None:
    for _ in range(17):
        press(client, day, "school-age+5")
    assert "Yli tilatun 5" in press(client, day, "turned-away+1")


def test_closing_asks_for_what_is_missing_and_keeps_what_was_typed(
    app: Flask, client: PageClient, day: MealDay
) -> None:
    with work(app) as session:
        count_children(session, day, school=70, at=now())
    address = f"/days/{day.id}/close"
    page = post_form(client, address, delivered="", waste="2", temp_receipt="70", temp_serving="kuuma")
    text = text_of(page)
    assert "Kirjoita lämpötila, esimerkiksi 68" in text
    assert 'value="kuuma"' in page.text
    page = post_form(client, address, delivered="80", waste="2", temp_receipt="70", temp_serving="55")
    text = text_of(page)
    assert "Kerro huomautuksessa, mistä tämä johtuu" in text
    assert "Annoksia tuli 80, mutta niitä kirjattiin 72. Annoksia puuttuu 8" in text
    assert "Kuuman ruoan pitää olla vähintään 60 °C" in text
    page = post_form(client, address, delivered="-3")
    assert "Kirjoita kokonaisluku" in text_of(page)
    filled = {"delivered": "80", "waste": "2", "temp_receipt": "70", "temp_serving": "55", "note": "Astia kaatui"}
    done = post_form(client, address, data={**filled, "weather": "rain"})
    assert done.status_code == 302
    text = text_of(client.get(done.location))
    assert "Päivä on päätetty" in text
    assert "Astia kaatui" in text
    assert client.get(f"/today/{day.park_id}").location == f"/days/{day.id}"
    assert client.get(f"/days/{day.id}/reopen").status_code == 403


def test_a_coordinator_reopens_and_corrects_with_a_reason(app: Flask, client: PageClient) -> None:
    day = prepare(app, client, Role.COORDINATOR)
    with work(app) as session:
        count_children(session, day, school=10, at=now())
        close_with(session, day, delivered=10, at=now())
    assert "Kirjoita syy" in text_of(post_form(client, f"/days/{day.id}/reopen", reason=""))
    assert post_form(client, f"/days/{day.id}/reopen", reason="Laskuvirhe").status_code == 302
    with look(app) as session:
        assert get_day(session, day.id).status is DayStatus.OPEN
    address = f"/days/{day.id}/correct"
    assert "Kirjoita, miksi korjaat lukua" in text_of(post_form(client, address, change="-1", reason=""))
    for wrong in ("pari", "9" * 5000, "1_0", "3 1"):
        assert "Kirjoita muutos" in text_of(post_form(client, address, change=wrong, reason="x"))
    for blank in ({"change": " ", "reason": "x"}, {"change": "1", "reason": " "}):
        assert post_form(client, address, data=blank).status_code == 200
    assert "Valitse jokin vaihtoehto" in text_of(post_form(client, address, group="kaikki", change="1", reason="x"))
    assert "Luku ei voi mennä alle nollan" in text_of(
        post_form(client, address, group="school-age", change="-11", reason="x")
    )
    assert post_form(client, address, group="school-age", change="-2", reason="Väärin").status_code == 302
    assert count_of(app, day).school_age == 8
    assert "Väärin" in text_of(client.get(f"/days/{day.id}"))


def test_a_paper_sheet_is_entered_and_marked(app: Flask, client: PageClient, day: MealDay) -> None:
    sheet = client.get(f"/days/{day.id}/tally-sheet")
    path, _side = qr_path(f"http://127.0.0.1:8000/days/{day.id}/paper")
    assert path in sheet.text
    address = f"/days/{day.id}/paper"
    refused = post_form(client, address, under_school_age="", school_age="12", delivered="20")
    assert "Täytä tämä kohta" in text_of(refused)
    refused = post_form(client, address, under_school_age=" ", school_age="12", delivered="20")
    assert "Täytä tämä kohta" in text_of(refused)
    figures = {
        "under_school_age": "8",
        "school_age": "12",
        "delivered": "20",
        "temp_receipt": "66",
        "temp_serving": "61",
    }
    assert post_form(client, address, data=figures).status_code == 302
    with look(app) as session:
        summary = queries.get_summary(session, day.id)
    assert summary.count == Count(8, 12)
    assert summary.record is not None
    assert summary.record.entered is Entered.PAPER
    assert "Kirjattu paperilta" in text_of(client.get(f"/days/{day.id}"))


def test_late_taps_are_shown(app: Flask, client: PageClient, day: MealDay) -> None:
    with work(app) as session:
        close_with(session, day, delivered=0, at=now())
        count_children(session, day, school=1, at=now())
    text = text_of(client.get(f"/days/{day.id}"))
    assert "1 merkintä tuli päivän päättämisen jälkeen" in text
    assert "Myöhässä" in text


def test_staff_do_not_see_other_parks(app: Flask, client: PageClient, day: MealDay) -> None:
    with work(app) as session:
        other = day_of(session, make_pilot(session), make_pilot(session).details.starts_on)
    for path in ("", "/close", "/paper", "/correct", "/tally-sheet"):
        assert client.get(f"/days/{other.id}{path}").status_code == 403
    assert client.get(f"/today/{other.park_id}").status_code == 403
    assert day


def test_a_park_without_a_meal_day_says_when_the_next_is(app: Flask, client: PageClient) -> None:
    today = local_day(now())
    with work(app) as session:
        park = make_park(session, name="Suvela")
        coming = today + timedelta(days=3)
        days = {"starts_on": coming, "ends_on": coming + timedelta(days=3), "weekdays": 0b1111111}
        make_pilot(session, [park], calendar=calendar_with(coming), **days)
        user = make_user(session, Role.PARK_STAFF, [park])
    sign_in(client, user)
    for address in (f"/today/{park.id}", "/today"):
        assert f"{coming.day}.{coming.month}." in text_of(client.get(address))


def test_a_coordinator_sees_every_park_of_today(app: Flask, client: PageClient) -> None:
    day = prepare(app, client, Role.COORDINATOR)
    text = text_of(client.get("/today"))
    assert "Suvela" in text
    assert client.get(f"/today/{day.park_id}").status_code == 200
