"""The forms of phones."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from pilot_ops.kernel.web.forms import CountField, Form, TextField, chosen, required
from pilot_ops.parks.domain import Park
from pilot_ops.phones.domain import Home, HomeKind
from pilot_ops.phones.labels import HOMES
from pilot_ops.places.domain import Place

_LONGEST_HOURS = 24 * 14


class CodeForm(Form):
    """The park or place that a phone is to be enrolled to, and how long the code is good for."""

    home = SelectField(_l("Mihin puhelin kuuluu"), [chosen(_l("Valitse puisto, jakopiste tai käyttöpaikka"))])
    hours = CountField(_l("Koodi on voimassa, tuntia"), [required(_l("Kirjoita tunnit, esimerkiksi 24"))])

    def offer(self, parks: tuple[Park, ...], places: tuple[Place, ...]) -> None:
        """The parks and places to choose from."""
        homes = [(Home(HomeKind.PARK, park.id), park.name) for park in parks]
        homes += [(Home(HomeKind(place.kind.value), place.id), place.name) for place in places]
        named = [(f"{home.kind.value}/{home.id}", f"{HOMES[home.kind]}: {name}") for home, name in homes]
        self.home.choices = [("", _l("Valitse")), *named]

    def chosen_home(self) -> Home:
        """The park or place chosen."""
        kind, _slash, home_id = self.home.data.partition("/")
        return Home(HomeKind(kind), UUID(home_id))

    def validate_hours(self, field: CountField) -> None:
        """An hour at least, two weeks at most."""
        if field.data is not None and not 1 <= field.data <= _LONGEST_HOURS:
            field.errors = [*field.errors, _l("Kirjoita tunnit, 1–336")]


class JoinForm(Form):
    """What the phone is to be called."""

    name = TextField(_l("Anna puhelimelle nimi"), [required(_l("Kirjoita puhelimelle nimi"))])
