"""What a careful person would say about a result: three lines, and what to be wary of."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from trader.backtest import figures
from trader.backtest.metrics import Metrics, days_traded
from trader.backtest.plan import BacktestPlan, BacktestResult
from trader.backtest.reporting.wording import Wording
from trader.domain.instrument import BINANCE_FUTURES, symbol_of
from trader.domain.money import ZERO

FEW_TRADES = 30


def lines(plan: BacktestPlan, result: BacktestResult, metrics: Metrics, say: Wording) -> list[str]:
    """Three sentences: what became of the money, of the trades, of the costs."""
    final, total = metrics["final_equity"], metrics["total_return"]
    held = float(metrics["buy_and_hold_return"] or 0)
    gap = float(total or 0) - held
    first = say(
        "line.gained",
        capital=figures.money(plan.capital, plan.quote),
        final=figures.money(final, plan.quote),
        days=f"{days_traded(plan):,.0f}",
        total=figures.percent(total, sign=True),
    )
    second = say(
        "line.beats" if gap >= 0 else "line.loses",
        held=figures.percent(held, sign=True),
        gap=figures.number(100 * abs(gap)),
    )
    return [f"{first} {second}", *_about_trades(plan, result, metrics, say)]


def _about_trades(
    plan: BacktestPlan, result: BacktestResult, metrics: Metrics, say: Wording
) -> list[str]:
    if not result.trades:
        none = say("line.no_trades", candles=f"{plan.traded_rows:,}")
        return [none, *_most_often(result, say)]
    won = say(
        "line.trades",
        trades=f"{len(result.trades):,}",
        won=figures.percent(metrics["win_rate"], places=0),
        fall=figures.percent(metrics["max_drawdown"]),
        fees=figures.money(metrics["fees"], plan.quote),
    )
    fee = break_even_fee(result)
    if fee < 0:
        return [won, say("line.never")]
    return [won, say("line.break_even", fee=figures.rate(fee), paid=figures.rate(result.fee))]


def break_even_fee(result: BacktestResult) -> float:
    """The fee a fill (fraction) at which these trades would have made nothing; < 0: none would."""
    gross = sum((trade.pnl + trade.fees for trade in result.trades), ZERO)
    turned = sum(((t.entry_price + t.exit_price) * t.quantity for t in result.trades), ZERO)
    return float(gross / turned) if turned else 0.0


def _most_often(result: BacktestResult, say: Wording) -> list[str]:
    counts = {code: count for code, count in result.no_entry_reasons.items() if count}
    if not counts:
        return []
    code = max(sorted(counts), key=lambda name: counts[name])
    count = f"{counts[code]:,}"
    return [say("line.most_often", code=code, meaning=say(f"c.{code}"), count=count)]


def warnings(plan: BacktestPlan, result: BacktestResult, say: Wording) -> list[str]:
    """What makes the numbers less sure than they look, the gravest first."""
    found = [
        *_few_trades(result, say),
        *_generated(plan, say),
        *_tight_trail(plan, say),
        *_stopped_at_once(result, say),
        *_concentrated(plan, result, say),
        *_no_funding(plan, say),
        *_poor_data(plan, say),
    ]
    return [*found, *result.notices]


def _few_trades(result: BacktestResult, say: Wording) -> list[str]:
    trades = len(result.trades)
    return [say("warn.few_trades", trades=trades)] if trades < FEW_TRADES else []


def _generated(plan: BacktestPlan, say: Wording) -> list[str]:
    return [] if plan.seed is None else [say("warn.generated", seed=plan.seed)]


def _tight_trail(plan: BacktestPlan, say: Wording) -> list[str]:
    """A trail within one candle's usual range: its high and its low cannot be told apart."""
    from trader.indicators.volatility import atr

    trail = plan.parameters.trailing_stop_percent
    if not trail:
        return []
    shares = [
        atr(c.high, c.low, c.close)[one.start_index :] / c.close[one.start_index :]
        for one in plan.series
        for c in (one.candles,)
    ]
    known = np.concatenate(shares)
    known = known[np.isfinite(known)]
    usual = float(np.median(known)) if len(known) else 0.0
    if trail >= usual:
        return []
    return [say("warn.tight_trail", trail=figures.rate(trail), atr=figures.percent(usual))]


def _stopped_at_once(result: BacktestResult, say: Wording) -> list[str]:
    count, trades = result.stopped_in_entry_candle, len(result.trades)
    if not trades or count / trades < 0.1:
        return []
    return [say("warn.stopped_at_once", count=count, trades=trades)]


def _concentrated(plan: BacktestPlan, result: BacktestResult, say: Wording) -> list[str]:
    total = sum((trade.pnl for trade in result.trades), ZERO)
    wins = sorted((trade.pnl for trade in result.trades if trade.pnl > 0), reverse=True)
    found = []
    if len(wins) > 4 and sum(wins[:2]) * 2 > sum(wins):
        share = figures.percent(float(sum(wins[:2]) / sum(wins)), places=0)
        found.append(say("warn.two_trades", share=share))
    for symbol, profit in by_symbol(result).items():
        if len(plan.series) > 1 and total > 0 and profit * 2 > total:
            share = figures.percent(float(profit / total), places=0)
            found.append(say("warn.one_symbol", symbol=symbol, share=share))
    return found


def by_symbol(result: BacktestResult) -> dict[str, Decimal]:
    """Profit and loss of each symbol that was traded."""
    profits: dict[str, Decimal] = {}
    for trade in result.trades:
        symbol = symbol_of(trade.key)
        profits[symbol] = profits.get(symbol, ZERO) + trade.pnl
    return dict(sorted(profits.items()))


def _no_funding(plan: BacktestPlan, say: Wording) -> list[str]:
    without = [one.symbol for one in plan.series if one.funding is None]
    if plan.venue != BINANCE_FUTURES or not without:
        return []
    return [say("warn.no_funding", symbols=", ".join(without))]


def _poor_data(plan: BacktestPlan, say: Wording) -> list[str]:
    found = []
    for source in (one.source for one in plan.series):
        repaired = {name: count for name, count in source.repairs.items() if count}
        if repaired:
            what = ", ".join(f"{say(f'r.{name}')}: {count:,}" for name, count in repaired.items())
            count = f"{sum(repaired.values()):,}"
            found.append(say("warn.repaired", file=source.file, count=count, what=what))
        if source.gaps:
            found.append(say("warn.gaps", file=source.file, gaps=f"{source.gaps:,}"))
    return found
