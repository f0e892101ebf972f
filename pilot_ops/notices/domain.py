"""What the notices say that is a fact of this service, what the city must tell, and feedback on accessibility."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from pilot_ops.kernel.clock import local_day
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import plain

# When somebody last held each notice against the service. Whoever changes what a notice says, changes its day.
ACCESSIBILITY_ON = date(2026, 11, 25)
PRIVACY_ON = date(2026, 11, 30)

# The law (306/2019, section 9) gives so long to answer.
ANSWER_WITHIN = timedelta(days=14)
# Feedback may hold how to reach somebody: once answered, it goes after so long.
KEPT_ANSWERED = timedelta(days=90)
LONGEST_TEXT = 2000
LONGEST_LINE = 200


class Reason(StrEnum):
    """Why feedback is refused."""

    TEXT_MISSING = "text-missing"
    TEXT_LONG = "text-long"
    LINE_LONG = "line-long"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody said about accessibility: where, what, and, if they wished, how they are reached."""

    id: UUID
    page: str
    text: str
    contact: str
    sent_at: datetime
    answered_at: datetime | None = None

    @property
    def answer_by(self) -> date:
        """The last day to answer."""
        return local_day(self.sent_at) + ANSWER_WITHIN

    def is_late(self, today: date) -> bool:
        """Whether it waits although it should be answered."""
        return self.answered_at is None and today > self.answer_by


def clean(page: str, text: str, contact: str) -> tuple[str, str, str]:
    """The three texts as they are kept. Refused if there is nothing to answer, or too much to read."""
    page, text, contact = (plain(value).strip() for value in (page, text, contact))
    if not text:
        raise Refused(Reason.TEXT_MISSING, "text")
    if len(text) > LONGEST_TEXT:
        raise Refused(Reason.TEXT_LONG, "text", most=LONGEST_TEXT)
    for name, value in (("page", page), ("contact", contact)):
        if len(value) > LONGEST_LINE:
            raise Refused(Reason.LINE_LONG, name, most=LONGEST_LINE)
    return page, text, contact


@dataclass(frozen=True, slots=True)
class Told:
    """What only the city can say in its notices; empty where it has not said it yet.

    ``official`` is who answers for the keeping of the data, ``officer`` the data protection officer, ``hosting`` who
    runs the servers and where.
    """

    controller: str
    official: str
    privacy_contact: str
    officer: str
    hosting: str
    accessibility_contact: str
    supervisor: str
    supervisor_contact: str

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of what is not told yet."""
        return tuple(field.name for field in fields(self) if not getattr(self, field.name))


class Store(StrEnum):
    """Where in the browser something is kept."""

    COOKIE = "cookie"
    LOCAL_STORAGE = "local-storage"
    INDEXED_DB = "indexed-db"
    CACHE = "cache"


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that the service keeps in a browser. ``days`` is how long, None until something else ends it."""

    name: str
    store: Store
    days: int | None = None


SESSION, LANGUAGE, DEVICE, PHONE = "pilot_ops_session", "pilot_ops_language", "pilot_ops_device", "pilot_ops_phone"

# Everything, by whom it concerns: anybody, those who sign in, those who count or scan. Tests hold it against the code.
FOR_ANYBODY = (Kept(SESSION, Store.COOKIE), Kept(LANGUAGE, Store.COOKIE, 365))
FOR_STAFF = (Kept(DEVICE, Store.COOKIE, 400), Kept(PHONE, Store.COOKIE, 400))
FOR_COUNTING = (
    Kept("pilot-ops", Store.INDEXED_DB),
    Kept("pilot-ops.clock", Store.LOCAL_STORAGE),
    Kept("pilot-ops.day.", Store.LOCAL_STORAGE),
    Kept("pilot-ops.event.", Store.LOCAL_STORAGE),
    Kept("pilot-ops.scanning", Store.LOCAL_STORAGE),
    Kept("pilot-ops-", Store.CACHE),
    Kept("ticket-codes", Store.CACHE),
)
EVERYTHING = (*FOR_ANYBODY, *FOR_STAFF, *FOR_COUNTING)
