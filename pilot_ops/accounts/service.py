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
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pilot_ops.accounts import queries
from pilot_ops.accounts.domain import (
    WORKS_AT,
    Login,
    Proof,
    Reason,
    User,
    UserDetails,
    check_details,
    check_password,
    clean_email,
    digest_of,
    facts_of,
    parse_session_token,
    token_digest,
)
from pilot_ops.accounts.models import SessionRow, SignInLinkRow, UserRow
from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import changes, record
from pilot_ops.kernel.access import Actor, Permission, Role
from pilot_ops.kernel.db import insert_once
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import Language
from pilot_ops.parks.queries import parks_of
from pilot_ops.parks.service import set_parks_of
from pilot_ops.places.queries import get_place, places_of
from pilot_ops.places.service import set_places_of

_hasher = PasswordHasher()


def create_user(
    session: Session,
    actor: Actor,
    *,
    details: UserDetails,
    park_ids: Collection[UUID] = (),
    place_ids: Collection[UUID] = (),
    at: datetime,
) -> User:
    """Add a person. Refused if the address is wrong or taken, or a park or place is missing that the role needs."""
    actor.must(Permission.USERS_EDIT)
    details = replace(details, email=clean_email(details.email))
    check_details(details, parks=len(park_ids), places=len(place_ids))
    user = User(uuid4(), details, epoch=1, has_password=False)
    if not insert_once(session, UserRow, {"id": user.id, "epoch": user.epoch, **asdict(details)}):
        raise Refused(Reason.EMAIL_TAKEN, "email")
    _set_work(session, actor, user.id, details.role, park_ids, place_ids)
    record(session, actor, Action.USER_CREATED, details.email, at=at, after=facts_of(details, park_ids, place_ids))
    return user


def change_user(
    session: Session,
    actor: Actor,
    *,
    user_id: UUID,
    details: UserDetails,
    park_ids: Collection[UUID] = (),
    place_ids: Collection[UUID] = (),
    seen: str,
    at: datetime,
) -> None:
    """Change a person's details, role, parks and places. Their sessions end if role or activity changes.

    ``seen`` is the digest of what the page showed: refused if somebody else changed it meanwhile.
    """
    actor.must(Permission.USERS_EDIT)
    details = replace(details, email=clean_email(details.email))
    check_details(details, parks=len(park_ids), places=len(place_ids))
    user, others_administer = queries.hold_user(session, user_id)
    old = parks_of(session, user_id), places_of(session, user_id)
    if digest_of(user.details, *old) != seen:
        raise Refused(Reason.CHANGED_MEANWHILE)
    _check_access(actor, user, details, others_administer=others_administer)
    _save_details(session, user_id, details)
    if (details.role, details.active) != (user.details.role, user.details.active):
        _end_sessions(session, user_id, at)
    _set_work(session, actor, user_id, details.role, park_ids, place_ids)
    before, after = changes(facts_of(user.details, *old), facts_of(details, park_ids, place_ids))
    record(session, actor, Action.USER_CHANGED, details.email, at=at, before=before, after=after)


def _set_work(
    session: Session,
    actor: Actor,
    user_id: UUID,
    role: Role,
    park_ids: Collection[UUID],
    place_ids: Collection[UUID],
) -> None:
    """Where a person works: in parks, and at places, which must be of the kind that the role works at."""
    kind = WORKS_AT.get(role)
    if kind and any(get_place(session, place_id).kind is not kind for place_id in place_ids):
        raise Refused(Reason.PLACE_OF_OTHER_KIND, "places")
    set_parks_of(session, actor, user_id=user_id, park_ids=park_ids)
    set_places_of(session, actor, user_id=user_id, place_ids=place_ids)


def _check_access(actor: Actor, user: User, details: UserDetails, *, others_administer: bool) -> None:
    """Refused where a change would shut the actor out, or leave nobody who can let people in."""
    if user.id == actor.user_id and (details.role != user.details.role or not details.active):
        raise Refused(Reason.NOT_YOURSELF, "role")
    if user.administers and not replace(user, details=details).administers and not others_administer:
        raise Refused(Reason.LAST_ADMINISTRATOR, "role")


def _save_details(session: Session, user_id: UUID, details: UserDetails) -> None:
    namesake = queries.find_user_by_email(session, details.email)
    if namesake and namesake.id != user_id:
        raise Refused(Reason.EMAIL_TAKEN, "email")
    try:
        session.execute(update(UserRow).where(UserRow.id == user_id).values(**asdict(details)))
    except IntegrityError:  # somebody took the address since we looked
        raise Refused(Reason.EMAIL_TAKEN, "email") from None


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


def verify_password(login: Login | None, password: str) -> Proof:
    """Refused(SIGN_IN_WRONG) says no more than that, after the same work for an unknown address.

    Argon2 takes long on purpose: this is done before the transaction, in which other writers would wait for it.
    """
    stored = login.stored if login else None
    right = _verify(stored or _decoy(), password)
    if login is None or stored is None or not right or not login.user.details.active:
        raise Refused(Reason.SIGN_IN_WRONG, "password")
    fresh = _hasher.hash(password) if _hasher.check_needs_rehash(stored) else stored
    return Proof(login.user, stored, fresh)


def sign_in_by_password(session: Session, *, proof: Proof, device_id: UUID, at: datetime) -> User:
    """Let somebody in who proved to know the password. Refused if it changed meanwhile."""
    if not _keep_password(session, proof):
        raise Refused(Reason.SIGN_IN_WRONG, "password")
    _note_sign_in(session, proof.user, device_id, at, how="password")
    return proof.user


def begin_session(session: Session, user: User, *, hours: int, at: datetime) -> str:
    """The token of a new session of a person who was let in; it ends after so many hours, however busy."""
    mine = delete(SessionRow).where(SessionRow.user_id == user.id)
    session.execute(mine.where(SessionRow.expires_at <= at))
    token = uuid4()
    values = {"id": token, "user_id": user.id, "epoch": user.epoch, "expires_at": at + timedelta(hours=hours)}
    session.execute(insert(SessionRow).values(values))
    return str(token)


def sign_out(session: Session, *, token: str) -> None:
    """End one session: a copy of its cookie is worth nothing any more."""
    session.execute(delete(SessionRow).where(SessionRow.id == parse_session_token(token)))


def note_failed_sign_in(session: Session, *, email: str, device_id: UUID, at: datetime) -> None:
    """Write a failed try to the audit log; in a transaction of its own, since the try itself was undone."""
    stranger = Actor(None, "–", role=Role.VENUE, device_id=device_id)
    record(session, stranger, Action.SIGN_IN_FAILED, email.strip().lower()[:254], at=at)


def prove_change(login: Login, *, old: str, new: str) -> Proof:
    """That somebody may set a new password: they know the old one, if there is one. Before the transaction too."""
    if login.stored is not None and not _verify(login.stored, old):
        raise Refused(Reason.PASSWORD_WRONG, "old")
    check_password(new, login.user.details.email)
    return Proof(login.user, login.stored, _hasher.hash(new))


def change_password(session: Session, actor: Actor, *, proof: Proof, at: datetime) -> User:
    """Set the actor's own password, ending all their sessions. Refused if it changed meanwhile."""
    assert actor.user_id == proof.user.id  # noqa: S101 - nobody proves to know another's password
    if not _keep_password(session, proof):
        raise Refused(Reason.PASSWORD_WRONG, "old")
    _end_sessions(session, proof.user.id, at)
    record(session, actor, Action.USER_CHANGED, proof.user.details.email, at=at, after={"password": "changed"})
    return queries.get_user(session, proof.user.id)


def _keep_password(session: Session, proof: Proof) -> bool:
    """Store the hash to keep from now on, if the one that was verified is still there; whether it was."""
    person = update(UserRow).where(UserRow.id == proof.user.id, UserRow.active)
    still = UserRow.password_hash.is_not_distinct_from(proof.stored)
    kept = session.execute(person.where(still).values(password_hash=proof.fresh).returning(UserRow.id)).first()
    return kept is not None


def change_language(session: Session, actor: Actor, *, language: Language) -> None:
    """Remember the actor's language."""
    if actor.user_id is not None:
        session.execute(update(UserRow).where(UserRow.id == actor.user_id).values(language=language))


def end_sessions(session: Session, actor: Actor, *, user_id: UUID, at: datetime) -> None:
    """Sign a person out everywhere, at once; sign-in links not used yet die too."""
    actor.must(Permission.USERS_EDIT)
    user = queries.get_user(session, user_id)
    _end_sessions(session, user_id, at)
    record(session, actor, Action.USER_CHANGED, user.details.email, at=at, after={"sessions": "ended"})


def _end_sessions(session: Session, user_id: UUID, at: datetime) -> None:
    """End the sessions of a person, those being begun, and their unused links: a lost one must not open a new one."""
    session.execute(update(UserRow).where(UserRow.id == user_id).values(epoch=UserRow.epoch + 1))
    session.execute(delete(SessionRow).where(SessionRow.user_id == user_id))
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
