"""What is sent again is answered as it was, whatever has changed meanwhile; and what happened is kept."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.db import transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.places import service as places
from pilot_ops.places.domain import Place
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import Action, Kind, Move, Reason, Scan, Selection, State, TicketType
from tests.support.builders import ADMIN, NOON
from tests.support.databases import look, work
from tests.support.tickets import (
    allocate,
    hand_out,
    make_batch,
    make_group,
    make_point,
    make_type,
    scan_of,
    staff_of,
    ticket_at,
)

LATER = NOON + timedelta(hours=1)


def serving(session: Session) -> tuple[TicketType, Place, UUID]:
    """A type with tickets at a point that serves one client group."""
    kind, group = make_type(session), make_group(session)
    point = make_point(session, groups=frozenset({group.id}))
    make_batch(session, kind, 3)
    allocate(session, kind, point, 3)
    return kind, point, group.id


def serve_nobody(session: Session, point: Place) -> None:
    """The point no longer serves any client group."""
    details = replace(point.details, groups=frozenset())
    places.change_place(session, ADMIN, place_id=point.id, details=details, at=NOON)


def test_a_hand_out_sent_again_is_answered_though_the_point_serves_the_group_no_more(session: Session) -> None:
    kind, point, group_id = serving(session)
    scan = scan_of(session, kind, 1, point, group_id=group_id)
    staff = staff_of(point, Role.POINT_STAFF)
    first = service.hand_out(session, staff, scan=scan, at=NOON)
    serve_nobody(session, point)
    assert service.hand_out(session, staff, scan=scan, at=LATER) == first
    with pytest.raises(Refused) as refused:
        service.hand_out(session, staff, scan=replace(scan, id=uuid4()), at=LATER)
    assert refused.value.reason is Reason.GROUP_MISSING


def test_a_hand_out_that_happened_offline_is_kept_with_the_group_the_point_had(session: Session) -> None:
    kind, point, group_id = serving(session)
    known, unknown = (
        Scan(uuid4(), scan_of(session, kind, serial, point).digest, point.id, NOON, group, offline=True)
        for serial, group in ((1, group_id), (2, uuid4()))
    )
    serve_nobody(session, point)
    for scan in (known, unknown):
        assert service.hand_out(session, staff_of(point, Role.POINT_STAFF), scan=scan, at=LATER).done
    assert ticket_at(session, kind, 1).group_id == group_id
    # What is no client group cannot be said of a ticket; that it was handed out can.
    second = ticket_at(session, kind, 2)
    assert (second.state, second.group_id) == (State.HANDED_OUT, None)


def test_a_count_sent_again_is_answered_though_a_ticket_was_handed_out_meanwhile(session: Session) -> None:
    kind, point, _group_id = serving(session)
    taken = {"taking_id": uuid4(), "type_id": kind.id, "point_id": point.id}
    assert service.take_stock(session, ADMIN, counted=3, at=NOON, **taken) == 0
    hand_out(session, kind, 1, point)
    assert service.take_stock(session, ADMIN, counted=3, at=LATER, **taken) == 0
    with pytest.raises(Refused) as refused:
        service.take_stock(session, ADMIN, counted=2, at=LATER, **taken)
    assert refused.value.reason is Reason.ID_REUSED


def test_a_number_sent_again_is_answered_though_the_point_is_out_of_use(session: Session) -> None:
    kind, point = make_type(session, kind=Kind.COUNTED, uses=1), make_point(session)
    make_batch(session, kind, 10)
    sent = {"move_id": uuid4(), "type_id": kind.id, "action": Action.ALLOCATE, "place_id": point.id}
    number = {**sent, "quantity": 4, "day": date(2026, 3, 3)}
    first = service.record_counts(session, ADMIN, at=NOON, **number)
    unused = replace(point.details, active=False)
    places.change_place(session, ADMIN, place_id=point.id, details=unused, at=NOON)
    assert service.record_counts(session, ADMIN, at=LATER, **number) == first
    with pytest.raises(Refused) as refused:
        service.record_counts(session, ADMIN, at=LATER, **{**number, "move_id": uuid4()})
    assert refused.value.reason is Reason.NOT_AT_POINT


def at_once(app: Flask, deed: Callable[[Session], object], times: int = 8) -> list[object]:
    """The same deed many times at the same moment; what each was answered."""
    together = Barrier(times)

    def do(_turn: int) -> object:
        together.wait()
        try:
            with app.app_context(), transaction() as session:
                return deed(session)
        except Refused as refused:
            return refused.reason

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(do, range(times)))


def test_a_batch_pressed_twice_at_once_is_one_batch_and_both_are_told(on_both: Flask) -> None:
    with work(on_both) as session:
        kind = make_type(session)
    batch = {"batch_id": uuid4(), "type_id": kind.id, "quantity": 5, "acquired_on": date(2026, 3, 2)}
    told = at_once(on_both, lambda session: service.acquire(session, ADMIN, at=NOON, **batch))
    assert len(set(told)) == 1
    assert not isinstance(told[0], Reason)
    with look(on_both) as session:
        assert len(queries.list_batches(session, kind.id)) == 1


def test_batches_made_at_once_are_numbered_one_after_another(on_both: Flask) -> None:
    with work(on_both) as session:
        kind = make_type(session)
    told = at_once(on_both, lambda session: make_batch(session, kind, 5).first_serial)
    assert sorted(told, key=str) == sorted([1 + 5 * place for place in range(8)], key=str)


def test_a_move_pressed_twice_at_once_moves_once_and_both_are_told(on_both: Flask) -> None:
    with work(on_both) as session:
        kind, point = make_type(session), make_point(session)
        make_batch(session, kind, 10)
    asked = Move(uuid4(), Action.ALLOCATE, Selection(kind.id, quantity=4), point.id)
    with look(on_both) as session:
        seen = service.plan_move(session, ADMIN, move=asked).digest
    told = at_once(on_both, lambda session: service.do_move(session, ADMIN, move=asked, seen=seen, at=NOON))
    assert told == [4] * 8
    with look(on_both) as session:
        assert queries.count_at_point(session, point.id, kind.id) == 4
