"""The cost report as XLSX, whose formulas are worked out here, and as PDF, opened by another program's reader."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from typing import Any

import pypdfium2
import pytest
from flask import Flask
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from pilot_ops.costs import service
from pilot_ops.costs.domain import Category, SplitKey
from pilot_ops.costs.export import REPORT
from pilot_ops.costs.queries import Basis
from pilot_ops.costs.reports import report_file
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.tabular import write_xlsx
from pilot_ops.kernel.web.paper import Paper, print_paper
from pilot_ops.schedule.domain import Pilot
from tests.costs.test_service import cost
from tests.support.builders import ADMIN, NOON, count_children, day_of, make_park, make_pilot, make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, sign_in
from tests.support.paper import check_tagged, elements_of

DAY = date(2024, 7, 2)
_SUM = re.compile(r"=SUM\(([A-Z]+)2:[A-Z]+(\d+)\)")
_IF = re.compile(r'=IF\(([^<>]+)(>|<>)0,(.+),""\)')
_CELL = re.compile(r"(?:(\w+)!)?\$?([A-Z]+)\$?(\d+)")


def three_parks(session: Session) -> Pilot:
    """Suvela served 90 and 70 children, Soukka 30, Olari none; 1 000.00 shared, 600.00 of Suvela's own, staff 50.00."""
    parks = [make_park(session, name=name) for name in ("Suvela", "Soukka", "=Olari")]
    pilot = make_pilot(session, parks, name="Heinäkuu")
    for park, number, children in ((parks[0], 1, 90), (parks[0], 2, 70), (parks[1], 1, 30)):
        count_children(session, day_of(session, pilot, date(2024, 7, number), park), school=children)
    for different in (
        {"park_id": None, "split_key": SplitKey.EQUAL, "amount": Money(100000)},
        {"amount": Money(60000)},
        {"amount": Money(5000), "category": Category.STAFF},
    ):
        entry = cost(pilot, day=date(2024, 7, 1), **different)
        service.book_entry(session, ADMIN, pilot_id=pilot.id, entry=entry, at=NOON)
    return pilot


def basis_of(session: Session) -> Basis:
    return service.get_costs(session, ADMIN, pilot_id=three_parks(session).id)


def worked_out(book: Any, sheet: Worksheet, cell: str) -> Any:
    """A cell's value as a spreadsheet has it after counting: sums, and the other formulas where they exist."""
    value = sheet[cell].value
    if not (isinstance(value, str) and value.startswith("=")):
        return value
    if found := _SUM.fullmatch(value):
        column, last = found.groups()
        cells = [sheet[f"{column}{row}"].value for row in range(2, int(last) + 1)]
        return sum(number for number in cells if number is not None)

    def number(found: re.Match[str]) -> str:
        there = book[found[1]] if found[1] else sheet
        return repr(float(worked_out(book, there, f"{found[2]}{found[3]}")))

    condition = _IF.fullmatch(value)
    assert condition, value
    asked, sign, formula = condition.groups()
    holder = float(_CELL.sub(number, asked))
    if not (holder > 0 if sign == ">" else holder != 0):
        return ""
    return eval(_CELL.sub(number, formula))


def test_the_total_of_the_book_is_worked_out_by_the_spreadsheet(session: Session) -> None:
    basis = basis_of(session)
    sheet = basis.sheet(DAY)
    book = load_workbook(io.BytesIO(report_file(basis, sheet, "xlsx")))
    costs = book["costs"]
    assert [cell.value for cell in costs[1]] == ["park", *REPORT]
    assert costs.freeze_panes == "B2"
    assert [costs.cell(row, 1).value for row in range(2, 6)] == ["'=Olari", "Soukka", "Suvela", "total"]
    named = {str(cell.value): cell.column_letter for cell in costs[1]}
    # By hand: 1 000.00 + 600.00; 190 meals; 3 x 5 500 / 23 x 2 = 1 434.78; 1 600.00 - 1 434.78 = 165.22 (11.5 %).
    by_hand = {
        "planned_days": 69,
        "elapsed_days": 6,
        "served_days": 3,
        "first_portions": 190,
        "estimate_total": 16500,
        "estimate_per_day": 16500 / 69,
        "estimate_to_date": 1434.782609,
        "actual_to_date": 1600,
        "staff_to_date": 50,
        "total_with_staff": 1650,
        "variance": 165.217391,
        "variance_percent": 11.515152,
        "cost_per_meal": 1600 / 190,
        "estimated_cost_per_meal": 16500 / (80 * 69),
    }
    for name, value in by_hand.items():
        assert worked_out(book, costs, f"{named[name]}5") == pytest.approx(value, abs=1e-6), name
    for name in REPORT:
        assert str(costs[f"{named[name]}5"].value).startswith("=")
        figure = getattr(sheet.total, name)
        exact = figure.cents / 100 if isinstance(figure, Money) else figure
        assert worked_out(book, costs, f"{named[name]}5") == pytest.approx(float(exact), abs=1e-7), name


def test_the_cells_of_the_book_have_their_types(session: Session) -> None:
    basis = basis_of(session)
    book = load_workbook(io.BytesIO(report_file(basis, basis.sheet(DAY), "xlsx")))
    costs, terms = book["costs"], book["terms"]
    named = {str(cell.value): cell.column_letter for cell in costs[1]}
    assert costs[f"{named['actual_to_date']}4"].value == pytest.approx(933.3333333333)
    assert costs[f"{named['actual_to_date']}4"].number_format == "#,##0.00"
    assert costs[f"{named['first_portions']}4"].value == 160
    # Nobody ate in Olari: there is no price of a meal, not even nought.
    assert costs[f"{named['cost_per_meal']}2"].value is None
    assert costs["A2"].data_type == "s"
    assert {row[0].value: row[1].value for row in terms.iter_rows()} == {
        "pilot": "Heinäkuu",
        "as_of": datetime(2024, 7, 2),  # noqa: DTZ001 - as a spreadsheet has days
        "currency": "EUR",
        "estimate_per_park_month": 5500,
        "months": 1,
        "expected_children_a_day": 80,
    }


def test_every_table_has_a_header_that_stays_and_money_with_two_places() -> None:
    content = write_xlsx("x", ["a", "b"], [[Money(123450), date(2024, 7, 1)], [None, None]])
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert (sheet["A2"].value, sheet["A2"].number_format) == (1234.5, "#,##0.00")
    assert sheet["B2"].is_date


def read_pdf(content: bytes) -> tuple[pypdfium2.PdfDocument, list[str]]:
    document = pypdfium2.PdfDocument(content)
    return document, [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def test_the_paper_says_the_figures(session: Session, app: Flask) -> None:
    basis = basis_of(session)
    with app.test_request_context(headers={"Accept-Language": "fi"}):
        document, (words,) = read_pdf(report_file(basis, basis.sheet(DAY), "pdf"))
    assert document.get_metadata_value("Title") == "Pilotin kustannukset: Heinäkuu"
    assert document[0].get_size() == pytest.approx((841.89, 595.28), abs=0.01)
    for said in (
        "Tilanne ti 2.7.2024",
        "Suvela",
        "Yhteensä",
        "1 600,00 €",
        "+165,22 €",
        "+11,5 %",
        "8,42 €",
        "Sivu 1/1",
    ):
        assert said in words, said


def test_the_paper_is_read_by_a_screen_reader(session: Session, app: Flask) -> None:
    """Tags, title and language; cells under their heads; and the curve says in words what it shows."""
    basis = basis_of(session)
    with app.test_request_context(headers={"Accept-Language": "sv"}):
        paper = report_file(basis, basis.sheet(DAY), "pdf")
    check_tagged(paper, language="sv", title="Pilotens kostnader: Heinäkuu")
    (figure,) = (element for element in elements_of(paper) if element.kind == "/Figure")
    said = figure.alt.replace("\N{NO-BREAK SPACE}", " ")
    assert "Utfall 2.7. 1 600 €" in said
    assert "1 435 €" in said


def test_the_paper_of_the_past_says_when_it_was_known(session: Session, app: Flask) -> None:
    pilot = three_parks(session)
    basis = service.get_costs(session, ADMIN, pilot_id=pilot.id, known=DAY)
    with app.test_request_context(headers={"Accept-Language": "fi"}):
        _, (words,) = read_pdf(report_file(basis, basis.sheet(DAY), "pdf"))
    assert "Luvut ovat niin kuin ne tiedettiin ti 2.7.2024 illalla." in words
    book = load_workbook(io.BytesIO(report_file(basis, basis.sheet(DAY), "xlsx")))
    assert {row[0].value: row[1].value for row in book["terms"].iter_rows()}["known_on"] == datetime(2024, 7, 2)  # noqa: DTZ001


def test_no_figure_is_too_wide_for_the_paper(app: Flask) -> None:
    """Sums of millions in thirteen columns: smaller type, but nothing outside the page and no figure broken."""
    figures = ["999", *["-12 345 678,00 €"] * 11, "-123,4 %"]
    columns = ["Aterioita", *["Josta laskuttamatta"] * 11, "Ero %"]
    paper = Paper("Pilotti", "Tilanne", "Puistot", ["Puisto", *columns], [["Järvenperän asukaspuisto", *figures]] * 3)
    with app.test_request_context():
        document, (words,) = read_pdf(print_paper(paper))
    assert words.count("-12 345 678,00 €") == 33
    page = document[0]
    wide, _ = page.get_size()
    text = page.get_textpage()
    edges = [text.get_charbox(place)[2] for place in range(text.count_chars())]
    assert max(edges) < wide - 30


def test_the_paper_goes_on_over_pages(app: Flask) -> None:
    with work(app) as session:
        parks = [make_park(session, name=f"Asukaspuisto numero {number:03}") for number in range(70)]
        pilot = make_pilot(session, parks)
    with look(app) as session, app.test_request_context(headers={"Accept-Language": "sv"}):
        basis = service.get_costs(session, ADMIN, pilot_id=pilot.id)
        _, pages = read_pdf(report_file(basis, basis.sheet(DAY), "pdf"))
    assert len(pages) > 2
    for number, words in enumerate(pages, start=1):
        assert f"Sida {number}/{len(pages)}" in words
    everything = " ".join(pages)
    assert everything.count("Sammanlagt") == 1
    assert all(f"numero {number:03}" in everything for number in range(70))


def test_the_page_gives_all_files(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot = three_parks(session)
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    page = client.get(f"/costs?pilot={pilot.id}&as-of=2.7.2024").text
    for kind, start in (("pdf", b"%PDF-"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf"), ("json", b"{")):
        address = f"/costs/{pilot.id}/report/{kind}?as-of=2024-07-02"
        assert kind == "json" or address in page
        answer = client.get(address)
        assert answer.data.startswith(start)
        assert f"filename=costs-2024-07-02.{kind}" in answer.headers["Content-Disposition"]
