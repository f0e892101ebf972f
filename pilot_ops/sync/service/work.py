"""What an event of a phone asks for, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from pilot_ops.tickets.domain import Outcome


class Result(StrEnum):
    """What became of an event: kept, refused by a rule, or not understood (the phone keeps that one)."""

    STORED = "stored"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored event: what it belongs to and, of a tap, the total of its group on all phones.

    ``subject`` is a meal day as ``park/day``, or an event as ``event/id``.
    """

    subject: str
    group: str = ""
    total: int = 0


@dataclass(frozen=True, slots=True)
class Scanned:
    """A stored scan: what it came to."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Work:
    """What an event asks for, to be done in a transaction; ``key`` names what it changes."""

    do: Callable[[Session], Stored | Scanned]
    key: str
