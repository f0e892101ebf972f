"""Words and sentences of sign-ups, in the page's language and in plain Finnish."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from pilot_ops.kernel.web.tongues import in_plain_finnish
from pilot_ops.signups.domain import Need, Reason, SignUp, State

NEEDS = {
    Need.WHEELCHAIR: _l("Käytän pyörätuolia"),
    Need.ASSISTANT: _l("Mukaan tulee avustaja"),
    Need.SIGN_LANGUAGE: _l("Tarvitsen viittomakielen tulkkauksen"),
    Need.GUIDE_DOG: _l("Mukaan tulee opaskoira"),
    Need.QUIET_PLACE: _l("Tarvitsen rauhallisen paikan"),
    Need.TRANSPORT_AID: _l("Haluan lainata liikkumisen apuvälineen"),
}
PLAIN_NEEDS = {
    Need.WHEELCHAIR: "Minulla on pyörätuoli",
    Need.ASSISTANT: "Minulla on avustaja mukana",
    Need.SIGN_LANGUAGE: "Tarvitsen viittomakielen tulkin",
    Need.GUIDE_DOG: "Minulla on opaskoira",
    Need.QUIET_PLACE: "Tarvitsen rauhallisen paikan",
    Need.TRANSPORT_AID: "Haluan lainata apuvälineen",
}
# As the list of who runs the event says them.
SHORT_NEEDS = {
    Need.WHEELCHAIR: _l("pyörätuoli"),
    Need.ASSISTANT: _l("avustaja mukana"),
    Need.SIGN_LANGUAGE: _l("viittomakieli"),
    Need.GUIDE_DOG: _l("opaskoira"),
    Need.QUIET_PLACE: _l("rauhallinen paikka"),
    Need.TRANSPORT_AID: _l("apuväline lainaan"),
}
STATES = {State.IN: _l("Mukana"), State.WAITING: _l("Jonossa"), State.CANCELLED: _l("Peruttu")}


def _too_many(most: int) -> str:
    if in_plain_finnish():
        return f"Tapahtumaan mahtuu enintään {most}. Kirjoita pienempi luku."
    return str(
        ngettext(
            "Tapahtumaan mahtuu enintään %(num)s henkilö. Pienennä määrää.",
            "Tapahtumaan mahtuu enintään %(num)s henkilöä. Pienennä määrää.",
            most,
        )
    )


REASONS: dict[Reason, Any] = {
    Reason.CONTACT_WRONG: _l("Kirjoita sähköpostiosoite tai puhelinnumero, tai jätä kohta tyhjäksi"),
    Reason.EVENT_CLOSED: _l("Tähän tapahtumaan ei voi nyt ilmoittautua"),
    Reason.GONE: _l("Tämä ilmoittautuminen on peruttu. Ilmoittaudu uudelleen."),
    Reason.ID_REUSED: _l("Tämä lomake on jo lähetetty. Avaa sivu uudelleen, jos haluat ilmoittaa lisää ihmisiä."),
    Reason.NAME_MISSING: _l("Kirjoita etunimi tai lempinimi"),
    Reason.NAME_TOO_LONG: lambda most: _("Lyhennä nimeä: enintään %(most)s merkkiä", most=most),
    Reason.NOTE_TOO_LONG: lambda most: _("Lyhennä viestiä: enintään %(most)s merkkiä", most=most),
    Reason.NO_ROOM: lambda left: (
        _("Paikkoja on jäljellä %(left)s. Nykyinen ilmoittautumisesi on voimassa.", left=left)
        if left
        else _("Paikkoja ei ole enempää. Nykyinen ilmoittautumisesi on voimassa.")
    ),
    Reason.PEOPLE_WRONG: lambda most: _("Kirjoita, montako teitä tulee: 1–%(most)s", most=most),
    Reason.PHONE_WRONG: _l("Kirjoita puhelinnumero numeroin, tai jätä kohta tyhjäksi"),
    Reason.TOO_MANY: _too_many,
}


def needs_of(sign_up: SignUp) -> list[str]:
    """What somebody needs, as the list of who runs the event says it."""
    return [str(label) for need, label in SHORT_NEEDS.items() if need in sign_up.details.needs]
