"""Linked Events, as the register of a city's events answers and as it wants to be told (domain.md 4.5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pilot_ops.events.domain import LONGEST_SUMMARY, Audience, Status
from pilot_ops.feeds.domain.addresses import Addresses
from pilot_ops.feeds.domain.values import Gathering, Happening, Kind, Where
from pilot_ops.feeds.domain.words import as_html, clean_title, each
from pilot_ops.kernel.text import Translated

Item = dict[str, Any]

# The general Finnish thesaurus: food, families with children, playgrounds; nature sports, outdoor recreation.
KEYWORDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.LUNCH: ("yso:p3670", "yso:p13050", "yso:p8105"),
    Kind.EVENT: ("yso:p7071", "yso:p2771"),
}
AUDIENCES: Mapping[Audience, str] = {
    Audience.FAMILIES: "espoo:a1",
    Audience.VISITORS: "espoo:a2",
    Audience.YOUTH: "espoo:a3",
    Audience.SENIORS: "espoo:a4",
    Audience.DISABLED: "espoo:a5",
}
SCHEDULED, RESCHEDULED = "EventScheduled", "EventRescheduled"
CANCELLED, POSTPONED = "EventCancelled", "EventPostponed"
SOURCE = "pilot-ops"


def event_status(found: Happening) -> str:
    """The state of a happening in the words of schema.org, which Linked Events uses too."""
    if found.status is Status.CANCELLED:
        return CANCELLED
    if found.status is Status.POSTPONED:
        return POSTPONED
    return RESCHEDULED if found.moved_from is not None else SCHEDULED


def linked_event(found: Happening, addresses: Addresses, *, in_series: bool = False) -> Item:
    """A happening as an event of Linked Events. One that is put off has no time: its day is not known."""
    known = found.status is not Status.POSTPONED
    texts = _with_details(found)
    item = _common(_own_id(found.id), found.name, found.summary, texts, found, addresses)
    return item | {
        "start_time": moment(found.starts_at) if known else None,
        "end_time": moment(found.ends_at) if known and found.ends_at else None,
        "event_status": event_status(found),
        "super_event": _reference(addresses, found.gathering) if in_series and found.gathering else None,
        "super_event_type": None,
        "sub_events": [],
        "offers": [_offer(found, addresses)],
        "maximum_attendee_capacity": found.capacity,
        "info_url": {language: addresses.of(found, language) for language in each(found.name)},
        "external_links": [{"name": None, "link": found.link, "language": "fi"}] if found.link else [],
        "date_published": moment(found.published_at) if found.published_at else None,
        "last_modified_time": moment(found.changed_at),
    }


def linked_gathering(found: Gathering, addresses: Addresses) -> Item:
    """A series as the recurring super event of its parts. It is cancelled only when all of them are."""
    known = [part for part in found.parts if part.status is not Status.POSTPONED] or found.parts
    first, last = known[0], known[-1]
    item = _common(_own_id(found.id), found.name, first.summary, first.text, first, addresses)
    every = all(part.status is Status.CANCELLED for part in found.parts)
    page = "/lunch" if first.kind is Kind.LUNCH else "/outdoors"
    return item | {
        "start_time": moment(first.starts_at),
        "end_time": moment(last.ends_at or last.starts_at),
        "event_status": CANCELLED if every else SCHEDULED,
        "super_event": None,
        "super_event_type": "recurring",
        "sub_events": [_reference(addresses, part.id) for part in found.parts],
        "offers": [_offer(first, addresses)],
        "maximum_attendee_capacity": None,
        "info_url": {language: addresses.page(page, language) for language in each(found.name)},
        "external_links": [],
        "date_published": None,
        "last_modified_time": moment(max(part.changed_at for part in found.parts)),
    }


def linked_feed(found: Iterable[Happening], series: Iterable[Gathering], addresses: Addresses) -> Item:
    """Everything, as a page of the interface: ``meta`` and ``data``, super events first."""
    groups = {group.id: group for group in series}
    data = [linked_gathering(group, addresses) for group in groups.values()]
    data += [linked_event(happening, addresses, in_series=happening.gathering in groups) for happening in found]
    return {"meta": {"count": len(data), "next": None, "previous": None}, "data": data}


def moment(value: datetime) -> str:
    """``2026-07-01T08:30:00Z``"""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def place(where: Where, addresses: Addresses) -> Item:
    """A place of the register by its id, or one of our own that says where it is."""
    url = addresses.place(where.id) if where.is_registered else addresses.linked(where.id)
    found: Item = {
        "@id": url,
        "id": where.id,
        "name": each(where.name),
        "street_address": {"fi": where.street} if where.street else None,
        "postal_code": where.postal_code or None,
        "address_locality": {"fi": where.city} if where.city else None,
        "position": None,
    }
    if where.latitude is not None and where.longitude is not None:
        coordinates = [float(where.longitude), float(where.latitude)]
        found["position"] = {"type": "Point", "coordinates": coordinates}
    return found


def _own_id(key: object) -> str:
    return f"{SOURCE}:{key}"


def _reference(addresses: Addresses, key: object) -> Item:
    return {"@id": addresses.linked(_own_id(key))}


def _common(
    key: str, name: Translated, summary: Translated, text: Translated, found: Happening, addresses: Addresses
) -> Item:
    return {
        "@id": addresses.linked(key),
        "@context": "https://schema.org",
        "@type": "Event/LinkedEvent",
        "id": key,
        "data_source": SOURCE,
        "type_id": "General",
        "publication_status": "public",
        "name": each(name),
        "short_description": each(summary),
        "description": {language: as_html(words) for language, words in each(text).items()},
        "keywords": [{"@id": addresses.keyword(word)} for word in KEYWORDS[found.kind]],
        "location": place(found.where, addresses),
        "audience": [{"@id": addresses.keyword(AUDIENCES[who])} for who in Audience if who in found.audiences],
        "in_language": [{"@id": addresses.language(language)} for language in sorted(found.languages)],
        "provider": {"fi": found.organiser} if found.organiser else None,
        "images": [],
        "environment": "out",
    }


def _with_details(found: Happening) -> Translated:
    """The long text with what Linked Events has no field for: why it is cancelled, and accessibility."""
    texts = {}
    for language, words in each(found.text).items():
        notice = found.notice.to(language) if found.status in (Status.CANCELLED, Status.POSTPONED) else ""
        facts = "\n".join(found.facts.get(language, ()))
        texts[language] = "\n\n".join(part for part in (notice, words, facts) if part)
    return Translated(**{"fi": "", **texts})


def _offer(found: Happening, addresses: Addresses) -> Item:
    if found.is_free:
        return {"is_free": True, "price": None, "info_url": None, "description": None}
    info = {language: addresses.of(found, language) for language in each(found.name)}
    return {"is_free": False, "price": each(found.price), "info_url": info, "description": None}


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_KEYWORD = re.compile(r"https?://\S+/keyword/[\w-]+:[\w-]+/")
_PLACE = re.compile(r"https?://\S+/place/[\w-]+:[\w-]+/")
_STATUSES = {SCHEDULED, RESCHEDULED, CANCELLED, POSTPONED}


def faults(item: Mapping[str, Any]) -> tuple[str, ...]:
    """What a public event breaks of the rules of publishing in Linked Events; nothing is how it should be."""
    checks = (_text_faults, _state_faults, _place_faults, _time_faults, _series_faults)
    return tuple(fault for check in checks for fault in check(item))


def _text_faults(item: Mapping[str, Any]) -> Iterable[str]:
    if not item["name"].get("fi"):
        yield "name: not in Finnish"
    for language, name in item["name"].items():
        if clean_title(name) != name:
            yield f"name: its state is in the title: {name!r}"
        if not 0 < len(item["short_description"].get(language, "")) <= LONGEST_SUMMARY:
            yield f"short_description: missing or too long in {language}"
        if not item["description"].get(language):
            yield f"description: missing in {language}"


def _state_faults(item: Mapping[str, Any]) -> Iterable[str]:
    if item["event_status"] not in _STATUSES:
        yield f"event_status: {item['event_status']!r}"
    if item["publication_status"] != "public":
        yield f"publication_status: {item['publication_status']!r}"
    if item["type_id"] not in {"General", "Course", "Volunteering"}:
        yield f"type_id: {item['type_id']!r}"
    for field in ("keywords", "audience"):
        wrong = [word["@id"] for word in item[field] if not _KEYWORD.fullmatch(word["@id"])]
        if wrong or not item[field]:
            yield f"{field}: {wrong or 'none'}"
    if not any("/keyword/yso:" in word["@id"] for word in item["keywords"]):
        yield "keywords: none of the thesaurus"


def _place_faults(item: Mapping[str, Any]) -> Iterable[str]:
    where = item["location"]
    # One without a number in the register has to say where it is: a whole town is no place.
    if not _PLACE.fullmatch(where["@id"]) and not where["street_address"] and not where["position"]:
        yield f"location: {where['@id']}"
    if not item["offers"]:
        yield "offers: none"
    for offer in item["offers"]:
        if offer["is_free"] == bool(offer["price"]):
            yield "offers: free and with a price, or neither"


def _time_faults(item: Mapping[str, Any]) -> Iterable[str]:
    begins, ends = item["start_time"], item["end_time"]
    if (item["event_status"] == POSTPONED) != (begins is None):
        yield f"start_time: {begins!r} of {item['event_status']}"
    for name in ("start_time", "end_time"):
        if item[name] is not None and not _MOMENT.fullmatch(item[name]):
            yield f"{name}: {item[name]!r} is no moment in UTC"
    if begins and ends and ends < begins:
        yield "end_time: before start_time"


def _series_faults(item: Mapping[str, Any]) -> Iterable[str]:
    kind, parts = item["super_event_type"], item["sub_events"]
    if kind not in {None, "recurring", "umbrella"}:
        yield f"super_event_type: {kind!r}"
    if (kind is None) != (not parts):
        yield "sub_events: of no super event, or a super event without any"
    if kind == "recurring" and item["super_event"] is not None:
        yield "super_event: a series is part of no other"
