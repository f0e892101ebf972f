"""The only place that knows every slice: puts the service together."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_migrate import Migrate
from jinja2 import StrictUndefined

from pilot_ops import tables
from pilot_ops.accounts import queries as accounts
from pilot_ops.accounts import routes as account_pages
from pilot_ops.api import routes as api_pages
from pilot_ops.audit import routes as audit_pages
from pilot_ops.calendar import routes as calendar_pages
from pilot_ops.costs import routes as cost_pages
from pilot_ops.costs.service import keep_locked_figures
from pilot_ops.desk import routes as desk_pages
from pilot_ops.events import routes as event_pages
from pilot_ops.feeds import routes as feed_pages
from pilot_ops.forecasts import routes as forecast_pages
from pilot_ops.invoices import routes as invoice_pages
from pilot_ops.jobs import routes as job_pages
from pilot_ops.kernel import db, writer
from pilot_ops.kernel.access import Actor, Permission, Role
from pilot_ops.kernel.clock import now
from pilot_ops.kernel.paths import MIGRATIONS, STATIC, TEMPLATES
from pilot_ops.kernel.settings import Settings, read_settings
from pilot_ops.kernel.web import assets, context, guard, i18n, kept, limits, offline, pages
from pilot_ops.kernel.web.context import NavItem
from pilot_ops.kernel.web.guard import actor, signed_in
from pilot_ops.mail import routes as mail_pages
from pilot_ops.meals import routes as meal_pages
from pilot_ops.messages import routes as message_pages
from pilot_ops.notices import routes as notice_pages
from pilot_ops.parks import routes as park_pages
from pilot_ops.phones import queries as phones
from pilot_ops.phones import routes as phone_pages
from pilot_ops.places import routes as place_pages
from pilot_ops.programme import routes as programme_pages
from pilot_ops.public import routes as public_pages
from pilot_ops.reports import routes as report_pages
from pilot_ops.schedule import routes as schedule_pages
from pilot_ops.schedule import service as schedule_service
from pilot_ops.signups import routes as sign_up_pages
from pilot_ops.surveys import routes as survey_pages
from pilot_ops.sync import routes as sync_pages
from pilot_ops.tickets import routes as ticket_pages
from pilot_ops.units import routes as unit_pages

P = Permission

# What the main menu leads to, in order; each person sees what their role allows.
NAVIGATION: tuple[NavItem, ...] = (
    NavItem("desk.desk", lambda: _l("Työpöytä"), "list-check", P.PROGRAMME_EDIT),
    NavItem("meals.today", lambda: _l("Tänään"), "soup", P.DAYS_VIEW),
    NavItem("calendar.calendar", lambda: _l("Kalenteri"), "calendar-event", P.DAYS_VIEW),
    NavItem("events.events", lambda: _l("Tapahtumat"), "tree", P.EVENTS_VIEW),
    NavItem("tickets.stock", lambda: _l("Liput"), "ticket", P.TICKETS_VIEW),
    NavItem("costs.costs", lambda: _l("Kulut"), "chart", P.COSTS_VIEW),
    NavItem("programme.programme", lambda: _l("Ohjelma"), "flag", P.PROGRAMME_VIEW),
    NavItem("tickets.hand_out", lambda: _l("Luovuta"), "qrcode", P.TICKETS_HAND_OUT),
    NavItem("tickets.use", lambda: _l("Lunasta"), "qrcode", P.TICKETS_USE),
    NavItem("messages.attention", lambda: _l("Vaatii huomiota"), "bell", P.DAYS_VIEW),
    NavItem("schedule.pilots", lambda: _l("Pilotit"), "list", P.PILOTS_EDIT),
    NavItem("parks.parks", lambda: _l("Puistot"), "tree", P.PARKS_VIEW),
    NavItem("places.places", lambda: _l("Paikat"), "package", P.PLACES_EDIT),
    NavItem("phones.phones", lambda: _l("Puhelimet"), "phone", P.PHONES_EDIT),
    NavItem("accounts.users", lambda: _l("Käyttäjät"), "users", P.USERS_EDIT),
    NavItem("notices.feedback", lambda: _l("Palaute"), "message", P.FEEDBACK_ANSWER),
    NavItem("audit.audit", lambda: _l("Loki"), "history", P.AUDIT_VIEW),
    NavItem("api.tokens", lambda: _l("Rajapinta"), "link", P.TOKENS_EDIT),
    NavItem("jobs.jobs", lambda: _l("Ajastukset"), "clock", P.JOBS_RUN),
)

# The menu shows four entries at once, the others under "Muut": a role whose work lies further down has it first.
FIRST: Mapping[Role, tuple[str, ...]] = {
    Role.MANAGER: ("desk.desk", "costs.costs", "programme.programme", "tickets.stock"),
    Role.ADMINISTRATOR: ("desk.desk", "accounts.users", "audit.audit", "jobs.jobs"),
}

_PAGES = (
    account_pages,
    park_pages,
    place_pages,
    unit_pages,
    phone_pages,
    audit_pages,
    message_pages,
    mail_pages,
    schedule_pages,
    event_pages,
    meal_pages,
    ticket_pages,
    sign_up_pages,
    survey_pages,
    calendar_pages,
    cost_pages,
    forecast_pages,
    programme_pages,
    report_pages,
    desk_pages,
    invoice_pages,
    public_pages,
    feed_pages,
    notice_pages,
    job_pages,
    sync_pages,
    api_pages,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The service as a WSGI app. BadSettings if a setting is missing or wrong."""
    settings = settings or read_settings()
    app = Flask(__name__, template_folder=str(TEMPLATES), static_folder=None)
    app.config["PILOT_OPS"] = settings
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    # What goes wrong is logged without what was being written: it may be a name, an address or a letter.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"hide_parameters": True}
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    db.set_up(app)
    kept.set_up(app)
    Migrate(app, db.db, directory=str(MIGRATIONS))
    guard.set_up(app, _load_actor, _load_phone)
    i18n.set_up(app)
    assets.set_up(app)
    offline.set_up(app)
    context.set_up(app, NAVIGATION, FIRST)
    pages.set_up(app, settings)
    _add_slices(app, settings)
    app.add_url_rule("/", "home", home)
    return app


def _add_slices(app: Flask, settings: Settings) -> None:
    app.config["RATELIMIT_STORAGE_URI"] = settings.limit_storage
    limits.limiter.init_app(app)
    writer.set_up(app)
    schedule_service.heed(keep_locked_figures)
    for pages_of in _PAGES:
        app.register_blueprint(pages_of.bp)


def _load_actor(token: str, device_id: UUID) -> Actor | None:
    with db.asking() as connection:
        return accounts.find_actor(connection, token, device_id, now())


def _load_phone(secret: str) -> Actor | None:
    with db.reading() as session:
        return phones.find_actor(session, secret)


@signed_in
def home() -> ResponseReturnValue:
    """Send everybody to the first page of their own work."""
    for item in NAVIGATION:
        if actor().may(item.permission):
            return redirect(url_for(item.endpoint))
    return redirect(url_for("accounts.own_account"))


__all__ = ["STATIC", "create_app", "tables"]
