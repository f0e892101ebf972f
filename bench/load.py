"""A running service on each database, and load on it."""

from __future__ import annotations

import http.cookiejar
import os
import re
import subprocess
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pilot_ops.accounts.domain import User
from tests.support.databases import postgres_server
from tests.support.server import Server, running_server

# A test that only sees whether a measurement can be taken asks for less.
SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))
PATIENCE = 60
CLIENTS = (1, 8, 32)


@dataclass(frozen=True)
class Measured:
    """Requests a second, the 99th percentile in milliseconds, and how many went wrong."""

    rate: float
    p99: float
    errors: int
    requests: int


@contextmanager
def on_sqlite() -> Iterator[Server]:
    """The service on the embedded database."""
    with tempfile.TemporaryDirectory() as data, running_server({"PILOT_OPS_DATA": data}) as server:
        yield server


@contextmanager
def on_postgresql() -> Iterator[Server]:
    """The service on PostgreSQL at its defaults, durable."""
    with tempfile.TemporaryDirectory() as data, postgres_server(durable=True) as postgres:
        postgres.run("CREATE DATABASE bench")
        with running_server({"PILOT_OPS_DATA": data, "PILOT_OPS_DATABASE_URL": postgres.url("bench")}) as server:
            yield server


def sign_in(server: Server, user: User) -> tuple[str, str]:
    """The cookies of a signed-in person, and the token of their forms."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    link = server.sign_in_url(user)
    browser.open(link, urllib.parse.urlencode({"csrf_token": _token(browser.open(link).read())}).encode())
    token = _token(browser.open(f"{server.url}/account").read())
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar), token


def _token(page: bytes) -> str:
    found = re.search(rb'name="csrf_token" value="([^"]+)"', page)
    if found is None:
        raise RuntimeError("the page has no form")
    return found.group(1).decode()


def wrk(server: Server, script: Path, clients: int, arguments: list[str]) -> Measured:
    """So many clients that send what a script makes, each the next as soon as one is answered."""
    # What is slow is a slow answer, not a wrong one: wrk's own patience of 2 s would count it among the errors.
    load = ["-t1", f"-c{clients}", f"-d{SECONDS}s", f"--timeout={PATIENCE}s"]
    command = ["wrk", *load, "-s", str(script), server.url, "--", *arguments]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+)", output)
    if found is None:
        raise RuntimeError(output)
    requests, microseconds, p99, errors = (int(part) for part in found.groups())
    return Measured(requests / microseconds * 1e6, p99 / 1000, errors, requests)
