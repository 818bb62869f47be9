"""How far trades went for and against themselves while they lived (MFE and MAE).

J. Sweeney, Campaign Trading (1996): the worst and the best price of a trade against its entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trader.backtest import figures
from trader.backtest.ledger import Ledger
from trader.backtest.plan import BacktestPlan, Series
from trader.backtest.reporting.charts import Frame, chart
from trader.backtest.reporting.lines import Marks
from trader.backtest.reporting.markup import Html, section
from trader.backtest.reporting.scales import number_axis
from trader.backtest.reporting.subject import Subject
from trader.backtest.reporting.tables import plain_table

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Floats, Ints

MOST_DOTS = 2_000
_MANY = 300  # dots that are drawn small


def excursions(plan: BacktestPlan, ledger: Ledger) -> tuple[Floats, Floats]:
    """(worst, best) excursion of each trade in percent of its entry price, both 0 or more.

    From the lows and highs of all candles from the entry's to the exit's, both included whole.
    """
    worst, best = np.zeros(len(ledger)), np.zeros(len(ledger))
    for one in plan.series:
        mask = ledger.of(one.symbol)
        if np.any(mask):
            low, high = _range(one, ledger.entry_time[mask], ledger.exit_time[mask])
            entry, long = ledger.entry_price[mask], ledger.side[mask] > 0
            down, up = 100 * (entry - low) / entry, 100 * (high - entry) / entry
            worst[mask] = np.maximum(np.where(long, down, up), 0.0)
            best[mask] = np.maximum(np.where(long, up, down), 0.0)
    return worst, best


def _range(one: Series, entry: Ints, left: Ints) -> tuple[Floats, Floats]:
    """Lowest low and highest high from each entry's candle to its exit's."""
    candles = one.candles
    first = np.searchsorted(candles.time, entry, side="right") - 1
    after = np.searchsorted(candles.time, left, side="right")
    edges = np.ravel(np.column_stack((np.maximum(first, 0), after)))
    low = np.minimum.reduceat(np.append(candles.low, np.inf), edges)[::2]
    high = np.maximum.reduceat(np.append(candles.high, -np.inf), edges)[::2]
    return low, high


def excursions_section(about: Subject) -> str:
    """A dot a trade, worst against best, and what most of the winners and losers saw."""
    worst, best = excursions(about.plan, about.ledger)
    body = excursions_chart(about, worst, best) + _table(about, worst, best)
    return section(about.say("excursions"), body, about.say("excursions_hint"))


def excursions_chart(about: Subject, worst: Floats, best: Floats) -> Html:
    """Worst excursion to the right, best upwards. Dots on the same spot are drawn once."""
    say, won = about.say, about.ledger.won
    rows = _apart(worst, best, won)
    shown_won, x, y = won[rows], worst[rows], best[rows]
    small = len(rows) > _MANY
    marks = (
        Marks("dots lost", "cross", say("losers"), x[~shown_won], y[~shown_won], small=small),
        Marks("dots won", "dot", say("winners"), x[shown_won], y[shown_won], small=small),
    )
    axis = number_axis(0.0, float(np.max(worst)) * 1.03 or 1.0, figures.rounded)
    names = f"↑ {say('mfe')} · → {say('mae')}"
    frame = Frame(say("excursions"), figures.rounded, zero=True, along=names)
    count = say("excursions_some", drawn=f"{len(rows):,}", all=f"{len(won):,}")
    note = f'<p class="hint">{count}</p>' if len(rows) < len(won) else ""
    return Html(f"{chart(axis, frame, (), marks)}{note}")


def _apart(worst: Floats, best: Floats, won: Bools) -> Ints:
    """One row a spot; the spots grow until there are few enough."""
    cells = 800
    while True:
        places = [np.round(v / (float(np.max(v)) or 1.0) * cells) for v in (worst, best)]
        keys = np.column_stack((*places, won))
        rows = np.sort(np.unique(keys, axis=0, return_index=True)[1])
        if len(rows) <= MOST_DOTS:
            return np.asarray(rows, dtype=np.int64)
        cells //= 2


def _table(about: Subject, worst: Floats, best: Floats) -> Html:
    won = about.ledger.won
    groups = (("winners", won), ("losers", ~won))
    rows = [
        [about.say(name), f"{int(np.sum(mask)):,}", *_shares(worst[mask]), *_shares(best[mask])]
        for name, mask in groups
        if np.any(mask)
    ]
    heads = ("which", "count", "mae_median", "mae_most", "mfe_median", "mfe_most")
    return plain_table([about.say(name) for name in heads], rows)


def _shares(values: Floats) -> list[str]:
    return [figures.percent(float(v) / 100) for v in np.quantile(values, (0.5, 0.9))]
