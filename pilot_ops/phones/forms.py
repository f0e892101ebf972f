"""The forms of phones."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from pilot_ops.kernel.web.forms import CountField, Form, TextField, chosen, required
from pilot_ops.parks.domain import Park

_LONGEST_HOURS = 24 * 14


class CodeForm(Form):
    """The park that a phone is to be enrolled to, and how long the code is good for."""

    park = SelectField(_l("Puisto"), [chosen(_l("Valitse puisto"))])
    hours = CountField(_l("Koodi on voimassa, tuntia"), [required(_l("Kirjoita tunnit, esimerkiksi 24"))])

    def offer(self, parks: tuple[Park, ...]) -> None:
        """The parks to choose from."""
        self.park.choices = [("", _l("Valitse puisto")), *((str(park.id), park.name) for park in parks)]

    def park_id(self) -> UUID:
        """The park chosen."""
        return UUID(self.park.data)

    def validate_hours(self, field: CountField) -> None:
        """An hour at least, two weeks at most."""
        if field.data is not None and not 1 <= field.data <= _LONGEST_HOURS:
            field.errors = [*field.errors, _l("Kirjoita tunnit, 1–336")]


class JoinForm(Form):
    """What the phone is to be called."""

    name = TextField(_l("Anna puhelimelle nimi"), [required(_l("Kirjoita puhelimelle nimi"))])
