"""When the optimiser's searches begin: by the wall's clock, as the settings say."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config.system import System
from trader.shell.searching import Kind

LOOK_EVERY = 30.0  # seconds between two looks at the wall's clock


class Schedule:
    """Calls `begin(kind)` in the event loop when a search is due.

    APScheduler knows when that is, by its own wall clock. Its timers alone would not do: they stand
    still while the computer sleeps and do not hear of a clock that is set, so a machine that sleeps
    every night would never come to its daily search. With OPTIMIZER=no there are none.
    """

    def __init__(self, begin: Callable[[Kind], None]) -> None:
        self._begin = begin
        self._scheduler: Any = None
        self._looking: asyncio.TimerHandle | None = None
        self._planned: tuple[Any, ...] = ()
        self._first = True

    def plan(self, system: System) -> None:
        """Follow these settings. Times that did not change keep running. Needs a running loop."""
        wanted = _wanted(system)
        if wanted == self._planned:
            return
        self._planned = wanted
        if self._scheduler is None:
            self._scheduler = _started()
            self._look()
        self._scheduler.remove_all_jobs()
        for name, (kind, trigger) in _triggers(system, at_start=self._first).items():
            self._scheduler.add_job(self._due, trigger, (kind,), id=name)
        self._first = False

    def close(self) -> None:
        """No more searches."""
        if self._looking is not None:
            self._looking.cancel()
        if self._scheduler is not None:
            with suppress(RuntimeError):  # the loop ends first when a second Ctrl-C comes
                self._scheduler.shutdown(wait=False)
            self._scheduler = None

    def coming(self) -> list[tuple[Kind, float]]:
        """The next search of each kind, in seconds since 1970."""
        jobs = () if self._scheduler is None else self._scheduler.get_jobs()
        due = [(job.args[0], job.next_run_time.timestamp()) for job in jobs if job.next_run_time]
        return list(dict(sorted(due, key=lambda found: -found[1])).items())

    def _look(self) -> None:
        """What is due by the wall's clock begins, whatever the timers think."""
        self._scheduler.wakeup()
        self._looking = asyncio.get_running_loop().call_later(LOOK_EVERY, self._look)

    async def _due(self, kind: Kind) -> None:
        self._begin(kind)


def _wanted(system: System) -> tuple[Any, ...]:
    if not system.optimizer:
        return ()
    return system.optimizer_daily_at, system.optimizer_k_hours, system.timezone


def _started() -> Any:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # what is due is ours to tell
    # a computer that slept makes up for one search, however late, and not for all it missed
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    scheduler = AsyncIOScheduler(job_defaults=defaults, timezone="UTC")
    scheduler.start()
    return scheduler


def _triggers(system: System, *, at_start: bool) -> dict[str, tuple[Kind, Any]]:
    """What is due when, by name: the grid at the start and every day, K every few hours."""
    if not system.optimizer:
        return {}
    from apscheduler.triggers.cron import CronTrigger
    from apscheduler.triggers.date import DateTrigger
    from apscheduler.triggers.interval import IntervalTrigger

    zone = ZoneInfo(system.timezone)
    made: dict[str, tuple[Kind, Any]] = {}
    if at_start and system.optimizer_start_delay:
        first = datetime.now(zone) + timedelta(seconds=system.optimizer_start_delay)
        made["start"] = (Kind.GRID, DateTrigger(first))
    if system.optimizer_daily_at is not None:
        hour, minute = system.optimizer_daily_at.split(":")
        made["daily"] = (Kind.GRID, CronTrigger(hour=hour, minute=minute, timezone=zone))
    if system.optimizer_k_hours:
        every = timedelta(hours=system.optimizer_k_hours)
        seconds = round(every.total_seconds())
        made["k"] = (Kind.K, IntervalTrigger(seconds=seconds, timezone=zone))
    return made
