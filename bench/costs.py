"""The cost page over 4 parks x 23 days, and over 400 parks x 230 days: its time and its number of questions."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench.report import line, machine
from pilot_ops.costs.domain import Category, Entry
from pilot_ops.costs.service import book_entry
from pilot_ops.counting.domain import Tap
from pilot_ops.counting.service import record_many
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.db import Base
from pilot_ops.kernel.money import Money
from pilot_ops.schedule.domain import DayStatus, Pilot
from pilot_ops.schedule.queries import list_days
from tests.support.builders import ADMIN, NOON, make_park, make_pilot, make_user
from tests.support.databases import close, make_app, migrate, work
from tests.support.page import sign_in
from tests.support.recorder import recorded

_REPEATS = 5
_SIZES = ((4, date(2024, 7, 31), 0b0011111), (400, date(2025, 2, 22), 0b1111111))


def measure() -> None:
    """Print the table."""
    line(f"The cost page ({machine()}; SQLite; median of {_REPEATS})")
    line()
    line("  parks x days      meal days   questions   seconds")
    for parks, last, weekdays in _SIZES:
        with _season(parks, last, weekdays) as (app, pilot):
            client = app.test_client()
            with work(app) as session:
                days, user = len(list_days(session, pilot_id=pilot.id)), make_user(session, Role.MANAGER)
            sign_in(client, user)
            address = f"/costs?pilot={pilot.id}&as-of={last.isoformat()}"
            times = []
            for _ in range(_REPEATS):
                with recorded(app) as statements:
                    started = time.perf_counter()
                    response = client.get(address)
                    times.append(time.perf_counter() - started)
                if response.status_code != 200:
                    raise RuntimeError(f"the page answered {response.status_code}")
            size = f"{parks} x {days // parks}"
            line(f"  {size:<16} {days:>10} {len(statements):>11} {statistics.median(times):>9.3f}")
    line()


@contextmanager
def _season(parks: int, last: date, weekdays: int) -> Iterator[tuple[Flask, Pilot]]:
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(Path(folder))
        migrate(app)
        with work(app) as session:
            pilot = _fill(session, parks, last, weekdays)
        yield app, pilot
        close(app)


def _fill(session: Session, parks: int, last: date, weekdays: int) -> Pilot:
    made = [make_park(session) for _ in range(parks)]
    prices = {"portion_price": Money(275), "daily_fee": Money(1500)}
    pilot = make_pilot(session, made, starts_on=date(2024, 7, 1), ends_on=last, weekdays=weekdays, **prices)
    days = list_days(session, pilot_id=pilot.id)
    table = Base.metadata.tables["meal_days"]
    session.execute(table.update().values(status=DayStatus.CLOSED, ordered=80))
    records = Base.metadata.tables["meal_records"]
    record = {"damaged": 0, "leftover": 0, "waste": 0, "food": "hot", "note": "", "entered": "phone"}
    session.execute(insert(records), [{"day_id": day.id, "delivered": 80, **record} for day in days])
    taps = [Tap(uuid4(), day.id, group, 38, NOON) for day in days for group in ("under-school-age", "school-age")]
    record_many(session, ADMIN, taps=taps, at=NOON)
    for park in made:
        book_entry(session, ADMIN, pilot_id=pilot.id, entry=_invoice(park.id), at=NOON)
    return pilot


def _invoice(park_id: UUID) -> Entry:
    first, last = date(2024, 7, 1), date(2024, 7, 7)
    return Entry(
        uuid4(), last, Category.CATERING, Money(118000), park_id, description="x", service_from=first, service_to=last
    )
