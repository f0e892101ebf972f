"""Parks, people, pilots and meal days for tests, each with everything it needs unless told otherwise."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from pilot_ops.accounts import queries as people
from pilot_ops.accounts import service as accounts
from pilot_ops.accounts.domain import WORKS_AT, User, UserDetails, digest_of
from pilot_ops.kernel.access import PARK_BOUND, PLACE_BOUND, Actor, Role, the_service
from pilot_ops.kernel.clock import at_local
from pilot_ops.meals import service as meals
from pilot_ops.meals.domain import Group, MealTap, Record
from pilot_ops.parks import service as parks
from pilot_ops.parks.domain import Park, ParkDetails
from pilot_ops.parks.queries import parks_of
from pilot_ops.places.domain import Place, PlaceDetails
from pilot_ops.places.queries import places_of
from pilot_ops.places.service import create_place
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import MealDay, ParkPlan, Pilot, PilotDetails, days_off
from pilot_ops.schedule.queries import find_day

NOON = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
ADMIN = the_service("tests")
FINLAND = schedule.Calendar("FI")
_numbers = count(1)


def make_park(session: Session, **different: Any) -> Park:
    """A park like ``Puisto 1``; any field of ParkDetails may differ."""
    given = {"name": f"Puisto {next(_numbers)}", "address": "Kirstintie 24", "postal_code": "02760", "city": "Espoo"}
    return parks.create_park(session, ADMIN, details=ParkDetails(**{**given, **different}), at=NOON)


def make_user(
    session: Session,
    role: Role = Role.ADMINISTRATOR,
    parks: Collection[Park | UUID] = (),
    places: Collection[Place | UUID] = (),
    **different: Any,
) -> User:
    """A person of a role, in a park or place of their own if it needs one; any field of UserDetails may differ."""
    number = next(_numbers)
    if role in WORKS_AT and not places:
        details = PlaceDetails(WORKS_AT[role], f"Paikka {number}")
        places = [create_place(session, ADMIN, details=details, at=NOON)]
    if role in PARK_BOUND and not parks:
        parks = [make_park(session)]
    given = {"email": f"henkilo{number}@example.fi", "name": f"Henkilö {number}", "role": role}
    work = {
        "park_ids": [park.id if isinstance(park, Park) else park for park in parks],
        "place_ids": [place.id if isinstance(place, Place) else place for place in places],
    }
    return accounts.create_user(session, ADMIN, details=UserDetails(**{**given, **different}), **work, at=NOON)


def change_user(
    session: Session, user: User, *, actor: Actor = ADMIN, parks: Collection[UUID] | None = None, **different: Any
) -> None:
    """Change a person as an administrator does who sees them as they are; any field of UserDetails may differ."""
    mine, details = parks_of(session, user.id), people.get_user(session, user.id).details
    here = places_of(session, user.id)
    accounts.change_user(
        session,
        actor,
        user_id=user.id,
        details=replace(details, **different),
        park_ids=mine if parks is None else parks,
        place_ids=here,
        seen=digest_of(details, mine, here),
        at=NOON,
    )


def set_password(session: Session, user: User, password: str, *, old: str = "") -> User:
    """Have a person set their password."""
    proof = accounts.prove_change(people.get_login(session, user.id), old=old, new=password)
    return accounts.change_password(session, actor_of(session, user), proof=proof, at=NOON)


def begin_session(session: Session, user: User) -> str:
    """The token of a new session of a person, an hour long."""
    return accounts.begin_session(session, user, hours=1, at=NOON)


def actor_of(session: Session, user: User, *, device_id: UUID | None = None) -> Actor:
    """The actor that a signed-in person is."""
    mine = parks_of(session, user.id) if user.details.role in PARK_BOUND else frozenset()
    here = places_of(session, user.id) if user.details.role in PLACE_BOUND else frozenset()
    return Actor(user.id, user.name, user.details.role, mine, user.details.language, device_id, here)


def make_actor(session: Session, role: Role = Role.ADMINISTRATOR, parks: Collection[Park | UUID] = ()) -> Actor:
    """A new person of a role, as an actor."""
    return actor_of(session, make_user(session, role, parks))


def make_pilot(session: Session, parks: Collection[Park] = (), **different: Any) -> Pilot:
    """A pilot of July 2024 in a park of its own; any PilotDetails may differ, also ``weekdays`` and ``calendar``."""
    parks = parks or [make_park(session)]
    weekdays = different.pop("weekdays", 0b0011111)
    given = {
        "name": f"Pilotti {next(_numbers)}",
        "starts_on": date(2024, 7, 1),
        "ends_on": date(2024, 7, 31),
        "parks": tuple(ParkPlan(park.id, weekdays) for park in parks),
    }
    calendar = different.pop("calendar", FINLAND)
    details = PilotDetails(**{**given, **different})
    return schedule.create_pilot(session, ADMIN, details=details, calendar=calendar, at=NOON)


def calendar_with(*days: date) -> schedule.Calendar:
    """A calendar in which these days are no public holidays: tests of today run on Christmas Day too."""
    years = {day.year for day in days}
    return next(
        schedule.Calendar(country)
        for country in ("FI", "JP", "EG", "PE", "IN")
        if not set(days) & set(days_off(country, "", years))
    )


def day_of(session: Session, pilot: Pilot, day: date, park: Park | None = None) -> MealDay:
    """A pilot's meal day on a date, in its first park unless told otherwise."""
    found = find_day(session, park.id if park else pilot.park_ids[0], day)
    assert found is not None
    return found


def tap_of(day: MealDay, group: Group = Group.SCHOOL_AGE, change: int = 1, **different: Any) -> MealTap:
    """A tap of a meal day, made in its serving time."""
    given = {"id": uuid4(), "park_id": day.park_id, "day": day.day, "group": group, "change": change}
    return MealTap(**{"tapped_at": at_local(day.day, day.window.starts), **given, **different})


def count_children(session: Session, day: MealDay, young: int = 0, school: int = 0, *, at: datetime = NOON) -> None:
    """Count so many children on a meal day."""
    for group, number in ((Group.UNDER_SCHOOL_AGE, young), (Group.SCHOOL_AGE, school)):
        if number:
            meals.record_tap(session, ADMIN, tap=tap_of(day, group, number), at=at)


def close_with(session: Session, day: MealDay, *, at: datetime = NOON, **different: Any) -> None:
    """Close a meal day with hot food and a note; any field of Record may differ."""
    given = {"temp_receipt": Fraction(70), "temp_serving": Fraction(65), "note": "Kaikki hyvin"}
    meals.close_day(session, ADMIN, day_id=day.id, record=Record(**{**given, **different}), at=at)
