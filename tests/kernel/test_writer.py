"""Shared commits: what is refused undoes only itself, what fails to commit fails for all, and nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from pilot_ops.kernel.db import db
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.writer import Writer, submit_shared, write_shared
from pilot_ops.messages.domain import Kind
from pilot_ops.messages.queries import count_open
from pilot_ops.messages.service import say
from tests.support.builders import NOON
from tests.support.databases import close, look, make_app


class Reason(StrEnum):
    """Why a test refuses."""

    NO = "no"


def message(number: int, *, refuse: bool = False) -> Callable[[Session], int]:
    """Work that says something about a day, and then may be refused."""

    def work(session: Session) -> int:
        say(session, kind=Kind.IMBALANCE, park_id=None, day=NOON.date().replace(year=1000 + number), at=NOON)
        if refuse:
            raise Refused(Reason.NO)
        return number

    return work


def test_a_refused_piece_undoes_only_itself(on_both: Flask) -> None:
    with on_both.app_context():
        pieces = [submit_shared(message(number, refuse=number % 2 == 1)) for number in range(10)]
        assert [piece.result() for piece in pieces[::2]] == [0, 2, 4, 6, 8]
        for piece in pieces[1::2]:
            with pytest.raises(Refused):
                piece.result()
    with look(on_both) as session:
        assert count_open(session) == 5


def test_what_waits_together_is_committed_together(app: Flask) -> None:
    commits: list[object] = []

    def note(connection: object) -> None:
        commits.append(connection)

    with app.app_context():
        event.listen(db.engine, "commit", note)
        pieces = [submit_shared(message(number)) for number in range(20)]
        assert commits == []
        assert [piece.result() for piece in pieces] == list(range(20))
        event.remove(db.engine, "commit", note)
    assert len(commits) == 1


def test_many_threads_each_get_their_own_answer(on_both: Flask) -> None:
    def write(number: int) -> int:
        with on_both.app_context():
            return write_shared(message(number))

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(write, range(200))) == list(range(200))
    with look(on_both) as session:
        assert count_open(session) == 200


def test_a_commit_that_fails_fails_for_all_who_shared_it(app: Flask) -> None:
    def break_down(_: object) -> None:
        raise OSError("the disk is full")

    with app.app_context():
        pieces = [submit_shared(message(number)) for number in range(3)]
        event.listen(db.engine, "commit", break_down)
        for piece in pieces:
            with pytest.raises(OSError, match="disk is full"):
                piece.result()
        event.remove(db.engine, "commit", break_down)
        assert write_shared(message(7)) == 7
    with look(app) as session:
        assert count_open(session) == 1


def test_what_nobody_asks_for_is_written_with_the_next(app: Flask) -> None:
    with app.app_context():
        submit_shared(message(1))
        assert write_shared(message(2)) == 2
    with look(app) as session:
        assert count_open(session) == 2


def test_nobody_writes_while_another_does(app: Flask) -> None:
    inside = threading.Lock()

    def alone(_: Session) -> bool:
        free = inside.acquire(blocking=False)
        if free:
            inside.release()
        return free

    def write(_: int) -> bool:
        with app.app_context():
            return write_shared(alone)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(write, range(50)))


def test_pieces_are_done_in_the_order_of_their_keys(app: Flask) -> None:
    done: list[str] = []
    with app.app_context():
        for text in ("b1", "a1", "b2", "a2"):
            last = submit_shared(lambda _, text=text: done.append(text), key=text[0])  # type: ignore[misc]
        last.result()
    assert done == ["a1", "a2", "b1", "b2"]


@pytest.fixture
def on_postgres(postgres_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The app on PostgreSQL."""
    app = make_app(tmp_path, postgres_url)
    yield app
    close(app)


def test_a_commit_that_the_database_stops_is_done_again(on_postgres: Flask) -> None:
    """Two processes each hold what the other one wants: one of them has to give way, and nothing of it is lost."""
    both_hold_one = threading.Barrier(2)

    def holding(number: int, then: Callable[[], object]) -> Callable[[Session], int]:
        def work(session: Session) -> int:
            session.execute(select(func.pg_advisory_xact_lock(number)))
            then()
            return message(number)(session)

        return work

    def batch(first: int, second: int) -> list[int]:
        once = iter([both_hold_one.wait])
        with on_postgres.app_context():
            writer = Writer()
            works = [holding(first, lambda: next(once, int)()), holding(second, int), message(first + 10)]
            return [piece.result() for piece in [writer.submit(work) for work in works]]

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.submit(batch, 1, 2), pool.submit(batch, 2, 1)
        assert (one.result(), other.result()) == ([1, 2, 11], [2, 1, 12])
    with look(on_postgres) as session:
        assert count_open(session) == 4
