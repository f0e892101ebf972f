"""Public pages are in four tongues that a link chooses: Finnish, plain Finnish, Swedish and English.

Whoever opens one has no account and needs no cookie: the choice is in the address (``?lang=plain``), so that it stays
when the page is sent on. A page offers this by ``@by_link``; its template extends ``_layout/public.html``, writes its
plain Finnish beside its ordinary sentences, and asks ``in_plain_finnish()`` which to show.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue

from pilot_ops.kernel.text import Language

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

PARAMETER = "lang"
PLAIN = "plain"
_NAMES = {Language.FI.value: "Suomi", PLAIN: "Selkosuomi", Language.SV.value: "Svenska", Language.EN.value: "English"}


@dataclass(frozen=True, slots=True)
class Tongue:
    """One choice of the switch: the language that its name is written in, its name, and the same page in it."""

    language: str
    name: str
    href: str
    current: bool


def by_link(view: View) -> View:
    """A page whose language its address chooses, plain Finnish among them."""
    view.by_link = True  # type: ignore[attr-defined]
    return view


def asked() -> str | None:
    """The tongue that the address asks for; None where the page offers none, or none is asked for."""
    if request.endpoint is None or not getattr(current_app.view_functions[request.endpoint], "by_link", False):
        return None
    wanted = request.args.get(PARAMETER)
    return wanted if wanted in _NAMES else None


def asked_language() -> str | None:
    """The language that the address asks for: plain Finnish is Finnish."""
    wanted = asked()
    return Language.FI.value if wanted == PLAIN else wanted


def in_plain_finnish() -> bool:
    """Whether this page is to be in plain Finnish."""
    return asked() == PLAIN


def tongue_args() -> dict[str, Any]:
    """What a link to another public page takes along, so that it opens in the same tongue."""
    wanted = asked()
    return {PARAMETER: wanted} if wanted else {}


def tongues(language: str) -> list[Tongue]:
    """The choices of the switch on a page that is in this language."""
    now = PLAIN if in_plain_finnish() else language
    here = {**request.args.to_dict(), **(request.view_args or {})}
    assert request.endpoint is not None  # noqa: S101 - a page is being shown
    return [
        Tongue(
            Language.FI.value if code == PLAIN else code,
            name,
            url_for(request.endpoint, **{**here, PARAMETER: code}),
            code == now,
        )
        for code, name in _NAMES.items()
    ]


def not_to_be_found(response: Response, *, referrer: str = "no-referrer") -> Response:
    """Have a page of one person's code stay between them and us: no search engine keeps it, no link tells of it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = referrer
    return response
