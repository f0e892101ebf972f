"""Tokens of the API."""

from __future__ import annotations

from argparse import Namespace
from uuid import uuid4

from pilot_ops.api.domain import NewToken, read_scopes
from pilot_ops.api.queries import list_tokens
from pilot_ops.api.service import make_token, revoke_token
from pilot_ops.cli.answer import OPERATOR, BadInput, answer, day_of, working
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import transaction
from pilot_ops.kernel.text import fold


def create_token(asked: Namespace) -> None:
    """Make a token and print it, this once."""
    expires_on = day_of(asked.expires) if asked.expires else None
    with working(), transaction() as session:
        names = [name for given in asked.scope for name in given.split()]
        new = NewToken(uuid4(), asked.name, read_scopes(names), expires_on)
        token, secret = make_token(session, OPERATOR, new=new, at=now())
    facts = {"id": token.id, "name": token.name, "scopes": sorted(token.scopes), "expires_on": token.expires_on}
    answer(asked, {**facts, "token": secret}, secret)


def revoke(asked: Namespace) -> None:
    """Shut a token out."""
    with working(), transaction() as session:
        found = next((token for token in list_tokens(session) if fold(token.name) == fold(asked.name)), None)
        if found is None:
            raise BadInput(f"there is no token {asked.name!r}")
        revoke_token(session, OPERATOR, token_id=found.id, at=now())
    answer(asked, {"id": found.id, "name": found.name}, f"{found.name}: revoked")
