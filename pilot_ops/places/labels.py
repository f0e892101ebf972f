"""Sentences about places."""

from flask_babel import lazy_gettext as _l

from pilot_ops.places.domain import Kind, Reason

KINDS = {Kind.POINT: _l("Jakopiste"), Kind.VENUE: _l("Käyttöpaikka")}
TITLES = {Kind.POINT: _l("Jakopisteet"), Kind.VENUE: _l("Käyttöpaikat")}

REASONS = {
    Reason.NAME_MISSING: _l("Kirjoita nimi"),
    Reason.NAME_TAKEN: _l("Tämän niminen on jo olemassa. Anna toinen nimi"),
    Reason.LINK_WRONG: _l("Kirjoita osoite, joka alkaa https://"),
    Reason.UNKNOWN_PLACE: _l("Paikkaa ei löydy. Valitse paikka luettelosta"),
    Reason.UNKNOWN_UNIT: _l("Paikkaa ei enää ole Palvelukartan paikoissa. Valitse toinen"),
    Reason.UNKNOWN_GROUP: _l("Asiakasryhmää ei löydy. Valitse ryhmä luettelosta"),
}
