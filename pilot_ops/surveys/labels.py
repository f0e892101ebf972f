"""Words and sentences of the survey."""

from flask_babel import lazy_gettext as _l

from pilot_ops.surveys.domain import Otherwise, Reason

FEELINGS = {
    1: _l("Erittäin huonosti"),
    2: _l("Huonosti"),
    3: _l("En hyvin enkä huonosti"),
    4: _l("Hyvin"),
    5: _l("Erittäin hyvin"),
}
OTHERWISE = {Otherwise.YES: _l("Kyllä"), Otherwise.PERHAPS: _l("Ehkä"), Otherwise.NO: _l("En")}

REASONS = {
    Reason.AFTER_MISSING: _l("Valitse, miten voit käynnin jälkeen"),
    Reason.BEFORE_MISSING: _l("Valitse, miten voit ennen käyntiä"),
    Reason.LINE_TOO_LONG: _l("Lyhennä vastausta: enintään 500 merkkiä"),
    Reason.NO_TURN_LEFT: _l("Tämän lipun käynneistä on jo vastattu"),
}
