"""Units: what is known of a place, where it is shown, and what may be taken out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.events.domain import Venue
from pilot_ops.events.queries import get_event
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.errors import Forbidden, NotFound, Refused
from pilot_ops.kernel.text import Translated
from pilot_ops.kernel.web.tongues import PLAIN
from pilot_ops.places.domain import Reason as PlaceReason
from pilot_ops.places.queries import get_place, list_places
from pilot_ops.places.service import change_place
from pilot_ops.units import queries, service
from pilot_ops.units.domain import Profile, Reason, Register, Unit, number_in
from tests.events.test_pages import FILLED
from tests.public.conftest import MORNING
from tests.support.builders import ADMIN, NOON, make_actor, make_park, make_user
from tests.support.databases import look, work
from tests.support.events import make_event
from tests.support.page import PageClient, post_form, sign_in, soup, text_of
from tests.support.tickets import code_at, make_batch, make_type, make_venue

SHORE = Unit(
    41000,
    Translated("Oittaan ulkoilukeskus", "Oittans friluftscenter"),
    "Kunnarlantie 33",
    "02740",
    "Espoo",
    Decimal("60.2381"),
    Decimal("24.660912"),
    Translated("ma–su 8–22"),
    {Profile.WHEELCHAIR: 2, Profile.STROLLER: 0},
)


@pytest.fixture
def boss(app: Flask, client: PageClient) -> PageClient:
    """A coordinator's browser."""
    with work(app) as session:
        user = make_user(session, Role.COORDINATOR)
    sign_in(client, user)
    return client


def known(app: Flask, **different: Any) -> Unit:
    """A unit like the shore that the service knows; any field may differ."""
    unit = Unit(**{**{name: getattr(SHORE, name) for name in SHORE.__slots__}, **different})
    with work(app) as session:
        service.store_unit(session, ADMIN, unit=unit, at=NOON)
    return unit


def test_a_place_is_found_by_what_registers_call_it_or_by_its_park() -> None:
    soukka = Unit(20355, park_id=UUID(int=1))
    register = Register([SHORE, soukka])
    assert (SHORE.key, number_in("tprek:41000")) == ("tprek:41000", 41000)
    assert [number_in(key) for key in ("", "espoo:41000", "tprek:", "tprek:x", "tprek:1 ")] == [None] * 5
    assert register.at("tprek:41000", UUID(int=1)) == SHORE
    assert register.at("", UUID(int=1)) == register.of_park(UUID(int=1)) == soukka
    # A place that is named otherwise is not the park it may stand in.
    assert register.at("tprek:1", UUID(int=1)) is None
    assert register.at("espoo:7", UUID(int=1)) is None
    assert register.at("") is None


def test_what_is_kept_is_read_as_it_was(on_both: Flask) -> None:
    with work(on_both) as session:
        park = make_park(session)
        for unit in (SHORE, Unit(1, Translated("Uimahalli"), park_id=park.id)):
            service.store_unit(session, ADMIN, unit=unit, at=NOON)
            assert queries.get_unit(session, unit.id) == unit
        assert queries.list_places(session) == (SHORE,)
        assert queries.find_units(session, {41000, 5}) == {41000: SHORE}
        found = queries.find_unit_of_park(session, park.id)
        assert found is not None
        assert (found.id, queries.find_unit_at(session, "", park.id)) == (1, found)
        assert queries.find_unit_at(session, "tprek:41000") == SHORE


def test_what_is_used_is_not_taken_out(on_both: Flask) -> None:
    with work(on_both) as session:
        park = make_park(session)
        for unit in (SHORE, Unit(1, Translated("Puisto"), park_id=park.id), Unit(2, Translated("Halli"))):
            service.store_unit(session, ADMIN, unit=unit, at=NOON)
        make_venue(session, name="Halli", unit_id=2)
        for unit_id in (1, 2):
            with pytest.raises(Refused) as refused:
                service.remove_unit(session, ADMIN, unit_id=unit_id, at=NOON)
            assert refused.value.reason is Reason.IN_USE
        service.remove_unit(session, ADMIN, unit_id=41000, at=NOON)
        with pytest.raises(NotFound):
            service.remove_unit(session, ADMIN, unit_id=41000, at=NOON)
        assert [unit.id for unit in queries.list_units(session)] == [2, 1]


def test_who_may_not_plan_may_not_change_units(session: Session) -> None:
    manager = make_actor(session, Role.MANAGER)
    with pytest.raises(Forbidden):
        service.store_unit(session, manager, unit=SHORE, at=NOON)
    with pytest.raises(Forbidden):
        service.remove_unit(session, manager, unit_id=SHORE.id, at=NOON)


def test_the_list_and_taking_out(app: Flask, boss: PageClient) -> None:
    assert "Ei vielä yhtään." in text_of(boss.get("/units"))
    assert "/units" in [str(link["href"]) for link in soup(boss.get("/places")).find_all("a")]
    known(app)
    known(app, id=3, name=Translated("Laavu"), shortcomings={})
    page = text_of(boss.get("/units"))
    assert "Oittaan ulkoilukeskus Kunnarlantie 33, 02740 Espoo" in page
    assert "Pyörätuolilla: tunnettuja puutteita 2" in page
    assert "Rattailla: ei tunnettuja puutteita" in page
    assert "Palvelukartta ei kerro paikan esteettömyydestä." in page
    link = "https://palvelukartta.hel.fi/fi/unit/41000"
    assert link in [str(found["href"]) for found in soup(boss.get("/units")).find_all("a")]
    post_form(boss, "/units", action="/units/3/remove")
    assert "Laavu" not in text_of(boss.get("/units"))
    with work(app) as session:
        make_venue(session, unit_id=41000)
    post_form(boss, "/units", action="/units/41000/remove")
    assert "Paikkaa käytetään" in text_of(boss.get("/units"))


def test_an_event_at_a_place_takes_over_where_it_is(app: Flask, boss: PageClient) -> None:
    known(app)
    made = post_form(boss, "/events/new", **{**FILLED, "venue_fi": "", "unit": "tprek:41000"})
    page = text_of(boss.get(made.location))
    assert "Paikan esteettömyys Pyörätuolilla: tunnettuja puutteita 2" in page
    event_id = UUID(made.location.rpartition("/")[2])

    def venue() -> Any:
        with look(app) as session:
            return get_event(session, event_id).details.venue

    assert (venue().name, venue().address, venue().city) == (SHORE.name, SHORE.address, SHORE.city)
    assert (venue().latitude, venue().longitude, venue().unit_id) == (SHORE.latitude, SHORE.longitude, SHORE.key)
    # What people write of a place that stays chosen is kept.
    edit = f"{made.location}/edit"
    assert post_form(boss, edit, venue_fi="Oittaa, rantasauna").status_code == 302
    assert (venue().name.fi, venue().unit_id) == ("Oittaa, rantasauna", SHORE.key)
    # Another place takes over; none leaves what is written, which is a place of its own then.
    known(app, id=5, name=Translated("Nuuksio"), address="Nuuksiontie 84", latitude=None, longitude=None)
    assert post_form(boss, edit, unit="tprek:5").status_code == 302
    assert (venue().name.fi, venue().address, venue().latitude, venue().unit_id) == (
        "Nuuksio",
        "Nuuksiontie 84",
        None,
        "tprek:5",
    )
    assert post_form(boss, edit, unit="").status_code == 302
    assert (venue().name.fi, venue().unit_id) == ("Nuuksio", "")
    assert "Paikan esteettömyys" not in text_of(boss.get(made.location))


def test_what_is_typed_of_a_place_is_kept(app: Flask, boss: PageClient) -> None:
    """The number of a place that is known, and the park whose staff count, though the place is chosen as well."""
    known(app)
    with work(app) as session:
        park = make_park(session)

    def venue(path: str) -> Venue:
        with look(app) as session:
            return get_event(session, UUID(path.split("/")[2])).details.venue

    typed = post_form(boss, "/events/new", **{**FILLED, "venue_fi": "Rantasauna", "unit_id": "tprek:41000"}).location
    assert (venue(typed).name.fi, venue(typed).unit_id) == ("Rantasauna", "tprek:41000")
    edit = f"{typed}/edit"
    # It is the one that is chosen then, and can be given up again.
    assert post_form(boss, edit, venue_fi="Sauna", unit_id="tprek:7").status_code == 302
    assert (venue(typed).name.fi, venue(typed).unit_id) == ("Sauna", "tprek:7")
    assert post_form(boss, edit, unit="tprek:41000", park=str(park.id)).status_code == 302
    assert (venue(typed).name, venue(typed).unit_id, venue(typed).park_id) == (SHORE.name, SHORE.key, park.id)
    assert post_form(boss, edit, unit="").status_code == 302
    assert (venue(typed).unit_id, venue(typed).park_id) == ("", park.id)


def test_a_place_of_tickets_tells_how_accessible_it_is(app: Flask, boss: PageClient) -> None:
    known(app)
    assert post_form(boss, "/places/new/venue", name="Uimahalli", unit="41000").status_code == 302
    with look(app) as session:
        (place,) = list_places(session)
    assert (place.details.address, place.details.unit_id) == ("Kunnarlantie 33, Espoo", 41000)
    assert post_form(boss, f"/places/{place.id}", unit="").status_code == 302
    with look(app) as session:
        assert get_place(session, place.id).details.unit_id is None
    gone = replace(place.details, unit_id=999)
    with pytest.raises(Refused) as refused, work(app) as session:
        change_place(session, ADMIN, place_id=place.id, details=gone, at=NOON)
    assert refused.value.reason is PlaceReason.UNKNOWN_UNIT


SAID = {
    "fi": "Pyörätuolilla: tunnettuja puutteita 2",
    PLAIN: "Jos sinulla on pyörätuoli: voi olla vaikeaa. Puutteita on 2",
    "sv": "Med rullstol: kända brister 2",
    "en": "With a wheelchair: known shortcomings 2",
    "ar": "بكرسي متحرك: عدد النواقص المعروفة 2",
}


@pytest.mark.parametrize("tongue", SAID)
@time_machine.travel(MORNING, tick=False)
def test_families_see_how_accessible_a_park_is(app: Flask, client: PageClient, tongue: str) -> None:
    with work(app) as session:
        park = make_park(session)
    address = f"/lunch/{park.id}?lang={tongue}"
    assert SAID[tongue] not in text_of(client.get(address))
    known(app, park_id=park.id)
    page = client.get(address)
    assert SAID[tongue] in text_of(page)
    assert "https://palvelukartta.hel.fi/fi/unit/41000" in [str(link["href"]) for link in soup(page).find_all("a")]


@pytest.mark.parametrize("tongue", ["fi", PLAIN, "sv", "en"])
def test_everybody_sees_how_accessible_the_place_of_an_event_is(app: Flask, client: PageClient, tongue: str) -> None:
    unit = known(app)
    with work(app) as session:
        event = make_event(session, venue=Venue(unit.name, unit_id=unit.key), starts_at=now() + timedelta(days=2))
    assert SAID[tongue] in text_of(client.get(f"/outdoors/{event.id}?lang={tongue}"))
    features = client.get("/feeds/events.geojson").get_json()["features"]
    assert [feature["properties"]["place"]["accessibility_shortcomings"] for feature in features] == [
        {"wheelchair": 2, "stroller": 0}
    ]


@pytest.mark.parametrize("tongue", ["fi", PLAIN, "sv", "en"])
def test_who_has_a_ticket_sees_how_accessible_a_pool_is(app: Flask, client: PageClient, tongue: str) -> None:
    known(app)
    with work(app) as session:
        pool = make_venue(session, name="Tapiolan uimahalli", unit_id=41000)
        kind = make_type(session, venues=frozenset({pool.id}))
        make_batch(session, kind, 1)
        code = code_at(session, kind, 1)
    page = text_of(client.get(f"/t/{code}?lang={tongue}"))
    assert "Tapiolan uimahalli" in page
    assert SAID[tongue] in page
