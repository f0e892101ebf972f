"""Events that people sign up for, and people who do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from pilot_ops.events import service as events
from pilot_ops.events.domain import Audience, Event, EventDetails, Venue
from pilot_ops.kernel.text import Translated
from pilot_ops.signups import service
from pilot_ops.signups.domain import Contact, ContactKind, Details, SignUp
from tests.support.builders import ADMIN, NOON

STARTS = NOON + timedelta(days=10)
AINO = Contact(ContactKind.EMAIL, "aino@example.fi")


def details_of(**different: Any) -> EventDetails:
    """What a complete event that wants sign-ups says; ten people fit."""
    given: dict[str, Any] = {
        "name": Translated("Esteetön metsäretki", "Tillgänglig skogstur", "Accessible forest walk"),
        "venue": Venue(Translated("Nuuksio, Haltia", "Noux, Haltia", "Nuuksio, Haltia"), "Nuuksiontie 84", "Espoo"),
        "summary": Translated("Retki kovapohjaista polkua", "En tur på hård stig", "A walk on a hard path"),
        "description": Translated("Kuljemme yhdessä.", "Vi går tillsammans.", "We go together."),
        "organiser": "Espoon liikunta",
        "audiences": frozenset({Audience.DISABLED}),
        "capacity": 10,
        "sign_up": True,
        "contact": "Luontoliikunta 09 123 4567",
    }
    return EventDetails(**{**given, **different})


def make_event(
    session: Session, *, starts_at: datetime = STARTS, at: datetime = NOON, publish: bool = True, **different: Any
) -> Event:
    """A published event; any field of EventDetails may differ."""
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}
    made = events.create_event(session, ADMIN, event_id=uuid4(), details=details_of(**different), **times, at=at)
    return events.publish(session, ADMIN, event_id=made.id, at=at) if publish else made


def person(**different: Any) -> Details:
    """What somebody tells who comes alone; any field of Details may differ."""
    return Details(**{"name": "Aino", "people": 1, **different})


def sign_up(
    session: Session, event: Event | UUID, *, at: datetime = NOON, sign_up_id: UUID | None = None, **different: Any
) -> SignUp:
    """Sign somebody up for an event."""
    event_id = event.id if isinstance(event, Event) else event
    told = person(**different)
    return service.sign_up(session, sign_up_id=sign_up_id or uuid4(), event_id=event_id, details=told, at=at)


def change_event(session: Session, event: Event, *, at: datetime = NOON, **different: Any) -> Event:
    """Change fields of an event's details, or its ``starts_at``."""
    from dataclasses import replace

    from pilot_ops.events.queries import get_event

    now = get_event(session, event.id)
    starts_at = different.pop("starts_at", now.starts_at)
    return events.change_event(
        session,
        ADMIN,
        event_id=event.id,
        details=replace(now.details, **different),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        seen=now.sequence,
        at=at,
    )
