"""Trades on the price: the close of each symbol, entries and exits where they were filled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from trader.backtest import figures
from trader.backtest.ledger import Ledger
from trader.backtest.plan import Series
from trader.backtest.reporting.charts import Frame, chart, thinned
from trader.backtest.reporting.lines import Candlesticks, Curve, Marks
from trader.backtest.reporting.markup import Html, section, under
from trader.backtest.reporting.scales import time_axis, wants_logarithm
from trader.backtest.reporting.subject import Subject

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Ints

MOST_SYMBOLS = 8
MOST_MARKS = 3_000  # of all symbols together
FEW_CANDLES = 160
_MANY = 300  # marks of one symbol that are drawn small
_TOLD = 180  # marks that say their trade under the pointer
_COLUMNS, _ROWS = 1_000, 300


def price_section(about: Subject) -> str:
    """A chart a symbol, those with the most trades first."""
    ledger = about.ledger
    traded = [one for one in about.plan.series if one.symbol in set(ledger.symbol)]
    traded.sort(key=lambda one: -ledger.symbol.count(one.symbol))
    chosen = traded[:MOST_SYMBOLS]
    hint = about.say("on_price_hint")
    if len(chosen) < len(traded):
        hint += f" · {about.say('on_price_some', shown=len(chosen), all=len(traded))}"
    body = "".join(_symbol(about, one, MOST_MARKS // len(chosen)) for one in chosen)
    return section(about.say("on_price"), body, hint)


def _symbol(about: Subject, one: Series, most: int) -> Html:
    ledger, mask = about.ledger, about.ledger.of(one.symbol)
    marks = [_marks(about, ledger, mask, kind) for kind in KINDS]
    kept, drawn = _apart(marks, most)
    count = 2 * int(np.sum(mask))
    note = about.say("on_price_merged", drawn=f"{drawn:,}", all=f"{count:,}")
    return under(one.symbol, price_chart(about, one, kept), note if drawn < count else "")


def price_chart(about: Subject, one: Series, marks: list[Marks]) -> Html:
    """The close as a line, or candles where there are few, with marks on it."""
    candles, start = one.candles, one.start_index
    time, close = candles.time[start:], candles.close[start:]
    frame = Frame(one.symbol, figures.price, wants_logarithm([close]))
    if len(time) <= FEW_CANDLES:
        sticks = Candlesticks(
            time, candles.open[start:], candles.high[start:], candles.low[start:], close
        )
        return chart(time_axis(time), frame, (sticks,), marks)
    rows = thinned(close)
    line = Curve("price", about.say("close"), time[rows], close[rows])
    return chart(time_axis(time), frame, (line,), marks)


# (is an entry, of a trade that won, is a purchase)
KINDS = [(entry, won, buys) for entry in (True, False) for won in (True, False) for buys in (1, 0)]


def _marks(about: Subject, ledger: Ledger, mask: Bools, kind: tuple[bool, bool, int]) -> Marks:
    """Entries or exits of one outcome and one side as triangles."""
    entry, won, buys = kind
    long = bool(buys) is entry  # a long trade buys when it enters
    chosen = mask & (ledger.won == won) & ((ledger.side > 0) == long)
    rows = np.flatnonzero(chosen)
    word = f"mark.{'entry' if entry else 'exit'}_{'won' if won else 'lost'}"
    style = ("won" if won else "lost") + ("" if entry else " out")
    return Marks(
        style=style,
        shape="rise" if buys else "fall",
        name=about.say(word),
        x=(ledger.entry_time if entry else ledger.exit_time)[rows],
        values=(ledger.entry_price if entry else ledger.exit_price)[rows],
        texts=_texts(about, rows) if int(np.sum(mask)) <= _TOLD else (),
        small=2 * int(np.sum(mask)) > _MANY,
    )


def _texts(about: Subject, rows: Ints) -> list[str]:
    return [_text(about, n) for n in rows.tolist()]


def _text(about: Subject, n: int) -> str:
    """`long 2024-01-02 09:00 100 → 2024-01-02 12:00 105 (take profit): +5 KRW`."""
    ledger, say = about.ledger, about.say
    side = say("long" if ledger.side[n] > 0 else "short")
    there = f"{figures.moment(int(ledger.entry_time[n]))} {figures.price(ledger.entry_price[n])}"
    back = f"{figures.moment(int(ledger.exit_time[n]))} {figures.price(ledger.exit_price[n])}"
    made = about.plain_money(float(ledger.pnl[n]))
    return f"{side} {there} → {back} ({say(f'x.{ledger.reason[n]}')}): {made}"


def _apart(marks: list[Marks], most: int) -> tuple[list[Marks], int]:
    """Marks of one kind on the same spot once; the spots grow until there are few enough."""
    filled = _named_once([one for one in marks if len(one.x)])
    columns, rows = _COLUMNS, _ROWS
    while True:
        kept = [_merged(one, filled, columns, rows) for one in filled]
        drawn = sum(len(one.x) for one in kept)
        if drawn <= most:
            return kept, drawn
        columns, rows = columns * 3 // 4, rows * 3 // 4


def _merged(marks: Marks, among: list[Marks], columns: int, rows: int) -> Marks:
    if marks.texts:
        return marks
    x = np.concatenate([one.x for one in among])
    y = np.concatenate([one.values for one in among])
    across = (marks.x - np.min(x)) / (float(np.ptp(x)) or 1.0)
    upwards = (marks.values - np.min(y)) / (float(np.ptp(y)) or 1.0)
    spots = np.column_stack((np.round(across * columns), np.round(upwards * rows)))
    first = np.sort(np.unique(spots, axis=0, return_index=True)[1])
    return replace(marks, x=marks.x[first], values=marks.values[first])


def _named_once(marks: list[Marks]) -> list[Marks]:
    """Purchases and sales of the same meaning share one place in the legend."""
    names = [mark.name for mark in marks]
    return [
        replace(mark, name="" if mark.name in names[:n] else mark.name)
        for n, mark in enumerate(marks)
    ]
