"""Three-way matching: what was ordered, what the park says was delivered, and what the invoice bills.

An invoice and its credit notes for days of it in a park are one bill. It matches when it bills what the agreement
says of the portions ordered, and as many came as were ordered; else findings say why not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any
from uuid import UUID

from pilot_ops.costs.domain.ledger import Category, Entry
from pilot_ops.costs.domain.sheet import Day, Terms, is_delivered
from pilot_ops.kernel.money import ZERO, Money, total
from pilot_ops.schedule.domain import DayStatus

_Period = tuple[UUID, date, date]
# A difference of few portions is a count; one that is spread over all of them more likely a price.
_FEW = Fraction(1, 10)


class Finding(StrEnum):
    """What is to be said of a bill."""

    NO_AGREEMENT = "no-agreement"
    NOTHING_DELIVERED = "nothing-delivered"
    CREDIT_ONLY = "credit-only"
    BILLED_TWICE = "billed-twice"
    ORDER_UNKNOWN = "order-unknown"
    DELIVERY_UNKNOWN = "delivery-unknown"
    FEWER_CAME = "fewer-came"
    MORE_CAME = "more-came"
    BILLED_AS_DELIVERED = "billed-as-delivered"
    BILLED_CANCELLED = "billed-cancelled"
    OTHER_PORTIONS = "other-portions"
    OTHER_FEES = "other-fees"
    OTHER_PORTIONS_AND_FEES = "other-portions-and-fees"
    OTHER_PRICE = "other-price"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with its figures: ``amount``, ``portions``, ``fees``, ``days`` and so on, as each needs."""

    finding: Finding
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill for a park's days, beside order and delivery.

    ``billed`` is net of credits and reversals. ``agreed`` is what the agreement says of the portions ordered on days
    that cost, None where a day has no agreed price. ``ordered`` and ``delivered`` are portions where they are known.
    """

    park_id: UUID
    first: date
    last: date
    entries: tuple[Entry, ...]
    billed: Money
    days: int
    ordered: int
    delivered: int
    agreed: Money | None
    found: tuple[Found, ...]

    @property
    def difference(self) -> Money | None:
        """Billed minus agreed; None without an agreed price."""
        return None if self.agreed is None else self.billed - self.agreed

    @property
    def matches(self) -> bool:
        """Whether order, delivery and bill agree to the cent; that more came than was ordered is no matter."""
        return all(found.finding is Finding.MORE_CAME for found in self.found)


def match_invoices(terms: Terms, days: Mapping[UUID, Sequence[Day]], entries: Iterable[Entry]) -> tuple[Bill, ...]:
    """Every bill for days of a park, those credited whole left out; what does not match first, by its difference.

    Source: product description, Costs, "accrual": an invoice with park and service period is for the days it covers.
    """
    periods: dict[_Period, list[Entry]] = {}
    for entry in entries:
        if entry.park_id and entry.service_from and entry.service_to and entry.category is Category.CATERING:
            periods.setdefault((entry.park_id, entry.service_from, entry.service_to), []).append(entry)
    bills = {period: made for period, made in _with_credits(periods).items() if _billed(made)}
    covered = Counter(
        (park_id, day.day)
        for (park_id, first, last), made in bills.items()
        if _billed(made) > ZERO
        for day in _within(days.get(park_id, ()), first, last)
    )
    twice = {place for place, times in covered.items() if times > 1}
    found = [_bill(terms, days.get(period[0], ()), period, made, twice) for period, made in bills.items()]
    return tuple(sorted(found, key=_urgency))


def _billed(entries: Iterable[Entry]) -> Money:
    return total([entry.amount for entry in entries])


def _with_credits(periods: Mapping[_Period, list[Entry]]) -> dict[_Period, list[Entry]]:
    """The same, credits for some days of an invoice with it, where there is one such and it is not credited whole."""
    found, invoices, credits = dict(periods), defaultdict(list), []
    for period, made in periods.items():
        billed = _billed(made)
        if billed > ZERO:
            invoices[period[0]].append(period)
        elif billed < ZERO:
            credits.append(period)
    for credit in credits:
        around = [whole for whole in invoices[credit[0]] if whole[1] <= credit[1] and credit[2] <= whole[2]]
        if len(around) == 1 and _billed([*found[around[0]], *periods[credit]]) > ZERO:
            found[around[0]] = [*found[around[0]], *found.pop(credit)]
    return found


def unmatchable(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Catering costs that stand and say no days of a park: nothing can be compared with them."""
    made = list(entries)
    reversed_ids = {entry.reverses for entry in made}
    return tuple(
        entry
        for entry in made
        if entry.category is Category.CATERING
        and entry.service_from is None
        and entry.reverses is None
        and entry.id not in reversed_ids
    )


def _urgency(bill: Bill) -> tuple[bool, Fraction, date]:
    difference = bill.difference
    return bill.matches, -abs((difference or ZERO).cents), bill.first


def _within(days: Sequence[Day], first: date, last: date) -> list[Day]:
    return [day for day in days if first <= day.day <= last]


def _bill(
    terms: Terms,
    park_days: Sequence[Day],
    period: _Period,
    entries: Sequence[Entry],
    twice: set[tuple[UUID, date]],
) -> Bill:
    park_id, first, last = period
    within = _within(park_days, first, last)
    case = _Case(terms, within, _billed(entries))
    doubled = tuple(day.day for day in within if (park_id, day.day) in twice)
    return Bill(
        park_id,
        first,
        last,
        tuple(entries),
        case.billed,
        len(case.costing),
        sum(day.ordered or 0 for day in case.costing),
        sum(day.delivered or 0 for day in case.costing),
        case.agreed,
        tuple(case.findings(doubled)),
    )


class _Case:
    """One bill, its days that cost, and what explains a difference."""

    def __init__(self, terms: Terms, days: Sequence[Day], billed: Money):
        self._terms = terms
        self.billed = billed
        self.costing = [day for day in days if is_delivered(day)]
        self._cancelled = [day for day in days if day.status is DayStatus.CANCELLED and not day.food_billed]
        self.agreed = self._price(self.costing)

    def _price(self, days: Sequence[Day]) -> Money | None:
        """What the agreement says of days; None where one of them has no agreed price."""
        price = self._terms.pricing()
        if price is None or not all(self._terms.agreed_on(day.day) for day in days):
            return None
        return Money(sum(price(day) for day in days))

    def findings(self, doubled: tuple[date, ...]) -> Iterable[Found]:
        """Everything to say of the bill; nothing if it matches."""
        if self.billed < ZERO:
            yield Found(Finding.CREDIT_ONLY)
            return
        if not self.costing:
            yield Found(Finding.NOTHING_DELIVERED)
        if doubled:
            yield Found(Finding.BILLED_TWICE, {"days": doubled})
        yield from self._deliveries()
        if self.agreed is None:
            yield Found(Finding.NO_AGREEMENT)
        elif self.costing and self.billed != self.agreed:
            yield self._explained(self.billed - self.agreed)

    def _deliveries(self) -> Iterable[Found]:
        """What order and delivery say of each other, day by day: one short day is not made good by another."""
        unordered = [day.day for day in self.costing if day.ordered is None]
        # A day cancelled too late to unorder is billed, and nobody was there to receive.
        unrecorded = [day.day for day in self._received() if day.delivered is None]
        if unordered:
            yield Found(Finding.ORDER_UNKNOWN, {"days": tuple(unordered)})
        if unrecorded:
            yield Found(Finding.DELIVERY_UNKNOWN, {"days": tuple(unrecorded)})
        for finding, sign in ((Finding.FEWER_CAME, 1), (Finding.MORE_CAME, -1)):
            gaps = [(day, sign * ((day.ordered or 0) - (day.delivered or 0))) for day in self._compared()]
            portions = sum(gap for _, gap in gaps if gap > 0)
            if portions:
                amount = self._worth([(day, gap) for day, gap in gaps if gap > 0])
                yield Found(finding, {"portions": portions, "amount": amount})

    def _received(self) -> list[Day]:
        return [day for day in self.costing if day.status is not DayStatus.CANCELLED]

    def _compared(self) -> list[Day]:
        return [day for day in self._received() if day.ordered is not None and day.delivered is not None]

    def _worth(self, gaps: Sequence[tuple[Day, int]]) -> Money | None:
        prices = [self._terms.agreed_on(day.day) for day, _ in gaps]
        if None in prices:
            return None
        return total([price[0] * gap for price, (_, gap) in zip(prices, gaps, strict=True) if price])

    def _explained(self, difference: Money) -> Found:
        """What makes a difference up to the cent, the likeliest first."""
        if self.billed == self._as_delivered():
            return Found(Finding.BILLED_AS_DELIVERED, {"amount": difference})
        if self._cancelled and difference == self._price(self._cancelled):
            days = tuple(day.day for day in self._cancelled)
            return Found(Finding.BILLED_CANCELLED, {"days": days, "amount": difference})
        return self._by_counts(difference) or Found(Finding.UNEXPLAINED, {"amount": difference})

    def _as_delivered(self) -> Money | None:
        """The price of the portions that came, on days when it is known."""
        if any(day.delivered is None for day in self._received()):
            return None
        cancelled = DayStatus.CANCELLED
        came = [day if day.status is cancelled else day._replace(ordered=day.delivered) for day in self.costing]
        return self._price(came)

    def _by_counts(self, difference: Money) -> Found | None:
        """Other portions, daily fees or price than agreed; only where one agreement holds for all the days."""
        terms = {self._terms.agreed_on(day.day) for day in self.costing}
        only = next(iter(terms)) if len(terms) == 1 else None
        if only is None or not only[0]:
            return None
        ordered = sum(self._terms.portions(day) for day in self.costing)
        found = _counted(difference, *only, ordered=ordered, days=len(self.costing))
        both = found is not None and found.finding is Finding.OTHER_PORTIONS_AND_FEES
        if found and not both and abs(found.details["portions"]) <= ordered * _FEW:
            return found
        price = only[0] + difference / ordered if ordered else ZERO
        if price > ZERO and price.cents.denominator == 1:
            return Found(Finding.OTHER_PRICE, {"price": price, "agreed": only[0], "amount": difference})
        return found


def _counted(difference: Money, price: Money, fee: Money, *, ordered: int, days: int) -> Found | None:
    """The fewest portions and daily fees that make up a difference exactly.

    At most as many as were ordered; of both at once only few, both too many or both too few, or any difference could
    be made up.
    """
    found: list[tuple[int, int]] = []
    for fees in range(-days, days + 1) if fee else [0]:
        portions = (difference - fee * fees).cents / price.cents
        most = ordered * _FEW if fees else Fraction(ordered)
        if portions.denominator == 1 and abs(portions) <= most and portions * fees >= 0:
            found.append((int(portions), fees))
    if not found:
        return None
    fewest, fees = min(found, key=lambda counts: abs(counts[0]) + abs(counts[1]))
    kind = Finding.OTHER_PORTIONS_AND_FEES
    if not fees or not fewest:
        kind = Finding.OTHER_FEES if fees else Finding.OTHER_PORTIONS
    return Found(kind, {"portions": fewest, "fees": fees, "amount": difference})
