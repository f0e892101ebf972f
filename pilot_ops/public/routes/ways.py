"""Links to a map and to the way to a place, by the settings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from pilot_ops.events.domain import Venue
from pilot_ops.kernel.web.context import the_settings
from pilot_ops.parks.domain import Park


@dataclass(frozen=True, slots=True)
class Way:
    """Where a place is shown on a map, and the way there; empty where there is no such link."""

    map: str
    route: str


def way_to_park(park: Park) -> Way:
    """The links of a park."""
    details = park.details
    return way_to(f"{details.address}, {details.postal_code} {details.city}", details.latitude, details.longitude)


def way_to_venue(venue: Venue) -> Way:
    """The links of the place of an event."""
    return way_to(", ".join(filter(None, (venue.address, venue.city))), venue.latitude, venue.longitude)


def way_to(address: str, latitude: Decimal | None, longitude: Decimal | None) -> Way:
    """The links of a place; by its address where nobody wrote its coordinates."""
    settings, place = the_settings(), {"address": quote(address)} if address else {}
    if latitude is not None:
        place |= {"lat": f"{latitude:f}", "lon": f"{longitude:f}"}
    return Way(_link(settings.map_link, place) or _link(settings.map_search, place), _link(settings.route_link, place))


def _link(link: str, place: dict[str, str]) -> str:
    """A link with what it holds put in, or none where that is not known."""
    try:
        return link.format(**place)
    except KeyError:
        return ""
