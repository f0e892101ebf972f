"""Adding and correcting parks."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries
from pilot_ops.kernel.access import Permission, Role
from pilot_ops.kernel.errors import Forbidden, NotFound, Refused
from pilot_ops.parks import queries, service
from pilot_ops.parks.domain import Park, Reason
from tests.parks.test_domain import SUVELA
from tests.support.builders import ADMIN, NOON, make_actor, make_park, make_user
from tests.support.databases import look, work


def test_a_park_is_kept_and_logged(session: Session) -> None:
    park = service.create_park(session, ADMIN, details=SUVELA, at=NOON)
    assert queries.get_park(session, park.id) == park == Park(park.id, SUVELA)
    entry = list_entries(session)[0]
    assert (entry.action, entry.subject, entry.actor) == ("park.created", "Suvelan asukaspuisto", "tests")


@pytest.mark.parametrize("name", ["SUVELAN asukaspuisto", "  Suvelan   asukaspuisto "])
def test_no_two_parks_have_one_name(session: Session, name: str) -> None:
    service.create_park(session, ADMIN, details=SUVELA, at=NOON)
    with pytest.raises(Refused) as refused:
        service.create_park(session, ADMIN, details=replace(SUVELA, name=name), at=NOON)
    assert (refused.value.reason, refused.value.field) == (Reason.NAME_TAKEN, "name")


def test_a_name_is_kept_without_stray_spaces(session: Session) -> None:
    assert service.create_park(session, ADMIN, details=replace(SUVELA, name=" Suvela "), at=NOON).name == "Suvela"
    with pytest.raises(Refused) as refused:
        service.create_park(session, ADMIN, details=replace(SUVELA, name=" "), at=NOON)
    assert refused.value.reason is Reason.NAME_MISSING


def test_a_name_typed_in_parts_is_the_same_name(session: Session) -> None:
    park = make_park(session, name="Matinkylä")
    decomposed = unicodedata.normalize("NFD", "Matinkylä")
    assert queries.find_park_by_name(session, decomposed) == park
    with pytest.raises(Refused):
        make_park(session, name=decomposed)


def test_a_park_may_keep_its_name_and_not_take_another(session: Session) -> None:
    park, other = make_park(session, name="Suvela"), make_park(session, name="Soukka")
    moved = replace(park.details, address="Kirstintie 26")
    assert service.change_park(session, ADMIN, park_id=park.id, details=moved, at=NOON).details == moved
    with pytest.raises(Refused) as refused:
        service.change_park(session, ADMIN, park_id=other.id, details=moved, at=NOON)
    assert refused.value.reason is Reason.NAME_TAKEN
    assert (list_entries(session)[0].before, list_entries(session)[0].after) == (
        '{"address":"Kirstintie 24"}',
        '{"address":"Kirstintie 26"}',
    )


def test_parks_no_longer_used_are_left_out(session: Session) -> None:
    make_park(session, name="Soukka", active=False)
    make_park(session, name="Karakallio")
    make_park(session, name="Auroran puisto")
    assert [park.name for park in queries.list_parks(session)] == ["Auroran puisto", "Karakallio"]
    assert [park.name for park in queries.list_parks(session, inactive=True)][-1] == "Soukka"


def test_unknown_parks(session: Session) -> None:
    with pytest.raises(NotFound):
        queries.get_park(session, UUID(int=1))
    with pytest.raises(NotFound):
        service.change_park(session, ADMIN, park_id=UUID(int=1), details=SUVELA, at=NOON)
    assert queries.find_park_by_name(session, "Suvela") is None


@pytest.mark.parametrize("role", [Role.PARK_STAFF, Role.VENUE, Role.MANAGER])
def test_only_those_who_may_edit_parks_do(session: Session, role: Role) -> None:
    actor, park = make_actor(session, role), make_park(session)
    with pytest.raises(Forbidden) as forbidden:
        service.create_park(session, actor, details=SUVELA, at=NOON)
    assert forbidden.value.permission is Permission.PARKS_EDIT
    with pytest.raises(Forbidden):
        service.change_park(session, actor, park_id=park.id, details=SUVELA, at=NOON)
    with pytest.raises(Forbidden):
        service.set_parks_of(session, actor, user_id=UUID(int=1), park_ids=[park.id])


def test_staff_are_set_as_a_whole(session: Session) -> None:
    first, second = make_park(session), make_park(session)
    user = make_user(session, Role.PARK_STAFF, [first])
    service.set_parks_of(session, ADMIN, user_id=user.id, park_ids=[second.id, second.id])
    assert queries.parks_of(session, user.id) == {second.id}
    with pytest.raises(NotFound):
        service.set_parks_of(session, ADMIN, user_id=user.id, park_ids=[UUID(int=1)])


def test_one_of_two_parks_gets_a_name_they_take_at_the_same_moment(on_both: Flask) -> None:
    with work(on_both) as session:
        parks = [make_park(session) for _ in range(8)]

    def rename(park: Park) -> bool:
        try:
            with work(on_both) as session:
                wish = replace(park.details, name="Suvela")
                service.change_park(session, ADMIN, park_id=park.id, details=wish, at=NOON)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(rename, parks)) == 1


def test_the_same_name_at_the_same_moment_is_taken_once(on_both: Flask) -> None:
    def create(_number: int) -> bool:
        try:
            with work(on_both) as session:
                service.create_park(session, ADMIN, details=SUVELA, at=NOON)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(create, range(8))) == 1
    with look(on_both) as session:
        assert len(queries.list_parks(session)) == 1
