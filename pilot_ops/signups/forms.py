"""Forms of sign-up: the public one, and how many come."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, ValidationError

from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.forms import CountField, Form, IdField, TextField, required, sentence_of
from pilot_ops.kernel.web.tongues import in_plain_finnish
from pilot_ops.signups.domain import (
    LONGEST_NAME,
    LONGEST_NOTE,
    MOST_PEOPLE,
    Details,
    Need,
    Reason,
    check_people,
    contact_in,
)
from pilot_ops.signups.labels import NEEDS, PLAIN_NEEDS, REASONS


def _needs() -> list[tuple[str, Any]]:
    labels = PLAIN_NEEDS if in_plain_finnish() else NEEDS
    return [(need.value, labels[need]) for need in Need]


class _People(CountField):
    """How many come with one sign-up."""

    sentence = _l("Kirjoita, montako teitä tulee: 1–%(most)s", most=MOST_PEOPLE)

    def pre_validate(self, _form: Form) -> None:
        if self.errors:
            return
        try:
            check_people(self.data)
        except Refused as refused:
            raise ValidationError(sentence_of(refused, REASONS)) from None


class PeopleForm(Form):
    """How many come."""

    people = _People(_l("Montako teitä tulee?"), [required(_People.sentence)])


class SignUpForm(Form):
    """A first name or nickname, how many come, what they need, and one way to reach them."""

    sign_up_id = IdField(default=uuid4)
    name = TextField(_l("Etunimi tai lempinimi"), [required(REASONS[Reason.NAME_MISSING])], longest=LONGEST_NAME)
    people = _People(_l("Montako teitä tulee?"), [required(_People.sentence)], default=1)
    needs = SelectMultipleField(_l("Mitä tarvitset?"), choices=_needs)
    note = TextField(_l("Muuta, mitä meidän on hyvä tietää"), longest=LONGEST_NOTE)
    contact = TextField(_l("Sähköposti tai puhelinnumero"), longest=260)

    mail = True

    def ask_for_phone(self) -> None:
        """Where no mail is sent, an address would help nobody: ask for a telephone number alone."""
        self.mail = False
        self.contact.label.text = _("Puhelinnumero")

    def validate_contact(self, field: TextField) -> None:
        """An address or a number, or nothing: told together with whatever else is wrong."""
        try:
            contact_in(field.data or "", mail=self.mail)
        except Refused as refused:
            raise ValidationError(sentence_of(refused, REASONS)) from None

    def details(self, tongue: str) -> Details:
        """What was told."""
        return Details(
            name=self.name.data or "",
            people=self.people.data,
            needs=frozenset(map(Need, self.needs.data or [])),
            note=self.note.data or "",
            contact=contact_in(self.contact.data or "", mail=self.mail),
            tongue=tongue,
        )
