"""The demonstration's nature-sport events: made up, in real places of the city."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from pilot_ops.cli.answer import OPERATOR
from pilot_ops.events import queries, service
from pilot_ops.events.domain import (
    NOTHING,
    Access,
    Attendance,
    Audience,
    Closing,
    Event,
    EventDetails,
    Shape,
    Surface,
    Venue,
    Weather,
    read_rule,
)
from pilot_ops.kernel.clock import at_local
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from pilot_ops.parks.queries import find_park_by_name
from pilot_ops.signups.domain import Details, Need
from pilot_ops.signups.service import sign_up

_EVERYBODY = frozenset({Audience.FAMILIES, Audience.SENIORS, Audience.DISABLED})
_OITTAA = Venue(
    Translated("Oittaan ulkoilukeskus", "Oittans friluftsgård", "Oittaa recreation centre"),
    "Kunnarlantie 33",
    "Espoo",
    Decimal("60.2390"),
    Decimal("24.6500"),
)
_BODOM = Venue(
    Translated("Bodominjärvi, Oittaan uimaranta", "Bodom träsk, Oittans badstrand", "Lake Bodom, Oittaa beach"),
    "Kunnarlantie 39",
    "Espoo",
    Decimal("60.2400"),
    Decimal("24.6560"),
)
_FOREST = EventDetails(
    name=Translated("Metsäretki kaikille", "Skogsutflykt för alla", "Forest walk for everybody"),
    venue=_OITTAA,
    summary=Translated(
        "Helppo retki lammen ympäri. Kuljemme hitaimman tahtiin.",
        "En lätt utflykt runt tjärnen. Vi går i den långsammastes takt.",
        "An easy walk round the pond, at the pace of the slowest.",
    ),
    description=Translated(
        "Lähdemme ulkoilukeskuksen pihalta. Matkalla pysähdymme nuotiopaikalle. Ota mukaan juotavaa.",
        "Vi startar från friluftsgårdens gård. På vägen stannar vi vid en eldplats. Ta med något att dricka.",
        "We start from the yard of the recreation centre and stop at a fireplace. Bring something to drink.",
    ),
    organiser="Espoon kaupunki",
    partners="Espoon Latu",
    audiences=_EVERYBODY,
    languages=frozenset({"fi", "sv"}),
    capacity=30,
    sign_up=True,
    demo=True,
    access=Access(
        route_m=1200,
        shape=Shape.LOOP,
        steepest_percent=5,
        narrowest_cm=150,
        surfaces=frozenset({Surface.GRAVEL, Surface.BOARDWALK}),
        rest_every_m=200,
        toilet=True,
        parking=True,
        strollers=True,
        guide_dog=True,
        assistant_free=True,
        aids=Translated("maastopyörätuoli", "terrängrullstol", "all-terrain wheelchair"),
    ),
)
_CANOE = replace(
    _FOREST,
    name=Translated("Melontaa tuetusti", "Paddling med stöd", "Supported canoeing"),
    venue=_BODOM,
    summary=Translated(
        "Melomme vakailla kanooteilla. Ohjaaja on jokaisessa kanootissa.",
        "Vi paddlar stadiga kanoter. I varje kanot finns en handledare.",
        "We paddle steady canoes with an instructor in each.",
    ),
    description=Translated(
        "Rannassa on ramppi ja siirtymisapua. Saat meiltä pelastusliivin ja melan.",
        "På stranden finns en ramp och hjälp med att ta sig i kanoten. Du får flytväst och paddel av oss.",
        "There is a ramp and help with getting in. You get a life vest and a paddle from us.",
    ),
    capacity=12,
    access=Access(
        shape=Shape.PLACE,
        toilet=True,
        parking=True,
        assistant_free=True,
        sign_language=True,
        induction_loop=True,
        note=Translated("Siirtymisapu ja luiska", "Hjälp i kanoten och ramp", "Help with getting in, and a ramp"),
    ),
)
_PARK_GAMES = replace(
    _FOREST,
    name=Translated("Liikuntaleikkejä puistossa", "Rörelselekar i parken", "Active games in the park"),
    summary=Translated(
        "Leikkejä kaikenikäisille, myös pyörätuolissa.",
        "Lekar för alla åldrar, också i rullstol.",
        "Games for all ages, in a wheelchair too.",
    ),
    description=Translated(
        "Aloitamme yhdessä ja jakaudumme sitten pienempiin ryhmiin. Rauhallinen ryhmä on puiston reunalla.",
        "Vi börjar tillsammans och delar sedan upp oss i grupper. En lugn grupp är i parkens utkant.",
        "We begin together and then go into groups. A quiet group is at the edge of the park.",
    ),
    partners="",
    audiences=frozenset({Audience.FAMILIES, Audience.YOUTH}),
    capacity=None,
    sign_up=False,
    access=Access(shape=Shape.PLACE, toilet=True, strollers=True, guide_dog=True, quiet=True, assistant_free=True),
)


def load_events(session: Session, today: date) -> None:
    """Load the events, unless there are any."""
    if queries.list_events(session):
        return
    park = find_park_by_name(session, "Suvelan asukaspuisto") or find_park_by_name(session, "Suvela")
    _past(session, today)
    _series(session, today, park.id if park else None)
    canoes = _public(session, _CANOE, today + timedelta(days=10), time(10), hours=3)
    _sign_ups(session, canoes, today)
    walk = _public(session, _FOREST, today + timedelta(days=6), time(17))
    notice = Translated("Peruttu myrskyn takia", "Inställt på grund av storm", "Cancelled because of a storm")
    at = _moment(today, -1)
    service.cancel(session, OPERATOR, event_id=walk.id, notice=notice, at=at)
    late = _public(session, _FOREST, today + timedelta(days=13), time(17))
    waits = Translated("Polku on korjattavana", "Stigen repareras", "The path is being mended")
    service.postpone(session, OPERATOR, event_id=late.id, notice=waits, at=at)
    _public(session, _FOREST, today + timedelta(days=20), time(17))
    _draft(session, replace(_CANOE, description=NOTHING), today + timedelta(days=24), time(10), hours=3)


def _sign_ups(session: Session, event: Event, today: date) -> None:
    """Twelve people and one more sign-up that waits; nicknames, and no way to reach anybody."""
    for name, people, needs, note in (
        ("Melojat", 4, {Need.ASSISTANT}, "Ensikertalaisia"),
        ("Saukko", 2, {Need.WHEELCHAIR, Need.TRANSPORT_AID}, "Tarvitsen nostoapua laiturilla"),
        ("Kuikka", 1, {Need.SIGN_LANGUAGE}, ""),
        ("Naapurin porukka", 5, set[Need](), ""),
        ("Haukimies", 2, {Need.GUIDE_DOG}, ""),
    ):
        told = Details(name, people, frozenset(needs), note)
        sign_up(session, sign_up_id=uuid4(), event_id=event.id, details=told, at=_moment(today, -2))


def _past(session: Session, today: date) -> None:
    for weeks, came, helped, weather, cost in (
        (4, 18, 4, Weather.CLOUD, 24000),
        (3, 26, 5, Weather.SUN, 24000),
        (2, 7, 4, Weather.RAIN, 21050),
    ):
        event = _public(session, _FOREST, today - timedelta(weeks=weeks), time(17))
        closing = Closing(weather, "", Money(cost))
        figures: dict[str, Any] = {"attendance": Attendance(came, helped), "closing": closing}
        at = event.starts_at + timedelta(hours=3)
        service.close(session, OPERATOR, event_id=event.id, form_id=uuid4(), **figures, at=at)


def _series(session: Session, today: date, park_id: UUID | None) -> None:
    venue = Venue(Translated("Suvelan asukaspuisto", "Södrik invånarpark", "Suvela residents' park"), park_id=park_id)
    details = replace(_PARK_GAMES, venue=replace(venue, address="Kirstintie 24", city="Espoo"))
    first = _draft(session, details, today, time(13), hours=1)
    rule, series_id = read_rule("FREQ=WEEKLY;COUNT=6"), uuid4()
    at = _moment(today, -20)
    service.repeat_event(session, OPERATOR, event_id=first.id, series_id=series_id, rule=rule, at=at)
    service.publish_series(session, OPERATOR, series_id=series_id, at=at)


def _public(session: Session, details: EventDetails, day: date, starts: time, hours: int = 2) -> Event:
    event = _draft(session, details, day, starts, hours)
    return service.publish(session, OPERATOR, event_id=event.id, at=_moment(day, -30))


def _draft(session: Session, details: EventDetails, day: date, starts: time, hours: int = 2) -> Event:
    begins = at_local(day, starts)
    times: dict[str, Any] = {"starts_at": begins, "ends_at": begins + timedelta(hours=hours), "at": _moment(day, -31)}
    return service.create_event(session, OPERATOR, event_id=uuid4(), details=details, **times)


def _moment(day: date, days: int) -> datetime:
    return at_local(day + timedelta(days=days), time(9))
