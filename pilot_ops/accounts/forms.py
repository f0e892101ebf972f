"""Forms of accounts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, SelectMultipleField

from pilot_ops.accounts.domain import User, UserDetails, digest_of
from pilot_ops.accounts.labels import ROLES
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.text import Language
from pilot_ops.kernel.web.forms import Form, TextField, as_id, enum_choices, required
from pilot_ops.kernel.web.i18n import LANGUAGE_NAMES
from pilot_ops.parks.domain import Park
from pilot_ops.places.domain import Place
from pilot_ops.places.labels import KINDS


class SignInForm(Form):
    """Address and password."""

    email = TextField(_l("Sähköpostiosoite"), [required(_l("Kirjoita sähköpostiosoite"))], longest=254)
    password = PasswordField(_l("Salasana"), [required(_l("Kirjoita salasana"))])
    next = HiddenField()


class LinkForm(Form):
    """The button of a sign-in link."""


class PasswordForm(Form):
    """A new password."""

    old = PasswordField(_l("Nykyinen salasana"))
    password = PasswordField(_l("Uusi salasana"), [required(_l("Kirjoita uusi salasana"))])


class UserForm(Form):
    """A person's details and role, and where they work."""

    name = TextField(_l("Nimi"), [required(_l("Kirjoita nimi"))])
    email = TextField(_l("Sähköpostiosoite"), [required(_l("Kirjoita sähköpostiosoite"))], longest=254)
    role = SelectField(_l("Rooli"), choices=lambda: enum_choices(Role, ROLES))
    parks = SelectMultipleField(_l("Puistot"), coerce=as_id, choices=[], validate_choice=True)
    places = SelectMultipleField(_l("Jakopisteet ja käyttöpaikat"), coerce=as_id, choices=[], validate_choice=True)
    language = SelectField(_l("Kieli"), choices=lambda: [("", _l("Selaimen kieli")), *_languages()])
    active = BooleanField(_l("Tunnus on käytössä"))
    seen = HiddenField()

    def offer(self, parks: tuple[Park, ...], places: tuple[Place, ...]) -> None:
        """Say which parks and places can be chosen."""
        self.parks.choices = [(park.id, park.name) for park in parks]
        self.places.choices = [(place.id, f"{KINDS[place.kind]}: {place.name}") for place in places]

    def fill(self, user: User, park_ids: frozenset[UUID], place_ids: frozenset[UUID]) -> None:
        """Show a person as they are."""
        details = user.details
        self.process(
            data={
                "name": details.name,
                "email": details.email,
                "role": details.role.value,
                "parks": list(park_ids),
                "places": list(place_ids),
                "language": details.language.value if details.language else "",
                "active": details.active,
                "seen": digest_of(details, park_ids, place_ids),
            }
        )

    def details(self) -> UserDetails:
        """What was written, as a value."""
        language = Language(self.language.data) if self.language.data else None
        return UserDetails(
            self.email.data, self.name.data, Role(self.role.data), language, active=bool(self.active.data)
        )

    def change(self) -> dict[str, Any]:
        """What is to become of a person, and what the page showed of them."""
        return {"details": self.details(), **self.work(), "seen": self.seen.data or ""}

    def work(self) -> dict[str, Any]:
        """Where a person works."""
        return {"park_ids": self.parks.data, "place_ids": self.places.data}


def _languages() -> list[tuple[str, Any]]:
    return [(code.value, name) for code, name in LANGUAGE_NAMES.items()]
