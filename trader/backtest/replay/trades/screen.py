"""The second view in the terminal: venues, trades not agreed on, the last line."""

from __future__ import annotations

from trader.backtest import figures
from trader.backtest.replay.screen import MOST_SHOWN, last_lines, table, title_of
from trader.backtest.replay.trades.case import NONE
from trader.backtest.replay.trades.comparing import Compared, Told
from trader.backtest.replay.wording import Say


def show(made: Compared, say: Say) -> None:
    """Everything, in the order in which it is to be read; the last line is `unexplained = N`."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    cells = [
        (v.venue, f"{v.stretches}", f"{v.candles:,}", f"{v.recorded}", f"{v.tested}", f"{v.both}")
        for v in made.venues
    ]
    names = ("settings", "candles", "recorded_trades", "tested_trades", "in_both")
    table(console, "", ("", *(say(f"head.{name}") for name in names)), cells, numbers=True)
    rows = [_cells(one, say) for one in _shown(made)]
    if rows:
        heads = ("candle", "where", "strategy", "what", "recorded", "tested", "cause")
        title = title_of(len(rows), len(made.differences), say)
        table(console, title, [say(f"head.{name}") for name in heads], rows)
    last_lines(console, made.causes, len(made.differences), say)


def _shown(made: Compared) -> list[Told]:
    """Everything unexplained, and of the others the first ones."""
    without = [one for one in made.differences if one.cause == NONE]
    others = [one for one in made.differences if one.cause != NONE]
    chosen = without + others[: max(0, MOST_SHOWN - len(without))]
    return sorted(chosen, key=lambda one: (one.at, one.key))


def _cells(one: Told, say: Say) -> tuple[str, ...]:
    at, what = figures.moment(one.at), say.name("what", one.what)
    cause = f"{say.name('cause', one.cause)}: {say.why(one.why)}"
    sides = (say.name("side", text) for text in (one.recorded, one.tested))
    return at, one.key, one.strategy, what, *sides, cause
