"""Printing: ordering a print, and the steps of making it, each in a transaction of its own.

Codes are made anew with the service's key. What is made is kept enciphered, so that the database alone holds no code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action as Logged
from pilot_ops.audit.service import record
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.codes import code_digest
from pilot_ops.kernel.db import insert_once, secret_of
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.places.queries import list_places
from pilot_ops.tickets import queries
from pilot_ops.tickets.domain import (
    ABANDONED_AFTER,
    KEPT_FOR,
    MOST_TRIES,
    Order,
    Print,
    PrintPlan,
    PrintState,
    Reason,
    Selection,
    TicketType,
    check_order,
    code_key,
    make_code,
    plan_print,
)
from pilot_ops.tickets.models import PrintFileRow, PrintRow


@dataclass(frozen=True, slots=True)
class Work:
    """What whoever makes a print needs: its type, the names of its venues, and number and code of each ticket."""

    kind: TicketType
    plan: PrintPlan
    venues: tuple[str, ...]
    codes: tuple[tuple[str, str], ...]


def plan_order(session: Session, actor: Actor, *, order: Order, at: datetime) -> PrintPlan:
    """What an order would print. Refused if nothing, or if the codes could not be made as they were."""
    actor.must(Permission.TICKETS_EDIT)
    kind = queries.get_type(session, order.type_id)
    if not kind.is_coded:
        raise Refused(Reason.NOT_CODED)
    check_order(order)
    plan = _plan(session, order, kind, at)
    _codes(session, plan, kind)
    return plan


def order_print(session: Session, actor: Actor, *, order: Order, at: datetime) -> Print:
    """Order a print, and note it in the log; the same order again gives the print that is there."""
    actor.must(Permission.TICKETS_EDIT)
    if there := queries.find_print(session, order.id):
        if there.order != order:
            raise Refused(Reason.ID_REUSED)
        return there
    plan = plan_order(session, actor, order=order, at=at)
    values = {
        "id": order.id,
        "type_id": order.type_id,
        "first": order.first,
        "last": order.last,
        "format": order.format,
        "with_value": order.with_value,
        "state": PrintState.WAITING,
        "total": len(plan.tickets),
        "done": 0,
        "left_out": _as_text(plan.left_out),
        "reprint": bool(plan.earlier),
        "requested_at": at,
        "user_id": actor.user_id,
        "tries": 0,
    }
    if insert_once(session, PrintRow, values):
        kind = queries.get_type(session, order.type_id)
        facts: dict[str, Any] = {
            "first": kind.label(order.first),
            "last": kind.label(order.last),
            "format": order.format,
        }
        facts |= {"tickets": len(plan.tickets), "left_out": plan.left_out, "reprint": bool(plan.earlier)}
        record(session, actor, Logged.TICKETS_PRINTED, kind.name.fi, at=at, after=facts)
    return queries.get_print(session, order.id)


def claim_print(session: Session, *, print_id: UUID, claim: UUID, at: datetime) -> bool:
    """Take up a print that waits or was abandoned; False if another has it. One begun too often is given up."""
    silent = (PrintRow.heartbeat.is_(None)) | (PrintRow.heartbeat < at - ABANDONED_AFTER)
    going = PrintRow.state.in_([PrintState.WAITING, PrintState.RUNNING])
    taken = {"state": PrintState.RUNNING, "claim": claim, "heartbeat": at, "done": 0, "tries": PrintRow.tries + 1}
    if not _change(session, update(PrintRow).where(PrintRow.id == print_id, going, silent).values(taken)):
        return False
    if (session.scalar(select(PrintRow.tries).where(PrintRow.id == print_id)) or 0) <= MOST_TRIES:
        return True
    fail_print(session, print_id=print_id, claim=claim, reason=Reason.PRINT_STOPPED, at=at)
    return False


def get_work(session: Session, *, print_id: UUID, at: datetime) -> Work:
    """What is to be made of a print, as the tickets stand now: some may have been voided since it was ordered.

    Refused if nothing is left to print, or if the codes could not be made as they were. Reads only.
    """
    order = queries.get_print(session, print_id).order
    kind = queries.get_type(session, order.type_id)
    plan = _plan(session, order, kind, at)
    venues = tuple(place.name for place in list_places(session) if place.id in kind.details.venues)
    return Work(kind, plan, venues, _codes(session, plan, kind))


def begin_print(session: Session, *, claim: UUID, plan: PrintPlan) -> None:
    """Say how many tickets are being printed, and how many are left out by now."""
    facts = {"total": len(plan.tickets), "left_out": _as_text(plan.left_out)}
    session.execute(update(PrintRow).where(PrintRow.id == plan.order.id, PrintRow.claim == claim).values(facts))


def note_progress(session: Session, *, print_id: UUID, claim: UUID, done: int, at: datetime) -> bool:
    """Say how far a print is, and that its maker lives; whether it is still that maker's."""
    mine = update(PrintRow).where(PrintRow.id == print_id, PrintRow.claim == claim)
    return _change(session, mine.where(PrintRow.state == PrintState.RUNNING).values(done=done, heartbeat=at))


def finish_print(session: Session, *, print_id: UUID, claim: UUID, content: bytes, at: datetime) -> None:
    """Keep the file of a print, unless the print is another maker's by now."""
    mine = update(PrintRow).where(PrintRow.id == print_id, PrintRow.claim == claim)
    done = {"state": PrintState.DONE, "done": PrintRow.total, "finished_at": at, "heartbeat": at}
    if _change(session, mine.where(PrintRow.state == PrintState.RUNNING).values(done)):
        sealed = _cipher(session).encrypt(content)
        insert_once(session, PrintFileRow, {"print_id": print_id, "content": sealed, "made_at": at})


def fail_print(session: Session, *, print_id: UUID, claim: UUID, reason: Reason, at: datetime) -> None:
    """Say that a print cannot be made, and why."""
    mine = update(PrintRow).where(PrintRow.id == print_id, PrintRow.claim == claim)
    session.execute(mine.values(state=PrintState.FAILED, reason=reason.value, finished_at=at))


def read_print_file(session: Session, actor: Actor, *, print_id: UUID) -> bytes:
    """The file of a finished print. NotFound if there is none, any more or yet; Refused if the key has changed."""
    actor.must(Permission.TICKETS_EDIT)
    content = queries.find_print_file(session, print_id)
    if content is None:
        raise NotFound
    try:
        return _cipher(session).decrypt(content)
    except InvalidToken:
        raise Refused(Reason.KEY_CHANGED) from None


def delete_print_files(session: Session, *, at: datetime) -> int:
    """Delete the files that are older than a week; how many. That the tickets were printed stays known."""
    old = delete(PrintFileRow).where(PrintFileRow.made_at < at - KEPT_FOR).returning(PrintFileRow.print_id)
    return len(session.scalars(old).all())


def _plan(session: Session, order: Order, kind: TicketType, at: datetime) -> PrintPlan:
    tickets = queries.list_tickets(session, Selection(order.type_id, order.first, order.last))
    earlier = queries.list_earlier_prints(session, order)
    return plan_print(order, tickets, valid_until=kind.details.valid_until, day=local_day(at), earlier=earlier)


def _codes(session: Session, plan: PrintPlan, kind: TicketType) -> tuple[tuple[str, str], ...]:
    """Number and code of each ticket. Refused unless every code is the one whose digest is stored."""
    key = code_key(secret_of(session))
    digests = queries.digests_of(session, plan.order.type_id, plan.order.first, plan.order.last)
    codes = [(ticket.serial, make_code(key, ticket.batch_id, ticket.serial)) for ticket in plan.tickets]
    for serial, code in codes:
        if code_digest(code) != digests[serial]:
            raise Refused(Reason.KEY_CHANGED)
    return tuple((kind.label(serial), code) for serial, code in codes)


def _cipher(session: Session) -> Fernet:
    """The key of kept files, derived from the service's secret so that it serves no other purpose."""
    key = hmac.new(secret_of(session).encode(), b"pilot-ops print files", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _as_text(left_out: Mapping[Reason, int]) -> str:
    return json.dumps({reason.value: number for reason, number in sorted(left_out.items())})


def _change(session: Session, statement: Any) -> bool:
    """Whether the guarded change found its row."""
    return session.execute(statement.returning(PrintRow.id)).first() is not None
