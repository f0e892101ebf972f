"""Tables of places and client groups."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.db import Base, choice
from pilot_ops.places.domain import Kind


class PlaceRow(Base):
    """A distribution point or a venue. ``name_key`` is the name without case; two of one kind never share it."""

    __tablename__ = "places"
    __table_args__ = (UniqueConstraint("kind", "name_key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind, "kind"))
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text)
    active: Mapped[bool]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)


class ClientGroupRow(Base):
    """A client group. ``name_key`` is its Finnish name without case."""

    __tablename__ = "client_groups"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name_key: Mapped[str] = mapped_column(Text, unique=True)
    name_fi: Mapped[str] = mapped_column(Text)
    name_sv: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)


class PointGroupRow(Base):
    """A client group that a point serves."""

    __tablename__ = "point_groups"

    place_id: Mapped[UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("client_groups.id"), primary_key=True, index=True)


class PlaceStaffRow(Base):
    """A person who works at a place."""

    __tablename__ = "place_staff"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    place_id: Mapped[UUID] = mapped_column(ForeignKey("places.id"), primary_key=True, index=True)
