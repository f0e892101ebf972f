"""Finvoice 3.0, by the names of its own elements (Finance Finland, implementation guidelines 3.0)."""

from __future__ import annotations

from pilot_ops.invoices.domain import Format, Invoice, Line, Period, Reason
from pilot_ops.invoices.wire.made import made
from pilot_ops.invoices.wire.xml import Node, Wrong
from pilot_ops.kernel.money import ZERO, Money

_INVOICE, _CREDIT_NOTE = "INV01", "INV02"
_CANCEL = "Cancel"
# UNTDID 1001, which stands beside the kinds of Finvoice itself: a prepayment invoice is an invoice to these.
_PREPAYMENT = "386"


def read_finvoice(root: Node, file: str) -> Invoice:
    """The invoice of a Finvoice document. Wrong where it cannot be booked."""
    details = root.need("InvoiceDetails")
    credit = _is_credit(details)
    seller = root.need("SellerPartyDetails")
    net = details.amount("InvoiceTotalVatExcludedAmount")
    gross = _needed(details, "InvoiceTotalVatIncludedAmount")
    vat = details.amount("InvoiceTotalVatAmount")
    if net is None:
        raise Wrong(Reason.WITH_VAT_ONLY, details, "InvoiceTotalVatExcludedAmount")
    day = details.day("InvoiceDate")
    if day is None:
        raise Wrong(Reason.MISSING, details, "InvoiceDate")
    period = _period(root, details)
    invoice = Invoice(
        file=file,
        format=Format.FINVOICE,
        credit=credit,
        supplier_id=_supplier_id(seller),
        supplier=seller.name("SellerOrganisationName"),
        number=details.name("InvoiceNumber"),
        day=day,
        period=period,
        net=net,
        vat=ZERO if vat is None else vat,
        gross=gross,
        lines=(*_rows(root, period), *_whole(details)),
        hints=_hints(root, details),
        street=root.say("DeliveryPartyDetails", "DeliveryPostalAddressDetails", "DeliveryStreetName"),
        postal_code=root.say("DeliveryPartyDetails", "DeliveryPostalAddressDetails", "DeliveryPostCodeIdentifier"),
        prepayment=not credit and details.say("InvoiceTypeCodeUN") == _PREPAYMENT,
        prepaid=details.amount("InvoicePaidAmount") or ZERO,
        preceding=details.texts(("OriginalInvoiceNumber",), ("OriginalInvoiceReference", "InvoiceNumber")),
    )
    nodes = {
        "net": details.need("InvoiceTotalVatExcludedAmount"),
        "vat": details.find("InvoiceTotalVatAmount") or details,
        "gross": details.need("InvoiceTotalVatIncludedAmount"),
    }
    # Finvoice writes a credit note with minus signs; some programs leave them out. The total says which it is.
    turned = credit and (gross > ZERO or (gross == ZERO and net > ZERO))
    return made(invoice, _shares(details), nodes, turned=turned)


def _is_credit(details: Node) -> bool:
    kind = details.need("InvoiceTypeCode")
    if kind.text not in {_INVOICE, _CREDIT_NOTE}:
        raise Wrong(Reason.KIND_NOT_KNOWN, kind, found=kind.text)
    origin = details.find("OriginCode")
    if origin and origin.text == _CANCEL:
        raise Wrong(Reason.CANCELS_ANOTHER, origin)
    return kind.text == _CREDIT_NOTE


def _needed(details: Node, tag: str) -> Money:
    found = details.amount(tag)
    if found is None:
        raise Wrong(Reason.MISSING, details, tag)
    return found


def _supplier_id(seller: Node) -> str:
    if seller.find("SellerPartyIdentifier"):
        return seller.name("SellerPartyIdentifier")
    return seller.name("SellerOrganisationTaxCode")


def _period(root: Node, details: Node) -> Period | None:
    found = details.period(("InvoicingPeriodStartDate",), ("InvoicingPeriodEndDate",))
    within = ("DeliveryDetails", "DeliveryPeriodDetails")
    return found or root.period((*within, "StartDate"), (*within, "EndDate"))


def _hints(root: Node, details: Node) -> tuple[str, ...]:
    delivery = root.texts(
        ("DeliveryPartyDetails", "DeliveryOrganisationName"), ("DeliveryPartyDetails", "DeliveryOrganisationDepartment")
    )
    references = details.texts(
        ("BuyerReferenceIdentifier",), ("OrderIdentifier",), ("ProjectReferenceIdentifier",), ("InvoiceFreeText",)
    )
    return (*references, *delivery)


def _rows(root: Node, period: Period | None) -> tuple[Line, ...]:
    rows = [(row, _row_amount(row)) for row in root.all("InvoiceRow")]
    return tuple(_row(row, amount, period) for row, amount in rows if amount is not None)


def _row_amount(row: Node) -> Money | None:
    """What a row costs without VAT; None for a row of text."""
    net, gross = row.amount("RowVatExcludedAmount"), row.amount("RowAmount")
    if net is not None or not gross:
        return net
    if row.count("RowVatRatePercent") == 0:
        return gross
    raise Wrong(Reason.WITH_VAT_ONLY, row.need("RowAmount"))


def _row(row: Node, amount: Money, period: Period | None) -> Line:
    texts = row.texts(("ArticleName",), ("ArticleDescription",), ("RowFreeText",))
    quantity = row.find("InvoicedQuantity") or row.find("DeliveredQuantity")
    own = row.day("RowDeliveryDate")
    return Line(
        number=0,
        text=texts[0] if texts else "",
        amount=amount,
        quantity=row.count(quantity.tag) if quantity else None,
        unit=quantity.attributes.get("QuantityUnitCode", "") if quantity else "",
        period=row.period(("StartDate",), ("EndDate",), period) or (Period(own, own) if own else None),
        hints=(*texts, *row.texts(("RowAccountDimensionText",), ("RowIdentifier",))),
    )


def _whole(details: Node) -> tuple[Line, ...]:
    """Discounts and charges of the whole invoice."""
    less = details.amount("DiscountsTotalVatExcludedAmount") or ZERO
    more = details.amount("ChargesTotalVatExcludedAmount") or ZERO
    return (Line(0, "Alennus", -less, whole=True), Line(0, "Lisä", more, whole=True))


def _shares(details: Node) -> list[Money]:
    return [
        node.amount("VatRateAmount") or ZERO
        for node in details.all("VatSpecificationDetails")
        if node.find("VatRateAmount")
    ]
