"""What each job does, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

JOBS = {
    "backup": _l("Tekee varmuuskopion ja poistaa niistä vanhimmat"),
    "delete-feedback": _l("Poistaa palautteen saavutettavuudesta, kun vastauksesta on 90 päivää"),
    "delete-prints": _l("Poistaa viikkoa vanhemmat tulostustiedostot"),
    "delete-sign-ups": _l("Poistaa päättyneiden tapahtumien ilmoittautuneiden tiedot"),
    "forget-mail": _l("Unohtaa, mitkä viestit lähtivät yli kolme kuukautta sitten"),
    "nightly-check": _l("Etsii kahden viikon ajalta päättämättömät päivät, erot ja myöhäiset merkinnät"),
    "open-days": _l("Avaa päivän ruokailut"),
    "remind-parks": _l("Muistuttaa puistoa tunti ruokailun jälkeen, jos päivää ei ole päätetty"),
    "tell-coordinator": _l("Kertoo koordinaattorille, mitkä päivät ovat päättämättä"),
}
