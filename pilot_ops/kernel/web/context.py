"""What every template may use besides its own values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, flash, get_flashed_messages, request, url_for
from flask_babel import gettext

from pilot_ops.kernel.access import Permission, Role
from pilot_ops.kernel.settings import Settings
from pilot_ops.kernel.text import Language
from pilot_ops.kernel.web.guard import find_actor
from pilot_ops.kernel.web.i18n import LANGUAGE_NAMES, page_language


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main menu: where it leads, its label in the request's language, and who sees it."""

    endpoint: str
    label: Callable[[], str]
    icon: str
    permission: Permission


@dataclass(frozen=True, slots=True)
class NavLink:
    """A menu entry as the template draws it."""

    href: str
    label: str
    icon: str
    current: bool


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """One language of the switch."""

    code: str
    label: str
    current: bool


def set_up(app: Flask, navigation: Sequence[NavItem], first: Mapping[Role, Sequence[str]]) -> None:
    """Give every template the same surroundings; ``first`` are the endpoints that a role's menu begins with."""

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        settings = the_settings()
        return {
            "actor": find_actor(),
            "nav": _nav(navigation, first),
            "languages": [LanguageLink(code, LANGUAGE_NAMES[code], code == page_language()) for code in Language],
            "language_url": url_for("accounts.change_language"),
            "sign_out_url": url_for("accounts.sign_out"),
            "phone_url": url_for("sync.phone"),
            "account_url": url_for("accounts.own_account"),
            "service_name": "Pilot Ops",
            "programme_name": settings.programme,
            "municipality": settings.municipality,
            "page_language": page_language(),
            "notices": get_flashed_messages(with_categories=True),
            "Permission": Permission,
        }


def _nav(navigation: Sequence[NavItem], first: Mapping[Role, Sequence[str]]) -> list[NavLink]:
    who = find_actor()
    if who is None:
        return []
    begins = {endpoint: place for place, endpoint in enumerate(first.get(who.role, ()))}
    ordered = sorted(navigation, key=lambda item: begins.get(item.endpoint, len(begins)))
    seen = [(url_for(item.endpoint), item) for item in ordered if who.may(item.permission)]
    # Handing out is below tickets and has an entry of its own: only the nearest entry is where one is.
    around = [href for href, _item in seen if request.endpoint and request.path.startswith(href)]
    current = max(around, key=len, default="")
    return [NavLink(href, item.label(), item.icon, href == current) for href, item in seen]


def the_settings() -> Settings:
    """The settings of the running app."""
    return current_app.config["PILOT_OPS"]  # type: ignore[no-any-return]


def tell(text: str, kind: str = "ok") -> None:
    """Say what was done on the next page; kind is ok, warn or err."""
    flash(text, kind)


def translate_later(text: str) -> Callable[[], str]:
    """A sentence for tables made at import, translated when it is shown."""
    return lambda: gettext(text)
