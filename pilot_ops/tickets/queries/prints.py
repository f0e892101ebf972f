"""Reading prints and their files."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pilot_ops.kernel.errors import NotFound
from pilot_ops.tickets.domain import (
    Order,
    Print,
    PrintState,
    Reason,
)
from pilot_ops.tickets.models import (
    PrintFileRow,
    PrintRow,
)


def find_print(session: Session, print_id: UUID) -> Print | None:
    """A print, or None."""
    found = _prints(session, _PRINTS.where(PrintRow.id == print_id))
    return found[0] if found else None


def get_print(session: Session, print_id: UUID) -> Print:
    """A print. NotFound if there is none."""
    found = find_print(session, print_id)
    if found is None:
        raise NotFound
    return found


def list_prints(session: Session, *, most: int = 100) -> tuple[Print, ...]:
    """The latest prints, the newest first."""
    return _prints(session, _PRINTS.order_by(PrintRow.requested_at.desc(), PrintRow.id).limit(most))


def list_earlier_prints(session: Session, order: Order, *, most: int = 20) -> tuple[Print, ...]:
    """Prints in which some of an order's numbers were already, the newest first."""
    same = (PrintRow.type_id == order.type_id) & (PrintRow.first <= order.last) & (PrintRow.last >= order.first)
    query = _PRINTS.where(same, PrintRow.id != order.id, PrintRow.state != PrintState.FAILED)
    return _prints(session, query.order_by(PrintRow.requested_at.desc(), PrintRow.id).limit(most))


def list_abandoned_prints(session: Session, before: datetime) -> tuple[UUID, ...]:
    """Prints that nobody has begun, or of whose maker nothing was heard since a moment, the oldest first."""
    silent = func.coalesce(PrintRow.heartbeat, PrintRow.requested_at) < before
    going = PrintRow.state.in_([PrintState.WAITING, PrintState.RUNNING])
    query = select(PrintRow.id).where(going, silent).order_by(PrintRow.requested_at, PrintRow.id)
    return tuple(session.scalars(query))


def find_print_file(session: Session, print_id: UUID) -> bytes | None:
    """The enciphered file of a print, or None."""
    return session.scalar(select(PrintFileRow.content).where(PrintFileRow.print_id == print_id))


_PRINTS = select(PrintRow, PrintFileRow.print_id.is_not(None)).outerjoin(
    PrintFileRow, PrintFileRow.print_id == PrintRow.id
)


def _prints(session: Session, query: Any) -> tuple[Print, ...]:
    return tuple(
        Print(
            order=Order(row.id, row.type_id, row.first, row.last, row.format, row.with_value),
            state=row.state,
            total=row.total,
            done=row.done,
            left_out={Reason(reason): number for reason, number in json.loads(row.left_out).items()},
            reprint=row.reprint,
            requested_at=row.requested_at,
            user_id=row.user_id,
            finished_at=row.finished_at,
            reason=Reason(row.reason) if row.reason else None,
            has_file=has_file,
        )
        for row, has_file in session.execute(query, execution_options={"populate_existing": True})
    )
