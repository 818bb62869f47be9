"""What every contestant's process does: read the bars, run, time itself, leave one JSON file.

Standard library only: it runs in the environments of others.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

CAPITAL, FEE = 10_000.0, 0.0005
WIDTH, TARGET, STOP, TRAIL = 2.0, 0.03, 0.015, 0.01
WIDTHS = tuple(1.5 + step / 9.0 for step in range(10))  # of the sweep: 1.5 to 2.5
TARGETS = tuple(0.01 * step for step in range(1, 11))  # 1 to 10 %
GRID = tuple((width, target) for width in WIDTHS for target in TARGETS)
FEW, STRIDE = 3, 37  # a slow contestant's few combinations lie all over the grid
JOBS = ("once", "warm", "sweep")

Trade = tuple[int, int, float, float]  # rows of entry and exit, prices of both
Came = tuple[int, float]  # trades, final equity


class Told(NamedTuple):
    """What a backtest came to: closed trades by entry, final equity.

    `held`: the entry price of what is still open at the end and valued at the last close; 0: none.
    """

    trades: list[Trade]
    equity: float
    held: float = 0.0


@dataclass(frozen=True, slots=True)
class Contestant:
    """How one engine does the work.

    `load(file)` gives its bars, `backtest(bars, width, target)` is what is timed (indicators
    included), `told(result)` says what it came to. `sweep(bars)` yields what each combination
    came to; without one a few are asked one by one.
    """

    load: Callable[[str], Any]
    backtest: Callable[[Any, float, float], Any]
    told: Callable[[Any], Told]
    sweep: Callable[[Any], Iterator[Came]] | None = None


@dataclass(slots=True)
class Report:
    """What a process leaves. Seconds, by the wall and of CPU; `peak` bytes; empty: not asked."""

    first: tuple[float, float] = (0.0, 0.0)
    wall: float = 0.0
    cpu: float = 0.0
    times: int = 0
    peak: int = 0
    equity: float = 0.0
    held: float = 0.0
    trades: list[Trade] = field(default_factory=list)
    combinations: int = 0
    swept: float = 0.0
    swept_cpu: float = 0.0
    best: float = 0.0


def main(contestant: Contestant, words: list[str] | None = None) -> int:
    """One job of one contestant: `FILE JOB --out REPORT --seconds BUDGET`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("job", choices=JOBS)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seconds", type=float, default=10.0)
    asked = parser.parse_args(words)
    bars = contestant.load(asked.file)
    report = Report()
    result, report.first = timed(lambda: contestant.backtest(bars, WIDTH, TARGET))
    report.trades, report.equity, report.held = contestant.told(result)
    sys.stdout.write(f"{len(report.trades)} trades, final equity {report.equity:.2f}\n")
    if asked.job == "warm":
        repeat(contestant, bars, asked.seconds, report)
    if asked.job == "sweep":
        sweep(contestant, bars, asked.seconds, report)
    report.peak = peak()
    Path(asked.out).write_text(json.dumps(asdict(report)), encoding="utf-8")
    return 0


def timed(work: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    """What it answered, and its seconds by the wall and of CPU."""
    began, busy = perf_counter(), process_time()
    answer = work()
    return answer, (perf_counter() - began, process_time() - busy)


def repeat(contestant: Contestant, bars: Any, seconds: float, report: Report) -> None:
    """The best of the calls after the first, which may have compiled something: one at least."""
    spent: list[tuple[float, float]] = []
    until = perf_counter() + seconds
    while not spent or perf_counter() < until:
        spent.append(timed(lambda: contestant.backtest(bars, WIDTH, TARGET))[1])
    report.wall = min(wall for wall, _ in spent)
    report.cpu = min(cpu for _, cpu in spent)
    report.times = len(spent)


def sweep(contestant: Contestant, bars: Any, seconds: float, report: Report) -> None:
    """Combinations until all are done or the budget is spent, one at least."""
    results = (contestant.sweep or (lambda bars: _again(contestant, bars)))(bars)
    began, busy = perf_counter(), process_time()
    for _, equity in results:
        report.combinations += 1
        report.best = max(report.best, equity)
        if perf_counter() - began > seconds:
            break
    report.swept, report.swept_cpu = perf_counter() - began, process_time() - busy


def _again(contestant: Contestant, bars: Any) -> Iterator[Came]:
    for number in range(FEW):
        width, target = GRID[number * STRIDE % len(GRID)]
        told = contestant.told(contestant.backtest(bars, width, target))
        yield len(told.trades), told.equity


def peak() -> int:
    """The most memory this process ever held, in bytes.

    Linux hands the parent's own peak down in `ru_maxrss`; the status file tells the child's alone.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
