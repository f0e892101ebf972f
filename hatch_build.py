"""Build hook: compiles the translation catalogues, and bundles the top-level folders into a wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SUFFIXES = {
    "templates": {".html", ".txt"},
    "static": {".css", ".js", ".json", ".svg", ".png", ".woff2", ".txt", ".wasm"},
    "migrations": {".py", ".mako"},
}


class CustomBuildHook(BuildHookInterface):
    """Maps templates, static, migrations and config.py to ``pilot_ops/_bundle`` in a standard wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile catalogues for every build; add the four names, by an allow-list of suffixes, to a standard one."""
        root = Path(self.root)
        build_data["artifacts"] += [f"/{path.relative_to(root)}" for path in compile_catalogues(root)]
        if version != "standard":
            return
        include = build_data["force_include"]
        include[str(root / "config.py")] = "pilot_ops/_bundle/config.py"
        for folder, suffixes in SUFFIXES.items():
            for path in sorted((root / folder).rglob("*")):
                if path.is_file() and path.suffix in suffixes:
                    include[str(path)] = f"pilot_ops/_bundle/{path.relative_to(root)}"


def compile_catalogues(root: Path) -> list[Path]:
    """Compile every ``messages.po`` below the package to ``.mo`` beside it; returns the files written."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    written = []
    for source in sorted((root / "pilot_ops" / "translations").rglob("messages.po")):
        target = source.with_suffix(".mo")
        with source.open("rb") as reading:
            catalogue = read_po(reading, locale=source.parts[-3])
        with target.open("wb") as writing:
            write_mo(writing, catalogue)
        written.append(target)
    return written
