"""Forms of forecasts: how a pilot orders, and a season to be reckoned."""

from __future__ import annotations

from fractions import Fraction

from flask_babel import lazy_gettext as _l

from pilot_ops.forecasts.domain import OrderTerms, Plan
from pilot_ops.kernel.money import ZERO
from pilot_ops.kernel.web.forms import CountField, DecimalField, Form, MoneyField, TimeField, required


class OrderTermsForm(Form):
    """The caterer's deadline, and how much each mistake weighs."""

    lead_days = CountField(_l("Montako päivää ennen ruokailua annokset tilataan"), [required()])
    lead_time = TimeField(_l("Mihin kellonaikaan mennessä"), [required()])
    waste = CountField(_l("Yli jääneen annoksen paino"), [required()])
    turned_away = CountField(_l("Ilman jääneen lapsen paino"), [required()])

    def details(self) -> OrderTerms:
        """The terms these fields describe."""
        return OrderTerms(self.lead_days.data, self.lead_time.data, self.waste.data, self.turned_away.data)


class PlanForm(Form):
    """A season to be reckoned; it only asks, and so its fields are in the address."""

    class Meta(Form.Meta):
        """No secret is needed to ask."""

        csrf = False

    parks = CountField(_l("Puistoja"), [required()])
    months = DecimalField(_l("Kuukausia"), [required()])
    days = DecimalField(_l("Ruokailupäiviä kuukaudessa"), [required()])
    children = CountField(_l("Lapsia puistossa päivässä"), [required()])
    spare = DecimalField(_l("Annoksia yli lasten määrän"))
    price = MoneyField(_l("Annoksen hinta"), [required()])
    fee = MoneyField(_l("Päivämaksu puistoa kohti"))
    other = MoneyField(_l("Muut kulut puistoa kohti kuukaudessa"))
    hours = DecimalField(_l("Henkilöstön tunteja puistossa päivässä"))
    rate = MoneyField(_l("Tuntihinta"))

    def plan(self) -> Plan:
        """The season these fields describe; what is left empty is nothing."""
        return Plan(
            parks=self.parks.data,
            months=self.months.data,
            days=self.days.data,
            children=self.children.data,
            price=self.price.data,
            spare=self.spare.data or Fraction(0),
            fee=self.fee.data or ZERO,
            other=self.other.data or ZERO,
            hours=self.hours.data or Fraction(0),
            rate=self.rate.data or ZERO,
        )
