"""Messages about meal days that need somebody's attention."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Kind(StrEnum):
    """What a message is about. Alphabetical."""

    DAY_NOT_CLOSED = "day-not-closed"
    DAY_WITHOUT_COUNT = "day-without-count"
    IMBALANCE = "imbalance"
    LATE_TAPS = "late-taps"
    MAIL_NOT_SENT = "mail-not-sent"
    PARK_NOT_CLOSED_YET = "park-not-closed-yet"
    WRONG_CODES = "wrong-codes"


# Who sees a kind: the park's own staff as well, or only those who see every park.
FOR_STAFF = frozenset({Kind.DAY_NOT_CLOSED, Kind.PARK_NOT_CLOSED_YET})

# What is answered by closing or cancelling the day, at once.
OF_OPEN_DAYS = frozenset({Kind.DAY_NOT_CLOSED, Kind.PARK_NOT_CLOSED_YET})


@dataclass(frozen=True, slots=True)
class Message:
    """Something that needs attention about a park on a day; ``facts`` are the figures its sentence needs."""

    key: str
    kind: Kind
    park_id: UUID | None
    day: date
    sent_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    settled_at: datetime | None = None


def key_of(kind: Kind, park_id: UUID | None, day: date) -> str:
    """What makes a message about the same thing the same message."""
    return f"{kind.value}:{day.isoformat()}:{park_id or 'all'}"


def write_facts(facts: Mapping[str, Any]) -> str:
    """The facts of a message as a JSON object; ids and days as their text."""
    return json.dumps(dict(facts), sort_keys=True, ensure_ascii=False, default=str)


def read_facts(text: str) -> Mapping[str, Any]:
    """The facts of a stored message."""
    found: Mapping[str, Any] = json.loads(text)
    return found
