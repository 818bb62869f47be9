"""What the commands show: a bar for each file, elsewhere a line each tenth; tables."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from trader.backtest.archive.fetching import Progress
from trader.feeds.history.download import Wish

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID
    from rich.table import Table

_TENTHS = 10
_WIDE = 120  # characters of a line where nobody tells how many there are


@contextmanager
def shown() -> Iterator[Progress]:
    """Progress on stderr, while inside."""
    if not sys.stderr.isatty():
        lines = _Lines()
        yield Progress(lines.told, _say)
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Bars(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bars:
        tasks = _Tasks(bars)
        yield Progress(tasks.told, lambda text: bars.console.print(text, markup=False))


def printed(table: Table | None, lines: Iterable[str]) -> None:
    """A table and lines below it on stdout, whole also where there is no terminal."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _WIDE
    console = Console(highlight=False, markup=False, soft_wrap=True, width=width)
    if table is not None:
        console.print(table)
    for line in lines:
        console.print(line)


class _Tasks:
    """One bar a wish, made when it is first heard of."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._known: dict[Wish, TaskID] = {}

    def told(self, wish: Wish, share: float) -> None:
        """Move the bar."""
        if wish not in self._known:
            self._known[wish] = self._bars.add_task(str(wish), total=1.0)
        self._bars.update(self._known[wish], completed=share)


class _Lines:
    """One line each tenth and wish."""

    def __init__(self) -> None:
        self._told: dict[Wish, int] = {}

    def told(self, wish: Wish, share: float) -> None:
        """Say it, when a tenth was passed; nothing is said of what is there already."""
        tenth = int(share * _TENTHS)
        if tenth > self._told.setdefault(wish, tenth):
            self._told[wish] = tenth
            _say(f"{wish} {tenth * _TENTHS} %")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
