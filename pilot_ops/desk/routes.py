"""The manager's first page."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from pilot_ops.desk import service
from pilot_ops.desk.domain import BILLED_WITHIN, OVER_PERCENT, Topic
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.messages.labels import sentence_of

bp = Blueprint("desk", __name__)


@bp.get("/desk")
@requires(Permission.PROGRAMME_EDIT)
def desk() -> ResponseReturnValue:
    """What needs attention today, each with the page on which it is put right."""
    today = local_day(now())
    with reading() as session:
        tasks = service.list_tasks(session, actor(), today=today)
    groups = {topic: [task for task in tasks if task.topic is topic] for topic in Topic}
    limits = {"weeks": BILLED_WITHIN.days // 7, "over": OVER_PERCENT}
    return render_template("desk/desk.html", today=today, groups=groups, Topic=Topic, sentence_of=sentence_of, **limits)
