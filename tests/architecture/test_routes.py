"""Every route says who may enter, and exactly those enter.

After adding a route: ``python -m tests.architecture.test_routes > tests/architecture/known_urls.txt``.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask, Response
from werkzeug.routing import Rule

from pilot_ops.api.domain import Scope
from pilot_ops.kernel.access import GRANTS, Permission, Role
from pilot_ops.kernel.web.guard import access_of
from tests.support.builders import make_user
from tests.support.databases import make_app, work
from tests.support.page import PageClient, sign_in

_KNOWN = Path(__file__).with_name("known_urls.txt")
_AUTOMATIC = {"HEAD", "OPTIONS"}
_SEGMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*|(<[a-z]+(\([^)]*\))?:[a-z_]+>|<[a-z_]+>)(\.[a-z0-9]+)?")
# In capitals, as the QR of a ticket has it: those take the fewest modules.
_CAPITALS = {"T"}
_SAMPLES = {
    "UUIDConverter": UUID(int=7),
    "IntegerConverter": 7,
    "UnicodeConverter": "seven",
    "PathConverter": "seven",
    "DateConverter": date(2024, 7, 1),
}


def rules(app: Flask) -> list[Rule]:
    """Every route of the app, by address."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ())))


def listing(app: Flask) -> str:
    """One line a route: address, methods, who may enter."""
    lines = [
        f"{rule.rule}  {' '.join(_methods(rule))}  {access_of(app.view_functions[rule.endpoint])}"
        for rule in rules(app)
    ]
    return "\n".join(lines) + "\n"


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - _AUTOMATIC)


def _path(app: Flask, rule: Rule) -> str:
    converters = rule._converters
    values = {name: _SAMPLES.get(type(kind).__name__, "seven") for name, kind in converters.items()}
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values, method=_methods(rule)[0])


def test_every_route_declares_who_may_enter(app: Flask) -> None:
    allowed = {"public", "signed-in", "person", *Permission}
    allowed |= {"token", *(f"token {scope}" for scope in Scope)}
    assert [rule.rule for rule in rules(app) if access_of(app.view_functions[rule.endpoint]) not in allowed] == []


def test_addresses_are_kebab_case(app: Flask) -> None:
    odd = [
        rule.rule
        for rule in rules(app)
        for segment in rule.rule.strip("/").split("/")
        if segment and segment not in _CAPITALS and not _SEGMENT.fullmatch(segment)
    ]
    assert odd == []


def test_the_addresses_are_the_known_ones(app: Flask) -> None:
    assert listing(app) == _KNOWN.read_text(encoding="utf-8"), __doc__


def _room(access: str | None) -> Callable[..., Response]:
    def entered(**_arguments: object) -> Response:
        return Response("entered", mimetype="text/plain")

    if access is not None:
        entered.access = access  # type: ignore[attr-defined]
    return entered


def _only_doors(app: Flask) -> None:
    """Put an empty room behind every door, so that only the guard decides what a request is answered."""
    for endpoint, view in app.view_functions.items():
        app.view_functions[endpoint] = _room(access_of(view))
    app.config["WTF_CSRF_ENABLED"] = False


def _visits(app: Flask) -> Iterator[tuple[str, str, str]]:
    for rule in rules(app):
        for method in _methods(rule):
            yield method, _path(app, rule), str(access_of(app.view_functions[rule.endpoint]))


@pytest.mark.parametrize("role", list(Role))
def test_a_role_enters_exactly_where_its_grants_say(app: Flask, client: PageClient, role: Role) -> None:
    with work(app) as session:
        user = make_user(session, role)
    sign_in(client, user)
    _only_doors(app)
    wrong = []
    for method, path, access in _visits(app):
        status = client.open(path, method=method).status_code
        if status != _expected(access, role):
            wrong.append(f"{method} {path} ({access}): {status}")
    assert wrong == []


def _expected(access: str, role: Role) -> int:
    if access.partition(" ")[0] == "token":
        return 401  # whoever it is: only a token opens it
    return 200 if access in {"public", "signed-in", "person"} or Permission(access) in GRANTS[role] else 403


def test_strangers_are_asked_to_sign_in(app: Flask) -> None:
    app.test_client_class = None
    client = app.test_client()
    _only_doors(app)
    wrong = []
    for method, path, access in _visits(app):
        response = client.open(path, method=method)
        asked = response.status_code == 401 or response.headers.get("Location", "").startswith("/sign-in")
        if asked == (access == "public"):
            wrong.append(f"{method} {path} ({access}): {response.status_code}")
    assert wrong == []


def test_a_route_that_says_nothing_is_closed(app: Flask, client: PageClient) -> None:
    app.add_url_rule("/forgotten", "forgotten", _room(None))
    with work(app) as session:
        user = make_user(session)
    sign_in(client, user)
    assert client.get("/forgotten").status_code == 404


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(listing(make_app(Path(folder))))
