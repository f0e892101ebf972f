"""schema.org: read by a processor of JSON-LD, and put into a page so that nothing can break out of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from flask import Flask
from pyld import jsonld
from werkzeug.test import TestResponse

from pilot_ops.events.domain import Status
from pilot_ops.feeds.domain import json_ld, json_ld_list
from pilot_ops.feeds.routes.data_in_pages import event_data, lunch_data
from pilot_ops.kernel.text import Translated
from pilot_ops.parks.queries import get_park
from pilot_ops.schedule.queries import list_days
from tests.feeds.examples import ADDRESSES, CANCELLED, LUNCH, MOVED, POSTPONED, WALK, make_event
from tests.feeds.test_calendars import make_pilot_now
from tests.support.builders import make_park, make_pilot
from tests.support.databases import work
from tests.support.page import PageClient, soup

S = "https://schema.org/"
# What schema.org says of the properties that hold addresses of things and moments, without asking it.
_CONTEXT = {
    "@context": {
        "@vocab": S,
        "url": {"@type": "@id"},
        "eventStatus": {"@type": "@id"},
        "eventAttendanceMode": {"@type": "@id"},
        "startDate": {"@type": f"{S}DateTime"},
    }
}


def _load(url: str, _options: Any) -> dict[str, Any]:
    assert url.rstrip("/") == "https://schema.org"
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": _CONTEXT}


def expanded(data: Any) -> list[dict[str, Any]]:
    """What a processor makes of it."""
    found: list[dict[str, Any]] = jsonld.expand(data, {"documentLoader": _load})
    return found


def data_in(page: TestResponse) -> Any:
    """The JSON-LD of a page, or None."""
    script = soup(page).find("script", {"type": "application/ld+json"})
    return json.loads(script.string or "") if script else None


def one(item: dict[str, Any], name: str) -> Any:
    (value,) = item[S + name]
    return value.get("@value", value.get("@id", value))


def test_an_event_is_read_as_an_event() -> None:
    (item,) = expanded(json_ld(WALK, ADDRESSES, "sv"))
    assert item["@type"] == [f"{S}Event"]
    assert one(item, "name") == "Tillgänglig naturutflykt"
    assert one(item, "startDate") == "2026-07-07T13:00:00+03:00"
    assert one(item, "eventStatus") == f"{S}EventScheduled"
    assert one(item, "eventAttendanceMode") == f"{S}OfflineEventAttendanceMode"
    assert one(item, "isAccessibleForFree") is False
    assert one(item, "url") == f"https://pilot.example.fi/outdoors/{WALK.id}?lang=sv"
    place = one(item, "location")
    assert [one(feature, "name") for feature in place[f"{S}amenityFeature"]] == ["Rutt 800 m", "Tillgänglig toalett"]
    assert one(one(place, "address"), "streetAddress") == "Haukkalammentie 32"
    assert one(one(item, "organizer"), "name") == "Espoon liikuntapalvelut"
    assert one(one(item, "offers"), "description") == "5 €, assistenten gratis"
    assert len(item[f"{S}audience"]) == 2


def test_a_lunch_is_free_food() -> None:
    (item,) = expanded(json_ld_list([LUNCH], ADDRESSES, "fi"))
    assert item["@type"] == [f"{S}FoodEvent"]
    assert one(item, "isAccessibleForFree") is True
    assert one(one(item, "offers"), "price") == 0
    assert [value["@value"] for value in item[f"{S}inLanguage"]] == ["fi", "sv"]
    assert one(one(one(item, "location"), "geo"), "latitude") == 60.1385


def test_what_happened_is_in_its_status() -> None:
    states = [one(expanded(json_ld(found, ADDRESSES, "fi"))[0], "eventStatus") for found in (CANCELLED, POSTPONED)]
    assert states == [f"{S}EventCancelled", f"{S}EventPostponed"]
    (moved,) = expanded(json_ld(MOVED, ADDRESSES, "fi"))
    assert one(moved, "eventStatus") == f"{S}EventRescheduled"
    assert one(moved, "previousStartDate") == "2026-07-06T13:00:00+03:00"
    assert one(expanded(json_ld(CANCELLED, ADDRESSES, "fi"))[0], "description").startswith("Ukkosvaara\n\n")


def test_nothing_in_a_page_ends_the_data(app: Flask) -> None:
    evil = Translated("</script><script>alert(1)</script><!-- & \u2028")
    with work(app) as session:
        event = make_event(session, name=evil, organiser=evil.fi)
    with app.test_request_context("/outdoors"):
        html = str(event_data(event))
        assert str(event_data(replace(event, status=Status.DRAFT))) == ""
    assert html.startswith('<script type="application/ld+json">{')
    assert html.count("<") == 2
    assert html.endswith("}</script>")
    data = app.json.loads(html.removeprefix('<script type="application/ld+json">').removesuffix("</script>"))
    assert data["name"] == "</script><script>alert(1)</script><!-- &"


def test_a_park_tells_of_its_lunches(app: Flask) -> None:
    with work(app) as session:
        pilot = make_pilot(session, [make_park(session, name="Suvela")])
        park, days = get_park(session, pilot.park_ids[0]), list_days(session, pilot_id=pilot.id)
    with app.test_request_context("/lunch?lang=en"):
        html = str(lunch_data(park, days[:2]))
        assert str(lunch_data(park, ())) == ""
    data = app.json.loads(html.removeprefix('<script type="application/ld+json">').removesuffix("</script>"))
    assert [item["@type"] for item in expanded(data)] == [[f"{S}FoodEvent"]] * 2


def test_a_page_of_a_park_carries_its_lunches(app: Flask, client: PageClient) -> None:
    pilot, days = make_pilot_now(app)
    found = data_in(client.get(f"/lunch/{pilot.park_ids[0]}?lang=sv"))
    assert [one(item, "name") for item in expanded(found)] == ["Parklunch: Södrik"] * len(days)
