"""A meal day as people work on it: counting, closing, reopening, correcting, entering it later from paper."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import update
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record as note_in_log
from pilot_ops.counting import queries as totals
from pilot_ops.counting import service as counting
from pilot_ops.counting.domain import Source, Tap
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.db import upsert
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import whole
from pilot_ops.meals import queries
from pilot_ops.meals.domain import (
    SAME_COUNT_DAYS,
    Count,
    Entered,
    Group,
    MealTap,
    Reason,
    Record,
    Warning,
    check_closing,
    check_count,
    check_open,
    is_late,
    totals_of,
    warnings,
)
from pilot_ops.meals.models import MealRecordRow
from pilot_ops.messages import service as messages
from pilot_ops.messages.domain import OF_OPEN_DAYS
from pilot_ops.schedule import queries as schedule
from pilot_ops.schedule import service as planning
from pilot_ops.schedule.domain import Action as Move
from pilot_ops.schedule.domain import DayStatus, MealDay


@dataclass(frozen=True, slots=True)
class Tapped:
    """What a tap came to: its meal day, and the total of its group on all phones."""

    day: MealDay
    group: Group
    total: int


def record_tap(session: Session, actor: Actor, *, tap: MealTap, at: datetime) -> Tapped:
    """Count one tap, received at a moment; its meal day and the new total of its group.

    The first tap of a planned day opens it. A tap of a day that is closed or cancelled is kept and marked late. Sent
    again it changes nothing. Refused for a day still to come, without a meal day, or if a group would go below zero.
    """
    actor.must(Permission.MEALS_COUNT, tap.park_id)
    day = schedule.find_day_to_count(session, tap.park_id, tap.day)
    if day is None:
        raise Refused(Reason.NO_MEAL_DAY)
    if tap.day > local_day(at):
        raise Refused(Reason.FUTURE_DAY)
    total = _count(session, actor, day, _tap(tap, day), at)
    if total is None:
        total = totals.totals_of(session, day.id).get(tap.group, 0)
    return Tapped(_opened(session, actor, day, at), tap.group, total)


def _tap(tap: MealTap, day: MealDay) -> Tap:
    return Tap(
        id=tap.id,
        subject_id=day.id,
        group=tap.group.value,
        change=tap.change,
        tapped_at=tap.tapped_at,
        undoes=tap.undoes,
        late=is_late(day.status),
    )


def _count(session: Session, actor: Actor, day: MealDay, tap: Tap, at: datetime) -> int | None:
    """The new total of the tap's group, or None if the tap was here already."""
    total = counting.record_tap(session, actor, tap=tap, at=at)
    if total is not None and total < 0:
        raise Refused(Reason.COUNT_NEGATIVE, "change")
    return total


def _opened(session: Session, actor: Actor, day: MealDay, at: datetime) -> MealDay:
    """Open a day that is merely planned, and held since it was read."""
    if day.status is not DayStatus.PLANNED:
        return day
    planning.move_day(session, day_id=day.id, expected=DayStatus.PLANNED, action=Move.OPEN)
    note_in_log(session, actor, Action.DAY_OPENED, planning.subject_of(session, day), at=at)
    return replace(day, status=DayStatus.OPEN)


def correct_count(
    session: Session, actor: Actor, *, day_id: UUID, tap_id: UUID, group: Group, change: int, reason: str, at: datetime
) -> None:
    """Correct a count by a further event with a reason (Counting rule 1). Sent again it changes nothing.

    Refused if the group would go below zero.
    """
    day = schedule.hold_day(session, day_id)
    actor.must(Permission.MEALS_COUNT, day.park_id)
    if day.day > local_day(at):
        raise Refused(Reason.FUTURE_DAY)
    tap = Tap(tap_id, day.id, group.value, change, at, Source.CORRECTION, reason, late=is_late(day.status))
    if _count(session, actor, day, tap, at) is None:
        return
    _opened(session, actor, day, at)
    after = {"group": group.value, "change": change, "reason": reason}
    note_in_log(session, actor, Action.TAPS_CORRECTED, planning.subject_of(session, day), at=at, after=after)


def find_warnings(session: Session, day: MealDay, count: Count, record: Record) -> tuple[Warning, ...]:
    """What would need a note if the day were closed with this count and record."""
    expected = schedule.get_pilot(session, day.pilot_id).details.expected
    earlier = queries.earlier_portions(session, day, SAME_COUNT_DAYS - 1)
    return warnings(count, record, expected=expected, earlier=earlier)


def close_day(session: Session, actor: Actor, *, day_id: UUID, record: Record, at: datetime) -> None:
    """Close a meal day with its portions and temperatures. Any staff of the park may (Counting rule 3).

    Refused if a figure is wrong, or if something asks for a note and there is none: ``details["warnings"]`` says what.
    """
    day = schedule.hold_day(session, day_id)
    actor.must(Permission.MEALS_COUNT, day.park_id)
    count = queries.get_count(session, day_id)
    found = find_warnings(session, day, count, record)
    check_closing(day, count, record, found, today=local_day(at))
    _close(session, actor, day, count, record, at)


def _close(session: Session, actor: Actor, day: MealDay, count: Count, record: Record, at: datetime) -> None:
    if not planning.move_day(session, day_id=day.id, expected=day.status, action=Move.CLOSE):
        raise Refused(Reason.DAY_NOT_OPEN)
    save_record(session, actor, day_id=day.id, record=record, at=at)
    messages.settle(session, kinds=OF_OPEN_DAYS, park_id=day.park_id, day=day.day, at=at)
    action = Action.DAY_ENTERED if record.entered is Entered.PAPER else Action.DAY_CLOSED
    note_in_log(session, actor, action, planning.subject_of(session, day), at=at, after=facts_of(count, record))


def save_record(session: Session, actor: Actor, *, day_id: UUID, record: Record, at: datetime) -> None:
    """Write the record of a closed day. The caller has checked the right and the figures."""
    values = {
        "day_id": day_id,
        "delivered": record.delivered,
        "damaged": record.damaged,
        "leftover": record.leftover,
        "waste": record.waste,
        "temp_receipt_tenths": None if record.temp_receipt is None else whole(record.temp_receipt * 10),
        "temp_serving_tenths": None if record.temp_serving is None else whole(record.temp_serving * 10),
        "food": record.food,
        "weather": record.weather,
        "note": record.note,
        "entered": record.entered,
        "closed_at": at,
        "closed_by": actor.user_id,
    }
    upsert(session, MealRecordRow, values)


def reopen_day(session: Session, actor: Actor, *, day_id: UUID, reason: str, at: datetime) -> None:
    """Open a closed day again, with a reason; its figures stay as the start of the next closing."""
    day = schedule.get_day(session, day_id)
    actor.must(Permission.DAYS_REOPEN, day.park_id)
    if not reason:
        raise Refused(Reason.REASON_MISSING, "reason")
    if not planning.move_day(session, day_id=day_id, expected=DayStatus.CLOSED, action=Move.REOPEN):
        raise Refused(Reason.DAY_NOT_CLOSED)
    session.execute(update(MealRecordRow).where(MealRecordRow.day_id == day_id).values(closed_at=None, closed_by=None))
    note_in_log(session, actor, Action.DAY_REOPENED, planning.subject_of(session, day), at=at, after={"reason": reason})


def enter_from_paper(
    session: Session, actor: Actor, *, day_id: UUID, form_id: UUID, count: Count, record: Record, at: datetime
) -> None:
    """Enter a day from its paper tally sheet and close it; what the sheet says is added to what phones counted.

    ``form_id`` is made with the form: the same sheet sent twice is counted once, and is entered both times.
    """
    day = schedule.hold_day(session, day_id)
    actor.must(Permission.MEALS_COUNT, day.park_id)
    taps = taps_of(day, count, Source.PAPER, form_id=form_id, at=at)
    record = replace(record, entered=Entered.PAPER)
    if _is_entered(session, day, taps, record):
        return
    check_open(day, today=local_day(at))
    check_count(count)
    for tap in taps:
        counting.record_tap(session, actor, tap=tap, at=at)
    whole = queries.get_count(session, day_id)
    found = find_warnings(session, day, whole, record)
    check_closing(day, whole, record, found, today=local_day(at))
    _close(session, actor, day, whole, record, at)


def _is_entered(session: Session, day: MealDay, taps: list[Tap], record: Record) -> bool:
    """Whether the day is closed with just this sheet."""
    if day.status is not DayStatus.CLOSED or queries.find_record(session, day.id) != record:
        return False
    here = {(tap.id, tap.change) for tap in totals.list_taps(session, day.id)}
    return all((tap.id, tap.change) in here for tap in taps)


def taps_of(day: MealDay, count: Count, source: Source, *, form_id: UUID, at: datetime) -> list[Tap]:
    """A count of a whole day as taps, one a group; their ids follow from the id of the form or file they came in."""
    return [
        Tap(uuid5(form_id, f"{day.id}:{group.value}"), day.id, group.value, number, at, source)
        for group, number in totals_of(count).items()
        if number
    ]


def facts_of(count: Count, record: Record) -> dict[str, Any]:
    """What the audit log tells of a day that was closed."""
    temperatures = {
        name: None if degrees is None else f"{float(degrees):g}"
        for name, degrees in (("temp_receipt", record.temp_receipt), ("temp_serving", record.temp_serving))
    }
    return {**asdict(count), **asdict(record), **temperatures}
