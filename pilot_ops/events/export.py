"""Who came to events and what they cost, as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from pilot_ops.events.domain import Attendance, Closing, Event
from pilot_ops.kernel.tabular import write_csv, write_xlsx

_NAMES = ("date", "event", "venue", "status", "participants", "helpers", "weather", "cost", "note")


def write_report(
    events: Sequence[Event], came: Mapping[UUID, Attendance], closings: Mapping[UUID, Closing], kind: str
) -> bytes:
    """The events as ``csv`` or ``xlsx``, a row each. Of one that is not closed weather, cost and note are empty."""
    rows = []
    for event in events:
        closing = closings.get(event.id, Closing())
        who = came[event.id]
        what = [event.day, event.name.fi, event.details.venue.name.fi, event.status.value]
        rows.append([*what, who.participants, who.helpers, closing.weather or "", closing.cost, closing.note])
    return write_xlsx("events", _NAMES, rows) if kind == "xlsx" else write_csv(_NAMES, rows)
