"""The form of the survey."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from pilot_ops.kernel.web.forms import Form, IdField, TextField, chosen, enum_choices
from pilot_ops.surveys.domain import LONGEST_LINE, SCALE, Answer, Otherwise, Reason
from pilot_ops.surveys.labels import FEELINGS, OTHERWISE, REASONS


def _feelings() -> list[tuple[int, Any]]:
    return [(value, FEELINGS[value]) for value in SCALE]


class SurveyForm(Form):
    """How somebody felt before and after, whether they would have gone otherwise, and a line in their own words."""

    answer_id = IdField(default=uuid4)
    before = RadioField(
        _l("Miten voit ennen käyntiä?"), [chosen(REASONS[Reason.BEFORE_MISSING])], coerce=int, choices=_feelings
    )
    after = RadioField(
        _l("Miten voit käynnin jälkeen?"), [chosen(REASONS[Reason.AFTER_MISSING])], coerce=int, choices=_feelings
    )
    otherwise = RadioField(
        _l("Olisitko mennyt ilman tätä lippua?"),
        [chosen(_l("Valitse, olisitko mennyt ilman tätä lippua"))],
        choices=lambda: enum_choices(Otherwise, OTHERWISE),
    )
    line = TextField(_l("Haluatko kertoa jotain muuta?"), longest=LONGEST_LINE)

    def answer(self, type_id: UUID, day: date) -> Answer:
        """What was answered, of a ticket of this type."""
        return Answer(
            id=self.answer_id.data,
            type_id=type_id,
            month=day,
            before=self.before.data,
            after=self.after.data,
            otherwise=Otherwise(self.otherwise.data),
            line=self.line.data or "",
        )
