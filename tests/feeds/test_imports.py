"""Bringing events and parks in: what is new is made, what is the same stays, what people added is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries
from pilot_ops.events import service as events
from pilot_ops.events.domain import Access, Attendance, Closing, Event, Reason, Status
from pilot_ops.events.queries import find_by_source, list_events
from pilot_ops.feeds import service
from pilot_ops.feeds.domain import Doing, linked_feed
from pilot_ops.feeds.domain import Reason as FileReason
from pilot_ops.feeds.wire import read_events, read_units
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.errors import Forbidden
from pilot_ops.kernel.text import Translated
from pilot_ops.parks.domain import Reason as ParkReason
from pilot_ops.parks.queries import list_parks
from pilot_ops.units.queries import list_units
from tests.feeds.examples import ADDRESSES, WALK
from tests.feeds.files import event, page_of, results, unit
from tests.support.builders import ADMIN, NOON, make_actor, make_park
from tests.support.databases import look, work
from tests.support.recorder import recorded

NOTICE = Translated("Järjestäjän ilmoitus", "Arrangörens meddelande")


def bring(session: Session, *items: Any, at: datetime = NOON) -> service.EventsPlan:
    rows, problems = read_events(page_of(*items))
    assert problems == ()
    return service.import_events(session, ADMIN, rows=rows, notice=NOTICE, at=at)


def doings(plan: Any) -> list[Doing]:
    return [row.doing for row in plan.rows]


def only(session: Session) -> Event:
    found = find_by_source(session, "espoo:af3bxyz")
    assert found is not None
    return found


def test_an_event_is_made_and_published_once(on_both: Flask) -> None:
    with work(on_both) as session:
        assert doings(bring(session, event())) == [Doing.CREATE]
        first = only(session)
        log = len(list_entries(session))
    assert (first.status, first.details.capacity, first.details.venue.unit_id) == (Status.PUBLISHED, 15, "tprek:41000")
    with work(on_both) as session:
        plan = bring(session, event(), at=NOON + timedelta(days=1))
        assert (doings(plan), plan.fresh, plan.problems) == ([Doing.UNCHANGED], (), ())
        assert only(session) == first
        assert len(list_entries(session)) == log
        assert len(list_events(session)) == 1


def test_what_has_changed_is_changed_and_what_people_added_stays(session: Session) -> None:
    bring(session, event())
    first = only(session)
    ours = replace(first.details, access=Access(route_m=800), sign_up=True, contact="09 123 4567")
    times = {"starts_at": first.starts_at, "ends_at": first.ends_at, "seen": first.sequence}
    events.change_event(session, ADMIN, event_id=first.id, details=ours, at=NOON, **times)
    plan = bring(session, event(start_time="2027-02-14T08:00:00Z", end_time=None, offers=[], provider=None))
    assert (doings(plan), plan.rows[0].changes) == ([Doing.CHANGE], ("time",))
    found = only(session)
    assert (found.details, found.ends_at, found.moved_from) == (ours, None, first.starts_at)
    assert found.starts_at == first.starts_at + timedelta(days=1)


def test_languages_and_the_park_that_people_added_stay(session: Session) -> None:
    named = {name: {"fi": f"{name} suomeksi"} for name in ("name", "short_description", "description")}
    bring(session, event(**named))
    first, park = only(session), make_park(session)
    details = replace(
        first.details,
        name=replace(first.name, sv="Namn"),
        summary=replace(first.details.summary, sv="Kort"),
        description=replace(first.details.description, sv="Text"),
        venue=replace(first.details.venue, park_id=park.id),
    )
    times = {"starts_at": first.starts_at, "ends_at": first.ends_at, "seen": first.sequence}
    events.change_event(session, ADMIN, event_id=first.id, details=details, at=NOON, **times)
    assert doings(bring(session, event(**named))) == [Doing.UNCHANGED]
    bring(session, event(**{**named, "name": {"fi": "Uusi nimi"}}))
    assert only(session).details == replace(details, name=Translated("Uusi nimi", "Namn"))


@pytest.mark.parametrize(
    ("different", "where"),
    [
        ({"event_status": "EventCancelled"}, "event_status"),
        ({"start_time": "2027-02-20T08:00:00Z", "end_time": None}, "start_time"),
    ],
)
def test_one_that_was_held_is_named_before_anything_is_done(
    session: Session, different: dict[str, str], where: str
) -> None:
    bring(session, event())
    held = only(session)
    form = {"form_id": uuid4(), "attendance": Attendance(3, 1), "closing": Closing()}
    events.close(session, ADMIN, event_id=held.id, **form, at=held.starts_at + timedelta(hours=1))
    plan = bring(session, event(**different), at=held.starts_at + timedelta(days=1))
    assert [(problem.where, problem.reason) for problem in plan.problems] == [(where, Reason.CLOSED)]
    assert only(session) == held
    assert doings(bring(session, event(offers=[]))) == [Doing.UNCHANGED]


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (["EventCancelled"], Status.CANCELLED),
        (["EventPostponed"], Status.POSTPONED),
        (["EventScheduled", "EventCancelled"], Status.CANCELLED),
        (["EventScheduled", "EventPostponed"], Status.POSTPONED),
        (["EventScheduled", "EventPostponed", "EventScheduled"], Status.PUBLISHED),
        (["EventScheduled", "EventPostponed", "EventCancelled"], Status.CANCELLED),
        (["EventScheduled", "EventCancelled", "EventRescheduled"], Status.PUBLISHED),
        (["EventScheduled", "EventCancelled", "EventPostponed"], Status.POSTPONED),
        (["EventScheduled", "EventPostponed", "EventCancelled", "EventPostponed"], Status.POSTPONED),
        (["EventScheduled", "EventPostponed", "EventCancelled", "EventScheduled"], Status.PUBLISHED),
    ],
)
def test_states_follow_the_file(session: Session, steps: list[str], status: Status) -> None:
    for step in steps:
        plan = bring(session, event(event_status=step))
        assert doings(plan) in ([Doing.CREATE], [Doing.CHANGE])
        assert doings(bring(session, event(event_status=step))) == [Doing.UNCHANGED]
    found = only(session)
    assert found.status is status
    assert (found.notice == NOTICE) == (status is not Status.PUBLISHED)


def test_one_that_is_put_off_keeps_its_time_here(session: Session) -> None:
    bring(session, event())
    first = only(session)
    bring(session, event(event_status="EventPostponed", start_time=None, end_time=None))
    assert (only(session).status, only(session).starts_at) == (Status.POSTPONED, first.starts_at)
    late = event(id="espoo:late", event_status="EventPostponed", start_time=None, end_time=None)
    assert doings(bring(session, late)) == [Doing.NO_TIME]
    assert find_by_source(session, "espoo:late") is None


def test_a_public_event_stays_public_when_others_take_theirs_back(session: Session) -> None:
    bring(session, event())
    assert doings(bring(session, event(publication_status="draft"))) == [Doing.UNCHANGED]
    assert only(session).status is Status.PUBLISHED


def test_one_that_is_not_complete_stays_a_draft(session: Session) -> None:
    poor = event(provider=None, audience=[])
    plan = bring(session, poor)
    assert plan.rows[0].stays_draft is Reason.ORGANISER_MISSING
    assert only(session).status is Status.DRAFT
    assert doings(bring(session, poor)) == [Doing.UNCHANGED]


def test_series_and_our_own_are_left_out(session: Session) -> None:
    ours = linked_feed([WALK], [], ADDRESSES)["data"][0]
    plan = bring(session, event(super_event_type="recurring"), ours)
    assert doings(plan) == [Doing.SERIES, Doing.OWN]
    assert list_events(session) == ()


def test_a_rule_that_refuses_one_stops_all(session: Session) -> None:
    long = {"fi": "x" * 161, "sv": "y"}
    backwards = event(id="espoo:2", name={"fi": "Retki"}, end_time="2027-02-13T07:00:00Z")
    plan = bring(session, event(), event(id="espoo:1", short_description=long), backwards)
    told = [(problem.row, problem.name, problem.where, problem.reason) for problem in plan.problems]
    assert told == [
        (2, "Hiihtokoulu lapsille", "short_description.fi", Reason.SUMMARY_TOO_LONG),
        (3, "Retki", "end_time", Reason.ENDS_BEFORE_START),
    ]
    assert list_events(session) == ()


def test_a_place_that_is_only_an_id(session: Session) -> None:
    reference = {"@id": "https://api.espoo.fi/events/v1/place/tprek:20355/"}
    plan = bring(session, event(location=reference))
    assert [problem.reason for problem in plan.problems] == [FileReason.UNKNOWN_PLACE]
    bring_places(session, unit())
    bring(session, event(location=reference))
    venue = only(session).details.venue
    assert (venue.name.fi, venue.address, venue.park_id) == (
        "Soukan asukaspuisto",
        "Soukankaari 10",
        list_parks(session)[0].id,
    )
    bring(session, event())
    assert only(session).details.venue.name.fi == "Oittaan ulkoilukeskus"
    assert doings(bring(session, event(location={"id": "tprek:41000"}))) == [Doing.UNCHANGED]


def test_as_few_questions_however_many_events(app: Flask) -> None:
    def questions(number: int) -> int:
        rows, _problems = read_events(page_of(*(event(id=f"espoo:{key}") for key in range(number))))
        with recorded(app) as asked, look(app) as session:
            service.plan_events(session, ADMIN, rows=rows)
        return len(asked)

    assert questions(3) == questions(40)


def test_who_may_not_plan_may_not_import(session: Session) -> None:
    staff = make_actor(session, Role.PARK_STAFF)
    with pytest.raises(Forbidden):
        service.import_events(session, staff, rows=(), notice=NOTICE, at=NOON)
    with pytest.raises(Forbidden):
        service.import_places(session, staff, rows=(), at=NOON)


def bring_places(session: Session, *items: Any) -> service.PlacesPlan:
    rows, problems = read_units(results(*items))
    assert problems == ()
    return service.import_places(session, ADMIN, rows=rows, at=NOON, country="FI")


def test_a_unit_becomes_a_park_once(on_both: Flask) -> None:
    with work(on_both) as session:
        assert doings(bring_places(session, unit())) == [Doing.CREATE]
        (park,), units = list_parks(session), list_units(session)
        assert units[0].park_id == park.id
        log = len(list_entries(session))
    assert (park.names, park.details.postal_code) == (
        Translated("Soukan asukaspuisto", "Sökö invånarpark", "Soukka residents' park"),
        "02360",
    )
    assert (park.details.latitude, park.details.longitude) == (Decimal("60.1385"), Decimal("24.67142"))
    assert units[0].shortcomings == {"wheelchair": 3, "rollator": 2, "stroller": 0}
    with work(on_both) as session:
        plan = bring_places(session, unit())
        assert (doings(plan), plan.fresh) == ([Doing.UNCHANGED], ())
        assert (list_parks(session), list_units(session)) == ((park,), units)
        assert len(list_entries(session)) == log


def test_a_park_that_is_here_is_known_by_name_or_address_and_keeps_its_names(session: Session) -> None:
    here = make_park(session, name="Soukka", address="Soukankaari 10", postal_code="02360", name_sv="Sökö")
    named = make_park(session, name="Olari", address="Vanha osoite 1")
    other = unit(
        id=2, name={"fi": "olari"}, street_address={"fi": "Meteorinkatu 7"}, address_zip="02210", location=None
    )
    plan = bring_places(session, unit(), other)
    assert [row.park.id for row in plan.rows if row.park] == [here.id, named.id]
    assert plan.rows[0].changes == ("name_en", "place", "unit")
    assert plan.rows[1].changes == ("address", "postal_code", "unit")
    found = {park.id: park for park in list_parks(session)}
    assert found[here.id].names == Translated("Soukka", "Sökö", "Soukka residents' park")
    assert (found[named.id].name, found[named.id].details.address) == ("Olari", "Meteorinkatu 7")
    assert doings(bring_places(session, unit(), other)) == [Doing.UNCHANGED] * 2


def test_a_unit_that_has_moved_is_the_same_park(session: Session) -> None:
    bring_places(session, unit())
    plan = bring_places(session, unit(street_address={"fi": "Uusi katu 1"}, accessibility_shortcoming_count={}))
    assert plan.rows[0].changes == ("address", "unit")
    assert "tprek:20355" in str(list_entries(session)[0].after)
    (park,) = list_parks(session)
    assert (park.details.address, list_units(session)[0].shortcomings) == ("Uusi katu 1", {})


def test_what_is_wrong_with_a_unit_stops_all(session: Session) -> None:
    plan = bring_places(session, unit(), unit(id=2), unit(id=3, name={"fi": "Olari"}, address_zip="x"))
    told = [(problem.row, problem.where, problem.reason) for problem in plan.problems]
    assert told == [(2, "id", FileReason.PARK_TWICE), (3, "address_zip", ParkReason.POSTAL_CODE_WRONG)]
    assert list_parks(session) == ()


def test_a_unit_without_an_address_is_no_park(session: Session) -> None:
    plan = bring_places(session, unit(street_address=None))
    assert [(it.where, it.reason) for it in plan.problems] == [("street_address", ParkReason.ADDRESS_MISSING)]


def bring_units(session: Session, *items: Any) -> service.PlacesPlan:
    rows, problems = read_units(results(*items))
    assert problems == ()
    return service.import_units(session, ADMIN, rows=rows, at=NOON)


def test_a_unit_becomes_a_place_once(on_both: Flask) -> None:
    shore = unit(id=41000, name={"fi": "Oittaan ulkoilukeskus"})
    with work(on_both) as session:
        assert doings(bring_units(session, shore)) == [Doing.CREATE]
        (place,) = list_units(session)
        assert (place.park_id, place.name.fi, place.address) == (None, "Oittaan ulkoilukeskus", "Soukankaari 10")
        assert list_parks(session) == ()
        log = len(list_entries(session))
    with work(on_both) as session:
        assert doings(bring_units(session, shore)) == [Doing.UNCHANGED]
        assert len(list_entries(session)) == log
        plan = bring_units(session, shore | {"location": None, "accessibility_shortcoming_count": {"wheelchair": 0}})
        assert plan.rows[0].changes == ("place", "unit")
        assert list_units(session)[0].shortcomings == {"wheelchair": 0}


def test_a_nature_place_may_have_no_address_but_must_be_somewhere(session: Session) -> None:
    assert bring_units(session, unit(street_address=None)).problems == ()
    plan = bring_units(session, unit(id=3), unit(id=2, street_address=None, location=None))
    assert [(it.row, it.where, it.reason) for it in plan.problems] == [
        (2, "street_address", FileReason.ADDRESS_MISSING)
    ]
    assert [place.id for place in list_units(session)] == [20355]


def test_a_park_stays_a_park_among_places_and_a_place_can_become_one(session: Session) -> None:
    bring_places(session, unit())
    plan = bring_units(session, unit(accessibility_shortcoming_count={"stroller": 1}), unit(id=2, name={"fi": "Olari"}))
    assert doings(plan) == [Doing.CHANGE, Doing.CREATE]
    (park,) = list_parks(session)
    told = {place.id: (place.park_id, place.shortcomings) for place in list_units(session)}
    assert told[20355] == (park.id, {"stroller": 1})
    bring_places(session, unit(id=2, name={"fi": "Olari"}, street_address={"fi": "Meteorinkatu 7"}))
    assert {place.id for place in list_units(session) if place.park_id} == {2, 20355}


def test_another_unit_of_the_same_name_is_named_before_anything_is_done(app: Flask) -> None:
    with work(app) as session:
        bring_places(session, unit())
        plan = bring_places(session, unit(id=999, street_address={"fi": "Muukatu 1"}))
        assert [(it.row, it.where, it.reason) for it in plan.problems] == [(1, "name", ParkReason.NAME_TAKEN)]
        assert len(list_parks(session)) == 1
