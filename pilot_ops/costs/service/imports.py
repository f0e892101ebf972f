"""Costs from a file: first what bringing them in would do, row by row, then doing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record
from pilot_ops.costs import queries
from pilot_ops.costs.domain import Entry, Reason, check_entry, check_open
from pilot_ops.costs.service.ledger import book, open_to_booking
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import fold
from pilot_ops.parks.queries import park_names
from pilot_ops.schedule.domain import Pilot

_IMPORTED = UUID("5b1c8a52-7c57-4c6e-8f0b-3f3b8f1d9a10")


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
    locked = frozenset(queries.locked_months(session, pilot.id))
    days = {cost.entry.day for cost in costs}
    for entry in queries.list_entries(session, pilot.id):
        # What is dated on other days says something else: it need not be compared.
        if entry.day in days:
            there.setdefault(_content(entry), []).append(entry.id)
    named = {fold(name): park_id for park_id, name in park_names(session).items()}
    parks = queries.list_cost_parks(session, pilot)
    seen: Counter[str] = Counter()
    entries: list[tuple[int, Entry]] = []
    problems: list[CostProblem] = []
    for cost in costs:
        try:
            entry = _named(cost, named)
            content = _content(entry)
            seen[content] += 1
            same = there.get(content, [])[seen[content] - 1 : seen[content]]
            # What is booked already is not judged again.
            if not same:
                check_entry(entry, parks=parks, today=local_day(at))
                check_open(entry, locked=locked)
        except Refused as refused:
            reason = Reason(refused.reason)
            problems.append(CostProblem(cost.row, refused.field or "", reason, refused.details))
            continue
        id_ = same[0] if same else uuid5(_IMPORTED, f"{pilot.id}|{content}|{seen[content]}")
        entries.append((cost.row, replace(entry, id=id_)))
    known = frozenset(id_ for ids in there.values() for id_ in ids)
    return CostPlan(tuple(entries), known, tuple(problems))


def import_costs(session: Session, actor: Actor, *, pilot: Pilot, plan: CostPlan, file_name: str, at: datetime) -> int:
    """Book what a plan without problems says; how many entries were booked.

    Refused if a month was locked since the plan was made.
    """
    actor.must(Permission.COSTS_EDIT)
    if plan.problems:
        raise ValueError("a plan with problems is not imported")
    locked = open_to_booking(session, pilot.id)
    for entry in plan.fresh:
        check_open(entry, locked=locked)
    booked = book(session, actor, pilot, plan.fresh, at)
    if booked:
        after = {"file": file_name, "entries": booked}
        record(session, actor, Action.COSTS_IMPORTED, pilot.name, at=at, after=after)
    return booked


def _named(cost: ImportedCost, parks: Mapping[str, UUID]) -> Entry:
    if not cost.park:
        return cost.entry
    park_id = parks.get(fold(cost.park))
    if park_id is None:
        raise Refused(Reason.UNKNOWN_PARK, "park")
    return replace(cost.entry, park_id=park_id, split_key=None)


def _content(entry: Entry) -> str:
    """What an entry says, as a file can say it: equal for equal rows."""
    facts = replace(entry, id=_IMPORTED, reverses=None)
    return repr([str(getattr(facts, name)) for name in Entry.__slots__])
