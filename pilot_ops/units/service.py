"""What people do with units: keep what the service map says of them, and take one out again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.db import upsert
from pilot_ops.kernel.errors import Refused
from pilot_ops.units import queries
from pilot_ops.units.domain import Profile, Reason, Unit
from pilot_ops.units.models import UnitRow


def store_unit(session: Session, actor: Actor, *, unit: Unit, at: datetime) -> None:
    """Keep what the service map says of a unit, in place of what it said before."""
    actor.must(Permission.PARKS_EDIT if unit.park_id else Permission.PLACES_EDIT)
    upsert(session, UnitRow, {"id": unit.id, "park_id": unit.park_id, **_columns(unit)})
    record(session, actor, Action.UNIT_STORED, unit.name.fi, at=at, after={"unit": unit.key, **_columns(unit)})


def remove_unit(session: Session, actor: Actor, *, unit_id: int, at: datetime) -> None:
    """Take a unit out. NotFound if there is none; refused if it is a park, or a place where tickets are used."""
    actor.must(Permission.PLACES_EDIT)
    unit = queries.get_unit(session, unit_id)
    if unit.park_id:
        raise Refused(Reason.IN_USE)
    try:
        with session.begin_nested():
            session.execute(delete(UnitRow).where(UnitRow.id == unit_id))
    except IntegrityError:
        raise Refused(Reason.IN_USE) from None
    record(session, actor, Action.UNIT_REMOVED, unit.name.fi, at=at, before={"unit": unit.key})


def _columns(unit: Unit) -> dict[str, Any]:
    texts = {"name": unit.name, "hours": unit.hours}
    plain = ("address", "postal_code", "city", "latitude", "longitude")
    return {
        **{f"{name}_{tongue}": getattr(text, tongue) for name, text in texts.items() for tongue in ("fi", "sv", "en")},
        **{name: getattr(unit, name) for name in plain},
        **{profile.value: unit.shortcomings.get(profile) for profile in Profile},
    }
