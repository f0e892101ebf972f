"""Moving many tickets: what clients have stays theirs, and scans at the same moment are done too."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.db import transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.places.domain import Place
from pilot_ops.tickets import service
from pilot_ops.tickets.domain import Action, Reason, Selection, State, TicketType
from tests.support.builders import ADMIN, NOON, make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, fill, find_form, post_form, sign_in
from tests.support.tickets import allocate, hand_out, make_batch, make_point, make_type, move, scan_of, ticket_at


def at_a_point(session: Session) -> tuple[TicketType, Place]:
    """A type with three tickets, all at a point."""
    kind, point = make_type(session), make_point(session)
    make_batch(session, kind, 3)
    allocate(session, kind, point, 3)
    return kind, point


@pytest.mark.parametrize("action", [Action.LOSE, Action.VOID])
def test_a_number_of_tickets_is_never_taken_from_clients(session: Session, action: Action) -> None:
    """Two of three are missing at the point; the first is with a client, who still has it."""
    kind, point = at_a_point(session)
    hand_out(session, kind, 1, point)
    move(session, action, Selection(kind.id, quantity=2, point_id=point.id))
    gone = State.LOST if action is Action.LOSE else State.VOIDED
    assert [ticket_at(session, kind, serial).state for serial in (1, 2, 3)] == [State.HANDED_OUT, gone, gone]
    with pytest.raises(Refused) as refused:
        move(session, action, Selection(kind.id, quantity=1, point_id=point.id))
    assert (refused.value.reason, refused.value.details) == (Reason.TOO_FEW, {"there": 0})
    # By its number it is.
    assert move(session, action, Selection(kind.id, 1, 1)) == 1


def test_what_a_client_lost_is_found_by_its_number_alone(session: Session) -> None:
    kind, point = at_a_point(session)
    hand_out(session, kind, 1, point)
    move(session, Action.LOSE, Selection(kind.id, 1, 2))
    move(session, Action.FIND, Selection(kind.id, quantity=1))
    assert [ticket_at(session, kind, serial).state for serial in (1, 2)] == [State.LOST, State.AT_POINT]
    move(session, Action.FIND, Selection(kind.id, 1, 1))
    assert ticket_at(session, kind, 1).state is State.HANDED_OUT


def test_a_move_and_scans_that_want_each_others_tickets_are_both_done(on_both: Flask) -> None:
    """PostgreSQL stops one of the two for the sake of the other: the move is then done again."""
    with work(on_both) as session:
        kind, point = at_a_point(session)
        boss = make_user(session, Role.COORDINATOR)
    with look(on_both) as session:
        first, second = (scan_of(session, kind, serial, point) for serial in (1, 2))
    browser = on_both.test_client()
    assert isinstance(browser, PageClient)
    sign_in(browser, boss)
    address = f"/tickets/types/{kind.id}/move/void"
    preview = post_form(browser, address, data={"how": "range", "first": "1", "last": "3", "note": "Tulostus oli vino"})
    begun = Event()

    def scan() -> None:
        with on_both.app_context(), transaction() as session:
            service.hand_out(session, ADMIN, scan=second, at=NOON)
            begun.set()
            sleep(0.5)
            service.hand_out(session, ADMIN, scan=first, at=NOON)

    with ThreadPoolExecutor(1) as pool:
        scanning = pool.submit(scan)
        begun.wait()
        moved = browser.post(address, data=fill(find_form(preview, address), {"step": "move"}))
        scanning.result()
    # The tickets were handed out after they were shown: the move is shown anew, and nothing is voided unseen.
    assert moved.status_code == 200
    with look(on_both) as session:
        states = [ticket_at(session, kind, serial).state for serial in (1, 2, 3)]
    assert states == [State.HANDED_OUT, State.HANDED_OUT, State.AT_POINT]
