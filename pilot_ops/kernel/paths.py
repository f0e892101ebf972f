"""Where the top-level folders are: bundled in an installed wheel, beside the package in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_BUNDLE = _PACKAGE / "_bundle"

ROOT = _BUNDLE if _BUNDLE.is_dir() else _PACKAGE.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
MIGRATIONS = ROOT / "migrations"
CONFIG = ROOT / "config.py"
TRANSLATIONS = _PACKAGE / "translations"
