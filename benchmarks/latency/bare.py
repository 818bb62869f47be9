"""`python -m benchmarks.latency.bare FOLDER`: ccxt.pro alone, from a price to `create_order`.

The reference: nothing is journalled, judged, protected or counted; a price one per cent above where
the market began is bought at once.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

from benchmarks.latency.stopwatch import Stopwatch
from trader.venues.real.addresses import WIRINGS, Addresses, urls_of

LEVEL = 1.01


class Bare:
    """One venue. `told`: name, address, keys, symbols, price, money of an order."""

    def __init__(self, told: dict[str, Any]) -> None:
        import ccxt.pro as ccxt

        wiring = WIRINGS[told["venue"]]
        self._told, self._done = told, set[str]()
        self._contract = wiring.contract
        self._tasks: set[asyncio.Task[Any]] = set()
        settings = {
            "apiKey": told["key"], "secret": told["secret"], "enableRateLimit": False,
            "options": dict(wiring.options), **urls_of(wiring, Addresses(told["url"], "")),
        }  # fmt: skip
        self.exchange = getattr(ccxt, wiring.ccxt)(settings)

    async def run(self) -> None:
        """Watch and buy for ever."""
        symbols = [symbol + self._contract for symbol in self._told["symbols"]]
        await self.exchange.load_markets()
        while True:
            if self._told["venue"] == "upbit":
                tickers = await self.exchange.watch_tickers(symbols)
                seen = [(ticker["symbol"], ticker["last"]) for ticker in tickers.values()]
            else:
                words = {"name": "aggTrade"}
                trades = await self.exchange.watch_trades_for_symbols(symbols, None, None, words)
                seen = [(trade["symbol"], trade["price"]) for trade in trades]
            for symbol, price in seen:
                if price >= self._told["price"] * LEVEL and symbol not in self._done:
                    self._buy(symbol, price)

    def _buy(self, symbol: str, price: float) -> None:
        self._done.add(symbol)
        money = float(self._told["amount"])
        if self._told["venue"] == "upbit":
            order = self.exchange.create_market_buy_order_with_cost(symbol, money)
        else:
            order = self.exchange.create_order(symbol, "market", "buy", money / price)
        task = asyncio.ensure_future(order)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def traded(venues: list[dict[str, Any]], watch: Stopwatch) -> None:
    """All venues at once, until a signal."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    made = [Bare(told) for told in venues]
    tasks = [asyncio.create_task(bare.run()) for bare in made]
    tasks.append(asyncio.create_task(watch.run()))
    await ended.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for bare in made:
        await bare.exchange.close()


def main(folder: Path) -> None:
    """What was measured is in `measured.json` afterwards."""
    watch = Stopwatch()
    watch.start()
    venues = json.loads((folder / "venues.json").read_text())
    asyncio.run(traded(venues, watch))
    watch.write(folder / "measured.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
