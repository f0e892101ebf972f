"""The table that lets each job run once a period, however many processes hold the timetable."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from pilot_ops.kernel.db import Base, Moment


class JobRunRow(Base):
    """A run of a job for a period (a day in Helsinki); whoever inserts the row runs the job."""

    __tablename__ = "job_runs"

    job: Mapped[str] = mapped_column(Text, primary_key=True)
    period: Mapped[str] = mapped_column(Text, primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(Text)
