"""Who came to events and what they cost, as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from pilot_ops.events.domain import Attendance, Closing, Event, reach_of
from pilot_ops.events.labels import STATUSES
from pilot_ops.kernel.tabular import write_csv, write_xlsx
from pilot_ops.kernel.web.i18n import day_plain, money, number, page_language
from pilot_ops.kernel.web.paper import Paper, print_paper

_NAMES = ("date", "event", "venue", "status", "participants", "helpers", "weather", "cost", "note")


def write_report(
    events: Sequence[Event], came: Mapping[UUID, Attendance], closings: Mapping[UUID, Closing], kind: str
) -> bytes:
    """The events as ``csv``, ``xlsx`` or ``json``, a row each.

    Of one that is not closed weather, cost and note are empty. In JSON the cost is a decimal string of two places, as
    in the report of costs; null where there is none.
    """
    rows: list[list[Any]] = []
    for event in events:
        closing = closings.get(event.id, Closing())
        who = came[event.id]
        what = [event.day, event.name.fi, event.details.venue.name.fi, event.status.value]
        rows.append([*what, who.participants, who.helpers, closing.weather or "", closing.cost, closing.note])
    if kind == "json":
        return _json(rows)
    return write_xlsx("events", _NAMES, rows) if kind == "xlsx" else write_csv(_NAMES, rows)


def _json(rows: list[list[Any]]) -> bytes:
    events = [dict(zip(_NAMES, row, strict=True)) for row in rows]
    for event in events:
        event["date"] = event["date"].isoformat()
        event["weather"] = event["weather"] or None
        event["cost"] = event["cost"].decimal() if event["cost"] is not None else None
    return (json.dumps({"currency": "EUR", "events": events}, ensure_ascii=False, indent=2) + "\n").encode()


def write_paper(
    events: Sequence[Event], came: Mapping[UUID, Attendance], closings: Mapping[UUID, Closing], days: Sequence[date]
) -> bytes:
    """The same as PDF in the language of whoever asks, with the sums; ``days`` are the first and last of the period."""
    language = page_language()
    rows = []
    for event in events:
        words = [event.name.to(language), day_plain(event.day), event.details.venue.name.to(language)]
        rows.append([*words, str(STATUSES[event.status]), *_figures(came[event.id], closings.get(event.id))])
    reach = reach_of(events, came, closings)
    paper = Paper(
        title=_("Tapahtumien osallistujat ja kulut"),
        about=" – ".join(day_plain(day) for day in days),
        caption=_("Tapahtumat"),
        columns=(_("Tapahtuma"), _("Päivä"), _("Paikka"), _("Tila"), _("Osallistujia"), _("Avustajia"), _("Kulu")),
        texts=frozenset({1, 2, 3}),
        rows=rows,
        total=[
            *(_("Yhteensä"), "", "", ""),
            *(number(reach.participants), number(reach.helpers), money(reach.cost)),
        ],
        notes=[
            _("Sama ihminen kahdessa tapahtumassa on kaksi osallistumista."),
            _("Summat ovat ilman arvonlisäveroa."),
        ],
    )
    return print_paper(paper)


def _figures(who: Attendance, closing: Closing | None) -> tuple[str, str, str]:
    """Who came and what it cost. Of an event that was not held nothing is said: it is no event to which nobody came."""
    if closing is None and not who.participants:
        return ("–", "–", "–")
    return (number(who.participants), number(who.helpers), money(closing.cost) if closing else "–")
