"""The common strategy as backtrader says it."""

from __future__ import annotations

import sys
from typing import Any

import backtrader as bt
import numpy as np

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

ALL_IN = 1.0 - 1e-9  # an order worth one unit in the last place over the cash is refused silently
DAY = 86_400_000.0  # ms
EPOCH = 719_163.0  # 1970-01-01 in its count of days


class Bars(bt.feed.DataBase):  # type: ignore[misc]  # the library has no types
    """Rows of lists: its own pandas feed would look every number up by `iloc`."""

    params = (("rows", ()),)

    def start(self) -> None:
        """From the first row on."""
        super().start()
        self.rest = iter(self.p.rows)

    def _load(self) -> bool:
        row = next(self.rest, None)
        if row is None:
            return False
        lines = self.lines
        lines.datetime[0], lines.open[0], lines.high[0] = row[0], row[1], row[2]
        lines.low[0], lines.close[0], lines.volume[0] = row[3], row[4], row[5]
        lines.openinterest[0] = 0.0
        return True


class Common(bt.Strategy):  # type: ignore[misc]
    """Stop and limit cancel each other; at each new high the stop is taken back and sent anew.

    `StopTrail` trails the close, not the high. Exits act from the candle after the one in which
    they were sent. The entry is sent when the next open is known: sized by the close, all of the
    cash would be refused whenever that opens higher.
    """

    params = (("width", WIDTH), ("target", TARGET))

    def __init__(self) -> None:
        close = self.data.close
        upper = bt.ind.BollingerBands(close, period=20, devfactor=self.p.width).top
        self.trend = bt.ind.EMA(close, period=50)
        self.upper = upper
        self.stop_order = self.limit_order = None
        self.entry = self.highest = 0.0
        self.opened: list[tuple[int, float]] = []
        self.closed: list[tuple[int, float]] = []
        self.wanted = False

    def notify_order(self, order: Any) -> None:
        """A fill, in the candle after the order was sent."""
        if order.status != order.Completed:
            return
        filled = (len(self.data) - 1, order.executed.price)
        if order.isbuy():
            self.opened.append(filled)
            self.entry = order.executed.price
        else:
            self.closed.append(filled)
            self.stop_order = self.limit_order = None

    def next(self) -> None:
        """After each candle."""
        if self.position.size:
            self._follow()
            return
        close, upper = self.data.close, self.upper
        crossed = close[0] > upper[0] and close[-1] <= upper[-1]
        self.wanted = crossed and close[0] > self.trend[0]

    def next_open(self) -> None:
        """At the first price of a candle, before the broker looks at it."""
        if self.wanted:
            self.wanted = False
            self.buy(size=self.broker.getcash() * ALL_IN / (self.data.open[0] * (1.0 + FEE)))

    def _follow(self) -> None:
        high = self.data.high[0]
        if self.stop_order is None:
            self.highest = max(self.entry, high)
        elif high > self.highest:
            self.highest = high
            self.cancel(self.stop_order)  # and with it the limit: they are one group
        else:
            return
        stop = max(self.entry * (1.0 - STOP), self.highest * (1.0 - TRAIL))
        size, target = self.position.size, self.entry * (1.0 + self.p.target)
        self.stop_order = self.sell(size=size, exectype=bt.Order.Stop, price=stop)
        self.limit_order = self.sell(
            size=size, exectype=bt.Order.Limit, price=target, oco=self.stop_order
        )


def load(file: str) -> list[tuple[float, ...]]:
    """Rows of plain numbers, times in its count of days."""
    time, *rest = np.load(file)
    columns = [time / DAY + EPOCH, *rest]
    return list(zip(*(column.tolist() for column in columns), strict=True))


def backtest(bars: Any, width: float, target: float) -> Any:
    """Indicators, signals, simulation."""
    cerebro = bt.Cerebro(stdstats=False, cheat_on_open=True)
    cerebro.broker.setcash(CAPITAL)
    cerebro.broker.setcommission(commission=FEE)
    cerebro.adddata(Bars(rows=bars))
    cerebro.addstrategy(Common, width=width, target=target)
    return cerebro.run()[0]


def told(result: Any) -> Told:
    """Its closed trades; what is open at the end stays open."""
    both = zip(result.opened, result.closed, strict=False)
    trades = [(i, j, float(p), float(q)) for (i, p), (j, q) in both]
    held = result.entry if len(result.opened) > len(trades) else 0.0
    return Told(trades, float(result.broker.getvalue()), held)


if __name__ == "__main__":
    sys.exit(main(Contestant(load, backtest, told)))
