"""The foundation: parks, people, pilots, meal days, taps, ledger, messages, job runs and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Tables whose rows the database itself refuses to change or delete.
APPEND_ONLY = ("audit_entries", "taps", "ledger_entries")


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entries")),
    )
    op.create_index(op.f("ix_audit_entries_action"), "audit_entries", ["action"], unique=False)
    op.create_index(op.f("ix_audit_entries_subject"), "audit_entries", ["subject"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "job_runs",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job", "period", name=op.f("pk_job_runs")),
    )
    op.create_table(
        "parks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parks")),
        sa.UniqueConstraint("name_key", name=op.f("uq_parks_name_key")),
    )
    op.create_table(
        "pilots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("estimate_cents", sa.BigInteger(), nullable=False),
        sa.Column("months_hundredths", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("portion_price_cents", sa.BigInteger(), nullable=True),
        sa.Column("daily_fee_cents", sa.BigInteger(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_pilots_season")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilots")),
        sa.UniqueConstraint("name_key", name=op.f("uq_pilots_name_key")),
    )
    op.create_table(
        "tap_totals",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "group", name=op.f("pk_tap_totals")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "park-staff",
                "coordinator",
                "venue",
                "manager",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "language",
            sa.Enum("fi", "sv", "en", name="language", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "closures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_closures_days")),
        sa.ForeignKeyConstraint(["park_id"], ["parks.id"], name=op.f("fk_closures_park_id_parks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closures")),
    )
    op.create_index(op.f("ix_closures_park_id"), "closures", ["park_id"], unique=False)

    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pilot_id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=True),
        sa.Column(
            "split_key",
            sa.Enum(
                "equal", "planned-days", "meals", name="split_key", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "catering",
                "supplies",
                "transport",
                "other",
                "staff",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("voucher", sa.Text(), nullable=False),
        sa.Column("service_from", sa.Date(), nullable=True),
        sa.Column("service_to", sa.Date(), nullable=True),
        sa.Column("hours_hundredths", sa.Integer(), nullable=True),
        sa.Column("rate_cents", sa.BigInteger(), nullable=True),
        sa.Column("reverses", sa.Uuid(), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(park_id IS NULL) = (split_key IS NOT NULL)", name=op.f("ck_ledger_entries_split_key_of_shared")
        ),
        sa.CheckConstraint(
            "(service_from IS NULL) = (service_to IS NULL)", name=op.f("ck_ledger_entries_service_period")
        ),
        sa.ForeignKeyConstraint(["booked_by"], ["users.id"], name=op.f("fk_ledger_entries_booked_by_users")),
        sa.ForeignKeyConstraint(["park_id"], ["parks.id"], name=op.f("fk_ledger_entries_park_id_parks")),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilots.id"], name=op.f("fk_ledger_entries_pilot_id_pilots")),
        sa.ForeignKeyConstraint(
            ["reverses"], ["ledger_entries.id"], name=op.f("fk_ledger_entries_reverses_ledger_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("reverses", name=op.f("uq_ledger_entries_reverses")),
    )
    op.create_index(op.f("ix_ledger_entries_pilot_id"), "ledger_entries", ["pilot_id"], unique=False)

    op.create_table(
        "meal_days",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pilot_id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "open",
                "closed",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("serving_from", sa.Time(), nullable=False),
        sa.Column("serving_to", sa.Time(), nullable=False),
        sa.Column("ordered", sa.Integer(), nullable=True),
        sa.Column("menu_fi", sa.Text(), nullable=False),
        sa.Column("menu_sv", sa.Text(), nullable=False),
        sa.Column("menu_en", sa.Text(), nullable=False),
        sa.Column("diets", sa.Text(), nullable=False),
        sa.Column(
            "cancel_reason",
            sa.Enum(
                "weather",
                "delivery",
                "staff",
                "safety",
                "other",
                name="cancel_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("cancel_note", sa.Text(), nullable=False),
        sa.Column("food_billed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["parks.id"], name=op.f("fk_meal_days_park_id_parks")),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilots.id"], name=op.f("fk_meal_days_pilot_id_pilots")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meal_days")),
        sa.UniqueConstraint("park_id", "day", name=op.f("uq_meal_days_park_id_day")),
    )
    op.create_index(op.f("ix_meal_days_day"), "meal_days", ["day"], unique=False)
    op.create_index(op.f("ix_meal_days_pilot_id"), "meal_days", ["pilot_id"], unique=False)

    op.create_table(
        "messages",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "day-not-closed",
                "day-without-count",
                "imbalance",
                "late-taps",
                "park-not-closed-yet",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("park_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["park_id"], ["parks.id"], name=op.f("fk_messages_park_id_parks")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_day"), "messages", ["day"], unique=False)

    op.create_table(
        "park_staff",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["parks.id"], name=op.f("fk_park_staff_park_id_parks")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_park_staff_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "park_id", name=op.f("pk_park_staff")),
    )
    op.create_index(op.f("ix_park_staff_park_id"), "park_staff", ["park_id"], unique=False)

    op.create_table(
        "pilot_parks",
        sa.Column("pilot_id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("serving_from", sa.Time(), nullable=False),
        sa.Column("serving_to", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["parks.id"], name=op.f("fk_pilot_parks_park_id_parks")),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilots.id"], name=op.f("fk_pilot_parks_pilot_id_pilots")),
        sa.PrimaryKeyConstraint("pilot_id", "park_id", name=op.f("pk_pilot_parks")),
    )
    op.create_index(op.f("ix_pilot_parks_park_id"), "pilot_parks", ["park_id"], unique=False)

    op.create_table(
        "sign_in_links",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_in_links_user_id_users")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_in_links")),
    )
    op.create_index(op.f("ix_sign_in_links_user_id"), "sign_in_links", ["user_id"], unique=False)

    op.create_table(
        "taps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "phone",
                "paper",
                "import",
                "correction",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("undoes", sa.Uuid(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("tapped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("change <> 0", name=op.f("ck_taps_change")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_taps_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taps")),
        sa.UniqueConstraint("undoes", name=op.f("uq_taps_undoes")),
    )
    op.create_index(op.f("ix_taps_subject_id"), "taps", ["subject_id"], unique=False)

    op.create_table(
        "meal_records",
        sa.Column("day_id", sa.Uuid(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=True),
        sa.Column("damaged", sa.Integer(), nullable=False),
        sa.Column("leftover", sa.Integer(), nullable=False),
        sa.Column("waste", sa.Integer(), nullable=False),
        sa.Column("temp_receipt_tenths", sa.Integer(), nullable=True),
        sa.Column("temp_serving_tenths", sa.Integer(), nullable=True),
        sa.Column(
            "food",
            sa.Enum("hot", "cold", name="food", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "weather",
            sa.Enum("sun", "cloud", "rain", name="weather", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "entered",
            sa.Enum("phone", "paper", "import", name="entered", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "delivered >= 0 AND damaged >= 0 AND leftover >= 0 AND waste >= 0",
            name=op.f("ck_meal_records_not_negative"),
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["users.id"], name=op.f("fk_meal_records_closed_by_users")),
        sa.ForeignKeyConstraint(["day_id"], ["meal_days.id"], name=op.f("fk_meal_records_day_id_meal_days")),
        sa.PrimaryKeyConstraint("day_id", name=op.f("pk_meal_records")),
    )
    head = sa.table("audit_head", sa.column("id"), sa.column("seq"), sa.column("digest"))
    op.bulk_insert(head, [{"id": 1, "seq": 0, "digest": "0" * 64}])
    _protect()


def _protect() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for event in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    for table in (
        "meal_records",
        "taps",
        "sign_in_links",
        "pilot_parks",
        "park_staff",
        "messages",
        "meal_days",
        "ledger_entries",
        "closures",
        "users",
        "tap_totals",
        "pilots",
        "parks",
        "job_runs",
        "audit_head",
        "audit_entries",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
