"""What a program may ask: the parameters of each address, read strictly. One that is unknown or twice is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, field

from pilot_ops.api.domain import Wrong
from pilot_ops.events.domain import Status as EventStatus
from pilot_ops.programme.domain.values import FIRST_YEAR, LAST_YEAR
from pilot_ops.schedule.domain import DayStatus
from pilot_ops.tickets.domain import By

Asked = TypeVar("Asked", bound=Struct)

MOST = 1000
_LONGEST_CURSOR = 300
_FROM = "The first day, such as 2026-06-01."
_TO = "The last day, such as 2026-06-30."
_PILOT = Annotated[UUID, Meta(description="Only of this pilot: its id from /pilots.")]
_PARK = Annotated[UUID, Meta(description="Only of this park: its id from /parks.")]
_FIRST = Annotated[date, Meta(description=_FROM)]
_LAST = Annotated[date, Meta(description=_TO)]


class PageAsked(Struct, frozen=True, kw_only=True):
    """A page of a list."""

    limit: Annotated[int, Meta(ge=1, le=MOST, description="How many at most on a page.")] = 100
    cursor: (
        Annotated[
            str,
            Meta(max_length=_LONGEST_CURSOR, description="Where the page before ended. It is in that page's `next`."),
        ]
        | None
    ) = None


class MealDaysAsked(PageAsked, frozen=True, kw_only=True):
    """Meal days of a pilot, of a park, of some days, of a status."""

    pilot: _PILOT | None = None
    park: _PARK | None = None
    first: _FIRST | None = field(default=None, name="from")
    last: _LAST | None = field(default=None, name="to")
    status: Annotated[DayStatus, Meta(description="Only of this status.")] | None = None


class LedgerAsked(PageAsked, frozen=True, kw_only=True):
    """Entries of the ledger of a pilot, of a park, dated on some days."""

    pilot: _PILOT | None = None
    park: _PARK | None = None
    first: _FIRST | None = field(default=None, name="from")
    last: _LAST | None = field(default=None, name="to")


class EventsAsked(PageAsked, frozen=True, kw_only=True):
    """Events that begin on some days, of a park, of a status."""

    park: _PARK | None = None
    first: _FIRST | None = field(default=None, name="from")
    last: _LAST | None = field(default=None, name="to")
    status: Annotated[EventStatus, Meta(description="Only of this status.")] | None = None


class Known(StrEnum):
    """By what is known now, or by what had come in at the end of the day."""

    NOW = "now"
    THEN = "then"


class CostsAsked(Struct, frozen=True, kw_only=True):
    """The cost sheet on a day, by what is known now or was known then."""

    as_of: (
        Annotated[
            date, Meta(description="The situation of this day; without it, of the latest day whose costs are known.")
        ]
        | None
    ) = None
    known: Annotated[
        Known,
        Meta(description="`then` leaves out what was booked, counted or closed after the end of `as_of`."),
    ] = Known.NOW


class ProgrammeAsked(Struct, frozen=True, kw_only=True):
    """A year of the programme."""

    year: Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR, description="The year; without it, the latest.")] | None = (
        None
    )


class TicketReportAsked(Struct, frozen=True, kw_only=True):
    """The report of tickets by a grouping, of a type, of some days."""

    by: Annotated[By, Meta(description="What the lines are.")] = By.TYPE
    type: Annotated[UUID, Meta(description="Only of this ticket type: the id of a line of by=type.")] | None = None
    first: _FIRST | None = field(default=None, name="from")
    last: _LAST | None = field(default=None, name="to")


def parameters_of(kind: type[Struct]) -> Iterator[tuple[str, Any, Any]]:
    """Each parameter of an address: its name, its type, and what it is when it is not given (None: nothing)."""
    for one in msgspec.structs.fields(kind):
        yield one.encode_name, _given(one.type), None if one.default is UNSET else one.default


def _given(kind: Any) -> Any:
    """The type of a parameter that is given."""
    if get_origin(kind) in {Union, UnionType}:
        (kind,) = (part for part in get_args(kind) if part is not NoneType)
    return kind


def read_asked(kind: type[Asked], given: Mapping[str, Sequence[str]]) -> Asked:
    """The parameters of an address as values. Wrong, with every one that is, if any is."""
    kinds = {one.encode_name: (one.name, _given(one.type)) for one in msgspec.structs.fields(kind)}
    problems: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, texts in given.items():
        if name not in kinds:
            problems[name] = f"There is no such parameter. There are: {', '.join(kinds) or 'none'}."
        elif len(texts) > 1:
            problems[name] = "It is given more than once."
        else:
            attribute, wanted = kinds[name]
            try:
                values[attribute] = msgspec.convert(texts[0], wanted, strict=False)
            except msgspec.ValidationError as wrong:
                problems[name] = f"{wrong}."
    if problems:
        raise Wrong(problems)
    return kind(**values)
