"""Cursors: where a page ends, as text that only this service needs to understand."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

import msgspec

from pilot_ops.api.domain import Key, Wrong

_SENTENCE = "This is no cursor of this list. Follow the link `next` of the page before as it is."


def write_cursor(key: Key) -> str:
    """The key of the last thing of a page as text."""
    return urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def read_cursor(text: str | None, *kinds: Any) -> Any:
    """The key that a cursor holds, of these kinds; None for no cursor. Wrong if it holds anything else."""
    if text is None:
        return None
    try:
        content = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        key = msgspec.json.decode(content, type=tuple.__class_getitem__(kinds))
        return tuple(_in_utc(part) for part in key)
    # Brackets nested too deeply are a RecursionError, a moment before the first year an OverflowError.
    except (msgspec.MsgspecError, binascii.Error, UnicodeError, RecursionError, OverflowError, ValueError):
        raise Wrong({"cursor": _SENTENCE}) from None


def _in_utc(part: Any) -> Any:
    if not isinstance(part, datetime):
        return part
    if part.tzinfo is None:
        raise ValueError("a moment must be aware")
    return part.astimezone(UTC)
