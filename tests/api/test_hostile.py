"""Whatever is asked is answered as described: hostile parameters by name, and by chance over the description."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilot_ops.api.domain import Wrong
from pilot_ops.api.wire import MealDaysAsked, read_asked, read_cursor, write_cursor
from tests.api.test_resources import hand_out_to, make_season, make_walk
from tests.support.api import API, Program, make_token, operation_at
from tests.support.databases import close, make_app

ID = "00000000-0000-0000-0000-000000000007"


@pytest.fixture
def program(app: Flask) -> Program:
    return Program(app, make_token(app)[1])


def cursor_of(text: str) -> str:
    """What a cursor would be that holds this."""
    return urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("address", "name", "value"),
    [
        ("/meal-days", "limit", "0"),
        ("/meal-days", "limit", "1001"),
        ("/meal-days", "limit", "-1"),
        ("/meal-days", "limit", "9" * 400),
        ("/meal-days", "limit", "ten"),
        ("/meal-days", "limit", ""),
        ("/meal-days", "limit", "null"),
        ("/meal-days", "pilot", "1 OR 1=1"),
        ("/meal-days", "pilot", "null"),
        ("/meal-days", "pilot", ID),
        ("/meal-days", "park", ID),
        ("/meal-days", "from", "0001-01-01"),
        ("/meal-days", "to", "9999-12-31"),
        ("/meal-days", "from", "2026-02-30"),
        ("/meal-days", "from", "1.7.2026"),
        ("/meal-days", "from", ""),
        ("/meal-days", "status", "CLOSED"),
        ("/meal-days", "statuss", "closed"),
        ("/meal-days", "self", "x"),
        ("/meal-days", "first", "2026-07-01"),
        ("/meal-days", "_external", "1"),
        ("/meal-days", "cursor", ""),
        ("/meal-days", "cursor", "ä"),
        ("/meal-days", "cursor", "x" * 301),
        ("/meal-days", "cursor", "%%%"),
        ("/meal-days", "cursor", cursor_of("[]")),
        ("/meal-days", "cursor", cursor_of('["2026-07-01", 5]')),
        ("/meal-days", "cursor", cursor_of("[" * 200)),
        ("/meal-days", "cursor", cursor_of(f'["2026-07-01T00:00:00Z","{ID}"]')),
        ("/events", "cursor", cursor_of(f'["0001-01-01T00:00:00+14:00","{ID}"]')),
        ("/events", "cursor", cursor_of(f'["9999-12-31T23:59:59-14:00","{ID}"]')),
        ("/events", "cursor", cursor_of(f'["2026-07-01T00:00:00","{ID}"]')),
        ("/events", "from", "0001-01-01"),
        ("/events", "to", "9999-12-31"),
        ("/ledger-entries", "to", "9999-12-31"),
        ("/ledger-entries", "pilot", ID),
        ("/pilots", "pilot", ID),
        ("/costs", "as_of", "0001-01-01"),
        ("/costs", "as_of", "2099-01-01"),
        ("/costs", "as_of", "today"),
        ("/costs", "known", "yesterday"),
        ("/ticket-report", "by", "person"),
        ("/ticket-report", "type", ID),
        ("/ticket-report", "to", "9999-12-31"),
    ],
)
def test_what_cannot_be_asked_is_named(app: Flask, program: Program, address: str, name: str, value: str) -> None:
    if address == "/costs":
        address = f"/pilots/{make_season(app).id}/costs"
    response = program.get(address, **{name: value})
    told = response.get_json()
    assert (response.status_code, told["title"]) == (400, "Bad Request")
    assert [error["field"] for error in told["errors"]] == [name]
    assert len(told["errors"][0]["detail"]) > 10
    assert len(response.get_data()) < 1000


def test_every_wrong_parameter_is_named_at_once(program: Program) -> None:
    told = program.get("/meal-days?limit=x&from=y&colour=z&park=1&park=2").get_json()
    assert {error["field"] for error in told["errors"]} == {"limit", "from", "colour", "park"}


def test_days_that_run_backwards_are_refused(program: Program) -> None:
    for address in ("/meal-days", "/ledger-entries", "/events", "/ticket-report"):
        told = program.get(address, **{"from": "2026-07-02", "to": "2026-07-01"}).get_json()
        assert told["errors"] == [{"field": "to", "detail": "The last day is before the first."}]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/nothing",
        "/pilots/",
        "/pilots/1/costs",
        f"/pilots/{ID}",
        f"/pilots/{ID}/costs",
        "/%00",
        "/..%2f..%2f",
        "/meal-days/x",
    ],
)
def test_what_is_not_there_is_a_problem_too(program: Program, path: str) -> None:
    response = program.get(path)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert response.get_json()["detail"].startswith("There is no such thing here.")


def test_a_fault_is_told_without_its_cause(sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = make_app(tmp_path, sqlite_url)
    program = Program(app, make_token(app)[1])
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken(**_arguments: Any) -> Any:
        raise RuntimeError("a secret cause")

    broken.access = "token"  # type: ignore[attr-defined]
    app.view_functions["api.parks"] = broken
    described = program.described["paths"].pop("/parks")
    response = program.get("/parks")
    assert described["get"]["operationId"] == "parks"
    assert (response.status_code, response.mimetype) == (500, "application/problem+json")
    assert "secret cause" not in response.get_data(as_text=True)
    close(app)


@given(st.dictionaries(st.text(max_size=20), st.lists(st.text(max_size=40), min_size=1, max_size=2), max_size=4))
def test_reading_parameters_never_fails_otherwise(asked: dict[str, list[str]]) -> None:
    try:
        read_asked(MealDaysAsked, asked)
    except Wrong as wrong:
        assert set(wrong.problems) <= set(asked)  # noqa: PT017 - either outcome is right


@given(st.tuples(st.datetimes(timezones=st.just(UTC)), st.uuids()))
def test_a_cursor_comes_back_as_it_went(key: Any) -> None:
    assert read_cursor(write_cursor(key), type(key[0]), type(key[1])) == key


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A program at a service with something of everything."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "pilot_ops.sqlite").write_bytes(sqlite_template.read_bytes())
    app = make_app(folder, API_LIMIT="1000000 per minute")
    make_season(app)
    make_walk(app)
    hand_out_to(app, [7, 3])
    yield Program(app, make_token(app)[1])
    close(app)


def values_of(schema: dict[str, Any], schemas: dict[str, Any]) -> st.SearchStrategy[str]:
    """Values that a schema lets, as they stand in an address, and ones that it may not."""
    schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if "enum" in schema:
        fitting = st.sampled_from(schema["enum"])
    elif schema["type"] == "integer":
        fitting = st.integers(schema["minimum"], schema["maximum"]).map(str)
    else:
        kinds = {"date": st.dates(date(2024, 1, 1), date(2027, 12, 31)).map(str), "uuid": st.uuids().map(str)}
        fitting = kinds.get(
            schema.get("format", ""), st.binary(max_size=60).map(lambda raw: urlsafe_b64encode(raw).decode())
        )
    return st.one_of(
        fitting, fitting, st.text(max_size=30), st.sampled_from(["", "null", "0", "-1", "'", "[]", "\x00"])
    )


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_is_asked_is_answered_as_described(filled: Program, data: st.DataObject) -> None:
    described = filled.described
    schemas = described["components"]["schemas"]
    path = data.draw(st.sampled_from(sorted(described["paths"])))
    operation = operation_at(described, path) or {}
    known = filled.read("/pilots")["data"][0]
    ids = st.sampled_from([known["id"], *known["park_ids"]])
    asked: dict[str, str] = {}
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            drawn = data.draw(st.one_of(ids, st.uuids().map(str), st.text(min_size=1, max_size=10)))
            path = path.replace("{" + parameter["name"] + "}", quote(drawn, safe=""))
        elif data.draw(st.booleans()):
            strategy = values_of(parameter["schema"], schemas)
            asked[parameter["name"]] = data.draw(
                st.one_of(strategy, ids) if parameter["name"] in {"pilot", "park"} else strategy
            )
    response = filled.get(path, **asked)
    assert response.status_code in {200, 400, 404}
    if response.status_code == 200 and response.get_json().get("next"):
        assert filled.get(response.get_json()["next"]).status_code == 200
    assert response.request.path.startswith(API)
