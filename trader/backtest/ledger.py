"""The trades of a result as columns, so that everything about them is counted without a loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trader.backtest.plan import BacktestResult
from trader.domain.instrument import symbol_of
from trader.domain.position import ClosedTrade

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trader.domain.candles import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Ledger:
    """One place a trade, in the order of exits; the columns of `trades.csv`.

    Times are candle starts in ms UTC, money is in the quote currency, `pnl_percent` in percent of
    the entry value, `side` 1 for long and -1 for short.
    """

    symbol: tuple[str, ...]
    reason: tuple[str, ...]
    side: Ints
    entry_time: Ints
    exit_time: Ints
    entry_price: Floats
    exit_price: Floats
    quantity: Floats
    fees: Floats
    pnl: Floats
    pnl_percent: Floats

    def __len__(self) -> int:
        return len(self.pnl)

    @property
    def won(self) -> Bools:
        """Which trades made money."""
        return np.asarray(self.pnl > 0)

    def of(self, symbol: str) -> Bools:
        """Which trades are of this symbol."""
        return np.array([one == symbol for one in self.symbol], dtype=np.bool_)


def ledger_of(result: BacktestResult) -> Ledger:
    """The columns of a result's trades."""
    return ledger_from(result.in_exit_order())


def ledger_from(trades: Sequence[ClosedTrade]) -> Ledger:
    """The columns of trades that stand in the order of their exits."""
    return Ledger(
        symbol=tuple(symbol_of(trade.key) for trade in trades),
        reason=tuple(str(trade.exit_reason) for trade in trades),
        side=np.array([int(trade.direction) for trade in trades], dtype=np.int64),
        entry_time=np.array([trade.entry_time for trade in trades], dtype=np.int64),
        exit_time=np.array([trade.exit_time for trade in trades], dtype=np.int64),
        entry_price=_floats([trade.entry_price for trade in trades]),
        exit_price=_floats([trade.exit_price for trade in trades]),
        quantity=_floats([trade.quantity for trade in trades]),
        fees=_floats([trade.fees for trade in trades]),
        pnl=_floats([trade.pnl for trade in trades]),
        pnl_percent=_floats([trade.pnl_percent for trade in trades]),
    )


def _floats(values: Sequence[object]) -> Floats:
    return np.array([float(value) for value in values], dtype=np.float64)  # type: ignore[arg-type]
