"""Codes and names of phones, and whom a phone acts as."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from pilot_ops.kernel.access import Permission, Role
from pilot_ops.kernel.codes import ALPHABET, clean_code, code_digest, grouped
from pilot_ops.kernel.errors import Refused
from pilot_ops.phones.domain import CODE_LENGTH, LONGEST_NAME, Home, HomeKind, Phone, Reason, check_name, suggested_name
from tests.support.builders import NOON

PARK = UUID(int=1)


def test_a_code_has_no_look_alikes_and_cannot_be_guessed() -> None:
    assert set(ALPHABET).isdisjoint("01ILOU")
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert len(ALPHABET) ** CODE_LENGTH > 2**77


@pytest.mark.parametrize("typed", ["K7M2ABCD", "k7m2abcd", " k7m2 abcd\n", "K7M2-ABCD", "k7-m2 - ab-cd"])
def test_a_code_is_the_same_however_it_is_typed(typed: str) -> None:
    assert clean_code(typed) == "K7M2ABCD"


@pytest.mark.parametrize(
    ("code", "shown"),
    [("K7M2", "K7M2"), ("K7M2ABCD", "K7M2 ABCD"), ("K7M2ABCDE", "K7M2 ABCDE"), ("K7M2ABCDEF", "K7M2 ABCD EF")],
)
def test_a_code_is_read_in_groups_of_four(code: str, shown: str) -> None:
    assert grouped(code) == shown
    assert clean_code(shown) == code


def test_a_name_is_one_line_without_spaces_around_it() -> None:
    assert check_name("  Suvela \t 1\x00 ") == "Suvela 1"
    assert check_name("x" * LONGEST_NAME) == "x" * LONGEST_NAME


@pytest.mark.parametrize(
    ("name", "reason"),
    [("", Reason.NAME_MISSING), (" \n ", Reason.NAME_MISSING), ("x" * (LONGEST_NAME + 1), Reason.NAME_LONG)],
)
def test_a_name_that_is_none(name: str, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        check_name(name)
    assert (refused.value.reason, refused.value.field) == (reason, "name")


@pytest.mark.parametrize(
    ("place", "number", "name"),
    [
        ("Suvela", 1, "Suvela 1"),
        ("x" * 80, 12, "x" * 57 + " 12"),
        ("x" * 56 + " yz", 12, "x" * 56 + " 12"),
    ],
)
def test_the_name_that_is_suggested_is_one_that_is_taken(place: str, number: int, name: str) -> None:
    assert suggested_name(place, number) == check_name(name) == name


def test_a_phone_is_park_staff_of_its_park_and_nobody() -> None:
    phone = Phone(uuid4(), "Suvela 1", Home(HomeKind.PARK, PARK), NOON, NOON, 0)
    actor = phone.actor()
    assert (actor.user_id, actor.name, actor.role, actor.is_phone) == (None, "Suvela 1", Role.PARK_STAFF, True)
    assert actor.key == f"phone:{phone.id}"
    assert actor.may(Permission.MEALS_COUNT, PARK)
    assert not actor.may(Permission.MEALS_COUNT, UUID(int=2))
    assert not actor.may(Permission.PHONES_EDIT)


@pytest.mark.parametrize(
    ("kind", "role", "may"),
    [
        (HomeKind.POINT, Role.POINT_STAFF, Permission.TICKETS_HAND_OUT),
        (HomeKind.VENUE, Role.VENUE, Permission.TICKETS_USE),
    ],
)
def test_a_phone_of_a_place_does_the_work_of_that_place_alone(kind: HomeKind, role: Role, may: Permission) -> None:
    actor = Phone(uuid4(), "Kassa 1", Home(kind, PARK), NOON, NOON, 0).actor()
    assert (actor.role, actor.parks, actor.places) == (role, frozenset(), frozenset({PARK}))
    assert actor.may(may, place_id=PARK)
    assert not actor.may(may, place_id=UUID(int=2))
    assert not actor.may(Permission.MEALS_COUNT)


def test_what_is_stored_of_a_secret_does_not_tell_it() -> None:
    digest = code_digest("K7M2ABCD")
    assert len(digest) == 64
    assert "K7M2" not in digest.upper()
    assert digest != code_digest("K7M2ABCE")
