"""Searches begin when the settings say so, and follow a change of them."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import pytest

from config.system import System
from tests.config.builders import loaded
from tests.shell.searches import until
from trader.shell import schedule
from trader.shell.schedule import Schedule
from trader.shell.searching import Kind


def system(text: str = "") -> System:
    return loaded(f"# nothing\n{text}").system


class Planned:
    """A schedule, and what it began."""

    def __init__(self, *texts: str) -> None:
        self.begun: list[Kind] = []
        self.schedule = Schedule(self.begun.append)
        for text in texts:
            self.schedule.plan(system(text))

    def due(self) -> dict[str, datetime]:
        """When each search is due next, by name."""
        jobs: list[Any] = self.schedule._scheduler.get_jobs()
        return {job.id: job.next_run_time.astimezone(UTC) for job in jobs}


async def test_by_default_soon_after_the_start_every_morning_and_every_four_hours() -> None:
    planned, now = Planned(""), datetime.now(UTC)
    due = planned.due()
    assert set(due) == {"start", "daily", "k"}
    assert timedelta(seconds=290) < due["start"] - now < timedelta(seconds=310)
    assert (due["daily"].hour, due["daily"].minute) == (0, 10)  # 09:10 in Seoul
    assert timedelta(hours=3.9) < due["k"] - now < timedelta(hours=4.1)
    planned.schedule.close()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("OPTIMIZER_START_DELAY=0", {"daily", "k"}),
        ("OPTIMIZER_DAILY_AT=off", {"start", "k"}),
        ("OPTIMIZER_K_HOURS=0", {"start", "daily"}),
        ("OPTIMIZER_DAILY_AT=8:05\nTIMEZONE=UTC", {"start", "daily", "k"}),
    ],
)
async def test_each_time_can_be_switched_off(text: str, names: set[str]) -> None:
    planned = Planned(text)
    assert set(planned.due()) == names
    if "TIMEZONE" in text:
        assert (planned.due()["daily"].hour, planned.due()["daily"].minute) == (8, 5)
    planned.schedule.close()


async def test_off_there_is_no_timer_at_all() -> None:
    planned = Planned("OPTIMIZER=no")
    assert planned.schedule._scheduler is None
    planned.schedule.close()


async def test_a_change_of_other_settings_moves_nothing_and_of_these_all_but_the_start() -> None:
    planned = Planned("")
    before = planned.due()
    planned.schedule.plan(system("CRYPTO_K_VALUE=0.6"))
    assert planned.due() == before
    planned.schedule.plan(system("OPTIMIZER_K_HOURS=1"))
    assert set(planned.due()) == {"daily", "k"}
    planned.schedule.plan(system("OPTIMIZER=no"))
    assert planned.due() == {}
    planned.schedule.close()


async def test_what_is_due_begins_in_the_loop() -> None:
    planned = Planned()
    planned.schedule.plan(replace(system(), optimizer_start_delay=0.05))
    await until(lambda: planned.begun)
    assert planned.begun == [Kind.GRID]
    planned.schedule.close()
    await asyncio.sleep(0)


class Shifted(datetime):
    """The wall's clock, set forward: also what a computer sees that slept so long."""

    by = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Shifted":
        """See `datetime.now`."""
        return super().now(tz) + cls.by


@pytest.mark.parametrize(
    ("text", "hours", "begun"),
    [
        ("OPTIMIZER_DAILY_AT=off", 5, [Kind.K]),
        ("OPTIMIZER_DAILY_AT=off", 50, [Kind.K]),  # once, not for all it missed
        ("OPTIMIZER_K_HOURS=0", 26, [Kind.GRID]),
        ("OPTIMIZER_K_HOURS=5\nOPTIMIZER_DAILY_AT=off", 4, []),
    ],
)
async def test_a_clock_that_jumped_and_a_computer_that_slept_are_noticed(
    monkeypatch: pytest.MonkeyPatch, text: str, hours: int, begun: list[Kind]
) -> None:
    monkeypatch.setattr(schedule, "LOOK_EVERY", 0.05)
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Shifted)
    monkeypatch.setattr("apscheduler.executors.base.datetime", Shifted)
    planned = Planned(f"{text}\nOPTIMIZER_START_DELAY=0")
    await asyncio.sleep(0.1)
    assert planned.begun == []
    monkeypatch.setattr(Shifted, "by", timedelta(hours=hours))
    await asyncio.sleep(0.3)
    assert planned.begun == begun
    planned.schedule.close()
    monkeypatch.setattr(Shifted, "by", timedelta(hours=100))
    await asyncio.sleep(0.1)
    assert planned.begun == begun  # closed is closed
