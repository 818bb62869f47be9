"""Who takes part, and one contestant's jobs as processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.peers.environments import BACKTESTING, BACKTRADER, VECTORBT, Package, last_line
from benchmarks.peers.market import Bars
from benchmarks.peers.referee import Departure
from benchmarks.peers.theirs.stopwatch import JOBS, Report

ROOT = Path(__file__).parents[2]
ANSWERS_WITHIN = 900.0  # seconds
WHOLE_RUNS, WHOLE_SECONDS = 3, 15.0  # a whole process: best of three while that is quick
WARM_SECONDS, SWEEP_SECONDS = 10.0, 45.0
LATE = (Departure.LATE_TRAIL, Departure.LATE_OPEN)


@dataclass(frozen=True, slots=True)
class Entrant:
    """One line of the table. `package` None: ours. `departures`: those it is known to make."""

    name: str
    title: str
    words: tuple[str, ...]
    package: Package | None = None
    departures: tuple[Departure, ...] = ()
    jobs: tuple[str, ...] = JOBS

    @property
    def ours(self) -> bool:
        """Whether it is one of our engines."""
        return self.package is None


_OURS = "benchmarks.peers.ours.program"
_THEIRS = "benchmarks.peers.theirs"
_VECTORBT = (*LATE, Departure.LOST_SIGNAL)
ENTRANTS = (
    Entrant("fast", "ours, fast engine", (_OURS, "fast"), jobs=("once", "warm")),
    Entrant("trial", "ours, fast, a trial", (_OURS, "trial")),
    Entrant("workers", "ours, fast, 2 workers", (_OURS, "workers"), jobs=("sweep",)),
    Entrant("live", "ours, live engine", (_OURS, "live")),
    Entrant(
        "vectorbt-rust", "vectorbt, Rust", (f"{_THEIRS}.with_vectorbt", "rust"), VECTORBT, _VECTORBT
    ),
    Entrant(
        "vectorbt-numba",
        "vectorbt, numba",
        (f"{_THEIRS}.with_vectorbt", "numba"),
        VECTORBT,
        _VECTORBT,
    ),
    Entrant(
        "backtesting",
        "backtesting.py",
        (f"{_THEIRS}.with_backtesting",),
        BACKTESTING,
        (*LATE, Departure.SIGNAL_LEVELS),
    ),
    Entrant(
        "backtrader",
        "backtrader",
        (f"{_THEIRS}.with_backtrader",),
        BACKTRADER,
        (*LATE, Departure.NO_ENTRY_EXIT),
        jobs=("once", "sweep"),
    ),
)


@dataclass(slots=True)
class Measured:
    """What an entrant needed. Seconds; `process` is a whole one, file to printed result.

    `skipped` says why there is nothing. `sweep` None: not asked, or it could not.
    """

    entrant: Entrant
    once: Report = field(default_factory=Report)
    warm: Report = field(default_factory=Report)
    process: float = 0.0
    sweep: Report | None = None
    skipped: str = ""

    @property
    def ran(self) -> bool:
        """Whether there are trades and times of it."""
        return not self.skipped and self.once.peak > 0


class Failed(Exception):
    """Why a process gave no report, in one line."""


def measured(entrant: Entrant, python: Path, bars: Bars, *, swept: bool) -> Measured:
    """Whole process, warm engine, sweep, each in processes of their own. Raises `Failed`."""
    found = Measured(entrant)
    if "once" in entrant.jobs:
        _measure_once(found, python, bars)
        _measure_warm(found, python, bars)
    if swept and "sweep" in entrant.jobs:
        found.sweep, _ = _job(entrant, python, bars, ("sweep", "--seconds", str(SWEEP_SECONDS)))
    return found


def _measure_once(found: Measured, python: Path, bars: Bars) -> None:
    whole = [_job(found.entrant, python, bars, ("once",))]
    while len(whole) < WHOLE_RUNS and whole[0][1] < WHOLE_SECONDS:
        whole.append(_job(found.entrant, python, bars, ("once",)))
    found.process = min(lasted for _, lasted in whole)
    found.once = whole[0][0]
    found.once.first = min(report.first for report, _ in whole)


def _measure_warm(found: Measured, python: Path, bars: Bars) -> None:
    if "warm" in found.entrant.jobs:
        job = ("warm", "--seconds", str(WARM_SECONDS))
        found.warm, _ = _job(found.entrant, python, bars, job)
    else:  # interpreted and slow: it knows no warming up
        found.warm = found.once
        found.warm.wall, found.warm.cpu = found.once.first


def _job(entrant: Entrant, python: Path, bars: Bars, job: Sequence[str]) -> tuple[Report, float]:
    """One process: what it reported, and how long it lasted."""
    file = bars.parquet if entrant.ours else bars.npy
    module, *options = entrant.words
    with tempfile.TemporaryDirectory(prefix="trader-bench-") as folder:
        out = Path(folder) / "report.json"
        words = [str(python), "-m", module, *options, str(file), *job, "--out", str(out)]
        began = perf_counter()
        _run(words)
        lasted = perf_counter() - began
        told: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    told["trades"] = [tuple(trade) for trade in told["trades"]]
    told["first"] = tuple(told["first"])
    return Report(**told), lasted


def _run(words: Sequence[str]) -> None:
    # without byte code every import would be compiled anew, in every process
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    try:
        ended = subprocess.run(
            words,
            cwd=ROOT,
            env=kept,
            capture_output=True,
            text=True,
            timeout=ANSWERS_WITHIN,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Failed(f"no answer within {ANSWERS_WITHIN:.0f} s") from error
    if ended.returncode:
        raise Failed(last_line(ended.stderr) or f"exit code {ended.returncode}")


def own_python() -> Path:
    """The interpreter of our own contestants: this one."""
    return Path(sys.executable)
