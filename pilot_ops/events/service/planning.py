"""Planning events: drafts, series, publishing, and what is told when something changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import changes, record
from pilot_ops.events import queries
from pilot_ops.events.domain import (
    NOTHING,
    Event,
    EventDetails,
    Move,
    Reason,
    Rule,
    Status,
    check_details,
    check_new_time,
    check_notice,
    check_publishable,
    check_times,
    clean,
    occurrences,
    status_after,
)
from pilot_ops.events.models import EventRow, SeriesRow
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.db import insert_once
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import Translated, tidy


def create_event(
    session: Session,
    actor: Actor,
    *,
    event_id: UUID,
    details: EventDetails,
    starts_at: datetime,
    ends_at: datetime | None,
    at: datetime,
    source_id: str = "",
) -> Event:
    """Make a draft; the same id and content again gives the event that is there.

    Refused with the field if the details or the times cannot be kept, or if the id is another event's.
    """
    actor.must(Permission.EVENTS_EDIT)
    details = _checked(details, starts_at, ends_at)
    values = {"details": details, "starts_at": starts_at, "ends_at": ends_at, "source_id": source_id or None}
    if not _insert(session, event_id, values, at):
        there = queries.find_event(session, event_id)
        if there is None or (there.details, there.starts_at, there.ends_at) != (details, starts_at, ends_at):
            raise Refused(Reason.ID_REUSED)
        return there
    event = queries.get_event(session, event_id)
    record(session, actor, Action.EVENT_CREATED, _subject(event), at=at, after=_facts(event))
    return event


def change_event(
    session: Session,
    actor: Actor,
    *,
    event_id: UUID,
    details: EventDetails,
    starts_at: datetime,
    ends_at: datetime | None,
    seen: int,
    at: datetime,
) -> Event:
    """Correct an event. ``seen`` is the sequence of the event that was on the page: refused if it has changed since.

    A public event stays complete: refused as ``publish`` is. One that is closed does not move to a time to come, nor
    one that is to come to a time that is over.
    """
    actor.must(Permission.EVENTS_EDIT)
    old = queries.hold_event(session, event_id)
    details = replace(_checked(details, starts_at, ends_at), demo=old.details.demo)
    if (old.details, old.starts_at, old.ends_at) == (details, starts_at, ends_at):
        return old
    if old.is_public:
        check_publishable(details)
    if starts_at != old.starts_at:
        check_new_time(old, starts_at, at)
    if starts_at != old.starts_at and starts_at > at:
        _check_not_closed(session, event_id)
    return _change(
        session,
        actor,
        old,
        {"details": details, "starts_at": starts_at, "ends_at": ends_at, **_moved(old, starts_at)},
        action=Action.EVENT_CHANGED,
        seen=seen,
        at=at,
    )


def publish(session: Session, actor: Actor, *, event_id: UUID, at: datetime) -> Event:
    """Let everybody see a draft. Refused with the field, unless it says all that a published event must."""
    actor.must(Permission.EVENTS_EDIT)
    old = queries.get_event(session, event_id)
    status = status_after(old.status, Move.PUBLISH)
    check_publishable(old.details)
    return _change(session, actor, old, {"status": status, "published_at": at}, action=Action.EVENT_PUBLISHED, at=at)


def postpone(session: Session, actor: Actor, *, event_id: UUID, notice: Translated, at: datetime) -> Event:
    """Say that an event is put off to a day that is not known yet, and why."""
    return _tell(session, actor, event_id, Move.POSTPONE, Action.EVENT_POSTPONED, notice, at)


def cancel(session: Session, actor: Actor, *, event_id: UUID, notice: Translated, at: datetime) -> Event:
    """Cancel an event, and say why. It stays in sight, as cancelled."""
    return _tell(session, actor, event_id, Move.CANCEL, Action.EVENT_CANCELLED, notice, at)


def reschedule(
    session: Session, actor: Actor, *, event_id: UUID, starts_at: datetime, ends_at: datetime | None, at: datetime
) -> Event:
    """Give an event, postponed or not, its new time; it is on again.

    Refused if it is closed, for then it was held, and if people wait for it and the new time is over.
    """
    actor.must(Permission.EVENTS_EDIT)
    check_times(starts_at, ends_at)
    old = queries.hold_event(session, event_id)
    _check_not_closed(session, event_id)
    status = status_after(old.status, Move.RESCHEDULE)
    if (old.starts_at, old.ends_at, old.status) == (starts_at, ends_at, status):
        return old
    check_new_time(old, starts_at, at)
    values = {"status": status, "starts_at": starts_at, "ends_at": ends_at, **_notice(NOTHING)}
    values |= _moved(old, starts_at)
    return _change(session, actor, old, values, action=Action.EVENT_MOVED, at=at)


def restore(session: Session, actor: Actor, *, event_id: UUID, at: datetime) -> Event:
    """Have an event that was cancelled by mistake be as it was: on again, or postponed without a day as before."""
    actor.must(Permission.EVENTS_EDIT)
    old = queries.get_event(session, event_id)
    values = {"status": status_after(old.status, Move.RESTORE), **_notice(NOTHING), "postponed_notice": None}
    if old.postponed_notice is not None:
        values |= {"status": Status.POSTPONED, **_notice(old.postponed_notice)}
    return _change(session, actor, old, values, action=Action.EVENT_RESTORED, at=at)


def delete_draft(session: Session, actor: Actor, *, event_id: UUID, at: datetime) -> None:
    """Throw a draft away. Refused once it is public: then it is cancelled instead."""
    actor.must(Permission.EVENTS_EDIT)
    old = queries.get_event(session, event_id)
    gone = delete(EventRow).where(EventRow.id == event_id, EventRow.status == Status.DRAFT).returning(EventRow.id)
    if session.execute(gone).first() is None:
        raise Refused(Reason.NOT_NOW)
    record(session, actor, Action.EVENT_DELETED, _subject(old), at=at, before=_facts(old))


def repeat_event(
    session: Session,
    actor: Actor,
    *,
    event_id: UUID,
    series_id: UUID,
    rule: Rule,
    except_days: Collection[date] = (),
    at: datetime,
) -> tuple[Event, ...]:
    """Make an event the first of a series: drafts like it, each an event of its own, at the times that the rule gives.

    The same ``series_id`` again gives the series that is there. Refused if the event is in a series, or if the rule
    gives no event or too many.
    """
    actor.must(Permission.EVENTS_EDIT)
    model = queries.get_event(session, event_id)
    if model.series_id not in {None, series_id}:
        raise Refused(Reason.NOT_NOW)
    begins = occurrences(rule, model.starts_at, except_days)
    if insert_once(session, SeriesRow, _series_values(series_id, model, rule, except_days)):
        session.execute(update(EventRow).where(EventRow.id == event_id).values(series_id=series_id))
        _insert_series(session, model, series_id, begins, at)
        facts = {"rule": rule.text, "events": len(begins), "except_days": sorted(map(str, except_days))}
        record(session, actor, Action.EVENT_SERIES_CREATED, model.name.fi, at=at, after=facts)
    elif queries.get_series(session, series_id).rule != rule:
        raise Refused(Reason.ID_REUSED)
    return queries.list_events(session, series_id=series_id)


def _insert_series(session: Session, model: Event, series_id: UUID, begins: Collection[datetime], at: datetime) -> None:
    lasts = model.ends_at - model.starts_at if model.ends_at else None
    for moment in begins:
        if moment != model.starts_at:
            times = {"starts_at": moment, "ends_at": moment + lasts if lasts else None}
            values = {"series_id": series_id, "details": model.details, **times}
            _insert(session, uuid5(series_id, moment.isoformat()), values, at)


def _series_values(series_id: UUID, model: Event, rule: Rule, except_days: Collection[date]) -> dict[str, Any]:
    names = {"name_fi": model.name.fi, "name_sv": model.name.sv, "name_en": model.name.en}
    days = ",".join(sorted(day.isoformat() for day in except_days))
    return {"id": series_id, **names, "rule": rule.text, "first_starts_at": model.starts_at, "except_days": days}


def publish_series(session: Session, actor: Actor, *, series_id: UUID, at: datetime) -> int:
    """Publish the drafts of a series that are not over; how many. Refused as ``publish`` is: all of them or none."""
    actor.must(Permission.EVENTS_EDIT)
    today = local_day(at)
    found = queries.list_events(session, series_id=series_id)
    drafts = [event for event in found if event.status is Status.DRAFT and event.last_day >= today]
    for event in drafts:
        publish(session, actor, event_id=event.id, at=at)
    return len(drafts)


def change_series(session: Session, actor: Actor, *, like: UUID, at: datetime) -> int:
    """Give the events of a series that are still to come what one of them says, but for their times; how many.

    One that was postponed is still to come, whatever day it was to be on. The series goes by the name they have.
    """
    actor.must(Permission.EVENTS_EDIT)
    model = queries.get_event(session, like)
    if model.series_id is None:
        raise Refused(Reason.NOT_NOW)
    named = {f"name_{language}": getattr(model.name, language) for language in ("fi", "sv", "en")}
    session.execute(update(SeriesRow).where(SeriesRow.id == model.series_id).values(named))
    changed = 0
    for event in queries.list_events(session, series_id=model.series_id):
        to_come = event.status is Status.POSTPONED or (event.starts_at > at and event.status is not Status.CANCELLED)
        if to_come and event.details != model.details:
            if event.is_public:
                check_publishable(model.details)
            values = {"details": model.details}
            _change(session, actor, event, values, action=Action.EVENT_CHANGED, at=at)
            changed += 1
    return changed


def _tell(
    session: Session, actor: Actor, event_id: UUID, move: Move, action: Action, notice: Translated, at: datetime
) -> Event:
    actor.must(Permission.EVENTS_EDIT)
    notice = Translated(tidy(notice.fi), tidy(notice.sv), tidy(notice.en))
    check_notice(notice)
    old = queries.hold_event(session, event_id)
    _check_not_closed(session, event_id)
    values: dict[str, Any] = {"status": status_after(old.status, move), **_notice(notice)}
    if old.status is Status.POSTPONED:
        values["postponed_notice"] = old.notice
    return _change(session, actor, old, values, action=action, at=at)


def _check_not_closed(session: Session, event_id: UUID) -> None:
    """Refused if an event is closed: what was held is neither called off nor still to come."""
    if queries.find_closing(session, event_id) is not None:
        raise Refused(Reason.CLOSED)


def _checked(details: EventDetails, starts_at: datetime, ends_at: datetime | None) -> EventDetails:
    details = clean(details)
    check_details(details)
    check_times(starts_at, ends_at)
    return details


def _insert(session: Session, event_id: UUID, values: dict[str, Any], at: datetime) -> bool:
    new = {"id": event_id, "status": Status.DRAFT, "sequence": 0, "changed_at": at, **_notice(NOTHING)}
    return insert_once(session, EventRow, {**new, **values})


def _change(
    session: Session,
    actor: Actor,
    old: Event,
    values: dict[str, Any],
    *,
    action: Action,
    at: datetime,
    seen: int | None = None,
) -> Event:
    """Change an event that is still as it was looked at; refused if somebody was quicker."""
    looked_at = old.sequence if seen is None else seen
    same = update(EventRow).where(EventRow.id == old.id, EventRow.sequence == looked_at, EventRow.status == old.status)
    done = same.values(sequence=looked_at + 1, changed_at=at, **values).returning(EventRow.id)
    if session.execute(done).first() is None:
        raise Refused(Reason.CHANGED_MEANWHILE)
    new = queries.get_event(session, old.id)
    before, after = changes(_facts(old), _facts(new))
    record(session, actor, action, _subject(new), at=at, before=before, after=after)
    return new


def _moved(old: Event, starts_at: datetime) -> dict[str, Any]:
    """When a public event was to begin before it was given another time."""
    return {"moved_from": old.starts_at} if old.is_public and old.starts_at != starts_at else {}


def _notice(notice: Translated) -> dict[str, str]:
    return {"notice_fi": notice.fi, "notice_sv": notice.sv, "notice_en": notice.en}


def _subject(event: Event) -> str:
    return f"{event.name.fi} {event.day.isoformat()}"


def _facts(event: Event) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.to_builtins(event.details, order="sorted")
    moments = {"starts_at": event.starts_at.isoformat(), "ends_at": event.ends_at and event.ends_at.isoformat()}
    return {**facts, **moments, "status": event.status.value, "notice": event.notice.fi}
