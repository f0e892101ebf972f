"""Reading tokens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from pilot_ops.api.domain import Scope, Token
from pilot_ops.api.models import ApiTokenRow
from pilot_ops.kernel.codes import code_digest
from pilot_ops.kernel.errors import NotFound

_TOKEN = ApiTokenRow.__table__.c
_COLUMNS = (
    _TOKEN.id,
    _TOKEN.name,
    _TOKEN.digest,
    _TOKEN.scopes,
    _TOKEN.made_at,
    _TOKEN.expires_on,
    _TOKEN.used_on,
    _TOKEN.revoked_at,
)
# Asked with every request, and so made once.
_BY_DIGEST = select(*_COLUMNS).where(_TOKEN.digest == bindparam("its_digest"))


def find_token(connection: Connection, secret: str) -> Token | None:
    """The token of this secret, in force or not; None if there is none.

    It is looked up by its digest, of which nobody can choose a bit, and compared once more in constant time.
    """
    row = connection.execute(_BY_DIGEST, {"its_digest": code_digest(secret)}).first()
    token = _token(row) if row else None
    return token if token and token.opens_with(secret) else None


def list_tokens(session: Session) -> tuple[Token, ...]:
    """Every token: those not revoked first, by name."""
    query = select(*_COLUMNS).order_by(_TOKEN.revoked_at.is_not(None), _TOKEN.name_key)
    return tuple(_token(row) for row in session.execute(query))


def get_token(session: Session, token_id: UUID) -> Token:
    """A token. NotFound if there is none."""
    row = session.execute(select(*_COLUMNS).where(_TOKEN.id == token_id)).first()
    if row is None:
        raise NotFound
    return _token(row)


def _token(row: Any) -> Token:
    scopes = frozenset(Scope(name) for name in row.scopes.split())
    return Token(row.id, row.name, row.digest, scopes, row.made_at, row.expires_on, row.used_on, row.revoked_at)
