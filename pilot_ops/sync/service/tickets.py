"""What a phone sends of tickets that were handed out or used without a network."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from pilot_ops.kernel.access import Actor
from pilot_ops.sync.service.work import Scanned, Work
from pilot_ops.sync.wire import Event, ScanBody, read_body
from pilot_ops.tickets import service as tickets
from pilot_ops.tickets.domain import Scan


def hand_out_work(event: Event, actor: Actor, at: datetime) -> Work | None:
    """A hand-out that has happened. None if the body is not understood."""
    scan = _scan(event)
    if scan is None:
        return None
    return Work(lambda session: Scanned(tickets.hand_out(session, actor, scan=scan, at=at)), scan.digest)


def use_work(event: Event, actor: Actor, at: datetime) -> Work | None:
    """A use that has happened. None if the body is not understood."""
    scan = _scan(event)
    if scan is None:
        return None

    def store(session: Session) -> Scanned:
        return Scanned(tickets.use(session, actor, scan=scan, at=at))

    return Work(store, scan.digest)


def _scan(event: Event) -> Scan | None:
    """The scan in an event. The time is the phone's: the rules of tickets say how far it is believed."""
    body = read_body(event, ScanBody)
    if body is None:
        return None
    return Scan(event.id, body.digest, body.place, event.at, body.group, offline=True)
