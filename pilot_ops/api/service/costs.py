"""The cost sheet of a pilot, and the ledger."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET
from sqlalchemy.orm import Session

from pilot_ops.api.domain import Found, Token, Wrong, check_days, why_not
from pilot_ops.api.service.meals import one_place
from pilot_ops.api.service.pages import check_names, page_of
from pilot_ops.api.wire import (
    CostFigures,
    CostsAsked,
    CostSheet,
    Known,
    LedgerAsked,
    LedgerEntry,
    ParkCosts,
    read_cursor,
)
from pilot_ops.costs.domain import Category, Figures
from pilot_ops.costs.queries import Booked, list_booked
from pilot_ops.costs.service import get_costs
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.money import Money
from pilot_ops.parks.queries import park_names

_FIGURES = [field.name for field in msgspec.structs.fields(CostFigures)]


def get_cost_sheet(session: Session, token: Token, asked: CostsAsked, *, pilot_id: UUID, today: date) -> CostSheet:
    """Each park's cost against the estimate. NotFound if there is no such pilot; Wrong for a day still to come."""
    if asked.as_of is not None and asked.as_of > today:
        raise Wrong({"as_of": f"This day is still to come. Give today, {today.isoformat()}, or an earlier day."})
    if why := why_not(asked.as_of):
        raise Wrong({"as_of": why})
    if asked.known is Known.THEN and asked.as_of is None:
        raise Wrong({"as_of": "Give the day at whose end the figures are to have been known."})
    known = asked.as_of if asked.known is Known.THEN else None
    basis = get_costs(session, token.actor(), pilot_id=pilot_id, known=known)
    sheet = basis.sheet(asked.as_of or basis.latest_day(today))
    return CostSheet(
        pilot=basis.pilot.name,
        as_of=sheet.as_of,
        currency="EUR",
        parks=[ParkCosts(park=basis.names[park.park_id], **_figures(park.figures)) for park in sheet.parks],
        total=CostFigures(**_figures(sheet.total)),
        known_on=known or UNSET,
    )


def _figures(figures: Figures) -> dict[str, Any]:
    return {name: _told(getattr(figures, name)) for name in _FIGURES}


def _told(value: Money | Fraction | int | None) -> str | int | None:
    if isinstance(value, Money):
        return value.decimal()
    return one_place(value) if isinstance(value, Fraction) else value


def list_ledger(session: Session, token: Token, asked: LedgerAsked) -> Found:
    """Entries in the order they were booked."""
    token.actor().must(Permission.COSTS_VIEW)
    check_days(asked.first, asked.last)
    after = read_cursor(asked.cursor, datetime, UUID)
    check_names(session, pilot=asked.pilot, park=asked.park)
    found = list_booked(
        session,
        pilot_id=asked.pilot,
        park_id=asked.park,
        first=asked.first,
        last=asked.last,
        after=after,
        most=asked.limit + 1,
    )
    names = park_names(session)
    return page_of(found, asked.limit, lambda booked: (booked.at, booked.entry.id), lambda one: _entry(one, names))


def _entry(booked: Booked, names: dict[UUID, str]) -> LedgerEntry:
    entry = booked.entry
    # The voucher of staff may be a person's own, and so may the period they worked.
    of_staff = entry.category is Category.STAFF
    return LedgerEntry(
        id=entry.id,
        pilot_id=booked.pilot_id,
        park_id=entry.park_id,
        park=names[entry.park_id] if entry.park_id else None,
        date=entry.day,
        category=entry.category,
        amount=entry.amount.decimal(),
        split_key=entry.split_key,
        voucher=None if of_staff else entry.voucher or None,
        service_from=None if of_staff else entry.service_from,
        service_to=None if of_staff else entry.service_to,
        reverses=entry.reverses,
        booked_at=booked.at,
    )
