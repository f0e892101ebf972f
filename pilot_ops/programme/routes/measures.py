"""Adding and correcting measures and decisions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.web.i18n import page_language
from pilot_ops.programme import queries, service
from pilot_ops.programme.forms import DecisionForm, MeasureForm, latest_day
from pilot_ops.programme.labels import REASONS
from pilot_ops.programme.routes import bp


def _offer(session: Session, form: MeasureForm, year: int) -> None:
    queries.get_year(session, year)
    form.offer(queries.list_targets(session), queries.list_choices(session, year), page_language())


@bp.route("/programme/<int:year>/new-measure", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_EDIT)
def new_measure(year: int) -> ResponseReturnValue:
    """Add a measure to a year."""
    form = MeasureForm()
    with reading() as session:
        _offer(session, form, year)
    if form.validate_on_submit():
        made: dict[str, Any] = {"measure_id": form.measure_id.data, **_typed(form)}
        try:
            with transaction() as session:
                measure = service.create_measure(session, actor(), year=year, at=now(), **made)
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Toimenpide on lisätty"))
            return redirect(url_for(".measure", measure_id=measure.id))
    return render_template("programme/measure_form.html", form=form, year=year, measure=None)


@bp.route("/programme/measures/<uuid:measure_id>/edit", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_EDIT)
def edit_measure(measure_id: UUID) -> ResponseReturnValue:
    """Correct a measure."""
    form = MeasureForm()
    with reading() as session:
        measure = queries.get_measure(session, measure_id)
        _offer(session, form, measure.year)
        belongs = [part for part, owner in queries.parts_of_year(session, measure.year).items() if owner == measure_id]
    if form.validate_on_submit() and _change(form, measure_id):
        tell(_("Muutokset on tallennettu"))
        return redirect(url_for(".measure", measure_id=measure_id))
    if request.method == "GET":
        form.show(measure, belongs)
    return render_template("programme/measure_form.html", form=form, year=measure.year, measure=measure)


def _typed(form: MeasureForm) -> dict[str, Any]:
    return {"details": form.details(), "parts": form.chosen_parts()}


def _change(form: MeasureForm, measure_id: UUID) -> bool:
    """Whether the measure was changed; if not, the form says why."""
    seen = int(form.seen.data) if (form.seen.data or "").isdecimal() else 0
    try:
        with transaction() as session:
            service.change_measure(session, actor(), measure_id=measure_id, seen=seen, at=now(), **_typed(form))
    except Refused as refused:
        form.refuse(refused, REASONS)
        return False
    return True


@bp.route("/programme/<int:year>/new-decision", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_EDIT)
def new_decision(year: int) -> ResponseReturnValue:
    """Write down a decision."""
    form = DecisionForm()
    with reading() as session:
        queries.get_year(session, year)
        form.offer(queries.list_measures(session, year), page_language())
    if form.validate_on_submit() and _decide(form, year, None):
        return redirect(url_for(".year", year=year))
    if request.method == "GET":
        form.day.data = latest_day(year, local_day(now()))
    return render_template("programme/decision_form.html", form=form, year=year)


@bp.route("/programme/decisions/<uuid:decision_id>", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_EDIT)
def edit_decision(decision_id: UUID) -> ResponseReturnValue:
    """Correct a decision that was written down."""
    form = DecisionForm()
    with reading() as session:
        decision = queries.get_decision(session, decision_id)
        form.offer(queries.list_measures(session, decision.year), page_language())
    if form.validate_on_submit() and _decide(form, decision.year, decision_id):
        return redirect(url_for(".year", year=decision.year))
    if request.method == "GET":
        form.show(decision)
    return render_template("programme/decision_form.html", form=form, year=decision.year)


def _decide(form: DecisionForm, year: int, decision_id: UUID | None) -> bool:
    """Whether the decision was written down; if not, the form says why."""
    try:
        with transaction() as session:
            service.save_decision(
                session, actor(), decision=form.details(year, decision_id), at=now(), seen=form.seen.data or ""
            )
    except Refused as refused:
        form.refuse(refused, REASONS)
        return False
    tell(_("Päätös on kirjattu"))
    return True
