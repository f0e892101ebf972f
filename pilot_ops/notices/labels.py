"""Words of the notices."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilot_ops.notices.domain import Reason, Store

REASONS = {
    Reason.TEXT_MISSING: _l("Kirjoita, mikä ei toiminut"),
    Reason.TEXT_LONG: lambda most: str(_("Lyhennä teksti: enintään %(max)d merkkiä", max=most)),
    Reason.LINE_LONG: lambda most: str(_("Lyhennä teksti: enintään %(max)d merkkiä", max=most)),
}
STORES = {
    Store.COOKIE: _l("eväste"),
    Store.LOCAL_STORAGE: _l("selaimen muisti"),
    Store.INDEXED_DB: _l("selaimen tietokanta"),
    Store.CACHE: _l("selaimen välimuisti"),
}
# What the city must tell, by its name in ``Told``: what it is, and the setting that says it.
TOLD = {
    "controller": (_l("Rekisterinpitäjä"), "PILOT_OPS_CONTROLLER"),
    "official": (_l("Vastuuhenkilö"), "PILOT_OPS_PRIVACY_OFFICIAL"),
    "privacy_contact": (_l("Yhteyshenkilö tietosuoja-asioissa"), "PILOT_OPS_PRIVACY_CONTACT"),
    "officer": (_l("Tietosuojavastaava"), "PILOT_OPS_DATA_PROTECTION_OFFICER"),
    "hosting": (_l("Kuka ylläpitää palvelimia ja missä"), "PILOT_OPS_HOSTING"),
    "accessibility_contact": (_l("Yhteystieto saavutettavuusasioissa"), "PILOT_OPS_ACCESSIBILITY_CONTACT"),
    "supervisor": (_l("Saavutettavuuden valvoja"), "PILOT_OPS_SUPERVISOR"),
    "supervisor_contact": (_l("Saavutettavuuden valvojan yhteystieto"), "PILOT_OPS_SUPERVISOR_CONTACT"),
}
