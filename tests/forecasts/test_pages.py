"""The pages of forecasts: ordering as suggested, the terms, the range of the costs, and what-if."""

from __future__ import annotations

from datetime import date, time
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pilot_ops.audit.queries import list_entries
from pilot_ops.costs import service as costs
from pilot_ops.costs.domain import Agreement, Category, Entry, Shift
from pilot_ops.forecasts import queries, service
from pilot_ops.forecasts.domain import DEFAULT_TERMS, Experience, OrderTerms, Seen
from pilot_ops.forecasts.export import write_orders
from pilot_ops.forecasts.routes import costs as cost_pages
from pilot_ops.forecasts.routes import orders as order_pages
from pilot_ops.kernel.access import Role
from pilot_ops.kernel.clock import at_local
from pilot_ops.kernel.errors import Forbidden, Refused
from pilot_ops.kernel.money import Money
from pilot_ops.meals.domain import Group, Weather
from pilot_ops.meals.service import record_tap
from pilot_ops.parks.domain import Park
from pilot_ops.schedule import service as schedule
from pilot_ops.schedule.domain import CancelReason, Pilot
from pilot_ops.schedule.queries import get_day
from tests.support.builders import (
    ADMIN,
    NOON,
    close_with,
    count_children,
    day_of,
    make_actor,
    make_park,
    make_pilot,
    make_user,
    tap_of,
)
from tests.support.databases import look, work
from tests.support.page import PageClient, fill, find_form, post_form, sign_in, soup, text_of
from tests.support.recorder import recorded

# Wednesday 17 July 2024, in the afternoon: twelve meal days of the month are over, and eleven are to come.
TODAY = date(2024, 7, 17)
AFTERNOON = at_local(TODAY, time(15))
GONE = [date(2024, 7, number) for number in (1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 15, 16, 17)]


@pytest.fixture(autouse=True)
def in_july(monkeypatch: pytest.MonkeyPatch) -> None:
    for pages in (order_pages, cost_pages):
        monkeypatch.setattr(pages, "now", lambda: AFTERNOON)


def serve(
    session: Session, pilot: Pilot, park: Park, day: date, children: int, *, away: int = 0, **closing: Any
) -> None:
    """Have a park serve so many children on a day, and close it."""
    found = day_of(session, pilot, day, park)
    count_children(session, found, school=children)
    if away:
        record_tap(session, ADMIN, tap=tap_of(found, Group.TURNED_AWAY, away), at=NOON)
    close_with(session, found, **{"delivered": children, **closing})


def suvela(session: Session, days: int = len(GONE), **different: Any) -> tuple[Pilot, Park]:
    """A pilot of one park that has served 60 children on so many days."""
    park = make_park(session, name="Suvela")
    pilot = make_pilot(session, [park], name="Heinäkuu", **different)
    for day in GONE[:days]:
        serve(session, pilot, park, day, 60)
    return pilot, park


def test_the_days_that_count_are_closed_ones_with_those_turned_away(on_both: Flask) -> None:
    with work(on_both) as session:
        parks = [make_park(session, name=name) for name in ("Suvela", "Soukka")]
        pilot, other = make_pilot(session, parks), make_pilot(session)
        schedule.order_portions(session, ADMIN, orders={day_of(session, pilot, GONE[0], parks[0]).id: 55}, at=NOON)
        serve(session, pilot, parks[0], GONE[0], 50, away=4, weather=Weather.RAIN)
        serve(session, pilot, parks[1], GONE[1], 0, delivered=10, waste=10)
        # No food came and nobody ate; one is still being counted; one was cancelled; and one is of another pilot.
        serve(session, pilot, parks[0], GONE[2], 0, delivered=0)
        count_children(session, day_of(session, pilot, GONE[3], parks[0]), school=9)
        cancelled = day_of(session, pilot, GONE[4], parks[0]).id
        why = {"reason": CancelReason.WEATHER, "note": "", "food_billed": False}
        schedule.cancel_day(session, ADMIN, day_id=cancelled, **why, at=NOON)
        serve(session, other, Park(other.park_ids[0], parks[0].details), GONE[0], 7)
    with look(on_both) as session:
        found = queries.list_seen(session, pilot.id, first=GONE[0], last=TODAY)
        later = queries.list_seen(session, pilot.id, first=GONE[1], last=TODAY)
    assert found == {
        parks[0].id: [Seen(GONE[0], 54, Weather.RAIN, 55)],
        parks[1].id: [Seen(GONE[1], 0, None, None)],
    }
    assert set(later) == {parks[1].id}


def test_terms_are_the_usual_ones_until_a_pilot_says_otherwise(on_both: Flask) -> None:
    terms = OrderTerms(2, time(9, 30), 1, 4)
    with work(on_both) as session:
        pilot = make_pilot(session)
        assert queries.get_terms(session, pilot.id) == DEFAULT_TERMS
        for _ in range(2):
            service.set_terms(session, ADMIN, pilot_id=pilot.id, terms=terms, at=NOON)
        with pytest.raises(Refused):
            service.set_terms(session, ADMIN, pilot_id=pilot.id, terms=OrderTerms(waste=0), at=NOON)
        with pytest.raises(Forbidden):
            service.set_terms(
                session, make_actor(session, Role.MANAGER), pilot_id=pilot.id, terms=DEFAULT_TERMS, at=NOON
            )
    with look(on_both) as session:
        assert queries.get_terms(session, pilot.id) == terms
        changes = [entry for entry in list_entries(session) if entry.action == "pilot.changed"]
    assert len(changes) == 1


def help_of(session: Session, pilot: Pilot, **different: Any) -> service.OrderHelp:
    given: dict[str, Any] = {"pilot_id": pilot.id, "at": AFTERNOON, "weathers": {}, **different}
    return service.get_order_help(session, ADMIN, **given)


def test_tomorrow_and_next_week_are_suggested(session: Session) -> None:
    pilot, park = suvela(session)
    found = help_of(session, pilot)
    # Thursday and Friday of this week, and the five days of the next.
    assert [date_.day.day for date_ in found.dates] == [18, 19, 22, 23, 24, 25, 26]
    # The deadline of the 24th was today at noon; the 25th is the first that can still be ordered.
    assert [date_.late for date_ in found.dates] == [True] * 5 + [False] * 2
    chosen = found.chosen(None)
    assert chosen
    assert chosen.day == date(2024, 7, 25)
    line = chosen.lines[0]
    assert (line.park, line.suggestion.days, line.day.ordered, line.now) == (park.name, 13, None, None)
    assert line.suggestion.children == pytest.approx(60, abs=4)
    assert found.counted == TODAY


def test_a_pilot_to_come_is_suggested_its_first_week_and_one_that_is_over_nothing(session: Session) -> None:
    park = make_park(session)
    coming = make_pilot(session, [park], starts_on=date(2024, 8, 1), ends_on=date(2024, 8, 30))
    found = help_of(session, coming)
    assert [date_.day for date_ in found.dates] == [date(2024, 8, 1), date(2024, 8, 2)]
    assert {line.suggestion.portions for date_ in found.dates for line in date_.lines} == {80}
    assert found.dates[0].guessed
    assert found.dates[0].outcome is None
    over = make_pilot(session, starts_on=date(2024, 6, 3), ends_on=date(2024, 6, 28))
    assert help_of(session, over).chosen(None) is None


def test_cancelled_days_are_not_ordered_for_and_rain_is_heeded(session: Session) -> None:
    park = make_park(session)
    pilot = make_pilot(session, [park])
    for place, day in enumerate(GONE):
        wet = place % 3 == 2
        weather = Weather.RAIN if wet else Weather.SUN
        serve(session, pilot, park, day, 40 if wet else 80, weather=weather)
    gone = day_of(session, pilot, date(2024, 7, 18))
    why = {"reason": CancelReason.STAFF, "note": "", "food_billed": False}
    schedule.cancel_day(session, ADMIN, day_id=gone.id, **why, at=NOON)
    friday = date(2024, 7, 19)
    dry, wet_ = (help_of(session, pilot, weathers=weathers).dates[0] for weathers in ({}, {friday: Weather.RAIN}))
    assert dry.day == wet_.day == friday
    assert wet_.portions < dry.portions - 5


def come(app: Flask, client: PageClient, role: Role = Role.COORDINATOR, days: int = len(GONE)) -> tuple[Pilot, str]:
    with work(app) as session:
        pilot, _park = suvela(session, days, portion_price=Money(250), daily_fee=Money(1000))
        user = make_user(session, role)
    sign_in(client, user)
    return pilot, f"/pilots/{pilot.id}/order-help"


def ordered_of(app: Flask, day_id: UUID) -> int | None:
    with look(app) as session:
        return get_day(session, day_id).ordered


def token_of(client: PageClient, address: str) -> str:
    """The token of a page's form, to send what the form would not."""
    return client.get(address).get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]


def test_a_suggestion_is_ordered_with_one_click(app: Flask, client: PageClient) -> None:
    pilot, address = come(app, client)
    with look(app) as session:
        day = day_of(session, pilot, date(2024, 7, 25))
        suggested = next(date_ for date_ in help_of(session, pilot).dates if date_.day == day.day).portions
    page = text_of(client.get(address))
    assert "to 25.7.2024" in page
    assert "Tilaa viimeistään to 18.7.2024 klo 12.00." in page.replace("\N{NO-BREAK SPACE}", " ")
    assert post_form(client, address, accept=str(day.id)).location == address
    assert ordered_of(app, day.id) == suggested
    assert f"Tilaa {suggested}" not in text_of(client.get(address))
    with look(app) as session:
        assert next(entry.action for entry in list_entries(session)) == "day.changed"


def test_all_suggestions_of_a_date_are_ordered_at_once_and_other_dates_stay(app: Flask, client: PageClient) -> None:
    pilot, address = come(app, client)
    with look(app) as session:
        first, second = (day_of(session, pilot, date(2024, 7, number)).id for number in (22, 23))
    answer = post_form(client, f"{address}?day=2024-07-22", action=f"{address}?day=2024-07-22", accept="all")
    assert answer.location == f"{address}?day=2024-07-22"
    assert ordered_of(app, first) is not None
    assert ordered_of(app, second) is None


def test_an_order_that_somebody_else_changed_is_shown_before_it_is_written_over(app: Flask, client: PageClient) -> None:
    pilot, address = come(app, client)
    with work(app) as session:
        day = day_of(session, pilot, date(2024, 7, 25))
    page = client.get(address)
    with work(app) as session:
        schedule.order_portions(session, ADMIN, orders={day.id: 33}, at=NOON)
    values = fill(find_form(page, address), {"accept": str(day.id)})
    answer = client.post(address, data=values)
    assert "Toinen käyttäjä muutti tilaukseksi 33" in text_of(answer)
    assert ordered_of(app, day.id) == 33
    # What is seen now may be written over.
    assert post_form(client, address, accept=str(day.id)).status_code == 302
    assert ordered_of(app, day.id) != 33


def test_what_no_form_sends_changes_nothing(app: Flask, client: PageClient) -> None:
    pilot, address = come(app, client)
    with look(app) as session:
        day_id = day_of(session, pilot, date(2024, 7, 25)).id
    for fields in ({"accept": "all"}, {"accept": str(day_id)}, {f"take-{day_id}": "9"}, {"take-x": "9", "accept": "x"}):
        answer = client.post(address, data={"csrf_token": token_of(client, address), **fields})
        assert answer.status_code == 302
        assert ordered_of(app, day_id) is None


def test_a_manager_sees_suggestions_and_does_not_order(app: Flask, client: PageClient) -> None:
    pilot, address = come(app, client, Role.MANAGER)
    with look(app) as session:
        day_id = day_of(session, pilot, date(2024, 7, 25)).id
    page = client.get(address)
    assert "Tilaa kaikki" not in text_of(page)
    sent = {
        "csrf_token": token_of(client, f"/costs/{pilot.id}/new"),
        f"take-{day_id}": "9",
        f"was-{day_id}": "",
        "accept": str(day_id),
    }
    assert client.post(address, data=sent).status_code == 403
    assert ordered_of(app, day_id) is None


def test_few_days_are_said_in_words(app: Flask, client: PageClient) -> None:
    _pilot, address = come(app, client, days=2)
    page = text_of(client.get(address))
    assert "Laskettuja päiviä vasta 2: ehdotus on odotettu määrä" in page
    assert "eikä hävikkiä tai ilman jääviä voi arvioida" in page
    assert "liian vähän vertailuun" in text_of(client.get(f"{address}/past"))


def test_the_address_keeps_the_weather_and_shows_no_nonsense(app: Flask, client: PageClient) -> None:
    _pilot, address = come(app, client)
    page = client.get(f"{address}?day=2024-07-26&weather-2024-07-26=rain")
    assert '<option value="rain" selected>' in page.get_data(as_text=True)
    assert "pe 26.7.2024" in text_of(page)
    odd = client.get(f"{address}?day=x&weather-x=rain&weather-2024-07-26=hail&pilot_id=9")
    assert "to 25.7.2024" in text_of(odd)


def test_past_orders_are_compared(app: Flask, client: PageClient) -> None:
    _pilot, address = come(app, client)
    page = text_of(client.get(f"{address}/past"))
    # 60 came every day: with always 80 there are 20 left over.
    assert "Aina80annosta20,00,020,0" in "".join(page.split())


def test_the_terms_are_a_form(app: Flask, client: PageClient) -> None:
    pilot, address = come(app, client)
    wrong = post_form(client, f"{address}/terms", lead_days="99", lead_time="12.00", waste="1", turned_away="0")
    assert "Kirjoita enintään 30 päivää" in text_of(wrong)
    assert 'value="99"' in wrong.get_data(as_text=True)
    done = post_form(client, f"{address}/terms", lead_days="2", lead_time="9.30", waste="1", turned_away="5")
    assert done.location == address
    with look(app) as session:
        assert queries.get_terms(session, pilot.id) == OrderTerms(2, time(9, 30), 1, 5)
    assert "klo 9.30" in text_of(client.get(address)).replace("\N{NO-BREAK SPACE}", " ")


def test_suggestions_as_csv(session: Session) -> None:
    pilot, _park = suvela(session)
    lines = write_orders(help_of(session, pilot)).decode("utf-8-sig").splitlines()
    assert lines[0] == "date;park;children;low;high;suggested;waste;turned_away;ordered;deadline"
    assert len(lines) == 8
    first = lines[1].split(";")
    assert (first[0], first[1], first[8], first[9]) == ("2024-07-18", "Suvela", "", "2024-07-11 12:00")


def test_the_order_page_asks_as_little_of_many_parks_as_of_few(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        small = make_pilot(session)
        large = make_pilot(session, [make_park(session) for _ in range(14)])
        user = make_user(session)
        for pilot in (small, large):
            for park_id in pilot.park_ids[:3]:
                park = Park(park_id, make_park(session).details)
                for day in GONE[:4]:
                    serve(session, pilot, park, day, 50)
    sign_in(client, user)
    for address in ("/pilots/{}/order-help", "/costs/{}/forecast", "/costs/{}/what-if", "/pilots/{}/order-help/past"):
        numbers = []
        for pilot in (small, large):
            with recorded(app) as statements:
                assert client.get(address.format(pilot.id)).status_code == 200
            numbers.append(len(statements))
        assert numbers[0] == numbers[1], address


def test_the_forecast_page_has_the_figure_of_the_sheet_and_its_range(app: Flask, client: PageClient) -> None:
    # 13 days of 60 portions at 2.50 and 10.00: 160.00 each; 10 days are left at 80 x 2.50 + 10 = 210.00. Supplies of
    # 130.00 on the first day: 13 x 160 + 130 + 10 x 210 = 4 310.
    pilot, _address = come(app, client, Role.MANAGER)
    supplies = Entry(uuid4(), GONE[0], Category.SUPPLIES, Money(13_000), pilot.park_ids[0], description="Astiat")
    with work(app) as session:
        costs.book_entry(session, ADMIN, pilot_id=pilot.id, entry=supplies, at=NOON)
        basis = costs.get_costs(session, ADMIN, pilot_id=pilot.id)
    sheet = basis.sheet(TODAY)
    assert sheet.total.forecast == Money(431_000)
    found = service.get_ranges(basis, sheet).total
    assert found.low is not None
    assert found.high is not None
    # A day cost 10 less than the mean, and the first 120 more: ten days are at the least 100 less.
    assert Money(421_000) <= found.low < Money(431_000) < found.high
    page = text_of(client.get(f"/costs/{pilot.id}/forecast"))
    assert "Ruokakulut kauden lopussa noin 4 310 €, luultavasti" in page.replace("\N{NO-BREAK SPACE}", " ")
    rows = client.get(f"/costs/{pilot.id}/forecast/csv").get_data().decode("utf-8-sig").splitlines()
    low, high = found.low.decimal().replace(".", ","), found.high.decimal().replace(".", ",")
    assert rows[1:] == [f"{name};13;2210,00;4310,00;{low};{high};5500,00" for name in ("Suvela", "total")]


def test_the_forecast_page_says_by_which_prices_it_was_made(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        pilot, _park = suvela(session, days=1)
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    address = f"/costs/{pilot.id}/forecast"
    assert "toteutuneiden päivien keskiarvo" in text_of(client.get(address))
    with work(app) as session:
        agreed = Agreement(uuid4(), GONE[0], "Keittiö", "1", Money(250))
        costs.record_agreement(session, ADMIN, pilot_id=pilot.id, agreement=agreed, at=NOON)
    assert "annokset sovituilla hinnoilla" in text_of(client.get(address))


def test_of_many_parks_those_that_cost_most_beyond_the_estimate_are_drawn(app: Flask, client: PageClient) -> None:
    with work(app) as session:
        parks = [make_park(session, name=f"Puisto {letter}") for letter in "ABCDEFGHIJKLMN"]
        pilot = make_pilot(session, parks)
        dear = Entry(uuid4(), GONE[0], Category.SUPPLIES, Money(900_000), parks[-1].id, description="Katos")
        costs.book_entry(session, ADMIN, pilot_id=pilot.id, entry=dear, at=NOON)
        user = make_user(session, Role.MANAGER)
    sign_in(client, user)
    page = soup(client.get(f"/costs/{pilot.id}/forecast"))
    drawn = [text.get_text() for text in page.select(".only-wide text.t-val")]
    assert len(drawn) == 12
    assert drawn[0] == "Puisto N"
    assert "Muut puistot ovat taulukossa." in page.get_text()
    assert len(page.select("tbody tr")) == 14
    assert all("Sheet" not in str(link["href"]) for link in page.find_all("link"))


def test_the_forecast_of_another_day_and_of_no_day(app: Flask, client: PageClient) -> None:
    pilot, _address = come(app, client, Role.MANAGER)
    address = f"/costs/{pilot.id}/forecast"
    early = text_of(client.get(f"{address}?as-of=2.7.2024"))
    assert "Väliä ei voi vielä laskea" in early
    for typed, sentence in (("31.8.2024", "Päivä on vasta tulossa"), ("huomenna", "Kirjoita päivä, esimerkiksi")):
        page = client.get(f"{address}?as-of={typed}")
        assert sentence in text_of(page)
        assert f'value="{typed}"' in page.get_data(as_text=True)
        assert client.get(f"{address}/csv?as-of={typed}").location == f"{address}?as-of={typed}"


ASKED = "parks=3&months=2&days=20&children=80&spare=10&price=2,50&fee=10&other=100&hours=3,5&rate=20"


def test_what_if_is_an_address_that_can_be_sent(app: Flask, client: PageClient) -> None:
    pilot, _address = come(app, client, Role.MANAGER)
    address = f"/costs/{pilot.id}/what-if"
    page = client.get(f"{address}?{ASKED}")
    text = text_of(page).replace("\N{NO-BREAK SPACE}", " ")
    assert "Ruokakulut 28 200 €, henkilöstö 8 400 €, yhteensä 36 600 €" in text
    assert 'value="2,50"' in page.get_data(as_text=True)
    rows = client.get(f"{address}/csv?{ASKED}").get_data().decode("utf-8-sig").splitlines()
    # So far 13 days of 60 children at 2.50 and 10.00: 2 080. The estimate: 23 x 80 meals for 5 500.
    assert "food;28200,00;2080,00;5500,00" in rows
    assert "meals;9600;780;1840" in rows
    assert "children;80;;" in rows


def test_what_if_begins_with_the_figures_of_the_pilot(app: Flask, client: PageClient) -> None:
    pilot, _address = come(app, client, Role.MANAGER)
    page = client.get(f"/costs/{pilot.id}/what-if")
    html = page.get_data(as_text=True)
    for name, value in (("parks", "1"), ("months", "1"), ("days", "23"), ("children", "60"), ("price", "2,50")):
        assert f'name="{name}" type="text" value="{value}"' in html
    # 23 x (60 x 2.50 + 10) = 3 680.
    assert "Ruokakulut 3 680 €" in text_of(page).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("parks=0", "Kirjoita nollaa suurempi luku"),
        ("parks=kolme", "Kirjoita kokonaisluku"),
        ("parks=5000", "Kirjoita enintään 1000"),
        ("price=", "Täytä tämä kohta"),
        ("price=-1", "Kirjoita nollaa suurempi luku"),
    ],
)
def test_a_what_if_that_cannot_be_says_why_beside_the_field(
    app: Flask, client: PageClient, typed: str, sentence: str
) -> None:
    pilot, _address = come(app, client, Role.MANAGER)
    name = typed.partition("=")[0]
    query = "&".join(typed if part.startswith(f"{name}=") else part for part in ASKED.split("&"))
    page = client.get(f"/costs/{pilot.id}/what-if?{query}&pilot_id=x")
    assert sentence in text_of(page)
    assert f'value="{typed.partition("=")[2]}"' in page.get_data(as_text=True)
    assert client.get(f"/costs/{pilot.id}/what-if/csv?{query}").status_code == 302


def test_the_pages_in_all_three_languages(app: Flask, client: PageClient) -> None:
    pilot, address = come(app, client)
    for language in ("sv", "en", "fi"):
        client.set_cookie("pilot_ops_language", language)
        for path in (address, f"{address}/past", f"{address}/terms", f"/costs/{pilot.id}/forecast"):
            assert f'lang="{language}"' in client.get(path).get_data(as_text=True)
        assert client.get(f"/costs/{pilot.id}/what-if").status_code == 200


def test_experience_is_of_hours_and_of_what_is_not_food(session: Session) -> None:
    pilot, park = suvela(session, days=1)
    booked = [
        {"category": Category.STAFF, "amount": Money(14_888), "hours": Fraction(15, 2), "rate": Money(1985)},
        {"category": Category.STAFF, "amount": Money(9_999)},
        {"category": Category.CATERING, "amount": Money(5_000)},
        {"category": Category.TRANSPORT, "amount": Money(300)},
        {"category": Category.SUPPLIES, "amount": Money(45), "day": date(2024, 7, 18)},
    ]
    for facts in booked:
        entry = Entry(**{"id": uuid4(), "day": GONE[0], "park_id": park.id, "description": "Kulu", **facts})
        costs.book_entry(session, ADMIN, pilot_id=pilot.id, entry=entry, at=NOON)
    found = service.get_experience(session, costs.get_costs(session, ADMIN, pilot_id=pilot.id), TODAY)
    assert found == Experience(Fraction(15, 2), Money(14_888), Money(300), portions=60)


def test_experience_is_also_of_shifts_whose_hours_are_no_whole_hundredths(session: Session) -> None:
    pilot, park = suvela(session, days=1)
    # Two people from 10.00 to 14.20: 8 h 40 min at 15.00 is 130.00. One of the two shifts is taken back.
    made = [Shift(uuid4(), park.id, GONE[0], 2, time(10), time(14, 20), 0, Money(1500)) for _ in range(2)]
    shifts = {str(number): (shift, "Työvuoro") for number, shift in enumerate(made)}
    costs.book_shifts(session, ADMIN, pilot_id=pilot.id, shifts=shifts, at=NOON)
    costs.reverse_entry(session, ADMIN, entry_id=made[0].id, day=GONE[1], reason="Kahdesti", at=NOON)
    basis = costs.get_costs(session, ADMIN, pilot_id=pilot.id)
    early, late = (service.get_experience(session, basis, day) for day in GONE[:2])
    assert (early.hours, early.staff) == (Fraction(52, 3), Money(26_000))
    assert (late.hours, late.staff) == (Fraction(26, 3), Money(13_000))
