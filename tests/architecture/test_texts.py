"""Every refusal has its sentence, and every sentence exists in three languages."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import polib
import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

from pilot_ops.kernel.paths import ROOT, TEMPLATES, TRANSLATIONS
from tests.architecture.test_contracts import PACKAGE, SLICES

Msgid = str | tuple[str, ...]
_KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2), "translate_later": None}
_JINJA = {"**.*": {"extensions": "jinja2.ext.i18n", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
_VARIABLE = re.compile(r"%\((\w+)\)[sd]|%%|%")


def _reasons() -> Iterator[tuple[str, StrEnum]]:
    for name in SLICES:
        if (PACKAGE / name / "domain.py").exists() or (PACKAGE / name / "domain").is_dir():
            domain = importlib.import_module(f"pilot_ops.{name}.domain")
            for reason in getattr(domain, "Reason", ()):
                yield name, reason


def test_every_reason_has_a_sentence() -> None:
    found = list(_reasons())
    assert len(found) > 20
    missing = []
    for name, reason in found:
        labels = importlib.import_module(f"pilot_ops.{name}.labels")
        if reason not in labels.REASONS:
            missing.append(f"{name}: {reason}")
    assert missing == []


def _looked_into(folder: str) -> bool:
    """Every folder with texts; left to itself Babel passes over those whose names begin with an underscore."""
    return Path(folder).name != "__pycache__"


def test_messages_are_looked_for_in_every_template() -> None:
    found = {place.partition(":")[0] for place in extracted().values()}
    assert "templates/_layout/base.html" in found
    assert "templates/_parts/form.html" in found


def extracted() -> dict[Msgid, str]:
    """Every message of the code and the templates, with a place where it occurs."""
    found: dict[Msgid, str] = {}
    for folder, methods, options in (
        (PACKAGE, [("**.py", "python")], None),
        (TEMPLATES, [("**.html", "jinja2"), ("**.txt", "jinja2")], _JINJA),
    ):
        for file, line, message, _comments, context in extract_from_dir(
            folder, method_map=methods, options_map=options, keywords=_KEYWORDS, directory_filter=_looked_into
        ):
            assert context is None, f"{file}:{line}: contexts are not used"
            if message and message != ("",):
                found.setdefault(message, f"{(folder / file).relative_to(ROOT)}:{line}")
    return found


def _catalogue(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_message_is_translated(language: str) -> None:
    file = _catalogue(language)
    assert file.exists(), f"{file.relative_to(ROOT)} is missing"
    entries = {entry.msgid: entry for entry in polib.pofile(str(file)) if not entry.obsolete}
    messages = extracted()
    assert len(messages) > 100
    missing = []
    for message, place in messages.items():
        entry = entries.get(message if isinstance(message, str) else message[0])
        if entry is None or entry.fuzzy or not _is_complete(entry, message):
            missing.append(f"{place}: {message!r}")
    assert missing == []


def _is_complete(entry: polib.POEntry, message: Msgid) -> bool:
    if isinstance(message, str):
        return bool(entry.msgstr.strip())
    return entry.msgid_plural == message[1] and len(entry.msgstr_plural) == 2 and all(entry.msgstr_plural.values())


@pytest.mark.parametrize("language", ["sv", "en"])
def test_translations_keep_the_variables_and_nothing_stale(language: str) -> None:
    catalogue = polib.pofile(str(_catalogue(language)))
    assert catalogue.metadata["Language"] == language
    known = {message if isinstance(message, str) else message[0] for message in extracted()}
    assert [entry.msgid for entry in catalogue if entry.obsolete or entry.msgid not in known] == []
    wrong = []
    for entry in catalogue:
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text and not _variables(text) <= _variables(entry.msgid) | _variables(entry.msgid_plural):
                wrong.append(f"{entry.msgid!r}: {text!r}")
        if entry.msgstr and _variables(entry.msgstr) != _variables(entry.msgid):
            wrong.append(f"{entry.msgid!r}: {entry.msgstr!r}")
    assert wrong == []


def _variables(text: str) -> set[str]:
    return {found.group(0) for found in _VARIABLE.finditer(text) if found.group(0) != "%%"}


def test_no_message_blames_or_speaks_like_a_machine() -> None:
    """Wording rules: what to do next instead; "Virhe:" opens the title of a page that came back, and nothing else."""
    banned = re.compile(r"\b(virhe\w*|epäonnistui|syöte\w*)\b(?!:$)", re.IGNORECASE)
    found = [
        f"{place}: {text}"
        for message, place in extracted().items()
        for text in ([message] if isinstance(message, str) else message)
        if isinstance(text, str) and banned.search(text)
    ]
    assert found == []
