"""Bring the catalogues up to date (``make messages``); new sentences come in empty, and a test fails until written."""

from __future__ import annotations

import sys
from pathlib import Path

import polib

from pilot_ops.kernel.paths import TRANSLATIONS
from tests.architecture.test_texts import extracted

_LANGUAGES = ("sv", "en")
_PLURALS = "nplurals=2; plural=(n != 1);"


def _catalogue(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def update(language: str) -> int:
    """Write a language's catalogue with every message of today and none of yesterday; how many are not translated."""
    file = _catalogue(language)
    old = {entry.msgid: entry for entry in polib.pofile(str(file))} if file.exists() else {}
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Project-Id-Version": "Pilot Ops",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": _PLURALS,
    }
    for message in sorted(extracted(), key=str):
        msgid = message if isinstance(message, str) else message[0]
        entry = polib.POEntry(msgid=msgid, msgstr="")
        if isinstance(message, tuple):
            entry.msgid_plural, entry.msgstr_plural = message[1], {0: "", 1: ""}
        if msgid in old and old[msgid].msgid_plural == entry.msgid_plural:
            entry.msgstr, entry.msgstr_plural = old[msgid].msgstr, old[msgid].msgstr_plural
        if "%(" in msgid:
            entry.flags.append("python-format")
        catalogue.append(entry)
    file.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(file))
    return sum(not (entry.msgstr or all(entry.msgstr_plural.values() or [""])) for entry in catalogue)


def main() -> None:
    """Update every catalogue and compile it, so that the pages of this checkout show it at once."""
    for language in _LANGUAGES:
        missing = update(language)
        sys.stdout.write(f"{language}: {missing} not translated\n")
        file = _catalogue(language)
        polib.pofile(str(file)).save_as_mofile(str(file.with_suffix(".mo")))


if __name__ == "__main__":
    main()
