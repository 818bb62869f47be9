"""The fast engine: the rules of the live one, compiled, on arrays of candles and signals."""

from trader.backtest.fast.brief import Brief
from trader.backtest.fast.prepared import Prepared, run

__all__ = ["Brief", "Prepared", "run"]
