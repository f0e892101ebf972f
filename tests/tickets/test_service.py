"""What is done with tickets: types, batches, moves, scans, stock-taking, replacing."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries
from pilot_ops.kernel.access import Actor, Role
from pilot_ops.kernel.codes import code_digest
from pilot_ops.kernel.errors import Forbidden, NotFound, Refused
from pilot_ops.kernel.text import Translated
from pilot_ops.places.queries import get_place
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import Action, Kind, Move, Reason, Selection, State, TicketType
from tests.support.builders import ADMIN, NOON
from tests.support.databases import look, work
from tests.support.recorder import recorded
from tests.support.tickets import (
    allocate,
    code_at,
    hand_out,
    make_batch,
    make_group,
    make_point,
    make_type,
    make_venue,
    move,
    scan_of,
    staff_of,
    ticket_at,
    use,
    venue_of,
)

MINUTE = timedelta(minutes=1)
LATER = NOON + timedelta(hours=1)


def with_client(session: Session, **different: object) -> TicketType:
    """A type whose first ticket is with a client."""
    kind, point = make_type(session, **different), make_point(session)
    make_batch(session, kind, 3)
    allocate(session, kind, point, 2)
    hand_out(session, kind, 1, point)
    return kind


# Types and batches


def test_names_and_prefixes_are_taken_once(session: Session) -> None:
    kind = make_type(session, name=Translated("Uintiranneke"), prefix="UIN")
    for different, reason, field in (
        ({"name": Translated("uintiranneke"), "prefix": "XX"}, Reason.NAME_TAKEN, "name_fi"),
        ({"prefix": "uin"}, Reason.PREFIX_TAKEN, "prefix"),
    ):
        with pytest.raises(Refused) as refused:
            make_type(session, **different)
        assert (refused.value.reason, refused.value.field) == (reason, field)
    other = make_type(session)
    for details in (replace(other.details, prefix="UIN"), replace(other.details, name=kind.name)):
        with pytest.raises(Refused):
            service.change_type(session, ADMIN, type_id=other.id, details=details, at=NOON)
    assert queries.find_type_by_name(session, "uin") == kind
    assert queries.find_type_by_name(session, "Uintiranneke") == kind


def test_a_venue_of_a_type_is_a_venue(session: Session) -> None:
    with pytest.raises(Refused) as refused:
        make_type(session, venues=frozenset({make_point(session).id}))
    assert refused.value.reason is Reason.VENUES_MISSING


def test_a_type_with_tickets_keeps_its_uses_and_may_be_valid_longer(session: Session) -> None:
    kind = make_type(session, valid_until=date(2026, 7, 31))
    changed = service.change_type(session, ADMIN, type_id=kind.id, details=replace(kind.details, uses=5), at=NOON)
    assert changed.details.uses == 5
    make_batch(session, changed)
    longer = replace(changed.details, valid_until=date(2026, 8, 31))
    assert service.change_type(session, ADMIN, type_id=kind.id, details=longer, at=NOON).details.valid_until
    with pytest.raises(Refused) as refused:
        service.change_type(session, ADMIN, type_id=kind.id, details=replace(longer, uses=6), at=NOON)
    assert refused.value.reason is Reason.ALREADY_PRINTED


def test_batches_are_numbered_on_and_made_once(session: Session) -> None:
    kind = make_type(session)
    batch_id = uuid4()
    given = {"batch_id": batch_id, "type_id": kind.id, "quantity": 500, "acquired_on": date(2026, 3, 2), "at": NOON}
    first = service.acquire(session, ADMIN, **given)
    assert service.acquire(session, ADMIN, **given) == first
    second = make_batch(session, kind, 100)
    assert (first.first_serial, first.last_serial, second.first_serial, second.last_serial) == (1, 500, 501, 600)
    assert queries.balances_of_types(session)[kind.id].in_stock == 600
    with pytest.raises(Refused) as refused:
        service.acquire(session, ADMIN, **{**given, "quantity": 501})
    assert refused.value.reason is Reason.ID_REUSED
    assert [entry.action for entry in list_entries(session)].count("tickets.acquired") == 2


def test_no_code_is_in_the_database(app: Flask) -> None:
    with work(app) as session:
        kind = with_client(session)
        codes = [code_at(session, kind, serial) for serial in (1, 2, 3)]
        use(session, kind, 1, venue_of(kind))
    with look(app) as session:
        tables = session.scalars(text("SELECT name FROM sqlite_schema WHERE type = 'table'")).all()
        content = "".join(str(session.execute(text(f'SELECT * FROM "{name}"')).all()) for name in tables)
    assert code_digest(codes[0]) in content
    assert not any(code in content for code in codes)


def test_a_counted_type_has_numbers_and_no_tickets(session: Session) -> None:
    kind = make_type(session, kind=Kind.COUNTED)
    batch = make_batch(session, kind, 660)
    assert batch.quantity == 660
    assert queries.list_tickets(session, Selection(kind.id)) == ()
    with pytest.raises(Refused) as refused:
        move(session, Action.ALLOCATE, Selection(kind.id, quantity=1), make_point(session))
    assert refused.value.reason is Reason.NOT_CODED


# Moves


def test_tickets_go_to_a_point_on_to_another_and_back(session: Session) -> None:
    kind, here, there = make_type(session), make_point(session), make_point(session)
    make_batch(session, kind, 10)
    assert allocate(session, kind, here, 6) == 6
    assert move(session, Action.TRANSFER, Selection(kind.id, 5, 6), there) == 2
    assert move(session, Action.RETURN, Selection(kind.id, quantity=1, point_id=there.id)) == 1
    at_points = queries.stock_at_points(session)
    assert at_points[here.id][kind.id] == {State.AT_POINT: 4}
    assert at_points[there.id][kind.id] == {State.AT_POINT: 1}
    assert (ticket_at(session, kind, 5).state, ticket_at(session, kind, 5).point_id) == (State.IN_STOCK, None)
    events = queries.list_events(session, ticket_at(session, kind, 5).id)
    assert [
        (event.action, event.from_id, event.place_id) for event in sorted(events, key=lambda one: one.seq or 0)
    ] == [
        (Action.ALLOCATE, None, here.id),
        (Action.TRANSFER, here.id, there.id),
        (Action.RETURN, there.id, None),
    ]
    assert [entry.action for entry in list_entries(session)].count("tickets.moved") == 3


def test_a_move_sent_twice_moves_once(session: Session) -> None:
    kind, point = make_type(session), make_point(session)
    make_batch(session, kind, 10)
    asked = Move(uuid4(), Action.ALLOCATE, Selection(kind.id, quantity=4), point.id)
    assert service.do_move(session, ADMIN, move=asked, at=NOON) == 4
    assert service.do_move(session, ADMIN, move=asked, at=LATER) == 4
    assert queries.balances_of_types(session)[kind.id].at_points == 4
    with pytest.raises(Refused) as refused:
        service.do_move(session, ADMIN, move=replace(asked, to_id=make_point(session).id), at=NOON)
    assert refused.value.reason is Reason.ID_REUSED


def test_one_id_of_a_move_is_for_the_same_tickets(session: Session) -> None:
    kind, event = make_type(session), uuid4()
    make_batch(session, kind, 10)
    asked = Move(event, Action.VOID, Selection(kind.id, 1, 3), note="Vesivahinko")
    assert service.do_move(session, ADMIN, move=asked, at=NOON) == 3
    assert service.do_move(session, ADMIN, move=asked, at=LATER) == 3
    for others in (Selection(kind.id, 4, 4), Selection(kind.id, 2, 4), Selection(kind.id, quantity=5)):
        with pytest.raises(Refused) as refused:
            service.do_move(session, ADMIN, move=replace(asked, selection=others), at=NOON)
        assert refused.value.reason is Reason.ID_REUSED


def test_a_plan_that_is_out_of_date_is_not_carried_out(session: Session) -> None:
    kind, point = make_type(session), make_point(session)
    make_batch(session, kind, 10)
    asked = Move(uuid4(), Action.ALLOCATE, Selection(kind.id, 1, 5), point.id)
    seen = service.plan_move(session, ADMIN, move=asked).digest
    move(session, Action.VOID, Selection(kind.id, 3, 3))
    with pytest.raises(Refused) as refused:
        service.do_move(session, ADMIN, move=asked, seen=seen, at=NOON)
    assert refused.value.reason is Reason.CHANGED_MEANWHILE
    again = service.plan_move(session, ADMIN, move=asked)
    assert (again.serials, again.left_out) == ((1, 2, 4, 5), {Reason.VOIDED: 1})
    assert service.do_move(session, ADMIN, move=asked, seen=again.digest, at=NOON) == 4


def test_tickets_go_to_points_that_are_in_use(session: Session) -> None:
    kind = make_type(session)
    make_batch(session, kind)
    for place in (make_point(session, active=False), make_venue(session)):
        with pytest.raises(Refused) as refused:
            allocate(session, kind, place, 1)
        assert (refused.value.reason, refused.value.field) == (Reason.NOT_AT_POINT, "to")


def test_five_hundred_move_with_as_many_questions_as_ten(app: Flask, session: Session) -> None:
    kind, point = make_type(session), make_point(session)
    make_batch(session, kind, 1000)
    with recorded(app) as few:
        allocate(session, kind, point, 10)
    with recorded(app) as many:
        allocate(session, kind, point, 500)
    assert len(many) <= len(few) + 2


# Handing out


def test_handing_out_tells_what_is_left_at_the_point(session: Session) -> None:
    kind, point, group = make_type(session, prefix="UIN"), make_point(session), make_group(session)
    served = make_point(session, groups=frozenset({group.id}))
    make_batch(session, kind, 10)
    allocate(session, kind, served, 5)
    outcome = hand_out(session, kind, 2, served, group_id=group.id)
    assert (outcome.reason, outcome.label, outcome.point_left, outcome.left, outcome.uses) == (
        None,
        "UIN-0002",
        4,
        10,
        10,
    )
    ticket = ticket_at(session, kind, 2)
    assert (ticket.state, ticket.group_id, ticket.handed_out_at) == (State.HANDED_OUT, group.id, NOON)
    with pytest.raises(Refused) as refused:
        hand_out(session, kind, 3, point, group_id=group.id)
    assert refused.value.reason is Reason.GROUP_MISSING


def test_a_second_hand_out_is_told_when_and_where_the_first_was(session: Session) -> None:
    kind, point, other = make_type(session), make_point(session), make_point(session)
    make_batch(session, kind, 2)
    allocate(session, kind, point, 1)
    hand_out(session, kind, 1, point)
    again = hand_out(session, kind, 1, other, at=LATER)
    assert (again.reason, again.seen_at, again.seen_place_id) == (Reason.ALREADY_HANDED_OUT, NOON, point.id)
    assert hand_out(session, kind, 2, point).reason is Reason.IN_STOCK
    events = queries.list_events(session, ticket_at(session, kind, 1).id)
    assert [event.reason for event in events if event.action is Action.HAND_OUT] == [None, Reason.ALREADY_HANDED_OUT]


def test_a_hand_out_is_taken_back_once_and_in_time(session: Session) -> None:
    kind, point = make_type(session), make_point(session)
    make_batch(session, kind, 2)
    allocate(session, kind, point, 2)
    done = hand_out(session, kind, 1, point)
    undo = uuid4()
    back = service.undo_hand_out(session, ADMIN, event_id=undo, undoes=done.id, at=NOON + MINUTE)
    assert service.undo_hand_out(session, ADMIN, event_id=undo, undoes=done.id, at=LATER) == back
    assert (ticket_at(session, kind, 1).state, back.point_left) == (State.AT_POINT, 2)
    with pytest.raises(Refused) as refused:
        service.undo_hand_out(session, ADMIN, event_id=uuid4(), undoes=done.id, at=NOON + MINUTE)
    assert refused.value.reason is Reason.ALREADY_UNDONE
    assert hand_out(session, kind, 1, point, at=LATER).done
    used = hand_out(session, kind, 2, point)
    use(session, kind, 2, venue_of(kind))
    for event_id, at, reason in (
        (used.id, NOON + MINUTE, Reason.USED_ALREADY),
        (uuid4(), NOON, Reason.ALREADY_UNDONE),
    ):
        with pytest.raises(Refused) as refused:
            service.undo_hand_out(session, ADMIN, event_id=uuid4(), undoes=event_id, at=at)
        assert refused.value.reason is reason


# Use


def test_ten_visits_and_no_more(session: Session) -> None:
    kind = with_client(session)
    venue = venue_of(kind)
    moments = [NOON + timedelta(days=day) for day in range(11)]
    answers = [use(session, kind, 1, venue, at=at) for at in moments]
    assert [answer.left for answer in answers] == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]
    last = answers[-1]
    assert (last.reason, last.seen_at, last.seen_place_id) == (Reason.USED_UP, moments[9], venue)
    ticket = ticket_at(session, kind, 1)
    assert (ticket.state, ticket.first_used_at, ticket.last_used_at) == (State.USED_UP, NOON, moments[9])


def test_the_honest_retry_of_the_tenth_visit_gets_its_first_answer(session: Session) -> None:
    """An id that is looked for after the rules would be refused as an eleventh visit."""
    kind = with_client(session, uses=1)
    scan = scan_of(session, kind, 1, venue_of(kind))
    first = service.use(session, ADMIN, scan=scan, at=NOON)
    again = service.use(session, ADMIN, scan=scan, at=LATER)
    assert first.done
    assert again == first
    assert ticket_at(session, kind, 1).version == 3


def test_a_refused_scan_sent_again_is_refused_in_the_same_words(session: Session) -> None:
    kind = with_client(session)
    elsewhere = make_venue(session)
    scan = scan_of(session, kind, 1, elsewhere)
    first = service.use(session, ADMIN, scan=scan, at=NOON)
    assert first.reason is Reason.NOT_VALID_HERE
    assert service.use(session, ADMIN, scan=scan, at=LATER) == first


def test_one_id_is_for_one_ticket_one_place_and_one_deed(session: Session) -> None:
    kind, venue = with_client(session), make_venue(session)
    scan = scan_of(session, kind, 1, venue_of(kind))
    service.use(session, ADMIN, scan=scan, at=NOON)
    other = scan_of(session, kind, 2, venue_of(kind), id=scan.id)
    for wrong in (other, replace(scan, place_id=venue.id), replace(scan, digest="0" * 64)):
        with pytest.raises(Refused) as refused:
            service.use(session, ADMIN, scan=wrong, at=NOON)
        assert refused.value.reason is Reason.ID_REUSED
    with pytest.raises(Refused) as refused:
        service.hand_out(session, ADMIN, scan=replace(scan, place_id=make_point(session).id), at=NOON)
    assert refused.value.reason is Reason.ID_REUSED


def test_the_second_person_is_confirmed(session: Session) -> None:
    kind = with_client(session)
    venue = venue_of(kind)
    use(session, kind, 1, venue)
    assert use(session, kind, 1, venue, at=NOON + MINUTE).reason is Reason.SCANNED_JUST_NOW
    assert use(session, kind, 1, venue, at=NOON + MINUTE, confirmed=True).left == 8


def test_an_unknown_code_is_stored_and_counted(session: Session) -> None:
    kind = with_client(session)
    scan = replace(scan_of(session, kind, 1, venue_of(kind)), digest=code_digest("NO SUCH CODE"))
    for _ in range(2):
        assert service.use(session, ADMIN, scan=scan, at=NOON).reason is Reason.UNKNOWN_CODE
    service.use(session, ADMIN, scan=replace(scan, id=uuid4()), at=NOON)
    assert queries.count_wrong_codes(session, date(2026, 7, 1)) == {(date(2026, 7, 1), "use"): 2}


def test_what_happened_offline_is_kept_and_an_overdraft_is_reported(session: Session) -> None:
    kind = with_client(session, uses=1)
    venue = venue_of(kind)
    first = use(session, kind, 1, venue, offline=True)
    second = use(session, kind, 1, venue, at=LATER, offline=True)
    assert (first.reason, first.conflict) == (None, False)
    assert (second.reason, second.conflict, second.left) == (Reason.USED_UP, True, 0)
    ((event, ticket),) = queries.list_conflicts(session)
    assert (event.id, event.offline, ticket) == (second.id, True, ticket_at(session, kind, 1))


@pytest.mark.parametrize("year", [2020, 2040])
def test_the_time_of_a_phone_is_bounded(session: Session, year: int) -> None:
    kind = with_client(session)
    scan = scan_of(session, kind, 1, venue_of(kind), offline=True, at=datetime(year, 1, 1, tzinfo=UTC))
    assert service.use(session, ADMIN, scan=scan, at=NOON).at == NOON
    assert ticket_at(session, kind, 1).last_used_at == NOON
    # Online, the service's own clock counts.
    online = scan_of(session, kind, 1, venue_of(kind), at=NOON + timedelta(minutes=4))
    assert service.use(session, ADMIN, scan=replace(online, confirmed=True), at=NOON).at == NOON


def test_what_was_used_offline_may_come_after_what_was_used_later(session: Session) -> None:
    kind = with_client(session)
    venue = venue_of(kind)
    use(session, kind, 1, venue, at=LATER)
    early = scan_of(session, kind, 1, venue, at=NOON, offline=True)
    assert service.use(session, ADMIN, scan=early, at=LATER + MINUTE).left == 8
    ticket = ticket_at(session, kind, 1)
    assert (ticket.first_used_at, ticket.last_used_at) == (NOON, LATER)


def test_everybody_acts_at_their_own_places(session: Session) -> None:
    kind = with_client(session)
    venue, elsewhere = venue_of(kind), make_venue(session)
    scan = scan_of(session, kind, 1, venue)
    cashier = staff_of(venue)
    assert service.use(session, cashier, scan=scan, at=NOON).done
    for actor, place in ((cashier, elsewhere.id), (staff_of(venue, Role.POINT_STAFF), venue)):
        with pytest.raises(Forbidden):
            service.use(session, actor, scan=replace(scan, id=uuid4(), place_id=place), at=NOON)
    with pytest.raises(Forbidden):
        service.hand_out(session, cashier, scan=scan, at=NOON)
    asked = Move(uuid4(), Action.VOID, Selection(kind.id, 1, 1), note="Hukassa")
    for actor in (cashier, Actor(None, "Puisto", Role.PARK_STAFF)):
        with pytest.raises(Forbidden):
            service.do_move(session, actor, move=asked, at=NOON)


def test_a_place_that_is_none_is_not_found(session: Session) -> None:
    kind = with_client(session)
    scan = scan_of(session, kind, 1, venue_of(kind))
    for place_id in (uuid4(), make_point(session).id):
        with pytest.raises(NotFound):
            service.use(session, ADMIN, scan=replace(scan, place_id=place_id), at=NOON)
    for place_id in (uuid4(), venue_of(kind)):
        with pytest.raises(NotFound):
            service.hand_out(session, ADMIN, scan=replace(scan, place_id=place_id), at=NOON)


def test_a_no_that_was_lost_and_a_yes_without_a_network_are_two_things(session: Session) -> None:
    """The reply "used up" never reached the phone, which then let the person in: stored once, as a conflict."""
    kind = with_client(session, uses=1)
    use(session, kind, 1, venue_of(kind))
    scan = scan_of(session, kind, 1, venue_of(kind), at=LATER)
    refused = service.use(session, ADMIN, scan=scan, at=LATER)
    assert (refused.reason, refused.conflict) == (Reason.USED_UP, False)
    happened = replace(scan, offline=True)
    told = [service.use(session, ADMIN, scan=happened, at=LATER + MINUTE) for _ in range(2)]
    assert told[0] == told[1]
    assert (told[0].reason, told[0].conflict) == (Reason.USED_UP, True)
    assert len(queries.list_conflicts(session)) == 1
    assert service.use(session, ADMIN, scan=scan, at=LATER) == refused


def test_a_yes_that_was_lost_is_a_yes_also_without_a_network(session: Session) -> None:
    kind = with_client(session)
    scan = scan_of(session, kind, 1, venue_of(kind))
    done = service.use(session, ADMIN, scan=scan, at=NOON)
    assert service.use(session, ADMIN, scan=replace(scan, offline=True), at=LATER) == done
    assert queries.balances_of_types(session)[kind.id].uses == 1


def test_a_use_is_of_the_group_that_the_ticket_was_given_to(session: Session) -> None:
    kind, group = make_type(session), make_group(session)
    point = make_point(session, groups=frozenset({group.id}))
    make_batch(session, kind, 1)
    allocate(session, kind, point, 1)
    hand_out(session, kind, 1, point, group_id=group.id)
    use(session, kind, 1, venue_of(kind), group_id=uuid4())
    events = queries.list_events(session, ticket_at(session, kind, 1).id)
    assert [event.group_id for event in events if event.action is Action.USE] == [group.id]


def test_a_group_that_is_none_is_not_asked_of_a_use(session: Session) -> None:
    kind = with_client(session)
    scan = replace(scan_of(session, kind, 1, venue_of(kind)), digest="0" * 64, group_id=uuid4())
    assert service.use(session, ADMIN, scan=scan, at=NOON).reason is Reason.UNKNOWN_CODE


def test_events_are_never_changed_or_deleted(on_both: Flask) -> None:
    with work(on_both) as session:
        with_client(session)
    for statement in ("DELETE FROM ticket_events", "UPDATE ticket_events SET note = 'x'", "DELETE FROM stock_moves"):
        with pytest.raises(DBAPIError, match="append-only"), work(on_both) as session:
            session.execute(text(statement))


# Replacing


def test_the_old_dies_when_the_new_is_given(session: Session) -> None:
    kind = with_client(session)
    venue = venue_of(kind)
    for day in range(3):
        use(session, kind, 1, venue, at=NOON + timedelta(days=day))
    event_id = uuid4()
    given = {"event_id": event_id, "old_id": ticket_at(session, kind, 1).id, "at": LATER}
    digest = code_digest(code_at(session, kind, 2))
    old, new = service.replace(session, ADMIN, new_digest=digest, **given)
    assert (old.state, old.replaced_by, new.state, new.uses_left) == (State.LOST, new.id, State.HANDED_OUT, 7)
    assert service.replace(session, ADMIN, new_digest=digest, **given) == (old, new)
    soon = NOON + timedelta(days=9)
    assert use(session, kind, 1, venue, at=soon).reason is Reason.REPLACED
    assert use(session, kind, 2, venue, at=soon).left == 6
    balance = queries.balances_of_types(session)[kind.id]
    assert (balance.missing, balance.lost, balance.handed_out, balance.uses, balance.used) == (0, 1, 1, 4, 1)
    with pytest.raises(Refused):
        move(session, Action.FIND, Selection(kind.id, 1, 1))


def test_one_id_is_for_one_replacing(session: Session) -> None:
    kind, event_id = with_client(session), uuid4()
    point_id = ticket_at(session, kind, 2).point_id
    assert point_id is not None
    move(session, Action.ALLOCATE, Selection(kind.id, 3, 3), get_place(session, point_id))
    for old, new, reason in ((1, 2, None), (2, 3, Reason.ID_REUSED)):
        given = {"old_id": ticket_at(session, kind, old).id, "new_digest": code_digest(code_at(session, kind, new))}
        with nullcontext() if reason is None else pytest.raises(Refused) as refused:
            service.replace(session, ADMIN, event_id=event_id, at=LATER, **given)
        assert reason is None or refused.value.reason is reason


@pytest.mark.parametrize(
    ("new", "reason"),
    [(1, Reason.OTHER_TYPE), (3, Reason.NOT_AT_POINT), (None, Reason.UNKNOWN_CODE)],
)
def test_only_a_ticket_of_the_type_at_a_point_replaces(session: Session, new: int | None, reason: Reason) -> None:
    kind = with_client(session)
    digest = code_digest(code_at(session, kind, new)) if new else "0" * 64
    old_id = ticket_at(session, kind, 1).id
    with pytest.raises(Refused) as refused:
        service.replace(session, ADMIN, event_id=uuid4(), old_id=old_id, new_digest=digest, at=NOON)
    assert (refused.value.reason, refused.value.field) == (reason, "code")


def test_what_is_with_nobody_or_used_up_is_not_replaced(session: Session) -> None:
    kind, point = make_type(session, uses=1), make_point(session)
    make_batch(session, kind, 4)
    allocate(session, kind, point, 3)
    hand_out(session, kind, 1, point)
    use(session, kind, 1, venue_of(kind))
    digest = code_digest(code_at(session, kind, 3))
    for serial, reason in ((1, Reason.USED_UP), (2, Reason.NOT_HANDED_OUT)):
        old_id = ticket_at(session, kind, serial).id
        with pytest.raises(Refused) as refused:
            service.replace(session, ADMIN, event_id=uuid4(), old_id=old_id, new_digest=digest, at=NOON)
        assert refused.value.reason is reason
    with pytest.raises(NotFound):
        service.replace(session, ADMIN, event_id=uuid4(), old_id=uuid4(), new_digest=digest, at=NOON)


def test_a_used_up_ticket_marked_lost_is_not_replaced(session: Session) -> None:
    kind = with_client(session, uses=1)
    use(session, kind, 1, venue_of(kind))
    move(session, Action.LOSE, Selection(kind.id, 1, 1))
    digest = code_digest(code_at(session, kind, 2))
    old_id = ticket_at(session, kind, 1).id
    with pytest.raises(Refused) as refused:
        service.replace(session, ADMIN, event_id=uuid4(), old_id=old_id, new_digest=digest, at=NOON)
    assert refused.value.reason is Reason.USED_UP


# Stock-taking


def test_a_difference_is_explained_and_stays_until_it_is_put_right(session: Session) -> None:
    kind, point = make_type(session), make_point(session)
    make_batch(session, kind, 10)
    allocate(session, kind, point, 10)

    def count(counted: int, note: str = "", at: datetime = NOON) -> int:
        taken = {"taking_id": uuid4(), "type_id": kind.id, "point_id": point.id, "counted": counted, "note": note}
        return service.take_stock(session, ADMIN, at=at, **taken)

    with pytest.raises(Refused) as refused:
        count(8)
    assert (refused.value.reason, refused.value.details) == (Reason.NOTE_MISSING, {"counted": 8, "expected": 10})
    assert count(8, "Kaksi kastui") == 2

    def unexplained() -> list[int]:
        return [stock.unexplained for stock in service.get_overview(session, ADMIN).differences]

    assert unexplained() == [2]
    move(session, Action.LOSE, Selection(kind.id, 9, 9), at=NOON + MINUTE)
    assert unexplained() == [1]
    move(session, Action.LOSE, Selection(kind.id, 10, 10), at=NOON + MINUTE)
    assert unexplained() == []
    assert count(9, "Yksi toisesta pisteestä", LATER) == -1
    assert unexplained() == [-1]
    assert count(8, at=LATER + MINUTE) == 0
    assert unexplained() == []


def test_only_tickets_with_codes_are_counted_one_by_one(session: Session) -> None:
    """Of a counted type nothing is known one by one: every count would seem to be too many."""
    kind, point = make_type(session, kind=Kind.COUNTED, uses=1), make_point(session)
    taken = {"taking_id": uuid4(), "type_id": kind.id, "point_id": point.id, "counted": 3, "note": "Kolme"}
    with pytest.raises(Refused) as refused:
        service.take_stock(session, ADMIN, at=NOON, **taken)
    assert refused.value.reason is Reason.NOT_CODED


def test_a_count_sent_again_is_answered_as_before_whatever_moved_meanwhile(session: Session) -> None:
    kind, point = make_type(session), make_point(session)
    make_batch(session, kind, 10)
    allocate(session, kind, point, 10)
    taken = {"taking_id": uuid4(), "type_id": kind.id, "point_id": point.id, "at": LATER}
    assert service.take_stock(session, ADMIN, counted=10, **taken) == 0
    hand_out(session, kind, 1, point)
    assert service.take_stock(session, ADMIN, counted=10, **taken) == 0
    with pytest.raises(Refused) as refused:
        service.take_stock(session, ADMIN, counted=9, **taken)
    assert refused.value.reason is Reason.ID_REUSED


def test_the_overview_asks_as_many_questions_for_many_points(app: Flask, session: Session) -> None:
    kind = make_type(session)
    make_batch(session, kind, 40)

    def questions() -> int:
        with recorded(app) as asked:
            service.get_overview(session, ADMIN)
        return len(asked)

    allocate(session, kind, make_point(session), 1)
    few = questions()
    for _ in range(20):
        allocate(session, kind, make_point(session), 1)
    assert questions() == few
