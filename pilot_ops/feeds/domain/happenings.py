"""Meal days and events as happenings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

from pilot_ops.events.domain import Audience, Event, Status
from pilot_ops.feeds.domain.values import LANGUAGES, Gathering, Happening, Kind, Where
from pilot_ops.feeds.domain.words import clean_title, short
from pilot_ops.kernel.clock import at_local
from pilot_ops.kernel.text import Translated
from pilot_ops.parks.domain import Park
from pilot_ops.schedule.domain import CancelReason, DayStatus, MealDay
from pilot_ops.units.domain import Unit

_PLACES = UUID("6d0b4ff9-6f0a-4f0e-a6f1-6c9b2fd1b3f2")
_LUNCHES = UUID("0a3c0f0e-7a37-4f43-9a3a-5f0a1c8f5d11")


@dataclass(frozen=True, slots=True)
class LunchWords:
    """What is said of every lunch, in one language; ``%(park)s``, ``%(menu)s`` and their like are filled in."""

    name: str
    lead: str
    menu: str
    diets: str
    changes: str
    cancelled: str
    reasons: Mapping[CancelReason, str]


def where_of_park(park: Park, unit: Unit | None) -> Where:
    """A park as a place; by its number in the service map, if that is known."""
    found = park.details
    own = unit.key if unit else f"pilot-ops:{park.id}"
    address = (found.address, found.postal_code, found.city)
    return Where(own, park.names, *address, latitude=found.latitude, longitude=found.longitude, unit=unit)


def lunch_of(day: MealDay, park: Park, unit: Unit | None, words: Mapping[str, LunchWords], organiser: str) -> Happening:
    """A meal day as a happening."""
    cancelled = day.status is DayStatus.CANCELLED
    return Happening(
        id=day.id,
        kind=Kind.LUNCH,
        name=_each(lambda language: words[language].name % {"park": park.names.to(language)}),
        summary=_each(lambda language: short(words[language].lead % _times(day))),
        text=_each(lambda language: _lunch_text(day, words[language], language)),
        starts_at=at_local(day.day, day.window.starts),
        ends_at=at_local(day.day, day.window.ends),
        where=where_of_park(park, unit),
        status=Status.CANCELLED if cancelled else Status.PUBLISHED,
        notice=_each(lambda language: _lunch_notice(day, words[language])) if cancelled else Translated(""),
        organiser=organiser,
        audiences=frozenset({Audience.FAMILIES}),
        languages=frozenset({"fi", "sv"}),
        gathering=lunches_id(park.id),
        park_id=park.id,
        sequence=day.sequence,
        changed_at=day.changed_at,
    )


def lunches_id(park_id: UUID) -> UUID:
    """The id of all lunches of a park together."""
    return uuid5(_LUNCHES, str(park_id))


def _each(make: Callable[[str], str]) -> Translated:
    return Translated(*(make(language) for language in LANGUAGES))


def _times(day: MealDay) -> dict[str, str]:
    starts, ends = day.window.starts, day.window.ends
    return {"starts": f"{starts.hour}.{starts.minute:02d}", "ends": f"{ends.hour}.{ends.minute:02d}"}


def _lunch_text(day: MealDay, words: LunchWords, language: str) -> str:
    parts = [words.lead % _times(day)]
    if menu := day.menu.to(language):
        parts.append(words.menu % {"menu": menu})
    if day.diets:
        parts.append(words.diets % {"diets": day.diets})
    if menu or day.diets:
        parts.append(words.changes)
    return "\n\n".join(parts)


def _lunch_notice(day: MealDay, words: LunchWords) -> str:
    # What the staff wrote down is theirs; families are told the kind of reason.
    if day.cancel_reason is None or day.cancel_reason is CancelReason.OTHER:
        return f"{words.cancelled}."
    return f"{words.cancelled}: {words.reasons[day.cancel_reason]}."


def event_of(event: Event, facts: Mapping[str, tuple[str, ...]], unit: Unit | None) -> Happening:
    """An event as a happening, in the languages it is complete in; what is missing in Finnish is said by its name."""
    details = event.details
    return Happening(
        id=event.id,
        kind=Kind.EVENT,
        name=_complete(event, {language: clean_title(_raw(details.name, language)) for language in LANGUAGES}),
        summary=_complete(event, {language: _summary(event, language) for language in LANGUAGES}),
        text=_complete(event, {language: _text(event, language) for language in LANGUAGES}),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        where=_where(event, unit),
        status=event.status,
        notice=event.notice,
        organiser=details.organiser,
        audiences=details.audiences,
        languages=details.languages,
        price=details.price,
        capacity=details.capacity,
        facts=facts,
        link=details.link,
        gathering=event.series_id,
        sequence=event.sequence,
        changed_at=event.changed_at,
        published_at=event.published_at,
        moved_from=event.moved_from,
    )


def _raw(text: Translated, language: str) -> str:
    return str(getattr(text, language))


def _complete(event: Event, texts: Mapping[str, str]) -> Translated:
    details = event.details
    whole = [
        language
        for language in LANGUAGES
        if language == "fi" or all(_raw(t, language) for t in (details.name, details.summary, details.description))
    ]
    return Translated(**{"fi": "", **{language: texts[language] for language in whole}})


def _summary(event: Event, language: str) -> str:
    details = event.details
    return short(_raw(details.summary, language) or _raw(details.description, language) or _raw(details.name, language))


def _text(event: Event, language: str) -> str:
    return _raw(event.details.description, language) or _summary(event, language)


def _where(event: Event, unit: Unit | None) -> Where:
    venue = event.details.venue
    own = f"pilot-ops:{uuid5(_PLACES, f'{venue.name.fi}|{venue.address}|{venue.city}')}"
    known = unit.key if unit else ""
    return Where(
        venue.unit_id or known or own,
        venue.name,
        venue.address,
        city=venue.city,
        latitude=venue.latitude,
        longitude=venue.longitude,
        unit=unit,
    )


def gatherings(found: Iterable[Happening], names: Mapping[UUID, Translated]) -> tuple[Gathering, ...]:
    """The series that happenings belong to, each with its parts by their beginning."""
    parts: dict[UUID, list[Happening]] = {}
    for happening in found:
        if happening.gathering is not None:
            parts.setdefault(happening.gathering, []).append(happening)
    return tuple(
        Gathering(key, names.get(key, theirs[0].name), tuple(sorted(theirs, key=lambda part: part.starts_at)))
        for key, theirs in parts.items()
    )
