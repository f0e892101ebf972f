"""Reading sign-ups and their numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pilot_ops.kernel.codes import code_digest
from pilot_ops.kernel.errors import NotFound
from pilot_ops.mail.queries import list_lost
from pilot_ops.signups.domain import (
    Contact,
    Counts,
    Details,
    LostRemoval,
    Need,
    News,
    SignUp,
    State,
    Told,
    letters_of,
)
from pilot_ops.signups.models import SignUpCountRow, SignUpRow


def find_sign_up(session: Session, sign_up_id: UUID) -> SignUp | None:
    """A sign-up, or None."""
    row = session.get(SignUpRow, sign_up_id)
    return _sign_up(row) if row else None


def get_sign_up(session: Session, sign_up_id: UUID) -> SignUp:
    """A sign-up. NotFound if there is none, or no longer."""
    found = find_sign_up(session, sign_up_id)
    if found is None:
        raise NotFound
    return found


def get_by_token(session: Session, token: str) -> SignUp:
    """The sign-up that a link is of. NotFound if there is none, or no longer."""
    row = session.scalars(select(SignUpRow).where(SignUpRow.digest == code_digest(token))).first()
    if row is None:
        raise NotFound
    return _sign_up(row)


def list_sign_ups(session: Session, event_id: UUID) -> tuple[SignUp, ...]:
    """The sign-ups of an event that are in or wait, in their turn."""
    query = select(SignUpRow).where(SignUpRow.event_id == event_id, SignUpRow.state != State.CANCELLED)
    rows = session.scalars(query.order_by(SignUpRow.number).execution_options(populate_existing=True))
    return tuple(map(_sign_up, rows))


def list_lost_removals(session: Session, event_id: UUID) -> tuple[LostRemoval, ...]:
    """Whom the letter did not reach that their sign-up for an event was cancelled for them, in their turn."""
    query = select(SignUpRow).where(SignUpRow.event_id == event_id, SignUpRow.state == State.CANCELLED)
    lost = {letter.key.rpartition(":")[0]: letter.at for letter in list_lost(session, prefix="sign-up:")}
    removed = {f"{letters_of(row.id)}{News.REMOVED}": row for row in session.scalars(query.order_by(SignUpRow.number))}
    return tuple(LostRemoval(row.people, row.asked_at, lost[key]) for key, row in removed.items() if key in lost)


def place_of(session: Session, sign_up: SignUp) -> int | None:
    """Which place somebody has on the waiting list, 1 being the next; None if they do not wait."""
    if sign_up.state is not State.WAITING:
        return None
    before = (SignUpRow.event_id == sign_up.event_id, SignUpRow.state == State.WAITING)
    query = select(func.count()).select_from(SignUpRow).where(*before, SignUpRow.number <= sign_up.number)
    return session.scalar(query)


def counts_of(session: Session, event_ids: Collection[UUID]) -> Mapping[UUID, Counts]:
    """The numbers of some events; those nobody has signed up for have zeros."""
    rows = session.scalars(select(SignUpCountRow).where(SignUpCountRow.event_id.in_(event_ids)))
    found = {
        row.event_id: Counts(row.sign_ups, row.people, row.waiting, row.waiting_people, row.cancelled) for row in rows
    }
    return {event_id: found.get(event_id, Counts()) for event_id in event_ids}


def count_sign_ups(session: Session, event_id: UUID) -> Counts:
    """The numbers of an event."""
    return counts_of(session, [event_id])[event_id]


def list_events_with_persons(session: Session) -> tuple[UUID, ...]:
    """The events of which any sign-up is remembered."""
    return tuple(session.scalars(select(SignUpRow.event_id).distinct().order_by(SignUpRow.event_id)))


def _sign_up(row: SignUpRow) -> SignUp:
    needs = frozenset(map(Need, row.needs.split()))
    contact = Contact(row.contact_kind, row.contact)
    return SignUp(
        id=row.id,
        event_id=row.event_id,
        number=row.number,
        state=row.state,
        details=Details(row.name, row.people, needs, row.note, contact, row.tongue),
        asked_at=row.asked_at,
        told=Told(row.told_state, row.told_starts_at, row.told_place, row.told_status),
        welcomed=row.welcomed,
        reminded_for=row.reminded_for,
    )
