"""What a backtest shows in the terminal: progress while it runs, a table and some lines after."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from trader.backtest import figures
from trader.backtest.metrics import Metrics
from trader.backtest.plan import BacktestPlan, BacktestResult, Progress
from trader.backtest.reporting import remarks
from trader.backtest.reporting.tiles import metric_names, shown
from trader.backtest.reporting.wording import Wording
from trader.backtest.verify import Difference

_MOST_SHOWN = 40
_TENTH = 10
_WIDE = 76  # columns in which two figures side by side can be read
_PATIENCE = 2.0  # seconds of silence before progress is worth a line


@contextmanager
def progress_shown(total: int) -> Iterator[Progress]:
    """A bar on the terminal; elsewhere a line each tenth, once it takes long. On stderr."""
    if not sys.stderr.isatty():
        yield _Lines(time.monotonic()).report
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done, _: bar.update(task, completed=done)


class _Lines:
    """Progress as lines: one each tenth."""

    def __init__(self, began: float) -> None:
        self._began = began
        self._told = 0

    def report(self, done: int, total: int) -> None:
        """Say how far it is, when a tenth was passed and some seconds too."""
        tenth = done * _TENTH // max(1, total)
        if tenth > self._told and time.monotonic() - self._began > _PATIENCE:
            self._told = tenth
            sys.stderr.write(f"backtest {tenth * _TENTH} % ({done:,} of {total:,} candles)\n")


def show(plan: BacktestPlan, result: BacktestResult, metrics: Metrics, say: Wording) -> None:
    """The metrics as a table, three lines of what happened, what to be wary of."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    console.print(_table(plan, metrics, say, pairs=2 if console.width >= _WIDE else 1))
    for line in remarks.lines(plan, result, metrics, say):
        console.print(Text(line))
    for warning in remarks.warnings(plan, result, say):
        console.print(Text(f"! {warning}", style="yellow"))


def show_folder(folder: Path, say: Wording) -> None:
    """Where the four files are."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(f"{say('report_file')}: {folder / 'report.html'}")


def show_differences(found: Sequence[Difference], trades: int) -> None:
    """Where two engines differ, on stderr: stdout may be JSON."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(stderr=True, highlight=False, markup=False)
    if not found:
        console.print(f"verified: both engines made the same {trades:,} trades")
        return
    names = ("what", "symbol", "candle", "fast", "live")
    table = Table(*names, title=f"{len(found):,} differences between the engines")
    for one in found[:_MOST_SHOWN]:
        at = "" if one.at is None else figures.moment(one.at)
        table.add_row(*map(Text, (one.what, one.symbol, at, one.fast, one.live)))
    console.print(table)
    console.print("this should never be: please report it with the command that you gave")


def _table(plan: BacktestPlan, metrics: Metrics, say: Wording, pairs: int) -> object:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    strategies = ", ".join(share.name for share in plan.parameters.strategies)
    symbols = ", ".join(series.symbol for series in plan.series)
    title = f"{strategies} · {plan.venue} {symbols} · {plan.parameters.timeframe}"
    table = Table(title=Text(title), box=box.SIMPLE_HEAD, show_header=False, title_justify="left")
    for justify in ("left", "right") * pairs:
        table.add_column(justify=justify, overflow="fold")
    cells = [
        (say(f"m.{name}"), shown(name, metrics.get(name), plan.quote)) for name in metric_names()
    ]
    rows = -(-len(cells) // pairs)
    for row in range(rows):
        table.add_row(*map(Text, chain.from_iterable(cells[row::rows])))
    return table
