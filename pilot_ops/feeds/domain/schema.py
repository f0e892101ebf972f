"""schema.org as JSON-LD: what search engines read from the pages of lunches and events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pilot_ops.events.domain import Audience
from pilot_ops.feeds.domain.addresses import Addresses
from pilot_ops.feeds.domain.linked import RESCHEDULED, Item, event_status
from pilot_ops.feeds.domain.values import Happening, Kind, Where
from pilot_ops.kernel.clock import to_local

CONTEXT = "https://schema.org"
_AUDIENCES = {
    Audience.FAMILIES: "families",
    Audience.YOUTH: "youth",
    Audience.SENIORS: "seniors",
    Audience.DISABLED: "disabled people",
    Audience.VISITORS: "visitors",
}


def json_ld(found: Happening, addresses: Addresses, language: str) -> Item:
    """A happening as an Event of schema.org, a lunch as a FoodEvent, in one language."""
    return {"@context": CONTEXT, **_event(found, addresses, language)}


def json_ld_list(found: Iterable[Happening], addresses: Addresses, language: str) -> Item:
    """Several happenings of one page, such as the lunches of a park."""
    return {"@context": CONTEXT, "@graph": [_event(happening, addresses, language) for happening in found]}


def _event(found: Happening, addresses: Addresses, language: str) -> Item:
    status = event_status(found)
    item: Item = {
        "@type": "FoodEvent" if found.kind is Kind.LUNCH else "Event",
        "@id": f"{addresses.of(found)}#{found.id}",
        "name": found.name.to(language),
        "description": "\n\n".join(part for part in (found.notice.to(language), found.text.to(language)) if part),
        "url": addresses.of(found, language),
        "startDate": to_local(found.starts_at).isoformat(),
        "eventStatus": f"{CONTEXT}/{status}",
        "eventAttendanceMode": f"{CONTEXT}/OfflineEventAttendanceMode",
        "isAccessibleForFree": found.is_free,
        "inLanguage": sorted(found.languages),
        "location": _place(found.where, found.facts.get(language, ()), language),
        "offers": _offer(found, addresses, language),
    }
    if found.ends_at is not None:
        item["endDate"] = to_local(found.ends_at).isoformat()
    if status == RESCHEDULED and found.moved_from is not None:
        item["previousStartDate"] = to_local(found.moved_from).isoformat()
    if found.organiser:
        item["organizer"] = {"@type": "Organization", "name": found.organiser}
    if found.capacity is not None:
        item["maximumAttendeeCapacity"] = found.capacity
    if found.audiences:
        kinds = [_AUDIENCES[who] for who in Audience if who in found.audiences]
        item["audience"] = [{"@type": "Audience", "audienceType": kind} for kind in kinds]
    return item


def _place(where: Where, facts: Iterable[str], language: str) -> Item:
    address = {"streetAddress": where.street, "postalCode": where.postal_code, "addressLocality": where.city}
    found: Item = {"@type": "Place", "name": where.name.to(language)}
    if any(address.values()):
        known = {name: text for name, text in address.items() if text}
        found["address"] = {"@type": "PostalAddress", "addressCountry": "FI", **known}
    if where.latitude is not None and where.longitude is not None:
        degrees = {"latitude": float(where.latitude), "longitude": float(where.longitude)}
        found["geo"] = {"@type": "GeoCoordinates", **degrees}
    features = [{"@type": "LocationFeatureSpecification", "name": fact, "value": True} for fact in facts]
    if features:
        found["amenityFeature"] = features
    return found


def _offer(found: Happening, addresses: Addresses, language: str) -> dict[str, Any]:
    offer: Item = {"@type": "Offer", "url": addresses.of(found, language)}
    if found.is_free:
        return offer | {"price": 0, "priceCurrency": "EUR"}
    # What is written is for people, "5 €, children free": no number is made of it.
    return offer | {"description": found.price.to(language)}
