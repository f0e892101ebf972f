"""Sentences about parks."""

from flask_babel import lazy_gettext as _l

from pilot_ops.parks.domain import Reason

REASONS = {
    Reason.NAME_MISSING: _l("Kirjoita puiston nimi"),
    Reason.NAME_TAKEN: _l("Tämän niminen puisto on jo olemassa"),
    Reason.ADDRESS_MISSING: _l("Kirjoita katuosoite, esimerkiksi Kirstintie 24"),
    Reason.POSTAL_CODE_WRONG: _l("Kirjoita postinumero, esimerkiksi 02760"),
    Reason.CITY_MISSING: _l("Kirjoita kunta"),
    Reason.LATITUDE_WRONG: _l("Leveysaste on enintään 90. Kirjoita esimerkiksi 60,2055"),
    Reason.LONGITUDE_WRONG: _l("Pituusaste on enintään 180. Kirjoita esimerkiksi 24,6559"),
    Reason.OTHER_COORDINATE_MISSING: _l("Kirjoita molemmat koordinaatit tai jätä molemmat pois"),
    Reason.UNKNOWN_PARK: _l("Puistoa ei löydy. Valitse puisto luettelosta"),
}
