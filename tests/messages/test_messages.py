"""Messages: said once, settled, said again, and seen by those they concern."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask
from flask_babel import force_locale
from sqlalchemy.orm import Session

from pilot_ops.messages import service
from pilot_ops.messages.domain import Kind, Message
from pilot_ops.messages.labels import sentence_of
from pilot_ops.messages.queries import count_open, list_messages
from tests.support.builders import NOON, make_park

MONDAY = date(2024, 7, 1)


def test_the_same_thing_is_said_once_until_it_is_settled(session: Session) -> None:
    about = {"kind": Kind.IMBALANCE, "park_id": make_park(session).id, "day": MONDAY}
    assert service.say(session, at=NOON, facts={"missing": 3}, **about)
    assert not service.say(session, at=NOON, facts={"missing": 3}, **about)
    service.settle(session, kinds={Kind.IMBALANCE}, park_id=about["park_id"], day=MONDAY, at=NOON)
    assert list_messages(session) == ()
    assert list_messages(session, settled=True)[0].settled_at == NOON
    later = NOON + timedelta(days=1)
    assert service.say(session, at=later, facts={"missing": -2}, **about)
    (message,) = list_messages(session)
    assert (message.sent_at, message.facts, message.settled_at) == (later, {"missing": -2}, None)
    assert count_open(session) == 1


def test_staff_see_what_they_can_do_something_about(session: Session) -> None:
    mine, other = make_park(session).id, make_park(session).id
    for park_id in (mine, other):
        for kind in Kind:
            service.say(session, kind=kind, park_id=park_id, day=MONDAY, at=NOON)
    found = list_messages(session, park_ids={mine})
    assert {(message.park_id, message.kind) for message in found} == {
        (mine, Kind.DAY_NOT_CLOSED),
        (mine, Kind.PARK_NOT_CLOSED_YET),
    }
    assert (count_open(session), count_open(session, park_ids={mine})) == (2 * len(Kind), 2)


def test_every_kind_has_its_sentence(app: Flask) -> None:
    with app.app_context(), force_locale("fi"):
        said = {kind: sentence_of(Message("x", kind, None, MONDAY, NOON, {"missing": -1, "taps": 2})) for kind in Kind}
        assert said[Kind.IMBALANCE] == "1 annos kirjattu liikaa"
        assert said[Kind.LATE_TAPS] == "2 myöhäistä merkintää"
        assert len(set(said.values())) == len(Kind)
