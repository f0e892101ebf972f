"""Addresses of the API: its resources, the page about it, and the tokens."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask

from pilot_ops.api.routes.door import check
from pilot_ops.kernel.web.guard import check_tokens

bp = Blueprint("api", __name__)
bp.record_once(lambda state: check_tokens(cast("Flask", state.app), check))

from pilot_ops.api.routes import about, resources, tokens  # noqa: E402 - they add their addresses to bp

__all__ = ["about", "bp", "resources", "tokens"]
