"""What people do with single days: cancel and restore them, and say what is known beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action as Logged
from pilot_ops.audit.service import changes, record
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import Translated
from pilot_ops.messages import service as messages
from pilot_ops.messages.domain import OF_OPEN_DAYS
from pilot_ops.parks.queries import get_park
from pilot_ops.schedule import queries
from pilot_ops.schedule.domain import (
    Action,
    CancelReason,
    DayStatus,
    MealDay,
    Reason,
    ServingWindow,
    after,
    check_cancel,
)
from pilot_ops.schedule.models import MealDayRow

MOST_ORDERED = 5000

_NOTHING_SEEN: Mapping[UUID, int | None] = MappingProxyType({})


def move_day(session: Session, *, day_id: UUID, expected: DayStatus, action: Action) -> bool:
    """Change a day's status if it is still the expected one; whether it was. The caller has checked the right."""
    moved = session.execute(
        update(MealDayRow)
        .where(MealDayRow.id == day_id, MealDayRow.status == expected)
        .values(status=after(expected, action))
        .returning(MealDayRow.id)
    )
    return moved.first() is not None


def cancel_day(
    session: Session, actor: Actor, *, day_id: UUID, reason: CancelReason, note: str, food_billed: bool, at: datetime
) -> None:
    """Cancel a planned or open day. ``food_billed``: the food was already ordered and still costs (rule 2)."""
    day = queries.get_day(session, day_id)
    actor.must(Permission.DAYS_CANCEL, day.park_id)
    check_cancel(reason, note)
    if not move_day(session, day_id=day_id, expected=day.status, action=Action.CANCEL):
        raise Refused(Reason.WRONG_STATUS)
    values = {"cancel_reason": reason, "cancel_note": note, "food_billed": food_billed}
    seen_anew(session, day_id, at, **values)
    messages.settle(session, kinds=OF_OPEN_DAYS, park_id=day.park_id, day=day.day, at=at)
    record(session, actor, Logged.DAY_CANCELLED, subject_of(session, day), at=at, after=values)


def restore_day(session: Session, actor: Actor, *, day_id: UUID, at: datetime) -> None:
    """Take a cancellation back: the day is planned again."""
    day = queries.get_day(session, day_id)
    actor.must(Permission.DAYS_REOPEN, day.park_id)
    if not move_day(session, day_id=day_id, expected=day.status, action=Action.RESTORE):
        raise Refused(Reason.WRONG_STATUS)
    seen_anew(session, day_id, at, cancel_reason=None, cancel_note="", food_billed=False)
    record(session, actor, Logged.DAY_RESTORED, subject_of(session, day), at=at)


def change_day(
    session: Session,
    actor: Actor,
    *,
    day_id: UUID,
    ordered: int | None,
    menu: Translated,
    diets: str,
    window: ServingWindow,
    at: datetime,
) -> None:
    """Change what is known of a day beforehand: portions ordered, menu, diet marks, serving time."""
    actor.must(Permission.PILOTS_EDIT)
    day = queries.get_day(session, day_id)
    check_ordered(ordered)
    if window.ends <= window.starts:
        raise Refused(Reason.WINDOW_BACKWARDS, "serving_to")
    values = {
        "ordered": ordered,
        "menu_fi": menu.fi,
        "menu_sv": menu.sv,
        "menu_en": menu.en,
        "diets": diets,
        "serving_from": window.starts,
        "serving_to": window.ends,
    }
    if (day.menu, day.diets, day.window) == (menu, diets, window):
        session.execute(update(MealDayRow).where(MealDayRow.id == day_id).values(values))
    else:
        seen_anew(session, day_id, at, **values)
    before = {"ordered": day.ordered, **{f"menu_{key}": text for key, text in asdict(day.menu).items()}}
    before |= {"diets": day.diets, "serving_from": day.window.starts, "serving_to": day.window.ends}
    old, new = changes(before, values)
    if new:
        record(session, actor, Logged.DAY_CHANGED, subject_of(session, day), at=at, before=old, after=new)


def seen_anew(session: Session, day_id: UUID, at: datetime, **values: Any) -> None:
    """Change something of a day that families see: calendars that hold it are to take it anew."""
    changed = {"sequence": MealDayRow.sequence + 1, "changed_at": at, **values}
    session.execute(update(MealDayRow).where(MealDayRow.id == day_id).values(changed))


def order_portions(
    session: Session,
    actor: Actor,
    *,
    orders: Mapping[UUID, int | None],
    seen: Mapping[UUID, int | None] = _NOTHING_SEEN,
    at: datetime,
) -> int:
    """Set the portions ordered of several days at once; how many changed.

    Refused(ORDER_CHANGED) with the day, if its order is no longer the one the person had ``seen``.
    """
    actor.must(Permission.PILOTS_EDIT)
    changed = 0
    for day_id, ordered in orders.items():
        check_ordered(ordered, field=str(day_id))
        day = queries.get_day(session, day_id)
        if day.ordered == ordered:
            continue
        if seen.get(day_id, day.ordered) != day.ordered or not _set_order(session, day, ordered):
            raise Refused(Reason.ORDER_CHANGED, str(day_id), ordered=queries.get_day(session, day_id).ordered)
        facts = ({"ordered": day.ordered}, {"ordered": ordered})
        record(session, actor, Logged.DAY_CHANGED, subject_of(session, day), at=at, before=facts[0], after=facts[1])
        changed += 1
    return changed


def _set_order(session: Session, day: MealDay, ordered: int | None) -> bool:
    """Set the order unless it has changed since the day was read; whether it was set."""
    same = MealDayRow.ordered.is_not_distinct_from(day.ordered)
    changed = update(MealDayRow).where(MealDayRow.id == day.id, same).values(ordered=ordered)
    return session.execute(changed.returning(MealDayRow.id)).first() is not None


def set_menu(session: Session, *, day_id: UUID, menu: Translated, diets: str) -> None:
    """Set the menu of a made-up day. The caller has checked the right and writes the audit entry."""
    values = {"menu_fi": menu.fi, "menu_sv": menu.sv, "menu_en": menu.en, "diets": diets}
    session.execute(update(MealDayRow).where(MealDayRow.id == day_id).values(values))


def set_ordered(session: Session, *, day_id: UUID, ordered: int | None) -> None:
    """Set the portions ordered of an imported day. The caller has checked the right and writes the audit entry."""
    check_ordered(ordered)
    session.execute(update(MealDayRow).where(MealDayRow.id == day_id).values(ordered=ordered))


def check_ordered(ordered: int | None, field: str = "ordered") -> None:
    """Refused with the field, if a number of portions cannot be ordered; None is no order."""
    if ordered is not None and ordered < 0:
        raise Refused(Reason.NEGATIVE, field)
    if ordered is not None and ordered > MOST_ORDERED:
        raise Refused(Reason.TOO_MANY, field, most=MOST_ORDERED)


def subject_of(session: Session, day: MealDay) -> str:
    """How the audit log names a meal day."""
    return f"{get_park(session, day.park_id).name} {day.day.isoformat()}"
