"""Files as caterers' programs write them; every figure worked by hand from the lines."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pilot_ops.invoices.domain import Format, Invoice, Period, Reason
from pilot_ops.invoices.wire import MOST_BYTES, MOST_LINES, read_files, read_invoices
from pilot_ops.kernel.money import Money

FILES = Path(__file__).parent / "files"
JULY = Period(date(2024, 7, 1), date(2024, 7, 31))


def sample(name: str) -> bytes:
    return (FILES / name).read_bytes()


def one(content: bytes) -> Invoice:
    found, problems = read_invoices(content, "lasku.xml")
    assert problems == ()
    (invoice,) = found
    return invoice


def refusal(content: bytes) -> tuple[Reason, int, str]:
    found, (problem,) = read_invoices(content, "lasku.xml")
    assert found == ()
    return problem.reason, problem.line, problem.place


def changed(name: str, old: str, new: str) -> bytes:
    """A sample with one text replaced, which must be there."""
    encoding = "iso-8859-15" if name.startswith("finvoice") else "utf-8"
    text = sample(name).decode(encoding)
    assert old in text
    return text.replace(old, new, 1).encode(encoding)


def line_of(content: bytes, text: bytes) -> int:
    return content[: content.index(text)].count(b"\n") + 1


def test_a_finvoice_says_what_it_says() -> None:
    # 1 840 x 2.72 = 5 004.80; 1 610 x 2.72 = 4 379.20; 23 x 15 = 345; 120: together 9 849.00.
    # VAT 14 % of 9 729.00 = 1 362.06, 24 % of 120.00 = 28.80: 1 390.86; in all 11 239.86.
    invoice = one(sample("finvoice.xml"))
    assert (invoice.format, invoice.credit) == (Format.FINVOICE, False)
    assert (invoice.supplier, invoice.supplier_id) == ("Ateriapalvelu Keittiö Oy", "1234567-1")
    assert (invoice.number, invoice.day, invoice.period) == ("10077", date(2024, 7, 31), JULY)
    assert (invoice.net, invoice.vat, invoice.gross) == (Money(984900), Money(139086), Money(1123986))
    assert [(line.number, line.text, line.amount.whole_cents) for line in invoice.lines] == [
        (1, "Lounas lapsille, Suvelan asukaspuisto", 500480),
        (2, "Lounas lapsille, Soukan asukaspuisto", 437920),
        (3, "Päivämaksu, Suvela", 34500),
        (4, "Sekalaista", 12000),
    ]
    assert (invoice.lines[0].quantity, invoice.lines[0].unit) == (1840, "annos")


def test_a_ubl_invoice_with_a_discount() -> None:
    # 6 x 45.00 = 270.00 less 20.00 = 250.00; VAT 24 % = 60.00.
    invoice = one(sample("ubl-invoice.xml"))
    assert (invoice.supplier, invoice.supplier_id, invoice.number) == ("Pikarahti Oy", "1111222-2", "K-2024-15")
    assert (invoice.day, invoice.period) == (date(2024, 7, 30), None)
    assert (invoice.net, invoice.vat, invoice.gross) == (Money(25000), Money(6000), Money(31000))
    lines = [(line.text, line.amount.whole_cents, line.whole) for line in invoice.lines]
    assert lines == [("Kuljetus puistoon", 27000, False), ("Kausialennus", -2000, True)]


def test_a_credit_note_is_less_whatever_its_sign() -> None:
    # 10 portions x 2.72 = 27.20; VAT 14 % = 3.808, so 3.81.
    credit = one(sample("ubl-credit-note.xml"))
    assert credit.credit
    assert credit.period == JULY
    assert [line.amount for line in credit.lines] == [Money(-2720)]
    assert (credit.net, credit.vat, credit.gross) == (Money(-2720), Money(-381), Money(-3101))
    # Finvoice has minus signs where it follows its guidelines, and none where a program forgot them.
    plain = one(changed("finvoice.xml", "INV01", "INV02"))
    assert plain.net == Money(-984900)
    text = changed("finvoice.xml", "INV01", "INV02").decode("iso-8859-15")
    for amount in ("9849,00", "1390,86", "11239,86", "9729,00", "1362,06", "28,80", "5004,80", "4379,20", "345,00"):
        text = text.replace(f">{amount}<", f">-{amount}<")
    minus = one(text.replace(">120,00<", ">-120,00<").encode("iso-8859-15"))
    assert [line.amount for line in minus.lines] == [line.amount for line in plain.lines]


def test_a_period_may_tell_one_of_its_days() -> None:
    # EN 16931 lets the first or the last day stand alone; whose other day nobody tells has no period, and is asked for.
    end = "<cbc:EndDate>2024-07-31</cbc:EndDate>"
    assert one(changed("ubl-credit-note.xml", end, "")).period is None
    line = "<cac:CreditNoteLine>"
    own = "<cac:InvoicePeriod><cbc:StartDate>2024-07-22</cbc:StartDate></cac:InvoicePeriod>"
    invoice = one(changed("ubl-credit-note.xml", line, line + own))
    assert (invoice.period, invoice.lines[0].period) == (JULY, Period(date(2024, 7, 22), date(2024, 7, 31)))
    row = "<ArticleName>Sekalaista"
    last = '<EndDate Format="CCYYMMDD">20240705</EndDate>'
    assert one(changed("finvoice.xml", row, last + row)).lines[3].period == Period(date(2024, 7, 1), date(2024, 7, 5))
    late = changed("finvoice.xml", row, last.replace("0705", "0605") + row)
    assert refusal(late) == (Reason.PERIOD_BACKWARDS, line_of(late, b"20240605"), "InvoiceRow/EndDate")


def test_one_supplier_is_one_however_its_id_is_written() -> None:
    keys = {
        one(changed("finvoice.xml", "1234567-1", written)).key
        for written in ("1234567-1", "FI12345671", "003712345671", "12345671", "0037 1234567 1")
    }
    assert keys == {("12345671", "10077")}


def test_what_a_bank_sends_in_its_frame() -> None:
    frame = b'<?xml version="1.0"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="x"><a/></SOAP-ENV:Envelope>\n'
    two = (
        frame + sample("finvoice.xml") + frame + changed("finvoice.xml", "InvoiceNumber>10077<", "InvoiceNumber>10078<")
    )
    found, problems = read_invoices(two, "aineisto.xml")
    assert problems == ()
    assert [invoice.number for invoice in found] == ["10077", "10078"]
    bad = frame + changed("finvoice.xml", "20240731</InvoiceDate>", "20240732</InvoiceDate>")
    assert refusal(bad) == (Reason.NOT_A_DAY, line_of(bad, b"20240732"), "InvoiceDetails/InvoiceDate")
    assert refusal(frame) == (Reason.NOT_AN_INVOICE, 1, "")
    late = b"\n\n" + changed("finvoice.xml", "20240731</InvoiceDate>", "20240732</InvoiceDate>")
    assert refusal(late) == (Reason.NOT_A_DAY, line_of(late, b"20240732"), "InvoiceDetails/InvoiceDate")


TOTALS = "InvoiceDetails/Invoice"
WRONG = [
    ("finvoice.xml", ">5004,80<", ">5004,81<", Reason.LINES_DO_NOT_ADD_UP, f"{TOTALS}TotalVatExcludedAmount"),
    ("finvoice.xml", ">1362,06<", ">1362,05<", Reason.VAT_DOES_NOT_ADD_UP, f"{TOTALS}TotalVatAmount"),
    ("finvoice.xml", ">11239,86</I", ">11239,85</I", Reason.TOTAL_DOES_NOT_ADD_UP, f"{TOTALS}TotalVatIncludedAmount"),
    ("finvoice.xml", '"EUR">9849,00</I', '"SEK">9849,00</I', Reason.OTHER_CURRENCY, f"{TOTALS}TotalVatExcludedAmount"),
    ("finvoice.xml", ">4379,20<", ">4379,2O<", Reason.NOT_AN_AMOUNT, "InvoiceRow/RowVatExcludedAmount"),
    ("finvoice.xml", ">4379,20<", ">4379,205<", Reason.NOT_AN_AMOUNT, "InvoiceRow/RowVatExcludedAmount"),
    ("finvoice.xml", "INV01", "QUO01", Reason.KIND_NOT_KNOWN, f"{TOTALS}TypeCode"),
    ("finvoice.xml", ">Original<", ">Cancel<", Reason.CANCELS_ANOTHER, "InvoiceDetails/OriginCode"),
    ("finvoice.xml", "<InvoiceNumber>10077<", "<InvoiceNumber> <", Reason.MISSING, "InvoiceDetails/InvoiceNumber"),
    ("finvoice.xml", "20240731</EndDate>", "20240630</EndDate>", Reason.PERIOD_BACKWARDS, "DeliveryDetails/Deliver"),
    ("ubl-invoice.xml", "Code>EUR<", "Code>SEK<", Reason.OTHER_CURRENCY, "DocumentCurrencyCode"),
    ("ubl-invoice.xml", "2024-07-30<", "30.6.24<", Reason.NOT_A_DAY, "IssueDate"),
    ("ubl-invoice.xml", ">380<", ">325<", Reason.KIND_NOT_KNOWN, "InvoiceTypeCode"),
    ("ubl-credit-note.xml", "StartDate>2024-07-01<", "StartDate>2024-08-01<", Reason.PERIOD_BACKWARDS, "InvoicePeriod"),
]


@pytest.mark.parametrize(("name", "old", "new", "reason", "place"), WRONG)
def test_what_does_not_fit_is_refused_at_its_place(name: str, old: str, new: str, reason: Reason, place: str) -> None:
    content = changed(name, old, new)
    found, line, where = refusal(content)
    assert found is reason
    assert where.startswith(place)
    assert line > 1


def test_amounts_with_vat_alone_are_refused() -> None:
    whole = changed("finvoice.xml", "<InvoiceTotalVatExcludedAmount", "<Other").replace(
        b"</InvoiceTotalVatExcludedAmount", b"</Other"
    )
    reason, line, place = refusal(whole)
    assert (reason, place) == (Reason.WITH_VAT_ONLY, "InvoiceDetails/InvoiceTotalVatExcludedAmount")
    assert line == line_of(whole, b"<InvoiceDetails>")
    row = changed(
        "finvoice.xml", '<RowVatExcludedAmount AmountCurrencyIdentifier="EUR">345,00</RowVatExcludedAmount>', ""
    )
    assert refusal(row) == (Reason.WITH_VAT_ONLY, line_of(row, b">393,30<"), "InvoiceRow/RowAmount")


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><Finvoice>&b;</Finvoice>'
FETCH = b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://example.invalid/x.dtd"><Finvoice/>'
SECRET = b'<!DOCTYPE x [<!ENTITY s SYSTEM "file:///etc/passwd">]><Finvoice>&s;</Finvoice>'


@pytest.mark.parametrize("content", [BOMB, FETCH, SECRET, BOMB.decode().replace(" ?", "?").encode("utf-16")])
def test_nothing_is_declared_and_nothing_fetched(content: bytes) -> None:
    assert refusal(content)[0] is Reason.HAS_DOCTYPE


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.NOT_XML),
        (b"%PDF-1.7", Reason.NOT_XML),
        (b"<Finvoice>", Reason.NOT_XML),
        (b'<?xml version="1.0" encoding="no-such"?><Finvoice/>', Reason.NOT_XML),
        (b"<Order/>", Reason.NOT_AN_INVOICE),
        (b'<Invoice xmlns="urn:other"/>', Reason.NOT_AN_INVOICE),
        (b"<Finvoice/>", Reason.MISSING),
        (b"<Finvoice>" + b"<a/>" * 100_001 + b"</Finvoice>", Reason.TOO_MANY_PARTS),
        (b"<a>" * 50 + b"</a>" * 50, Reason.TOO_MANY_PARTS),
        (b" " * (MOST_BYTES + 1), Reason.TOO_LARGE),
    ],
)
def test_files_that_are_no_invoices(content: bytes, reason: Reason) -> None:
    assert refusal(content)[0] is reason


def test_a_picture_inside_an_invoice_is_passed_over() -> None:
    picture = (
        "<cac:AdditionalDocumentReference><cbc:X>" + "QUJD\n" * 200_000 + "</cbc:X></cac:AdditionalDocumentReference>"
    )
    assert one(changed("ubl-invoice.xml", "<cac:OrderReference>", picture + "<cac:OrderReference>")).net == Money(25000)


def test_a_file_of_very_many_documents_is_refused_at_once() -> None:
    # Each would be looked for from the beginning of the file: minutes of work for half a megabyte.
    many = b'<?xml version="1.0"?><a/>\n' * 20_000
    found, problems = read_files([("aineisto.xml", many)])
    assert (found, [problem.reason for problem in problems]) == ([], [Reason.TOO_MANY_PARTS])


def test_more_lines_than_a_page_can_show_are_refused() -> None:
    line = '<cac:InvoiceLine><cbc:LineExtensionAmount currencyID="EUR">0.01</cbc:LineExtensionAmount></cac:InvoiceLine>'
    last = "<cac:InvoiceLine>"
    # 270.00 of the line that is there; what is more is given back at the end.
    back = line.replace("0.01", f"-{MOST_LINES / 100:.2f}")
    content = changed("ubl-invoice.xml", last, line * MOST_LINES + back + last)
    assert read_invoices(content, "lasku.xml")[1] == ()
    _found, problems = read_files([("lasku.xml", content)])
    assert [(problem.reason, problem.details) for problem in problems] == [
        (Reason.TOO_MANY_LINES, {"most": MOST_LINES})
    ]


def test_a_very_long_text_of_a_line_is_cut_visibly() -> None:
    invoice = one(changed("ubl-invoice.xml", "Kuljetus puistoon", "Kuljetus " * 200))
    assert len(invoice.lines[0].text) == 500
    assert invoice.lines[0].text.endswith("…")


def test_what_has_been_paid_in_advance_is_read_from_both_formats() -> None:
    """BT-113 and BG-3 of EN 16931, and type 386, by the names that UBL and Finvoice have for them."""
    assert (one(sample("ubl-invoice.xml")).prepaid, one(sample("finvoice.xml")).preceding) == (Money(0), ())
    reference = "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>E-1</cbc:ID>"
    reference += "</cac:InvoiceDocumentReference></cac:BillingReference><cac:OrderReference>"
    ubl = changed("ubl-invoice.xml", "<cac:OrderReference>", reference)
    paid = b'<cbc:PrepaidAmount currencyID="EUR">100.00</cbc:PrepaidAmount><cbc:PayableAmount'
    found = one(ubl.replace(b"<cbc:PayableAmount", paid, 1))
    assert (found.prepayment, found.prepaid, found.payable, found.preceding) == (
        False,
        Money(10000),
        Money(21000),
        ("E-1",),
    )
    more = "<InvoicePaidAmount AmountCurrencyIdentifier='EUR'>1000,00</InvoicePaidAmount>"
    more += "<OriginalInvoiceNumber>E-1</OriginalInvoiceNumber>"
    more += "<OriginalInvoiceReference><InvoiceNumber>E-2</InvoiceNumber></OriginalInvoiceReference><VatSpecification"
    found = one(changed("finvoice.xml", "<VatSpecification", more))
    assert (found.prepayment, found.prepaid, found.preceding) == (False, Money(100000), ("E-1", "E-2"))
    kind = "<InvoiceTypeCodeUN>386</InvoiceTypeCodeUN><InvoiceNumber>"
    assert one(changed("finvoice.xml", "<InvoiceNumber>", kind)).prepayment
