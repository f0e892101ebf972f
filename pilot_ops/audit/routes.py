"""The page of the audit log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from pilot_ops.audit import queries
from pilot_ops.audit.domain import Action, Entry, Verdict
from pilot_ops.audit.labels import ACTIONS, ACTORS, FIELDS, FLAWS
from pilot_ops.audit.service import verify_log
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.db import reading
from pilot_ops.kernel.web.guard import requires

bp = Blueprint("audit", __name__)
_PAGE = 50
_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Change:
    """One value of an entry, as it was and as it became; None where there was none."""

    name: str
    before: Any
    after: Any


@bp.get("/audit")
@requires(Permission.AUDIT_VIEW)
def audit() -> ResponseReturnValue:
    """The log, the newest first, fifty at a time."""
    return _page(None)


@bp.post("/audit/verify")
@requires(Permission.AUDIT_VIEW)
def verify() -> ResponseReturnValue:
    """Walk the whole chain and say whether it is as it was written."""
    with reading() as session:
        verdict = verify_log(session)
    return _page(verdict)


def _page(verdict: Verdict | None) -> ResponseReturnValue:
    action = request.args.get("action", "")
    text = request.args.get("text", "").strip()
    before = request.args.get("before", type=_number)
    with reading() as session:
        found = queries.list_entries(session, before_seq=before, action=action, text=text, most=_PAGE + 1)
    return render_template(
        "audit/audit.html",
        entries=[(entry, _changes(entry)) for entry in found[:_PAGE]],
        older=found[_PAGE - 1].seq if len(found) > _PAGE else None,
        action=action,
        text=text,
        actions=ACTIONS,
        actors=ACTORS,
        names={member.value: ACTIONS[member] for member in Action},
        flaws=FLAWS,
        fields=FIELDS,
        verdict=verdict,
    )


def _number(text: str) -> int:
    """The number of an entry. ValueError for what can be none."""
    if not text.isascii() or not text.isdecimal() or len(text) > _LONGEST_NUMBER:
        raise ValueError(text)
    return int(text)


def _changes(entry: Entry) -> list[Change]:
    before, after = _values(entry.before), _values(entry.after)
    return [Change(name, before.get(name), after.get(name)) for name in sorted({*before, *after})]


def _values(text: str) -> Mapping[str, Any]:
    """The values of an entry; none if somebody put something else there: the page must still show the rest."""
    try:
        found = json.loads(text)
    except (ValueError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
