"""How to get help, as the city wrote it, with addresses and numbers that can be pressed."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_WEB = r"https?://[^\s,;]+[^\s,;.]"
# At least six digits: opening hours are none.
_CALL = r"\+?\d(?:[ -]?\d){5,14}"
_FOUND = re.compile(rf"(?P<web>{_WEB})|(?P<mail>{_MAIL})|(?P<call>(?<!\d){_CALL}(?!\d))")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the text, and where it leads if it leads anywhere."""

    text: str
    href: str = ""


def pieces(text: str) -> list[Piece]:
    """A text cut into plain words, e-mail addresses, telephone numbers and links."""
    found: list[Piece] = []
    end = 0
    for match in _FOUND.finditer(text):
        if match.start() > end:
            found.append(Piece(text[end : match.start()]))
        found.append(Piece(match[0], _href(match)))
        end = match.end()
    return [*found, Piece(text[end:])] if text[end:] else found


def _href(match: re.Match[str]) -> str:
    if match["mail"]:
        return f"mailto:{match[0]}"
    return f"tel:{re.sub('[ -]', '', match[0])}" if match["call"] else match[0]
