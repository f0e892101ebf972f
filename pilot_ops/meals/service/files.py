"""Meal days from a file: what an import would do, and doing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from heapq import nlargest
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record as note_in_log
from pilot_ops.counting import queries as totals
from pilot_ops.counting import service as counting
from pilot_ops.counting.domain import Source
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import fold
from pilot_ops.meals import queries
from pilot_ops.meals.domain import (
    SAME_COUNT_DAYS,
    Count,
    Reason,
    Record,
    Summary,
    Warning,
    check_count,
    check_record,
    warnings,
)
from pilot_ops.meals.service.days import facts_of, save_record, taps_of
from pilot_ops.messages import service as messages
from pilot_ops.messages.domain import OF_OPEN_DAYS
from pilot_ops.parks.queries import list_parks
from pilot_ops.schedule import queries as schedule
from pilot_ops.schedule import service as planning
from pilot_ops.schedule.domain import Action as Move
from pilot_ops.schedule.domain import DayStatus, MealDay, Pilot


@dataclass(frozen=True, slots=True)
class ImportedDay:
    """A row of a file: a park by its name, a day, and the figures the day is closed with.

    ``ordered`` None: the file does not say, and what the service knows stays. ``columns`` are those the file has.
    """

    row: int
    park: str
    day: date
    count: Count
    ordered: int | None
    record: Record
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What an import will do with a row; ``unchanged`` rows are in the service already.

    ``warnings`` are what is odd about the others: they are shown before the import, and stay in sight on their days.
    """

    source: ImportedDay
    day: MealDay
    unchanged: bool
    warnings: tuple[Warning, ...] = ()


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row is refused; ``field`` is the name of the column it is about."""

    row: int
    field: str
    reason: StrEnum
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class MealPlan:
    """What an import will do, row by row, and what is wrong; with any problem nothing may be imported."""

    rows: tuple[PlannedRow, ...]
    problems: tuple[RowProblem, ...]

    @property
    def fresh(self) -> tuple[PlannedRow, ...]:
        """The rows that change something."""
        return tuple(row for row in self.rows if not row.unchanged)


@dataclass(frozen=True, slots=True)
class _Known:
    """What rows are held against: parks by name, the pilot's days by park and date, and portions by park and date.

    Portions are first portions of every pilot, and of the file where it has a row.
    """

    parks: Mapping[str, UUID]
    summaries: Mapping[tuple[UUID, date], Summary]
    portions: Mapping[UUID, Mapping[date, int]]
    expected: int
    today: date

    def earlier(self, day: MealDay) -> tuple[int, ...]:
        """First portions of the park's days before this one that had any, newest first."""
        portions = self.portions.get(day.park_id, {})
        served = (earlier for earlier, number in portions.items() if earlier < day.day and number > 0)
        return tuple(portions[earlier] for earlier in nlargest(SAME_COUNT_DAYS - 1, served))


def plan_import(session: Session, actor: Actor, *, pilot: Pilot, days: Sequence[ImportedDay], at: datetime) -> MealPlan:
    """What importing these days would do; nothing is done. The same few questions however many rows there are."""
    actor.must(Permission.MEALS_IMPORT)
    known = _known(session, pilot, days, today=local_day(at))
    rows: list[PlannedRow] = []
    problems: list[RowProblem] = []
    seen: set[tuple[UUID, date]] = set()
    for imported in days:
        try:
            rows.append(_planned(imported, _summary_of(imported, known, seen), known))
        except Refused as refused:
            problems.append(RowProblem(imported.row, refused.field or "", refused.reason, refused.details))
    return MealPlan(tuple(rows), tuple(problems))


def _known(session: Session, pilot: Pilot, days: Sequence[ImportedDay], *, today: date) -> _Known:
    parks = {fold(park.name): park.id for park in list_parks(session, inactive=True)}
    summaries = queries.list_summaries(session, schedule.list_days(session, pilot_id=pilot.id))
    portions = queries.portions_by_day(session, {summary.day.park_id for summary in summaries}, today)
    for imported in days:
        park_id = parks.get(fold(imported.park))
        if park_id is not None:
            portions.setdefault(park_id, {})[imported.day] = imported.count.first_portions
    by_place = {(summary.day.park_id, summary.day.day): summary for summary in summaries}
    return _Known(parks, by_place, portions, pilot.details.expected, today)


def _summary_of(imported: ImportedDay, known: _Known, seen: set[tuple[UUID, date]]) -> Summary:
    park_id = known.parks.get(fold(imported.park))
    if park_id is None:
        raise Refused(Reason.UNKNOWN_PARK, "park")
    place = (park_id, imported.day)
    if place in seen:
        raise Refused(Reason.DAY_TWICE, "date")
    seen.add(place)
    if place not in known.summaries:
        raise Refused(Reason.NO_MEAL_DAY, "date")
    return known.summaries[place]


def _planned(imported: ImportedDay, summary: Summary, known: _Known) -> PlannedRow:
    """What will be done with a row, and what is odd about it. Refused if it may not be imported."""
    if _check(imported, summary, today=known.today):
        return PlannedRow(imported, summary.day, unchanged=True)
    count, record = imported.count, imported.record
    found = warnings(count, record, expected=known.expected, earlier=known.earlier(summary.day))
    odd = tuple(warning for warning in found if _is_told(warning, imported))
    return PlannedRow(imported, summary.day, unchanged=False, warnings=odd)


def _is_told(warning: Warning, imported: ImportedDay) -> bool:
    """Whether a warning is about what the file says: what it has no column for is not known, rather than wrong."""
    record = imported.record
    match warning:
        case Warning.IMBALANCE:
            return bool(imported.columns & {"damaged", "leftover", "waste"})
        case Warning.TEMPERATURE_MISSING:
            measured = (record.delivered, record.temp_receipt, record.temp_serving)
            return bool(imported.columns & {"temp_receipt", "temp_serving"}) and measured != (None, None, None)
    return True


def _check(imported: ImportedDay, summary: Summary, *, today: date) -> bool:
    """Whether the row changes nothing. Refused if it may not be imported."""
    check_count(imported.count)
    check_record(imported.record)
    planning.check_ordered(imported.ordered)
    if imported.day > today:
        raise Refused(Reason.FUTURE_DAY, "date")
    if summary.day.status is DayStatus.CANCELLED:
        raise Refused(Reason.DAY_CANCELLED, "date")
    if summary.day.status is DayStatus.CLOSED:
        if not _same(imported, summary):
            raise Refused(Reason.FIGURES_DIFFER, "date")
        return True
    if summary.count != Count():
        raise Refused(Reason.HAS_TAPS, "date")
    return False


def _same(imported: ImportedDay, summary: Summary) -> bool:
    """Whether a closed day has just these figures; what a file does not hold (weather, kind of food) is left aside."""
    if summary.record is None or imported.count != summary.count:
        return False
    if imported.ordered is not None and imported.ordered != summary.day.ordered:
        return False
    closed, given = summary.record, imported.record
    return replace(closed, food=given.food, weather=given.weather, entered=given.entered) == given


def import_days(session: Session, actor: Actor, *, pilot: Pilot, plan: MealPlan, file_name: str, at: datetime) -> int:
    """Close the days of a plan without problems with the figures of the file; how many days were closed.

    Refused(HAS_TAPS) if children were counted on one of them since the plan was made.
    """
    actor.must(Permission.MEALS_IMPORT)
    if plan.problems:
        raise ValueError("a plan with problems is not imported")
    ids = [row.day.id for row in plan.fresh]
    schedule.hold_days(session, ids)
    counted = totals.totals(session, ids)
    if any(number for groups in counted.values() for number in groups.values()):
        raise Refused(Reason.HAS_TAPS)
    taps = []
    for row in plan.fresh:
        _close(session, actor, row, file_name, at)
        taps += taps_of(row.day, row.source.count, Source.IMPORT, form_id=uuid4(), at=at)
    counting.record_many(session, actor, taps=taps, at=at)
    if plan.fresh:
        after = {"file": file_name, "days": len(plan.fresh)}
        note_in_log(session, actor, Action.MEALS_IMPORTED, pilot.name, at=at, after=after)
    return len(plan.fresh)


def _close(session: Session, actor: Actor, row: PlannedRow, file_name: str, at: datetime) -> None:
    day, source = row.day, row.source
    if not planning.move_day(session, day_id=day.id, expected=day.status, action=Move.CLOSE):
        raise Refused(Reason.DAY_NOT_OPEN)
    before, after = {}, {**facts_of(source.count, source.record), "file": file_name}
    if source.ordered is not None and source.ordered != day.ordered:
        planning.set_ordered(session, day_id=day.id, ordered=source.ordered)
        before, after = {"ordered": day.ordered}, {**after, "ordered": source.ordered}
    save_record(session, actor, day_id=day.id, record=source.record, at=at)
    messages.settle(session, kinds=OF_OPEN_DAYS, park_id=day.park_id, day=day.day, at=at)
    subject = planning.subject_of(session, day)
    note_in_log(session, actor, Action.DAY_CLOSED, subject, at=at, before=before, after=after)
