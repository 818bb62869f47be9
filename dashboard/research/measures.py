"""Figures of a backtest: their order, how they read, and in which direction they are better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isclose

from dashboard.figures import DASH, amount, money, percent

GROUPS: dict[str, tuple[str, ...]] = {
    "result": ("total_return", "buy_and_hold_return", "cagr", "final_equity"),
    "risk": ("max_drawdown", "underwater_days", "sharpe", "sortino", "calmar"),
    "trades": (
        "trades", "win_rate", "profit_factor", "payoff_ratio", "expectancy", "best_trade",
        "worst_trade", "longest_losing_streak", "median_holding_hours", "stopped_in_entry_candle",
        "exposure", "avg_leverage",
    ),
    "costs": ("fees", "funding", "fee_share", "turnover", "break_even_fee"),
}  # fmt: skip
NAMES = tuple(name for names in GROUPS.values() for name in names)
HIGHER, LOWER = 1, -1
BETTER = dict.fromkeys(
    ("total_return", "cagr", "final_equity", "sharpe", "sortino", "calmar", "win_rate",
     "profit_factor", "payoff_ratio", "expectancy", "best_trade", "worst_trade", "break_even_fee"),
    HIGHER,
) | dict.fromkeys(
    ("max_drawdown", "underwater_days", "longest_losing_streak", "stopped_in_entry_candle", "fees",
     "funding", "fee_share"),
    LOWER,
)  # fmt: skip
SIGNED = ("total_return", "buy_and_hold_return", "cagr", "expectancy", "best_trade", "worst_trade")
MONEY = (*SIGNED[3:], "fees", "funding", "final_equity")
_SHARES = (*SIGNED[:3], "max_drawdown", "win_rate", "exposure", "fee_share")
_COUNTS = ("trades", "stopped_in_entry_candle", "longest_losing_streak")
_TENTHS = ("underwater_days", "median_holding_hours", "turnover")
_CLOSE = 1e-9  # relative: both engines count the same run, up to the last digits
_SMALL_FEE = 4  # digits of a percent


def measured(name: str, value: float | None, quote: str) -> str:
    """A figure as people read it; one that is not known here is a plain number."""
    if value is None:
        return DASH
    if name == "break_even_fee":
        return f"{amount(value * 100, _SMALL_FEE)} %"
    if name in _SHARES:
        return percent(value, sign=name in SIGNED)
    if name in MONEY:
        return money(value, quote, sign=name in SIGNED)
    return amount(value, 0 if name in _COUNTS else 1 if name in _TENTHS else 2)


def in_order(runs: Sequence[Mapping[str, float | None]]) -> list[str]:
    """The figures that one of the runs has; those of a newer version at the end."""
    there = {name for metrics in runs for name in metrics}
    return [*(name for name in NAMES if name in there), *sorted(there.difference(NAMES))]


def verdict(name: str, first: float | None, other: float | None, *, alike: bool) -> int:
    """1: better than the first, -1 worse, 0 neither. `alike`: same currency and capital."""
    if first is None or other is None or (name in MONEY and not alike):
        return 0
    if isclose(first, other, rel_tol=_CLOSE, abs_tol=1e-12):
        return 0
    direction = BETTER.get(name, 0)
    return direction if other > first else -direction
