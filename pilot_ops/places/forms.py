"""Forms of places and client groups."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField

from pilot_ops.kernel.text import Translated
from pilot_ops.kernel.web.forms import Form, TextField, as_id, required
from pilot_ops.kernel.web.i18n import page_language
from pilot_ops.places.domain import ClientGroup, Kind, PlaceDetails
from pilot_ops.units.domain import Unit


class PlaceForm(Form):
    """A distribution point or a venue."""

    name = TextField(_l("Nimi"), [required(_l("Kirjoita nimi"))], longest=80)
    address = TextField(_l("Katuosoite"))
    link = TextField(_l("Linkki aukioloaikoihin"), longest=500)
    unit = SelectField(_l("Paikka Palvelukartasta"), choices=[], default="")
    groups = SelectMultipleField(_l("Asiakasryhmät"), coerce=as_id, choices=[])
    active = BooleanField(_l("Paikka on käytössä"), default=True)

    def offer(self, groups: Sequence[ClientGroup], units: Sequence[Unit]) -> None:
        """The client groups and the places of the service map to choose from."""
        self.units = {str(unit.id): unit for unit in units}
        self.unit.choices = [("", _l("Ei Palvelukartasta")), *((key, unit.name.fi) for key, unit in self.units.items())]
        self.groups.choices = [(group.id, group.name.to(page_language())) for group in groups]

    def fill(self, details: PlaceDetails) -> None:
        """Show a place as it is."""
        names = ("name", "address", "link", "active")
        chosen = {"groups": list(details.groups), "unit": str(details.unit_id or "")}
        self.process(data={**{name: getattr(details, name) for name in names}, **chosen})

    def details(self, kind: Kind) -> PlaceDetails:
        """The place these fields describe; an address that is not written is that of the service map."""
        chosen: frozenset[UUID] = frozenset(self.groups.data or ())
        unit = self.units.get(self.unit.data or "")
        address = self.address.data or (", ".join(filter(None, (unit.address, unit.city))) if unit else "")
        return PlaceDetails(
            kind,
            self.name.data or "",
            address,
            self.link.data or "",
            chosen,
            bool(self.active.data),
            unit.id if unit else None,
        )


class GroupForm(Form):
    """A client group in three languages."""

    name_fi = TextField(_l("Nimi suomeksi"), [required(_l("Kirjoita nimi"))], longest=80)
    name_sv = TextField(_l("Nimi ruotsiksi"), longest=80)
    name_en = TextField(_l("Nimi englanniksi"), longest=80)

    def fill(self, name: Translated) -> None:
        """Show a group as it is."""
        self.process(data={"name_fi": name.fi, "name_sv": name.sv, "name_en": name.en})

    def translated(self) -> Translated:
        """The name these fields give."""
        return Translated(self.name_fi.data or "", self.name_sv.data or "", self.name_en.data or "")
