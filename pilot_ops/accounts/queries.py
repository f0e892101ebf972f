"""Reading accounts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import Session

from pilot_ops.accounts.domain import Login, User, UserDetails, parse_session_token, token_digest
from pilot_ops.accounts.models import SessionRow, SignInLinkRow, UserRow
from pilot_ops.kernel.access import PARK_BOUND, PLACE_BOUND, Actor, Role
from pilot_ops.kernel.errors import NotFound
from pilot_ops.parks import queries as parks
from pilot_ops.places import queries as places

# Asked with every request, and so made once: making a statement takes longer than asking it.
_PERSON = (
    select(UserRow.id, UserRow.name, UserRow.role, UserRow.language, parks.STAFF.c.park_id, places.STAFF.c.place_id)
    .join(SessionRow, SessionRow.user_id == UserRow.id)
    .outerjoin(parks.STAFF, parks.STAFF.c.user_id == UserRow.id)
    .outerjoin(places.STAFF, places.STAFF.c.user_id == UserRow.id)
    .where(
        SessionRow.id == bindparam("session_id"),
        SessionRow.expires_at > bindparam("at"),
        SessionRow.epoch == UserRow.epoch,
        UserRow.active,
    )
)


def list_users(session: Session) -> tuple[User, ...]:
    """Everybody, the active first, by name."""
    rows = session.scalars(select(UserRow).order_by(UserRow.active.desc(), func.lower(UserRow.name)))
    return tuple(_user(row) for row in rows)


def get_user(session: Session, user_id: UUID) -> User:
    """A person. NotFound if there is none."""
    row = session.get(UserRow, user_id)
    if row is None:
        raise NotFound
    return _user(row)


def hold_user(session: Session, user_id: UUID) -> tuple[User, bool]:
    """A person, and whether somebody else is an administrator; nobody changes either until the transaction ends.

    They are held in one order, so that two administrators who change each other take turns. NotFound if there is none.
    """
    wanted = (UserRow.id == user_id) | (UserRow.active & (UserRow.role == Role.ADMINISTRATOR))
    query = select(UserRow).where(wanted).order_by(UserRow.id).with_for_update(key_share=True)
    held = {row.id: _user(row) for row in session.scalars(query, execution_options={"populate_existing": True})}
    if user_id not in held:
        raise NotFound
    return held[user_id], any(other.administers for other in held.values() if other.id != user_id)


def find_user_by_email(session: Session, email: str) -> User | None:
    """The person with this address, or None."""
    row = session.scalar(select(UserRow).where(UserRow.email == email.strip().lower()))
    return _user(row) if row else None


def names_of(session: Session, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of some people by id."""
    if not user_ids:
        return {}
    return {
        row.id: row.name for row in session.execute(select(UserRow.id, UserRow.name).where(UserRow.id.in_(user_ids)))
    }


def find_login(session: Session, email: str) -> Login | None:
    """The person with this address and the hash of their password, or None."""
    row = session.scalar(select(UserRow).where(UserRow.email == email.strip().lower()))
    return Login(_user(row), row.password_hash) if row else None


def get_login(session: Session, user_id: UUID) -> Login:
    """A person and the hash of their password. NotFound if there is no such person."""
    row = session.get(UserRow, user_id)
    if row is None:
        raise NotFound
    return Login(_user(row), row.password_hash)


def find_actor(connection: Connection, token: str, device_id: UUID, at: datetime) -> Actor | None:
    """The actor a session token stands for; None when it is no longer valid."""
    session_id = parse_session_token(token)
    if session_id is None:
        return None
    # One row for each park they are staff of and each place they work at, or one without either.
    rows = connection.execute(_PERSON, {"session_id": session_id, "at": at}).all()
    if not rows:
        return None
    person = rows[0]
    mine = frozenset(row.park_id for row in rows if row.park_id) if person.role in PARK_BOUND else frozenset()
    here = frozenset(row.place_id for row in rows if row.place_id) if person.role in PLACE_BOUND else frozenset()
    return Actor(person.id, person.name, person.role, mine, person.language, device_id, here)


def find_user_by_link(session: Session, token: str, at: datetime) -> User | None:
    """Whom a sign-in link lets in, or None when it is unknown, used or too old."""
    row = session.scalar(
        select(UserRow)
        .join(SignInLinkRow, SignInLinkRow.user_id == UserRow.id)
        .where(
            SignInLinkRow.digest == token_digest(token),
            SignInLinkRow.used_at.is_(None),
            SignInLinkRow.expires_at > at,
            UserRow.active,
        )
    )
    return _user(row) if row else None


def _user(row: UserRow) -> User:
    details = UserDetails(row.email, row.name, row.role, row.language, row.active)
    return User(row.id, details, row.epoch, row.password_hash is not None, row.last_seen_at)
