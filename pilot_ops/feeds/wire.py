"""Files of others as they are written: JSON of Linked Events and of the service map, read strictly field by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, TypeVar

import msgspec

from pilot_ops.events.domain import Status
from pilot_ops.feeds.domain import (
    AUDIENCE_OF,
    FileProblem,
    IncomingEvent,
    IncomingPlace,
    IncomingUnit,
    Reason,
    clean_title,
    from_html,
    says_cancelled,
    short,
)
from pilot_ops.kernel.clock import at_local
from pilot_ops.kernel.text import Translated, plain, tidy
from pilot_ops.units.domain import Profile, Unit

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 2000
_LONGEST_TYPED = 60
_MOST_NUMBER = 2**31 - 1
_LONGEST_NAME = 255
_MICRO_DEGREE = Decimal("0.000001")
_YEARS = range(2000, 2101)
_PATH = re.compile(r" - at `\$\.?([^`]*)`$")
_REGISTERED = re.compile(r"[\w-]+:[\w-]+")
_FREE = {"0", "0 €", "0 e", "0€", "0,00 €", "vapaa pääsy", "maksuton", "ilmainen"}
_STATUSES = {
    "EventScheduled": Status.PUBLISHED,
    "EventRescheduled": Status.PUBLISHED,
    "EventPostponed": Status.POSTPONED,
    "EventCancelled": Status.CANCELLED,
}

Texts = dict[str, str | None]
# What every database can hold: a number of the register, and a count.
Number = Annotated[int, msgspec.Meta(ge=1, le=_MOST_NUMBER)]
Count = Annotated[int, msgspec.Meta(ge=0, le=_MOST_NUMBER)]
Found = TypeVar("Found")
Struct = TypeVar("Struct", bound=msgspec.Struct)


class _Wrong(Exception):
    """A value that is refused, and the field it is in."""

    def __init__(self, reason: StrEnum, field: str, typed: object = "") -> None:
        super().__init__(reason.value)
        self.reason, self.field, self.typed = reason, field, str(typed)[:_LONGEST_TYPED]


class _Reference(msgspec.Struct):
    at_id: str = msgspec.field(name="@id", default="")
    id: str = ""


class _Point(msgspec.Struct):
    coordinates: tuple[float, float]


class _Place(_Reference):
    name: Texts | None = None
    street_address: Texts | None = None
    address_locality: Texts | None = None
    position: _Point | None = None


class _Offer(msgspec.Struct):
    is_free: bool | None = None
    price: Texts | None = None


class _Event(_Reference):
    name: Texts = {}
    short_description: Texts | None = None
    description: Texts | None = None
    start_time: str | None = None
    end_time: str | None = None
    event_status: str = "EventScheduled"
    publication_status: str = "public"
    location: _Place | None = None
    audience: list[_Reference] | None = None
    in_language: list[_Reference] | None = None
    offers: list[_Offer] | None = None
    maximum_attendee_capacity: int | None = None
    provider: Texts | None = None
    info_url: Texts | None = None
    super_event_type: str | None = None


class _Connection(msgspec.Struct):
    section_type: str | None = None
    name: Texts | None = None


class _Unit(msgspec.Struct):
    id: Number
    name: Texts = {}
    street_address: Texts | None = None
    address_zip: str | None = None
    municipality: str | None = None
    location: _Point | None = None
    accessibility_shortcoming_count: dict[str, Count] | None = None
    connections: list[_Connection] | None = None


def read_events(content: bytes) -> tuple[tuple[IncomingEvent, ...], tuple[FileProblem, ...]]:
    """The events of a file of Linked Events, and everything that is wrong with it."""
    found, problems = _read(content, "data", _Event, _event)
    return found, problems or _twice([(event.row, event.name.fi, event.source_id) for event in found])


def read_units(content: bytes) -> tuple[tuple[IncomingUnit, ...], tuple[FileProblem, ...]]:
    """The units of a file of the service map, and everything that is wrong with it."""
    found, problems = _read(content, "results", _Unit, _unit)
    return found, problems or _twice([(unit.row, unit.name.fi, str(unit.unit.id)) for unit in found])


def _twice(rows: Sequence[tuple[int, str, str]]) -> tuple[FileProblem, ...]:
    seen: set[str] = set()
    problems = []
    for row, name, key in rows:
        if key in seen:
            problems.append(FileProblem(row, name, "id", Reason.ID_TWICE, key))
        seen.add(key)
    return tuple(problems)


def _read(
    content: bytes, key: str, kind: type[Struct], make: Callable[[int, Struct], Found]
) -> tuple[tuple[Found, ...], tuple[FileProblem, ...]]:
    try:
        items = _items(content, key)
    except _Wrong as wrong:
        return (), (FileProblem(0, "", "", wrong.reason),)
    found: list[Found] = []
    problems: list[FileProblem] = []
    for row, item in enumerate(items, 1):
        try:
            found.append(make(row, _converted(item, kind)))
        except _Wrong as wrong:
            problems.append(FileProblem(row, _name_in(item), wrong.field, wrong.reason, wrong.typed))
    return tuple(found), tuple(problems)


def _items(content: bytes, key: str) -> list[Any]:
    """What a file lists: a page of the interface, or the bare list."""
    if len(content) > MOST_BYTES:
        raise _Wrong(Reason.TOO_LARGE, "")
    try:
        read = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _Wrong(Reason.NOT_JSON, "") from None
    items = read.get(key) if isinstance(read, dict) else read
    if not isinstance(items, list):
        raise _Wrong(Reason.NOT_A_LIST, "")
    if len(items) > MOST_ROWS:
        raise _Wrong(Reason.TOO_MANY, "")
    return items


def _converted(item: Any, kind: type[Struct]) -> Struct:
    try:
        return msgspec.convert(item, kind)
    except msgspec.ValidationError as wrong:
        path = _PATH.search(str(wrong))
        field = path[1].replace("[...]", "") if path else ""
        raise _Wrong(Reason.WRONG_KIND, field, _typed(item, field)) from None


def _typed(item: Any, field: str) -> str:
    value = item.get(field.partition(".")[0].partition("[")[0]) if isinstance(item, dict) and field else item
    return "" if value is None else str(value)


def _name_in(item: Any) -> str:
    """What a row calls itself, however broken the rest of it is."""
    name = item.get("name") if isinstance(item, dict) else None
    names = [name.get(language) for language in ("fi", "sv", "en")] if isinstance(name, dict) else [name]
    return next((tidy(text)[:_LONGEST_TYPED] for text in names if isinstance(text, str) and text), "")


def _event(row: int, item: _Event) -> IncomingEvent:
    source_id = tidy(item.id or _last(item.at_id))
    if not source_id:
        raise _Wrong(Reason.ID_MISSING, "id")
    named = _name(item.name)
    name = _each(clean_title, named)
    description = _each(from_html, _translated(item.description))
    brief = _each(from_html, _translated(item.short_description))
    status = _status(item, named)
    begins = _moment(item.start_time, "start_time", last=False)
    if begins is None and status is not Status.POSTPONED and not item.super_event_type:
        raise _Wrong(Reason.START_MISSING, "start_time")
    return IncomingEvent(
        row=row,
        source_id=source_id,
        name=name,
        summary=_or(_each(tidy, brief), _each(short, description)),
        description=_or(description, brief),
        starts_at=begins,
        ends_at=_moment(item.end_time, "end_time", last=True),
        status=status,
        place=_place(item.location) if item.location else None,
        organiser=tidy((item.provider or {}).get("fi") or ""),
        audiences=frozenset(AUDIENCE_OF[key] for key in _keys(item.audience) if key in AUDIENCE_OF),
        languages=frozenset(_keys(item.in_language)),
        price=_price(item.offers),
        capacity=item.maximum_attendee_capacity,
        link=tidy((item.info_url or {}).get("fi") or ""),
        is_series=bool(item.super_event_type),
    )


def _status(item: _Event, named: Translated) -> Status:
    if item.publication_status == "draft":
        return Status.DRAFT
    status = _STATUSES.get(_last(item.event_status))
    if status is None or item.publication_status != "public":
        field = "event_status" if status is None else "publication_status"
        raise _Wrong(Reason.UNKNOWN_STATUS, field, getattr(item, field))
    # Some write it into the title alone.
    return Status.CANCELLED if status is Status.PUBLISHED and says_cancelled(named.fi) else status


def _moment(text: str | None, field: str, *, last: bool) -> datetime | None:
    """A moment, or a day: one that begins does so at its midnight, one that ends does so with the day."""
    if not text:
        return None
    try:
        if len(text) == len("2026-07-01"):
            day = date.fromisoformat(text) + timedelta(days=last)
            moment = at_local(day, time(0))
        else:
            moment = datetime.fromisoformat(text).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise _Wrong(Reason.NOT_A_MOMENT, field, text) from None
    if moment.tzinfo is None:
        raise _Wrong(Reason.NO_ZONE, field, text)
    if moment.year not in _YEARS:
        raise _Wrong(Reason.NOT_A_MOMENT, field, text)
    return moment.astimezone(UTC)


def _place(item: _Place) -> IncomingPlace:
    key = item.id or _last(item.at_id)
    latitude, longitude = _degrees(item.position, "location.position")
    return IncomingPlace(
        id=key if _REGISTERED.fullmatch(key) else "",
        name=_translated(item.name),
        address=_translated(item.street_address).fi,
        city=_translated(item.address_locality).fi,
        latitude=latitude,
        longitude=longitude,
    )


def _degrees(point: _Point | None, field: str) -> tuple[Decimal | None, Decimal | None]:
    """Latitude and longitude of a point, which has them the other way round; to a millionth, some ten centimetres."""
    if point is None:
        return None, None
    longitude, latitude = point.coordinates
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise _Wrong(Reason.OUTSIDE, field, f"{longitude}, {latitude}")
    return (
        Decimal(str(latitude)).quantize(_MICRO_DEGREE),
        Decimal(str(longitude)).quantize(_MICRO_DEGREE),
    )


def _price(offers: list[_Offer] | None) -> Translated | None:
    """What it costs in words, empty if it is free. A price that is written counts, whatever stands beside it."""
    prices = [_translated(offer.price) for offer in offers or ()]
    written = [price for price in prices if tidy(price.fi)]
    if not written and not any(offer.is_free for offer in offers or ()):
        return None
    paid = [price for price in written if tidy(price.fi).casefold().rstrip(".!") not in _FREE]
    return paid[0] if paid else Translated("")


def _unit(row: int, item: _Unit) -> IncomingUnit:
    name = _name(item.name)
    latitude, longitude = _degrees(item.location, "location")
    counts = item.accessibility_shortcoming_count or {}
    hours = [_translated(part.name) for part in item.connections or () if part.section_type == "OPENING_HOURS"]
    return IncomingUnit(
        row,
        Unit(
            id=item.id,
            name=name,
            address=tidy(_translated(item.street_address).fi),
            postal_code=tidy(item.address_zip or ""),
            city=tidy(item.municipality or "").title(),
            latitude=latitude,
            longitude=longitude,
            hours=hours[0] if hours else Translated(""),
            shortcomings={profile: counts[profile] for profile in Profile if profile in counts},
        ),
    )


def _name(texts: Texts) -> Translated:
    name = _each(tidy, _translated(texts))
    if not name.fi:
        raise _Wrong(Reason.NAME_MISSING, "name")
    if max(map(len, _parts(name))) > _LONGEST_NAME:
        raise _Wrong(Reason.NAME_TOO_LONG, "name")
    return name


def _translated(texts: Texts | None) -> Translated:
    found = texts or {}
    fi, sv, en = (found.get(language) or "" for language in ("fi", "sv", "en"))
    return Translated(plain(fi).strip(), plain(sv).strip(), plain(en).strip())


def _each(change: Callable[[str], str], text: Translated) -> Translated:
    return Translated(*(change(part) for part in _parts(text)))


def _or(text: Translated, otherwise: Translated) -> Translated:
    return Translated(*(one or other for one, other in zip(_parts(text), _parts(otherwise), strict=True)))


def _parts(text: Translated) -> tuple[str, str, str]:
    return text.fi, text.sv, text.en


def _keys(references: list[_Reference] | None) -> list[str]:
    return [key for reference in references or () if (key := reference.id or _last(reference.at_id))]


def _last(address: str) -> str:
    """``tprek:20355`` of ``https://api.example.fi/v1/place/tprek:20355/``"""
    return address.rstrip("/").rpartition("/")[2]
