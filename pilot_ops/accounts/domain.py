"""People who use the service, and the rules of signing in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pilot_ops.audit.domain import canonical
from pilot_ops.kernel.access import PARK_BOUND, PLACE_BOUND, Role
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import Language
from pilot_ops.places.domain import Kind

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
# What kind of place a role bound to places works at.
WORKS_AT = {Role.POINT_STAFF: Kind.POINT, Role.VENUE: Kind.VENUE}
_EMAIL = re.compile(r"[^@\s\x00-\x1f<>,;]+@[^@\s\x00-\x1f<>,;]+\.[^@\s\x00-\x1f<>,;.]+")


class Reason(StrEnum):
    """Why something about an account is refused."""

    EMAIL_WRONG = "email-wrong"
    EMAIL_TAKEN = "email-taken"
    NAME_MISSING = "name-missing"
    PARKS_MISSING = "parks-missing"
    PLACES_MISSING = "places-missing"
    PLACE_OF_OTHER_KIND = "place-of-other-kind"
    PASSWORD_SHORT = "password-short"  # noqa: S105 - a reason, not a password
    PASSWORD_LONG = "password-long"  # noqa: S105
    PASSWORD_IS_EMAIL = "password-is-email"  # noqa: S105
    PASSWORD_WRONG = "password-wrong"  # noqa: S105
    SIGN_IN_WRONG = "sign-in-wrong"
    LINK_DEAD = "link-dead"
    NOT_YOURSELF = "not-yourself"
    LAST_ADMINISTRATOR = "last-administrator"
    CHANGED_MEANWHILE = "changed-meanwhile"


@dataclass(frozen=True, slots=True)
class UserDetails:
    """What an administrator writes about a person."""

    email: str
    name: str
    role: Role
    language: Language | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account. ``epoch`` grows when all their sessions are to end."""

    id: UUID
    details: UserDetails
    epoch: int
    has_password: bool
    last_seen_at: datetime | None = None

    @property
    def name(self) -> str:
        return self.details.name

    @property
    def administers(self) -> bool:
        """Whether this person can be asked to put things right."""
        return self.details.active and self.details.role is Role.ADMINISTRATOR


@dataclass(frozen=True, slots=True)
class Login:
    """A person and the hash of their password, as read before it is verified."""

    user: User
    stored: str | None


@dataclass(frozen=True, slots=True)
class Proof:
    """That somebody knew the password whose hash is ``stored``; ``fresh`` is the hash to keep from now on."""

    user: User
    stored: str | None
    fresh: str


def clean_email(text: str) -> str:
    """An e-mail address as it is compared: no spaces around it, lower case. Refused if it is none."""
    email = text.strip().lower()
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        raise Refused(Reason.EMAIL_WRONG, "email")
    return email


def check_details(details: UserDetails, *, parks: int, places: int) -> None:
    """Refused unless the person has a name and, in a role bound to parks or places, at least one of them."""
    clean_email(details.email)
    if not details.name.strip():
        raise Refused(Reason.NAME_MISSING, "name")
    if details.role in PARK_BOUND and not parks:
        raise Refused(Reason.PARKS_MISSING, "parks")
    if details.role in PLACE_BOUND and not places:
        raise Refused(Reason.PLACES_MISSING, "places")


def check_password(password: str, email: str) -> None:
    """Refused unless long enough to resist guessing (NIST SP 800-63B: length over composition) and not the address."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(Reason.PASSWORD_SHORT, "password", shortest=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise Refused(Reason.PASSWORD_LONG, "password", longest=LONGEST_PASSWORD)
    if password.strip().lower() == email:
        raise Refused(Reason.PASSWORD_IS_EMAIL, "password")


def facts_of(details: UserDetails, park_ids: Collection[UUID], place_ids: Collection[UUID] = ()) -> dict[str, object]:
    """What the log tells of a person."""
    parks, places = (sorted(str(one) for one in ids) for ids in (park_ids, place_ids))
    return {**asdict(details), "parks": parks, "places": places}


def digest_of(details: UserDetails, park_ids: Collection[UUID], place_ids: Collection[UUID] = ()) -> str:
    """What a form carries of a person as it showed them, to notice that somebody else changed them meanwhile."""
    return hashlib.sha256(canonical(facts_of(details, park_ids, place_ids)).encode()).hexdigest()


def parse_session_token(token: str) -> UUID | None:
    """The session a token names, or None if it is not one."""
    try:
        return UUID(token)
    except ValueError:
        return None


def token_digest(token: str) -> str:
    """What is stored of a sign-in link: its token has 256 random bits, so a plain digest suffices."""
    return hashlib.sha256(token.encode()).hexdigest()
