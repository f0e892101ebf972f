"""Text for people in three languages, Finnish first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize

# Control characters and what is no character at all: nobody types them, and neither HTML, Excel nor PostgreSQL can hold
# them all. Tab and line feed stay.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


class Language(StrEnum):
    """The languages every page exists in."""

    FI = "fi"
    SV = "sv"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Translated:
    """A name or sentence in Finnish and, where given, Swedish and English; Finnish is the fallback."""

    fi: str
    sv: str = ""
    en: str = ""

    def to(self, language: str) -> str:
        """The text in a language, or in Finnish if that one is missing."""
        return {"fi": self.fi, "sv": self.sv, "en": self.en}.get(language) or self.fi


def fold(text: str) -> str:
    """A text without case and stray spaces, for comparing names that people type."""
    return normalize("NFC", " ".join(text.split()).casefold())


def plain(text: str) -> str:
    """A text without control characters, its lines ended by a line feed, as it is kept and written into files.

    Some keyboards and file systems write ``ä`` as two characters; it is kept as one.
    """
    return normalize("NFC", _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def tidy(text: str) -> str:
    """One line of plain text with single spaces, as names are kept."""
    return " ".join(plain(text).split())
