"""Who gets in: rights of each scope, revoked and expired tokens, and how a token may be shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from pilot_ops.api import queries, service
from pilot_ops.api.domain import NewToken, Reason, Scope
from pilot_ops.kernel.access import GRANTS, Permission, Role
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import db
from pilot_ops.kernel.errors import Forbidden, Refused
from pilot_ops.kernel.web.guard import access_of
from tests.support.api import API, EVERYTHING, Program, make_token
from tests.support.builders import ADMIN, NOON, make_actor, make_pilot, make_user
from tests.support.databases import close, look, make_app, work
from tests.support.page import PageClient, sign_in
from tests.support.programme import make_year
from tests.support.recorder import recorded

# Which scopes open an address (written out: the code has the same in another form). None: any.
OPENS = {
    "/pilots": set(EVERYTHING),
    "/parks": set(EVERYTHING),
    "/meal-days": {Scope.MEALS_READ},
    "/pilots/{pilot_id}/costs": {Scope.COSTS_READ},
    "/ledger-entries": {Scope.COSTS_READ},
    "/events": {Scope.EVENTS_READ},
    "/programme": {Scope.PROGRAMME_READ},
    "/ticket-report": {Scope.TICKETS_READ, Scope.TICKETS_READ_ALL},
}


@pytest.mark.parametrize("scope", list(Scope))
def test_a_scope_opens_its_addresses_and_no_other(app: Flask, scope: Scope) -> None:
    with work(app) as session:
        pilot = make_pilot(session)
        make_year(session)
    program = Program(app, make_token(app, {scope})[1])
    assert set(OPENS) == set(program.described["paths"]) - {"/openapi.json"}
    for address, scopes in OPENS.items():
        response = program.get(address.replace("{pilot_id}", str(pilot.id)))
        assert response.status_code == (200 if scope in scopes else 403), address
        if scope not in scopes:
            assert 'error="insufficient_scope"' in response.headers["WWW-Authenticate"]
            assert response.get_json()["title"] == "Forbidden"


def test_what_is_declared_is_what_is_described(app: Flask) -> None:
    described = Program(app, "").described["paths"]
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(API):
            access = access_of(app.view_functions[rule.endpoint])
            address = rule.rule.removeprefix(API).replace("<uuid:", "{").replace(">", "}")
            (security,) = described[address]["get"]["security"] or [None]
            wanted = "public" if security is None else " ".join(["token", *security["token"]])
            assert access == wanted


@pytest.mark.parametrize("scope", list(Scope))
def test_a_program_has_no_right_that_changes_anything(session: object, scope: Scope) -> None:
    token = NewToken(uuid4(), "Ohjelma", frozenset({scope}), None)
    made, _secret = service.make_token(session, ADMIN, new=token, at=NOON)  # type: ignore[arg-type]
    held = {permission for permission in Permission if made.actor().may(permission)}
    assert held <= GRANTS[Role.MANAGER]
    assert {permission.value.partition(":")[2] for permission in held} == {"view"}
    with pytest.raises(Forbidden):
        made.actor().must(Permission.COSTS_EDIT)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic {}",
        "{}",
        "Bearer {}x",
        "Bearer x{}",
        "Bearer {} {}",
        "Token {}",
        "Bearer " + "a" * 5000,
        "Bearer ä",
    ],
)
def test_what_is_no_token_opens_nothing(app: Flask, header: str) -> None:
    _id, secret = make_token(app)
    client = FlaskClient(app, use_cookies=False)
    given = header.replace("{}", secret)
    response = client.get(f"{API}/pilots", headers={"Authorization": given} if header else {})
    assert response.status_code == 401
    assert response.mimetype == "application/problem+json"
    assert response.headers["WWW-Authenticate"].startswith('Bearer realm="pilot-ops"')
    assert client.get(f"{API}/pilots", headers={"Authorization": f"bearer  {secret}"}).status_code == 200


@pytest.mark.parametrize("name", ["access_token", "token", "api_key", "authorization"])
def test_a_token_in_the_address_is_never_accepted(app: Flask, name: str) -> None:
    _id, secret = make_token(app)
    response = FlaskClient(app, use_cookies=False).get(f"{API}/pilots", query_string={name: secret})
    assert response.status_code == 401
    assert "not accepted in the address" in response.get_json()["detail"]
    assert secret not in response.get_data(as_text=True)
    assert Program(app, secret).get("/pilots", **{name: secret}).status_code == 400


def test_a_session_opens_nothing_here(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        user = make_user(session)
    sign_in(client, user)
    assert client.get(f"{API}/pilots").status_code == 401
    assert client.get("/api-tokens").status_code == 200


def test_a_token_opens_no_page(app: Flask) -> None:
    _id, secret = make_token(app)
    client = FlaskClient(app, use_cookies=False)
    for page in ("/costs", "/api-tokens", "/users"):
        assert client.get(page, headers={"Authorization": f"Bearer {secret}"}).status_code == 302


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_other_methods(app: Flask, method: str) -> None:
    program = Program(app, make_token(app)[1])
    response = program.get("/pilots", method=method)
    assert response.status_code == (200 if method in {"HEAD", "OPTIONS"} else 405)
    if response.status_code == 405:
        assert response.get_json()["detail"] == "The API is for reading: use GET."
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert program.get("/pilots", headers={"Origin": "https://example.com"}).status_code == 200


def test_a_token_is_in_force_through_its_last_day_in_helsinki(app: Flask) -> None:
    _id, secret = make_token(app, expires_on=date(2026, 7, 1), at=NOON)
    program = Program(app, secret)
    # Half past eleven in the evening in Helsinki, and half past midnight.
    with time_machine.travel(datetime(2026, 7, 1, 20, 30, tzinfo=UTC), tick=False):
        assert program.get("/pilots").status_code == 200
    with time_machine.travel(datetime(2026, 7, 1, 21, 30, tzinfo=UTC), tick=False):
        refused = program.get("/pilots")
    assert refused.status_code == 401
    assert refused.get_json()["detail"].startswith("The token has expired.")
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]


def test_the_last_use_is_written_once_a_day(app: Flask) -> None:
    token_id, secret = make_token(app)
    program = Program(app, secret)
    with recorded(app) as statements:
        program.read("/pilots")
    assert len([one for one in statements if one.startswith("UPDATE")]) == 1
    with recorded(app) as statements:
        for _request in range(3):
            program.read("/pilots")
    assert [one for one in statements if not one.startswith("SELECT")] == []
    with look(app) as session:
        assert queries.get_token(session, token_id).used_on == local_day(now())
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        program.read("/pilots")
        tomorrow = local_day(now())
    with look(app) as session:
        assert queries.get_token(session, token_id).used_on == tomorrow


def test_a_token_that_asks_too_often_has_to_wait(sqlite_url: str, tmp_path: Path) -> None:
    app = make_app(tmp_path, sqlite_url, API_LIMIT="3 per minute")
    busy, other = Program(app, make_token(app)[1]), Program(app, make_token(app)[1])
    with time_machine.travel(datetime(2026, 7, 1, 9, 0, 20, tzinfo=UTC), tick=False):
        assert [busy.get("/pilots").status_code for _request in range(5)] == [200, 200, 200, 429, 429]
        refused = busy.get("/pilots")
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert other.get("/pilots").status_code == 200
    with time_machine.travel(datetime(2026, 7, 1, 9, 1, 30, tzinfo=UTC), tick=False):
        assert busy.get("/pilots").status_code == 200
    close(app)


def test_who_tries_many_wrong_tokens_has_to_wait(sqlite_url: str, tmp_path: Path) -> None:
    app = make_app(tmp_path, sqlite_url, LOOKUP_LIMIT="2 per hour")
    right = Program(app, make_token(app)[1])
    wrong = Program(app, "pilotops_" + "a" * 43)
    assert [wrong.get("/pilots").status_code for _try in range(4)] == [401, 401, 429, 429]
    assert right.get("/pilots").status_code == 200
    close(app)


def test_only_the_digest_is_kept(app: Flask) -> None:
    _id, secret = make_token(app)
    with app.app_context(), db.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM api_tokens").all()
        log = connection.exec_driver_sql("SELECT * FROM audit_entries").all()
    assert secret not in str(rows)
    assert secret not in str(log)
    assert secret.removeprefix("pilotops_") not in str(rows)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_make_and_revoke(app: Flask, role: Role) -> None:
    token_id, _secret = make_token(app)
    with work(app) as session:
        somebody = make_actor(session, role)
        new = NewToken(uuid4(), "Ohjelma", EVERYTHING, None)
        with pytest.raises(Forbidden):
            service.make_token(session, somebody, new=new, at=NOON)
        with pytest.raises(Forbidden):
            service.revoke_token(session, somebody, token_id=token_id, at=NOON)


def test_a_name_is_one_tokens_own_also_after_it_is_revoked(on_both: Flask) -> None:
    def make(name: str, token_id: UUID | None = None) -> UUID:
        new = NewToken(token_id or uuid4(), name, frozenset({Scope.COSTS_READ}), None)
        with work(on_both) as session:
            return service.make_token(session, ADMIN, new=new, at=NOON)[0].id

    first = make("Power BI")
    with work(on_both) as session:
        service.revoke_token(session, ADMIN, token_id=first, at=NOON)
    for name, token_id, reason in (("POWER  bi", None, Reason.NAME_TAKEN), ("R", first, Reason.ALREADY_MADE)):
        with pytest.raises(Refused) as refused:
            make(name, token_id)
        assert refused.value.reason is reason
    make("R")
    with look(on_both) as session:
        assert [token.name for token in queries.list_tokens(session)] == ["R", "Power BI"]
