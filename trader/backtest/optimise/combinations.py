"""What the searches try: combinations of K, take profit and stop loss around one set of values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from trader.backtest.sweep.rules import LOSS_LIMITS
from trader.domain.parameters import Parameters
from trader.strategies.catalogue import Catalogue
from trader.strategies.filters import Market
from trader.strategies.rows import evaluate

if TYPE_CHECKING:
    from trader.domain.candles import Candles

K, TAKE_PROFIT, STOP_LOSS = "k_value", "take_profit_percent", "stop_loss_percent"
Axes = Mapping[str, tuple[float, ...]]


def _steps(low: int, high: int, step: int) -> tuple[float, ...]:
    """Hundredths, both ends included."""
    return tuple(n / 100 for n in range(low, high + 1, step))


GRID: Axes = {K: _steps(40, 60, 5), TAKE_PROFIT: _steps(3, 10, 1), STOP_LOSS: _steps(1, 5, 1)}
K_ALONE: Axes = {K: _steps(30, 80, 5)}  # specification 3.9
_STEP = {K: 0.05, TAKE_PROFIT: 0.01, STOP_LOSS: 0.01}
_ASKED_OF_THE_CLOCK = (
    "market_shock_pct",
    "max_price_age_entry",
    "max_price_age_exit",
    "max_order_value",
    "max_order_equity_share",
    "price_collar",
    "max_entries_per_minute",
    "min_order_headroom",
)
_PLAIN: dict[str, Any] = {
    **{one.name: one.default for one in fields(Parameters) if one.name in _ASKED_OF_THE_CLOCK},
    **dict.fromkeys(LOSS_LIMITS, 0),
}


def replayed(parameters: Parameters) -> Parameters:
    """The parameters of a running venue as a backtest takes them, without loss limits.

    What judges the age of prices or the pace of orders has no meaning on candles, and a limit that
    ends a day would hide what comes after it (specification 3.7).
    """
    return replace(parameters, **_PLAIN)


def combinations(parameters: Parameters, axes: Axes) -> tuple[Parameters, ...]:
    """Every allowed combination, those nearest to the present values first.

    A stop loss has to lie below the emergency stop (specification 3.5). The order decides ties:
    the smallest change wins.
    """
    made: Iterator[dict[str, Any]] = (
        dict(zip(axes, values, strict=True)) for values in product(*axes.values())
    )
    allowed = [values for values in made if _allowed(values, parameters)]
    nearest = sorted(allowed, key=lambda values: _distance(values, parameters))
    return tuple(replace(parameters, **values) for values in nearest)


def _allowed(values: Mapping[str, float], parameters: Parameters) -> bool:
    emergency = parameters.emergency_stop_percent
    return not emergency or values.get(STOP_LOSS, 0.0) < emergency


def _distance(values: Mapping[str, float], parameters: Parameters) -> float:
    """In steps of the grid."""
    return sum(abs(v - float(getattr(parameters, k))) / _STEP[k] for k, v in values.items())


def searchable(axes: Axes, parameters: Parameters, catalogue: Catalogue, candles: Candles) -> Axes:
    """The axes without K where no strategy at work reads it: its signals stay as they are."""
    if K not in axes or _reads_k(axes[K], parameters, catalogue, candles):
        return axes
    return {name: values for name, values in axes.items() if name != K}


def _reads_k(
    values: tuple[float, ...], parameters: Parameters, catalogue: Catalogue, candles: Candles
) -> bool:
    ends = [replace(parameters, k_value=value) for value in (values[0], values[-1])]
    for share in parameters.strategies:
        strategy = catalogue.get(share.name)
        low, high = (evaluate(strategy, candles, p, Market()) for p in ends)
        for name in ("long", "long_level", "short", "short_level", "sell", "cover"):
            if not np.array_equal(getattr(low, name), getattr(high, name), equal_nan=True):
                return True
    return False


def values_of(parameters: Parameters, axes: Axes) -> dict[str, float]:
    """The searched values by their names in `.env`."""
    return {name.upper(): float(getattr(parameters, name)) for name in axes}
