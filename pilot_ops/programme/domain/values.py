"""Years, measures, expenses and decisions of the programme."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated, plain, tidy

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST = Money(100_000_000_000)
MOST_TARGETS = 12
NOTHING = Translated("")


class Status(StrEnum):
    """How far a measure has come. That it was added in the course of the year is said apart."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class Account(StrEnum):
    """What an expense of the programme is for: a measure, measures that nobody itemised, or administration."""

    MEASURE = "measure"
    NOT_ITEMISED = "not-itemised"
    ADMINISTRATION = "administration"


class PartKind(StrEnum):
    """What may belong to a measure, so that its costs and reach are the measure's too."""

    PILOT = "pilot"
    SERIES = "series"
    EVENT = "event"
    TICKET_TYPE = "ticket-type"


class Reason(StrEnum):
    """Why something about the programme is refused. Alphabetical."""

    ACCOUNT_WITHOUT_MEASURE = "account-without-measure"
    ALREADY_REVERSED = "already-reversed"
    AMOUNT_MISSING = "amount-missing"
    AMOUNT_TOO_LARGE = "amount-too-large"
    BUDGET_NEGATIVE = "budget-negative"
    CANCELLED_WITHOUT_REASON = "cancelled-without-reason"
    CHANGED_MEANWHILE = "changed-meanwhile"
    COUNTS_TOO_SMALL = "counts-too-small"
    DAY_OF_ANOTHER_YEAR = "day-of-another-year"
    DAY_TOO_EARLY = "day-too-early"
    DECIDED_BY_MISSING = "decided-by-missing"
    DESCRIPTION_MISSING = "description-missing"
    FUTURE_DAY = "future-day"
    ID_REUSED = "id-reused"
    MEASURE_OF_ANOTHER_YEAR = "measure-of-another-year"
    NAME_MISSING = "name-missing"
    NAME_TAKEN = "name-taken"
    PART_TAKEN = "part-taken"
    QUANTITY_MISSING = "quantity-missing"
    REASON_MISSING = "reason-missing"
    REVERSAL_OF_REVERSAL = "reversal-of-reversal"
    REVERSAL_TOO_EARLY = "reversal-too-early"
    TEXT_MISSING = "text-missing"
    UNKNOWN_PART = "unknown-part"
    UNKNOWN_TARGET = "unknown-target"
    YEAR_TAKEN = "year-taken"
    YEAR_WRONG = "year-wrong"


@dataclass(frozen=True, slots=True)
class Target:
    """A benefit target (hyötytavoite), by its number."""

    number: int
    name: Translated


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the programme. None is what nobody has said.

    ``planned``, ``cancelled`` and ``added`` are how many measures the plan had and what became of them, where fewer are
    named here than there were; ``residents`` is whom the programme says it reached.
    """

    year: int
    budget: Money | None = None
    planned: int | None = None
    cancelled: int | None = None
    added: int | None = None
    residents: int | None = None
    residents_approximate: bool = False


@dataclass(frozen=True, slots=True)
class Ticketing:
    """Tickets that were given through a measure before they were handed out with this service: what the report says."""

    name: Translated
    quantity: int
    uses: int = 1


@dataclass(frozen=True, slots=True)
class MeasureDetails:
    """What people write about a measure. ``reason`` is why it was cancelled; ``targets`` are numbers."""

    name: Translated
    status: Status = Status.PLANNED
    added: bool = False
    reason: Translated = NOTHING
    note: Translated = NOTHING
    budget: Money | None = None
    on: date | None = None
    partners: str = ""
    targets: frozenset[int] = frozenset()
    tickets: tuple[Ticketing, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure (toimenpide) of a year. ``version`` grows with each change."""

    id: UUID
    year: int
    place: int
    details: MeasureDetails
    version: int = 1

    @property
    def name(self) -> Translated:
        return self.details.name


@dataclass(frozen=True, slots=True)
class Expense:
    """What the programme paid, net of VAT; never changed, only reversed. ``approximate``: the source says *noin*."""

    id: UUID
    year: int
    account: Account
    measure_id: UUID | None
    day: date
    amount: Money
    description: str
    voucher: str = ""
    approximate: bool = False
    reverses: UUID | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided on a day, about a measure or the programme."""

    id: UUID
    year: int
    day: date
    decided_by: Translated
    text: Translated
    measure_id: UUID | None = None


Part = tuple[PartKind, UUID]


def check_year(year: Year) -> Year:
    """Refused unless a year can be so; the year as it is kept."""
    if not FIRST_YEAR <= year.year <= LAST_YEAR:
        raise Refused(Reason.YEAR_WRONG, "year", first=FIRST_YEAR, last=LAST_YEAR)
    _check_amount(year.budget, "budget")
    if year.cancelled is not None and year.cancelled > (year.planned or 0) + (year.added or 0):
        raise Refused(Reason.COUNTS_TOO_SMALL, "cancelled")
    return replace(year, residents_approximate=year.residents_approximate and year.residents is not None)


def clean_measure(details: MeasureDetails) -> MeasureDetails:
    """The details as they are kept, their texts tidy. A reason is kept of what is cancelled only."""
    return replace(
        details,
        name=tidied(details.name),
        reason=tidied(details.reason) if details.status is Status.CANCELLED else NOTHING,
        note=_paragraphs(details.note),
        partners=tidy(details.partners),
        tickets=tuple(replace(tickets, name=tidied(tickets.name)) for tickets in details.tickets),
    )


def mark_of(shown: object) -> str:
    """A short mark of what a form was made from, so that saving it can name what it changes."""
    return sha256(repr(shown).encode()).hexdigest()[:16]


def check_seen(there: object, wanted: object, seen: str) -> None:
    """Refused if what is there is not what was looked at, unless it is what is wanted already."""
    if there != wanted and mark_of(there) != seen:
        raise Refused(Reason.CHANGED_MEANWHILE)


def check_measure(details: MeasureDetails, *, year: int, targets: frozenset[int]) -> None:
    """Refused with the field, if a measure of a year cannot be so."""
    if not details.name.fi:
        raise Refused(Reason.NAME_MISSING, "name_fi")
    if details.status is Status.CANCELLED and not details.reason.fi:
        raise Refused(Reason.CANCELLED_WITHOUT_REASON, "reason_fi")
    _check_amount(details.budget, "budget")
    if details.on is not None and details.on.year != year:
        raise Refused(Reason.DAY_OF_ANOTHER_YEAR, "on", year=year)
    if not details.targets <= targets:
        raise Refused(Reason.UNKNOWN_TARGET, "targets")
    for number, tickets in enumerate(details.tickets, start=1):
        if not tickets.name.fi or tickets.quantity < 1 or tickets.uses < 1:
            raise Refused(Reason.QUANTITY_MISSING, f"ticket_quantity_{number}")


def clean_expense(expense: Expense) -> Expense:
    """An expense as it is kept."""
    return replace(expense, description=tidy(expense.description), voucher=tidy(expense.voucher))


def check_expense(expense: Expense, *, measure: Measure | None, today: date) -> None:
    """Refused with the field, if an expense cannot be so. ``measure`` is the one it names.

    A bill may come after the year: it says which year it is for, and its own day is not before that year.
    """
    if (expense.account is Account.MEASURE) != (measure is not None):
        raise Refused(Reason.ACCOUNT_WITHOUT_MEASURE, "account")
    if measure is not None and measure.year != expense.year:
        raise Refused(Reason.MEASURE_OF_ANOTHER_YEAR, "account")
    if expense.day > today:
        raise Refused(Reason.FUTURE_DAY, "day")
    if expense.day.year < expense.year:
        raise Refused(Reason.DAY_TOO_EARLY, "day", year=expense.year)
    if not expense.amount:
        raise Refused(Reason.AMOUNT_MISSING, "amount")
    if abs(expense.amount.cents) > MOST.cents:
        raise Refused(Reason.AMOUNT_TOO_LARGE, "amount")
    if not expense.description:
        raise Refused(Reason.DESCRIPTION_MISSING, "description")


def reversal_of(expense: Expense, *, id_: UUID, day: date, reason: str, today: date) -> Expense:
    """The expense that takes another back. Refused for a reversal, a day to come or before it, or without a reason."""
    reason = tidy(reason)
    if expense.reverses is not None:
        raise Refused(Reason.REVERSAL_OF_REVERSAL)
    if not reason:
        raise Refused(Reason.REASON_MISSING, "reason")
    if day > today:
        raise Refused(Reason.FUTURE_DAY, "day")
    if day < expense.day:
        raise Refused(Reason.REVERSAL_TOO_EARLY, "day")
    return replace(expense, id=id_, day=day, amount=-expense.amount, description=reason, reverses=expense.id)


def check_decision(decision: Decision, *, today: date) -> Decision:
    """The decision as it is kept. Refused with the field, if it cannot be so."""
    decision = replace(decision, decided_by=tidied(decision.decided_by), text=_paragraphs(decision.text))
    if decision.day > today:
        raise Refused(Reason.FUTURE_DAY, "day")
    if not decision.decided_by.fi:
        raise Refused(Reason.DECIDED_BY_MISSING, "decided_by_fi")
    if not decision.text.fi:
        raise Refused(Reason.TEXT_MISSING, "text_fi")
    return decision


def tidied(text: Translated) -> Translated:
    """A name in three languages, tidy in each."""
    return Translated(tidy(text.fi), tidy(text.sv), tidy(text.en))


def _paragraphs(text: Translated) -> Translated:
    return Translated(plain(text.fi).strip(), plain(text.sv).strip(), plain(text.en).strip())


def _check_amount(amount: Money | None, field: str) -> None:
    if amount is None:
        return
    if amount.cents < 0:
        raise Refused(Reason.BUDGET_NEGATIVE, field)
    if amount.cents > MOST.cents:
        raise Refused(Reason.AMOUNT_TOO_LARGE, field)
