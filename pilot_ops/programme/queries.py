"""Reading the programme, and what its parts bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pilot_ops.costs.queries import Basis, get_basis
from pilot_ops.events.domain import Event, reach_of
from pilot_ops.events.queries import attendance_of, closings_of, list_events, list_series
from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from pilot_ops.programme.domain import (
    Decision,
    Expense,
    Measure,
    Overview,
    Part,
    PartFigures,
    PartKind,
    Target,
    Year,
    overview_of,
)
from pilot_ops.programme.models import (
    DecisionRow,
    ExpenseRow,
    MeasurePartRow,
    MeasureRow,
    TargetRow,
    YearRow,
)
from pilot_ops.schedule.queries import list_pilots
from pilot_ops.tickets.domain import By, report
from pilot_ops.tickets.queries import Period, list_movements, list_types


def list_targets(session: Session) -> tuple[Target, ...]:
    """The benefit targets by number."""
    rows = session.scalars(select(TargetRow).order_by(TargetRow.number))
    return tuple(Target(row.number, Translated(row.name_fi, row.name_sv, row.name_en)) for row in rows)


def list_years(session: Session) -> tuple[Year, ...]:
    """Every year of the programme, the latest first."""
    return tuple(map(_year, session.scalars(select(YearRow).order_by(YearRow.year.desc()))))


def find_year(session: Session, year: int) -> Year | None:
    """A year of the programme, or None."""
    row = session.get(YearRow, year, populate_existing=True)
    return _year(row) if row else None


def get_year(session: Session, year: int) -> Year:
    """A year of the programme. NotFound if it is none."""
    found = find_year(session, year)
    if found is None:
        raise NotFound
    return found


def list_measures(session: Session, year: int) -> tuple[Measure, ...]:
    """The measures of a year in their order."""
    query = select(MeasureRow).where(MeasureRow.year == year).order_by(MeasureRow.place, MeasureRow.name_key)
    return tuple(map(_measure, session.scalars(query)))


def find_measure(session: Session, measure_id: UUID) -> Measure | None:
    """A measure, or None."""
    row = session.get(MeasureRow, measure_id, populate_existing=True)
    return _measure(row) if row else None


def get_measure(session: Session, measure_id: UUID) -> Measure:
    """A measure. NotFound if there is none."""
    found = find_measure(session, measure_id)
    if found is None:
        raise NotFound
    return found


def next_place(session: Session, year: int) -> int:
    """The place after the last measure of a year."""
    last = session.scalar(select(func.max(MeasureRow.place)).where(MeasureRow.year == year))
    return (last or 0) + 1


def list_expenses(session: Session, year: int) -> tuple[Expense, ...]:
    """The expenses of a year by day, in the order they were booked."""
    query = select(ExpenseRow).where(ExpenseRow.year == year)
    return tuple(map(_expense, session.scalars(query.order_by(ExpenseRow.day, ExpenseRow.booked_at, ExpenseRow.id))))


def get_expense(session: Session, expense_id: UUID) -> Expense:
    """An expense. NotFound if there is none."""
    row = session.get(ExpenseRow, expense_id)
    if row is None:
        raise NotFound
    return _expense(row)


def bookers_of(session: Session, year: int) -> Mapping[UUID, UUID | None]:
    """Who booked each expense of a year (None: the service itself)."""
    rows = session.execute(select(ExpenseRow.id, ExpenseRow.booked_by).where(ExpenseRow.year == year))
    return {expense_id: user_id for expense_id, user_id in rows}


def list_decisions(session: Session, year: int) -> tuple[Decision, ...]:
    """What was decided in or about a year, the latest first."""
    query = select(DecisionRow).where(DecisionRow.year == year).order_by(DecisionRow.day.desc(), DecisionRow.id)
    return tuple(map(_decision, session.scalars(query)))


def get_decision(session: Session, decision_id: UUID) -> Decision:
    """A decision. NotFound if there is none."""
    row = session.get(DecisionRow, decision_id, populate_existing=True)
    if row is None:
        raise NotFound
    return _decision(row)


def parts_of_year(session: Session, year: int) -> Mapping[Part, UUID]:
    """The measure of each thing that belongs to one in a year."""
    rows = session.scalars(select(MeasurePartRow).where(MeasurePartRow.year == year))
    return {(row.kind, row.thing_id): row.measure_id for row in rows}


def list_choices(session: Session, year: int) -> Mapping[Part, Translated]:
    """What of a year may belong to a measure, by name: pilots, series, events of no series, ticket types."""
    first, last = _bounds(year)
    pilots = list_pilots(session, first=first, last=last)
    events = list_events(session, first=first, last=last)
    shown = {event.series_id for event in events}
    series = [found for found in list_series(session) if found.id in shown]
    named: dict[Part, Translated] = {(PartKind.PILOT, pilot.id): Translated(pilot.name) for pilot in pilots}
    named |= {(PartKind.SERIES, found.id): found.name for found in series}
    named |= {(PartKind.EVENT, event.id): _dated(event) for event in events if event.series_id is None}
    named |= {(PartKind.TICKET_TYPE, kind.id): kind.name for kind in list_types(session, inactive=True)}
    return named


def get_overview(session: Session, year: int, *, today: date) -> Overview:
    """A year of the programme in figures, as they are on a day. NotFound if it is none."""
    found = get_year(session, year)
    measures = list_measures(session, year)
    return overview_of(found, measures, list_expenses(session, year), _parts(session, year, today))


def _parts(session: Session, year: int, today: date) -> Mapping[UUID, Sequence[PartFigures]]:
    """What the parts of each measure of a year bring."""
    belongs = parts_of_year(session, year)
    kinds = {kind for kind, _thing in belongs}
    found: dict[Part, PartFigures] = {}
    if PartKind.PILOT in kinds:
        found |= _pilots(session, belongs, year, today)
    if kinds & {PartKind.SERIES, PartKind.EVENT}:
        found |= _events(session, belongs, year)
    if PartKind.TICKET_TYPE in kinds:
        found |= _tickets(session, belongs, year)
    parts: dict[UUID, list[PartFigures]] = {}
    for part, measure_id in belongs.items():
        if part in found:
            parts.setdefault(measure_id, []).append(found[part])
    return {measure_id: sorted(lines, key=lambda line: line.name.fi) for measure_id, lines in parts.items()}


def _pilots(session: Session, belongs: Mapping[Part, UUID], year: int, today: date) -> dict[Part, PartFigures]:
    """What a pilot's books took in in a year, staff among it, until its end or the latest day that is known."""
    found: dict[Part, PartFigures] = {}
    chosen = {thing for kind, thing in belongs if kind is PartKind.PILOT}
    for pilot in list_pilots(session, pilot_ids=chosen):
        part = (PartKind.PILOT, pilot.id)
        cost, meals = _of_year(get_basis(session, pilot), year, today)
        cost = Money(cost.rounded())
        found[part] = PartFigures(*part, Translated(pilot.name), cost, meals, pilot.details.demo)
    return found


def _of_year(basis: Basis, year: int, today: date) -> tuple[Money, int]:
    """The cost and the meals of a year; of a pilot that began before it, without what the year before has."""
    first, last = _bounds(year)
    as_of = min(basis.latest_day(today), last)
    if as_of < first:
        return Money(0), 0
    figures = basis.sheet(as_of).total
    if basis.pilot.details.starts_on >= first:
        return figures.total_with_staff, figures.first_portions
    before = basis.sheet(first - timedelta(days=1)).total
    return figures.total_with_staff - before.total_with_staff, figures.first_portions - before.first_portions


def _events(session: Session, belongs: Mapping[Part, UUID], year: int) -> dict[Part, PartFigures]:
    """What the events of a year cost and who came; one that is chosen alone is not in its series."""
    first, last = _bounds(year)
    names = {(PartKind.SERIES, series.id): series.name for series in list_series(session)}
    groups: dict[Part, list[Event]] = {}
    for event in list_events(session, first=first, last=last):
        alone, together = (PartKind.EVENT, event.id), (PartKind.SERIES, event.series_id)
        if alone in belongs:
            groups[alone] = [event]
            names[alone] = _dated(event)
        elif event.series_id is not None and together in belongs:
            groups.setdefault((PartKind.SERIES, event.series_id), []).append(event)
    ids = [event.id for events in groups.values() for event in events]
    came, closings = attendance_of(session, ids), closings_of(session, ids)
    reached = {part: reach_of(events, came, closings) for part, events in groups.items()}
    made_up = {part for part, events in groups.items() if any(event.details.demo for event in events)}
    return {
        part: PartFigures(*part, names[part], reach.cost, reach.participants, part in made_up)
        for part, reach in reached.items()
    }


def _tickets(session: Session, belongs: Mapping[Part, UUID], year: int) -> dict[Part, PartFigures]:
    """How often the tickets of a type were used in a year."""
    first, last = _bounds(year)
    types = {kind.id: kind for kind in list_types(session, inactive=True)}
    lines = report(list_movements(session, Period(first, last)), types, By.TYPE).lines
    uses = {line.key: line.figures.uses for line in lines}
    chosen = [kind for kind in types.values() if (PartKind.TICKET_TYPE, kind.id) in belongs]
    return {
        (PartKind.TICKET_TYPE, kind.id): PartFigures(
            PartKind.TICKET_TYPE, kind.id, kind.name, Money(0), uses.get(kind.id, 0), kind.details.demo
        )
        for kind in chosen
    }


def _dated(event: Event) -> Translated:
    """An event's name with its day, since many have the same."""
    day = f"{event.day.day}.{event.day.month}."
    return Translated(*(f"{name} {day}" if name else "" for name in (event.name.fi, event.name.sv, event.name.en)))


def _bounds(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _year(row: YearRow) -> Year:
    return Year(
        row.year,
        row.budget_cents,
        row.planned,
        row.cancelled,
        row.added,
        row.residents,
        row.residents_approximate,
    )


def _measure(row: Any) -> Measure:
    return Measure(row.id, row.year, row.place, row.details, row.version)


def _expense(row: ExpenseRow) -> Expense:
    return Expense(
        id=row.id,
        year=row.year,
        account=row.account,
        measure_id=row.measure_id,
        day=row.day,
        amount=row.amount_cents,
        description=row.description,
        voucher=row.voucher,
        approximate=row.approximate,
        reverses=row.reverses,
    )


def _decision(row: DecisionRow) -> Decision:
    text = Translated(row.text_fi, row.text_sv, row.text_en)
    decided_by = Translated(row.decided_by_fi, row.decided_by_sv, row.decided_by_en)
    return Decision(row.id, row.year, row.day, decided_by, text, row.measure_id)
