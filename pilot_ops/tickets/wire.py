"""What the page's script sends of a scan: read strictly."""

from __future__ import annotations

from uuid import UUID

import msgspec

from pilot_ops.tickets.domain import Action

_SCANS = {Action.HAND_OUT, Action.USE, Action.UNDO_HAND_OUT}


class BadScan(ValueError):
    """The message is not one of ours."""


class Sent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A scan: a code at a place, or what is to be undone."""

    id: UUID
    action: Action
    place: UUID
    code: str = ""
    group: UUID | None = None
    confirmed: bool = False
    undoes: UUID | None = None


_sent = msgspec.json.Decoder(Sent)


def read_sent(content: bytes) -> Sent:
    """A scan as it was sent. BadScan if it is none."""
    try:
        sent = _sent.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as broken:
        raise BadScan from broken
    if sent.action not in _SCANS or (sent.action is Action.UNDO_HAND_OUT) != (sent.undoes is not None):
        raise BadScan
    return sent
