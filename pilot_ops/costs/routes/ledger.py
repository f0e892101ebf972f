"""The ledger: what has been booked, booking, and taking back."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.accounts.queries import names_of
from pilot_ops.costs import queries, service
from pilot_ops.costs.domain import Category
from pilot_ops.costs.forms import EntryForm, ReversalForm
from pilot_ops.costs.labels import CATEGORIES, REASONS, SPLIT_KEYS
from pilot_ops.costs.routes import bp
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.web.situation import asked_situation, shown_situation
from pilot_ops.parks.queries import park_names
from pilot_ops.schedule.queries import get_pilot

_LABELS = {"categories": CATEGORIES, "split_keys": SPLIT_KEYS, "Category": Category}


@bp.get("/costs/<uuid:pilot_id>/ledger")
@requires(Permission.COSTS_VIEW)
def ledger(pilot_id: UUID) -> ResponseReturnValue:
    """Every entry of a pilot, or those up to a day, the newest first."""
    today = local_day(now())
    asked = asked_situation(today)
    with reading() as session:
        pilot = get_pilot(session, pilot_id)
        booked = queries.list_entries(session, pilot_id, until=queries.known_until(asked.known))
        bookings = queries.list_bookings(session, pilot_id)
        people = names_of(session, {booking.user_id for booking in bookings.values() if booking.user_id})
        parks = park_names(session)
    return render_template(
        "costs/ledger.html",
        pilot=pilot,
        entries=[entry for entry in reversed(booked) if asked.day is None or entry.day <= asked.day],
        bookings=bookings,
        people=people,
        parks=parks,
        reversed_ids={entry.reverses for entry in booked},
        **shown_situation(asked, asked.day or today, today=today),
        **_LABELS,
    )


@bp.route("/costs/<uuid:pilot_id>/new", methods=["GET", "POST"])
@requires(Permission.COSTS_EDIT)
def new_entry(pilot_id: UUID) -> ResponseReturnValue:
    """Book a cost: an invoice, a purchase, or staff hours."""
    form = EntryForm()
    with reading() as session:
        pilot = get_pilot(session, pilot_id)
        form.offer(queries.list_cost_parks(session, pilot), queries.locked_months(session, pilot_id))
    if form.validate_on_submit():
        try:
            entry = form.details()
            with transaction() as session:
                service.book_entry(session, actor(), pilot_id=pilot_id, entry=entry, at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Kulu on kirjattu: %(text)s", text=entry.description))
            return redirect(url_for(".ledger", pilot_id=pilot_id))
    elif request.method == "GET":
        form.day.data = local_day(now())
    return render_template("costs/entry_form.html", form=form, pilot=pilot)


@bp.route("/costs/entries/<uuid:entry_id>/reverse", methods=["GET", "POST"])
@requires(Permission.COSTS_EDIT)
def reverse(entry_id: UUID) -> ResponseReturnValue:
    """Take an entry back by a further entry of the negated amount."""
    form = ReversalForm()
    with reading() as session:
        pilot_id, entry = queries.get_entry(session, entry_id)
        parks = park_names(session)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.reverse_entry(session, actor(), entry_id=entry_id, at=now(), **form.details())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Kulu on kumottu"))
            return redirect(url_for(".ledger", pilot_id=pilot_id))
    elif request.method == "GET":
        form.day.data = local_day(now())
    return render_template("costs/reverse.html", form=form, entry=entry, pilot_id=pilot_id, parks=parks, **_LABELS)
