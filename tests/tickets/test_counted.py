"""Counted tickets: what their numbers add up to, what cannot be, and recording them once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.errors import Forbidden, Refused
from pilot_ops.places.domain import Place
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import (
    Action,
    Balance,
    Batch,
    Counts,
    Imbalance,
    Kind,
    PlaceCounts,
    Reason,
    TicketType,
    Wrong,
    month_lines,
    standing_of,
)
from pilot_ops.tickets.models import StockMoveRow
from tests.support.builders import ADMIN, NOON
from tests.support.databases import look, work
from tests.support.tickets import make_batch, make_group, make_point, make_type, make_venue, staff_of

JUNE, JULY = date(2026, 6, 15), date(2026, 7, 1)
TYPE, SUVELA, SOUKKA, KINO = uuid4(), uuid4(), uuid4(), uuid4()


def some(action: Action, quantity: int, place: UUID | None = None, *, day: date = JUNE) -> Counts:
    return Counts(uuid4(), TYPE, action, quantity, day, place)


def test_numbers_add_up_to_the_balance() -> None:
    standing = standing_of(
        660,
        [
            some(Action.ALLOCATE, 200, SUVELA),
            some(Action.ALLOCATE, 100, SOUKKA),
            some(Action.HAND_OUT, 150, SUVELA),
            some(Action.HAND_OUT, -10, SUVELA),
            some(Action.RETURN, 20, SUVELA),
            some(Action.LOSE, 3, SUVELA),
            some(Action.VOID, 5),
            some(Action.USE, 90, KINO),
        ],
    )
    # In stock 660 - 300 + 20 - 5 = 375; Suvela 200 - 140 - 20 - 3 = 37, Soukka 100; 375 + 137 + 140 + 5 + 3 = 660.
    assert standing.balance == Balance(660, 375, 137, 140, 5, 3, used=90, used_up=90, uses=90)
    assert standing.balance.missing == 0
    assert standing.places[SUVELA] == PlaceCounts(sent=200, returned=20, handed_out=140, lost=3)
    assert standing.places[SUVELA].left == 37
    assert standing.imbalances == ()


@pytest.mark.parametrize(
    ("counts", "wrong"),
    [
        ([some(Action.ALLOCATE, 12, SUVELA)], [Imbalance(Wrong.SENT_TOO_MANY, None, 2)]),
        ([some(Action.VOID, 11)], [Imbalance(Wrong.SENT_TOO_MANY, None, 1)]),
        (
            [some(Action.ALLOCATE, 5, SUVELA), some(Action.HAND_OUT, 7, SUVELA)],
            [Imbalance(Wrong.HANDED_OUT_TOO_MANY, SUVELA, 2)],
        ),
        (
            [some(Action.ALLOCATE, 5, SUVELA), some(Action.HAND_OUT, 4, SUVELA), some(Action.RETURN, 3, SUVELA)],
            [Imbalance(Wrong.RETURNED_TOO_MANY, SUVELA, 2)],
        ),
        (
            [some(Action.ALLOCATE, 5, SUVELA), some(Action.HAND_OUT, 4, SUVELA), some(Action.LOSE, 3, SUVELA)],
            [Imbalance(Wrong.WRITTEN_OFF_TOO_MANY, SUVELA, 2)],
        ),
        (
            [some(Action.ALLOCATE, 5, SUVELA), some(Action.HAND_OUT, 5, SUVELA), some(Action.USE, 6, KINO)],
            [Imbalance(Wrong.USED_TOO_MANY, None, 1)],
        ),
        (
            [
                *[some(Action.ALLOCATE, 5, place) for place in (SUVELA, SOUKKA)],
                *[some(Action.HAND_OUT, 5, place) for place in (SUVELA, SOUKKA)],
                some(Action.USE, 6, SUVELA),
            ],
            [Imbalance(Wrong.USED_TOO_MANY, SUVELA, 1)],
        ),
        ([some(Action.HAND_OUT, -2, SUVELA)], [Imbalance(Wrong.CORRECTED_TOO_MUCH, SUVELA, 2)]),
    ],
)
def test_what_cannot_be_is_named_with_place_and_number(counts: list[Counts], wrong: list[Imbalance]) -> None:
    standing = standing_of(10, counts)
    assert list(standing.imbalances) == wrong
    assert standing.balance.missing == 0  # nothing was cut to fit


def test_a_ticket_of_many_uses_may_be_used_as_often() -> None:
    counts = [some(Action.ALLOCATE, 2, SUVELA), some(Action.HAND_OUT, 2, SUVELA), some(Action.USE, 20, KINO)]
    standing = standing_of(5, counts, uses_each=10)
    assert standing.imbalances == ()
    assert (standing.balance.used, standing.balance.uses) == (0, 20)
    assert standing_of(5, [*counts, some(Action.USE, 1, KINO)], uses_each=10).imbalances == (
        Imbalance(Wrong.USED_TOO_MANY, None, 1),
    )


def test_months_carry_on_from_one_another() -> None:
    batches = [Batch(uuid4(), TYPE, 100, date(2026, 5, 30), 1)]
    counts = [
        some(Action.ALLOCATE, 60, SUVELA),
        some(Action.HAND_OUT, 20, SUVELA),
        some(Action.HAND_OUT, 30, SUVELA, day=JULY),
        some(Action.RETURN, 5, SUVELA, day=JULY),
    ]
    told = [
        (line.month.month, line.place_id, line.acquired, line.counts.sent, line.counts.handed_out, line.left)
        for line in month_lines(batches, counts)
    ]
    assert told == [
        (7, None, 0, 0, 0, 45),
        (7, SUVELA, 0, 0, 30, 5),
        (6, None, 0, 60, 0, 40),
        (6, SUVELA, 0, 60, 20, 40),
        (5, None, 100, 0, 0, 100),
    ]


def counted(session: Session, quantity: int = 100, **different: Any) -> TicketType:
    """Cinema tickets that the cinema sold us, some of them in stock."""
    kind = make_type(session, kind=Kind.COUNTED, **{"uses": 1, **different})
    if quantity:
        make_batch(session, kind, quantity)
    return kind


def put(session: Session, kind: TicketType, action: Action, quantity: int, place: Place | None, **more: Any) -> Counts:
    given = {
        "move_id": uuid4(),
        "day": JULY,
        "place_id": place.id if place else None,
        "at": NOON,
        "actor": ADMIN,
        **more,
    }
    actor = given.pop("actor")
    return service.record_counts(session, actor, type_id=kind.id, action=action, quantity=quantity, **given)


def test_a_number_is_recorded_once_and_in_the_log(session: Session) -> None:
    kind, point = counted(session), make_point(session)
    first = put(session, kind, Action.ALLOCATE, 40, point)
    again = put(session, kind, Action.ALLOCATE, 40, point, move_id=first.id)
    assert again == first
    assert queries.list_counts(session, kind.id) == (first,)
    assert [entry.action for entry in list_entries(session)].count("tickets.moved") == 1
    with pytest.raises(Refused, match="id-reused"):
        put(session, kind, Action.ALLOCATE, 41, point, move_id=first.id)


def test_a_correction_is_another_number_with_a_reason(session: Session) -> None:
    kind, point = counted(session), make_point(session)
    put(session, kind, Action.ALLOCATE, 40, point)
    with pytest.raises(Refused) as refused:
        put(session, kind, Action.ALLOCATE, -3, point)
    assert (refused.value.reason, refused.value.field) == (Reason.NOTE_MISSING, "note")
    put(session, kind, Action.ALLOCATE, -3, point, note="Laskettu väärin")
    assert sorted(one.quantity for one in queries.list_counts(session, kind.id)) == [-3, 40]


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"quantity": 0}, Reason.QUANTITY_WRONG, "quantity"),
        ({"quantity": 1_000_001}, Reason.QUANTITY_WRONG, "quantity"),
        ({"day": date(2026, 7, 2)}, Reason.DAY_IN_FUTURE, "day"),
        ({"place_id": None}, Reason.NOT_AT_POINT, "place"),
        ({"place_id": uuid4()}, Reason.NOT_AT_POINT, "place"),
        ({"place_id": None, "action": Action.USE}, Reason.PLACE_MISSING, "place"),
        ({"group_id": uuid4()}, Reason.GROUP_MISSING, "group"),
        ({"action": Action.LOSE}, Reason.NOTE_MISSING, "note"),
    ],
)
def test_what_is_missing_or_wrong_is_refused(
    session: Session, change: dict[str, Any], reason: Reason, field: str
) -> None:
    kind, point = counted(session), make_point(session)
    given = {"action": Action.HAND_OUT, "quantity": 1, "place_id": point.id, "day": JULY, **change}
    with pytest.raises(Refused) as refused:
        service.record_counts(session, ADMIN, move_id=uuid4(), type_id=kind.id, at=NOON, **given)
    assert (refused.value.reason, refused.value.field) == (reason, field)


def test_nothing_is_handed_out_at_a_venue_or_recorded_of_coded_tickets(session: Session) -> None:
    kind, venue = counted(session), make_venue(session)
    with pytest.raises(Refused, match="not-at-point"):
        put(session, kind, Action.HAND_OUT, 1, venue)
    with pytest.raises(Refused, match="not-counted"):
        put(session, make_type(session), Action.ALLOCATE, 1, make_point(session))


def test_a_client_group_is_one_of_the_points(session: Session) -> None:
    group = make_group(session)
    kind, point = counted(session), make_point(session, groups=frozenset({group.id}))
    assert put(session, kind, Action.HAND_OUT, 2, point, group_id=group.id).group_id == group.id
    with pytest.raises(Refused, match="group-missing"):
        put(session, kind, Action.HAND_OUT, 2, point, group_id=make_group(session).id)


def test_staff_record_what_is_theirs_at_their_own_place(session: Session) -> None:
    kind, point, venue = counted(session), make_point(session), make_venue(session)
    at_point, at_venue = staff_of(point, Role.POINT_STAFF), staff_of(venue, Role.VENUE)
    put(session, kind, Action.HAND_OUT, 2, point, actor=at_point)
    put(session, kind, Action.USE, 1, venue, actor=at_venue)
    denied = [
        (at_point, Action.ALLOCATE, point),
        (at_point, Action.HAND_OUT, make_point(session)),
        (at_point, Action.USE, point),
        (at_venue, Action.USE, make_venue(session)),
        (at_venue, Action.HAND_OUT, venue),
        (staff_of(point, Role.MANAGER), Action.ALLOCATE, point),
    ]
    for actor, action, place in denied:
        with pytest.raises(Forbidden):
            put(session, kind, action, 1, place, actor=actor)


def test_one_form_sent_many_times_at_once_is_one_number(on_both: Flask) -> None:
    with work(on_both) as session:
        kind, point = counted(session), make_point(session)
    move_id, together = uuid4(), Barrier(12)

    def send(_: int) -> int:
        together.wait()
        with work(on_both) as session:
            return put(session, kind, Action.ALLOCATE, 7, point, move_id=move_id).quantity

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(send, range(12))) == [7] * 12
    with look(on_both) as session:
        assert session.scalar(select(func.sum(StockMoveRow.quantity))) == 7
