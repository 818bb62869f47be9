"""Closed trades as the kernel wrote them: columns at once, `ClosedTrade` values when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from trader.domain.money import amount, exact
from trader.domain.position import ClosedTrade, Direction, ExitReason
from trader.rules import exits

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

HUNDRED = Decimal(100)


class TradeTable(Sequence[ClosedTrade]):
    """Trades in the order in which they were closed. Money in the quote currency.

    Amounts are counted exactly again from lots and prices, so that they end in the same digit as
    the live engine's; a sum over the columns may differ from theirs in the last one.
    """

    def __init__(
        self, rows: Any, keys: Sequence[str], names: Sequence[str], step: Decimal, fee: float
    ) -> None:
        self.rows = rows
        self._keys = keys
        self._names = names
        self._step = step
        self._fee = exact(fee)

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> ClosedTrade: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[ClosedTrade]: ...

    def __getitem__(self, place: int | slice) -> ClosedTrade | Sequence[ClosedTrade]:
        return self._trades[place]

    @cached_property
    def in_exit_order(self) -> Ints:
        """Places of the trades by exit time, then symbol."""
        names = np.argsort(np.argsort([key.partition(":")[2] for key in self._keys], kind="stable"))
        order: Ints = np.lexsort(
            (self.rows.entry_time, names[self.rows.symbol], self.rows.exit_time)
        )
        return order

    def column(self, name: str) -> Any:
        """One column in exit order: entry exit leverage fees funding pnl lots d entry_time ..."""
        return self.rows[name][self.in_exit_order]

    def values(self) -> Floats:
        """What each position cost to open, in exit order."""
        result: Floats = self.column("entry") * self.column("lots") * float(self._step)
        return result

    @cached_property
    def _trades(self) -> tuple[ClosedTrade, ...]:
        columns = [self.rows[name].tolist() for name in self.rows.dtype.names]
        named = (
            dict(zip(self.rows.dtype.names, row, strict=True)) for row in zip(*columns, strict=True)
        )
        return tuple(self._trade(place, row) for place, row in enumerate(named))

    def _trade(self, place: int, row: dict[str, Any]) -> ClosedTrade:
        quantity = row["lots"] * self._step
        entry, left = exact(row["entry"]), exact(row["exit"])
        cost, gained = amount(entry, quantity), amount(left, quantity)
        fees = quantity * entry * self._fee + quantity * left * self._fee
        funding = exact(row["funding"])
        pnl = row["d"] * (gained - cost) - fees - funding
        return ClosedTrade(
            id=f"fast-{place}",
            key=self._keys[row["symbol"]],
            strategy=self._names[row["who"]],
            direction=Direction(row["d"]),
            entry_time=row["entry_time"],
            entry_price=entry,
            quantity=quantity,
            exit_time=row["exit_time"],
            exit_price=gained / quantity,
            exit_reason=ExitReason(exits.REASONS[row["reason"]]),
            leverage=row["leverage"],
            fees=fees,
            funding=funding,
            pnl=pnl,
            pnl_percent=HUNDRED * pnl / cost,
            opened_at=row["entry_time"],
            closed_at=row["exit_time"],
        )
