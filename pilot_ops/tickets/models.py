"""Tables of tickets. Events, moves and stock-takings are never changed or deleted: triggers refuse it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.db import Base, Cents, Moment, choice
from pilot_ops.kernel.money import Money
from pilot_ops.tickets.domain import Action, Format, Kind, PrintState, Shape, State, Symbol


class TicketTypeRow(Base):
    """A ticket type. ``name_key`` is its Finnish name without case."""

    __tablename__ = "ticket_types"
    __table_args__ = (CheckConstraint("uses >= 1", name="uses"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name_key: Mapped[str] = mapped_column(Text, unique=True)
    name_fi: Mapped[str] = mapped_column(Text)
    name_sv: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    kind: Mapped[Kind] = mapped_column(choice(Kind, "kind"))
    prefix: Mapped[str] = mapped_column(Text, unique=True)
    shape: Mapped[Shape] = mapped_column(choice(Shape, "shape"))
    symbol: Mapped[Symbol] = mapped_column(choice(Symbol, "symbol"))
    uses: Mapped[int]
    value_cents: Mapped[Money | None] = mapped_column(Cents)
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    low_stock: Mapped[int]
    active: Mapped[bool]
    demo: Mapped[bool]


class TypeVenueRow(Base):
    """A venue where tickets of a type are valid."""

    __tablename__ = "ticket_type_venues"

    type_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_types.id"), primary_key=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("places.id"), primary_key=True, index=True)


class BatchRow(Base):
    """Tickets that came at once. ``id`` is made with the form: a form sent twice makes one batch."""

    __tablename__ = "ticket_batches"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        # Of two batches made at once one numbers its tickets, and the other comes after it.
        UniqueConstraint("type_id", "first_serial"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_types.id"))
    quantity: Mapped[int]
    first_serial: Mapped[int]
    acquired_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Moment)


class TicketRow(Base):
    """A coded ticket as it stands. Of its code there is only the digest. ``version`` grows with whatever is done."""

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("type_id", "serial"),
        CheckConstraint("uses_left >= 0", name="uses_left"),
        Index("ix_tickets_point_id_type_id_state", "point_id", "type_id", "state"),
        Index("ix_tickets_batch_id_state", "batch_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_types.id"))
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_batches.id"))
    serial: Mapped[int]
    digest: Mapped[str] = mapped_column(Text, unique=True)
    state: Mapped[State] = mapped_column(choice(State, "state"))
    uses_left: Mapped[int]
    version: Mapped[int]
    point_id: Mapped[UUID | None] = mapped_column(ForeignKey("places.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("client_groups.id"))
    handed_out_at: Mapped[datetime | None] = mapped_column(Moment)
    first_used_at: Mapped[datetime | None] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)
    last_used_id: Mapped[UUID | None] = mapped_column(ForeignKey("places.id"))
    replaced_by: Mapped[UUID | None] = mapped_column(ForeignKey("tickets.id"))


class TicketEventRow(Base):
    """Something done, or tried, with a ticket; ``answer`` is what was answered, to be answered again word for word.

    ``seq`` numbers what was done with a ticket; what was only tried has none. An unknown code has no ticket.
    ``undoes`` is unique: a hand-out is taken back once.
    """

    __tablename__ = "ticket_events"
    __table_args__ = (UniqueConstraint("ticket_id", "seq"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("tickets.id"))
    seq: Mapped[int | None]
    action: Mapped[Action] = mapped_column(choice(Action, "action"))
    reason: Mapped[str | None] = mapped_column(Text)
    happened_at: Mapped[datetime] = mapped_column(Moment, index=True)
    received_at: Mapped[datetime] = mapped_column(Moment)
    from_id: Mapped[UUID | None] = mapped_column(ForeignKey("places.id"))
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("places.id"), index=True)
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("client_groups.id"))
    left_after: Mapped[int | None]
    offline: Mapped[bool]
    conflict: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)
    undoes: Mapped[UUID | None] = mapped_column(unique=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    device_id: Mapped[UUID | None]
    answer: Mapped[str] = mapped_column(Text)


class StockMoveRow(Base):
    """A number of tickets moved at once: of coded ones ``serials`` says which, of counted ones there is no more."""

    __tablename__ = "stock_moves"
    __table_args__ = (CheckConstraint("quantity <> 0", name="quantity"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_types.id"), index=True)
    action: Mapped[Action] = mapped_column(choice(Action, "action"))
    quantity: Mapped[int]
    from_id: Mapped[UUID | None] = mapped_column(ForeignKey("places.id"))
    to_id: Mapped[UUID | None] = mapped_column(ForeignKey("places.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("client_groups.id"))
    serials: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    note: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Moment)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    device_id: Mapped[UUID | None]


class StockTakingRow(Base):
    """How many tickets of a type were counted at a point, and how many should have been there."""

    __tablename__ = "stock_takings"
    __table_args__ = (CheckConstraint("counted >= 0", name="counted"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_types.id"))
    point_id: Mapped[UUID] = mapped_column(ForeignKey("places.id"), index=True)
    counted: Mapped[int]
    expected: Mapped[int]
    note: Mapped[str] = mapped_column(Text)
    counted_at: Mapped[datetime] = mapped_column(Moment)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class WrongCodeRow(Base):
    """How many wrong codes were tried on a day, by where: on the public page, at hand-out or at use."""

    __tablename__ = "wrong_codes"

    day: Mapped[date] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    count: Mapped[int]


class SurveyTurnRow(Base):
    """How many surveys were given for the uses of a ticket: that, and not which, and not when."""

    __tablename__ = "survey_turns"
    __table_args__ = (CheckConstraint("given >= 1", name="given"), {"sqlite_with_rowid": False})

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    given: Mapped[int]


class PrintRow(Base):
    """A print: an order of a type's numbers on a paper, and how far it is.

    ``claim`` is the process that makes it, ``heartbeat`` when that was last heard of, ``tries`` how many began it.
    ``left_out`` says how many were not printed, by reason.
    """

    __tablename__ = "print_jobs"
    __table_args__ = (
        CheckConstraint("first >= 1 AND last >= first", name="numbers"),
        Index("ix_print_jobs_type_id_first", "type_id", "first"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_types.id"))
    first: Mapped[int]
    last: Mapped[int]
    format: Mapped[Format] = mapped_column(choice(Format, "format"))
    with_value: Mapped[bool]
    state: Mapped[PrintState] = mapped_column(choice(PrintState, "state"))
    reason: Mapped[str | None] = mapped_column(Text)
    total: Mapped[int]
    done: Mapped[int]
    left_out: Mapped[str] = mapped_column(Text)
    reprint: Mapped[bool]
    requested_at: Mapped[datetime] = mapped_column(Moment, index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    claim: Mapped[UUID | None]
    heartbeat: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int]
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class PrintFileRow(Base):
    """The file of a finished print, enciphered with a key that is not in the database: it is full of codes."""

    __tablename__ = "print_files"

    print_id: Mapped[UUID] = mapped_column(ForeignKey("print_jobs.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Moment, index=True)
