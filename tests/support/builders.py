"""Parks, people and actors for tests, each with everything it needs unless told otherwise."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.accounts import service as accounts
from pilot_ops.accounts.domain import User, UserDetails
from pilot_ops.kernel.access import PARK_BOUND, Actor, Role, the_service
from pilot_ops.parks import service as parks
from pilot_ops.parks.domain import Park, ParkDetails
from pilot_ops.parks.queries import parks_of

NOON = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
ADMIN = the_service("tests")
_numbers = count(1)


def make_park(session: Session, **different: Any) -> Park:
    """A park like ``Puisto 1``; any field of ParkDetails may differ."""
    given = {"name": f"Puisto {next(_numbers)}", "address": "Kirstintie 24", "postal_code": "02760", "city": "Espoo"}
    return parks.create_park(session, ADMIN, details=ParkDetails(**{**given, **different}), at=NOON)


def make_user(
    session: Session, role: Role = Role.ADMINISTRATOR, parks: Collection[Park | UUID] = (), **different: Any
) -> User:
    """A person of a role, in a park of their own if the role needs one; any field of UserDetails may differ."""
    number = next(_numbers)
    if role in PARK_BOUND and not parks:
        parks = [make_park(session)]
    given = {"email": f"henkilo{number}@example.fi", "name": f"Henkilö {number}", "role": role}
    ids = [park.id if isinstance(park, Park) else park for park in parks]
    return accounts.create_user(session, ADMIN, details=UserDetails(**{**given, **different}), park_ids=ids, at=NOON)


def actor_of(session: Session, user: User, *, device_id: UUID | None = None) -> Actor:
    """The actor that a signed-in person is."""
    mine = parks_of(session, user.id) if user.details.role in PARK_BOUND else frozenset()
    return Actor(user.id, user.name, user.details.role, mine, user.details.language, device_id)


def make_actor(session: Session, role: Role = Role.ADMINISTRATOR, parks: Collection[Park | UUID] = ()) -> Actor:
    """A new person of a role, as an actor."""
    return actor_of(session, make_user(session, role, parks))
