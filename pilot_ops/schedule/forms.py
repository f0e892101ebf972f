"""Forms of the schedule."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField

from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from pilot_ops.kernel.web.forms import (
    CountField,
    DayField,
    DecimalField,
    Form,
    IdField,
    MoneyField,
    TextField,
    TimeField,
    as_id,
    at_most,
    chosen,
    enum_choices,
    required,
)
from pilot_ops.parks.domain import Park
from pilot_ops.schedule.domain import (
    EVERY_DAY,
    CancelReason,
    ParkPlan,
    PilotDetails,
    ServingWindow,
    weekdays_of,
)
from pilot_ops.schedule.labels import CANCEL_REASONS, WEEKDAYS


class PilotForm(Form):
    """A pilot. Each park may have weekdays of its own: ``days-<park>`` checkboxes; none means the pilot's own."""

    name = TextField(_l("Pilotin nimi"), [required(_l("Kirjoita pilotin nimi"))])
    starts_on = DayField(_l("Kausi alkaa"), [required(_l("Kirjoita päivä, esimerkiksi 3.6.2024"))])
    ends_on = DayField(_l("Kausi päättyy"), [required(_l("Kirjoita päivä, esimerkiksi 28.6.2024"))])
    parks = SelectMultipleField(_l("Puistot"), coerce=as_id, choices=[])
    weekdays = SelectMultipleField(
        _l("Viikonpäivät"), coerce=int, choices=lambda: list(enumerate(WEEKDAYS)), default=[0, 1, 2, 3, 4]
    )
    serving_from = TimeField(_l("Ruokailu alkaa"), [required()], default=ServingWindow().starts)
    serving_to = TimeField(_l("Ruokailu päättyy"), [required()], default=ServingWindow().ends)
    estimate = MoneyField(_l("Arvio puistoa kohti kuukaudessa"), [required()], default=Money(550000))
    months = DecimalField(_l("Kuukausia"), [required()], default=Fraction(1))
    expected = CountField(_l("Odotettu lapsimäärä puistossa päivässä"), [required()], default=80)
    portion_price = MoneyField(_l("Sovittu hinta annokselta"))
    daily_fee = MoneyField(_l("Sovittu päivämaksu puistoa kohti"))
    seen = HiddenField()

    def offer(self, parks: tuple[Park, ...]) -> None:
        """Say which parks can be chosen, and give each a field for weekdays of its own."""
        self.parks.choices = [(park.id, park.name) for park in parks]

    def fill(self, details: PilotDetails) -> None:
        """Show a pilot as it is; its weekdays and serving time are those of most of its parks."""
        window = details.usual_window
        self.process(
            data={
                "name": details.name,
                "starts_on": details.starts_on,
                "ends_on": details.ends_on,
                "parks": [park.park_id for park in details.parks],
                "weekdays": weekdays_of(details.usual_weekdays),
                "serving_from": window.starts,
                "serving_to": window.ends,
                "estimate": details.estimate,
                "months": details.months,
                "expected": details.expected,
                "portion_price": details.portion_price,
                "daily_fee": details.daily_fee,
            }
        )

    def details(self, own: Mapping[UUID, int], before: PilotDetails | None = None) -> PilotDetails:
        """The pilot these fields describe; ``own`` are masks of parks that differ from the pilot's weekdays.

        What the form has no field for stays as it was ``before``: the serving times of parks that have their own.
        """
        mask = sum(1 << day for day in self.weekdays.data or []) & EVERY_DAY
        window = ServingWindow(self.serving_from.data, self.serving_to.data)
        windows = before.own_windows if before else {}
        return PilotDetails(
            name=self.name.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            parks=tuple(
                ParkPlan(park, own.get(park) or mask, windows.get(park, window))
                for park in sorted(self.parks.data or [])
            ),
            estimate=self.estimate.data,
            months=self.months.data,
            expected=self.expected.data,
            portion_price=self.portion_price.data,
            daily_fee=self.daily_fee.data,
            demo=before is not None and before.demo,
        )


class ClosureForm(Form):
    """Days on which a park is closed."""

    closure_id = IdField(default=uuid4)
    park = SelectField(_l("Puisto"), coerce=as_id, choices=[])
    starts_on = DayField(_l("Ensimmäinen päivä"), [required()])
    ends_on = DayField(_l("Viimeinen päivä"), [required()])
    note = TextField(_l("Miksi"))
    seen = HiddenField()

    def details(self) -> dict[str, Any]:
        """The closure, as the service takes it."""
        return {
            "park_id": self.park.data,
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
        }


class DayForm(Form):
    """What is known of a meal day beforehand."""

    ordered = CountField(_l("Annoksia tilattu"))
    serving_from = TimeField(_l("Ruokailu alkaa"), [required()])
    serving_to = TimeField(_l("Ruokailu päättyy"), [required()])
    menu_fi = TextField(_l("Ruokalista suomeksi"))
    menu_sv = TextField(_l("Ruokalista ruotsiksi"))
    menu_en = TextField(_l("Ruokalista englanniksi"))
    diets = TextField(_l("Ruokavaliomerkinnät"), longest=60)

    def menu(self) -> Translated:
        """The menu in the languages it was written in."""
        return Translated(self.menu_fi.data or "", self.menu_sv.data or "", self.menu_en.data or "")


class CancelForm(Form):
    """Why a day is cancelled, and whether its food still costs."""

    reason = RadioField(
        _l("Miksi päivä perutaan?"),
        [chosen(_l("Valitse syy"))],
        choices=lambda: enum_choices(CancelReason, CANCEL_REASONS),
    )
    note = TextAreaField(_l("Lisätieto"), [at_most(500)])
    food_billed = RadioField(
        _l("Laskutetaanko tilattu ruoka?"),
        choices=lambda: [("yes", _l("Kyllä, ruoka oli jo tilattu")), ("no", _l("Ei, tilaus ehdittiin perua"))],
        default="yes",
    )
