"""Languages, and figures, days and times as people write them in each."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask, request
from flask_babel import Babel, get_locale
from markupsafe import Markup

from pilot_ops.kernel.clock import to_local
from pilot_ops.kernel.money import Money, round_half_up
from pilot_ops.kernel.paths import TRANSLATIONS
from pilot_ops.kernel.text import Language, Translated
from pilot_ops.kernel.web import tongues
from pilot_ops.kernel.web.guard import find_actor

LANGUAGE_COOKIE = "pilot_ops_language"
LANGUAGE_NAMES = {Language.FI: "Suomi", Language.SV: "Svenska", Language.EN: "English"}
_NBSP = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}


def set_up(app: Flask) -> None:
    """Choose the language of each request and give templates their filters."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, default_locale="fi", default_timezone="Europe/Helsinki", locale_selector=_choose_language)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    filters = (money, money_whole, euro_number, signed_money, signed_whole, percent, signed_percent, number, decimal)
    days = (day, day_full, day_plain, day_short, month, month_short, clock, moment, weekday)
    for filter_ in (*filters, *days, translated):
        app.jinja_env.filters[filter_.__name__] = filter_
    app.jinja_env.globals.update(
        in_plain_finnish=tongues.in_plain_finnish,
        tongue_args=tongues.tongue_args,
        tongues=lambda: tongues.tongues(page_language()),
        further_tongue=tongues.further,
    )


def _choose_language() -> str:
    if wanted := tongues.asked_language():
        return wanted
    who = find_actor()
    if who and who.language:
        return who.language.value
    asked = request.cookies.get(LANGUAGE_COOKIE)
    if asked in set(Language):
        return str(asked)
    return request.accept_languages.best_match([language.value for language in Language]) or Language.FI.value


def page_language() -> str:
    """The language of this page: fi, sv or en."""
    locale = get_locale()
    return locale.language if locale else Language.FI.value


def _locale() -> str:
    return _LOCALES[page_language()]


def _decimal_text(value: Fraction | int, places: int) -> str:
    scaled = round_half_up(Fraction(value) * 10**places)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    text = format_decimal(Decimal(abs(scaled)).scaleb(-places), format=pattern, locale=_locale())
    return (_MINUS if scaled < 0 else "") + text.replace(" ", _NBSP).replace("\N{NARROW NO-BREAK SPACE}", _NBSP)


def number(value: int) -> str:
    """``1 840``: a whole number with no-break thousands."""
    return _decimal_text(value, 0)


def decimal(value: Fraction | int, places: int = 1) -> str:
    """``79,5``: a number of so many decimals, half up."""
    return _decimal_text(value, places)


def _euro(text: str) -> str:
    if page_language() == "en":
        return f"{_MINUS}€{text[1:]}" if text.startswith(_MINUS) else f"€{text}"
    return f"{text}{_NBSP}€"


def money(value: Money | None) -> str:
    """``3,27 €``: euro and cents; a dash for a figure that does not exist."""
    return "–" if value is None else _euro(_decimal_text(value.cents / 100, 2))


def money_whole(value: Money | None) -> str:
    """``5 500 €``: whole euro, half up."""
    return "–" if value is None else _euro(_decimal_text(value.cents / 100, 0))


def euro_number(value: Money) -> str:
    """``5 500``: whole euro without the sign, for the axis of a chart."""
    return _decimal_text(value.cents / 100, 0)


def _signed(text: str, value: Fraction) -> str:
    return f"+{text}" if value > 0 and any(character in "123456789" for character in text) else text


def signed_money(value: Money | None) -> str:
    """``+12,50 €`` or ``−12,50 €``."""
    return "–" if value is None else _signed(money(value), value.cents)


def signed_whole(value: Money | None) -> str:
    """``+757 €`` or ``−277 €``."""
    return "–" if value is None else _signed(money_whole(value), value.cents)


def percent(share: Fraction | None, places: int = 1) -> str:
    """``2,0 %`` of a share such as 1/50."""
    if share is None:
        return "–"
    text = _decimal_text(share * 100, places)
    return f"{text}%" if page_language() == "en" else f"{text}{_NBSP}%"


def signed_percent(share: Fraction | None, places: int = 1) -> str:
    """``+22,2 %`` or ``−2,0 %``."""
    return "–" if share is None else _signed(percent(share, places), share)


def day(value: date) -> str:
    """``ke 19.6.``"""
    patterns = {"fi": "ccc d.M.", "sv": "ccc d.M.", "en": "EEE d MMM"}
    return _date_text(value, patterns)


def day_full(value: date) -> str:
    """``ke 19.6.2024``"""
    return _date_text(value, {"fi": "ccc d.M.y", "sv": "ccc d.M.y", "en": "EEE d MMM y"})


def day_short(value: date) -> str:
    """``19.6.``"""
    return _date_text(value, {"fi": "d.M.", "sv": "d.M.", "en": "d MMM"})


def day_plain(value: date) -> str:
    """``19.6.2024``: as a date is typed, the same in every language."""
    return f"{value.day}.{value.month}.{value.year}"


def month(value: date) -> str:
    """``Kesäkuu 2024``"""
    return _date_text(value, {"fi": "LLLL y", "sv": "LLLL y", "en": "LLLL y"}).capitalize()


def month_short(value: date) -> str:
    """``Kesä``, for a button beside the month that is shown."""
    return _date_text(value, {"fi": "LLL", "sv": "LLLL", "en": "LLLL"}).rstrip(".").capitalize()


def weekday(value: date) -> str:
    """``ke``"""
    return _date_text(value, {"fi": "ccc", "sv": "ccc", "en": "EEE"})


def _date_text(value: date, patterns: dict[str, str]) -> str:
    return format_date(value, patterns[page_language()], locale=_locale()).replace(" ", _NBSP)


def clock(value: time | datetime) -> str:
    """``11.30``: a wall-clock time in Helsinki; a dash for the last hours of the calendar, which have none there."""
    try:
        local = to_local(value) if isinstance(value, datetime) else value
    except OverflowError:
        return "–"
    return f"{local.hour}.{local.minute:02d}"


def moment(value: datetime) -> str:
    """``ke 19.6.2024 klo 11.30``; a dash where ``clock`` has one."""
    at = {"fi": "klo", "sv": "kl.", "en": "at"}[page_language()]
    try:
        return f"{day_full(to_local(value).date())} {at}{_NBSP}{clock(value)}"
    except OverflowError:
        return "–"


def translated(value: Translated | str) -> str | Markup:
    """A text of three languages in the page's own."""
    return value.to(page_language()) if isinstance(value, Translated) else value
