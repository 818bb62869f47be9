"""By what one set of parameters is called better than another: names, and the rule for ties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf, isfinite, nan
from typing import TYPE_CHECKING, Protocol

from trader.backtest.honesty.sharpe import sharpe_per_trade
from trader.backtest.metrics import Metrics
from trader.domain.errors import BadInput

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

DEFAULT = "sharpe"
GROWING = ("total_return",)  # with the time that is given
LEAST_TRADES = 5  # of a combination that may be chosen


class Outcome(Protocol):
    """What one trial came to; `fast.Brief` is one. Trades in the order of their exits.

    `metrics` by the names of `result.json`; `exit_time` ms UTC, `pnl` in the quote currency,
    `returns` pnl / entry value (fractions, not leveraged), `daily` returns of the equity.
    """

    @property
    def metrics(self) -> Metrics: ...
    @property
    def exit_time(self) -> Ints: ...
    @property
    def pnl(self) -> Floats: ...
    @property
    def returns(self) -> Floats: ...
    @property
    def daily(self) -> Floats: ...


Objective = Callable[[Outcome], float]  # more is better; NaN: undefined


def _metric(name: str) -> Objective:
    return lambda outcome: _number(outcome.metrics.get(name))


def _small(name: str) -> Objective:
    return lambda outcome: -_number(outcome.metrics.get(name))


OBJECTIVES: Mapping[str, Objective] = {
    "sharpe": lambda outcome: sharpe_per_trade(outcome.returns),
    "daily_sharpe": _metric("sharpe"),
    "sortino": _metric("sortino"),
    "calmar": _metric("calmar"),
    "total_return": _metric("total_return"),
    "cagr": _metric("cagr"),
    "win_rate": _metric("win_rate"),
    "profit_factor": _metric("profit_factor"),
    "payoff_ratio": _metric("payoff_ratio"),
    "expectancy": _metric("expectancy"),
    "max_drawdown": _small("max_drawdown"),  # less is better
}


def objective_named(name: str) -> Objective:
    """Raises `BadInput` for a name that is none. `sharpe` is per trade, `daily_sharpe` by days."""
    if name not in OBJECTIVES:
        raise BadInput(f"--objective {name}: use one of {', '.join(OBJECTIVES)}")
    return OBJECTIVES[name]


def best(
    objective: str, outcomes: Iterable[Outcome], least_trades: int = LEAST_TRADES
) -> int | None:
    """The place of the best outcome, None when none may be chosen.

    Ties go to more trades, then to the smaller drawdown, then to the earlier one. With fewer than
    `least_trades` trades, or where the objective is undefined, an outcome cannot be chosen.
    """
    order = ranked(objective, outcomes, least_trades)
    return order[0] if order else None


def ranked(
    objective: str, outcomes: Iterable[Outcome], least_trades: int = LEAST_TRADES
) -> list[int]:
    """The places of the outcomes that may be chosen, the best first; ties as `best` says."""
    value_of = objective_named(objective)
    keys = [_key(value_of(outcome), outcome) for outcome in outcomes]
    places = [n for n, key in enumerate(keys) if -key[1] >= least_trades and isfinite(key[0])]
    return sorted(places, key=keys.__getitem__)  # a stable sort: the earlier one stays first


def _key(value: float, outcome: Outcome) -> tuple[float, int, float]:
    return key_of(value, len(outcome.returns), outcome.metrics)


def key_of(value: float, trades: int, metrics: Metrics) -> tuple[float, int, float]:
    """What is sorted by, the best first: the objective's value, more trades, smaller drawdown."""
    fall = _number(metrics.get("max_drawdown"))
    return -value, -trades, fall if isfinite(fall) else inf


def _number(value: float | None) -> float:
    return nan if value is None else float(value)


def mean_of(values: Sequence[float], weights: Sequence[float]) -> float:
    """Weighted mean of the defined values; NaN when none has any weight."""
    known = [(v, w) for v, w in zip(values, weights, strict=True) if isfinite(v)]
    whole = sum(weight for _, weight in known)
    return sum(value * weight for value, weight in known) / whole if whole else nan
