"""A replay in the terminal: what was replayed, the counts, each difference, the last line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from trader.backtest import figures
from trader.backtest.replay.causes import NONE
from trader.backtest.replay.difference import Difference
from trader.backtest.replay.replaying import Replay

if TYPE_CHECKING:
    from rich.console import Console

MOST_SHOWN = 40


def show(made: Replay) -> None:
    """Everything, in the order in which it is to be read; the last line is `unexplained = N`."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    for one in made.lives:
        span = f"{figures.moment(one.first)} to {figures.moment(one.last)}"
        head = f"life {one.life.number}: {one.life.head.get('mode')}, {span} UTC"
        console.print(f"{head}, {one.events:,} events, version {one.life.head.get('version')}")
    cells = [(row.what, f"{row.then:,}", f"{row.now:,}", f"{row.different:,}") for row in made.rows]
    table(console, "", ("", "recorded", "replayed", "different"), cells, numbers=True)
    for note in made.notes:
        console.print(f"! {note}", style="yellow", soft_wrap=True)
    _differences(console, made.differences)
    last_lines(console, made.causes, len(made.differences), "differences")


def last_lines(console: Console, causes: dict[str, int], count: int, what: str) -> None:
    """Counts by cause, then the one line that says whether all is well."""
    named = [f"{cause} {n:,}" for cause, n in causes.items() if n and cause != NONE]
    told = f": {', '.join(named)}" if named else ""
    console.print(f"{count:,} {what}{told}", soft_wrap=True)
    console.print(f"unexplained = {causes[NONE]}")


def _differences(console: Console, found: Sequence[Difference]) -> None:
    """What begins a chain, and everything unexplained, first; what follows only as far as there
    is room. Below the table why each chain began."""
    first = [one for one in found if not one.root or one.cause == NONE]
    rest = [one for one in found if one.root and one.cause != NONE]
    room = max(MOST_SHOWN, sum(one.cause == NONE for one in first))
    shown = sorted([*first, *rest][:room], key=lambda one: one.no)
    if shown:
        cut = f" ({len(shown):,} of {len(found):,})" if len(found) > len(shown) else ""
        heads = ("no.", "where", "what", "then", "now", "cause")
        table(console, f"differences{cut}", heads, map(_cells, shown))
    for one in shown:
        if not one.root:
            where = f"no. {one.no}, event {one.number:,} of life {one.life}"
            console.print(f"{where}: {one.cause}: {one.why}", soft_wrap=True)


def _cells(one: Difference) -> tuple[str, ...]:
    place = f"{one.place} {figures.moment(one.at)}".strip()
    cause = f"from {one.root}" if one.root else one.cause
    return f"{one.no:,}", place, one.what, one.then, one.now, cause


def table(
    console: Console,
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: bool = False,
) -> None:
    """A table as the other commands print; `numbers`: all but the first column to the right."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(title=Text(title) if title else None, box=box.SIMPLE_HEAD, title_justify="left")
    for place, head in enumerate(heads):
        right = numbers and place > 0
        made.add_column(Text(head), justify="right" if right else "left", overflow="fold")
    for row in rows:
        made.add_row(*map(Text, row))
    console.print(made)
