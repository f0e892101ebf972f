"""Forms of events."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import ValidationError

from pilot_ops.events.domain import (
    Access,
    Attendance,
    Audience,
    Closing,
    Event,
    EventDetails,
    Rule,
    Shape,
    Surface,
    Venue,
    Weather,
    read_rule,
)
from pilot_ops.events.labels import AUDIENCES, LANGUAGES, SHAPES, SURFACES, WEATHERS
from pilot_ops.kernel.clock import at_local, to_local
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.tabular import read_day
from pilot_ops.kernel.text import Translated
from pilot_ops.kernel.web.forms import (
    CountField,
    DayField,
    DegreesField,
    Form,
    IdField,
    MoneyField,
    TextField,
    TimeField,
    at_most,
    enum_choices,
    required,
)
from pilot_ops.parks.domain import Park
from pilot_ops.units.domain import Unit

_UNTOLD = ("", _l("Ei kerrota"))
_TONGUES = ("fi", "sv", "en")
_DAY = _l("Kirjoita päivä, esimerkiksi 3.6.2024")
_TIME = _l("Kirjoita kellonaika, esimerkiksi 11.30")
# The ticks of accessibility, named as the facts they set.
TICKS = (
    "toilet",
    "parking",
    "strollers",
    "guide_dog",
    "assistant_free",
    "sign_language",
    "induction_loop",
    "quiet",
)


class _Times(Form):
    """When an event begins and ends; without an end it lasts until midnight."""

    day = DayField(_l("Päivä"), [required(_DAY)])
    starts = TimeField(_l("Alkaa"), [required(_TIME)])
    ends = TimeField(_l("Päättyy"))
    last_day = DayField(_l("Viimeinen päivä, jos toinen"))

    def show_times(self, event: Event) -> None:
        """Show when an event is."""
        begins = to_local(event.starts_at)
        self.day.data, self.starts.data = begins.date(), begins.time().replace(microsecond=0)
        if event.ends_at:
            end = to_local(event.ends_at)
            self.ends.data = end.time()
            self.last_day.data = end.date() if end.date() != begins.date() else None

    def validate_last_day(self, field: DayField) -> None:
        """A last day needs a time to end at: alone it would be lost."""
        if field.data and not (self.ends.data or self.ends.errors):
            raise ValidationError(_("Kirjoita myös, mihin aikaan viimeinen päivä päättyy"))

    @property
    def starts_at(self) -> datetime:
        return at_local(self.day.data, self.starts.data)

    @property
    def ends_at(self) -> datetime | None:
        return at_local(self.last_day.data or self.day.data, self.ends.data) if self.ends.data else None


class EventForm(_Times):
    """What people write about an event."""

    event_id = IdField()
    seen = HiddenField()
    name_fi = TextField(_l("Nimi suomeksi"), [required(_l("Kirjoita tapahtuman nimi"))], longest=120)
    name_sv = TextField(_l("Nimi ruotsiksi"), longest=120)
    name_en = TextField(_l("Nimi englanniksi"), longest=120)
    summary_fi = TextField(_l("Lyhyt kuvaus suomeksi"), longest=500)
    summary_sv = TextField(_l("Lyhyt kuvaus ruotsiksi"), longest=500)
    summary_en = TextField(_l("Lyhyt kuvaus englanniksi"), longest=500)
    description_fi = TextAreaField(_l("Kuvaus suomeksi"), [at_most(5000)])
    description_sv = TextAreaField(_l("Kuvaus ruotsiksi"), [at_most(5000)])
    description_en = TextAreaField(_l("Kuvaus englanniksi"), [at_most(5000)])
    venue_fi = TextField(_l("Paikka suomeksi"))
    venue_sv = TextField(_l("Paikka ruotsiksi"))
    venue_en = TextField(_l("Paikka englanniksi"))
    park = SelectField(_l("Asukaspuistossa"), choices=[])
    address = TextField(_l("Katuosoite"))
    city = TextField(_l("Kunta"))
    latitude = DegreesField(_l("Leveysaste"))
    longitude = DegreesField(_l("Pituusaste"))
    unit_id = TextField(_l("Toimipisteen tunnus palvelukartassa"), longest=60)
    unit = SelectField(_l("Paikka Palvelukartasta"), choices=[], default="")
    unit_was = HiddenField(default="")
    organiser = TextField(_l("Järjestäjä"))
    partners = TextField(_l("Yhteistyökumppanit"), longest=500)
    audiences = SelectMultipleField(_l("Kenelle"), choices=lambda: enum_choices(Audience, AUDIENCES))
    languages = SelectMultipleField(_l("Tapahtuman kielet"), choices=lambda: list(LANGUAGES.items()), default=["fi"])
    price_fi = TextField(_l("Hinta suomeksi"))
    price_sv = TextField(_l("Hinta ruotsiksi"))
    price_en = TextField(_l("Hinta englanniksi"))
    capacity = CountField(_l("Montako mahtuu"))
    sign_up = BooleanField(_l("Tapahtumaan ilmoittaudutaan"))
    contact = TextField(_l("Yhteystieto kysymyksiä varten"))
    link = TextField(_l("Lisätietoja verkossa"), longest=500)
    route_m = CountField(_l("Reitin pituus"))
    shape = RadioField(_l("Reitin muoto"), choices=lambda: [_UNTOLD, *enum_choices(Shape, SHAPES)], default="")
    steepest_percent = CountField(_l("Jyrkin kohta"))
    narrowest_cm = CountField(_l("Kapein kohta"))
    surfaces = SelectMultipleField(_l("Alusta"), choices=lambda: enum_choices(Surface, SURFACES))
    rest_every_m = CountField(_l("Levähdyspaikkojen väli enintään"))
    toilet = BooleanField(_l("Esteetön WC"))
    parking = BooleanField(_l("Esteetön pysäköinti"))
    strollers = BooleanField(_l("Sopii rattaille"))
    guide_dog = BooleanField(_l("Opaskoira tervetullut"))
    assistant_free = BooleanField(_l("Avustaja mukaan maksutta"))
    sign_language = BooleanField(_l("Viittomakielen tulkki"))
    induction_loop = BooleanField(_l("Induktiosilmukka"))
    quiet = BooleanField(_l("Rauhallinen vaihtoehto"))
    aids_fi = TextField(_l("Lainattavat apuvälineet suomeksi"))
    aids_sv = TextField(_l("Lainattavat apuvälineet ruotsiksi"))
    aids_en = TextField(_l("Lainattavat apuvälineet englanniksi"))
    note_fi = TextField(_l("Muuta esteettömyydestä suomeksi"), longest=500)
    note_sv = TextField(_l("Muuta esteettömyydestä ruotsiksi"), longest=500)
    note_en = TextField(_l("Muuta esteettömyydestä englanniksi"), longest=500)

    def offer(self, parks: Sequence[Park], units: Sequence[Unit], now_in: UUID | None = None) -> None:
        """The parks an event may be in: those in use, and the one it is in. And the places of the service map."""
        parks = [park for park in parks if park.details.active or park.id == now_in]
        self.park.choices = [("", _l("Ei puistossa")), *((str(park.id), park.name) for park in parks)]
        self.units = {unit.key: unit for unit in units}
        self.unit.choices = [("", _l("Kirjoitan paikan itse")), *((unit.key, unit.name.fi) for unit in units)]

    def fill(self, event: Event) -> None:
        """Show an event as it is."""
        details = event.details
        shown: dict[str, Any] = {name: getattr(details, name) for name in ("organiser", "partners", "capacity")}
        shown |= {name: getattr(details, name) for name in ("sign_up", "contact", "link")}
        shown |= {field.name: getattr(details.venue, field.name) for field in fields(Venue) if field.name != "name"}
        shown |= {field.name: getattr(details.access, field.name) for field in fields(Access)}
        shown |= {"shape": details.access.shape or "", "park": str(details.venue.park_id or "")}
        shown["unit"] = shown["unit_was"] = details.venue.unit_id if details.venue.unit_id in self.units else ""
        for name in ("audiences", "languages"):
            shown[name] = sorted(getattr(details, name))
        shown["surfaces"] = sorted(details.access.surfaces)
        texts = {name: getattr(details, name) for name in ("name", "summary", "description", "price")}
        texts |= {"aids": details.access.aids, "note": details.access.note, "venue": details.venue.name}
        for name, text in texts.items():
            shown |= {f"{name}_{tongue}": getattr(text, tongue) for tongue in _TONGUES}
        self.process(data=shown)
        self.event_id.data, self.seen.data = event.id, str(event.sequence)
        self.show_times(event)

    def details(self) -> EventDetails:
        """The event these fields describe."""
        return EventDetails(
            name=self._text("name"),
            venue=self._venue(),
            summary=self._text("summary"),
            description=self._text("description"),
            organiser=self.organiser.data or "",
            partners=self.partners.data or "",
            audiences=frozenset(Audience(value) for value in self.audiences.data or ()),
            languages=frozenset(self.languages.data or ()),
            price=self._text("price"),
            capacity=self.capacity.data,
            sign_up=bool(self.sign_up.data),
            access=self._access(),
            contact=self.contact.data or "",
            link=self.link.data or "",
        )

    def _venue(self) -> Venue:
        """The place: what is written, or what the service map says of one that was not chosen before.

        Who chooses none any more writes a place of their own. The park is what it is chosen to be: its staff count.
        """
        was, chosen, typed = self.unit_was.data or "", self.unit.data or "", self.unit_id.data or ""
        park_id = UUID(self.park.data) if self.park.data else None
        unit = self.units.get(chosen) if chosen != was else None
        if unit:
            return Venue(unit.name, unit.address, unit.city, unit.latitude, unit.longitude, unit.key, park_id)
        return Venue(
            name=self._text("venue"),
            address=self.address.data or "",
            city=self.city.data or "",
            latitude=self.latitude.data,
            longitude=self.longitude.data,
            unit_id="" if was and not chosen and typed == was else typed,
            park_id=park_id,
        )

    def _access(self) -> Access:
        numbers = ("route_m", "steepest_percent", "narrowest_cm", "rest_every_m")
        return Access(
            shape=Shape(self.shape.data) if self.shape.data else None,
            surfaces=frozenset(Surface(value) for value in self.surfaces.data or ()),
            aids=self._text("aids"),
            note=self._text("note"),
            **{name: self[name].data for name in numbers},
            **{name: bool(self[name].data) for name in TICKS},
        )

    def _text(self, name: str) -> Translated:
        return Translated(*(self[f"{name}_{tongue}"].data or "" for tongue in _TONGUES))


class SeriesForm(Form):
    """How an event repeats: a choice, or a rule of its own; until a day, and on which days not."""

    how = RadioField(
        _l("Kuinka usein"),
        choices=lambda: [
            ("FREQ=WEEKLY", _l("Joka viikko")),
            ("FREQ=WEEKLY;INTERVAL=2", _l("Joka toinen viikko")),
            ("FREQ=DAILY", _l("Joka päivä")),
            ("FREQ=MONTHLY", _l("Joka kuukausi samana päivänä")),
            ("own", _l("Oma sääntö")),
        ],
        default="FREQ=WEEKLY",
    )
    series_id = IdField(default=uuid4)
    until = DayField(_l("Viimeinen päivä"))
    rule = TextField(_l("Oma sääntö (RRULE)"))
    except_days = TextField(_l("Ei näinä päivinä"), longest=1000)

    def the_rule(self) -> Rule:
        """The rule these fields describe. Refused if it is none, or has no end."""
        if self.how.data == "own":
            return read_rule(self.rule.data or "")
        end = f";UNTIL={self.until.data:%Y%m%d}" if self.until.data else ""
        return read_rule(f"{self.how.data}{end}")

    def refuse(self, refused: Refused, sentences: Any, field: str = "") -> None:
        """Beside the last day where the rule was chosen and not typed: only the last day can put it right."""
        if refused.field == "rule" and self.how.data != "own":
            refused = Refused(refused.reason, "until", **refused.details)
        super().refuse(refused, sentences, field)

    def days(self) -> tuple[date, ...]:
        """The days that are left out. ValueError where one is none."""
        found = []
        for part in (self.except_days.data or "").replace(";", ",").split(","):
            if part.strip():
                found.append(read_day(part.strip()))
        return tuple(sorted(set(found)))


class NoticeForm(Form):
    """Why an event is cancelled or postponed."""

    notice_fi = TextField(_l("Syy suomeksi"), [required(_l("Kerro syy, niin tulijat tietävät"))], longest=300)
    notice_sv = TextField(_l("Syy ruotsiksi"), longest=300)
    notice_en = TextField(_l("Syy englanniksi"), longest=300)

    def notice(self) -> Translated:
        """The notice in three languages."""
        return Translated(self.notice_fi.data or "", self.notice_sv.data or "", self.notice_en.data or "")


class TimesForm(_Times):
    """The new time of an event."""


class CloseForm(Form):
    """What is written down after an event."""

    form_id = IdField(default=uuid4)
    seen = HiddenField()
    participants = CountField(_l("Osallistujia"), [required(_l("Kirjoita luku, esimerkiksi 12"))])
    helpers = CountField(_l("Avustajia"), [required(_l("Kirjoita luku, esimerkiksi 2"))])
    weather = RadioField(_l("Sää"), choices=lambda: [_UNTOLD, *enum_choices(Weather, WEATHERS)], default="")
    note = TextField(_l("Huomio"), longest=500)
    cost = MoneyField(_l("Tapahtuman kulu ilman arvonlisäveroa"))

    def show_count(self, came: Attendance) -> None:
        """Offer the count as it is."""
        self.participants.data, self.helpers.data = came.participants, came.helpers
        self.show_seen(came)

    def show_seen(self, came: Attendance) -> None:
        """Remember the count that the page was made with."""
        self.seen.data = f"{came.participants}+{came.helpers}"

    def counted(self) -> Attendance | None:
        """The count that the page was made with; None where it does not say."""
        found = re.fullmatch(r"(-?\d{1,7})\+(-?\d{1,7})", self.seen.data or "", re.ASCII)
        return Attendance(int(found[1]), int(found[2])) if found else None

    def attendance(self) -> Attendance:
        """Who came."""
        return Attendance(self.participants.data, self.helpers.data)

    def closing(self) -> Closing:
        """The rest of what is written down."""
        weather = Weather(self.weather.data) if self.weather.data else None
        return Closing(weather, self.note.data or "", self.cost.data)


class PeriodForm(Form):
    """From which day to which; this year's where nothing is said."""

    class Meta(Form.Meta):
        """It only asks: its fields are in the address."""

        csrf = False

    first = DayField(_l("Alkaen"))
    last = DayField(_l("Päättyen"))

    def validate_last(self, field: DayField) -> None:
        """A period that ends before it begins has no day."""
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(_("Päättyy ennen kuin alkaa. Tarkista päivät"))

    def period(self, today: date) -> tuple[date, date]:
        """The first and the last day; of the year of the one that is told, else of this year."""
        year = (self.first.data or self.last.data or today).year
        return self.first.data or date(year, 1, 1), self.last.data or date(year, 12, 31)


class ReopenForm(Form):
    """Why a closed event is opened again."""

    reason = TextField(_l("Syy"), [required(_l("Kirjoita syy"))])
