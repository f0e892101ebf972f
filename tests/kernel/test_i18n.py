"""Days and times as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask_babel import force_locale

from pilot_ops.kernel.web.i18n import clock, moment, month_short


def test_a_moment_on_a_helsinki_clock(app: Flask) -> None:
    noon = datetime(2024, 6, 19, 9, 5, tzinfo=UTC)
    with app.test_request_context():
        assert clock(noon) == "12.05"
        assert moment(noon).replace("\N{NO-BREAK SPACE}", " ") == "ke 19.6.2024 klo 12.05"


def test_the_last_hours_of_the_calendar_are_a_dash(app: Flask) -> None:
    last = datetime.max.replace(tzinfo=UTC)
    with app.test_request_context():
        assert (clock(last), moment(last)) == ("–", "–")


@pytest.mark.parametrize(("language", "name"), [("fi", "Touko"), ("sv", "Maj"), ("en", "May")])
def test_a_month_on_a_button(app: Flask, language: str, name: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert month_short(date(2024, 5, 1)) == name
