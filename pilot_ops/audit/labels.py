"""Words of the audit log."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from pilot_ops.audit.domain import Action, Flaw

ACTIONS = {
    Action.CLOSURE_ADDED: _l("Sulku lisätty"),
    Action.CLOSURE_REMOVED: _l("Sulku poistettu"),
    Action.COST_BOOKED: _l("Kulu kirjattu"),
    Action.COST_REVERSED: _l("Kulu kumottu"),
    Action.COSTS_IMPORTED: _l("Kulut tuotu tiedostosta"),
    Action.DAY_CANCELLED: _l("Päivä peruttu"),
    Action.DAY_CHANGED: _l("Päivän tietoja muutettu"),
    Action.DAY_CLOSED: _l("Päivä päätetty"),
    Action.DAY_ENTERED: _l("Päivä kirjattu paperilta"),
    Action.DAY_OPENED: _l("Päivä avattu"),
    Action.DAY_REOPENED: _l("Päivä avattu uudelleen"),
    Action.DAY_RESTORED: _l("Peruttu päivä palautettu"),
    Action.DEMO_LOADED: _l("Esittelytiedot ladattu"),
    Action.JOB_RUN: _l("Ajastettu työ ajettu käsin"),
    Action.MEALS_IMPORTED: _l("Ruokailupäivät tuotu tiedostosta"),
    Action.PARK_CHANGED: _l("Puistoa muutettu"),
    Action.PARK_CREATED: _l("Puisto lisätty"),
    Action.PILOT_CHANGED: _l("Pilottia muutettu"),
    Action.PILOT_CREATED: _l("Pilotti tehty"),
    Action.PILOT_PLANNED: _l("Ruokailupäivät suunniteltu"),
    Action.SIGN_IN_FAILED: _l("Kirjautuminen ei onnistunut"),
    Action.SIGN_IN_LINK_MADE: _l("Kirjautumislinkki tehty"),
    Action.SIGNED_IN: _l("Kirjautunut"),
    Action.TAPS_CORRECTED: _l("Lukua korjattu"),
    Action.USER_CHANGED: _l("Käyttäjää muutettu"),
    Action.USER_CREATED: _l("Käyttäjä lisätty"),
}
# The service itself, when nobody clicked: these are the names in the log.
ACTORS = {"command line": _l("komentorivi"), "timetable": _l("ajastus")}
FLAWS = {
    Flaw.CHANGED: _l("Merkintää on muutettu"),
    Flaw.MISSING: _l("Merkintä puuttuu"),
    Flaw.CUT_SHORT: _l("Lokin lopusta puuttuu merkintöjä"),
}
