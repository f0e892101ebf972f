"""Places and client groups; ticket types, batches, tickets, their events and moves; a role for distribution points."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Tables whose rows the database itself refuses to change or delete.
APPEND_ONLY = ("ticket_events", "stock_moves", "stock_takings")
ROLES = ("park-staff", "coordinator", "venue", "manager", "administrator")


def upgrade() -> None:
    _allow_roles("park-staff", "coordinator", "point-staff", "venue", "manager", "administrator")
    op.create_table(
        "client_groups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_groups")),
        sa.UniqueConstraint("name_key", name=op.f("uq_client_groups_name_key")),
    )
    op.create_table(
        "places",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("point", "venue", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("kind", "name_key", name=op.f("uq_places_kind_name_key")),
    )
    op.create_table(
        "ticket_types",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("coded", "counted", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column(
            "shape",
            sa.Enum("wristband", "ticket", name="shape", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "symbol",
            sa.Enum("swimming", "movie", "ticket", name="symbol", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("value_cents", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("low_stock", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("uses >= 1", name=op.f("ck_ticket_types_uses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_types")),
        sa.UniqueConstraint("name_key", name=op.f("uq_ticket_types_name_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_ticket_types_prefix")),
    )
    op.create_table(
        "wrong_codes",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "source", name=op.f("pk_wrong_codes")),
    )
    op.create_table(
        "place_staff",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_place_staff_place_id_places")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_place_staff_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "place_id", name=op.f("pk_place_staff")),
    )
    op.create_index(op.f("ix_place_staff_place_id"), "place_staff", ["place_id"], unique=False)

    op.create_table(
        "point_groups",
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["client_groups.id"], name=op.f("fk_point_groups_group_id_client_groups")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_point_groups_place_id_places")),
        sa.PrimaryKeyConstraint("place_id", "group_id", name=op.f("pk_point_groups")),
    )
    op.create_index(op.f("ix_point_groups_group_id"), "point_groups", ["group_id"], unique=False)

    op.create_table(
        "stock_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "acquire",
                "allocate",
                "transfer",
                "return",
                "hand-out",
                "undo-hand-out",
                "use",
                "void",
                "lose",
                "find",
                "replace",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=True),
        sa.Column("to_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("serials", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_stock_moves_quantity")),
        sa.ForeignKeyConstraint(["from_id"], ["places.id"], name=op.f("fk_stock_moves_from_id_places")),
        sa.ForeignKeyConstraint(["group_id"], ["client_groups.id"], name=op.f("fk_stock_moves_group_id_client_groups")),
        sa.ForeignKeyConstraint(["to_id"], ["places.id"], name=op.f("fk_stock_moves_to_id_places")),
        sa.ForeignKeyConstraint(["type_id"], ["ticket_types.id"], name=op.f("fk_stock_moves_type_id_ticket_types")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_stock_moves_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_moves")),
    )
    op.create_index(op.f("ix_stock_moves_type_id"), "stock_moves", ["type_id"], unique=False)

    op.create_table(
        "stock_takings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("counted >= 0", name=op.f("ck_stock_takings_counted")),
        sa.ForeignKeyConstraint(["point_id"], ["places.id"], name=op.f("fk_stock_takings_point_id_places")),
        sa.ForeignKeyConstraint(["type_id"], ["ticket_types.id"], name=op.f("fk_stock_takings_type_id_ticket_types")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_stock_takings_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_takings")),
    )
    op.create_index(op.f("ix_stock_takings_point_id"), "stock_takings", ["point_id"], unique=False)

    op.create_table(
        "ticket_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("first_serial", sa.Integer(), nullable=False),
        sa.Column("acquired_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_ticket_batches_quantity")),
        sa.ForeignKeyConstraint(["type_id"], ["ticket_types.id"], name=op.f("fk_ticket_batches_type_id_ticket_types")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_batches")),
        sa.UniqueConstraint("type_id", "first_serial", name=op.f("uq_ticket_batches_type_id_first_serial")),
    )
    op.create_table(
        "ticket_type_venues",
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["type_id"], ["ticket_types.id"], name=op.f("fk_ticket_type_venues_type_id_ticket_types")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["places.id"], name=op.f("fk_ticket_type_venues_venue_id_places")),
        sa.PrimaryKeyConstraint("type_id", "venue_id", name=op.f("pk_ticket_type_venues")),
    )
    op.create_index(op.f("ix_ticket_type_venues_venue_id"), "ticket_type_venues", ["venue_id"], unique=False)

    op.create_table(
        "tickets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "in-stock",
                "at-point",
                "handed-out",
                "used-up",
                "voided",
                "lost",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("handed_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_id", sa.Uuid(), nullable=True),
        sa.Column("replaced_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("uses_left >= 0", name=op.f("ck_tickets_uses_left")),
        sa.ForeignKeyConstraint(["batch_id"], ["ticket_batches.id"], name=op.f("fk_tickets_batch_id_ticket_batches")),
        sa.ForeignKeyConstraint(["group_id"], ["client_groups.id"], name=op.f("fk_tickets_group_id_client_groups")),
        sa.ForeignKeyConstraint(["last_used_id"], ["places.id"], name=op.f("fk_tickets_last_used_id_places")),
        sa.ForeignKeyConstraint(["point_id"], ["places.id"], name=op.f("fk_tickets_point_id_places")),
        sa.ForeignKeyConstraint(["replaced_by"], ["tickets.id"], name=op.f("fk_tickets_replaced_by_tickets")),
        sa.ForeignKeyConstraint(["type_id"], ["ticket_types.id"], name=op.f("fk_tickets_type_id_ticket_types")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("digest", name=op.f("uq_tickets_digest")),
        sa.UniqueConstraint("type_id", "serial", name=op.f("uq_tickets_type_id_serial")),
    )
    op.create_index("ix_tickets_batch_id_state", "tickets", ["batch_id", "state"], unique=False)
    op.create_index("ix_tickets_point_id_type_id_state", "tickets", ["point_id", "type_id", "state"], unique=False)

    op.create_table(
        "ticket_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column(
            "action",
            sa.Enum(
                "acquire",
                "allocate",
                "transfer",
                "return",
                "hand-out",
                "undo-hand-out",
                "use",
                "void",
                "lose",
                "find",
                "replace",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=True),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("left_after", sa.Integer(), nullable=True),
        sa.Column("offline", sa.Boolean(), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("undoes", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["places.id"], name=op.f("fk_ticket_events_from_id_places")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["client_groups.id"], name=op.f("fk_ticket_events_group_id_client_groups")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_ticket_events_place_id_places")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_events_ticket_id_tickets")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_ticket_events_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_events")),
        sa.UniqueConstraint("ticket_id", "seq", name=op.f("uq_ticket_events_ticket_id_seq")),
        sa.UniqueConstraint("undoes", name=op.f("uq_ticket_events_undoes")),
    )
    op.create_index(op.f("ix_ticket_events_happened_at"), "ticket_events", ["happened_at"], unique=False)
    op.create_index(op.f("ix_ticket_events_place_id"), "ticket_events", ["place_id"], unique=False)
    _protect()


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


def _allow_roles(*roles: str) -> None:
    """Have the users' check allow these roles. SQLite cannot change a check: the people are copied into a new table."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_users_role"), "users", type_="check")
        op.create_check_constraint(op.f("ck_users_role"), "users", sa.column("role").in_(roles))
        return
    role = sa.Enum(*roles, name=op.f("ck_users_role"), native_enum=False, create_constraint=True, length=40)
    language = sa.Enum(
        "fi", "sv", "en", name=op.f("ck_users_language"), native_enum=False, create_constraint=True, length=40
    )
    op.create_table(
        "new_users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", role, nullable=False),
        sa.Column("language", language, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.execute("INSERT INTO new_users SELECT * FROM users")
    op.drop_table("users")
    op.rename_table("new_users", "users")


def downgrade() -> None:
    for table in (
        "ticket_events",
        "tickets",
        "ticket_type_venues",
        "ticket_batches",
        "stock_takings",
        "stock_moves",
        "point_groups",
        "place_staff",
        "wrong_codes",
        "ticket_types",
        "places",
        "client_groups",
    ):
        op.drop_table(table)
    # Nobody is left without a role that is known: who worked at a point keeps the account, and may do nothing.
    op.execute("UPDATE users SET role = 'venue' WHERE role = 'point-staff'")
    _allow_roles(*ROLES)
