"""Purchase-order agreements: which may be recorded."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from pilot_ops.costs.domain.ledger import Reason, month_of
from pilot_ops.costs.domain.sheet import Agreement
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import ZERO, Money

DEAREST = Money(100_000)


def check_agreement(
    agreement: Agreement, *, starts_on: date, ends_on: date, valid: Collection[Agreement], locked: Collection[date]
) -> None:
    """Refused with the field if an agreement cannot be so.

    ``valid`` are those that are valid: one day has one. Its day is in the season, and no month from it on is locked:
    their figures would change.
    """
    if not ZERO <= agreement.portion_price <= DEAREST:
        raise Refused(Reason.PRICE_WRONG, "portion_price", most=DEAREST)
    if agreement.daily_fee is not None and not ZERO <= agreement.daily_fee <= DEAREST:
        raise Refused(Reason.PRICE_WRONG, "daily_fee", most=DEAREST)
    if not starts_on <= agreement.valid_from <= ends_on:
        raise Refused(Reason.AGREEMENT_OUTSIDE, "valid_from", first=starts_on, last=ends_on)
    if any(other.valid_from == agreement.valid_from for other in valid):
        raise Refused(Reason.AGREEMENT_THERE, "valid_from")
    check_prices_open(agreement, locked=locked)


def check_prices_open(agreement: Agreement, *, locked: Collection[date]) -> None:
    """Refused if a month that the prices of an agreement are valid in is locked."""
    held = [month for month in locked if month >= month_of(agreement.valid_from)]
    if held:
        raise Refused(Reason.PRICE_LOCKED, "valid_from", month=max(held))
