"""Reading counts and taps."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from pilot_ops.counting.domain import Tap
from pilot_ops.counting.models import TapRow, TapTotalRow

_MOST_IDS = 5000


def totals_of(session: Session, subject_id: UUID) -> dict[str, int]:
    """The count of each group of one subject; a group nobody tapped is absent."""
    query = select(TapTotalRow.group, TapTotalRow.total).where(TapTotalRow.subject_id == subject_id)
    return {group: total for group, total in session.execute(query)}


def totals(session: Session, subject_ids: Collection[UUID]) -> Mapping[UUID, Mapping[str, int]]:
    """The counts of many subjects; a subject nobody tapped is absent."""
    found: dict[UUID, dict[str, int]] = {}
    for ids in _slices(subject_ids):
        query = select(TapTotalRow.subject_id, TapTotalRow.group, TapTotalRow.total)
        for subject_id, group, total in session.execute(query.where(TapTotalRow.subject_id.in_(ids))):
            found.setdefault(subject_id, {})[group] = total
    return found


def counted_subjects(session: Session, subject_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the subjects that have any tap, even if the taps add up to nothing."""
    found: set[UUID] = set()
    for ids in _slices(subject_ids):
        found |= set(session.scalars(select(TapTotalRow.subject_id).where(TapTotalRow.subject_id.in_(ids))))
    return frozenset(found)


def late_taps(session: Session, subject_ids: Collection[UUID]) -> Mapping[UUID, list[datetime]]:
    """When the taps of each subject came that came after its counting had ended; a subject without any is absent."""
    found: dict[UUID, list[datetime]] = {}
    for ids in _slices(subject_ids):
        query = select(TapRow.subject_id, TapRow.received_at).where(TapRow.subject_id.in_(ids), TapRow.late)
        for subject_id, received_at in session.execute(query):
            found.setdefault(subject_id, []).append(received_at)
    return found


def list_taps(session: Session, subject_id: UUID) -> tuple[Tap, ...]:
    """Every tap of a subject in the order they were made."""
    query = select(TapRow).where(TapRow.subject_id == subject_id).order_by(TapRow.tapped_at, TapRow.id)
    return tuple(tap_of(row) for row in session.scalars(query))


def find_last_tap(session: Session, subject_id: UUID, device_id: UUID) -> Tap | None:
    """The newest tap of a device that may still be undone: one that is no undo and has not been undone."""
    undo = aliased(TapRow)
    query = (
        select(TapRow)
        .where(TapRow.subject_id == subject_id, TapRow.device_id == device_id, TapRow.undoes.is_(None))
        .where(~select(undo.id).where(undo.undoes == TapRow.id).exists())
        .order_by(TapRow.received_at.desc(), TapRow.tapped_at.desc())
        .limit(1)
    )
    row = session.scalar(query)
    return tap_of(row) if row else None


def device_totals(session: Session, subject_id: UUID, device_id: UUID) -> dict[str, int]:
    """What one device has counted of a subject, by group."""
    query = select(TapRow.group, func.sum(TapRow.change)).where(
        TapRow.subject_id == subject_id, TapRow.device_id == device_id
    )
    return {group: int(total) for group, total in session.execute(query.group_by(TapRow.group))}


def tap_of(row: TapRow) -> Tap:
    """The value of a row."""
    return Tap(
        id=row.id,
        subject_id=row.subject_id,
        group=row.group,
        change=row.change,
        tapped_at=row.tapped_at,
        source=row.source,
        reason=row.reason,
        undoes=row.undoes,
        late=row.late,
    )


def _slices(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    """Ids in portions that both databases take as parameters of one statement."""
    every = list(ids)
    for start in range(0, len(every), _MOST_IDS):
        yield every[start : start + _MOST_IDS]
