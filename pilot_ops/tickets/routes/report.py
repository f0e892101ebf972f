"""The report of tickets, as a page and as files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.errors import NotFound
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.web import i18n
from pilot_ops.kernel.web.files import download
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.places.queries import list_groups, list_places
from pilot_ops.tickets import queries, service
from pilot_ops.tickets.domain import By, Hidden, Report, shown
from pilot_ops.tickets.domain.report import Cell, Key
from pilot_ops.tickets.export import key_names, report_file
from pilot_ops.tickets.forms import ReportForm
from pilot_ops.tickets.labels import FIGURES, GROUPINGS, NOT_KNOWN
from pilot_ops.tickets.routes import bp

# Shown only where there are any.
_SELDOM = {"returned", "replaced", "withdrawn", "overdrawn"}
# Before a ticket is handed out it is for no client group.
_NO_GROUP = {"acquired", "allocated", "returned"}


@bp.get("/tickets/report")
@requires(Permission.TICKETS_VIEW)
def report() -> ResponseReturnValue:
    """What was acquired, allocated, handed out and used, by type, point, client group or month."""
    form, found, names = _asked()
    if found is None:
        return render_template("tickets/report.html", form=form, found=None, args={})
    published = _is_published(form)
    rows, total = shown(found, published=published)
    lines = [(line.key, _label(line.key, found.by, names), row) for line, row in zip(found.lines, rows, strict=True)]
    lines.sort(key=lambda line: (line[0] is None, str(line[0]) if found.by is By.MONTH else line[1].casefold()))
    left_out = _NO_GROUP if found.by is By.GROUP else set()
    columns = {name: label for name, label in FIGURES.items() if name not in left_out | _empty(total)}
    page = {"lines": lines, "total": total, "columns": columns, "published": published, "text": _text}
    what = GROUPINGS[found.by]
    return render_template("tickets/report.html", form=form, found=found, what=what, args=_args(), By=By, **page)


@bp.get("/tickets/report/<kind>")
@requires(Permission.TICKETS_VIEW)
def report_download(kind: str) -> ResponseReturnValue:
    """The report as CSV or Excel."""
    form, found, names = _asked()
    if kind not in {"csv", "xlsx"} or found is None:
        raise NotFound
    return download(report_file(found, names, kind, published=_is_published(form)), f"tickets-{found.by}.{kind}")


def _asked() -> tuple[ReportForm, Report | None, Mapping[Key, str]]:
    """The report that the address asks for; None if it asks for what cannot be, and the form says so."""
    form = ReportForm(request.args, meta={"csrf": False})
    with reading() as session:
        types = queries.list_types(session, inactive=True)
        form.offer(types)
        if not request.args.get("by"):
            form.by.data = By.TYPE.value
        if not request.args.get("type"):
            form.type.data = ""
        if not form.validate():
            return form, None, {}
        period = queries.Period(form.first.data, form.last.data, UUID(form.type.data) if form.type.data else None)
        found = service.get_report(session, actor(), period=period, by=By(form.by.data))
        places, groups = list_places(session, inactive=True), list_groups(session)
    return form, found, key_names(types, places, groups, i18n.page_language())


def _is_published(form: ReportForm) -> bool:
    """Small figures of client groups are for those who work with the tickets."""
    return bool(form.published.data) or not actor().may(Permission.TICKETS_EDIT)


def _empty(total: Mapping[str, Cell]) -> set[str]:
    return {name for name in _SELDOM if total[name] == 0}


def _args() -> dict[str, str]:
    return {name: value for name, value in request.args.items() if name in {"type", "from", "to", "by", "published"}}


def _label(key: Key, by: By, names: Mapping[Key, str]) -> str:
    if isinstance(key, date):
        return i18n.month(key)
    return names[key] if key else str(NOT_KNOWN[by])


def _text(cell: Cell) -> str:
    """A figure for people."""
    match cell:
        case None:
            return "–"
        case Hidden.UNDER_FIVE:
            return str(_("alle 5"))
        case Hidden():
            return str(_("ei julkaista"))
        case Money():
            return i18n.money(cell)
        case Fraction():
            return i18n.percent(cell)
    return i18n.number(cell)
