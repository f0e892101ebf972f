"""Reading the audit log."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import GENESIS, Entry
from pilot_ops.audit.models import HEAD, AuditEntryRow, AuditHeadRow

_PAGE = 1000


def list_entries(
    session: Session, *, before_seq: int | None = None, action: str = "", text: str = "", most: int = 50
) -> tuple[Entry, ...]:
    """The newest entries older than ``before_seq``, of one action or whose actor or subject contains a text."""
    wanted: list[ColumnElement[bool]] = []
    if before_seq is not None:
        wanted.append(AuditEntryRow.seq < before_seq)
    if action:
        wanted.append(AuditEntryRow.action == action)
    if text:
        wanted.append(
            AuditEntryRow.actor.icontains(text, autoescape=True)
            | AuditEntryRow.subject.icontains(text, autoescape=True)
        )
    rows = session.scalars(select(AuditEntryRow).where(*wanted).order_by(AuditEntryRow.seq.desc()).limit(most))
    return tuple(_entry(row) for row in rows)


def walk_entries(session: Session) -> Iterator[Entry]:
    """Every entry from the first on, a thousand at a time."""
    last = -1
    while rows := session.scalars(
        select(AuditEntryRow).where(AuditEntryRow.seq > last).order_by(AuditEntryRow.seq).limit(_PAGE)
    ).all():
        for row in rows:
            yield _entry(row)
        last = rows[-1].seq
        session.expunge_all()


def get_head(session: Session) -> tuple[int, str]:
    """The number and digest of the newest entry; (0, genesis) for an empty log."""
    row = session.execute(select(AuditHeadRow.seq, AuditHeadRow.digest).where(AuditHeadRow.id == HEAD)).first()
    return (row.seq, row.digest) if row else (0, GENESIS)


def _entry(row: AuditEntryRow) -> Entry:
    return Entry(
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        user_id=row.user_id,
        device_id=row.device_id,
        action=row.action,
        subject=row.subject,
        before=row.before,
        after=row.after,
        digest=row.digest,
    )
