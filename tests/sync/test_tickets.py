"""Tickets that were handed out and used without a network: what happened is kept, once, and conflicts are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from pilot_ops.accounts.domain import User
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.codes import code_digest
from pilot_ops.places.domain import Place
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import Action, Event, Reason, State, TicketType
from pilot_ops.tickets.models import TicketEventRow
from tests.support.builders import ADMIN, make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, post_form, sign_in, text_of
from tests.support.pushes import answers, file_of, push, results, scan_event
from tests.support.tickets import (
    allocate,
    code_at,
    hand_out,
    make_batch,
    make_group,
    make_point,
    make_type,
    scan_of,
    sign_up,
    ticket_at,
    use,
    venue_of,
)


@dataclass
class Till:
    """A venue's phone, with ten-visit wristbands of which the first three are with clients."""

    app: Flask
    client: PageClient
    kind: TicketType
    point: Place
    venue: UUID
    codes: dict[int, str]

    def use(self, serial: int = 1, **different: Any) -> dict[str, Any]:
        return scan_event("use", self.codes[serial], self.venue, **different)

    def hand_out(self, serial: int, **different: Any) -> dict[str, Any]:
        return scan_event("hand-out", self.codes[serial], self.point.id, **different)

    def events(self, serial: int = 1, action: Action = Action.USE) -> list[Event]:
        """What was done or tried with a ticket."""
        with look(self.app) as session:
            found = queries.list_events(session, ticket_at(session, self.kind, serial).id)
            return [event for event in found if event.action is action]

    def left(self, serial: int = 1) -> int:
        with look(self.app) as session:
            return ticket_at(session, self.kind, serial).uses_left


@pytest.fixture
def till(app: Flask, client: PageClient) -> Till:
    with work(app) as session:
        kind, point = make_type(session, prefix="UIN"), make_point(session)
        venue = venue_of(kind)
        make_batch(session, kind, 6)
        allocate(session, kind, point, 5)
        for serial in (1, 2, 3):
            hand_out(session, kind, serial, point)
        codes = {serial: code_at(session, kind, serial) for serial in range(1, 7)}
        user = sign_up(session, venue)
    sign_in(client, user)
    return Till(app, client, kind, point, venue, codes)


@pytest.fixture
def desk(till: Till) -> Till:
    """The same at the point, where its staff is signed in."""
    with work(till.app) as session:
        user = sign_up(session, till.point, Role.POINT_STAFF)
    sign_in(till.client, user)
    return till


def test_a_use_is_stored_once_however_often_it_comes(till: Till) -> None:
    event = till.use()
    first = answers(push(till.client, event, event))
    assert first[0] == {"id": event["id"], "result": "stored", "label": "UIN-0001", "left": 9, "conflict": False}
    assert first[1] == first[0] == answers(push(till.client, event))[0]
    assert till.left() == 9
    (stored,) = till.events()
    assert (stored.offline, stored.conflict, stored.place_id) == (True, False, till.venue)


def test_more_uses_than_are_left_are_kept_and_told_as_conflicts(till: Till) -> None:
    sent = [till.use() for _ in range(13)]
    told = answers(push(till.client, *sent))
    assert {answer["result"] for answer in told} == {"stored"}
    # Of one push each has the same key, so that they come in the order in which they were made.
    assert [answer["conflict"] for answer in told] == [False] * 10 + [True] * 3
    assert told[-1]["reason"] == "used-up"
    assert told[-1]["text"] == "Lippu on käytetty loppuun"
    assert till.left() == 0
    assert answers(push(till.client, *sent)) == told
    assert len(till.events()) == 13
    assert len([event for event in till.events() if event.conflict]) == 3


def test_the_honest_retry_of_the_tenth_visit_gets_its_first_answer_word_for_word(till: Till) -> None:
    sent = [till.use() for _ in range(10)]
    first = answers(push(till.client, *sent))
    assert first[-1] | {"id": ""} == {"id": "", "result": "stored", "label": "UIN-0001", "left": 0, "conflict": False}
    # The same again, also after another phone has been told that the wristband is used up.
    assert answers(push(till.client, till.use()))[0]["conflict"] is True
    assert answers(push(till.client, sent[-1]))[0] == first[-1]
    assert (till.left(), len(till.events())) == (0, 11)


def test_what_the_page_sent_and_the_outbox_sends_again_counts_once(till: Till) -> None:
    event = till.use()
    with work(till.app) as session:
        scan = scan_of(session, till.kind, 1, till.venue, id=UUID(event["id"]))
        service.use(session, ADMIN, scan=scan, at=now())
    assert answers(push(till.client, event))[0]["left"] == 9
    assert (till.left(), len(till.events())) == (9, 1)


def test_a_no_that_never_reached_the_phone_does_not_hide_what_happened_after_it(till: Till) -> None:
    with work(till.app) as session:
        for _ in range(10):
            use(session, till.kind, 1, till.venue, confirmed=True)
        event = till.use()
        refused = scan_of(session, till.kind, 1, till.venue, id=UUID(event["id"]))
        assert service.use(session, ADMIN, scan=refused, at=now()).reason is Reason.USED_UP
    told = [answers(push(till.client, event))[0] for _ in range(2)]
    assert told[0] == told[1]
    assert (told[0]["result"], told[0]["conflict"], told[0]["reason"]) == ("stored", True, "used-up")
    tried = [event for event in till.events() if event.reason]
    assert sorted(event.conflict for event in tried) == [False, True]


@pytest.mark.parametrize("year", [1, 2020, 2040, 9999])
def test_a_clock_that_cannot_be_right_gives_the_time_of_receipt(till: Till, year: int) -> None:
    before = now()
    event = till.use(at=f"{year:04d}-06-01T12:00:00Z")
    assert results(push(till.client, event)) == ["stored"]
    (stored,) = till.events()
    assert before <= stored.happened_at <= now()
    with look(till.app) as session:
        used_at = ticket_at(session, till.kind, 1).last_used_at
    assert used_at == stored.happened_at


@pytest.mark.parametrize(("ahead", "believed"), [(timedelta(minutes=4), True), (timedelta(minutes=6), False)])
def test_a_clock_a_little_ahead_is_believed(till: Till, ahead: timedelta, believed: bool) -> None:
    at = now() + ahead
    push(till.client, till.use(at=at.isoformat()))
    assert (till.events()[0].happened_at == at) is believed


def test_one_key_for_two_tickets_is_refused_in_words(till: Till) -> None:
    event = till.use(1)
    other = till.use(2, id=event["id"])
    assert results(push(till.client, event)) == ["stored"]
    told = answers(push(till.client, other, event))
    assert [answer["result"] for answer in told] == ["refused", "stored"]
    assert told[0]["text"] == "Tämä on jo tallennettu toisin. Tee se alusta uudelleen"
    assert (till.left(1), till.left(2), till.events(2)) == (9, 10, [])


def test_what_is_broken_is_answered_and_the_rest_kept(till: Till) -> None:
    good = till.use()
    body = good["body"]
    broken = [
        till.use(body={**body, "digest": "abc"}),
        till.use(body={**body, "digest": body["digest"].upper()}),
        till.use(body={**body, "digest": body["digest"] + "\n"}),
        till.use(body={**body, "digest": 7}),
        till.use(body={**body, "place": "hall"}),
        till.use(body={"digest": body["digest"]}),
        till.use(body={**body, "confirmed": "perhaps"}),
        till.use(kind="ticket.void"),
        till.use(at="yesterday"),
        {"id": 5, "kind": "ticket.use"},
        "nonsense",
    ]
    assert results(push(till.client, *broken, good)) == [*["unknown"] * len(broken), "stored"]
    assert till.left() == 9


def test_a_code_that_is_none_of_ours_is_kept_as_a_conflict(till: Till) -> None:
    event = scan_event("use", "A" * 17, till.venue)
    told = answers(push(till.client, event))[0]
    assert (told["result"], told["conflict"], told["reason"]) == ("stored", True, "unknown-code")
    with look(till.app) as session:
        assert [(event.reason, ticket) for event, ticket in queries.list_conflicts(session)] == [
            (Reason.UNKNOWN_CODE, None)
        ]


def test_every_attempt_is_stored_with_its_reason(till: Till) -> None:
    push(till.client, till.use(1), till.use(4), till.use(6), scan_event("use", "B" * 17, till.venue))
    with look(till.app) as session:
        stored = session.execute(
            select(TicketEventRow.reason, TicketEventRow.offline).where(TicketEventRow.action == Action.USE)
        ).all()
    assert sorted((reason or "", offline) for reason, offline in stored) == [
        ("", True),
        ("not-handed-out", True),
        ("not-handed-out", True),
        ("unknown-code", True),
    ]


def test_another_place_is_refused_with_the_reason_in_words(till: Till) -> None:
    with work(till.app) as session:
        elsewhere = venue_of(make_type(session))
    told = answers(push(till.client, scan_event("use", till.codes[1], elsewhere), till.hand_out(4)))
    assert [(answer["result"], answer["text"]) for answer in told] == [
        ("refused", "Sinulla ei ole enää oikeutta tähän paikkaan")
    ] * 2
    assert till.left() == 10


def test_a_place_that_is_none_is_told_in_words_about_places(till: Till) -> None:
    with work(till.app) as session:
        boss = make_user(session, Role.COORDINATOR)
    sign_in(till.client, boss)
    (told,) = answers(push(till.client, scan_event("use", till.codes[1], uuid4())))
    assert (told["result"], told["text"]) == ("refused", "Paikkaa ei löydy. Valitse paikka luettelosta")


def test_a_hand_out_is_stored_once(desk: Till) -> None:
    event = desk.hand_out(4)
    told = [answers(push(desk.client, event))[0] for _ in range(2)]
    assert told[0] == told[1]
    assert (told[0]["result"], told[0]["conflict"], told[0]["label"]) == ("stored", False, "UIN-0004")
    with look(desk.app) as session:
        assert ticket_at(session, desk.kind, 4).state is State.HANDED_OUT
    assert len(desk.events(4, Action.HAND_OUT)) == 1


@pytest.mark.parametrize(("serial", "reason"), [(1, "already-handed-out"), (6, "in-stock")])
def test_a_hand_out_that_was_not_possible_is_kept_as_a_conflict(desk: Till, serial: int, reason: str) -> None:
    told = answers(push(desk.client, desk.hand_out(serial)))[0]
    assert (told["result"], told["conflict"], told["reason"]) == ("stored", True, reason)
    assert desk.events(serial, Action.HAND_OUT)[-1].conflict


def test_a_hand_out_to_a_group_that_the_point_no_longer_serves_is_kept_with_it(desk: Till) -> None:
    """It happened: the point may have served the group while the phone had no network."""
    with work(desk.app) as session:
        group = make_group(session)
    event = desk.hand_out(4)
    event["body"]["group"] = str(group.id)
    told = answers(push(desk.client, event))[0]
    assert (told["result"], told["conflict"]) == ("stored", False)
    assert desk.events(4, Action.HAND_OUT)[-1].group_id == group.id


def test_a_hand_out_and_the_uses_after_it_come_in_one_file_in_any_order(till: Till) -> None:
    early, late = (now() - timedelta(hours=2)).isoformat(), (now() - timedelta(hours=1)).isoformat()
    with work(till.app) as session:
        boss = make_user(session, Role.COORDINATOR)
    sign_in(till.client, boss)
    sent = file_of(till.hand_out(4, at=early), till.use(4, at=late), made_by="Uimahalli")
    page = post_form(till.client, "/phones/read-in", data={"file": _upload(sent)})
    assert "1 lippu luovutettu" in text_of(page)
    assert "1 käynti" in text_of(page)


def _upload(content: bytes) -> Any:
    from io import BytesIO

    return (BytesIO(content), "puhelin.json")


def test_the_list_of_a_venue_says_what_is_left_and_a_used_ticket_does_not_verify(till: Till) -> None:
    with work(till.app) as session:
        for number in range(10):
            use(session, till.kind, 2, till.venue, at=now() - timedelta(hours=20 - number))
        last = ticket_at(session, till.kind, 2).last_used_at
    assert last is not None
    found = codes_of(till.client, till.venue)
    assert found["kind"] == "venue"
    assert [kind["prefix"] for kind in found["types"]] == ["UIN"]
    digests = {serial: code_digest(code)[:20] for serial, code in till.codes.items()}
    assert found["codes"] == [
        [digests[1], 0, 1, 10],
        [digests[2], 0, 2, 0, int(last.timestamp())],
        [digests[3], 0, 3, 10],
    ]


def test_the_list_of_a_point_has_what_is_there_to_be_handed_out(desk: Till) -> None:
    found = codes_of(desk.client, desk.point.id)
    assert found["kind"] == "point"
    assert [row[2] for row in found["codes"]] == [4, 5]


def codes_of(client: PageClient, place_id: UUID) -> dict[str, Any]:
    response = client.get(address_of(place_id), headers={"Accept": "application/json"})
    assert response.status_code == 200
    assert datetime.fromisoformat(response.headers["Pilot-Ops-Now"]).tzinfo is UTC
    found: dict[str, Any] = response.json or {}
    return found


def address_of(place_id: UUID) -> str:
    return f"/tickets/places/{place_id}/codes"


def test_the_list_is_answered_304_while_nothing_has_changed(till: Till) -> None:
    tag = till.client.get(address_of(till.venue)).headers["ETag"]
    again = till.client.get(address_of(till.venue), headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert "Pilot-Ops-Now" in again.headers
    push(till.client, till.use())
    assert till.client.get(address_of(till.venue), headers={"If-None-Match": tag}).status_code == 200


def test_the_list_is_for_those_who_work_there_alone(till: Till) -> None:
    with work(till.app) as session:
        elsewhere = venue_of(make_type(session))
        users: list[User] = [sign_up(session, elsewhere), sign_up(session, till.point, Role.POINT_STAFF)]
        users += [make_user(session, role) for role in (Role.MANAGER, Role.PARK_STAFF)]
        boss = make_user(session, Role.COORDINATOR)
    for place_id in (elsewhere, till.point.id):
        assert till.client.get(address_of(place_id)).status_code == 403
    assert till.client.get(address_of(uuid4())).status_code == 404
    for user in users:
        sign_in(till.client, user)
        assert till.client.get(address_of(till.venue)).status_code == 403
    sign_in(till.client, boss)
    assert till.client.get(address_of(till.venue)).status_code == 200
    stranger = till.app.test_client()
    response = stranger.get(address_of(till.venue), headers={"Accept": "application/json"})
    assert (response.status_code, response.json) == (401, {"error": "sign-in"})
    # Whoever merely follows the link is asked to sign in, and sees nothing of the list.
    assert stranger.get(address_of(till.venue)).status_code == 302
