"""The situation a page shows: as of which day, by what is known now or by what was known at the end of that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _

from pilot_ops.kernel.tabular import read_day


@dataclass(frozen=True, slots=True)
class Asked:
    """The situation an address asks for: a day, or None for the latest; ``then`` is as it was known on that day.

    With it what was typed, and what is wrong with that, to be said beside the field.
    """

    day: date | None = None
    typed: str = ""
    wrong: str = ""
    then: bool = False

    @property
    def known(self) -> date | None:
        """The day at whose end the figures are to have been known; None is now."""
        return self.day if self.then else None

    @property
    def again(self) -> dict[str, Any]:
        """What to ask a page for that has the field, when a page or file without one was asked for a wrong day."""
        return {"as-of": self.typed, **({"known": "then"} if self.then else {})}


def asked_situation(today: date) -> Asked:
    """What the address of this request asks for: ``as-of`` and ``known``."""
    typed = request.args.get("as-of", "").strip()
    then = request.args.get("known") == "then"
    if not typed:
        return Asked()
    try:
        day = read_day(typed)
    except ValueError:
        return Asked(typed=typed, then=then, wrong=_("Kirjoita päivä, esimerkiksi 19.6.2024"))
    if day > today:
        return Asked(typed=typed, then=then, wrong=_("Päivä on vasta tulossa. Kirjoita tämä päivä tai aiempi"))
    return Asked(day, typed, then=then)


def shown_situation(asked: Asked, day: date, *, today: date) -> dict[str, Any]:
    """What a page shows of the situation of a day: the day, and when it was known (None: now).

    ``at`` is what links carry on; ``other`` the same day known at the other time, None where that is no other.
    """
    plain = {"as-of": day.isoformat()}
    then = {**plain, "known": "then"}
    other = plain if asked.known else then if day < today else None
    return {"asked": asked, "as_of": day, "known": asked.known, "at": then if asked.known else plain, "other": other}
