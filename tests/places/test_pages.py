"""Pages of places and client groups."""

from __future__ import annotations

import pytest
from flask import Flask

from pilot_ops.kernel.access import Role
from pilot_ops.places import queries
from pilot_ops.places.domain import Kind
from tests.support.builders import make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, post_form, sign_in, soup, text_of
from tests.support.tickets import make_group, make_point


@pytest.fixture
def boss(app: Flask, client: PageClient) -> PageClient:
    """A coordinator's browser."""
    with work(app) as session:
        user = make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    return client


def test_points_venues_and_groups_are_made_and_changed(app: Flask, boss: PageClient) -> None:
    assert (
        post_form(boss, "/places/groups/new", name_fi="Aikuissosiaalityö", name_sv="Vuxensocialarbete").status_code
        == 302
    )
    with look(app) as session:
        (group,) = queries.list_groups(session)
    made = post_form(boss, "/places/new/point", name="Leppävaara", groups=[str(group.id)])
    assert "Tallennettu: Leppävaara" in text_of(boss.get(made.location))
    link = "https://www.example.fi/aukiolo"
    assert post_form(boss, "/places/new/venue", name="Uimahalli", address="Hallikuja 1", link=link).status_code == 302
    page = text_of(boss.get("/places"))
    assert "Leppävaara Aikuissosiaalityö" in page
    assert "Uimahalli Hallikuja 1" in page
    with look(app) as session:
        point = queries.find_place_by_name(session, Kind.POINT, "leppävaara")
    assert point is not None
    assert post_form(boss, f"/places/{point.id}", active=None).status_code == 302
    assert "Leppävaara Ei käytössä" in text_of(boss.get("/places"))
    renamed = post_form(boss, f"/places/groups/{group.id}", name_fi="Aikuispalvelut")
    assert "Aikuispalvelut" in text_of(boss.get(renamed.location))


@pytest.mark.parametrize(
    ("address", "field", "typed", "sentence"),
    [
        ("/places/new/point", "name", "", "Kirjoita nimi"),
        ("/places/new/point", "name", "leppävaara", "Tämän niminen on jo olemassa"),
        ("/places/new/venue", "link", "www.example.fi", "Kirjoita osoite, joka alkaa https://"),
        ("/places/groups/new", "name_fi", "", "Kirjoita nimi"),
        ("/places/groups/new", "name_fi", "Työttömät", "Tämän niminen on jo olemassa"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    app: Flask, boss: PageClient, address: str, field: str, typed: str, sentence: str
) -> None:
    with work(app) as session:
        make_point(session, name="Leppävaara")
        make_group(session, "työttömät")
    usual = {} if "groups" in address else {"name": "Uusi"}
    page = post_form(boss, address, data={**usual, field: typed})
    assert sentence in str(soup(page).select_one(f"#{field}-e"))
    assert soup(page).select_one(f"#{field}")["value"] == typed  # type: ignore[index]


def test_there_are_two_kinds_of_places(boss: PageClient) -> None:
    assert boss.get("/places/new/park").status_code == 404
