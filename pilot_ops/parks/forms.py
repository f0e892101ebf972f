"""The form of a park."""

from __future__ import annotations

from dataclasses import asdict

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from pilot_ops.kernel.web.forms import DegreesField, Form, TextField, required
from pilot_ops.parks.domain import ParkDetails


class ParkForm(Form):
    """A park's names, address and place on the map, and whether it is in use."""

    name = TextField(_l("Puiston nimi"), [required(_l("Kirjoita puiston nimi"))])
    address = TextField(_l("Katuosoite"), [required(_l("Kirjoita katuosoite"))])
    postal_code = TextField(_l("Postinumero"), [required(_l("Kirjoita postinumero, esimerkiksi 02760"))], longest=12)
    city = TextField(_l("Kunta"), [required(_l("Kirjoita kunta"))])
    district = TextField(_l("Kaupunginosa"))
    name_sv = TextField(_l("Nimi ruotsiksi"))
    name_en = TextField(_l("Nimi englanniksi"))
    latitude = DegreesField(_l("Leveysaste"))
    longitude = DegreesField(_l("Pituusaste"))
    active = BooleanField(_l("Puisto on käytössä"), default=True)

    def details(self) -> ParkDetails:
        """The park these fields describe."""
        return ParkDetails(
            name=self.name.data,
            address=self.address.data,
            postal_code=self.postal_code.data,
            city=self.city.data,
            district=self.district.data or "",
            active=self.active.data,
            name_sv=self.name_sv.data or "",
            name_en=self.name_en.data or "",
            latitude=self.latitude.data,
            longitude=self.longitude.data,
        )

    def fill(self, details: ParkDetails) -> None:
        """Show a park as it is."""
        self.process(data=asdict(details))
