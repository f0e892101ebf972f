"""What people do with pilots: make them, plan again, and close a park for some days."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action as Logged
from pilot_ops.audit.service import changes, record
from pilot_ops.counting.queries import counted_subjects
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.db import insert_once
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.kernel.money import whole
from pilot_ops.kernel.text import fold, tidy
from pilot_ops.parks.queries import get_park
from pilot_ops.schedule import queries
from pilot_ops.schedule.domain import (
    Closure,
    ClosureChange,
    DayStatus,
    Pilot,
    PilotDetails,
    PlanChange,
    Reason,
    Replanning,
    WantedDay,
    check_closure,
    check_details,
    close_park,
    compare,
    days_off,
    field_of_days,
    plan_days,
    years_of,
)
from pilot_ops.schedule.models import ClosureRow, MealDayRow, PilotParkRow, PilotRow

# What slices that build on pilots have to say against a change of one. The app tells of them: the schedule knows none.
Objection = Callable[[Session, Pilot, Replanning], None]
_objections: list[Objection] = []


def heed(objection: Objection) -> None:
    """Ask this before a pilot or its days are changed, too: it refuses with the field, or lets the change be."""
    if objection not in _objections:
        _objections.append(objection)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Whose public holidays are days off: a country code, and a region where they differ by region.

    On days of ``serving`` food is served whatever the weekday or holiday.
    """

    country: str
    region: str = ""
    serving: frozenset[date] = frozenset()


def create_pilot(session: Session, actor: Actor, *, details: PilotDetails, calendar: Calendar, at: datetime) -> Pilot:
    """Make a pilot and plan its meal days. Refused: wrong figures, name taken, park busy, no day left."""
    actor.must(Permission.PILOTS_EDIT)
    details = replace(details, name=tidy(details.name))
    check_details(details)
    pilot = Pilot(uuid4(), details)
    if not insert_once(session, PilotRow, {"id": pilot.id, **_columns(details)}):
        raise Refused(Reason.NAME_TAKEN, "name")
    _save_parks(session, pilot.id, details)
    change = _change(session, pilot.id, details, calendar, queries.list_closures(session))
    if not change.added:
        raise Refused(Reason.NO_DAYS, "ends_on")
    _apply(session, pilot.id, change, at)
    record(session, actor, Logged.PILOT_CREATED, details.name, at=at, after=_facts(details))
    record(session, actor, Logged.PILOT_PLANNED, details.name, at=at, after=_summary(change))
    return pilot


def preview_change(
    session: Session, actor: Actor, *, pilot_id: UUID, details: PilotDetails, calendar: Calendar
) -> PlanChange:
    """What saving these details would do to the meal days; nothing is saved."""
    actor.must(Permission.PILOTS_EDIT)
    _check_change(session, pilot_id, details)
    change = _change(session, pilot_id, details, calendar, queries.list_closures(session))
    pilot = queries.get_pilot(session, pilot_id)
    field = field_of_days(pilot.details, details)
    _ask_others(session, pilot, Replanning(details, change.added, change.removed, field))
    return change


def change_pilot(
    session: Session,
    actor: Actor,
    *,
    pilot_id: UUID,
    details: PilotDetails,
    calendar: Calendar,
    seen: str,
    at: datetime,
) -> PlanChange:
    """Save a pilot's details and plan again. Refused(PLAN_CHANGED) unless the change is the one that was shown."""
    details = replace(details, name=tidy(details.name))
    _wait_for_others(session, pilot_id)
    change = preview_change(session, actor, pilot_id=pilot_id, details=details, calendar=calendar)
    if change.digest != seen:
        raise Refused(Reason.PLAN_CHANGED)
    before = queries.get_pilot(session, pilot_id).details
    _save_details(session, pilot_id, details)
    session.execute(delete(PilotParkRow).where(PilotParkRow.pilot_id == pilot_id))
    _save_parks(session, pilot_id, details)
    _apply(session, pilot_id, change, at)
    old, new = changes(_facts(before), _facts(details))
    record(session, actor, Logged.PILOT_CHANGED, details.name, at=at, before=old, after=new)
    if not change.empty:
        record(session, actor, Logged.PILOT_PLANNED, details.name, at=at, after=_summary(change))
    return change


def _wait_for_others(session: Session, pilot_id: UUID) -> None:
    """Until the transaction ends nobody else saves this plan, so that what is compared is what is there."""
    session.execute(select(PilotRow.id).where(PilotRow.id == pilot_id).with_for_update(key_share=True))


def _save_details(session: Session, pilot_id: UUID, details: PilotDetails) -> None:
    """Refused(NAME_TAKEN) also when somebody else has taken the name a moment ago."""
    try:
        with session.begin_nested():
            session.execute(update(PilotRow).where(PilotRow.id == pilot_id).values(**_columns(details)))
    except IntegrityError:
        raise Refused(Reason.NAME_TAKEN, "name") from None


def _check_change(session: Session, pilot_id: UUID, details: PilotDetails) -> None:
    check_details(details)
    namesake = queries.find_pilot_by_name(session, details.name)
    if namesake and namesake.id != pilot_id:
        raise Refused(Reason.NAME_TAKEN, "name")


def _ask_others(session: Session, pilot: Pilot, wish: Replanning) -> None:
    for objection in _objections:
        objection(session, pilot, wish)


def _change(
    session: Session, pilot_id: UUID, details: PilotDetails, calendar: Calendar, closures: Iterable[Closure]
) -> PlanChange:
    off = days_off(calendar.country, calendar.region, years_of(details.starts_on, details.ends_on))
    existing = queries.list_days(session, pilot_id=pilot_id)
    planned = [day.id for day in existing if day.status is DayStatus.PLANNED]
    wanted = plan_days(details, off, closures, calendar.serving)
    change = compare(existing, wanted, counted_subjects(session, planned))
    _check_free(session, pilot_id, change.added)
    return change


def _check_free(session: Session, pilot_id: UUID, added: Collection[WantedDay]) -> None:
    """A park serves once a day: its days of other pilots are taken."""
    if not added:
        return
    parks, days = {want.park_id for want in added}, [want.day for want in added]
    others = queries.list_days(session, park_ids=parks, first=min(days), last=max(days))
    taken = {(day.park_id, day.day) for day in others if day.pilot_id != pilot_id}
    for want in added:
        if (want.park_id, want.day) in taken:
            park = get_park(session, want.park_id).name
            raise Refused(Reason.PARK_BUSY, "parks", park=park, day=want.day)


def _apply(session: Session, pilot_id: UUID, change: PlanChange, at: datetime) -> None:
    if change.added:
        _add_days(session, pilot_id, change.added, at)
    for day in change.removed:
        _only_planned(session, delete(MealDayRow), day.id)
    for day, want in change.moved:
        values = {"serving_from": want.window.starts, "serving_to": want.window.ends, "changed_at": at}
        values["sequence"] = MealDayRow.sequence + 1
        _only_planned(session, update(MealDayRow).values(values), day.id)


def _add_days(session: Session, pilot_id: UUID, added: Iterable[WantedDay], at: datetime) -> None:
    """Refused(PLAN_CHANGED) if a park got a day in another pilot a moment ago."""
    # In one order, so that two plans of the same parks wait for each other and not in a circle.
    rows = [_new_day(pilot_id, want, at) for want in sorted(added, key=lambda want: (want.park_id, want.day))]
    try:
        with session.begin_nested():
            session.execute(insert(MealDayRow), rows)
    except IntegrityError:
        raise Refused(Reason.PLAN_CHANGED) from None


def _only_planned(session: Session, statement: Any, day_id: UUID) -> None:
    """Do it if the day is still merely planned; a tap may have opened it a moment ago."""
    only = statement.where(MealDayRow.id == day_id, MealDayRow.status == DayStatus.PLANNED)
    if session.execute(only.returning(MealDayRow.id)).first() is None:
        raise Refused(Reason.PLAN_CHANGED)


def _new_day(pilot_id: UUID, want: WantedDay, at: datetime) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "pilot_id": pilot_id,
        "park_id": want.park_id,
        "day": want.day,
        "status": DayStatus.PLANNED,
        "serving_from": want.window.starts,
        "serving_to": want.window.ends,
        "ordered": None,
        "menu_fi": "",
        "menu_sv": "",
        "menu_en": "",
        "diets": "",
        "cancel_reason": None,
        "cancel_note": "",
        "food_billed": False,
        "sequence": 0,
        "changed_at": at,
    }


def preview_closure(session: Session, actor: Actor, *, park_id: UUID, starts_on: date, ends_on: date) -> ClosureChange:
    """What closing a park for some days would do to its meal days; nothing is saved."""
    actor.must(Permission.PILOTS_EDIT)
    check_closure(starts_on, ends_on)
    days = queries.list_days(session, park_ids={park_id}, first=starts_on, last=ends_on)
    change = close_park(park_id, starts_on, ends_on, days, counted_subjects(session, [day.id for day in days]))
    for pilot_id in {day.pilot_id for day in change.removed}:
        pilot = queries.get_pilot(session, pilot_id)
        removed = [day for day in change.removed if day.pilot_id == pilot_id]
        _ask_others(session, pilot, Replanning(pilot.details, (), removed, "starts_on"))
    return change


def add_closure(
    session: Session,
    actor: Actor,
    *,
    closure_id: UUID,
    park_id: UUID,
    starts_on: date,
    ends_on: date,
    note: str,
    seen: str,
    at: datetime,
) -> None:
    """Close a park for some days; its merely planned days go. Sent twice it is done once.

    Refused(PLAN_CHANGED) unless what goes is what was shown.
    """
    actor.must(Permission.PILOTS_EDIT)
    closure = Closure(closure_id, park_id, starts_on, ends_on, note)
    if _is_kept(session, closure):
        return
    days = queries.list_days(session, park_ids={park_id}, first=starts_on, last=ends_on)
    # In one order, so that no two closures wait for each other.
    for pilot_id in sorted({day.pilot_id for day in days}):
        _wait_for_others(session, pilot_id)
    change = preview_closure(session, actor, park_id=park_id, starts_on=starts_on, ends_on=ends_on)
    if change.digest != seen:
        raise Refused(Reason.PLAN_CHANGED)
    park = get_park(session, park_id)
    if insert_once(session, ClosureRow, asdict(closure)):
        for day in change.removed:
            _only_planned(session, delete(MealDayRow), day.id)
        facts = {"from": starts_on, "to": ends_on, "note": note, "days_removed": [day.day for day in change.removed]}
        record(session, actor, Logged.CLOSURE_ADDED, park.name, at=at, after=facts)
    elif not _is_kept(session, closure):
        raise Refused(Reason.PLAN_CHANGED)


def _is_kept(session: Session, closure: Closure) -> bool:
    return closure in queries.list_closures(session, park_ids={closure.park_id})


def remove_closure(session: Session, actor: Actor, *, closure_id: UUID, at: datetime) -> None:
    """Take a closure away. Days come back when the pilot is planned again, so nothing appears unasked."""
    actor.must(Permission.PILOTS_EDIT)
    row = session.get(ClosureRow, closure_id)
    if row is None:
        raise NotFound
    facts = {"from": row.starts_on, "to": row.ends_on, "note": row.note}
    park = get_park(session, row.park_id)
    session.delete(row)
    record(session, actor, Logged.CLOSURE_REMOVED, park.name, at=at, before=facts)


def _columns(details: PilotDetails) -> dict[str, Any]:
    return {
        "name": details.name,
        "name_key": fold(details.name),
        "starts_on": details.starts_on,
        "ends_on": details.ends_on,
        "estimate_cents": details.estimate,
        "months_hundredths": whole(details.months * 100),
        "expected": details.expected,
        "portion_price_cents": details.portion_price,
        "daily_fee_cents": details.daily_fee,
        "demo": details.demo,
    }


def _save_parks(session: Session, pilot_id: UUID, details: PilotDetails) -> None:
    rows = [
        {
            "pilot_id": pilot_id,
            "park_id": plan.park_id,
            "weekdays": plan.weekdays,
            "serving_from": plan.window.starts,
            "serving_to": plan.window.ends,
        }
        for plan in details.parks
    ]
    session.execute(insert(PilotParkRow), rows)


def _facts(details: PilotDetails) -> dict[str, Any]:
    money = {name: getattr(details, name) for name in ("estimate", "portion_price", "daily_fee")}
    return {
        "name": details.name,
        "starts_on": details.starts_on,
        "ends_on": details.ends_on,
        "months": str(details.months),
        "expected": details.expected,
        "parks": [
            f"{plan.park_id} {plan.weekdays:07b} {plan.window.starts}-{plan.window.ends}" for plan in details.parks
        ],
        **{name: value.decimal() if value is not None else None for name, value in money.items()},
    }


def _summary(change: PlanChange) -> dict[str, Any]:
    return {
        "added": len(change.added),
        "removed": [f"{day.day}" for day in change.removed],
        "moved": len(change.moved),
        "protected": len(change.protected),
    }
