"""Costs that the parks of a pilot share: what each of them bears."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from uuid import UUID

from pilot_ops.costs.domain.ledger import Entry, SplitKey
from pilot_ops.kernel.money import Money


def weights_of(key: SplitKey, *, planned: Mapping[UUID, int], meals: Mapping[UUID, int]) -> Mapping[UUID, int]:
    """What a cost shared by a key is split by, from each park's planned days and meals; equal with nothing to go by.

    A park without planned days, such as one taken out of the pilot, has no part in what is shared equally, unless there
    is no other.
    """
    equal = {park_id: int(days > 0) for park_id, days in planned.items()}
    by_key = {SplitKey.EQUAL: equal, SplitKey.PLANNED_DAYS: planned, SplitKey.MEALS: meals}[key]
    return next((weights for weights in (by_key, equal) if sum(weights.values()) > 0), dict.fromkeys(planned, 1))


def shares_of(key: SplitKey, *, planned: Mapping[UUID, int], meals: Mapping[UUID, int]) -> dict[UUID, Fraction]:
    """Each park's share of a cost shared by a key, adding up to one exactly."""
    weights = weights_of(key, planned=planned, meals=meals)
    whole = sum(weights.values())
    return {park_id: Fraction(weight, whole) for park_id, weight in weights.items()}


def split(entries: Iterable[Entry], shares: Mapping[SplitKey, Mapping[UUID, Fraction]]) -> dict[UUID, Money]:
    """What each park bears of the entries: its own, and its share of what is shared."""
    own: dict[UUID, int] = {}
    shared: dict[SplitKey, int] = {}
    for entry in entries:
        if entry.park_id is not None:
            own[entry.park_id] = own.get(entry.park_id, 0) + entry.amount.whole_cents
        else:
            key = entry.split_key or SplitKey.EQUAL
            shared[key] = shared.get(key, 0) + entry.amount.whole_cents
    borne = {park_id: Fraction(cents) for park_id, cents in own.items()}
    for key, cents in shared.items():
        for park_id, share in shares[key].items():
            borne[park_id] = borne.get(park_id, Fraction(0)) + cents * share
    return {park_id: Money(cents) for park_id, cents in borne.items()}
