"""What a program is told. Money is in euro, net of VAT, as a decimal string of two places.

Texts that people type freely (notes, descriptions, contacts) are in none of these: they may name somebody.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from pilot_ops.costs.domain import Category, SplitKey
from pilot_ops.events.domain import Audience
from pilot_ops.events.domain import Status as EventStatus
from pilot_ops.events.domain import Weather as EventWeather
from pilot_ops.meals.domain import Weather
from pilot_ops.programme.domain import PartKind
from pilot_ops.programme.domain import Status as MeasureStatus
from pilot_ops.schedule.domain import CancelReason, DayStatus
from pilot_ops.tickets.domain import By

# A field may be called `date` itself.
Day = date
Euro = Annotated[str, Meta(pattern=r"^-?[0-9]+\.[0-9]{2}$", description="EUR, net of VAT.")]
Percent = Annotated[str, Meta(pattern=r"^-?[0-9]+\.[0-9]$", description="Percent.")]
Degrees = Annotated[str, Meta(pattern=r"^-?[0-9]+\.[0-9]$", description="Degrees Celsius.")]
Next = Annotated[str, Meta(description="The address of the next page; null on the last one.")]
# A small figure of a client group is hidden: "<5", or "x" where it would tell one that is.
Shown = Annotated[int | str, Meta(description='A number, or "<5" or "x" where it is not published.')]
ShownText = Annotated[str, Meta(description='A decimal string, or "x" where it is not published.')]


class Names(Struct, frozen=True):
    """A name in Finnish, Swedish and English; empty where it has none of its own, and the Finnish one serves."""

    fi: str
    sv: str
    en: str


class Pilot(Struct, frozen=True):
    """A pilot: a season in some parks. The estimate is for a park for a month, without staff."""

    id: UUID
    name: str
    starts_on: date
    ends_on: date
    estimate_per_park_month: Euro
    months: Annotated[str, Meta(description="How many months the estimate is for, as a decimal string.")]
    expected_children: Annotated[int, Meta(description="Children a day in a park.")]
    park_ids: list[UUID]


class PilotPage(Struct, frozen=True):
    """Pilots by the beginning of their season."""

    data: list[Pilot]
    next: Next | None = None


class Park(Struct, frozen=True):
    """A residents' park."""

    id: UUID
    name: Names
    address: str
    postal_code: str
    city: str
    district: str
    active: bool
    latitude: Annotated[float, Meta(description="WGS 84.")] | None
    longitude: Annotated[float, Meta(description="WGS 84.")] | None


class ParkPage(Struct, frozen=True):
    """Parks, also those no longer in use."""

    data: list[Park]
    next: Next | None = None


class MealDay(Struct, frozen=True):
    """A meal day of a park with its counts. delivered = first + second + adults + damaged + leftover + waste.

    What was written down when the day was closed is null until then. A cancelled day is not a day of zero.
    """

    id: UUID
    pilot_id: UUID
    park_id: UUID
    park: str
    date: Day
    status: DayStatus
    cancel_reason: CancelReason | None
    serving_from: time
    serving_to: time
    ordered: int | None
    delivered: int | None
    under_school_age: int
    school_age: int
    first_portions: Annotated[int, Meta(description="Children: under_school_age + school_age.")]
    second_helpings: int
    adults: int
    turned_away: Annotated[int, Meta(description="Children who came after the food ran out.")]
    damaged: int | None
    leftover: int | None
    waste: int | None
    temp_receipt: Degrees | None
    temp_serving: Degrees | None
    weather: Weather | None
    closed_at: datetime | None


class MealDayPage(Struct, frozen=True):
    """Meal days by day and park."""

    data: list[MealDay]
    next: Next | None = None


class CostFigures(Struct, frozen=True, kw_only=True):
    """The cost figures of all parks together. Staff is beside the estimate, never in it. Null does not exist."""

    planned_days: int
    elapsed_days: int
    served_days: int
    cancelled_days: int
    first_portions: int
    estimate_total: Euro
    estimate_per_day: Euro | None
    estimate_to_date: Euro
    actual_to_date: Euro
    accrued: Annotated[
        Euro, Meta(description="Of actual_to_date, what delivered days cost that no invoice covers yet.")
    ]
    staff_to_date: Euro
    total_with_staff: Euro
    variance: Annotated[Euro, Meta(description="actual_to_date - estimate_to_date; plus is over.")]
    variance_percent: Percent | None
    cost_per_meal: Euro | None
    estimated_cost_per_meal: Euro | None
    volume_effect: Euro
    price_effect: Euro
    forecast: Euro


class ParkCosts(CostFigures, frozen=True, kw_only=True):
    """The cost figures of a park."""

    park: str


class CostSheet(Struct, frozen=True):
    """Each park's cost against the estimate on a day, as `pilot-ops report costs --format json` prints it.

    `known_on` is there when the figures are as they were known at the end of that day.
    """

    pilot: str
    as_of: date
    currency: str
    parks: list[ParkCosts]
    total: CostFigures
    known_on: date | UnsetType = UNSET


class LedgerEntry(Struct, frozen=True):
    """An entry of the ledger. It is never changed: one that was wrong is reversed by a later one.

    Of staff only the sum is told. A cost without a park is shared by the parks of the pilot, by its key.
    """

    id: UUID
    pilot_id: UUID
    park_id: UUID | None
    park: str | None
    date: Day
    category: Category
    amount: Euro
    split_key: SplitKey | None
    voucher: str | None
    service_from: Day | None
    service_to: Day | None
    reverses: Annotated[UUID, Meta(description="The entry that this one reverses.")] | None
    booked_at: datetime


class LedgerPage(Struct, frozen=True):
    """Entries in the order they were booked: later ones only ever come at the end."""

    data: list[LedgerEntry]
    next: Next | None = None


class Event(Struct, frozen=True):
    """A nature-sport event and who came. Drafts are not told."""

    id: UUID
    series_id: UUID | None
    name: Names
    date: Day
    starts_at: datetime
    ends_at: datetime | None
    status: EventStatus
    venue: Names
    city: str
    park_id: UUID | None
    audiences: list[Audience]
    free: bool
    capacity: int | None
    participants: Annotated[int, Meta(description="Participations, never unique people.")]
    helpers: int
    cost: Euro | None
    weather: EventWeather | None
    closed_at: datetime | None


class EventPage(Struct, frozen=True):
    """Events by their beginning."""

    data: list[Event]
    next: Next | None = None


class MeasurePart(Struct, frozen=True):
    """A pilot, series, event or ticket type of a measure: what it costs the measure bears, a pilot's staff too."""

    kind: PartKind
    id: UUID
    name: str
    cost: Euro
    participations: int


class Measure(Struct, frozen=True):
    """A measure of a year. `actual` is null where nobody has said what it cost."""

    id: UUID
    name: Names
    status: MeasureStatus
    added: Annotated[bool, Meta(description="Whether it was added in the course of the year.")]
    targets: Annotated[list[int], Meta(description="Numbers of its benefit targets.")]
    budget: Euro | None
    actual: Euro | None
    approximate: Annotated[bool, Meta(description="Whether what it cost is about, not exact.")]
    participations: Annotated[int, Meta(description="Lunches, participants and uses; never unique people.")]
    parts: list[MeasurePart]


class BenefitTarget(Struct, frozen=True):
    """A benefit target by its number."""

    number: int
    name: Names


class ProgrammeYear(Struct, frozen=True):
    """A year of the programme: administration apart from measures. In effect = planned - cancelled + added."""

    year: int
    years: Annotated[list[int], Meta(description="Every year there is.")]
    currency: str
    budget: Euro | None
    measures_planned: int
    measures_cancelled: int
    measures_added: int
    measures_in_effect: int
    actual_measures: Euro
    not_itemised: Annotated[Euro, Meta(description="Of actual_measures, what is of no named measure.")]
    actual_administration: Euro
    total: Euro
    approximate: bool
    residents: Annotated[int, Meta(description="Whom the programme says it reached.")] | None
    residents_approximate: bool
    participations: int
    made_up: Annotated[bool, Meta(description="Whether figures of a demonstration are among these.")]
    targets: list[BenefitTarget]
    measures: list[Measure]


class TicketFigures(Struct, frozen=True, kw_only=True):
    """What was acquired, allocated, handed out and used."""

    acquired: Shown
    allocated: Shown
    returned: Shown
    handed_out: Shown
    first_uses: Annotated[Shown, Meta(description="Tickets used at least once.")]
    share_used_percent: ShownText | None
    uses: Shown
    possible: Annotated[Shown, Meta(description="Uses that the handed-out tickets give.")]
    value: Annotated[ShownText, Meta(description="Face value of the handed-out tickets, EUR.")]
    used_value: ShownText
    replaced: Shown
    withdrawn: Shown
    overdrawn: Annotated[Shown, Meta(description="Uses without a network that the rules would not have let.")]


class TicketLine(TicketFigures, frozen=True, kw_only=True):
    """A line of the report: a type, point or client group by id and name, a month by name; null: not known."""

    id: UUID | None
    name: str | None


class TicketReport(Struct, frozen=True):
    """The report of tickets by one grouping. Figures of client groups under 5 are hidden unless the token may see."""

    by: By
    currency: str
    lines: list[TicketLine]
    total: TicketFigures


class WrongField(Struct, frozen=True):
    """A parameter that is wrong, and why."""

    field: str
    detail: str


class Problem(Struct, frozen=True, omit_defaults=True):
    """What is wrong with a request (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[WrongField] = []
