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
from pilot_ops.invoices.domain import FileProblem, Invoice, Reason, entry_of
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
from pilot_ops.invoices.labels import FORMATS, REASONS, UNITS, problem_sentence
from pilot_ops.invoices.wire import read_files
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
    return render_template("invoices/invoices.html", pilot=pilot, form=asked.form, units=UNITS, **given)


def _asked(pilot: Pilot, parks: dict[UUID, Park], files: Files) -> _Asked:
    found, problems = _read(files)
    if problems:
        return _Asked(FilesForm(), files, (), [(problem, problem_sentence(problem)) for problem in problems])
    try:
        with reading() as session:
            planned = service.plan(session, actor(), pilot=pilot, invoices=found)
    except Refused as refused:
        problem = FileProblem("", 0, "", Reason(refused.reason), refused.details)
        return _Asked(FilesForm(), files, (), [(problem, problem_sentence(problem))])
    return _Asked(form_for(planned, parks), files, planned)


def _read(files: Files) -> tuple[list[Invoice], list[FileProblem]]:
    return ([], [FileProblem("", 0, "", Reason.TOO_MANY_FILES)]) if are_too_many(files) else read_files(files)


def _book(pilot: Pilot, asked: _Asked) -> bool:
    """Book everything that was planned, or nothing; then what stands in the way is beside its field."""
    if not _is_complete(asked):
        return False
    place, booked = 0, 0
    try:
        with transaction() as session:
            for place, plan in enumerate(asked.planned):
                if not plan.booked:
                    booked += _book_one(session, pilot, asked.form, place, plan)
    except Refused as refused:
        _refuse(asked, place, refused.details.get("line_number", 1), refused)
        return False
    tell(ngettext("%(num)s lasku kirjattiin", "%(num)s laskua kirjattiin", booked))
    return True


def _is_complete(asked: _Asked) -> bool:
    """Whether everything is chosen that the files do not say; whatever is not has its sentence then."""
    form, complete = asked.form, True
    for place, plan in enumerate(asked.planned):
        if plan.booked:
            continue
        for line in plan.invoice.lines:
            try:
                choice, period = choice_in(form, place, line.number), period_in(form, place)
                entry_of(plan.invoice, line, choice, id_=plan.invoice.id_of(1), period=period)
            except Refused as refused:
                _refuse(asked, place, line.number, refused)
                complete = False
    return complete


def _refuse(asked: _Asked, place: int, number: int, refused: Refused) -> None:
    """Put a sentence beside its field, once, or above the form with the number of the invoice."""
    name = field_of(asked.form, place, refused.field or "", number)
    details = {key: value for key, value in refused.details.items() if key != "line_number"}
    text = sentence_of(Refused(refused.reason, refused.field, **details), _SENTENCES)
    if not name:
        asked.form.add_error("", f"{asked.planned[place].invoice.number}: {text}")
    elif text not in asked.form[name].errors:
        asked.form.add_error(name, text)


def _book_one(session: Session, pilot: Pilot, form: FilesForm, place: int, plan: service.PlannedInvoice) -> bool:
    choices = [choice_in(form, place, line.number) for line in plan.invoice.lines]
    period = period_in(form, place)
    return service.book(session, actor(), pilot=pilot, invoice=plan.invoice, choices=choices, period=period, at=now())
