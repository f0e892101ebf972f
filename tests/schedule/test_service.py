"""Pilots, planning again, closures, orders and cancelling, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.errors import Forbidden, NotFound, Refused
from pilot_ops.kernel.text import Translated
from pilot_ops.parks.domain import Park
from pilot_ops.schedule import service
from pilot_ops.schedule.domain import Action, CancelReason, DayStatus, Pilot, PilotDetails, Reason, ServingWindow
from pilot_ops.schedule.queries import get_day, get_pilot, list_closures, list_days, list_pilots
from tests.support.builders import (
    ADMIN,
    FINLAND,
    NOON,
    close_with,
    count_children,
    day_of,
    make_actor,
    make_park,
    make_pilot,
)
from tests.support.databases import work

MONDAY = date(2024, 7, 1)


def shorter(details: PilotDetails) -> PilotDetails:
    return replace(details, ends_on=date(2024, 7, 5))


def test_making_a_pilot_plans_its_days(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = make_pilot(session, [make_park(session), make_park(session)])
        days = list_days(session, pilot_id=pilot.id)
        assert len(days) == 46
        assert {day.status for day in days} == {DayStatus.PLANNED}
        assert get_pilot(session, pilot.id).details == replace(
            pilot.details, parks=tuple(sorted(pilot.details.parks, key=lambda plan: plan.park_id))
        )
        assert [entry.action for entry in list_entries(session)][:2] == ["pilot.planned", "pilot.created"]


def test_a_name_is_taken_in_any_case(session: Session) -> None:
    make_pilot(session, name="Kesä 2024")
    with pytest.raises(Refused) as refused:
        make_pilot(session, name="kesä  2024")
    assert refused.value.reason is Reason.NAME_TAKEN


def test_a_name_is_kept_without_stray_spaces(session: Session) -> None:
    pilot = make_pilot(session, name=" Kesa\u0308  2024 ")
    assert get_pilot(session, pilot.id).name == pilot.name == "Kesä 2024"
    wish = replace(pilot.details, name=" Kesä")
    seen = service.preview_change(session, ADMIN, pilot_id=pilot.id, details=wish, calendar=FINLAND).digest
    service.change_pilot(session, ADMIN, pilot_id=pilot.id, details=wish, calendar=FINLAND, seen=seen, at=NOON)
    assert get_pilot(session, pilot.id).name == "Kesä"


def test_a_park_serves_once_a_day_in_whatever_pilot(session: Session) -> None:
    park = make_park(session)
    make_pilot(session, [park])
    with pytest.raises(Refused) as refused:
        make_pilot(session, [park], starts_on=date(2024, 7, 31), ends_on=date(2024, 8, 9))
    assert refused.value.reason is Reason.PARK_BUSY
    assert refused.value.details == {"park": park.name, "day": date(2024, 7, 31)}


def test_a_season_without_a_single_meal_day_is_refused(session: Session) -> None:
    with pytest.raises(Refused) as refused:
        make_pilot(session, starts_on=date(2024, 6, 21), ends_on=date(2024, 6, 23))
    assert refused.value.reason is Reason.NO_DAYS


def test_planning_again_keeps_what_was_counted(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = make_pilot(session)
        counted = day_of(session, pilot, date(2024, 7, 30))
        count_children(session, counted, school=3)
        wish = shorter(pilot.details)
        change = service.preview_change(session, ADMIN, pilot_id=pilot.id, details=wish, calendar=FINLAND)
        assert (len(change.removed), [day.day for day in change.protected]) == (17, [date(2024, 7, 30)])
        assert len(list_days(session, pilot_id=pilot.id)) == 23
        service.change_pilot(
            session, ADMIN, pilot_id=pilot.id, details=wish, calendar=FINLAND, seen=change.digest, at=NOON
        )
        left = [day.day for day in list_days(session, pilot_id=pilot.id)]
        assert left == [date(2024, 7, day) for day in (1, 2, 3, 4, 5, 30)]


def test_what_is_saved_is_what_was_shown(session: Session) -> None:
    pilot = make_pilot(session)
    wish = shorter(pilot.details)
    seen = service.preview_change(session, ADMIN, pilot_id=pilot.id, details=wish, calendar=FINLAND).digest
    count_children(session, day_of(session, pilot, date(2024, 7, 30)), school=1)
    with pytest.raises(Refused) as refused:
        service.change_pilot(session, ADMIN, pilot_id=pilot.id, details=wish, calendar=FINLAND, seen=seen, at=NOON)
    assert refused.value.reason is Reason.PLAN_CHANGED


def test_the_same_plan_is_saved_once(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = make_pilot(session)
        wish = replace(pilot.details, ends_on=date(2024, 8, 9))
        seen = service.preview_change(session, ADMIN, pilot_id=pilot.id, details=wish, calendar=FINLAND).digest

    def save(_number: int) -> Reason | None:
        plan = {"pilot_id": pilot.id, "details": wish, "calendar": FINLAND}
        return _outcome(on_both, lambda session: service.change_pilot(session, ADMIN, **plan, seen=seen, at=NOON))

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(save, range(8)))
    assert sorted(map(str, outcomes)) == ["None", *["plan-changed"] * 7]
    with work(on_both) as session:
        assert len(list_days(session, pilot_id=pilot.id)) == 30


def test_a_name_at_the_same_moment_is_taken_once(on_both: Flask) -> None:
    with work(on_both) as session:
        parks = [make_park(session) for _ in range(8)]

    def make(park: Park) -> Reason | None:
        return _outcome(on_both, lambda session: make_pilot(session, [park], name="Kesä"))

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(make, parks))
    assert sorted(map(str, outcomes)) == ["None", *["name-taken"] * 7]


def test_one_of_two_pilots_gets_a_name_they_take_at_the_same_moment(on_both: Flask) -> None:
    with work(on_both) as session:
        pilots = [make_pilot(session) for _ in range(8)]
        nothing = service.preview_change(
            session, ADMIN, pilot_id=pilots[0].id, details=pilots[0].details, calendar=FINLAND
        )

    def rename(pilot: Pilot) -> Reason | None:
        plan = {"pilot_id": pilot.id, "details": replace(pilot.details, name="Kesä"), "calendar": FINLAND}
        return _outcome(
            on_both, lambda session: service.change_pilot(session, ADMIN, **plan, seen=nothing.digest, at=NOON)
        )

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(rename, pilots))
    assert sorted(map(str, outcomes)) == ["None", *["name-taken"] * 7]


def test_a_park_asked_for_at_the_same_moment_serves_once_a_day(on_both: Flask) -> None:
    with work(on_both) as session:
        park = make_park(session)

    def make(_number: int) -> Reason | None:
        return _outcome(on_both, lambda session: make_pilot(session, [park]))

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(make, range(8)))
    assert outcomes.count(None) == 1
    assert set(outcomes) <= {None, Reason.PARK_BUSY, Reason.PLAN_CHANGED}


def _outcome(app: Flask, save: Callable[[Session], object]) -> Reason | None:
    """Why saving is refused, or None."""
    try:
        with work(app) as session:
            save(session)
    except Refused as refused:
        return Reason(refused.reason)
    return None


def test_another_serving_time_moves_only_days_not_begun(session: Session) -> None:
    pilot = make_pilot(session)
    begun = day_of(session, pilot, MONDAY)
    count_children(session, begun, school=1)
    window = ServingWindow(begun.window.ends, begun.window.ends.replace(hour=14))
    wish = replace(pilot.details, parks=(replace(pilot.details.parks[0], window=window),))
    change = service.preview_change(session, ADMIN, pilot_id=pilot.id, details=wish, calendar=FINLAND)
    assert (len(change.moved), len(change.protected)) == (22, 1)
    service.change_pilot(session, ADMIN, pilot_id=pilot.id, details=wish, calendar=FINLAND, seen=change.digest, at=NOON)
    assert get_day(session, begun.id).window == begun.window
    assert day_of(session, pilot, date(2024, 7, 2)).window == window


def test_a_closure_takes_only_days_without_counts(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = make_pilot(session)
        counted = day_of(session, pilot, date(2024, 7, 2))
        count_children(session, counted, school=1)
        closure = {"park_id": pilot.park_ids[0], "starts_on": MONDAY, "ends_on": date(2024, 7, 3)}
        change = service.preview_closure(session, ADMIN, **closure)
        assert [day.day.day for day in change.removed] == [1, 3]
        assert [day.id for day in change.stay] == [counted.id]
        assert list_closures(session) == ()
        about = {"closure_id": uuid4(), "note": "Remontti", "at": NOON}
        service.add_closure(session, ADMIN, **closure, **about, seen=change.digest)
        assert len(list_days(session, pilot_id=pilot.id)) == 21
        (closed,) = list_closures(session)
        service.remove_closure(session, ADMIN, closure_id=closed.id, at=NOON)
        assert list_closures(session) == ()
        again = service.preview_change(session, ADMIN, pilot_id=pilot.id, details=pilot.details, calendar=FINLAND)
        assert [want.day for want in again.added] == [MONDAY, date(2024, 7, 3)]


def test_a_closure_sent_twice_is_one(on_both: Flask) -> None:
    with work(on_both) as session:
        park = make_park(session)
        closure = {"park_id": park.id, "starts_on": MONDAY, "ends_on": MONDAY}
        closure["seen"] = service.preview_closure(session, ADMIN, **closure).digest
    closure |= {"closure_id": uuid4(), "note": "Remontti", "at": NOON}

    def send(_number: int) -> None:
        with work(on_both) as session:
            service.add_closure(session, ADMIN, **closure)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, range(4)))
    with work(on_both) as session:
        assert [closed.note for closed in list_closures(session)] == ["Remontti"]
        with pytest.raises(Refused) as refused:
            service.add_closure(session, ADMIN, **{**closure, "note": "Toinen"})
        assert refused.value.reason is Reason.PLAN_CHANGED


def test_what_goes_is_what_was_shown_with_its_order_and_menu(session: Session) -> None:
    pilot = make_pilot(session)
    day = day_of(session, pilot, MONDAY)
    closure = {"park_id": pilot.park_ids[0], "starts_on": MONDAY, "ends_on": MONDAY}
    shown = service.preview_closure(session, ADMIN, **closure).digest
    fewer = {"pilot_id": pilot.id, "calendar": FINLAND}
    fewer |= {"details": replace(pilot.details, starts_on=date(2024, 7, 2))}
    planned = service.preview_change(session, ADMIN, **fewer).digest
    service.order_portions(session, ADMIN, orders={day.id: 90}, at=NOON)
    for stale in (shown, ""):
        with pytest.raises(Refused) as refused:
            service.add_closure(session, ADMIN, **closure, closure_id=uuid4(), note="", seen=stale, at=NOON)
        assert refused.value.reason is Reason.PLAN_CHANGED
    with pytest.raises(Refused):
        service.change_pilot(session, ADMIN, **fewer, seen=planned, at=NOON)
    assert list_closures(session) == ()
    assert get_day(session, day.id).ordered == 90


def test_cancelling_and_restoring(session: Session) -> None:
    pilot = make_pilot(session)
    day = day_of(session, pilot, MONDAY)
    why = {"reason": CancelReason.WEATHER, "note": "Ukkonen", "food_billed": True}
    service.cancel_day(session, ADMIN, day_id=day.id, at=NOON, **why)
    found = get_day(session, day.id)
    assert (found.status, found.cancel_reason, found.cancel_note, found.food_billed) == (
        DayStatus.CANCELLED,
        CancelReason.WEATHER,
        "Ukkonen",
        True,
    )
    with pytest.raises(Refused):
        service.cancel_day(session, ADMIN, day_id=day.id, at=NOON, **why)
    later = NOON + timedelta(hours=1)
    service.restore_day(session, ADMIN, day_id=day.id, at=later)
    assert get_day(session, day.id) == replace(day, sequence=2, changed_at=later)


def test_a_change_that_families_see_is_numbered(session: Session) -> None:
    pilot = make_pilot(session)
    day = day_of(session, pilot, MONDAY)
    assert (day.sequence, day.changed_at) == (0, NOON)
    later = NOON + timedelta(hours=1)
    same = {"menu": day.menu, "diets": day.diets, "window": day.window}
    service.change_day(session, ADMIN, day_id=day.id, ordered=90, at=later, **same)
    service.order_portions(session, ADMIN, orders={day.id: 80}, at=later)
    service.move_day(session, day_id=day.id, expected=DayStatus.PLANNED, action=Action.OPEN)
    found = get_day(session, day.id)
    assert (found.ordered, found.status, found.sequence, found.changed_at) == (80, DayStatus.OPEN, 0, NOON)
    service.change_day(session, ADMIN, day_id=day.id, ordered=80, at=later, **{**same, "menu": Translated("Keitto")})
    assert (get_day(session, day.id).sequence, get_day(session, day.id).changed_at) == (1, later)


def test_planning_again_numbers_the_days_it_moves(session: Session) -> None:
    pilot = make_pilot(session)
    window = ServingWindow(time(11, 0), time(12, 0))
    details = replace(pilot.details, parks=(replace(pilot.details.parks[0], window=window),))
    given = {"pilot_id": pilot.id, "details": details, "calendar": FINLAND}
    seen = service.preview_change(session, ADMIN, **given).digest
    later = NOON + timedelta(hours=1)
    service.change_pilot(session, ADMIN, **given, seen=seen, at=later)
    found = day_of(session, pilot, MONDAY)
    assert (found.window, found.sequence, found.changed_at) == (window, 1, later)


def test_a_closed_day_is_not_cancelled(session: Session) -> None:
    pilot = make_pilot(session)
    day = day_of(session, pilot, MONDAY)
    close_with(session, day, delivered=0)
    with pytest.raises(Refused) as refused:
        service.cancel_day(
            session, ADMIN, day_id=day.id, reason=CancelReason.STAFF, note="", food_billed=False, at=NOON
        )
    assert refused.value.reason is Reason.WRONG_STATUS


def test_orders_menus_and_serving_times(session: Session) -> None:
    pilot = make_pilot(session)
    monday, tuesday = (day_of(session, pilot, date(2024, 7, day)) for day in (1, 2))
    assert service.order_portions(session, ADMIN, orders={monday.id: 90, tuesday.id: None}, at=NOON) == 1
    menu = Translated("Kalakeitto", "Fisksoppa", "Fish soup")
    service.change_day(
        session, ADMIN, day_id=tuesday.id, ordered=70, menu=menu, diets="G, L", window=monday.window, at=NOON
    )
    found = get_day(session, tuesday.id)
    assert (found.ordered, found.menu, found.diets) == (70, menu, "G, L")
    assert get_day(session, monday.id).ordered == 90
    for wrong, reason in ((-1, Reason.NEGATIVE), (5001, Reason.TOO_MANY)):
        with pytest.raises(Refused) as refused:
            service.order_portions(session, ADMIN, orders={monday.id: wrong}, at=NOON)
        assert (refused.value.reason, refused.value.field) == (reason, str(monday.id))


def test_an_order_is_changed_by_who_saw_it(on_both: Flask) -> None:
    with work(on_both) as session:
        day = day_of(session, make_pilot(session), MONDAY)
        service.order_portions(session, ADMIN, orders={day.id: 77}, at=NOON)
        with pytest.raises(Refused) as refused:
            service.order_portions(session, ADMIN, orders={day.id: 90}, seen={day.id: None}, at=NOON)
        assert (refused.value.reason, refused.value.field) == (Reason.ORDER_CHANGED, str(day.id))
        assert refused.value.details == {"ordered": 77}
        assert service.order_portions(session, ADMIN, orders={day.id: 77}, seen={day.id: None}, at=NOON) == 0
        assert service.order_portions(session, ADMIN, orders={day.id: 90}, seen={day.id: 77}, at=NOON) == 1
        assert get_day(session, day.id).ordered == 90


def test_who_may_plan_and_cancel(session: Session) -> None:
    pilot = make_pilot(session)
    day = day_of(session, pilot, MONDAY)
    mine, stranger = make_actor(session, Role.PARK_STAFF, pilot.park_ids), make_actor(session, Role.PARK_STAFF)
    why = {"reason": CancelReason.STAFF, "note": "", "food_billed": False}
    with pytest.raises(Forbidden):
        service.cancel_day(session, stranger, day_id=day.id, at=NOON, **why)
    service.cancel_day(session, mine, day_id=day.id, at=NOON, **why)
    with pytest.raises(Forbidden):
        service.restore_day(session, mine, day_id=day.id, at=NOON)
    manager = make_actor(session, Role.MANAGER)
    with pytest.raises(Forbidden):
        service.create_pilot(session, manager, details=pilot.details, calendar=FINLAND, at=NOON)
    with pytest.raises(Forbidden):
        service.order_portions(session, manager, orders={day.id: 1}, at=NOON)


def test_what_is_not_there(session: Session) -> None:
    for get in (get_day, get_pilot):
        with pytest.raises(NotFound):
            get(session, uuid4())
    with pytest.raises(NotFound):
        service.remove_closure(session, ADMIN, closure_id=uuid4(), at=NOON)


def test_pilots_come_latest_first(session: Session) -> None:
    old = make_pilot(session)
    new = make_pilot(session, starts_on=date(2025, 7, 1), ends_on=date(2025, 7, 31))
    assert [pilot.id for pilot in list_pilots(session)] == [new.id, old.id]
