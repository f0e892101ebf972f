"""The figures of a year: what its measures cost and reached, administration apart. Product description, "Programme"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from pilot_ops.kernel.money import Money, total
from pilot_ops.kernel.text import Translated
from pilot_ops.programme.domain.values import Account, Expense, Measure, PartKind, Status, Year


@dataclass(frozen=True, slots=True)
class PartFigures:
    """What a pilot, event, series or ticket type brings to its measure.

    ``cost`` is what its own slice books: a pilot's with staff, an event's as closed; tickets have none, since buying
    them is an expense of the measure. ``participations`` are lunches, participants or uses; never people. ``made_up``
    is a demonstration's.
    """

    kind: PartKind
    id: UUID
    name: Translated
    cost: Money
    participations: int
    made_up: bool = False


@dataclass(frozen=True, slots=True)
class MeasureFigures:
    """A measure with what it cost: expenses booked for it, and its parts."""

    measure: Measure
    expenses: Money
    approximate: bool
    booked: bool
    parts: tuple[PartFigures, ...]

    @property
    def actual(self) -> Money:
        return self.expenses + total([part.cost for part in self.parts])

    @property
    def known(self) -> bool:
        """Whether anything says what it cost: nought is not the same as nothing said."""
        return self.booked or any(part.cost for part in self.parts)

    @property
    def participations(self) -> int:
        return sum(part.participations for part in self.parts)

    @property
    def made_up(self) -> bool:
        return any(part.made_up for part in self.parts)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many measures a year had. ``named`` are those listed; ``in_effect`` = planned - cancelled + added."""

    planned: int
    cancelled: int
    added: int
    named: int

    @property
    def in_effect(self) -> int:
        return self.planned - self.cancelled + self.added

    @property
    def not_named(self) -> int:
        return max(0, self.planned + self.added - self.named)


@dataclass(frozen=True, slots=True)
class Overview:
    """A year of the programme in figures, exact."""

    year: Year
    measures: tuple[MeasureFigures, ...]
    not_itemised: Money
    administration: Money
    approximate: bool
    not_itemised_approximate: bool
    measures_approximate: bool
    administration_approximate: bool
    counts: Counts

    @property
    def named(self) -> Money:
        """What the named measures cost."""
        return total([line.actual for line in self.measures])

    @property
    def named_approximate(self) -> bool:
        return any(line.approximate for line in self.measures)

    @property
    def of_measures(self) -> Money:
        """What all measures cost, those that nobody itemised among them."""
        return self.named + self.not_itemised

    @property
    def total(self) -> Money:
        return self.of_measures + self.administration

    @property
    def left(self) -> Money | None:
        """What is left of the budget; negative when it is exceeded. None without a budget."""
        return None if self.year.budget is None else self.year.budget - self.total

    @property
    def share_of_budget(self) -> Fraction | None:
        return None if self.year.budget is None else self.total.ratio(self.year.budget)

    @property
    def administration_share(self) -> Fraction | None:
        """Administration as a share of everything that was paid."""
        return self.administration.ratio(self.total)

    @property
    def per_resident(self) -> Money | None:
        """Everything that was paid, for each resident whom the programme says it reached."""
        return self.total / self.year.residents if self.year.residents else None

    @property
    def per_resident_approximate(self) -> bool:
        return self.approximate or self.year.residents_approximate

    @property
    def participations(self) -> int:
        return sum(line.participations for line in self.measures)

    @property
    def has_parts(self) -> bool:
        """Whether anything that counts participations belongs to a measure."""
        return any(line.parts for line in self.measures)

    @property
    def made_up(self) -> bool:
        return any(line.made_up for line in self.measures)

    @property
    def largest(self) -> tuple[MeasureFigures, ...]:
        """The four measures that cost most, as the follow-up report names them."""
        known = [line for line in self.measures if line.known]
        return tuple(sorted(known, key=lambda line: -line.actual.cents)[:4])


def counts_of(year: Year, measures: Sequence[Measure]) -> Counts:
    """How many measures there were: as the year says, or else as they are listed."""
    cancelled = sum(measure.details.status is Status.CANCELLED for measure in measures)
    added = sum(measure.details.added for measure in measures)
    return Counts(
        planned=len(measures) - added if year.planned is None else year.planned,
        cancelled=cancelled if year.cancelled is None else year.cancelled,
        added=added if year.added is None else year.added,
        named=len(measures),
    )


def overview_of(
    year: Year,
    measures: Sequence[Measure],
    expenses: Sequence[Expense],
    parts: Mapping[UUID, Sequence[PartFigures]],
) -> Overview:
    """The figures of a year, of its measures in their order. ``parts`` are those of each measure."""
    sums: Counter[tuple[Account, UUID | None]] = Counter()
    for expense in expenses:
        sums[expense.account, expense.measure_id] += expense.amount.whole_cents
    rough = _approximate(expenses)
    booked = {expense.measure_id for expense in expenses}
    lines = tuple(
        MeasureFigures(
            measure=measure,
            expenses=Money(sums[Account.MEASURE, measure.id]),
            approximate=(Account.MEASURE, measure.id) in rough,
            booked=measure.id in booked,
            parts=tuple(parts.get(measure.id, ())),
        )
        for measure in measures
    )
    return Overview(
        year=year,
        measures=lines,
        not_itemised=Money(sums[Account.NOT_ITEMISED, None]),
        administration=Money(sums[Account.ADMINISTRATION, None]),
        approximate=bool(rough),
        not_itemised_approximate=(Account.NOT_ITEMISED, None) in rough,
        measures_approximate=any(account is not Account.ADMINISTRATION for account, _measure in rough),
        administration_approximate=(Account.ADMINISTRATION, None) in rough,
        counts=counts_of(year, measures),
    )


def _approximate(expenses: Sequence[Expense]) -> set[tuple[Account, UUID | None]]:
    """What holds an approximate expense that was not taken back."""
    undone = {expense.reverses for expense in expenses}
    return {
        (expense.account, expense.measure_id)
        for expense in expenses
        if expense.approximate and expense.reverses is None and expense.id not in undone
    }
