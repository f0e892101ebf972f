"""Reading phones."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from pilot_ops.kernel.access import Actor
from pilot_ops.kernel.codes import clean_code, code_digest
from pilot_ops.kernel.errors import NotFound
from pilot_ops.phones.domain import Phone
from pilot_ops.phones.models import EnrolmentCodeRow, PhoneRow

# Asked with every request of a phone, and so made once.
_BY_SECRET = select(PhoneRow).where(PhoneRow.secret_digest == bindparam("digest"), PhoneRow.revoked_at.is_(None))


def find_actor(session: Session, secret: str) -> Actor | None:
    """The actor that a phone with this secret is; None when it is unknown or revoked."""
    row = session.scalar(_BY_SECRET, {"digest": code_digest(secret)})
    return _phone(row).actor() if row else None


def list_phones(session: Session) -> tuple[Phone, ...]:
    """Every phone: those in use first, by name."""
    rows = session.scalars(select(PhoneRow).order_by(PhoneRow.revoked_at.is_not(None), func.lower(PhoneRow.name)))
    return tuple(_phone(row) for row in rows)


def get_phone(session: Session, phone_id: UUID) -> Phone:
    """A phone. NotFound if there is none."""
    row = session.get(PhoneRow, phone_id)
    if row is None:
        raise NotFound
    return _phone(row)


def find_park_of_code(session: Session, code: str, at: datetime) -> UUID | None:
    """The park that a code enrols a phone to; None when the code is unknown, used or too old."""
    return session.scalar(
        select(EnrolmentCodeRow.park_id).where(
            EnrolmentCodeRow.digest == code_digest(clean_code(code)),
            EnrolmentCodeRow.used_at.is_(None),
            EnrolmentCodeRow.expires_at > at,
        )
    )


def count_phones(session: Session, park_id: UUID) -> int:
    """How many phones a park has had."""
    return session.scalar(select(func.count()).where(PhoneRow.park_id == park_id)) or 0


def _phone(row: PhoneRow) -> Phone:
    return Phone(
        id=row.id,
        name=row.name,
        park_id=row.park_id,
        joined_at=row.joined_at,
        last_seen_at=row.last_seen_at,
        waiting=row.waiting,
        revoked_at=row.revoked_at,
    )
