"""A meal day of yesterday with its park's staff signed in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.schedule.domain import MealDay
from tests.support.builders import calendar_with, day_of, make_pilot, make_user
from tests.support.databases import work
from tests.support.page import PageClient, sign_in


@pytest.fixture
def day(app: Flask, client: PageClient) -> MealDay:
    """A meal day of yesterday, which whoever signs in to its park may count."""
    today = local_day(now())
    with work(app) as session:
        season = {"starts_on": today - timedelta(days=7), "ends_on": today + timedelta(days=7), "weekdays": 0b1111111}
        pilot = make_pilot(session, calendar=calendar_with(today - timedelta(days=1)), **season)
        found = day_of(session, pilot, today - timedelta(days=1))
        user = make_user(session, Role.PARK_STAFF, [found.park_id])
    sign_in(client, user)
    return found
