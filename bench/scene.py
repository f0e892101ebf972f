"""What is measured: a park of a running service that serves today."""

from __future__ import annotations

from datetime import timedelta

from pilot_ops.accounts.domain import User
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.schedule.domain import MealDay
from tests.support.builders import calendar_with, day_of, make_pilot, make_user
from tests.support.databases import work
from tests.support.server import Server


def counted_today(server: Server) -> tuple[MealDay, User]:
    """A meal day of today in a pilot that has begun, and one of its park's staff."""
    today = local_day(now())
    season = {"starts_on": today, "ends_on": today + timedelta(days=30), "weekdays": 0b1111111}
    with work(server.app) as session:
        day = day_of(session, make_pilot(session, calendar=calendar_with(today), **season), today)
        return day, make_user(session, Role.PARK_STAFF, [day.park_id])
