"""What people do with parks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import changes, record
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.db import insert_once
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import fold
from pilot_ops.parks import queries
from pilot_ops.parks.domain import Park, ParkDetails, Reason, check_details, clean
from pilot_ops.parks.models import ParkRow, StaffRow


def create_park(session: Session, actor: Actor, *, details: ParkDetails, at: datetime, country: str = "") -> Park:
    """Add a park. Refused if anything is missing, the name is taken, or the postal code is none of the country's."""
    actor.must(Permission.PARKS_EDIT)
    details = clean(details)
    check_details(details, country)
    park = Park(uuid4(), details)
    if not insert_once(session, ParkRow, {"id": park.id, "name_key": fold(details.name), **asdict(details)}):
        raise Refused(Reason.NAME_TAKEN, "name")
    record(session, actor, Action.PARK_CREATED, details.name, at=at, after=asdict(details))
    return park


def change_park(
    session: Session, actor: Actor, *, park_id: UUID, details: ParkDetails, at: datetime, country: str = ""
) -> Park:
    """Correct a park's details. Refused as in ``create_park``."""
    actor.must(Permission.PARKS_EDIT)
    details = clean(details)
    check_details(details, country)
    park = queries.get_park(session, park_id)
    _save(session, park_id, details)
    before, after = changes(asdict(park.details), asdict(details))
    record(session, actor, Action.PARK_CHANGED, park.name, at=at, before=before, after=after)
    return Park(park_id, details)


def _save(session: Session, park_id: UUID, details: ParkDetails) -> None:
    """The database says whether the name is free, also while somebody else takes it."""
    values = {"name_key": fold(details.name), **asdict(details)}
    try:
        with session.begin_nested():
            session.execute(update(ParkRow).where(ParkRow.id == park_id).values(values))
    except IntegrityError:
        raise Refused(Reason.NAME_TAKEN, "name") from None


def set_parks_of(session: Session, actor: Actor, *, user_id: UUID, park_ids: Collection[UUID]) -> None:
    """Say which parks a person is staff of. The caller writes the audit entry, with the person's name."""
    actor.must(Permission.USERS_EDIT)
    session.execute(delete(StaffRow).where(StaffRow.user_id == user_id))
    for park_id in sorted(set(park_ids)):
        queries.get_park(session, park_id)
        session.execute(insert(StaffRow).values(user_id=user_id, park_id=park_id))
