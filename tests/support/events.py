"""Events for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from pilot_ops.events import queries, service
from pilot_ops.events.domain import Access, Audience, Event, EventDetails, Shape, Status, Surface, Venue
from pilot_ops.kernel.text import Translated
from tests.support.builders import ADMIN, NOON

DETAILS = EventDetails(
    name=Translated("Metsäretki kaikille", "Skogsutflykt för alla", "Forest walk for all"),
    venue=Venue(Translated("Oittaan ulkoilukeskus", "Oittans friluftsgård"), "Kunnarlantie 33", "Espoo"),
    summary=Translated("Helppo retki lammen ympäri", "En lätt utflykt runt tjärnen", "An easy walk round the pond"),
    description=Translated("Lähdemme pihalta.", "Vi startar från gården.", "We start from the yard."),
    organiser="Espoon kaupunki",
    audiences=frozenset({Audience.FAMILIES, Audience.DISABLED}),
    access=Access(
        route_m=1200,
        shape=Shape.LOOP,
        steepest_percent=6,
        narrowest_cm=120,
        surfaces=frozenset({Surface.GRAVEL, Surface.BOARDWALK}),
        rest_every_m=200,
        toilet=True,
        strollers=True,
        aids=Translated("maastopyörätuoli", "terrängrullstol", "all-terrain wheelchair"),
    ),
)


def make_event(
    session: Session,
    *,
    starts_at: datetime = NOON + timedelta(days=7),
    lasts: timedelta | None = timedelta(hours=2),
    status: Status = Status.PUBLISHED,
    **different: Any,
) -> Event:
    """An event, published unless another status is asked for."""
    event_id, ends_at = uuid4(), starts_at + lasts if lasts else None
    details = replace(DETAILS, **different)
    times = {"starts_at": starts_at, "ends_at": ends_at}
    service.create_event(session, ADMIN, event_id=event_id, details=details, **times, at=NOON)
    if status is not Status.DRAFT:
        service.publish(session, ADMIN, event_id=event_id, at=NOON)
    notice = Translated("Myrsky", "Storm", "Storm")
    if status is Status.CANCELLED:
        service.cancel(session, ADMIN, event_id=event_id, notice=notice, at=NOON)
    if status is Status.POSTPONED:
        service.postpone(session, ADMIN, event_id=event_id, notice=notice, at=NOON)
    return queries.get_event(session, event_id)
