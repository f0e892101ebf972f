"""Pages of the survey: answering it with the code of a ticket, and its results."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.contact import pieces
from pilot_ops.kernel.web.context import the_settings
from pilot_ops.kernel.web.files import download
from pilot_ops.kernel.web.guard import actor, public, requires
from pilot_ops.kernel.web.limits import guesses, too_busy
from pilot_ops.kernel.web.tongues import by_link, not_to_be_found, tongue_args
from pilot_ops.surveys import service
from pilot_ops.surveys.domain import FEWEST, SCALE, Results
from pilot_ops.surveys.export import write_results
from pilot_ops.surveys.forms import SurveyForm
from pilot_ops.surveys.labels import FEELINGS, OTHERWISE, REASONS
from pilot_ops.tickets import queries as tickets
from pilot_ops.tickets.domain import Ticket, digest_in
from pilot_ops.tickets.queries import get_type, list_types
from pilot_ops.tickets.service import note_wrong_code, tell_of_wrong_codes

bp = Blueprint("surveys", __name__)


def _answer(template: str, status: int = 200, **values: Any) -> Response:
    page = make_response(render_template(template, contact=pieces(the_settings().help_contact), **values), status)
    # The check of a form sent over https asks for the page it came from: our own pages may be told.
    return not_to_be_found(page, referrer="same-origin")


def _wait() -> Response:
    return _answer("tickets/public/wait.html", 429)


_guesses = guesses(_wait)


@bp.route("/t/<code>/survey", methods=["GET", "POST"])
@public
@by_link
@_guesses
def survey(code: str) -> ResponseReturnValue:
    """Answer the survey about a visit: once for each use of the ticket, and without the ticket being known after."""
    if too_busy("surveys"):
        return _wait()
    form = SurveyForm()
    with reading() as session:
        ticket, kind = _find(session, code)
        left = tickets.surveys_left(session, ticket.id) if ticket else 0
    if ticket is None:
        return _unknown(code[:200])
    if form.validate_on_submit() and _give(form, ticket):
        return redirect(url_for(".thanks", code=code, **tongue_args()))
    page = {"form": form, "kind": kind, "code": code, "left": left}
    return _answer("surveys/survey.html", **page)


def _find(session: Session, code: str) -> tuple[Ticket | None, Any]:
    digest = digest_in(code)
    ticket = tickets.find_by_digest(session, digest) if digest else None
    return ticket, get_type(session, ticket.type_id) if ticket else None


def _give(form: SurveyForm, ticket: Ticket) -> bool:
    """Whether the answer was kept; if not, the form says why."""
    try:
        with transaction() as session:
            service.give(session, ticket_id=ticket.id, answer=form.answer(ticket.type_id, local_day(now())))
    except Refused as refused:
        form.refuse(refused, REASONS)
        return False
    return True


def _unknown(code: str) -> Response:
    with transaction() as session:
        note_wrong_code(session, source="public", day=local_day(now()))
        tell_of_wrong_codes(session, day=local_day(now()), at=now())
    return _answer("tickets/public/type.html", 404, typed=code, unknown=True)


@bp.get("/t/<code>/survey/thanks")
@public
@by_link
def thanks(code: str) -> ResponseReturnValue:
    """Thank whoever answered. It says nothing of the ticket, and so looks nothing up."""
    return _answer("surveys/thanks.html", code=code)


@bp.get("/surveys")
@requires(Permission.TICKETS_VIEW)
def results() -> ResponseReturnValue:
    """What people answered, by ticket type and year; what could tell of a few people is hidden."""
    found, types = _results()
    words = {"feelings": FEELINGS, "otherwise": OTHERWISE, "scale": SCALE, "fewest": FEWEST}
    return render_template("surveys/results.html", results=found, types=types, **words)


@bp.get("/surveys/<kind>")
@requires(Permission.TICKETS_VIEW)
def results_file(kind: str) -> ResponseReturnValue:
    """The results as a file, ``csv`` or ``xlsx``."""
    if kind not in {"csv", "xlsx"}:
        abort(404)
    found, types = _results()
    names = {type_id: found_type.name.fi for type_id, found_type in types.items()}
    return download(write_results(found, names, kind), f"surveys.{kind}")


def _results() -> tuple[tuple[Results, ...], dict[UUID, Any]]:
    with reading() as session:
        found = service.get_results(session, actor())
        return found, {kind.id: kind for kind in list_types(session, inactive=True)}
