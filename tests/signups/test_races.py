"""People are counted exactly, however many sign up, change and cancel at the same moment, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from time import sleep
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from pilot_ops.kernel import db
from pilot_ops.kernel.db import transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.signups import queries, service
from pilot_ops.signups.domain import Counts, SignUp, State
from pilot_ops.signups.models import SignUpCountRow
from tests.support.builders import NOON
from tests.support.databases import look, work
from tests.support.signups import AINO, make_event, person, sign_up

MANY = 40


def at_once(app: Flask, works: list[Callable[[Session], Any]]) -> list[Any]:
    """Each piece of work in a transaction of its own, all at the same moment."""
    together = Barrier(len(works))

    def run(work_of_one: Callable[[Session], Any]) -> Any:
        together.wait()
        with app.app_context(), suppress(Refused), transaction() as session:
            return work_of_one(session)

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def true_counts(app: Flask, event_id: UUID) -> Counts:
    """The numbers of an event; those that are written down must be those of its sign-ups."""
    with look(app) as session:
        there = queries.list_sign_ups(session, event_id)
        written = queries.count_sign_ups(session, event_id)
    ins = [one.details.people for one in there if one.state is State.IN]
    waiting = [one.details.people for one in there if one.state is State.WAITING]
    assert (written.sign_ups, written.people) == (len(ins), sum(ins))
    assert (written.waiting, written.waiting_people) == (len(waiting), sum(waiting))
    assert len({one.number for one in there}) == len(there)
    return written


def test_of_many_at_once_exactly_as_many_are_in_as_fit(on_both: Flask) -> None:
    with work(on_both) as session:
        event = make_event(session, capacity=25)
    answers: list[SignUp] = at_once(on_both, [lambda session: sign_up(session, event, people=2)] * MANY)
    assert Counter(one.state for one in answers) == {State.IN: 12, State.WAITING: 28}
    assert true_counts(on_both, event.id) == Counts(12, 24, 28, 56, 0)


def test_the_race_is_one(on_both: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the row that is held more are in than fit: the test above can fail.

    On SQLite the transaction, whose writers take turns from their first statement on, is taken out too.
    """
    with work(on_both) as session:
        event = make_event(session, capacity=5)
        sign_up(session, event)
    monkeypatch.setattr(service, "_hold", lambda _session, _event_id: None)
    counted = queries.count_sign_ups

    def slowly(session: Session, event_id: UUID) -> Counts:
        found = counted(session, event_id)
        sleep(0.05)
        return found

    monkeypatch.setattr(queries, "count_sign_ups", slowly)
    together = Barrier(8)

    def run(_number: int) -> State:
        with on_both.app_context():
            engine = db.db.engine
            engine = db._asking_engine(engine) if engine.dialect.name == "sqlite" else engine
            with Session(engine, info=db._info()) as session, session.begin():
                together.wait()
                return sign_up(session, event).state

    with ThreadPoolExecutor(8) as pool:
        states = Counter(pool.map(run, range(8)))
    assert states[State.IN] > 4


def test_one_form_sent_many_times_at_once_is_one_sign_up(on_both: Flask) -> None:
    with work(on_both) as session:
        event = make_event(session, capacity=3)
    same = uuid4()
    answers = at_once(on_both, [lambda session: sign_up(session, event, sign_up_id=same, people=2)] * 12)
    assert {one.id for one in answers} == {same}
    assert true_counts(on_both, event.id) == Counts(1, 2)


def test_coming_changing_and_going_at_once(on_both: Flask) -> None:
    with work(on_both) as session:
        event = make_event(session, capacity=12)
        there = [sign_up(session, event, people=2) for _ in range(12)]
        tokens = [service.link_token(session, one.id) for one in there]
    works: list[Callable[[Session], Any]] = []
    for token in tokens[:4]:
        works.append(lambda session, token=token: service.cancel(session, token=token, at=NOON))
    for token in tokens[4:8]:
        works.append(lambda session, token=token: service.change_people(session, token=token, people=3, at=NOON))
    works += [lambda session: sign_up(session, event, people=1)] * 8
    works += [lambda session: service.tell_all(session, event_id=event.id, write=None, at=NOON)] * 4
    at_once(on_both, works)
    counts = true_counts(on_both, event.id)
    assert counts.cancelled == 4
    assert counts.people <= 12
    with look(on_both) as session:
        waiting = [one for one in queries.list_sign_ups(session, event.id) if one.state is State.WAITING]
    assert all(one.details.people > 12 - counts.people for one in waiting), "whoever fits is in"


def test_two_processes_tell_a_thing_once(on_both: Flask) -> None:
    with work(on_both) as session:
        event = make_event(session)
        sign_up(session, event, contact=AINO)

    def write(*_given: object) -> tuple[str, str]:
        sleep(0.01)
        return "s", "t"

    works = [lambda session: service.tell_all(session, event_id=event.id, write=write, at=NOON)] * 6
    assert sorted(at_once(on_both, works)) == [0, 0, 0, 0, 0, 1]
    with look(on_both) as session:
        assert session.scalar(select(SignUpCountRow.people)) == 1
    assert person().people == 1
