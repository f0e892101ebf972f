"""The page of electronic invoices: files chosen, lines seen, invoices booked."""

from __future__ import annotations

import io
from base64 import b64encode
from typing import Any
from uuid import UUID

import pytest
from bs4 import Tag
from flask import Flask
from werkzeug.test import TestResponse

from pilot_ops.costs.queries import list_entries
from pilot_ops.kernel.access import Role
from pilot_ops.schedule.domain import Pilot
from tests.invoices.test_service import two_parks
from tests.invoices.test_wire import changed, sample
from tests.support.builders import make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, fill, sign_in, soup, text_of


@pytest.fixture
def pilot(app: Flask, client: PageClient) -> Pilot:
    with work(app) as session:
        pilot = two_parks(session)
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    return pilot


def send(client: PageClient, pilot: Pilot, *files: tuple[str, bytes]) -> TestResponse:
    """Choose files on the page and send them."""
    address = f"/costs/{pilot.id}/invoices"
    token = soup(client.get(address)).find("input", {"name": "csrf_token"})
    assert isinstance(token, Tag)
    given = [(io.BytesIO(content), name) for name, content in files]
    return client.post(address, data={"csrf_token": token["value"], "step": "preview", "files": given})


def confirm(client: PageClient, page: TestResponse, **different: Any) -> TestResponse:
    """Send the form of the preview, with some fields filled in."""
    form = soup(page).find("form", {"enctype": None})
    assert isinstance(form, Tag)
    return client.post(page.request.path, data=fill(form, different))


def booked(app: Flask, pilot_id: UUID) -> list[tuple[str, int]]:
    with look(app) as session:
        return [(entry.voucher, entry.amount.whole_cents) for entry in list_entries(session, pilot_id)]


def test_from_files_to_the_ledger(app: Flask, client: PageClient, pilot: Pilot) -> None:
    page = send(
        client,
        pilot,
        ("a.xml", sample("finvoice.xml")),
        ("b.xml", sample("ubl-invoice.xml")),
        ("c.xml", sample("ubl-credit-note.xml")),
    )
    words = text_of(page)
    assert page.status_code == 200
    assert "Ateriapalvelu Keittiö Oy, 10077" in words
    assert "9 849,00 €" in words
    assert "1 390,86 €" in words
    assert "1.7. – ke 31.7.2024" in words
    assert "Hyvityslasku" in words
    assert booked(app, pilot.id) == []
    # The line that says nothing has to be chosen; the rest is as the files say.
    missing = confirm(client, page)
    assert "Valitse puisto" in text_of(missing)
    assert booked(app, pilot.id) == []
    done = confirm(client, missing, park_0_4="shared", category_0_4="supplies")
    assert done.status_code == 302
    # By hand: the four lines of the first, two of the second, one of the third.
    assert sorted(booked(app, pilot.id)) == sorted(
        [
            *(("10077", cents) for cents in (500480, 437920, 34500, 12000)),
            ("K-2024-15", 27000),
            ("K-2024-15", -2000),
            ("10102", -2720),
        ]
    )
    after = text_of(client.get(f"/costs/{pilot.id}/invoices"))
    assert "3 laskua kirjattiin" in after
    again = text_of(send(client, pilot, ("a.xml", sample("finvoice.xml"))))
    assert "on jo kirjattu" in again
    assert "Kirjaa laskut" not in again


def test_what_was_chosen_is_kept_beside_what_is_missing(app: Flask, client: PageClient, pilot: Pilot) -> None:
    page = send(client, pilot, ("a.xml", sample("finvoice.xml")))
    missing = confirm(client, page, category_0_4="other", park_0_2="shared")
    assert text_of(missing).startswith("Virhe:")
    assert invalid(missing) == ["park_0_4"]
    kept = {str(field["name"]): value_of(field) for field in soup(missing).find_all("select")}
    assert (kept["category_0_4"], kept["park_0_2"]) == ("other", "shared")
    # Food is of one park: the rule of the ledger stands beside its field, too.
    refused = confirm(client, missing, park_0_4="shared")
    assert invalid(refused) == ["park_0_2"]
    assert "kirjaa kunkin puiston osuus erikseen" in text_of(refused)
    assert booked(app, pilot.id) == []


def invalid(page: TestResponse) -> list[str]:
    """The selects with a sentence beside them."""
    return [str(field["name"]) for field in soup(page).find_all("select", {"aria-invalid": "true"})]


def value_of(field: Tag) -> str:
    option = field.find("option", selected=True)
    return str(option["value"]) if isinstance(option, Tag) else ""


def test_food_without_days_asks_for_them(app: Flask, client: PageClient, pilot: Pilot) -> None:
    bare = changed("ubl-credit-note.xml", "<cac:InvoicePeriod>", "<cac:Other>").replace(
        b"</cac:InvoicePeriod>", b"</cac:Other>"
    )
    page = send(client, pilot, ("c.xml", bare))
    refused = confirm(client, page)
    assert "Kirjoita päivät, joiden ruoasta lasku on" in text_of(refused)
    assert confirm(client, refused, first_0="1.7.2024", last_0="31.7.2024").status_code == 302
    assert booked(app, pilot.id) == [("10102", -2720)]


def test_a_file_that_does_not_add_up_is_named_with_its_place(app: Flask, client: PageClient, pilot: Pilot) -> None:
    wrong = changed("finvoice.xml", ">5004,80<", ">5004,81<")
    words = text_of(send(client, pilot, ("hyva.xml", sample("ubl-invoice.xml")), ("paha.xml", wrong)))
    assert "Rivit ovat yhteensä 9 849,01 €, mutta loppusumma ilman veroa on 9 849,00 €" in words
    assert "paha.xml" in words
    assert "InvoiceDetails/InvoiceTotalVatExcludedAmount" in words
    assert "Kirjaa laskut" not in words
    assert booked(app, pilot.id) == []
    nothing = soup(send(client, pilot))
    assert nothing.select_one("#files[aria-invalid=true][aria-describedby~=files-e]")
    assert "Valitse tiedosto" in str(nothing.select_one("#files-e[role=alert]"))


def test_a_large_file_comes_through_the_preview(app: Flask, client: PageClient, pilot: Pilot) -> None:
    picture = "<cac:Other>" + "QUJDREVG\n" * 330_000 + "</cac:Other><cac:OrderReference>"
    large = changed("ubl-invoice.xml", "<cac:OrderReference>", picture)
    assert len(large) > 2_900_000
    address = f"/costs/{pilot.id}/invoices"
    token = soup(client.get(address)).find("input", {"name": "csrf_token"})
    assert isinstance(token, Tag)
    given = {"csrf_token": token["value"], "step": "preview", "file_name": "suuri.xml"}
    page = client.post(address, data={**given, "content": b64encode(large).decode()})
    assert confirm(client, page).status_code == 302
    assert len(booked(app, pilot.id)) == 2


def test_staff_of_parks_have_no_invoices(app: Flask, client: PageClient, pilot: Pilot) -> None:
    with work(app) as session:
        user = make_user(session, Role.PARK_STAFF)
    other = app.test_client()
    sign_in(other, user)
    assert other.get(f"/costs/{pilot.id}/invoices").status_code == 403
    page = client.get(f"/costs/{pilot.id}/ledger")
    assert f'href="/costs/{pilot.id}/invoices"' in page.text


def test_what_was_paid_in_advance_is_told_and_not_booked_twice(app: Flask, client: PageClient, pilot: Pilot) -> None:
    asked = changed("ubl-invoice.xml", ">380<", ">386<").replace(b"K-2024-15", b"E-1")
    page = send(client, pilot, ("e.xml", asked))
    assert "Ennakkolasku" in text_of(page)
    assert confirm(client, page).status_code == 302
    paid = '<cbc:PrepaidAmount currencyID="EUR">310.00</cbc:PrepaidAmount><cbc:PayableAmount'
    final = changed("ubl-invoice.xml", "<cbc:PayableAmount", paid)
    said = "Laskussa K-2024-15 on koko kulu, josta on maksettu ennakkoon 310,00 €. Ennakkolaskua E-1 ei kirjata"
    assert said in text_of(send(client, pilot, ("l.xml", final)))
    assert booked(app, pilot.id) == [("E-1", 27000), ("E-1", -2000)]
    alone = text_of(send(client, pilot, ("m.xml", final.replace(b"1111222-2", b"2222333-3"))))
    assert "Maksettu ennakkoon 310,00 €" in alone
    assert "Maksettavaa 0,00 €" in alone
