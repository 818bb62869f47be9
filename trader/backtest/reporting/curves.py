"""Curves of a result: equity beside buying and holding, and how far it stood under its peak."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trader.backtest import figures
from trader.backtest.plan import BacktestPlan, BacktestResult
from trader.backtest.reporting.charts import Frame, chart, thinned
from trader.backtest.reporting.lines import Area, Curve
from trader.backtest.reporting.markup import Html
from trader.backtest.reporting.scales import time_axis, wants_logarithm

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

_FLAT = 0.25  # share of the other curve's range


def held_equity(plan: BacktestPlan, time: Ints) -> Floats:
    """What the capital would be at these candles, bought at the first open and kept.

    Equal weights; a symbol whose candles begin later is worth its stake until then.
    """
    growth = np.zeros(len(time))
    for one in plan.series:
        candles, start = one.candles, one.start_index
        row = np.searchsorted(candles.time[start:], time, side="right") - 1
        closes = candles.close[start:][np.maximum(row, 0)] / candles.open[start]
        growth += np.where(row >= 0, closes, 1.0)
    result: Floats = plan.capital * growth / len(plan.series)
    return result


def is_logarithmic(plan: BacktestPlan, result: BacktestResult) -> bool:
    """Whether equity and buying and holding span so much that equal steps should be ratios."""
    if not len(result.time):
        return False
    rows = thinned(result.equity)
    return wants_logarithm([result.equity[rows], held_equity(plan, result.time[rows])])


def equity_chart(
    plan: BacktestPlan, result: BacktestResult, ours: str, held: str, title: str
) -> Html:
    """Equity of the run and of buying and holding, with their legend.

    Where the one is a flat line beside the other it is drawn alone as well.
    """
    rows = thinned(result.equity)
    time = result.time[rows]
    own = Curve("ours", ours, time, result.equity[rows])
    other = Curve("held", held, time, held_equity(plan, time))
    axis = time_axis(time)
    frame = Frame(title, figures.rounded, wants_logarithm([own.values, other.values]))
    both = chart(axis, frame, (other, own))
    range_of_ours = np.ptp(own.values) if len(time) else 0.0
    if not range_of_ours or range_of_ours > np.ptp(other.values) * _FLAT:
        return both
    alone = chart(axis, Frame(f"{title}: {ours}", figures.rounded), (own,))
    return Html(f'{both}<div class="low">{alone}</div>')


def drawdown_chart(time: Ints, drawdown: Floats, title: str) -> Html:
    """How far the equity stood under its peak, hanging from the top."""
    rows = thinned(drawdown)
    at, fall = time[rows], -drawdown[rows]
    filled = Area("fill", "", at, fall, np.zeros(len(rows)))
    frame = Frame(title, lambda value: figures.percent(value, places=1))
    drawn = chart(time_axis(at), frame, (filled, Curve("fall", "", at, fall)))
    return Html(f'<div class="low">{drawn}</div>')
