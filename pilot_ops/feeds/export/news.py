"""RSS 2.0 of what has changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace

from pilot_ops.feeds.domain import Addresses, Change, News
from pilot_ops.feeds.export.xml import as_xml
from pilot_ops.feeds.labels import CHANGES
from pilot_ops.kernel.web.i18n import moment

_ATOM = "http://www.w3.org/2005/Atom"
_MINUTES = 15
register_namespace("atom", _ATOM)


def rss(news: Iterable[News], addresses: Addresses, *, title: str, about: str, language: str) -> bytes:
    """Changes as news, in the language of the request."""
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    own = addresses.page("/feeds/changes.rss", language)
    SubElement(channel, f"{{{_ATOM}}}link", href=own, rel="self", type="application/rss+xml")
    for name, text in (
        ("title", title),
        ("link", addresses.page("/lunch", language)),
        ("description", about),
        ("language", language),
        ("ttl", str(_MINUTES)),
    ):
        SubElement(channel, name).text = text
    items = list(news)
    if items:
        SubElement(channel, "lastBuildDate").text = _date(max(item.at for item in items))
    for item in items:
        _item(SubElement(channel, "item"), item, addresses, language)
    return as_xml(root)


def _item(element: Element, item: News, addresses: Addresses, language: str) -> None:
    name = item.of.name.to(language)
    SubElement(element, "title").text = f"{CHANGES[item.change]}: {name}"
    SubElement(element, "link").text = addresses.of(item.of, language)
    SubElement(element, "description").text = _about(item, language)
    SubElement(element, "pubDate").text = _date(item.at)
    SubElement(element, "category").text = str(CHANGES[item.change])
    SubElement(element, "guid", isPermaLink="false").text = item.guid


def _about(item: News, language: str) -> str:
    found = item.of
    when = "" if item.change is Change.POSTPONED else moment(found.starts_at)
    what = (
        found.notice.to(language) if item.change in (Change.CANCELLED, Change.POSTPONED) else found.summary.to(language)
    )
    return " – ".join(part for part in (when, found.where.name.to(language), what) if part)


def _date(value: datetime) -> str:
    return format_datetime(value, usegmt=True)
