"""What is told to others, and in what form: pure functions from lunches and events to what others read."""

from pilot_ops.feeds.domain.addresses import Addresses
from pilot_ops.feeds.domain.geography import events_map, parks_map
from pilot_ops.feeds.domain.happenings import (
    LunchWords,
    event_of,
    gatherings,
    lunch_of,
    lunches_id,
    where_of_park,
)
from pilot_ops.feeds.domain.incoming import (
    AUDIENCE_OF,
    Doing,
    FileProblem,
    IncomingEvent,
    IncomingPlace,
    IncomingUnit,
)
from pilot_ops.feeds.domain.linked import event_status, faults, linked_event, linked_feed, linked_gathering
from pilot_ops.feeds.domain.news import Change, News, news_of
from pilot_ops.feeds.domain.schema import json_ld, json_ld_list
from pilot_ops.feeds.domain.values import LANGUAGES, Gathering, Happening, Kind, Reason, Where
from pilot_ops.feeds.domain.words import as_html, clean_title, from_html, says_cancelled, short

__all__ = [
    "AUDIENCE_OF",
    "LANGUAGES",
    "Addresses",
    "Change",
    "Doing",
    "FileProblem",
    "Gathering",
    "Happening",
    "IncomingEvent",
    "IncomingPlace",
    "IncomingUnit",
    "Kind",
    "LunchWords",
    "News",
    "Reason",
    "Where",
    "as_html",
    "clean_title",
    "event_of",
    "event_status",
    "events_map",
    "faults",
    "from_html",
    "gatherings",
    "json_ld",
    "json_ld_list",
    "linked_event",
    "linked_feed",
    "linked_gathering",
    "lunch_of",
    "lunches_id",
    "news_of",
    "parks_map",
    "says_cancelled",
    "short",
    "where_of_park",
]
