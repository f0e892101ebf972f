"""A report on paper: A4 lying on its side, chief figures, perhaps a chart, and a table over its pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app

from pilot_ops.kernel.paper import write_pdf
from pilot_ops.kernel.web.i18n import page_language

# In points: what a page has beside its margins, what stands between columns, and how wide a character is for its size.
_ROOM, _GAP, _CHARACTER = 762.0, 6.0, 0.62
# In half points, the largest first: paper.css has a class for each.
_SIZES = (18, 17, 16, 15, 14, 13, 12, 11, 10)
_LEAST_NAME = 16


@dataclass(frozen=True, slots=True)
class Paper:
    """What a report says. The first column are names; the others are figures as text, ``texts`` of them words."""

    title: str
    about: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()
    texts: frozenset[int] = frozenset()
    facts: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()

    @property
    def size(self) -> int:
        """The largest type, in half points, in which no figure has to be broken; else the smallest there is."""
        room = _ROOM - _GAP * len(self.columns)
        needed = sum(self._widest(place) for place in range(len(self.columns))) * _CHARACTER / 2
        return next((size for size in _SIZES if needed * size <= room), _SIZES[-1])

    def _widest(self, place: int) -> int:
        """The characters of a column that cannot be broken: words of its head, and of words; figures whole."""
        cells = [row[place] for row in (*self.rows, self.total) if row]
        if place == 0 or place in self.texts:
            return max(_LEAST_NAME if place == 0 else 0, _longest(word for text in cells for word in text.split(" ")))
        return max(_longest(self.columns[place].split(" ")), _longest(cells))


def _longest(texts: Iterable[str]) -> int:
    return max(map(len, texts), default=0)


def print_paper(paper: Paper, template: str = "_layout/paper.html", **more: Any) -> bytes:
    """A report as PDF in the language of whoever asks; ``template`` extends the layout and gets ``more`` beside it."""
    # Not by Flask's own function: the command line has no request, of which surroundings of a page are made.
    page = current_app.jinja_env.get_template(template)
    return write_pdf(page.render(paper=paper, language=page_language(), **more))
