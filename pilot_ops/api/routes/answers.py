"""How a resource is declared and answered. ``@resource`` is all that a further one needs: OpenAPI follows from it."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

import msgspec
from flask import Blueprint, Response, make_response, request, url_for
from flask.typing import ResponseReturnValue

from pilot_ops.api.domain import Found, Scope, Wrong
from pilot_ops.api.export import Resource
from pilot_ops.api.routes.door import the_token
from pilot_ops.api.wire import read_asked, write_cursor
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.web.context import the_settings
from pilot_ops.kernel.web.guard import with_token
from pilot_ops.kernel.web.problems import API, problem

Read = TypeVar("Read", bound=Callable[..., Any])

RESOURCES: list[Resource] = []


def resource(
    bp: Blueprint,
    path: str,
    *,
    asks: type[msgspec.Struct],
    gives: type[msgspec.Struct],
    scope: Scope | None = None,
    about: str,
) -> Callable[[Read], Read]:
    """Have ``read(session, token, asked, **path)`` answer an address below ``/api/v1``.

    ``asks`` are its parameters, ``gives`` its answer (of a list the page, whose data ``read`` returns as Found),
    ``scope`` the right that it needs (None: any token will do), and ``about`` one line for people.
    """

    def declare(read: Read) -> Read:
        def view(**arguments: Any) -> ResponseReturnValue:
            try:
                asked = read_asked(asks, request.args.to_dict(flat=False))
                with reading() as session:
                    found = read(session, the_token(), asked, **arguments)
            except Wrong as wrong:
                return problem(400, "Something that is asked cannot be.", errors=wrong.errors)
            return answer(_page(gives, found) if isinstance(found, Found) else found)

        view.__doc__ = read.__doc__
        guarded = with_token(scope.value if scope else "")(view)
        bp.add_url_rule(f"{API}{path}", read.__name__, guarded, methods=["GET"])
        RESOURCES.append(Resource(path, read.__name__, about, asks, gives, scope, inspect.getdoc(read) or ""))
        return read

    return declare


def _page(gives: type[msgspec.Struct], found: Found) -> msgspec.Struct:
    """A page, with the address of the next one: the same as this, but for the cursor."""
    if found.after is None:
        return gives(data=found.data)
    assert request.endpoint is not None  # noqa: S101 - it is being answered
    asked: dict[str, Any] = {**(request.view_args or {}), **request.args, "cursor": write_cursor(found.after)}
    return gives(data=found.data, next=the_settings().public_url + url_for(request.endpoint, **asked))


def answer(told: Any) -> Response:
    """The answer as JSON, marked by its content: whoever has it already is told so without it."""
    body = msgspec.json.encode(told)
    response = make_response(body)
    response.content_type = "application/json"
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization"
    if getattr(told, "next", None):
        response.headers["Link"] = f'<{told.next}>; rel="next"'
    return cast("Response", response.make_conditional(request))
