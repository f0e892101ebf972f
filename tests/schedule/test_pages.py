"""Pilots, orders, closures and cancelling as pages, and what of them is in the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest
from flask import Flask

from pilot_ops.kernel.access import Role
from pilot_ops.parks.service import change_park
from pilot_ops.schedule.domain import CancelReason, DayStatus, ParkPlan, PilotDetails, ServingWindow
from pilot_ops.schedule.queries import find_pilot_by_name, get_day, get_pilot, list_closures, list_days
from pilot_ops.schedule.service import create_pilot, order_portions
from tests.support.builders import (
    ADMIN,
    FINLAND,
    NOON,
    close_with,
    count_children,
    day_of,
    make_park,
    make_pilot,
    make_user,
)
from tests.support.databases import look, work
from tests.support.page import PageClient, fill, find_form, post_form, sign_in, soup, text_of

MONDAY = date(2024, 7, 1)


def coordinator(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        user = make_user(session, Role.COORDINATOR)
    sign_in(client, user)


def test_a_pilot_is_made_and_its_days_appear_in_the_calendar(app: Flask, client: PageClient) -> None:
    coordinator(app, client)
    with work(app) as session:
        parks = [make_park(session, name=name) for name in ("Suvela", "Soukka")]
    given = {"name": "Kesä", "starts_on": "3.6.2024", "ends_on": "28.6.2024", "parks": [str(park.id) for park in parks]}
    wrong = post_form(client, "/pilots/new", data={**given, "ends_on": "1.6.2024", "estimate": "paljon"})
    assert "Kirjoita summa euroina" in text_of(wrong)
    assert 'value="paljon"' in wrong.text
    assert "Kesä" in wrong.text
    own = {f"days-{parks[1].id}": ["0"]}
    done = post_form(client, "/pilots/new", data={**given, **own, "estimate": "5 500,00", "portion_price": "2,75"})
    assert done.status_code == 302
    with look(app) as session:
        pilot = find_pilot_by_name(session, "kesä")
        assert pilot is not None
        days = list_days(session, pilot_id=pilot.id)
    # 19 days in Suvela; in Soukka the four Mondays.
    assert [sum(day.park_id == park.id for day in days) for park in parks] == [19, 4]
    calendar = client.get("/calendar?month=2024-06")
    assert "Kesäkuu 2024" in text_of(calendar)
    assert "Juhannusaatto" in text_of(calendar)
    assert calendar.text.count(f"/days/{days[0].id}") == 1
    again = post_form(client, "/pilots/new", data={**given, "name": "KESÄ"})
    assert "jo" in text_of(again)
    only = client.get(f"/calendar?month=2024-06&park={parks[1].id}")
    assert len(soup(only).select(".meals li")) == 4


def test_changing_a_plan_shows_first_and_saves_what_was_shown(app: Flask, client: PageClient) -> None:
    coordinator(app, client)
    with work(app) as session:
        pilot = make_pilot(session)
        count_children(session, day_of(session, pilot, date(2024, 7, 30)), school=1)
    address = f"/pilots/{pilot.id}/edit"
    page = post_form(client, address, ends_on="5.7.2024")
    text = text_of(page)
    assert "17 päivää poistetaan" in text
    assert "1 päivään ei kosketa" in text
    with look(app) as session:
        assert len(list_days(session, pilot_id=pilot.id)) == 23
    form = find_form(page, address)
    values = {
        field["name"]: field.get("value", "") for field in form.select("input") if field.get("type") != "checkbox"
    }
    values |= {"parks": [str(pilot.park_ids[0])], "weekdays": ["0", "1", "2", "3", "4"], "step": "save"}
    stale = client.post(address, data={**values, "seen": "0123456789abcdef"})
    assert stale.status_code == 200
    done = client.post(address, data=values)
    assert done.status_code == 302
    with look(app) as session:
        assert len(list_days(session, pilot_id=pilot.id)) == 6


def test_parks_keep_their_own_weekdays_and_serving_times(app: Flask, client: PageClient) -> None:
    coordinator(app, client)
    early = ServingWindow(time(10, 30), time(11, 30))
    with work(app) as session:
        parks = [make_park(session, name=name) for name in ("Suvela", "Soukka", "Karakallio")]
        plans = (ParkPlan(parks[0].id), ParkPlan(parks[1].id), ParkPlan(parks[2].id, 0b0000101, early))
        details = PilotDetails("Kesä", MONDAY, date(2024, 7, 31), plans)
        pilot = create_pilot(session, ADMIN, details=details, calendar=FINLAND, at=NOON)
    address = f"/pilots/{pilot.id}/edit"
    page = client.get(address)
    own = {str(box["name"]): str(box["value"]) for box in soup(page).select("details input[checked]")}
    assert own == {f"days-{parks[2].id}": "2"}
    assert "Ruokailu on täällä 10.30–11.30" in text_of(page)
    shown = post_form(client, address, name="Kesä", serving_to="13.00")
    assert "Ruokailu on täällä 10.30–11.30" in text_of(shown)
    assert "päivää poistetaan" not in text_of(shown)
    saved = client.post(address, data={**fill(find_form(shown, address), {}), "step": "save"})
    assert saved.status_code == 302
    with look(app) as session:
        found = {plan.park_id: (plan.weekdays, plan.window) for plan in get_pilot(session, pilot.id).details.parks}
    usual = (0b0011111, ServingWindow(time(11, 30), time(13)))
    assert found == {parks[0].id: usual, parks[1].id: usual, parks[2].id: (0b0000101, early)}
    cleared = post_form(client, address, data={f"days-{parks[2].id}": None})
    assert "päivää lisätään" in text_of(cleared)


def test_orders_by_the_week(app: Flask, client: PageClient) -> None:
    coordinator(app, client)
    with work(app) as session:
        pilot = make_pilot(session)
        day = day_of(session, pilot, MONDAY)
    address = f"/pilots/{pilot.id}/orders?from=2024-07-01"
    wrong = post_form(client, address, data={str(day.id): "monta"})
    assert "Kirjoita kokonaisluku" in text_of(wrong)
    assert 'value="monta"' in wrong.text
    assert post_form(client, address, data={str(day.id): "95"}).status_code == 302
    with look(app) as session:
        assert get_day(session, day.id).ordered == 95


def test_orders_of_days_the_page_did_not_have_stay(app: Flask, client: PageClient) -> None:
    coordinator(app, client)
    with work(app) as session:
        pilot = make_pilot(session)
        monday, tuesday = (day_of(session, pilot, date(2024, 7, day)) for day in (1, 2))
        order_portions(session, ADMIN, orders={tuesday.id: 77}, at=NOON)
    address = f"/pilots/{pilot.id}/orders?from=2024-07-01"
    gone = {str(tuesday.id): None, f"was-{tuesday.id}": None}
    assert post_form(client, address, data={str(monday.id): "95", **gone}).status_code == 302
    with look(app) as session:
        assert [get_day(session, day.id).ordered for day in (monday, tuesday)] == [95, 77]


def test_an_order_somebody_else_changed_is_shown_and_not_lost(app: Flask, client: PageClient) -> None:
    coordinator(app, client)
    with work(app) as session:
        pilot = make_pilot(session)
        monday, tuesday = (day_of(session, pilot, date(2024, 7, day)) for day in (1, 2))
    address = f"/pilots/{pilot.id}/orders?from=2024-07-01"
    mine = fill(find_form(client.get(address), f"/pilots/{pilot.id}/orders"), {str(monday.id): "95"})
    with work(app) as session:
        order_portions(session, ADMIN, orders={monday.id: 80, tuesday.id: 81}, at=NOON)
    page = client.post(address, data=mine)
    assert "Toinen käyttäjä muutti tilaukseksi 80" in text_of(page)
    again = fill(find_form(page, f"/pilots/{pilot.id}/orders"), {})
    assert again[str(monday.id)] == ["95"]
    assert client.post(address, data=again).status_code == 302
    with look(app) as session:
        assert [get_day(session, day.id).ordered for day in (monday, tuesday)] == [95, 81]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("9" * 5000, "Kirjoita kokonaisluku"),
        ("-1", "Kirjoita kokonaisluku"),
        ("²", "Kirjoita kokonaisluku"),
        ("5001", "Kirjoita enintään 5000"),
    ],
)
def test_an_order_that_is_none(app: Flask, client: PageClient, typed: str, sentence: str) -> None:
    coordinator(app, client)
    with work(app) as session:
        pilot = make_pilot(session)
        day = day_of(session, pilot, MONDAY)
    page = post_form(client, f"/pilots/{pilot.id}/orders?from=2024-07-01", data={str(day.id): typed})
    assert sentence in text_of(page)
    assert f'value="{typed}"' in page.text


def test_a_day_has_its_menu_and_order(app: Flask, client: PageClient) -> None:
    coordinator(app, client)
    with work(app) as session:
        day = day_of(session, make_pilot(session), MONDAY)
    address = f"/days/{day.id}/edit"
    assert "Kirjoita kellonaika" in text_of(post_form(client, address, serving_from="puoliltapäivin"))
    assert post_form(client, address, menu_fi="Kalakeitto", menu_sv="Fisksoppa", ordered="90").status_code == 302
    assert "Kalakeitto" in text_of(client.get(f"/days/{day.id}"))


def test_closing_a_park_shows_first_what_goes(app: Flask, client: PageClient) -> None:
    coordinator(app, client)
    with work(app) as session:
        pilot = make_pilot(session)
        monday = day_of(session, pilot, MONDAY)
        order_portions(session, ADMIN, orders={monday.id: 90}, at=NOON)
        count_children(session, day_of(session, pilot, date(2024, 7, 3)), school=1)
    given = {"park": str(pilot.park_ids[0]), "starts_on": "1.7.2024", "ends_on": "3.7.2024", "note": "Remontti"}
    assert "Viimeinen päivä" in text_of(post_form(client, "/closures", data={**given, "ends_on": "30.6.2024"}))
    page = post_form(client, "/closures", data=given)
    text = text_of(page)
    assert "2 päivää poistetaan: 1.7. (90 annosta tilattu), 2.7." in text
    assert "1 päivä jää" in text
    with look(app) as session:
        assert len(list_days(session, pilot_id=pilot.id)) == 23
    shown = {**fill(find_form(page, "/closures", {"step": ""}), {}), "step": "save"}
    stale = client.post("/closures", data={**shown, "ends_on": "5.7.2024"})
    assert "4 päivää" not in text_of(stale)
    assert stale.status_code == 200
    for _time in range(2):
        assert client.post("/closures", data=shown).status_code == 302
    with look(app) as session:
        assert len(list_days(session, pilot_id=pilot.id)) == 21
        (closure,) = list_closures(session)
    assert "Remontti" in text_of(client.get("/closures"))
    removed = post_form(client, "/closures", action=f"/closures/{closure.id}/remove")
    assert removed.status_code == 302


def test_a_pilot_keeps_a_park_that_is_no_longer_in_use(app: Flask, client: PageClient) -> None:
    coordinator(app, client)
    with work(app) as session:
        used, unused, other = (make_park(session, name=name) for name in ("Suvela", "Soukka", "Keilaniemi"))
        pilot = make_pilot(session, [used, unused])
        for park in (unused, other):
            change_park(session, ADMIN, park_id=park.id, details=replace(park.details, active=False), at=NOON)
    address = f"/pilots/{pilot.id}/edit"
    choices = {str(box["value"]) for box in soup(client.get(address)).select("input[name=parks]")}
    assert choices == {str(used.id), str(unused.id)}
    page = post_form(client, address, estimate="6000")
    assert "Ruokailupäivät eivät muutu" in text_of(page)


def test_cancelling_says_why_and_whether_the_food_costs(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot = make_pilot(session)
        day, closed = day_of(session, pilot, MONDAY), day_of(session, pilot, date(2024, 7, 2))
        close_with(session, closed, delivered=0)
        user = make_user(session, Role.PARK_STAFF, pilot.park_ids)
    sign_in(client, user)
    address = f"/days/{day.id}/cancel"
    assert "Valitse syy" in text_of(post_form(client, address))
    assert post_form(client, address, reason="other", note="").status_code == 200
    assert post_form(client, address, reason="weather", note="Ukkonen", food_billed="no").status_code == 302
    with look(app) as session:
        found = get_day(session, day.id)
    assert (found.status, found.cancel_reason, found.food_billed) == (
        DayStatus.CANCELLED,
        CancelReason.WEATHER,
        False,
    )
    text = text_of(client.get(f"/days/{day.id}"))
    assert "Ukkonen" in text
    assert "Tilattua ruokaa ei laskuteta." in text
    assert post_form(client, f"/days/{closed.id}/cancel", reason="staff").status_code == 200


@pytest.mark.parametrize("monday", ["0001-01-01", "9999-12-31", "x"])
def test_a_week_that_is_none_is_the_present_one(app: Flask, client: PageClient, monday: str) -> None:
    coordinator(app, client)
    with work(app) as session:
        pilot = make_pilot(session)
    assert client.get(f"/pilots/{pilot.id}/orders?from={monday}").status_code == 200


def test_nothing_typed_breaks_a_page(app: Flask, client: PageClient) -> None:
    """Each comes back with a sentence, or is taken; a fault would be raised here."""
    coordinator(app, client)
    with work(app) as session:
        park = make_park(session)
    given = {"name": "Kesä", "starts_on": "3.6.2024", "ends_on": "4.6.2024", "parks": [str(park.id)]}
    odd = (
        "\x00",
        "-1",
        "9" * 30,
        "1e9",
        "\u0663",
        "=1",
        "<b>",
        "31.12.9999",
        "0001-01-01",
        "99:99",
    )
    page = client.get("/pilots/new")
    sent = fill(find_form(page, "/pilots/new"), given)
    assert client.post("/pilots/new", data={**sent, "ends_on": "x", "days-xyz": "1"}).status_code == 200
    for field in ("name", "starts_on", "ends_on", "serving_from", "estimate", "months", "expected", "portion_price"):
        for text in odd:
            assert post_form(client, "/pilots/new", data={**given, field: text}).status_code in {200, 302}
