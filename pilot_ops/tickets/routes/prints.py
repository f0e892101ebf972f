"""Pages of prints: ordering one, following it, and fetching its file."""

from __future__ import annotations

from uuid import UUID

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pilot_ops.accounts.queries import names_of
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import NotFound, Refused
from pilot_ops.kernel.web.context import tell
from pilot_ops.kernel.web.files import download
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.tickets import jobs, queries, service
from pilot_ops.tickets.domain import Batch, Order, Print, PrintPlan, PrintState, TicketType
from pilot_ops.tickets.forms import PrintForm
from pilot_ops.tickets.labels import FORMATS, PRINT_STATES, REASONS
from pilot_ops.tickets.routes import bp


@bp.get("/tickets/prints")
@requires(Permission.TICKETS_EDIT)
def prints() -> ResponseReturnValue:
    """What has been printed, the latest first."""
    with reading() as session:
        found = queries.list_prints(session)
        types = {kind.id: kind for kind in queries.list_types(session, inactive=True)}
        people = names_of(session, {job.user_id for job in found if job.user_id})
    words = {"formats": FORMATS, "states": PRINT_STATES}
    return render_template("tickets/prints.html", prints=found, types=types, people=people, **words)


@bp.route("/tickets/prints/new", methods=["GET", "POST"])
@requires(Permission.TICKETS_EDIT)
def new_print() -> ResponseReturnValue:
    """Order a print: first the type, then its numbers and the paper with what would be printed, then the printing."""
    kind, batches = _asked_type()
    if kind is None:
        return _choose_type()
    form, planned = PrintForm(), None
    form.offer(kind, batches)
    if form.validate_on_submit():
        try:
            order = form.order(kind, batches)
            if request.form.get("step") == "print":
                return _order(order)
            planned = _plan(order)
        except Refused as refused:
            form.refuse(refused, REASONS)
    elif request.method == "GET":
        form.begin(kind, request.args.get("batch", ""))
    page = {"form": form, "kind": kind, "planned": planned, "formats": FORMATS, "reasons": REASONS}
    return render_template("tickets/print_form.html", **page)


def _choose_type() -> str:
    with reading() as session:
        types = [
            kind for kind in queries.list_types(session) if kind.is_coded and queries.list_batches(session, kind.id)
        ]
    return render_template("tickets/print_type.html", types=types)


def _plan(order: Order) -> PrintPlan:
    with reading() as session:
        return service.plan_order(session, actor(), order=order, at=now())


def _asked_type() -> tuple[TicketType | None, tuple[Batch, ...]]:
    """The coded type that the address names, with its batches; None if it names none."""
    text = request.args.get("type", "")
    if not text:
        return None, ()
    try:
        type_id = UUID(text)
    except ValueError:
        raise NotFound from None
    with reading() as session:
        kind, batches = queries.get_type(session, type_id), queries.list_batches(session, type_id)
    if not kind.is_coded or not batches:
        raise NotFound
    return kind, batches


def _order(order: Order) -> ResponseReturnValue:
    with transaction() as session:
        ordered = service.order_print(session, actor(), order=order, at=now())
    if ordered.state is PrintState.WAITING:
        jobs.print_soon(current_app._get_current_object(), ordered.id)  # type: ignore[attr-defined]
    return redirect(url_for(".show_print", print_id=ordered.id))


@bp.get("/tickets/prints/<uuid:print_id>")
@requires(Permission.TICKETS_EDIT)
def show_print(print_id: UUID) -> ResponseReturnValue:
    """A print: how far it is, then its file. Without scripts the page asks again by itself while it is on its way."""
    with reading() as session:
        found = queries.get_print(session, print_id)
        kind = queries.get_type(session, found.order.type_id)
        people = names_of(session, {found.user_id} if found.user_id else set())
    page = {"job": found, "kind": kind, "people": people, "PrintState": PrintState}
    words = {"formats": FORMATS, "states": PRINT_STATES, "reasons": REASONS}
    return render_template("tickets/print.html", **page, **words)


@bp.get("/tickets/prints/<uuid:print_id>/file")
@requires(Permission.TICKETS_EDIT)
def print_file(print_id: UUID) -> ResponseReturnValue:
    """The file of a finished print."""
    try:
        with reading() as session:
            found = queries.get_print(session, print_id)
            kind = queries.get_type(session, found.order.type_id)
            content = service.read_print_file(session, actor(), print_id=print_id)
    except Refused as refused:
        tell(str(REASONS[refused.reason]), "err")
        return redirect(url_for(".show_print", print_id=print_id))
    return _pdf(content, found, kind)


def _pdf(content: bytes, found: Print, kind: TicketType) -> Response:
    response = download(content, f"{kind.label(found.order.first)}-{found.order.last:04d}.pdf")
    response.headers["Cache-Control"] = "no-store"
    return response
