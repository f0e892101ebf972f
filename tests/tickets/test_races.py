"""A use is exactly once, however many phones scan at the same moment, on both databases."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from time import sleep
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.orm import Session

from pilot_ops.kernel import db
from pilot_ops.kernel.access import Actor
from pilot_ops.kernel.codes import code_digest
from pilot_ops.kernel.db import transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.writer import write_shared
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import (
    Action,
    Move,
    Outcome,
    Reason,
    Scan,
    Selection,
    State,
    Ticket,
    TicketType,
    standing_after,
)
from pilot_ops.tickets.models import TicketEventRow, TicketRow
from pilot_ops.tickets.queries import single
from pilot_ops.tickets.service import scans
from tests.support.builders import ADMIN, NOON
from tests.support.databases import look, work
from tests.support.tickets import (
    allocate,
    code_at,
    hand_out,
    make_batch,
    make_point,
    make_type,
    scan_of,
    staff_of,
    ticket_at,
    venue_of,
)

PHONES = 64
ROUNDS = 12


def handed_out(app: Flask, quantity: int = ROUNDS) -> TicketType:
    """A type of ten visits whose tickets are all with clients."""
    with work(app) as session:
        kind = make_type(session)
        point = make_point(session)
        make_batch(session, kind, quantity)
        allocate(session, kind, point, quantity)
        for serial in range(1, quantity + 1):
            hand_out(session, kind, serial, point)
    return kind


def at_once(app: Flask, scans_of_phones: list[Scan], actor: Actor, *, shared: bool) -> list[Outcome | str]:
    """Every scan sent at the same moment by a phone of its own; what each was answered."""
    together = Barrier(len(scans_of_phones))

    def send(scan: Scan) -> Outcome | str:
        together.wait()
        try:
            with app.app_context():
                if shared:
                    return write_shared(lambda session: service.use(session, actor, scan=scan, at=NOON))
                with transaction() as session:
                    return service.use(session, actor, scan=scan, at=NOON)
        except Refused as refused:
            return refused.reason.value

    with ThreadPoolExecutor(len(scans_of_phones)) as pool:
        return list(pool.map(send, scans_of_phones))


def reasons(answers: list[Outcome | str]) -> Counter[Reason | str | None]:
    return Counter(answer if isinstance(answer, str) else answer.reason for answer in answers)


def uses_in_ledger(app: Flask, kind: TicketType, serial: int) -> int:
    """How many uses the ledger holds; it must say of the ticket what the ticket says of itself."""
    with look(app) as session:
        ticket = queries.find_by_serial(session, kind.id, serial)
        assert ticket is not None
        events = queries.list_events(session, ticket.id)
        told = standing_after(sorted(events, key=lambda event: event.seq or 0), kind.details.uses)
        assert (told.state, told.uses_left, told.point_id) == (ticket.state, ticket.uses_left, ticket.point_id)
        return sum(1 for event in events if event.action == "use" and event.reason is None)


@pytest.mark.parametrize("shared", [True, False], ids=["shared commit", "own commit"])
def test_of_64_scans_at_once_ten_are_taken(on_both: Flask, shared: bool) -> None:
    kind = handed_out(on_both)
    venue = venue_of(kind)
    for serial in range(1, ROUNDS + 1):
        with look(on_both) as session:
            sent = [scan_of(session, kind, serial, venue, confirmed=True) for _ in range(PHONES)]
        answers = at_once(on_both, sent, staff_of(venue), shared=shared)
        assert reasons(answers) == {None: 10, Reason.USED_UP: 54}
        assert sorted(answer.left for answer in answers if isinstance(answer, Outcome) and answer.done) == list(
            range(10)
        )
        assert uses_in_ledger(on_both, kind, serial) == 10
        with look(on_both) as session:
            assert queries.find_by_serial(session, kind.id, serial).state is State.USED_UP  # type: ignore[union-attr]
    with look(on_both) as session:
        tried = session.scalars(select(TicketEventRow.reason).where(TicketEventRow.action == "use")).all()
    assert Counter(tried) == {None: 10 * ROUNDS, "used-up": 54 * ROUNDS}


def drop_numbering(session: Session) -> None:
    """Let the ledger hold two events of the same number."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE ticket_events DROP CONSTRAINT uq_ticket_events_ticket_id_seq"))
        return
    session.execute(text("ALTER TABLE ticket_events RENAME TO old_events"))
    session.execute(text("CREATE TABLE ticket_events AS SELECT * FROM old_events"))
    session.execute(text("CREATE UNIQUE INDEX ticket_events_id ON ticket_events (id)"))


def test_the_race_is_one(on_both: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what guards it more than ten are taken: the test above can fail.

    Taken out are the hold on the ticket, the version that a change names, and the numbering of the ledger; on SQLite
    also the transaction, whose writers take turns from their first statement on.
    """
    monkeypatch.setattr(single, "_HELD", single._SCANNED)
    free = (
        update(TicketRow)
        .where(TicketRow.id == bindparam("ticket"))
        .values(state=bindparam("new_state"), uses_left=bindparam("left"), last_used_at=bindparam("moment"))
        .returning(TicketRow.id)
    )

    def unguarded(session: Session, _statement: Any, ticket: Ticket, values: dict[str, Any]) -> None:
        sleep(0.01)
        left = {"ticket": ticket.id, "left": ticket.uses_left - 1}
        session.connection().execute(free, {**left, "new_state": values["new_state"], "moment": values["moment"]})

    kind = handed_out(on_both, 3)
    venue = venue_of(kind)
    with work(on_both) as session:
        drop_numbering(session)
        sent = [[scan_of(session, kind, serial, venue, confirmed=True) for _ in range(PHONES)] for serial in (1, 2, 3)]
    monkeypatch.setattr(scans, "_change", unguarded)

    def send(scan: Scan) -> bool:
        with on_both.app_context():
            engine = db.db.engine
            engine = db._asking_engine(engine) if engine.dialect.name == "sqlite" else engine
            with Session(engine, info=db._info()) as session, session.begin():
                return service.use(session, staff_of(venue), scan=scan, at=NOON).done

    with ThreadPoolExecutor(8) as pool:
        taken = [sum(pool.map(send, some)) for some in sent]
    assert max(taken) > 10


def test_one_scan_sent_many_times_at_once_is_one_use(on_both: Flask) -> None:
    kind = handed_out(on_both, 1)
    venue = venue_of(kind)
    with look(on_both) as session:
        scan = scan_of(session, kind, 1, venue)
    answers = at_once(on_both, [scan] * 16, staff_of(venue), shared=False)
    assert {answer.left for answer in answers if isinstance(answer, Outcome)} == {9}
    assert len({str(answer) for answer in answers}) == 1
    assert uses_in_ledger(on_both, kind, 1) == 1


def test_one_id_for_two_tickets_is_taken_for_one(on_both: Flask) -> None:
    kind = handed_out(on_both, 2)
    venue = venue_of(kind)
    same: UUID = uuid4()
    with look(on_both) as session:
        sent = [scan_of(session, kind, serial, venue, id=same) for serial in (1, 2)] * 4
    answers = at_once(on_both, sent, staff_of(venue), shared=False)
    assert uses_in_ledger(on_both, kind, 1) + uses_in_ledger(on_both, kind, 2) == 1
    assert reasons(answers) == {None: 4, "id-reused": 4}


def test_a_ticket_handed_out_by_many_at_once_is_handed_out_once(on_both: Flask) -> None:
    with work(on_both) as session:
        kind = make_type(session)
        point = make_point(session)
        make_batch(session, kind, 1)
        allocate(session, kind, point, 1)
        sent = [scan_of(session, kind, 1, point) for _ in range(16)]
    together = Barrier(len(sent))

    def send(scan: Scan) -> Outcome:
        together.wait()
        with on_both.app_context(), transaction() as session:
            return service.hand_out(session, ADMIN, scan=scan, at=NOON)

    with ThreadPoolExecutor(len(sent)) as pool:
        answers = list(pool.map(send, sent))
    assert Counter(answer.reason for answer in answers) == {None: 1, Reason.ALREADY_HANDED_OUT: 15}


def test_one_form_sent_many_times_at_once_moves_once_and_is_answered_alike(on_both: Flask) -> None:
    with work(on_both) as session:
        kind, point = make_type(session), make_point(session)
        make_batch(session, kind, 20)
    asked = Move(uuid4(), Action.ALLOCATE, Selection(kind.id, quantity=5), point.id)
    together = Barrier(8)

    def send(_number: int) -> int:
        together.wait()
        with on_both.app_context(), transaction() as session:
            return service.do_move(session, ADMIN, move=asked, at=NOON)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(send, range(8))) == [5] * 8
    with look(on_both) as session:
        assert queries.balances_of_types(session)[kind.id].at_points == 5


def test_who_replaces_and_who_moves_at_once_take_turns(on_both: Flask) -> None:
    """Whatever the order in which each holds its tickets, the database stops neither."""
    with work(on_both) as session:
        kind, point = make_type(session), make_point(session)
        make_batch(session, kind, 40)
        allocate(session, kind, point, 40)
        for serial in range(1, 21):
            hand_out(session, kind, serial, point)
        olds = [ticket_at(session, kind, serial).id for serial in range(1, 21)]
        digests = [code_digest(code_at(session, kind, serial)) for serial in range(21, 41)]

    def give(number: int) -> None:
        given = {"old_id": olds[number], "new_digest": digests[number]}
        with on_both.app_context(), suppress(Refused), transaction() as session:
            service.replace(session, ADMIN, event_id=uuid4(), at=NOON, **given)

    def mark(number: int) -> None:
        one = Move(uuid4(), Action.LOSE, Selection(kind.id, number + 1, 40 - number), note="Kadonnut")
        with on_both.app_context(), suppress(Refused), transaction() as session:
            service.do_move(session, ADMIN, move=one, at=NOON)

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(what, number) for number in reversed(range(20)) for what in (give, mark)]:
            done.result()
    with look(on_both) as session:
        assert queries.balances_of_types(session)[kind.id].missing == 0
