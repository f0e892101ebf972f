"""Reading tickets."""

from __future__ import annotations

import hmac
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.text import Translated, fold
from pilot_ops.tickets.domain import (
    SHORT,
    Action,
    Balance,
    Batch,
    Event,
    Listed,
    Order,
    Outcome,
    Print,
    PrintState,
    Reason,
    Selection,
    State,
    Ticket,
    TicketType,
    TypeDetails,
    Validity,
    balance_of,
)
from pilot_ops.tickets.models import (
    BatchRow,
    PrintFileRow,
    PrintRow,
    SurveyTurnRow,
    TicketEventRow,
    TicketRow,
    TicketTypeRow,
    TypeVenueRow,
    WrongCodeRow,
)
from pilot_ops.tickets.queries.counted import find_counts as find_counts
from pilot_ops.tickets.queries.counted import hold_types as hold_types
from pilot_ops.tickets.queries.counted import imported_counts as imported_counts
from pilot_ops.tickets.queries.counted import list_counts as list_counts
from pilot_ops.tickets.queries.counted import sums_by_day as sums_by_day
from pilot_ops.tickets.queries.report import Period as Period
from pilot_ops.tickets.queries.report import list_movements as list_movements

_TICKET = (
    TicketRow.id,
    TicketRow.type_id,
    TicketRow.batch_id,
    TicketRow.serial,
    TicketRow.state,
    TicketRow.uses_left,
    TicketRow.version,
    TicketRow.point_id,
    TicketRow.group_id,
    TicketRow.handed_out_at,
    TicketRow.first_used_at,
    TicketRow.last_used_at,
    TicketRow.last_used_id,
    TicketRow.replaced_by,
)
_HERE = (
    select(TypeVenueRow.type_id)
    .where(TypeVenueRow.type_id == TicketRow.type_id, TypeVenueRow.venue_id == bindparam("place"))
    .exists()
)
# Asked with every scan, and so made once.
_SCANNED = (
    select(
        *_TICKET,
        TicketRow.digest,
        TicketTypeRow.prefix,
        TicketTypeRow.uses,
        TicketTypeRow.valid_from,
        TicketTypeRow.valid_until,
        _HERE.label("here"),
    )
    .join(TicketTypeRow, TicketTypeRow.id == TicketRow.type_id)
    .where(TicketRow.digest == bindparam("digest"))
)
_HELD = _SCANNED.with_for_update(of=TicketRow)


def list_types(session: Session, *, inactive: bool = False) -> tuple[TicketType, ...]:
    """Ticket types by name; with ``inactive`` also those no longer in use."""
    query = select(TicketTypeRow).order_by(TicketTypeRow.name_key)
    if not inactive:
        query = query.where(TicketTypeRow.active)
    return _types(session, session.scalars(query))


def get_type(session: Session, type_id: UUID) -> TicketType:
    """A ticket type. NotFound if there is none."""
    row = session.get(TicketTypeRow, type_id, populate_existing=True)
    if row is None:
        raise NotFound
    return _types(session, [row])[0]


def find_type_by_name(session: Session, name: str) -> TicketType | None:
    """The ticket type of this Finnish name or prefix, in any case, or None."""
    key = fold(name)
    row = session.scalar(
        select(TicketTypeRow)
        .where((TicketTypeRow.name_key == key) | (func.lower(TicketTypeRow.prefix) == key))
        .limit(1)
    )
    return _types(session, [row])[0] if row else None


def list_batches(session: Session, type_id: UUID) -> tuple[Batch, ...]:
    """The batches of a type, in the order of their numbers."""
    query = select(BatchRow).where(BatchRow.type_id == type_id).order_by(BatchRow.first_serial)
    return tuple(_batch(row) for row in session.scalars(query))


def get_batch(session: Session, batch_id: UUID) -> Batch:
    """A batch. NotFound if there is none."""
    row = session.get(BatchRow, batch_id)
    if row is None:
        raise NotFound
    return _batch(row)


def find_batch(session: Session, batch_id: UUID) -> Batch | None:
    """A batch, or None."""
    row = session.get(BatchRow, batch_id)
    return _batch(row) if row else None


def next_serial(session: Session, type_id: UUID) -> int:
    """The number that the next ticket of a type gets."""
    last = select(func.max(BatchRow.first_serial + BatchRow.quantity)).where(BatchRow.type_id == type_id)
    return session.scalar(last) or 1


def get_ticket(session: Session, ticket_id: UUID) -> Ticket:
    """A ticket. NotFound if there is none."""
    row = session.execute(select(*_TICKET).where(TicketRow.id == ticket_id)).first()
    if row is None:
        raise NotFound
    return _ticket(row)


def hold_ticket(session: Session, ticket_id: UUID) -> Ticket:
    """A ticket that nobody else changes until the transaction ends. NotFound if there is none."""
    row = session.execute(select(*_TICKET).where(TicketRow.id == ticket_id).with_for_update()).first()
    if row is None:
        raise NotFound
    return _ticket(row)


def find_by_serial(session: Session, type_id: UUID, serial: int) -> Ticket | None:
    """The ticket of a type with this number, or None."""
    row = session.execute(select(*_TICKET).where(TicketRow.type_id == type_id, TicketRow.serial == serial)).first()
    return _ticket(row) if row else None


def find_by_digest(session: Session, digest: str, *, hold: bool = False) -> Ticket | None:
    """The ticket whose code has this digest, or None; held, nobody changes it until the transaction ends."""
    found = find_scanned(session, digest, place_id=None, hold=hold)
    return found[0] if found else None


def find_scanned(
    session: Session, digest: str, *, place_id: UUID | None, hold: bool
) -> tuple[Ticket, Validity, str, int] | None:
    """The ticket with this digest, its validity at a place, its prefix, and how many uses it had; None without one.

    Looked up by the digest, of which an attacker cannot choose a single bit; then compared in constant time.
    """
    query = _HELD if hold else _SCANNED
    row = session.connection().execute(query, {"digest": digest, "place": place_id}).first()
    if row is None or not hmac.compare_digest(row.digest.encode(), digest.encode()):
        return None
    return _ticket(row), Validity(row.valid_from, row.valid_until, bool(row.here)), row.prefix, row.uses


def list_tickets(session: Session, selection: Selection, *, hold: bool = False) -> tuple[Ticket, ...]:
    """The tickets that a selection may mean, by number; held, nobody changes them until the transaction ends."""
    query = select(*_TICKET).where(TicketRow.type_id == selection.type_id).order_by(TicketRow.serial)
    if selection.first is not None:
        query = query.where(TicketRow.serial >= selection.first)
    if selection.last is not None:
        query = query.where(TicketRow.serial <= selection.last)
    if selection.quantity is not None and selection.point_id is not None:
        query = query.where(TicketRow.point_id == selection.point_id)
    if hold:
        query = query.with_for_update()
    return tuple(_ticket(row) for row in session.execute(query))


def list_events(session: Session, ticket_id: UUID) -> tuple[Event, ...]:
    """Everything done or tried with a ticket, in the order it was received."""
    query = select(TicketEventRow).where(TicketEventRow.ticket_id == ticket_id)
    in_order = query.order_by(TicketEventRow.received_at, TicketEventRow.seq, TicketEventRow.id)
    return tuple(_event(row) for row in session.scalars(in_order))


def get_outcome(session: Session, event_id: UUID) -> tuple[Outcome, str]:
    """What a scan came to, and the digest of the ticket's code ("" of an unknown one). NotFound if there is none."""
    query = (
        select(TicketEventRow.answer, TicketRow.digest)
        .outerjoin(TicketRow, TicketRow.id == TicketEventRow.ticket_id)
        .where(TicketEventRow.id == event_id, TicketEventRow.answer != "")
    )
    row = session.execute(query).first()
    if row is None:
        raise NotFound
    return read_answer(row.answer), row.digest or ""


def read_answer(answer: str) -> Outcome:
    """An outcome as it was stored."""
    return msgspec.json.decode(answer, type=Outcome)


def list_conflicts(session: Session, *, most: int = 200) -> tuple[tuple[Event, Ticket | None], ...]:
    """What had happened offline although the rules would not have let it, the newest first."""
    query = (
        select(TicketEventRow)
        .where(TicketEventRow.conflict)
        .order_by(TicketEventRow.received_at.desc(), TicketEventRow.id)
        .limit(most)
    )
    events = [_event(row) for row in session.scalars(query)]
    tickets = tickets_by_id(session, {event.ticket_id for event in events if event.ticket_id})
    return tuple((event, tickets.get(event.ticket_id) if event.ticket_id else None) for event in events)


def tickets_by_id(session: Session, ticket_ids: Collection[UUID]) -> Mapping[UUID, Ticket]:
    """Some tickets by their ids."""
    query = select(*_TICKET).where(TicketRow.id.in_(ticket_ids))
    return {row.id: _ticket(row) for row in session.execute(query)}


def list_with_clients(session: Session, venue_id: UUID, *, until: date) -> tuple[Listed, ...]:
    """The tickets of clients that may be held to a phone at a venue, used up ones too, by type and number.

    Those whose validity ended before ``until`` are left out.
    """
    here = select(TypeVenueRow.type_id).where(TypeVenueRow.venue_id == venue_id)
    lives = TicketTypeRow.valid_until.is_(None) | (TicketTypeRow.valid_until >= until)
    with_clients = TicketRow.state.in_([State.HANDED_OUT, State.USED_UP]) & TicketRow.replaced_by.is_(None)
    return _listed(session, TicketRow.type_id.in_(here), with_clients, lives)


def list_at_point(session: Session, point_id: UUID) -> tuple[Listed, ...]:
    """The tickets that a point has to hand out, by type and number."""
    return _listed(session, TicketRow.point_id == point_id, TicketRow.state == State.AT_POINT)


def _listed(session: Session, *conditions: Any) -> tuple[Listed, ...]:
    query = (
        select(
            func.substr(TicketRow.digest, 1, SHORT),
            TicketRow.type_id,
            TicketRow.serial,
            TicketRow.uses_left,
            TicketRow.last_used_at,
        )
        .join(TicketTypeRow, TicketTypeRow.id == TicketRow.type_id)
        .where(*conditions)
        .order_by(TicketRow.type_id, TicketRow.serial)
    )
    return tuple(Listed(*row) for row in session.execute(query))


def count_conflicts(session: Session) -> Mapping[UUID | None, Mapping[Reason, int]]:
    """How many scans the rules would not have let happen, by type (None: of codes that are not ours) and reason."""
    query = (
        select(TicketRow.type_id, TicketEventRow.reason, func.count())
        .select_from(TicketEventRow)
        .outerjoin(TicketRow, TicketRow.id == TicketEventRow.ticket_id)
        .where(TicketEventRow.conflict, TicketEventRow.reason.is_not(None))
        .group_by(TicketRow.type_id, TicketEventRow.reason)
    )
    found: dict[UUID | None, dict[Reason, int]] = {}
    for type_id, reason, number in session.execute(query):
        found.setdefault(type_id, {})[Reason(str(reason))] = number
    return found


def count_at_point(session: Session, point_id: UUID, type_id: UUID) -> int:
    """How many tickets of a type are at a point, to be handed out."""
    return session.connection().execute(_AT_POINT, {"point": point_id, "type": type_id}).scalar_one()


_AT_POINT = select(func.count()).where(
    TicketRow.point_id == bindparam("point"),
    TicketRow.type_id == bindparam("type"),
    TicketRow.state == State.AT_POINT,
)


def stock_at_points(session: Session) -> Mapping[UUID, Mapping[UUID, Mapping[State, int]]]:
    """Of coded tickets: by point and type how many are in each state, wherever they were handed out."""
    query = (
        select(TicketRow.point_id, TicketRow.type_id, TicketRow.state, func.count())
        .where(TicketRow.point_id.is_not(None))
        .group_by(TicketRow.point_id, TicketRow.type_id, TicketRow.state)
    )
    found: dict[UUID, dict[UUID, dict[State, int]]] = {}
    for point_id, type_id, state, number in session.execute(query):
        assert point_id is not None  # noqa: S101 - the query says so
        found.setdefault(point_id, {}).setdefault(type_id, {})[state] = number
    return found


def balances_of_types(session: Session) -> Mapping[UUID, Balance]:
    """The balance of every coded type that has tickets."""
    return _balances(session, TicketRow.type_id, BatchRow.type_id)


def balances_of_batches(session: Session, type_id: UUID) -> Mapping[UUID, Balance]:
    """The balance of every batch of a coded type."""
    return _balances(session, TicketRow.batch_id, BatchRow.id, type_id)


def _balances(session: Session, ticket_key: Any, batch_key: Any, type_id: UUID | None = None) -> dict[UUID, Balance]:
    """Acquired as the batches say, all else as the tickets stand: counted apart, so that a difference would show.

    What was used on a ticket that was replaced counts on the one that replaced it.
    """
    lives = TicketRow.replaced_by.is_(None)
    spent = func.sum(case((lives, TicketTypeRow.uses - TicketRow.uses_left), else_=0))
    used_once = func.count(case((lives, TicketRow.first_used_at)))
    acquired: Any = select(batch_key, func.sum(BatchRow.quantity)).group_by(batch_key)
    stand: Any = (
        select(ticket_key, TicketRow.state, func.count(), used_once, spent)
        .join(TicketTypeRow, TicketTypeRow.id == TicketRow.type_id)
        .group_by(ticket_key, TicketRow.state)
    )
    if type_id is not None:
        acquired, stand = acquired.where(BatchRow.type_id == type_id), stand.where(TicketRow.type_id == type_id)
    states: dict[UUID, dict[State, int]] = {}
    used: Counter[UUID] = Counter()
    uses: Counter[UUID] = Counter()
    for key, state, number, once, times in session.execute(stand):
        states.setdefault(key, {})[state] = number
        used[key] += once
        uses[key] += int(times)
    return {
        key: balance_of(int(quantity), states[key], used=used[key], uses=uses[key])
        for key, quantity in session.execute(acquired)
        if key in states
    }


def count_wrong_codes(session: Session, since: date) -> Mapping[tuple[date, str], int]:
    """How many wrong codes were tried, by day and by where."""
    query = select(WrongCodeRow).where(WrongCodeRow.day >= since).order_by(WrongCodeRow.day.desc(), WrongCodeRow.source)
    return {(row.day, row.source): row.count for row in session.scalars(query)}


def count_uses(session: Session, ticket_id: UUID) -> int:
    """How often this very ticket was used. One that replaced another begins at none, whatever was left on the other."""
    query = select(func.count()).where(
        TicketEventRow.ticket_id == ticket_id, TicketEventRow.action == Action.USE, TicketEventRow.reason.is_(None)
    )
    return session.scalar(query) or 0


def surveys_left(session: Session, ticket_id: UUID) -> int:
    """For how many uses of a ticket no survey was given yet."""
    given = session.scalar(select(SurveyTurnRow.given).where(SurveyTurnRow.ticket_id == ticket_id)) or 0
    return count_uses(session, ticket_id) - given


def list_scans(
    session: Session, *, device_id: UUID | None, user_id: UUID | None, since: datetime, most: int
) -> tuple[Event, ...]:
    """What one phone has handed out or used since a moment, the newest first: the summary of a session."""
    query = select(TicketEventRow).where(*_scans_of(device_id, user_id, since))
    newest = query.order_by(TicketEventRow.received_at.desc(), TicketEventRow.id).limit(most)
    return tuple(_event(row) for row in session.scalars(newest))


def count_scans(session: Session, *, device_id: UUID | None, user_id: UUID | None, since: datetime) -> tuple[int, int]:
    """How many scans of one phone since a moment were done, and how many refused."""
    query = select(func.count(), func.count(TicketEventRow.reason)).where(*_scans_of(device_id, user_id, since))
    every, refused = session.execute(query).one()
    return every - refused, refused


def _scans_of(device_id: UUID | None, user_id: UUID | None, since: datetime) -> tuple[Any, ...]:
    mine = TicketEventRow.device_id == device_id if device_id else TicketEventRow.user_id == user_id
    scanned = TicketEventRow.action.in_([Action.HAND_OUT, Action.UNDO_HAND_OUT, Action.USE])
    return mine, TicketEventRow.received_at >= since, scanned


def _ticket(row: Any) -> Ticket:
    return Ticket(
        id=row.id,
        type_id=row.type_id,
        batch_id=row.batch_id,
        serial=row.serial,
        state=row.state,
        uses_left=row.uses_left,
        version=row.version,
        point_id=row.point_id,
        group_id=row.group_id,
        handed_out_at=row.handed_out_at,
        first_used_at=row.first_used_at,
        last_used_at=row.last_used_at,
        last_used_id=row.last_used_id,
        replaced_by=row.replaced_by,
    )


def _event(row: TicketEventRow) -> Event:
    return Event(
        id=row.id,
        action=row.action,
        reason=Reason(row.reason) if row.reason else None,
        happened_at=row.happened_at,
        received_at=row.received_at,
        ticket_id=row.ticket_id,
        seq=row.seq,
        from_id=row.from_id,
        place_id=row.place_id,
        group_id=row.group_id,
        left_after=row.left_after,
        offline=row.offline,
        conflict=row.conflict,
        note=row.note,
        undoes=row.undoes,
        user_id=row.user_id,
        device_id=row.device_id,
    )


def _batch(row: BatchRow) -> Batch:
    return Batch(row.id, row.type_id, row.quantity, row.acquired_on, row.first_serial, row.note)


def _types(session: Session, rows: Iterable[TicketTypeRow]) -> tuple[TicketType, ...]:
    found = list(rows)
    venues: dict[UUID, set[UUID]] = {row.id: set() for row in found}
    query = select(TypeVenueRow.type_id, TypeVenueRow.venue_id).where(TypeVenueRow.type_id.in_(venues))
    for type_id, venue_id in session.execute(query):
        venues[type_id].add(venue_id)
    return tuple(TicketType(row.id, _details(row, frozenset(venues[row.id]))) for row in found)


def _details(row: TicketTypeRow, venues: frozenset[UUID]) -> TypeDetails:
    return TypeDetails(
        name=Translated(row.name_fi, row.name_sv, row.name_en),
        kind=row.kind,
        prefix=row.prefix,
        shape=row.shape,
        symbol=row.symbol,
        uses=row.uses,
        value=row.value_cents,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        venues=venues,
        low_stock=row.low_stock,
        active=row.active,
    )


def digests_of(session: Session, type_id: UUID, first: int, last: int) -> Mapping[int, str]:
    """The digests of the codes of a type's tickets, by number."""
    numbers = TicketRow.serial.between(first, last)
    query = select(TicketRow.serial, TicketRow.digest).where(TicketRow.type_id == type_id, numbers)
    return {row.serial: row.digest for row in session.execute(query)}


def find_print(session: Session, print_id: UUID) -> Print | None:
    """A print, or None."""
    found = _prints(session, _PRINTS.where(PrintRow.id == print_id))
    return found[0] if found else None


def get_print(session: Session, print_id: UUID) -> Print:
    """A print. NotFound if there is none."""
    found = find_print(session, print_id)
    if found is None:
        raise NotFound
    return found


def list_prints(session: Session, *, most: int = 100) -> tuple[Print, ...]:
    """The latest prints, the newest first."""
    return _prints(session, _PRINTS.order_by(PrintRow.requested_at.desc(), PrintRow.id).limit(most))


def list_earlier_prints(session: Session, order: Order, *, most: int = 20) -> tuple[Print, ...]:
    """Prints in which some of an order's numbers were already, the newest first."""
    same = (PrintRow.type_id == order.type_id) & (PrintRow.first <= order.last) & (PrintRow.last >= order.first)
    query = _PRINTS.where(same, PrintRow.id != order.id, PrintRow.state != PrintState.FAILED)
    return _prints(session, query.order_by(PrintRow.requested_at.desc(), PrintRow.id).limit(most))


def list_abandoned_prints(session: Session, before: datetime) -> tuple[UUID, ...]:
    """Prints that nobody has begun, or of whose maker nothing was heard since a moment, the oldest first."""
    silent = func.coalesce(PrintRow.heartbeat, PrintRow.requested_at) < before
    going = PrintRow.state.in_([PrintState.WAITING, PrintState.RUNNING])
    query = select(PrintRow.id).where(going, silent).order_by(PrintRow.requested_at, PrintRow.id)
    return tuple(session.scalars(query))


def find_print_file(session: Session, print_id: UUID) -> bytes | None:
    """The enciphered file of a print, or None."""
    return session.scalar(select(PrintFileRow.content).where(PrintFileRow.print_id == print_id))


_PRINTS = select(PrintRow, PrintFileRow.print_id.is_not(None)).outerjoin(
    PrintFileRow, PrintFileRow.print_id == PrintRow.id
)


def _prints(session: Session, query: Any) -> tuple[Print, ...]:
    return tuple(
        Print(
            order=Order(row.id, row.type_id, row.first, row.last, row.format),
            state=row.state,
            total=row.total,
            done=row.done,
            left_out={Reason(reason): number for reason, number in json.loads(row.left_out).items()},
            reprint=row.reprint,
            requested_at=row.requested_at,
            user_id=row.user_id,
            finished_at=row.finished_at,
            reason=Reason(row.reason) if row.reason else None,
            has_file=has_file,
        )
        for row, has_file in session.execute(query, execution_options={"populate_existing": True})
    )
