"""Taps: events that add up to a count, whatever their order and however often each is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pilot_ops.kernel.errors import Refused

MOST_A_TAP = 1000
# A paper sheet, a row of a file or a correction is a whole day at once.
MOST_A_DAY = 5000


class Source(StrEnum):
    """How a tap came about."""

    PHONE = "phone"
    PAPER = "paper"
    IMPORT = "import"
    CORRECTION = "correction"


class Reason(StrEnum):
    """Why a tap is refused."""

    ID_REUSED = "id-reused"
    ALREADY_UNDONE = "already-undone"
    NOTHING_TO_UNDO = "nothing-to-undo"
    CHANGE_WRONG = "change-wrong"
    REASON_MISSING = "reason-missing"


@dataclass(frozen=True, slots=True)
class Tap:
    """One event: so many more or fewer of a group, made on a device at ``tapped_at``.

    ``undoes`` names the tap that this one takes back. ``late`` marks a tap of a day that was no longer being counted.
    """

    id: UUID
    subject_id: UUID
    group: str
    change: int
    tapped_at: datetime
    source: Source = Source.PHONE
    reason: str = ""
    undoes: UUID | None = None
    late: bool = False


def check_tap(tap: Tap) -> None:
    """Refused unless the change is a number other than zero of a sensible size, and a correction has a reason."""
    most = MOST_A_TAP if tap.source is Source.PHONE else MOST_A_DAY
    if tap.change == 0 or abs(tap.change) > most:
        raise Refused(Reason.CHANGE_WRONG, "change", most=most)
    if tap.source is Source.CORRECTION and not tap.reason:
        raise Refused(Reason.REASON_MISSING, "reason")


def count(taps: Iterable[Tap]) -> Mapping[str, int]:
    """The total of each group: the sum over different taps, so a tap sent twice counts once (Counting rule 1)."""
    totals: dict[str, int] = {}
    for tap in {tap.id: tap for tap in taps}.values():
        totals[tap.group] = totals.get(tap.group, 0) + tap.change
    return totals
