"""What the public pages of other slices put into themselves for search engines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import current_app
from markupsafe import Markup

from pilot_ops.events.domain import Event
from pilot_ops.feeds.domain import event_of, json_ld, json_ld_list, lunch_of
from pilot_ops.feeds.labels import facts_of
from pilot_ops.feeds.routes import bp
from pilot_ops.feeds.routes.answers import addresses, telling
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.web.i18n import page_language
from pilot_ops.parks.domain import Park
from pilot_ops.schedule.domain import MealDay
from pilot_ops.units.domain import Unit
from pilot_ops.units.queries import find_unit_at


@bp.app_template_global("event_data")
def event_data(event: Event) -> Markup:
    """An event as JSON-LD, for a page about it; nothing of a draft."""
    if not event.is_public:
        return Markup("")
    venue = event.details.venue
    found = event_of(event, facts_of(event), _unit(venue.unit_id, venue.park_id))
    return _script(json_ld(found, addresses(), page_language()))


@bp.app_template_global("lunch_data")
def lunch_data(park: Park, days: Iterable[MealDay]) -> Markup:
    """The lunches of a park as JSON-LD, for a page about it."""
    words, unit = telling(), _unit("", park.id)
    found = [lunch_of(day, park, unit, words.words, words.organiser) for day in days]
    return _script(json_ld_list(found, addresses(), page_language())) if found else Markup("")


def _unit(key: str, park_id: UUID | None) -> Unit | None:
    with reading() as session:
        return find_unit_at(session, key, park_id)


def _script(data: Any) -> Markup:
    """Data for machines in a page. It is not run, and no sign is left in it that could end the element."""
    text = current_app.json.dumps(data, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))  # noqa: S704
