"""Pilots and parks, which everything else is about."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.api.domain import Found, Token
from pilot_ops.api.service.pages import names_of, page_in_memory
from pilot_ops.api.wire import PageAsked, Park, Pilot, read_cursor
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.money import Money
from pilot_ops.parks import domain as parks
from pilot_ops.parks import queries as park_queries
from pilot_ops.schedule import domain as schedule
from pilot_ops.schedule import queries as pilot_queries


def list_pilots(session: Session, token: Token, asked: PageAsked) -> Found:
    """Pilots by the beginning of their season."""
    token.actor().must(Permission.PARKS_VIEW)
    after = read_cursor(asked.cursor, str, UUID)
    return page_in_memory(pilot_queries.list_pilots(session), asked.limit, after, _pilot_key, _pilot)


def list_parks(session: Session, token: Token, asked: PageAsked) -> Found:
    """Parks, also those no longer in use: what happened in them stays."""
    token.actor().must(Permission.PARKS_VIEW)
    after = read_cursor(asked.cursor, UUID)
    found = park_queries.list_parks(session, inactive=True)
    return page_in_memory(found, asked.limit, after, lambda park: (park.id,), _park)


def _pilot_key(pilot: schedule.Pilot) -> tuple[str, UUID]:
    return pilot.details.starts_on.isoformat(), pilot.id


def _pilot(pilot: schedule.Pilot) -> Pilot:
    details = pilot.details
    return Pilot(
        id=pilot.id,
        name=pilot.name,
        starts_on=details.starts_on,
        ends_on=details.ends_on,
        estimate_per_park_month=details.estimate.decimal(),
        months=Money(details.months * 100).decimal(),
        expected_children=details.expected,
        park_ids=sorted(pilot.park_ids),
    )


def _park(park: parks.Park) -> Park:
    details = park.details
    return Park(
        id=park.id,
        name=names_of(park.names),
        address=details.address,
        postal_code=details.postal_code,
        city=details.city,
        district=details.district,
        active=details.active,
        latitude=None if details.latitude is None else float(details.latitude),
        longitude=None if details.longitude is None else float(details.longitude),
    )
