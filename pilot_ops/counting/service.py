"""Recording taps."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert as _insert
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pilot_ops.counting.domain import Reason, Tap, check_tap
from pilot_ops.counting.models import TapRow, TapTotalRow
from pilot_ops.kernel.access import Actor
from pilot_ops.kernel.errors import Refused


def _adding(insert: Any) -> Any:
    """Add to a running total, or begin one."""
    total = {"total": TapTotalRow.total + insert.excluded.total}
    return insert.on_conflict_do_update(index_elements=["subject_id", "group"], set_=total)


# Made once: with every tap, making a statement would take longer than doing it.
_DIALECTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_INSERTS = {name: make(TapRow).on_conflict_do_nothing().returning(TapRow.id) for name, make in _DIALECTS.items()}
_MANY = {name: _adding(make(TapTotalRow)) for name, make in _DIALECTS.items()}
_ADDS = {name: add.returning(TapTotalRow.total) for name, add in _MANY.items()}


def record_tap(session: Session, actor: Actor, *, tap: Tap, at: datetime) -> int | None:
    """Store a tap received at a moment; the new total of its group, or None if it was already here.

    The caller has checked that the actor may count the subject: counting knows neither meal days nor events. Refused
    if the id was used for another tap, or if the tap it undoes is not there or is already undone.
    """
    check_tap(tap)
    if tap.undoes is not None:
        _check_undo(session, tap)
    if not _insert_tap(session, actor, tap, at):
        _check_repeat(session, tap)
        return None
    return _add_to_total(session, tap)


def _check_undo(session: Session, tap: Tap) -> None:
    row = session.execute(select(TapRow.subject_id, TapRow.group, TapRow.change).where(TapRow.id == tap.undoes)).first()
    if row is None or tuple(row) != (tap.subject_id, tap.group, -tap.change):
        raise Refused(Reason.NOTHING_TO_UNDO)


def _insert_tap(session: Session, actor: Actor, tap: Tap, at: datetime) -> bool:
    # No conflict target: a tap may also clash on what it undoes, and _check_repeat tells the two apart.
    insert = _INSERTS[session.get_bind().dialect.name]
    return session.connection().execute(insert, _values(actor, tap, at)).first() is not None


def _values(actor: Actor, tap: Tap, at: datetime) -> dict[str, Any]:
    return {
        "id": tap.id,
        "subject_id": tap.subject_id,
        "group": tap.group,
        "change": tap.change,
        "source": tap.source,
        "reason": tap.reason,
        "undoes": tap.undoes,
        "late": tap.late,
        "tapped_at": tap.tapped_at,
        "received_at": at,
        "user_id": actor.user_id,
        "device_id": actor.device_id,
    }


def _check_repeat(session: Session, tap: Tap) -> None:
    content = (TapRow.subject_id, TapRow.group, TapRow.change, TapRow.undoes, TapRow.source, TapRow.reason)
    row = session.execute(select(*content).where(TapRow.id == tap.id)).first()
    if row is None:
        raise Refused(Reason.ALREADY_UNDONE)
    if tuple(row) != (tap.subject_id, tap.group, tap.change, tap.undoes, tap.source, tap.reason):
        raise Refused(Reason.ID_REUSED)


def _add_to_total(session: Session, tap: Tap) -> int:
    add = _ADDS[session.get_bind().dialect.name]
    values = {"subject_id": tap.subject_id, "group": tap.group, "total": tap.change}
    return int(session.connection().execute(add, values).scalar_one())


def record_many(session: Session, actor: Actor, *, taps: list[Tap], at: datetime) -> None:
    """Store many new taps at once, for imports and demonstration data; their ids must be new here."""
    if not taps:
        return
    session.execute(_insert(TapRow), [_values(actor, tap, at) for tap in taps])
    sums: dict[tuple[UUID, str], int] = {}
    for tap in taps:
        sums[tap.subject_id, tap.group] = sums.get((tap.subject_id, tap.group), 0) + tap.change
    session.connection().execute(
        _MANY[session.get_bind().dialect.name],
        [{"subject_id": subject, "group": group, "total": total} for (subject, group), total in sums.items()],
    )
