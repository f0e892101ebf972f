"""Sentences of messages."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from pilot_ops.messages.domain import Kind, Message


def sentence_of(message: Message) -> str:
    """What needs attention, in words, with its figures."""
    facts: Any = message.facts
    match message.kind:
        case Kind.DAY_NOT_CLOSED:
            return str(_("Päivää ei ole päätetty"))
        case Kind.PARK_NOT_CLOSED_YET:
            return str(_("Ruokailu on päättynyt, mutta päivää ei ole päätetty"))
        case Kind.DAY_WITHOUT_COUNT:
            return str(_("Päivä on päätetty, mutta yhtään lasta ei ole laskettu"))
        case Kind.IMBALANCE:
            missing = int(facts.get("missing", 0))
            if missing < 0:
                return str(ngettext("%(num)s annos kirjattu liikaa", "%(num)s annosta kirjattu liikaa", -missing))
            return str(ngettext("%(num)s annos kirjaamatta", "%(num)s annosta kirjaamatta", missing))
        case Kind.MAIL_NOT_SENT:
            return str(_("Sähköpostia ei saatu perille"))
        case Kind.WRONG_CODES:
            many = int(facts.get("many", 0))
            return str(_("Vääriä lippujen koodeja on kokeiltu yli %(many)s kertaa", many=many))
        case Kind.LATE_TAPS:
            taps = int(facts.get("taps", 0))
            return str(ngettext("%(num)s myöhäinen merkintä", "%(num)s myöhäistä merkintää", taps))
