"""What one trial came to: the metrics of `result.json` from columns, without rows and values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from trader.backtest import metrics as measure
from trader.backtest.fast.table import TradeTable
from trader.backtest.metrics import Metrics
from trader.backtest.plan import BacktestPlan

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints


@dataclass(frozen=True, slots=True)
class Brief:
    """Metrics by the names and definitions of `result.json`; of each trade, in exit order, when it
    was closed (ms UTC), its profit (quote currency) and its return (pnl / value at entry, not
    leveraged); daily returns of the equity.
    """

    metrics: Metrics
    exit_time: Ints
    pnl: Floats
    returns: Floats
    daily: Floats


def brief_of(plan: BacktestPlan, account: Any, daily: Floats, trades: TradeTable) -> Brief:
    """The figures of a run. `daily`: equity at each UTC day's end, NaN on days without a candle."""
    pnl = trades.column("pnl")
    returns = _returns(daily, plan.capital)
    final = plan.capital + float(np.sum(pnl))
    fall = float(account.fall)
    yearly = measure.cagr(plan.capital, final, measure.days_traded(plan))
    metrics: Metrics = {
        "total_return": final / plan.capital - 1,
        "cagr": yearly,
        "sharpe": measure.sharpe(returns),
        "sortino": measure.sortino(returns),
        "calmar": measure.ratio(yearly, fall),
        "max_drawdown": fall,
        **_of_trades(trades, pnl),
        "exposure": measure.ratio(float(account.exposed), float(account.rounds)),
        "final_equity": final,
        "buy_and_hold_return": measure.buy_and_hold(plan),
        "stopped_in_entry_candle": int(account.stopped),
    }
    return Brief(metrics, trades.column("exit_time"), pnl, pnl / trades.values(), returns)


def _returns(daily: Floats, capital: float) -> Floats:
    """Daily returns; a day without candles is 0."""
    known = np.isfinite(daily)
    place = np.maximum.accumulate(np.where(known, np.arange(len(daily)), -1))
    equity = np.where(place >= 0, daily[place], capital)
    before = np.append(capital, equity[:-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Floats = equity / before - 1
    return result


def _of_trades(trades: TradeTable, pnl: Floats) -> Metrics:
    won, lost = pnl[pnl > 0], pnl[pnl < 0]
    mean_win = float(np.mean(won)) if len(won) else None
    mean_loss = -float(np.mean(lost)) if len(lost) else None
    some = len(pnl) > 0
    return {
        "win_rate": measure.ratio(float(len(won)), float(len(pnl))),
        "profit_factor": measure.ratio(float(np.sum(won)), -float(np.sum(lost))),
        "payoff_ratio": measure.ratio(mean_win, mean_loss),
        "expectancy": float(np.mean(pnl)) if some else None,
        "trades": len(pnl),
        "avg_leverage": float(np.mean(trades.column("leverage"))) if some else None,
        "fees": float(np.sum(trades.column("fees"))),
        "funding": float(np.sum(trades.column("funding"))),
    }
