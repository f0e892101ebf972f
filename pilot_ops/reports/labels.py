"""Words of the follow-up report's pages."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilot_ops.kernel.text import Language
from pilot_ops.reports.domain import Block, Field, Reason

LANGUAGES = {Language.FI: "Suomi", Language.SV: "Svenska", Language.EN: "English"}

BLOCKS = {
    Block.INTRODUCTION: _l("Johdanto"),
    Block.RESULTS: _l("Tulokset sanoin"),
    Block.FUNDING: _l("Rahoitus"),
    Block.RESOURCES: _l("Resurssit"),
    Block.NEXT_YEAR: _l("Seuraava vuosi sanoin"),
    Block.PILOT: _l("Puistoruokailupilotti sanoin"),
}

FIELDS = {
    Field.ADDED: _l("lisättyjä toimenpiteitä"),
    Field.ADMINISTRATION: _l("hallinnon kustannukset"),
    Field.BUDGET: _l("määräraha"),
    Field.CANCELLED: _l("peruuntuneita toimenpiteitä"),
    Field.IN_EFFECT: _l("toimenpiteitä voimassa"),
    Field.MEASURES: _l("toimenpiteiden kustannukset"),
    Field.PARTICIPATIONS: _l("osallistumisia"),
    Field.PLANNED: _l("toimenpiteitä suunnitelmassa"),
    Field.RESIDENTS: _l("tavoitettuja asukkaita"),
    Field.TOTAL: _l("kustannukset yhteensä"),
}

REASONS = {
    Reason.CHANGED_MEANWHILE: _l("Joku muu ehti tallentaa. Avaa sivu uudelleen ja tee muutoksesi sen jälkeen"),
    Reason.TEXT_TOO_LONG: lambda most: _("Lyhennä teksti: enintään %(most)s merkkiä", most=most),
    Reason.UNKNOWN_FIELD: lambda name: _("Lukua {%(name)s} ei ole. Valitse luku luettelosta", name=name),
}
