"""What people do with costs: book them, reverse them, bring them in from a file, and look at the sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record
from pilot_ops.costs import queries
from pilot_ops.costs.domain import Entry, Reason, check_entry, check_reversal, reversal_of
from pilot_ops.costs.models import LedgerEntryRow
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.db import insert_once
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import whole
from pilot_ops.parks.queries import find_park_by_name, get_park
from pilot_ops.schedule.domain import Pilot
from pilot_ops.schedule.queries import get_pilot

_IMPORTED = UUID("5b1c8a52-7c57-4c6e-8f0b-3f3b8f1d9a10")


def get_costs(session: Session, actor: Actor, *, pilot_id: UUID, known: date | None = None) -> queries.Basis:
    """What the cost pages and reports of a pilot are made of; with ``known`` as it was known at the end of that day."""
    actor.must(Permission.COSTS_VIEW)
    return queries.get_basis(session, get_pilot(session, pilot_id), known=known)


def book_entry(session: Session, actor: Actor, *, pilot_id: UUID, entry: Entry, at: datetime) -> None:
    """Book a cost; sent again it changes nothing. Refused if a figure is wrong or the id was used for another cost."""
    actor.must(Permission.COSTS_EDIT)
    pilot = get_pilot(session, pilot_id)
    check_entry(entry, parks=queries.list_cost_parks(session, pilot), today=local_day(at))
    if not _book(session, actor, pilot, entry, at) and queries.get_entry(session, entry.id) != (pilot_id, entry):
        raise Refused(Reason.ID_REUSED)


def reverse_entry(session: Session, actor: Actor, *, entry_id: UUID, day: date, reason: str, at: datetime) -> Entry:
    """Take an entry back by one of the negated amount; once. Refused for a reversal, or a day before the entry's."""
    actor.must(Permission.COSTS_EDIT)
    pilot_id, entry = queries.get_entry(session, entry_id)
    check_reversal(entry, day=day, reason=reason, today=local_day(at))
    back = reversal_of(entry, id_=uuid4(), day=day, reason=reason)
    if not _insert(session, actor, pilot_id, back, at):
        raise Refused(Reason.ALREADY_REVERSED)
    subject = _subject(session, get_pilot(session, pilot_id), entry)
    record(session, actor, Action.COST_REVERSED, subject, at=at, before=_facts(entry), after=_facts(back))
    return back


@dataclass(frozen=True, slots=True)
class ImportedCost:
    """A row of an import: the name of its park (empty: shared), and the entry without park and id."""

    row: int
    park: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class CostProblem:
    """Why a row of an import is refused, and the field it is about."""

    row: int
    field: str
    reason: Reason
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CostPlan:
    """What an import will do, row by row: the entries to book, those that are there already, and what is wrong."""

    entries: tuple[tuple[int, Entry], ...]
    known: frozenset[UUID]
    problems: tuple[CostProblem, ...]

    @property
    def fresh(self) -> tuple[Entry, ...]:
        """The entries that are not there yet."""
        return tuple(entry for _, entry in self.entries if entry.id not in self.known)


def plan_import(
    session: Session, actor: Actor, *, pilot: Pilot, costs: Sequence[ImportedCost], at: datetime
) -> CostPlan:
    """What importing these rows would do; nothing is done.

    A row that says the same as an entry of the ledger is that entry, so the same file twice books nothing twice; of
    equal rows each stands for one entry. The id follows from what a row says, so two imports at once agree on it.
    """
    actor.must(Permission.COSTS_EDIT)
    there: dict[str, list[UUID]] = {}
    for entry in queries.list_entries(session, pilot.id):
        there.setdefault(_content(entry), []).append(entry.id)
    parks = queries.list_cost_parks(session, pilot)
    seen: Counter[str] = Counter()
    entries: list[tuple[int, Entry]] = []
    problems: list[CostProblem] = []
    for cost in costs:
        try:
            entry = _named(session, cost)
            content = _content(entry)
            seen[content] += 1
            same = there.get(content, [])[seen[content] - 1 : seen[content]]
            # What is booked already is not judged again.
            if not same:
                check_entry(entry, parks=parks, today=local_day(at))
        except Refused as refused:
            reason = Reason(refused.reason)
            problems.append(CostProblem(cost.row, refused.field or "", reason, refused.details))
            continue
        id_ = same[0] if same else uuid5(_IMPORTED, f"{pilot.id}|{content}|{seen[content]}")
        entries.append((cost.row, replace(entry, id=id_)))
    known = frozenset(id_ for ids in there.values() for id_ in ids)
    return CostPlan(tuple(entries), known, tuple(problems))


def import_costs(session: Session, actor: Actor, *, pilot: Pilot, plan: CostPlan, file_name: str, at: datetime) -> int:
    """Book what a plan without problems says; how many entries were booked."""
    actor.must(Permission.COSTS_EDIT)
    if plan.problems:
        raise ValueError("a plan with problems is not imported")
    booked = sum(_book(session, actor, pilot, entry, at) for entry in plan.fresh)
    if booked:
        after = {"file": file_name, "entries": booked}
        record(session, actor, Action.COSTS_IMPORTED, pilot.name, at=at, after=after)
    return booked


def _named(session: Session, cost: ImportedCost) -> Entry:
    if not cost.park:
        return cost.entry
    park = find_park_by_name(session, cost.park)
    if park is None:
        raise Refused(Reason.UNKNOWN_PARK, "park")
    return replace(cost.entry, park_id=park.id, split_key=None)


def _content(entry: Entry) -> str:
    """What an entry says, as a file can say it: equal for equal rows."""
    facts = replace(entry, id=_IMPORTED, reverses=None)
    return repr([str(getattr(facts, name)) for name in Entry.__slots__])


def _book(session: Session, actor: Actor, pilot: Pilot, entry: Entry, at: datetime) -> bool:
    """Put an entry into the ledger and the log; whether it was not there yet."""
    fresh = _insert(session, actor, pilot.id, entry, at)
    if fresh:
        record(session, actor, Action.COST_BOOKED, _subject(session, pilot, entry), at=at, after=_facts(entry))
    return fresh


def _insert(session: Session, actor: Actor, pilot_id: UUID, entry: Entry, at: datetime) -> bool:
    values = {
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
    }
    return insert_once(session, LedgerEntryRow, values)


def _subject(session: Session, pilot: Pilot, entry: Entry) -> str:
    place = get_park(session, entry.park_id).name if entry.park_id else pilot.name
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
    if entry.hours is not None and entry.rate is not None:
        facts |= {"hours": f"{float(entry.hours):g}", "rate": entry.rate.decimal()}
    return facts
