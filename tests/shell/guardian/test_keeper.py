"""The daemon's side with real guardians: one is there, one comes back, none outlives the end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from trader.shell.daemon import Ending, Stop
from trader.shell.guardian.duty import kept
from trader.shell.guardian.keeper import Keeper, NoKeeper, Wanted, dismiss, present

PATIENCE = 20.0


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A data directory of a daemon that is this very process."""
    (tmp_path / "bot.owner.json").write_text(json.dumps({"pid": os.getpid(), "started_at": 1.0}))
    yield tmp_path
    dismiss(tmp_path)


def keeper_of(folder: Path, after: float = 5.0) -> Keeper:
    command = ("python", "run_bot.py", "--data-dir", str(folder), "--log-dir", str(folder))
    return Keeper(Wanted(folder, after, command, folder / "trader.db"), asyncio.sleep)


def until(keeper: Keeper, holds: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, keeper.view()
        keeper.once()
        time.sleep(0.05)


def lives(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def watched(keeper: Keeper) -> int:
    """Wait for a guardian; its process id."""
    until(keeper, lambda: keeper.view().state == "watching")
    pid = keeper.view().pid
    assert pid is not None
    return pid


def test_one_is_started_and_another_when_it_dies(folder: Path) -> None:
    keeper = keeper_of(folder)
    first = watched(keeper)
    os.kill(first, signal.SIGKILL)
    until(keeper, lambda: keeper.view().pid not in (None, first))
    second = watched(keeper)
    assert second != first
    keeper.dismiss()
    assert not lives(second)
    assert keeper.view().state == "missing"


def test_the_one_that_is_there_stays_after_a_restart(folder: Path) -> None:
    before = keeper_of(folder)
    pid = watched(before)
    after = keeper_of(folder)
    for _ in range(10):
        after.once()
    assert after.view().pid == present(folder) == pid
    other = keeper_of(folder, after=6.0)  # GUARDIAN_AFTER was changed
    until(other, lambda: other.view().pid not in (None, pid) and not lives(pid))
    watched(other)
    other.dismiss()
    before.dismiss()  # collects its own


def test_a_number_that_belongs_to_another_program_is_no_guardian(folder: Path) -> None:
    said = {"pid": os.getpid(), "state": "watching"}
    (folder / "guardian.json").write_text(json.dumps(said))
    assert present(folder) is None
    dismiss(folder)
    (folder / "guardian.json").write_text(json.dumps({"pid": 2**22 + 1, "state": "watching"}))
    assert present(folder) is None


def test_without_an_interpreter_there_is_a_message(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", str(folder / "gone"))
    keeper = keeper_of(folder)
    keeper.once()
    assert "no guardian" in caplog.text
    assert keeper.view().state == "missing"


@pytest.mark.parametrize(
    ("ending", "dismissed"), [(Ending.STOPPED, True), (Ending.RESTART, False), (None, False)]
)
async def test_only_an_ordered_stop_dismisses_it(ending: Ending | None, dismissed: bool) -> None:
    class Noted(NoKeeper):
        gone = False

        async def run(self) -> None:
            await asyncio.sleep(60)

        def dismiss(self) -> None:
            self.gone = True

    stop, keeper = Stop(), Noted()
    task = asyncio.create_task(kept(keeper, stop))
    await asyncio.sleep(0)
    if ending is not None:
        stop.ask(ending)
    task.cancel()  # without an ask: something else went wrong
    with pytest.raises(asyncio.CancelledError):
        await task
    assert keeper.gone is dismissed


async def test_it_beats_as_long_as_it_runs(folder: Path) -> None:
    owner = folder / "bot.owner.json"
    os.utime(owner, ns=(1, 1))
    keeper = keeper_of(folder)
    task = asyncio.create_task(keeper.run())
    await asyncio.sleep(0.05)
    task.cancel()
    keeper.dismiss()
    assert owner.stat().st_mtime_ns > 1
    none = NoKeeper()
    await none.run()
    assert none.view() is None
    none.dismiss()
