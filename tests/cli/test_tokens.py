"""Tokens on the command line: shown once, with rights and an end, and revoked."""

from __future__ import annotations

import json
from pathlib import Path

from pilot_ops.api import queries
from tests.cli.test_cli import Run
from tests.cli.test_cli import run as run
from tests.support.api import Program
from tests.support.databases import close, look, make_app


def test_a_token_from_making_to_revoking(run: Run, tmp_path: Path) -> None:
    made = run("token", "create", "Power BI", "--scope", "costs:read meals:read", "--expires", "31.12.2027")
    secret = made.stdout.strip()
    told = json.loads(run("token", "create", "R", "--scope", "events:read", "--scope", "costs:read", "--json").stdout)
    assert (told["name"], told["scopes"], told["expires_on"]) == ("R", ["costs:read", "events:read"], None)
    app = make_app(tmp_path / "data")
    first, second = Program(app, secret), Program(app, told["token"])
    assert [first.get(path).status_code for path in ("/ledger-entries", "/meal-days", "/events")] == [200, 200, 403]
    assert [second.get(path).status_code for path in ("/ledger-entries", "/meal-days", "/events")] == [200, 403, 200]
    with look(app) as session:
        assert [str(token.expires_on) for token in queries.list_tokens(session)] == ["2027-12-31", "None"]
    assert run("token", "revoke", "power bi").stdout == "Power BI: revoked\n"
    assert first.get("/parks").status_code == 401
    close(app)


def test_bad_input_is_one_line(run: Run) -> None:
    wrong = {
        "scopes: There is no right everything": ("R", "--scope", "everything"),
        "name: Enter which program uses the token": (" ", "--scope", "costs:read"),
        "expires_on: Choose a day that is not over yet": ("R", "--scope", "costs:read", "--expires", "1.1.2024"),
        "'soon' is not a date": ("R", "--scope", "costs:read", "--expires", "soon"),
        "scopes: Choose at least one right": ("R", "--scope", " "),
    }
    for sentence, arguments in wrong.items():
        assert sentence in run("token", "create", *arguments, status=2).stderr
    assert "there is no token 'R'" in run("token", "revoke", "R", status=2).stderr
    run("token", "create", "R", status=2)
    run("token", "create", "R", "--scope", "costs:read")
    assert (
        "name: There is already a token of this name"
        in run("token", "create", "r", "--scope", "costs:read", status=2).stderr
    )
    run("token", "revoke", "R")
    assert "The token is already revoked" in run("token", "revoke", "R", status=2).stderr
