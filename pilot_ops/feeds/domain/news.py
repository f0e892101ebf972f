"""What has changed: what was published, cancelled, put off or moved, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pilot_ops.events.domain import Status
from pilot_ops.feeds.domain.values import Happening, Kind


class Change(StrEnum):
    """What happened to it."""

    PUBLISHED = "published"
    MOVED = "moved"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class News:
    """One change of a happening, and when it was made."""

    change: Change
    of: Happening
    at: datetime

    @property
    def guid(self) -> str:
        """The same for the same change however often it is read, another for another day it is moved to."""
        moved = f":{self.of.starts_at:%Y%m%dT%H%MZ}" if self.change is Change.MOVED else ""
        return f"pilot-ops:{self.of.id}:{self.change}{moved}"


def news_of(found: Iterable[Happening], *, most: int = 100) -> tuple[News, ...]:
    """The latest changes. A lunch is news only if it is cancelled: that there is one is no change."""
    news = [item for happening in found for item in _changes(happening)]
    return tuple(sorted(news, key=lambda item: (item.at, item.guid), reverse=True)[:most])


def _changes(found: Happening) -> Iterable[News]:
    if found.status is Status.CANCELLED:
        yield News(Change.CANCELLED, found, found.changed_at)
    elif found.status is Status.POSTPONED:
        yield News(Change.POSTPONED, found, found.changed_at)
    elif found.moved_from is not None:
        yield News(Change.MOVED, found, found.changed_at)
    if found.kind is Kind.EVENT and found.published_at is not None:
        yield News(Change.PUBLISHED, found, found.published_at)
