"""What is done with accounts: making them, signing in, passwords and languages."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from pilot_ops.accounts import queries
from pilot_ops.accounts.domain import (
    Reason,
    User,
    UserDetails,
    check_details,
    check_password,
    clean_email,
    token_digest,
)
from pilot_ops.accounts.models import SignInLinkRow, UserRow
from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import changes, record
from pilot_ops.kernel.access import Actor, Permission, Role
from pilot_ops.kernel.db import insert_once
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import Language
from pilot_ops.parks.queries import parks_of
from pilot_ops.parks.service import set_parks_of

_hasher = PasswordHasher()


def create_user(
    session: Session, actor: Actor, *, details: UserDetails, park_ids: Collection[UUID], at: datetime
) -> User:
    """Add a person. Refused if the address is wrong or taken, or a park is missing where the role needs one."""
    actor.must(Permission.USERS_EDIT)
    details = replace(details, email=clean_email(details.email))
    check_details(details, parks=len(park_ids))
    user = User(uuid4(), details, epoch=1, has_password=False)
    if not insert_once(session, UserRow, {"id": user.id, "epoch": user.epoch, **asdict(details)}):
        raise Refused(Reason.EMAIL_TAKEN, "email")
    set_parks_of(session, actor, user_id=user.id, park_ids=park_ids)
    record(session, actor, Action.USER_CREATED, details.email, at=at, after=_facts(details, park_ids))
    return user


def change_user(
    session: Session, actor: Actor, *, user_id: UUID, details: UserDetails, park_ids: Collection[UUID], at: datetime
) -> None:
    """Change a person's details, role and parks. Their sessions end if role or activity changes."""
    actor.must(Permission.USERS_EDIT)
    details = replace(details, email=clean_email(details.email))
    check_details(details, parks=len(park_ids))
    user = queries.get_user(session, user_id)
    namesake = queries.find_user_by_email(session, details.email)
    if namesake and namesake.id != user_id:
        raise Refused(Reason.EMAIL_TAKEN, "email")
    if user_id == actor.user_id and (details.role != user.details.role or not details.active):
        raise Refused(Reason.NOT_YOURSELF, "role")
    signed_out = details.role != user.details.role or details.active != user.details.active
    session.execute(
        update(UserRow).where(UserRow.id == user_id).values(epoch=user.epoch + signed_out, **asdict(details))
    )
    if signed_out:
        _end_links(session, user_id, at)
    old_parks = parks_of(session, user_id)
    set_parks_of(session, actor, user_id=user_id, park_ids=park_ids)
    before, after = changes(_facts(user.details, old_parks), _facts(details, park_ids))
    record(session, actor, Action.USER_CHANGED, details.email, at=at, before=before, after=after)


def _facts(details: UserDetails, park_ids: Collection[UUID]) -> dict[str, object]:
    return {**asdict(details), "parks": sorted(str(park_id) for park_id in park_ids)}


def make_sign_in_link(session: Session, actor: Actor, *, user_id: UUID, hours: int, at: datetime) -> str:
    """The token of a new one-time sign-in link, valid for so many hours. It is shown once and cannot be read again."""
    actor.must(Permission.USERS_EDIT)
    user = queries.get_user(session, user_id)
    token = secrets.token_urlsafe(32)
    expires_at = at + timedelta(hours=hours)
    session.execute(
        insert(SignInLinkRow).values(digest=token_digest(token), user_id=user_id, expires_at=expires_at, used_at=None)
    )
    record(session, actor, Action.SIGN_IN_LINK_MADE, user.details.email, at=at, after={"expires_at": expires_at})
    return token


def sign_in_by_link(session: Session, *, token: str, device_id: UUID, at: datetime) -> User:
    """Use a one-time link: exactly one of several tries gets in. Refused(LINK_DEAD) otherwise."""
    user = queries.find_user_by_link(session, token, at)
    used = session.execute(
        update(SignInLinkRow)
        .where(
            SignInLinkRow.digest == token_digest(token),
            SignInLinkRow.used_at.is_(None),
            SignInLinkRow.expires_at > at,
        )
        .values(used_at=at)
        .returning(SignInLinkRow.digest)
    ).first()
    if user is None or used is None:
        raise Refused(Reason.LINK_DEAD)
    _note_sign_in(session, user, device_id, at, how="link")
    return user


def sign_in_by_password(session: Session, *, email: str, password: str, device_id: UUID, at: datetime) -> User:
    """Check address and password. Refused(SIGN_IN_WRONG) says no more than that, after the same work for either."""
    user = queries.find_user_by_email(session, email)
    stored = queries.password_hash_of(session, user.id) if user else None
    right = _verify(stored or _decoy(), password)
    if user is None or stored is None or not right or not user.details.active:
        raise Refused(Reason.SIGN_IN_WRONG, "password")
    if _hasher.check_needs_rehash(stored):
        session.execute(update(UserRow).where(UserRow.id == user.id).values(password_hash=_hasher.hash(password)))
    _note_sign_in(session, user, device_id, at, how="password")
    return user


def note_failed_sign_in(session: Session, *, email: str, device_id: UUID, at: datetime) -> None:
    """Write a failed try to the audit log; in a transaction of its own, since the try itself was undone."""
    stranger = Actor(None, "–", role=Role.VENUE, device_id=device_id)
    record(session, stranger, Action.SIGN_IN_FAILED, email.strip().lower()[:254], at=at)


def change_password(session: Session, actor: Actor, *, old: str, new: str, at: datetime) -> User:
    """Set the actor's own password, ending all their sessions. The old one is needed if there is one."""
    assert actor.user_id is not None  # noqa: S101 - only signed-in people reach this
    user = queries.get_user(session, actor.user_id)
    stored = queries.password_hash_of(session, user.id)
    if stored is not None and not _verify(stored, old):
        raise Refused(Reason.PASSWORD_WRONG, "old")
    check_password(new, user.details.email)
    session.execute(
        update(UserRow).where(UserRow.id == user.id).values(password_hash=_hasher.hash(new), epoch=user.epoch + 1)
    )
    _end_links(session, user.id, at)
    record(session, actor, Action.USER_CHANGED, user.details.email, at=at, after={"password": "changed"})
    return queries.get_user(session, user.id)


def change_language(session: Session, actor: Actor, *, language: Language) -> None:
    """Remember the actor's language."""
    if actor.user_id is not None:
        session.execute(update(UserRow).where(UserRow.id == actor.user_id).values(language=language))


def end_sessions(session: Session, actor: Actor, *, user_id: UUID, at: datetime) -> None:
    """Sign a person out everywhere, at once; sign-in links not used yet die too."""
    actor.must(Permission.USERS_EDIT)
    user = queries.get_user(session, user_id)
    session.execute(update(UserRow).where(UserRow.id == user_id).values(epoch=user.epoch + 1))
    _end_links(session, user_id, at)
    record(session, actor, Action.USER_CHANGED, user.details.email, at=at, after={"sessions": "ended"})


def _end_links(session: Session, user_id: UUID, at: datetime) -> None:
    """What ends the sessions of a person ends their unused links: a lost one must not open a new session."""
    unused = update(SignInLinkRow).where(SignInLinkRow.user_id == user_id, SignInLinkRow.used_at.is_(None))
    session.execute(unused.values(used_at=at))


def _note_sign_in(session: Session, user: User, device_id: UUID, at: datetime, *, how: str) -> None:
    who = Actor(user.id, user.name, user.details.role, device_id=device_id)
    session.execute(update(UserRow).where(UserRow.id == user.id).values(last_seen_at=at))
    record(session, who, Action.SIGNED_IN, user.details.email, at=at, after={"how": how})


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _decoy() -> str:
    """A hash nobody knows the password of, so that an unknown address takes as long as a wrong password."""
    return _hasher.hash(secrets.token_urlsafe(16))
