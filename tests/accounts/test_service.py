"""Making accounts, signing in once per link, and ending sessions."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from pilot_ops.accounts import queries, service
from pilot_ops.accounts.domain import Reason, User, UserDetails, digest_of
from pilot_ops.audit.queries import list_entries
from pilot_ops.audit.service import verify_log
from pilot_ops.kernel.access import Actor, Role
from pilot_ops.kernel.errors import Forbidden, NotFound, Refused
from pilot_ops.kernel.text import Language
from pilot_ops.parks.queries import parks_of
from tests.support.builders import (
    ADMIN,
    NOON,
    actor_of,
    begin_session,
    change_user,
    make_actor,
    make_park,
    make_user,
    set_password,
)
from tests.support.databases import look, work
from tests.support.recorder import recorded
from tests.support.tickets import make_point, make_venue

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
    return set_password(session, user, PASSWORD)


def _by_password(session: Session, email: str, password: str) -> User:
    proof = service.verify_password(queries.find_login(session, email), password)
    return service.sign_in_by_password(session, proof=proof, device_id=DEVICE, at=LATER)


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
    assert _reason(lambda: change_user(session, other, email=taken.email)) is Reason.EMAIL_TAKEN


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
    user = make_user(session, Role.MANAGER)
    token = _link(session, user, hours=2)
    enter = lambda at: service.sign_in_by_link(session, token=token, device_id=DEVICE, at=at)  # noqa: E731
    assert _reason(lambda: enter(NOON + timedelta(hours=2))) is Reason.LINK_DEAD
    assert queries.find_user_by_link(session, token, NOON + timedelta(hours=2)) is None
    assert queries.find_user_by_link(session, token, LATER) == user
    change_user(session, user, active=False)
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
    change_user(session, user, active=False)
    assert _reason(lambda: _by_password(session, user.details.email, PASSWORD)) is Reason.SIGN_IN_WRONG


def test_a_password_is_stored_as_argon2id(session: Session) -> None:
    user = _with_password(session)
    stored = queries.get_login(session, user.id).stored or ""
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in str(list_entries(session))


def test_changing_a_password_needs_the_old_one(session: Session) -> None:
    user = _with_password(session)
    change = lambda old, new: set_password(session, user, new, old=old)  # noqa: E731
    assert _reason(lambda: change("wrong one entirely", "toinen hyvä sana")) is Reason.PASSWORD_WRONG
    assert _reason(lambda: change(PASSWORD, "lyhyt")) is Reason.PASSWORD_SHORT
    change(PASSWORD, "toinen hyvä sana")
    assert _reason(lambda: _by_password(session, user.details.email, PASSWORD)) is Reason.SIGN_IN_WRONG
    assert _by_password(session, user.details.email, "toinen hyvä sana").id == user.id


def _is_signed_in(session: Session, token: str, at: datetime = NOON) -> bool:
    return queries.find_actor(session.connection(), token, DEVICE, at) is not None


def test_a_session_is_the_person_with_role_and_parks(session: Session) -> None:
    park = make_park(session)
    staff, manager = make_user(session, Role.PARK_STAFF, [park]), make_user(session, Role.MANAGER)
    assert queries.find_actor(session.connection(), begin_session(session, staff), DEVICE, NOON) == Actor(
        staff.id, staff.name, Role.PARK_STAFF, frozenset({park.id}), None, DEVICE
    )
    found = queries.find_actor(session.connection(), begin_session(session, manager), DEVICE, NOON)
    assert found is not None
    assert found.every_park
    assert not _is_signed_in(session, "rubbish")
    assert not _is_signed_in(session, str(UUID(int=1)))


def test_who_asks_is_one_question(app: Flask) -> None:
    with work(app) as session:
        token = begin_session(session, make_user(session, Role.PARK_STAFF, [make_park(session), make_park(session)]))
    with recorded(app) as statements, look(app) as session:
        assert _is_signed_in(session, token)
    assert len(statements) == 1


def test_a_session_ends_at_its_hour_and_alone_when_signed_out(session: Session) -> None:
    user = make_user(session)
    first, second = begin_session(session, user), begin_session(session, user)
    assert not _is_signed_in(session, first, LATER)
    assert _is_signed_in(session, first, LATER - timedelta(seconds=1))
    service.sign_out(session, token=first)
    assert (_is_signed_in(session, first), _is_signed_in(session, second)) == (False, True)


def test_sessions_that_are_over_are_not_kept(session: Session) -> None:
    user = make_user(session)
    begin_session(session, user)
    service.begin_session(session, user, hours=1, at=LATER)
    assert session.scalar(text("SELECT count(*) FROM sessions")) == 1


@pytest.mark.parametrize("different", [{"role": Role.COORDINATOR}, {"active": False}])
def test_sessions_end_when_role_or_activity_changes(session: Session, different: dict[str, object]) -> None:
    user = make_user(session, Role.MANAGER)
    token = begin_session(session, user)
    change_user(session, user, **different)
    assert not _is_signed_in(session, token)


def test_sessions_stay_when_only_the_name_changes(session: Session) -> None:
    user = make_user(session, Role.MANAGER)
    token = begin_session(session, user)
    change_user(session, user, name="Aino V.")
    assert _is_signed_in(session, token)
    assert list_entries(session)[0].after == '{"name":"Aino V."}'


def test_sessions_end_with_a_new_password_or_by_the_administrator(session: Session) -> None:
    user = make_user(session, Role.MANAGER)
    old = begin_session(session, user)
    new = begin_session(session, set_password(session, user, PASSWORD))
    assert (_is_signed_in(session, old), _is_signed_in(session, new)) == (False, True)
    service.end_sessions(session, ADMIN, user_id=user.id, at=NOON)
    assert not _is_signed_in(session, new)


def test_who_was_let_in_before_all_sessions_ended_stays_out(session: Session) -> None:
    user = _with_password(session)
    service.end_sessions(session, ADMIN, user_id=user.id, at=NOON)
    assert not _is_signed_in(session, begin_session(session, user))


def test_of_many_who_end_sessions_at_once_none_is_undone(on_both: Flask) -> None:
    with work(on_both) as session:
        user = make_user(session, Role.MANAGER)

    def end(_number: int) -> None:
        with work(on_both) as session:
            queries.get_user(session, user.id)
            service.end_sessions(session, ADMIN, user_id=user.id, at=NOON)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(end, range(8)))
    with look(on_both) as session:
        assert queries.get_user(session, user.id).epoch == user.epoch + 8


def test_a_name_that_is_saved_does_not_bring_ended_sessions_back(on_both: Flask) -> None:
    with work(on_both) as session:
        user = make_user(session, Role.MANAGER)
        token = begin_session(session, user)
    with work(on_both) as session:
        seen = queries.get_user(session, user.id)
    with work(on_both) as session:
        service.end_sessions(session, ADMIN, user_id=user.id, at=NOON)
    with work(on_both) as session:
        change_user(session, seen, name="Uusi Nimi")
        assert not _is_signed_in(session, token)


def test_a_password_verified_before_it_was_changed_lets_nobody_in(session: Session) -> None:
    user = _with_password(session)
    stale = service.verify_password(queries.find_login(session, user.details.email), PASSWORD)
    change = service.prove_change(queries.get_login(session, user.id), old=PASSWORD, new="vielä parempi sana")
    set_password(session, user, "toinen hyvä sana", old=PASSWORD)
    enter = lambda: service.sign_in_by_password(session, proof=stale, device_id=DEVICE, at=NOON)  # noqa: E731
    assert _reason(enter) is Reason.SIGN_IN_WRONG
    again = lambda: service.change_password(session, actor_of(session, user), proof=change, at=NOON)  # noqa: E731
    assert _reason(again) is Reason.PASSWORD_WRONG


@pytest.mark.parametrize("how", ["administrator", "password", "role"])
def test_what_ends_sessions_ends_unused_links(session: Session, how: str) -> None:
    user, other = make_user(session, Role.MANAGER), make_user(session, Role.MANAGER)
    token, others = _link(session, user), _link(session, other)
    if how == "administrator":
        service.end_sessions(session, ADMIN, user_id=user.id, at=NOON)
    elif how == "password":
        set_password(session, user, "kolme sanaa peräkkäin")
    else:
        change_user(session, user, role=Role.COORDINATOR)
    with pytest.raises(Refused) as refused:
        service.sign_in_by_link(session, token=token, device_id=DEVICE, at=LATER)
    assert refused.value.reason is Reason.LINK_DEAD
    assert service.sign_in_by_link(session, token=others, device_id=DEVICE, at=LATER) == other


def test_people_of_places_work_at_places_of_their_kind(session: Session) -> None:
    point, venue = make_point(session), make_venue(session)
    for role, right, wrong in ((Role.POINT_STAFF, point, venue), (Role.VENUE, venue, point)):
        user = make_user(session, role, places=[right])
        token = begin_session(session, user)
        actor = queries.find_actor(session.connection(), token, DEVICE, NOON)
        assert actor is not None
        assert (actor.places, actor.parks, actor.every_place) == (frozenset({right.id}), frozenset(), False)
        assert _reason(lambda role=role, wrong=wrong: make_user(session, role, places=[wrong])) is (
            Reason.PLACE_OF_OTHER_KIND
        )


def test_administrators_do_not_lock_themselves_out(session: Session) -> None:
    user = make_user(session)
    actor = actor_of(session, user)
    for different in ({"role": Role.MANAGER}, {"active": False}):
        change = lambda to=different: change_user(session, user, actor=actor, **to)  # noqa: E731
        assert _reason(change) is Reason.NOT_YOURSELF


@pytest.mark.parametrize("different", [{"role": Role.MANAGER}, {"active": False}])
def test_two_administrators_who_demote_each_other_leave_one(on_both: Flask, different: dict[str, object]) -> None:
    with work(on_both) as session:
        both = [make_user(session), make_user(session)]
        actors = [actor_of(session, user) for user in both]
        make_user(session, active=False)

    def demote(number: int) -> bool:
        try:
            with work(on_both) as session:
                change_user(session, both[number], actor=actors[1 - number], **different)
        except Refused as refused:
            return refused.reason is not Reason.LAST_ADMINISTRATOR
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, range(2))) == [False, True]


def test_what_somebody_else_changed_meanwhile_is_not_undone(session: Session) -> None:
    user, park = make_user(session, Role.PARK_STAFF), make_park(session)
    mine = parks_of(session, user.id)
    save = lambda: service.change_user(  # noqa: E731
        session,
        ADMIN,
        user_id=user.id,
        details=user.details,
        park_ids=mine,
        seen=digest_of(user.details, mine),
        at=NOON,
    )
    change_user(session, user, parks=[park.id])
    assert _reason(save) is Reason.CHANGED_MEANWHILE
    change_user(session, user, parks=mine, active=False)
    assert _reason(save) is Reason.CHANGED_MEANWHILE
    assert not queries.get_user(session, user.id).details.active


def test_an_address_that_two_people_are_given_at_once_is_taken_once(on_both: Flask) -> None:
    with work(on_both) as session:
        both = [make_user(session, Role.MANAGER), make_user(session, Role.MANAGER)]
    together = Barrier(2)

    def give(user: User) -> bool:
        together.wait()
        try:
            with work(on_both) as session:
                change_user(session, user, email="aino@example.fi")
        except Refused as refused:
            return refused.reason is not Reason.EMAIL_TAKEN
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(give, both)) == [False, True]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_touch_accounts(session: Session, role: Role) -> None:
    actor, user = make_actor(session, role), make_user(session)
    for action in (
        lambda: service.create_user(session, actor, details=user.details, park_ids=[], at=NOON),
        lambda: change_user(session, user, actor=actor),
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
