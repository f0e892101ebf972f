"""Forms of the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from pilot_ops.costs.domain import Agreement, Category, Entry, Shift, SplitKey
from pilot_ops.costs.domain.ledger import amount_of
from pilot_ops.costs.labels import CATEGORIES, SPLIT_KEYS
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.web.forms import (
    CountField,
    DayField,
    DecimalField,
    Form,
    IdField,
    MoneyField,
    TextField,
    TimeField,
    enum_choices,
    required,
)
from pilot_ops.kernel.web.i18n import month

SHARED = "shared"


class SignedMoneyField(MoneyField):
    """Euro with at most two decimals; negative for a credit note."""

    sentence = _l("Kirjoita summa euroina, esimerkiksi 1 250,00. Hyvitys on miinusmerkkinen")


class EntryForm(Form):
    """A cost to book: an invoice, a purchase, or staff hours."""

    entry_id = IdField(default=uuid4)
    day = DayField(_l("Päivä"), [required(_l("Kirjoita päivä, esimerkiksi 31.7.2024"))])
    category = SelectField(_l("Laji"), choices=lambda: enum_choices(Category, CATEGORIES))
    park = SelectField(_l("Puisto"), choices=[])
    split_key = SelectField(_l("Yhteisen kulun jako"), choices=lambda: enum_choices(SplitKey, SPLIT_KEYS))
    amount = SignedMoneyField(_l("Summa ilman arvonlisäveroa"))
    hours = DecimalField(_l("Tunnit"))
    rate = MoneyField(_l("Tuntihinta"))
    service_from = DayField(_l("Laskutusjakson ensimmäinen päivä"))
    service_to = DayField(_l("Laskutusjakson viimeinen päivä"))
    description = TextField(_l("Selite"), [required(_l("Kirjoita, mistä kulu on"))])
    voucher = TextField(_l("Tosite"), longest=60)
    corrects = SelectField(_l("Korjaa lukittua kuukautta"), choices=[], default="")

    def offer(self, parks: dict[UUID, str], locked: Iterable[date]) -> None:
        """Say which parks a cost may be for, and which locked months it may correct."""
        self.corrects.choices = [("", _l("Ei korjaa"))]
        self.corrects.choices += [(day.isoformat(), month(day)) for day in sorted(locked)]
        self.park.choices = [(SHARED, _l("Yhteinen, jaetaan puistoille"))]
        self.park.choices += [(str(park_id), name) for park_id, name in parks.items()]

    def details(self) -> Entry:
        """The entry these fields describe. Refused if the amount and the hours do not make one."""
        shared = self.park.data == SHARED
        amount: Money = amount_of(self.amount.data, self.hours.data, self.rate.data)
        return Entry(
            id=self.entry_id.data,
            day=self.day.data,
            category=Category(self.category.data),
            amount=amount,
            park_id=None if shared else UUID(self.park.data),
            split_key=SplitKey(self.split_key.data) if shared else None,
            description=self.description.data,
            voucher=self.voucher.data or "",
            service_from=self.service_from.data,
            service_to=self.service_to.data,
            hours=self.hours.data,
            rate=self.rate.data,
            corrects=date.fromisoformat(self.corrects.data) if self.corrects.data else None,
        )


class AgreementForm(Form):
    """What a caterer has agreed to from a day on."""

    agreement_id = IdField(default=uuid4)
    valid_from = DayField(_l("Voimassa päivästä"), [required(_l("Kirjoita päivä, esimerkiksi 15.7.2024"))])
    caterer = TextField(_l("Toimittaja"), [required(_l("Kirjoita, kenen kanssa hinta on sovittu"))])
    order_number = TextField(_l("Ostotilauksen numero"), [required(_l("Kirjoita ostotilauksen numero"))], longest=60)
    portion_price = MoneyField(_l("Annoksen hinta ilman arvonlisäveroa"), [required()])
    daily_fee = MoneyField(_l("Päivämaksu ilman arvonlisäveroa"))

    def details(self) -> Agreement:
        """The agreement these fields describe."""
        return Agreement(
            self.agreement_id.data,
            self.valid_from.data,
            self.caterer.data,
            self.order_number.data,
            self.portion_price.data,
            self.daily_fee.data,
        )


DAYS_OF_WEEK = 7


class ShiftsForm(Form):
    """The shifts of a week in a park; a day without people has none."""

    week = DayField(_l("Viikon jokin päivä"), [required(_l("Kirjoita päivä, esimerkiksi 15.7.2024"))])
    park = SelectField(_l("Puisto"), choices=[])
    rate = MoneyField(_l("Yhden henkilön tuntihinta"), [required()])

    def offer(self, parks: dict[UUID, str]) -> None:
        """Say which parks the shifts may be in."""
        self.park.choices = [(str(park_id), name) for park_id, name in parks.items()]

    @property
    def monday(self) -> date:
        """The first day of the week that was typed."""
        day: date = self.week.data
        return day - timedelta(days=day.weekday())

    def row(self, number: int) -> dict[str, Any]:
        """The fields of a day of the week, Monday is 0."""
        return {name: self[f"{name}_{number}"] for name in ("id", "people", "starts", "ends", "break")}

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: who writes people writes when, and there is one shift at least."""
        good = super().validate(extra_validators)
        people = [self[f"people_{number}"] for number in range(DAYS_OF_WEEK)]
        if not any(field.data is not None or field.errors for field in people):
            self.add_error("people_0", str(_("Kirjoita ainakin yksi työvuoro")))
            return False
        for number in range(DAYS_OF_WEEK):
            row = self.row(number)
            if any(row[name].data is not None for name in ("people", "starts", "ends", "break")):
                for name in ("people", "starts", "ends"):
                    if row[name].data is None and not row[name].errors:
                        row[name].errors = [*row[name].errors, _SHIFT_MISSING[name]]
                        good = False
        return bool(good)

    def shifts(self) -> dict[str, Shift]:
        """The shifts these fields describe, by the number of their day."""
        found = {}
        for number in range(DAYS_OF_WEEK):
            row = self.row(number)
            if row["people"].data is not None:
                found[str(number)] = Shift(
                    row["id"].data,
                    UUID(self.park.data),
                    self.monday + timedelta(days=number),
                    row["people"].data,
                    row["starts"].data,
                    row["ends"].data,
                    row["break"].data or 0,
                    self.rate.data,
                )
        return found


_SHIFT_MISSING = {
    "people": _l("Kirjoita henkilömäärä"),
    "starts": _l("Kirjoita, milloin vuoro alkaa"),
    "ends": _l("Kirjoita, milloin vuoro päättyy"),
}
for _number in range(DAYS_OF_WEEK):
    setattr(ShiftsForm, f"id_{_number}", IdField(default=uuid4))
    setattr(ShiftsForm, f"people_{_number}", CountField(_l("Henkilöitä")))
    setattr(ShiftsForm, f"starts_{_number}", TimeField(_l("Alkaa klo")))
    setattr(ShiftsForm, f"ends_{_number}", TimeField(_l("Päättyy klo")))
    setattr(ShiftsForm, f"break_{_number}", CountField(_l("Tauko, min")))


class UnlockForm(Form):
    """Why a locked month is opened."""

    reason = TextField(_l("Miksi kuukausi avataan"), [required(_l("Kirjoita, miksi kuukausi avataan"))])


class ReversalForm(Form):
    """Why and when an entry is taken back."""

    day = DayField(_l("Kumouksen päivä"), [required()])
    reason = TextField(_l("Miksi kulu kumotaan"), [required(_l("Kirjoita, miksi kulu kumotaan"))])

    def details(self) -> dict[str, Any]:
        """When and why, as the service takes it."""
        return {"day": self.day.data, "reason": self.reason.data}
