"""What a backup is: its manifest and seal, what is left out of it, and which nightly ones are kept."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec

FORMAT = "pilot-ops-backup"
VERSION = 1
# Sessions and one-time links and codes would live again after they had ended or were used; tries and turns of letters
# are counters of minutes and of a day; printed sheets are made again from the key, are deleted after a week, and should
# not outlive that here.
LEFT_OUT = frozenset({"enrolment_codes", "letter_turns", "print_files", "sessions", "sign_in_links", "tries"})
# Tables that the service had at an earlier revision and has no more.
FORMER = frozenset({"park_units"})
# What a service that has only been started holds: nothing that anybody would miss.
OF_NO_ACCOUNT = LEFT_OUT | {"audit_head", "job_runs"}
# Every night there is one: two days without are two that failed.
LATE_AFTER = timedelta(days=2)
_NIGHTLY = re.compile(r"pilot-ops-(\d{4}-\d{2}-\d{2})\.zip")


class Kind(StrEnum):
    """What a column holds, and so how it is written: the same for both databases.

    Numbers are JSON numbers, truth is 0 or 1, all else text: a UUID as 32 hexadecimal digits, days and times as ISO
    has them with six digits after the second, and moments in UTC with a Z at the end.
    """

    BOOLEAN = "boolean"
    DATE = "date"
    INTEGER = "integer"
    MOMENT = "moment"
    TEXT = "text"
    TIME = "time"
    UUID = "uuid"


class Reason(StrEnum):
    """Why a backup is not made or not taken in."""

    CHANGED_SINCE = "changed-since"
    DAMAGED = "damaged"
    DATABASE_NEWER = "database-newer"
    DIFFERENT_TABLES = "different-tables"
    FILE_THERE = "file-there"
    NEWER = "newer"
    NO_BACKUP = "no-backup"
    NO_FOLDER = "no-folder"
    NOT_AS_IN_FILE = "not-as-in-file"
    NOT_EMPTY = "not-empty"
    NOT_TAKEN = "not-taken"
    NOTHING_THERE = "nothing-there"


class Table(msgspec.Struct, frozen=True):
    """A table: its columns by name, and the columns of its key, which its rows are in the order of."""

    name: str
    columns: dict[str, Kind]
    key: tuple[str, ...]


class Content(msgspec.Struct, frozen=True):
    """What a file holds of a table: how many rows, and the digest of the lines they are."""

    table: Table
    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup says of itself. ``seal`` ties all of it to the service's key."""

    format: str
    version: int
    revision: str
    made_at: datetime
    database: str
    tables: tuple[Content, ...]
    left_out: tuple[str, ...]
    seal: str = ""

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(content.rows for content in self.tables)


def sealed(manifest: Manifest, secret: str) -> Manifest:
    """The manifest with its seal: with it goes all that the digests name."""
    return msgspec.structs.replace(manifest, seal=_seal_of(manifest, secret))


def is_sealed(manifest: Manifest, secret: str) -> bool:
    """Whether a service with this secret made the file, and nobody has changed it since."""
    return hmac.compare_digest(_seal_of(manifest, secret).encode(), manifest.seal.encode())


def _seal_of(manifest: Manifest, secret: str) -> str:
    key = hmac.new(secret.encode(), b"pilot-ops backup", hashlib.sha256).digest()
    content = msgspec.json.encode(msgspec.structs.replace(manifest, seal=""), order="sorted")
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def nightly_name(day: date) -> str:
    """The file of a night's backup."""
    return f"pilot-ops-{day.isoformat()}.zip"


def too_many(names: Iterable[str], *, kept: int) -> list[str]:
    """Of the files in a folder the nightly backups that are older than the newest ``kept``; no other file's name."""
    nightly = sorted(name for name in names if (found := _NIGHTLY.fullmatch(name)) and _is_day(found[1]))
    return nightly[:-kept]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_late(made_at: datetime | None, now: datetime) -> bool:
    """Whether there should be a newer backup than this one, or one at all."""
    return made_at is None or now - made_at > LATE_AFTER
