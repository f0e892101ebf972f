"""Reading the invoices that were booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pilot_ops.costs.queries import list_reversed
from pilot_ops.invoices.domain import Invoice, entry_ids
from pilot_ops.invoices.models import InvoiceRow
from pilot_ops.kernel.money import ZERO, Money


@dataclass(frozen=True, slots=True)
class BookedInvoice:
    """An invoice as it was booked; ``reversed`` once every one of its entries has been taken back."""

    id: UUID
    pilot_id: UUID
    supplier: str
    number: str
    day: date
    net: Money
    vat: Money
    gross: Money
    prepayment: bool
    prepaid: Money
    preceding: tuple[str, ...]
    lines: int
    booked_at: datetime
    reversed: bool

    def says(self, invoice: Invoice) -> bool:
        """Whether it is what a file says: the same day, lines and sums."""
        said = (invoice.day, invoice.net, invoice.vat, invoice.gross, len(invoice.lines))
        return said == (self.day, self.net, self.vat, self.gross, self.lines)


def list_invoices(session: Session, pilot_id: UUID) -> tuple[BookedInvoice, ...]:
    """The invoices of a pilot, the newest first."""
    query = select(InvoiceRow).where(InvoiceRow.pilot_id == pilot_id)
    rows = session.scalars(query.order_by(InvoiceRow.day.desc(), InvoiceRow.booked_at.desc(), InvoiceRow.id))
    return _booked(session, list(rows))


def list_turns(session: Session, key: tuple[str, str]) -> tuple[BookedInvoice, ...]:
    """Every time an invoice was booked, in whatever pilot, the first time first."""
    supplier, number = key
    query = select(InvoiceRow).where(InvoiceRow.supplier_key == supplier, InvoiceRow.number_key == number)
    return _booked(session, list(session.scalars(query.order_by(InvoiceRow.turn))))


def list_settled(session: Session, supplier: str) -> tuple[BookedInvoice, ...]:
    """A supplier's invoices, in whatever pilot, that ask for a payment in advance or have been paid in advance.

    Credit notes that name an invoice are among them: it may be one of these.
    """
    credit = (InvoiceRow.gross_cents < ZERO) & (InvoiceRow.preceding != "")
    settled = or_(InvoiceRow.prepayment, InvoiceRow.prepaid_cents != ZERO, credit)
    query = select(InvoiceRow).where(InvoiceRow.supplier_key == supplier, settled)
    found = _booked(session, list(session.scalars(query.order_by(InvoiceRow.day, InvoiceRow.id))))
    return tuple(invoice for invoice in found if not invoice.reversed)


def _booked(session: Session, rows: Sequence[InvoiceRow]) -> tuple[BookedInvoice, ...]:
    pilots = {row.pilot_id for row in rows}
    taken_back = frozenset[UUID]().union(*(list_reversed(session, pilot_id) for pilot_id in pilots))
    return tuple(
        BookedInvoice(
            id=row.id,
            pilot_id=row.pilot_id,
            supplier=row.supplier,
            number=row.number,
            day=row.day,
            net=row.net_cents,
            vat=row.vat_cents,
            gross=row.gross_cents,
            prepayment=row.prepayment,
            prepaid=row.prepaid_cents,
            preceding=tuple(row.preceding.splitlines()),
            lines=row.lines,
            booked_at=row.booked_at,
            reversed=taken_back.issuperset(entry_ids(row.id, row.lines)),
        )
        for row in rows
    )
