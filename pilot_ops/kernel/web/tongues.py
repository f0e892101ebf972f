"""Public pages are in four tongues that a link chooses: Finnish, plain Finnish, Swedish and English.

Whoever opens one has no account and needs no cookie: the choice is in the address (``?lang=plain``), so that it stays
when the page is sent on. A page offers this by ``@by_link``; its template extends ``_layout/public.html``, writes its
plain Finnish beside its ordinary sentences, and asks ``in_plain_finnish()`` which to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request, url_for
from flask.typing import ResponseReturnValue

from pilot_ops.kernel.text import Language

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

PARAMETER = "lang"
PLAIN = "plain"
# Each with the short name that a narrow screen shows, and what it lacks of the whole one.
_NAMES = {
    Language.FI.value: ("Suomi", "FI", " Suomi"),
    PLAIN: ("Selkosuomi", "Selkosuomi", ""),
    Language.SV.value: ("Svenska", "SV", " Svenska"),
    Language.EN.value: ("English", "EN", " English"),
}
_MORE = "pilot_ops_more_tongues"


@dataclass(frozen=True, slots=True)
class Tongue:
    """One choice of the switch: the language that its name is written in, its name, and the same page in it."""

    language: str
    name: str
    href: str
    current: bool
    code: str
    short: str
    rest: str


@dataclass(frozen=True, slots=True)
class MoreTongue:
    """A further language in which some pages are written: its name in itself, and how it runs."""

    code: str
    name: str
    direction: str = "ltr"


def by_link(view: View) -> View:
    """A page whose language its address chooses, plain Finnish among them."""
    view.by_link = True  # type: ignore[attr-defined]
    return view


def by_link_and_more(view: View) -> View:
    """A page ``by_link`` that is also written in every further language that is offered."""
    view.more_tongues = True  # type: ignore[attr-defined]
    return by_link(view)


def offer(app: Flask, more: Iterable[MoreTongue]) -> None:
    """Offer further languages on the pages that are written in them."""
    app.extensions[_MORE] = {tongue.code: tongue for tongue in more}


def _more() -> Mapping[str, MoreTongue]:
    """The further languages of this page."""
    view = current_app.view_functions[request.endpoint] if request.endpoint else None
    found: Mapping[str, MoreTongue] = current_app.extensions.get(_MORE, {})
    return found if getattr(view, "more_tongues", False) else {}


def further() -> MoreTongue | None:
    """The further language that this page is in, if it is in one."""
    return _more().get(asked() or "")


def asked() -> str | None:
    """The tongue that the address asks for; None where the page offers none, or none is asked for."""
    if request.endpoint is None or not getattr(current_app.view_functions[request.endpoint], "by_link", False):
        return None
    wanted = request.args.get(PARAMETER)
    return wanted if wanted in _NAMES or wanted in _more() else None


def asked_language() -> str | None:
    """The language that the address asks for: plain Finnish is Finnish, and so is what a further language lacks."""
    wanted = asked()
    return Language.FI.value if wanted == PLAIN or wanted in _more() else wanted


def in_plain_finnish() -> bool:
    """Whether this page is to be in plain Finnish."""
    return asked() == PLAIN


def tongue_args() -> dict[str, Any]:
    """What a link to another public page takes along, so that it opens in the same tongue."""
    wanted = asked()
    return {PARAMETER: wanted} if wanted else {}


def tongues(language: str) -> list[Tongue]:
    """The choices of the switch on a page that is in this language."""
    more = _more()
    now = asked() if in_plain_finnish() or asked() in more else language
    names = {**_NAMES, **{code: (tongue.name, tongue.name, "") for code, tongue in more.items()}}
    return [
        Tongue(
            Language.FI.value if code == PLAIN else code, name, url_for(**_here(code)), code == now, code, short, rest
        )
        for code, (name, short, rest) in names.items()
    ]


def _here(code: str) -> dict[str, Any]:
    """This page in a tongue; one that is kept for everybody takes nothing else of its address along."""
    assert request.endpoint is not None  # noqa: S101 - a page is being shown
    only = getattr(current_app.view_functions[request.endpoint], "only_tongue", False)
    asked_for = {} if only else {name: value for name, value in request.args.items() if _is_plain(name)}
    return {"endpoint": request.endpoint, **asked_for, **(request.view_args or {}), PARAMETER: code}


def _is_plain(name: str) -> bool:
    """Whether a name in an address means nothing to ``url_for``: a link must lead to this page, whatever is asked."""
    return name != "endpoint" and not name.startswith("_")


def not_to_be_found(response: Response, *, referrer: str = "no-referrer") -> Response:
    """Have a page of one person's code stay between them and us: no search engine keeps it, no link tells of it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = referrer
    return response
