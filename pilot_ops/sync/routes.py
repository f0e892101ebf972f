"""What phones push and pull, in JSON."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.errors import Forbidden, NotFound, Refused
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.kernel.web.guard import actor, requires, signed_in
from pilot_ops.kernel.writer import submit_shared
from pilot_ops.meals import queries as meals
from pilot_ops.meals.domain import totals_of
from pilot_ops.meals.labels import REASONS
from pilot_ops.schedule import queries as schedule
from pilot_ops.sync.service import Result, Stored, work_of
from pilot_ops.sync.wire import BadPush, Broken, read

bp = Blueprint("sync", __name__)


@bp.post("/sync")
@signed_in
def push() -> ResponseReturnValue:
    """Take in up to a hundred events; each is answered, and what is answered as stored is on disk."""
    try:
        events = read(request.get_data())
    except BadPush:
        return {"error": "bad request"}, 400
    who, at = actor(), now()
    works = [None if isinstance(event, Broken) else work_of(event, who, at) for event in events]
    # All are handed over before any is waited for, so that they share a commit.
    waiting = [None if work is None else submit_shared(work.do, key=work.key) for work in works]
    results: list[dict[str, Any]] = []
    counts: dict[str, dict[str, int]] = {}
    for event, future in zip(events, waiting, strict=True):
        answer: dict[str, Any] = {"id": str(event.id), "result": Result.UNKNOWN.value}
        if future is not None:
            answer |= _answer(future.result, counts)
        results.append(answer)
    return {"user": str(who.user_id), "results": results, "counts": counts}


def _answer(result: Any, counts: dict[str, dict[str, int]]) -> dict[str, str]:
    """What became of an event; the totals it changed are put into ``counts`` by park and day.

    A refused event stays on the phone, in a list with its reason: what was tapped is never thrown away unseen.
    """
    try:
        stored: Stored = result()
    except Refused as refused:
        text = sentence_of(refused, REASONS)
        return {"result": Result.REFUSED.value, "reason": refused.reason.value, "text": text}
    except Forbidden:
        text = _("Sinulla ei ole enää oikeutta laskea tässä puistossa")
        return {"result": Result.REFUSED.value, "reason": "forbidden", "text": text}
    except NotFound:
        text = _("Päivää ei enää ole suunnitelmassa")
        return {"result": Result.REFUSED.value, "reason": "not-found", "text": text}
    counts.setdefault(f"{stored.park_id}/{stored.day.isoformat()}", {})[stored.group.value] = stored.total
    return {"result": Result.STORED.value}


@bp.get("/sync/counts/<uuid:park_id>/<day>")
@requires(Permission.MEALS_COUNT)
def counts(park_id: UUID, day: str) -> ResponseReturnValue:
    """The counts of a meal day on all phones, whether it is still being counted, and what day it is by now."""
    actor().must(Permission.MEALS_COUNT, park_id)
    with reading() as session:
        found = schedule.find_day(session, park_id, _day(day))
        if found is None:
            raise NotFound
        count = meals.get_count(session, found.id)
    counts = {group.value: total for group, total in totals_of(count).items()}
    return {"status": found.status.value, "counts": counts, "today": local_day(now()).isoformat()}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
