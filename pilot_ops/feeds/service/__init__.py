"""What people do with files of others: see what they would change, and have it changed."""

from pilot_ops.feeds.service.events import EventsPlan, PlannedEvent, import_events, plan_events
from pilot_ops.feeds.service.places import PlacesPlan, PlannedPark, import_places, plan_places

__all__ = [
    "EventsPlan",
    "PlacesPlan",
    "PlannedEvent",
    "PlannedPark",
    "import_events",
    "import_places",
    "plan_events",
    "plan_places",
]
