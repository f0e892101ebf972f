"""Pages of tokens and the guide: made once, shown once, revoked; what was typed stays."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from pilot_ops.api import queries
from pilot_ops.api.domain import PREFIX, Scope
from pilot_ops.api.service import note_used
from pilot_ops.audit.queries import list_entries
from pilot_ops.kernel.clock import local_day, now
from tests.support.api import API, Program, make_token
from tests.support.builders import make_user
from tests.support.databases import look, work
from tests.support.page import PageClient, sign_in

SECRET = re.compile(rf"{PREFIX}[\w-]{{43}}")


@pytest.fixture
def desk(app: Flask, client: PageClient) -> PageClient:
    """An administrator's browser."""
    with work(app) as session:
        user = make_user(session)
    sign_in(client, user)
    return client


def typed(page: PageClient, **different: object) -> dict[str, object]:
    """The form as it is filled in."""
    soup = BeautifulSoup(page.get("/api-tokens").get_data(as_text=True), "html.parser")
    form = soup.select_one("main form")
    assert form is not None
    filled = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    return {
        **filled,
        "name": "Power BI",
        "scopes": ["costs:read", "meals:read"],
        "expires_on": "31.12.2027",
        **different,
    }


def test_a_token_is_shown_once_and_opens_the_api(app: Flask, desk: PageClient) -> None:
    form = typed(desk)
    shown = desk.post("/api-tokens", data=form).get_data(as_text=True)
    (secret,) = set(SECRET.findall(shown))
    assert Program(app, secret).get("/meal-days").status_code == 200
    again = desk.post("/api-tokens", data=form).get_data(as_text=True)
    assert "Tunniste on jo tehty" in again
    assert not SECRET.search(again)
    listed = desk.get("/api-tokens").get_data(as_text=True)
    assert not SECRET.search(listed)
    assert "31.12.2027" in listed
    with look(app) as session:
        (token,) = queries.list_tokens(session)
        entries = [one for one in list_entries(session) if one.action == "token.made"]
    assert (token.name, token.scopes) == ("Power BI", {Scope.COSTS_READ, Scope.MEALS_READ})
    assert secret not in token.digest
    assert [(one.subject, one.after) for one in entries] == [
        ("Power BI", '{"expires_on":"2027-12-31","scopes":"costs:read meals:read"}')
    ]


@pytest.mark.parametrize(
    ("different", "field", "sentence"),
    [
        ({"name": "  "}, "name", "Kirjoita, mikä ohjelma tunnistetta käyttää"),
        ({"name": "x" * 61}, "name", "Lyhennä teksti: enintään 60 merkkiä"),
        ({"name": "power bi"}, "name", "Tämän niminen tunniste on jo tehty"),
        ({"scopes": []}, "scopes", "Valitse ainakin yksi oikeus"),
        ({"scopes": ["everything"]}, "scopes", "Valitse jokin vaihtoehto"),
        ({"expires_on": "1.1.2020"}, "expires_on", "Valitse päivä, joka ei ole vielä ohi"),
        ({"expires_on": "joskus"}, "expires_on", "Kirjoita päivä, esimerkiksi 3.6.2024"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    desk: PageClient, different: dict[str, object], field: str, sentence: str
) -> None:
    desk.post("/api-tokens", data=typed(desk))
    page = desk.post("/api-tokens", data=typed(desk, **{"name": "Toinen", **different})).get_data(as_text=True)
    assert not SECRET.search(page)
    soup = BeautifulSoup(page, "html.parser")
    error = soup.select_one(f"#{field}-e")
    assert error is not None
    assert sentence in error.get_text()
    kept = soup.select_one("#name")
    assert kept is not None
    assert kept["value"] == str({"name": "Toinen", **different}["name"]).strip()


def test_a_revoked_token_opens_nothing(app: Flask, desk: PageClient) -> None:
    token_id, secret = make_token(app)
    program = Program(app, secret)
    assert program.get("/pilots").status_code == 200
    form = {"csrf_token": typed(desk)["csrf_token"]}
    page = desk.post(f"/api-tokens/{token_id}/revoke", data=form, follow_redirects=True).get_data(as_text=True)
    assert "Tunniste on poistettu käytöstä: Ohjelma" in page
    refused = program.get("/pilots")
    assert (refused.status_code, refused.get_json()["detail"]) == (401, "The token has been revoked.")
    page = desk.post(f"/api-tokens/{token_id}/revoke", data=form, follow_redirects=True).get_data(as_text=True)
    assert "Tunniste on jo poistettu käytöstä" in page
    assert desk.post(f"/api-tokens/{uuid4()}/revoke", data=form).status_code == 404
    with look(app) as session:
        done = [one.action for one in list_entries(session) if one.action.startswith("token.")]
    assert sorted(done) == ["token.made", "token.revoked"]


def test_the_list_tells_when_each_was_used(app: Flask, desk: PageClient) -> None:
    token_id, _secret = make_token(app, expires_on=local_day(now()))
    assert "ei vielä" in desk.get("/api-tokens").get_data(as_text=True)
    with work(app) as session:
        note_used(session, token_id, date(2026, 7, 3))
        note_used(session, token_id, date(2026, 7, 2))
    assert "3.7.2026" in desk.get("/api-tokens").get_data(as_text=True)
    make_token(app, expires_on=local_day(now()) - timedelta(days=1), at=now() - timedelta(days=3))
    assert "Vanhentunut" in desk.get("/api-tokens").get_data(as_text=True)


@pytest.mark.parametrize(("language", "heading"), [("fi", "Rajapinnan ohje"), ("sv", "Gränssnittets"), ("en", "Guide")])
def test_the_guide_tells_of_every_address(client: PageClient, language: str, heading: str) -> None:
    page = client.get("/api", headers={"Accept-Language": language}).get_data(as_text=True)
    assert heading in page
    described = client.get(f"{API}/openapi.json").get_json()
    for address, item in described["paths"].items():
        if address != "/openapi.json":
            assert f"GET http://127.0.0.1:8000{API}{address}<" in page
            assert item["get"]["summary"] in page
    assert "<script" not in page.replace('<script type="module" src="/static/', "")
