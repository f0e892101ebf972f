"""Who came to events and what they cost, as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pilot_ops.events.domain import Attendance, Closing, Event
from pilot_ops.kernel.tabular import write_csv, write_xlsx

_NAMES = ("date", "event", "venue", "status", "participants", "helpers", "weather", "cost", "note")


def write_report(
    events: Sequence[Event], came: Mapping[UUID, Attendance], closings: Mapping[UUID, Closing], kind: str
) -> bytes:
    """The events as ``csv``, ``xlsx`` or ``json``, a row each.

    Of one that is not closed weather, cost and note are empty. In JSON the cost is a decimal string of two places, as
    in the report of costs; null where there is none.
    """
    rows: list[list[Any]] = []
    for event in events:
        closing = closings.get(event.id, Closing())
        who = came[event.id]
        what = [event.day, event.name.fi, event.details.venue.name.fi, event.status.value]
        rows.append([*what, who.participants, who.helpers, closing.weather or "", closing.cost, closing.note])
    if kind == "json":
        return _json(rows)
    return write_xlsx("events", _NAMES, rows) if kind == "xlsx" else write_csv(_NAMES, rows)


def _json(rows: list[list[Any]]) -> bytes:
    events = [dict(zip(_NAMES, row, strict=True)) for row in rows]
    for event in events:
        event["date"] = event["date"].isoformat()
        event["weather"] = event["weather"] or None
        event["cost"] = event["cost"].decimal() if event["cost"] is not None else None
    return (json.dumps({"currency": "EUR", "events": events}, ensure_ascii=False, indent=2) + "\n").encode()
