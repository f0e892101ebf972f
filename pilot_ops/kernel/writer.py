"""Shared commits: the requests that wait to write are written in one transaction, each answered after the commit.

A durable commit costs a flush of the disk however little it holds. One thread takes all work that is waiting, does each
piece within a savepoint of its own, and commits once; a piece that is refused undoes only itself. Nothing is answered
before it is on disk, and a phone on its own waits for nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, TypeVar, cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from pilot_ops.kernel.db import transaction

Result = TypeVar("Result")
_MOST_A_COMMIT = 200
_NAME = "pilot_ops_writer"


class Writer:
    """The one thread of a process that writes small, frequent things."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._waiting: SimpleQueue[tuple[Callable[[Session], Any], Future[Any]]] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def submit(self, work: Callable[[Session], Result]) -> Future[Result]:
        """Have a piece of work done; its future has the result once it is on disk, or else what was raised."""
        future: Future[Result] = Future()
        self._waiting.put((work, future))
        self._start()
        return future

    def _start(self) -> None:
        # Started at first use, so that each process the web server makes has its own.
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name=_NAME, daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        with self._app.app_context():
            while True:
                self._write_together(self._take())

    def _take(self) -> list[tuple[Callable[[Session], Any], Future[Any]]]:
        taken = [self._waiting.get()]
        while len(taken) < _MOST_A_COMMIT:
            try:
                taken.append(self._waiting.get_nowait())
            except Empty:
                break
        return taken

    def _write_together(self, pieces: list[tuple[Callable[[Session], Any], Future[Any]]]) -> None:
        done: list[tuple[Future[Any], Any]] = []
        failed: list[tuple[Future[Any], BaseException]] = []
        try:
            with transaction() as session:
                for work, future in pieces:
                    try:
                        with session.begin_nested():
                            result = work(session)
                        done.append((future, result))
                    except Exception as problem:  # noqa: BLE001 - whatever it is belongs to the one who asked
                        failed.append((future, problem))
        except Exception as fault:  # noqa: BLE001 - begin or commit failed: nobody's work is kept
            done, failed = [], [(future, fault) for _, future in pieces]
        for future, result in done:
            future.set_result(result)
        for future, reason in failed:
            future.set_exception(reason)


def set_up(app: Flask) -> None:
    """Give the app its writer."""
    app.extensions[_NAME] = Writer(app)


def submit_shared(work: Callable[[Session], Result]) -> Future[Result]:
    """Have a small piece of work done in a transaction shared with other requests.

    The future's result is there once it is on disk. It raises what the work raised (then nothing of that piece is
    kept), or what the commit raised.
    """
    return cast("Writer", current_app.extensions[_NAME]).submit(work)


def write_shared(work: Callable[[Session], Result]) -> Result:
    """The same for one piece: its result, once it is on disk."""
    return submit_shared(work).result()
