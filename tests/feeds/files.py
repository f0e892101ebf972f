"""Files of others, as their interfaces answer."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

EVENT: dict[str, Any] = {
    "id": "espoo:af3bxyz",
    "@id": "https://api.espoo.fi/events/v1/event/espoo:af3bxyz/",
    "@context": "http://schema.org",
    "@type": "Event/LinkedEvent",
    "name": {"fi": "Hiihtokoulu lapsille", "sv": "Skidskola för barn"},
    "short_description": {"fi": "Opi hiihtämään.", "sv": "Lär dig åka skidor."},
    "description": {"fi": "<p>Opi hiihtämään.</p><p>Sukset saa lainaksi.</p>", "sv": "<p>Skidor finns att låna.</p>"},
    "start_time": "2027-02-13T08:00:00Z",
    "end_time": "2027-02-13T10:00:00Z",
    "event_status": "EventScheduled",
    "publication_status": "public",
    "type_id": "General",
    "keywords": [{"@id": "https://api.espoo.fi/events/v1/keyword/yso:p7071/"}],
    "location": {
        "id": "tprek:41000",
        "@id": "https://api.espoo.fi/events/v1/place/tprek:41000/",
        "name": {"fi": "Oittaan ulkoilukeskus", "sv": "Oittans friluftscenter", "en": None},
        "street_address": {"fi": "Kunnarlantie 33"},
        "address_locality": {"fi": "Espoo"},
        "position": {"type": "Point", "coordinates": [24.660912345, 60.2381]},
    },
    "offers": [{"is_free": True, "price": None, "description": None, "info_url": None}],
    "audience": [{"@id": "https://api.espoo.fi/events/v1/keyword/espoo:a1/"}],
    "in_language": [{"@id": "https://api.espoo.fi/events/v1/language/sv/"}],
    "provider": {"fi": "Espoon liikuntapalvelut"},
    "info_url": {"fi": "https://www.espoo.fi/hiihtokoulu"},
    "maximum_attendee_capacity": 15,
    "super_event": None,
    "super_event_type": None,
    "images": [],
    "custom_data": {"anything": ["else"]},
}

UNIT: dict[str, Any] = {
    "id": 20355,
    "name": {"fi": "Soukan asukaspuisto", "sv": "Sökö invånarpark", "en": "Soukka residents' park"},
    "street_address": {"fi": "Soukankaari 10", "sv": "Sökösvängen 10"},
    "address_zip": "02360",
    "municipality": "espoo",
    "location": {"type": "Point", "coordinates": [24.67141999, 60.1385]},
    "phone": "+358 9 816 00000",
    "accessibility_shortcoming_count": {"wheelchair": 3, "stroller": 0, "rollator": 2},
    "connections": [
        {"section_type": "TOPICAL", "name": {"fi": "Tiedote"}},
        {"section_type": "OPENING_HOURS", "name": {"fi": "ma–pe 8–16", "sv": "må–fr 8–16"}},
    ],
}


def event(**different: Any) -> dict[str, Any]:
    """An event of the city's calendar; any field may differ."""
    return deepcopy(EVENT) | different


def unit(**different: Any) -> dict[str, Any]:
    """A residents' park of the service map; any field may differ."""
    return deepcopy(UNIT) | different


def page_of(*events: Any) -> bytes:
    """A page of Linked Events."""
    meta = {"count": len(events), "next": None, "previous": None}
    return json.dumps({"meta": meta, "data": list(events)}, ensure_ascii=False).encode()


def results(*units: Any) -> bytes:
    """A page of the service map."""
    return json.dumps({"count": len(units), "next": None, "results": list(units)}, ensure_ascii=False).encode()
