"""A loopback Upbit with real minutes behind it, moved up to now, and a hand on its prices."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from tests.exchanges.core.market import MINUTE, Bar
from tests.exchanges.core.server import serving
from tests.exchanges.upbit.exchange import LoopbackUpbit

COINS = ("BTC", "ETH", "XRP")
ROWS = 4_000  # enough for a thousand minutes and fifty hours of history
EVERY = 0.2  # seconds between two trades of each market


class Market:
    """Every market trades around its price all the time, unless it is `still`."""

    def __init__(self, server: LoopbackUpbit, folder: Path) -> None:
        self.server = server
        self.still = False
        for coin in COINS:
            _seed(server, coin, folder / f"upbit__{coin}-KRW__1m.parquet")

    def price(self, coin: str) -> Decimal:
        """What it costs now."""
        return self.server.truth.markets[f"KRW-{coin}"].price

    def jump(self, coin: str, factor: float, quantity: int = 1) -> None:
        """The price of a coin is so many times what it was, in one trade of so many coins."""
        step = Decimal(1_000) if coin == "BTC" else Decimal(1)
        price = (self.price(coin) * Decimal(str(factor)) // step) * step
        self.server.truth.move(f"KRW-{coin}", price, Decimal(quantity))

    def trade(self, over: threading.Event) -> None:
        """Until it is over: a trade here and there, at the price."""
        while not over.wait(EVERY):
            for coin in COINS:
                if not self.still:
                    self.server.truth.move(f"KRW-{coin}", self.price(coin))


@contextmanager
def trading(folder: Path) -> Iterator[Market]:
    """An exchange that trades in the background."""
    server, over = LoopbackUpbit(), threading.Event()
    with serving(server):
        market = Market(server, folder)
        thread = threading.Thread(target=market.trade, args=(over,))
        thread.start()
        try:
            yield market
        finally:
            over.set()
            thread.join(10)


def _seed(server: LoopbackUpbit, coin: str, path: Path) -> None:
    """The newest recorded minutes, as if the last one ended with the minute before this one."""
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    rows = table.slice(len(table) - ROWS).to_pylist()
    start = int(time.time() * 1_000) // MINUTE * MINUTE - MINUTE
    shift = start - rows[-1]["timestamp"]
    market = server.truth.markets[f"KRW-{coin}"]
    market.seed((row["timestamp"] + shift, _bar(row)) for row in rows)
    market.price = Decimal(repr(rows[-1]["close"]))
    market.draw()


def _bar(row: dict[str, float]) -> Bar:
    names = ("open", "high", "low", "close", "volume")
    o, high, low, close, volume = (Decimal(repr(row[name])) for name in names)
    return Bar(o, high, low, close, volume, close * volume)
