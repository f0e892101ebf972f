"""For search engines: the map of the public pages, each in its languages, and which pages are none of theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace

from pilot_ops.feeds.domain import LANGUAGES, Addresses, Happening
from pilot_ops.feeds.domain.linked import moment
from pilot_ops.feeds.export.xml import as_xml

PAGES = ("/lunch", "/outdoors", "/feeds", "/accessibility", "/privacy", "/cookies")
_MAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_HTML = "http://www.w3.org/1999/xhtml"
register_namespace("", _MAP)
register_namespace("xhtml", _HTML)


def sitemap(pages: Iterable[str], parks: Iterable[str], events: Iterable[Happening], addresses: Addresses) -> bytes:
    """Every public page once for each language, with its other languages beside it."""
    root = Element(f"{{{_MAP}}}urlset")
    found: list[tuple[str, datetime | None]] = [(path, None) for path in pages]
    found += [(f"/lunch/{park}", None) for park in parks]
    found += [(f"/outdoors/{event.id}", event.changed_at) for event in events]
    for path, changed_at in found:
        for language in LANGUAGES:
            _url(root, path, language, changed_at, addresses)
    return as_xml(root)


def _url(root: Element, path: str, language: str, changed_at: datetime | None, addresses: Addresses) -> None:
    url = SubElement(root, f"{{{_MAP}}}url")
    SubElement(url, f"{{{_MAP}}}loc").text = addresses.page(path, language)
    if changed_at is not None:
        SubElement(url, f"{{{_MAP}}}lastmod").text = moment(changed_at)
    others = [(other, addresses.page(path, other)) for other in LANGUAGES]
    for other, href in (*others, ("x-default", addresses.page(path))):
        SubElement(url, f"{{{_HTML}}}link", rel="alternate", hreflang=other, href=href)


def robots(paths: Sequence[str], addresses: Addresses) -> bytes:
    """Public pages and what they are drawn with may be read, nothing else: all other pages are somebody's work."""
    allowed = [f"Allow: {path}" for path in (*paths, "/static/", "/sitemap.xml")]
    lines = ["User-agent: *", *allowed, "Disallow: /", "", f"Sitemap: {addresses.page('/sitemap.xml')}", ""]
    return "\n".join(lines).encode()
