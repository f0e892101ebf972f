"""The use of a ticket through HTTP, on disk before the reply, beside the conditional update alone, done raw."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import psycopg
from sqlalchemy import func, make_url, select
from sqlalchemy.orm import Session

from bench.load import CLIENTS, SECONDS, on_postgresql, on_sqlite, sign_in, wrk
from bench.report import line, machine
from pilot_ops.kernel.access import Role
from pilot_ops.tickets import queries
from pilot_ops.tickets.domain import Action, Selection, TicketType
from pilot_ops.tickets.models import TicketEventRow
from tests.support.builders import make_user
from tests.support.databases import look, work
from tests.support.server import Server
from tests.support.tickets import allocate, code_at, hand_out, make_batch, make_point, make_type, venue_of

_SCRIPT = Path(__file__).with_name("tickets.lua")
_TICKETS = 1000
_USES = 100
# The update must never run out of uses, or it would have nothing to write.
_FILL = "UPDATE tickets SET uses_left = 2000000000 WHERE id = {}"
_UPDATE = "UPDATE tickets SET uses_left = uses_left - 1 WHERE id = {} AND uses_left > 0"


def measure() -> None:
    """Print the table."""
    line(f"The use of a ticket through HTTP, durable before the reply ({machine()}; {SECONDS} s each)")
    line()
    for name, on, raw in (("SQLite", on_sqlite, _raw_sqlite), ("PostgreSQL", on_postgresql, _raw_postgresql)):
        with on() as server, tempfile.NamedTemporaryFile("w", suffix=".txt") as codes:
            kind = _prepare(server, codes.name)
            with look(server.app) as session:
                spare = queries.list_tickets(session, Selection(kind.id, _TICKETS + 1, _TICKETS + 1))[0]
            limit = raw(server.app.config["SQLALCHEMY_DATABASE_URI"], spare.id)
            line(f"  {name}: the conditional update alone, raw, one commit each: {limit:.0f} a second")
            line("  clients   requests/s   of the raw update   p99 ms   errors   all in the ledger")
            _rows(server, kind, codes.name, limit)
            line()


def _prepare(server: Server, file: str) -> TicketType:
    """A type whose tickets but one are with clients, their codes in a file."""
    with work(server.app) as session:
        kind, point = make_type(session, uses=_USES), make_point(session)
        make_batch(session, kind, _TICKETS + 1)
        allocate(session, kind, point, _TICKETS)
        for serial in range(1, _TICKETS + 1):
            hand_out(session, kind, serial, point)
        Path(file).write_text("\n".join(code_at(session, kind, serial) for serial in range(1, _TICKETS + 1)))
    return kind


def _rows(server: Server, kind: TicketType, codes: str, limit: float) -> None:
    with work(server.app) as session:
        user = make_user(session, Role.VENUE, places=[venue_of(kind)])
    cookie, token = sign_in(server, user)
    used = 0
    for clients in CLIENTS:
        found = wrk(server, _SCRIPT, clients, [cookie, token, str(venue_of(kind)), codes])
        with look(server.app) as session:
            uses = _uses(session)
        # wrk stops in the middle of its last requests: those may be done without having been answered.
        complete = found.requests <= uses - used <= found.requests + clients
        used = uses
        line(
            f"  {clients:>7} {found.rate:>12.0f} {found.rate / limit:>19.0%} {found.p99:>8.1f} {found.errors:>8}"
            f"   {'yes' if complete else 'NO'}"
        )


def _uses(session: Session) -> int:
    """How many uses the ledger holds."""
    query = select(func.count()).select_from(TicketEventRow).where(TicketEventRow.action == Action.USE)
    return session.scalar(query.where(TicketEventRow.reason.is_(None))) or 0


def _raw_sqlite(url: str, ticket_id: UUID) -> float:
    connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(_FILL.format("?"), (ticket_id.hex,))
    rate = _rate(lambda: connection.execute(_UPDATE.format("?"), (ticket_id.hex,)))
    connection.close()
    return rate


def _raw_postgresql(url: str, ticket_id: UUID) -> float:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(_FILL.format("%s"), (ticket_id,))
        return _rate(lambda: connection.execute(_UPDATE.format("%s"), (ticket_id,)))


def _rate(work_once: Callable[[], object]) -> float:
    """How often a second the work is done and durable, one commit each."""
    started, done = time.perf_counter(), 0
    while time.perf_counter() - started < SECONDS:
        work_once()
        done += 1
    return done / (time.perf_counter() - started)
