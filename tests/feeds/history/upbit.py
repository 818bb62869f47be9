"""Upbit's public REST as its documentation has it."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.feeds.history.truth import NOW, Market
from trader.domain.time import DAY, HOUR, MINUTE, SECOND, Millis

if TYPE_CHECKING:
    from tests.feeds.history.exchange import Exchange


def _upbit_markets(exchange: Exchange, venue: str, _: web.Request) -> tuple[int, Any]:
    return 200, [
        {"market": m.name, "korean_name": "코인", "english_name": m.name[4:]}
        for m in exchange.markets if m.venue == venue
    ]  # fmt: skip


def _upbit_candles(exchange: Exchange, venue: str, request: web.Request) -> tuple[int, Any]:
    """The newest `count` before `to` (exclusive), newest first; none where nothing was traded."""
    unit = request.match_info.get("unit")
    step = int(unit) * MINUTE if unit else DAY
    market = exchange.market(venue, request.query["market"])
    if market is None or (unit and int(unit) not in (1, 3, 5, 10, 15, 30, 60, 240)):
        return 404, {"error": {"name": 404, "message": "Code not found"}}
    count = int(request.query.get("count", 1))
    if count > 200:
        return 400, {"error": {"name": "too_many_candle", "message": "200"}}
    to = _moment(request.query["to"]) if "to" in request.query else market.now + 1
    rows = market.candles(step)
    times = list(rows)
    before = times[: bisect_left(times, to)][-count:]
    return 200, [_upbit_candle(market, at, rows[at], step) for at in reversed(before)]


def _upbit_candle(market: Market, at: Millis, row: list[float], step: Millis) -> dict[str, Any]:
    o, high, low, c, volume, turnover = row
    return {
        "market": market.name, "candle_date_time_utc": _iso(at),
        "candle_date_time_kst": _iso(at + 9 * HOUR), "opening_price": o, "high_price": high,
        "low_price": low, "trade_price": c, "timestamp": min(at + step - 321, market.now),
        "candle_acc_trade_price": turnover, "candle_acc_trade_volume": volume,
        "unit": step // MINUTE,
    }  # fmt: skip


def _upbit_trades(exchange: Exchange, venue: str, request: web.Request) -> tuple[int, Any]:
    """Trades of one UTC day before `to` (HH:mm:ss), newest first."""
    market = exchange.market(venue, request.query["market"])
    assert market is not None
    day = market.now // DAY * DAY - int(request.query.get("daysAgo", 0)) * DAY
    clock = request.query.get("to", "")
    seconds = sum(int(x) * f for x, f in zip(clock.split(":"), (3_600, 60, 1), strict=True)) \
        if clock else DAY // SECOND  # fmt: skip
    end = day + seconds * SECOND
    found = [t for t in reversed(market.trades()) if day <= t[0] < end]
    return 200, [
        {"market": market.name, "trade_date_utc": _iso(at)[:10], "trade_time_utc": _iso(at)[11:],
         "timestamp": at, "trade_price": price, "trade_volume": quantity,
         "prev_closing_price": 1_000.0, "change_price": 0.0,
         "ask_bid": "ASK" if side < 0 else "BID", "sequential_id": number}
        for at, number, price, quantity, side in found[: int(request.query.get("count", 1))]
    ]  # fmt: skip


def _upbit_book(exchange: Exchange, venue: str, request: web.Request) -> tuple[int, Any]:
    units = [{"ask_price": 1_001.0 + n, "bid_price": 1_000.0 - n, "ask_size": 1.5 + n,
              "bid_size": 2.5 + n} for n in range(30)]  # fmt: skip
    return 200, [{"market": request.query["markets"], "timestamp": NOW - 5, "total_ask_size": 1.0,
                  "total_bid_size": 1.0, "orderbook_units": units, "level": 0}]  # fmt: skip


def _iso(at: Millis) -> str:
    return datetime.fromtimestamp(at // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _moment(text: str) -> Millis:
    at = datetime.fromisoformat(text)
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1_000)


PATHS = {
    "/market/all": _upbit_markets, "/candles/minutes/{unit}": _upbit_candles,
    "/candles/days": _upbit_candles, "/trades/ticks": _upbit_trades, "/orderbook": _upbit_book,
}  # fmt: skip
