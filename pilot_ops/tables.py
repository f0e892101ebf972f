"""All tables, so that Alembic and the tests know them."""

from pilot_ops.accounts import models as accounts
from pilot_ops.audit import models as audit
from pilot_ops.parks import models as parks

__all__ = ["accounts", "audit", "parks"]
