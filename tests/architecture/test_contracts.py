"""Slices point downwards and keep their private files; work is committed in one place; views stay small."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from pilot_ops.kernel.paths import ROOT

PACKAGE = ROOT / "pilot_ops"
SLICES = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py") if path.parent.name != "kernel")
_OPEN = {"domain", "queries", "service", "labels", "jobs"}
_EVERYWHERE = {"app", "tables", "cli", "__main__"}
_MOST_LINES = 20
_COMMITS = re.compile(r"\.commit\(|\bsessionmaker\(|\bSession\(|\bdb\.session\b")
_MAY_COMMIT = {Path("kernel/db.py"), Path("kernel/writer.py")}


def sources() -> list[Path]:
    """Every Python file of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def test_the_import_contracts_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_slices_import_only_what_others_offer() -> None:
    graph = grimp.build_graph("pilot_ops", cache_dir=None)
    wrong = []
    for importer in sorted(graph.modules):
        home = _home(importer)
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            there = _home(imported)
            if home in _EVERYWHERE or there in {home, "kernel", ""}:
                continue
            part = imported.split(".")[2] if imported.count(".") > 1 else ""
            if part not in _OPEN:
                wrong.append(f"{importer} imports {imported}")
    assert wrong == []


def _home(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def test_only_the_kernel_opens_and_commits_transactions() -> None:
    found = {path.relative_to(PACKAGE) for path in sources() if _COMMITS.search(path.read_text(encoding="utf-8"))}
    assert found <= _MAY_COMMIT
    assert Path("kernel/db.py") in found


def _views() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(_declares(decorator) for decorator in node.decorator_list):
                yield f"{path.relative_to(PACKAGE)}: {node.name}", node


def _declares(decorator: ast.expr) -> bool:
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(function, ast.Name) and function.id in {"public", "person", "signed_in", "requires"}


def test_views_are_short_and_say_what_they_show() -> None:
    views = list(_views())
    assert len(views) > 10
    assert [name for name, view in views if _length(view) > _MOST_LINES] == []
    assert [name for name, view in views if not ast.get_docstring(view)] == []


def _length(view: ast.FunctionDef) -> int:
    body = view.body[1:] if ast.get_docstring(view) else view.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("name", SLICES)
def test_each_slice_explains_itself(name: str) -> None:
    readme = PACKAGE / name / "README.md"
    assert readme.exists(), f"pilot_ops/{name}/README.md is missing"
    assert len(readme.read_text(encoding="utf-8").split()) > 40, f"pilot_ops/{name}/README.md says too little"
