"""Sentences for families, and days and times as each tongue writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from flask import Flask, current_app
from markupsafe import Markup, escape

from pilot_ops.kernel.clock import to_local
from pilot_ops.kernel.settings import Settings
from pilot_ops.kernel.text import Translated
from pilot_ops.kernel.web import i18n, tongues
from pilot_ops.kernel.web.tongues import MoreTongue
from pilot_ops.public.labels.further import Further, load
from pilot_ops.public.labels.texts import CANCELLED, DIETS, EVENT_TEXTS, HEADINGS, SERVINGS, TEXTS
from pilot_ops.schedule.domain import ServingWindow

__all__ = [
    "CANCELLED",
    "DIETS",
    "HEADINGS",
    "SERVINGS",
    "TEXTS",
    "named",
    "offer",
    "say",
    "say_day",
    "say_time",
    "say_window",
]
_ALL = {**TEXTS, **EVENT_TEXTS}
_NAME = "pilot_ops_further"
_WEEKDAYS = ("maanantaina", "tiistaina", "keskiviikkona", "torstaina", "perjantaina", "lauantaina", "sunnuntaina")


def offer(app: Flask, settings: Settings) -> None:
    """Offer the further languages of the settings. BadSettings if the texts of one are missing or wrong."""
    found = load(settings.more_languages, settings.data / "languages")
    app.extensions[_NAME] = found
    tongues.offer(app, (MoreTongue(one.code, one.name, one.direction) for one in found.values()))


def _further() -> Further | None:
    tongue = tongues.further()
    known: Mapping[str, Further] = current_app.extensions[_NAME]
    return known[tongue.code] if tongue else None


def say(key: str, **values: object) -> Markup:
    """A sentence in the tongue of this page."""
    ordinary, plain = _ALL[key]
    further = _further()
    text = further.texts[key] if further else plain if tongues.in_plain_finnish() else str(ordinary)
    sentence = escape(text)
    return sentence % values if values else sentence


def named(name: Translated | str) -> Markup:
    """A name as it is, marked as Finnish where the page is in a further language."""
    text = escape(i18n.translated(name))
    return Markup('<bdi lang="fi">%s</bdi>') % text if _further() else text


def say_day(day: date) -> Markup:
    """``ke 19.6.``; in plain Finnish ``keskiviikkona 19.6.``"""
    further = _further()
    if further:
        return Markup('%s <bdi dir="ltr">%s</bdi>') % (further.weekdays[day.weekday()], _numbers(day))
    if tongues.in_plain_finnish():
        return escape(f"{_WEEKDAYS[day.weekday()]} {_numbers(day)}")
    return escape(i18n.day(day))


def _numbers(day: date) -> str:
    return f"{day.day}.{day.month}."


def say_time(moment: datetime | time) -> Markup:
    """``11.30`` on a Helsinki clock."""
    further = _further()
    if further:
        local = to_local(moment) if isinstance(moment, datetime) else moment
        return Markup('<bdi dir="ltr">%s</bdi>') % f"{local.hour}{further.clock}{local.minute:02d}"
    return escape(i18n.clock(moment))


def say_window(window: ServingWindow) -> Markup:
    """``11.30–12.30``"""
    further = _further()
    if further:
        ends = [f"{end.hour}{further.clock}{end.minute:02d}" for end in (window.starts, window.ends)]
        return Markup('<bdi dir="ltr">%s</bdi>') % "–".join(ends)
    return escape(f"{i18n.clock(window.starts)}–{i18n.clock(window.ends)}")
