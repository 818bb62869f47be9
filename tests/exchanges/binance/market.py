"""Public market data, spot and futures: candles, tickers, books, trades."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from tests.exchanges.binance.errors import refused
from tests.exchanges.binance.parameters import Parameters
from tests.exchanges.core.accounts import ZERO
from tests.exchanges.core.market import Bar, Market, Print

MINUTE = 60_000
DAY = 1_440 * MINUTE
INTERVALS = {
    "1m": MINUTE, "3m": 3 * MINUTE, "5m": 5 * MINUTE, "15m": 15 * MINUTE, "30m": 30 * MINUTE,
    "1h": 60 * MINUTE, "2h": 120 * MINUTE, "4h": 240 * MINUTE, "6h": 360 * MINUTE,
    "8h": 480 * MINUTE, "12h": 720 * MINUTE, "1d": DAY,
}  # fmt: skip
Row = dict[str, object]
Candles = list[list[object]]


def text(value: Decimal) -> str:
    """A number as Binance writes it: at least eight places, never an exponent."""
    return f"{value:.8f}"


def step_of(interval: str) -> int:
    """Length of an interval in ms. Raises -1120."""
    if interval not in INTERVALS:
        raise refused(-1120)
    return INTERVALS[interval]


def bars(market: Market, step: int, since: int, until: int) -> list[tuple[int, Bar]]:
    """Bars that begin in [since, until), minutes without trades filled with the last price."""
    first = min(market.minutes, default=None)
    if first is None:
        return []
    begin = max(-(-since // step), first // step) * step
    known = dict(market.bars(step, begin, until + step))
    earlier = market.newest(step, begin, 1)
    last = earlier[0][1].close if earlier else ZERO
    filled: list[tuple[int, Bar]] = []
    for start in range(begin, until, step):
        bar = known.get(start) or Bar(last, last, last, last, ZERO, ZERO)
        last = bar.close
        filled.append((start, bar))
    return filled


def klines(market: Market, asked: Parameters, now: int, most: int = 1_000) -> Candles:
    """GET klines: the newest, the open one last; with `startTime` the first ones from there."""
    interval = asked.text("interval")
    step, limit = step_of(interval), min(asked.whole("limit") or 500, most)
    start, end = asked.whole("startTime"), asked.whole("endTime")
    asked.optional("timeZone")
    until = min(now, now if end is None else end) + 1
    if start is None:
        found = bars(market, step, until - 1 - limit * step, until)[-limit:]
    else:
        found = bars(market, step, start, min(until, start + (limit + 1) * step))[:limit]
    return [kline(step, at, bar) for at, bar in found]


def kline(step: int, start: int, bar: Bar) -> list[object]:
    """One row of klines."""
    return [
        start, text(bar.open), text(bar.high), text(bar.low), text(bar.close), text(bar.volume),
        start + step - 1, text(bar.turnover), int(bar.volume > 0), text(bar.volume / 2),
        text(bar.turnover / 2), "0",
    ]  # fmt: skip


def day(market: Market, now: int) -> Bar:
    """The last 24 hours as one bar; at the price, without volume, when nothing was traded."""
    found = [bar for _, bar in market.bars(MINUTE, now - DAY, now + 1)]
    if not found:
        return Bar(market.price, market.price, market.price, market.price, ZERO, ZERO)
    whole = found[0]
    for bar in found[1:]:
        whole = whole.joined(bar)
    return whole


def ticker(market: Market, now: int) -> Row:
    """GET ticker/24hr of one symbol."""
    bar = day(market, now)
    change = market.price - bar.open
    average = bar.turnover / bar.volume if bar.volume else market.price
    return {
        "symbol": market.symbol, "priceChange": text(change),
        "priceChangePercent": f"{100 * change / bar.open:.3f}",
        "weightedAvgPrice": text(average), "prevClosePrice": text(bar.open),
        "lastPrice": text(market.price), "lastQty": text(Decimal("0.01")),
        **_best(market), "openPrice": text(bar.open), "highPrice": text(bar.high),
        "lowPrice": text(bar.low), "volume": text(bar.volume), "quoteVolume": text(bar.turnover),
        "openTime": now - DAY, "closeTime": now, "firstId": 1, "lastId": len(market.prints),
        "count": len(market.prints),
    }  # fmt: skip


def _best(market: Market) -> Row:
    bid, ask = best(market)
    return {"bidPrice": text(bid[0]), "bidQty": text(bid[1]), "askPrice": text(ask[0]),
            "askQty": text(ask[1])}  # fmt: skip


def best(market: Market) -> tuple[tuple[Decimal, Decimal], tuple[Decimal, Decimal]]:
    """Best bid and best ask: price, quantity; noughts where a side is empty."""
    empty = (ZERO, ZERO)
    return (market.bids or [empty])[0], (market.asks or [empty])[0]


def price(market: Market, now: int) -> Row:
    """GET ticker/price of one symbol."""
    return {"symbol": market.symbol, "price": text(market.price), "time": now}


def book_ticker(market: Market, now: int) -> Row:
    """GET ticker/bookTicker of one symbol."""
    return {"symbol": market.symbol, **_best(market), "time": now}


def depth(market: Market, asked: Parameters, update: int) -> Row:
    """GET depth."""
    limit = asked.whole("limit") or 100
    return {"lastUpdateId": update, "bids": levels(market.bids[:limit]),
            "asks": levels(market.asks[:limit])}  # fmt: skip


def levels(side: Iterable[tuple[Decimal, Decimal]]) -> list[list[str]]:
    """Levels of a book: price and quantity as text."""
    return [[text(at), text(size)] for at, size in side]


def trades(market: Market, asked: Parameters) -> object:
    """GET trades: the newest `limit`, oldest first."""
    limit = min(asked.whole("limit") or 500, 1_000)
    return [_printed(p) for p in market.prints[-limit:]]


def _printed(printed: Print) -> Row:
    return {
        "id": printed.number, "price": text(printed.price), "qty": text(printed.quantity),
        "quoteQty": text(printed.price * printed.quantity), "time": printed.at,
        "isBuyerMaker": printed.side == "sell", "isBestMatch": True,
    }  # fmt: skip


def agg_trades(market: Market, asked: Parameters) -> object:
    """GET aggTrades: from an id or a time on, or the newest."""
    limit, first = min(asked.whole("limit") or 500, 1_000), asked.whole("fromId")
    start, end = asked.whole("startTime"), asked.whole("endTime")
    found = [
        p for p in market.prints
        if p.number >= (first or 0) and (start or 0) <= p.at and (end is None or p.at <= end)
    ]  # fmt: skip
    cut = found[-limit:] if first is None and start is None else found[:limit]
    return [aggregate(p) for p in cut]


def aggregate(printed: Print) -> Row:
    """One aggregated trade; every print is its own."""
    number = printed.number
    return {
        "a": number, "p": text(printed.price), "q": text(printed.quantity), "f": number,
        "l": number, "T": printed.at, "m": printed.side == "sell", "M": True,
    }  # fmt: skip
