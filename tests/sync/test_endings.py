"""Closing and cancelling a day by an event: once, by those who may, and with the taps that were made before it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from pilot_ops.audit.queries import list_entries
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import now
from pilot_ops.meals import queries, service
from pilot_ops.meals.domain import Food, Record, Weather
from pilot_ops.phones import service as phones
from pilot_ops.phones.domain import Home, HomeKind
from pilot_ops.schedule.domain import CancelReason, DayStatus, MealDay
from pilot_ops.schedule.queries import get_day
from pilot_ops.sync.models import EventRow
from pilot_ops.sync.service import work_of
from pilot_ops.sync.wire import Event, read
from tests.support.builders import ADMIN, close_with, day_of, make_pilot, make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, post_form, sign_in
from tests.support.pushes import answers, cancel_event, close_event, push, results, tap_event


def logged(app: Flask, action: str) -> int:
    """How often the log says that something was done to a day."""
    with look(app) as session:
        return len(list_entries(session, action=action))


def status_of(app: Flask, day: MealDay) -> DayStatus:
    with look(app) as session:
        return get_day(session, day.id).status


def test_a_day_is_closed_by_an_event_with_everything_it_says(app: Flask, client: PageClient, day: MealDay) -> None:
    figures = {"delivered": 20, "damaged": 1, "leftover": 2, "waste": 3, "weather": "rain", "note": " Satoi\r\n\x00 "}
    assert results(push(client, close_event(day, **figures, typed={"delivered": "20"}))) == ["stored"]
    with look(app) as session:
        summary = queries.get_summary(session, day.id)
    assert summary.day.status is DayStatus.CLOSED
    assert summary.record == Record(
        20, 1, 2, 3, Fraction(141, 2), Fraction(65), food=Food.HOT, weather=Weather.RAIN, note="Satoi"
    )


def test_a_day_is_cancelled_by_an_event_with_everything_it_says(app: Flask, client: PageClient, day: MealDay) -> None:
    event = cancel_event(day, reason="other", note=" Vesi\x00vahinko ", food_billed=False)
    assert results(push(client, event)) == ["stored"]
    with look(app) as session:
        found = get_day(session, day.id)
    assert (found.status, found.cancel_reason) == (DayStatus.CANCELLED, CancelReason.OTHER)
    assert (found.cancel_note, found.food_billed) == ("Vesivahinko", False)


@pytest.mark.parametrize(("make", "action"), [(close_event, "day.closed"), (cancel_event, "day.cancelled")])
def test_a_day_is_ended_once_however_often_it_is_sent(
    app: Flask, client: PageClient, day: MealDay, make: Any, action: str
) -> None:
    event = make(day)
    assert results(push(client, event, event)) == ["stored", "stored"]
    assert results(push(client, event)) == ["stored"]
    assert logged(app, action) == 1
    with look(app) as session:
        assert session.scalar(select(func.count()).select_from(EventRow)) == 1


def test_a_closing_sent_again_does_not_close_a_day_that_was_reopened(
    app: Flask, client: PageClient, day: MealDay
) -> None:
    event = close_event(day)
    push(client, event)
    with work(app) as session:
        service.reopen_day(session, ADMIN, day_id=day.id, reason="Luku oli väärä", at=now())
    assert results(push(client, event)) == ["stored"]
    assert status_of(app, day) is DayStatus.OPEN


def test_another_closing_under_the_same_id_is_refused(app: Flask, client: PageClient, day: MealDay) -> None:
    event = close_event(day)
    push(client, event)
    for other in (close_event(day, delivered=11), cancel_event(day)):
        assert results(push(client, {**other, "id": event["id"]})) == ["refused"]
    with look(app) as session:
        record = queries.find_record(session, day.id)
    assert record is not None
    assert record.delivered == 10


def test_a_day_that_was_closed_meanwhile_is_not_closed_again(app: Flask, client: PageClient, day: MealDay) -> None:
    with work(app) as session:
        close_with(session, day, delivered=30, at=now())
    (closing,) = answers(push(client, close_event(day)))
    assert (closing["result"], closing["text"]) == ("refused", "Päivä on jo päätetty")
    assert results(push(client, cancel_event(day))) == ["refused"]
    with look(app) as session:
        record = queries.find_record(session, day.id)
        assert session.scalar(select(func.count()).select_from(EventRow)) == 0
    assert record is not None
    assert record.delivered == 30


def test_taps_of_a_push_are_in_the_count_that_it_closes(app: Flask, client: PageClient, day: MealDay) -> None:
    closing = close_event(day, delivered=7, note="")
    assert results(push(client, closing, tap_event(day, 5), tap_event(day, 2))) == ["stored"] * 3
    with look(app) as session:
        summary = queries.get_summary(session, day.id)
    assert (summary.day.status, summary.count.school_age, summary.late) == (DayStatus.CLOSED, 7, 0)


def test_taps_after_the_closing_are_kept_as_late(app: Flask, client: PageClient, day: MealDay) -> None:
    push(client, tap_event(day, 10), close_event(day))
    assert results(push(client, tap_event(day))) == ["stored"]
    with look(app) as session:
        summary = queries.get_summary(session, day.id)
    assert (summary.count.school_age, summary.late) == (11, 1)


def test_what_is_odd_needs_a_note_and_is_said(app: Flask, client: PageClient, day: MealDay) -> None:
    odd = close_event(day, delivered=8, temp_serving=None, note=" ")
    (answer,) = answers(push(client, tap_event(day, 5), odd))[1:]
    assert answer["result"] == "refused"
    assert answer["text"] == (
        "Annoksia tuli 8, mutta niitä kirjattiin 5. Annoksia puuttuu 3. Lämpötila puuttuu."
        " Kerro huomautuksessa, mistä tämä johtuu"
    )
    assert status_of(app, day) is DayStatus.OPEN
    assert results(push(client, {**odd, "id": str(uuid4()), "body": {**odd["body"], "note": "Satoi"}})) == ["stored"]


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        ({"delivered": -1}, "Kirjoita nolla tai suurempi luku"),
        ({"waste": 10**30}, "Kirjoita enintään 5000"),
        ({"temp_serving": "999"}, "Kirjoita lämpötila asteina, enintään yksi desimaali, esimerkiksi 68,5"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_with_a_sentence(
    client: PageClient, day: MealDay, figures: dict[str, Any], sentence: str
) -> None:
    (answer,) = answers(push(client, close_event(day, **figures)))
    assert (answer["result"], answer["text"]) == ("refused", sentence)


def test_a_cancelling_for_another_reason_needs_a_note(app: Flask, client: PageClient, day: MealDay) -> None:
    (answer,) = answers(push(client, cancel_event(day, reason="other")))
    assert (answer["result"], answer["text"]) == ("refused", "Kerro, mikä syy on")
    assert status_of(app, day) is DayStatus.PLANNED


@pytest.mark.parametrize("degrees", ["NaN", "Infinity", "1e999999999", "70.55", "", "kuuma", 70.5])
def test_a_temperature_that_no_page_writes_is_not_understood(client: PageClient, day: MealDay, degrees: Any) -> None:
    assert results(push(client, close_event(day, temp_serving=degrees), tap_event(day))) == ["unknown", "stored"]


def test_what_is_not_understood_ends_nothing(app: Flask, client: PageClient, day: MealDay) -> None:
    odd = [
        close_event(day, food="lukewarm"),
        close_event(day, weather="snow"),
        close_event(day, delivered="10"),
        close_event(day, child="name"),
        cancel_event(day, reason="holiday"),
        cancel_event(day, food_billed="no"),
    ]
    assert results(push(client, *odd)) == ["unknown"] * 6
    assert status_of(app, day) is DayStatus.PLANNED


def test_another_park_is_not_ended(app: Flask, client: PageClient, day: MealDay) -> None:
    with work(app) as session:
        pilot = make_pilot(session)
        other = day_of(session, pilot, pilot.details.starts_on)
    sent = answers(push(client, close_event(other), cancel_event(other), tap_event(day)))
    assert [answer["result"] for answer in sent] == ["refused", "refused", "stored"]
    assert sent[0]["text"] == "Sinulla ei ole enää oikeutta laskea tässä puistossa"
    assert status_of(app, other) is DayStatus.PLANNED


def test_a_day_that_is_not_planned_is_not_ended(client: PageClient, day: MealDay) -> None:
    event = close_event(day)
    event["body"]["day"] = "2001-01-01"
    (answer,) = answers(push(client, event))
    assert (answer["result"], answer["text"]) == ("refused", "Tälle päivälle ei ole suunniteltu ruokailua")


def test_who_sees_days_and_does_not_count_ends_none(app: Flask, client: PageClient, day: MealDay) -> None:
    with work(app) as session:
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    assert results(push(client, close_event(day), cancel_event(day))) == ["refused", "refused"]
    assert status_of(app, day) is DayStatus.PLANNED


def test_an_enrolled_phone_closes_its_day_under_its_own_name(app: Flask, day: MealDay) -> None:
    with work(app) as session:
        code = phones.make_code(session, ADMIN, home=Home(HomeKind.PARK, day.park_id), hours=1, at=now())
    browser = app.test_client()
    post_form(browser, f"/join/{code}", name="Suvela 1")
    assert results(push(browser, tap_event(day, 10), close_event(day))) == ["stored", "stored"]
    with look(app) as session:
        (entry,) = list_entries(session, action="day.closed")
        assert session.scalars(select(EventRow.actor)).all() == ["Suvela 1"]
    assert (entry.actor, entry.user_id) == ("Suvela 1", None)


def test_a_closing_that_comes_several_times_at_once_is_done_once(on_both: Flask) -> None:
    with work(on_both) as session:
        pilot = make_pilot(session)
        day = day_of(session, pilot, pilot.details.starts_on)
    sent = json.dumps({"events": [close_event(day)]}).encode()
    (event,) = read(sent).events
    assert isinstance(event, Event)
    closing = work_of(event, ADMIN, now())
    assert closing is not None

    def send(_: int) -> str:
        with work(on_both) as session:
            return closing.do(session).subject

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(send, range(8))) == [f"{day.park_id}/{day.day}"] * 8
    assert status_of(on_both, day) is DayStatus.CLOSED
    assert logged(on_both, "day.closed") == 1
