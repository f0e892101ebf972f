"""Signing up, changing and cancelling, the waiting list, and telling people what they do not know yet.

Whoever changes the sign-ups of an event holds the row of its numbers first: people are counted one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record
from pilot_ops.events.domain import Event, Status
from pilot_ops.events.queries import find_event, share_event
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.codes import code_digest
from pilot_ops.kernel.db import insert_once, secret_of
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.mail import service as letters
from pilot_ops.signups import queries
from pilot_ops.signups.domain import (
    LETTERS_WITHIN,
    MOST_LETTERS,
    ContactKind,
    Details,
    News,
    Reason,
    SignUp,
    State,
    check_can_ever_fit,
    check_people,
    clean,
    fits,
    is_over,
    known_of,
    letters_of,
    needs_reminder,
    news_for,
    still_matters,
    takes_sign_ups,
    to_move_up,
    token_of,
    turn_of,
)
from pilot_ops.signups.models import LetterTurnRow, SignUpCountRow, SignUpRow

# Subject and text of a letter, in the language of its person.
Write = Callable[[News, SignUp, Event, str], tuple[str, str]]
# After these no earlier letter is true any more.
_OVERTAKING = (News.CANCELLED, News.POSTPONED, News.REMOVED)
_FORGOTTEN = {"name": "", "needs": "", "note": "", "contact": "", "contact_kind": ContactKind.NONE}


def sign_up(session: Session, *, sign_up_id: UUID, event_id: UUID, details: Details, at: datetime) -> SignUp:
    """Sign somebody up: they are in if they fit, or else on the waiting list. The same id again changes nothing.

    Refused if the event takes nobody now, or never so many at once. Whoever opens the page may do this: there is no
    actor.
    """
    details = clean(details)
    event = share_event(session, event_id)
    _hold(session, event_id)
    if there := queries.find_sign_up(session, sign_up_id):
        return _same(there, event_id, details)
    if not takes_sign_ups(event, at):
        raise Refused(Reason.EVENT_CLOSED)
    check_can_ever_fit(event, details.people)
    _fill(session, event, at)
    taken = queries.count_sign_ups(session, event_id).people
    state = State.IN if fits(event.details.capacity, taken, details.people) else State.WAITING
    _insert(session, sign_up_id, event, details, state, at)
    _count(session, event_id)
    return queries.get_sign_up(session, sign_up_id)


def _same(there: SignUp, event_id: UUID, details: Details) -> SignUp:
    if there.event_id != event_id or there.details != details:
        raise Refused(Reason.ID_REUSED)
    return there


def _hold(session: Session, event_id: UUID) -> None:
    """Hold the row of an event's numbers until the transaction ends; it is made with the first sign-up."""
    zeros = {"last_number": 0, "sign_ups": 0, "people": 0, "waiting": 0, "waiting_people": 0, "cancelled": 0}
    insert_once(session, SignUpCountRow, {"event_id": event_id, **zeros})
    session.execute(_held(event_id)).one()


def _held(event_id: UUID) -> Any:
    return select(SignUpCountRow.last_number).where(SignUpCountRow.event_id == event_id).with_for_update()


def _insert(session: Session, sign_up_id: UUID, event: Event, details: Details, state: State, at: datetime) -> None:
    turn = update(SignUpCountRow).where(SignUpCountRow.event_id == event.id)
    number = session.scalars(
        turn.values(last_number=SignUpCountRow.last_number + 1).returning(SignUpCountRow.last_number)
    ).one()
    values = {
        "id": sign_up_id,
        "event_id": event.id,
        "number": number,
        "digest": code_digest(link_token(session, sign_up_id)),
        "state": state,
        "name": details.name,
        "people": details.people,
        "needs": " ".join(sorted(details.needs)),
        "note": details.note,
        "contact_kind": details.contact.kind,
        "contact": details.contact.value,
        "tongue": details.tongue,
        "asked_at": at,
        "welcomed": False,
        "reminded_for": None,
        **_told(event, state),
    }
    insert_once(session, SignUpRow, values)


def _told(event: Event, state: State) -> dict[str, Any]:
    known = known_of(event, state)
    return {
        "told_state": known.state,
        "told_starts_at": known.starts_at,
        "told_place": known.place,
        "told_status": known.status,
    }


def link_token(session: Session, sign_up_id: UUID) -> str:
    """The secret part of the link of a sign-up. Only its digest is stored."""
    return token_of(secret_of(session), sign_up_id)


def _count(session: Session, event_id: UUID) -> None:
    """Write down the numbers of an event as its sign-ups say them."""

    def total(state: State, what: Any) -> Any:
        return func.coalesce(func.sum(case((SignUpRow.state == state, what), else_=0)), 0)

    one = 1
    query = select(
        total(State.IN, one).label("sign_ups"),
        total(State.IN, SignUpRow.people).label("people"),
        total(State.WAITING, one).label("waiting"),
        total(State.WAITING, SignUpRow.people).label("waiting_people"),
        total(State.CANCELLED, one).label("cancelled"),
    ).where(SignUpRow.event_id == event_id)
    found = {name: int(number) for name, number in session.execute(query).one()._mapping.items()}
    session.execute(update(SignUpCountRow).where(SignUpCountRow.event_id == event_id).values(found))


def _fill(session: Session, event: Event, at: datetime) -> None:
    """Move those up who wait and fit now."""
    if moved := _movable(event, queries.list_sign_ups(session, event.id), at):
        session.execute(update(SignUpRow).where(SignUpRow.id.in_(moved)).values(state=State.IN))
        _count(session, event.id)


def _movable(event: Event, there: Sequence[SignUp], at: datetime) -> tuple[UUID, ...]:
    if not event.is_on or at >= event.starts_at:
        return ()
    taken = sum(one.details.people for one in there if one.state is State.IN)
    waiting = [(one.id, one.details.people) for one in there if one.state is State.WAITING]
    return to_move_up(event.details.capacity, taken, waiting)


def change_people(session: Session, *, token: str, people: int, at: datetime) -> SignUp:
    """Have another number of people come with a sign-up; who waits keeps their turn.

    Refused if more do not fit, or if they would wait for ever. Whoever has the link may do this.
    """
    check_people(people)
    found, event = _take(session, queries.get_by_token(session, token).id)
    if found.state is State.CANCELLED:
        raise Refused(Reason.GONE)
    if at >= event.starts_at or event.status is Status.CANCELLED:
        raise Refused(Reason.EVENT_CLOSED)
    more = people - found.details.people
    if found.state is State.WAITING:
        check_can_ever_fit(event, people)
    counts = queries.count_sign_ups(session, event.id)
    if found.state is State.IN and more > 0 and not fits(event.details.capacity, counts.people, more):
        raise Refused(Reason.NO_ROOM, "people", left=counts.left_of(event.details.capacity))
    session.execute(update(SignUpRow).where(SignUpRow.id == found.id).values(people=people))
    _count(session, event.id)
    _fill(session, event, at)
    return queries.get_sign_up(session, found.id)


def _take(session: Session, sign_up_id: UUID) -> tuple[SignUp, Event]:
    """A sign-up and its event, as they are and stay until the transaction ends."""
    event_id = queries.get_sign_up(session, sign_up_id).event_id
    event = share_event(session, event_id)
    _hold(session, event_id)
    session.expire_all()
    return queries.get_sign_up(session, sign_up_id), event


def cancel(session: Session, *, token: str, at: datetime) -> None:
    """Cancel a sign-up and forget its person at once; the first who wait and fit are in. Again it changes nothing.

    Whoever has the link may do this.
    """
    _cancel(session, queries.get_by_token(session, token).id, at)


def cancel_for(
    session: Session, actor: Actor, *, event_id: UUID, sign_up_id: UUID, write: Write | None, at: datetime
) -> None:
    """Cancel somebody's sign-up for them; who gave an e-mail address is told, if mail is sent (``write``)."""
    actor.must(Permission.EVENTS_EDIT)
    there = queries.get_sign_up(session, sign_up_id)
    if there.event_id != event_id:
        raise NotFound
    found, event = _cancel(session, sign_up_id, at)
    if found.state is State.CANCELLED:
        return
    if write is not None and found.has_mail:
        _queue(session, News.REMOVED, found, event, write, at)
    record(session, actor, Action.SIGN_UP_CANCELLED, _subject(event), at=at, before={"people": found.details.people})


def _cancel(session: Session, sign_up_id: UUID, at: datetime) -> tuple[SignUp, Event]:
    found, event = _take(session, sign_up_id)
    if found.state is not State.CANCELLED:
        letters.withdraw(session, prefixes=[letters_of(found.id)])
        values = {"state": State.CANCELLED, **_FORGOTTEN}
        session.execute(update(SignUpRow).where(SignUpRow.id == found.id).values(values))
        _count(session, event.id)
        _fill(session, event, at)
    return found, event


def _subject(event: Event) -> str:
    return f"{event.name.fi} {event.day}"


def add(session: Session, actor: Actor, *, sign_up_id: UUID, event_id: UUID, details: Details, at: datetime) -> SignUp:
    """Sign somebody up who phoned. The same id again changes nothing."""
    actor.must(Permission.EVENTS_EDIT)
    known = queries.find_sign_up(session, sign_up_id) is not None
    added = sign_up(session, sign_up_id=sign_up_id, event_id=event_id, details=details, at=at)
    event = share_event(session, event_id)
    if not known:
        record(session, actor, Action.SIGN_UP_ADDED, _subject(event), at=at, after={"people": added.details.people})
    return added


def list_for(session: Session, actor: Actor, event_id: UUID) -> tuple[SignUp, ...]:
    """The sign-ups of an event with their persons, for who runs it."""
    actor.must(Permission.EVENTS_EDIT)
    return queries.list_sign_ups(session, event_id)


def note_told(session: Session, actor: Actor, *, event_id: UUID, sign_up_id: UUID, at: datetime) -> None:
    """Note that somebody was told on the phone what they did not know. Again it changes nothing."""
    actor.must(Permission.EVENTS_EDIT)
    found, event = _take(session, sign_up_id)
    if found.event_id != event_id:
        raise NotFound
    if found.told != known_of(event, found.state):
        session.execute(update(SignUpRow).where(SignUpRow.id == found.id).values(_told(event, found.state)))
        record(session, actor, Action.SIGN_UP_TOLD, _subject(event), at=at, after={"people": found.details.people})


def needs_telling(session: Session, *, event_id: UUID, mail: bool, at: datetime) -> bool:
    """Whether ``tell_all`` would do anything: asked each minute of each event, and most minutes it would not."""
    event = find_event(session, event_id)
    if event is None:
        return False
    there = queries.list_sign_ups(session, event_id)
    return bool(_movable(event, there, at)) or (mail and any(one.has_mail and _news(one, event, at) for one in there))


def tell_all(session: Session, *, event_id: UUID, write: Write | None, at: datetime) -> int:
    """Move up who fit now, and queue letters to those who gave an e-mail address and do not know something yet.

    How many letters were queued: none where no mail is sent (no ``write``). What was
    told is noted with the letter, in one transaction: nobody is told twice.
    """
    event = share_event(session, event_id)
    _hold(session, event_id)
    session.expire_all()
    _fill(session, event, at)
    forget_turns(session, at=at)
    queued = 0
    for one in queries.list_sign_ups(session, event_id):
        if write is None or not one.has_mail:
            continue
        for news in _news(one, event, at):
            if _may_write(session, news, one, event, at):
                queued += _queue(session, news, one, event, write, at)
            session.execute(update(SignUpRow).where(SignUpRow.id == one.id).values(_after(news, one, event)))
    return queued


def _news(one: SignUp, event: Event, at: datetime) -> tuple[News, ...]:
    if not still_matters(one, event, at):
        return ()
    if not one.welcomed and event.is_on:
        return (News.WELCOME,)
    if news := news_for(one, event):
        return news
    return (News.REMINDER,) if needs_reminder(one, event, at) else ()


def _may_write(session: Session, news: News, one: SignUp, event: Event, at: datetime) -> bool:
    """Whether the address had not too many such letters lately: nobody fills the mailbox of somebody else.

    Kept apart from the sign-up, which forgets the address when it is cancelled.
    """
    digest = turn_of(secret_of(session), news, one, event)
    turns = ({"digest": digest, "turn": turn, "taken_at": at} for turn in range(MOST_LETTERS))
    return any(insert_once(session, LetterTurnRow, values) for values in turns)


def forget_turns(session: Session, *, at: datetime) -> None:
    """Forget what letters an address had more than a day ago."""
    session.execute(delete(LetterTurnRow).where(LetterTurnRow.taken_at <= at - LETTERS_WITHIN))


def _after(news: News, one: SignUp, event: Event) -> Mapping[str, Any]:
    if news is News.REMINDER:
        return {"reminded_for": event.starts_at}
    # A welcome tells how things are now, whatever was known before.
    return {"welcomed": True, **_told(event, one.state)}


def _queue(session: Session, news: News, one: SignUp, event: Event, write: Write, at: datetime) -> bool:
    if news in _OVERTAKING:
        letters.drop_waiting(session, prefix=letters_of(one.id))
    subject, text = write(news, one, event, link_token(session, one.id))
    return letters.queue(
        session,
        key=f"{letters_of(one.id)}{news.value}:{event.sequence}",
        to=one.details.contact.value,
        subject=subject,
        text=text,
        language="fi" if one.details.tongue == "plain" else one.details.tongue,
        due_at=at,
        at=at,
        useless_at=event.starts_at if news is not News.REMOVED and at < event.starts_at else None,
    )


def forget_persons(session: Session, *, days: int, at: datetime) -> int:
    """Forget whoever signed up for events that ended so many days ago, and their letters; how many.

    The numbers stay.
    """
    forgotten = 0
    for event_id in queries.list_events_with_persons(session):
        event = find_event(session, event_id)
        if event is not None and not is_over(event, at, days):
            continue
        _hold(session, event_id)
        gone = delete(SignUpRow).where(SignUpRow.event_id == event_id).returning(SignUpRow.id)
        ids = session.scalars(gone).all()
        letters.withdraw(session, prefixes=[letters_of(sign_up_id) for sign_up_id in ids])
        forgotten += len(ids)
    return forgotten
