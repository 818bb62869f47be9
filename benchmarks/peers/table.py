"""What a reader gets of the comparison: a table, the ratios within the run, every difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.bars import YEAR
from benchmarks.peers.comparison import Comparison, lines
from benchmarks.peers.entrants import Measured
from benchmarks.peers.market import Bars
from benchmarks.peers.referee import equity_of
from benchmarks.peers.theirs.stopwatch import CAPITAL, FEE, GRID, Report

LOOP = "a plain loop of the rules"
MEBIBYTE = 1 << 20
BAR_TIMES, BAR_LIVE, BAR_PROCESS, BAR_MEMORY, BAR_SWEEP = 3.0, 5.0, 1.5, 300.0, 400.0
COLUMNS = ("engine", "warm s", "CPU s", "first s", "whole s", "MiB", "sweep/s")
NOTES = (
    "warm: indicators and simulation, best of several; CPU: the same, seconds of CPU; first: its "
    "first call; whole: a process from file to printed result; MiB: the most that it held; sweep: "
    f"combinations a second, {len(GRID)} of them; ~: from the first few, there was no time for all."
)


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Whose trades the others are held against, and each of them by its title."""

    reference: str
    beside: Mapping[str, Comparison]


def show(console: Console, bars: Bars, found: Sequence[Measured], comparisons: Comparisons) -> None:
    """Print one data set."""
    table = Table(title=f"{YEAR:,} one-minute bars, {bars.described}", box=box.SIMPLE_HEAD)
    for name in COLUMNS:
        justify: Literal["left", "right"] = "left" if name == "engine" else "right"
        table.add_column(name, justify=justify, no_wrap=True)
    for each in found:
        if not each.skipped:
            table.add_row(*_cells(each))
    console.print(table)
    for each in found:
        if each.skipped:
            console.print(f"{each.entrant.title}: skipped: {each.skipped}", style="yellow")
    console.print(NOTES, style="dim")
    for line in ratios(found):
        console.print(line, soft_wrap=True)
    _show_trades(console, found, comparisons)
    _show_equity(console, found, float(bars.prices()[3, -1]))


def _show_trades(console: Console, found: Sequence[Measured], comparisons: Comparisons) -> None:
    console.print(f"trades beside those of {comparisons.reference}", style="bold")
    for title, comparison in comparisons.beside.items():
        first, *rest = lines(comparison)
        console.print(f"  {title}: {first}", soft_wrap=True)
        for line in rest:
            style = "red" if line.startswith("UNEXPLAINED") else ""
            console.print(f"    {line}", style=style, soft_wrap=True)


def _show_equity(console: Console, found: Sequence[Measured], last: float) -> None:
    """What is left of the equity when the trades are taken out of it: the rounding of sizes."""
    console.print(f"equity out of {CAPITAL:,.0f}", style="bold")
    for each in found:
        if each.ran:
            console.print(f"  {each.entrant.title}: {_of_equity(each.once, last)}", soft_wrap=True)


def _of_equity(once: Report, last: float) -> str:
    held = (once.held, last) if once.held else None
    apart = once.equity / equity_of(once.trades, CAPITAL, FEE, held) - 1.0
    open_end = ", what is open valued at the last close" if held else ""
    return f"{once.equity:,.3f}, {apart:+.1e} beside its trades with sizes not rounded{open_end}"


def _cells(each: Measured) -> Iterator[str]:
    warm, once = each.warm, each.once
    yield each.entrant.title
    yield from (_number(value) for value in (warm.wall, warm.cpu, once.first[0], each.process))
    yield f"{once.peak / MEBIBYTE:,.0f}" if each.ran else "-"
    yield _rate(each.sweep)


def _number(value: float) -> str:
    return f"{value:.3g}" if value else "-"


def _rate(sweep: Report | None) -> str:
    if sweep is None or not sweep.combinations:
        return "-"
    about = "" if sweep.combinations == len(GRID) else "~"
    return f"{about}{sweep.combinations / sweep.swept:,.3g}"


def ratios(found: Sequence[Measured]) -> Iterator[str]:
    """Sentences about ours against the best of the others in the same run."""
    ours = [each for each in found if each.entrant.ours]
    others = [each for each in found if not each.entrant.ours and each.ran]
    for each in ours:
        if each.ran and others:
            yield _against(each, others)
    for each in ours:
        if each.ran and each.entrant.name == "fast":
            memory = each.once.peak / MEBIBYTE
            bars = f"bars {BAR_PROCESS} s, {BAR_MEMORY:.0f} MiB"
            yield f"{each.entrant.title}: process {each.process:.2f} s, {memory:.0f} MiB ({bars})"
        if each.sweep is not None and each.sweep.combinations == len(GRID):
            rate, bar = _rate(each.sweep), f"bar {BAR_SWEEP:.0f} on two cores"
            yield f"{each.entrant.title}: {rate} combinations a second ({bar})"


def _against(mine: Measured, others: Sequence[Measured]) -> str:
    best = min(others, key=lambda each: each.warm.cpu)
    times = best.warm.cpu / mine.warm.cpu
    bar = f"bar {BAR_LIVE:.0f} s" if mine.entrant.name == "live" else f"bar {BAR_TIMES:.0f}x"
    word = f"{times:,.1f}x as fast as" if times >= 1.0 else f"{1.0 / times:,.1f}x as long as"
    beside = f"{best.entrant.title}, the best of the others, by CPU time"
    return f"{mine.entrant.title}: {word} {beside} ({bar})"


def as_values(kind: str, found: Sequence[Measured], comparisons: Comparisons) -> dict[str, object]:
    """The same for programs. Seconds, bytes."""
    return {
        "data": kind,
        "engines": [_values(each) for each in found],
        "reference": comparisons.reference,
        "comparisons": {
            title: {
                "equal": each.equal,
                "ours": each.ours,
                "theirs": each.theirs,
                "differences": dict(each.reasons),
            }
            for title, each in comparisons.beside.items()
        },
    }


def _values(each: Measured) -> dict[str, object]:
    if each.skipped:
        return {"name": each.entrant.name, "skipped": each.skipped}
    swept = each.sweep
    return {
        "name": each.entrant.name,
        "warm_wall": each.warm.wall,
        "warm_cpu": each.warm.cpu,
        "times": each.warm.times,
        "first_wall": each.once.first[0],
        "process_wall": each.process,
        "peak": each.once.peak,
        "trades": len(each.once.trades),
        "equity": each.once.equity,
        "swept": None if swept is None else swept.combinations,
        "swept_wall": None if swept is None else swept.swept,
        "swept_cpu": None if swept is None else swept.swept_cpu,
        "swept_peak": None if swept is None else swept.peak,
        "swept_best": None if swept is None else swept.best,
    }
