"""The demonstration: the programme's real parks, and two pilots whose counts and costs are made up and say so."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from importlib.resources import files
from typing import Any

import flask_migrate
from sqlalchemy.orm import Session

from pilot_ops.accounts import service as accounts
from pilot_ops.accounts.domain import User, UserDetails
from pilot_ops.accounts.queries import find_user_by_email, list_users
from pilot_ops.audit.domain import Action
from pilot_ops.audit.queries import walk_entries
from pilot_ops.audit.service import record as note_in_log
from pilot_ops.cli import demo_events, demo_programme
from pilot_ops.cli import demo_figures as figures
from pilot_ops.cli.answer import OPERATOR, BadInput, answer, working
from pilot_ops.cli.commands import sign_in_link
from pilot_ops.cli.demo_tickets import CINEMAS, HALLS, POINTS, load_tickets, places_of_role
from pilot_ops.costs import service as costs
from pilot_ops.costs.queries import list_entries
from pilot_ops.counting import service as counting
from pilot_ops.counting.domain import Tap
from pilot_ops.counting.queries import counted_subjects
from pilot_ops.events.queries import list_events
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import at_local, local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.paths import MIGRATIONS
from pilot_ops.kernel.settings import Settings, read_settings
from pilot_ops.kernel.text import fold
from pilot_ops.meals.service.days import save_record
from pilot_ops.messages import service as messages
from pilot_ops.messages.domain import OF_OPEN_DAYS
from pilot_ops.parks import service as parks
from pilot_ops.parks.domain import ParkDetails
from pilot_ops.parks.queries import find_park_by_name, list_parks
from pilot_ops.places.queries import list_places
from pilot_ops.programme.domain import PartKind
from pilot_ops.programme.queries import list_choices, list_years
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import LONGEST_SEASON, DayStatus, MealDay, ParkPlan, Pilot, PilotDetails
from pilot_ops.schedule.domain import Action as Move
from pilot_ops.schedule.queries import find_pilot_by_name, list_closures, list_days, list_pilots
from pilot_ops.tickets.queries import list_types

FINISHED = "Puistoruokailu heinäkuu 2024"
RUNNING = "Puistoruokailu tänään"
_PEOPLE = (
    ("puisto@esittely.invalid", "Esittely, puiston työntekijä", Role.PARK_STAFF),
    ("koordinaattori@esittely.invalid", "Esittely, koordinaattori", Role.COORDINATOR),
    ("jakopiste@esittely.invalid", "Esittely, jakopiste", Role.POINT_STAFF),
    ("uimahalli@esittely.invalid", "Esittely, uimahalli", Role.VENUE),
    ("paallikko@esittely.invalid", "Esittely, ohjelmapäällikkö", Role.MANAGER),
    ("yllapito@esittely.invalid", "Esittely, ylläpitäjä", Role.ADMINISTRATOR),
)
_HALF_SEASON = timedelta(days=14)
_DAYS_OF_MONTH = 30.5
_UNDONE = (DayStatus.PLANNED, DayStatus.OPEN)


def load(asked: Namespace) -> None:
    """Load the demonstration, or let it run today if it is there, and print a one-time sign-in link for each role."""
    settings = read_settings()
    with working(settings):
        if asked.reset:
            _reset()
        with transaction() as session:
            loaded = load_into(session, settings)
            links = {user.details.role.value: sign_in_link(session, settings, user.id) for user in add_people(session)}
    lines = ["The demonstration is loaded." if loaded else "The demonstration is there already; its data was kept."]
    lines += ["One-time sign-in links:", *(f"  {role:<14} {link}" for role, link in links.items())]
    answer(asked, {"loaded": loaded, "links": links}, "\n".join(lines))


def _reset() -> None:
    """Delete everything. BadInput if anything is no demonstration: real work is never deleted this way."""
    with reading() as session:
        real = next(real_work(session), None)
    if real:
        raise BadInput(f"nothing was deleted: {real}")
    flask_migrate.downgrade(directory=str(MIGRATIONS), revision="base")
    flask_migrate.upgrade(directory=str(MIGRATIONS))


def real_work(session: Session) -> Iterator[str]:
    """What is there that the demonstration did not bring, each in words."""
    yield from (f"the pilot {found.name!r} is not a demonstration" for found in list_pilots(session) if _real(found))
    guests = {email for email, _name, _role in _PEOPLE}
    people = {user.id: user for user in list_users(session)}
    emails = [user.details.email for user in people.values()]
    yield from (f"{email!r} is a person of yours" for email in emails if email not in guests)
    parks_here = {park.id: park.name for park in list_parks(session, inactive=True)}
    known = {fold(park["name"]) for park in programme()["residents_parks"]}
    yield from (f"{name!r} is a park of yours" for name in parks_here.values() if fold(name) not in known)
    for closure in list_closures(session):
        yield f"{parks_here[closure.park_id]!r} has days on which it is closed"
    ours = {fold(name) for name in (*POINTS, *HALLS, *CINEMAS)}
    yield from (f"{place.name!r} is a place of yours" for place in list_places(session) if fold(place.name) not in ours)
    types = [kind for kind in list_types(session, inactive=True) if not kind.details.demo]
    yield from (f"{kind.name.fi!r} is a ticket type of yours" for kind in types)
    events = [event for event in list_events(session) if not event.details.demo]
    yield from (f"{event.name.fi!r} is an event of yours" for event in events)
    workers = {entry.user_id: entry.actor for entry in walk_entries(session) if entry and entry.user_id}
    for user_id, name in workers.items():
        if user_id not in people or people[user_id].details.email not in guests:
            yield f"{name!r} has worked here"


def _real(pilot: Pilot) -> bool:
    return not pilot.details.demo


def programme() -> Mapping[str, Any]:
    """The programme's real figures, from its own follow-up report and the city's list of parks."""
    text = files("pilot_ops.cli").joinpath("hyvinvoiva-espoo.json").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(text)
    return found


def load_into(session: Session, settings: Settings) -> bool:
    """Load the demonstration unless it is there, and then let it run today; whether it was loaded."""
    today = local_day(now())
    if find_pilot_by_name(session, FINISHED):
        _run_today(session, settings, today)
        return False
    figures_of_programme = programme()
    for park in figures_of_programme["residents_parks"]:
        if find_park_by_name(session, park["name"]) is None:
            parks.create_park(
                session, OPERATOR, details=ParkDetails(**park, **figures.place_of(park["name"])), at=now()
            )
    meal_pilot = figures_of_programme["park_meal_pilot"]
    for name, first, last in (
        (FINISHED, date(2024, 7, 1), date(2024, 7, 31)),
        (RUNNING, today - _HALF_SEASON, today + _HALF_SEASON),
    ):
        details = _details(session, meal_pilot, name, first, last)
        calendar = _calendar(settings, today)
        made = schedule.create_pilot(session, OPERATOR, details=details, calendar=calendar, at=now())
        _fill(session, made, today)
    load_tickets(session, figures_of_programme, today)
    demo_events.load_events(session, today)
    _load_programme(session, figures_of_programme)
    note_in_log(session, OPERATOR, Action.DEMO_LOADED, f"{FINISHED}, {RUNNING}", at=now())
    return True


def _load_programme(session: Session, figures_of_programme: Mapping[str, Any]) -> None:
    """The programme's own figures, and what of the demonstration belongs to its measures; unless there is one."""
    if list_years(session):
        return
    finished, running = (find_pilot_by_name(session, name) for name in (FINISHED, RUNNING))
    year = local_day(now()).year
    events = [part for part in list_choices(session, year) if part[0] in {PartKind.SERIES, PartKind.EVENT}]
    parts = {
        demo_programme.MEALS: [(PartKind.PILOT, running.id)] if running else [],
        demo_programme.EVENTS: events,
        demo_programme.TICKETS: [(PartKind.TICKET_TYPE, kind.id) for kind in list_types(session, inactive=True)],
    }
    demo_programme.load_programme(session, figures_of_programme, parts, now())
    if finished:
        demo_programme.add_pilot(session, (PartKind.PILOT, finished.id), 2024, now())


def _calendar(settings: Settings, today: date) -> schedule.Calendar:
    """The city's calendar, but that a demonstration is shown today, be it a Sunday or Christmas Day."""
    return schedule.Calendar(settings.holiday_country, settings.holiday_region, frozenset({today}))


def _details(session: Session, plan: Mapping[str, Any], name: str, first: date, last: date) -> PilotDetails:
    chosen = [find_park_by_name(session, park) for park in figures.USUAL]
    return PilotDetails(
        name=name,
        starts_on=first,
        ends_on=last,
        parks=tuple(ParkPlan(park.id) for park in chosen if park),
        estimate=Money.parse(plan["estimate_per_park_per_month"]["amount"]),
        expected=plan["expected_children_per_park_per_day"],
        portion_price=figures.PORTION_PRICE,
        daily_fee=figures.DAILY_FEE,
        demo=True,
    )


def _run_today(session: Session, settings: Settings, today: date) -> None:
    """Lengthen the running pilot if it has no day today. Nothing counted goes; real pilots in its parks come first."""
    pilot = find_pilot_by_name(session, RUNNING)
    if pilot is None or _real(pilot):
        return
    served = {day.park_id for day in list_days(session, pilot_id=pilot.id, first=today, last=today)}
    if served >= set(pilot.park_ids):
        return
    details = _lengthened(pilot.details, today)
    plan: dict[str, Any] = {"pilot_id": pilot.id, "details": details, "calendar": _calendar(settings, today)}
    try:
        change = schedule.preview_change(session, OPERATOR, **plan)
    except Refused:
        return
    if not change.empty:
        schedule.change_pilot(session, OPERATOR, **plan, seen=change.digest, at=now())
        _fill(session, Pilot(pilot.id, details), today)


def _lengthened(details: PilotDetails, today: date) -> PilotDetails:
    """The same pilot until half a season from today, and at most a year; its estimate grows with it."""
    last = max(details.ends_on, today + _HALF_SEASON)
    first = min(today, max(details.starts_on, last - LONGEST_SEASON))
    months = Fraction(round((last - first).days / _DAYS_OF_MONTH))
    return replace(details, starts_on=first, ends_on=last, months=max(details.months, months))


def _fill(session: Session, pilot: Pilot, today: date) -> None:
    """Give a pilot's days up to yesterday that have none their counts and records, and the pilot its ledger."""
    days: dict[str, list[MealDay]] = {}
    taps: list[Tap] = []
    names = {park.id: park.name for park in list_parks(session) if park.id in pilot.park_ids}
    found = [day for day in list_days(session, pilot_id=pilot.id) if names.get(day.park_id) in figures.USUAL]
    counted = counted_subjects(session, [day.id for day in found])
    for day in found:
        park = names[day.park_id]
        place = len(days.setdefault(park, []))
        if day.ordered is None:
            day = replace(day, ordered=figures.ordered_of(park, place))
            schedule.set_ordered(session, day_id=day.id, ordered=day.ordered)
            menu, diets = figures.menu_of(day.day)
            schedule.set_menu(session, day_id=day.id, menu=menu, diets=diets)
        days[park].append(day)
        if day.day < today and day.status in _UNDONE and day.id not in counted:
            taps += _happened(session, park, day, place)
    # Received on the day they were made, so that the past can be shown as it was known then.
    by_day: dict[date, list[Tap]] = {}
    for tap in taps:
        by_day.setdefault(local_day(tap.tapped_at), []).append(tap)
    for made in by_day.values():
        counting.record_many(session, OPERATOR, taps=made, at=max(tap.tapped_at for tap in made))
    booked = {entry.id for entry in list_entries(session, pilot.id)}
    for entry, at in figures.entries_of(days, today=today) if days else ():
        if entry.id not in booked:
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
    schedule.move_day(session, day_id=day.id, expected=day.status, action=Move.CLOSE)
    messages.settle(session, kinds=OF_OPEN_DAYS, park_id=day.park_id, day=day.day, at=closed)
    save_record(session, OPERATOR, day_id=day.id, record=made, at=closed)
    return list(figures.taps_of_day(day, count))


def add_people(session: Session) -> list[User]:
    """The people of the demonstration, one for each role; made unless they are there."""
    return [_person(session, *person) for person in _PEOPLE]


def _person(session: Session, email: str, name: str, role: Role) -> User:
    user = find_user_by_email(session, email)
    if user is None:
        home = find_park_by_name(session, next(iter(figures.USUAL)))
        park_ids = [home.id] if role is Role.PARK_STAFF and home else []
        details = UserDetails(email=email, name=name, role=role)
        work = {"park_ids": park_ids, "place_ids": places_of_role(session, role)}
        user = accounts.create_user(session, OPERATOR, details=details, **work, at=now())
    return user
