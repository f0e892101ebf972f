"""Reading what forecasts are made of: counted days, and how a pilot orders."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from pilot_ops.forecasts.domain import DEFAULT_TERMS, OrderTerms, Seen
from pilot_ops.forecasts.models import OrderTermsRow
from pilot_ops.kernel.db import Base
from pilot_ops.meals.domain import Group
from pilot_ops.schedule.domain import DayStatus

# Tables of lower slices, by name: one statement joins all three, so that a whole season is one question.
_DAYS = Base.metadata.tables["meal_days"].c
_TOTALS = Base.metadata.tables["tap_totals"].c
_RECORDS = Base.metadata.tables["meal_records"].c
_CAME = (Group.UNDER_SCHOOL_AGE, Group.SCHOOL_AGE, Group.TURNED_AWAY)


def get_terms(session: Session, pilot_id: UUID) -> OrderTerms:
    """How a pilot orders; the usual terms where nobody has said."""
    row = session.get(OrderTermsRow, pilot_id)
    return OrderTerms(row.lead_days, row.lead_time, row.waste, row.turned_away) if row else DEFAULT_TERMS


def list_seen(session: Session, pilot_id: UUID, *, first: date, last: date) -> dict[UUID, list[Seen]]:
    """The counted days of each park of a pilot between two days, in order, in one question.

    Closed days count. One on which no food came and nobody ate does not: it says nothing of how many would have come.
    """
    days = select(_DAYS.id).where(_DAYS.pilot_id == pilot_id, _DAYS.day >= first, _DAYS.day <= last)
    came = (
        select(_TOTALS.subject_id, func.sum(_TOTALS.total).label("children"))
        .where(_TOTALS.subject_id.in_(days), _TOTALS.group.in_(_CAME))
        .group_by(_TOTALS.subject_id)
        .subquery()
    )
    children = func.coalesce(came.c.children, 0)
    query = (
        select(_DAYS.park_id, _DAYS.day, children, _RECORDS.weather, _DAYS.ordered)
        .join_from(_DAYS.id.table, came, came.c.subject_id == _DAYS.id, isouter=True)
        .join(_RECORDS.day_id.table, _RECORDS.day_id == _DAYS.id, isouter=True)
        .where(_DAYS.pilot_id == pilot_id, _DAYS.day >= first, _DAYS.day <= last)
        .where(_DAYS.status == DayStatus.CLOSED, or_(children > 0, _RECORDS.delivered > 0))
        .order_by(_DAYS.park_id, _DAYS.day)
    )
    found: dict[UUID, list[Seen]] = {}
    for park_id, day, number, weather, ordered in session.connection().execute(query):
        found.setdefault(park_id, []).append(Seen(day, max(int(number), 0), weather, ordered))
    return found
