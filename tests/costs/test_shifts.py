"""Staff hours from shifts: worked by hand, booked once, reversible; the form for a week."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from pilot_ops.costs import queries, service
from pilot_ops.costs.domain import Category, Entry, Reason, Shift, check_shift, entry_of
from pilot_ops.costs.models import ShiftRow
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import Money
from pilot_ops.schedule.domain import Pilot
from tests.costs.test_domain import PARK, eur
from tests.support.builders import ADMIN, NOON, make_park, make_pilot, make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, post_form, sign_in, text_of

MONDAY = date(2024, 7, 1)


def shift(**different: Any) -> Shift:
    made = Shift(uuid4(), PARK, MONDAY, 2, time(10, 0), time(14, 30), 30, Money(1985))
    return replace(made, **different)


@pytest.mark.parametrize(
    ("different", "hours", "amount"),
    [
        # 10.00-14.30 less half an hour is 4 h; of two people 8 h x 19.85 = 158.80.
        ({}, Fraction(8), "158.80"),
        # 7.5 h x 19.85 = 148.875 -> 148.88.
        ({"people": 1, "ends": time(17, 30), "break_minutes": 0}, Fraction(15, 2), "148.88"),
        # Three people for 20 minutes: 1 h.
        ({"people": 3, "ends": time(10, 20), "break_minutes": 0}, Fraction(1), "19.85"),
    ],
)
def test_a_shift_is_people_times_hours_times_rate(different: dict[str, Any], hours: Fraction, amount: str) -> None:
    made = shift(**different)
    entry = entry_of(made, description="Työvuoro")
    assert (made.hours, entry.hours, entry.rate) == (hours, hours, Money(1985))
    assert entry.amount == eur(amount)
    assert (entry.category, entry.id, entry.day, entry.park_id) == (Category.STAFF, made.id, MONDAY, PARK)


def test_hours_that_are_no_whole_hundredths_are_told_by_the_shift_alone() -> None:
    # 20 minutes of one person: 19.85 / 3 = 6.6167 -> 6.62.
    made = shift(people=1, ends=time(10, 20), break_minutes=0)
    entry = entry_of(made, description="Työvuoro")
    assert (made.hours, entry.hours, entry.rate, entry.amount) == (Fraction(1, 3), None, None, eur("6.62"))


@pytest.mark.parametrize(
    ("different", "reason", "field"),
    [
        ({"people": 0}, Reason.PEOPLE_WRONG, "people"),
        ({"people": 51}, Reason.PEOPLE_WRONG, "people"),
        ({"ends": time(10, 0)}, Reason.SHIFT_BACKWARDS, "ends"),
        ({"break_minutes": 270}, Reason.BREAK_TOO_LONG, "break"),
        ({"rate": Money(0)}, Reason.RATE_WRONG, "rate"),
        ({"rate": Money(100_001)}, Reason.RATE_WRONG, "rate"),
    ],
)
def test_a_shift_that_cannot_be(different: dict[str, Any], reason: Reason, field: str) -> None:
    with pytest.raises(Refused) as refused:
        check_shift(shift(**different))
    assert (refused.value.reason, refused.value.field) == (reason, field)


def suvela(session: Session) -> Pilot:
    return make_pilot(session, [make_park(session, name="Suvela")])


def book(session: Session, pilot: Pilot, **made: Shift) -> None:
    shifts = {called.removeprefix("_"): (one, "Työvuoro") for called, one in made.items()}
    service.book_shifts(session, ADMIN, pilot_id=pilot.id, shifts=shifts, at=NOON)


def test_a_shift_is_one_entry_booked_once_and_reversible(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = suvela(session)
        made = shift(park_id=pilot.park_ids[0])
        odd = shift(park_id=pilot.park_ids[0], people=1, ends=time(10, 20), break_minutes=0, day=date(2024, 7, 2))
        for _ in range(2):
            book(session, pilot, _0=made, _1=odd)
        entries = queries.list_entries(session, pilot.id)
        assert [(entry.id, entry.amount.cents) for entry in entries] == [(made.id, 15880), (odd.id, 662)]
        given = {"first": MONDAY, "last": date(2024, 7, 7)}
        assert queries.list_shifts(session, pilot.id, **given) == ((made, False), (odd, False))
        assert queries.list_shifts(session, pilot.id, first=MONDAY, last=MONDAY) == ((made, False),)
        service.reverse_entry(session, ADMIN, entry_id=made.id, day=MONDAY, reason="Sairaana", at=NOON)
        assert queries.list_shifts(session, pilot.id, **given) == ((made, True), (odd, False))
        basis = service.get_costs(session, ADMIN, pilot_id=pilot.id)
        assert basis.sheet(date(2024, 7, 7)).total.staff_to_date == Money(662)


@pytest.mark.parametrize("change", [update(ShiftRow).values(people=9), delete(ShiftRow)], ids=["update", "delete"])
def test_a_shift_is_never_changed(on_both: Flask, change: Any) -> None:
    with work(on_both) as session:
        pilot = suvela(session)
        book(session, pilot, _0=shift(park_id=pilot.park_ids[0]))
    with pytest.raises(DatabaseError), work(on_both) as session:
        session.execute(change)


def test_what_is_refused_names_its_day_of_the_week(session: Session) -> None:
    pilot = suvela(session)
    park_id = pilot.park_ids[0]
    for wrong, field in (
        ({"ends": time(9, 0)}, "ends_3"),
        ({"break_minutes": 600}, "break_3"),
        ({"day": date(2099, 1, 1)}, "people_3"),
        ({"park_id": PARK}, "park"),
        ({"rate": Money(0)}, "rate"),
    ):
        with pytest.raises(Refused) as refused:
            book(session, pilot, _3=shift(**{"park_id": park_id, **wrong}))
        assert refused.value.field == field


def test_an_id_of_another_cost_is_no_shift(session: Session) -> None:
    pilot = suvela(session)
    taken = Entry(uuid4(), MONDAY, Category.OTHER, Money(1), pilot.park_ids[0], description="x")
    service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=taken, at=NOON)
    with pytest.raises(Refused) as refused:
        book(session, pilot, _0=shift(id=taken.id, park_id=pilot.park_ids[0]))
    assert refused.value.reason is Reason.ID_REUSED


def test_a_week_of_shifts_as_a_page(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot, user = suvela(session), make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    address = f"/costs/{pilot.id}/shifts"
    # Any day of the week will do: 3 July is a Wednesday, the Monday is the first.
    given = {"week": "3.7.2024", "park": str(pilot.park_ids[0]), "rate": "19,85"}
    monday = {"people_0": "2", "starts_0": "10.00", "ends_0": "14:30", "break_0": "30"}
    wrong = post_form(client, address, data={**given, **monday, "people_4": "1", "starts_4": "10"})
    assert "Kirjoita kellonaika" in text_of(wrong)
    assert "Kirjoita, milloin vuoro päättyy" in text_of(wrong)
    assert 'value="14:30"' in wrong.text
    wrong = post_form(client, address, data={**given, **monday, "ends_0": "9.00"})
    assert "Vuoro päättyy ennen kuin se alkaa" in text_of(wrong)
    with look(app) as session:
        assert queries.list_entries(session, pilot.id) == ()
    friday = {"people_4": "1", "starts_4": "10.00", "ends_4": "12.00"}
    done = post_form(client, address, data={**given, **monday, **friday})
    assert done.status_code == 302
    page = text_of(client.get(done.location)).replace("\N{NO-BREAK SPACE}", " ")
    assert "2 työvuoroa kirjattiin" in page
    assert "ma 1.7.2024 Suvela 10.00–14.30, tauko 30 min 2 8,00 158,80 € Kumoa" in page
    assert "pe 5.7.2024 Suvela 10.00–12.00 1 2,00 39,70 €" in page
    ledger = text_of(client.get(f"/costs/{pilot.id}/ledger"))
    assert "Työvuoro 10.00–14.30, 2 henkilöä, tauko 30 min" in ledger


def test_a_week_that_cannot_be_read_keeps_what_was_typed(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot, user = suvela(session), make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    address = f"/costs/{pilot.id}/shifts"
    for nobody in ("", " ", None):
        sent = {f"people_{number}": nobody for number in range(7)}
        page = text_of(post_form(client, address, week="1.7.2024", rate="20", data=sent))
        assert "Kirjoita ainakin yksi työvuoro" in page
    page = post_form(client, address, week="huomenna", rate="20", people_0="1", starts_0="10", ends_0="11")
    assert "Kirjoita päivä, esimerkiksi 3.6.2024" in text_of(page)
    assert 'value="huomenna"' in page.text
    assert client.get(f"{address}?week=x&park=y").status_code == 200
