"""All tables, so that Alembic and the tests know them."""

from pilot_ops.accounts import models as accounts
from pilot_ops.api import models as api
from pilot_ops.audit import models as audit
from pilot_ops.costs import models as costs
from pilot_ops.counting import models as counting
from pilot_ops.events import models as events
from pilot_ops.forecasts import models as forecasts
from pilot_ops.invoices import models as invoices
from pilot_ops.jobs import models as jobs
from pilot_ops.mail import models as mail
from pilot_ops.meals import models as meals
from pilot_ops.messages import models as messages
from pilot_ops.notices import models as notices
from pilot_ops.parks import models as parks
from pilot_ops.phones import models as phones
from pilot_ops.places import models as places
from pilot_ops.programme import models as programme
from pilot_ops.reports import models as reports
from pilot_ops.schedule import models as schedule
from pilot_ops.signups import models as signups
from pilot_ops.surveys import models as surveys
from pilot_ops.sync import models as sync
from pilot_ops.tickets import models as tickets
from pilot_ops.units import models as units

__all__ = [
    "accounts",
    "api",
    "audit",
    "costs",
    "counting",
    "events",
    "forecasts",
    "invoices",
    "jobs",
    "mail",
    "meals",
    "messages",
    "notices",
    "parks",
    "phones",
    "places",
    "programme",
    "reports",
    "schedule",
    "signups",
    "surveys",
    "sync",
    "tickets",
    "units",
]
