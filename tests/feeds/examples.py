"""Happenings worked out by hand, and events in the database, for tests of what others read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from pilot_ops.events import service as events
from pilot_ops.events.domain import Access, Audience, Event, EventDetails, Status, Venue
from pilot_ops.feeds.domain import Addresses, Happening, Kind, Where
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.text import Translated
from pilot_ops.units.domain import Profile, Unit
from tests.support.builders import ADMIN

ADDRESSES = Addresses("https://pilot.example.fi", "https://api.espoo.fi/events/v1")
CHANGED = datetime(2026, 6, 20, 9, 0, tzinfo=UTC)
STARTS = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
SOUKKA = Where(
    "tprek:20355",
    Translated("Soukka", "Sökö", "Soukka"),
    "Soukankaari 10",
    "02360",
    "Espoo",
    Decimal("60.138500"),
    Decimal("24.671400"),
    Unit(20355, hours=Translated("ma–pe 8–16"), shortcomings={Profile.WHEELCHAIR: 2}),
)
LUNCH = Happening(
    id=UUID(int=11),
    kind=Kind.LUNCH,
    name=Translated("Puistoruokailu: Soukka", "Parklunch: Sökö", "Park meal: Soukka"),
    summary=Translated("Lämmin lounas klo 11.30.", "Varm lunch kl. 11.30.", "A warm lunch at 11.30."),
    text=Translated("Ruokana keitto.", "Det blir soppa.", "Soup is served."),
    starts_at=STARTS,
    ends_at=STARTS + timedelta(hours=1),
    where=SOUKKA,
    organiser="Espoo",
    audiences=frozenset({Audience.FAMILIES}),
    languages=frozenset({"fi", "sv"}),
    gathering=UUID(int=12),
    park_id=UUID(int=13),
    changed_at=CHANGED,
)
WALK = Happening(
    id=UUID(int=21),
    kind=Kind.EVENT,
    name=Translated("Esteetön luontoretki", "Tillgänglig naturutflykt"),
    summary=Translated("Rauhallinen kierros Nuuksiossa.", "En lugn runda i Noux."),
    text=Translated("Kuljemme 800 metriä.\n\nTauolla on mehua & pullaa.", "Vi går 800 meter."),
    starts_at=datetime(2026, 7, 7, 10, 0, tzinfo=UTC),
    ends_at=datetime(2026, 7, 7, 12, 0, tzinfo=UTC),
    where=Where("pilot-ops:x1", Translated("Haukkalampi"), "Haukkalammentie 32", city="Espoo"),
    organiser="Espoon liikuntapalvelut",
    audiences=frozenset({Audience.DISABLED, Audience.FAMILIES}),
    price=Translated("5 €, avustaja maksutta", "5 €, assistenten gratis"),
    capacity=20,
    facts={"fi": ("Reitti 800 m", "Esteetön WC"), "sv": ("Rutt 800 m", "Tillgänglig toalett")},
    sequence=3,
    changed_at=CHANGED,
    published_at=CHANGED - timedelta(days=2),
)
CANCELLED = replace(WALK, id=UUID(int=22), status=Status.CANCELLED, notice=Translated("Ukkosvaara", "Risk för åska"))
POSTPONED = replace(WALK, id=UUID(int=23), status=Status.POSTPONED, notice=Translated("Ohjaaja sairastui"))
MOVED = replace(WALK, id=UUID(int=24), moved_from=datetime(2026, 7, 6, 10, 0, tzinfo=UTC))

DETAILS = EventDetails(
    name=Translated("Metsäretki", "Skogsutflykt"),
    venue=Venue(
        Translated("Haukkalampi"), "Haukkalammentie 32", "Espoo", Decimal("60.3075"), Decimal("24.5247"), "tprek:41234"
    ),
    summary=Translated("Kävellään metsässä.", "Vi går i skogen."),
    description=Translated("Kävellään metsässä kaksi tuntia.", "Vi går i skogen i två timmar."),
    organiser="Espoo",
    audiences=frozenset({Audience.FAMILIES}),
    access=Access(route_m=800, toilet=True),
)


def make_event(
    session: Session, status: Status = Status.PUBLISHED, *, starts_at: datetime | None = None, **different: Any
) -> Event:
    """An event in three days that has come so far; any EventDetails may differ."""
    at = now()
    begins = starts_at or (at + timedelta(days=3)).replace(microsecond=0)
    given = {"event_id": uuid4(), "details": replace(DETAILS, **different), "starts_at": begins}
    event = events.create_event(session, ADMIN, **given, ends_at=begins + timedelta(hours=2), at=at)
    told = {"event_id": event.id, "at": at}
    if status is not Status.DRAFT:
        event = events.publish(session, ADMIN, **told)
    if status is Status.CANCELLED:
        event = events.cancel(session, ADMIN, notice=Translated("Ukkosvaara"), **told)
    if status is Status.POSTPONED:
        event = events.postpone(session, ADMIN, notice=Translated("Ohjaaja sairastui"), **told)
    return event
