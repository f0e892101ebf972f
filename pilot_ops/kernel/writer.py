"""Shared commits: the requests that wait to write are written in one transaction, each answered after the commit.

A durable commit costs a flush of the disk however little it holds. Whoever comes first writes; those who come while it
writes wait, and the first of them then writes for all of them: each piece of work in a savepoint of its own, in one
commit. A piece that is refused undoes only itself. Nothing is answered before it is on disk, and a phone on its own
waits for nobody, nor for another thread.

Commits of other processes may want the same rows. Pieces are done in the order of their keys, so that two commits
seldom wait for each other; where they do, the one that the database stops is done again from its beginning.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from pilot_ops.kernel.db import transaction

Result = TypeVar("Result")
_MOST_A_COMMIT = 200
_MOST_TRIES = 5
# SQLSTATE of a serialization failure and of a deadlock: nothing is wrong with the work, it only has to be done again.
_STOPPED = {"40001", "40P01"}
_NAME = "pilot_ops_writer"


class Piece(Generic[Result]):
    """A piece of work that waits to be written, and then what became of it."""

    def __init__(self, writer: Writer, work: Callable[[Session], Result], key: str) -> None:
        self._writer = writer
        self.work = work
        self.key = key
        self.value: Result | None = None
        self.problem: BaseException | None = None
        self.done = False

    def result(self) -> Result:
        """The work's result, once it is on disk; raises what the work raised, or else what the commit raised."""
        self._writer.finish(self)
        if self.problem is not None:
            raise self.problem
        return cast("Result", self.value)


class Writer:
    """The place where the threads of a process meet to write small, frequent things together."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._waiting: deque[Piece[Any]] = deque()
        self._writing = False

    def submit(self, work: Callable[[Session], Result], key: str = "") -> Piece[Result]:
        """Put a piece of work among those that wait; it is written when somebody asks for a result."""
        piece = Piece(self, work, key)
        with self._turn:
            self._waiting.append(piece)
        return piece

    def finish(self, piece: Piece[Any]) -> None:
        """Come back when a piece is done: by writing everything that waits, or by waiting for whoever is writing."""
        while self._take_turn(piece):
            try:
                _write_together(sorted(self._take(), key=lambda piece: piece.key))
            finally:
                with self._turn:
                    self._writing = False
                    self._turn.notify_all()

    def _take_turn(self, piece: Piece[Any]) -> bool:
        """Whether it is this thread's turn to write; False once the piece is done."""
        with self._turn:
            while not piece.done and self._writing:
                self._turn.wait()
            if piece.done:
                return False
            self._writing = True
            return True

    def _take(self) -> list[Piece[Any]]:
        with self._turn:
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_A_COMMIT))]


def _write_together(pieces: list[Piece[Any]]) -> None:
    for tries_left in reversed(range(_MOST_TRIES)):
        try:
            _try_together(pieces)
        except BaseException as fault:  # noqa: BLE001 - begin or commit failed: nobody's work is kept
            if tries_left and _is_stopped(fault):
                continue
            for piece in pieces:
                piece.problem = fault
        break
    for piece in pieces:
        piece.done = True


def _try_together(pieces: list[Piece[Any]]) -> None:
    with transaction() as session:
        for piece in pieces:
            piece.value = piece.problem = None
            try:
                piece.value = _do(session, piece.work)
            except Exception as problem:
                if _is_stopped(problem):
                    raise
                piece.problem = problem


def _is_stopped(problem: BaseException) -> bool:
    """Whether the database stopped a commit for the sake of another that was in its way."""
    return isinstance(problem, DBAPIError) and getattr(problem.orig, "sqlstate", "") in _STOPPED


def _do(session: Session, work: Callable[[Session], Result]) -> Result:
    """Do a piece of work within a savepoint. Said in plain SQL: the session's own costs as much as the work."""
    connection = session.connection()
    connection.exec_driver_sql("SAVEPOINT piece")
    try:
        result = work(session)
        session.flush()
    except BaseException:
        session.expunge_all()
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT piece")
        raise
    connection.exec_driver_sql("RELEASE SAVEPOINT piece")
    return result


def set_up(app: Flask) -> None:
    """Give the app its writer."""
    app.extensions[_NAME] = Writer()


def submit_shared(work: Callable[[Session], Result], *, key: str = "") -> Piece[Result]:
    """Have a small piece of work done in a transaction shared with other requests. It may be done more than once.

    ``result()`` comes back once it is on disk. It raises what the work raised (then nothing of that piece is kept), or
    what the commit raised. Submit everything before asking for the first result, so that it shares a commit. ``key``
    names what the work changes: pieces are done in the order of their keys, those of one key as they were submitted.
    """
    return cast("Writer", current_app.extensions[_NAME]).submit(work, key)


def write_shared(work: Callable[[Session], Result], *, key: str = "") -> Result:
    """The same for one piece: its result, once it is on disk."""
    return submit_shared(work, key=key).result()
