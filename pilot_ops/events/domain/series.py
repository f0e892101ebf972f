"""Series: events that repeat by an RRULE, with days on which they do not."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID

from dateutil.rrule import rrule, rrulestr

from pilot_ops.events.domain.values import Reason
from pilot_ops.kernel.clock import at_local, to_local
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import Translated

MOST_EVENTS = 100
_LONGEST = timedelta(days=2 * 366)
_DAYS = r"(?:MO|TU|WE|TH|FR|SA|SU)"
# What each part of a rule may be. Whatever these allow comes round within its interval, so that no rule is searched
# for ever; numbered weekdays (the second Tuesday) are of months.
_PARTS = {
    "FREQ": re.compile(r"DAILY|WEEKLY|MONTHLY"),
    "INTERVAL": re.compile(r"[1-9]\d?"),
    "COUNT": re.compile(r"[1-9]\d{0,2}"),
    "UNTIL": re.compile(r"[12]\d{7}(?:T\d{6}Z?)?"),
    "BYDAY": re.compile(rf"(?:[1-4]|-1)?{_DAYS}(?:,(?:[1-4]|-1)?{_DAYS})*"),
    "WKST": re.compile(r"MO|SU"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A repetition rule of RFC 5545, checked: ``FREQ=WEEKLY;UNTIL=20260831``. Each event is at the same time of day."""

    text: str


@dataclass(frozen=True, slots=True)
class Series:
    """Events that were made by one rule."""

    id: UUID
    name: Translated
    rule: Rule
    first_starts_at: datetime
    except_days: tuple[date, ...] = ()


def read_rule(text: str) -> Rule:
    """A rule from text, with or without ``RRULE:``. Refused unless it is daily, weekly or monthly and has an end."""
    cleaned = "".join(text.split()).upper().removeprefix("RRULE:")
    parts = dict(part.partition("=")[::2] for part in cleaned.split(";") if part)
    known = all(key in _PARTS and _PARTS[key].fullmatch(value) for key, value in parts.items())
    numbered = any(character.isdigit() for character in parts.get("BYDAY", ""))
    if "FREQ" not in parts or not known or (numbered and parts["FREQ"] != "MONTHLY"):
        raise Refused(Reason.RULE_WRONG, "rule")
    if ("COUNT" in parts) == ("UNTIL" in parts):
        raise Refused(Reason.RULE_ENDLESS, "rule")
    if "UNTIL" in parts:
        parts["UNTIL"] = f"{_last_day(parts['UNTIL']):%Y%m%d}"
    return Rule(";".join(f"{key}={value}" for key, value in parts.items()))


def _last_day(text: str) -> date:
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise Refused(Reason.RULE_WRONG, "rule") from None


def occurrences(rule: Rule, first: datetime, except_days: Collection[date] = ()) -> tuple[datetime, ...]:
    """The moments at which the events of a series begin, ``first`` being the one it counts from.

    Each is at the same time on the Helsinki clock, summer and winter; ``except_days`` are left out. Refused if none is
    left, or if there are more than a hundred or they go on for more than two years.
    """
    begins = to_local(first)
    found = _rule(rule, begins.replace(tzinfo=None))
    days = [moment.date() for moment in islice(found, MOST_EVENTS + 1)]
    if len(days) > MOST_EVENTS or (days and days[-1] - begins.date() > _LONGEST):
        raise Refused(Reason.TOO_MANY_EVENTS, "rule", most=MOST_EVENTS)
    left = [day for day in days if day not in set(except_days)]
    if not left:
        raise Refused(Reason.RULE_EMPTY, "rule")
    return tuple(at_local(day, begins.time()) for day in left)


def _rule(rule: Rule, begins: datetime) -> rrule:
    """The rule on a clock without zones: its last day counts whole."""
    text = re.sub(r"UNTIL=(\d{8})", r"UNTIL=\1T235959", rule.text)
    found = rrulestr(text, dtstart=begins)
    assert isinstance(found, rrule)  # noqa: S101 - one rule is no set
    return found
