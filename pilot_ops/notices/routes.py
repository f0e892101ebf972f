"""Public notices, feedback on accessibility, and the page where it is answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.contact import pieces
from pilot_ops.kernel.web.context import tell, the_settings
from pilot_ops.kernel.web.guard import actor, find_actor, public, requires
from pilot_ops.kernel.web.i18n import page_language
from pilot_ops.kernel.web.limits import client_network, limiter
from pilot_ops.kernel.web.tongues import PLAIN, by_link, in_plain_finnish, tongue_args
from pilot_ops.notices import domain, queries, service
from pilot_ops.notices.domain import ANSWER_WITHIN, KEPT_ANSWERED, Told
from pilot_ops.notices.forms import FeedbackForm
from pilot_ops.notices.labels import REASONS, STORES, TOLD

bp = Blueprint("notices", __name__)


def _limit() -> str:
    return the_settings().feedback_limit


def _wait(_breached: object) -> Response:
    return make_response(_page("wait"), 429)


def told() -> Told:
    """What the city has told for its notices."""
    settings = the_settings()
    return Told(
        controller=settings.controller,
        official=settings.privacy_official,
        privacy_contact=settings.privacy_contact,
        officer=settings.data_protection_officer,
        hosting=settings.hosting,
        accessibility_contact=settings.accessibility_contact,
        supervisor=settings.supervisor,
        supervisor_contact=settings.supervisor_contact,
    )


def _page(name: str, **values: Any) -> str:
    """A notice in the reader's tongue: each has a text of its own, for a notice is one text and not many sentences."""
    said = told()
    facts = {
        "tongue": PLAIN if in_plain_finnish() else page_language(),
        "told": {field: pieces(getattr(said, field)) for field in TOLD},
        "missing": _missing(said),
        "answer_days": ANSWER_WITHIN.days,
        "kept_days": KEPT_ANSWERED.days,
        "session_hours": the_settings().session_hours,
        "sign_up_days": the_settings().sign_up_days,
        "backup_days": the_settings().backups_kept if the_settings().backups else 0,
    }
    return render_template(f"notices/{name}.html", **facts, **values)


def _missing(said: Told) -> list[tuple[Any, str]]:
    """For whoever looks after the service: what the city has not told yet, and the settings that tell it."""
    who = find_actor()
    if who is None or not who.may(Permission.JOBS_RUN):
        return []
    return [TOLD[name] for name in said.missing]


@bp.route("/accessibility", methods=["GET", "POST"])
@limiter.limit(_limit, methods=["POST"], key_func=client_network, on_breach=_wait)
@public
@by_link
def accessibility() -> ResponseReturnValue:
    """The accessibility statement, and the form that tells of what does not work."""
    form = FeedbackForm()
    form.speak_plainly()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.give_feedback(session, feedback_id=form.feedback_id.data, at=now(), **form.values())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            return redirect(url_for(".thanks", **tongue_args()))
    return _page("accessibility", form=form, said_on=domain.ACCESSIBILITY_ON)


@bp.get("/accessibility/thanks")
@public
@by_link
def thanks() -> ResponseReturnValue:
    """Thank whoever gave feedback."""
    return _page("thanks")


@bp.get("/privacy")
@public
@by_link
def privacy() -> ResponseReturnValue:
    """The privacy notice: what this service keeps about people, why, and for how long."""
    hours = the_settings().sign_in_link_hours
    return _page("privacy", said_on=domain.PRIVACY_ON, link_hours=hours)


@bp.get("/cookies")
@public
@by_link
def cookies() -> ResponseReturnValue:
    """What the service keeps in a browser: only what it cannot do without."""
    groups = {"anybody": domain.FOR_ANYBODY, "staff": domain.FOR_STAFF, "counting": domain.FOR_COUNTING}
    return _page("cookies", groups=groups, stores=STORES)


@bp.get("/feedback")
@requires(Permission.FEEDBACK_ANSWER)
def feedback() -> ResponseReturnValue:
    """Feedback that waits for an answer, and what was answered lately."""
    with reading() as session:
        waiting = queries.list_feedback(session)
        answered = queries.list_feedback(session, answered=True)
    today = local_day(now())
    lists = {"waiting": waiting, "answered": answered}
    return render_template("notices/feedback.html", **lists, today=today, missing=_missing(told()), pieces=pieces)


@bp.post("/feedback/<uuid:feedback_id>/answered")
@requires(Permission.FEEDBACK_ANSWER)
def answered(feedback_id: UUID) -> ResponseReturnValue:
    """Note that somebody answered."""
    with transaction() as session:
        service.note_answer(session, actor(), feedback_id=feedback_id, at=now())
    tell(_("Palaute on merkitty vastatuksi"))
    return redirect(url_for(".feedback"))


@bp.app_template_global()
def feedback_needs() -> dict[str, Any]:
    """For the page of what needs attention: how much feedback waits, until when, and what the notices lack."""
    with reading() as session:
        many, since = queries.waiting(session)
    answer_by = local_day(since) + timedelta(days=ANSWER_WITHIN.days) if since else None
    return {"waiting": many, "answer_by": answer_by, "missing": _missing(told())}
