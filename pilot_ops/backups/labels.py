"""Sentences of backups. Those who run the service read them: names of tables are said as they are."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pilot_ops.backups.domain import Reason

_MOST_NAMED = 5


def _damaged(**details: Any) -> str:
    return str(_("Tiedosto on vioittunut: taulu %(table)s ei ole sellainen kuin se kirjoitettiin", **details))


def _file_there(**details: Any) -> str:
    return str(_("%(file)s on jo olemassa. Korvaa se valinnalla --force tai anna toinen nimi", **details))


def _no_backup(**details: Any) -> str:
    return str(_("%(file)s ei ole varmuuskopio, tai se on vioittunut", **details))


def _not_as_in_file(**details: Any) -> str:
    return str(
        _("Mitään ei muutettu: tietokanta ei säilytä taulua %(table)s sellaisena kuin se on tiedostossa", **details)
    )


def _not_empty(**details: Any) -> str:
    most = sorted(details["held"].items(), key=lambda table: -table[1])
    held = ", ".join(f"{name} {rows}" for name, rows in most[:_MOST_NAMED]) + (", …" if len(most) > _MOST_NAMED else "")
    return str(_("Tietokannassa on jo tietoja (%(held)s). Korvaa ne valinnalla --replace", held=held))


def _not_taken(**details: Any) -> str:
    return str(_("Mitään ei muutettu: tietokanta ei ota vastaan taulua %(table)s: %(cause)s", **details))


REASONS: dict[StrEnum, Any] = {
    Reason.CHANGED_SINCE: _l("Mitään ei muutettu: tiedostoa on muutettu sen jälkeen kun se tehtiin"),
    Reason.DAMAGED: _damaged,
    Reason.DATABASE_NEWER: _l("Tietokanta on uudemman version tekemä. Käytä samaa versiota tai uudempaa"),
    Reason.DIFFERENT_TABLES: _l("Tiedoston taulut eivät ole sen ilmoittaman version tauluja"),
    Reason.FILE_THERE: _file_there,
    Reason.NEWER: _l("Tiedosto on uudemman version tekemä. Käytä samaa versiota tai uudempaa"),
    Reason.NO_BACKUP: _no_backup,
    Reason.NO_FOLDER: _l("Varmuuskopioiden kansiota ei ole asetettu: PILOT_OPS_BACKUPS"),
    Reason.NOT_AS_IN_FILE: _not_as_in_file,
    Reason.NOT_EMPTY: _not_empty,
    Reason.NOT_TAKEN: _not_taken,
    Reason.NOTHING_THERE: _l("Tietokannassa ei ole vielä mitään kopioitavaa"),
}
