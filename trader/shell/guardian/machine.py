"""Processes and clocks as the guardian needs them; tests bring their own."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

RESTARTED = "TRADER_RESTARTED"  # tells a daemon why it was started
_TAIL = 4_000  # bytes of what a daemon said before it ended


class Child(Protocol):
    """A daemon that the guardian started."""

    def code(self) -> int | None:
        """Its exit code; None while it runs."""

    def words(self) -> str:
        """The last line that it said."""


class Machine(Protocol):
    """`now` by a clock that never jumps; others are known by process id and birth."""

    def now(self) -> float:
        """Seconds since whenever."""

    def wall(self) -> float:
        """Seconds since 1970."""

    def sleep(self, seconds: float) -> None:
        """Wait."""

    def born(self, pid: int | None) -> float | None:
        """When this process began, which tells it from a later one of the same id; None: gone."""

    def end(self, pid: int, born: float) -> bool:
        """End this very process at once, whatever it is doing; whether it is gone."""

    def start(self, command: Sequence[str], why: str) -> Child:
        """Start a daemon in a session of its own. Raises `OSError`."""


@dataclass(frozen=True, slots=True)
class _Started:
    """`output` takes what it says."""

    process: subprocess.Popen[bytes]
    output: Path

    def code(self) -> int | None:
        return self.process.poll()

    def words(self) -> str:
        try:
            said = self.output.read_bytes()[-_TAIL:].decode("utf-8", "replace").split("\n")
        except OSError:
            return ""
        return next((line.strip() for line in reversed(said) if line.strip()), "")


class RealMachine:
    """This one. `output`: the file for what started daemons say."""

    def __init__(self, output: Path) -> None:
        self._output = output

    def now(self) -> float:
        """See `Machine`."""
        return time.monotonic()

    def wall(self) -> float:
        """See `Machine`."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """See `Machine`."""
        time.sleep(seconds)

    def born(self, pid: int | None) -> float | None:
        """See `Machine`. One that has ended and was not collected yet is gone."""
        if pid is None:
            return None
        try:
            process = psutil.Process(pid)
            gone = process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
            return None if gone else process.create_time()
        except psutil.Error:
            return None

    def end(self, pid: int, born: float) -> bool:
        """See `Machine`."""
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            if process.create_time() == born:
                process.kill()
        for _ in range(50):
            if self.born(pid) != born:
                return True
            self.sleep(0.1)
        return False

    def start(self, command: Sequence[str], why: str) -> Child:
        """See `Machine`."""
        with self._output.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - the command that started the daemon before
                list(command), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, env={**os.environ, RESTARTED: why},
            )  # fmt: skip
        return _Started(process, self._output)
