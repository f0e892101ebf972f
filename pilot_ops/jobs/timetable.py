"""What runs when: one table, in Helsinki time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Protocol

from apscheduler.triggers.cron import CronTrigger

from pilot_ops.backups import jobs as backups
from pilot_ops.kernel.clock import HELSINKI, at_local, local_day, to_local
from pilot_ops.mail import jobs as mail
from pilot_ops.meals import jobs as meals
from pilot_ops.notices import jobs as notices
from pilot_ops.signups import jobs as signups
from pilot_ops.tickets import jobs as tickets

_SLOT_MINUTES = 5


class Report(Protocol):
    """What a job did: how many things it looked at, and how many it did or found."""

    @property
    def looked(self) -> int: ...

    @property
    def done(self) -> int: ...


Work = Callable[..., Report]


@dataclass(frozen=True, slots=True)
class Job:
    """A job: what it does, and when. ``at`` is the time of a job run once a day; None: every five minutes, 8 to 20.

    One ``apart`` takes long: it is given the app, and opens transactions itself, so that nobody waits for it.
    """

    name: str
    work: Work
    at: time | None
    apart: bool = False

    def trigger(self) -> CronTrigger:
        """When the clock starts it. Times exist once on every day: none lies in the hours that DST skips or repeats."""
        fields: dict[str, Any] = {"hour": "8-20", "minute": f"*/{_SLOT_MINUTES}"}
        if self.at is not None:
            fields = {"hour": self.at.hour, "minute": self.at.minute}
        return CronTrigger(timezone=HELSINKI, **fields)

    def period(self, moment: datetime) -> str:
        """What it runs once in: the day in Helsinki, or five minutes of it."""
        if self.at is not None:
            return local_day(moment).isoformat()
        local = to_local(moment)
        return f"{local:%Y-%m-%dT%H}:{local.minute - local.minute % _SLOT_MINUTES:02d}"

    def due(self, moment: datetime) -> bool:
        """Whether its time of today has come, so that a service that starts late catches up."""
        return self.at is None or moment >= at_local(local_day(moment), self.at)


TIMETABLE: Mapping[str, Job] = {
    job.name: job
    for job in (
        Job("delete-feedback", notices.delete_feedback, time(2, 45)),
        Job("delete-prints", tickets.delete_prints, time(2, 30)),
        Job("delete-sign-ups", signups.delete_sign_ups, time(2, 40)),
        Job("forget-mail", mail.forget_mail, time(2, 35)),
        Job("nightly-check", meals.nightly_check, time(2, 15)),
        Job("open-days", meals.open_days, time(6, 0)),
        Job("remind-parks", meals.remind_parks, None),
        Job("tell-coordinator", meals.tell_coordinator, time(19, 0)),
        # After what is to be forgotten has been deleted, also where a late start catches up.
        Job("backup", backups.back_up, time(2, 55), apart=True),
    )
}


class UnknownJob(Exception):
    """There is no job of this name; the message names those there are."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no job {name!r}; jobs: {', '.join(TIMETABLE)}")


def get_job(name: str) -> Job:
    """A job by its name. UnknownJob if there is none."""
    if name not in TIMETABLE:
        raise UnknownJob(name)
    return TIMETABLE[name]
