"""Fixtures of families' pages: a summer Wednesday before noon, and a pilot that runs on it in two parks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from flask import Flask

from pilot_ops.kernel.text import Translated
from pilot_ops.parks.domain import Park
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import Pilot, ServingWindow
from pilot_ops.schedule.queries import list_days
from tests.support.builders import ADMIN, NOON, make_park, make_pilot
from tests.support.databases import work

TODAY = date(2024, 6, 19)
# Five past nine in Helsinki.
MORNING = datetime(2024, 6, 19, 6, 5, tzinfo=UTC)
SOUP = Translated(
    "Lohikeitto; kasvis: linssikeitto", "Laxsoppa; vegetariskt: linssoppa", "Salmon soup; vegetarian: lentils"
)


@dataclass(frozen=True)
class Summer:
    """The pilot and its parks."""

    pilot: Pilot
    suvela: Park
    soukka: Park


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock stands at five past nine on a Wednesday, two days before Midsummer Eve."""
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def summer(app: Flask, clock: time_machine.Traveller) -> Summer:
    """June 2024 in two parks, one of which has coordinates and a Swedish name; soup on every day."""
    with work(app) as session:
        suvela = make_park(
            session, name="Suvela", name_sv="Södrik", latitude=Decimal("60.2003"), longitude=Decimal("24.6645")
        )
        soukka = make_park(session, name="Soukka", address="Soukankaari 10", postal_code="02360")
        season = {"starts_on": date(2024, 6, 3), "ends_on": date(2024, 6, 28)}
        pilot = make_pilot(session, [suvela, soukka], **season)
        for day in list_days(session, pilot_id=pilot.id):
            given = {"day_id": day.id, "ordered": 80, "menu": SOUP, "diets": "L, G", "window": ServingWindow()}
            schedule.change_day(session, ADMIN, **given, at=NOON)
        return Summer(pilot, suvela, soukka)
