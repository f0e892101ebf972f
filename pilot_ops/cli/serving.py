"""The web server and the timetable as processes."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from pilot_ops.app import create_app
from pilot_ops.cli.answer import BadInput, complain, say, working
from pilot_ops.jobs import runner
from pilot_ops.kernel.db import db
from pilot_ops.kernel.settings import PREFIX, Settings, read_settings

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - only where the operator asks for it
_KILL_SECONDS = 10
_FEWEST_THREADS = 4
_SWITCH_SECONDS = 0.0005
_TOP_PORT = 65535


def serve(asked: Namespace) -> int:
    """Migrate, then run web server and timetable together until told to stop."""
    address = f"http://{_EVERYWHERE.get(asked.host, asked.host)}:{asked.port}"
    os.environ.setdefault(f"{PREFIX}PUBLIC_URL", address)
    settings = read_settings()
    _check_port(asked.host, asked.port)
    _check_counters(settings)
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


def _check_counters(settings: Settings) -> None:
    """A limit that each process counts for itself is as many times higher as there are processes."""
    if _processes(settings) > 1 and settings.limit_storage.startswith("memory"):
        raise BadInput(
            f"{PREFIX}LIMIT_STORAGE: memory:// counts in each of {_processes(settings)} web processes by itself; "
            f"leave it out, or set {PREFIX}PROCESSES to 1"
        )


def _processes(settings: Settings) -> int:
    # SQLite has one writer: one process, so that waiting requests share a commit.
    return settings.processes or (1 if settings.embedded else os.cpu_count() or 1)


def _server(asked: Namespace, settings: Settings) -> Any:
    cores = os.cpu_count() or 1
    return Granian(
        "pilot_ops.cli.serving:web_app",
        factory=True,
        address=asked.host,
        port=asked.port,
        interface=Interfaces.WSGI,
        workers=_processes(settings),
        blocking_threads=settings.threads or max(_FEWEST_THREADS, 2 * cores),
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=_KILL_SECONDS,
        process_name=None,
    )


def web_app() -> Flask:
    """The app of a web process, which ends with the one that watches over it: it would keep the port for ever."""
    parent = multiprocessing.parent_process()
    threading.Thread(target=_end_with, args=((parent and parent.pid) or os.getppid(),), daemon=True).start()
    # Under load threads that hand the interpreter to one another can starve a third for seconds: each gets it soon.
    sys.setswitchinterval(_SWITCH_SECONDS)
    app = create_app()
    # What is there from the start stays: no collection has to look at it again.
    gc.collect()
    gc.freeze()
    return app


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


@contextmanager
def _timetable() -> Iterator[None]:
    """The timetable in a process of its own, started again whenever it dies; it ends with this one."""
    over = threading.Event()
    keeper = threading.Thread(target=_keep_timetable, args=(over,), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep_timetable(over: threading.Event) -> None:
    # Spawned, not forked: this process has threads.
    kind = multiprocessing.get_context("spawn")
    while not over.is_set():
        process = kind.Process(target=_run_beside, args=(os.getpid(),), daemon=True)
        process.start()
        while process.is_alive() and not over.wait(1):
            pass
        if over.is_set():
            process.terminate()
            process.join(_KILL_SECONDS)
        else:
            complain(f"the timetable stopped ({process.exitcode}); it is started again")


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
