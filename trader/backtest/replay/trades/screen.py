"""The second view in the terminal: venues, trades not agreed on, the last line."""

from __future__ import annotations

from trader.backtest import figures
from trader.backtest.replay.screen import MOST_SHOWN, last_lines, table
from trader.backtest.replay.trades.case import NONE
from trader.backtest.replay.trades.comparing import Compared, Told


def show(made: Compared) -> None:
    """Everything, in the order in which it is to be read; the last line is `unexplained = N`."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    cells = [
        (v.venue, f"{v.stretches}", f"{v.candles:,}", f"{v.recorded}", f"{v.tested}", f"{v.both}")
        for v in made.venues
    ]
    heads = ("", "settings", "candles", "recorded trades", "backtest's", "in both")
    table(console, "", heads, cells, numbers=True)
    rows = [_cells(one) for one in _shown(made)]
    cut = len(made.differences) > len(rows)
    title = "differences" + (f" ({len(rows):,} of {len(made.differences):,})" if cut else "")
    if rows:
        names = ("candle", "where", "strategy", "what", "recorded", "backtest", "cause")
        table(console, title, names, rows)
    last_lines(console, made.causes, len(made.differences), "differences")


def _shown(made: Compared) -> list[Told]:
    """Everything unexplained, and of the others the first ones."""
    without = [one for one in made.differences if one.cause == NONE]
    others = [one for one in made.differences if one.cause != NONE]
    chosen = without + others[: max(0, MOST_SHOWN - len(without))]
    return sorted(chosen, key=lambda one: (one.at, one.key))


def _cells(one: Told) -> tuple[str, ...]:
    at, cause = figures.moment(one.at), f"{one.cause}: {one.why}"
    return at, one.key, one.strategy, one.what, one.recorded, one.tested, cause
