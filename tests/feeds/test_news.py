"""News of changes, maps, and what search engines look for, each read by a reader of its kind."""

from __future__ import annotations

import json
from datetime import timedelta
from xml.etree.ElementTree import fromstring

import feedparser
from flask import Flask

from pilot_ops.events import service as events
from pilot_ops.events.domain import Status
from pilot_ops.feeds.domain import Change, faults, news_of
from pilot_ops.feeds.export.site import PAGES
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.text import Translated
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import CancelReason
from tests.feeds.examples import CANCELLED, LUNCH, MOVED, POSTPONED, WALK, make_event
from tests.feeds.test_calendars import TODAY, make_pilot_now
from tests.support.builders import ADMIN, calendar_with, make_park, make_pilot
from tests.support.databases import work
from tests.support.page import PageClient

FEEDS = (
    "/feeds/lunch.ics",
    "/feeds/events.ics",
    "/feeds/linked-events.json",
    "/feeds/parks.geojson",
    "/feeds/events.geojson",
    "/feeds/changes.rss",
    "/sitemap.xml",
    "/robots.txt",
)


def test_what_is_news() -> None:
    changes = [(item.change, item.of.id) for item in news_of([LUNCH, WALK, CANCELLED, POSTPONED, MOVED])]
    assert (Change.CANCELLED, CANCELLED.id) in changes
    assert (Change.POSTPONED, POSTPONED.id) in changes
    assert (Change.MOVED, MOVED.id) in changes
    assert (Change.PUBLISHED, WALK.id) in changes
    assert LUNCH.id not in {key for _change, key in changes}
    times = [item.at for item in news_of([WALK, CANCELLED])]
    assert times == sorted(times, reverse=True)
    assert len(news_of([WALK] * 5, most=2)) == 2


def test_a_change_keeps_its_id_and_another_has_another() -> None:
    (moved,) = [item for item in news_of([MOVED]) if item.change is Change.MOVED]
    assert moved.guid == f"pilot-ops:{MOVED.id}:moved:20260707T1000Z"
    assert len({item.guid for item in news_of([WALK, CANCELLED, POSTPONED, MOVED])}) == 7


def test_changes_are_read_as_news(app: Flask, client: PageClient) -> None:
    _pilot, days = make_pilot_now(app)
    with work(app) as session:
        event = make_event(session)
        later = event.starts_at + timedelta(days=1)
        events.reschedule(session, ADMIN, event_id=event.id, starts_at=later, ends_at=None, at=now())
        why = {"reason": CancelReason.WEATHER, "note": "", "food_billed": False}
        schedule.cancel_day(session, ADMIN, day_id=days[0].id, at=now() + timedelta(seconds=1), **why)
        make_event(session, Status.DRAFT)
    response = client.get("/feeds/changes.rss?lang=sv")
    found = feedparser.parse(response.data)
    assert not found.bozo, found.get("bozo_exception")
    assert (found.version, found.feed.language) == ("rss20", "sv")
    assert [link.href for link in found.feed.links if link.rel == "self"] == [
        "http://127.0.0.1:8000/feeds/changes.rss?lang=sv"
    ]
    titles = [entry.title for entry in found.entries]
    assert [title.partition(":")[0] for title in titles] == ["Inställd", "Ny tid", "Nytt evenemang"]
    assert titles[1].endswith("Skogsutflykt")
    assert all(entry.published_parsed and not entry.guidislink for entry in found.entries)
    again = feedparser.parse(client.get("/feeds/changes.rss?lang=en").data)
    assert [entry.id for entry in again.entries] == [entry.id for entry in found.entries]
    with work(app) as session:
        events.change_event(
            session,
            ADMIN,
            event_id=event.id,
            details=event.details,
            starts_at=later + timedelta(days=1),
            ends_at=None,
            seen=event.sequence + 1,
            at=now(),
        )
    moved = feedparser.parse(client.get("/feeds/changes.rss").data)
    assert len({entry.id for entry in moved.entries} - {entry.id for entry in found.entries}) == 1


def test_parks_are_on_the_map_with_todays_lunch(app: Flask, client: PageClient) -> None:
    pilot, days = make_pilot_now(app)
    with work(app) as session:
        make_park(session, name="Toinen", latitude=60, longitude=24)
        make_event(session)
    response = client.get("/feeds/parks.geojson?lang=sv")
    assert response.mimetype == "application/geo+json"
    found = json.loads(response.data)
    other, park = sorted(found["features"], key=lambda it: it["properties"]["name"], reverse=True)
    assert (found["type"], park["type"], park["id"]) == ("FeatureCollection", "Feature", str(pilot.park_ids[0]))
    assert (other["geometry"], park["geometry"]) == ({"type": "Point", "coordinates": [24.0, 60.0]}, None)
    assert park["properties"]["lunch"]["status"] == "EventScheduled"
    assert park["properties"]["lunch"]["starts"].startswith(days[0].day.isoformat())
    assert other["properties"]["lunch"] is None
    (event,) = json.loads(client.get("/feeds/events.geojson?lang=sv").data)["features"]
    assert event["geometry"] == {"type": "Point", "coordinates": [24.5247, 60.3075]}
    assert event["properties"]["name"] == "Skogsutflykt"
    assert len(event["properties"]["accessibility"]) == 2


def test_linked_events_of_everything_may_be_published(app: Flask, client: PageClient) -> None:
    make_pilot_now(app)
    with work(app) as session:
        for status in Status:
            make_event(session, status)
        make_event(session, name=Translated("PERUTTU: Retki"), summary=Translated("x" * 160))
    found = json.loads(client.get("/feeds/linked-events.json").data)
    assert found["meta"]["count"] == len(found["data"]) == 7
    assert [faults(item) for item in found["data"]] == [()] * 7
    assert sum(item["super_event_type"] == "recurring" for item in found["data"]) == 1


def test_everything_is_valid_when_there_is_nothing(client: PageClient) -> None:
    assert feedparser.parse(client.get("/feeds/changes.rss").data).entries == []
    for path in ("/feeds/parks.geojson", "/feeds/events.geojson"):
        assert json.loads(client.get(path).data) == {"type": "FeatureCollection", "features": []}
    assert json.loads(client.get("/feeds/linked-events.json").data)["data"] == []
    assert len(fromstring(client.get("/sitemap.xml").data)) >= 3 * len({"/lunch", "/outdoors", "/feeds"})


def test_feeds_are_kept_without_a_cookie(client: PageClient) -> None:
    for path in FEEDS:
        response = client.get(path)
        assert response.status_code == 200, path
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"].startswith("public, max-age="), path
        assert client.get(path, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304, path


def test_search_engines_find_each_page_in_each_language(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        park, event = make_park(session), make_event(session)
        draft = make_event(session, Status.DRAFT)
    text = client.get("/sitemap.xml").get_data(as_text=True)
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    root = fromstring(text)
    known = {rule.rule for rule in app.url_map.iter_rules()}
    places = [str(element.text) for element in root.findall("s:url/s:loc", names)]
    for path in (f"/lunch/{park.id}", f"/outdoors/{event.id}", *(page for page in PAGES if page in known)):
        assert [f"http://127.0.0.1:8000{path}?lang={language}" in places for language in ("fi", "sv", "en")] == [
            True
        ] * 3
    assert str(draft.id) not in text
    for url in root.findall("s:url", names):
        others = [link.get("hreflang") for link in url.findall("x:link", names)]
        assert others == ["fi", "sv", "en", "x-default"]
        assert url.findtext("s:loc", namespaces=names) in {link.get("href") for link in url.findall("x:link", names)}


def test_robots_read_public_pages_alone(client: PageClient) -> None:
    lines = client.get("/robots.txt").get_data(as_text=True).splitlines()
    assert "Disallow: /" in lines
    assert "Allow: /lunch" in lines
    assert not any("ticket" in line for line in lines)
    assert lines[-1] == "Sitemap: http://127.0.0.1:8000/sitemap.xml"


def test_a_demonstration_is_told_of_only_while_nothing_is_real(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        shown = {"calendar": calendar_with(TODAY), "weekdays": 0b1111111, "starts_on": TODAY, "ends_on": TODAY}
        make_pilot(session, [make_park(session, name="Näytepuisto")], **shown, demo=True)
    feeds = ("/feeds/lunch.ics", "/feeds/linked-events.json", "/feeds")
    assert all("Näytepuisto" in client.get(path).text for path in feeds)
    with work(app) as session:
        make_pilot(session, [make_park(session, name="Suvela")], **shown)
    assert not any("Näytepuisto" in client.get(path).text for path in feeds)
    assert all("Suvela" in client.get(path).text for path in feeds)
    parks = json.loads(client.get("/feeds/parks.geojson").data)["features"]
    served = {park["properties"]["name"] for park in parks if park["properties"]["lunch"]}
    assert served == {"Suvela"}


def test_an_event_that_goes_on_or_waits_is_still_told_of(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        goes_on = make_event(session, starts_at=now() - timedelta(days=2), name=Translated("Viikkoleiri"))
        given = {"event_id": goes_on.id, "details": goes_on.details, "starts_at": goes_on.starts_at, "at": now()}
        ends_at = now() + timedelta(days=2)
        events.change_event(session, ADMIN, **given, ends_at=ends_at, seen=goes_on.sequence)
        waits = make_event(session, Status.POSTPONED, starts_at=now() - timedelta(days=3))
        over = make_event(session, starts_at=now() - timedelta(days=3))
    for path in ("/feeds/linked-events.json", "/feeds/events.geojson", "/sitemap.xml"):
        told = client.get(path).text
        assert [str(event.id) in told for event in (goes_on, waits, over)] == [True, True, False], path
