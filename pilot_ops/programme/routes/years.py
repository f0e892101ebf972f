"""Adding and correcting years and benefit targets."""

from __future__ import annotations

from itertools import count

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.programme import queries, service
from pilot_ops.programme.domain import mark_of
from pilot_ops.programme.forms import TargetsForm, YearForm
from pilot_ops.programme.labels import REASONS
from pilot_ops.programme.routes import bp


@bp.route("/programme/new-year", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_EDIT)
def new_year() -> ResponseReturnValue:
    """Add a year to the programme."""
    form = YearForm()
    if form.validate_on_submit():
        try:
            year = form.details()
            with transaction() as session:
                service.add_year(session, actor(), year=year, at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Vuosi %(year)s on lisätty", year=year.year))
            return redirect(url_for(".year", year=year.year))
    elif request.method == "GET":
        form.year.data = _next_year()
    return render_template("programme/year_form.html", form=form, year=None)


def _next_year() -> int:
    """This year, or once it is in the programme the first one after it that is not."""
    with reading() as session:
        there = {year.year for year in queries.list_years(session)}
    this = local_day(now()).year
    return next(year for year in count(this) if year not in there)


@bp.route("/programme/<int:year>/edit", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_EDIT)
def edit_year(year: int) -> ResponseReturnValue:
    """Correct the figures of a year."""
    with reading() as session:
        found = queries.get_year(session, year)
    form = YearForm(obj=found)
    form.year.data = year
    if request.method == "GET":
        form.seen.data = mark_of(found)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.change_year(session, actor(), year=form.details(), seen=form.seen.data or "", at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Muutokset on tallennettu"))
            return redirect(url_for(".year", year=year))
    return render_template("programme/year_form.html", form=form, year=found)


@bp.route("/programme/targets", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_EDIT)
def targets() -> ResponseReturnValue:
    """Say the benefit targets."""
    form = TargetsForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.set_targets(session, actor(), names=form.details(), seen=form.seen.data or "", at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Hyötytavoitteet on tallennettu"))
            return redirect(url_for(".programme"))
    elif request.method == "GET":
        with reading() as session:
            form.show(queries.list_targets(session))
    return render_template("programme/targets.html", form=form)
