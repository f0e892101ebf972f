"""The page of electronic invoices: choosing files, saying what each line becomes, and what was booked."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from pilot_ops.costs.labels import REASONS as COST_REASONS
from pilot_ops.invoices import queries, service
from pilot_ops.invoices.domain import FileProblem, Invoice, Reason, twice_in
from pilot_ops.invoices.forms import (
    Files,
    FilesForm,
    are_too_many,
    carried,
    choice_in,
    field_of,
    form_for,
    period_in,
)
from pilot_ops.invoices.labels import FORMATS, REASONS
from pilot_ops.invoices.wire import read_invoices
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.parks.domain import Park
from pilot_ops.schedule.domain import Pilot
from pilot_ops.schedule.queries import get_pilot

bp = Blueprint("invoices", __name__)
_SENTENCES = {**COST_REASONS, **REASONS}


@dataclass(slots=True)
class _Asked:
    """What the page shows of the files that were sent."""

    form: FilesForm
    files: Files = field(default_factory=list)
    planned: tuple[service.PlannedInvoice, ...] = ()
    problems: list[tuple[FileProblem, str]] = field(default_factory=list)


@bp.route("/costs/<uuid:pilot_id>/invoices", methods=["GET", "POST"])
@requires(Permission.COSTS_EDIT)
def invoices(pilot_id: UUID) -> ResponseReturnValue:
    """Electronic invoices: those booked, and new ones from files, each line seen before anything is booked."""
    with reading() as session:
        pilot = get_pilot(session, pilot_id)
        parks = service.parks_for(session, pilot)
        booked = queries.list_invoices(session, pilot_id)
    form = FilesForm()
    sent = form.validate_on_submit()
    asked = _asked(pilot, parks, form.files()) if sent else _Asked(form)
    if asked.planned and form.step.data == "book" and asked.form.validate() and _book(pilot, asked):
        return redirect(url_for(".invoices", pilot_id=pilot_id))
    error = _("Valitse tiedosto") if sent and not asked.files else ""
    given = {"asked": asked, "carried": carried(asked.files), "booked": booked, "formats": FORMATS, "error": error}
    return render_template("invoices/invoices.html", pilot=pilot, form=asked.form, **given)


def _asked(pilot: Pilot, parks: dict[UUID, Park], files: Files) -> _Asked:
    found, problems = _read(files)
    if problems:
        return _Asked(FilesForm(), files, (), [(problem, _sentence(problem)) for problem in problems])
    try:
        with reading() as session:
            planned = service.plan(session, actor(), pilot=pilot, invoices=found)
    except Refused as refused:
        problem = FileProblem("", 0, "", Reason(refused.reason), refused.details)
        return _Asked(FilesForm(), files, (), [(problem, _sentence(problem))])
    return _Asked(form_for(planned, parks), files, planned)


def _read(files: Files) -> tuple[list[Invoice], list[FileProblem]]:
    if are_too_many(files):
        return [], [FileProblem("", 0, "", Reason.TOO_MANY_FILES)]
    found: list[Invoice] = []
    problems: list[FileProblem] = []
    for name, content in files:
        invoices_in, wrong = read_invoices(content, name)
        found += invoices_in
        problems += wrong
    return found, problems or list(twice_in(found))


def _sentence(problem: FileProblem) -> str:
    sentence = REASONS[problem.reason]
    return str(sentence(**problem.details) if callable(sentence) else sentence)


def _book(pilot: Pilot, asked: _Asked) -> bool:
    """Book everything that was planned, or nothing; then what stands in the way is beside its field."""
    place, booked = 0, 0
    try:
        with transaction() as session:
            for place, plan in enumerate(asked.planned):
                if not plan.booked:
                    booked += _book_one(session, pilot, asked.form, place, plan)
    except Refused as refused:
        number = refused.details.get("line_number", 1)
        name = field_of(asked.form, place, refused.field or "", number)
        text = sentence_of(Refused(refused.reason, refused.field, **_without_line(refused)), _SENTENCES)
        asked.form.add_error(name, text if name else f"{asked.planned[place].invoice.number}: {text}")
        return False
    tell(ngettext("%(num)s lasku kirjattiin", "%(num)s laskua kirjattiin", booked))
    return True


def _book_one(session: Session, pilot: Pilot, form: FilesForm, place: int, plan: service.PlannedInvoice) -> bool:
    choices = [choice_in(form, place, line.number) for line in plan.invoice.lines]
    period = period_in(form, place)
    return service.book(session, actor(), pilot=pilot, invoice=plan.invoice, choices=choices, period=period, at=now())


def _without_line(refused: Refused) -> dict[str, object]:
    return {name: value for name, value in refused.details.items() if name != "line_number"}
