"""Events in the database: once only, guarded changes, counting and closing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.audit import queries as log
from pilot_ops.counting.domain import Tap
from pilot_ops.events import queries, service
from pilot_ops.events.domain import Attendance, Closing, Event, Reason, Status, Venue, Weather, read_rule
from pilot_ops.kernel.access import Actor, Role
from pilot_ops.kernel.clock import at_local
from pilot_ops.kernel.errors import Forbidden, Refused
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from tests.support.builders import ADMIN, NOON, make_park
from tests.support.databases import work
from tests.support.events import DETAILS, make_event

LATER = NOON + timedelta(hours=1)
NOTICE = Translated("Myrsky")


def reason_of(refused: pytest.ExceptionInfo[Refused]) -> object:
    return refused.value.reason


def test_the_same_draft_sent_twice_is_one(session: Session) -> None:
    asked = {"event_id": uuid4(), "details": DETAILS, "starts_at": NOON, "ends_at": None, "at": NOON}
    assert service.create_event(session, ADMIN, **asked) == service.create_event(session, ADMIN, **asked)
    assert len(queries.list_events(session)) == 1
    with pytest.raises(Refused) as refused:
        service.create_event(session, ADMIN, **{**asked, "ends_at": LATER})
    assert reason_of(refused) is Reason.ID_REUSED


def test_a_change_names_what_was_seen(session: Session) -> None:
    event = make_event(session, status=Status.DRAFT)
    asked = {"event_id": event.id, "starts_at": event.starts_at, "ends_at": event.ends_at, "at": LATER}
    details = replace(DETAILS, organiser="Latuyhdistys")
    changed = service.change_event(session, ADMIN, details=details, seen=event.sequence, **asked)
    assert (changed.details.organiser, changed.sequence) == ("Latuyhdistys", event.sequence + 1)
    assert service.change_event(session, ADMIN, details=details, seen=0, **asked) == changed
    with pytest.raises(Refused) as refused:
        service.change_event(session, ADMIN, details=DETAILS, seen=event.sequence, **asked)
    assert reason_of(refused) is Reason.CHANGED_MEANWHILE


def test_a_published_event_stays_complete(session: Session) -> None:
    event = make_event(session)
    bare = replace(DETAILS, organiser="")
    times = {"starts_at": event.starts_at, "ends_at": event.ends_at, "at": LATER}
    with pytest.raises(Refused) as refused:
        service.change_event(session, ADMIN, event_id=event.id, details=bare, seen=event.sequence, **times)
    assert (reason_of(refused), refused.value.field) == (Reason.ORGANISER_MISSING, "organiser")


def test_cancelling_postponing_and_a_new_time(session: Session) -> None:
    event = make_event(session)
    postponed = service.postpone(session, ADMIN, event_id=event.id, notice=NOTICE, at=LATER)
    assert (postponed.status, postponed.notice) == (Status.POSTPONED, NOTICE)
    begins = event.starts_at + timedelta(days=7)
    moved = service.reschedule(session, ADMIN, event_id=event.id, starts_at=begins, ends_at=None, at=LATER)
    assert (moved.status, moved.starts_at, moved.notice.fi) == (Status.PUBLISHED, begins, "")
    cancelled = service.cancel(session, ADMIN, event_id=event.id, notice=NOTICE, at=LATER)
    assert cancelled.status is Status.CANCELLED
    restored = service.restore(session, ADMIN, event_id=event.id, at=LATER)
    assert (restored.status, restored.sequence) == (Status.PUBLISHED, event.sequence + 4)
    with pytest.raises(Refused) as refused:
        service.cancel(session, ADMIN, event_id=event.id, notice=Translated(" "), at=LATER)
    assert reason_of(refused) is Reason.NOTICE_MISSING
    said = [entry.action for entry in log.list_entries(session, most=4)]
    assert said == ["event.restored", "event.cancelled", "event.moved", "event.postponed"]


def test_restoring_a_postponed_event_does_not_bring_its_old_time_back(on_both: Flask) -> None:
    with work(on_both) as session:
        event = make_event(session)
        service.postpone(session, ADMIN, event_id=event.id, notice=NOTICE, at=LATER)
        service.cancel(session, ADMIN, event_id=event.id, notice=Translated("Ei lunta"), at=LATER)
        restored = service.restore(session, ADMIN, event_id=event.id, at=LATER)
        assert (restored.status, restored.notice) == (Status.POSTPONED, NOTICE)
        # What was once postponed and then held is not postponed when it is cancelled later.
        moved = service.reschedule(
            session, ADMIN, event_id=event.id, starts_at=event.starts_at, ends_at=event.ends_at, at=LATER
        )
        assert (moved.status, moved.notice.fi) == (Status.PUBLISHED, "")
        service.cancel(session, ADMIN, event_id=event.id, notice=NOTICE, at=LATER)
        assert service.restore(session, ADMIN, event_id=event.id, at=LATER).status is Status.PUBLISHED


def test_only_drafts_are_deleted(session: Session) -> None:
    draft, public = make_event(session, status=Status.DRAFT), make_event(session)
    service.delete_draft(session, ADMIN, event_id=draft.id, at=LATER)
    with pytest.raises(Refused) as refused:
        service.delete_draft(session, ADMIN, event_id=public.id, at=LATER)
    assert reason_of(refused) is Reason.NOT_NOW
    assert [event.id for event in queries.list_events(session)] == [public.id]


def test_a_series_is_made_once_and_published_whole(session: Session) -> None:
    event = make_event(session, status=Status.DRAFT)
    rule = read_rule("FREQ=WEEKLY;COUNT=4")
    left_out = [event.day + timedelta(days=14)]
    asked = {"event_id": event.id, "series_id": uuid4(), "rule": rule, "except_days": left_out, "at": LATER}
    made = service.repeat_event(session, ADMIN, **asked)
    assert [other.day - event.day for other in made] == [timedelta(days=days) for days in (0, 7, 21)]
    assert {other.ends_at - other.starts_at for other in made if other.ends_at} == {timedelta(hours=2)}
    assert service.repeat_event(session, ADMIN, **asked) == made
    assert queries.get_series(session, asked["series_id"]).except_days == tuple(left_out)  # type: ignore[arg-type]
    assert service.publish_series(session, ADMIN, series_id=made[0].series_id, at=LATER) == 3  # type: ignore[arg-type]
    with pytest.raises(Refused):
        service.repeat_event(session, ADMIN, **{**asked, "series_id": uuid4()})


def test_what_is_over_is_not_published_with_its_series(session: Session) -> None:
    event = make_event(session, status=Status.DRAFT)
    asked = {"event_id": event.id, "series_id": uuid4(), "rule": read_rule("FREQ=WEEKLY;COUNT=3"), "at": LATER}
    first, second, third = service.repeat_event(session, ADMIN, **asked)
    after = first.starts_at + timedelta(days=1)
    assert service.publish_series(session, ADMIN, series_id=asked["series_id"], at=after) == 2  # type: ignore[arg-type]
    found = [queries.get_event(session, one.id).status for one in (first, second, third)]
    assert found == [Status.DRAFT, Status.PUBLISHED, Status.PUBLISHED]


def test_what_one_of_a_series_says_is_given_to_those_to_come(session: Session) -> None:
    event = make_event(session)
    asked = {"event_id": event.id, "series_id": uuid4(), "rule": read_rule("FREQ=WEEKLY;COUNT=3"), "at": LATER}
    first, second, third = service.repeat_event(session, ADMIN, **asked)
    details = replace(DETAILS, organiser="Latuyhdistys")
    times = {"starts_at": second.starts_at, "ends_at": second.ends_at, "at": LATER}
    service.change_event(session, ADMIN, event_id=second.id, details=details, seen=second.sequence, **times)
    assert service.change_series(session, ADMIN, like=second.id, at=first.starts_at) == 1
    found = [event.details.organiser for event in queries.list_events(session)]
    assert found == ["Espoon kaupunki", "Latuyhdistys", "Latuyhdistys"]
    assert queries.get_event(session, third.id).starts_at == third.starts_at


def test_a_series_reaches_one_that_waits_for_its_new_day_and_goes_by_its_new_name(session: Session) -> None:
    first = make_event(session)
    series_id = uuid4()
    rule = read_rule("FREQ=WEEKLY;COUNT=2")
    service.repeat_event(session, ADMIN, event_id=first.id, series_id=series_id, rule=rule, at=NOON)
    _first, second = queries.list_events(session, series_id=series_id)
    service.postpone(session, ADMIN, event_id=first.id, notice=NOTICE, at=NOON)
    # The day that the first was to be on has passed, and its new one is not known.
    at = first.starts_at + timedelta(days=1)
    details = replace(DETAILS, name=Translated("Uusi nimi"))
    times = {"starts_at": second.starts_at, "ends_at": second.ends_at, "seen": second.sequence}
    service.change_event(session, ADMIN, event_id=second.id, details=details, **times, at=at)
    assert service.change_series(session, ADMIN, like=second.id, at=at) == 1
    assert queries.get_event(session, first.id).name.fi == "Uusi nimi"
    assert queries.get_series(session, series_id).name.fi == "Uusi nimi"


def test_an_event_is_not_closed_before_it_begins_though_who_comes_early_is_counted(session: Session) -> None:
    event = make_event(session, starts_at=LATER)
    tap = Tap(uuid4(), event.id, "participants", 1, NOON)
    assert service.record_attendance_tap(session, ADMIN, tap=tap, at=NOON) == 1
    asked = {"event_id": event.id, "form_id": uuid4(), "attendance": Attendance(1, 0), "closing": Closing()}
    with pytest.raises(Refused) as refused:
        service.close(session, ADMIN, **asked, at=NOON)
    assert reason_of(refused) is Reason.FUTURE_EVENT
    service.close(session, ADMIN, **asked, at=LATER)


def test_a_large_event_is_closed_with_all_who_came(session: Session) -> None:
    event = make_event(session, starts_at=NOON)
    asked = {"event_id": event.id, "form_id": uuid4(), "closing": Closing()}
    service.close(session, ADMIN, attendance=Attendance(4800, 20), **asked, at=LATER)
    assert queries.attendance_of(session, [event.id])[event.id] == Attendance(4800, 20)


def test_taps_add_up_and_closing_corrects_them(session: Session) -> None:
    event = make_event(session, starts_at=NOON)
    for number in (5, 5, 1):
        tap = Tap(uuid4(), event.id, "participants", number, NOON)
        service.record_attendance_tap(session, ADMIN, tap=tap, at=NOON)
    assert service.record_attendance_tap(session, ADMIN, tap=tap, at=NOON) is None
    closing = Closing(Weather.RAIN, "Sateista ", Money(12000))
    asked = {"event_id": event.id, "form_id": uuid4(), "attendance": Attendance(12, 2), "closing": closing}
    service.close(session, ADMIN, **asked, at=LATER)
    assert queries.attendance_of(session, [event.id])[event.id] == Attendance(12, 2)
    found = queries.find_closing(session, event.id)
    assert found is not None
    assert (found.weather, found.note, found.cost) == (Weather.RAIN, "Sateista", Money(12000))
    service.close(session, ADMIN, **{**asked, "form_id": uuid4()}, at=LATER)
    with pytest.raises(Refused) as refused:
        service.close(session, ADMIN, **{**asked, "attendance": Attendance(13, 2)}, at=LATER)
    assert reason_of(refused) is Reason.ALREADY_CLOSED
    late = Tap(uuid4(), event.id, "helpers", 1, NOON)
    assert service.record_attendance_tap(session, ADMIN, tap=late, at=LATER) == 3
    service.reopen(session, ADMIN, event_id=event.id, reason="Unohtui yksi", at=LATER)
    service.close(session, ADMIN, **{**asked, "form_id": uuid4(), "attendance": Attendance(13, 3)}, at=LATER)
    assert queries.attendance_of(session, [event.id])[event.id] == Attendance(13, 3)


def test_staff_of_a_park_count_at_its_events_alone(session: Session) -> None:
    mine, other = make_park(session, name="Suvela"), make_park(session, name="Soukka")
    staff = Actor(None, "Kesätyöntekijä", Role.PARK_STAFF, parks=frozenset({mine.id}))
    for park_id, may in ((mine.id, True), (other.id, False), (None, False)):
        event = make_event(session, starts_at=NOON, venue=Venue(Translated("Puisto"), park_id=park_id))
        tap = Tap(uuid4(), event.id, "participants", 1, NOON)
        if may:
            assert service.record_attendance_tap(session, staff, tap=tap, at=NOON) == 1
        else:
            with pytest.raises(Forbidden):
                service.record_attendance_tap(session, staff, tap=tap, at=NOON)


def test_events_of_days_in_helsinki(session: Session) -> None:
    """An event at 0.30 in Helsinki is of that day, though in UTC it is still the day before."""
    night = NOON.replace(hour=22, minute=30)
    event = make_event(session, starts_at=night)
    day = date(NOON.year, NOON.month, NOON.day) + timedelta(days=1)
    assert event.day == day
    assert [found.id for found in queries.list_events(session, first=day, last=day)] == [event.id]
    assert queries.list_events(session, last=day - timedelta(days=1)) == ()
    assert queries.list_public(session, first=day) == (event,)


def test_a_public_event_remembers_when_it_was_to_be(session: Session) -> None:
    event, draft = make_event(session), make_event(session, status=Status.DRAFT)
    assert event.moved_from is None
    times = {"starts_at": event.starts_at + timedelta(days=1), "ends_at": None, "at": LATER}
    moved = service.reschedule(session, ADMIN, event_id=event.id, **times)
    assert moved.moved_from == event.starts_at
    named = replace(DETAILS, organiser="Latuyhdistys")
    again = {"starts_at": moved.starts_at, "ends_at": None, "at": LATER, "seen": moved.sequence}
    changed = service.change_event(session, ADMIN, event_id=event.id, details=named, **again)
    assert changed.moved_from == event.starts_at
    other = service.change_event(session, ADMIN, event_id=draft.id, details=named, seen=draft.sequence, **times)
    assert other.moved_from is None


def test_an_event_that_people_wait_for_is_not_moved_to_a_day_gone_by(session: Session) -> None:
    event, held = make_event(session), make_event(session, starts_at=NOON - timedelta(days=1))
    gone = {"starts_at": NOON - timedelta(days=365), "ends_at": None, "at": NOON}
    assert event.starts_at > NOON

    def moved(of: Event) -> tuple[Callable[[], Event], ...]:
        return (
            lambda: service.reschedule(session, ADMIN, event_id=of.id, **gone),
            lambda: service.change_event(session, ADMIN, event_id=of.id, details=of.details, seen=of.sequence, **gone),
        )

    for move in moved(event):
        with pytest.raises(Refused) as refused:
            move()
        assert (reason_of(refused), refused.value.field) == (Reason.TIME_OVER, "day")
    # What has been is put right.
    assert moved(held)[1]().starts_at == gone["starts_at"]
    postponed = service.postpone(session, ADMIN, event_id=event.id, notice=NOTICE, at=NOON)
    later = {"event_id": event.id, "ends_at": None, "at": event.starts_at + timedelta(days=1)}
    with pytest.raises(Refused):
        service.reschedule(session, ADMIN, starts_at=postponed.starts_at, **later)


def test_what_was_held_is_not_called_off(session: Session) -> None:
    event = make_event(session, starts_at=NOON)
    closed = {"event_id": event.id, "form_id": uuid4(), "attendance": Attendance(3, 1), "closing": Closing()}
    service.close(session, ADMIN, **closed, at=LATER)
    times = {"starts_at": LATER + timedelta(days=7), "ends_at": None, "at": LATER}
    for do in (
        lambda: service.cancel(session, ADMIN, event_id=event.id, notice=NOTICE, at=LATER),
        lambda: service.postpone(session, ADMIN, event_id=event.id, notice=NOTICE, at=LATER),
        lambda: service.reschedule(session, ADMIN, event_id=event.id, **times),
        lambda: service.change_event(
            session, ADMIN, event_id=event.id, details=event.details, seen=event.sequence, **times
        ),
    ):
        with pytest.raises(Refused) as refused:
            do()
        assert reason_of(refused) is Reason.CLOSED
    service.reopen(session, ADMIN, event_id=event.id, reason="Väärä tapahtuma", at=LATER)
    assert service.cancel(session, ADMIN, event_id=event.id, notice=NOTICE, at=LATER).status is Status.CANCELLED


def test_closing_takes_no_tap_away_unseen(session: Session) -> None:
    event = make_event(session, starts_at=NOON)
    tap = Tap(uuid4(), event.id, "participants", 5, NOON)
    service.record_attendance_tap(session, ADMIN, tap=tap, at=NOON)
    asked = {"event_id": event.id, "form_id": uuid4(), "closing": Closing()}
    seen = Attendance(0, 0)
    with pytest.raises(Refused) as refused:
        service.close(session, ADMIN, **asked, attendance=Attendance(1, 0), seen=seen, at=LATER)
    assert reason_of(refused) is Reason.COUNTED_MEANWHILE
    service.close(session, ADMIN, **asked, attendance=Attendance(6, 1), seen=Attendance(5, 0), at=LATER)
    assert queries.attendance_of(session, [event.id])[event.id] == Attendance(6, 1)


def test_late_taps_are_counted_until_it_is_closed_again(session: Session) -> None:
    event = make_event(session, starts_at=NOON)
    asked = {"event_id": event.id, "closing": Closing()}
    assert queries.count_late(session, event.id) == 0
    service.close(session, ADMIN, **asked, form_id=uuid4(), attendance=Attendance(2, 0), at=LATER)
    late, after = Tap(uuid4(), event.id, "helpers", 1, NOON), LATER + timedelta(minutes=5)
    service.record_attendance_tap(session, ADMIN, tap=late, at=after)
    assert queries.count_late(session, event.id) == 1
    service.reopen(session, ADMIN, event_id=event.id, reason="Yksi tuli perästä", at=after)
    service.close(
        session, ADMIN, **asked, form_id=uuid4(), attendance=Attendance(2, 1), at=after + timedelta(minutes=1)
    )
    assert queries.count_late(session, event.id) == 0


def test_events_that_go_on_for_days(session: Session) -> None:
    event = make_event(session, starts_at=NOON, lasts=timedelta(days=2))
    until_midnight = make_event(session, starts_at=at_local(event.day, time(20)), lasts=timedelta(hours=4))
    found = {n: queries.list_between(session, first=day, last=day) for n, day in enumerate(_days(event.day, 4))}
    assert [len(found[n]) for n in range(4)] == [2, 1, 1, 0]
    assert until_midnight not in found[1]


def _days(first: date, many: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(many)]
