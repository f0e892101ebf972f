"""Signing up, changing, cancelling, the waiting list, and what is forgotten."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries
from pilot_ops.events import service as events
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.errors import Forbidden, NotFound, Refused
from pilot_ops.kernel.text import Translated
from pilot_ops.mail.models import LetterRow
from pilot_ops.signups import queries, service
from pilot_ops.signups.domain import Contact, ContactKind, Counts, Need, News, Reason, SignUp, State
from pilot_ops.signups.models import SignUpRow
from tests.support.builders import ADMIN, NOON, make_actor
from tests.support.signups import AINO, STARTS, change_event, make_event, person, sign_up

LATER = NOON + timedelta(hours=1)


def write(news: News, one: SignUp, event: object, token: str) -> tuple[str, str]:
    return news.value, f"{one.details.name} {token}"


def letters(session: Session) -> list[str]:
    """The subjects that wait, by key."""
    return [row.subject for row in session.scalars(select(LetterRow).order_by(LetterRow.key))]


def states(session: Session, *ids: SignUp) -> list[State]:
    session.expire_all()
    return [queries.get_sign_up(session, one.id).state for one in ids]


def token(session: Session, one: SignUp) -> str:
    return service.link_token(session, one.id)


def test_who_fits_is_in_and_the_others_wait_in_turn(session: Session) -> None:
    event = make_event(session, capacity=5)
    first = sign_up(session, event, people=3, needs=frozenset({Need.WHEELCHAIR}), note="  Tulen  bussilla ")
    second = sign_up(session, event, people=3)
    third = sign_up(session, event, people=2)
    fourth = sign_up(session, event, people=1)
    assert states(session, first, second, third, fourth) == [State.IN, State.WAITING, State.IN, State.WAITING]
    assert [queries.place_of(session, one) for one in (first, second, third, fourth)] == [None, 1, None, 2]
    assert queries.count_sign_ups(session, event.id) == Counts(2, 5, 2, 4, 0)
    assert (first.details.note, first.details.needs) == ("Tulen bussilla", {Need.WHEELCHAIR})


def test_without_a_limit_all_are_in(session: Session) -> None:
    event = make_event(session, capacity=None)
    for _ in range(12):
        assert sign_up(session, event, people=10).state is State.IN
    assert queries.count_sign_ups(session, event.id).people == 120


def test_the_same_form_again_is_the_same_sign_up(session: Session) -> None:
    event, form = make_event(session), uuid4()
    first = sign_up(session, event, sign_up_id=form, people=2)
    assert sign_up(session, event, sign_up_id=form, people=2, at=STARTS + timedelta(days=1)) == first
    assert queries.count_sign_ups(session, event.id) == Counts(1, 2)
    for different in ({"people": 3}, {"name": "Eino", "people": 2}):
        with pytest.raises(Refused) as refused:
            sign_up(session, event, sign_up_id=form, **different)
        assert refused.value.reason is Reason.ID_REUSED
    with pytest.raises(Refused):
        sign_up(session, make_event(session), sign_up_id=form, people=2)


def test_a_closed_event_takes_nobody(session: Session) -> None:
    for event in (make_event(session, publish=False), make_event(session, sign_up=False)):
        with pytest.raises(Refused) as refused:
            sign_up(session, event)
        assert refused.value.reason is Reason.EVENT_CLOSED
    with pytest.raises(Refused):
        sign_up(session, make_event(session), at=STARTS)
    with pytest.raises(NotFound):
        sign_up(session, uuid4())


def test_who_cancels_is_forgotten_at_once_and_the_first_who_fits_moves_up(session: Session) -> None:
    event = make_event(session, capacity=4)
    one = sign_up(session, event, people=3, contact=AINO, needs=frozenset({Need.ASSISTANT}), note="Hei")
    big, small = sign_up(session, event, people=4), sign_up(session, event, people=2)
    service.cancel(session, token=token(session, one), at=LATER)
    assert states(session, one, big, small) == [State.CANCELLED, State.IN, State.WAITING]
    row = session.get(SignUpRow, one.id)
    assert row is not None
    assert (row.name, row.needs, row.note, row.contact, row.contact_kind) == ("", "", "", "", ContactKind.NONE)
    assert queries.count_sign_ups(session, event.id) == Counts(1, 4, 1, 2, 1)
    service.cancel(session, token=token(session, one), at=LATER)
    assert queries.count_sign_ups(session, event.id).cancelled == 1
    service.cancel(session, token=token(session, big), at=LATER)
    assert states(session, small) == [State.IN]


def test_fewer_people_let_others_in_and_more_must_fit(session: Session) -> None:
    event = make_event(session, capacity=5)
    one, other = sign_up(session, event, people=4), sign_up(session, event, people=2)
    assert other.state is State.WAITING
    with pytest.raises(Refused) as refused:
        service.change_people(session, token=token(session, one), people=6, at=LATER)
    assert (refused.value.reason, refused.value.details) == (Reason.NO_ROOM, {"left": 1})
    assert queries.get_sign_up(session, one.id).details.people == 4
    assert service.change_people(session, token=token(session, one), people=5, at=LATER).details.people == 5
    service.change_people(session, token=token(session, one), people=3, at=LATER)
    assert states(session, other) == [State.IN]
    assert queries.count_sign_ups(session, event.id) == Counts(2, 5)
    for people in (0, 11):
        with pytest.raises(Refused):
            service.change_people(session, token=token(session, one), people=people, at=LATER)


def test_who_waits_keeps_their_turn_and_may_be_in_with_fewer(session: Session) -> None:
    event = make_event(session, capacity=4)
    sign_up(session, event, people=3)
    first, second = sign_up(session, event, people=3), sign_up(session, event, people=2)
    assert service.change_people(session, token=token(session, first), people=4, at=LATER).state is State.WAITING
    assert queries.place_of(session, queries.get_sign_up(session, first.id)) == 1
    assert service.change_people(session, token=token(session, second), people=1, at=LATER).state is State.IN


def test_nothing_is_changed_that_is_cancelled_or_over(session: Session) -> None:
    event = make_event(session)
    one = sign_up(session, event)
    with pytest.raises(Refused) as over:
        service.change_people(session, token=token(session, one), people=2, at=STARTS)
    service.cancel(session, token=token(session, one), at=LATER)
    with pytest.raises(Refused) as gone:
        service.change_people(session, token=token(session, one), people=2, at=LATER)
    assert (over.value.reason, gone.value.reason) == (Reason.EVENT_CLOSED, Reason.GONE)
    for call in (service.cancel, queries.get_by_token):
        with pytest.raises(NotFound):
            call(session, token="x" * 24, **({"at": LATER} if call is service.cancel else {}))  # type: ignore[operator]


def test_the_link_is_not_in_the_database(session: Session) -> None:
    one = sign_up(session, make_event(session))
    row = session.execute(text("SELECT * FROM sign_ups")).one()
    assert token(session, one) not in " ".join(map(str, row))
    assert queries.get_by_token(session, token(session, one)) == one


def tell(session: Session, event_id: object, at: object = LATER) -> list[str]:
    """What is told now: the subjects that are new."""
    before = letters(session)
    service.tell_all(session, event_id=event_id, write=write, at=at)  # type: ignore[arg-type]
    return [subject for subject in letters(session) if subject not in before]


def test_each_is_told_each_thing_once(session: Session) -> None:
    event = make_event(session, capacity=1)
    first = sign_up(session, event, name="Eino")
    sign_up(session, event, contact=AINO)
    sign_up(session, event, name="Ilta", contact=Contact(ContactKind.PHONE, "0401234567"))
    assert tell(session, event.id) == ["welcome"]
    assert tell(session, event.id) == []
    service.cancel(session, token=token(session, first), at=LATER)
    assert tell(session, event.id) == ["moved-up"]
    assert tell(session, event.id) == []
    change_event(session, event, description=Translated("Uusi", "Ny", "New"))
    assert tell(session, event.id) == []
    moved = change_event(session, event, starts_at=STARTS + timedelta(hours=1))
    assert tell(session, event.id) == ["moved"]
    assert tell(session, event.id) == []
    events.postpone(session, ADMIN, event_id=event.id, notice=Translated("Myrsky"), at=LATER)
    assert tell(session, event.id) == ["postponed"]
    times = {"starts_at": moved.starts_at + timedelta(days=7), "ends_at": None}
    events.reschedule(session, ADMIN, event_id=event.id, **times, at=LATER)
    assert tell(session, event.id) == ["on-again"]
    day_before = times["starts_at"] - timedelta(hours=20)  # type: ignore[operator]
    assert tell(session, event.id, day_before) == ["reminder"]
    assert tell(session, event.id, day_before) == []
    events.cancel(session, ADMIN, event_id=event.id, notice=Translated("Myrsky"), at=day_before)
    assert tell(session, event.id, day_before) == ["cancelled"]
    assert tell(session, event.id, day_before) == []


def test_who_signed_up_just_before_a_cancellation_hears_of_it(session: Session) -> None:
    event = make_event(session)
    sign_up(session, event, contact=AINO)
    events.cancel(session, ADMIN, event_id=event.id, notice=Translated("Myrsky"), at=LATER)
    assert tell(session, event.id) == ["cancelled"]


def test_a_cancellation_after_the_day_of_a_postponed_event_is_told(session: Session) -> None:
    event = make_event(session)
    sign_up(session, event, contact=AINO)
    tell(session, event.id)
    events.postpone(session, ADMIN, event_id=event.id, notice=Translated("Myrsky"), at=LATER)
    assert tell(session, event.id) == ["postponed"]
    after = STARTS + timedelta(days=3)
    assert tell(session, event.id, after) == []
    events.cancel(session, ADMIN, event_id=event.id, notice=Translated("Myrsky"), at=after)
    assert tell(session, event.id, after) == ["cancelled"]
    assert session.scalars(select(LetterRow.useless_at).where(LetterRow.subject == "cancelled")).one() is None


def test_what_happens_after_the_beginning_is_told_to_nobody(session: Session) -> None:
    event = make_event(session)
    sign_up(session, event, contact=AINO)
    tell(session, event.id)
    events.cancel(session, ADMIN, event_id=event.id, notice=Translated("Myrsky"), at=STARTS)
    assert tell(session, event.id, STARTS) == []


def test_a_larger_capacity_lets_those_in_who_wait(session: Session) -> None:
    event = make_event(session, capacity=2)
    sign_up(session, event, people=2)
    waits = sign_up(session, event, people=2, contact=AINO)
    tell(session, event.id)
    change_event(session, event, capacity=4)
    assert tell(session, event.id) == ["moved-up"]
    assert states(session, waits) == [State.IN]


def test_who_comes_after_a_larger_capacity_does_not_pass_those_who_wait(session: Session) -> None:
    event = make_event(session, capacity=2)
    sign_up(session, event, people=2)
    waits = sign_up(session, event, people=2)
    change_event(session, event, capacity=4)
    late = sign_up(session, event, people=1)
    assert states(session, waits, late) == [State.IN, State.WAITING]


def test_nobody_moves_up_when_it_is_off_or_has_begun(session: Session) -> None:
    event = make_event(session, capacity=1)
    one, waits = sign_up(session, event), sign_up(session, event)
    events.postpone(session, ADMIN, event_id=event.id, notice=Translated("Myrsky"), at=LATER)
    service.cancel(session, token=token(session, one), at=LATER)
    assert states(session, waits) == [State.WAITING]
    service.tell_all(session, event_id=event.id, write=None, at=STARTS)
    assert states(session, waits) == [State.WAITING]


def test_without_mail_people_move_up_all_the_same(session: Session) -> None:
    event = make_event(session, capacity=1)
    sign_up(session, event)
    waits = sign_up(session, event, contact=AINO)
    change_event(session, event, capacity=2)
    assert service.tell_all(session, event_id=event.id, write=None, at=LATER) == 0
    assert states(session, waits) == [State.IN]
    assert letters(session) == []
    # Mail that is set up later tells it then.
    assert tell(session, event.id) == ["welcome"]


def test_who_cancels_gets_no_more_letters(session: Session) -> None:
    event = make_event(session)
    one = sign_up(session, event, contact=AINO)
    tell(session, event.id)
    service.cancel(session, token=token(session, one), at=LATER)
    assert letters(session) == []
    assert tell(session, event.id) == []


def test_what_is_no_longer_true_is_not_sent_any_more(session: Session) -> None:
    """The mail server takes nothing meanwhile: who was welcomed and is now told that it is off gets one letter."""
    event = make_event(session)
    sign_up(session, event, contact=AINO)
    assert tell(session, event.id) == ["welcome"]
    events.cancel(session, ADMIN, event_id=event.id, notice=Translated("Myrsky"), at=LATER)
    tell(session, event.id)
    assert session.scalars(select(LetterRow.subject)).all() == ["cancelled"]


def test_an_address_is_welcomed_three_times_a_day_however_often_it_is_signed_up(session: Session) -> None:
    first, second = make_event(session), make_event(session)
    for number in range(3):
        sign_up(session, first, contact=AINO, at=NOON + timedelta(seconds=number))
        sign_up(session, second, contact=AINO, at=NOON + timedelta(seconds=10 + number))
    for event in (first, second, second):
        tell(session, event.id)
    assert letters(session) == ["welcome"] * 3
    sign_up(session, second, contact=AINO, at=NOON + timedelta(hours=25))
    tell(session, second.id, NOON + timedelta(hours=25))
    assert letters(session) == ["welcome"] * 4


def test_signing_up_and_cancelling_in_turn_brings_no_more_letters(session: Session) -> None:
    event = make_event(session, capacity=1)
    given = []
    for number in range(6):
        at = NOON + timedelta(minutes=10 * number)
        other = sign_up(session, event, at=at)
        one = sign_up(session, event, contact=AINO, at=at)
        given += tell(session, event.id, at)
        service.cancel(session, token=token(session, other), at=at)
        given += [subject for subject in tell(session, event.id, at) if subject == "moved-up"]
        assert states(session, one) == [State.IN]
        service.cancel(session, token=token(session, one), at=at)
    assert sorted(given) == ["moved-up"] * 3 + ["welcome"] * 3
    assert "aino" not in str(session.execute(text("SELECT * FROM letter_turns")).all())
    service.forget_turns(session, at=NOON + timedelta(days=2))
    assert session.execute(text("SELECT * FROM letter_turns")).all() == []


def test_an_address_that_was_signed_up_often_hears_of_each_change_three_times(session: Session) -> None:
    event = make_event(session, capacity=None)
    for number in range(5):
        sign_up(session, event, contact=AINO, at=NOON + timedelta(seconds=number))
    tell(session, event.id)
    for hours in (1, 2):
        change_event(session, event, starts_at=STARTS + timedelta(hours=hours), at=LATER)
        tell(session, event.id, LATER)
    assert letters(session).count("moved") == 6


def test_persons_are_forgotten_and_the_numbers_stay(session: Session) -> None:
    event, other = make_event(session, capacity=2), make_event(session, starts_at=STARTS + timedelta(days=1))
    sign_up(session, event, people=2, contact=AINO)
    gone = sign_up(session, event)
    sign_up(session, event)
    service.cancel(session, token=token(session, gone), at=LATER)
    kept = sign_up(session, other)
    tell(session, event.id)
    numbers = queries.count_sign_ups(session, event.id)
    assert numbers == Counts(1, 2, 1, 1, 1)
    ended = STARTS + timedelta(hours=2)
    assert service.forget_persons(session, days=7, at=ended + timedelta(days=7, seconds=-1)) == 0
    assert service.forget_persons(session, days=7, at=ended + timedelta(days=7)) == 3
    assert session.scalars(select(SignUpRow.id)).all() == [kept.id]
    assert letters(session) == []
    assert queries.count_sign_ups(session, event.id) == numbers


def test_who_runs_the_event_adds_cancels_and_tells(session: Session) -> None:
    event = make_event(session, capacity=1)
    coordinator = make_actor(session, Role.COORDINATOR)
    form = uuid4()
    for _ in range(2):
        added = service.add(session, coordinator, sign_up_id=form, event_id=event.id, details=person(), at=NOON)
    waits = sign_up(session, event, contact=AINO)
    cancel = {"event_id": event.id, "sign_up_id": waits.id, "write": write, "at": LATER}
    service.cancel_for(session, coordinator, **cancel)  # type: ignore[arg-type]
    service.cancel_for(session, coordinator, **cancel)  # type: ignore[arg-type]
    assert letters(session) == ["removed"]
    assert states(session, added, waits) == [State.IN, State.CANCELLED]
    logged = [(entry.action, entry.before, entry.after) for entry in list_entries(session)][:2]
    assert [action for action, *_ in logged] == ["sign-up.cancelled", "sign-up.added"]
    assert "Aino" not in str(logged)
    change_event(session, event, starts_at=STARTS + timedelta(days=1), at=LATER)
    for _ in range(2):
        service.note_told(session, coordinator, event_id=event.id, sign_up_id=added.id, at=LATER)
    told, _changed, before = list_entries(session)[:3]
    assert (told.action, told.after, before.action) == ("sign-up.told", '{"people":1}', "sign-up.cancelled")
    with pytest.raises(NotFound):
        service.cancel_for(session, coordinator, **{**cancel, "event_id": uuid4()})  # type: ignore[arg-type]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.PARK_STAFF, Role.VENUE])
def test_others_see_nobody(session: Session, role: Role) -> None:
    event = make_event(session)
    one = sign_up(session, event)
    who = make_actor(session, role)
    ids = {"event_id": event.id, "sign_up_id": one.id}
    with pytest.raises(Forbidden):
        service.list_for(session, who, event.id)
    with pytest.raises(Forbidden):
        service.cancel_for(session, who, **ids, write=None, at=NOON)
    with pytest.raises(Forbidden):
        service.note_told(session, who, **ids, at=LATER)
    with pytest.raises(Forbidden):
        service.add(session, who, sign_up_id=uuid4(), event_id=event.id, details=person(), at=NOON)


def test_a_group_that_would_wait_for_ever_is_refused(session: Session) -> None:
    event, form = make_event(session, capacity=4), uuid4()
    first = sign_up(session, event, people=4)
    with pytest.raises(Refused) as refused:
        sign_up(session, event, sign_up_id=form, people=5)
    assert (refused.value.reason, refused.value.details) == (Reason.TOO_MANY, {"most": 4})
    assert refused.value.field == "people"
    waiting = sign_up(session, event, sign_up_id=form, people=4)
    with pytest.raises(Refused) as refused:
        service.change_people(session, token=token(session, waiting), people=5, at=LATER)
    assert refused.value.reason is Reason.TOO_MANY
    assert states(session, first, waiting) == [State.IN, State.WAITING]


def test_a_smaller_capacity_throws_nobody_out_and_who_is_too_many_may_come_with_fewer(session: Session) -> None:
    event = make_event(session, capacity=6)
    inside, waiting = sign_up(session, event, people=6), sign_up(session, event, people=5)
    change_event(session, event, capacity=4)
    assert service.change_people(session, token=token(session, inside), people=5, at=LATER).state is State.IN
    with pytest.raises(Refused):
        service.change_people(session, token=token(session, waiting), people=5, at=LATER)
    assert service.change_people(session, token=token(session, waiting), people=2, at=LATER).state is State.WAITING
    service.cancel(session, token=token(session, inside), at=LATER)
    assert states(session, waiting) == [State.IN]
