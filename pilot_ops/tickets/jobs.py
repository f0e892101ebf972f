"""Work beside the requests: making prints, taking up those whose process died, and deleting old files.

One thread in a process makes one print at a time. Any process may take any print: who takes it says so in its row.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.settings import Settings
from pilot_ops.tickets import queries
from pilot_ops.tickets.domain import ABANDONED_AFTER, Reason
from pilot_ops.tickets.service.prints import (
    Work,
    begin_print,
    claim_print,
    delete_print_files,
    fail_print,
    finish_print,
    get_work,
    note_progress,
)
from pilot_ops.tickets.sheets import Face, draw

_log = logging.getLogger("pilot_ops.tickets")
_pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="print")
# How often a print says how far it is.
_EVERY = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Report:
    """What a job did: what it looked at, and what it did or found."""

    looked: int
    done: int


class Overtaken(Exception):
    """Another process makes the print by now."""


def print_soon(app: Flask, print_id: UUID) -> Future[None]:
    """Make a print after this request: its order must be committed."""
    return _pool.submit(_make_logged, app, print_id)


def resume_prints(app: Flask) -> int:
    """Make what waits although nobody makes it; how many were taken up."""
    with app.app_context(), reading() as session:
        abandoned = queries.list_abandoned_prints(session, now() - ABANDONED_AFTER)
    for print_id in abandoned:
        _make_logged(app, print_id)
    return len(abandoned)


def delete_prints(session: Session, *, day: date, now: datetime) -> Report:
    """Delete the files of prints that are older than a week."""
    deleted = delete_print_files(session, at=now)
    return Report(deleted, deleted)


def make_print(app: Flask, print_id: UUID) -> None:
    """Make a print, unless another makes it, in short transactions: nobody waits while it is drawn."""
    claim = uuid4()
    with app.app_context():
        with transaction() as session:
            if not claim_print(session, print_id=print_id, claim=claim, at=now()):
                return
        try:
            _make(app.config["PILOT_OPS"], print_id, claim)
        except Overtaken:
            return
        except Exception as problem:
            reason = Reason(problem.reason) if isinstance(problem, Refused) else Reason.PRINT_STOPPED
            with transaction() as session:
                fail_print(session, print_id=print_id, claim=claim, reason=reason, at=now())
            if not isinstance(problem, Refused):
                raise


def _make(settings: Settings, print_id: UUID, claim: UUID) -> None:
    with reading() as session:
        work = get_work(session, print_id=print_id, at=now())
    with transaction() as session:
        begin_print(session, claim=claim, plan=work.plan)
    content = _drawn(work, settings, _Teller(print_id, claim))
    with transaction() as session:
        finish_print(session, print_id=print_id, claim=claim, content=content, at=now())


def _make_logged(app: Flask, print_id: UUID) -> None:
    try:
        make_print(app, print_id)
    except Exception:  # noqa: BLE001 - whatever it was, other prints go on, and the timetable tries this one again
        _log.exception("print %s was not made", print_id)


def _drawn(work: Work, settings: Settings, tell: _Teller) -> bytes:
    details = work.kind.details
    face = Face(
        programme=settings.programme,
        name=details.name,
        uses=details.uses,
        symbol=details.symbol,
        valid_from=details.valid_from,
        valid_until=details.valid_until,
        venues=work.venues,
        value=details.value if work.plan.order.with_value else None,
    )
    return draw(face, work.codes, work.plan.order.format, public_url=settings.public_url, tell=tell)


class _Teller:
    """Says now and then in the print's row how far it is. Overtaken if the row is another's by now."""

    def __init__(self, print_id: UUID, claim: UUID) -> None:
        self._print_id, self._claim, self._said = print_id, claim, now()

    def __call__(self, done: int) -> None:
        at = now()
        if at - self._said < _EVERY:
            return
        self._said = at
        with transaction() as session:
            mine = note_progress(session, print_id=self._print_id, claim=self._claim, done=done, at=at)
        if not mine:
            raise Overtaken
