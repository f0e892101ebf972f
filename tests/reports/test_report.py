"""The report of 2023 says the source's figures; PDF and DOCX are opened by independent readers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from io import BytesIO
from threading import Barrier
from uuid import uuid4

import docx
import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from pilot_ops.audit.queries import walk_entries
from pilot_ops.cli import demo
from pilot_ops.kernel.access import Actor, Role
from pilot_ops.kernel.db import transaction
from pilot_ops.kernel.errors import Forbidden, Refused
from pilot_ops.kernel.text import Language
from pilot_ops.reports import queries, service
from pilot_ops.reports.domain import Block, Document, Piece, Reason
from pilot_ops.reports.export.tables import column_widths
from tests.support.builders import ADMIN, NOON, make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, post_form, sign_in, soup, text_of
from tests.support.paper import check_tagged, elements_of
from tests.support.programme import make_year

FI = Language.FI
FIGURES_2023 = (
    "Toimintasuunnitelmassa oli 13 toimenpidettä. 2 peruuntui. 2 lisättiin vuoden aikana. "
    "Voimassa oli 13 toimenpidettä.",
    "Peruuntui: Siivouskampanja (muiden tahojen päällekkäiset kampanjat)",
    "Peruuntui: Henkilöstön MTEA-koulutukset (ei osallistujia)",
    "Lisättiin: iWall-liikuntapeli koulujen käyttöön",
    "Voi hyvin Espoossa -liput: Uintiranneke, 10 kertaa (500 kpl), Kino Tapiola -lippu (660 kpl).",
    "Ohjelma tavoitti oman arvionsa mukaan noin 82 000 asukasta. Edellisenä vuonna luku oli noin 15 000.",
    "Toteutuneet kustannukset olivat noin 200 000 €, kun määräraha oli 200 000 €.",
    "Suurimmat toimenpiteet olivat Huomaa hyvä -ilonpalautuspaketti 49 500 €, Senioripaku 30 000 €, Omnian Hyvä olla "
    "-kampanja 25 000 €, Varhaiskasvatuksen osallisuus ja yhteisöllisyys 20 000 €.",
    "noin 190 500 €",
    "noin 9 500 €",
    "Hyötytavoite 4: Hyvinvointia ja terveyttä edistetään Espoossa ja yhteistyössä hyvinvointialueen kanssa",
    "Yläkoulujen oppilaskuntien suurtapahtuma, 5.3.2024, 10 000 €",
    "Tilanne 31.12.2023.",
)


@pytest.fixture
def boss(app: Flask, client: PageClient) -> PageClient:
    """A manager's browser, with the demonstration loaded."""
    with work(app) as session:
        demo.load_into(session, app.config["PILOT_OPS"])
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    return client


def spaced(text: str) -> str:
    """A text with plain, single spaces."""
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def lines_of_docx(content: bytes) -> str:
    """Everything that a DOCX says, paragraphs and then tables."""
    read = docx.Document(BytesIO(content))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return spaced(" ".join([*(paragraph.text for paragraph in read.paragraphs), *cells]))


def lines_of_pdf(content: bytes) -> str:
    """Everything that a PDF says."""
    read = pypdfium2.PdfDocument(content)
    try:
        return spaced(" ".join(page.get_textpage().get_text_range() for page in read))
    finally:
        read.close()


def test_a_measure_that_is_done_is_not_called_as_what_was_paid_and_who_decided_has_a_name_in_each_language(
    boss: PageClient,
) -> None:
    spoken = (("sv", "Genomförd", "Utfall", "Styrgruppen"), ("en", "Done", "Actual", "Steering group"))
    for language, done, paid, group in spoken:
        page = soup(boss.get(f"/programme/2023/report?language={language}"))
        assert f"{group} (" in page.text
        captions = page.select("table caption")
        table = captions[0].parent
        assert table is not None
        assert paid in [cell.text for cell in table.select("th[scope=col]")]
        states = {row.select("td")[0].text for row in table.select("tbody tr")}
        assert done in states
        assert paid not in states


def test_the_total_is_the_sum_of_the_rows_above_it(boss: PageClient) -> None:
    captions = soup(boss.get("/programme/2023/report")).select("table caption")
    [table] = [caption.parent for caption in captions if caption.text == "Kustannukset"]
    assert table is not None
    cells = [cell.text.replace("noin", "") for cell in table.select("td")]
    *parts, total = (int("".join(text.split()).strip("€")) for text in cells)
    assert sum(parts) == total == 200_000


def test_the_report_of_2023_says_the_figures_of_the_source(boss: PageClient) -> None:
    shown = spaced(text_of(boss.get("/programme/2023/report?language=fi")))
    # A file of its own: it has its style inside, which no page may.
    filed = spaced(soup(FlaskClient.open(boss, "/programme/2023/report/html?language=fi")).text)
    word = lines_of_docx(boss.get("/programme/2023/report/docx?language=fi").data)
    paper = lines_of_pdf(boss.get("/programme/2023/report/pdf?language=fi").data)
    for figure in FIGURES_2023:
        assert figure in shown
        assert figure in filed
        assert figure in word
        # On paper a word may be broken at the end of a line.
        assert spaced(figure).replace(" ", "").replace("-", "") in paper.replace(" ", "").replace("-", "").replace(
            "\ufffe", ""
        ), figure


def test_the_pdf_is_tagged(boss: PageClient) -> None:
    paper = boss.get("/programme/2024/report/pdf?language=sv").data
    check_tagged(paper, language="sv", title="Hyvinvoiva Espoo: uppföljningsrapport 2024")
    assert {"/H2", "/P", "/L", "/LI"} <= {element.kind for element in elements_of(paper)}


def test_a_total_stands_once_below_all_that_it_adds_up(boss: PageClient) -> None:
    """The budget is no part of the total; and a table that goes on over pages has its total on the last one only."""
    for language, words in (("fi", "Kustannukset yhteensä"), ("sv", "Kostnader sammanlagt"), ("en", "Total costs")):
        table = soup(boss.get(f"/programme/2023/report?language={language}")).find_all("table")[-1]
        assert len(table.select("tbody tr")) == 2
        paper = lines_of_pdf(boss.get(f"/programme/2023/report/pdf?language={language}").data)
        assert paper.count(words) == 1


def test_the_table_of_measures_comes_to_what_they_cost(boss: PageClient) -> None:
    """49 500 + 30 000 + 25 000 + 20 000, and about 66 000 that nobody itemised: about 190 500."""
    measures = soup(boss.get("/programme/2023/report?language=fi")).find_all("table")[0]
    paid = [spaced(row.find_all("td")[1].text) for row in measures.select("tbody tr")]
    assert paid[-1] == "noin 66 000 €"
    assert sum(int("".join(filter(str.isdigit, amount)) or 0) for amount in paid) == 190_500


@pytest.mark.parametrize(("language", "state", "days"), [("sv", "Genomförd", "Genomförda"), ("en", "Done", "Served")])
def test_states_and_days_have_words_of_their_own(boss: PageClient, language: str, state: str, days: str) -> None:
    """What cost money is not done in the same word as a measure, nor as a day."""
    measures = soup(boss.get(f"/programme/2023/report?language={language}")).find_all("table")[0]
    assert measures.select_one("tbody td").text == state  # type: ignore[union-attr]
    parks = soup(boss.get(f"/programme/2024/report?language={language}")).find_all("table")[-2]
    assert parks.find_all("th")[2].text.startswith(days)


def test_the_docx_has_structure(boss: PageClient) -> None:
    word = docx.Document(BytesIO(boss.get("/programme/2024/report/docx?language=sv").data))
    assert word.core_properties.language == "sv-FI"
    assert word.core_properties.title == "Hyvinvoiva Espoo: uppföljningsrapport 2024"
    styles = {paragraph.style.name for paragraph in word.paragraphs if paragraph.style}
    assert {"Title", "Heading 1", "List Bullet", "Caption"} <= styles
    assert len(word.tables) == 4
    (spoken,) = word.styles.element.xpath("w:docDefaults//w:lang/@w:val")
    assert spoken == "sv-FI"
    page = word.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)  # type: ignore[union-attr]
    assert page.footer._element.xpath("//w:fldSimple/@w:instr") == ["PAGE", "NUMPAGES"]
    captions = [each.text for each in word.paragraphs if each.style and each.style.name == "Caption"]
    for caption, table in zip(captions, word.tables, strict=True):
        # What a screen reader says of it; its head comes again on the next page, and no row is broken.
        assert table._tbl.xpath("w:tblPr/w:tblCaption/@w:val") == [caption]
        assert len(table._tbl.xpath("w:tr[1]/w:trPr/w:tblHeader")) == 1
        assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in table.rows)
        assert sum(int(wide) for wide in table._tbl.xpath("w:tblGrid/w:gridCol/@w:w")) <= round(170 / 25.4 * 1440) + 9


def test_columns_have_room_for_their_longest_word() -> None:
    """In millimetres: 170 in all; a character of nine points takes 1.94, and a cell has 2 beside its text."""
    costs = ("Toimenpiteet yhteensä", "noin 190\u00a0500\u00a0€")
    few = Piece("table", ("Kulut",), head=("Mihin", "Summa"), rows=(costs,))
    assert column_widths(few) == pytest.approx([170 - (2 + 1.935 * 14), 2 + 1.935 * 14])
    long = Piece("table", ("Mitä",), head=("Toimenpide", "Tila"), rows=(("Sana " * 60, "Suunniteltu, lisätty"),))
    wide, narrow = column_widths(long)
    assert wide + narrow == pytest.approx(170)
    assert narrow >= 2 + 1.935 * len("Suunniteltu,")
    many = Piece("table", ("Paljon",), head=("Puistoruokailupilotti",) * 9)
    assert column_widths(many) == pytest.approx([170 / 9] * 9)


def test_pilots_are_in_the_annex_park_by_park(boss: PageClient) -> None:
    page = spaced(text_of(boss.get("/programme/2024/report?language=fi")))
    assert "Liite: Puistoruokailu heinäkuu 2024" in page
    assert "Tämän pilotin luvut on keksitty esittelyä varten." in page
    table = soup(boss.get("/programme/2024/report?language=fi")).find_all("table")[-2]
    rows = [[spaced(cell.text) for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]
    assert rows[0][0] == "Puisto"
    assert [row[0] for row in rows[1:]] == ["Karakallio", "Matinkylä", "Soukka", "Suvela", "Yhteensä"]
    meals = [int(row[5].replace(" ", "")) for row in rows[1:]]
    assert sum(meals[:-1]) == meals[-1]
    assert [int(row[1]) for row in rows[1:]] == [23, 23, 23, 23, 92]


def test_people_write_and_figures_are_filled_in(app: Flask, boss: PageClient) -> None:
    address = "/programme/2023/report/fi/introduction"
    saved = post_form(boss, address, text="Kulut olivat {total}.\nTavoitimme {residents} asukasta.")
    assert "Kulut olivat noin 200 000 €." in spaced(text_of(boss.get(saved.location)))
    assert "Kulut olivat" not in spaced(text_of(boss.get("/programme/2023/report?language=sv")))
    refused = post_form(boss, address, text="Kulut {summa}")
    assert "Lukua {summa} ei ole" in soup(refused).find(id="text-e").text
    assert soup(refused).find("textarea").text.strip() == "Kulut {summa}"
    stale = post_form(boss, address, text="Toinen teksti", seen="0")
    assert "Joku muu ehti tallentaa" in text_of(stale)
    post_form(boss, address, text="Toinen teksti")
    page = text_of(boss.get(address))
    assert "Versio 2" in page
    assert "Kulut olivat {total}." in page
    with look(app) as session:
        assert [one.version for one in queries.list_texts(session, 2023, FI, Block.INTRODUCTION)] == [2, 1]


def test_a_report_that_is_kept_stays_as_it_stood(app: Flask, boss: PageClient) -> None:
    page = boss.get("/programme/2023/report?language=fi")
    form = soup(page).find("form", action=lambda action: action and "/report" in action)
    assert form is not None
    sent = {field["name"]: field["value"] for field in form.find_all("input")}
    for _ in range(2):
        assert boss.post(form["action"], data=sent).status_code == 302
    booked = post_form(boss, "/programme/2023/new-expense", account="administration", amount="500", description="Lisä")
    assert booked.status_code == 302
    assert "noin 200 500 €" in spaced(text_of(boss.get("/programme/2023/report?language=fi")))
    with look(app) as session:
        (kept,) = queries.list_versions(session, 2023)
        assert [entry.action for entry in walk_entries(session) if entry].count("report.kept") == 1
    assert (kept.number, kept.as_of) == (1, date(2023, 12, 31))
    assert "noin 200 000 €" in spaced(text_of(boss.get(f"/programme/reports/{kept.id}")))
    assert "noin 200 000 €" in lines_of_docx(boss.get(f"/programme/reports/{kept.id}/docx").data)
    assert boss.get(f"/programme/reports/{kept.id}/exe").status_code == 404
    assert boss.get("/programme/2023/report?language=de").status_code == 404


def test_texts_and_reports_are_never_changed(on_both: Flask) -> None:
    document = Document("Raportti", "Tilanne", "fi", date(2026, 6, 30), (Piece("paragraph", ("Hei",)),))
    with work(on_both) as session:
        make_year(session)
        told = {"year": 2026, "language": FI, "block": Block.RESULTS, "at": NOON}
        service.save_text(session, ADMIN, text="Yksi", seen=0, **told)  # type: ignore[arg-type]
        service.keep_report(session, ADMIN, version_id=uuid4(), year=2026, document=document, at=NOON)
        with pytest.raises(Forbidden):
            service.save_text(
                session,
                Actor(None, "Joku", Role.COORDINATOR),
                text="Kaksi",
                seen=1,
                **told,  # type: ignore[arg-type]
            )
    for table in ("report_texts", "report_versions"):
        with pytest.raises(DBAPIError, match="append-only"), work(on_both) as session:
            session.execute(sql(f"DELETE FROM {table}"))


def test_of_many_who_save_at_once_one_is_first(on_both: Flask) -> None:
    with work(on_both) as session:
        make_year(session)
    together = Barrier(6)

    def save(number: int) -> bool:
        together.wait()
        with on_both.app_context(), suppress(Refused), transaction() as session:
            service.save_text(
                session,
                ADMIN,
                year=2026,
                language=FI,
                block=Block.FUNDING,
                text=f"Teksti {number}",
                seen=0,
                at=NOON,
            )
            return True
        return False

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(save, range(6))) == 1
    with look(on_both) as session:
        assert len(queries.list_texts(session, 2026, FI, Block.FUNDING)) == 1
    with work(on_both) as session, pytest.raises(Refused) as refused:
        service.save_text(session, ADMIN, year=2026, language=FI, block=Block.FUNDING, text="Uusi", seen=0, at=NOON)
    assert refused.value.reason is Reason.CHANGED_MEANWHILE
