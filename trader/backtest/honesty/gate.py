"""What may be adopted by itself: a challenger that is better out of sample, and not by luck."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trader.backtest.honesty.sharpe import chance_spread, deflated_sharpe, shape_of

if TYPE_CHECKING:
    from trader.domain.candles import Floats


@dataclass(frozen=True, slots=True)
class Trial:
    """What parameters came to out of sample, after costs.

    `returns` of each trade (pnl / entry value, fractions); `total_return` of the equity over the
    same spans (a fraction).
    """

    returns: Floats
    total_return: float


@dataclass(frozen=True, slots=True)
class GateRules:
    """What a challenger must show. `probability` that its Sharpe ratio is more than luck."""

    min_trades: int = 30
    probability: float = 0.95


RULES = GateRules()


class Shortfall(NamedTuple):
    """One rule that was missed: what was measured, what was wanted (at least, or more than)."""

    code: str  # too_few_trades, not_profitable, not_better, deflated_sharpe
    measured: float
    wanted: float

    def __str__(self) -> str:
        return f"{self.code} measured={self.measured:.6g} wanted={self.wanted:.6g}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the challenger is adopted, else every rule it missed.

    `dsr` is the deflated Sharpe probability; 0 when it is undefined.
    """

    promoted: bool
    reasons: tuple[Shortfall, ...]
    dsr: float


def judge(
    champion: Trial,
    challenger: Trial,
    tried: int,
    spread: float,
    rules: GateRules = RULES,
) -> Verdict:
    """Compare a challenger with the running parameters on the same spans, out of sample.

    `tried`: every combination that the search looked at. `spread`: standard deviation of their
    Sharpe ratios per trade (`spread_of`); it counts up to what chance alone makes (decision 0034).
    What is undefined proves nothing: NaN anywhere refuses.
    """
    dsr = _deflated(challenger.returns, tried, spread)
    trades, gained = len(challenger.returns), challenger.total_return
    missed = []
    if trades < rules.min_trades:
        missed.append(Shortfall("too_few_trades", trades, rules.min_trades))
    if not gained > 0.0:
        missed.append(Shortfall("not_profitable", gained, 0.0))
    if not gained > champion.total_return:
        missed.append(Shortfall("not_better", gained, champion.total_return))
    if not dsr >= rules.probability:
        missed.append(Shortfall("deflated_sharpe", dsr, rules.probability))
    return Verdict(not missed, tuple(missed), dsr)


def _deflated(returns: Floats, tried: int, spread: float) -> float:
    """The deflated Sharpe probability; 0 when it is undefined."""
    shape = shape_of(np.asarray(returns, dtype=np.float64))
    luck = min(spread, chance_spread(shape.trades)) if spread >= 0.0 else spread
    probability = deflated_sharpe(shape, tried, luck) if luck >= 0.0 else 0.0
    return probability if isfinite(probability) else 0.0
