"""The common strategy as backtesting.py says it."""

from __future__ import annotations

import sys
import warnings
from typing import Any

import numpy as np
import pandas as pd
from backtesting import Strategy
from backtesting.lib import FractionalBacktest

from benchmarks.peers.theirs.stopwatch import (
    CAPITAL,
    FEE,
    STOP,
    TARGET,
    TRAIL,
    WIDTH,
    Contestant,
    Told,
    main,
)

UNIT = 1e-6  # coins; backtesting.py trades whole units
warnings.filterwarnings("ignore")  # its own, about the open trade at the end


def load(file: str) -> Any:
    """A frame with its column names and a plain index: a time index costs it seconds more."""
    _, opens, high, low, close, volume = np.load(file)
    columns = {"Open": opens, "High": high, "Low": low, "Close": close, "Volume": volume}
    return pd.DataFrame(columns)


def wanted(close: Any, width: float) -> Any:
    """1 where the close crosses above the upper band and is above EMA50 (mean of the first 50)."""
    series = pd.Series(close)
    window = series.rolling(20)
    upper = (window.mean() + width * window.std(ddof=0)).to_numpy()
    seeded = series.copy()
    seeded.iloc[:49], seeded.iloc[49] = np.nan, close[:50].mean()
    trend = seeded.ewm(span=50, adjust=False).mean().to_numpy()
    crossed = np.append(False, (close[1:] > upper[1:]) & (close[:-1] <= upper[:-1]))
    return (crossed & (close > trend)).astype(float)


class Common(Strategy):  # type: ignore[misc]  # the library has no types
    """Stop and target go in with the order; the trail is the stop, raised after each candle."""

    width, target = WIDTH, TARGET

    def init(self) -> None:
        """Signals of all candles at once."""
        close = np.asarray(self.data.Close)
        self.enter = self.I(wanted, close, self.width, plot=False)
        self.highest = 0.0

    def next(self) -> None:
        """After each candle."""
        if self.trades:
            self._follow(self.trades[0])
        elif self.enter[-1]:
            price = self.data.Close[-1]  # all that is known of the next open
            stop = price * (1.0 - min(STOP, TRAIL))
            self.buy(sl=stop, tp=price * (1.0 + self.target))

    def _follow(self, trade: Any) -> None:
        high = self.data.High[-1]
        if trade.entry_bar == len(self.data) - 1:  # its open is known now
            self.highest = max(trade.entry_price, high)
            trade.tp = trade.entry_price * (1.0 + self.target)
        elif high > self.highest:
            self.highest = high
        else:
            return
        fixed = trade.entry_price * (1.0 - STOP)
        trade.sl = max(fixed, self.highest * (1.0 - TRAIL))


def backtest(bars: Any, width: float, target: float) -> Any:
    """Indicators, signals, simulation."""
    engine = FractionalBacktest(
        bars, Common, cash=CAPITAL, commission=FEE, fractional_unit=UNIT, finalize_trades=True
    )
    return engine.run(width=width, target=target)


def told(result: Any) -> Told:
    """Its trades as they stand in the statistics."""
    names = ["EntryBar", "ExitBar", "EntryPrice", "ExitPrice"]
    columns = [result["_trades"][name].to_numpy() for name in names]
    rows = zip(*columns, strict=True)
    trades = [(int(i), int(j), float(p), float(q)) for i, j, p, q in rows]
    return Told(sorted(trades), float(result["Equity Final [$]"]))


if __name__ == "__main__":
    sys.exit(main(Contestant(load, backtest, told)))
