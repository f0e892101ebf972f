"""A single tap through HTTP, on disk before the reply, against the same insert done raw with one commit each."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from sqlalchemy import make_url

from bench.load import CLIENTS, SECONDS, on_postgresql, on_sqlite, sign_in, wrk
from bench.report import line, machine
from bench.scene import counted_today
from pilot_ops.counting.queries import totals_of
from pilot_ops.kernel.clock import now
from tests.support.databases import look
from tests.support.server import Server, running_server

_SCRIPT = Path(__file__).with_name("taps.lua")


def measure() -> None:
    """Print the table."""
    line(f"A tap through HTTP, durable before the reply ({machine()}; {SECONDS} s each)")
    line()
    with tempfile.TemporaryDirectory() as folder:
        limit = _raw_sqlite(Path(folder))
    line(f"  limit: the same insert raw in SQLite, one commit each: {limit:8.0f} a second")
    line()
    line("  database    clients   requests/s   of the limit    p99 ms   errors   all counted")
    with on_sqlite() as server:
        _rows("SQLite", server, limit)
    with on_postgresql() as server:
        _rows("PostgreSQL", server, limit)
    line()


def _rows(name: str, server: Server, limit: float) -> None:
    day, user = counted_today(server)
    cookie, token = sign_in(server, user)
    counted = 0
    for clients in CLIENTS:
        found = wrk(server, _SCRIPT, clients, [cookie, token, str(day.park_id), day.day.isoformat()])
        with look(server.app) as session:
            total = totals_of(session, day.id)["school-age"]
        # wrk stops in the middle of its last requests: those may be counted without having been answered.
        complete = found.requests <= total - counted <= found.requests + clients
        counted = total
        line(
            f"  {name:<11} {clients:>7} {found.rate:>12.0f} {found.rate / limit:>13.0%} {found.p99:>10.1f}"
            f" {found.errors:>8}   {'yes' if complete else 'NO'}"
        )


def _raw_sqlite(folder: Path) -> float:
    """How many taps a second the bare database takes: the service's tables and settings, one commit each."""
    with running_server({"PILOT_OPS_DATA": str(folder)}) as server:
        file = make_url(server.app.config["SQLALCHEMY_DATABASE_URI"]).database
    connection = sqlite3.connect(str(file), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    subject, at = uuid4().hex, now().replace(tzinfo=None).isoformat(" ")
    started, done = time.perf_counter(), 0
    while time.perf_counter() - started < SECONDS:
        _raw_tap(connection, subject, at)
        done += 1
    connection.close()
    return done / (time.perf_counter() - started)


def _raw_tap(connection: sqlite3.Connection, subject: str, at: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        'INSERT INTO taps (id, subject_id, "group", change, source, reason, late, tapped_at, received_at, device_id)'
        " VALUES (?, ?, 'school-age', 1, 'phone', '', 0, ?, ?, ?)",
        (uuid4().hex, subject, at, at, subject),
    )
    connection.execute(
        "INSERT INTO tap_totals (subject_id, \"group\", total) VALUES (?, 'school-age', 1)"
        ' ON CONFLICT (subject_id, "group") DO UPDATE SET total = total + excluded.total',
        (subject,),
    )
    connection.execute("COMMIT")
