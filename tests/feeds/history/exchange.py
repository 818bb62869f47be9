"""Three exchanges on 127.0.0.1 that speak the public REST of the real ones, faults on schedule.

Written from the exchanges' documentation: what they answer, how they page, what they allow.
"""

from __future__ import annotations

import asyncio
import threading
import time
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.feeds.history import troubles, upbit
from tests.feeds.history.truth import NOW, Market
from trader.domain.time import DAY, HOUR, MINUTE, Millis

_INTERVALS = {"m": MINUTE, "h": HOUR, "d": DAY}
_WEIGHTS = ((99, 1), (499, 2), (1_000, 5), (1_500, 10))  # futures: by limit
Handler = Any


@dataclass
class Asked:
    """One request as it arrived."""

    venue: str
    path: str
    query: dict[str, str]
    at: float


@dataclass
class Exchange:
    """All three venues. `schedule[n]` is what goes wrong at the nth question about history."""

    markets: list[Market]
    schedule: dict[int, str] = field(default_factory=dict)
    at_markets: list[str] = field(default_factory=list)
    retry_after: str | None = "1"
    delay: float = 0.0
    slow: float = 30.0
    asked: list[Asked] = field(default_factory=list)
    fired: Counter[str] = field(default_factory=Counter)
    address: str = ""

    @property
    def history(self) -> list[Asked]:
        """Questions about history, not about markets."""
        return [a for a in self.asked if not a.path.endswith(("exchangeInfo", "market/all"))]

    def market(self, venue: str, name: str) -> Market | None:
        """One market by its own name."""
        found = (m for m in self.markets if (m.venue, m.name) == (venue, name))
        return next(found, None)

    def busiest(self, venue: str, seconds: float) -> int:
        """The most questions of history in any stretch of so many seconds."""
        at = sorted(a.at for a in self.history if a.venue == venue)
        return max((sum(x <= y < x + seconds for y in at) for x in at), default=0)

    def weight_a_minute(self) -> float:
        """What the questions to futures weigh, as a rate over the time that they took."""
        asked = [a for a in self.history if a.venue == "futures"]
        weights = [_weight(int(a.query.get("limit", 500))) for a in asked]
        return 60 * sum(weights[1:]) / (asked[-1].at - asked[0].at)


def _weight(limit: int) -> int:
    return next(weight for most, weight in _WEIGHTS if limit <= most)


@contextmanager
def serving(exchange: Exchange) -> Iterator[Exchange]:
    """Serve in a thread of its own; `exchange.address` tells where."""
    loop, ready, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        runner = web.AppRunner(_application(exchange), shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        exchange.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        ready.set()
        await over.wait()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()  # answers that are still held back
        await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(20)
        yield exchange
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(20)
        loop.close()


def _application(exchange: Exchange) -> web.Application:
    app = web.Application()
    venues: dict[str, tuple[str, dict[str, Handler]]] = {
        "/v1": ("upbit", upbit.PATHS), "/api/v3": ("spot", _SPOT), "/fapi/v1": ("futures", _FAPI),
    }  # fmt: skip
    for prefix, (venue, paths) in venues.items():
        for path, answer in paths.items():
            app.router.add_get(prefix + path, _handler(exchange, venue, answer))
    return app


def _handler(exchange: Exchange, venue: str, answer: Handler) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        exchange.asked.append(Asked(venue, request.path, dict(request.query), time.monotonic()))
        fault = _due(exchange, request.path)
        if fault:
            exchange.fired[fault] += 1
        if exchange.delay:
            await asyncio.sleep(exchange.delay)
        if fault in troubles.FAULTS:
            spoilt: web.StreamResponse = await troubles.FAULTS[fault](exchange, request)
            return spoilt
        status, body = answer(exchange, venue, request)
        if fault == "empty":
            body = []
        response = web.json_response(body, status=status)
        return await troubles.cut(request, response) if fault == "cut" else response

    return handle


def _due(exchange: Exchange, path: str) -> str:
    if path.endswith(("exchangeInfo", "market/all")):
        return exchange.at_markets.pop(0) if exchange.at_markets else ""
    return exchange.schedule.get(len(exchange.history), "")


# ------------------------------------------------------------- Binance


def _binance_markets(exchange: Exchange, venue: str, _: web.Request) -> tuple[int, Any]:
    symbols = [_symbol(m) for m in exchange.markets if m.venue == venue]
    return 200, {"timezone": "UTC", "serverTime": NOW, "rateLimits": [], "symbols": symbols}


def _symbol(market: Market) -> dict[str, Any]:
    base, quote = market.name[:-4], market.name[-4:]
    shared: dict[str, Any] = {
        "symbol": market.name, "status": "TRADING", "baseAsset": base, "quoteAsset": quote,
        "baseAssetPrecision": 8, "quotePrecision": 8, "orderTypes": ["LIMIT", "MARKET"],
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000.00",
             "tickSize": "0.01"},
            {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000.0",
             "stepSize": "0.00001"},
        ],
    }  # fmt: skip
    if market.venue == "spot":
        return shared | {
            "quoteAssetPrecision": 8, "isSpotTradingAllowed": True, "isMarginTradingAllowed": False,
            "permissions": [], "permissionSets": [["SPOT"]],
        }  # fmt: skip
    return shared | {
        "pair": market.name, "contractType": "PERPETUAL", "deliveryDate": 4133404800000,
        "onboardDate": market.listed, "marginAsset": quote, "pricePrecision": 2,
        "quantityPrecision": 3, "underlyingType": "COIN",
    }  # fmt: skip


def _klines(exchange: Exchange, venue: str, request: web.Request) -> tuple[int, Any]:
    """Ascending from `startTime`, both ends inclusive; without it the newest ones."""
    market = exchange.market(venue, request.query["symbol"])
    if market is None:
        return 400, {"code": -1121, "msg": "Invalid symbol."}
    interval = request.query["interval"]
    step = int(interval[:-1]) * _INTERVALS[interval[-1]]
    most = 1_000 if venue == "spot" else 1_500
    mark = request.path.endswith("markPriceKlines")
    rows = market.candles(step)
    times = _picked(request.query, list(rows), most)
    return 200, [_kline(at, rows[at], step, mark=mark) for at in times]


def _picked(query: Any, times: list[Millis], most: int) -> list[Millis]:
    limit = min(most, int(query.get("limit", 500)))
    start = bisect_left(times, int(query.get("startTime", 0)))
    end = bisect_right(times, int(query.get("endTime", 10**15)))
    return times[start:end][:limit] if "startTime" in query else times[start:end][-limit:]


def _kline(at: Millis, row: list[float], step: Millis, *, mark: bool) -> list[Any]:
    o, high, low, c, volume, turnover = (f"{x:.8f}" for x in row)
    if mark:
        volume = turnover = "0"
    return [at, o, high, low, c, volume, at + step - 1, turnover, 7, "0", "0", "0"]


def _funding(exchange: Exchange, venue: str, request: web.Request) -> tuple[int, Any]:
    market = exchange.market(venue, request.query["symbol"])
    assert market is not None
    rates = market.settlements()
    return 200, [
        {"symbol": market.name, "fundingTime": at, "fundingRate": f"{rates[at]:.8f}",
         "markPrice": "1000.0"}
        for at in _picked(request.query, list(rates), 1_000)
    ]  # fmt: skip


def _agg_trades(exchange: Exchange, venue: str, request: web.Request) -> tuple[int, Any]:
    """Of one hour at most when both ends are named."""
    market = exchange.market(venue, request.query["symbol"])
    assert market is not None
    start, end = int(request.query["startTime"]), int(request.query["endTime"])
    if end - start > HOUR:
        return 400, {"code": -1127, "msg": "More than 1 hours between startTime and endTime."}
    found = [t for t in market.trades() if start <= t[0] <= end]
    return 200, [
        {"a": number, "p": f"{price}", "q": f"{quantity}", "f": 1, "l": 1, "T": at, "m": side < 0}
        for at, number, price, quantity, side in found[: int(request.query.get("limit", 500))]
    ]


def _depth(_: Exchange, venue: str, __: web.Request) -> tuple[int, Any]:
    bids = [[f"{1_000 - n}", f"{2.5 + n}"] for n in range(100)]
    asks = [[f"{1_001 + n}", f"{1.5 + n}"] for n in range(100)]
    times = {"E": NOW - 4, "T": NOW - 5} if venue == "futures" else {}
    return 200, {"lastUpdateId": 1, "bids": bids, "asks": asks, **times}


_SPOT = {
    "/exchangeInfo": _binance_markets, "/klines": _klines, "/aggTrades": _agg_trades,
    "/depth": _depth,
}  # fmt: skip
_FAPI = _SPOT | {"/markPriceKlines": _klines, "/fundingRate": _funding}
