"""Further languages: ours has every sentence, and a city adds one by a file."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
import time_machine

from pilot_ops.kernel.settings import BadSettings
from pilot_ops.public.labels.further import load, read
from pilot_ops.public.labels.texts import TEXTS
from tests.support.databases import close, make_app
from tests.support.page import PageClient, soup

ARABIC = files("pilot_ops.public").joinpath("languages", "ar.json").read_text(encoding="utf-8")


def changed(**different: object) -> str:
    return json.dumps({**json.loads(ARABIC), **different})


def texts(**different: str) -> dict[str, str]:
    return {**json.loads(ARABIC)["texts"], **different}


def test_arabic_is_whole_and_has_nothing_else() -> None:
    arabic = read("ar", ARABIC)
    assert (arabic.name, arabic.direction) == ("العربية", "rtl")
    assert set(json.loads(ARABIC)["texts"]) == set(TEXTS)


def test_every_sentence_has_the_same_variables_in_plain_finnish() -> None:
    for ordinary, plain in TEXTS.values():
        assert plain
        assert {part.partition(")")[0] for part in plain.split("%(")[1:]} == {
            part.partition(")")[0] for part in str(ordinary._args[0]).split("%(")[1:]
        }


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[]", "one object"),
        ("{", "Expecting"),
        (changed(texts=texts(bring=" ")), "texts are missing: bring"),
        (changed(texts={}), "texts are missing: "),
        (changed(texts=texts(food="100 %")), "food: a per cent sign"),
        (changed(texts=texts(food="%(time)s")), "food: must hold window"),
        (changed(texts=texts(food="ruokaa")), "food: must hold window"),
        (changed(weekdays=["الاثنين"]), "seven names"),
        (changed(direction="up"), "direction"),
        (changed(name=""), "name"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(content: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read("ar", content)


def test_a_language_without_a_file_stops_the_start_and_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"PILOT_OPS_MORE_LANGUAGES: so: there is no .*so\.json"):
        load(["ar", "so"], tmp_path)


def test_a_city_adds_a_language_by_a_file(tmp_path: Path, sqlite_url: str, clock: time_machine.Traveller) -> None:
    (tmp_path / "languages").mkdir()
    somali = {**json.loads(ARABIC), "name": "Soomaali", "direction": "ltr", "texts": texts(title="Qadada beerta")}
    (tmp_path / "languages" / "so.json").write_text(json.dumps(somali), encoding="utf-8")
    app = make_app(tmp_path, sqlite_url, MORE_LANGUAGES="so, ar")
    app.test_client_class = PageClient
    app.test_client_class = None
    page = soup(app.test_client().get("/lunch?lang=so"))
    assert page.html is not None
    assert (page.html["lang"], page.html["dir"]) == ("so", "ltr")
    assert page.title is not None
    assert page.title.get_text().startswith("Qadada beerta")
    assert [link.get_text() for link in page.select("nav.lang .only-wide")][-2:] == ["Soomaali", "العربية"]
    close(app)
