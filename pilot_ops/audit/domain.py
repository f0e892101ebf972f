"""Entries of the audit log, and the chain that ties each to the one before."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

GENESIS = "0" * 64
# What an entry follows when the head it found was not sealed: no chain that verifies goes through it.
BROKEN = ""


class Action(StrEnum):
    """Everything that is worth an entry, as ``thing.done``. Alphabetical."""

    AGREEMENT_RECORDED = "agreement.recorded"
    AGREEMENT_WITHDRAWN = "agreement.withdrawn"
    BACKUP_MADE = "backup.made"
    BACKUP_RESTORED = "backup.restored"
    CLOSURE_ADDED = "closure.added"
    CLOSURE_REMOVED = "closure.removed"
    COST_BOOKED = "cost.booked"
    COST_REVERSED = "cost.reversed"
    COSTS_IMPORTED = "costs.imported"
    COSTS_LOCKED = "costs.locked"
    COSTS_UNLOCKED = "costs.unlocked"
    DAY_CANCELLED = "day.cancelled"
    DAY_CHANGED = "day.changed"
    DAY_CLOSED = "day.closed"
    DAY_ENTERED = "day.entered"
    DAY_OPENED = "day.opened"
    DAY_REOPENED = "day.reopened"
    DAY_RESTORED = "day.restored"
    DECISION_SAVED = "decision.saved"
    DEMO_LOADED = "demo.loaded"
    EVENT_CANCELLED = "event.cancelled"
    EVENT_CHANGED = "event.changed"
    EVENT_CLOSED = "event.closed"
    EVENT_CREATED = "event.created"
    EVENT_DELETED = "event.deleted"
    EVENT_MOVED = "event.moved"
    EVENT_POSTPONED = "event.postponed"
    EVENT_PUBLISHED = "event.published"
    EVENT_REOPENED = "event.reopened"
    EVENT_RESTORED = "event.restored"
    EVENT_SERIES_CREATED = "event-series.created"
    EXPENSE_BOOKED = "expense.booked"
    EXPENSE_REVERSED = "expense.reversed"
    FEEDBACK_ANSWERED = "feedback.answered"
    GROUP_CHANGED = "group.changed"
    GROUP_CREATED = "group.created"
    INVOICE_BOOKED = "invoice.booked"
    JOB_RUN = "job.run"
    LOST_MAIL_SEEN = "lost-mail.seen"
    MEALS_IMPORTED = "meals.imported"
    MEASURE_CHANGED = "measure.changed"
    MEASURE_CREATED = "measure.created"
    PARK_CHANGED = "park.changed"
    PARK_CREATED = "park.created"
    PHONE_INVITED = "phone.invited"
    PHONE_JOINED = "phone.joined"
    PHONE_REVOKED = "phone.revoked"
    PILOT_CHANGED = "pilot.changed"
    PILOT_CREATED = "pilot.created"
    PILOT_PLANNED = "pilot.planned"
    PLACE_CHANGED = "place.changed"
    PLACE_CREATED = "place.created"
    PROGRAMME_YEAR_ADDED = "programme-year.added"
    PROGRAMME_YEAR_CHANGED = "programme-year.changed"
    REPORT_KEPT = "report.kept"
    REPORT_TEXT_SAVED = "report-text.saved"
    SIGN_UP_ADDED = "sign-up.added"
    SIGN_UP_CANCELLED = "sign-up.cancelled"
    SIGN_UP_TOLD = "sign-up.told"
    SIGN_IN_FAILED = "sign-in.failed"
    SIGN_IN_LINK_MADE = "sign-in.link-made"
    SIGNED_IN = "signed-in"
    TAPS_CORRECTED = "taps.corrected"
    TARGETS_CHANGED = "targets.changed"
    TICKET_REPLACED = "ticket.replaced"
    TICKET_TYPE_CHANGED = "ticket-type.changed"
    TICKET_TYPE_CREATED = "ticket-type.created"
    TICKETS_ACQUIRED = "tickets.acquired"
    TICKETS_COUNTED = "tickets.counted"
    TICKETS_IMPORTED = "tickets.imported"
    TICKETS_MOVED = "tickets.moved"
    TICKETS_PRINTED = "tickets.printed"
    TOKEN_MADE = "token.made"  # noqa: S105 - no secret, but what was done
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 - the same
    UNIT_REMOVED = "unit.removed"
    UNIT_STORED = "unit.stored"
    USER_CHANGED = "user.changed"
    USER_CREATED = "user.created"
    WRONG_CODES_SEEN = "wrong-codes.seen"


class Flaw(StrEnum):
    """What verifying the chain may find."""

    CHANGED = "changed"
    MISSING = "missing"
    CUT_SHORT = "cut-short"


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: ``before`` and ``after`` are JSON objects of the values that changed."""

    seq: int
    at: datetime
    actor: str
    user_id: UUID | None
    device_id: UUID | None
    action: str
    subject: str
    before: str
    after: str
    digest: str


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to one thing: ``subject`` names it for people, e.g. ``Suvela 2024-07-01``."""

    subject: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends, and the seal that says so."""

    seq: int
    digest: str
    seal: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found: how many entries are sound and, if any, the first flaw and where."""

    entries: int
    head: str
    flaw: Flaw | None = None
    seq: int | None = None


def canonical(values: Mapping[str, Any] | None) -> str:
    """The one JSON text of a set of values: sorted keys, other types as their text."""
    return json.dumps(dict(values or {}), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def digest_of(entry: Entry, previous: str, key: bytes) -> str:
    """The keyed digest of an entry that follows the entry with digest ``previous``.

    Keyed, so that whoever can write the database but does not know the service's secret cannot make a chain that
    verifies. ``entry.digest`` itself is not part of it.
    """
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    content = [previous, entry.seq, at, entry.actor, entry.user_id, entry.device_id, entry.action, entry.subject]
    message = json.dumps([*content, entry.before, entry.after], ensure_ascii=False, default=str)
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def chain_key(secret: str) -> bytes:
    """The key of the chain, derived from the service's secret so that it serves no other purpose."""
    return hmac.new(secret.encode(), b"pilot-ops audit chain", hashlib.sha256).digest()


def seal_of(seq: int, digest: str, key: bytes) -> str:
    """The seal of a head. Without it, whoever cuts entries off could say that the chain ends where they cut it."""
    return hmac.new(key, f"head|{seq}|{digest}".encode(), hashlib.sha256).hexdigest()


def is_sealed(head: Head, key: bytes) -> bool:
    """Whether the service itself wrote this head."""
    return _same(seal_of(head.seq, head.digest, key), head.seal)


def verify(entries: Iterable[Entry | None], *, head: Head | None, key: bytes) -> Verdict:
    """Walk the chain in order; the first entry that is changed, missing or cut off at the end is named.

    An entry that is None is there and cannot be read.
    """
    previous, count = GENESIS, 0
    for entry in entries:
        if entry and entry.seq > count + 1:
            return Verdict(count, previous, Flaw.MISSING, count + 1)
        if entry is None or entry.seq <= count or not _same(digest_of(entry, previous, key), entry.digest):
            return Verdict(count, previous, Flaw.CHANGED, entry.seq if entry else count + 1)
        previous, count = entry.digest, entry.seq
    if head is None or (count, previous) != (head.seq, head.digest) or not is_sealed(head, key):
        return Verdict(count, previous, Flaw.CUT_SHORT, count + 1)
    return Verdict(count, previous)


def _same(ours: str, found: object) -> bool:
    """Whether the database holds this digest; whoever tampers may put anything there, not only ASCII text."""
    return hmac.compare_digest(ours.encode(), str(found).encode(errors="surrogatepass"))
