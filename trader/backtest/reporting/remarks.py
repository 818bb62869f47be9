"""What a careful person would say about a result: what happened, and what to be wary of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from math import sqrt
from pathlib import Path

import numpy as np

from trader.backtest import figures
from trader.backtest.detail import NONE
from trader.backtest.metrics import Metrics, days_traded
from trader.backtest.names import candle_file
from trader.backtest.plan import BacktestPlan, BacktestResult
from trader.backtest.reporting.wording import Wording
from trader.domain.instrument import BINANCE_FUTURES, symbol_of
from trader.domain.money import ZERO
from trader.domain.position import ClosedTrade

FEW_TRADES = 30
_SPREAD = 1.959964  # of a normal distribution, 95 %


def lines(plan: BacktestPlan, result: BacktestResult, metrics: Metrics, say: Wording) -> list[str]:
    """What happened, then the three sentences: buying and holding, a few trades, the fee."""
    return [*lead(plan, result, metrics, say), *judgement(plan, result, metrics, say)]


def lead(plan: BacktestPlan, result: BacktestResult, metrics: Metrics, say: Wording) -> list[str]:
    """What became of the money, and by how many trades."""
    gained = say(
        "line.gained",
        capital=figures.money(plan.capital, plan.quote),
        final=figures.money(metrics["final_equity"], plan.quote),
        days=f"{days_traded(plan):,.0f}",
        total=figures.percent(metrics["total_return"], sign=True),
    )
    if not metrics["trades"]:
        none = say("line.no_trades", candles=f"{plan.traded_rows:,}")
        return [f"{gained} {none}", *_most_often(result, say)]
    traded = say(
        "line.trades",
        trades=f"{metrics['trades']:,}",
        won=figures.percent(metrics["win_rate"], places=0),
        fall=figures.percent(metrics["max_drawdown"]),
        fees=figures.money(metrics["fees"], plan.quote),
    )
    return [f"{gained} {traded}"]


def judgement(
    plan: BacktestPlan, result: BacktestResult, metrics: Metrics, say: Wording
) -> list[str]:
    """Three sentences, always: against buy and hold, how few made the profit, what fee it bears."""
    return [
        against_holding(metrics, say),
        concentration(plan, result, say),
        against_fees(result, metrics, say),
    ]


def against_holding(metrics: Metrics, say: Wording) -> str:
    """How far ahead of buying and holding, or behind it, in percentage points."""
    held = float(metrics["buy_and_hold_return"] or 0)
    points = figures.number(100 * abs(float(metrics["total_return"] or 0) - held))
    ahead = float(metrics["total_return"] or 0) > held
    key = "equals" if points == figures.number(0) else "beats" if ahead else "loses"
    return say(f"line.{key}", held=figures.percent(held, sign=True), gap=points)


def against_fees(result: BacktestResult, metrics: Metrics, say: Wording) -> str:
    """The fee a fill at which these trades would have made nothing."""
    fee = metrics.get("break_even_fee")
    if fee is None:
        return say("line.no_fee")
    if fee < 0:
        return say("line.never")
    return say("line.break_even", fee=figures.rate(fee), paid=figures.rate(result.fee))


def concentration(plan: BacktestPlan, result: BacktestResult, say: Wording) -> str:
    """What share of all winnings the two best trades, the best month, one symbol made."""
    wins = [trade for trade in result.trades if trade.pnl > 0]
    few = {0: "no_winner" if result.trades else "nothing_won", 1: "one_winner", 2: "two_winners"}
    if len(wins) in few:
        return say(f"line.{few[len(wins)]}")
    total = sum((trade.pnl for trade in wins), ZERO)
    two = sum(sorted(trade.pnl for trade in wins)[-2:], ZERO)
    month, made = _most(wins, lambda trade: figures.day(trade.exit_time)[:7])
    symbol, part = _most(wins, lambda trade: symbol_of(trade.key))
    two_share, share, part_share = (
        figures.percent(float(value / total), places=0) for value in (two, made, part)
    )
    if len(plan.series) == 1:
        return say("line.winnings", two=two_share, share=share, month=month)
    return say(
        "line.winnings_of", two=two_share, share=share, month=month, part=part_share, symbol=symbol
    )


def _most(
    trades: Sequence[ClosedTrade], group: Callable[[ClosedTrade], str]
) -> tuple[str, Decimal]:
    """The group that made the most, and what it made; of equal ones the first by name."""
    made: dict[str, Decimal] = {}
    for trade in trades:
        name = group(trade)
        made[name] = made.get(name, ZERO) + trade.pnl
    return max(sorted(made.items()), key=lambda item: item[1])


def _most_often(result: BacktestResult, say: Wording) -> list[str]:
    counts = {code: count for code, count in result.no_entry_reasons.items() if count}
    if not counts:
        return []
    code = max(sorted(counts), key=lambda name: counts[name])
    count = f"{counts[code]:,}"
    return [say("line.most_often", code=code, meaning=say(f"c.{code}"), count=count)]


def warnings(plan: BacktestPlan, result: BacktestResult, say: Wording) -> list[str]:
    """What makes the numbers less sure than they look, the gravest first."""
    return [*_few_trades(result, say), *cautions(plan, result, say), *result.notices]


def few_trades(metrics: Metrics, say: Wording) -> str:
    """What it means that there were so few trades; nothing from 30 on.

    The range is Wilson's 95 % interval of a share (E. B. Wilson, JASA 22, 1927).
    """
    trades = int(metrics["trades"] or 0)
    if trades >= FEW_TRADES:
        return ""
    if not trades:
        return say("few.none")
    rate = float(metrics["win_rate"] or 0)
    low, high = (figures.percent(value, places=0) for value in wilson(rate, trades))
    return say("few.text", trades=trades, won=figures.percent(rate, places=0), low=low, high=high)


def wilson(share: float, count: int) -> tuple[float, float]:
    """Where the true share lies (95 %) when `share` of `count` > 0 cases were seen."""
    z2 = _SPREAD * _SPREAD / count
    middle = (share + z2 / 2) / (1 + z2)
    half = _SPREAD / (1 + z2) * sqrt(share * (1 - share) / count + z2 / (4 * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def cautions(plan: BacktestPlan, result: BacktestResult, say: Wording) -> list[str]:
    """What else makes the numbers less sure than they look, the gravest first."""
    return [
        *_generated(plan, say),
        *_tight_trail(plan, say),
        *_stopped_at_once(plan, result, say),
        *_concentrated(plan, result, say),
        *_no_detail(plan, say),
        *_no_funding(plan, say),
        *_renamed(plan, say),
        *_poor_data(plan, say),
    ]


def _few_trades(result: BacktestResult, say: Wording) -> list[str]:
    trades = len(result.trades)
    return [say("warn.few_trades", trades=trades)] if trades < FEW_TRADES else []


def _generated(plan: BacktestPlan, say: Wording) -> list[str]:
    return [] if plan.seed is None else [say("warn.generated", seed=plan.seed)]


def _tight_trail(plan: BacktestPlan, say: Wording) -> list[str]:
    """A trail within one candle's usual range: its high and its low cannot be told apart."""
    from trader.indicators.volatility import atr

    trail = plan.parameters.trailing_stop_percent
    if not trail or _detailed(plan):
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


def _detailed(plan: BacktestPlan) -> bool:
    """Whether finer candles knew what came first."""
    return all(one.detail is not None for one in plan.series)


def _stopped_at_once(plan: BacktestPlan, result: BacktestResult, say: Wording) -> list[str]:
    count, trades = result.stopped_in_entry_candle, len(result.trades)
    if not trades or count / trades < 0.1 or _detailed(plan):
        return []
    return [say("warn.stopped_at_once", count=f"{count:,}", trades=f"{trades:,}")]


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
            key = "warn.only_symbol" if profit > total else "warn.one_symbol"
            found.append(say(key, symbol=symbol, share=share))
    return found


def by_symbol(result: BacktestResult) -> dict[str, Decimal]:
    """Profit and loss of each symbol that was traded."""
    profits: dict[str, Decimal] = {}
    for trade in result.trades:
        symbol = symbol_of(trade.key)
        profits[symbol] = profits.get(symbol, ZERO) + trade.pnl
    return dict(sorted(profits.items()))


def _no_detail(plan: BacktestPlan, say: Wording) -> list[str]:
    without = [one.symbol for one in plan.series if one.source.detail == NONE]
    return [say("warn.no_detail", symbols=", ".join(without))] if without else []


def _no_funding(plan: BacktestPlan, say: Wording) -> list[str]:
    without = [one.symbol for one in plan.series if one.funding is None]
    if plan.venue != BINANCE_FUTURES or not without:
        return []
    return [say("warn.no_funding", symbols=", ".join(without))]


def _renamed(plan: BacktestPlan, say: Wording) -> list[str]:
    """A flag beats a file's name: said aloud, in case it was not meant."""
    found = []
    for one in plan.series:
        named = candle_file(Path(one.source.file))
        ours = (plan.venue, one.symbol)
        if named.complete and (named.venue, named.symbol) != ours:
            told = say("warn.renamed", file=one.source.file, symbol=one.symbol, venue=plan.venue)
            found.append(told)
    return found


def _poor_data(plan: BacktestPlan, say: Wording) -> list[str]:
    found = []
    for source in (one.source for one in plan.series):
        repaired = {name: count for name, count in source.repairs.items() if count}
        if repaired:
            what = ", ".join(f"{say(f'r.{name}')}: {count:,}" for name, count in repaired.items())
            count = f"{sum(repaired.values()):,}"
            found.append(say("warn.repaired", file=source.file, count=count, what=what))
        if max(source.gaps, 2 * source.repairs.get("duplicates", 0)) > source.rows_in_file:
            told = say("warn.timeframe", file=source.file, timeframe=source.timeframe)
            found.append(told)
        if source.gaps:
            found.append(say("warn.gaps", file=source.file, gaps=f"{source.gaps:,}"))
    return found
