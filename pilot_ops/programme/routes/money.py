"""Booking expenses of the programme, and taking them back."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.web.i18n import page_language
from pilot_ops.programme import queries, service
from pilot_ops.programme.forms import ExpenseForm, ReversalForm, latest_day
from pilot_ops.programme.labels import ACCOUNTS, REASONS
from pilot_ops.programme.routes import bp


@bp.route("/programme/<int:year>/new-expense", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_EDIT)
def new_expense(year: int) -> ResponseReturnValue:
    """Book an expense of a year: of a measure, of administration, or not itemised."""
    form = ExpenseForm()
    with reading() as session:
        queries.get_year(session, year)
        form.offer(queries.list_measures(session, year), page_language())
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.book_expense(session, actor(), expense=form.details(year), at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Meno on kirjattu: %(text)s", text=form.description.data))
            return redirect(url_for(".expenses", year=year))
    elif request.method == "GET":
        form.day.data = latest_day(year, local_day(now()))
        form.account.data = request.args.get("measure", "")
    return render_template("programme/expense_form.html", form=form, year=year)


@bp.route("/programme/expenses/<uuid:expense_id>/reverse", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_EDIT)
def reverse(expense_id: UUID) -> ResponseReturnValue:
    """Take an expense back by a further one of the negated amount."""
    form = ReversalForm()
    with reading() as session:
        expense = queries.get_expense(session, expense_id)
        measure = queries.find_measure(session, expense.measure_id) if expense.measure_id else None
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.reverse_expense(session, actor(), expense_id=expense_id, at=now(), **form.details())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Meno on kumottu"))
            return redirect(url_for(".expenses", year=expense.year))
    elif request.method == "GET":
        form.day.data = local_day(now())
    page = {"expense": expense, "measure": measure, "accounts": ACCOUNTS}
    return render_template("programme/reverse.html", form=form, **page)
