"""The demonstration: the programme's real parks, and two pilots whose counts and costs are made up and say so."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import flask_migrate
from sqlalchemy.orm import Session

from pilot_ops.accounts import service as accounts
from pilot_ops.accounts.domain import UserDetails
from pilot_ops.accounts.queries import find_user_by_email
from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record as note_in_log
from pilot_ops.cli import demo_figures as figures
from pilot_ops.cli.answer import OPERATOR, BadInput, answer, working
from pilot_ops.cli.commands import sign_in_link
from pilot_ops.costs import service as costs
from pilot_ops.counting import service as counting
from pilot_ops.counting.domain import Tap
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import at_local, local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.paths import MIGRATIONS
from pilot_ops.kernel.settings import Settings, read_settings
from pilot_ops.meals.service.days import save_record
from pilot_ops.parks import service as parks
from pilot_ops.parks.domain import ParkDetails
from pilot_ops.parks.queries import find_park_by_name, list_parks
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import Action as Move
from pilot_ops.schedule.domain import DayStatus, MealDay, ParkPlan, Pilot, PilotDetails
from pilot_ops.schedule.queries import find_pilot_by_name, list_days, list_pilots

FINISHED = "Puistoruokailu heinäkuu 2024"
RUNNING = "Puistoruokailu tänään"
_PEOPLE = (
    ("puisto@esittely.invalid", "Esittely, puiston työntekijä", Role.PARK_STAFF),
    ("koordinaattori@esittely.invalid", "Esittely, koordinaattori", Role.COORDINATOR),
    ("uimahalli@esittely.invalid", "Esittely, uimahalli", Role.VENUE),
    ("paallikko@esittely.invalid", "Esittely, ohjelmapäällikkö", Role.MANAGER),
    ("yllapito@esittely.invalid", "Esittely, ylläpitäjä", Role.ADMINISTRATOR),
)
_WORKING_WEEK = 0b0011111
_HALF_SEASON = timedelta(days=14)


def load(asked: Namespace) -> None:
    """Load the demonstration unless it is there, and print a one-time sign-in link for each role."""
    settings = read_settings()
    with working(settings):
        if asked.reset:
            _reset()
        with transaction() as session:
            loaded = _load(session, settings)
            links = {role.value: _link(session, settings, email, name, role) for email, name, role in _PEOPLE}
    lines = ["The demonstration is loaded." if loaded else "The demonstration is there already; its data was kept."]
    lines += ["One-time sign-in links:", *(f"  {role:<14} {link}" for role, link in links.items())]
    answer(asked, {"loaded": loaded, "links": links}, "\n".join(lines))


def _reset() -> None:
    """Delete everything. BadInput if a pilot is no demonstration: real work is never deleted this way."""
    with reading() as session:
        real = [pilot.name for pilot in list_pilots(session) if not pilot.details.demo]
    if real:
        raise BadInput(f"nothing was deleted: {real[0]!r} is not a demonstration")
    flask_migrate.downgrade(directory=str(MIGRATIONS), revision="base")
    flask_migrate.upgrade(directory=str(MIGRATIONS))


def programme() -> Mapping[str, Any]:
    """The programme's real figures, from its own follow-up report and the city's list of parks."""
    text = files("pilot_ops.cli").joinpath("hyvinvoiva-espoo.json").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(text)
    return found


def _load(session: Session, settings: Settings) -> bool:
    if find_pilot_by_name(session, FINISHED):
        return False
    figures_of_programme = programme()
    for park in figures_of_programme["residents_parks"]:
        if find_park_by_name(session, park["name"]) is None:
            parks.create_park(session, OPERATOR, details=ParkDetails(**park), at=now())
    today = local_day(now())
    meal_pilot = figures_of_programme["park_meal_pilot"]
    finished = _pilot(session, settings, meal_pilot, FINISHED, date(2024, 7, 1), date(2024, 7, 31), _WORKING_WEEK)
    _fill(session, finished, today)
    # A demonstration on a Sunday serves on Sundays.
    weekdays = _WORKING_WEEK | 1 << today.weekday()
    running = _pilot(session, settings, meal_pilot, RUNNING, today - _HALF_SEASON, today + _HALF_SEASON, weekdays)
    _fill(session, running, today)
    note_in_log(session, OPERATOR, Action.DEMO_LOADED, f"{FINISHED}, {RUNNING}", at=now())
    return True


def _pilot(
    session: Session, settings: Settings, plan: Mapping[str, Any], name: str, first: date, last: date, weekdays: int
) -> Pilot:
    chosen = [find_park_by_name(session, park) for park in figures.USUAL]
    details = PilotDetails(
        name=name,
        starts_on=first,
        ends_on=last,
        parks=tuple(ParkPlan(park.id, weekdays) for park in chosen if park),
        estimate=Money.parse(plan["estimate_per_park_per_month"]["amount"]),
        expected=plan["expected_children_per_park_per_day"],
        portion_price=figures.PORTION_PRICE,
        daily_fee=figures.DAILY_FEE,
        demo=True,
    )
    calendar = schedule.Calendar(settings.holiday_country, settings.holiday_region)
    return schedule.create_pilot(session, OPERATOR, details=details, calendar=calendar, at=now())


def _fill(session: Session, pilot: Pilot, today: date) -> None:
    """Give a pilot's days up to yesterday their counts and records, and the pilot its ledger."""
    days: dict[str, list[MealDay]] = {park: [] for park in figures.USUAL}
    taps: list[Tap] = []
    names = {park.id: park.name for park in list_parks(session)}
    for day in list_days(session, pilot_id=pilot.id):
        park = names[day.park_id]
        place = len(days[park])
        ordered = figures.ordered_of(park, place)
        schedule.set_ordered(session, day_id=day.id, ordered=ordered)
        days[park].append(replace(day, ordered=ordered))
        if day.day < today:
            taps += _happened(session, park, day, place)
    counting.record_many(session, OPERATOR, taps=taps, at=now())
    for entry, at in figures.entries_of(days, today=today):
        costs.book_entry(session, OPERATOR, pilot_id=pilot.id, entry=entry, at=at)


def _happened(session: Session, park: str, day: MealDay, place: int) -> list[Tap]:
    """What happened on a day that is over; its taps."""
    closed = at_local(day.day, day.window.ends) + timedelta(minutes=25)
    cancelled = figures.cancelled_of(park, day.day)
    if cancelled:
        schedule.cancel_day(
            session,
            OPERATOR,
            day_id=day.id,
            reason=cancelled.reason,
            note=cancelled.note,
            food_billed=cancelled.food_billed,
            at=at_local(day.day, day.window.starts),
        )
        return []
    count = figures.count_of_day(park, day.day, place)
    made = figures.record_of_day(park, day.day, count, figures.ordered_of(park, place))
    schedule.move_day(session, day_id=day.id, expected=DayStatus.PLANNED, action=Move.CLOSE)
    save_record(session, OPERATOR, day_id=day.id, record=made, at=closed)
    return list(figures.taps_of_day(day, count))


def _link(session: Session, settings: Settings, email: str, name: str, role: Role) -> str:
    user = find_user_by_email(session, email)
    if user is None:
        home = find_park_by_name(session, next(iter(figures.USUAL)))
        park_ids = [home.id] if role is Role.PARK_STAFF and home else []
        details = UserDetails(email=email, name=name, role=role)
        user = accounts.create_user(session, OPERATOR, details=details, park_ids=park_ids, at=now())
    return sign_in_link(session, settings, user.id)
