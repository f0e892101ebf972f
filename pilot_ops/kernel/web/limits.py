"""Counting tries in the database, so that all web processes and nodes count together."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.storage import Storage
from sqlalchemy import Text, case, delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.clock import now
from pilot_ops.kernel.db import Base, Moment, insert_once, reading, transaction


class _Limiter(Limiter):
    """Every limit is declared at its page, which checks it: before the other pages there is nothing to look up."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if callable_name is not None:
            super()._check_request_limit(callable_name, in_middleware)


limiter = _Limiter(get_remote_address)


class TryRow(Base):
    """How many tries of one kind there were in a window of time."""

    __tablename__ = "tries"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(Moment)


class DatabaseStorage(Storage):
    """The counters of Flask-Limiter in the service's own database: ``database://``."""

    STORAGE_SCHEME = ["database"]

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count a try; a window that is over begins anew. Tries are few, so old windows are cleared away here."""
        at = now()
        ends = at + timedelta(seconds=expiry)
        over = TryRow.expires_at <= at
        values = {
            "count": case((over, amount), else_=TryRow.count + amount),
            "expires_at": case((over, ends), else_=TryRow.expires_at),
        }
        count = update(TryRow).where(TryRow.key == key).values(values).returning(TryRow.count)
        with transaction() as session:
            found = session.scalar(count)
            if found is None and not insert_once(session, TryRow, {"key": key, "count": amount, "expires_at": ends}):
                found = session.scalar(count)
        if found in {None, amount}:
            self._clear_away(at)
        return found or amount

    def _clear_away(self, at: datetime) -> None:
        with transaction() as session:
            session.execute(delete(TryRow).where(TryRow.expires_at <= at))

    def get(self, key: str) -> int:
        with reading() as session:
            query = select(TryRow.count).where(TryRow.key == key, TryRow.expires_at > now())
            return session.scalar(query) or 0

    def get_expiry(self, key: str) -> float:
        with reading() as session:
            ends = session.scalar(select(TryRow.expires_at).where(TryRow.key == key))
        return (ends or now()).timestamp()

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        with transaction() as session:
            session.execute(delete(TryRow))
        return None

    def clear(self, key: str) -> None:
        with transaction() as session:
            session.execute(delete(TryRow).where(TryRow.key == key))
