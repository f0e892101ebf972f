"""Meal days with their counts."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.api.domain import Found, Token, check_days
from pilot_ops.api.service.pages import check_names, page_of
from pilot_ops.api.wire import MealDay, MealDaysAsked, read_cursor
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.money import round_half_up
from pilot_ops.meals.domain import Record, Summary
from pilot_ops.meals.queries import list_summaries
from pilot_ops.parks.queries import park_names
from pilot_ops.schedule.queries import list_days


def list_meal_days(session: Session, token: Token, asked: MealDaysAsked) -> Found:
    """Meal days by day and park. As many questions for a page of any size."""
    token.actor().must(Permission.DAYS_VIEW)
    check_days(asked.first, asked.last)
    after = read_cursor(asked.cursor, date, UUID)
    check_names(session, pilot=asked.pilot, park=asked.park)
    days = list_days(
        session,
        pilot_id=asked.pilot,
        park_ids=None if asked.park is None else (asked.park,),
        first=asked.first,
        last=asked.last,
        statuses=None if asked.status is None else (asked.status,),
        after=after,
        most=asked.limit + 1,
    )
    names = park_names(session)
    page = page_of(list_summaries(session, days), asked.limit, _key, lambda summary: _day(summary, names))
    return page


def _key(summary: Summary) -> tuple[date, UUID]:
    return summary.day.day, summary.day.park_id


def _day(summary: Summary, names: dict[UUID, str]) -> MealDay:
    day, count, record = summary.day, summary.count, summary.record or Record(None)
    written = summary.record is not None
    return MealDay(
        id=day.id,
        pilot_id=day.pilot_id,
        park_id=day.park_id,
        park=names[day.park_id],
        date=day.day,
        status=day.status,
        cancel_reason=day.cancel_reason,
        serving_from=day.window.starts,
        serving_to=day.window.ends,
        ordered=day.ordered,
        delivered=record.delivered,
        under_school_age=count.under_school_age,
        school_age=count.school_age,
        first_portions=count.first_portions,
        second_helpings=count.second_helpings,
        adults=count.adults,
        turned_away=count.turned_away,
        damaged=record.damaged if written else None,
        leftover=record.leftover if written else None,
        waste=record.waste if written else None,
        temp_receipt=_degrees(record.temp_receipt),
        temp_serving=_degrees(record.temp_serving),
        weather=record.weather,
        closed_at=summary.closed_at,
    )


def _degrees(value: Fraction | None) -> str | None:
    return None if value is None else one_place(value)


def one_place(value: Fraction) -> str:
    """A number with one decimal, half up: ``-2.0``."""
    tenths = round_half_up(value * 10)
    return f"{'-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}"
