"""When feedback is late, what the city has not told, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from pilot_ops.kernel.errors import Refused
from pilot_ops.notices.domain import Feedback, Reason, Told, clean

# In Helsinki it is half past one in the night of 2.7.
LATE_EVENING = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)


def feedback(answered_at: datetime | None = None) -> Feedback:
    return Feedback(UUID(int=1), "", "Ei toimi", "", LATE_EVENING, answered_at)


def test_fourteen_days_are_counted_in_helsinki() -> None:
    assert feedback().answer_by == date(2026, 7, 16)
    assert not feedback().is_late(date(2026, 7, 16))
    assert feedback().is_late(date(2026, 7, 17))
    assert not feedback(LATE_EVENING).is_late(date(2026, 8, 1))


def test_what_is_not_told_is_named() -> None:
    told = Told("Kaupunki", "", "", "x@example.fi", "", "", "Traficom", "")
    assert told.missing == (
        "official",
        "privacy_contact",
        "hosting",
        "accessibility_contact",
        "supervisor_contact",
    )


@pytest.mark.parametrize(
    ("typed", "reason", "field"),
    [
        (("", "  \n ", ""), Reason.TEXT_MISSING, "text"),
        (("", "x" * 2001, ""), Reason.TEXT_LONG, "text"),
        (("x" * 201, "Ei toimi", ""), Reason.LINE_LONG, "page"),
        (("", "Ei toimi", "x" * 201), Reason.LINE_LONG, "contact"),
    ],
)
def test_too_little_and_too_much_are_refused(typed: tuple[str, str, str], reason: Reason, field: str) -> None:
    with pytest.raises(Refused) as refused:
        clean(*typed)
    assert (refused.value.reason, refused.value.field) == (reason, field)


def test_texts_are_kept_without_what_nobody_types() -> None:
    assert clean(" /lunch ", " Ei\r\ntoimi\x00 ", "") == ("/lunch", "Ei\ntoimi", "")
