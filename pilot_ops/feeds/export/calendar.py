"""iCalendar (RFC 5545 and 7986), for the calendar of a phone or a computer to subscribe to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Component, Event, Timezone, TimezoneDaylight, TimezoneStandard

from pilot_ops.events.domain import Status
from pilot_ops.feeds.domain import Addresses, Happening
from pilot_ops.feeds.domain.values import Kind
from pilot_ops.kernel.clock import HELSINKI, to_local

_PRODUCT = "-//Pilot Ops//Lunches and events//FI"
_REFRESH = timedelta(hours=1)
_STATUSES = {
    Status.PUBLISHED: "CONFIRMED",
    Status.POSTPONED: "TENTATIVE",
    Status.CANCELLED: "CANCELLED",
    Status.DRAFT: "TENTATIVE",
}


def calendar(found: Iterable[Happening], addresses: Addresses, *, name: str, path: str, language: str) -> bytes:
    """Happenings as a calendar. It always carries its time zone, so that one without any is whole, too."""
    made = Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("name", name, parameters={"LANGUAGE": language})
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", HELSINKI.key)
    made.add("source", addresses.page(path, language), parameters={"VALUE": "URI"})
    made.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    made.add_component(_zone())
    for happening in found:
        made.add_component(_event(happening, addresses, language))
    content: bytes = made.to_ical()
    return content


def _zone() -> Component:
    """The time in Helsinki as a rule of two lines. The library would list every year, which some readers misread."""
    winter, summer = timedelta(hours=2), timedelta(hours=3)
    zone = Timezone()
    zone.add("tzid", HELSINKI.key)
    for made, name, month, day, hour, before, after in (
        (TimezoneDaylight(), "EEST", 3, 29, 3, winter, summer),
        (TimezoneStandard(), "EET", 10, 25, 4, summer, winter),
    ):
        made.add("dtstart", datetime(1970, month, day, hour))  # noqa: DTZ001 - RFC 5545 has it on the clock before
        made.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        made.add("tzname", name)
        made.add("tzoffsetfrom", before)
        made.add("tzoffsetto", after)
        zone.add_component(made)
    return zone


def _event(found: Happening, addresses: Addresses, language: str) -> Event:
    made = Event()
    tongue = {"LANGUAGE": language}
    # An id that is random already is unique in the world (RFC 7986, 5.3), and stays when the service moves.
    made.add("uid", str(found.id))
    made.add("sequence", found.sequence)
    made.add("dtstamp", found.changed_at)
    made.add("last-modified", found.changed_at)
    made.add("dtstart", to_local(found.starts_at))
    if found.ends_at is not None:
        made.add("dtend", to_local(found.ends_at))
    made.add("summary", found.name.to(language), parameters=tongue)
    made.add("description", _description(found, language), parameters=tongue)
    made.add("status", _STATUSES[found.status])
    # What one may go to takes no time in one's calendar.
    made.add("transp", "TRANSPARENT")
    made.add("class", "PUBLIC")
    made.add("url", addresses.of(found, language))
    place = ", ".join(part for part in (found.where.name.to(language), found.where.line) if part)
    if place:
        made.add("location", place, parameters=tongue)
    if found.where.latitude is not None and found.where.longitude is not None:
        made.add("geo", (float(found.where.latitude), float(found.where.longitude)))
    return made


def _description(found: Happening, language: str) -> str:
    facts = "\n".join(found.facts.get(language, ())) if found.kind is Kind.EVENT else ""
    price = found.price.to(language)
    parts = (found.notice.to(language), found.text.to(language), price, facts)
    return "\n\n".join(part for part in parts if part)
