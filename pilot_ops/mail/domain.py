"""Letters: when they are tried again, when they are given up, and what an e-mail address is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from unicodedata import normalize

from pilot_ops.kernel.errors import Refused

# After the first try, the second, and so on: two days in all, as mail servers do among themselves.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 180, 360, 720, 1440))
# Whoever claimed a letter so long ago has died: sending one takes a minute at the most.
ABANDONED_AFTER = timedelta(minutes=15)
# How long it stays known that a letter was sent or given up.
KNOWN_FOR = timedelta(days=90)
LONGEST_ADDRESS = 254

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_ADDRESS = re.compile(rf"{_LOCAL}@[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+")


class Reason(StrEnum):
    """Why a letter is refused. Alphabetical."""

    NOT_AN_ADDRESS = "not-an-address"


class Delivery(StrEnum):
    """What became of a try."""

    SENT = "sent"
    LATER = "later"
    # The mail server will never take this letter: there is no such address.
    REFUSED = "refused"
    # The mail server itself is not to be had: other letters need not be tried now.
    DOWN = "down"


class Fate(StrEnum):
    """What a letter that was tried comes to."""

    SENT = "sent"
    WAITS = "waits"
    GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one address. Its ``key`` says what it is about, so that the same is queued once.

    ``useless_at``: from then on nobody is helped by it, so it is not sent any more.
    """

    key: str
    to: str
    subject: str
    text: str
    language: str
    due_at: datetime
    useless_at: datetime | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Lost:
    """A letter that was given up: which, when, and the number that the mail server answered, if it did."""

    key: str
    at: datetime
    code: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many letters wait, and how many were sent and given up lately."""

    waiting: int
    sent: int
    given_up: int


def address_in(text: str) -> str:
    """The e-mail address that somebody typed. Refused if it is none.

    Only ASCII before the at sign: few mail servers take anything else there. What is given back is an address again:
    a capital may become two characters, of which one is no letter.
    """
    local, sign, domain = text.strip().removeprefix("mailto:").rpartition("@")
    domain = normalize("NFC", domain.lower())
    address = f"{local}{sign}{domain}"
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise Refused(Reason.NOT_AN_ADDRESS)
    try:
        domain.encode("idna")
    except UnicodeError:
        raise Refused(Reason.NOT_AN_ADDRESS) from None
    return address


def next_try(letter: Letter, delivery: Delivery, at: datetime) -> tuple[Fate, datetime]:
    """What a try at this moment brings a letter to, and when it is tried again if it waits.

    ``letter.tries`` counts this try.
    """
    if delivery is Delivery.SENT:
        return Fate.SENT, at
    if delivery is Delivery.REFUSED or letter.tries > len(PAUSES):
        return Fate.GIVEN_UP, at
    again = at + PAUSES[letter.tries - 1]
    if letter.useless_at is not None and again >= letter.useless_at:
        return Fate.GIVEN_UP, at
    return Fate.WAITS, again
