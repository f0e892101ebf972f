"""Linked Events: items worked by hand, and the rules of publishing, each of which can be broken."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from pilot_ops.events.domain import Status
from pilot_ops.feeds.domain import Gathering, faults, gatherings, linked_event, linked_feed, linked_gathering
from pilot_ops.kernel.text import Translated
from tests.feeds.examples import ADDRESSES, CANCELLED, LUNCH, MOVED, POSTPONED, WALK


def test_a_lunch_is_told_as_the_register_wants_it() -> None:
    item = linked_event(LUNCH, ADDRESSES, in_series=True)
    assert item["name"] == {"fi": "Puistoruokailu: Soukka", "sv": "Parklunch: Sökö", "en": "Park meal: Soukka"}
    assert (item["start_time"], item["end_time"]) == ("2026-07-01T08:30:00Z", "2026-07-01T09:30:00Z")
    assert (item["event_status"], item["publication_status"], item["type_id"]) == (
        "EventScheduled",
        "public",
        "General",
    )
    assert item["location"]["@id"] == "https://api.espoo.fi/events/v1/place/tprek:20355/"
    assert item["@id"] == f"https://pilot.example.fi/feeds/linked-events.json#pilot-ops:{LUNCH.id}"
    assert item["location"]["position"] == {"type": "Point", "coordinates": [24.6714, 60.1385]}
    assert item["keywords"][0] == {"@id": "https://api.espoo.fi/events/v1/keyword/yso:p3670/"}
    assert item["audience"] == [{"@id": "https://api.espoo.fi/events/v1/keyword/espoo:a1/"}]
    assert [offer["is_free"] for offer in item["offers"]] == [True]
    assert item["super_event"]["@id"].endswith(f"pilot-ops:{UUID(int=12)}")
    assert item["info_url"]["sv"] == f"https://pilot.example.fi/lunch/{UUID(int=13)}?lang=sv"
    assert faults(item) == ()


def test_an_event_has_its_accessibility_in_its_text_and_its_price_in_words() -> None:
    item = linked_event(WALK, ADDRESSES)
    assert item["name"] == {"fi": "Esteetön luontoretki", "sv": "Tillgänglig naturutflykt"}
    assert item["description"]["fi"] == (
        "<p>Kuljemme 800 metriä.</p><p>Tauolla on mehua &amp; pullaa.</p><p>Reitti 800 m<br>Esteetön WC</p>"
    )
    assert item["offers"][0]["is_free"] is False
    assert item["offers"][0]["price"] == {"fi": "5 €, avustaja maksutta", "sv": "5 €, assistenten gratis"}
    assert [who["@id"].split("/")[-2] for who in item["audience"]] == ["espoo:a1", "espoo:a5"]
    assert any("yso:p7071" in word["@id"] for word in item["keywords"])
    assert (item["super_event"], item["super_event_type"]) == (None, None)
    assert item["maximum_attendee_capacity"] == 20
    assert faults(item) == ()


def test_what_happened_is_in_the_status_and_not_in_the_title() -> None:
    cancelled, postponed, moved = (linked_event(found, ADDRESSES) for found in (CANCELLED, POSTPONED, MOVED))
    assert (cancelled["event_status"], cancelled["start_time"]) == ("EventCancelled", "2026-07-07T10:00:00Z")
    assert cancelled["description"]["sv"].startswith("<p>Risk för åska</p>")
    assert (postponed["event_status"], postponed["start_time"], postponed["end_time"]) == ("EventPostponed", None, None)
    assert moved["event_status"] == "EventRescheduled"
    assert {item["name"]["fi"] for item in (cancelled, postponed, moved)} == {"Esteetön luontoretki"}
    assert [faults(item) for item in (cancelled, postponed, moved)] == [(), (), ()]


def test_the_lunches_of_a_park_are_one_recurring_event() -> None:
    other = replace(LUNCH, id=UUID(int=14), starts_at=LUNCH.starts_at + timedelta(days=1), status=Status.CANCELLED)
    other = replace(other, ends_at=other.starts_at + timedelta(hours=1))
    (group,) = gatherings([other, LUNCH, WALK], {UUID(int=12): Translated("Puistoruokailu: Soukka")})
    item = linked_gathering(group, ADDRESSES)
    assert (item["super_event_type"], item["super_event"]) == ("recurring", None)
    assert [part["@id"].rpartition(":")[2] for part in item["sub_events"]] == [str(LUNCH.id), str(other.id)]
    assert (item["start_time"], item["end_time"]) == ("2026-07-01T08:30:00Z", "2026-07-02T09:30:00Z")
    assert item["event_status"] == "EventScheduled"
    assert faults(item) == ()
    gone = Gathering(group.id, group.name, tuple(replace(part, status=Status.CANCELLED) for part in group.parts))
    assert linked_gathering(gone, ADDRESSES)["event_status"] == "EventCancelled"


def test_a_feed_is_a_page_of_the_interface() -> None:
    group = Gathering(UUID(int=12), LUNCH.name, (LUNCH,))
    found = linked_feed([LUNCH, WALK], [group], ADDRESSES)
    assert found["meta"] == {"count": 3, "next": None, "previous": None}
    parent, lunch, walk = found["data"]
    assert lunch["super_event"] == {"@id": parent["@id"]}
    assert parent["sub_events"] == [{"@id": lunch["@id"]}]
    assert walk["super_event"] is None
    assert linked_feed([], [], ADDRESSES) == {"meta": {"count": 0, "next": None, "previous": None}, "data": []}


BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("name", {"name": {"sv": "Utflykt"}}),
    ("name", {"name": {"fi": "PERUTTU: Retki"}}),
    ("short_description", {"short_description": {"fi": "x" * 161, "sv": "y"}}),
    ("short_description", {"short_description": {"fi": "x"}}),
    ("description", {"description": {"fi": "x"}}),
    ("event_status", {"event_status": "Peruttu"}),
    ("publication_status", {"publication_status": "draft"}),
    ("type_id", {"type_id": "Party"}),
    ("keywords", {"keywords": []}),
    ("keywords", {"keywords": [{"@id": "https://api.espoo.fi/events/v1/keyword/espoo:a1/"}]}),
    ("audience", {"audience": [{"@id": "families"}]}),
    ("location", {"location": {"@id": "https://x.fi/espoo", "street_address": None, "position": None}}),
    ("offers", {"offers": []}),
    ("offers", {"offers": [{"is_free": True, "price": {"fi": "5 €"}}]}),
    ("start_time", {"start_time": None}),
    ("start_time", {"start_time": "2026-07-01T11:30:00+03:00"}),
    ("end_time", {"end_time": "2026-07-01T08:30:00Z"}),
    ("super_event_type", {"super_event_type": "weekly", "sub_events": [{"@id": "x"}]}),
    ("sub_events", {"super_event_type": "recurring"}),
    ("super_event", {"super_event_type": "recurring", "sub_events": [{"@id": "x"}], "super_event": {"@id": "y"}}),
]


@pytest.mark.parametrize(("field", "broken"), BROKEN)
def test_each_rule_of_publishing_is_checked(field: str, broken: dict[str, Any]) -> None:
    item = deepcopy(linked_event(WALK, ADDRESSES))
    assert faults(item) == ()
    assert [fault.partition(":")[0] for fault in faults(item | broken)][:1] == [field]
