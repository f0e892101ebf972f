"""Writing to the audit log, in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from pilot_ops.audit import queries
from pilot_ops.audit.domain import (
    BROKEN,
    Action,
    Change,
    Entry,
    Head,
    Verdict,
    canonical,
    chain_key,
    digest_of,
    is_sealed,
    seal_of,
    verify,
)
from pilot_ops.audit.models import HEAD, AuditEntryRow, AuditHeadRow
from pilot_ops.kernel.access import Actor
from pilot_ops.kernel.db import secret_of


def record(
    session: Session,
    actor: Actor,
    action: Action,
    subject: str,
    *,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry at the end of the chain. ``subject`` names the thing for people, e.g. ``Suvela 2024-07-01``."""
    record_all(session, actor, action, [Change(subject, before, after)], at=at)


def record_all(session: Session, actor: Actor, action: Action, changes: Sequence[Change], *, at: datetime) -> None:
    """Add an entry for each of some changes at the end of the chain, in as many questions for one as for thousands.

    A head that somebody tampered with does not stop the work: the entry is written, and the chain is broken for good.
    """
    if not changes:
        return
    key = chain_key(secret_of(session))
    head = _take_head(session, len(changes))
    entries, previous = [], head.digest if is_sealed(head, key) else BROKEN
    for seq, change in enumerate(changes, start=head.seq + 1):
        entry = _entry(actor, action, change, seq=seq, at=at)
        previous = digest_of(entry, previous, key)
        entries.append(asdict(replace(entry, digest=previous)))
    session.execute(insert(AuditEntryRow.__table__), entries)  # type: ignore[arg-type]
    sealed = {"digest": previous, "seal": seal_of(head.seq + len(changes), previous, key)}
    session.execute(update(AuditHeadRow).where(AuditHeadRow.id == HEAD).values(sealed))


def _entry(actor: Actor, action: Action, change: Change, *, seq: int, at: datetime) -> Entry:
    return Entry(
        seq=seq,
        at=at,
        actor=actor.name,
        user_id=actor.user_id,
        device_id=actor.device_id,
        action=action.value,
        subject=change.subject,
        before=canonical(change.before),
        after=canonical(change.after),
        digest="",
    )


def _take_head(session: Session, entries: int) -> Head:
    """Where the chain ends, locked until the caller's transaction ends, so that entries are numbered without gaps."""
    row = session.execute(
        update(AuditHeadRow)
        .where(AuditHeadRow.id == HEAD)
        .values(seq=AuditHeadRow.seq + entries)
        .returning(AuditHeadRow.seq, AuditHeadRow.digest, AuditHeadRow.seal)
    ).one()
    return Head(row.seq - entries, row.digest, row.seal)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only the values that differ, as they were and as they are."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def verify_log(session: Session) -> Verdict:
    """Whether the whole log is as it was written."""
    key = chain_key(secret_of(session))
    return verify(queries.walk_entries(session), head=queries.find_head(session), key=key)
