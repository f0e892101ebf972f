"""Further languages: one file of texts each, so that a city adds one without code."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pilot_ops.kernel.settings import PREFIX, BadSettings
from pilot_ops.public.labels.texts import TEXTS

_DAYS = 7
_DIRECTIONS = {"ltr", "rtl"}


@dataclass(frozen=True, slots=True)
class Further:
    """The texts of a further language. ``clock`` stands between hours and minutes."""

    code: str
    name: str
    direction: str
    weekdays: tuple[str, ...]
    clock: str
    texts: dict[str, str]


def load(codes: Iterable[str], folder: Path) -> dict[str, Further]:
    """The languages of these codes, from a city's folder or else from ours. BadSettings names all that is missing."""
    problems: list[str] = []
    found = {}
    for code in codes:
        try:
            found[code] = read(code, _content(code, folder))
        except ValueError as wrong:
            problems.append(f"{PREFIX}MORE_LANGUAGES: {code}: {wrong}")
    if problems:
        raise BadSettings(problems)
    return found


def _content(code: str, folder: Path) -> str:
    own = folder / f"{code}.json"
    ours = files("pilot_ops.public").joinpath("languages", f"{code}.json")
    file = own if own.is_file() else ours
    if not file.is_file():
        raise ValueError(f"there is no {own}")
    return file.read_text(encoding="utf-8")


def read(code: str, content: str) -> Further:
    """A language from the content of its file. ValueError says what is wrong with it."""
    given: Any = json.loads(content)
    if not isinstance(given, dict):
        raise ValueError("the file must hold one object")
    texts, weekdays = given.get("texts", {}), given.get("weekdays", [])
    missing = sorted(key for key in TEXTS if not _is_text(texts.get(key)))
    if missing:
        raise ValueError(f"texts are missing: {', '.join(missing)}")
    _check_variables(texts)
    if len(weekdays) != _DAYS or not all(map(_is_text, weekdays)):
        raise ValueError("weekdays must be seven names from Monday on")
    name, direction, clock = str(given.get("name", "")), given.get("direction", "ltr"), str(given.get("clock", "."))
    if not name.strip() or direction not in _DIRECTIONS or not clock:
        raise ValueError("name, direction (ltr or rtl) and clock must be texts")
    return Further(code, name, direction, tuple(weekdays), clock, {key: texts[key] for key in TEXTS})


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _check_variables(texts: dict[str, str]) -> None:
    """Each text has the variables of ours and no others."""
    for key, (_ordinary, plain) in TEXTS.items():
        wanted, given = _Names(), _Names()
        _ = plain % wanted
        try:
            _ = texts[key] % given
        except (TypeError, ValueError, KeyError):
            raise ValueError(f"{key}: a per cent sign is out of place") from None
        if set(given.asked) != set(wanted.asked):
            raise ValueError(f"{key}: must hold {', '.join(sorted(set(wanted.asked))) or 'no variable'}")


class _Names(dict[str, str]):
    """Remembers which names a text asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def __getitem__(self, name: str) -> str:
        self.asked.append(name)
        return ""
