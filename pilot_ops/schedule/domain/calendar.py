"""Weekdays, days off and months."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

import holidays

from pilot_ops.kernel.errors import Refused
from pilot_ops.schedule.domain.values import Reason

EVERY_DAY = 0b1111111

_FIRST_MIDSUMMER_EVE = 19

_FRIDAY = 4

_WEEKDAY_NAMES = (
    ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    ("ma", "ti", "ke", "to", "pe", "la", "su"),
)


def parse_weekdays(text: str) -> int:
    """Weekdays such as ``mon-fri``, ``mon,wed-fri`` or ``ma-pe`` as a mask; bit 0 is Monday. Refused otherwise."""
    mask = 0
    for part in text.replace(" ", "").lower().split(","):
        first, dash, last = part.partition("-")
        start, end = _weekday(first), _weekday(last if dash else first)
        days = range(start, end + 1) if start <= end else (*range(start, 7), *range(end + 1))
        mask |= sum(1 << day for day in days)
    return mask


def _weekday(name: str) -> int:
    for names in _WEEKDAY_NAMES:
        if name in names:
            return names.index(name)
    raise Refused(Reason.WEEKDAYS_WRONG, "weekdays", typed=name)


def weekdays_of(mask: int) -> tuple[int, ...]:
    """The weekdays of a mask, 0 for Monday."""
    return tuple(day for day in range(7) if mask >> day & 1)


def days_off(country: str, region: str, years: Collection[int], language: str = "fi") -> dict[date, str]:
    """Public holidays and customary days off with their names (Meal day rule 1).

    Midsummer Eve, the Friday from 19 to 25 June, is no public holiday in Finland but a day off in practice.
    """
    public = holidays.country_holidays(
        country, subdiv=region or None, years=list(years), language=_supported(country, language)
    )
    found = {day: name for day, name in public.items() if day.year in years}
    if country == "FI":
        for year in years:
            found.setdefault(
                midsummer_eve(year), {"sv": "Midsommarafton", "en": "Midsummer Eve"}.get(language, "Juhannusaatto")
            )
    return found


def _supported(country: str, language: str) -> str | None:
    wanted = {"fi": "fi", "sv": "sv_FI", "en": "en_US"}[language]
    return wanted if country == "FI" else None


def midsummer_eve(year: int) -> date:
    """The Friday before Midsummer Day: 21.6.2024, 20.6.2025, 19.6.2026, 25.6.2027."""
    first = date(year, 6, _FIRST_MIDSUMMER_EVE)
    return first + timedelta(days=(_FRIDAY - first.weekday()) % 7)


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def month_days(first: date) -> tuple[date, ...]:
    """The days of the calendar page of a month: whole weeks from Monday to Sunday."""
    start = first.replace(day=1)
    start -= timedelta(days=start.weekday())
    last = month_after(first) - timedelta(days=1)
    last += timedelta(days=6 - last.weekday())
    return tuple(days_between(start, last))


def month_after(day: date) -> date:
    """The first day of the next month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_before(day: date) -> date:
    """The first day of the month before."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def years_of(first: date, last: date) -> Sequence[int]:
    """The years that a season touches."""
    return range(first.year, last.year + 1)
