"""Files of others: events of Linked Events and units of the service map, each shown before anything is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pilot_ops.events.labels import REASONS as EVENT_REASONS
from pilot_ops.events.labels import STATUSES
from pilot_ops.feeds import service
from pilot_ops.feeds.domain import FileProblem
from pilot_ops.feeds.labels import DOINGS, EVENT_FIELDS, PARK_FIELDS, problem_sentences, told_elsewhere
from pilot_ops.feeds.routes import bp
from pilot_ops.feeds.wire import read_events, read_units
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.web.context import tell, the_settings
from pilot_ops.kernel.web.files import FileForm
from pilot_ops.kernel.web.guard import actor, requires

NO_PROBLEMS: tuple[FileProblem, ...] = ()


@bp.route("/events/import", methods=["GET", "POST"])
@requires(Permission.EVENTS_EDIT)
def import_events() -> ResponseReturnValue:
    """Bring events in from a file of Linked Events: first what it would do, event by event, then doing it."""
    form = FileForm()
    content = form.file() if form.validate_on_submit() else None
    plan, problems = None, NO_PROBLEMS
    if content:
        rows, problems = read_events(content)
        doing = request.form.get("step") == "import"
        plan = None if problems else _plan_events(rows, doing=doing)
        problems = plan.problems if plan else problems
        if plan and doing and not problems:
            tell(ngettext("%(num)s tapahtuma tuotiin", "%(num)s tapahtumaa tuotiin", len(plan.fresh)))
            return redirect(url_for("events.events"))
    shown = {"fields": EVENT_FIELDS, "statuses": STATUSES, "reasons": EVENT_REASONS}
    return _page("feeds/import_events.html", form, plan, problems, content, **shown)


def _plan_events(rows: Any, *, doing: bool) -> service.EventsPlan:
    if not doing:
        with reading() as session:
            return service.plan_events(session, actor(), rows=rows)
    with transaction() as session:
        return service.import_events(session, actor(), rows=rows, notice=told_elsewhere(), at=now())


@bp.route("/parks/import", methods=["GET", "POST"])
@requires(Permission.PARKS_EDIT)
def import_places() -> ResponseReturnValue:
    """Bring parks in from a file of the service map: first what it would do, park by park, then doing it."""
    return _units_page(_plan_places, "parks.parks", as_parks=True)


@bp.route("/units/import", methods=["GET", "POST"])
@requires(Permission.PLACES_EDIT)
def import_units() -> ResponseReturnValue:
    """Bring places for events and tickets in from a file of the service map: first what it would do, then doing it."""
    return _units_page(_plan_units, "units.units", as_parks=False)


def _units_page(plan_of: Callable[..., service.PlacesPlan], done: str, *, as_parks: bool) -> ResponseReturnValue:
    form = FileForm()
    content = form.file() if form.validate_on_submit() else None
    plan, problems = None, NO_PROBLEMS
    if content:
        rows, problems = read_units(content)
        doing = request.form.get("step") == "import"
        plan = None if problems else plan_of(rows, doing=doing)
        problems = plan.problems if plan else problems
        if plan and doing and not problems:
            tell(_imported(len(plan.fresh), as_parks=as_parks))
            return redirect(url_for(done))
    return _page("feeds/import_places.html", form, plan, problems, content, fields=PARK_FIELDS, as_parks=as_parks)


def _imported(number: int, *, as_parks: bool) -> str:
    if as_parks:
        return str(ngettext("%(num)s puisto tuotiin", "%(num)s puistoa tuotiin", number))
    return str(ngettext("%(num)s paikka tuotiin", "%(num)s paikkaa tuotiin", number))


def _plan_places(rows: Any, *, doing: bool) -> service.PlacesPlan:
    country = the_settings().holiday_country
    if not doing:
        with reading() as session:
            return service.plan_places(session, actor(), rows=rows, country=country)
    with transaction() as session:
        return service.import_places(session, actor(), rows=rows, country=country, at=now())


def _plan_units(rows: Any, *, doing: bool) -> service.PlacesPlan:
    if not doing:
        with reading() as session:
            return service.plan_units(session, actor(), rows=rows)
    with transaction() as session:
        return service.import_units(session, actor(), rows=rows, at=now())


def _page(
    template: str, form: FileForm, plan: Any, problems: Iterable[FileProblem], content: bytes | None, **shown: Any
) -> str:
    told = problem_sentences(problems)
    error = _("Valitse tiedosto") if content == b"" else ""
    return render_template(template, form=form, plan=plan, problems=told, error=error, doings=DOINGS, **shown)
