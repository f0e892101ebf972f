"""What people do with files of others: see what they would change, and have it changed."""

from pilot_ops.feeds.service.events import EventsPlan, PlannedEvent, import_events, plan_events
from pilot_ops.feeds.service.places import (
    PlacesPlan,
    PlannedPlace,
    import_places,
    import_units,
    plan_places,
    plan_units,
)

__all__ = [
    "EventsPlan",
    "PlacesPlan",
    "PlannedEvent",
    "PlannedPlace",
    "import_events",
    "import_places",
    "import_units",
    "plan_events",
    "plan_places",
    "plan_units",
]
