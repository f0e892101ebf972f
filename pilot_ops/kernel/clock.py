"""Moments are aware UTC; days are dates in Helsinki. ``local_day`` is the only bridge between them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")


def now() -> datetime:
    """The present moment in UTC. Called at the edges only; everything below is told the time."""
    return datetime.now(UTC)


def local_day(moment: datetime) -> date:
    """The calendar day in Helsinki at an aware moment."""
    return to_local(moment).date()


def to_local(moment: datetime) -> datetime:
    """The same moment on a Helsinki clock. ValueError for a naive moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment must be aware")
    return moment.astimezone(HELSINKI)


def at_local(day: date, clock_time: time) -> datetime:
    """The UTC moment of a Helsinki wall-clock time on a day.

    A time that the spring change skips means the moment the clock jumps past it; a time that comes
    twice in autumn means the first of the two.
    """
    return datetime.combine(day, clock_time, tzinfo=HELSINKI).astimezone(UTC)
