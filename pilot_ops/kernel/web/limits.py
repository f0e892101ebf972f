"""Counting tries in the database, so that all web processes and nodes count together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import Any, TypeVar

from flask import Response, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many
from limits.storage import MemoryStorage, Storage
from limits.strategies import FixedWindowRateLimiter
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
View = TypeVar("View", bound=Callable[..., Any])
_BUSY = "pilot_ops_busy"


def client_network() -> str:
    """Who asks, for counting strangers: an IPv4 address, or the IPv6 network that a subscriber gets whole."""
    try:
        address = ip_address(get_remote_address())
    except ValueError:
        return get_remote_address()
    return f"{IPv6Address(int(address) >> 64 << 64)}/64" if isinstance(address, IPv6Address) else str(address)


def too_busy(name: str) -> bool:
    """Count a request of this client in memory, and say whether it is one too many.

    For pages that anybody opens, and whose limit is there to spare the service: counting them in the database would
    cost the write that the limit is to save. Each process counts alone.
    """
    return seconds_to_wait(name, client_network(), current_app.config["PILOT_OPS"].lookup_limit) > 0


def seconds_to_wait(name: str, who: str, limit: str) -> int:
    """Count a request of somebody in the memory of this process; if it is one too many, how long to wait, else 0."""
    counting = current_app.extensions.setdefault(_BUSY, FixedWindowRateLimiter(MemoryStorage()))
    for part in parse_many(limit):
        if not counting.hit(part, name, who):
            ends = counting.get_window_stats(part, name, who).reset_time
            return max(1, ceil(float(ends) - now().timestamp()))
    return 0


def guesses(answer: Callable[[], Response]) -> Callable[[View], View]:
    """Limit the wrong codes of a client on all pages of codes together; ``answer`` is what it then gets.

    A wrong code is a page that is not found. Only that writes: for a right one the count is merely looked at.
    """
    limit: Any = limiter.shared_limit(
        lambda: current_app.config["PILOT_OPS"].wrong_code_limit,
        scope="wrong codes",
        key_func=client_network,
        deduct_when=lambda response: response.status_code == HTTPStatus.NOT_FOUND,
        on_breach=lambda _limit: answer(),
    )
    return limit  # type: ignore[no-any-return]


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
