"""What other services read: events and lunches, maps, news, and what search engines look for first."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from pilot_ops.feeds import queries
from pilot_ops.feeds.domain import events_map, linked_feed, news_of, parks_map
from pilot_ops.feeds.export import robots, rss, sitemap
from pilot_ops.feeds.export.site import PAGES
from pilot_ops.feeds.routes import bp
from pilot_ops.feeds.routes.answers import addresses, feed, json_feed, language, since, telling, today
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.web.guard import public
from pilot_ops.kernel.web.kept import kept
from pilot_ops.kernel.web.tongues import by_link

_A_YEAR = timedelta(days=366)


@bp.get("/feeds/linked-events.json")
@public
@kept
def linked_events() -> ResponseReturnValue:
    """Events and lunches as the city's register of events wants them, in every language at once."""
    words = telling()
    with reading() as session:
        found = (
            *queries.list_coming(session, words, today=today()),
            *queries.list_lunches(session, words, first=today()),
        )
        series = queries.list_gatherings(session, words, found)
    return json_feed(linked_feed(found, series, addresses()))


@bp.get("/feeds/parks.geojson")
@public
@by_link
@kept
def parks() -> ResponseReturnValue:
    """Parks on the map, each with today's lunch."""
    with reading() as session:
        places = {park_id: where for park_id, (_park, where) in queries.list_places(session).items()}
        lunches = queries.list_lunches(session, telling(), first=today(), last=today())
    by_park = {lunch.park_id: lunch for lunch in lunches if lunch.park_id}
    return json_feed(parks_map(places, by_park, addresses(), language()), "application/geo+json")


@bp.get("/feeds/events.geojson")
@public
@by_link
@kept
def events() -> ResponseReturnValue:
    """Events to come on the map."""
    with reading() as session:
        found = queries.list_coming(session, telling(), today=today(), last=today() + _A_YEAR)
    return json_feed(events_map(found, addresses(), language()), "application/geo+json")


@bp.get("/feeds/changes.rss")
@public
@by_link
@kept
def changes() -> ResponseReturnValue:
    """What was published, moved, put off or cancelled, as news."""
    words = telling()
    with reading() as session:
        found = (
            *queries.list_happenings(session, words, first=since()),
            *queries.list_lunches(session, words, first=since()),
        )
    with force_locale(language()):
        title = _("Puistoruokailun ja tapahtumien muutokset")
        about = _("Mitä on peruttu, lykätty tai siirretty, ja uudet tapahtumat.")
        content = rss(news_of(found), addresses(), title=title, about=about, language=language())
    return feed(content, "application/rss+xml; charset=utf-8")


@bp.get("/sitemap.xml")
@public
@kept
def site_map() -> ResponseReturnValue:
    """The public pages, for search engines."""
    with reading() as session:
        parks = [str(park_id) for park_id in queries.list_places(session)]
        found = queries.list_coming(session, telling(), today=today())
    return feed(sitemap(_pages(), parks, found, addresses()), "application/xml; charset=utf-8")


@bp.get("/robots.txt")
@public
@kept
def robots_file() -> ResponseReturnValue:
    """What search engines may read."""
    return feed(robots(_pages(), addresses()), "text/plain; charset=utf-8")


def _pages() -> list[str]:
    """The public pages of this service: what stands beside us may be left out."""
    here = {rule.rule for rule in current_app.url_map.iter_rules()}
    return [path for path in PAGES if path in here]
