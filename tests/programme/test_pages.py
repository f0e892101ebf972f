"""Pages of the programme."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO

import openpyxl
import pytest
from flask import Flask

from pilot_ops.cli import demo
from pilot_ops.cli.demo import programme as figures_of_programme
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.money import Money
from pilot_ops.kernel.text import Translated
from pilot_ops.programme import queries
from pilot_ops.programme.domain import Ticketing
from tests.support.builders import make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, post_form, sign_in, soup, text_of
from tests.support.programme import make_measure
from tests.support.tickets import make_type


@pytest.fixture
def boss(app: Flask, client: PageClient) -> PageClient:
    """A manager's browser."""
    with work(app) as session:
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    return client


def said(page: object) -> str:
    """The text of a page with plain spaces."""
    return text_of(page).replace("\N{NO-BREAK SPACE}", " ")  # type: ignore[arg-type]


def test_everything_that_the_programme_reported_is_shown(app: Flask, boss: PageClient) -> None:
    """Every figure of the file, and those that follow from them (``derived_checks``)."""
    with work(app) as session:
        demo.load_into(session, app.config["PILOT_OPS"])
    found = figures_of_programme()
    page = said(boss.get("/programme/2023"))
    for text in (
        "Kustannukset noin 200 000 €, määrärahasta 100,0 %",
        "Jäljellä noin 0 €",
        "noin 190 500 €",
        "Nimetyt toimenpiteet 124 500 €, erittelemättä noin 66 000 €",
        "noin 9 500 €",
        "4,75 % kaikista kustannuksista",
        "noin 15 000",
        "noin 82 000",
        "Kustannukset asukasta kohti noin 2,44 €",
        "Suunniteltiin 13, peruuntui 2, lisättiin 2: voimassa 13. 5:n nimet puuttuvat.",
    ):
        assert text in page, text
    for target in found["benefit_targets"]:
        assert f"{target['number']}. {target['fi']}" in page
    for year in found["years"]:
        page = said(boss.get(f"/programme/{year['year']}"))
        for line in year["measures"]:
            assert line["name"] in page
            assert line.get("reason", "") in page
    with look(app) as session:
        measures = {
            measure.name.fi: measure for year in (2023, 2024) for measure in queries.list_measures(session, year)
        }
    tickets = said(boss.get(f"/programme/measures/{measures['Voi hyvin Espoossa -liput'].id}"))
    assert "Uintiranneke, 10 kertaa: 500 kappaletta, 10 käyttöä lipussa, yhteensä 5 000" in tickets
    assert "Kino Tapiola -lippu: 660 kappaletta" in tickets
    assert "Yhteensä 1 160 lippua." in tickets
    pilot = said(boss.get(f"/programme/measures/{measures['Puistoruokailupilotti'].id}"))
    assert "Espoo Catering arvioi 80 lasta päivässä" in pilot
    assert "noin 5 500 euroa" in pilot
    assert "3 puistoa 16 500 euroa, 4 puistoa 22 000 euroa" in pilot
    assert "omat ruokailuvälineet mukana" in pilot
    assert demo.FINISHED in pilot
    assert "Mukana on keksittyjä lukuja esittelyä varten." in pilot
    event = said(boss.get(f"/programme/measures/{measures['Yläkoulujen oppilaskuntien suurtapahtuma'].id}"))
    assert "5.3.2024" in event
    assert "10 000 €" in event


def test_the_files_say_what_the_page_says(app: Flask, boss: PageClient) -> None:
    with work(app) as session:
        demo.load_into(session, app.config["PILOT_OPS"])
    report = json.loads(boss.get("/programme/2023/export/json").text)
    assert (report["actual_measures"], report["actual_administration"], report["total"]) == (
        "190500.00",
        "9500.00",
        "200000.00",
    )
    assert (report["measures_in_effect"], report["residents"], report["approximate"]) == (13, 82_000, True)
    rows = list(csv.reader(StringIO(boss.get("/programme/2023/export/csv").data.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][:2] == ["Huomaa hyvä -ilonpalautuspaketti", "done"]
    assert rows[-1][0] == "total"
    sheet = openpyxl.load_workbook(BytesIO(boss.get("/programme/2023/export/xlsx").data)).active
    assert sheet is not None
    assert sheet.cell(2, 6).value == 49500
    assert boss.get("/programme/2023/export/exe").status_code == 404


def test_from_an_empty_programme_to_an_expense(app: Flask, boss: PageClient) -> None:
    assert "Ohjelmassa ei ole vielä yhtään vuotta" in said(boss.get("/programme"))
    made = post_form(boss, "/programme/new-year", year="2026", budget="200 000")
    assert "Määräraha 200 000 €" in said(boss.get(made.location))
    this_year = local_day(now()).year
    post_form(boss, "/programme/new-year", year=str(this_year))
    offered = soup(boss.get("/programme/new-year")).select_one("[name=year]")
    assert offered is not None
    assert offered["value"] == str(this_year + 1)
    post_form(boss, "/programme/targets", fi_1="Osallisuus lisääntyy", sv_1="Delaktigheten ökar")
    with work(app) as session:
        kind = make_type(session, name=Translated("Ranneke"))
    part = f"ticket-type:{kind.id}"
    made = post_form(boss, "/programme/2026/new-measure", name_fi="Senioripaku", targets=["1"], parts=[part])
    page = boss.get(made.location)
    assert "Senioripaku" in said(page)
    assert "Ranneke Lippulaji – 0" in said(page)
    link = soup(page).find("a", string="Kirjaa meno")
    assert link is None or link["href"]
    measure_id = made.location.rsplit("/", 1)[1]
    booked = post_form(
        boss,
        f"/programme/2026/new-expense?measure={measure_id}",
        amount="30 000,50",
        description="Vuokra",
        approximate="y",
    )
    page = said(boss.get(booked.location))
    assert "noin 30 000,50 €" in page
    assert "noin 30 001 €" in said(boss.get("/programme/2026"))
    with look(app) as session:
        (expense,) = queries.list_expenses(session, 2026)
    back = post_form(boss, f"/programme/expenses/{expense.id}/reverse", reason="Väärä vuosi")
    assert "Kumottu" in said(boss.get(back.location))
    again = post_form(boss, f"/programme/expenses/{expense.id}/reverse", reason="Väärä vuosi")
    assert "Meno on jo kumottu" in said(again)
    who = {"decided_by_fi": "Ohjausryhmä", "decided_by_sv": "Styrgruppen", "decided_by_en": "Steering group"}
    decided = post_form(boss, "/programme/2026/new-decision", text_fi="Jatketaan.", **who)
    page = boss.get(decided.location)
    assert "Ohjausryhmä Jatketaan." in said(page)
    edit = next(str(link["href"]) for link in soup(page).find_all("a", href=True) if "/decisions/" in str(link["href"]))
    kept = soup(boss.get(edit))
    assert {name: kept.find(id=name)["value"] for name in who} == who


def test_a_measure_is_edited_and_what_is_wrong_is_said_beside_its_field(app: Flask, boss: PageClient) -> None:
    with work(app) as session:
        measure = make_measure(session, name=Translated("Siivouskampanja", "Städkampanj"), budget=Money(5_000_00))
    address = f"/programme/measures/{measure.id}/edit"
    refused = post_form(boss, address, status="cancelled", on="5.3.2025", budget="abc")
    form = soup(refused)
    assert form.find(id="budget")["value"] == "abc"
    assert "Kirjoita summa euroina" in form.find(id="budget-e").text
    refused = post_form(boss, address, status="cancelled")
    assert "Kerro, miksi toimenpide peruuntui" in soup(refused).find(id="reason_fi-e").text
    assert soup(refused).find(id="name_sv")["value"] == "Städkampanj"
    saved = post_form(boss, address, status="cancelled", reason_fi="Muiden päällekkäiset kampanjat")
    page = said(boss.get(saved.location))
    assert "Peruuntunut" in page
    assert "Miksi peruuntui: Muiden päällekkäiset kampanjat" in page
    stale = post_form(boss, address, seen="1", name_fi="Talkoot")
    assert "Joku muu ehti muuttaa toimenpidettä" in said(stale)


def test_tickets_keep_their_names_in_every_language(app: Flask, boss: PageClient) -> None:
    """Saving a measure as it is shown changes nothing of it; what is missing is said beside its field."""
    given = (
        Ticketing(Translated("Uintiranneke", "Simarmband", "Swim wristband"), 500, 10),
        Ticketing(Translated("Elokuvalippu", "", "Film ticket"), 660),
    )
    with work(app) as session:
        measure = make_measure(session, tickets=given)
    address = f"/programme/measures/{measure.id}/edit"
    post_form(boss, address)
    with look(app) as session:
        assert queries.get_measure(session, measure.id).details == measure.details
    refused = post_form(boss, address, ticket_name_3="Museolippu")
    assert "Kirjoita lippujen nimi, määrä" in soup(refused).find(id="ticket_quantity_3-e").text
    post_form(boss, address, ticket_name_2_sv="Biobiljett")
    with look(app) as session:
        assert queries.get_measure(session, measure.id).details.tickets[1].name.sv == "Biobiljett"


def test_a_coordinator_sees_and_does_not_edit(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        make_measure(session, name=Translated("Senioripaku"))
        user = make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    page = client.get("/programme/2026")
    assert "Senioripaku" in said(page)
    assert "Kirjaa meno" not in said(page)
    assert client.get("/programme/2026/new-expense").status_code == 403
    assert client.get("/programme/1987").status_code == 404
