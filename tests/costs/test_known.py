"""A month worked by hand, to the cent: what was known on three days, and what is known of them now."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from uuid import UUID, uuid4

import pypdfium2
import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from pilot_ops.costs import service
from pilot_ops.costs.domain import Category, Entry, Figures, SplitKey
from pilot_ops.counting.domain import Tap
from pilot_ops.events.service import record_attendance_tap
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import at_local
from pilot_ops.kernel.money import Money
from pilot_ops.meals import service as meals
from pilot_ops.meals.domain import Group
from pilot_ops.parks.domain import Park
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import CancelReason, MealDay, Pilot
from tests.support.builders import (
    ADMIN,
    close_with,
    count_children,
    day_of,
    make_park,
    make_pilot,
    make_user,
)
from tests.support.databases import look, work
from tests.support.events import make_event
from tests.support.page import PageClient, sign_in, text_of
from tests.support.recorder import recorded


def july(number: int, hour: int = 14) -> datetime:
    return at_local(date(2024, 7, number), time(hour, 0))


def on(number: int) -> date:
    return date(2024, 7, number)


@dataclass
class Month:
    """July 2024 in Suvela and Soukka: 5 500 EUR a park, 80 children a day, 2.75 EUR a portion and 15.00 EUR a day.

    By agreement a day of 80 portions is 235.00, of 90 262.50, of 60 180.00.
    """

    pilot: Pilot
    suvela: Park
    soukka: Park


def make_month(session: Session) -> Month:
    suvela, soukka = (make_park(session, name=name) for name in ("Suvela", "Soukka"))
    pilot = make_pilot(session, [suvela, soukka], portion_price=Money(275), daily_fee=Money(1500))
    month = Month(pilot, suvela, soukka)
    _served(session, month)
    _booked(session, month)
    return month


def _served(session: Session, month: Month) -> None:
    """Three days in each park; one is closed nine days late, one is cancelled, one count is corrected on 15 July."""
    for number, ordered, delivered, children, closed in ((1, 80, 80, 70, 1), (2, 90, 88, 85, 2), (3, 80, 80, 60, 12)):
        day = _ordered(session, month, month.suvela, number, ordered)
        count_children(session, day, school=children, at=july(number, 12))
        close_with(session, day, at=july(closed), delivered=delivered)
    for number, delivered, children in ((1, 60, 50), (3, 58, 55)):
        day = _ordered(session, month, month.soukka, number, 60)
        count_children(session, day, school=children, at=july(number, 12))
        close_with(session, day, at=july(number), delivered=delivered)
    cancelled = _ordered(session, month, month.soukka, 2, 60)
    given = {"reason": CancelReason.WEATHER, "note": "Ukkonen", "food_billed": True}
    schedule.cancel_day(session, ADMIN, day_id=cancelled.id, at=july(2, 10), **given)
    first = day_of(session, month.pilot, on(1), month.soukka)
    correction = {"tap_id": uuid4(), "group": Group.SCHOOL_AGE, "change": -2, "reason": "Laskettu kahdesti"}
    meals.correct_count(session, ADMIN, day_id=first.id, at=july(15), **correction)


def _ordered(session: Session, month: Month, park: Park, number: int, portions: int) -> MealDay:
    day = day_of(session, month.pilot, on(number), park)
    schedule.order_portions(session, ADMIN, orders={day.id: portions}, at=july(1, 6))
    return day


def _booked(session: Session, month: Month) -> None:
    """The ledger: dated on one day, booked on another."""
    supplies = Category.SUPPLIES
    _book(session, month, 3, Entry(uuid4(), on(1), supplies, Money(10000), None, SplitKey.MEALS, "Astiat"))
    wrong = Entry(uuid4(), on(2), supplies, Money(4000), month.soukka.id, description="Väärä")
    _book(session, month, 4, wrong)
    _book(session, month, 5, _invoice(month.suvela.id, "500.00", dated=5, last=2))
    _book(session, month, 5, Entry(uuid4(), on(3), Category.STAFF, Money(20000), month.suvela.id, description="Työ"))
    service.reverse_entry(session, ADMIN, entry_id=wrong.id, day=on(10), reason="Väärä puisto", at=july(10))
    _book(session, month, 16, _invoice(month.soukka.id, "538.10", dated=8, last=3))


def _book(session: Session, month: Month, number: int, entry: Entry) -> None:
    service.book_entry(session, ADMIN, pilot_id=month.pilot.id, entry=entry, at=july(number))


def _invoice(park_id: UUID, amount: str, *, dated: int, last: int) -> Entry:
    period = {"service_from": on(1), "service_to": on(last)}
    return Entry(uuid4(), on(dated), Category.CATERING, Money.parse(amount), park_id, description="Lasku", **period)


def told(figures: Figures) -> dict[str, object]:
    """The figures of the worked month, money as shown."""
    names = ("estimate_to_date", "actual_to_date", "accrued", "staff_to_date", "variance", "volume_effect")
    money = {name: getattr(figures, name).decimal() for name in (*names, "price_effect", "forecast")}
    return {"meals": figures.first_portions, "cancelled": figures.cancelled_days, **money}


# Suvela on 5 July: 70 + 85 + 60 = 215 meals; Soukka 50 + 55 = 105; the plates, 100.00, are shared by 320 meals:
# 100 x 215 / 320 = 67.1875 and 100 x 105 / 320 = 32.8125.
#   Suvela: invoice 500.00 + 67.1875 + 3 July by agreement 235.00                = 802.1875
#   Soukka: wrong entry 40.00 + 32.8125 + three days by agreement 3 x 180 = 540  = 612.8125
# Estimate: 5 500 / 23 x 5 = 1 195.652...; a meal 5 500 / (80 x 23) = 2.98913...
#   Suvela: variance 802.1875 - 1 195.6522 = -393.4647; volume (215 - 400) x 2.98913 = -552.9891; price 159.5245
#   Soukka: variance 612.8125 - 1 195.6522 = -582.8397; volume (105 - 400) x 2.98913 = -881.7935; price 298.9538
# Forecast: 18 days left, nothing ordered, so 80 x 2.75 + 15 = 235.00 each: 4 230.00 on top.
THEN_5 = (
    {"meals": 215, "cancelled": 0, "estimate_to_date": "1195.65", "actual_to_date": "802.19", "accrued": "235.00"}
    | {"staff_to_date": "200.00", "variance": "-393.46", "volume_effect": "-552.99", "price_effect": "159.52"}
    | {"forecast": "5032.19"},
    {"meals": 105, "cancelled": 1, "estimate_to_date": "1195.65", "actual_to_date": "612.81", "accrued": "540.00"}
    | {"staff_to_date": "0.00", "variance": "-582.84", "volume_effect": "-881.79", "price_effect": "298.95"}
    | {"forecast": "4842.81"},
)
# On 10 July the wrong entry is taken back; the invoice of Soukka, dated 8 July, has not come in, and 3 July in Suvela
# is not closed. Estimate 5 500 / 23 x 8 = 1 913.0435; 15 days left: 3 525.00.
#   Suvela: 802.1875; variance -1 110.8560; volume (215 - 640) x 2.98913 = -1 270.3804; price 159.5245
#   Soukka: 32.8125 + 540 = 572.8125; variance -1 340.2310; volume (105 - 640) x 2.98913 = -1 599.1848; price 258.9538
THEN_10 = (
    {"meals": 215, "cancelled": 0, "estimate_to_date": "1913.04", "actual_to_date": "802.19", "accrued": "235.00"}
    | {"staff_to_date": "200.00", "variance": "-1110.86", "volume_effect": "-1270.38", "price_effect": "159.52"}
    | {"forecast": "4327.19"},
    {"meals": 105, "cancelled": 1, "estimate_to_date": "1913.04", "actual_to_date": "572.81", "accrued": "540.00"}
    | {"staff_to_date": "0.00", "variance": "-1340.23", "volume_effect": "-1599.18", "price_effect": "258.95"}
    | {"forecast": "4097.81"},
)
# The same 10 July by what is known now: the count of Soukka is two fewer, 103, so the plates are shared by 318 meals:
# 67.6101 and 32.3899; the late invoice, 538.10, is in the place of the 540.00.
#   Suvela: 500 + 67.6101 + 235 = 802.6101; variance -1 110.4334; price 159.9470
#   Soukka: 538.10 + 32.3899 = 570.4899; variance -1 342.5535; volume -537 x 2.98913 = -1 605.1630; price 262.6095
NOW_10 = (
    {"meals": 215, "cancelled": 0, "estimate_to_date": "1913.04", "actual_to_date": "802.61", "accrued": "235.00"}
    | {"staff_to_date": "200.00", "variance": "-1110.43", "volume_effect": "-1270.38", "price_effect": "159.95"}
    | {"forecast": "4327.61"},
    {"meals": 103, "cancelled": 1, "estimate_to_date": "1913.04", "actual_to_date": "570.49", "accrued": "0.00"}
    | {"staff_to_date": "0.00", "variance": "-1342.55", "volume_effect": "-1605.16", "price_effect": "262.61"}
    | {"forecast": "4095.49"},
)
# On 31 July everything was known that is known now; estimate 5 500.00, no days left.
#   Suvela: variance 802.6101 - 5 500 = -4 697.3899; volume (215 - 1 840) x 2.98913 = -4 857.3370; price 159.9470
#   Soukka: variance 570.4899 - 5 500 = -4 929.5101; volume (103 - 1 840) x 2.98913 = -5 192.1196; price 262.6095
AT_31 = (
    {"meals": 215, "cancelled": 0, "estimate_to_date": "5500.00", "actual_to_date": "802.61", "accrued": "235.00"}
    | {"staff_to_date": "200.00", "variance": "-4697.39", "volume_effect": "-4857.34", "price_effect": "159.95"}
    | {"forecast": "802.61"},
    {"meals": 103, "cancelled": 1, "estimate_to_date": "5500.00", "actual_to_date": "570.49", "accrued": "0.00"}
    | {"staff_to_date": "0.00", "variance": "-4929.51", "volume_effect": "-5192.12", "price_effect": "262.61"}
    | {"forecast": "570.49"},
)


def test_a_month_by_hand_on_three_days_as_it_was_known_and_as_it_is_known_now(on_both: Flask) -> None:
    with work(on_both) as session:
        month = make_month(session)
    with look(on_both) as session:
        for number, then, now in ((5, THEN_5, None), (10, THEN_10, NOW_10), (31, AT_31, AT_31)):
            for known, expected in ((on(number), then), (None, now)):
                if expected is None:
                    continue
                basis = service.get_costs(session, ADMIN, pilot_id=month.pilot.id, known=known)
                parks = {park.park_id: told(park.figures) for park in basis.sheet(on(number)).parks}
                assert (parks[month.suvela.id], parks[month.soukka.id]) == expected
    # Together: 802.1875 + 612.8125 = 1 415.00; 802.1875 + 572.8125 = 1 375.00; 802.6101 + 570.4899 = 1 373.10.
    with look(on_both) as session:
        for number, amount in ((5, "1415.00"), (10, "1375.00"), (31, "1373.10")):
            basis = service.get_costs(session, ADMIN, pilot_id=month.pilot.id, known=on(number))
            assert basis.sheet(on(number)).total.actual_to_date == Money.parse(amount)


@pytest.mark.parametrize(
    ("known", "children", "price"),
    [
        # The eve of 2 July: only the first day was closed; the second was planned, not yet cancelled.
        (1, {"Suvela": 70, "Soukka": 50}, 23500 + 18000),
        # The day before anything: nothing was known, though it is now.
        (0, {"Suvela": 0, "Soukka": 0}, 0),
    ],
)
def test_a_day_closed_or_cancelled_later_was_a_planned_one(
    session: Session, known: int, children: dict[str, int], price: int
) -> None:
    month = make_month(session)
    day = date(2024, 7, known) if known else date(2024, 6, 30)
    basis = service.get_costs(session, ADMIN, pilot_id=month.pilot.id, known=day)
    found = basis.sheet(on(2))
    assert {basis.names[park.park_id]: park.figures.first_portions for park in found.parks} == children
    assert (found.total.accrued, found.total.cancelled_days) == (Money(price), 0)


def test_midnight_in_helsinki_ends_a_day(session: Session) -> None:
    pilot = make_pilot(session)
    for hour, minute, cents in ((23, 59, 100), (0, 0, 20)):
        number = 5 if hour else 6
        entry = Entry(uuid4(), on(5), Category.OTHER, Money(cents), pilot.park_ids[0], description="x")
        at = at_local(on(number), time(hour, minute))
        service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=entry, at=at)
    for number, cents in ((4, 0), (5, 100), (6, 120)):
        basis = service.get_costs(session, ADMIN, pilot_id=pilot.id, known=on(number))
        assert basis.sheet(on(31)).total.actual_to_date == Money(cents)


def test_the_pages_say_which_day_is_shown_and_when_it_was_known(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        month, user = make_month(session), make_user(session, Role.MANAGER)
    sign_in(client, user)
    page = text_of(client.get(f"/costs?pilot={month.pilot.id}&as-of=10.7.2024"))
    assert "nykyisin tiedoin" in page
    assert "1 373 €" in page.replace("\N{NO-BREAK SPACE}", " ")
    response = client.get(f"/costs?pilot={month.pilot.id}&as-of=10.7.2024&known=then")
    page = text_of(response).replace("\N{NO-BREAK SPACE}", " ")
    assert "Luvut ovat niin kuin ne tiedettiin ke 10.7.2024 illalla." in page
    assert "Tilaukset, ruokailupäivien suunnitelma, arvio ja pilotin omat hinnat ovat nykyiset." in page
    assert "1 375 €" in page
    park = f"/costs/{month.pilot.id}/parks/{month.soukka.id}?as-of=2024-07-10&known=then"
    assert park.replace("&", "&amp;") in response.text
    page = text_of(client.get(park)).replace("\N{NO-BREAK SPACE}", " ")
    assert "tiedettiin ke 10.7.2024 illalla" in page
    assert "572,81 €" in page
    report = json.loads(client.get(f"/costs/{month.pilot.id}/report/json?as-of=2024-07-10&known=then").data)
    assert (report["as_of"], report["known_on"], report["total"]["actual_to_date"]) == (
        "2024-07-10",
        "2024-07-10",
        "1375.00",
    )


def come(app: Flask, client: PageClient) -> Month:
    """The month, and its manager signed in."""
    with work(app) as session:
        month, user = make_month(session), make_user(session, Role.MANAGER)
    sign_in(client, user)
    return month


THEN = "as-of=2024-07-10&known=then"


def test_every_file_says_which_day_it_was_known(app: Flask, client: PageClient) -> None:
    month = come(app, client)
    report, forecast = f"/costs/{month.pilot.id}/report", f"/costs/{month.pilot.id}/forecast/csv"
    for address, column, amounts in (
        (f"{report}/csv", "actual_to_date", ("572,81", "802,19", "1375,00")),
        (forecast, "forecast", ("4097,81", "4327,19", "8425,00")),
    ):
        answer = client.get(f"{address}?{THEN}")
        assert "2024-07-10-known-then.csv" in answer.headers["Content-Disposition"]
        rows = list(csv.DictReader(answer.data.decode("utf-8-sig").splitlines(), delimiter=";"))
        assert tuple(row[column] for row in rows) == amounts
        assert {row["known_on"] for row in rows} == {"2024-07-10"}
        assert "known_on" not in client.get(f"{address}?as-of=2024-07-10").text
    book = load_workbook(io.BytesIO(client.get(f"{report}/xlsx?{THEN}").data))
    said = {row[0].value: row[1].value for row in book["terms"].iter_rows()}
    assert (said["as_of"], said["known_on"]) == (datetime(2024, 7, 10),) * 2  # noqa: DTZ001 - as a spreadsheet has days
    paper = pypdfium2.PdfDocument(client.get(f"{report}/pdf?{THEN}").data)
    words = " ".join(paper[0].get_textpage().get_text_range().split())
    assert "Luvut ovat niin kuin ne tiedettiin ke 10.7.2024 illalla." in words
    assert "1 375,00 €" in words


def test_the_forecast_is_as_it_was_known_too(app: Flask, client: PageClient) -> None:
    month = come(app, client)
    address = f"/costs/{month.pilot.id}/forecast"
    assert f"{address}?{THEN}".replace("&", "&amp;") in client.get(f"/costs?pilot={month.pilot.id}&{THEN}").text
    # 4 327.1875 + 4 097.8125 then; 4 327.6101 + 4 095.4899 by what is known now.
    for known, told in (("&known=then", "8 425 €"), ("", "8 423 €")):
        page = client.get(f"{address}?as-of=2024-07-10{known}")
        words = text_of(page).replace("\N{NO-BREAK SPACE}", " ")
        # A day is shown as it is written here, however the link says it.
        assert 'name="as-of" value="10.7.2024"' in page.text
        assert f"Ruokakulut kauden lopussa noin {told}" in words
        assert ("Luvut ovat niin kuin ne tiedettiin ke 10.7.2024 illalla." in words) is bool(known)
        assert f"/forecast/csv?as-of=2024-07-10{known}".replace("&", "&amp;") in page.text


def test_the_ledger_of_a_day_is_what_was_booked_by_then(app: Flask, client: PageClient) -> None:
    month = come(app, client)
    address = f"/costs/{month.pilot.id}/ledger"
    assert f"{address}?{THEN}".replace("&", "&amp;") in client.get(f"/costs?pilot={month.pilot.id}&{THEN}").text
    # The plates, the wrong entry, the invoice of Suvela and the work were booked by 5 July; then the reversal, and on
    # 16 July the invoice of Soukka, dated 8 July.
    for asked, entries, taken_back in (
        ("", 6, 1),
        ("?as-of=9.7.2024&known=then", 4, 0),
        ("?as-of=9.7.2024", 5, 1),
        ("?as-of=10.7.2024&known=then", 5, 1),
    ):
        page = client.get(f"{address}{asked}")
        assert (page.text.count('data-l="Summa"'), text_of(page).count("Kumottu")) == (entries, taken_back), asked
        # What is no longer so may not be done from the past.
        assert "/reverse" not in page.text or "known" not in asked
    answer = client.get(f"{address}/csv?as-of=9.7.2024&known=then")
    assert len(answer.data.decode("utf-8-sig").splitlines()) == 1 + 4
    assert "ledger-2024-07-09-known-then.csv" in answer.headers["Content-Disposition"]
    assert client.get(f"{address}/csv?as-of=31.11.2024&known=then").location.endswith("as-of=31.11.2024&known=then")
    page = client.get(f"{address}?as-of=31.11.2024&known=then")
    assert "Kirjoita päivä" in text_of(page)
    assert 'value="31.11.2024"' in page.text
    assert "Tähän päivään mennessä ei ollut kirjauksia" in text_of(client.get(f"{address}?as-of=1.6.2024"))


def test_the_past_tells_nothing_of_events(app: Flask, client: PageClient) -> None:
    """Their attendance is known as it is now alone."""
    month = come(app, client)
    with work(app) as session:
        event = make_event(session, starts_at=july(6))
        tap = Tap(uuid4(), event.id, "participants", 9, july(6))
        record_attendance_tap(session, ADMIN, tap=tap, at=july(6))
    address = f"/costs?pilot={month.pilot.id}&as-of=10.7.2024"
    for known, told in (("", True), ("&known=then", False)):
        page = text_of(client.get(f"{address}{known}"))
        assert ("9 osallistumista" in page) is told


def test_bills_are_matched_as_they_were_known(app: Flask, client: PageClient) -> None:
    month = come(app, client)
    address = f"/costs/{month.pilot.id}/matching"
    for asked, bills in (
        ("", 2),
        ("?as-of=10.7.2024", 2),
        ("?as-of=10.7.2024&known=then", 1),
        ("?as-of=4.7.2024", 0),
    ):
        page = client.get(f"{address}{asked}")
        assert page.text.count('data-l="Laskutettu"') == bills, asked
    assert "ei ollut ateriapalvelun laskuja" in text_of(page)


def test_the_past_asks_as_little_of_many_parks_as_of_few(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilots = [make_pilot(session, [make_park(session) for _ in range(parks)]) for parks in (4, 40)]
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    for known in ("", "&known=then"):
        numbers = []
        for pilot in pilots:
            with recorded(app) as statements:
                assert client.get(f"/costs?pilot={pilot.id}&as-of=10.7.2024{known}").status_code == 200
            numbers.append(len(statements))
        assert len(set(numbers)) == 1


def test_nothing_is_known_of_a_share_before_there_was_a_meal(session: Session) -> None:
    """By what was known on 30 June the plates, shared by meals, are not booked; by 3 July there are meals to go by."""
    month = make_month(session)
    basis = service.get_costs(session, ADMIN, pilot_id=month.pilot.id, known=on(3))
    found = {basis.names[park.park_id]: park.figures for park in basis.sheet(on(3)).parks}
    # Both parks' counts of 3 July had come by that evening: 215 and 105.
    assert found["Suvela"].actual_to_date == Money(Fraction(10000 * 215, 320)) + Money(23500 + 26250 + 23500)
    assert found["Soukka"].actual_to_date == Money(Fraction(10000 * 105, 320)) + Money(18000 * 3)
