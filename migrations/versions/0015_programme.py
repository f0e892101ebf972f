"""The programme: years, benefit targets, measures and what belongs to them, expenses, decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

APPEND_ONLY = ("programme_expenses",)


def upgrade() -> None:
    op.create_table(
        "benefit_targets",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_benefit_targets")),
    )
    op.create_table(
        "programme_years",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("budget_cents", sa.BigInteger(), nullable=True),
        sa.Column("planned", sa.Integer(), nullable=True),
        sa.Column("cancelled", sa.Integer(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=True),
        sa.Column("residents", sa.Integer(), nullable=True),
        sa.Column("residents_approximate", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_programme_years")),
    )
    op.create_table(
        "measures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["year"], ["programme_years.year"], name=op.f("fk_measures_year_programme_years")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
        sa.UniqueConstraint("year", "name_key", name=op.f("uq_measures_year_name_key")),
    )
    op.create_table(
        "measure_parts",
        sa.Column("kind", _choice("kind", "pilot", "series", "event", "ticket-type"), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["measure_id"], ["measures.id"], name=op.f("fk_measure_parts_measure_id_measures")),
        sa.PrimaryKeyConstraint("kind", "thing_id", "year", name=op.f("pk_measure_parts")),
    )
    op.create_index(op.f("ix_measure_parts_measure_id"), "measure_parts", ["measure_id"])
    _create_expenses()
    op.create_table(
        "programme_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("text_fi", sa.Text(), nullable=False),
        sa.Column("text_sv", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measures.id"], name=op.f("fk_programme_decisions_measure_id_measures")
        ),
        sa.ForeignKeyConstraint(
            ["year"], ["programme_years.year"], name=op.f("fk_programme_decisions_year_programme_years")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_decisions")),
    )
    op.create_index(op.f("ix_programme_decisions_year"), "programme_decisions", ["year"])
    _protect()


def _create_expenses() -> None:
    op.create_table(
        "programme_expenses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("account", _choice("account", "measure", "not-itemised", "administration"), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("voucher", sa.Text(), nullable=False),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column("reverses", sa.Uuid(), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(measure_id IS NOT NULL) = (account = 'measure')", name=op.f("ck_programme_expenses_measure")
        ),
        sa.ForeignKeyConstraint(["booked_by"], ["users.id"], name=op.f("fk_programme_expenses_booked_by_users")),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measures.id"], name=op.f("fk_programme_expenses_measure_id_measures")
        ),
        sa.ForeignKeyConstraint(
            ["reverses"], ["programme_expenses.id"], name=op.f("fk_programme_expenses_reverses_programme_expenses")
        ),
        sa.ForeignKeyConstraint(
            ["year"], ["programme_years.year"], name=op.f("fk_programme_expenses_year_programme_years")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_expenses")),
        sa.UniqueConstraint("reverses", name=op.f("uq_programme_expenses_reverses")),
    )
    op.create_index(op.f("ix_programme_expenses_year"), "programme_expenses", ["year"])


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _protect() -> None:
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "sqlite":
            for event in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )


def downgrade() -> None:
    for table in (
        "programme_decisions",
        "programme_expenses",
        "measure_parts",
        "measures",
        "programme_years",
        "benefit_targets",
    ):
        op.drop_table(table)
