"""An answer for each use, exactly once, and nothing that tells whose it was."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries
from pilot_ops.kernel.access import Actor, Role
from pilot_ops.kernel.db import db, transaction
from pilot_ops.kernel.errors import Forbidden, Refused
from pilot_ops.surveys import queries, service
from pilot_ops.surveys.domain import Answer, Otherwise, Reason
from pilot_ops.surveys.models import SurveyAnswerRow
from pilot_ops.tickets.models import SurveyTurnRow
from pilot_ops.tickets.queries import count_uses, surveys_left
from pilot_ops.tickets.service import replace
from tests.support.builders import ADMIN, NOON
from tests.support.databases import look, work
from tests.support.tickets import (
    allocate,
    hand_out,
    make_batch,
    make_point,
    make_type,
    scan_of,
    ticket_at,
    use,
    venue_of,
)

PHONES = 24


def used_ticket(session: Session, uses: int) -> tuple[UUID, UUID]:
    """A wristband that was used so many times, and its type."""
    kind, point = make_type(session), make_point(session)
    make_batch(session, kind, 2)
    allocate(session, kind, point, 2)
    hand_out(session, kind, 1, point)
    for number in range(uses):
        use(session, kind, 1, venue_of(kind), at=NOON + timedelta(hours=number))
    return ticket_at(session, kind, 1).id, kind.id


def answer_of(type_id: UUID, **different: object) -> Answer:
    given = {"id": uuid4(), "before": 2, "after": 4, "otherwise": Otherwise.NO, "line": "Kiva"}
    return Answer(**{**given, "type_id": type_id, "month": date(2026, 7, 9), **different})  # type: ignore[arg-type]


def test_each_use_has_one_answer(session: Session) -> None:
    ticket, kind = used_ticket(session, 2)
    for left in (1, 0):
        service.give(session, ticket_id=ticket, answer=answer_of(kind))
        assert surveys_left(session, ticket) == left
    with pytest.raises(Refused) as refused, session.begin_nested():
        service.give(session, ticket_id=ticket, answer=answer_of(kind))
    assert refused.value.reason is Reason.NO_TURN_LEFT
    assert len(queries.list_answers(session)) == 2


def test_a_ticket_that_was_not_used_has_no_turn(session: Session) -> None:
    ticket, kind = used_ticket(session, 0)
    with pytest.raises(Refused), session.begin_nested():
        service.give(session, ticket_id=ticket, answer=answer_of(kind))
    assert queries.list_answers(session) == ()


def test_a_refused_use_gives_no_turn(session: Session) -> None:
    ticket, _kind = used_ticket(session, 1)
    assert count_uses(session, ticket) == 1


def test_the_same_answer_twice_is_one(session: Session) -> None:
    ticket, kind = used_ticket(session, 2)
    answer = answer_of(kind)
    for _ in range(2):
        service.give(session, ticket_id=ticket, answer=answer)
    assert (len(queries.list_answers(session)), surveys_left(session, ticket)) == (1, 1)


def test_a_ticket_in_place_of_another_has_turns_for_its_own_uses(session: Session) -> None:
    kind, point = make_type(session), make_point(session)
    make_batch(session, kind, 2)
    allocate(session, kind, point, 2)
    hand_out(session, kind, 1, point)
    use(session, kind, 1, venue_of(kind))
    digest = scan_of(session, kind, 2, point).digest
    _old, new = replace(
        session, ADMIN, event_id=uuid4(), old_id=ticket_at(session, kind, 1).id, new_digest=digest, at=NOON
    )
    assert (new.uses_left, surveys_left(session, new.id)) == (9, 0)


def test_nothing_of_an_answer_leads_to_a_ticket(session: Session) -> None:
    ticket, kind = used_ticket(session, 1)
    before = len(list_entries(session, most=1000))
    service.give(session, ticket_id=ticket, answer=answer_of(kind))
    assert set(SurveyAnswerRow.__table__.columns.keys()) == {
        *("id", "type_id", "month", "before", "after", "otherwise", "line")
    }
    assert session.scalar(select(SurveyAnswerRow.month)) == date(2026, 7, 1)
    assert set(SurveyTurnRow.__table__.columns.keys()) == {"ticket_id", "given"}
    assert len(list_entries(session, most=1000)) == before


def test_rows_are_not_kept_in_the_order_they_came(app: Flask) -> None:
    """On SQLite no hidden row number says which answer came with which turn."""
    with app.app_context(), db.engine.connect() as connection:
        for table in ("survey_answers", "survey_turns"):
            sql = connection.exec_driver_sql(f"SELECT sql FROM sqlite_schema WHERE name = '{table}'").scalar_one()
            assert sql.rstrip().endswith("WITHOUT ROWID")
            assert table in inspect(connection).get_table_names()


@pytest.mark.parametrize("uses", [1, 3])
def test_at_the_same_moment_there_are_as_many_answers_as_uses(on_both: Flask, uses: int) -> None:
    with work(on_both) as session:
        ticket, kind = used_ticket(session, uses)
    together = Barrier(PHONES)

    def send(_phone: int) -> bool:
        together.wait()
        try:
            with on_both.app_context(), transaction() as session:
                service.give(session, ticket_id=ticket, answer=answer_of(kind))
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(PHONES) as pool:
        done = list(pool.map(send, range(PHONES)))
    with look(on_both) as session:
        assert (sum(done), len(queries.list_answers(session)), surveys_left(session, ticket)) == (uses, uses, 0)


def test_the_same_form_at_the_same_moment_is_one_answer(on_both: Flask) -> None:
    with work(on_both) as session:
        ticket, kind = used_ticket(session, 5)
    answer, together = answer_of(kind), Barrier(8)

    def send(_press: int) -> None:
        together.wait()
        with on_both.app_context(), transaction() as session:
            service.give(session, ticket_id=ticket, answer=answer)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    with look(on_both) as session:
        assert (len(queries.list_answers(session)), surveys_left(session, ticket)) == (1, 4)


def test_results_are_for_those_who_see_tickets(session: Session) -> None:
    with pytest.raises(Forbidden):
        service.get_results(session, Actor(None, "Kassa", Role.VENUE))
    assert service.get_results(session, ADMIN) == ()
