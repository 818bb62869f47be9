"""Candles made ready for many trials: the one place that knows which engine tries them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trader.backtest.plan import BacktestPlan
from trader.domain.parameters import Parameters
from trader.strategies.catalogue import Catalogue

if TYPE_CHECKING:
    from trader.backtest.honesty.walk_forward import Market


def prepared(plan: BacktestPlan, catalogue: Catalogue) -> Market[Parameters]:
    """The plan's candles, ready for trials on the fast engine (it brings numba along)."""
    from trader.backtest.fast import Prepared

    return Prepared(plan, catalogue)
