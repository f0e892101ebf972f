"""The form of feedback on accessibility."""

from __future__ import annotations

from uuid import uuid4

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from pilot_ops.kernel.web.forms import Form, IdField, TextField, at_most, required
from pilot_ops.kernel.web.tongues import in_plain_finnish
from pilot_ops.notices.domain import LONGEST_LINE, LONGEST_TEXT, Reason
from pilot_ops.notices.labels import REASONS


class FeedbackForm(Form):
    """What did not work, where, and how to reach whoever wants an answer."""

    feedback_id = IdField(default=uuid4)
    text = TextAreaField(_l("Mikä ei toiminut?"), [required(REASONS[Reason.TEXT_MISSING]), at_most(LONGEST_TEXT)])
    page = TextField(_l("Missä se oli?"), longest=LONGEST_LINE)
    contact = TextField(_l("Miten vastaamme sinulle?"), longest=LONGEST_LINE)

    def values(self) -> dict[str, str]:
        """What was typed."""
        return {"page": self.page.data or "", "text": self.text.data or "", "contact": self.contact.data or ""}

    def speak_plainly(self) -> None:
        """Ask in plain Finnish, where the page is in it."""
        if in_plain_finnish():
            self.text.label.text = "Mikä on vaikeaa?"
            self.page.label.text = "Millä sivulla se on?"
            self.contact.label.text = "Sähköposti tai puhelin"
