"""Which nightly backups are kept, and when the last one is too old."""

from __future__ import annotations

from datetime import timedelta

from pilot_ops.backups.domain import is_late, nightly_name, too_many
from tests.support.builders import NOON


def test_the_newest_are_kept_and_nothing_else_is_touched() -> None:
    nights = [nightly_name((NOON + timedelta(days=day)).date()) for day in range(5)]
    others = [
        "pilot-ops-2026-13-01.zip",
        "pilot-ops-2020-01-01.zip.bak",
        "my-pilot-ops-2020-01-01.zip",
        "pilot-ops.zip",
    ]
    assert too_many([*reversed(nights), *others], kept=2) == nights[:3]
    assert too_many(nights, kept=5) == []
    assert too_many([], kept=1) == []


def test_two_days_without_one_are_too_many() -> None:
    assert is_late(None, NOON)
    assert not is_late(NOON - timedelta(days=2), NOON)
    assert is_late(NOON - timedelta(days=2, seconds=1), NOON)
