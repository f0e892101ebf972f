"""Text for people in three languages, Finnish first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
    return " ".join(text.split()).casefold()
