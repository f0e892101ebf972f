"""The rules of accounts, by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from pilot_ops.accounts.domain import (
    Reason,
    UserDetails,
    check_details,
    check_password,
    clean_email,
    digest_of,
    parse_session_token,
    token_digest,
)
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.errors import Refused

AINO = "aino@example.fi"


def _refused(action) -> tuple[object, str | None]:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused) as refused:
        action()
    return refused.value.reason, refused.value.field


def test_addresses_are_compared_in_lower_case_without_spaces() -> None:
    assert clean_email("  Aino.Virtanen@Example.FI ") == "aino.virtanen@example.fi"


@pytest.mark.parametrize(
    "text", ["", "aino", "aino@", "@example.fi", "aino@example", "a b@example.fi", "a@b@example.fi", "<a@example.fi>",
             "a@example.fi,b@example.fi", "a@example.", "a\n@example.fi", "a" * 245 + "@example.fi"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    assert _refused(lambda: clean_email(text)) == (Reason.EMAIL_WRONG, "email")


def test_a_person_needs_a_name_and_somewhere_to_work() -> None:
    def refused(name: str, role: Role, parks: int = 0, places: int = 0) -> tuple[Reason, str | None] | None:
        try:
            check_details(UserDetails(AINO, name, role), parks=parks, places=places)
        except Refused as no:
            return Reason(no.reason), no.field
        return None

    assert refused("Aino", Role.PARK_STAFF, parks=1) is None
    assert refused("Aino", Role.MANAGER) is None
    assert refused(" ", Role.MANAGER) == (Reason.NAME_MISSING, "name")
    assert refused("Aino", Role.PARK_STAFF, places=1) == (Reason.PARKS_MISSING, "parks")
    for role in (Role.POINT_STAFF, Role.VENUE):
        assert refused("Aino", role, places=1) is None
        assert refused("Aino", role, parks=1) == (Reason.PLACES_MISSING, "places")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", Reason.PASSWORD_SHORT),
        ("x" * 11, Reason.PASSWORD_SHORT),
        ("x" * 201, Reason.PASSWORD_LONG),
        ("AINO@example.fi", Reason.PASSWORD_IS_EMAIL),
    ],
)
def test_passwords_that_are_refused(password: str, reason: Reason) -> None:
    assert _refused(lambda: check_password(password, AINO)) == (reason, "password")


@pytest.mark.parametrize("password", ["x" * 12, "x" * 200, "kolme sanaa riittää"])
def test_length_is_enough(password: str) -> None:
    check_password(password, AINO)


@pytest.mark.parametrize("token", ["", "x", ":", "7:1", f"{UUID(int=1)}:1"])
def test_what_is_no_session_token(token: str) -> None:
    assert parse_session_token(token) is None


def test_a_session_token_names_a_session() -> None:
    assert parse_session_token(str(UUID(int=1))) == UUID(int=1)


@pytest.mark.parametrize("different", [{"name": "Aino V."}, {"role": Role.VENUE}, {"active": False}])
def test_what_a_form_shows_of_a_person_differs_when_they_do(different: dict[str, Any]) -> None:
    aino = UserDetails(AINO, "Aino", Role.MANAGER)
    park = UUID(int=1)
    assert digest_of(aino, {park}) == digest_of(replace(aino), [park])
    assert digest_of(aino, {park}) != digest_of(replace(aino, **different), {park})
    assert digest_of(aino, {park}) != digest_of(aino, ())


def test_a_link_is_stored_as_its_sha256() -> None:
    assert token_digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
