"""Making accounts, signing in once per link, and ending sessions."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.accounts import queries, service
from pilot_ops.accounts.domain import Reason, User, UserDetails
from pilot_ops.audit.queries import list_entries
from pilot_ops.audit.service import verify_log
from pilot_ops.kernel.access import Actor, Role
from pilot_ops.kernel.errors import Forbidden, NotFound, Refused
from pilot_ops.kernel.text import Language
from pilot_ops.parks.queries import parks_of
from tests.support.builders import ADMIN, NOON, actor_of, make_actor, make_park, make_user
from tests.support.databases import look, work

DEVICE = UUID(int=9)
PASSWORD = "kolme hyvää sanaa"
LATER = NOON + timedelta(hours=1)


def _link(session: Session, user: User, hours: int = 24) -> str:
    return service.make_sign_in_link(session, ADMIN, user_id=user.id, hours=hours, at=NOON)


def _reason(action: Callable[[], object]) -> object:
    with pytest.raises(Refused) as refused:
        action()
    return refused.value.reason


def _with_password(session: Session, role: Role = Role.MANAGER) -> User:
    user = make_user(session, role)
    return service.change_password(session, actor_of(session, user), old="", new=PASSWORD, at=NOON)


def _by_password(session: Session, email: str, password: str) -> User:
    return service.sign_in_by_password(session, email=email, password=password, device_id=DEVICE, at=LATER)


def test_a_person_is_kept_with_parks_and_logged(session: Session) -> None:
    park = make_park(session)
    details = UserDetails(" Aino@Example.fi ", "Aino", Role.PARK_STAFF, Language.SV)
    user = service.create_user(session, ADMIN, details=details, park_ids=[park.id], at=NOON)
    assert queries.get_user(session, user.id) == user
    assert user.details == replace(details, email="aino@example.fi")
    assert parks_of(session, user.id) == {park.id}
    assert queries.find_user_by_email(session, "AINO@example.fi ") == user
    entry = list_entries(session)[0]
    assert (entry.action, entry.subject) == ("user.created", "aino@example.fi")
    assert str(park.id) in entry.after


def test_an_address_has_one_account(session: Session) -> None:
    user, other = make_user(session), make_user(session)
    taken = replace(other.details, email=user.details.email.upper())
    assert _reason(lambda: service.create_user(session, ADMIN, details=taken, park_ids=[], at=NOON)) is (
        Reason.EMAIL_TAKEN
    )
    change = lambda: service.change_user(session, ADMIN, user_id=other.id, details=taken, park_ids=[], at=NOON)  # noqa: E731
    assert _reason(change) is Reason.EMAIL_TAKEN


def test_the_same_address_at_the_same_moment_is_taken_once(on_both: Flask) -> None:
    def create(_number: int) -> bool:
        try:
            with work(on_both) as session:
                make_user(session, email="aino@example.fi")
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(create, range(8))) == 1


def test_a_link_lets_exactly_one_of_eight_in(on_both: Flask) -> None:
    with work(on_both) as session:
        token = _link(session, make_user(session))

    def enter(number: int) -> bool:
        try:
            with work(on_both) as session:
                service.sign_in_by_link(session, token=token, device_id=UUID(int=number), at=LATER)
        except Refused as refused:
            return refused.reason is not Reason.LINK_DEAD
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(enter, range(8))) == 1
    with look(on_both) as session:
        assert len(list_entries(session, action="signed-in")) == 1
        assert verify_log(session).flaw is None


def test_a_link_dies_at_its_hour_and_with_the_account(session: Session) -> None:
    user = make_user(session)
    token = _link(session, user, hours=2)
    enter = lambda at: service.sign_in_by_link(session, token=token, device_id=DEVICE, at=at)  # noqa: E731
    assert _reason(lambda: enter(NOON + timedelta(hours=2))) is Reason.LINK_DEAD
    assert queries.find_user_by_link(session, token, NOON + timedelta(hours=2)) is None
    assert queries.find_user_by_link(session, token, LATER) == user
    closed = replace(user.details, active=False)
    service.change_user(session, ADMIN, user_id=user.id, details=closed, park_ids=[], at=NOON)
    assert _reason(lambda: enter(LATER)) is Reason.LINK_DEAD


def test_an_unknown_link_says_no_more_than_a_used_one(session: Session) -> None:
    make_user(session)
    assert _reason(
        lambda: service.sign_in_by_link(session, token="no such token", device_id=DEVICE, at=NOON)
    ) is Reason.LINK_DEAD  # fmt: skip


def test_the_token_of_a_link_is_not_stored(session: Session) -> None:
    token = _link(session, make_user(session))
    assert len(token) >= 43
    rows = session.connection().exec_driver_sql("SELECT * FROM sign_in_links").all()
    assert token not in str(rows)
    assert token not in str(list_entries(session))


def test_signing_in_by_password(session: Session) -> None:
    user = _with_password(session)
    assert _by_password(session, f" {user.details.email.upper()}", PASSWORD).id == user.id
    assert queries.get_user(session, user.id).last_seen_at == LATER
    entry = list_entries(session)[0]
    assert (entry.action, entry.user_id, entry.device_id) == ("signed-in", user.id, DEVICE)


def test_wrong_password_unknown_address_and_closed_account_look_alike(session: Session) -> None:
    user, without = _with_password(session), make_user(session)
    assert _reason(lambda: _by_password(session, user.details.email, PASSWORD + "!")) is Reason.SIGN_IN_WRONG
    assert _reason(lambda: _by_password(session, "nobody@example.fi", PASSWORD)) is Reason.SIGN_IN_WRONG
    assert _reason(lambda: _by_password(session, without.details.email, "")) is Reason.SIGN_IN_WRONG
    closed = replace(user.details, active=False)
    service.change_user(session, ADMIN, user_id=user.id, details=closed, park_ids=[], at=NOON)
    assert _reason(lambda: _by_password(session, user.details.email, PASSWORD)) is Reason.SIGN_IN_WRONG


def test_a_password_is_stored_as_argon2id(session: Session) -> None:
    user = _with_password(session)
    stored = queries.password_hash_of(session, user.id) or ""
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in str(list_entries(session))


def test_changing_a_password_needs_the_old_one(session: Session) -> None:
    user = _with_password(session)
    actor = actor_of(session, user)
    change = lambda old, new: service.change_password(session, actor, old=old, new=new, at=NOON)  # noqa: E731
    assert _reason(lambda: change("wrong one entirely", "toinen hyvä sana")) is Reason.PASSWORD_WRONG
    assert _reason(lambda: change(PASSWORD, "lyhyt")) is Reason.PASSWORD_SHORT
    change(PASSWORD, "toinen hyvä sana")
    assert _reason(lambda: _by_password(session, user.details.email, PASSWORD)) is Reason.SIGN_IN_WRONG
    assert _by_password(session, user.details.email, "toinen hyvä sana").id == user.id


def _is_signed_in(session: Session, user: User) -> bool:
    return queries.find_actor(session, user.session_token, DEVICE) is not None


def test_a_session_is_the_person_with_role_and_parks(session: Session) -> None:
    park = make_park(session)
    staff, manager = make_user(session, Role.PARK_STAFF, [park]), make_user(session, Role.MANAGER)
    assert queries.find_actor(session, staff.session_token, DEVICE) == Actor(
        staff.id, staff.name, Role.PARK_STAFF, frozenset({park.id}), None, DEVICE
    )
    found = queries.find_actor(session, manager.session_token, DEVICE)
    assert found is not None
    assert found.every_park
    assert queries.find_actor(session, "rubbish", DEVICE) is None
    assert queries.find_actor(session, f"{UUID(int=1)}:1", DEVICE) is None


@pytest.mark.parametrize("different", [{"role": Role.COORDINATOR}, {"active": False}])
def test_sessions_end_when_role_or_activity_changes(session: Session, different: dict[str, object]) -> None:
    user = make_user(session, Role.MANAGER)
    service.change_user(
        session, ADMIN, user_id=user.id, details=replace(user.details, **different), park_ids=[], at=NOON
    )
    assert not _is_signed_in(session, user)


def test_sessions_stay_when_only_the_name_changes(session: Session) -> None:
    user = make_user(session, Role.MANAGER)
    renamed = replace(user.details, name="Aino V.")
    service.change_user(session, ADMIN, user_id=user.id, details=renamed, park_ids=[], at=NOON)
    assert _is_signed_in(session, user)
    assert list_entries(session)[0].after == '{"name":"Aino V."}'


def test_sessions_end_with_a_new_password_or_by_the_administrator(session: Session) -> None:
    user = make_user(session, Role.MANAGER)
    changed = service.change_password(session, actor_of(session, user), old="", new=PASSWORD, at=NOON)
    assert (_is_signed_in(session, user), _is_signed_in(session, changed)) == (False, True)
    service.end_sessions(session, ADMIN, user_id=user.id, at=NOON)
    assert not _is_signed_in(session, changed)


@pytest.mark.parametrize("how", ["administrator", "password", "role"])
def test_what_ends_sessions_ends_unused_links(session: Session, how: str) -> None:
    user, other = make_user(session, Role.MANAGER), make_user(session, Role.MANAGER)
    token, others = _link(session, user), _link(session, other)
    if how == "administrator":
        service.end_sessions(session, ADMIN, user_id=user.id, at=NOON)
    elif how == "password":
        service.change_password(session, actor_of(session, user), old="", new="kolme sanaa peräkkäin", at=NOON)
    else:
        details = replace(user.details, role=Role.COORDINATOR)
        service.change_user(session, ADMIN, user_id=user.id, details=details, park_ids=[], at=NOON)
    with pytest.raises(Refused) as refused:
        service.sign_in_by_link(session, token=token, device_id=DEVICE, at=LATER)
    assert refused.value.reason is Reason.LINK_DEAD
    assert service.sign_in_by_link(session, token=others, device_id=DEVICE, at=LATER) == other


def test_administrators_do_not_lock_themselves_out(session: Session) -> None:
    user = make_user(session)
    actor = actor_of(session, user)
    for different in ({"role": Role.VENUE}, {"active": False}):
        details = replace(user.details, **different)  # type: ignore[arg-type]
        change = lambda to=details: service.change_user(  # noqa: E731
            session, actor, user_id=user.id, details=to, park_ids=[], at=NOON
        )
        assert _reason(change) is Reason.NOT_YOURSELF


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_touch_accounts(session: Session, role: Role) -> None:
    actor, user = make_actor(session, role), make_user(session)
    for action in (
        lambda: service.create_user(session, actor, details=user.details, park_ids=[], at=NOON),
        lambda: service.change_user(session, actor, user_id=user.id, details=user.details, park_ids=[], at=NOON),
        lambda: service.make_sign_in_link(session, actor, user_id=user.id, hours=1, at=NOON),
        lambda: service.end_sessions(session, actor, user_id=user.id, at=NOON),
    ):
        with pytest.raises(Forbidden):
            action()


def test_unknown_people(session: Session) -> None:
    for action in (
        lambda: queries.get_user(session, UUID(int=1)),
        lambda: _link(session, replace(make_user(session), id=UUID(int=1))),
        lambda: service.end_sessions(session, ADMIN, user_id=UUID(int=1), at=NOON),
    ):
        with pytest.raises(NotFound):
            action()


def test_language_is_remembered_and_people_are_listed_by_name(session: Session) -> None:
    bertta, aino = make_user(session, name="Bertta"), make_user(session, name="aino")
    gone = make_user(session, name="Aada", active=False)
    service.change_language(session, actor_of(session, aino), language=Language.EN)
    assert [user.id for user in queries.list_users(session)] == [aino.id, bertta.id, gone.id]
    session.expire_all()
    assert queries.get_user(session, aino.id).details.language is Language.EN
    assert queries.names_of(session, [aino.id, gone.id]) == {aino.id: "aino", gone.id: "Aada"}
    assert queries.names_of(session, []) == {}


def test_a_failed_try_is_logged_without_the_password(session: Session) -> None:
    service.note_failed_sign_in(session, email=" Aino@Example.fi" + "x" * 300, device_id=DEVICE, at=NOON)
    entry = list_entries(session)[0]
    assert (entry.action, entry.user_id, entry.device_id) == ("sign-in.failed", None, DEVICE)
    assert entry.subject.startswith("aino@example.fi")
    assert len(entry.subject) == 254
