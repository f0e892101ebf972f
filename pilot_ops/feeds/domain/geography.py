"""GeoJSON: parks with today's lunch, and events to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from pilot_ops.events.domain import Status
from pilot_ops.feeds.domain.addresses import Addresses
from pilot_ops.feeds.domain.linked import Item, event_status, moment
from pilot_ops.feeds.domain.values import Happening, Where
from pilot_ops.kernel.clock import to_local


def parks_map(
    parks: Mapping[UUID, Where], lunches: Mapping[UUID, Happening], addresses: Addresses, language: str
) -> Item:
    """Every park; ``lunches`` are those of today by park. Where none is given, ``lunch`` is null."""
    return _collection(
        _feature(park_id, where, language)
        | {
            "properties": {
                **_place_properties(where, language),
                "url": addresses.park(park_id, language),
                "lunch": _happening(lunches[park_id], language) if park_id in lunches else None,
            }
        }
        for park_id, where in parks.items()
    )


def events_map(found: Iterable[Happening], addresses: Addresses, language: str) -> Item:
    """Events to come, each where it is."""
    return _collection(
        _feature(event.id, event.where, language)
        | {
            "properties": {
                **_happening(event, language),
                "place": _place_properties(event.where, language),
                "url": addresses.of(event, language),
                "accessibility": list(event.facts.get(language, ())),
            }
        }
        for event in found
    )


def _collection(features: Iterable[Item]) -> Item:
    return {"type": "FeatureCollection", "features": list(features)}


def _feature(key: UUID, where: Where, language: str) -> Item:
    point: Any = None
    if where.latitude is not None and where.longitude is not None:
        point = {"type": "Point", "coordinates": [float(where.longitude), float(where.latitude)]}
    return {"type": "Feature", "id": str(key), "geometry": point}


def _place_properties(where: Where, language: str) -> Item:
    unit = where.unit
    return {
        "name": where.name.to(language),
        "address": where.line,
        "unit_id": where.id if where.is_registered else None,
        "hours": (unit.hours.to(language) or None) if unit else None,
        "accessibility_shortcomings": dict(unit.shortcomings) if unit else {},
    }


def _happening(found: Happening, language: str) -> Item:
    known = found.status is not Status.POSTPONED
    return {
        "name": found.name.to(language),
        "status": event_status(found),
        "starts": to_local(found.starts_at).isoformat() if known else None,
        "ends": to_local(found.ends_at).isoformat() if known and found.ends_at else None,
        "summary": found.summary.to(language),
        "notice": found.notice.to(language) or None,
        "changed": moment(found.changed_at),
    }
