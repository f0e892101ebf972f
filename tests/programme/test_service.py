"""What is done to the programme is there once, in the log, and what its parts bring is read from their own books."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pilot_ops.audit.queries import walk_entries
from pilot_ops.costs import service as costs
from pilot_ops.costs.domain import Category, Entry
from pilot_ops.kernel.access import Actor, Role
from pilot_ops.kernel.db import transaction
from pilot_ops.kernel.errors import Forbidden, Refused
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from pilot_ops.programme import queries, service
from pilot_ops.programme.domain import Decision, PartKind, Reason, Status, Year, mark_of
from tests.support.builders import ADMIN, NOON, count_children, day_of, make_park, make_pilot
from tests.support.databases import look, work
from tests.support.events import make_event
from tests.support.programme import make_expense, make_measure, make_year
from tests.support.tickets import make_type

TODAY = date(2026, 7, 1)


def test_the_same_measure_or_expense_again_changes_nothing(on_both: Flask) -> None:
    with work(on_both) as session:
        measure = make_measure(session, name=Translated("Senioripaku"))
        expense = make_expense(measure)
        for _ in range(2):
            service.create_measure(session, ADMIN, measure_id=measure.id, year=2026, details=measure.details, at=NOON)
            service.book_expense(session, ADMIN, expense=expense, at=NOON)
        other = replace(measure.details, name=Translated("Muu"))
        with pytest.raises(Refused) as refused:
            service.create_measure(session, ADMIN, measure_id=measure.id, year=2026, details=other, at=NOON)
        assert refused.value.reason is Reason.ID_REUSED
        with pytest.raises(Refused) as refused:
            service.book_expense(session, ADMIN, expense=replace(expense, amount=Money(1)), at=NOON)
        assert refused.value.reason is Reason.ID_REUSED
    with look(on_both) as session:
        assert len(queries.list_expenses(session, 2026)) == 1
        done = [entry.action for entry in walk_entries(session) if entry]
    assert done.count("expense.booked") == done.count("measure.created") == 1


def test_expenses_are_never_changed_or_deleted(on_both: Flask) -> None:
    with work(on_both) as session:
        service.book_expense(session, ADMIN, expense=make_expense(make_measure(session)), at=NOON)
    for statement in ("UPDATE programme_expenses SET amount_cents = 1", "DELETE FROM programme_expenses"):
        with pytest.raises(DBAPIError, match="append-only"), work(on_both) as session:
            session.execute(text(statement))


def test_an_expense_is_reversed_once_however_many_press(on_both: Flask) -> None:
    with work(on_both) as session:
        expense = make_expense(make_measure(session), "512.30")
        service.book_expense(session, ADMIN, expense=expense, at=NOON)
    together = Barrier(6)

    def press(_number: int) -> None:
        together.wait()
        with on_both.app_context(), suppress(Refused), transaction() as session:
            service.reverse_expense(session, ADMIN, expense_id=expense.id, day=TODAY, reason="Väärä", at=NOON)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(press, range(6)))
    with look(on_both) as session:
        assert len(queries.list_expenses(session, 2026)) == 2
        assert queries.get_overview(session, 2026, today=TODAY).total == Money(0)


def test_a_part_belongs_to_one_measure_a_year(on_both: Flask) -> None:
    with work(on_both) as session:
        kind = make_type(session)
        part = (PartKind.TICKET_TYPE, kind.id)
        make_measure(session, parts=[part])
        make_measure(session, 2025, parts=[part])
        with pytest.raises(Refused) as refused:
            make_measure(session, parts=[part])
        assert (refused.value.reason, refused.value.field) == (Reason.PART_TAKEN, "parts")
        with pytest.raises(Refused) as refused:
            make_measure(session, parts=[(PartKind.PILOT, uuid4())])
        assert refused.value.reason is Reason.UNKNOWN_PART


def test_a_change_names_the_version_that_was_seen(on_both: Flask) -> None:
    with work(on_both) as session:
        measure = make_measure(session, status=Status.PLANNED)
        running = replace(measure.details, status=Status.RUNNING)
        service.change_measure(session, ADMIN, measure_id=measure.id, seen=1, details=running, parts=[], at=NOON)
        with pytest.raises(Refused) as refused:
            service.change_measure(
                session, ADMIN, measure_id=measure.id, seen=1, details=measure.details, parts=[], at=NOON
            )
        assert refused.value.reason is Reason.CHANGED_MEANWHILE
        assert queries.get_measure(session, measure.id).details.status is Status.RUNNING
        with pytest.raises(Refused) as refused:
            make_measure(session, name=Translated(measure.name.fi.upper()))
        assert (refused.value.reason, refused.value.field) == (Reason.NAME_TAKEN, "name_fi")


def test_parts_are_read_from_their_own_books(on_both: Flask) -> None:
    """A pilot: 300.00 of supplies and 120.00 of staff within the year; 50.00 after it is not this year's."""
    with work(on_both) as session:
        park = make_park(session)
        pilot = make_pilot(session, [park], starts_on=date(2025, 6, 1), ends_on=date(2025, 6, 30), portion_price=None)
        for day, category, cents in (
            (date(2025, 6, 10), Category.SUPPLIES, 300_00),
            (date(2025, 6, 11), Category.STAFF, 120_00),
            (date(2026, 2, 1), Category.SUPPLIES, 50_00),
        ):
            entry = Entry(uuid4(), day, category, Money(cents), park.id, description="Lasku")
            costs.book_entry(session, ADMIN, pilot_id=pilot.id, entry=entry, at=NOON)
        event = make_event(session, starts_at=NOON - timedelta(days=300))
        measure = make_measure(session, 2025, parts=[(PartKind.PILOT, pilot.id), (PartKind.EVENT, event.id)])
    with look(on_both) as session:
        (line,) = queries.get_overview(session, 2025, today=TODAY).measures
        assert line.measure == measure
        assert {part.kind: part.cost.decimal() for part in line.parts} == {"pilot": "420.00", "event": "0.00"}
        choices = queries.list_choices(session, 2025)
        assert choices[PartKind.EVENT, event.id].fi.endswith(f"{event.day.day}.{event.day.month}.")
        assert (PartKind.PILOT, pilot.id) not in queries.list_choices(session, 2026)


def test_a_pilot_over_the_turn_of_the_year_is_not_counted_twice(on_both: Flask) -> None:
    """300.00 and two lunches in December, 120.00 and three lunches in January: each year has its own, and no other."""
    pilot_days = {date(2025, 12, 10): (300_00, 2), date(2026, 1, 14): (120_00, 3)}
    with work(on_both) as session:
        park = make_park(session)
        season = {"starts_on": date(2025, 12, 1), "ends_on": date(2026, 1, 30), "portion_price": None}
        pilot = make_pilot(session, [park], **season)
        for day, (cents, children) in pilot_days.items():
            entry = Entry(uuid4(), day, Category.SUPPLIES, Money(cents), park.id, description="Lasku")
            costs.book_entry(session, ADMIN, pilot_id=pilot.id, entry=entry, at=NOON)
            count_children(session, day_of(session, pilot, day), school=children)
        for year in (2025, 2026):
            make_measure(session, year, parts=[(PartKind.PILOT, pilot.id)])
    with look(on_both) as session:
        found = {year: queries.get_overview(session, year, today=TODAY) for year in (2025, 2026)}
        assert {year: overview.total.decimal() for year, overview in found.items()} == {2025: "300.00", 2026: "120.00"}
        assert {year: overview.participations for year, overview in found.items()} == {2025: 2, 2026: 3}
        early = queries.get_overview(session, 2026, today=date(2025, 12, 31))
        assert (early.total, early.participations) == (Money(0), 0)


def test_targets_are_kept_while_a_measure_is_for_them(on_both: Flask) -> None:
    with work(on_both) as session:
        names = [Translated("Osallisuus"), Translated("Yhdenvertaisuus")]
        service.set_targets(session, ADMIN, names=names, at=NOON)
        make_measure(session, targets=frozenset({2}))
        with pytest.raises(Refused) as refused:
            service.set_targets(session, ADMIN, names=names[:1], at=NOON)
        assert refused.value.reason is Reason.UNKNOWN_TARGET
        with pytest.raises(Refused) as stale:
            service.set_targets(session, ADMIN, names=[*names, Translated("Muu")], at=NOON, seen=mark_of(()))
        assert stale.value.reason is Reason.CHANGED_MEANWHILE
        service.set_targets(session, ADMIN, names=[*names, Translated("Mieli")], at=NOON)
        assert [target.number for target in queries.list_targets(session)] == [1, 2, 3]


def test_decisions_are_written_down_and_corrected(on_both: Flask) -> None:
    with work(on_both) as session:
        measure = make_measure(session)
        told = Decision(uuid4(), 2026, TODAY, Translated("Ohjausryhmä"), Translated("Pilotoidaan."), measure.id)
        service.save_decision(session, ADMIN, decision=told, at=NOON)
        other = replace(told, text=Translated("Ei pilotoida."))
        service.save_decision(session, ADMIN, decision=other, at=NOON, seen=mark_of(told))
        # Sent again it is as it is wanted; somebody who looked at the first one does not write over it.
        service.save_decision(session, ADMIN, decision=other, at=NOON, seen=mark_of(told))
        with pytest.raises(Refused) as stale:
            service.save_decision(
                session, ADMIN, decision=replace(told, decided_by=Translated("Joku")), at=NOON, seen=mark_of(told)
            )
        assert stale.value.reason is Reason.CHANGED_MEANWHILE
        make_year(session, 2025)
        with pytest.raises(Refused) as refused:
            service.save_decision(session, ADMIN, decision=replace(told, id=uuid4(), year=2025), at=NOON)
        assert refused.value.reason is Reason.MEASURE_OF_ANOTHER_YEAR
    with look(on_both) as session:
        (kept,) = queries.list_decisions(session, 2026)
        assert kept.text.fi == "Ei pilotoida."


def test_years_are_there_once_and_corrected(on_both: Flask) -> None:
    with work(on_both) as session:
        make_year(session, budget=Money(200_000_00))
        with pytest.raises(Refused) as refused:
            make_year(session)
        assert (refused.value.reason, refused.value.field) == (Reason.YEAR_TAKEN, "year")
        seen = mark_of(queries.get_year(session, 2026))
        service.change_year(session, ADMIN, year=Year(2026, Money(5), residents=12), seen=seen, at=NOON)
        with pytest.raises(Refused) as stale:
            service.change_year(session, ADMIN, year=Year(2026, Money(7)), seen=seen, at=NOON)
        assert stale.value.reason is Reason.CHANGED_MEANWHILE
        assert queries.get_year(session, 2026) == Year(2026, Money(5), residents=12)


@pytest.mark.parametrize("role", [Role.PARK_STAFF, Role.POINT_STAFF, Role.VENUE, Role.COORDINATOR])
def test_only_managers_edit(app: Flask, role: Role) -> None:
    somebody = Actor(uuid4(), "Joku", role)
    with work(app) as session:
        expense = make_expense(make_measure(session))
        with pytest.raises(Forbidden):
            service.book_expense(session, somebody, expense=expense, at=NOON)
        with pytest.raises(Forbidden):
            service.add_year(session, somebody, year=Year(2030), at=NOON)
        if role is not Role.COORDINATOR:
            with pytest.raises(Forbidden):
                service.get_overview(session, somebody, year=2026, today=TODAY)
