"""The form of a new token."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField

from pilot_ops.api.domain import LONGEST_NAME, NewToken, Scope
from pilot_ops.api.labels import SCOPES
from pilot_ops.kernel.web.forms import DayField, Form, IdField, TextField, chosen, enum_choices, required


class TokenForm(Form):
    """Which program a token is for, what it may read, and how long."""

    id = IdField()
    name = TextField(
        _l("Mikä ohjelma tunnistetta käyttää"),
        [required(_l("Kirjoita, mikä ohjelma tunnistetta käyttää"))],
        longest=LONGEST_NAME,
    )
    scopes = SelectMultipleField(
        _l("Mitä se saa lukea"),
        [chosen(_l("Valitse ainakin yksi oikeus"))],
        choices=lambda: enum_choices(Scope, SCOPES),
    )
    expires_on = DayField(_l("Viimeinen voimassaolopäivä"))

    def details(self) -> NewToken:
        """The token that is asked for."""
        scopes = frozenset(Scope(name) for name in self.scopes.data or ())
        return NewToken(self.id.data, self.name.data, scopes, self.expires_on.data)
