"""Who may do what: one table of roles and permissions, and the actor on whose behalf work is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from pilot_ops.kernel.errors import Forbidden
from pilot_ops.kernel.text import Language


class Permission(StrEnum):
    """One thing a role may be allowed to do, as ``resource:action``. Alphabetical."""

    AUDIT_VIEW = "audit:view"
    COSTS_EDIT = "costs:edit"
    COSTS_LOCK = "costs:lock"
    COSTS_VIEW = "costs:view"
    DAYS_CANCEL = "days:cancel"
    DAYS_REOPEN = "days:reopen"
    DAYS_VIEW = "days:view"
    EVENTS_COUNT = "events:count"
    EVENTS_EDIT = "events:edit"
    EVENTS_VIEW = "events:view"
    FEEDBACK_ANSWER = "feedback:answer"
    JOBS_RUN = "jobs:run"
    MEALS_COUNT = "meals:count"
    MEALS_IMPORT = "meals:import"
    PARKS_EDIT = "parks:edit"
    PARKS_VIEW = "parks:view"
    PHONES_EDIT = "phones:edit"
    PILOTS_EDIT = "pilots:edit"
    PLACES_EDIT = "places:edit"
    PROGRAMME_EDIT = "programme:edit"
    PROGRAMME_VIEW = "programme:view"
    TICKETS_EDIT = "tickets:edit"
    TICKETS_HAND_OUT = "tickets:hand-out"
    TICKETS_USE = "tickets:use"
    TICKETS_VIEW = "tickets:view"
    TOKENS_EDIT = "tokens:edit"
    USERS_EDIT = "users:edit"


class Role(StrEnum):
    """The people of the service (product description, "People"), and who hands out tickets at a distribution point."""

    PARK_STAFF = "park-staff"
    COORDINATOR = "coordinator"
    POINT_STAFF = "point-staff"
    VENUE = "venue"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


_P = Permission
_VIEWING = frozenset({_P.DAYS_VIEW, _P.PARKS_VIEW})

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.PARK_STAFF: frozenset({_P.DAYS_CANCEL, _P.DAYS_VIEW, _P.EVENTS_COUNT, _P.MEALS_COUNT}),
    Role.COORDINATOR: _VIEWING
    | {
        _P.COSTS_EDIT,
        _P.COSTS_VIEW,
        _P.DAYS_CANCEL,
        _P.DAYS_REOPEN,
        _P.EVENTS_COUNT,
        _P.EVENTS_EDIT,
        _P.EVENTS_VIEW,
        _P.FEEDBACK_ANSWER,
        _P.MEALS_COUNT,
        _P.MEALS_IMPORT,
        _P.PARKS_EDIT,
        _P.PHONES_EDIT,
        _P.PILOTS_EDIT,
        _P.PLACES_EDIT,
        _P.PROGRAMME_VIEW,
        _P.TICKETS_EDIT,
        _P.TICKETS_HAND_OUT,
        _P.TICKETS_USE,
        _P.TICKETS_VIEW,
    },
    Role.POINT_STAFF: frozenset({_P.TICKETS_HAND_OUT}),
    Role.VENUE: frozenset({_P.TICKETS_USE}),
    Role.MANAGER: _VIEWING
    | {
        _P.AUDIT_VIEW,
        _P.COSTS_EDIT,
        _P.COSTS_LOCK,
        _P.COSTS_VIEW,
        _P.EVENTS_VIEW,
        _P.PROGRAMME_EDIT,
        _P.PROGRAMME_VIEW,
        _P.TICKETS_VIEW,
    },
    Role.ADMINISTRATOR: frozenset(_P),
}

# Roles whose permissions reach only the parks they are staff of.
PARK_BOUND = frozenset({Role.PARK_STAFF})
# Roles whose permissions reach only the distribution points, or the venues, they work at.
PLACE_BOUND = frozenset({Role.POINT_STAFF, Role.VENUE})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in person, an enrolled phone, another program, or the service itself.

    The service is the command line and the timetable. ``limited_to`` leaves a program only these of its role's rights.
    """

    user_id: UUID | None
    name: str
    role: Role
    parks: frozenset[UUID] = frozenset()
    language: Language | None = None
    device_id: UUID | None = None
    places: frozenset[UUID] = frozenset()
    limited_to: frozenset[Permission] | None = None

    def may(self, permission: Permission, park_id: UUID | None = None, *, place_id: UUID | None = None) -> bool:
        """Whether the role grants it and, where given, the park or the place is the actor's to act in."""
        if permission not in GRANTS[self.role]:
            return False
        if self.limited_to is not None and permission not in self.limited_to:
            return False
        if park_id is not None and self.role in PARK_BOUND and park_id not in self.parks:
            return False
        return place_id is None or self.role not in PLACE_BOUND or place_id in self.places

    def must(self, permission: Permission, park_id: UUID | None = None, *, place_id: UUID | None = None) -> None:
        """The lock of every service function. Forbidden unless ``may``."""
        if not self.may(permission, park_id, place_id=place_id):
            raise Forbidden(permission)

    @property
    def key(self) -> str:
        """Whose the events on a phone are: a person's, or the phone's own."""
        return f"phone:{self.device_id}" if self.is_phone else str(self.user_id or self.name)

    @property
    def is_phone(self) -> bool:
        """Whether this is an enrolled phone, which nobody has signed in on."""
        return self.user_id is None and self.device_id is not None

    @property
    def every_park(self) -> bool:
        """Whether the actor sees all parks, not only their own."""
        return self.role not in PARK_BOUND

    @property
    def every_place(self) -> bool:
        """Whether the actor acts at all distribution points and venues, not only at their own."""
        return self.role not in PLACE_BOUND


def the_service(name: str) -> Actor:
    """The actor of work nobody clicks for: ``command line`` or ``timetable``."""
    return Actor(user_id=None, name=name, role=Role.ADMINISTRATOR)
