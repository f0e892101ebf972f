"""Reading how many tickets are where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from pilot_ops.tickets.domain import (
    Balance,
    State,
    balance_of,
)
from pilot_ops.tickets.models import (
    BatchRow,
    TicketRow,
    TicketTypeRow,
)


def count_at_point(session: Session, point_id: UUID, type_id: UUID) -> int:
    """How many tickets of a type are at a point, to be handed out."""
    return session.connection().execute(_AT_POINT, {"point": point_id, "type": type_id}).scalar_one()


_AT_POINT = select(func.count()).where(
    TicketRow.point_id == bindparam("point"),
    TicketRow.type_id == bindparam("type"),
    TicketRow.state == State.AT_POINT,
)


def stock_at_points(session: Session) -> Mapping[UUID, Mapping[UUID, Mapping[State, int]]]:
    """Of coded tickets: by point and type how many are in each state, wherever they were handed out."""
    query = (
        select(TicketRow.point_id, TicketRow.type_id, TicketRow.state, func.count())
        .where(TicketRow.point_id.is_not(None))
        .group_by(TicketRow.point_id, TicketRow.type_id, TicketRow.state)
    )
    found: dict[UUID, dict[UUID, dict[State, int]]] = {}
    for point_id, type_id, state, number in session.execute(query):
        assert point_id is not None  # noqa: S101 - the query says so
        found.setdefault(point_id, {}).setdefault(type_id, {})[state] = number
    return found


def balances_of_types(session: Session) -> Mapping[UUID, Balance]:
    """The balance of every coded type that has tickets."""
    return _balances(session, TicketRow.type_id, BatchRow.type_id)


def balances_of_batches(session: Session, type_id: UUID) -> Mapping[UUID, Balance]:
    """The balance of every batch of a coded type."""
    return _balances(session, TicketRow.batch_id, BatchRow.id, type_id)


def _balances(session: Session, ticket_key: Any, batch_key: Any, type_id: UUID | None = None) -> dict[UUID, Balance]:
    """Acquired as the batches say, all else as the tickets stand: counted apart, so that a difference would show.

    What was used on a ticket that was replaced counts on the one that replaced it.
    """
    lives = TicketRow.replaced_by.is_(None)
    spent = func.sum(case((lives, TicketTypeRow.uses - TicketRow.uses_left), else_=0))
    used_once = func.count(case((lives, TicketRow.first_used_at)))
    acquired: Any = select(batch_key, func.sum(BatchRow.quantity)).group_by(batch_key)
    stand: Any = (
        select(ticket_key, TicketRow.state, func.count(), used_once, spent)
        .join(TicketTypeRow, TicketTypeRow.id == TicketRow.type_id)
        .group_by(ticket_key, TicketRow.state)
    )
    if type_id is not None:
        acquired, stand = acquired.where(BatchRow.type_id == type_id), stand.where(TicketRow.type_id == type_id)
    states: dict[UUID, dict[State, int]] = {}
    used: Counter[UUID] = Counter()
    uses: Counter[UUID] = Counter()
    for key, state, number, once, times in session.execute(stand):
        states.setdefault(key, {})[state] = number
        used[key] += once
        uses[key] += int(times)
    return {
        key: balance_of(int(quantity), states[key], used=used[key], uses=uses[key])
        for key, quantity in session.execute(acquired)
        if key in states
    }
