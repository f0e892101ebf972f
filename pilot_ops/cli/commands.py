"""Commands that work on records."""

from __future__ import annotations

from argparse import Namespace
from fractions import Fraction
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.accounts import service as accounts
from pilot_ops.accounts.domain import WORKS_AT, UserDetails
from pilot_ops.audit.service import verify_log
from pilot_ops.cli.answer import OPERATOR, BadInput, answer, complain, day_of, working
from pilot_ops.jobs import runner as jobs
from pilot_ops.jobs.timetable import get_job
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.settings import Settings, read_settings
from pilot_ops.kernel.tabular import WrongCell, read_count, read_decimal, read_money
from pilot_ops.kernel.text import tidy
from pilot_ops.parks import service as parks
from pilot_ops.parks.domain import ParkDetails
from pilot_ops.parks.queries import find_park_by_name
from pilot_ops.places.queries import find_place_by_name
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import ParkPlan, PilotDetails, parse_weekdays
from pilot_ops.schedule.queries import list_days


def create_user(asked: Namespace) -> None:
    """Add a person and print their one-time sign-in link."""
    settings = read_settings()
    name = tidy(asked.name) or tidy(asked.email.partition("@")[0])
    with working(settings), transaction() as session:
        details = UserDetails(email=asked.email, name=name, role=Role(asked.role))
        park_ids = [park_named(session, park) for park in asked.park]
        places = [place_named(session, details.role, place) for place in asked.place]
        work = {"park_ids": park_ids, "place_ids": places}
        user = accounts.create_user(session, OPERATOR, details=details, **work, at=now())
        link = sign_in_link(session, settings, user.id)
    answer(asked, {"id": user.id, "email": user.details.email, "role": asked.role, "link": link}, link)


def sign_in_link(session: Session, settings: Settings, user_id: UUID) -> str:
    """A new one-time sign-in link of a person."""
    hours = settings.sign_in_link_hours
    token = accounts.make_sign_in_link(session, OPERATOR, user_id=user_id, hours=hours, at=now())
    return f"{settings.public_url}/sign-in/{token}"


def park_named(session: Session, name: str) -> UUID:
    """A park's id by its name. BadInput if there is none."""
    park = find_park_by_name(session, name)
    if park is None:
        raise BadInput(f"there is no park {name!r}; add it with: pilot-ops park create")
    return park.id


def place_named(session: Session, role: Role, name: str) -> UUID:
    """The id of the place of this name where a role works. BadInput if there is none."""
    kind = WORKS_AT.get(role)
    place = find_place_by_name(session, kind, name) if kind else None
    if place is None:
        raise BadInput(f"there is no place {name!r} where {role.value} works; add it on the page Places")
    return place.id


def create_park(asked: Namespace) -> None:
    """Add a park."""
    details = ParkDetails(asked.name, asked.address, asked.postal_code, asked.city, asked.district)
    settings = read_settings()
    with working(settings), transaction() as session:
        country = settings.holiday_country
        park = parks.create_park(session, OPERATOR, details=details, at=now(), country=country)
    answer(asked, {"id": park.id, "name": park.name}, f"{park.name}: added")


def create_pilot(asked: Namespace) -> None:
    """Make a pilot and plan its meal days."""
    settings = read_settings()
    calendar = schedule.Calendar(settings.holiday_country, settings.holiday_region)
    with working(settings), transaction() as session:
        park_ids = dict.fromkeys(park_named(session, name) for name in asked.park)
        details = _pilot_details(asked, list(park_ids))
        pilot = schedule.create_pilot(session, OPERATOR, details=details, calendar=calendar, at=now())
        days = len(list_days(session, pilot_id=pilot.id))
    text = f"{pilot.name}: {len(pilot.park_ids)} parks, {days} meal days"
    answer(asked, {"id": pilot.id, "name": pilot.name, "parks": len(pilot.park_ids), "meal_days": days}, text)


def _pilot_details(asked: Namespace, park_ids: list[UUID]) -> PilotDetails:
    weekdays = parse_weekdays(asked.weekdays)
    return PilotDetails(
        name=asked.name,
        starts_on=day_of(asked.starts_on),
        ends_on=day_of(asked.ends_on),
        parks=tuple(ParkPlan(park_id, weekdays) for park_id in park_ids),
        estimate=_amount("--estimate", asked.estimate),
        months=_months(asked.months),
        expected=_count("--expected", asked.expected),
        portion_price=None if asked.portion_price is None else _amount("--portion-price", asked.portion_price),
        daily_fee=None if asked.daily_fee is None else _amount("--daily-fee", asked.daily_fee),
    )


def _amount(option: str, text: str) -> Money:
    try:
        return read_money(text)
    except WrongCell:
        raise BadInput(f"{option}: {text!r} is not an amount in EUR such as 5500.00") from None


def _months(text: str) -> Fraction:
    try:
        months = read_decimal(text)
    except WrongCell:
        months = Fraction(1, 3)
    if (months * 100).denominator != 1:
        raise BadInput(f"--months: {text!r} is not a number such as 1 or 1.5")
    return months


def _count(option: str, text: str) -> int:
    try:
        return read_count(text)
    except WrongCell:
        raise BadInput(f"{option}: {text!r} is not a whole number") from None


def run_job(asked: Namespace) -> None:
    """Run a job by hand, for a day."""
    get_job(asked.name)
    day = day_of(asked.day) if asked.day else local_day(now())
    with working() as app:
        report = jobs.run_by_hand(app, OPERATOR, name=asked.name, day=day, now=now())
    facts = {"job": asked.name, "day": day, "days_looked_at": report.looked, "done_or_found": report.done}
    answer(asked, facts, f"{asked.name} {day}: {report.looked} days looked at, {report.done} done or found")


def verify_audit(asked: Namespace) -> int:
    """Check that the audit log is as it was written; 1 if it is not."""
    with working(), reading() as session:
        verdict = verify_log(session)
    facts = {"sound": verdict.flaw is None, "entries": verdict.entries, "head": verdict.head}
    if verdict.flaw is None:
        answer(asked, facts, f"sound: {verdict.entries} entries, head {verdict.head}")
        return 0
    if asked.json:
        answer(asked, {**facts, "flaw": verdict.flaw.value, "entry": verdict.seq}, "")
    complain(f"the audit log is not sound: entry {verdict.seq} is {verdict.flaw.value}; {verdict.entries} are")
    return 1
