"""Enrolled phones, and the codes that enrol them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pilot_ops.kernel.access import Actor, Role
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import tidy

# Sixteen characters hold 78 random bits, for the hours that a code is good for.
CODE_LENGTH = 16
LONGEST_NAME = 60


class Reason(StrEnum):
    """Why a phone is not enrolled or revoked."""

    CODE_DEAD = "code-dead"
    NAME_MISSING = "name-missing"
    NAME_LONG = "name-long"
    PLACE_UNUSED = "place-unused"
    ALREADY_REVOKED = "already-revoked"


class HomeKind(StrEnum):
    """Where a phone belongs."""

    PARK = "park"
    POINT = "point"
    VENUE = "venue"


@dataclass(frozen=True, slots=True)
class Home:
    """The park, distribution point or venue that a phone belongs to."""

    kind: HomeKind
    id: UUID


@dataclass(frozen=True, slots=True)
class Phone:
    """An enrolled phone of a park, a distribution point or a venue.

    ``waiting`` is the number of unsent events it last told of.
    """

    id: UUID
    name: str
    home: Home
    joined_at: datetime
    last_seen_at: datetime
    waiting: int
    revoked_at: datetime | None = None

    def actor(self) -> Actor:
        """Whom the phone acts as: staff of its park or place, under its own name."""
        where = frozenset({self.home.id})
        if self.home.kind is HomeKind.PARK:
            return Actor(None, self.name, Role.PARK_STAFF, where, device_id=self.id)
        role = Role.POINT_STAFF if self.home.kind is HomeKind.POINT else Role.VENUE
        return Actor(None, self.name, role, device_id=self.id, places=where)


def check_name(name: str) -> str:
    """A phone's name without spaces around it. Refused if there is none, or if it is longer than a line."""
    cleaned = tidy(name)
    if not cleaned:
        raise Refused(Reason.NAME_MISSING, "name")
    if len(cleaned) > LONGEST_NAME:
        raise Refused(Reason.NAME_LONG, "name", most=LONGEST_NAME)
    return cleaned


def suggested_name(place: str, number: int) -> str:
    """What a phone may be called: its park or place and a number, cut so that the name fits a line."""
    return f"{place[: LONGEST_NAME - len(f' {number}')].rstrip()} {number}"
