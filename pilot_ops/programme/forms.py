"""Forms of the programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, TextAreaField

from pilot_ops.kernel.text import Translated
from pilot_ops.kernel.web.forms import (
    CountField,
    DayField,
    Form,
    IdField,
    MoneyField,
    TextField,
    at_most,
    enum_choices,
    required,
)
from pilot_ops.programme.domain import (
    MOST_TARGETS,
    Account,
    Decision,
    Expense,
    Measure,
    MeasureDetails,
    Part,
    PartKind,
    Status,
    Target,
    Ticketing,
    Year,
    mark_of,
)
from pilot_ops.programme.labels import ACCOUNTS, PART_KINDS, STATUSES

_TICKET_LINES = 3
_TONGUES = ("fi", "sv", "en")
_NAME = _l("Kirjoita nimi suomeksi")


class YearForm(Form):
    """The figures of a year."""

    year = CountField(_l("Vuosi"), [required(_l("Kirjoita vuosi, esimerkiksi 2024"))])
    budget = MoneyField(_l("Määräraha"))
    planned = CountField(_l("Toimenpiteitä suunnitelmassa"))
    cancelled = CountField(_l("Niistä peruuntui"))
    added = CountField(_l("Lisättiin vuoden aikana"))
    residents = CountField(_l("Tavoitettuja asukkaita"))
    residents_approximate = BooleanField(_l("Asukasmäärä on arvio (noin)"))
    seen = HiddenField()

    def details(self) -> Year:
        """The year that was typed."""
        return Year(
            self.year.data,
            self.budget.data,
            self.planned.data,
            self.cancelled.data,
            self.added.data,
            self.residents.data,
            bool(self.residents_approximate.data),
        )


class TargetsForm(Form):
    """The benefit targets, in their order; an empty line ends them."""

    seen = HiddenField()

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each target: Finnish, Swedish, English."""
        return [tuple(self[f"{tongue}_{number}"] for tongue in _TONGUES) for number in range(1, MOST_TARGETS + 1)]

    def show(self, targets: Sequence[Target]) -> None:
        """Show the targets as they are."""
        self.seen.data = mark_of(tuple(targets))
        for target in targets:
            for tongue in _TONGUES:
                self[f"{tongue}_{target.number}"].data = getattr(target.name, tongue)

    def details(self) -> list[Translated]:
        """The names that were typed, without the empty lines at the end."""
        names = [Translated(*(field.data or "" for field in row)) for row in self.rows()]
        while names and not (names[-1].fi or names[-1].sv or names[-1].en):
            names.pop()
        return names


for _number in range(1, MOST_TARGETS + 1):
    for _tongue, _label in zip(_TONGUES, (_l("suomeksi"), _l("ruotsiksi"), _l("englanniksi")), strict=True):
        setattr(TargetsForm, f"{_tongue}_{_number}", TextField(_label, longest=300))


class MeasureForm(Form):
    """A measure and what belongs to it."""

    measure_id = IdField(default=uuid4)
    seen = HiddenField()
    name_fi = TextField(_l("Nimi suomeksi"), [required(_NAME)])
    name_sv = TextField(_l("Nimi ruotsiksi"))
    name_en = TextField(_l("Nimi englanniksi"))
    status = SelectField(_l("Tila"), choices=lambda: enum_choices(Status, STATUSES))
    added = BooleanField(_l("Lisätty suunnitelmaan vuoden aikana"))
    reason_fi = TextField(_l("Miksi peruuntui, suomeksi"), longest=500)
    reason_sv = TextField(_l("Miksi peruuntui, ruotsiksi"), longest=500)
    reason_en = TextField(_l("Miksi peruuntui, englanniksi"), longest=500)
    note_fi = TextAreaField(_l("Lisätietoja suomeksi"), [at_most(2000)])
    note_sv = TextAreaField(_l("Lisätietoja ruotsiksi"), [at_most(2000)])
    note_en = TextAreaField(_l("Lisätietoja englanniksi"), [at_most(2000)])
    budget = MoneyField(_l("Varattu määräraha"))
    on = DayField(_l("Päivä, jos yksi"))
    partners = TextField(_l("Yhteistyökumppanit"), longest=500)
    targets = SelectMultipleField(_l("Hyötytavoitteet"), choices=[], coerce=int)
    parts = SelectMultipleField(_l("Mitä toimenpiteeseen kuuluu"), choices=[])

    def offer(self, targets: Sequence[Target], choices: Mapping[Part, Translated], language: str) -> None:
        """Offer the targets, and what of the year may belong to a measure."""
        self.targets.choices = [(target.number, f"{target.number}. {target.name.to(language)}") for target in targets]
        self.parts.choices = [
            (_part_text(part), _("%(kind)s: %(name)s", kind=PART_KINDS[part[0]], name=name.to(language)))
            for part, name in choices.items()
        ]

    def ticket_rows(self) -> list[tuple[Any, Any, Any]]:
        """The fields of tickets that were given before: name in Finnish, quantity, uses."""
        return [
            (self[f"ticket_name_{n}"], self[f"ticket_quantity_{n}"], self[f"ticket_uses_{n}"])
            for n in range(1, _TICKET_LINES + 1)
        ]

    def _other_names(self, name: Any) -> tuple[Any, Any]:
        """The fields of the same tickets' name in Swedish and English."""
        return self[f"{name.name}_sv"], self[f"{name.name}_en"]

    def show(self, measure: Measure, parts: Sequence[Part]) -> None:
        """Show a measure as it is."""
        details = measure.details
        self.seen.data = str(measure.version)
        for name in ("name", "reason", "note"):
            for tongue in _TONGUES:
                self[f"{name}_{tongue}"].data = getattr(getattr(details, name), tongue)
        for name in ("added", "budget", "on", "partners"):
            self[name].data = getattr(details, name)
        self.status.data = details.status.value
        self.targets.data = sorted(details.targets)
        self.parts.data = [_part_text(part) for part in parts]
        for fields, tickets in zip(self.ticket_rows(), details.tickets, strict=False):
            values = (tickets.name.fi, tickets.quantity, tickets.uses, tickets.name.sv, tickets.name.en)
            for field, value in zip((*fields, *self._other_names(fields[0])), values, strict=True):
                field.data = value

    def details(self) -> MeasureDetails:
        """The measure that was typed."""
        return MeasureDetails(
            name=self._translated("name"),
            status=Status(self.status.data),
            added=bool(self.added.data),
            reason=self._translated("reason"),
            note=self._translated("note"),
            budget=self.budget.data,
            on=self.on.data,
            partners=self.partners.data or "",
            targets=frozenset(self.targets.data or ()),
            tickets=tuple(
                Ticketing(self._ticket_name(name), quantity.data or 0, 1 if uses.data is None else uses.data)
                for name, quantity, uses in self.ticket_rows()
                if name.data or quantity.data
            ),
        )

    def chosen_parts(self) -> list[Part]:
        """What was chosen to belong to the measure."""
        return [(PartKind(kind), UUID(thing)) for kind, thing in (text.split(":") for text in self.parts.data or ())]

    def _translated(self, name: str) -> Translated:
        return Translated(*(self[f"{name}_{tongue}"].data or "" for tongue in _TONGUES))

    def _ticket_name(self, name: Any) -> Translated:
        return Translated(*(field.data or "" for field in (name, *self._other_names(name))))


for _number in range(1, _TICKET_LINES + 1):
    setattr(MeasureForm, f"ticket_name_{_number}", TextField(_l("Liput")))
    setattr(MeasureForm, f"ticket_name_{_number}_sv", TextField(_l("Liput ruotsiksi")))
    setattr(MeasureForm, f"ticket_name_{_number}_en", TextField(_l("Liput englanniksi")))
    setattr(MeasureForm, f"ticket_quantity_{_number}", CountField(_l("Määrä")))
    setattr(MeasureForm, f"ticket_uses_{_number}", CountField(_l("Käyttökertoja lipussa")))


def _part_text(part: Part) -> str:
    return f"{part[0].value}:{part[1]}"


class ExpenseForm(Form):
    """An expense of the programme."""

    expense_id = IdField(default=uuid4)
    account = SelectField(_l("Mihin meno kuuluu"), choices=[])
    day = DayField(_l("Päivä"), [required(_l("Kirjoita päivä, esimerkiksi 3.6.2024"))])
    amount = MoneyField(_l("Summa ilman arvonlisäveroa"), [required(_l("Kirjoita summa"))])
    description = TextField(_l("Selite"), [required(_l("Kirjoita selite"))])
    voucher = TextField(_l("Tositteen numero"), longest=60)
    approximate = BooleanField(_l("Summa on arvio (noin)"))

    def offer(self, measures: Sequence[Measure], language: str) -> None:
        """Offer the measures of the year, what is not itemised, and administration."""
        named = [(str(measure.id), measure.name.to(language)) for measure in measures]
        self.account.choices = [*named, *enum_choices(Account, ACCOUNTS)[1:]]

    def details(self, year: int) -> Expense:
        """The expense that was typed."""
        whole = {Account.NOT_ITEMISED.value, Account.ADMINISTRATION.value}
        to_measure = self.account.data not in whole
        return Expense(
            id=self.expense_id.data,
            year=year,
            account=Account.MEASURE if to_measure else Account(self.account.data),
            measure_id=UUID(self.account.data) if to_measure else None,
            day=self.day.data,
            amount=self.amount.data,
            description=self.description.data,
            voucher=self.voucher.data or "",
            approximate=bool(self.approximate.data),
        )


class ReversalForm(Form):
    """Taking an expense back."""

    day = DayField(_l("Päivä"), [required(_l("Kirjoita päivä, esimerkiksi 3.6.2024"))])
    reason = TextField(_l("Syy"), [required(_l("Kerro syy"))])

    def details(self) -> dict[str, Any]:
        """When and why."""
        return {"day": self.day.data, "reason": self.reason.data}


class DecisionForm(Form):
    """A decision."""

    decision_id = IdField(default=uuid4)
    seen = HiddenField()
    day = DayField(_l("Päivä"), [required(_l("Kirjoita päivä, esimerkiksi 3.6.2024"))])
    decided_by_fi = TextField(_l("Kuka päätti"), [required(_l("Kirjoita, kuka päätti, esimerkiksi ohjausryhmä"))])
    decided_by_sv = TextField(_l("Kuka päätti, ruotsiksi"))
    decided_by_en = TextField(_l("Kuka päätti, englanniksi"))
    text_fi = TextAreaField(_l("Mitä päätettiin, suomeksi"), [required(_l("Kirjoita, mitä päätettiin")), at_most(2000)])
    text_sv = TextAreaField(_l("Mitä päätettiin, ruotsiksi"), [at_most(2000)])
    text_en = TextAreaField(_l("Mitä päätettiin, englanniksi"), [at_most(2000)])
    measure = SelectField(_l("Mitä toimenpidettä se koskee"), choices=[])

    def offer(self, measures: Sequence[Measure], language: str) -> None:
        """Offer the measures of the year, or none of them."""
        named = [(str(measure.id), measure.name.to(language)) for measure in measures]
        self.measure.choices = [("", _("Koko ohjelmaa")), *named]

    def show(self, decision: Decision) -> None:
        """Show a decision as it is."""
        self.decision_id.data, self.day.data = decision.id, decision.day
        self.seen.data = mark_of(decision)
        for tongue in _TONGUES:
            self[f"decided_by_{tongue}"].data = getattr(decision.decided_by, tongue)
            self[f"text_{tongue}"].data = getattr(decision.text, tongue)
        self.measure.data = str(decision.measure_id or "")

    def details(self, year: int, decision_id: UUID | None = None) -> Decision:
        """The decision that was typed."""
        return Decision(
            id=decision_id or self.decision_id.data,
            year=year,
            day=self.day.data,
            decided_by=Translated(*(self[f"decided_by_{tongue}"].data or "" for tongue in _TONGUES)),
            text=Translated(*(self[f"text_{tongue}"].data or "" for tongue in _TONGUES)),
            measure_id=UUID(self.measure.data) if self.measure.data else None,
        )


def latest_day(year: int, today: date) -> date:
    """The day that a form of a year begins with: today, or the year's last day when it is over."""
    return min(today, date(year, 12, 31)) if year <= today.year else today
