"""The page of a meal day, and what ends it: closing, reopening, paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.counting.labels import SOURCES
from pilot_ops.counting.queries import list_taps
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.web.context import tell, the_settings
from pilot_ops.kernel.web.forms import Form
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.web.offline import to_keep
from pilot_ops.kernel.web.qr import qr_path
from pilot_ops.meals import queries, service
from pilot_ops.meals.domain import Count, Group, Record, imbalance
from pilot_ops.meals.forms import CloseForm, CorrectForm, PaperForm, ReopenForm
from pilot_ops.meals.labels import (
    ENTERED,
    FOODS,
    GROUPS,
    GROUPS_MANY,
    REASONS,
    WEATHERS,
    warning_sentence,
)
from pilot_ops.meals.routes import bp
from pilot_ops.parks.queries import get_park
from pilot_ops.schedule.labels import CANCEL_REASONS, STATUS_KINDS, STATUSES
from pilot_ops.schedule.queries import get_day

_LABELS = {
    "groups": GROUPS,
    "groups_many": GROUPS_MANY,
    "statuses": STATUSES,
    "status_kinds": STATUS_KINDS,
    "entered": ENTERED,
    "foods": FOODS,
    "weathers": WEATHERS,
    "sources": SOURCES,
    "cancel_reasons": CANCEL_REASONS,
    "Group": Group,
}


@bp.get("/days/<uuid:day_id>")
@requires(Permission.DAYS_VIEW)
def day(day_id: UUID) -> ResponseReturnValue:
    """Everything known of a meal day."""
    with reading() as session:
        summary = queries.get_summary(session, day_id)
        actor().must(Permission.DAYS_VIEW, summary.day.park_id)
        park = get_park(session, summary.day.park_id)
        taps = list_taps(session, day_id)
        record = summary.record
        found = service.find_warnings(session, summary.day, summary.count, record) if record else ()
    sentences = [warning_sentence(warning, summary.count, record) for warning in found] if record else []
    return render_template(
        "meals/day.html",
        summary=summary,
        park=park,
        taps=taps,
        warnings=sentences,
        imbalance=imbalance(summary.count, record) if record else 0,
        today=local_day(now()),
        **_LABELS,
    )


@bp.route("/days/<uuid:day_id>/close", methods=["GET", "POST"])
@requires(Permission.MEALS_COUNT)
def close(day_id: UUID) -> ResponseReturnValue:
    """Close the day: portions, temperatures, and a note where something is odd."""
    form = CloseForm()
    with reading() as session:
        summary = queries.get_summary(session, day_id)
        actor().must(Permission.MEALS_COUNT, summary.day.park_id)
        park = get_park(session, summary.day.park_id)
    if request.method == "GET":
        form.fill(summary.record, summary.day.ordered)
    elif form.validate_on_submit():
        try:
            with transaction() as session:
                service.close_day(session, actor(), day_id=day_id, record=form.details(), at=now())
        except Refused as refused:
            _refuse(form, refused, summary.count, form.details())
        else:
            return _closed(day_id)
    return to_keep(render_template("meals/close.html", form=form, summary=summary, park=park, **_LABELS))


def _closed(day_id: UUID) -> ResponseReturnValue:
    tell(_("Päivä on päätetty"))
    return redirect(url_for(".day", day_id=day_id))


def _refuse(form: Form, refused: Refused, count: Count, record: Record) -> None:
    """Put the refusal beside its field; each warning that asks for a note says so in its own words."""
    form.refuse(refused, REASONS)
    for warning in refused.details.get("warnings", ()):
        form.add_error("note", warning_sentence(warning, count, record))


@bp.route("/days/<uuid:day_id>/paper", methods=["GET", "POST"])
@requires(Permission.MEALS_COUNT)
def paper(day_id: UUID) -> ResponseReturnValue:
    """Enter a day from its paper tally sheet."""
    form = PaperForm()
    with reading() as session:
        summary = queries.get_summary(session, day_id)
        actor().must(Permission.MEALS_COUNT, summary.day.park_id)
        park = get_park(session, summary.day.park_id)
    if request.method == "GET":
        form.fill(summary.record, summary.day.ordered)
    elif form.validate_on_submit():
        entry: dict[str, Any] = {"form_id": form.form_id.data, "count": form.count(), "record": form.details()}
        try:
            with transaction() as session:
                service.enter_from_paper(session, actor(), day_id=day_id, at=now(), **entry)
        except Refused as refused:
            _refuse(form, refused, form.count() + summary.count, form.details())
        else:
            return _closed(day_id)
    return render_template("meals/paper.html", form=form, summary=summary, park=park, **_LABELS)


@bp.route("/days/<uuid:day_id>/correct", methods=["GET", "POST"])
@requires(Permission.MEALS_COUNT)
def correct(day_id: UUID) -> ResponseReturnValue:
    """Correct the count by a further event with a reason."""
    form = CorrectForm()
    with reading() as session:
        summary = queries.get_summary(session, day_id)
        actor().must(Permission.MEALS_COUNT, summary.day.park_id)
        park = get_park(session, summary.day.park_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.correct_count(session, actor(), day_id=day_id, at=now(), **form.details())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Luku on korjattu"))
            return redirect(url_for(".day", day_id=day_id))
    return render_template("meals/correct.html", form=form, summary=summary, park=park, **_LABELS)


@bp.route("/days/<uuid:day_id>/reopen", methods=["GET", "POST"])
@requires(Permission.DAYS_REOPEN)
def reopen(day_id: UUID) -> ResponseReturnValue:
    """Open a closed day again, with a reason."""
    form = ReopenForm()
    with reading() as session:
        summary = queries.get_summary(session, day_id)
        park = get_park(session, summary.day.park_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service.reopen_day(session, actor(), day_id=day_id, reason=form.reason.data, at=now())
        except Refused as refused:
            form.refuse(refused, REASONS)
        else:
            tell(_("Päivä on taas auki"))
            return redirect(url_for(".day", day_id=day_id))
    return render_template("meals/reopen.html", form=form, summary=summary, park=park)


@bp.get("/days/<uuid:day_id>/tally-sheet")
@requires(Permission.DAYS_VIEW)
def tally_sheet(day_id: UUID) -> ResponseReturnValue:
    """A sheet to print: a box for every child, and a code that leads to the page where it is entered."""
    with reading() as session:
        found = get_day(session, day_id)
        actor().must(Permission.DAYS_VIEW, found.park_id)
        park = get_park(session, found.park_id)
    link = the_settings().public_url + url_for(".paper", day_id=day_id)
    path, side = qr_path(link)
    return render_template("meals/tally_sheet.html", day=found, park=park, link=link, path=path, side=side, **_LABELS)
