"""Backtests under way: processes of their own, which outlive the browser and the panel."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Any

from dashboard.logbook.line import visible
from dashboard.research.shelf import RESULT
from trader.bridge.files import opened_plain, read_whole, write_whole

STARTED, OUTPUT = "started.json", "output.txt"
MOST = 2  # at once
ROOT = Path(__file__).parents[2]
_TAIL = 4_096  # bytes of the output that are read
_PATIENCE = 3.0  # seconds to end in order
_SAME = 2.0  # seconds; a start is told from the boot time, which moves when the clock is set
_TENTH = re.compile(r"backtest (\d{1,3}) %")


class Busy(Exception):
    """As many backtests as may run do."""


class State(StrEnum):
    """What became of a backtest that the panel started."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """One start: `pid` and when that process was born (both name it), `at` in seconds."""

    folder: Path
    pid: int
    born: float
    at: float
    words: tuple[str, ...] = ()
    cancelled_at: float | None = None

    def written(self) -> None:
        """Leave it in its folder. Raises `OSError`."""
        content = {name: value for name, value in asdict(self).items() if name != "folder"}
        write_whole(self.folder / STARTED, json.dumps(content, ensure_ascii=False))


class Desk:
    """Starts, watches and ends backtests of one shelf. Shared by all sessions of a panel."""

    def __init__(self, shelf: Path) -> None:
        self._shelf = shelf
        self._lock = Lock()
        self._children: list[subprocess.Popen[bytes]] = []

    def start(self, words: Sequence[str], label: str) -> Job:
        """Begin a backtest in a new folder. Raises `Busy`, `OSError`, `ValueError`."""
        with self._lock:
            if len(self.running()) >= MOST:
                raise Busy
            folder = _new_folder(self._shelf, label)
            with (folder / OUTPUT).open("ab") as output:
                child = _started([*words, f"--out={folder}"], output)
            self._children.append(child)
            job = Job(folder, child.pid, _born(child.pid), time.time(), tuple(words))
            job.written()
            return job

    def running(self) -> list[Job]:
        """What is under way, the oldest first, whoever started it."""
        self._bury()
        folders = [file.parent for file in self._shelf.glob(f"*/{STARTED}")]
        jobs = [job_in(folder) for folder in folders if not (folder / RESULT).exists()]
        found = [job for job in jobs if job and state_of(job) is State.RUNNING]
        return sorted(found, key=lambda job: job.at)

    def cancel(self, job: Job) -> bool:
        """End exactly that process and mark its folder; False when it had ended already."""
        import psutil

        with self._lock:
            if (process := _process(job)) is None:
                return False
            try:
                process.terminate()
                replace(job, cancelled_at=time.time()).written()
                process.wait(_PATIENCE)
            except psutil.TimeoutExpired:
                process.kill()
            except psutil.Error:
                return False
            finally:
                self._bury()
            return True

    def _bury(self) -> None:
        """Forget the children that have ended, so that the system does, too."""
        self._children = [child for child in self._children if child.poll() is None]


def state_of(job: Job) -> State:
    """Where it stands."""
    if (job.folder / RESULT).is_file():
        return State.DONE
    if job.cancelled_at is not None:
        return State.CANCELLED
    return State.FAILED if _process(job) is None else State.RUNNING


def job_in(folder: Path) -> Job | None:
    """What was started in a folder; None when nothing was, or the note of it is damaged."""
    try:
        found = json.loads(read_whole(folder / STARTED, _TAIL * 16))
        ended = found["cancelled_at"]
        return Job(
            folder, int(found["pid"]), float(found["born"]), float(found["at"]),
            tuple(map(str, found["words"])), None if ended is None else float(ended),
        )  # fmt: skip
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def progress(job: Job) -> float | None:
    """Share of the candles that are done, by tenths; None before the first."""
    found = _TENTH.findall(_said(job))
    return min(1.0, int(found[-1]) / 100) if found else None


def sentence(job: Job) -> str:
    """The last thing that it printed, which is why it ended when it failed."""
    lines = [line for line in _said(job).splitlines() if line.strip()]
    faults = [line for line in lines if line.startswith("error")]
    return visible((faults or lines or [""])[-1]).strip()


def _said(job: Job) -> str:
    try:
        with opened_plain(job.folder / OUTPUT) as handle:
            os.lseek(handle, max(0, os.fstat(handle).st_size - _TAIL), os.SEEK_SET)
            return os.read(handle, _TAIL).decode("utf-8", errors="replace")
    except OSError:
        return ""


def _process(job: Job) -> Any | None:
    """The process of a job, as long as it runs; None for another one that has its number now."""
    import psutil

    try:
        process = psutil.Process(job.pid)
        if abs(process.create_time() - job.born) >= _SAME:
            return None
        words = process.cmdline()  # raises for a dead one; empty for the blink in which it begins
        return process if not words or _works_on(job.folder, words) else None
    except (psutil.Error, ValueError, OverflowError):
        return None


def _works_on(folder: Path, words: Sequence[str]) -> bool:
    return any(word.startswith("--out=") and Path(word).name == folder.name for word in words)


def _born(pid: int) -> float:
    import psutil

    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:  # it ended at once
        return 0.0


def _new_folder(shelf: Path, label: str) -> Path:
    """A folder that nobody has; raises `OSError`."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    shelf.mkdir(parents=True, exist_ok=True)
    for number in range(1, 100):
        folder = shelf / f"{stamp}_{label}{f'_{number}' if number > 1 else ''}"
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
            return folder
    raise FileExistsError(f"{shelf}: too many runs of this second")


def _started(words: Sequence[str], output: Any) -> subprocess.Popen[bytes]:
    """The command in a session of its own: Ctrl-C on the panel does not reach it."""
    hidden = {k: v for k, v in os.environ.items() if not k.startswith("TRADER_PANEL_")}
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    return subprocess.Popen(  # noqa: S603 - our own program, a list of words, no shell
        [sys.executable, str(ROOT / "run_backtest.py"), *words],
        cwd=ROOT, env=hidden | {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        start_new_session=True, creationflags=flags,
    )  # fmt: skip
