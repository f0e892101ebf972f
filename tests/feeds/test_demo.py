"""All of the demonstration, as others read it."""

from __future__ import annotations

import json

import feedparser
from flask import Flask

from pilot_ops.cli import demo
from pilot_ops.events.queries import list_events
from pilot_ops.feeds.domain import faults
from pilot_ops.parks.queries import list_parks
from tests.feeds.examples import make_event
from tests.feeds.test_calendars import events_in, read
from tests.feeds.test_schema import data_in, expanded
from tests.support.databases import work
from tests.support.page import PageClient


def test_everything_that_is_told_follows_the_rules(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        demo.load_into(session, app.config["PILOT_OPS"])
        make_event(session, demo=True)
        parks = list_parks(session)
        public = [event for event in list_events(session) if event.is_public]
    items = json.loads(client.get("/feeds/linked-events.json").data)["data"]
    assert [(item["id"], fault) for item in items for fault in faults(item)] == []
    lunches = [item for item in items if item["super_event"]]
    series = {item["@id"]: item for item in items if item["super_event_type"] == "recurring"}
    assert len(lunches) > 10
    assert {item["super_event"]["@id"] for item in lunches} == set(series)
    named = [part["@id"] for item in series.values() for part in item["sub_events"]]
    assert sorted(named) == sorted(item["@id"] for item in lunches)

    for language in ("fi", "sv", "en"):
        events = events_in(read(client.get(f"/feeds/lunch.ics?lang={language}").data))
        assert len(events) >= len(lunches)
        assert len(events_in(read(client.get(f"/feeds/events.ics?lang={language}").data))) == len(public)
        assert not feedparser.parse(client.get(f"/feeds/changes.rss?lang={language}").data).bozo
        for park in parks:
            found = data_in(client.get(f"/lunch/{park.id}?lang={language}"))
            for item in expanded(found) if found else ():
                assert item["@type"] == ["https://schema.org/FoodEvent"]
                assert item["https://schema.org/location"]
