"""Words of the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilot_ops.calendar.domain import Clash, Found, Kind, Look
from pilot_ops.events.domain import Event
from pilot_ops.events.labels import access_facts
from pilot_ops.kernel.web.i18n import clock, day, translated
from pilot_ops.parks.domain import Park

LOOKS = {Look.MONTH: _l("Kuukausi"), Look.WEEK: _l("Viikko"), Look.LIST: _l("Luettelo")}
KINDS = {Kind.ALL: _l("Kaikki"), Kind.MEALS: _l("Ruokailut"), Kind.EVENTS: _l("Tapahtumat")}


@dataclass(frozen=True, slots=True)
class Sign:
    """An icon of accessibility, and all that it stands for in words."""

    icon: str
    text: str


def signs_of(event: Event) -> list[Sign]:
    """An event's accessibility as icons for a small box: each once, with the words of all facts that have it."""
    words: dict[str, list[str]] = {}
    for fact in access_facts(event.details.access):
        words.setdefault(fact.icon, []).append(fact.text)
    return [Sign(icon, ", ".join(texts)) for icon, texts in words.items()]


def clash_sentence(found: Found, parks: Mapping[UUID, Park]) -> str:
    """What gets in what's way, and when, in words."""
    park = parks[found.meal.park_id].name if found.meal else ""
    names = [str(translated(event.name)) for event in found.events]
    match found.clash:
        case Clash.EVENT_AT_MEAL:
            at = _times(found)
            return str(
                _("%(event)s on samassa paikassa kuin ruokailu: %(park)s, %(at)s.", event=names[0], park=park, at=at)
            )
        case Clash.EVENTS_TOGETHER:
            return str(
                _(
                    "%(one)s ja %(other)s ovat %(day)s samaan aikaan samassa paikassa: %(place)s.",
                    one=names[0],
                    other=names[1],
                    place=translated(found.events[0].details.venue.name),
                    day=day(found.day),
                )
            )
        case Clash.MEAL_IN_CLOSURE:
            return str(_("%(park)s on suljettu %(day)s, mutta siellä on ruokailu.", park=park, day=day(found.day)))


def _times(found: Found) -> str:
    """``ke 1.7. klo 11.30–12.30``: when the meal is served."""
    assert found.meal is not None  # noqa: S101 - an event that meets a meal meets one
    window = found.meal.window
    return str(
        _("%(day)s klo %(starts)s–%(ends)s", day=day(found.day), starts=clock(window.starts), ends=clock(window.ends))
    )
