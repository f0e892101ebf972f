"""The forms of tickets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, TextAreaField

from pilot_ops.kernel.clock import now
from pilot_ops.kernel.codes import code_digest
from pilot_ops.kernel.text import Translated, plain
from pilot_ops.kernel.web.forms import (
    CountField,
    DayField,
    Form,
    IdField,
    MoneyField,
    TextField,
    ValidationError,
    as_id,
    at_most,
    enum_choices,
    required,
)
from pilot_ops.kernel.web.i18n import page_language, translated
from pilot_ops.places.domain import ClientGroup, Place
from pilot_ops.tickets.domain import (
    COUNTED,
    Action,
    Batch,
    By,
    Format,
    Kind,
    Move,
    Order,
    Scan,
    Selection,
    Shape,
    Symbol,
    TicketType,
    TypeDetails,
    digest_in,
)
from pilot_ops.tickets.labels import COUNT_ACTIONS, FORMATS, GROUPINGS, KINDS, SHAPES, SYMBOLS

_SHORT = 80
_LOW_STOCK = 10


class TypeForm(Form):
    """A ticket type."""

    name_fi = TextField(_l("Nimi suomeksi"), [required(_l("Kirjoita nimi"))], longest=_SHORT)
    name_sv = TextField(_l("Nimi ruotsiksi"), longest=_SHORT)
    name_en = TextField(_l("Nimi englanniksi"), longest=_SHORT)
    kind = SelectField(_l("Miten lippuja seurataan"), choices=lambda: enum_choices(Kind, KINDS))
    prefix = TextField(_l("Lyhenne"), [required(_l("Kirjoita lyhenne, esimerkiksi UIN"))], longest=12)
    shape = SelectField(_l("Muoto"), choices=lambda: enum_choices(Shape, SHAPES))
    symbol = SelectField(_l("Kuva"), choices=lambda: enum_choices(Symbol, SYMBOLS))
    uses = CountField(_l("Käyntejä lipussa"), [required(_l("Kirjoita käyntien määrä, esimerkiksi 10"))])
    value = MoneyField(_l("Koko lipun arvo"))
    valid_from = DayField(_l("Voimassa alkaen"))
    valid_until = DayField(_l("Viimeinen voimassaolopäivä"))
    venues = SelectMultipleField(_l("Missä lippu kelpaa"), coerce=as_id, choices=[])
    low_stock = CountField(_l("Varoita, kun jakopisteessä on jäljellä"), [required(_l("Kirjoita määrä"))])
    active = BooleanField(_l("Lippulaji on käytössä"), default=True)

    def offer(self, venues: Sequence[Place]) -> None:
        """The venues to choose from."""
        self.venues.choices = [(venue.id, venue.name) for venue in venues]

    def begin(self) -> None:
        """A new type, as most are."""
        self.uses.data, self.low_stock.data, self.active.data = 1, _LOW_STOCK, True

    def fill(self, details: TypeDetails) -> None:
        """Show a type as it is."""
        data: dict[str, Any] = {name: getattr(details, name) for name in details.__slots__ if name in self._fields}
        names = {f"name_{language}": getattr(details.name, language) for language in ("fi", "sv", "en")}
        self.process(data={**data, **names, "venues": list(details.venues)})

    def details(self) -> TypeDetails:
        """The type these fields describe."""
        return TypeDetails(
            name=Translated(self.name_fi.data or "", self.name_sv.data or "", self.name_en.data or ""),
            kind=Kind(self.kind.data),
            prefix=self.prefix.data or "",
            shape=Shape(self.shape.data),
            symbol=Symbol(self.symbol.data),
            uses=self.uses.data,
            value=self.value.data,
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
            venues=frozenset(self.venues.data or ()),
            low_stock=self.low_stock.data,
            active=bool(self.active.data),
        )


class BatchForm(Form):
    """Tickets that came."""

    batch_id = IdField()
    quantity = CountField(_l("Montako kappaletta"), [required(_l("Kirjoita määrä, esimerkiksi 500"))])
    acquired_on = DayField(_l("Hankintapäivä"), [required(_l("Kirjoita päivä, esimerkiksi 3.6.2024"))])
    note = TextField(_l("Lisätieto"))


class MoveForm(Form):
    """Which tickets of a type to move, where to and why. ``seen`` is the plan that was shown."""

    move_id = IdField()
    action = HiddenField()
    how = SelectField(_l("Mitkä liput"), choices=[])
    quantity = CountField(_l("Montako kappaletta"))
    first = CountField(_l("Ensimmäinen numero"))
    last = CountField(_l("Viimeinen numero"))
    source = SelectField(_l("Mistä jakopisteestä"), choices=[], default="")
    to = SelectField(_l("Mihin jakopisteeseen"), choices=[], default="")
    note = TextField(_l("Syy tai lisätieto"))
    seen = HiddenField()

    def offer(self, points: Sequence[Place]) -> None:
        """The points to choose from, and the two ways to say which tickets."""
        places = [(str(point.id), point.name) for point in points]
        self.how.choices = [("quantity", _l("Määrä, pienimmästä numerosta alkaen")), ("range", _l("Numerot"))]
        self.source.choices = [("", _l("Mikä tahansa")), *places]
        self.to.choices = [("", _l("Valitse jakopiste")), *places]

    def validate_quantity(self, field: CountField) -> None:
        """How many is asked only of those who did not choose numbers."""
        if self.how.data != "range" and not field.data:
            raise ValidationError(_("Kirjoita määrä, esimerkiksi 500"))

    def move(self, found: TicketType, action: Action) -> Move:
        """The move that these fields describe."""
        by_range = self.how.data == "range"
        selection = Selection(
            type_id=found.id,
            first=self.first.data if by_range else None,
            last=self.last.data if by_range else None,
            quantity=None if by_range else self.quantity.data or 0,
            point_id=UUID(self.source.data) if self.source.data else None,
        )
        to_id = UUID(self.to.data) if self.to.data else None
        return Move(self.move_id.data, action, selection, to_id, plain(self.note.data or ""))


class TakingForm(Form):
    """How many tickets were counted at a point."""

    taking_id = IdField()
    counted = CountField(_l("Montako lippua laskit"), [required(_l("Kirjoita, montako lippua laskit"))])
    note = TextAreaField(_l("Mistä ero johtuu"), [at_most(500)])


class FindForm(Form):
    """A ticket's code, link or number."""

    code = TextField(_l("Lipun koodi tai numero"), [required(_l("Kirjoita koodi tai numero, esimerkiksi UIN-0342"))])


class ScanForm(Form):
    """A code, and if asked the client group. ``scan_id`` makes sending it twice harmless."""

    scan_id = IdField()
    code = TextField(_l("Lipun koodi"), [required(_l("Skannaa tai kirjoita lipun koodi"))])
    group = SelectField(_l("Asiakasryhmä"), choices=[], default="")

    def offer(self, groups: Sequence[ClientGroup], *, asked: bool, chosen: str) -> None:
        """The client groups of the point; one alone is not asked about."""
        language = page_language()
        names = [(str(group.id), group.name.to(language)) for group in groups] if asked else []
        self.group.choices = names if len(names) == 1 else [("", _l("Ei kysytty")), *names]
        # What is sent is what was chosen, "not asked" too: the group of before is only offered.
        if not self.is_submitted() and chosen in dict(self.group.choices):
            self.group.data = chosen

    def scan(self, action: Action, place_id: UUID) -> tuple[Action, Scan]:
        """The scan that was sent. What is no code at all is stored like a code that is none of ours."""
        text = self.code.data or ""
        group_id = UUID(self.group.data) if self.group.data else None
        digest = digest_in(text) or code_digest(text)
        return action, Scan(self.scan_id.data, digest, place_id, now(), group_id)


class UndoForm(Form):
    """The buttons of a result. ``event_id`` makes pressing twice harmless."""

    event_id = IdField()


class TicketMoveForm(Form):
    """Something done with one ticket, and why."""

    move_id = IdField()
    action = HiddenField()
    note = TextField(_l("Syy"))


class ReplaceForm(Form):
    """The ticket that is given for a lost or broken one."""

    event_id = IdField()
    code = TextField(_l("Uuden lipun koodi"), [required(_l("Skannaa tai kirjoita uuden lipun koodi"))])


class PrintForm(Form):
    """Which numbers of a type to print, and on what paper. ``what`` is a batch, all of them, or a range."""

    print_id = IdField()
    what = SelectField(_l("Mitkä liput"), choices=[])
    first = CountField(_l("Ensimmäinen numero"))
    last = CountField(_l("Viimeinen numero"))
    format = SelectField(_l("Paperi"), choices=lambda: enum_choices(Format, FORMATS))
    with_value = BooleanField(_l("Painetaan lippuun sen arvo"), default=True)

    def offer(self, found: TicketType, batches: Sequence[Batch]) -> None:
        """The batches to choose from, the latest first."""
        names = [(str(batch.id), f"{span(found, batch)} ({format_date(batch.acquired_on)})") for batch in batches]
        self.what.choices = [*reversed(names), ("range", _l("Vain nämä numerot"))]

    def begin(self, found: TicketType, batch_id: str) -> None:
        """The batch that was asked for, or else the latest, on the paper of its shape."""
        offered = [value for value, _label in self.what.choices]
        self.what.data = batch_id if batch_id in offered else offered[0]
        self.format.data = Format.STRIPS if found.details.shape is Shape.WRISTBAND else Format.CARDS

    def order(self, found: TicketType, batches: Sequence[Batch]) -> Order:
        """The order that these fields describe."""
        chosen = next((batch for batch in batches if str(batch.id) == self.what.data), None)
        first = chosen.first_serial if chosen else self.first.data or 0
        last = chosen.last_serial if chosen else self.last.data or 0
        return Order(self.print_id.data, found.id, first, last, Format(self.format.data), self.with_value.data)


def span(found: TicketType, batch: Batch) -> str:
    """The numbers of a batch, e.g. ``UIN-0001–UIN-0500``."""
    return f"{found.label(batch.first_serial)}–{found.label(batch.last_serial)}"


class CountsForm(Form):
    """A number of counted tickets: how many, where and when. ``less`` makes it a correction of an earlier one."""

    move_id = IdField()
    action = SelectField(
        _l("Mitä lipuille tapahtui"), choices=lambda: [(key.value, COUNT_ACTIONS[key]) for key in COUNTED]
    )
    place = SelectField(_l("Paikka"), choices=[])
    quantity = CountField(_l("Montako kappaletta"), [required(_l("Kirjoita määrä, esimerkiksi 20"))])
    less = BooleanField(_l("Vähennä tämä määrä aiemmin kirjatusta"))
    day = DayField(_l("Päivä"), [required(_l("Kirjoita päivä, esimerkiksi 3.6.2024"))])
    group = SelectField(_l("Asiakasryhmä"), choices=[])
    note = TextField(_l("Syy tai lisätieto"))

    def offer(self, places: Sequence[Place], groups: Sequence[ClientGroup], *, stock: bool = True) -> None:
        """The places and client groups to choose from; with ``stock`` also none."""
        none = [("", _l("Varasto"))] if stock else []
        self.place.choices = [*none, *((str(place.id), place.name) for place in places)]
        names = [(str(group.id), translated(group.name)) for group in groups]
        self.group.choices = [("", _l("Ei tiedossa")), *names]

    def values(self) -> dict[str, Any]:
        """What is to be recorded, by the names that the service gives it; what was done aside."""
        quantity = self.quantity.data or 0
        return {
            "move_id": self.move_id.data,
            "quantity": -quantity if self.less.data else quantity,
            "place_id": UUID(self.place.data) if self.place.data else None,
            "group_id": UUID(self.group.data) if self.group.data else None,
            "day": self.day.data,
            "note": self.note.data or "",
        }


class OwnCountsForm(CountsForm):
    """A number of what was handed out, or used, at one's own place."""

    action = None
    kind = SelectField(_l("Lippulaji"), choices=[])


class ReportForm(Form):
    """What the report is about. It is asked in the address, and changes nothing."""

    type = SelectField(_l("Lippulaji"), choices=[])
    first = DayField(_l("Alkaen"), name="from")
    last = DayField(_l("Päättyen"), name="to")
    by = SelectField(_l("Ryhmittele"), choices=lambda: enum_choices(By, GROUPINGS), default=By.TYPE.value)
    published = BooleanField(_l("Piilota alle 5:n luvut, kuten julkaistaessa"))

    def offer(self, types: Sequence[TicketType]) -> None:
        """The types to choose from."""
        self.type.choices = [("", _l("Kaikki")), *((str(found.id), translated(found.name)) for found in types)]
        self.demos = {str(found.id) for found in types if found.details.demo}

    @property
    def made_up(self) -> bool:
        """Whether figures of the demonstration are among what is asked for."""
        return self.type.data in self.demos if self.type.data else bool(self.demos)

    def validate_last(self, field: DayField) -> None:
        """The period does not end before it begins."""
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError(_l("Viimeinen päivä on ennen ensimmäistä. Tarkista päivät"))
