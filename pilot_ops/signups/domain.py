"""Signing up: what is asked, who is in and who waits, and what people have to be told."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from pilot_ops.events.domain import Event, Status
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import tidy
from pilot_ops.mail.domain import address_in

MOST_PEOPLE = 10
LONGEST_NAME = 40
LONGEST_NOTE = 200
REMINDED_BEFORE = timedelta(hours=24)
# An address that a stranger typed gets so many welcomes in a day, and of every other news of an event so many,
# however often it is signed up and cancelled.
MOST_LETTERS = 3
LETTERS_WITHIN = timedelta(hours=24)
# An event that was postponed has not been: whoever signed up is remembered this long after the day it was to be on.
POSTPONED_FOR = timedelta(days=90)
_LINK = re.compile(r"[@/:\\]|\.\w")
_PHONE = re.compile(r"\+?\d{6,15}")


class Need(StrEnum):
    """What somebody needs to take part, as they choose to tell."""

    WHEELCHAIR = "wheelchair"
    ASSISTANT = "assistant"
    SIGN_LANGUAGE = "sign-language"
    GUIDE_DOG = "guide-dog"
    QUIET_PLACE = "quiet-place"
    TRANSPORT_AID = "transport-aid"


class State(StrEnum):
    """Where a sign-up is."""

    IN = "in"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class ContactKind(StrEnum):
    """How somebody is reached."""

    NONE = "none"
    EMAIL = "email"
    PHONE = "phone"


class News(StrEnum):
    """What somebody has to be told."""

    WELCOME = "welcome"
    MOVED_UP = "moved-up"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    ON_AGAIN = "on-again"
    MOVED = "moved"
    REMINDER = "reminder"
    # By a coordinator, for them.
    REMOVED = "removed"


class Reason(StrEnum):
    """Why a sign-up is refused. Alphabetical."""

    CONTACT_WRONG = "contact-wrong"
    EVENT_CLOSED = "event-closed"
    GONE = "gone"
    ID_REUSED = "id-reused"
    NAME_MISSING = "name-missing"
    NAME_TOO_LONG = "name-too-long"
    NOTE_TOO_LONG = "note-too-long"
    NO_ROOM = "no-room"
    PEOPLE_WRONG = "people-wrong"
    PHONE_WRONG = "phone-wrong"
    TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach somebody, or none."""

    kind: ContactKind = ContactKind.NONE
    value: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """What somebody tells: a first name or nickname, how many they are, what they need, and how they are reached.

    ``tongue`` is the language of the page they used: fi, plain (Finnish), sv or en.
    """

    name: str
    people: int
    needs: frozenset[Need] = frozenset()
    note: str = ""
    contact: Contact = Contact()
    tongue: str = "fi"


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody knows: whether they are in, and when and where the event is and whether it is on."""

    state: State
    starts_at: datetime
    place: str
    status: Status


@dataclass(frozen=True, slots=True)
class SignUp:
    """A sign-up. ``number`` is its turn among those of the event; ``told`` what its person knows."""

    id: UUID
    event_id: UUID
    number: int
    state: State
    details: Details
    asked_at: datetime
    told: Told
    welcomed: bool = False
    reminded_for: datetime | None = None

    @property
    def has_mail(self) -> bool:
        return self.details.contact.kind is ContactKind.EMAIL


@dataclass(frozen=True, slots=True)
class LostRemoval:
    """That a letter did not reach somebody whose sign-up was cancelled for them: all that is still known of them."""

    people: int
    asked_at: datetime
    lost_at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """How many sign-ups of an event are in and wait, and of how many people. They stay when persons are forgotten."""

    sign_ups: int = 0
    people: int = 0
    waiting: int = 0
    waiting_people: int = 0
    cancelled: int = 0

    def left_of(self, capacity: int | None) -> int | None:
        """How many more people are taken; None without a limit."""
        return None if capacity is None else max(0, capacity - self.people)


def contact_in(text: str, *, mail: bool) -> Contact:
    """How somebody is reached, from one line: an e-mail address if mail is sent at all, a telephone number, or nothing.

    Refused if it is neither.
    """
    typed = text.strip()
    if not typed:
        return Contact()
    if "@" in typed and mail:
        try:
            return Contact(ContactKind.EMAIL, address_in(typed))
        except Refused:
            raise Refused(Reason.CONTACT_WRONG, "contact") from None
    number = re.sub(r"[\s().-]", "", typed)
    if not _PHONE.fullmatch(number):
        raise Refused(Reason.CONTACT_WRONG if mail else Reason.PHONE_WRONG, "contact")
    return Contact(ContactKind.PHONE, number)


def clean(details: Details) -> Details:
    """What is kept of what was told. Refused with the field if it cannot be."""
    name, note = tidy(details.name), tidy(details.note)
    if not name:
        raise Refused(Reason.NAME_MISSING, "name")
    if len(name) > LONGEST_NAME:
        raise Refused(Reason.NAME_TOO_LONG, "name", most=LONGEST_NAME)
    if len(note) > LONGEST_NOTE:
        raise Refused(Reason.NOTE_TOO_LONG, "note", most=LONGEST_NOTE)
    check_people(details.people)
    return replace(details, name=name, note=note)


def check_people(people: int | None) -> None:
    """Refused unless so many may come with one sign-up."""
    if people is None or not 1 <= people <= MOST_PEOPLE:
        raise Refused(Reason.PEOPLE_WRONG, "people", most=MOST_PEOPLE)


def takes_sign_ups(event: Event, at: datetime) -> bool:
    """Whether people may sign up now: it is on, wants it, and has not begun."""
    return event.is_on and event.details.sign_up and at < event.starts_at


def fits(capacity: int | None, taken: int, more: int) -> bool:
    """Whether more people fit beside those who are in."""
    return capacity is None or taken + more <= capacity


def can_ever_fit(event: Event, people: int) -> bool:
    """Whether so many would fit if all the others cancelled: a larger group would wait for ever."""
    return fits(event.details.capacity, 0, people)


def check_can_ever_fit(event: Event, people: int) -> None:
    """Refused if so many would wait for ever."""
    if not can_ever_fit(event, people):
        raise Refused(Reason.TOO_MANY, "people", most=event.details.capacity)


def most_at_once(event: Event) -> int:
    """How many may come with one sign-up for an event."""
    capacity = event.details.capacity
    return MOST_PEOPLE if capacity is None else min(MOST_PEOPLE, capacity)


def to_move_up(capacity: int | None, taken: int, waiting: Sequence[tuple[UUID, int]]) -> tuple[UUID, ...]:
    """Who of those that wait are in now, in their order: each who fits, also past a larger group that does not."""
    moved = []
    for sign_up_id, people in waiting:
        if fits(capacity, taken, people):
            moved.append(sign_up_id)
            taken += people
    return tuple(moved)


def known_of(event: Event, state: State) -> Told:
    """What somebody knows who has just been told of an event."""
    return Told(state, event.starts_at, event.details.venue.name.fi, event.status)


def news_for(sign_up: SignUp, event: Event) -> tuple[News, ...]:
    """What somebody does not know yet of their place and of the event, the weightiest first.

    A cancelled or postponed event is told alone: nothing else matters then.
    """
    told, now = sign_up.told, known_of(event, sign_up.state)
    if event.status in (Status.CANCELLED, Status.POSTPONED):
        changed = told.status is not event.status
        return ((News.CANCELLED if event.status is Status.CANCELLED else News.POSTPONED),) if changed else ()
    news = []
    if told.status is not event.status:
        news.append(News.ON_AGAIN)
    elif (told.starts_at, told.place) != (now.starts_at, now.place):
        news.append(News.MOVED)
    if told.state is State.WAITING and sign_up.state is State.IN:
        news.append(News.MOVED_UP)
    return tuple(news)


def still_matters(sign_up: SignUp, event: Event, at: datetime) -> bool:
    """Whether news is of use: before the event begins, or to who waits for the new day of one that was postponed."""
    return at < event.starts_at or sign_up.told.status is Status.POSTPONED


def needs_reminder(sign_up: SignUp, event: Event, at: datetime) -> bool:
    """Whether somebody is to be reminded: they are in, it begins within a day, and they signed up before that."""
    from_when = event.starts_at - REMINDED_BEFORE
    in_time = from_when <= at < event.starts_at and sign_up.asked_at < from_when
    return event.is_on and sign_up.state is State.IN and in_time and sign_up.reminded_for != event.starts_at


def is_over(event: Event, at: datetime, days: int) -> bool:
    """Whether the persons of an event's sign-ups are to be forgotten: so many days after it ended."""
    ended = event.ends_at or event.starts_at
    kept = POSTPONED_FOR if event.status is Status.POSTPONED else timedelta(days=days)
    return at >= ended + kept


def letters_of(sign_up_id: UUID) -> str:
    """What the keys of the letters of a sign-up begin with."""
    return f"sign-up:{sign_up_id}:"


def turn_of(secret: str, news: News, sign_up: SignUp, event: Event) -> str:
    """What letters of one kind to one address are counted by: a digest that without the key tells no address.

    Welcomes are counted over all events, for strangers cause them; other news anew with each change of the event.
    """
    about = "" if news is News.WELCOME else f"{event.id}:{event.sequence}"
    key = hmac.new(secret.encode(), b"pilot-ops turns of letters", hashlib.sha256).digest()
    text = f"{news.value}:{about}:{sign_up.details.contact.value.casefold()}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def greeted(name: str) -> str:
    """A name as a letter of the city may greet it; nothing for one that could be read as a link or an address."""
    return "" if _LINK.search(name) else name


def token_of(secret: str, sign_up_id: UUID) -> str:
    """The secret part of the link of a sign-up: the same every time, and without the key as good as random."""
    key = hmac.new(secret.encode(), b"pilot-ops sign-up links", hashlib.sha256).digest()
    return urlsafe_b64encode(hmac.new(key, sign_up_id.bytes, hashlib.sha256).digest()[:18]).decode()
