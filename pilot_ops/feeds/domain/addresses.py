"""Where the public pages and feeds are, as links from outside the service."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from pilot_ops.feeds.domain.values import Happening, Kind


@dataclass(frozen=True, slots=True)
class Addresses:
    """Links to public pages. ``base`` is the service's public address, ``register`` that of Linked Events."""

    base: str
    register: str

    @property
    def host(self) -> str:
        return urlsplit(self.base).hostname or "localhost"

    def page(self, path: str, language: str = "") -> str:
        """A public page, in a language if one is asked for."""
        return f"{self.base}{path}" + (f"?lang={language}" if language else "")

    def subscribe(self, path: str, language: str = "") -> str:
        """The same for a calendar to open: it subscribes to what it finds there."""
        return "webcal:" + self.page(path, language).partition(":")[2]

    def park(self, park_id: UUID, language: str = "") -> str:
        return self.page(f"/lunch/{park_id}", language)

    def event(self, event_id: UUID, language: str = "") -> str:
        return self.page(f"/outdoors/{event_id}", language)

    def of(self, found: Happening, language: str = "") -> str:
        """The page that tells of a happening: the event's own, or that of the park of a lunch."""
        if found.kind is Kind.LUNCH and found.park_id is not None:
            return self.park(found.park_id, language)
        return self.event(found.id, language)

    def keyword(self, name: str) -> str:
        return f"{self.register}/keyword/{name}/"

    def place(self, name: str) -> str:
        return f"{self.register}/place/{name}/"

    def language(self, name: str) -> str:
        return f"{self.register}/language/{name}/"

    def linked(self, name: str) -> str:
        """The address that names an event or a place of ours in Linked Events: where in what document it is."""
        return f"{self.base}/feeds/linked-events.json#{name}"
