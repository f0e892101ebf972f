"""What phones push and pull: each event once, each answered, nothing broken crashes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from pilot_ops.counting.queries import list_taps
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import now
from pilot_ops.meals import queries, service
from pilot_ops.schedule.domain import MealDay
from pilot_ops.sync.wire import BadPush, Broken, Event, TapBody, read, read_body
from tests.support.builders import (
    ADMIN,
    close_with,
    day_of,
    make_park,
    make_pilot,
    make_user,
    tap_of,
)
from tests.support.databases import look, work
from tests.support.page import PageClient, sign_in
from tests.support.pushes import push, results, tap_event


def test_every_event_is_answered_and_the_true_counts_come_back(app: Flask, client: PageClient, day: MealDay) -> None:
    sent = [tap_event(day), tap_event(day, 5), tap_event(day, -9)]
    response = push(client, *sent)
    assert response.json is not None
    assert results(response) == ["stored", "stored", "refused"]
    assert response.json["results"][2]["text"] == "Luku ei voi mennä alle nollan"
    assert response.json["counts"] == {f"{day.park_id}/{day.day}": {"school-age": 6}}
    assert results(push(client, *sent)) == ["stored", "stored", "refused"]
    with look(app) as session:
        assert queries.get_count(session, day.id).school_age == 6
    counts = client.get(f"/sync/counts/{day.park_id}/{day.day}").json
    assert counts is not None
    assert (counts["status"], counts["counts"]["school-age"]) == ("open", 6)
    assert counts["phone"] == 6


def test_what_is_not_understood_is_kept_by_the_phone(client: PageClient, day: MealDay) -> None:
    broken = [
        tap_event(day, kind="event.tap"),
        tap_event(day, body={"park": "x"}),
        tap_event(day, at="2024-07-01T09:00:00"),
        {"id": "7", "kind": "meal.tap"},
        "nonsense",
    ]
    assert results(push(client, *broken, tap_event(day))) == [*["unknown"] * 5, "stored"]


def test_a_tap_of_a_phone_with_a_wrong_clock_is_stored_as_of_its_receiving(
    app: Flask, client: PageClient, day: MealDay
) -> None:
    wrong = ("0001-01-01T00:00:00+02:00", "1999-12-31T23:59:59Z", "9999-12-31T23:30:00Z", "9999-12-31T23:59:59-02:00")
    before = now()
    assert results(push(client, *(tap_event(day, at=at) for at in wrong), tap_event(day))) == ["stored"] * 5
    with look(app) as session:
        *late, tap = sorted(list_taps(session, day.id), key=lambda tap: tap.tapped_at, reverse=True)
    assert all(before <= made.tapped_at <= now() for made in late)
    assert tap.tapped_at == datetime.fromisoformat("2024-07-01T09:00:00+00:00")


def test_a_day_with_a_tap_at_the_end_of_time_is_shown(app: Flask, client: PageClient, day: MealDay) -> None:
    with work(app) as session:
        service.record_tap(session, ADMIN, tap=tap_of(day, tapped_at=datetime.max.replace(tzinfo=UTC)), at=now())
    assert client.get(f"/days/{day.id}").status_code == 200


def test_another_park_is_refused_and_the_rest_kept(app: Flask, client: PageClient, day: MealDay) -> None:
    with work(app) as session:
        other = day_of(session, make_pilot(session), make_pilot(session).details.starts_on)
    response = push(client, tap_event(other), tap_event(day))
    assert results(response) == ["refused", "stored"]
    assert response.json is not None
    assert response.json["results"][0]["text"] == "Sinulla ei ole enää oikeutta laskea tässä puistossa"
    assert client.get(f"/sync/counts/{other.park_id}/{other.day}").status_code == 403


def test_a_tap_after_closing_is_stored(app: Flask, client: PageClient, day: MealDay) -> None:
    with work(app) as session:
        close_with(session, day, delivered=0, at=now())
    assert results(push(client, tap_event(day))) == ["stored"]
    with look(app) as session:
        assert queries.get_summary(session, day.id).late == 1


DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff", b'{"events": {}}', b'{"events": 7}', DEEP, b'{"events": [' + DEEP]
)
def test_what_is_no_push(client: PageClient, day: MealDay, content: bytes) -> None:
    assert push(client, content=content).status_code == 400
    assert day


def test_more_than_a_hundred_events_are_too_many() -> None:
    with pytest.raises(BadPush):
        read(json.dumps({"events": [{}] * 101}).encode())
    assert read(json.dumps({"events": [{"id": "a"}] * 100}).encode()).events == [Broken("a")] * 100


def test_without_a_token_or_a_person_nothing_is_taken_in(app: Flask, client: PageClient, day: MealDay) -> None:
    assert client.post("/sync", json={"events": [tap_event(day)]}).status_code == 400
    stranger = app.test_client()
    assert stranger.get(f"/sync/counts/{day.park_id}/{day.day}").status_code in {302, 401}
    assert client.get(f"/sync/counts/{day.park_id}/tomorrow").status_code == 404
    assert client.get(f"/sync/counts/{day.park_id}/2001-01-01").status_code == 404


def test_a_tap_is_read_strictly() -> None:
    (made,) = read(
        b'{"events": [{"id": "0e8a3a80-1b1a-4c1f-8a4f-0a9d3a1f7b11", "kind": "meal.tap",'
        b' "at": "2024-07-01T09:00:00Z", "body": {"park": "0e8a3a80-1b1a-4c1f-8a4f-0a9d3a1f7b11",'
        b' "day": "2024-07-01", "group": "adults", "change": 1}}]}'
    ).events
    assert isinstance(made, Event)
    tap = read_body(made, TapBody)
    assert tap is not None
    assert (tap.park, tap.change) == (UUID("0e8a3a80-1b1a-4c1f-8a4f-0a9d3a1f7b11"), 1)
    for wrong in ({**made.body, "change": "1"}, {**made.body, "child": "name"}):
        assert read_body(Event(made.id, made.kind, made.at, wrong), TapBody) is None


def test_two_parks_of_one_person_are_both_theirs(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        parks = [make_park(session), make_park(session)]
        pilot = make_pilot(session, parks)
        days = [day_of(session, pilot, pilot.details.starts_on, park) for park in parks]
        user = make_user(session, Role.PARK_STAFF, parks)
    sign_in(client, user)
    assert results(push(client, *(tap_event(day) for day in days))) == ["stored", "stored"]


def test_what_another_person_made_is_not_stored(app: Flask, client: PageClient, day: MealDay) -> None:
    me = (client.get("/sync").json or {})["user"]
    answer = push(client, tap_event(day), user="0e8a3a80-1b1a-4c1f-8a4f-0a9d3a1f7b11")
    assert (answer.status_code, answer.json) == (401, {"error": "sign-in"})
    with look(app) as session:
        assert list_taps(session, day.id) == ()
    assert results(push(client, tap_event(day), user=me)) == ["stored"]


def test_a_push_without_events_is_answered_with_who_and_when(client: PageClient, day: MealDay) -> None:
    before = now()
    answer = push(client).json
    assert answer is not None
    assert (answer["results"], answer["counts"]) == ([], {})
    assert answer["user"] == (client.get("/sync").json or {})["user"]
    assert before <= datetime.fromisoformat(answer["now"]) <= now()
    assert day


def test_strangers_get_neither_a_token_nor_an_answer(app: Flask) -> None:
    stranger = app.test_client()
    assert [stranger.get("/sync").status_code, push(stranger).status_code] == [401, 401]


def test_counts_that_did_not_change_are_not_sent_again(client: PageClient, day: MealDay) -> None:
    address = f"/sync/counts/{day.park_id}/{day.day}"
    first = client.get(address)
    same = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    assert now() - datetime.fromisoformat(same.headers["Pilot-Ops-Now"]) < timedelta(minutes=1)
    push(client, tap_event(day))
    changed = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]
    assert (changed.json or {})["counts"]["school-age"] == 1


@pytest.mark.parametrize(("waiting", "noted"), [(-1, 0), (7, 7), (10**30, 1_000_000)])
def test_how_many_wait_is_a_number_of_sense(waiting: int, noted: int) -> None:
    assert read(json.dumps({"waiting": waiting, "events": []}).encode()).waiting == noted
