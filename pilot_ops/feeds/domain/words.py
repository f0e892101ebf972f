"""Titles, summaries and texts as other calendars want them."""

from __future__ import annotations

import re
from html import escape, unescape

from pilot_ops.events.domain import LONGEST_SUMMARY
from pilot_ops.kernel.text import Translated, plain, tidy

# Words that belong into the status: those who only read titles have no other way to tell, but nobody can count on them.
_NEWS = r"(?:PERUTTU|PERUUTETTU|PERUNTUNUT|SIIRRETTY|LYKÄTTY|INSTÄLLT|INSTÄLLD|FRAMFLYTTAT|CANCELL?ED|POSTPONED)"
_BEFORE = re.compile(rf"^\s*[\[(*!]*\s*{_NEWS}\b\s*[\])*!]*\s*[:!–—-]*\s*", re.IGNORECASE)
_AFTER = re.compile(rf"\s*[–—:-]?\s*[\[(*!]+\s*{_NEWS}\s*[\])*!]+\s*$|\s+[–—:-]+\s*{_NEWS}\s*[!*]*\s*$", re.IGNORECASE)
_CANCELLED = re.compile(r"\b(?:PERUTTU|PERUUTETTU|PERUNTUNUT|INSTÄLLT|INSTÄLLD|CANCELL?ED)\b", re.IGNORECASE)
_BREAK = re.compile(r"<\s*(?:br\s*/?|/p|/li|/h[1-6]|/div)\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
# What no browser shows: scripts, styles and remarks; one without an end goes on to the end of the text.
_UNSEEN = re.compile(r"(?:<(script|style)\b[^<>]*>.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z))", re.IGNORECASE | re.DOTALL)
_LINES = re.compile(r"\n{3,}")


def clean_title(text: str) -> str:
    """A title without ``PERUTTU`` and its like around it; a title of nothing else stays."""
    cleaned = _AFTER.sub("", _BEFORE.sub("", text)).strip()
    return cleaned or text.strip()


def says_cancelled(text: str) -> bool:
    """Whether a title says that the event is cancelled, as some write it instead of the status."""
    return clean_title(text) != text.strip() and bool(_CANCELLED.search(text))


def short(text: str) -> str:
    """A text of at most 160 characters: cut between words, with an ellipsis."""
    line = tidy(text)
    if len(line) <= LONGEST_SUMMARY:
        return line
    cut = line[: LONGEST_SUMMARY - 1]
    head = cut.rpartition(" ")[0] or cut
    return head.rstrip(" ,;:–-") + "…"


def as_html(text: str) -> str:
    """Plain text as the paragraphs of HTML that a long text is in Linked Events."""
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    return "".join(f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in paragraphs)


def from_html(text: str) -> str:
    """A long text of others as plain text with paragraphs; whatever else the HTML says is left out."""
    seen = _UNSEEN.sub("", text)
    broken = _BREAK.sub(lambda found: "\n" if "br" in found[0].lower() else "\n\n", seen)
    bare = unescape(_TAG.sub("", broken))
    lines = [" ".join(line.split()) for line in plain(bare).split("\n")]
    return _LINES.sub("\n\n", "\n".join(lines)).strip()


def each(text: Translated) -> dict[str, str]:
    """The languages that a text exists in."""
    found = {"fi": text.fi, "sv": text.sv, "en": text.en}
    return {language: words for language, words in found.items() if words}
