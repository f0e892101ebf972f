"""The ledger: what has been booked, booking, and taking back."""

from __future__ import annotations

from typing import Any
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

# More than a pilot of some parks has in a season, and no more than a browser shows at once.
_PAGE = 300
_LABELS = {"categories": CATEGORIES, "split_keys": SPLIT_KEYS, "Category": Category}


@bp.get("/costs/<uuid:pilot_id>/ledger")
@requires(Permission.COSTS_VIEW)
def ledger(pilot_id: UUID) -> ResponseReturnValue:
    """The entries of a pilot, or those up to a day, the newest first, some hundreds on a page."""
    today, before = local_day(now()), request.args.get("before", type=UUID)
    asked = asked_situation(today)
    which: dict[str, Any] = {"day": asked.day, "known": asked.known}
    with reading() as session:
        pilot = get_pilot(session, pilot_id)
        found = queries.list_newest(session, pilot_id, before=before, most=_PAGE + 1, **which)
        bookings = queries.list_bookings(session, [entry.id for entry in found])
        shown = {
            "entries": found[:_PAGE],
            "older": found[_PAGE - 1].id if len(found) > _PAGE else None,
            "bookings": bookings,
            "people": names_of(session, {booking.user_id for booking in bookings.values() if booking.user_id}),
            "parks": park_names(session),
            "reversed_ids": queries.list_reversed(session, pilot_id, known=asked.known),
        }
    shown |= shown_situation(asked, asked.day or today, today=today)
    return render_template("costs/ledger.html", pilot=pilot, before=before, **shown, **_LABELS)


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
