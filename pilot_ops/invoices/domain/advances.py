"""Payments in advance: a prepayment invoice and the final invoice of the whole must not both become costs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Protocol

from pilot_ops.invoices.domain.invoice import Reason, number_key
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import ZERO, Money, total


class Settled(Protocol):
    """An invoice, in a file or booked, as far as payments in advance are concerned."""

    @property
    def number(self) -> str: ...
    @property
    def day(self) -> date: ...
    @property
    def gross(self) -> Money: ...
    @property
    def prepayment(self) -> bool: ...
    @property
    def prepaid(self) -> Money: ...
    @property
    def preceding(self) -> tuple[str, ...]: ...


def check_advances(invoice: Settled, others: Collection[Settled]) -> None:
    """Refused if an invoice and another of its supplier would count a cost twice: paid in advance, and as a whole.

    Source: EN 16931. The totals of a final invoice are of the whole; what was paid in advance (BT-113) lessens only
    what is left to pay. A prepayment invoice that ``others`` credit whole is no cost any more.
    """
    for other in others:
        for final, advance in ((invoice, other), (other, invoice)):
            if _holds(final, advance) and not _is_credited(advance, others):
                raise Refused(Reason.PAID_IN_ADVANCE, number=final.number, paid=final.prepaid, advance=advance.number)


def _holds(final: Settled, advance: Settled) -> bool:
    """Whether a final invoice bills a prepayment invoice again: one it names (BG-3), or else one that fits into it."""
    if not advance.prepayment or final.prepayment or final.prepaid <= ZERO:
        return False
    if final.preceding:
        return number_key(advance.number) in {number_key(number) for number in final.preceding}
    return advance.day <= final.day and advance.gross <= final.prepaid


def _is_credited(advance: Settled, others: Collection[Settled]) -> bool:
    """Whether credit notes of this invoice alone take all of it back."""
    name = {number_key(advance.number)}
    notes = [other.gross for other in others if other.gross < ZERO and set(map(number_key, other.preceding)) == name]
    return total([advance.gross, *notes]) <= ZERO
