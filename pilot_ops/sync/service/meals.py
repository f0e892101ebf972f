"""What a phone sends of meal days: taps, closing, cancelling."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pilot_ops.counting.domain import Reason as TapReason
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.db import insert_once
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import plain
from pilot_ops.meals import service as meals
from pilot_ops.meals.domain import Food, Group, MealTap, Record, Weather
from pilot_ops.meals.domain import Reason as MealReason
from pilot_ops.meals.queries import get_count
from pilot_ops.schedule import queries as schedule
from pilot_ops.schedule import service as planning
from pilot_ops.schedule.domain import CancelReason
from pilot_ops.sync.models import EventRow
from pilot_ops.sync.service.work import Stored, Work
from pilot_ops.sync.wire import CancelBody, CloseBody, Event, TapBody, digest_of, moment_of, read_body


def tap_work(event: Event, actor: Actor, at: datetime) -> Work | None:
    """A tap: counted once. None if the body is not understood."""
    body = read_body(event, TapBody)
    if body is None or body.group not in set(Group):
        return None
    tapped = MealTap(
        id=event.id,
        park_id=body.park,
        day=body.day,
        group=Group(body.group),
        change=body.change,
        tapped_at=moment_of(event, at),
        undoes=body.undoes,
    )

    def store(session: Session) -> Stored:
        total = meals.record_tap(session, actor, tap=tapped, at=at)
        return Stored(f"{tapped.park_id}/{tapped.day}", tapped.group.value, total.total)

    return Work(store, tapped.place)


def close_work(event: Event, actor: Actor, at: datetime) -> Work | None:
    """The closing of a day, done once. None if the body is not understood."""
    body = read_body(event, CloseBody)
    if body is None or body.food not in set(Food) or body.weather not in {None, *Weather}:
        return None
    record = _record(body)

    def close(session: Session, day_id: UUID) -> None:
        try:
            meals.close_day(session, actor, day_id=day_id, record=record, at=at)
        except Refused as refused:
            # Far from its form, the sentence that asks for a note says itself what the note is to be about.
            figures = {"count": get_count(session, day_id), "record": record}
            raise Refused(refused.reason, refused.field, **refused.details, **figures) from refused

    return _ending(event, actor, at, body, close)


def _record(body: CloseBody) -> Record:
    return Record(
        delivered=body.delivered,
        damaged=body.damaged,
        leftover=body.leftover,
        waste=body.waste,
        temp_receipt=None if body.temp_receipt is None else Fraction(body.temp_receipt),
        temp_serving=None if body.temp_serving is None else Fraction(body.temp_serving),
        food=Food(body.food),
        weather=Weather(body.weather) if body.weather else None,
        note=plain(body.note).strip(),
    )


def cancel_work(event: Event, actor: Actor, at: datetime) -> Work | None:
    """The cancelling of a day, done once. None if the body is not understood."""
    body = read_body(event, CancelBody)
    if body is None or body.reason not in set(CancelReason):
        return None
    reason, note = CancelReason(body.reason), plain(body.note).strip()

    def cancel(session: Session, day_id: UUID) -> None:
        billed = body.food_billed
        planning.cancel_day(session, actor, day_id=day_id, reason=reason, note=note, food_billed=billed, at=at)

    return _ending(event, actor, at, body, cancel)


def _ending(
    event: Event, actor: Actor, at: datetime, body: CloseBody | CancelBody, end: Callable[[Session, UUID], None]
) -> Work:
    """The work that ends a meal day, done once however often its event comes."""

    def store(session: Session) -> Stored:
        day = schedule.find_day(session, body.park, body.day)
        if day is None:
            raise Refused(MealReason.NO_MEAL_DAY)
        actor.must(Permission.DAYS_VIEW, day.park_id)
        if _is_new(session, event, actor, at):
            end(session, day.id)
        return Stored(f"{body.park}/{body.day}")

    # After every tap of the day that waits to be written with it: those of the same phone came before.
    return Work(store, f"{body.park}/{body.day}/~")


def _is_new(session: Session, event: Event, actor: Actor, at: datetime) -> bool:
    """Whether an event was not here before. Refused if its id was, with other content."""
    digest = digest_of(event)
    values = {"id": event.id, "kind": event.kind, "digest": digest, "actor": actor.name}
    if insert_once(session, EventRow, {**values, "happened_at": moment_of(event, at), "received_at": at}):
        return True
    if session.scalar(select(EventRow.digest).where(EventRow.id == event.id)) != digest:
        raise Refused(TapReason.ID_REUSED)
    return False
