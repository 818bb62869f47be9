"""One market: the price that the test moves, a book with depth, public trades and their bars."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from functools import reduce
from itertools import groupby
from typing import Any

MINUTE = 60_000
Level = tuple[Decimal, Decimal]  # price, quantity


@dataclass(frozen=True)
class Print:
    """A public trade. `side`: the taker's, `buy` or `sell`."""

    number: int
    price: Decimal
    quantity: Decimal
    side: str
    at: int


@dataclass(frozen=True)
class Bar:
    """Open, high, low, close, volume in base currency, turnover in quote currency."""

    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    turnover: Decimal

    def joined(self, later: Bar) -> Bar:
        """This bar and the one after it as one."""
        return Bar(
            self.open, max(self.high, later.high), min(self.low, later.low), later.close,
            self.volume + later.volume, self.turnover + later.turnover,
        )  # fmt: skip


@dataclass
class Market:
    """`tick`: least price step of the book that is drawn around the price, or a function of the
    price (`tick_at`); `step`: least quantity.

    `depth_value`: quote currency at each of `levels` price levels. `liquidity`: base currency that
    can still be traded against us in all, None: as much as the book has. `extra`: words of one
    exchange (warnings, filters).
    """

    symbol: str
    base: str
    quote: str
    price: Decimal
    tick: Decimal = Decimal(1)
    tick_at: Callable[[Decimal], Decimal] | None = None
    step: Decimal = Decimal("1e-8")
    depth_value: Decimal = Decimal(100_000_000)
    levels: int = 15
    liquidity: Decimal | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    bids: list[Level] = field(default_factory=list)
    asks: list[Level] = field(default_factory=list)
    prints: list[Print] = field(default_factory=list)
    minutes: dict[int, Bar] = field(default_factory=dict)
    _times: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.draw()

    def draw(self) -> None:
        """A fresh book: the best bid at the price, the best ask one tick above."""
        size = self.floored(self.depth_value / self.price)
        tick = self.tick_at(self.price) if self.tick_at else self.tick
        prices = [self.price - n * tick for n in range(self.levels)]
        self.bids = [(price, size) for price in prices if price > 0]
        self.asks = [(self.price + (n + 1) * tick, size) for n in range(self.levels)]

    def floored(self, quantity: Decimal) -> Decimal:
        """Down to whole steps."""
        return (quantity / self.step).to_integral_value(ROUND_DOWN) * self.step

    def against(self, side: str) -> list[Level]:
        """The side of the book that an order of `side` takes from, best first."""
        return self.asks if side == "buy" else self.bids

    def take(self, side: str, quantity: Decimal) -> None:
        """So much of the best opposite level is gone, and of the liquidity."""
        levels = self.against(side)
        price, size = levels[0]
        levels[:1] = [(price, size - quantity)] if size > quantity else []
        self.use(quantity)

    def use(self, quantity: Decimal) -> None:
        """So much of the liquidity is gone."""
        if self.liquidity is not None:
            self.liquidity -= quantity

    def within(self, quantity: Decimal) -> Decimal:
        """No more than the liquidity left."""
        return quantity if self.liquidity is None else min(quantity, self.liquidity)

    def record(self, printed: Print) -> None:
        """A public trade, into the list and into its minute."""
        self.prints.append(printed)
        price, start = printed.price, printed.at // MINUTE * MINUTE
        turnover = price * printed.quantity
        self.put_bar(start, Bar(price, price, price, price, printed.quantity, turnover))

    def put_bar(self, start: int, bar: Bar) -> None:
        """Join a bar to the minute that begins at `start`, ms."""
        if start not in self.minutes:
            insort(self._times, start)
        known = self.minutes.get(start)
        self.minutes[start] = known.joined(bar) if known else bar

    def seed(self, bars: Iterable[tuple[int, Bar]]) -> None:
        """History of minutes from before the test began; minutes without trades are left out."""
        for start, bar in bars:
            self.minutes[start] = bar
        self._times = sorted(self.minutes)

    def bars(self, step: int, since: int, until: int) -> list[tuple[int, Bar]]:
        """Bars of `step` ms that begin in [since, until), oldest first; only those with trades."""
        first, last = bisect_left(self._times, since), bisect_left(self._times, until)
        return list(self._joined(step, self._times[first:last]))

    def newest(self, step: int, before: int, count: int, shift: int = 0) -> list[tuple[int, Bar]]:
        """The last `count` bars that begin before `before`, ms, newest first.

        Bars begin at whole multiples of `step` after `shift` ms (a Monday, for weeks).
        """
        last = -(-(before - shift) // step) * step + shift  # where the newest bar ends
        end = at = bisect_left(self._times, last)
        starts = set[int]()
        while at and len(starts | {_start(self._times[at - 1], step, shift)}) <= count:
            at -= 1
            starts.add(_start(self._times[at], step, shift))
        return list(self._joined(step, self._times[at:end], shift))[::-1]

    def _joined(self, step: int, minutes: list[int], shift: int = 0) -> Iterator[tuple[int, Bar]]:
        for start, group in groupby(minutes, lambda minute: _start(minute, step, shift)):
            yield start, reduce(Bar.joined, (self.minutes[minute] for minute in group))


def _start(minute: int, step: int, shift: int) -> int:
    return (minute - shift) // step * step + shift
