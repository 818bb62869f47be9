"""The daemon's side: it starts its guardian, sees that there is one, dismisses it at the end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from trader.bridge.views import GuardianView
from trader.shell.guardian.view import read
from trader.shell.lock import OWNER

log = logging.getLogger("trader.shell")
SCRIPT = Path(__file__).parents[3] / "run_guardian.py"
ANEW_AFTER = 5  # beats between two attempts to start one


@dataclass(frozen=True, slots=True)
class Wanted:
    """The guardian that is wanted. `command` starts the daemon; `journal`: its file, or None."""

    data_dir: Path
    after: float
    command: Sequence[str]
    journal: Path | None

    @property
    def words(self) -> list[str]:
        """What starts it."""
        words = [sys.executable, str(SCRIPT), "--after", f"{self.after:g}"]
        if self.journal is not None:
            words += ["--journal", str(self.journal.resolve())]
        return [*words, "--", *self.command]


class Keeper:
    """Beats for the guardian and keeps one alive. `sleep` in seconds."""

    def __init__(self, wanted: Wanted, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._wanted, self._sleep = wanted, sleep
        self._child: subprocess.Popen[bytes] | None = None
        self._beats = 0
        self._tried = -ANEW_AFTER
        self._missed = False

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self.once()
            await self._sleep(min(1.0, self._wanted.after / 5))

    def once(self) -> None:
        """One beat, and a look whether the guardian lives."""
        self._beats += 1
        with contextlib.suppress(OSError):
            os.utime(self._wanted.data_dir / OWNER)
        there = self._present()
        if there is not None:
            self._missed = False
            said = read(self._wanted.data_dir)
            if said.get("pid") != there or said.get("after") == self._wanted.after:
                return
            self.dismiss()  # it is of the settings before a restart
        if self._beats - self._tried >= ANEW_AFTER:
            self._tried = self._beats
            self._start()

    def _start(self) -> None:
        if self._missed:
            log.error("the guardian is gone; starting another one", extra={"code": "guardian"})
        self._missed = True
        try:
            self._child = subprocess.Popen(  # noqa: S603 - our own program
                self._wanted.words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            reason = error.strerror or str(error)
            log.error("no guardian: %s", reason, extra={"code": "guardian"})  # noqa: TRY400

    def view(self) -> GuardianView:
        """What is shown of it."""
        said, pid = read(self._wanted.data_dir), self._present()
        state = str(said.get("state", "")) if pid is not None else "missing"
        return GuardianView(
            state=state,
            after=self._wanted.after,
            pid=pid,
            since=said.get("since") if pid is not None else None,
            action=str(said.get("action", "")),
            acted_at=said.get("acted_at"),
        )

    def dismiss(self) -> None:
        """The daemon was stopped on purpose: nobody is to start it again."""
        pid = self._present()
        if pid is not None:
            _send_away(pid)
        if self._child is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(2.0)

    def _present(self) -> int | None:
        """Process id of the guardian that lives; None: none."""
        if self._child is not None and self._child.poll() is None:
            return self._child.pid
        return present(self._wanted.data_dir)


def dismiss(data_dir: Path) -> None:
    """No guardian is wanted any more; one may be left from before a restart."""
    pid = present(data_dir)
    if pid is not None:
        _send_away(pid)


def present(data_dir: Path) -> int | None:
    """Process id of the guardian that lives, as far as it says so itself; None: none."""
    said = read(data_dir)
    pid = said.get("pid")
    if not isinstance(pid, int) or said.get("state") in (None, "off"):
        return None
    return pid if _is_guardian(pid) else None


def _send_away(pid: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGTERM)


def _is_guardian(pid: int) -> bool:
    """Whether a process that lives is a guardian and not a later one that got its number."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and SCRIPT.name in " ".join(
            process.cmdline()
        )
    except psutil.Error:
        return False


class NoKeeper:
    """Where nobody watches: switched off, or nothing is at stake."""

    async def run(self) -> None:
        """Nothing to do."""
        await asyncio.sleep(0)

    def view(self) -> GuardianView | None:
        """Nothing to show."""
        return None

    def dismiss(self) -> None:
        """Nobody to dismiss."""
