"""What a scan comes to: handing out and using a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from pilot_ops.tickets.domain.values import Ticket
from pilot_ops.tickets.domain.words import Action, Reason, State

# The same wristband again within this time is more likely a second scan than a second person.
GUARD = timedelta(minutes=2)
UNDO_WITHIN = timedelta(minutes=10)
# A phone's clock may be a little ahead, and a phone may have been without a network since the season began.
_AHEAD = timedelta(minutes=5)
_BEHIND = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Scan:
    """A code held to a phone at a place. ``id`` is made with the scan, so that sending it twice does it once.

    ``confirmed`` says that a second scan within the guard is for a second person; ``offline``, that it has happened
    already: the phone had no network, and the person was let in.
    """

    id: UUID
    digest: str
    place_id: UUID
    at: datetime
    group_id: UUID | None = None
    confirmed: bool = False
    offline: bool = False


@dataclass(frozen=True, slots=True)
class Validity:
    """Of a ticket's type, at the place of the scan: when it is valid, and whether it is valid there."""

    valid_from: date | None
    valid_until: date | None
    here: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scan came to, as it is answered, stored, and answered again word for word when it is sent again.

    ``reason`` is None when it was done. ``seen_at`` and ``seen_place_id`` say when and where it was handed out, or
    last used, before. ``left`` of ``uses`` are left on the ticket; ``point_left`` is left at the point of its type.
    ``conflict`` marks what had happened offline although the rules would not have let it.
    """

    id: UUID
    action: Action
    reason: Reason | None
    at: datetime
    place_id: UUID | None = None
    label: str = ""
    type_id: UUID | None = None
    left: int | None = None
    uses: int | None = None
    point_left: int | None = None
    seen_at: datetime | None = None
    seen_place_id: UUID | None = None
    conflict: bool = False

    @property
    def done(self) -> bool:
        return self.reason is None


def moment_of(at: datetime, received_at: datetime) -> datetime:
    """When a scan happened: by the phone's clock, or when it was received if that clock cannot be right."""
    return at if received_at - _BEHIND <= at <= received_at + _AHEAD else received_at


def why_not_hand_out(ticket: Ticket, validity: Validity, *, point_id: UUID, day: date) -> Reason | None:
    """Why a ticket may not be handed out at a point on a day; None if it may."""
    if gone := _gone(ticket):
        return gone
    if ticket.state in {State.HANDED_OUT, State.USED_UP}:
        return Reason.ALREADY_HANDED_OUT
    if validity.valid_until and day > validity.valid_until:
        return Reason.EXPIRED
    if ticket.state is State.IN_STOCK:
        return Reason.IN_STOCK
    return None if ticket.point_id == point_id else Reason.OTHER_POINT


def why_not_use(ticket: Ticket, validity: Validity, *, at: datetime, day: date, confirmed: bool) -> Reason | None:
    """Why a ticket may not be used at a moment, which is on a day; None if it may."""
    if gone := _gone(ticket):
        return gone
    if ticket.state in {State.IN_STOCK, State.AT_POINT}:
        return Reason.NOT_HANDED_OUT
    if not validity.here:
        return Reason.NOT_VALID_HERE
    if ticket.uses_left == 0:
        return Reason.USED_UP
    if validity.valid_until and day > validity.valid_until:
        return Reason.EXPIRED
    if validity.valid_from and day < validity.valid_from:
        return Reason.NOT_YET_VALID
    just_now = ticket.last_used_at is not None and abs(at - ticket.last_used_at) < GUARD
    return Reason.SCANNED_JUST_NOW if just_now and not confirmed else None


def time_to_undo(handed_out_at: datetime, at: datetime) -> timedelta:
    """How long a hand-out may still be taken back; nought when it is too late."""
    return max(handed_out_at + UNDO_WITHIN - at, timedelta(0))


def _gone(ticket: Ticket) -> Reason | None:
    if ticket.replaced_by:
        return Reason.REPLACED
    return {State.VOIDED: Reason.VOIDED, State.LOST: Reason.LOST}.get(ticket.state)


def why_not_undo(ticket: Ticket, *, uses: int, handed_out_at: datetime, at: datetime) -> Reason | None:
    """Why a hand-out may not be taken back: it is too long ago, the ticket has been used, or it is not handed out."""
    if ticket.state is not State.HANDED_OUT or ticket.handed_out_at != handed_out_at:
        return Reason.USED_ALREADY if ticket.state is State.USED_UP else Reason.ALREADY_UNDONE
    if ticket.uses_left < uses:
        return Reason.USED_ALREADY
    return Reason.TOO_LATE_TO_UNDO if at - handed_out_at > UNDO_WITHIN else None
