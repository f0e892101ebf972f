"""What anybody who holds a ticket sees of it: what is left, and never where it has been."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pilot_ops.tickets.domain.values import Ticket, TypeDetails
from pilot_ops.tickets.domain.words import State

# More wrong codes than this on one day are no typing slips.
MANY_WRONG = 100


class PublicState(StrEnum):
    """How a ticket stands for whoever holds it."""

    READY = "ready"
    NOT_IN_USE = "not-in-use"
    NOT_YET_VALID = "not-yet-valid"
    USED_UP = "used-up"
    EXPIRED = "expired"
    NOT_VALID = "not-valid"


def public_state(ticket: Ticket, details: TypeDetails, day: date) -> PublicState:
    """How a ticket stands on a day. Void, lost and replaced are one: which it was is no business of who finds it."""
    if ticket.replaced_by or ticket.state in {State.VOIDED, State.LOST}:
        return PublicState.NOT_VALID
    if ticket.state in {State.IN_STOCK, State.AT_POINT}:
        return PublicState.NOT_IN_USE
    if ticket.uses_left == 0:
        return PublicState.USED_UP
    if details.valid_until and day > details.valid_until:
        return PublicState.EXPIRED
    return PublicState.NOT_YET_VALID if details.valid_from and day < details.valid_from else PublicState.READY
