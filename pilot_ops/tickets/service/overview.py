"""The stock of everything, read at once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.tickets import queries
from pilot_ops.tickets.domain import Action, By, Overview, Report, Taking, overview, report, standings_of
from pilot_ops.tickets.models import StockTakingRow, TicketEventRow, TicketRow


def get_overview(session: Session, actor: Actor) -> Overview:
    """Every type in use with its balance, and every point with what is there. As many questions for any number."""
    actor.must(Permission.TICKETS_VIEW)
    types = queries.list_types(session)
    return overview(
        types,
        queries.balances_of_types(session),
        queries.stock_at_points(session),
        list_takings(session),
        standings_of(queries.sums_by_day(session), types),
    )


def list_takings(session: Session, point_id: UUID | None = None) -> tuple[Taking, ...]:
    """The last count of each type at each point (or at one), with what was marked lost there since."""
    newest = (
        select(StockTakingRow.point_id, StockTakingRow.type_id, func.max(StockTakingRow.counted_at).label("at"))
        .group_by(StockTakingRow.point_id, StockTakingRow.type_id)
        .subquery()
    )
    row = StockTakingRow
    on = (row.point_id == newest.c.point_id) & (row.type_id == newest.c.type_id) & (row.counted_at == newest.c.at)
    query = select(row).join(newest, on).order_by(row.counted_at, row.id)
    if point_id is not None:
        query = query.where(row.point_id == point_id)
    lost = _lost_since(session)
    found = {(taking.point_id, taking.type_id): taking for taking in session.scalars(query)}
    return tuple(
        Taking(
            taking.type_id,
            taking.point_id,
            taking.counted,
            taking.expected,
            taking.note,
            taking.counted_at,
            lost.get(key, 0),
        )
        for key, taking in found.items()
    )


def _lost_since(session: Session) -> dict[tuple[UUID, UUID], int]:
    """By point and type, how many that were there have been marked lost (less those found) since the last count."""
    newest = (
        select(StockTakingRow.point_id, StockTakingRow.type_id, func.max(StockTakingRow.counted_at).label("at"))
        .group_by(StockTakingRow.point_id, StockTakingRow.type_id)
        .subquery()
    )
    query = (
        select(TicketEventRow.from_id, TicketRow.type_id, TicketEventRow.action, func.count())
        .join(TicketRow, TicketRow.id == TicketEventRow.ticket_id)
        .join(newest, (newest.c.point_id == TicketEventRow.from_id) & (newest.c.type_id == TicketRow.type_id))
        .where(TicketEventRow.action.in_([Action.LOSE, Action.FIND]), TicketEventRow.received_at >= newest.c.at)
        .where(TicketRow.handed_out_at.is_(None))
        .group_by(TicketEventRow.from_id, TicketRow.type_id, TicketEventRow.action)
    )
    found: dict[tuple[UUID, UUID], int] = {}
    for point_id, type_id, action, number in session.execute(query):
        assert point_id is not None  # noqa: S101 - it was joined by it
        change = number if action is Action.LOSE else -number
        found[point_id, type_id] = found.get((point_id, type_id), 0) + change
    return found


def get_report(session: Session, actor: Actor, *, period: queries.Period, by: By) -> Report:
    """What was acquired, allocated, handed out and used in a period, by what is asked."""
    actor.must(Permission.TICKETS_VIEW)
    types = {found.id: found for found in queries.list_types(session, inactive=True)}
    return report(queries.list_movements(session, period), types, by)
