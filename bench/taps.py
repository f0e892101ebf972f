"""A single tap through HTTP, on disk before the reply, against the same insert done raw with one commit each."""

from __future__ import annotations

import http.cookiejar
import re
import sqlite3
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from sqlalchemy import make_url

from bench.report import line, machine
from bench.scene import counted_today
from pilot_ops.counting.queries import totals_of
from pilot_ops.kernel.clock import now
from pilot_ops.schedule.domain import MealDay
from tests.support.databases import look, postgres_server
from tests.support.server import Server, running_server

_SECONDS = 8
_CLIENTS = (1, 8, 32)
_SCRIPT = Path(__file__).with_name("taps.lua")


@dataclass(frozen=True)
class Measured:
    """Requests a second, the 99th percentile in milliseconds, and how many went wrong."""

    rate: float
    p99: float
    errors: int
    requests: int


def measure() -> None:
    """Print the table."""
    line(f"A tap through HTTP, durable before the reply ({machine()}; {_SECONDS} s each)")
    line()
    with tempfile.TemporaryDirectory() as folder:
        limit = _raw_sqlite(Path(folder))
    line(f"  limit: the same insert raw in SQLite, one commit each: {limit:8.0f} a second")
    line()
    line("  database    clients   requests/s   of the limit    p99 ms   errors   all counted")
    with _sqlite() as server:
        _rows("SQLite", server, limit)
    with _postgresql() as server:
        _rows("PostgreSQL", server, limit)
    line()


@contextmanager
def _sqlite() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as data, running_server({"PILOT_OPS_DATA": data}) as server:
        yield server


@contextmanager
def _postgresql() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as data, postgres_server(durable=True) as postgres:
        postgres.run("CREATE DATABASE bench")
        with running_server({"PILOT_OPS_DATA": data, "PILOT_OPS_DATABASE_URL": postgres.url("bench")}) as server:
            yield server


def _rows(name: str, server: Server, limit: float) -> None:
    day, cookie, token = _prepare(server)
    counted = 0
    for clients in _CLIENTS:
        found = _wrk(server, clients, [cookie, token, str(day.park_id), day.day.isoformat()])
        with look(server.app) as session:
            total = totals_of(session, day.id)["school-age"]
        # wrk stops in the middle of its last requests: those may be counted without having been answered.
        complete = found.requests <= total - counted <= found.requests + clients
        counted = total
        line(
            f"  {name:<11} {clients:>7} {found.rate:>12.0f} {found.rate / limit:>13.0%} {found.p99:>10.1f}"
            f" {found.errors:>8}   {'yes' if complete else 'NO'}"
        )


def _prepare(server: Server) -> tuple[MealDay, str, str]:
    """A meal day of today, and the cookies and token of its park's staff."""
    day, user = counted_today(server)
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    link = server.sign_in_url(user)
    browser.open(link, urllib.parse.urlencode({"csrf_token": _token(browser.open(link).read())}).encode())
    token = _token(browser.open(f"{server.url}/account").read())
    return day, "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar), token


def _token(page: bytes) -> str:
    found = re.search(rb'name="csrf_token" value="([^"]+)"', page)
    if found is None:
        raise RuntimeError("the page has no form")
    return found.group(1).decode()


def _wrk(server: Server, clients: int, arguments: list[str]) -> Measured:
    command = ["wrk", "-t1", f"-c{clients}", f"-d{_SECONDS}s", "-s", str(_SCRIPT), server.url, "--", *arguments]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+)", output)
    if found is None:
        raise RuntimeError(output)
    requests, microseconds, p99, errors = (int(part) for part in found.groups())
    return Measured(requests / microseconds * 1e6, p99 / 1000, errors, requests)


def _raw_sqlite(folder: Path) -> float:
    """How many taps a second the bare database takes: the service's tables and settings, one commit each."""
    with running_server({"PILOT_OPS_DATA": str(folder)}) as server:
        file = make_url(server.app.config["SQLALCHEMY_DATABASE_URI"]).database
    connection = sqlite3.connect(str(file), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    subject, at = uuid4().hex, now().replace(tzinfo=None).isoformat(" ")
    started, done = time.perf_counter(), 0
    while time.perf_counter() - started < _SECONDS:
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
