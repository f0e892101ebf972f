"""Made-up counts and costs of the demonstration pilots: the same every time, and plausible, never measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from pilot_ops.costs.domain import Category, Entry, SplitKey
from pilot_ops.counting.domain import Tap
from pilot_ops.kernel.clock import at_local
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from pilot_ops.meals.domain import Count, Group, Record, Weather, totals_of
from pilot_ops.schedule.domain import CancelReason, MealDay

_NAMESPACE = UUID("0c3f6f3e-5a53-4a8e-9a0e-2f5d0a6b7c11")
# The parks of the demonstration and how many children come there on a usual day.
USUAL = {"Suvela": 98, "Matinkylä": 79, "Karakallio": 75, "Soukka": 62}
# Where the parks of the programme are, and their names in Swedish where the district has one. The city's list has no
# coordinates: these WGS 84 degrees were estimated from the addresses, right to some hundred metres, which is enough to
# show how the nearest park is found. A city that begins for real looks its own up.
_ON_THE_MAP = {
    "Suvela": ("60.2003", "24.6645", "Södrik"),
    "Järvenperä": ("60.2310", "24.6905", "Träskända"),
    "Kylätalo Palttina": ("60.1893", "24.6000", ""),
    "Hiirisuo": ("60.2895", "24.7490", ""),
    "Soukka": ("60.1404", "24.6705", "Sökö"),
    "Kivenlahti": ("60.1526", "24.6385", "Stensvik"),
    "Latokaski": ("60.1795", "24.6545", "Ladusved"),
    "Pisa": ("60.1690", "24.7005", ""),
    "Leppävaara": ("60.2238", "24.8130", "Alberga"),
    "Perkkaa": ("60.2118", "24.8185", ""),
    "Karakallio": ("60.2228", "24.7625", "Karabacka"),
    "Viherkallio": ("60.2285", "24.8010", ""),
    "Olari": ("60.1736", "24.7345", "Olars"),
    "Matinkylä": ("60.1562", "24.7405", "Mattby"),
    "Tapiola": ("60.1845", "24.8015", "Hagalund"),
    "Mankkaa": ("60.1935", "24.7765", "Mankans"),
}
# The dishes of a week, made up: in three languages, with their diet marks.
_MENUS = (
    (
        "Makaronilaatikko; kasvis: linssi-makaronilaatikko",
        "Makaronilåda; vegetariskt: makaronilåda med linser",
        "Macaroni casserole; vegetarian: lentil macaroni casserole",
        "L",
    ),
    (
        "Broilerikeitto; kasvis: juureskeitto",
        "Kycklingsoppa; vegetariskt: rotfruktssoppa",
        "Chicken soup; vegetarian: root vegetable soup",
        "L, G",
    ),
    (
        "Lohikeitto; kasvis: linssikeitto",
        "Laxsoppa; vegetariskt: linssoppa",
        "Salmon soup; vegetarian: lentil soup",
        "L, G",
    ),
    (
        "Pinaattikeitto ja kananmuna; kasvis: pinaattikeitto",
        "Spenatsoppa och ägg; vegetariskt: spenatsoppa",
        "Spinach soup and egg; vegetarian: spinach soup",
        "L",
    ),
    (
        "Jauhelihakastike ja perunat; kasvis: soijakastike ja perunat",
        "Köttfärssås och potatis; vegetariskt: sojasås och potatis",
        "Minced meat sauce and potatoes; vegetarian: soya sauce and potatoes",
        "L, G",
    ),
)
PORTION_PRICE = Money(272)
DAILY_FEE = Money(1500)
_RATE = Money(1985)
_WEEKDAYS = (0.93, 1.0, 1.05, 1.03, 0.95)
_FIRST_DAYS = (0.72, 0.83, 0.93)


def place_of(park: str) -> dict[str, Any]:
    """What a park's details say about where it is and what it is called in Swedish."""
    latitude, longitude, swedish = _ON_THE_MAP[park]
    return {"latitude": Decimal(latitude), "longitude": Decimal(longitude), "name_sv": swedish}


def menu_of(day: date) -> tuple[Translated, str]:
    """The dishes of a day and their diet marks."""
    finnish, swedish, english, diets = _MENUS[day.weekday() % len(_MENUS)]
    return Translated(finnish, swedish, english), diets


def number(limit: int, *about: object) -> int:
    """A number below a limit that follows from what it is about."""
    return int.from_bytes(sha256("|".join(map(str, about)).encode()).digest()[:8], "big") % limit


def children_of(park: str, day: date, place: int) -> int:
    """How many children ate in a park on its so-manyeth day: word gets round, and weekdays differ."""
    rising = _FIRST_DAYS[place] if place < len(_FIRST_DAYS) else 1.0
    usual = USUAL[park] * rising * _WEEKDAYS[min(day.weekday(), 4)]
    return round(usual) + number(9, park, day) - 4


def count_of_day(park: str, day: date, place: int) -> Count:
    """The count of a day."""
    children = children_of(park, day, place)
    young = round(children * (0.36 + number(9, "young", park, day) / 100))
    return Count(
        under_school_age=young,
        school_age=children - young,
        second_helpings=number(4, "second", park, day),
        adults=number(3, "adults", park, day),
        turned_away=max(0, children - ordered_of(park, place)) and number(4, "turned", park, day),
    )


def ordered_of(park: str, place: int) -> int:
    """Portions ordered: 80 at first, then what experience says."""
    return 80 if place < 5 else round(USUAL[park] / 5 + 1) * 5


def record_of_day(park: str, day: date, count: Count, ordered: int) -> Record:
    """What was written down when the day was closed: in balance, but for a day now and then."""
    delivered = max(ordered, count.served)
    rest = delivered - count.served
    waste = rest // 3
    odd = number(17, "odd", park, day) == 0 and rest > 2
    return Record(
        delivered=delivered,
        leftover=rest - waste - (2 if odd else 0),
        waste=waste,
        temp_receipt=Fraction(68 + number(9, "receipt", park, day)),
        temp_serving=Fraction(63 + number(7, "serving", park, day)),
        weather=list(Weather)[number(3, "weather", day)],
        note=_note(odd=odd, more=delivered > ordered),
    )


def _note(*, odd: bool, more: bool) -> str:
    if odd:
        return "Kaksi annosta jäi kirjaamatta"
    return "Keittiö lähetti lisää annoksia" if more else ""


def taps_of_day(day: MealDay, count: Count) -> Iterator[Tap]:
    """A day's count as taps through the serving window."""
    changes = [
        (group, change)
        for group, total in totals_of(count).items()
        for change in [5] * (total // 5) + [1] * (total % 5)
    ]
    changes.sort(key=lambda change: number(10**9, day.day, change[0], change[1]))
    opens = at_local(day.day, day.window.starts)
    for place, (group, change) in enumerate(changes):
        at = opens + timedelta(seconds=3300 * place // max(len(changes), 1))
        yield Tap(uuid5(_NAMESPACE, f"{day.id} {place}"), day.id, Group(group).value, change, at)


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A day that was cancelled."""

    reason: CancelReason
    note: str
    food_billed: bool


def cancelled_of(park: str, day: date) -> Cancelled | None:
    """The one cancelled day of the finished pilot: a thunderstorm over Soukka, too late to stop the food."""
    if park == "Soukka" and day == date(2024, 7, 19):
        return Cancelled(CancelReason.WEATHER, "Ukkonen ja rankkasade", food_billed=True)
    return None


def entries_of(days: dict[str, list[MealDay]], *, today: date) -> Iterator[tuple[Entry, datetime]]:
    """The ledger of a pilot: an invoice for each park and finished week, hours, and shared purchases."""
    first = min(day.day for park_days in days.values() for day in park_days)
    for park, park_days in days.items():
        for monday, week in _weeks(park_days):
            yield from _week_entries(park, monday, week, today)
    shared = (
        (0, Category.SUPPLIES, 38_640, SplitKey.EQUAL, "Servetit, hanskat ja pyyhkeet"),
        (1, Category.TRANSPORT, 18_800, SplitKey.PLANNED_DAYS, "Kuljetuslaatikoiden vuokra"),
        (14, Category.SUPPLIES, 12_615, SplitKey.MEALS, "Kertakäyttöastiat"),
    )
    for after, category, cents, key, text in shared:
        day = first + timedelta(days=after)
        if day <= today:
            yield Entry(_id(first, text), day, category, Money(cents), None, key, text), _noon(day)


def _weeks(days: list[MealDay]) -> Iterator[tuple[date, list[MealDay]]]:
    by_week: dict[date, list[MealDay]] = {}
    for day in days:
        by_week.setdefault(day.day - timedelta(days=day.day.weekday()), []).append(day)
    yield from by_week.items()


def _week_entries(park: str, monday: date, week: list[MealDay], today: date) -> Iterator[tuple[Entry, datetime]]:
    park_id, friday = week[0].park_id, monday + timedelta(days=4)
    if friday > today:
        return
    hours = Fraction(len(week) * 7, 2)
    worked = Money((_RATE * hours).rounded())
    staff = Entry(
        _id(park_id, monday, "staff"),
        friday,
        Category.STAFF,
        worked,
        park_id,
        description="Kesätyöntekijät",
        hours=hours,
        rate=_RATE,
    )
    yield staff, _noon(friday)
    billed = friday + timedelta(days=7)
    if billed > today:
        return
    portions = sum(day.ordered or 0 for day in week)
    # One invoice in five bills some portions too many, so that matching has something to say.
    extra = 0 if number(5, "invoice", park, monday) else PORTION_PRICE.whole_cents * (1 + number(6, park, monday))
    invoice = Entry(
        _id(park_id, monday, "invoice"),
        billed,
        Category.CATERING,
        PORTION_PRICE * portions + DAILY_FEE * len(week) + Money(extra),
        park_id,
        description=f"Ateriapalvelun lasku, viikko {monday.isocalendar().week}",
        voucher=f"{monday:%Y}-{number(9000, park, monday) + 1000}",
        service_from=week[0].day,
        service_to=week[-1].day,
    )
    yield invoice, _noon(billed)


def _id(*about: object) -> UUID:
    return uuid5(_NAMESPACE, "|".join(map(str, about)))


def _noon(day: date) -> datetime:
    return at_local(day, time(12, 0))
