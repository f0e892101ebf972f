"""What a scan came to, in words: the same for the result page and for the page's script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.text import Translated
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.kernel.web.i18n import moment, number, page_language
from pilot_ops.places.queries import find_name
from pilot_ops.tickets import queries
from pilot_ops.tickets.domain import Action, Outcome, Reason, Shape, Symbol, time_to_undo
from pilot_ops.tickets.labels import NEXT_OF_HAND_OUT, NEXT_OF_USE, REASONS

# Of a code that is none of ours there is nothing to show.
_NO_LOOK = Translated(""), Shape.TICKET, Symbol.TICKET


@dataclass(frozen=True, slots=True)
class Shown:
    """A result as people see it. ``kind`` is ok, warn or bad; ``slip`` are lines of label and value.

    ``undoes`` is what may be taken back, for ``undo_seconds`` more; ``asks`` whether it was for a second person.
    """

    kind: str
    headline: str
    text: str
    next: str
    title: str
    label: str
    symbol: str
    slip: tuple[tuple[str, str], ...]
    undoes: UUID | None = None
    undo_seconds: int = 0
    asks: bool = False


def show(session: Session, outcome: Outcome, at: datetime) -> Shown:
    """An outcome in the reader's language, with what may be done about it at a moment."""
    name, shape, symbol = _NO_LOOK if outcome.type_id is None else queries.get_look(session, outcome.type_id)
    text, following = _text(outcome, shape)
    is_given = outcome.done and outcome.action is Action.HAND_OUT
    seconds = int(time_to_undo(outcome.at, at).total_seconds()) if is_given else 0
    return Shown(
        kind=_kind(outcome),
        headline=_headline(outcome),
        text=text,
        next=following,
        title=name.to(page_language()),
        label=outcome.label,
        symbol=symbol.value,
        slip=tuple(_slip(session, outcome)),
        undoes=outcome.id if seconds else None,
        undo_seconds=seconds,
        asks=outcome.reason is Reason.SCANNED_JUST_NOW,
    )


def not_done(text: str) -> Shown:
    """What came to nothing, not even to an outcome, and why."""
    return Shown("bad", str(_("Ei onnistunut")), text, "", "", "", "ticket", ())


def _kind(outcome: Outcome) -> str:
    if outcome.done:
        return "ok"
    return "warn" if outcome.reason is Reason.SCANNED_JUST_NOW else "bad"


def _headline(outcome: Outcome) -> str:
    if outcome.reason is Reason.UNKNOWN_CODE:
        return str(_("Koodia ei tunneta"))
    if outcome.reason is Reason.SCANNED_JUST_NOW:
        return str(_("Sama lippu äsken"))
    refused = {Action.HAND_OUT: _("Älä luovuta"), Action.USE: _("Lippu ei kelpaa")}
    done = {
        Action.HAND_OUT: _("Luovutettu"),
        Action.USE: _("Tervetuloa"),
        Action.UNDO_HAND_OUT: _("Luovutus kumottu"),
    }
    return str((done if outcome.done else refused)[outcome.action])


def _text(outcome: Outcome, shape: Shape) -> tuple[str, str]:
    """What is so, and what to do next."""
    if outcome.reason is Reason.UNKNOWN_CODE:
        return str(_("Skannaa uudelleen tai kirjoita koodi.")), ""
    if outcome.reason is not None:
        following = NEXT_OF_HAND_OUT if outcome.action is Action.HAND_OUT else NEXT_OF_USE
        return sentence_of(Refused(outcome.reason), REASONS) + ".", str(following.get(outcome.reason, ""))
    if outcome.action is Action.UNDO_HAND_OUT:
        return str(_("Pidä lippu jakopisteessä.")), ""
    if outcome.action is Action.USE:
        return _left(outcome), ""
    return str(_("Anna ranneke asiakkaalle.") if shape is Shape.WRISTBAND else _("Anna lippu asiakkaalle.")), ""


def _left(outcome: Outcome) -> str:
    left = outcome.left or 0
    if left == 0:
        return str(_("Lippu on nyt käytetty loppuun.") if (outcome.uses or 1) > 1 else _("Lippu on nyt käytetty."))
    return str(ngettext("%(num)s käynti jäljellä.", "%(num)s käyntiä jäljellä.", left))


def _slip(session: Session, outcome: Outcome) -> list[tuple[str, str]]:
    lines = []
    place = str(_("Jakopiste") if outcome.action is not Action.USE else _("Käyttöpaikka"))
    before = outcome.reason is not None and outcome.seen_at is not None
    if before and outcome.seen_at:
        given = outcome.action is Action.HAND_OUT
        lines.append((str(_("Luovutettu") if given else _("Viimeksi käytetty")), moment(outcome.seen_at)))
        lines.append((place, _name(session, outcome.seen_place_id)))
    elif outcome.reason is Reason.OTHER_POINT:
        # Where the ticket belongs is what whoever holds it has to know; where they are, they know.
        lines.append((str(_("Lipun jakopiste")), _name(session, outcome.seen_place_id)))
        lines.append((str(_("Skannattu")), f"{_name(session, outcome.place_id)}, {moment(outcome.at)}"))
    else:
        lines += [(place, _name(session, outcome.place_id)), (str(_("Aika")), moment(outcome.at))]
    if outcome.point_left is not None and outcome.done:
        lines.append((str(_("Pisteessä jäljellä")), str(_("%(number)s kpl", number=number(outcome.point_left)))))
    if outcome.action is Action.USE and outcome.left is not None:
        lines.append((str(_("Käyntejä jäljellä")), f"{outcome.left} / {outcome.uses}"))
    return lines


def _name(session: Session, place_id: UUID | None) -> str:
    return (find_name(session, place_id) if place_id else "") or "–"
