"""What people do with electronic invoices: see what one becomes, and book it once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.audit.domain import Action
from pilot_ops.audit.service import record
from pilot_ops.costs.queries import list_cost_parks
from pilot_ops.costs.service import book_entries
from pilot_ops.invoices import queries
from pilot_ops.invoices.domain import Choice, Invoice, Period, Reason, check_advances, entry_ids, entry_of, guesses
from pilot_ops.invoices.models import InvoiceRow
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.db import insert_once, take_turn
from pilot_ops.kernel.errors import Refused
from pilot_ops.parks.domain import Park
from pilot_ops.parks.queries import list_parks
from pilot_ops.schedule.domain import Pilot


@dataclass(frozen=True, slots=True)
class PlannedInvoice:
    """An invoice, what its file says each line becomes, and whether it is booked already."""

    invoice: Invoice
    choices: tuple[Choice, ...]
    booked: bool

    @property
    def lacks_days(self) -> bool:
        """Whether the file does not say which days some line is for."""
        return any(self.invoice.period_of(line) is None for line in self.invoice.lines)


def parks_for(session: Session, pilot: Pilot) -> dict[UUID, Park]:
    """The parks that an invoice of a pilot may be for, by name."""
    names = list_cost_parks(session, pilot)
    parks = {park.id: park for park in list_parks(session, inactive=True)}
    return {park_id: parks[park_id] for park_id in names}


def plan(session: Session, actor: Actor, *, pilot: Pilot, invoices: Sequence[Invoice]) -> tuple[PlannedInvoice, ...]:
    """What booking these invoices would do; nothing is done. One that is there twice is planned once.

    Refused if one of the same number was booked with other sums, or if one bills again what another bills in advance.
    """
    actor.must(Permission.COSTS_EDIT)
    parks = parks_for(session, pilot)
    by_key = {invoice.key: invoice for invoice in reversed(invoices)}
    planned = [
        PlannedInvoice(invoice, guesses(invoice, parks.values()), _is_booked(session, invoice))
        for invoice in invoices
        if by_key[invoice.key] is invoice
    ]
    fresh = [plan.invoice for plan in planned if not plan.booked]
    for invoice in fresh:
        _check_advances(session, invoice, fresh)
    return tuple(planned)


def _check_advances(session: Session, invoice: Invoice, together: Sequence[Invoice] = ()) -> None:
    """Refused if this and another, booked or to be booked ``together`` with it, would count a cost twice."""
    if invoice.prepayment or invoice.prepaid:
        supplier, _ = invoice.key
        others = [other for other in together if other.key[0] == supplier]
        check_advances(invoice, [*others, *queries.list_settled(session, supplier)])


def book(
    session: Session,
    actor: Actor,
    *,
    pilot: Pilot,
    invoice: Invoice,
    choices: Sequence[Choice],
    period: Period | None = None,
    at: datetime,
) -> bool:
    """Book each line of an invoice net of VAT; whether it was not booked yet.

    The same invoice again books nothing, however often and from wherever it comes at once. Refused where a line may
    not become what was chosen, with the field and, in the details, the number of the line; and where the cost is booked
    already, as a payment in advance or as the whole of which this is one.
    """
    actor.must(Permission.COSTS_EDIT)
    # Before anything else of the transaction: a prepayment and its final invoice would not see each other, and who
    # books some of the same invoices in another order would wait in a circle.
    take_turn(session, InvoiceRow.__tablename__)
    turns = queries.list_turns(session, invoice.key)
    if _is_live(turns, invoice):
        return False
    _check_advances(session, invoice)
    id_ = invoice.id_of(len(turns) + 1)
    if not insert_once(session, InvoiceRow, _values(pilot, invoice, id_, len(turns) + 1, at)):
        # Somebody else booked it in this moment: it is there now, and must say the same.
        _is_live(queries.list_turns(session, invoice.key), invoice)
        return False
    _book_lines(session, actor, pilot, invoice, choices, id_=id_, period=period, at=at)
    record(session, actor, Action.INVOICE_BOOKED, f"{invoice.supplier} {invoice.number}", at=at, after=_facts(invoice))
    return True


def _book_lines(
    session: Session,
    actor: Actor,
    pilot: Pilot,
    invoice: Invoice,
    choices: Sequence[Choice],
    *,
    id_: UUID,
    period: Period | None,
    at: datetime,
) -> None:
    lines = dict(zip(entry_ids(id_, len(invoice.lines)), invoice.lines, strict=True))
    try:
        entries = [
            entry_of(invoice, line, choice, id_=entry_id, period=period)
            for (entry_id, line), choice in zip(lines.items(), choices, strict=True)
        ]
        book_entries(session, actor, pilot_id=pilot.id, entries=entries, at=at)
    except Refused as refused:
        details = dict(refused.details)
        number = lines[details.pop("entry_id")].number
        raise Refused(refused.reason, refused.field, **details, line_number=number) from None


def _is_booked(session: Session, invoice: Invoice) -> bool:
    return _is_live(queries.list_turns(session, invoice.key), invoice)


def _is_live(turns: Sequence[queries.BookedInvoice], invoice: Invoice) -> bool:
    """Whether an invoice is booked and not reversed whole. Refused if what is booked says something else."""
    if not turns or turns[-1].reversed:
        return False
    if not turns[-1].says(invoice):
        raise Refused(Reason.BOOKED_OTHERWISE, number=invoice.number, day=turns[-1].day, net=turns[-1].net)
    return True


def _values(pilot: Pilot, invoice: Invoice, id_: UUID, turn: int, at: datetime) -> Mapping[str, object]:
    supplier_key, number_key = invoice.key
    return {
        "id": id_,
        "pilot_id": pilot.id,
        "supplier_key": supplier_key,
        "number_key": number_key,
        "turn": turn,
        "supplier": invoice.supplier,
        "number": invoice.number,
        "day": invoice.day,
        "format": invoice.format,
        "net_cents": invoice.net,
        "vat_cents": invoice.vat,
        "gross_cents": invoice.gross,
        "prepayment": invoice.prepayment,
        "prepaid_cents": invoice.prepaid,
        "preceding": "\n".join(invoice.preceding),
        "lines": len(invoice.lines),
        "file": invoice.file,
        "booked_at": at,
    }


def _facts(invoice: Invoice) -> dict[str, object]:
    return {
        "file": invoice.file,
        "day": invoice.day,
        "net": invoice.net.decimal(),
        "vat": invoice.vat.decimal(),
        "gross": invoice.gross.decimal(),
        "lines": len(invoice.lines),
    }
