"""The demonstration: it runs today whatever the day, and what is no demonstration is never deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.accounts.domain import User
from pilot_ops.accounts.queries import find_user_by_email
from pilot_ops.cli import demo
from pilot_ops.costs.queries import list_entries
from pilot_ops.counting.queries import counted_subjects, totals
from pilot_ops.events.queries import get_event, list_events
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.text import Translated
from pilot_ops.parks.queries import find_park_by_name
from pilot_ops.public.queries import list_coming
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import DayStatus, MealDay, Pilot
from pilot_ops.schedule.queries import find_pilot_by_name, list_days
from pilot_ops.signups.domain import Counts
from pilot_ops.signups.queries import count_sign_ups, list_events_with_persons
from pilot_ops.tickets.queries import list_types
from pilot_ops.tickets.service import change_type
from tests.support.builders import ADMIN, NOON, actor_of, make_park, make_pilot, make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, sign_in, text_of
from tests.support.signups import change_event, make_event
from tests.support.tickets import make_type

FRIDAY, SATURDAY, CHRISTMAS = date(2026, 7, 3), date(2026, 7, 4), date(2026, 12, 25)


def load_on(app: Flask, day: date) -> bool:
    """Run ``demo`` on a day; whether it was loaded anew."""
    with time_machine.travel(datetime(day.year, day.month, day.day, 8, tzinfo=UTC), tick=False), work(app) as session:
        return demo.load_into(session, app.config["PILOT_OPS"])


def running(session: Session) -> tuple[Pilot, list[MealDay]]:
    pilot = find_pilot_by_name(session, demo.RUNNING)
    assert pilot is not None
    return pilot, list(list_days(session, pilot_id=pilot.id))


@pytest.mark.parametrize("today", [FRIDAY, SATURDAY, CHRISTMAS])
def test_it_runs_today_whatever_the_day(app: Flask, today: date) -> None:
    assert load_on(app, today)
    with look(app) as session:
        pilot, days = running(session)
        assert {day.park_id for day in days if day.day == today} == set(pilot.park_ids)
        assert {day.status for day in days if day.day >= today} == {DayStatus.PLANNED}
        assert {day.status for day in days if day.day < today} == {DayStatus.CLOSED}
        others = {day.day for day in days if day.day != today}
    assert max(day.weekday() for day in others) == 4


def test_people_have_signed_up_for_its_canoe_trip_and_some_wait(app: Flask) -> None:
    load_on(app, FRIDAY)
    load_on(app, SATURDAY)
    with look(app) as session:
        (event_id,) = list_events_with_persons(session)
        assert count_sign_ups(session, event_id) == Counts(4, 12, 1, 2)
        assert get_event(session, event_id).details.capacity == 12


@pytest.mark.parametrize("days_later", [1, 60, 400])
def test_run_again_later_it_runs_today_and_keeps_what_was_counted(app: Flask, days_later: int) -> None:
    load_on(app, FRIDAY)
    today = FRIDAY + timedelta(days=days_later)
    with look(app) as session:
        _, days = running(session)
        before = totals(session, [day.id for day in days])
    assert not load_on(app, today)
    with look(app) as session:
        pilot, days = running(session)
        assert {day.park_id for day in days if day.day == today} == set(pilot.park_ids)
        counts = totals(session, [day.id for day in days])
        assert {day_id: counts.get(day_id) for day_id in before} == before
        over = [day for day in days if pilot.details.starts_on <= day.day < today]
        assert {day.status for day in over} == {DayStatus.CLOSED}
        assert counted_subjects(session, [day.id for day in over]) == {day.id for day in over}
        entries = list_entries(session, pilot.id)
    assert not load_on(app, today)
    with look(app) as session:
        assert running(session) == (pilot, days)
        assert list_entries(session, pilot.id) == entries


def test_a_real_pilot_in_its_parks_comes_first(app: Flask) -> None:
    load_on(app, FRIDAY)
    later = date(2026, 9, 1)
    with work(app) as session:
        park = find_park_by_name(session, "Suvela")
        assert park is not None
        make_pilot(session, [park], starts_on=later, ends_on=later)
        before = running(session)
    assert not load_on(app, later)
    with look(app) as session:
        assert running(session) == before


def _add_park(session: Session) -> None:
    make_park(session, name="Oikea puisto")


def _add_person(session: Session) -> None:
    make_user(session, Role.MANAGER, email="oikea@example.fi")


def _add_pilot(session: Session) -> None:
    park = find_park_by_name(session, "Tapiola")
    assert park is not None
    make_pilot(session, [park], name="Oikea pilotti")


def _add_closure(session: Session) -> None:
    park = find_park_by_name(session, "Tapiola")
    assert park is not None
    closure = {"park_id": park.id, "starts_on": FRIDAY, "ends_on": FRIDAY}
    seen = schedule.preview_closure(session, ADMIN, **closure).digest
    schedule.add_closure(session, ADMIN, **closure, closure_id=uuid4(), note="", seen=seen, at=NOON)


def _add_event(session: Session) -> None:
    """One of the demonstration's own name, as a file that is read in on the command line may have."""
    example = next(event for event in list_events(session) if event.name.fi == "Metsäretki kaikille")
    make_event(session, name=example.name)


def _add_ticket_type(session: Session) -> None:
    venues = list_types(session)[0].details.venues
    make_type(session, name=Translated("Ranneke"), prefix="RAN", venues=venues)


@pytest.mark.parametrize(
    ("add", "named"),
    [
        (_add_event, "'Metsäretki kaikille' is an event of yours"),
        (_add_ticket_type, "'Ranneke' is a ticket type of yours"),
        (_add_pilot, "the pilot 'Oikea pilotti' is not a demonstration"),
        (_add_person, "'oikea@example.fi' is a person of yours"),
        (_add_park, "'Oikea puisto' is a park of yours"),
        (_add_closure, "'Tapiola' has days on which it is closed"),
    ],
)
def test_what_is_real_is_named_and_not_deleted(app: Flask, add: Callable[[Session], None], named: str) -> None:
    load_on(app, FRIDAY)
    with work(app) as session:
        demo.add_people(session)
        assert list(demo.real_work(session)) == []
        add(session)
        assert list(demo.real_work(session)) == [named]


def test_its_events_and_tickets_say_what_they_are_and_stay_so(app: Flask) -> None:
    load_on(app, FRIDAY)
    with work(app) as session:
        events, types = list_events(session), list_types(session)
        assert {event.details.demo for event in events} == {kind.details.demo for kind in types} == {True}
        event = next(event for event in events if event.is_on and event.starts_at > NOON)
        changed = change_event(session, event, name=Translated("Uusi nimi"), demo=False)
        details = replace(types[0].details, name=Translated("Uusi nimi"), demo=False)
        assert changed.details.demo
        assert change_type(session, ADMIN, type_id=types[0].id, details=details, at=NOON).details.demo
        demo.add_people(session)
        assert list(demo.real_work(session)) == []


def test_its_events_are_shown_to_families_only_while_there_is_nothing_real(app: Flask) -> None:
    load_on(app, FRIDAY)
    moment = datetime(2026, 7, 3, 8, tzinfo=UTC)
    with work(app) as session:
        assert {event.details.demo for event in list_coming(session, moment)} == {True}
        real = make_event(session, starts_at=moment + timedelta(days=3), at=moment)
        assert [event.id for event in list_coming(session, moment)] == [real.id]


def test_pages_say_of_what_is_made_up_that_it_is(app: Flask) -> None:
    load_on(app, FRIDAY)
    with work(app) as session:
        user = make_user(session, Role.COORDINATOR)
        event = next(event for event in list_events(session) if event.is_public)
        (kind, *_others) = list_types(session)
    app.test_client_class = PageClient
    client = app.test_client()
    assert isinstance(client, PageClient)
    with time_machine.travel(datetime(2026, 7, 3, 8, tzinfo=UTC), tick=False):
        sign_in(client, user)
        for path, sentence in (
            ("/outdoors", "nämä tapahtumat on keksitty"),
            (f"/outdoors/{event.id}", "tämä tapahtuma on keksitty"),
            ("/events", "Esittelytietoa"),
            (f"/events/{event.id}", "keksitty esittelyä varten"),
            ("/events/report?from=1.6.2026&to=31.7.2026", "keksittyjä lukuja"),
            ("/tickets", "Esittelytietoa"),
            (f"/tickets/types/{kind.id}", "keksitty esittelyä varten"),
            ("/tickets/report", "keksittyjä lukuja"),
        ):
            assert sentence in text_of(client.get(path)), path


def test_what_a_real_person_did_is_not_deleted(app: Flask) -> None:
    load_on(app, FRIDAY)
    with work(app) as session:
        user = make_user(session, Role.COORDINATOR, email="oikea@example.fi")
        pilot = find_pilot_by_name(session, demo.RUNNING)
        assert pilot is not None
        (day, *_rest) = list_days(session, pilot_id=pilot.id, first=FRIDAY)
        schedule.order_portions(session, actor_of(session, user), orders={day.id: 12}, at=NOON)
        assert f"{user.name!r} has worked here" in list(demo.real_work(session))
        guest = _guest(session)
        schedule.order_portions(session, actor_of(session, guest), orders={day.id: 13}, at=NOON)
        assert not any(guest.name in named for named in demo.real_work(session))


def _guest(session: Session) -> User:
    demo.add_people(session)
    found = find_user_by_email(session, "koordinaattori@esittely.invalid")
    assert found is not None
    return found
