"""What is wrong with a request of another program: problem details in English (RFC 9457), below ``/api/v1``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import Response, request

API = "/api/v1"
KIND = "application/problem+json"
# What to say where nobody says more.
_DETAILS = {
    400: "The request cannot be read.",
    403: "The token has no right to this.",
    404: "There is no such thing here. What there is, is listed at /api.",
    405: "The API is for reading: use GET.",
    409: "This cannot be done as things are.",
    413: "The request is too large.",
    429: "There were too many requests. Wait a moment.",
    500: "Something went wrong in the service. Try again later.",
}


def is_api() -> bool:
    """Whether this request is for the API."""
    return request.path == API or request.path.startswith(f"{API}/")


def problem(
    status: int,
    detail: str = "",
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer that says what is wrong; ``errors`` name each field of the request that is, and why."""
    title = HTTPStatus(status).phrase
    told = {"type": "about:blank", "title": title, "status": status, "detail": detail or _DETAILS.get(status, title)}
    body = json.dumps({**told, **({"errors": list(errors)} if errors else {})}, ensure_ascii=False)
    return Response(body, status, headers=dict(headers or {}), content_type=KIND)
