"""Programs that read the API: tokens, requests without cookies, and answers held against their description."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pilot_ops.api import service
from pilot_ops.api.domain import NewToken, Scope
from pilot_ops.kernel.clock import now
from tests.support.builders import ADMIN
from tests.support.databases import work

API = "/api/v1"
EVERYTHING = frozenset(Scope)


def make_token(
    app: Flask, scopes: Collection[Scope] = EVERYTHING, *, expires_on: date | None = None, at: datetime | None = None
) -> tuple[UUID, str]:
    """A token's id and its secret."""
    token_id = uuid4()
    new = NewToken(token_id, f"Ohjelma {token_id}", frozenset(scopes), expires_on)
    with work(app) as session:
        _token, secret = service.make_token(session, ADMIN, new=new, at=at or now())
    return token_id, secret


class Program:
    """Another program: it has a token, keeps no cookies, and holds what it is told against the description."""

    def __init__(self, app: Flask, secret: str) -> None:
        self._client = FlaskClient(app, use_cookies=False)
        self._headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self.described: dict[str, Any] = self._client.get(f"{API}/openapi.json").get_json()

    def get(self, address: str, /, *, headers: dict[str, str] | None = None, method: str = "GET", **asked: Any) -> Any:
        """The response; it sets no cookie, lets no other site in, and is what the description says."""
        path = address if address.startswith("http") else API + address
        path = path.removeprefix("http://127.0.0.1:8000")
        response = self._client.open(
            path, method=method, query_string=asked or None, headers=self._headers | (headers or {})
        )
        check_answer(self.described, response)
        return response

    def read(self, address: str, /, **asked: Any) -> Any:
        """What is told."""
        response = self.get(address, **asked)
        assert response.status_code == 200, response.get_data(as_text=True)
        return response.get_json()

    def pages(self, address: str, /, **asked: Any) -> Iterator[list[dict[str, Any]]]:
        """Every page of a list."""
        page = self.read(address, **asked)
        yield page["data"]
        while page["next"]:
            page = self.read(page["next"])
            yield page["data"]


def check_answer(described: dict[str, Any], response: TestResponse) -> None:
    """AssertionError unless a response is one that the description knows."""
    assert "Set-Cookie" not in response.headers
    assert not [name for name in response.headers if name[0].startswith("Access-Control")]
    path = urlsplit(response.request.path).path.removeprefix(API)
    operation = operation_at(described, path)
    if operation is None or response.request.method != "GET":
        return
    said = operation["responses"].get(str(response.status_code))
    assert said is not None, f"{path}: {response.status_code} is not described"
    for name, header in said.get("headers", {}).items():
        assert name in response.headers or not header["required"]
    if response.status_code == 304:
        assert response.get_data() == b""
        return
    ((kind, content),) = said["content"].items()
    assert response.mimetype == kind
    problems = list(faults(response.get_json(), content["schema"], described["components"]["schemas"]))
    assert problems == [], f"{path}: {problems[:5]}"


def operation_at(described: dict[str, Any], path: str) -> dict[str, Any] | None:
    """What the description says of a path."""
    for template, item in described["paths"].items():
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)), path):
            return item["get"]  # type: ignore[no-any-return]
    return None


_FORMATS = {"uuid": UUID, "date": date.fromisoformat, "date-time": datetime.fromisoformat, "time": time.fromisoformat}
_TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def faults(value: Any, schema: dict[str, Any], schemas: dict[str, Any], where: str = "") -> Iterator[str]:
    """Where a value is not what a JSON Schema says; of the keywords that ours use, and of them alone."""
    unknown = set(schema) - _KNOWN
    assert not unknown, f"{where}: the check does not know {unknown}"
    if "$ref" in schema:
        yield from faults(value, schemas[schema["$ref"].rpartition("/")[2]], schemas, where)
    if "anyOf" in schema and all(list(faults(value, part, schemas, where)) for part in schema["anyOf"]):
        yield f"{where}: {value!r} is none of {schema['anyOf']}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is none of {schema['enum']}"
    if "type" in schema and not _is(value, schema["type"]):
        yield f"{where}: {value!r} is no {schema['type']}"
        return
    if isinstance(value, str):
        yield from _text_faults(value, schema, where)
    yield from _inner_faults(value, schema, schemas, where)


def _inner_faults(value: Any, schema: dict[str, Any], schemas: dict[str, Any], where: str) -> Iterator[str]:
    if isinstance(value, list) and "items" in schema:
        for place, item in enumerate(value):
            yield from faults(item, schema["items"], schemas, f"{where}[{place}]")
    if isinstance(value, dict) and "properties" in schema:
        yield from (f"{where}: {name} is missing" for name in schema["required"] if name not in value)
        yield from (f"{where}: {name} is not described" for name in value if name not in schema["properties"])
        for name in schema["properties"].keys() & value.keys():
            yield from faults(value[name], schema["properties"][name], schemas, f"{where}.{name}")


_KNOWN = {"$ref", "anyOf", "enum", "type", "format", "pattern", "items", "properties", "required"} | {
    "title",
    "description",
    "default",
    "minimum",
    "maximum",
    "maxLength",
}


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _text_faults(value: str, schema: dict[str, Any], where: str) -> Iterator[str]:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{where}: {value!r} does not match {schema['pattern']}"
    if "format" in schema:
        try:
            _FORMATS[schema["format"]](value)
        except ValueError:
            yield f"{where}: {value!r} is no {schema['format']}"
