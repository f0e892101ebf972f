"""The web server and the timetable as processes."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from pilot_ops.cli.answer import BadInput, say, working
from pilot_ops.jobs import runner
from pilot_ops.kernel.db import db
from pilot_ops.kernel.settings import PREFIX, Settings, read_settings

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - only where the operator asks for it
_KILL_SECONDS = 10
_FEWEST_THREADS = 4
_TOP_PORT = 65535


def serve(asked: Namespace) -> int:
    """Migrate, then run web server and timetable together until told to stop."""
    address = f"http://{_EVERYWHERE.get(asked.host, asked.host)}:{asked.port}"
    os.environ.setdefault(f"{PREFIX}PUBLIC_URL", address)
    settings = read_settings()
    _check_port(asked.host, asked.port)
    with working(settings):
        db.engine.dispose()
    say(f"Pilot Ops: {address}")
    if settings.public_url != address:
        say(f"Public address: {settings.public_url}")
    say(f"Data: {settings.data}. Stop with Ctrl+C.")
    sys.stdout.flush()
    with _timetable():
        _server(asked, settings).serve()
    return 0


def _check_port(host: str, port: int) -> None:
    if not 0 < port <= _TOP_PORT:
        raise BadInput(f"--port: {port} is not a port")
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except OSError as wrong:
        raise BadInput(f"cannot listen on {host} port {port}: {wrong.strerror}; choose another with --port") from None


def _server(asked: Namespace, settings: Settings) -> Any:
    cores = os.cpu_count() or 1
    return Granian(
        "pilot_ops.app:create_app",
        factory=True,
        address=asked.host,
        port=asked.port,
        interface=Interfaces.WSGI,
        # SQLite has one writer: one process, so that waiting requests share a commit.
        workers=settings.processes or (1 if settings.embedded else cores),
        blocking_threads=settings.threads or max(_FEWEST_THREADS, 2 * cores),
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=_KILL_SECONDS,
        process_name=None,
    )


@contextmanager
def _timetable() -> Iterator[None]:
    """The timetable in a process of its own, forked before the server has threads; it ends with this one."""
    process = multiprocessing.get_context("fork").Process(target=_run_beside, args=(os.getpid(),), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join(_KILL_SECONDS)


def _run_beside(parent: int) -> None:
    _log()
    # The server answers Ctrl+C for both.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with working() as app:
        pass
    scheduler = runner.start(app)
    while os.getppid() == parent:
        time.sleep(1)
    scheduler.shutdown(wait=False)


def run_jobs(_asked: Namespace) -> int:
    """Run the timetable alone until told to stop."""
    _log()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with working() as app:
        pass
    say("Pilot Ops timetable. Stop with Ctrl+C.")
    sys.stdout.flush()
    try:
        runner.run_forever(app)
    except KeyboardInterrupt:
        return 0
    return 0


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
