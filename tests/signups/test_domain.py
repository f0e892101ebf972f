"""The rules of sign-up, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from pilot_ops.events.domain import Event, Status
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import Translated
from pilot_ops.signups.domain import (
    POSTPONED_FOR,
    Contact,
    ContactKind,
    Counts,
    News,
    Reason,
    SignUp,
    State,
    clean,
    contact_in,
    fits,
    greeted,
    is_over,
    known_of,
    needs_reminder,
    news_for,
    takes_sign_ups,
    to_move_up,
    token_of,
)
from tests.support.builders import NOON
from tests.support.signups import STARTS, details_of, person

A, B, C, D = (UUID(int=number) for number in range(1, 5))


def event(**different: object) -> Event:
    given = {
        "id": A,
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=2),
        "status": Status.PUBLISHED,
        "details": details_of(),
        "sequence": 3,
        "changed_at": NOON,
    }
    return Event(**{**given, **different})  # type: ignore[arg-type]


def signed(of: Event | None = None, state: State = State.IN, **different: object) -> SignUp:
    given = {"id": B, "event_id": A, "number": 1, "state": state, "details": person(), "asked_at": NOON}
    return SignUp(**{**given, "told": known_of(of or event(), state), **different})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "mail", "kind", "value"),
    [
        ("", True, ContactKind.NONE, ""),
        ("   ", False, ContactKind.NONE, ""),
        ("aino@example.fi", True, ContactKind.EMAIL, "aino@example.fi"),
        ("040 123 4567", True, ContactKind.PHONE, "0401234567"),
        ("+358 (0)40-123 4567", False, ContactKind.PHONE, "+3580401234567"),
    ],
)
def test_one_way_to_be_reached(typed: str, mail: bool, kind: ContactKind, value: str) -> None:
    assert contact_in(typed, mail=mail) == Contact(kind, value)


@pytest.mark.parametrize(
    ("typed", "mail", "reason"),
    [
        ("aino@example", True, Reason.CONTACT_WRONG),
        ("soita ovikelloa", True, Reason.CONTACT_WRONG),
        ("12345", True, Reason.CONTACT_WRONG),
        ("1234567890123456", False, Reason.PHONE_WRONG),
        # Where no mail is sent, an address helps nobody: it is not taken.
        ("aino@example.fi", False, Reason.PHONE_WRONG),
    ],
)
def test_no_way_to_be_reached(typed: str, mail: bool, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        contact_in(typed, mail=mail)
    assert (refused.value.reason, refused.value.field) == (reason, "contact")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Aino", "Aino"),
        ("Aino K.", "Aino K."),
        ("Liisa ja lapset (2)", "Liisa ja lapset (2)"),
        ("https://example.fi", ""),
        ("voita palkinto example.fi", ""),
        ("aino@example.fi", ""),
        ("www.example.fi", ""),
    ],
)
def test_a_letter_greets_no_links(name: str, said: str) -> None:
    assert greeted(name) == said


def test_what_is_kept() -> None:
    assert clean(person(name="  Aino \n Ilona ", note=" a  b ")).name == "Aino Ilona"
    for wrong, reason in (
        ({"name": "   "}, Reason.NAME_MISSING),
        ({"name": "a" * 41}, Reason.NAME_TOO_LONG),
        ({"note": "a" * 201}, Reason.NOTE_TOO_LONG),
        ({"people": 0}, Reason.PEOPLE_WRONG),
        ({"people": 11}, Reason.PEOPLE_WRONG),
    ):
        with pytest.raises(Refused) as refused:
            clean(person(**wrong))
        assert refused.value.reason is reason
    assert clean(person(name="a" * 40, note="b" * 200, people=10)).people == 10


@pytest.mark.parametrize(
    ("capacity", "taken", "more", "expected"),
    [(10, 9, 1, True), (10, 9, 2, False), (10, 10, 1, False), (None, 999, 10, True), (5, 8, 1, False)],
)
def test_who_fits(capacity: int | None, taken: int, more: int, expected: bool) -> None:
    assert fits(capacity, taken, more) is expected


@pytest.mark.parametrize(
    ("capacity", "taken", "moved"),
    [
        (10, 10, ()),
        # One place: the four and the two do not fit, the one does.
        (10, 9, (C,)),
        (10, 8, (B,)),
        # Three: the two, then the one.
        (10, 7, (B, C)),
        (10, 6, (A,)),
        (10, 3, (A, B, C)),
        (10, 0, (A, B, C, D)),
        (None, 10, (A, B, C, D)),
        # A capacity made smaller throws nobody out, and takes nobody.
        (5, 8, ()),
    ],
)
def test_the_first_who_fits_is_moved_up(capacity: int | None, taken: int, moved: tuple[UUID, ...]) -> None:
    assert to_move_up(capacity, taken, [(A, 4), (B, 2), (C, 1), (D, 3)]) == moved


def test_how_many_are_left() -> None:
    assert Counts(people=7).left_of(10) == 3
    assert Counts(people=12).left_of(10) == 0
    assert Counts(people=7).left_of(None) is None


@pytest.mark.parametrize(
    ("different", "minutes", "expected"),
    [
        ({}, -1, True),
        ({}, 0, False),
        ({"status": Status.POSTPONED}, -1, False),
        ({"status": Status.CANCELLED}, -1, False),
        ({"status": Status.DRAFT}, -1, False),
        ({"details": details_of(sign_up=False)}, -1, False),
    ],
)
def test_when_sign_ups_are_taken(different: dict[str, object], minutes: int, expected: bool) -> None:
    assert takes_sign_ups(event(**different), STARTS + timedelta(minutes=minutes)) is expected


def test_what_people_do_not_know_yet() -> None:
    before = event()
    known = signed(before)
    assert news_for(known, before) == ()
    # Another description is a change of the calendar, but nobody's plans change by it.
    assert news_for(known, event(sequence=4, details=details_of(description=Translated("Uusi")))) == ()
    assert news_for(known, event(starts_at=STARTS + timedelta(hours=1))) == (News.MOVED,)
    elsewhere = replace(details_of().venue, name=Translated("Oittaa"))
    assert news_for(known, event(details=details_of(venue=elsewhere))) == (News.MOVED,)
    assert news_for(known, event(status=Status.CANCELLED)) == (News.CANCELLED,)
    assert news_for(known, event(status=Status.POSTPONED)) == (News.POSTPONED,)
    postponed = signed(event(status=Status.POSTPONED))
    assert news_for(postponed, event(status=Status.POSTPONED, sequence=9)) == ()
    assert news_for(postponed, event(status=Status.CANCELLED)) == (News.CANCELLED,)
    assert news_for(postponed, event(starts_at=STARTS + timedelta(days=7))) == (News.ON_AGAIN,)


def test_who_was_moved_up_is_told_unless_it_is_off() -> None:
    waited = replace(signed(state=State.WAITING), state=State.IN)
    assert news_for(waited, event()) == (News.MOVED_UP,)
    assert news_for(waited, event(starts_at=STARTS + timedelta(1))) == (News.MOVED, News.MOVED_UP)
    assert news_for(waited, event(status=Status.CANCELLED)) == (News.CANCELLED,)


def test_the_day_before() -> None:
    a_day_before = STARTS - timedelta(hours=24)
    mine = signed()
    for at, expected in (
        (a_day_before - timedelta(seconds=1), False),
        (a_day_before, True),
        (STARTS - timedelta(seconds=1), True),
        (STARTS, False),
    ):
        assert needs_reminder(mine, event(), at) is expected
    assert not needs_reminder(signed(state=State.WAITING), event(), a_day_before)
    assert not needs_reminder(signed(reminded_for=STARTS), event(), a_day_before)
    assert needs_reminder(signed(reminded_for=STARTS - timedelta(7)), event(), a_day_before)
    assert not needs_reminder(signed(asked_at=a_day_before), event(), a_day_before), "they have just signed up"
    assert not needs_reminder(mine, event(status=Status.POSTPONED), a_day_before)


def test_when_persons_are_forgotten() -> None:
    ends = STARTS + timedelta(hours=2)
    for status, days in ((Status.PUBLISHED, 7), (Status.CANCELLED, 7)):
        assert not is_over(event(status=status), ends + timedelta(days=days, seconds=-1), 7)
        assert is_over(event(status=status), ends + timedelta(days=days), 7)
    assert is_over(event(ends_at=None), STARTS, 0)
    assert not is_over(event(status=Status.POSTPONED), ends + timedelta(days=8), 7)
    assert is_over(event(status=Status.POSTPONED), ends + POSTPONED_FOR, 7)


def test_a_link_cannot_be_guessed_and_is_the_same_every_time() -> None:
    token = token_of("a secret", A)
    assert token == token_of("a secret", A)
    assert len({token, token_of("another", A), token_of("a secret", B)}) == 3
    assert len(token) == 24
    assert datetime(2026, 7, 1, 9, tzinfo=UTC) == NOON
