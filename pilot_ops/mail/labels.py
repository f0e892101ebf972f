"""Sentences of mail."""

from flask_babel import lazy_gettext as _l

from pilot_ops.mail.domain import Reason

REASONS = {Reason.NOT_AN_ADDRESS: _l("Kirjoita sähköpostiosoite, esimerkiksi nimi@example.fi")}
