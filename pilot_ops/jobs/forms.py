"""The form that runs a job by hand."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from pilot_ops.kernel.web.forms import DayField, Form


class JobForm(Form):
    """The day a job is run for."""

    day = DayField(_l("Päivä"))
