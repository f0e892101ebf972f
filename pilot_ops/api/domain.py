"""Tokens of other programs and their rights; what is wrong with a request."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pilot_ops.kernel.access import Actor, Permission, Role
from pilot_ops.kernel.codes import code_digest
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import tidy

# So that people and programs that look for secrets in the wrong places know one.
PREFIX = "pilotops_"
# Random bytes of a token: nobody tries 2^256.
_BYTES = 32
LONGEST_NAME = 60
# Days that a request may name; nothing happened before or will be planned after.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


class Scope(StrEnum):
    """What a token may read. Pilots and parks, which the rest is about, any token may read. Alphabetical."""

    COSTS_READ = "costs:read"
    EVENTS_READ = "events:read"
    MEALS_READ = "meals:read"
    PROGRAMME_READ = "programme:read"
    TICKETS_READ = "tickets:read"
    TICKETS_READ_ALL = "tickets:read-all"


class Reason(StrEnum):
    """Why a token is not made or revoked."""

    NAME_MISSING = "name-missing"
    NAME_LONG = "name-long"
    NAME_TAKEN = "name-taken"
    NO_SCOPES = "no-scopes"
    UNKNOWN_SCOPE = "unknown-scope"
    ALREADY_OVER = "already-over"
    ALREADY_MADE = "already-made"
    ALREADY_REVOKED = "already-revoked"


class Standing(StrEnum):
    """Whether a token opens anything."""

    IN_FORCE = "in-force"
    EXPIRED = "expired"
    REVOKED = "revoked"


_PERMISSIONS: Mapping[Scope, frozenset[Permission]] = {
    Scope.COSTS_READ: frozenset({Permission.COSTS_VIEW}),
    Scope.EVENTS_READ: frozenset({Permission.EVENTS_VIEW}),
    Scope.MEALS_READ: frozenset({Permission.DAYS_VIEW}),
    Scope.PROGRAMME_READ: frozenset({Permission.PROGRAMME_VIEW}),
    Scope.TICKETS_READ: frozenset({Permission.TICKETS_VIEW}),
    Scope.TICKETS_READ_ALL: frozenset({Permission.TICKETS_VIEW}),
}


@dataclass(frozen=True, slots=True)
class Token:
    """A token of another program. Of its secret only the digest is known.

    ``expires_on`` is the last day in Helsinki on which it is in force (None: until it is revoked), ``used_on`` the last
    day on which it was used.
    """

    id: UUID
    name: str
    digest: str
    scopes: frozenset[Scope]
    made_at: datetime
    expires_on: date | None = None
    used_on: date | None = None
    revoked_at: datetime | None = None

    def standing(self, today: date) -> Standing:
        """Whether it opens anything today."""
        if self.revoked_at is not None:
            return Standing.REVOKED
        over = self.expires_on is not None and today > self.expires_on
        return Standing.EXPIRED if over else Standing.IN_FORCE

    def may(self, scope: Scope) -> bool:
        """Whether it reads this; who reads every figure of tickets reads the published ones."""
        implied = scope is Scope.TICKETS_READ and Scope.TICKETS_READ_ALL in self.scopes
        return scope in self.scopes or implied

    def actor(self) -> Actor:
        """Whom it acts as: a manager who may only look, and only at what it is for."""
        allowed = frozenset({Permission.PARKS_VIEW}).union(*(_PERMISSIONS[scope] for scope in self.scopes))
        return Actor(None, self.name, Role.MANAGER, limited_to=allowed)

    def opens_with(self, secret: str) -> bool:
        """Whether this is its secret, in a time that tells nothing of how nearly."""
        return hmac.compare_digest(code_digest(secret), self.digest)


@dataclass(frozen=True, slots=True)
class NewToken:
    """What an administrator decides about a token; ``id`` is made with the form, so that sent twice it is made once."""

    id: UUID
    name: str
    scopes: frozenset[Scope]
    expires_on: date | None


def make_secret() -> str:
    """A new secret, which is shown once and kept nowhere."""
    return PREFIX + secrets.token_urlsafe(_BYTES)


def read_scopes(names: Collection[str]) -> frozenset[Scope]:
    """Scopes by their names, such as ``costs:read``. Refused if one is unknown."""
    unknown = sorted(set(names) - set(Scope))
    if unknown:
        raise Refused(Reason.UNKNOWN_SCOPE, "scopes", scope=unknown[0])
    return frozenset(Scope(name) for name in names)


def check_token(new: NewToken, today: date) -> str:
    """The token's name as it is kept. Refused with the field if it has no name or no right, or is over already."""
    name = tidy(new.name)
    if not name:
        raise Refused(Reason.NAME_MISSING, "name")
    if len(name) > LONGEST_NAME:
        raise Refused(Reason.NAME_LONG, "name", most=LONGEST_NAME)
    if not new.scopes:
        raise Refused(Reason.NO_SCOPES, "scopes")
    if new.expires_on is not None and new.expires_on < today:
        raise Refused(Reason.ALREADY_OVER, "expires_on")
    return name


class Wrong(Exception):
    """A request that cannot be read: each field of it that is wrong, with why in an English sentence."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in problems.items()))
        self.problems = problems

    @property
    def errors(self) -> list[dict[str, str]]:
        return [{"field": name, "detail": text} for name, text in self.problems.items()]


def check_days(first: date | None, last: date | None) -> None:
    """Wrong if the days of a request cannot be, or if they run backwards."""
    problems = {name: why for name, day in (("from", first), ("to", last)) if (why := why_not(day))}
    if not problems and first and last and first > last:
        problems = {"to": "The last day is before the first."}
    if problems:
        raise Wrong(problems)


def why_not(day: date | None) -> str:
    """Why a request may not name this day, or nothing."""
    within = day is None or FIRST_DAY <= day <= LAST_DAY
    return "" if within else f"Give a day from {FIRST_DAY.isoformat()} to {LAST_DAY.isoformat()}."


Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list; ``after`` is the key of its last thing where there are more."""

    data: list[Any]
    after: Key | None = None
