"""How sure one may be that a Sharpe ratio is more than luck, after many were tried.

PSR: D. H. Bailey, M. Lopez de Prado, "The Sharpe Ratio Efficient Frontier", Journal of Risk 15(2),
2012. DSR and the expected maximum: the same, "The Deflated Sharpe Ratio", Journal of Portfolio
Management 40(5), 2014. All ratios here are per trade, not annualised.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import e, isfinite, nan, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from trader.domain.candles import Floats

EULER_MASCHERONI = 0.5772156649015329
_NORMAL = NormalDist()


class Shape(NamedTuple):
    """What returns look like. `sharpe` per trade; `kurtosis` is 3 for a normal distribution."""

    trades: int
    sharpe: float
    skewness: float
    kurtosis: float


def shape_of(returns: Floats) -> Shape:
    """Of returns a trade (fractions); NaN where it is undefined.

    Undefined are fewer than two trades, trades that all return the same, and NaN among them.
    """
    count = len(returns)
    if count < 2 or not np.isfinite(returns).all():
        return Shape(count, nan, nan, nan)
    mean, deviation = float(np.mean(returns)), float(np.std(returns, ddof=1))
    if not deviation > 1e-12 * max(abs(mean), 1e-12):  # mere rounding is no deviation
        return Shape(count, nan, nan, nan)
    standard = (returns - mean) / float(np.std(returns))
    square = standard * standard  # powers of an array take ten times as long
    skewness, kurtosis = float(np.mean(square * standard)), float(np.mean(square * square))
    return Shape(count, mean / deviation, skewness, kurtosis)


def sharpe_per_trade(returns: Floats) -> float:
    """Mean / sample deviation of the returns a trade, not annualised; NaN when undefined."""
    return shape_of(returns).sharpe


def probabilistic_sharpe(shape: Shape, benchmark: float) -> float:
    """Probability that the true Sharpe ratio is above `benchmark` (PSR); NaN when undefined.

    Phi((S - S*) sqrt(n - 1) / sqrt(1 - skewness S + (kurtosis - 1) / 4 S^2))
    """
    s = shape.sharpe
    variance = 1.0 - shape.skewness * s + (shape.kurtosis - 1.0) / 4.0 * s * s
    if not (variance > 0.0 and isfinite(benchmark)):
        return nan
    return _NORMAL.cdf((s - benchmark) * sqrt((shape.trades - 1) / variance))


def expected_maximum(tried: int, spread: float) -> float:
    """The best Sharpe ratio to expect of `tried` worthless trials; 0 of one.

    `spread`: standard deviation of the trials' Sharpe ratios.
    spread ((1 - g) Phi^-1(1 - 1/N) + g Phi^-1(1 - 1/(N e))), g Euler-Mascheroni
    """
    if tried <= 1:
        return 0.0
    high = _NORMAL.inv_cdf(1.0 - 1.0 / tried)
    higher = _NORMAL.inv_cdf(1.0 - 1.0 / (tried * e))
    return spread * ((1.0 - EULER_MASCHERONI) * high + EULER_MASCHERONI * higher)


def deflated_sharpe(shape: Shape, tried: int, spread: float) -> float:
    """Probability that a trial is better than the luckiest of `tried` worthless ones (DSR).

    NaN when it is undefined.
    """
    return probabilistic_sharpe(shape, expected_maximum(tried, spread))


def chance_spread(count: int) -> float:
    """How far Sharpe ratios of `count` worthless trades scatter by chance alone: 1 / sqrt(n - 1).

    The standard error inside the PSR at S = 0; NaN for fewer than two trades.
    """
    return 1.0 / sqrt(count - 1) if count > 1 else nan


def spread_of(trials: Iterable[Floats]) -> float:
    """Standard deviation of the Sharpe ratios per trade across trials; 0 of fewer than two.

    Each trial is its returns a trade. Trials without a ratio (no trades, all the same) are left
    out here; they still count as tried.
    """
    ratios = [sharpe_per_trade(returns) for returns in trials]
    known = [ratio for ratio in ratios if isfinite(ratio)]
    return float(np.std(known, ddof=1)) if len(known) > 1 else 0.0
