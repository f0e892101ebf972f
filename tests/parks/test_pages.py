"""Pages of parks."""

from __future__ import annotations

from decimal import Decimal

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


def test_names_in_other_languages_and_coordinates(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        user, park = make_user(session, Role.COORDINATOR), make_park(session, name="Suvela")
    sign_in(client, user)
    address = f"/parks/{park.id}"
    for wrong, sentence in (
        ({"latitude": "pohjoinen"}, "Kirjoita asteet enintään kuudella desimaalilla"),
        ({"latitude": "60,12345678", "longitude": "24"}, "Kirjoita asteet enintään kuudella desimaalilla"),
        ({"latitude": "91", "longitude": "24"}, "Leveysaste on enintään 90"),
        ({"latitude": "60", "longitude": "180,5"}, "Pituusaste on enintään 180"),
        ({"latitude": "60,2"}, "Kirjoita molemmat koordinaatit"),
    ):
        page = post_form(client, address, data=wrong)
        assert sentence in text_of(page)
        assert f'value="{wrong["latitude"]}"' in page.text
    assert post_form(client, address, name_sv="Södrik", latitude="60,200312", longitude=" 24.6645 ").status_code == 302
    with look(app) as session:
        changed = get_park(session, park.id)
    assert (changed.details.latitude, changed.details.longitude) == (Decimal("60.200312"), Decimal("24.6645"))
    assert [changed.names.to(language) for language in ("fi", "sv", "en")] == ["Suvela", "Södrik", "Suvela"]
    page = client.get(address)
    assert 'value="60,200312"' in page.text
    assert 'value="24,6645"' in page.text
    assert post_form(client, address, latitude="", longitude="").status_code == 302
    with look(app) as session:
        assert get_park(session, park.id).details.latitude is None
