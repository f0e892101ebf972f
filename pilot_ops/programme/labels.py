"""Words of the programme."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilot_ops.programme.domain import Account, PartKind, Reason, Status

STATUSES = {
    Status.PLANNED: _l("Suunniteltu"),
    Status.RUNNING: _l("Käynnissä"),
    Status.DONE: _l("Toteutettu"),
    Status.CANCELLED: _l("Peruuntunut"),
}
# How a status is marked, as ``tag--…``.
STATUS_KINDS = {Status.PLANNED: "plain", Status.RUNNING: "plain", Status.DONE: "ok", Status.CANCELLED: "err"}

ACCOUNTS = {
    Account.MEASURE: _l("Toimenpide"),
    Account.NOT_ITEMISED: _l("Erittelemättömät toimenpiteet"),
    Account.ADMINISTRATION: _l("Hallinto"),
}

PART_KINDS = {
    PartKind.PILOT: _l("Ruokailupilotti"),
    PartKind.SERIES: _l("Tapahtumasarja"),
    PartKind.EVENT: _l("Tapahtuma"),
    PartKind.TICKET_TYPE: _l("Lippulaji"),
}

REASONS = {
    Reason.ACCOUNT_WITHOUT_MEASURE: _l("Valitse toimenpide, hallinto tai erittelemätön"),
    Reason.ALREADY_REVERSED: _l("Meno on jo kumottu"),
    Reason.AMOUNT_MISSING: _l("Kirjoita summa"),
    Reason.AMOUNT_TOO_LARGE: _l("Summa on liian suuri. Tarkista se"),
    Reason.BUDGET_NEGATIVE: _l("Määräraha ei voi olla negatiivinen"),
    Reason.CANCELLED_WITHOUT_REASON: _l("Kerro, miksi toimenpide peruuntui"),
    Reason.CHANGED_MEANWHILE: _l(
        "Joku muu ehti muuttaa toimenpidettä. Avaa se uudelleen ja tee muutoksesi sen jälkeen"
    ),
    Reason.COUNTS_TOO_SMALL: _l("Peruuntuneita ei voi olla enempää kuin suunniteltuja ja lisättyjä yhteensä"),
    Reason.DAY_OF_ANOTHER_YEAR: lambda year: _("Kirjoita vuoden %(year)s päivä", year=year),
    Reason.DAY_TOO_EARLY: lambda year: _("Päivä ei voi olla ennen vuotta %(year)s", year=year),
    Reason.DECIDED_BY_MISSING: _l("Kirjoita, kuka päätti, esimerkiksi ohjausryhmä"),
    Reason.DESCRIPTION_MISSING: _l("Kirjoita selite"),
    Reason.FUTURE_DAY: _l("Päivä on vasta tulossa"),
    Reason.ID_REUSED: _l("Lomake on jo lähetetty toisella sisällöllä. Avaa se uudelleen"),
    Reason.MEASURE_OF_ANOTHER_YEAR: _l("Toimenpide on toiselta vuodelta"),
    Reason.NAME_MISSING: _l("Kirjoita nimi suomeksi"),
    Reason.NAME_TAKEN: _l("Vuodella on jo samanniminen toimenpide"),
    Reason.PART_TAKEN: lambda name: _("%(name)s kuuluu jo toiseen toimenpiteeseen", name=name),
    Reason.QUANTITY_MISSING: _l("Kirjoita lippujen nimi, määrä ja käyttökerrat"),
    Reason.REASON_MISSING: _l("Kerro syy"),
    Reason.REVERSAL_OF_REVERSAL: _l("Kumousta ei voi kumota. Kirjaa meno uudelleen"),
    Reason.REVERSAL_TOO_EARLY: _l("Kumouksen päivä ei voi olla ennen menon päivää"),
    Reason.TEXT_MISSING: _l("Kirjoita, mitä päätettiin"),
    Reason.UNKNOWN_PART: _l("Valitse vain vuoden omia kohteita"),
    Reason.UNKNOWN_TARGET: _l("Hyötytavoitteella on toimenpiteitä. Poista se niistä ensin"),
    Reason.YEAR_TAKEN: _l("Vuosi on jo ohjelmassa"),
    Reason.YEAR_WRONG: lambda first, last: _("Kirjoita vuosi väliltä %(first)s–%(last)s", first=first, last=last),
}
