"""What may be read: each resource in a few lines."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from pilot_ops.api import service
from pilot_ops.api.domain import Found, Scope, Token
from pilot_ops.api.routes import bp
from pilot_ops.api.routes.answers import resource
from pilot_ops.api.wire import (
    CostsAsked,
    CostSheet,
    EventPage,
    EventsAsked,
    LedgerAsked,
    LedgerPage,
    MealDayPage,
    MealDaysAsked,
    PageAsked,
    ParkPage,
    PilotPage,
    ProgrammeAsked,
    ProgrammeYear,
    TicketReport,
    TicketReportAsked,
)
from pilot_ops.kernel.clock import local_day, now


@resource(bp, "/pilots", asks=PageAsked, gives=PilotPage, about="Pilots")
def pilots(session: Session, token: Token, asked: PageAsked) -> Found:
    """Every pilot: its season, its parks and its estimate."""
    return service.list_pilots(session, token, asked)


@resource(bp, "/parks", asks=PageAsked, gives=ParkPage, about="Parks")
def parks(session: Session, token: Token, asked: PageAsked) -> Found:
    """Every park."""
    return service.list_parks(session, token, asked)


@resource(
    bp,
    "/meal-days",
    asks=MealDaysAsked,
    gives=MealDayPage,
    scope=Scope.MEALS_READ,
    about="Meal days with their counts",
)
def meal_days(session: Session, token: Token, asked: MealDaysAsked) -> Found:
    """Each meal day of each park: planned, open, closed or cancelled, with what was counted and written down."""
    return service.list_meal_days(session, token, asked)


@resource(
    bp,
    "/pilots/<uuid:pilot_id>/costs",
    asks=CostsAsked,
    gives=CostSheet,
    scope=Scope.COSTS_READ,
    about="The cost sheet of a pilot on a day",
)
def costs(session: Session, token: Token, asked: CostsAsked, *, pilot_id: UUID) -> CostSheet:
    """Each park's cost against the estimate, to date and to come, with what more meals and dearer meals did."""
    return service.get_cost_sheet(session, token, asked, pilot_id=pilot_id, today=local_day(now()))


@resource(
    bp, "/ledger-entries", asks=LedgerAsked, gives=LedgerPage, scope=Scope.COSTS_READ, about="Entries of the ledger"
)
def ledger_entries(session: Session, token: Token, asked: LedgerAsked) -> Found:
    """Every cost that was booked, in the order it was booked."""
    return service.list_ledger(session, token, asked)


@resource(bp, "/events", asks=EventsAsked, gives=EventPage, scope=Scope.EVENTS_READ, about="Events and who came")
def events(session: Session, token: Token, asked: EventsAsked) -> Found:
    """Nature-sport events with participants, helpers and costs."""
    return service.list_events(session, token, asked)


@resource(
    bp,
    "/ticket-report",
    asks=TicketReportAsked,
    gives=TicketReport,
    scope=Scope.TICKETS_READ,
    about="Tickets handed out and used",
)
def ticket_report(session: Session, token: Token, asked: TicketReportAsked) -> TicketReport:
    """What was acquired, allocated, handed out and used: by type, point, client group or month."""
    return service.get_ticket_report(session, token, asked)


@resource(
    bp,
    "/programme",
    asks=ProgrammeAsked,
    gives=ProgrammeYear,
    scope=Scope.PROGRAMME_READ,
    about="A year of the programme",
)
def programme(session: Session, token: Token, asked: ProgrammeAsked) -> ProgrammeYear:
    """The budget, measures with costs and participations, and administration apart."""
    return service.get_programme_year(session, token, asked, today=local_day(now()))
