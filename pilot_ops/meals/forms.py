"""Forms of a meal day."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, TextAreaField

from pilot_ops.kernel.web.forms import (
    CountField,
    Form,
    IdField,
    TemperatureField,
    TextField,
    TypedField,
    at_most,
    enum_choices,
    required,
)
from pilot_ops.meals.domain import Count, Food, Group, Record, Weather
from pilot_ops.meals.labels import FOODS, GROUPS_MANY, WEATHERS


class ChangeField(TypedField):
    """A whole number with its sign: +3 or -1."""

    sentence = _l("Kirjoita muutos, esimerkiksi 3 tai -1")

    def read(self, text: str) -> int:
        if not re.fullmatch(r"[+\N{MINUS SIGN}-]?\d{1,6}", text):
            raise ValueError(text)
        return int(text.replace("\N{MINUS SIGN}", "-"))


class TapForm(Form):
    """The buttons of the counting page; ``tap`` is ``group+change``."""

    tap_id = IdField()
    day = HiddenField()


class CloseForm(Form):
    """What is written down when a day is closed."""

    delivered = CountField(_l("Annoksia tuli"))
    damaged = CountField(_l("Pilaantui tai kaatui"))
    leftover = CountField(_l("Ylijäämä annettiin pois"))
    waste = CountField(_l("Hävikkiin"))
    food = RadioField(_l("Päivän ruoka"), choices=lambda: enum_choices(Food, FOODS), default=Food.HOT.value)
    temp_receipt = TemperatureField(_l("Lämpötila, kun ruoka tuli"))
    temp_serving = TemperatureField(_l("Lämpötila tarjoilussa"))
    weather = SelectField(_l("Sää"), choices=lambda: [("", _l("En kirjaa")), *enum_choices(Weather, WEATHERS)])
    note = TextAreaField(_l("Huomautus"), [at_most(1000)])

    def details(self) -> Record:
        """The record these figures make."""
        return Record(
            delivered=self.delivered.data,
            damaged=self.damaged.data or 0,
            leftover=self.leftover.data or 0,
            waste=self.waste.data or 0,
            temp_receipt=self.temp_receipt.data,
            temp_serving=self.temp_serving.data,
            food=Food(self.food.data),
            weather=Weather(self.weather.data) if self.weather.data else None,
            note=(self.note.data or "").strip(),
        )

    def fill(self, record: Record | None, ordered: int | None) -> None:
        """Start from an earlier closing, or from what was ordered."""
        if record is None:
            self.delivered.data = ordered
            return
        for name in ("delivered", "damaged", "leftover", "waste", "temp_receipt", "temp_serving", "note"):
            self[name].data = getattr(record, name)
        self.food.data = record.food.value
        self.weather.data = record.weather.value if record.weather else ""


class PaperForm(CloseForm):
    """A tally sheet entered later: the counts, and the closing."""

    form_id = IdField(default=uuid4)
    under_school_age = CountField(GROUPS_MANY[Group.UNDER_SCHOOL_AGE], [required()])
    school_age = CountField(GROUPS_MANY[Group.SCHOOL_AGE], [required()])
    second_helpings = CountField(GROUPS_MANY[Group.SECOND_HELPINGS])
    adults = CountField(GROUPS_MANY[Group.ADULTS])
    turned_away = CountField(GROUPS_MANY[Group.TURNED_AWAY])

    def count(self) -> Count:
        """The counts on the sheet."""
        return Count(**{group.name.lower(): self[group.name.lower()].data or 0 for group in Group})


class CorrectForm(Form):
    """A correction of the count, with its reason."""

    tap_id = IdField(default=uuid4)
    group = SelectField(_l("Mitä lukua korjaat"), choices=lambda: enum_choices(Group, GROUPS_MANY))
    change = ChangeField(_l("Muutos"), [required()])
    reason = TextField(_l("Miksi"), [required(_l("Kirjoita, miksi korjaat lukua"))])

    def details(self) -> dict[str, Any]:
        """What is corrected, as the service takes it."""
        return {
            "tap_id": self.tap_id.data,
            "group": Group(self.group.data),
            "change": self.change.data,
            "reason": self.reason.data,
        }


class ReopenForm(Form):
    """Why a closed day is opened again."""

    reason = TextField(_l("Miksi päivä avataan uudelleen"), [required(_l("Kirjoita syy"))])
