"""The description of the API in OpenAPI 3.1, made from its resources and the types that they ask and give."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from pilot_ops.api.domain import Scope
from pilot_ops.api.wire import Problem, parameters_of

VERSION = "1.0.0"
OPENAPI = "3.1.0"
_REF = "#/components/schemas/{name}"
_IN_PATH = re.compile(r"<uuid:(\w+)>")
_ABOUT = """Reads what Pilot Ops knows, for reports and analyses. Nothing is written here.

Send a token in the header `Authorization: Bearer TOKEN`; administrators make them. A list comes in pages: follow `next`
until it is null. Each answer has an `ETag`: send it back in `If-None-Match`, and what has not changed is answered 304.
What is wrong is told as problem details (RFC 9457). Money is in euro, net of VAT, as a decimal string; days are those
of Europe/Helsinki, moments UTC. Texts that people type freely are not told, and nothing of any person is.
"""
_REFUSALS = {
    "400": "A parameter is wrong: `errors` names it.",
    "401": "There is no token, or it is not in force.",
    "403": "The token has no right to this.",
    "404": "There is no such thing.",
    "429": "There were too many requests: `Retry-After` says how many seconds to wait.",
}
_ETAG = {"description": "Marks this very content.", "required": True, "schema": {"type": "string"}}
_LINK = {
    "description": 'The next page, as `<address>; rel="next"`, where there is one.',
    "required": False,
    "schema": {"type": "string"},
}


@dataclass(frozen=True, slots=True)
class Resource:
    """An address of the API: what it asks and gives, and the right that it needs (None: any token will do)."""

    path: str
    name: str
    about: str
    asks: type[msgspec.Struct]
    gives: type[msgspec.Struct]
    scope: Scope | None
    more: str = ""

    @property
    def address(self) -> str:
        """The path as OpenAPI writes it."""
        return _IN_PATH.sub(r"{\1}", self.path)

    @property
    def path_names(self) -> list[str]:
        return _IN_PATH.findall(self.path)


def document(resources: Sequence[Resource], server: str) -> dict[str, Any]:
    """The whole description; ``server`` is the address that the paths are below."""
    kinds: list[Any] = [Problem, *(one.gives for one in resources)]
    kinds += [kind for one in resources for _name, kind, _default in parameters_of(one.asks)]
    shapes, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    parameters = iter(shapes[1 + len(resources) :])
    paths = {one.address: {"get": _operation(one, parameters)} for one in resources}
    paths["/openapi.json"] = {"get": _itself()}
    return {
        "openapi": OPENAPI,
        "info": {"title": "Pilot Ops", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": {name: _tidy(shape) for name, shape in sorted(components.items())},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(one: Resource, shapes: Iterable[dict[str, Any]]) -> dict[str, Any]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        for name in one.path_names
    ]
    in_query = [
        _parameter(name, default, shape)
        for (name, _kind, default), shape in zip(parameters_of(one.asks), shapes, strict=False)
    ]
    may_be = {"400": bool(in_query), "404": bool(one.path_names)}
    refusals = {code: _refusal(text) for code, text in _REFUSALS.items() if may_be.get(code, True)}
    return {
        "operationId": one.name,
        "summary": one.about,
        "description": one.more,
        "security": [{"token": [one.scope.value] if one.scope else []}],
        "parameters": [*in_path, *in_query],
        "responses": {
            "200": _given(one.gives),
            "304": {"description": "It is as it was.", "headers": {"ETag": _ETAG}},
            **refusals,
        },
    }


def _parameter(name: str, default: Any, shape: dict[str, Any]) -> dict[str, Any]:
    schema = {key: value for key, value in shape.items() if key != "description"}
    told = {"name": name, "in": "query", "required": False, "description": shape.get("description", "")}
    return {**told, "schema": schema if default is None else {**schema, "default": msgspec.to_builtins(default)}}


def _given(kind: type[msgspec.Struct]) -> dict[str, Any]:
    is_page = any(field.name == "next" for field in msgspec.structs.fields(kind))
    return {
        "description": "What was asked.",
        "headers": {"ETag": _ETAG, **({"Link": _LINK} if is_page else {})},
        "content": {"application/json": {"schema": {"$ref": _REF.format(name=kind.__name__)}}},
    }


def _refusal(text: str) -> dict[str, Any]:
    return {
        "description": text,
        "content": {"application/problem+json": {"schema": {"$ref": _REF.format(name=Problem.__name__)}}},
    }


def _itself() -> dict[str, Any]:
    return {
        "operationId": "openapi",
        "summary": "This description",
        "description": "Needs no token.",
        "security": [],
        "responses": {
            "200": {
                "description": "OpenAPI 3.1.",
                "headers": {"ETag": _ETAG},
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            "304": {"description": "It is as it was.", "headers": {"ETag": _ETAG}},
        },
    }


def _tidy(shape: dict[str, Any]) -> dict[str, Any]:
    """A schema whose description lost the margin that it has in the code."""
    return {**shape, "description": inspect.cleandoc(shape["description"])} if "description" in shape else shape


@dataclass(frozen=True, slots=True)
class Line:
    """A parameter or a field, as a line of a table."""

    name: str
    kind: str
    about: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An address as a section of a page: what it asks, and the fields of what it gives (of a list, of each thing)."""

    name: str
    address: str
    title: str
    about: str
    scope: str
    asks: tuple[Line, ...]
    gives: tuple[Line, ...]
    is_list: bool


def readable(described: dict[str, Any]) -> tuple[Operation, ...]:
    """The description for people."""
    schemas = described["components"]["schemas"]
    return tuple(
        _readable(address, path["get"], schemas)
        for address, path in described["paths"].items()
        if "parameters" in path["get"]
    )


def _readable(address: str, operation: dict[str, Any], schemas: dict[str, Any]) -> Operation:
    shape = schemas[_name(operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"])]
    is_list = "data" in shape["properties"]
    thing = schemas[_name(shape["properties"]["data"]["items"]["$ref"])] if is_list else shape
    return Operation(
        name=operation["operationId"],
        address=address,
        title=operation["summary"],
        about=operation["description"],
        scope=" ".join(operation["security"][0]["token"]),
        asks=tuple(
            _line(one["name"], one["schema"], schemas, one.get("description", "")) for one in operation["parameters"]
        ),
        gives=tuple(_fields(thing, schemas)),
        is_list=is_list,
    )


def _name(ref: str) -> str:
    return ref.rpartition("/")[2]


def _fields(shape: dict[str, Any], schemas: dict[str, Any], before: str = "") -> Iterable[Line]:
    """The fields of a thing, and of the things in it."""
    for name, field in shape["properties"].items():
        inner = field.get("items", field)
        inside = schemas.get(_name(inner.get("$ref", "")), {})
        yield _line(before + name, field, schemas)
        if "properties" in inside:
            yield from _fields(inside, schemas, f"{before}{name}{'[]' if 'items' in field else ''}.")


def _line(name: str, shape: dict[str, Any], schemas: dict[str, Any], about: str = "") -> Line:
    parts = [part for part in shape.get("anyOf", [shape]) if part.get("type") != "null"]
    kinds = [_kind(part, schemas) for part in parts]
    kinds += ["null"] if len(parts) < len(shape.get("anyOf", [shape])) else []
    told = (
        about or shape.get("description") or next((part["description"] for part in parts if "description" in part), "")
    )
    limits = [f"{shape['minimum']}–{shape['maximum']}"] if "maximum" in shape else []
    limits += [f"{shape['default']} unless given"] if "default" in shape else []
    return Line(name, " / ".join(kinds), " ".join([told, f"({', '.join(limits)})" if limits else ""]).strip())


def _kind(shape: dict[str, Any], schemas: dict[str, Any]) -> str:
    if "$ref" in shape:
        target = schemas[_name(shape["$ref"])]
        return " | ".join(target["enum"]) if "enum" in target else _name(shape["$ref"])
    if "items" in shape:
        return f"[{_kind(shape['items'], schemas)}]"
    if "anyOf" in shape:
        return " / ".join(_kind(part, schemas) for part in shape["anyOf"])
    return str(shape.get("format", shape["type"]))
