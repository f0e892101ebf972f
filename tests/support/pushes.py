"""What phones send, as tests send it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pilot_ops.kernel.clock import now
from pilot_ops.kernel.codes import code_digest
from pilot_ops.schedule.domain import MealDay

MADE_AT = "2024-07-01T09:00:00+00:00"


def tap_event(day: MealDay, change: int = 1, **different: Any) -> dict[str, Any]:
    """A tap of a meal day; any part of the event may differ."""
    return {**_event("meal.tap", day, group="school-age", change=change), **different}


def close_event(day: MealDay, **different: Any) -> dict[str, Any]:
    """The closing of a meal day with hot food and a note; any figure may differ."""
    given = {"delivered": 10, "temp_receipt": "70.5", "temp_serving": "65", "note": "Kaikki hyvin"}
    return _event("meal.close", day, **{**given, **different})


def cancel_event(day: MealDay, **different: Any) -> dict[str, Any]:
    """The cancelling of a meal day for the weather; anything may differ."""
    return _event("meal.cancel", day, **{"reason": "weather", **different})


def scan_event(action: str, code: str, place_id: UUID, **different: Any) -> dict[str, Any]:
    """A ticket that was handed out or used without a network a moment ago; any part of the event may differ."""
    body = {"digest": code_digest(code), "place": str(place_id)}
    made = (now() - timedelta(minutes=5)).isoformat()
    return {"id": str(uuid4()), "kind": f"ticket.{action}", "at": made, "body": body, **different}


def _event(kind: str, day: MealDay, **facts: Any) -> dict[str, Any]:
    body = {"park": str(day.park_id), "day": day.day.isoformat(), **facts}
    return {"id": str(uuid4()), "kind": kind, "at": MADE_AT, "body": body}


def push(client: FlaskClient, *events: Any, content: bytes | None = None, **head: Any) -> TestResponse:
    """Send events as the phone does, with a token of now; ``head`` are ``user`` and ``waiting``."""
    token = (client.get("/sync").json or {}).get("token", "")
    body = content if content is not None else json.dumps({**head, "events": events}).encode()
    return client.post("/sync", data=body, headers={"X-CSRFToken": token, "Content-Type": "application/json"})


def answers(response: TestResponse) -> list[dict[str, Any]]:
    """What became of each event."""
    assert response.json is not None, response.status
    found: list[dict[str, Any]] = response.json["results"]
    return found


def results(response: TestResponse) -> list[str]:
    """What became of each event, in a word."""
    return [answer["result"] for answer in answers(response)]


def file_of(*events: dict[str, Any], made_by: str = "Suvela 1") -> bytes:
    """The file that a phone saves of its events."""
    return json.dumps({"kind": "pilot-ops.outbox", "made_by": made_by, "events": events}, indent=1).encode()
