"""Fields that read what people type, and say what is wrong in our own words."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from wtforms import RadioField, SelectField, SelectMultipleField

from pilot_ops.kernel.text import Language
from pilot_ops.kernel.web.forms import (
    CountField,
    DayField,
    DecimalField,
    Form,
    MoneyField,
    TemperatureField,
    TextField,
    TimeField,
    as_id,
    required,
)
from pilot_ops.kernel.web.i18n import LANGUAGE_COOKIE

NUMBERS = ("count", "money", "decimal", "temperature", "day", "time")
CHOICES = ("one", "radio", "park", "many", "numbers")


class Sample(Form):
    """A field of every kind."""

    count = CountField("Luku", [required()])
    money = MoneyField("Summa", [required()])
    decimal = DecimalField("Tunnit", [required()])
    temperature = TemperatureField("Lämpötila", [required()])
    day = DayField("Päivä", [required()])
    time = TimeField("Aika", [required()])
    text = TextField("Teksti", [required()])
    one = SelectField("Yksi", choices=lambda: [("a", "A")])
    radio = RadioField("Yksi", choices=lambda: [("a", "A")])
    park = SelectField("Puisto", coerce=as_id, choices=[])
    many = SelectMultipleField("Monta", coerce=as_id, choices=[])
    numbers = SelectMultipleField("Luvut", coerce=int, choices=lambda: [(1, "1")])


def errors_of(app: Flask, typed: dict[str, Any], language: Language = Language.FI) -> dict[str, list[str]]:
    """What a form says beside its fields when this is typed into it."""
    cookie = {"Cookie": f"{LANGUAGE_COOKIE}={language.value}"}
    with app.test_request_context("/", method="POST", data=typed, headers=cookie):
        form = Sample(meta={"csrf": False})
        form.validate()
        return {name: [str(text) for text in texts] for name, texts in form.errors.items()}


@pytest.mark.parametrize("blank", ["", " ", "\u00a0\t"])
def test_a_blank_field_is_to_be_filled_in(app: Flask, blank: str) -> None:
    found = errors_of(app, dict.fromkeys((*NUMBERS, "text"), blank))
    for name in (*NUMBERS, "text"):
        assert found[name] == ["Täytä tämä kohta"]


def test_what_is_no_value_is_said_once(app: Flask) -> None:
    for typed in ("9" * 5000, "x", "1 2"):
        found = errors_of(app, dict.fromkeys(NUMBERS, typed))
        assert [(name, len(found[name]), found[name][0][:8]) for name in NUMBERS] == [
            (name, 1, "Kirjoita") for name in NUMBERS
        ]


def test_a_count_has_spaces_between_its_thousands_only(app: Flask) -> None:
    assert "count" not in errors_of(app, {"count": "1 234"})
    assert "count" in errors_of(app, {"count": "12 34"})


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (Language.FI, "Valitse jokin vaihtoehto"),
        (Language.SV, "Välj ett alternativ"),
        (Language.EN, "Choose one of the options"),
    ],
)
@pytest.mark.parametrize("typed", ["zzz", "9" * 5000])
def test_what_cannot_be_chosen_is_said_in_our_words(app: Flask, typed: str, language: Language, sentence: str) -> None:
    found = errors_of(app, dict.fromkeys(CHOICES, typed), language)
    assert {name: found[name] for name in CHOICES} == {name: [sentence] for name in CHOICES}
