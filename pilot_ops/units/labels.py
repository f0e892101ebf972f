"""What is said of a unit's accessibility: in Finnish, Swedish and English, and beside it in plain Finnish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from pilot_ops.units.domain import Profile, Reason, Unit

REASONS = {
    Reason.IN_USE: _l("Paikkaa käytetään puistona tai lippujen paikkana. Valitse ensin lippujen paikalle toinen")
}

PROFILES: dict[Profile, tuple[Any, str]] = {
    Profile.WHEELCHAIR: (_l("Pyörätuolilla"), "Jos sinulla on pyörätuoli"),
    Profile.REDUCED_MOBILITY: (_l("Kun kävely on vaikeaa"), "Jos sinun on vaikea kävellä"),
    Profile.ROLLATOR: (_l("Rollaattorilla"), "Jos sinulla on rollaattori"),
    Profile.STROLLER: (_l("Rattailla"), "Jos sinulla on rattaat"),
    Profile.VISUALLY_IMPAIRED: (_l("Näkövammaiselle"), "Jos näet huonosti"),
    Profile.HEARING_AID: (_l("Kuulolaitteella"), "Jos sinulla on kuulolaite"),
}
NONE: tuple[Any, str] = (_l("%(whom)s: ei tunnettuja puutteita"), "%(whom)s: emme tiedä ongelmista")
SOME: tuple[Any, str] = (
    _l("%(whom)s: tunnettuja puutteita %(count)s"),
    "%(whom)s: voi olla vaikeaa. Puutteita on %(count)s",
)
SOURCE: tuple[Any, str] = (_l("Lähde: Palvelukartta"), "Katso lisää Palvelukartasta")


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known for a profile: an icon's name and the words beside it."""

    icon: str
    text: str


def unit_facts(unit: Unit, *, plain: bool = False) -> list[Fact]:
    """A unit's accessibility in the reader's language, or in plain Finnish; what is not told is left out."""
    return [
        _fact(profile, unit.shortcomings[profile], int(plain)) for profile in Profile if profile in unit.shortcomings
    ]


def _fact(profile: Profile, count: int, which: int) -> Fact:
    sentence = str((SOME if count else NONE)[which])
    return Fact(ICONS[bool(count)], sentence % {"whom": PROFILES[profile][which], "count": count})


# Never the colour alone: a mark and a word.
ICONS = {False: "check", True: "alert-triangle"}
