"""A comparison in the terminal: differences first, then figures, then trades."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from trader.backtest.comparison import telling
from trader.backtest.comparison.comparison import Comparison
from trader.backtest.comparison.differences import Matched, Row
from trader.backtest.reporting.wording import Wording

if TYPE_CHECKING:
    from rich.console import Console

MOST_TRADES = 10
_TRADE, _PAIR = 5, 7  # columns that a terminal has room for


def show(made: Comparison, say: Wording) -> None:
    """Everything, in the order in which it is to be read."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for letter, run in zip(made.letters, made.runs, strict=True):
        console.print(Text(f"{letter} = {run.name}"))
    for caution in telling.cautions(made, say):
        console.print(Text(f"! {caution}", style="yellow"))
    _differences(console, made, say("cmp.asked"), made.asked, say("cmp.asked_same"))
    _differences(console, made, say("data"), made.candles, say("cmp.data_same"))
    _figures(console, made, say)
    for letter, match in zip(made.letters[1:], made.trades, strict=True):
        _trades(console, made, match, letter, say)


def _differences(
    console: Console, made: Comparison, title: str, rows: Sequence[Row], none: str
) -> None:
    from rich.text import Text

    if not rows:
        console.print(Text(none))
        return
    cells = [[row.name, *telling.row_values(row.name, row.values)] for row in rows]
    _table(console, title, ["", *made.letters], cells)


def _figures(console: Console, made: Comparison, say: Wording) -> None:
    from rich.text import Text

    rows = [
        [telling.figure_name(one.name, say), *telling.figure_texts(made, one)]
        for one in made.figures
    ]
    _table(console, say("cmp.figures"), ["", *made.letters], rows, numbers=True)
    console.print(Text(say("cmp.arrows")))


def _trades(console: Console, made: Comparison, match: Matched, letter: str, say: Wording) -> None:
    from rich.text import Text

    quote, other = made.runs[0].quote, made.runs[made.letters.index(letter)].quote
    console.print(Text(telling.summary_of(match, letter, say)))
    pairs = [telling.pair_cells(pair, (quote, other), say)[:_PAIR] for pair in match.different]
    _cut(
        console,
        say("cmp.different", letter=letter),
        telling.pair_heads(letter, say)[:_PAIR],
        pairs,
        say,
    )
    for name, trades, money in (
        ("A", match.only_first, quote),
        (letter, match.only_other, other),
    ):
        rows = [telling.trade_cells(trade, money, say)[:_TRADE] for trade in trades]
        _cut(console, say("cmp.only", letter=name), telling.trade_heads(say)[:_TRADE], rows, say)


def _cut(
    console: Console,
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    say: Wording,
) -> None:
    if len(rows) > MOST_TRADES:
        title += f" ({say('cmp.first_of', shown=MOST_TRADES, all=f'{len(rows):,}')})"
    if rows:
        _table(console, title, heads, rows[:MOST_TRADES])


def _table(
    console: Console,
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numbers: bool = False,
) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title), box=box.SIMPLE_HEAD, title_justify="left")
    for place, head in enumerate(heads):
        side: Literal["left", "right"] = "right" if numbers and place else "left"
        table.add_column(Text(head), justify=side, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)
