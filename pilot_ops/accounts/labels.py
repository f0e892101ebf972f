"""Sentences about accounts, and the names of roles."""

from flask_babel import lazy_gettext as _l

from pilot_ops.accounts.domain import Reason
from pilot_ops.kernel.access import Role

ROLES = {
    Role.PARK_STAFF: _l("Puiston henkilökunta"),
    Role.COORDINATOR: _l("Koordinaattori"),
    Role.POINT_STAFF: _l("Jakopisteen henkilökunta"),
    Role.VENUE: _l("Lippujen käyttöpaikka"),
    Role.MANAGER: _l("Ohjelmapäällikkö"),
    Role.ADMINISTRATOR: _l("Pääkäyttäjä"),
}

REASONS = {
    Reason.EMAIL_WRONG: _l("Kirjoita sähköpostiosoite, esimerkiksi etunimi.sukunimi@example.fi"),
    Reason.EMAIL_TAKEN: _l("Tällä osoitteella on jo tunnus"),
    Reason.NAME_MISSING: _l("Kirjoita nimi"),
    Reason.PARKS_MISSING: _l("Valitse ainakin yksi puisto"),
    Reason.PLACES_MISSING: _l("Valitse ainakin yksi jakopiste tai käyttöpaikka"),
    Reason.PLACE_OF_OTHER_KIND: _l("Jakopisteen henkilökunta työskentelee jakopisteessä, käyttöpaikan käyttöpaikassa"),
    Reason.PASSWORD_SHORT: _l("Keksi pidempi salasana: vähintään 12 merkkiä"),
    Reason.PASSWORD_LONG: _l("Lyhennä salasanaa: enintään 200 merkkiä"),
    Reason.PASSWORD_IS_EMAIL: _l("Salasana ei voi olla sama kuin sähköpostiosoite"),
    Reason.PASSWORD_WRONG: _l("Nykyinen salasana ei täsmää. Kirjoita se uudelleen"),
    Reason.SIGN_IN_WRONG: _l("Osoite tai salasana ei täsmää. Tarkista molemmat"),
    Reason.LINK_DEAD: _l("Linkki on jo käytetty tai vanhentunut. Pyydä uusi linkki"),
    Reason.LAST_ADMINISTRATOR: _l("Hän on ainoa pääkäyttäjä. Tee ensin toisesta henkilöstä pääkäyttäjä"),
    Reason.CHANGED_MEANWHILE: _l("Joku muutti näitä tietoja juuri. Avaa henkilö uudelleen ja tee muutoksesi siihen"),
    Reason.NOT_YOURSELF: _l("Et voi muuttaa omaa rooliasi tai sulkea omaa tunnustasi"),
}
