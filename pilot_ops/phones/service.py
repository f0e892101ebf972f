"""Enrolling phones, hearing from them, and revoking them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import bindparam, insert, or_, update
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.codes import ALPHABET, clean_code, code_digest
from pilot_ops.kernel.errors import Refused
from pilot_ops.parks.queries import get_park
from pilot_ops.phones import queries
from pilot_ops.phones.domain import CODE_LENGTH, Home, HomeKind, Phone, Reason, check_name
from pilot_ops.phones.models import EnrolmentCodeRow, PhoneRow
from pilot_ops.places.domain import Kind
from pilot_ops.places.queries import get_place

# A phone that sends all the time need not be written down all the time.
_SEEN_EVERY = timedelta(minutes=1)


def make_code(session: Session, actor: Actor, *, home: Home, hours: int, at: datetime) -> str:
    """A new code that enrols one phone to a park or place, valid for so many hours. Shown once, and kept nowhere.

    Refused if the park or place is no longer in use.
    """
    actor.must(Permission.PHONES_EDIT)
    name, active = _about(session, home)
    if not active:
        raise Refused(Reason.PLACE_UNUSED, "home")
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    expires_at = at + timedelta(hours=hours)
    values = {"digest": code_digest(code), "expires_at": expires_at, "used_at": None}
    session.execute(insert(EnrolmentCodeRow).values({**values, **_columns(home)}))
    record(session, actor, Action.PHONE_INVITED, name, at=at, after={"expires_at": expires_at})
    return code


def name_of(session: Session, home: Home) -> str:
    """The name of the park or place that a phone belongs to."""
    return _about(session, home)[0]


def find_home(session: Session, code: str, at: datetime) -> Home | None:
    """What a code enrols a phone to; None when the code is dead, or the park or place was taken out of use."""
    home = queries.find_home_of_code(session, code, at)
    return home if home and _about(session, home)[1] else None


def _about(session: Session, home: Home) -> tuple[str, bool]:
    """What a park or place is called, and whether it is in use."""
    if home.kind is HomeKind.PARK:
        park = get_park(session, home.id)
        return park.name, park.details.active
    place = get_place(session, home.id, Kind(home.kind.value))
    return place.name, place.details.active


def _columns(home: Home) -> dict[str, UUID | None]:
    in_park = home.kind is HomeKind.PARK
    return {"park_id": home.id if in_park else None, "place_id": None if in_park else home.id}


def join(session: Session, *, code: str, name: str, at: datetime) -> tuple[Phone, str]:
    """Enrol the phone that holds a code: the phone, and the secret it is known by from now on.

    The code is the right to it, and is used up. Refused if it is unknown, used or too old, or the name is missing.
    """
    name = check_name(name)
    home = find_home(session, code, at)
    if home is None or not _use(session, code, at):
        raise Refused(Reason.CODE_DEAD)
    secret = secrets.token_urlsafe(32)
    phone = Phone(uuid4(), name, home, joined_at=at, last_seen_at=at, waiting=0)
    values = {"name": name, **_columns(home), "joined_at": at, "last_seen_at": at, "waiting": 0, "revoked_at": None}
    session.execute(insert(PhoneRow).values(id=phone.id, secret_digest=code_digest(secret), **values))
    kind = "park" if home.kind is HomeKind.PARK else "place"
    record(session, phone.actor(), Action.PHONE_JOINED, name, at=at, after={kind: name_of(session, home)})
    return phone, secret


def _use(session: Session, code: str, at: datetime) -> bool:
    """Whether the code was there to be used: of two phones that hold it at once, one gets it."""
    used = (
        update(EnrolmentCodeRow)
        .where(EnrolmentCodeRow.digest == code_digest(clean_code(code)), EnrolmentCodeRow.used_at.is_(None))
        .values(used_at=at)
        .returning(EnrolmentCodeRow.digest)
    )
    return session.execute(used).first() is not None


_SEEN = (
    update(PhoneRow)
    .where(PhoneRow.id == bindparam("phone"))
    .where(or_(PhoneRow.last_seen_at < bindparam("long_ago"), PhoneRow.waiting != bindparam("now_waiting")))
    .values(last_seen_at=bindparam("seen_at"), waiting=bindparam("now_waiting"))
)


def note_seen(session: Session, actor: Actor, *, waiting: int, at: datetime) -> None:
    """A phone was heard from, with so many events still to send. For anybody else than a phone nothing is noted."""
    if not actor.is_phone:
        return
    values = {"phone": actor.device_id, "long_ago": at - _SEEN_EVERY, "seen_at": at, "now_waiting": waiting}
    session.connection().execute(_SEEN, values)


def revoke(session: Session, actor: Actor, *, phone_id: UUID, at: datetime) -> Phone:
    """Shut a phone out, at once: what it sends from now on is not taken. Refused if it is revoked already."""
    phone = queries.get_phone(session, phone_id)
    actor.must(Permission.PHONES_EDIT)
    shut = update(PhoneRow).where(PhoneRow.id == phone_id, PhoneRow.revoked_at.is_(None)).values(revoked_at=at)
    if session.execute(shut.returning(PhoneRow.id)).first() is None:
        raise Refused(Reason.ALREADY_REVOKED)
    record(session, actor, Action.PHONE_REVOKED, phone.name, at=at)
    return phone
