"""Adding and changing places and client groups."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.errors import Forbidden, NotFound, Refused
from pilot_ops.kernel.text import Translated
from pilot_ops.places import queries, service
from pilot_ops.places.domain import Kind, PlaceDetails, Reason
from tests.support.builders import ADMIN, NOON, make_actor, make_user
from tests.support.databases import look, work
from tests.support.tickets import make_group, make_place, make_point, make_venue


def test_a_name_is_taken_among_its_kind(session: Session) -> None:
    make_point(session, name="Leppävaara")
    assert make_venue(session, name="Leppävaara")
    with pytest.raises(Refused) as refused:
        make_point(session, name="LEPPÄVAARA")
    assert (refused.value.reason, refused.value.field) == (Reason.NAME_TAKEN, "name")
    other = make_point(session)
    change = replace(other.details, name="leppävaara")
    with pytest.raises(Refused):
        service.change_place(session, ADMIN, place_id=other.id, details=change, at=NOON)
    assert queries.get_place(session, other.id) == other


def test_a_name_is_taken_once_at_once(on_both: Flask) -> None:
    def make(_: int) -> bool:
        try:
            with work(on_both) as session:
                make_point(session, name="Leppävaara")
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(make, range(6))) == 1
    with look(on_both) as session:
        assert len(queries.list_places(session)) == 1


def test_a_place_changes_and_the_log_says_how(session: Session) -> None:
    group = make_group(session)
    point = make_point(session, name="Leppävaara")
    details = replace(point.details, active=False, groups=frozenset({group.id}))
    service.change_place(session, ADMIN, place_id=point.id, details=details, at=NOON)
    assert queries.list_places(session, Kind.POINT) == ()
    assert queries.list_places(session, Kind.POINT, inactive=True)[0].details == details
    (entry,) = (entry for entry in list_entries(session) if entry.action == "place.changed")
    assert str(group.id) in entry.after
    assert '"active":false' in entry.after
    assert queries.find_place_by_name(session, Kind.POINT, "leppävaara")


def test_the_kind_stays_and_what_is_not_there_is_not_found(session: Session) -> None:
    point = make_point(session)
    for place_id, kind in ((point.id, Kind.VENUE), (uuid4(), Kind.POINT)):
        with pytest.raises(NotFound):
            service.change_place(session, ADMIN, place_id=place_id, details=PlaceDetails(kind, "X"), at=NOON)
    with pytest.raises(Refused) as refused:
        make_place(session, Kind.POINT, groups=frozenset({uuid4()}))
    assert refused.value.reason is Reason.UNKNOWN_GROUP


def test_groups_have_names_of_their_own(session: Session) -> None:
    group = make_group(session, "Aikuissosiaalityö")
    with pytest.raises(Refused):
        make_group(session, "aikuissosiaalityö")
    other = make_group(session)
    with pytest.raises(Refused):
        service.change_group(session, ADMIN, group_id=other.id, name=group.name, at=NOON)
    name = Translated("Vammaispalvelut", "Funktionshinderservice", "Disability services")
    assert service.change_group(session, ADMIN, group_id=other.id, name=name, at=NOON).name == name
    assert [found.name.fi for found in queries.list_groups(session)] == ["Aikuissosiaalityö", "Vammaispalvelut"]


@pytest.mark.parametrize("role", list(Role))
def test_coordinators_and_administrators_edit_places(session: Session, role: Role) -> None:
    actor = make_actor(session, role)
    details = PlaceDetails(Kind.POINT, "Uusi piste")
    if role in {Role.COORDINATOR, Role.ADMINISTRATOR}:
        assert service.create_place(session, actor, details=details, at=NOON)
    else:
        with pytest.raises(Forbidden):
            service.create_place(session, actor, details=details, at=NOON)


def test_a_person_works_at_places_that_are_there(session: Session) -> None:
    point = make_point(session)
    user = make_user(session, Role.POINT_STAFF, places=[point])
    assert queries.places_of(session, user.id) == {point.id}
    with pytest.raises(NotFound):
        service.set_places_of(session, ADMIN, user_id=user.id, place_ids=[uuid4()])
