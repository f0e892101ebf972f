"""Enrolling phones by codes that work once, hearing from them, and shutting them out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries
from pilot_ops.kernel.access import Actor, Role
from pilot_ops.kernel.codes import ALPHABET
from pilot_ops.kernel.errors import Forbidden, NotFound, Refused
from pilot_ops.parks.domain import Park
from pilot_ops.phones import queries, service
from pilot_ops.phones.domain import CODE_LENGTH, Home, HomeKind, Phone, Reason
from pilot_ops.phones.models import EnrolmentCodeRow, PhoneRow
from pilot_ops.places import service as places
from tests.support.builders import ADMIN, NOON, make_actor, make_park
from tests.support.databases import look, work
from tests.support.tickets import make_venue

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def code_for(session: Session, park: Park, actor: Actor = ADMIN) -> str:
    """A code of a day for a park."""
    return service.make_code(session, actor, home=Home(HomeKind.PARK, park.id), hours=24, at=NOON)


def enrol(session: Session, park: Park, name: str = "Suvela 1") -> tuple[Phone, str]:
    """A phone of a park, and its secret."""
    return service.join(session, code=code_for(session, park), name=name, at=NOON)


def actions(session: Session) -> list[tuple[str, str]]:
    """What the log says of phones, oldest first: who did it and what was done."""
    found = [entry for entry in list_entries(session) if entry.action.startswith("phone.")]
    return [(entry.actor, entry.action) for entry in reversed(found)]


def test_codes_are_of_the_alphabet_and_all_different(session: Session) -> None:
    park = make_park(session)
    codes = {code_for(session, park) for _ in range(50)}
    assert len(codes) == 50
    assert {len(code) for code in codes} == {CODE_LENGTH}
    assert set("".join(codes)) <= set(ALPHABET)


@pytest.mark.parametrize("role", list(Role))
def test_coordinators_and_administrators_make_codes(session: Session, role: Role) -> None:
    park = make_park(session)
    actor = make_actor(session, role, [park])
    if role in {Role.COORDINATOR, Role.ADMINISTRATOR}:
        assert code_for(session, park, actor)
    else:
        with pytest.raises(Forbidden):
            code_for(session, park, actor)


def test_a_phone_makes_no_codes_and_revokes_nothing(session: Session) -> None:
    park = make_park(session)
    phone, _secret = enrol(session, park)
    with pytest.raises(Forbidden):
        code_for(session, park, phone.actor())
    with pytest.raises(Forbidden):
        service.revoke(session, phone.actor(), phone_id=phone.id, at=NOON)


def test_there_are_no_codes_for_a_park_out_of_use_or_for_none(session: Session) -> None:
    park = make_park(session, active=False)
    with pytest.raises(Refused) as refused:
        code_for(session, park)
    assert (refused.value.reason, refused.value.field) == (Reason.PLACE_UNUSED, "home")
    with pytest.raises(NotFound):
        service.make_code(session, ADMIN, home=Home(HomeKind.PARK, uuid4()), hours=24, at=NOON)


def test_a_code_enrols_one_phone_to_its_park(session: Session) -> None:
    park = make_park(session)
    code = code_for(session, park)
    assert queries.find_home_of_code(session, code, NOON) == Home(HomeKind.PARK, park.id)
    phone, secret = service.join(session, code=code, name=" Suvela  1 ", at=NOON)
    assert (phone.name, phone.home.id, phone.waiting) == ("Suvela 1", park.id, 0)
    assert queries.find_actor(session, secret) == phone.actor()
    assert queries.get_phone(session, phone.id) == phone
    assert queries.count_phones(session, phone.home) == 1
    assert queries.find_home_of_code(session, code, NOON) is None
    assert refusal_of(session, code) == Reason.CODE_DEAD
    assert actions(session) == [("tests", "phone.invited"), ("Suvela 1", "phone.joined")]


def refusal_of(session: Session, code: str, name: str = "Suvela 2") -> str:
    """Why a phone is not enrolled."""
    with pytest.raises(Refused) as refused:
        service.join(session, code=code, name=name, at=NOON)
    return refused.value.reason


def test_a_code_is_found_however_it_is_typed(session: Session) -> None:
    park = make_park(session)
    code = code_for(session, park).lower()
    typed = f" {code[:4]} {code[4:8]}-{code[8:]}"
    assert queries.find_home_of_code(session, typed, NOON) == Home(HomeKind.PARK, park.id)
    assert service.join(session, code=typed, name="Suvela 1", at=NOON)


def test_a_code_expires(session: Session) -> None:
    code = service.make_code(session, ADMIN, home=Home(HomeKind.PARK, make_park(session).id), hours=2, at=NOON)
    assert queries.find_home_of_code(session, code, NOON + 2 * HOUR - SECOND)
    assert queries.find_home_of_code(session, code, NOON + 2 * HOUR) is None
    with pytest.raises(Refused):
        service.join(session, code=code, name="Suvela 1", at=NOON + 2 * HOUR)


def test_an_unknown_code_and_a_missing_name_enrol_nothing(session: Session) -> None:
    code = code_for(session, make_park(session))
    assert refusal_of(session, "") == Reason.CODE_DEAD
    assert refusal_of(session, "2" * CODE_LENGTH) == Reason.CODE_DEAD
    assert refusal_of(session, code, name=" ") == Reason.NAME_MISSING
    assert queries.list_phones(session) == ()
    assert service.join(session, code=code, name="Suvela 1", at=NOON)


def test_of_many_phones_that_use_a_code_at_once_one_is_enrolled(on_both: Flask) -> None:
    with work(on_both) as session:
        code = code_for(session, make_park(session))

    def join(number: int) -> str:
        try:
            with work(on_both) as session:
                return service.join(session, code=code, name=f"Puhelin {number}", at=NOON)[0].name
        except Refused as refused:
            return refused.reason

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(join, range(8)))
    assert outcomes.count(Reason.CODE_DEAD) == 7
    with look(on_both) as session:
        assert [phone.name for phone in queries.list_phones(session)] == [
            name for name in outcomes if name != Reason.CODE_DEAD
        ]


def test_of_two_who_revoke_a_phone_at_once_one_does(on_both: Flask) -> None:
    with work(on_both) as session:
        phone, _secret = enrol(session, make_park(session))

    def revoke(_: int) -> bool:
        try:
            with work(on_both) as session:
                service.revoke(session, ADMIN, phone_id=phone.id, at=NOON)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(revoke, range(4))).count(True) == 1
    with look(on_both) as session:
        assert [action for _who, action in actions(session)].count("phone.revoked") == 1


def test_a_revoked_phone_is_nobody_and_stays_in_the_list(session: Session) -> None:
    park = make_park(session)
    phone, secret = enrol(session, park, "Aamu")
    enrol(session, park, "suvela 2")
    enrol(session, park, "Suvela 1")
    service.revoke(session, make_actor(session, Role.COORDINATOR), phone_id=phone.id, at=NOON + HOUR)
    assert queries.find_actor(session, secret) is None
    assert queries.get_phone(session, phone.id).revoked_at == NOON + HOUR
    assert [phone.name for phone in queries.list_phones(session)] == ["Suvela 1", "suvela 2", "Aamu"]
    assert actions(session)[-1][1] == "phone.revoked"
    with pytest.raises(Refused) as refused:
        service.revoke(session, ADMIN, phone_id=phone.id, at=NOON)
    assert refused.value.reason == Reason.ALREADY_REVOKED
    with pytest.raises(NotFound):
        service.revoke(session, ADMIN, phone_id=UUID(int=7), at=NOON)


def test_nobody_is_found_by_a_secret_that_is_none(session: Session) -> None:
    phone, secret = enrol(session, make_park(session))
    for wrong in ("", "x", secret[:-1], str(phone.id)):
        assert queries.find_actor(session, wrong) is None


@pytest.mark.parametrize(
    ("later", "waiting", "noted"),
    [(timedelta(seconds=59), 0, False), (timedelta(seconds=59), 3, True), (timedelta(seconds=61), 0, True)],
)
def test_last_seen_is_noted_once_a_minute_unless_the_number_changes(
    session: Session, later: timedelta, waiting: int, noted: bool
) -> None:
    phone, _secret = enrol(session, make_park(session))
    service.note_seen(session, phone.actor(), waiting=waiting, at=NOON + later)
    seen = queries.get_phone(session, phone.id)
    assert (seen.last_seen_at, seen.waiting) == ((NOON + later, waiting) if noted else (NOON, 0))


def test_only_phones_are_noted_and_each_by_itself(session: Session) -> None:
    park = make_park(session)
    phone, _secret = enrol(session, park)
    other, _secret = enrol(session, park, "Suvela 2")
    service.note_seen(session, ADMIN, waiting=5, at=NOON + HOUR)
    service.note_seen(session, other.actor(), waiting=7, at=NOON + HOUR)
    assert [(one.name, one.waiting) for one in queries.list_phones(session)] == [("Suvela 1", 0), ("Suvela 2", 7)]
    assert queries.get_phone(session, phone.id).last_seen_at == NOON


def test_nothing_secret_is_stored_in_the_clear(session: Session) -> None:
    code = code_for(session, make_park(session))
    _phone, secret = service.join(session, code=code, name="Suvela 1", at=NOON)
    codes = session.execute(select(EnrolmentCodeRow.__table__)).all()
    phones = session.execute(select(PhoneRow.__table__)).all()
    stored = repr([codes, phones, list_entries(session)])
    assert (len(codes), len(phones)) == (1, 1)
    assert code not in stored
    assert secret not in stored


def test_a_code_is_dead_once_its_place_is_out_of_use(session: Session) -> None:
    venue = make_venue(session)
    home = Home(HomeKind.VENUE, venue.id)
    code = service.make_code(session, ADMIN, home=home, hours=24, at=NOON)
    assert service.find_home(session, code, NOON) == home
    unused = replace(venue.details, active=False)
    places.change_place(session, ADMIN, place_id=venue.id, details=unused, at=NOON)
    assert service.find_home(session, code, NOON) is None
    with pytest.raises(Refused) as refused:
        service.join(session, code=code, name="Halli 1", at=NOON)
    assert refused.value.reason is Reason.CODE_DEAD
    # It was not used up: the place may be in use again.
    places.change_place(session, ADMIN, place_id=venue.id, details=venue.details, at=NOON)
    assert service.join(session, code=code, name="Halli 1", at=NOON)[0].home == home
