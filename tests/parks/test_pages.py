"""Pages of parks."""

from __future__ import annotations

from flask import Flask

from pilot_ops.kernel.access import Role
from pilot_ops.parks.queries import find_park_by_name, get_park
from tests.support.builders import make_park, make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, post_form, sign_in, text_of

GIVEN = {"name": "Suvela", "address": "Kirstintie 24", "postal_code": "02760", "district": "Espoon keskus"}


def test_a_park_is_added_corrected_and_taken_out_of_use(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        user = make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    assert "Puistoja ei vielä ole." in text_of(client.get("/parks"))
    for wrong, sentence in (
        ({"name": ""}, "Kirjoita puiston nimi"),
        ({"postal_code": "2"}, "Kirjoita postinumero, esimerkiksi 02760"),
        ({"city": ""}, "Kirjoita kunta"),
    ):
        page = post_form(client, "/parks/new", data={**GIVEN, **wrong})
        assert sentence in text_of(page)
        assert 'value="Kirstintie 24"' in page.text
    assert post_form(client, "/parks/new", data=GIVEN).status_code == 302
    assert "Tämän niminen puisto on jo olemassa" in text_of(post_form(client, "/parks/new", data=GIVEN))
    with look(app) as session:
        park = find_park_by_name(session, "suvela")
    assert park is not None
    assert park.details.city == "Espoo"
    assert post_form(client, f"/parks/{park.id}", name="Suvelan puisto", active=None).status_code == 302
    with look(app) as session:
        changed = get_park(session, park.id)
    assert (changed.name, changed.details.active) == ("Suvelan puisto", False)
    assert "Ei käytössä" in text_of(client.get("/parks"))


def test_a_manager_looks_and_does_not_touch(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        park, user = make_park(session, name="Suvela"), make_user(session, Role.MANAGER)
    sign_in(client, user)
    page = client.get("/parks")
    assert "Suvela" in text_of(page)
    assert f"/parks/{park.id}" not in page.text
    assert client.get(f"/parks/{park.id}").status_code == 403
