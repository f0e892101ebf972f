"""The description: of every address, by the rules of OpenAPI 3.1, and what is really answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.support.api import API, Program, faults

# https://spec.openapis.org/oas/v3.1.0: the fields of each object that ours uses, required ones apart.
_OBJECTS: dict[str, tuple[set[str], set[str]]] = {
    "document": ({"openapi", "info"}, {"servers", "paths", "components", "security", "tags", "jsonSchemaDialect"}),
    "info": ({"title", "version"}, {"summary", "description", "termsOfService", "contact", "license"}),
    "server": ({"url"}, {"description", "variables"}),
    "operation": ({"responses"}, {"operationId", "summary", "description", "security", "parameters", "tags"}),
    "parameter": ({"name", "in", "schema"}, {"description", "required", "deprecated", "example"}),
    "response": ({"description"}, {"headers", "content", "links"}),
    "header": ({"schema"}, {"description", "required"}),
    "media": (set(), {"schema", "example"}),
    "components": (set(), {"schemas", "securitySchemes"}),
}
_COMPONENT = re.compile(r"[a-zA-Z0-9._-]+")


@pytest.fixture
def described(app: Flask) -> dict[str, Any]:
    return Program(app, "").described


def _fields(kind: str, thing: dict[str, Any]) -> None:
    required, optional = _OBJECTS[kind]
    assert required <= set(thing) <= required | optional, (kind, set(thing))


def _operations(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in described["paths"].items():
        assert set(item) == {"get"}
        yield path, item["get"]


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object within a value."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _parts(inner)


def test_every_address_is_described(app: Flask, described: dict[str, Any]) -> None:
    routes = {
        rule.rule.removeprefix(API).replace("<uuid:", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(f"{API}/")
    }
    assert routes == set(described["paths"])
    assert len(routes) > 7


def test_it_keeps_the_rules_of_openapi(described: dict[str, Any]) -> None:
    _fields("document", described)
    _fields("info", described["info"])
    _fields("components", described["components"])
    assert re.fullmatch(r"3\.1\.\d+", described["openapi"])
    for server in described["servers"]:
        _fields("server", server)
        assert urlsplit(server["url"]).scheme in {"http", "https"}
    assert described["components"]["securitySchemes"] == {"token": {"type": "http", "scheme": "bearer"}}
    assert all(_COMPONENT.fullmatch(name) for name in described["components"]["schemas"])
    names = [operation["operationId"] for _path, operation in _operations(described)]
    assert len(names) == len(set(names))


def test_its_operations_keep_the_rules(described: dict[str, Any]) -> None:
    for path, operation in _operations(described):
        _fields("operation", operation)
        assert path.startswith("/")
        parameters = operation.get("parameters", [])
        for parameter in parameters:
            _fields("parameter", parameter)
            assert parameter["in"] in {"path", "query"}
            # A parameter in the path is always required, and there is one for every name in the path.
            assert parameter["in"] != "path" or parameter["required"] is True
        keys = [(parameter["name"], parameter["in"]) for parameter in parameters]
        assert len(keys) == len(set(keys))
        assert {name for name, where in keys if where == "path"} == set(re.findall(r"{(\w+)}", path))
        assert any(code.startswith("2") for code in operation["responses"])
        for code, response in operation["responses"].items():
            _fields("response", response)
            assert re.fullmatch(r"[1-5]\d\d", code)
            for header in response.get("headers", {}).values():
                _fields("header", header)
            for kind, media in response.get("content", {}).items():
                _fields("media", media)
                assert kind in {"application/json", "application/problem+json"}


def test_its_schemas_refer_to_what_is_there_and_are_all_used(described: dict[str, Any]) -> None:
    references = {part["$ref"] for part in _parts(described) if "$ref" in part}
    there = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    assert references == there
    for schema in described["components"]["schemas"].values():
        assert set(schema.get("required", [])) <= set(schema.get("properties", {}))
        assert schema["description"]
        assert not re.search(r"\n {4}", schema["description"])


def test_every_default_is_one_that_its_schema_lets(described: dict[str, Any]) -> None:
    found = 0
    for _path, operation in _operations(described):
        for parameter in operation.get("parameters", []):
            if "default" in parameter["schema"]:
                found += 1
                schemas = described["components"]["schemas"]
                assert list(faults(parameter["schema"]["default"], parameter["schema"], schemas)) == []
    assert found >= 6


def test_pages_are_described_with_their_links(described: dict[str, Any]) -> None:
    with_link = {path for path, one in _operations(described) if "Link" in one["responses"]["200"]["headers"]}
    assert with_link == {"/pilots", "/parks", "/meal-days", "/ledger-entries", "/events"}


def test_the_check_of_answers_finds_what_is_wrong() -> None:
    schemas = {"Colour": {"enum": ["red"]}}
    shape = {
        "type": "object",
        "properties": {
            "on": {"type": "string", "format": "date"},
            "of": {"anyOf": [{"$ref": "x/Colour"}, {"type": "null"}]},
        },
        "required": ["on"],
    }
    assert list(faults({"on": "2026-07-01", "of": "red"}, shape, schemas)) == []
    for wrong in (
        {},
        {"on": "1.7.2026"},
        {"on": "2026-07-01", "of": "blue"},
        {"on": "2026-07-01", "more": 1},
        [],
        {"on": 1},
    ):
        assert list(faults(wrong, shape, schemas)), wrong
    assert list(faults(True, {"type": "integer"}, {}))


def test_the_description_needs_no_token_and_names_where_it_is(described: dict[str, Any]) -> None:
    assert described["servers"] == [{"url": f"http://127.0.0.1:8000{API}"}]
    assert described["paths"]["/openapi.json"]["get"]["security"] == []
