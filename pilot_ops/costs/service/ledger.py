"""The ledger: looking at the sheet, booking a cost, and taking one back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action, Change
from pilot_ops.audit.service import record, record_all
from pilot_ops.costs import queries
from pilot_ops.costs.domain import Entry, Reason, check_entry, check_open, check_reversal, reversal_of
from pilot_ops.costs.models import LedgerEntryRow
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.db import Base, insert_all_once, insert_once
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import whole
from pilot_ops.parks.queries import get_park, park_names
from pilot_ops.schedule.domain import Pilot
from pilot_ops.schedule.queries import get_pilot

# A table of a lower slice, by name: its row is what booking and locking take turns by.
_PILOTS = Base.metadata.tables["pilots"]


def get_costs(session: Session, actor: Actor, *, pilot_id: UUID, known: date | None = None) -> queries.Basis:
    """What the cost pages and reports of a pilot are made of; with ``known`` as it was known at the end of that day."""
    actor.must(Permission.COSTS_VIEW)
    return queries.get_basis(session, get_pilot(session, pilot_id), known=known)


def book_entry(session: Session, actor: Actor, *, pilot_id: UUID, entry: Entry, at: datetime) -> None:
    """Book a cost; sent again it changes nothing. Refused if a figure is wrong or the id was used for another cost."""
    book_entries(session, actor, pilot_id=pilot_id, entries=[entry], at=at)


def book_entries(session: Session, actor: Actor, *, pilot_id: UUID, entries: Sequence[Entry], at: datetime) -> None:
    """Book costs, all of them, as ``book_entry`` does one, and thousands in as many questions.

    Refused with the id of the first entry that cannot be booked as ``entry_id`` among the details.
    """
    actor.must(Permission.COSTS_EDIT)
    pilot, today = get_pilot(session, pilot_id), local_day(at)
    parks = queries.list_cost_parks(session, pilot)
    locked = open_to_booking(session, pilot_id)
    ids = [entry.id for entry in entries]
    there = queries.find_entries(session, ids)
    fresh = []
    for entry in entries:
        try:
            check_entry(entry, parks=parks, today=today)
            # Sent again after the month was locked it is booked already.
            if there.get(entry.id) == (pilot_id, entry):
                continue
            check_open(entry, locked=locked)
        except Refused as refused:
            raise Refused(refused.reason, refused.field, **refused.details, entry_id=entry.id) from None
        fresh.append(entry)
    if book(session, actor, pilot, fresh, at) < len(fresh):
        _check_booked(session, pilot_id, fresh)


def _check_booked(session: Session, pilot_id: UUID, entries: Sequence[Entry]) -> None:
    """Refused unless what is in the ledger under the ids of these entries is what they say."""
    there = queries.find_entries(session, [entry.id for entry in entries])
    for entry in entries:
        if there.get(entry.id) != (pilot_id, entry):
            raise Refused(Reason.ID_REUSED, entry_id=entry.id)


def reverse_entry(session: Session, actor: Actor, *, entry_id: UUID, day: date, reason: str, at: datetime) -> Entry:
    """Take an entry back by one of the negated amount; once.

    Refused for a reversal, for a day before the entry's, and for one in a locked month: what was booked in a locked
    month is taken back in an open one, by a correction that names it.
    """
    actor.must(Permission.COSTS_EDIT)
    pilot_id, entry = queries.get_entry(session, entry_id)
    check_reversal(entry, day=day, reason=reason, today=local_day(at))
    back = reversal_of(entry, id_=uuid4(), day=day, reason=reason)
    check_open(back, locked=open_to_booking(session, pilot_id))
    if not insert_once(session, LedgerEntryRow, _values(actor, pilot_id, back, at)):
        raise Refused(Reason.ALREADY_REVERSED)
    place = get_park(session, entry.park_id).name if entry.park_id else get_pilot(session, pilot_id).name
    facts = {"before": _facts(entry), "after": _facts(back)}
    record(session, actor, Action.COST_REVERSED, _subject(place, entry), at=at, **facts)
    return back


def open_to_booking(session: Session, pilot_id: UUID) -> frozenset[date]:
    """The locked months of a pilot; until the transaction ends nobody locks another, so what is open stays open."""
    session.execute(select(_PILOTS.c.id).where(_PILOTS.c.id == pilot_id).with_for_update(read=True, key_share=True))
    return frozenset(queries.locked_months(session, pilot_id))


def book(session: Session, actor: Actor, pilot: Pilot, entries: Sequence[Entry], at: datetime) -> int:
    """Put entries into the ledger and the log, thousands in as many questions as one; how many were not there yet."""
    inserted = insert_all_once(session, LedgerEntryRow, [_values(actor, pilot.id, entry, at) for entry in entries])
    parks = park_names(session, {entry.park_id for entry in entries if entry.park_id})
    booked = [
        Change(_subject(parks[entry.park_id] if entry.park_id else pilot.name, entry), after=_facts(entry))
        for entry in entries
        if entry.id in inserted
    ]
    record_all(session, actor, Action.COST_BOOKED, booked, at=at)
    return len(booked)


def _values(actor: Actor, pilot_id: UUID, entry: Entry, at: datetime) -> dict[str, Any]:
    return {
        "id": entry.id,
        "pilot_id": pilot_id,
        "park_id": entry.park_id,
        "split_key": entry.split_key,
        "day": entry.day,
        "category": entry.category,
        "amount_cents": entry.amount,
        "description": entry.description,
        "voucher": entry.voucher,
        "service_from": entry.service_from,
        "service_to": entry.service_to,
        "hours_hundredths": None if entry.hours is None else whole(entry.hours * 100),
        "rate_cents": entry.rate,
        "reverses": entry.reverses,
        "booked_at": at,
        "booked_by": actor.user_id,
        "corrects": entry.corrects,
    }


def _subject(place: str, entry: Entry) -> str:
    return f"{place} {entry.day.isoformat()}"


def _facts(entry: Entry) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "id": entry.id,
        "category": entry.category,
        "amount": entry.amount.decimal(),
        "day": entry.day,
        "description": entry.description,
        "voucher": entry.voucher,
    }
    if entry.park_id is None:
        facts["split_key"] = entry.split_key
    if entry.service_from:
        facts |= {"service_from": entry.service_from, "service_to": entry.service_to}
    if entry.corrects:
        facts["corrects"] = entry.corrects
    if entry.hours is not None and entry.rate is not None:
        facts |= {"hours": f"{float(entry.hours):g}", "rate": entry.rate.decimal()}
    return facts
