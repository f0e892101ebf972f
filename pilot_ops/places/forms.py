"""Forms of places and client groups."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField

from pilot_ops.kernel.text import Translated
from pilot_ops.kernel.web.forms import Form, TextField, as_id, required
from pilot_ops.kernel.web.i18n import page_language
from pilot_ops.places.domain import ClientGroup, Kind, PlaceDetails


class PlaceForm(Form):
    """A distribution point or a venue."""

    name = TextField(_l("Nimi"), [required(_l("Kirjoita nimi"))], longest=80)
    address = TextField(_l("Katuosoite"))
    link = TextField(_l("Linkki aukioloaikoihin"), longest=500)
    groups = SelectMultipleField(_l("Asiakasryhmät"), coerce=as_id, choices=[])
    active = BooleanField(_l("Paikka on käytössä"), default=True)

    def offer(self, groups: Sequence[ClientGroup]) -> None:
        """The client groups to choose from."""
        self.groups.choices = [(group.id, group.name.to(page_language())) for group in groups]

    def fill(self, details: PlaceDetails) -> None:
        """Show a place as it is."""
        names = ("name", "address", "link", "active")
        self.process(data={**{name: getattr(details, name) for name in names}, "groups": list(details.groups)})

    def details(self, kind: Kind) -> PlaceDetails:
        """The place these fields describe."""
        chosen: frozenset[UUID] = frozenset(self.groups.data or ())
        texts = {"name": self.name.data or "", "address": self.address.data or "", "link": self.link.data or ""}
        return PlaceDetails(kind, groups=chosen, active=bool(self.active.data), **texts)


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
