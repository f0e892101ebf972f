"""Calendars to subscribe to."""

from __future__ import annotations

from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from pilot_ops.feeds import queries
from pilot_ops.feeds.domain import Happening
from pilot_ops.feeds.export import calendar
from pilot_ops.feeds.routes import bp
from pilot_ops.feeds.routes.answers import addresses, feed, language, since, telling
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.web.guard import public
from pilot_ops.kernel.web.kept import kept
from pilot_ops.kernel.web.tongues import by_link
from pilot_ops.parks.queries import get_park


@bp.get("/feeds/lunch.ics")
@public
@by_link
@kept
def lunch_calendar() -> ResponseReturnValue:
    """The lunches of all parks."""
    with reading() as session:
        found = queries.list_lunches(session, telling(), first=since())
    with force_locale(language()):
        name = _("Puistoruokailu")
    return _calendar(found, name, "/feeds/lunch.ics")


@bp.get("/feeds/lunch/<uuid:park_id>.ics")
@public
@by_link
@kept
def park_calendar(park_id: UUID) -> ResponseReturnValue:
    """The lunches of one park."""
    with reading() as session:
        park = get_park(session, park_id)
        found = queries.list_lunches(session, telling(), first=since(), park_id=park_id)
    with force_locale(language()):
        name = _("Puistoruokailu: %(park)s", park=park.names.to(language()))
    return _calendar(found, name, f"/feeds/lunch/{park_id}.ics")


@bp.get("/feeds/events.ics")
@public
@by_link
@kept
def event_calendar() -> ResponseReturnValue:
    """All events."""
    with reading() as session:
        found = queries.list_happenings(session, telling(), first=since())
    with force_locale(language()):
        name = _("Luontoliikuntatapahtumat")
    return _calendar(found, name, "/feeds/events.ics")


@bp.get("/feeds/events/<uuid:event_id>.ics")
@public
@by_link
@kept
def one_event(event_id: UUID) -> ResponseReturnValue:
    """One event."""
    with reading() as session:
        found = queries.get_happening(session, telling(), event_id)
    return _calendar((found,), found.name.to(language()), f"/feeds/events/{event_id}.ics")


def _calendar(found: tuple[Happening, ...], name: str, path: str) -> Response:
    content = calendar(found, addresses(), name=name, path=path, language=language())
    return feed(content, "text/calendar; charset=utf-8", name=path.rpartition("/")[2])
