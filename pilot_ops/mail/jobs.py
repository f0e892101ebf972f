"""Sending what is due, every minute. Any process may send any letter: who takes it says so in its row first."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from uuid import uuid4

from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.settings import MailServer, Settings
from pilot_ops.mail import queries, service
from pilot_ops.mail.domain import Delivery, Fate, Letter
from pilot_ops.mail.wire import write

_log = logging.getLogger("pilot_ops.mail")
# Of one run: the next begins within a minute.
_MOST = 300
_SECONDS = 20
_PERMANENT = range(500, 600)


@dataclass(frozen=True, slots=True)
class Report:
    """What a job did: what it looked at, and what it did or found."""

    looked: int
    done: int


def send_mail(app: Flask) -> int:
    """Send the letters that are due, if there is a mail server; how many it took. Nothing is held while one is sent."""
    settings: Settings = app.config["PILOT_OPS"]
    if settings.mail_server is None:
        return 0
    with app.app_context():
        with reading() as session:
            due = queries.list_due(session, at=now(), most=_MOST)
            late = queries.has_useless(session, at=now())
        if late:
            with transaction() as session:
                service.drop_useless(session, at=now())
        return _send_all(due, settings.mail_server, settings.mail_from) if due else 0


def _send_all(keys: tuple[str, ...], server: MailServer, sender: str) -> int:
    sent = 0
    with Postman(server, sender) as postman:
        for key in keys:
            delivery = _send_one(key, postman)
            sent += delivery is Delivery.SENT
            if delivery is Delivery.DOWN:
                break
    return sent


def _send_one(key: str, postman: Postman) -> Delivery | None:
    claim_id = uuid4()
    with transaction() as session:
        letter = service.claim(session, key=key, claim_id=claim_id, at=now())
    if letter is None:
        return None
    delivery, code = postman.deliver(letter)
    with transaction() as session:
        fate = service.note(session, letter=letter, claim_id=claim_id, delivery=delivery, code=code, at=now())
    if fate is Fate.GIVEN_UP:
        _log.warning("letter %s was given up after %d tries; the mail server said %s", key, letter.tries, code)
    return delivery


def forget_mail(session: Session, *, day: date, now: datetime) -> Report:
    """Forget which letters were sent or given up long ago."""
    gone = service.forget_old(session, at=now)
    return Report(gone, gone)


class Postman:
    """One connection to the mail server, opened with the first letter and again after it broke."""

    def __init__(self, server: MailServer, sender: str) -> None:
        self._server, self._sender = server, sender
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Postman:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        self._hang_up()

    def deliver(self, letter: Letter) -> tuple[Delivery, int | None]:
        """Give a letter to the mail server: what became of it, and the number it answered."""
        message = write(letter, sender=self._sender, at=now())
        try:
            self._connected().send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _text in refused.recipients.values()]
            return self._not_taken(codes[0] if codes else None)
        except smtplib.SMTPDataError as refused:
            return self._not_taken(refused.smtp_code)
        except (smtplib.SMTPException, OSError) as problem:
            # Who we are was refused, or the line broke: that is about no letter in particular.
            _log.warning("the mail server %s was not to be had: %s", self._server.host, type(problem).__name__)
            self._hang_up()
            return Delivery.DOWN, getattr(problem, "smtp_code", None)
        return Delivery.SENT, None

    def _not_taken(self, code: int | None) -> tuple[Delivery, int | None]:
        if code == 421:  # the server is closing down
            self._hang_up()
            return Delivery.DOWN, code
        return Delivery.REFUSED if code in _PERMANENT else Delivery.LATER, code

    def _connected(self) -> smtplib.SMTP:
        if self._line is None:
            with _hanging_up_if_it_breaks(_dial(self._server)) as line:
                if self._server.tls == "starttls":
                    line.starttls(context=ssl.create_default_context())
                if self._server.user:
                    line.login(self._server.user, self._server.password)
                self._line = line
        return self._line

    def _hang_up(self) -> None:
        if self._line is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._line.quit()
            self._line.close()
            self._line = None


def _dial(server: MailServer) -> smtplib.SMTP:
    if server.tls == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=_SECONDS)


@contextmanager
def _hanging_up_if_it_breaks(line: smtplib.SMTP) -> Iterator[smtplib.SMTP]:
    try:
        yield line
    except BaseException:
        line.close()
        raise
