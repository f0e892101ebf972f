"""Reading phones."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from pilot_ops.kernel.access import Actor
from pilot_ops.kernel.codes import clean_code, code_digest
from pilot_ops.kernel.errors import NotFound
from pilot_ops.phones.domain import Home, HomeKind, Phone
from pilot_ops.phones.models import EnrolmentCodeRow, PhoneRow
from pilot_ops.places.queries import KINDS

_PHONE = (
    select(
        PhoneRow.id,
        PhoneRow.name,
        PhoneRow.park_id,
        PhoneRow.place_id,
        KINDS.c.kind,
        PhoneRow.joined_at,
        PhoneRow.last_seen_at,
        PhoneRow.waiting,
        PhoneRow.revoked_at,
    )
    .select_from(PhoneRow)
    .outerjoin(KINDS, KINDS.c.id == PhoneRow.place_id)
)
# Asked with every request of a phone, and so made once.
_BY_SECRET = _PHONE.where(PhoneRow.secret_digest == bindparam("digest"), PhoneRow.revoked_at.is_(None))


def find_actor(session: Session, secret: str) -> Actor | None:
    """The actor that a phone with this secret is; None when it is unknown or revoked."""
    row = session.execute(_BY_SECRET, {"digest": code_digest(secret)}).first()
    return _phone(row).actor() if row else None


def list_phones(session: Session) -> tuple[Phone, ...]:
    """Every phone: those in use first, by name."""
    rows = session.execute(_PHONE.order_by(PhoneRow.revoked_at.is_not(None), func.lower(PhoneRow.name)))
    return tuple(_phone(row) for row in rows)


def get_phone(session: Session, phone_id: UUID) -> Phone:
    """A phone. NotFound if there is none."""
    row = session.execute(_PHONE.where(PhoneRow.id == phone_id)).first()
    if row is None:
        raise NotFound
    return _phone(row)


def find_home_of_code(session: Session, code: str, at: datetime) -> Home | None:
    """What a code enrols a phone to; None when the code is unknown, used or too old."""
    row = session.execute(
        select(EnrolmentCodeRow.park_id, EnrolmentCodeRow.place_id, KINDS.c.kind)
        .select_from(EnrolmentCodeRow)
        .outerjoin(KINDS, KINDS.c.id == EnrolmentCodeRow.place_id)
        .where(
            EnrolmentCodeRow.digest == code_digest(clean_code(code)),
            EnrolmentCodeRow.used_at.is_(None),
            EnrolmentCodeRow.expires_at > at,
        )
    ).first()
    return _home(row) if row else None


def count_phones(session: Session, home: Home) -> int:
    """How many phones a park or place has had."""
    column = PhoneRow.park_id if home.kind is HomeKind.PARK else PhoneRow.place_id
    return session.scalar(select(func.count()).where(column == home.id)) or 0


def _home(row: Any) -> Home:
    """A park, or a place of a kind: the table holds one or the other."""
    return Home(HomeKind.PARK, row.park_id) if row.park_id else Home(HomeKind(row.kind.value), row.place_id)


def _phone(row: Any) -> Phone:
    return Phone(
        id=row.id,
        name=row.name,
        home=_home(row),
        joined_at=row.joined_at,
        last_seen_at=row.last_seen_at,
        waiting=row.waiting,
        revoked_at=row.revoked_at,
    )
