"""The list of codes that a phone keeps for the time without a network: of its own place, and of no other."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day
from pilot_ops.places.domain import Kind, Place
from pilot_ops.places.queries import get_place
from pilot_ops.tickets import queries
from pilot_ops.tickets.domain import CodeList, code_list, listed_until


def list_codes(session: Session, actor: Actor, *, place_id: UUID, at: datetime) -> tuple[Place, CodeList]:
    """What a phone at a place may meet: at a venue, tickets that clients have; at a point, those to be handed out."""
    place = get_place(session, place_id)
    if place.kind is Kind.VENUE:
        actor.must(Permission.TICKETS_USE, place_id=place_id)
        found = queries.list_with_clients(session, place_id, until=listed_until(local_day(at)))
    else:
        actor.must(Permission.TICKETS_HAND_OUT, place_id=place_id)
        found = queries.list_at_point(session, place_id)
    return place, code_list(queries.list_types(session, inactive=True), found)
