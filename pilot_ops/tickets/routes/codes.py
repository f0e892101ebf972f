"""The list of codes that a phone keeps for the time without a network, in JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from flask import Response, request
from flask.typing import ResponseReturnValue

from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.web.guard import actor, signed_in
from pilot_ops.kernel.web.i18n import translated
from pilot_ops.tickets import service
from pilot_ops.tickets.domain import CodeList, Listed, TicketType
from pilot_ops.tickets.routes import bp


@bp.get("/tickets/places/<uuid:place_id>/codes")
@signed_in
def codes(place_id: UUID) -> ResponseReturnValue:
    """The tickets that a phone at this place may meet, for whoever works there; 304 while nothing has changed."""
    at = now()
    with reading() as session:
        place, found = service.list_codes(session, actor(), place_id=place_id, at=at)
    content = msgspec.json.encode({"kind": place.kind.value, **_compact(found)})
    answer = Response(content, mimetype="application/json")
    answer.add_etag()
    answer.headers["Pilot-Ops-Now"] = at.isoformat()
    return answer.make_conditional(request)


def _compact(found: CodeList) -> dict[str, Any]:
    """Rows without names, since there are thousands: digest, place of the type in its list, number, left, last use."""
    places = {kind.id: place for place, kind in enumerate(found.types)}
    return {"types": [_type(kind) for kind in found.types], "codes": [_row(one, places) for one in found.tickets]}


def _type(kind: TicketType) -> dict[str, Any]:
    details = kind.details
    dates = {"from": details.valid_from, "until": details.valid_until}
    return {"name": translated(kind.name), "prefix": details.prefix, "uses": details.uses, **dates}


def _row(one: Listed, places: dict[UUID, int]) -> list[Any]:
    row: list[Any] = [one.digest, places[one.type_id], one.serial, one.left]
    return [*row, int(one.last_used_at.timestamp())] if one.last_used_at else row
