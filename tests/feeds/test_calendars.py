"""Calendars, read back by a reader that is not the writer's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import vobject
from flask import Flask

from pilot_ops.events import service as events
from pilot_ops.events.domain import Status
from pilot_ops.feeds.export import calendar
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.text import Translated
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import CancelReason, MealDay, Pilot, ServingWindow
from pilot_ops.schedule.queries import list_days
from tests.feeds.examples import ADDRESSES, CANCELLED, CHANGED, LUNCH, POSTPONED, WALK, make_event
from tests.support.builders import ADMIN, NOON, calendar_with, make_park, make_pilot
from tests.support.databases import work
from tests.support.page import PageClient

TODAY = local_day(now())


def read(content: bytes | str) -> Any:
    """A calendar as another program reads it, checked against its rules."""
    text = content.decode() if isinstance(content, bytes) else content
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n")), "lines are folded"
    found = vobject.readOne(text)
    found.validate(raiseException=True)
    return found


def events_in(found: Any) -> dict[str, Any]:
    return {event.uid.value: event for event in getattr(found, "vevent_list", [])}


def make_pilot_now(app: Flask, name: str = "Suvela") -> tuple[Pilot, list[MealDay]]:
    """A pilot of one park that runs today."""
    with work(app) as session:
        park = make_park(session, name=name, name_sv="Södrik", latitude=None)
        serving = frozenset({TODAY, TODAY + timedelta(days=1)})
        season = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=1)}
        planned = replace(calendar_with(*serving), serving=serving)
        pilot = make_pilot(session, [park], calendar=planned, **season)
        return pilot, list(list_days(session, pilot_id=pilot.id))


def test_every_kind_of_happening_is_read_back() -> None:
    content = calendar(
        [LUNCH, WALK, CANCELLED, POSTPONED], ADDRESSES, name="Puistoruokailu", path="/feeds/lunch.ics", language="sv"
    )
    found = read(content)
    assert found.contents["x-wr-calname"][0].value == "Puistoruokailu"
    assert found.contents["refresh-interval"][0].value == "PT1H"
    lunch, walk, cancelled, postponed = (events_in(found)[str(it.id)] for it in (LUNCH, WALK, CANCELLED, POSTPONED))
    assert lunch.dtstart.value == LUNCH.starts_at
    assert lunch.dtstart.value.utcoffset() == timedelta(hours=3)
    assert lunch.dtend.value == LUNCH.ends_at
    assert lunch.dtstamp.value == lunch.last_modified.value == CHANGED
    assert lunch.summary.value == "Parklunch: Sökö"
    assert lunch.summary.params["LANGUAGE"] == ["sv"]
    assert lunch.location.value == "Sökö, Soukankaari 10, 02360 Espoo"
    assert [float(part) for part in lunch.geo.value.split(";")] == [60.1385, 24.6714]
    assert lunch.url.value == f"https://pilot.example.fi/lunch/{LUNCH.park_id}?lang=sv"
    assert [it.status.value for it in (lunch, walk, cancelled, postponed)] == [
        "CONFIRMED",
        "CONFIRMED",
        "CANCELLED",
        "TENTATIVE",
    ]
    assert walk.sequence.value == "3"
    assert walk.description.value.endswith("5 €, assistenten gratis\n\nRutt 800 m\nTillgänglig toalett")
    assert cancelled.description.value.startswith("Risk för åska\n\n")
    assert {cancelled.summary.value, postponed.summary.value} == {"Tillgänglig naturutflykt"}
    assert not hasattr(walk, "geo")


def test_times_are_right_in_summer_and_winter_and_on_the_days_between() -> None:
    moments = [
        datetime(2026, 1, 15, 9, 30, tzinfo=UTC),
        datetime(2026, 3, 28, 9, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 8, 30, tzinfo=UTC),
        datetime(2026, 10, 24, 8, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 9, 30, tzinfo=UTC),
    ]
    found = [replace(LUNCH, id=uuid4(), starts_at=at, ends_at=at + timedelta(hours=1)) for at in moments]
    events = events_in(read(calendar(found, ADDRESSES, name="x", path="/feeds/lunch.ics", language="fi")))
    assert [events[str(lunch.id)].dtstart.value for lunch in found] == moments
    assert {events[str(lunch.id)].dtstart.value.hour for lunch in found} == {11}


def test_a_calendar_of_nothing_is_a_calendar(app: Flask, client: PageClient) -> None:
    for path in ("/feeds/lunch.ics", "/feeds/events.ics"):
        response = client.get(path)
        assert response.mimetype == "text/calendar"
        found = read(response.data)
        assert events_in(found) == {}
        assert len(found.vtimezone_list) == 1


def test_a_lunch_that_is_cancelled_is_cancelled_in_calendars(app: Flask, client: PageClient) -> None:
    pilot, days = make_pilot_now(app)
    path = f"/feeds/lunch/{pilot.park_ids[0]}.ics"
    first = events_in(read(client.get(path).data))
    assert {key: event.sequence.value for key, event in first.items()} == {str(day.id): "0" for day in days}
    why = {"reason": CancelReason.WEATHER, "note": "Salainen muistiinpano", "food_billed": True}
    with work(app) as session:
        schedule.cancel_day(session, ADMIN, day_id=days[0].id, at=now(), **why)
    response = client.get(f"{path}?lang=en")
    again = events_in(read(response.data))
    assert set(again) == set(first)
    event = again[str(days[0].id)]
    assert (event.status.value, event.sequence.value) == ("CANCELLED", "1")
    assert event.last_modified.value > first[str(days[0].id)].last_modified.value
    assert event.description.value.startswith("The meal is cancelled: ")
    assert "Salainen" not in response.get_data(as_text=True)
    assert again[str(days[1].id)].status.value == "CONFIRMED"


def test_a_lunch_at_another_time_is_moved_in_calendars(app: Flask, client: PageClient) -> None:
    _pilot, days = make_pilot_now(app)
    day = days[0]
    before = events_in(read(client.get("/feeds/lunch.ics").data))[str(day.id)]
    window = ServingWindow(time(12, 15), time(13, 0))
    with work(app) as session:
        menu = Translated("hernekeitto", "ärtsoppa")
        schedule.change_day(
            session, ADMIN, day_id=day.id, ordered=None, menu=menu, diets="L, G", window=window, at=now()
        )
    event = events_in(read(client.get("/feeds/lunch.ics?lang=sv").data))[str(day.id)]
    assert (before.sequence.value, event.sequence.value) == ("0", "1")
    assert event.dtstart.value - before.dtstart.value == timedelta(minutes=45)
    assert "ärtsoppa" in event.description.value
    assert "L, G" in event.description.value
    assert event.summary.value.endswith("Södrik")


def test_an_event_is_followed_through_its_life(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        event = make_event(session)
        draft = make_event(session, Status.DRAFT)
    path = f"/feeds/events/{event.id}.ics"
    uid = str(event.id)
    first = events_in(read(client.get(path).data))[uid]
    later = event.starts_at + timedelta(days=1)
    with work(app) as session:
        events.reschedule(session, ADMIN, event_id=event.id, starts_at=later, ends_at=None, at=now())
    moved = events_in(read(client.get(path).data))[uid]
    assert moved.dtstart.value == later
    assert not hasattr(moved, "dtend")
    with work(app) as session:
        events.cancel(session, ADMIN, event_id=event.id, notice=Translated("Ukkosvaara"), at=now())
    gone = events_in(read(client.get("/feeds/events.ics").data))[uid]
    assert gone.status.value == "CANCELLED"
    assert int(first.sequence.value) < int(moved.sequence.value) < int(gone.sequence.value)
    assert client.get(f"/feeds/events/{draft.id}.ics").status_code == 404
    assert str(draft.id) not in client.get("/feeds/events.ics").get_data(as_text=True)


def test_a_park_or_event_that_is_not_there_has_no_calendar(client: PageClient) -> None:
    nobody = "00000000-0000-0000-0000-000000000007"
    assert client.get(f"/feeds/lunch/{nobody}.ics").status_code == 404
    assert client.get(f"/feeds/events/{nobody}.ics").status_code == 404


def test_what_has_not_changed_is_not_sent_again(app: Flask, client: PageClient) -> None:
    _pilot, days = make_pilot_now(app)
    response = client.get("/feeds/lunch.ics?lang=sv")
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"].startswith("public, max-age=")
    tag = response.headers["ETag"]
    assert client.get("/feeds/lunch.ics?lang=sv", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/feeds/lunch.ics?lang=en", headers={"If-None-Match": tag}).status_code == 200
    with work(app) as session:
        why = {"reason": CancelReason.STAFF, "note": "", "food_billed": False}
        schedule.cancel_day(session, ADMIN, day_id=days[0].id, at=NOON, **why)
    assert client.get("/feeds/lunch.ics?lang=sv", headers={"If-None-Match": tag}).status_code == 200


def test_the_language_is_that_of_the_address_alone(app: Flask, client: PageClient) -> None:
    make_pilot_now(app)
    plain = client.get("/feeds/lunch.ics", headers={"Accept-Language": "sv"}).data
    assert plain == client.get("/feeds/lunch.ics?lang=fi").data
    assert b"Puistoruokailu" in plain
