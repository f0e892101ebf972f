"""Making, revoking and noting the use of tokens."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from pilot_ops.api.domain import NewToken, Reason, Token, check_token, make_secret
from pilot_ops.api.models import ApiTokenRow
from pilot_ops.api.queries import get_token
from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.codes import code_digest
from pilot_ops.kernel.db import insert_once
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import fold


def make_token(session: Session, actor: Actor, *, new: NewToken, at: datetime) -> tuple[Token, str]:
    """A new token and its secret, which is shown once and kept nowhere.

    Refused with the field if something about it is wrong, or its name is taken; and if it was made already, because
    nobody can show its secret again.
    """
    actor.must(Permission.TOKENS_EDIT)
    name, secret = check_token(new, local_day(at)), make_secret()
    scopes = " ".join(sorted(new.scopes))
    values = {
        "id": new.id,
        "name": name,
        "name_key": fold(name),
        "digest": code_digest(secret),
        "scopes": scopes,
        "made_at": at,
        "expires_on": new.expires_on,
    }
    if not insert_once(session, ApiTokenRow, values):
        made = session.scalar(select(ApiTokenRow.id).where(ApiTokenRow.id == new.id))
        raise Refused(Reason.ALREADY_MADE if made else Reason.NAME_TAKEN, None if made else "name")
    record(session, actor, Action.TOKEN_MADE, name, at=at, after={"scopes": scopes, "expires_on": new.expires_on})
    return get_token(session, new.id), secret


def revoke_token(session: Session, actor: Actor, *, token_id: UUID, at: datetime) -> Token:
    """Shut a token out: its next request is refused. Refused if it was revoked already."""
    actor.must(Permission.TOKENS_EDIT)
    row = ApiTokenRow
    query = update(row).where(row.id == token_id, row.revoked_at.is_(None)).values(revoked_at=at).returning(row.name)
    name = session.scalar(query)
    token = get_token(session, token_id)
    if name is None:
        raise Refused(Reason.ALREADY_REVOKED)
    record(session, actor, Action.TOKEN_REVOKED, name, at=at)
    return token


def note_used(session: Session, token_id: UUID, day: date) -> None:
    """Write down that a token was used on a day; what is written already is left alone."""
    row = ApiTokenRow
    earlier = or_(row.used_on.is_(None), row.used_on < day)
    session.execute(update(row).where(row.id == token_id, earlier).values(used_on=day))
