"""The manager's pages of one pilot when there is nothing else, and after three summers of four hundred parks.

History must cost nothing: a page of a pilot is about that pilot. And the largest file that anybody asks for.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import insert

from bench.report import line, machine
from pilot_ops.costs.domain import Category
from pilot_ops.counting.domain import Tap
from pilot_ops.counting.service import record_many
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.db import Base
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.tabular import write_xlsx
from pilot_ops.kernel.text import Translated
from pilot_ops.programme.domain import PartKind
from pilot_ops.schedule.domain import DayStatus, Pilot
from pilot_ops.schedule.queries import list_days, list_pilots
from tests.support.builders import ADMIN, NOON, make_park, make_pilot, make_user
from tests.support.databases import close, make_app, migrate, work
from tests.support.page import sign_in
from tests.support.programme import make_measure
from tests.support.recorder import recorded

_REPEATS = 7
_YEAR, _SUMMERS = 2024, (2021, 2022, 2023)
_FEW, _MANY = 4, 400
_ROWS = 100_000


def measure() -> None:
    """Print the table."""
    line(f"The manager's pages of a pilot of {_FEW} parks ({machine()}; SQLite; median of {_REPEATS})")
    line()
    line("  page           alone s  questions   after history s  questions   growth")
    with _service(history=False) as (app, pilot):
        alone = _times(app, pilot, _YEAR)
    with _service(history=True) as (app, pilot):
        after = _times(app, pilot, _YEAR)
        large = _times(app, _measured(app, _SUMMERS[-1]), _SUMMERS[-1])
    for name, (seconds, questions) in alone.items():
        later, more = after[name]
        line(f"  {name:<12} {seconds:>9.4f} {questions:>10} {later:>17.4f} {more:>10} {later / seconds:>8.2f}x")
    line(f"  (history: {_MANY} parks x {len(_SUMMERS)} summers, a hundred times the meal days of the pilot and more)")
    line()
    line(f"  The same pages of a pilot of {_MANY} parks, with its summers before it:")
    for name, (seconds, questions) in large.items():
        line(f"  {name:<12} {seconds:>9.4f} {questions:>10}")
    line()
    started = time.perf_counter()
    rows = [
        [date(2024, 7, 1), "Suvela", Category.CATERING.value, Money(118_00), "Lasku", number] for number in range(_ROWS)
    ]
    size = len(write_xlsx("costs", ["date", "park", "category", "amount", "description", "voucher"], rows))
    line(f"  XLSX of {_ROWS} rows: {time.perf_counter() - started:.1f} s, {size / 1e6:.1f} MB")
    line()


def _times(app: Flask, pilot: Pilot, year: int) -> dict[str, tuple[float, int]]:
    """The median seconds and the questions of each page."""
    client = app.test_client()
    with work(app) as session:
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    pages = {
        "costs": f"/costs?pilot={pilot.id}&as-of={year}-07-31",
        "programme": f"/programme/{year}",
        "report": f"/programme/{year}/report?language=fi",
    }
    found: dict[str, tuple[float, int]] = {}
    for name, address in pages.items():
        times = []
        for _ in range(_REPEATS):
            with recorded(app) as statements:
                started = time.perf_counter()
                status = client.get(address).status_code
                times.append(time.perf_counter() - started)
            if status != 200:
                raise RuntimeError(f"{address} answered {status}")
        found[name] = (statistics.median(times), len(statements))
    return found


@contextmanager
def _service(*, history: bool) -> Iterator[tuple[Flask, Pilot]]:
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(Path(folder))
        migrate(app)
        if history:
            for year in _SUMMERS:
                _summer(app, year, _MANY)
        pilot = _summer(app, _YEAR, _FEW)
        _belong(app, pilot, _YEAR)
        yield app, pilot
        close(app)


def _measured(app: Flask, year: int) -> Pilot:
    """The pilot of a summer, as part of that year's programme."""
    with work(app) as session:
        (pilot,) = list_pilots(session, first=date(year, 7, 1), last=date(year, 7, 31))
    _belong(app, pilot, year)
    return pilot


def _belong(app: Flask, pilot: Pilot, year: int) -> None:
    with work(app) as session:
        make_measure(session, year, parts=[(PartKind.PILOT, pilot.id)], name=Translated("Puistoruokailu"))


def _summer(app: Flask, year: int, parks: int) -> Pilot:
    """A July with closed days and their counts."""
    with work(app) as session:
        made = [make_park(session) for _ in range(parks)]
        season: dict[str, Any] = {"starts_on": date(year, 7, 1), "ends_on": date(year, 7, 31)}
        pilot = make_pilot(session, made, portion_price=Money(275), daily_fee=Money(1500), **season)
        days = list_days(session, pilot_id=pilot.id)
        table = Base.metadata.tables["meal_days"]
        session.execute(table.update().where(table.c.pilot_id == pilot.id).values(status=DayStatus.CLOSED, ordered=80))
        record = {
            "damaged": 0,
            "leftover": 0,
            "waste": 0,
            "food": "hot",
            "note": "",
            "entered": "phone",
            "closed_at": NOON,
        }
        session.execute(
            insert(Base.metadata.tables["meal_records"]),
            [{"day_id": day.id, "delivered": 80, **record} for day in days],
        )
        taps = [Tap(uuid4(), day.id, group, 38, NOON) for day in days for group in ("under-school-age", "school-age")]
        record_many(session, ADMIN, taps=taps, at=NOON)
    return pilot
