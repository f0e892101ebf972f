"""The wheel holds everything the service needs and nothing else, and starts by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from pilot_ops.kernel.paths import ROOT

_BUNDLED = ("templates", "static", "migrations")
_START = """
import sys
import flask_migrate
from pilot_ops.app import create_app
from pilot_ops.kernel.paths import MIGRATIONS, ROOT
assert ROOT.name == "_bundle" and sys.argv[1] in str(ROOT), ROOT
app = create_app()
with app.app_context():
    flask_migrate.upgrade(directory=str(MIGRATIONS))
client = app.test_client()
assert client.get("/health").status_code == 200
for language, word in {"fi": "Kirjaudu", "sv": "Logga in", "en": "Sign in"}.items():
    page = client.get("/sign-in", headers={"Accept-Language": language}).get_data(as_text=True)
    assert word in page, (language, page)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_has_every_file_and_no_other(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = {"pilot_ops/_bundle/config.py"}
    for folder in _BUNDLED:
        expected |= {f"pilot_ops/_bundle/{name}" for name in _tracked(folder) if not name.endswith(".ini")}
    expected |= set(_tracked("pilot_ops"))
    expected |= {name.removesuffix(".po") + ".mo" for name in _tracked("pilot_ops") if name.endswith(".po")}
    assert sorted(expected - names) == []
    assert sorted(names - expected) == []


def _tracked(folder: str) -> list[str]:
    files = (ROOT / folder).rglob("*")
    ignored = {".mo", ".pyc"}
    return [str(path.relative_to(ROOT)) for path in files if path.is_file() and path.suffix not in ignored]


def test_the_service_starts_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    with ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PILOT_OPS_")}
    environment |= {"PYTHONPATH": str(tmp_path / "installed"), "PILOT_OPS_DATA": str(tmp_path / "data")}
    command = [sys.executable, "-c", _START, str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
