"""What a backtest's trades and equity amount to: the definitions of the contract, and no others.

Fractions are fractions (0.05 is 5 %); what is undefined is None (null in JSON).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import isfinite, sqrt
from typing import TYPE_CHECKING

import numpy as np

from trader.backtest.ledger import Ledger, ledger_of
from trader.backtest.plan import BacktestPlan, BacktestResult
from trader.domain.money import ZERO, exact
from trader.domain.position import ClosedTrade
from trader.domain.time import DAY, HOUR

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

YEAR_DAYS = 365  # markets that never close

Metrics = dict[str, float | int | None]


def metrics_of(plan: BacktestPlan, result: BacktestResult) -> Metrics:
    """Every metric of `result.json`, in the order in which it is written."""
    final = final_equity(plan.capital, result.trades)
    returns = daily_returns(result.time, result.equity, plan.capital)
    fall = max_drawdown(result.equity, plan.capital)
    yearly = cagr(plan.capital, final, days_traded(plan))
    return {
        "total_return": final / plan.capital - 1,
        "cagr": yearly,
        "sharpe": sharpe(returns),
        "sortino": sortino(returns),
        "calmar": ratio(yearly, fall),
        "max_drawdown": fall,
        **trade_metrics(result.trades),
        "exposure": ratio(float(result.exposed), float(len(result.time))),
        "final_equity": final,
        "buy_and_hold_return": buy_and_hold(plan),
        "stopped_in_entry_candle": result.stopped_in_entry_candle,
    }


def all_metrics(plan: BacktestPlan, result: BacktestResult) -> Metrics:
    """The metrics of the contract, then those of `further_metrics`: all that stands in files."""
    return metrics_of(plan, result) | further_metrics(plan, result, ledger_of(result))


def further_metrics(plan: BacktestPlan, result: BacktestResult, ledger: Ledger) -> Metrics:
    """What people ask besides: runs of losses, waiting, costs."""
    pnl, fees = ledger.pnl, float(np.sum(ledger.fees))
    turned = float(np.sum((ledger.entry_price + ledger.exit_price) * ledger.quantity))
    before_fees = float(np.sum(pnl)) + fees
    held = (ledger.exit_time - ledger.entry_time) / HOUR
    return {
        "best_trade": float(np.max(pnl)) if len(pnl) else None,
        "worst_trade": float(np.min(pnl)) if len(pnl) else None,
        "longest_losing_streak": losing_streak(pnl),
        "median_holding_hours": float(np.median(held)) if len(held) else None,
        "underwater_days": underwater_days(result.time, result.equity, plan.capital),
        "turnover": turned / plan.capital,
        "fee_share": ratio(fees, before_fees) if before_fees > 0 else None,
        "break_even_fee": ratio(before_fees, turned),
    }


def losing_streak(pnl: Floats) -> int:
    """The most trades in a row, in the order of their exits, that lost money."""
    won = np.flatnonzero(np.concatenate(([True], pnl >= 0, [True])))
    return int(np.max(np.diff(won))) - 1


def underwater_days(time: Ints, equity: Floats, capital: float) -> float:
    """Longest time, in days, from a peak of the equity until it was reached again.

    The first peak is the capital at the first candle; a wait that is not over counts to the end.
    """
    if not len(time):
        return 0.0
    peak = np.maximum.accumulate(np.maximum(equity, capital))
    dry = np.flatnonzero(equity >= peak)
    marks = np.concatenate(([time[0]], time[dry], [time[-1]] if equity[-1] < peak[-1] else []))
    return float(np.max(np.diff(marks), initial=0)) / DAY


def final_equity(capital: float, trades: Sequence[ClosedTrade]) -> float:
    """Capital and all profit and loss, added exactly."""
    return float(exact(capital) + sum((trade.pnl for trade in trades), ZERO))


def days_traded(plan: BacktestPlan) -> float:
    """Days from the first traded candle's start to the last one's end."""
    first = min(int(one.candles.time[one.start_index]) for one in plan.series)
    last = max(int(one.candles.time[-1]) + one.candles.timeframe for one in plan.series)
    return (last - first) / DAY


def cagr(capital: float, final: float, days: float) -> float | None:
    """Yearly growth, compounded; None for less than a day or when all is lost and more."""
    if days < 1 or final < 0:
        return None
    return _defined((final / capital) ** (YEAR_DAYS / days) - 1)


def daily_returns(time: Ints, equity: Floats, capital: float) -> Floats:
    """Equity at each UTC day's last candle over the day before's, the first over the capital.

    `time` ms UTC ascending. A day without candles between two others has a return of 0.
    """
    if not len(time):
        return np.empty(0)
    day = time // DAY
    last = np.flatnonzero(np.append(np.diff(day) != 0, True))
    value = np.concatenate(([capital], equity[last]))
    returns = np.zeros(int(day[-1] - day[0]) + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        returns[day[last] - day[0]] = value[1:] / value[:-1] - 1
    return returns


def sharpe(returns: Floats) -> float | None:
    """Mean / sample deviation x sqrt(365) of daily returns."""
    if len(returns) < 2:
        return None
    return _annual(float(np.mean(returns)), float(np.std(returns, ddof=1)))


def sortino(returns: Floats) -> float | None:
    """Mean / root of the mean squared loss x sqrt(365) of daily returns."""
    if not len(returns):
        return None
    below = np.minimum(returns, 0.0)
    return _annual(float(np.mean(returns)), sqrt(float(np.mean(below * below))))


def drawdowns(equity: Floats, capital: float) -> Floats:
    """(peak - equity) / peak at each row; the peak starts at the capital."""
    peak = np.maximum.accumulate(np.maximum(equity, capital))
    return np.asarray((peak - equity) / peak, dtype=np.float64)


def max_drawdown(equity: Floats, capital: float) -> float:
    """The deepest fall from a peak, positive; 0 when there was none."""
    return float(np.max(drawdowns(equity, capital), initial=0.0))


def buy_and_hold(plan: BacktestPlan) -> float:
    """Last close over first open of the traded span, minus 1; equal weights."""
    gains = [one.candles.close[-1] / one.candles.open[one.start_index] - 1 for one in plan.series]
    return float(np.mean(gains))


def trade_metrics(trades: Sequence[ClosedTrade]) -> Metrics:
    """What the closed trades say by themselves."""
    wins = [trade.pnl for trade in trades if trade.pnl > 0]
    losses = [trade.pnl for trade in trades if trade.pnl < 0]
    mean_win, mean_loss = _mean(wins), _mean(losses)
    return {
        "win_rate": ratio(float(len(wins)), float(len(trades))),
        "profit_factor": ratio(float(sum(wins, ZERO)), -float(sum(losses, ZERO))),
        "payoff_ratio": ratio(mean_win, -mean_loss if mean_loss is not None else None),
        "expectancy": _mean([trade.pnl for trade in trades]),
        "trades": len(trades),
        "avg_leverage": _average([trade.leverage for trade in trades]),
        "fees": float(sum((trade.fees for trade in trades), ZERO)),
        "funding": float(sum((trade.funding for trade in trades), ZERO)),
    }


def _annual(mean: float, deviation: float) -> float | None:
    """A deviation of mere rounding is none at all."""
    if not deviation > 1e-15 * max(1.0, abs(mean)):
        return None
    return _defined(mean / deviation * sqrt(YEAR_DAYS))


def _mean(values: Sequence[Decimal]) -> float | None:
    return float(sum(values, ZERO) / len(values)) if values else None


def _average(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def ratio(part: float | None, whole: float | None) -> float | None:
    """Part over whole; None where that is undefined."""
    if part is None or not whole:
        return None
    return _defined(part / whole)


def _defined(value: float) -> float | None:
    return value if isfinite(value) else None
