"""Work beside the requests: the waiting list and letters, every minute, and forgetting persons."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy.orm import Session

from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.settings import Settings
from pilot_ops.signups import queries, service
from pilot_ops.signups.labels.letters import writer

_log = logging.getLogger("pilot_ops.signups")


@dataclass(frozen=True, slots=True)
class Report:
    """What a job did: what it looked at, and what it did or found."""

    looked: int
    done: int


def tell_sign_ups(app: Flask) -> int:
    """Move up who fits, and queue letters about what people do not know yet; how many. Each event by itself."""
    write = writer_of(app.config["PILOT_OPS"])
    letters = 0
    with app.app_context():
        for event_id in _events_with_news(mail=write is not None):
            try:
                with transaction() as session:
                    letters += service.tell_all(session, event_id=event_id, write=write, at=now())
            except Exception:  # noqa: BLE001 - whatever it was, the people of other events are told
                _log.exception("the people of event %s were not told", event_id)
    return letters


def _events_with_news(*, mail: bool) -> list[UUID]:
    with reading() as session:
        events = queries.list_events_with_persons(session)
        return [one for one in events if service.needs_telling(session, event_id=one, mail=mail, at=now())]


def writer_of(settings: Settings) -> service.Write | None:
    """What writes letters; None where no mail is sent."""
    return writer(settings.public_url, settings.programme) if settings.mail_server else None


def delete_sign_ups(session: Session, *, day: date, now: datetime) -> Report:
    """Forget whoever signed up for events that are over, and what letters addresses had before yesterday."""
    settings: Settings = current_app.config["PILOT_OPS"]
    service.forget_turns(session, at=now)
    gone = service.forget_persons(session, days=settings.sign_up_days, at=now)
    return Report(gone, gone)
