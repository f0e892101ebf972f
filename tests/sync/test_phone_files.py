"""Reading in the file of a phone that finds no network: shown first, each event once, and none counted twice."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from typing import Any, cast
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from pilot_ops.counting.queries import list_taps
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.errors import Forbidden
from pilot_ops.meals import queries
from pilot_ops.meals.domain import Count
from pilot_ops.schedule.domain import DayStatus, MealDay
from pilot_ops.sync.service import read_in
from tests.support.builders import NOON, make_actor, make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, fill, find_form, post_form, sign_in, text_of
from tests.support.pushes import close_event, file_of, push, results, tap_event

PAGE = "/phones/read-in"
NO_FILE = "Tämä ei ole puhelimen tiedosto. Lataa se puhelimen sivulta Tämä puhelin"


@dataclass
class Desk:
    """A coordinator's browser."""

    browser: PageClient

    def preview(self, content: bytes) -> TestResponse:
        """Choose a file and look at what is in it."""
        return post_form(self.browser, PAGE, file=(BytesIO(content), "pilot-ops.json"), step="preview")

    def read_in(self, content: bytes) -> TestResponse:
        """The same, and then press the button that reads it in."""
        form = find_form(self.preview(content), PAGE)
        return self.browser.post(PAGE, data=fill(form, {"step": "import"}))


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A coordinator who has signed in."""
    browser = cast("PageClient", app.test_client())
    with work(app) as session:
        user = make_user(session, Role.COORDINATOR)
    sign_in(browser, user)
    return Desk(browser)


def summary_of(app: Flask, day: MealDay) -> tuple[DayStatus, Count, int, int]:
    """Status, count, how many taps there are, and how many of them late."""
    with look(app) as session:
        summary = queries.get_summary(session, day.id)
        return summary.day.status, summary.count, len(list_taps(session, day.id)), summary.late


def test_a_file_is_shown_before_it_is_read(app: Flask, desk: Desk, day: MealDay) -> None:
    tap = tap_event(day, 5)
    undo = tap_event(day, -5)
    undo["body"]["undoes"] = tap["id"]
    shown = text_of(desk.preview(file_of(tap, tap_event(day, 3), undo, close_event(day))))
    assert "4 merkintää." in shown
    assert "Puhelin tai henkilö: Suvela 1." in shown
    assert "koululainen +3, 1 muu merkintä" in shown
    assert summary_of(app, day)[0] is DayStatus.PLANNED


def test_a_file_is_read_in_once_and_the_phone_then_adds_nothing(
    app: Flask, client: PageClient, desk: Desk, day: MealDay
) -> None:
    events = [tap_event(day, 6), tap_event(day, 4), close_event(day, note="")]
    content = file_of(*events)
    after = (DayStatus.CLOSED, Count(school_age=10), 2, 0)
    for _time in range(2):
        assert "3 merkintää on nyt tallessa." in text_of(desk.read_in(content))
        assert summary_of(app, day) == after
    assert results(push(client, *events)) == ["stored"] * 3
    assert summary_of(app, day) == after


def test_what_the_phone_sent_itself_is_not_read_in_again(
    app: Flask, client: PageClient, desk: Desk, day: MealDay
) -> None:
    sent, kept = tap_event(day, 6), tap_event(day, 1)
    push(client, sent)
    desk.read_in(file_of(sent, kept))
    assert summary_of(app, day)[1:3] == (Count(school_age=7), 2)


def test_what_is_refused_is_listed_with_why_and_the_rest_is_kept(app: Flask, desk: Desk, day: MealDay) -> None:
    below = tap_event(day, -9, at="9999-12-31T23:30:00Z")
    newer = tap_event(day, kind="meal.tap-of-tomorrow")
    shown = text_of(desk.read_in(file_of(below, newer, tap_event(day, 2))))
    assert "1 merkintä on nyt tallessa." in shown
    assert "Luku ei voi mennä alle nollan" in shown
    assert "Palvelu ei tunne tätä merkintää" in shown
    assert summary_of(app, day)[1] == Count(school_age=2)


def _without_day(day: MealDay) -> bytes:
    event = tap_event(day)
    del event["body"]["day"]
    return file_of(event)


@pytest.mark.parametrize(
    "make",
    [
        lambda _day: b"x",
        lambda _day: b"{}",
        lambda _day: b"\xff\xfe",
        lambda _day: b"[" * 100_000,
        lambda day: json.dumps({"events": [tap_event(day)]}).encode(),
        lambda day: file_of(tap_event(day)).replace(b"pilot-ops.outbox", b"something else"),
        lambda day: file_of(tap_event(day), {"id": "7"}),
        lambda day: file_of(tap_event(day), tap_event(day, body={})),
        lambda day: file_of(tap_event(day, at="2024-07-01T09:00:00")),
        _without_day,
    ],
)
def test_what_is_no_file_of_a_phone_is_refused_whole(app: Flask, desk: Desk, day: MealDay, make: Any) -> None:
    page = desk.preview(make(day))
    assert page.status_code == 200
    assert NO_FILE in text_of(page)
    assert summary_of(app, day)[2] == 0


def test_a_file_must_be_chosen(desk: Desk) -> None:
    assert "Valitse tiedosto" in text_of(desk.preview(b""))


def test_a_file_of_weeks_is_read_in(app: Flask, desk: Desk, day: MealDay) -> None:
    form = fill(find_form(desk.preview(file_of(tap_event(day))), PAGE), {"step": "import"})
    content = b64encode(file_of(*(tap_event(day) for _ in range(2500))))
    page = desk.browser.post(PAGE, data={**form, "content": content.decode()})
    assert "2500 merkintää on nyt tallessa." in text_of(page)
    assert summary_of(app, day)[2] == 2500


@pytest.mark.parametrize("role", [Role.PARK_STAFF, Role.MANAGER, Role.VENUE])
def test_only_coordinators_read_files_in(app: Flask, client: PageClient, role: Role) -> None:
    with work(app) as session:
        user = make_user(session, role)
        with pytest.raises(Forbidden):
            read_in(session, make_actor(session, role), events=(), at=NOON)
    sign_in(client, user)
    assert client.get(PAGE).status_code == 403


def test_a_file_names_nobody_it_does_not_show(desk: Desk, day: MealDay) -> None:
    content = file_of(tap_event(day), made_by="<b>x</b>" * 100)
    page = desk.preview(content)
    assert "<b>x</b>" not in page.text
    assert text_of(page).count("<b>x</b>") == 25


def test_a_day_of_an_unknown_park_is_shown_and_refused(desk: Desk, day: MealDay) -> None:
    event = tap_event(day)
    event["body"]["park"] = str(uuid4())
    assert event["body"]["park"] in text_of(desk.preview(file_of(event)))
    assert "Tälle päivälle ei ole suunniteltu ruokailua" in text_of(desk.read_in(file_of(event)))
