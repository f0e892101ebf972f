"""What people do with places and client groups."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import changes, record
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.db import insert_once
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.kernel.text import Translated, fold
from pilot_ops.places import queries
from pilot_ops.places.domain import ClientGroup, Place, PlaceDetails, Reason, check_details, clean, clean_group
from pilot_ops.places.models import ClientGroupRow, PlaceRow, PlaceStaffRow, PointGroupRow
from pilot_ops.units.queries import get_unit


def create_place(session: Session, actor: Actor, *, details: PlaceDetails, at: datetime) -> Place:
    """Add a point or a venue. Refused if the name is missing or taken, or the link is none."""
    actor.must(Permission.PLACES_EDIT)
    details = clean(details)
    check_details(details)
    _check_unit(session, details)
    place = Place(uuid4(), details)
    if not insert_once(session, PlaceRow, {"id": place.id, **_columns(details)}):
        raise Refused(Reason.NAME_TAKEN, "name")
    _set_groups(session, place)
    record(session, actor, Action.PLACE_CREATED, details.name, at=at, after=_facts(details))
    return place


def change_place(session: Session, actor: Actor, *, place_id: UUID, details: PlaceDetails, at: datetime) -> Place:
    """Correct a place's details; its kind stays. Refused as in ``create_place``."""
    actor.must(Permission.PLACES_EDIT)
    old = queries.get_place(session, place_id, details.kind)
    details = clean(details)
    check_details(details)
    _check_unit(session, details)
    try:
        with session.begin_nested():
            session.execute(update(PlaceRow).where(PlaceRow.id == place_id).values(_columns(details)))
    except IntegrityError:
        raise Refused(Reason.NAME_TAKEN, "name") from None
    place = Place(place_id, details)
    session.execute(delete(PointGroupRow).where(PointGroupRow.place_id == place_id))
    _set_groups(session, place)
    before, after = changes(_facts(old.details), _facts(details))
    record(session, actor, Action.PLACE_CHANGED, old.name, at=at, before=before, after=after)
    return place


def create_group(session: Session, actor: Actor, *, name: Translated, at: datetime) -> ClientGroup:
    """Add a client group. Refused if the Finnish name is missing or taken."""
    actor.must(Permission.PLACES_EDIT)
    group = ClientGroup(uuid4(), clean_group(name))
    if not insert_once(session, ClientGroupRow, {"id": group.id, **_group_columns(group.name)}):
        raise Refused(Reason.NAME_TAKEN, "name_fi")
    record(session, actor, Action.GROUP_CREATED, group.name.fi, at=at, after=asdict(group.name))
    return group


def change_group(session: Session, actor: Actor, *, group_id: UUID, name: Translated, at: datetime) -> ClientGroup:
    """Correct the name of a client group. Refused as in ``create_group``."""
    actor.must(Permission.PLACES_EDIT)
    old = queries.get_group(session, group_id)
    group = ClientGroup(group_id, clean_group(name))
    try:
        with session.begin_nested():
            session.execute(
                update(ClientGroupRow).where(ClientGroupRow.id == group_id).values(_group_columns(group.name))
            )
    except IntegrityError:
        raise Refused(Reason.NAME_TAKEN, "name_fi") from None
    before, after = changes(asdict(old.name), asdict(group.name))
    record(session, actor, Action.GROUP_CHANGED, old.name.fi, at=at, before=before, after=after)
    return group


def set_places_of(session: Session, actor: Actor, *, user_id: UUID, place_ids: Collection[UUID]) -> None:
    """Say which places a person works at. The caller writes the audit entry, with the person's name."""
    actor.must(Permission.USERS_EDIT)
    session.execute(delete(PlaceStaffRow).where(PlaceStaffRow.user_id == user_id))
    for place_id in sorted(set(place_ids)):
        queries.get_place(session, place_id)
        session.execute(insert(PlaceStaffRow).values(user_id=user_id, place_id=place_id))


def _check_unit(session: Session, details: PlaceDetails) -> None:
    if details.unit_id is not None:
        try:
            get_unit(session, details.unit_id)
        except NotFound:
            raise Refused(Reason.UNKNOWN_UNIT, "unit") from None


def _set_groups(session: Session, place: Place) -> None:
    for group_id in sorted(place.details.groups):
        try:
            queries.get_group(session, group_id)
        except NotFound:
            raise Refused(Reason.UNKNOWN_GROUP, "groups") from None
        session.execute(insert(PointGroupRow).values(place_id=place.id, group_id=group_id))


def _columns(details: PlaceDetails) -> dict[str, Any]:
    return {
        "kind": details.kind,
        "name": details.name,
        "name_key": fold(details.name),
        "address": details.address,
        "link": details.link,
        "active": details.active,
        "unit_id": details.unit_id,
    }


def _group_columns(name: Translated) -> dict[str, str]:
    return {"name_key": fold(name.fi), "name_fi": name.fi, "name_sv": name.sv, "name_en": name.en}


def _facts(details: PlaceDetails) -> dict[str, Any]:
    return {**asdict(details), "groups": sorted(str(group) for group in details.groups)}
