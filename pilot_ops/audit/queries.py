"""Reading the audit log."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Entry, Head
from pilot_ops.audit.models import HEAD, AuditEntryRow, AuditHeadRow

_PAGE = 1000


def list_entries(
    session: Session, *, before_seq: int | None = None, action: str = "", text: str = "", most: int = 50
) -> tuple[Entry, ...]:
    """The newest entries older than ``before_seq``, of one action or whose actor or subject contains a text.

    What somebody changed so that it cannot be read is left out; verifying names it.
    """
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
    found = _read(session, select(AuditEntryRow).where(*wanted).order_by(AuditEntryRow.seq.desc()).limit(most))
    return tuple(entry for entry in found if entry)


def walk_entries(session: Session) -> Iterator[Entry | None]:
    """Every entry from the very first on, a thousand at a time; None for one that cannot be read."""
    query = select(AuditEntryRow).order_by(AuditEntryRow.seq).limit(_PAGE)
    found = _read(session, query)
    while found:
        yield from found
        if found[-1] is None:
            return
        session.expunge_all()
        found = _read(session, query.where(AuditEntryRow.seq > found[-1].seq))


def _read(session: Session, query: Select[AuditEntryRow]) -> list[Entry | None]:
    """The entries a query finds; None for one that cannot be read."""
    try:
        return [_entry(row) for row in session.scalars(query)]
    except Exception:  # noqa: BLE001 - a value that is none of its type; which row it is in is found out below
        seqs = session.scalars(query.with_only_columns(AuditEntryRow.seq)).all()
    return [_read_one(session, seq) for seq in seqs]


def _read_one(session: Session, seq: int) -> Entry | None:
    try:
        return _entry(session.scalars(select(AuditEntryRow).where(AuditEntryRow.seq == seq)).one())
    except Exception:  # noqa: BLE001 - as above
        return None


def find_head(session: Session) -> Head | None:
    """Where the log says that it ends; None if somebody took that away."""
    query = select(AuditHeadRow.seq, AuditHeadRow.digest, AuditHeadRow.seal).where(AuditHeadRow.id == HEAD)
    row = session.execute(query).first()
    return Head(*row) if row else None


def _entry(row: AuditEntryRow) -> Entry:
    return Entry(
        seq=int(row.seq),  # SQLite keeps whatever somebody puts there
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
