"""The door of the API: who may enter with a token, how often, and what whoever may not is answered."""

from __future__ import annotations

import re
from datetime import date

from flask import Response, g, request

from pilot_ops.api import queries, service
from pilot_ops.api.domain import Scope, Standing, Token
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import asking, transaction
from pilot_ops.kernel.web.context import the_settings
from pilot_ops.kernel.web.limits import seconds_to_wait, too_busy
from pilot_ops.kernel.web.problems import problem

_BEARER = re.compile(r"Bearer +([A-Za-z0-9._~+/-]{1,200}=*)", re.IGNORECASE)
_SAID = {
    Standing.EXPIRED: "The token has expired. An administrator can make a new one.",
    Standing.REVOKED: "The token has been revoked.",
}
_NONE = "Send a token in the header `Authorization: Bearer TOKEN`. It is not accepted in the address."


def check(scope: str) -> Response | None:
    """The answer to whoever may not enter, else None; then ``the_token()`` is who asks."""
    said = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    if said is None:
        return _unauthorised(_NONE, "")
    with asking() as connection:
        token = queries.find_token(connection, said[1])
    today = local_day(now())
    standing = token.standing(today) if token else None
    if token is None or standing is not Standing.IN_FORCE:
        if too_busy("wrong tokens"):
            return problem(429, headers={"Retry-After": "60"})
        return _unauthorised(_SAID[standing] if standing else "There is no such token.", "invalid_token")
    if wait := seconds_to_wait("token", str(token.id), the_settings().api_limit):
        return problem(429, f"Wait {wait} seconds.", headers={"Retry-After": str(wait)})
    if scope and not token.may(Scope(scope)):
        return _forbidden(scope)
    g.api_token = token
    _note(token, today)
    return None


def the_token() -> Token:
    """The token that this request was let in with."""
    return g.api_token  # type: ignore[no-any-return]


def _note(token: Token, today: date) -> None:
    """Write down that it was used, with its first request of a day only."""
    if token.used_on is None or token.used_on < today:
        with transaction() as session:
            service.note_used(session, token.id, today)


def _unauthorised(detail: str, error: str) -> Response:
    said = 'Bearer realm="pilot-ops"' + (f', error="{error}"' if error else "")
    return problem(401, detail, headers={"WWW-Authenticate": said})


def _forbidden(scope: str) -> Response:
    said = f'Bearer realm="pilot-ops", error="insufficient_scope", scope="{scope}"'
    return problem(403, f"The token has no right to this: it needs {scope}.", headers={"WWW-Authenticate": said})
