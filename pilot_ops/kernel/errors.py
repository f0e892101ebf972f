"""How "no" travels: three kinds of denial, raised by rules and answered at the edge."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Denial(Exception):
    """A request that is understood and not granted. Never a bug."""


class Refused(Denial):
    """A rule says no (409). ``reason`` is a member of the slice's own enum; ``field`` the form field it belongs to.

    ``details`` are the figures the sentence for people needs, e.g. ``{"served": 85, "delivered": 80}``.
    """

    def __init__(self, reason: StrEnum, field: str | None = None, **details: Any) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.field = field
        self.details = details


class NotFound(Denial):
    """No such thing, or none that this person may know of (404)."""


class Forbidden(Denial):
    """The actor lacks a permission, or the park is not theirs (403)."""

    def __init__(self, permission: StrEnum) -> None:
        super().__init__(permission.value)
        self.permission = permission
