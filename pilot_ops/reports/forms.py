"""Forms of the follow-up report."""

from __future__ import annotations

from uuid import uuid4

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField

from pilot_ops.kernel.web.forms import Form, IdField


class TextForm(Form):
    """A text of the report, and the version that was looked at."""

    text = TextAreaField(_l("Teksti"))
    seen = HiddenField()


class KeepForm(Form):
    """Keeping the report as it stands."""

    version_id = IdField(default=uuid4)
