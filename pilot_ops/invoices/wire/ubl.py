"""UBL 2.1 invoices and credit notes as EN 16931 and Peppol BIS Billing 3.0 use them."""

from __future__ import annotations

from pilot_ops.invoices.domain import Format, Invoice, Line, Period, Reason
from pilot_ops.invoices.wire.made import made
from pilot_ops.invoices.wire.xml import Node, Wrong
from pilot_ops.kernel.money import ZERO, Money

_SPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
UBL_ROOTS = {(f"{_SPACE}Invoice-2", "Invoice"), (f"{_SPACE}CreditNote-2", "CreditNote")}
# UNTDID 1001: commercial, partial, corrected, prepayment, self-billed, factored; credit note, factored credit note.
_PREPAYMENT = "386"
_KINDS = {"Invoice": {"326", "380", "384", _PREPAYMENT, "389", "393"}, "CreditNote": {"381", "396"}}
_PERIOD = (("InvoicePeriod", "StartDate"), ("InvoicePeriod", "EndDate"))
_DELIVERY = ("Delivery", "DeliveryLocation", "Address")


def read_ubl(root: Node, file: str) -> Invoice:
    """The invoice of a UBL document. Wrong where it cannot be booked."""
    kind, credit = _kind(root), root.tag == "CreditNote"
    sums = root.need("LegalMonetaryTotal")
    net = sums.amount("TaxExclusiveAmount")
    gross = sums.amount("TaxInclusiveAmount")
    if net is None:
        raise Wrong(Reason.WITH_VAT_ONLY, sums, "TaxExclusiveAmount")
    if gross is None:
        raise Wrong(Reason.MISSING, sums, "TaxInclusiveAmount")
    tax = _tax(root)
    day = root.day("IssueDate")
    if day is None:
        raise Wrong(Reason.MISSING, root, "IssueDate")
    party = root.need("AccountingSupplierParty", "Party")
    period = root.period(*_PERIOD)
    invoice = Invoice(
        file=file,
        format=Format.UBL,
        credit=credit,
        supplier_id=_supplier_id(party),
        supplier=_supplier(party),
        number=root.name("ID"),
        day=day,
        period=period,
        net=net,
        vat=(tax.amount("TaxAmount") if tax else None) or ZERO,
        gross=gross,
        lines=(*_lines(root, period), *_whole(root)),
        hints=_hints(root),
        street=root.say(*_DELIVERY, "StreetName"),
        postal_code=root.say(*_DELIVERY, "PostalZone"),
        prepayment=kind == _PREPAYMENT,
        prepaid=sums.amount("PrepaidAmount") or ZERO,
        preceding=root.texts(("BillingReference", "InvoiceDocumentReference", "ID")),
    )
    nodes = {
        "net": sums.need("TaxExclusiveAmount"),
        "vat": (tax.find("TaxAmount") if tax else None) or sums,
        "gross": sums.need("TaxInclusiveAmount"),
    }
    return made(invoice, _shares(tax), nodes, turned=credit)


def _kind(root: Node) -> str:
    kind = root.need(f"{root.tag}TypeCode")
    if kind.text not in _KINDS[root.tag]:
        raise Wrong(Reason.KIND_NOT_KNOWN, kind, found=kind.text)
    currency = root.need("DocumentCurrencyCode")
    if currency.text != "EUR":
        raise Wrong(Reason.OTHER_CURRENCY, currency, found=currency.text)
    return kind.text


def _supplier_id(party: Node) -> str:
    for path in (("PartyLegalEntity", "CompanyID"), ("PartyTaxScheme", "CompanyID"), ("EndpointID",)):
        if party.find(*path):
            return party.name(*path)
    raise Wrong(Reason.MISSING, party, "PartyLegalEntity/CompanyID")


def _supplier(party: Node) -> str:
    if party.find("PartyLegalEntity", "RegistrationName"):
        return party.name("PartyLegalEntity", "RegistrationName")
    return party.name("PartyName", "Name")


def _tax(root: Node) -> Node | None:
    """The VAT in the money of the invoice; there may be another total in the money of the books."""
    totals = [node for node in root.all("TaxTotal") if node.all("TaxAmount")]
    own = [node for node in totals if node.all("TaxAmount")[0].attributes.get("currencyID", "EUR") == "EUR"]
    return next((node for node in own if node.all("TaxSubtotal")), next(iter(own or totals), None))


def _hints(root: Node) -> tuple[str, ...]:
    return root.texts(
        ("BuyerReference",),
        ("OrderReference", "ID"),
        ("ProjectReference", "ID"),
        ("AccountingCost",),
        ("Delivery", "DeliveryParty", "PartyName", "Name"),
        ("Note",),
    )


def _lines(root: Node, period: Period | None) -> tuple[Line, ...]:
    quantity = "InvoicedQuantity" if root.tag == "Invoice" else "CreditedQuantity"
    return tuple(_line(node, quantity, period) for node in root.all(f"{root.tag}Line"))


def _line(node: Node, quantity: str, period: Period | None) -> Line:
    amount = node.amount("LineExtensionAmount")
    if amount is None:
        raise Wrong(Reason.MISSING, node, "LineExtensionAmount")
    counted = node.find(quantity)
    texts = node.texts(("Item", "Name"), ("Item", "Description"), ("Note",))
    return Line(
        number=0,
        text=texts[0] if texts else "",
        amount=amount,
        quantity=node.count(quantity),
        unit=counted.attributes.get("unitCode", "") if counted else "",
        period=node.period(*_PERIOD, period),
        hints=(*texts, *node.texts(("AccountingCost",), ("OrderLineReference", "LineID"))),
    )


def _whole(root: Node) -> tuple[Line, ...]:
    """Discounts and charges of the whole invoice."""
    return tuple(_change(node) for node in root.all("AllowanceCharge"))


def _change(node: Node) -> Line:
    charge = node.say("ChargeIndicator") in {"true", "1"}
    amount: Money = node.amount("Amount") or ZERO
    text = node.say("AllowanceChargeReason") or ("Lisä" if charge else "Alennus")
    return Line(0, text, amount if charge else -amount, whole=True)


def _shares(tax: Node | None) -> list[Money]:
    return [node.amount("TaxAmount") or ZERO for node in (tax.all("TaxSubtotal") if tax else [])]
