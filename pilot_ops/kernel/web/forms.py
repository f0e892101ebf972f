"""Forms: fields that read what Finns type, sentences beside the field, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, StopValidation
from wtforms.widgets import TextInput

from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.tabular import read_count, read_day, read_hours, read_money, read_temperature

Sentences = dict[Any, Callable[..., str]]
_LONGEST = 2000
_HIGHEST = 9_999_999
_ROUND, _PLACES = 360, 6


def sentence_of(refused: Refused, sentences: Mapping[Any, Any]) -> str:
    """The sentence of a refusal in the reader's language, with its figures."""
    sentence = sentences[refused.reason]
    return str(sentence(**refused.details) if callable(sentence) else sentence)


class _OwnSentences:
    """In place of the sentences that WTForms would say itself, all of which are about what was chosen."""

    def gettext(self, _sentence: str) -> str:
        return str(_("Valitse jokin vaihtoehto"))

    def ngettext(self, _one: str, _many: str, _number: int) -> str:
        return str(_("Valitse jokin vaihtoehto"))


class Form(FlaskForm):  # type: ignore[misc]
    """The base of every form. ``form.failed`` says that what was typed came back with sentences beside it."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """What WTForms asks of a form."""

        def get_translations(self, _form: FlaskForm) -> _OwnSentences:
            return _OwnSentences()

    @property
    def failed(self) -> bool:
        return bool(self.errors)

    def refuse(self, refused: Refused, sentences: Any, field: str = "") -> None:
        """Put the sentence of a refusal beside its field, or above the form when it belongs to none."""
        self.add_error(refused.field or field, sentence_of(refused, sentences))

    def add_error(self, field: str, text: str) -> None:
        """Put a sentence beside a field, or above the form when there is no such field."""
        if field in self._fields:
            target = self._fields[field]
            target.errors = [*target.errors, text]
        else:
            self.form_errors.append(text)


class _Filled(InputRequired):  # type: ignore[misc]
    """The field must be filled in, and not with spaces alone."""

    def __call__(self, form: FlaskForm, field: Field) -> None:
        if not (field.raw_data and field.raw_data[0].strip()):
            field.errors = []
            raise StopValidation(self.message)


def required(text: Any = None) -> InputRequired:
    """The field must be filled in."""
    return _Filled(message=text or _l("Täytä tämä kohta"))


def chosen(text: Any = None) -> DataRequired:
    """Something must be chosen."""
    return DataRequired(message=text or _l("Valitse jokin vaihtoehto"))


def at_most(length: int) -> Length:
    """The text must not be longer."""
    return Length(max=length, message=_l("Lyhennä teksti: enintään %(max)d merkkiä"))


class TypedField(Field):  # type: ignore[misc]
    """A text input that becomes a value, or a sentence; what was typed stays either way."""

    widget = TextInput()
    data: Any
    sentence: Any = ""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.typed: str | None = None

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else self.write(self.data)

    def process_formdata(self, values: list[str]) -> None:
        if not values:
            return
        self.typed = values[0]
        text = values[0].strip()
        self.data = None
        if text:
            try:
                self.data = self.read(text)
            except (ValueError, ArithmeticError):
                raise ValueError(self.sentence) from None

    def read(self, text: str) -> Any:
        """The value of a text; ValueError where it is none. Here the text itself."""
        return text

    def write(self, value: Any) -> str:
        return str(value)


class IdField(HiddenField):  # type: ignore[misc]
    """The id of what a form makes, made with the form, so that sending it twice does it once."""

    def process_formdata(self, values: list[str]) -> None:
        try:
            self.data = UUID(values[0])
        except (ValueError, IndexError):
            self.data = uuid4()


class CountField(TypedField):
    """A whole number from zero up."""

    sentence = _l("Kirjoita kokonaisluku, esimerkiksi 12")

    def read(self, text: str) -> int:
        value = read_count(text)
        if value > _HIGHEST:
            raise ValueError(text)
        return value


class MoneyField(TypedField):
    """Euro with at most two decimals, as Money."""

    sentence = _l("Kirjoita summa euroina, esimerkiksi 5 500,00")

    def read(self, text: str) -> Money:
        return read_money(text)

    def write(self, value: Money) -> str:
        return value.decimal().replace(".", ",")


class DecimalField(TypedField):
    """A number with at most two decimals, as a Fraction."""

    sentence = _l("Kirjoita luku, esimerkiksi 7,5")

    def read(self, text: str) -> Fraction:
        return read_hours(text)

    def write(self, value: Fraction) -> str:
        return f"{Decimal(value.numerator) / Decimal(value.denominator):f}".replace(".", ",")


class TemperatureField(DecimalField):
    """Degrees Celsius with at most one decimal, as a Fraction."""

    sentence = _l("Kirjoita lämpötila, esimerkiksi 68")

    def read(self, text: str) -> Fraction:
        return read_temperature(text)


class DegreesField(TypedField):
    """A latitude or longitude in degrees with at most six decimals (a tenth of a metre), as an exact Decimal."""

    sentence = _l("Kirjoita asteet enintään kuudella desimaalilla, esimerkiksi 60,2055")

    def read(self, text: str) -> Decimal:
        value = Decimal(text.replace(",", ".").replace("\N{MINUS SIGN}", "-").removesuffix("°").strip())
        if not value.is_finite() or abs(value) > _ROUND or value != round(value, _PLACES):
            raise ValueError(text)
        return value

    def write(self, value: Decimal) -> str:
        return f"{value.normalize():f}".replace(".", ",")


class DayField(TypedField):
    """A date as a browser sends it (2024-06-03) or as a Finn types it (3.6.2024)."""

    sentence = _l("Kirjoita päivä, esimerkiksi 3.6.2024")

    def read(self, text: str) -> date:
        return read_day(text)

    def write(self, value: date) -> str:
        return f"{value.day}.{value.month}.{value.year}"


class TimeField(TypedField):
    """A wall-clock time: 11.30 or 11:30."""

    sentence = _l("Kirjoita kellonaika, esimerkiksi 11.30")

    def read(self, text: str) -> time:
        return datetime.strptime(text.replace(".", ":"), "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone

    def write(self, value: time) -> str:
        return f"{value.hour}.{value.minute:02d}"


class TextField(StringField):  # type: ignore[misc]
    """One line of text, without spaces around it, of a bounded length."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), *, longest: int = 200, **kwargs: Any) -> None:
        super().__init__(label, [*validators, at_most(min(longest, _LONGEST))], **kwargs)

    def process_formdata(self, values: list[str]) -> None:
        if values:
            self.data = values[0].strip()


def as_id(value: UUID | str) -> UUID:
    """The ``coerce`` of a select whose values are ids: takes what a browser sends and what the choices hold."""
    return value if isinstance(value, UUID) else UUID(value)


def enum_choices(enum: type[StrEnum], labels: Any) -> list[tuple[str, Any]]:
    """The (value, label) pairs of a select or radio field for an enum."""
    return [(member.value, labels[member]) for member in enum]


__all__ = [
    "CountField",
    "DayField",
    "DecimalField",
    "DegreesField",
    "Form",
    "IdField",
    "MoneyField",
    "TemperatureField",
    "TextField",
    "TimeField",
    "TypedField",
    "ValidationError",
    "as_id",
    "at_most",
    "chosen",
    "enum_choices",
    "required",
    "sentence_of",
]
