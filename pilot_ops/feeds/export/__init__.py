"""Lunches and events as files that programs read: calendars, news and maps of the site."""

from pilot_ops.feeds.export.calendar import calendar
from pilot_ops.feeds.export.news import rss
from pilot_ops.feeds.export.site import robots, sitemap

__all__ = ["calendar", "robots", "rss", "sitemap"]
