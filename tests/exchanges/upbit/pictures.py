"""A market as Upbit shows it: listing, ticker, order book, single trades."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from tests.exchanges.core.market import MINUTE, Bar, Market, Print
from tests.exchanges.upbit.candles import DAY
from tests.exchanges.upbit.words import kst, text, utc

CAUTIONS = (
    "PRICE_FLUCTUATIONS", "TRADING_VOLUME_SOARING", "DEPOSIT_AMOUNT_SOARING",
    "GLOBAL_PRICE_DIFFERENCES", "CONCENTRATION_OF_SMALL_ACCOUNTS",
)  # fmt: skip


def listing(market: Market, *, detailed: bool) -> dict[str, Any]:
    """One line of the list. `market.extra`: `warning` (bool), `cautions` (names)."""
    line: dict[str, Any] = {
        "market": market.symbol, "korean_name": market.extra.get("korean_name", market.base),
        "english_name": market.extra.get("english_name", market.base),
    }  # fmt: skip
    if detailed:
        cautions = market.extra.get("cautions", ())
        line["market_event"] = {
            "warning": bool(market.extra.get("warning", False)),
            "caution": {name: name in cautions for name in CAUTIONS},
        }
    return line


def ticker(market: Market, now: int) -> dict[str, Any]:
    """The ticker over REST; `market.extra["turnover_24h"]` stands in for a day of trades."""
    last = market.prints[-1] if market.prints else None
    at = last.at if last else now
    figures = _figures(market, now)
    return {
        "market": market.symbol,
        "trade_date": utc(at)[:10].replace("-", ""), "trade_time": utc(at)[11:].replace(":", ""),
        "trade_date_kst": kst(at)[:10].replace("-", ""),
        "trade_time_kst": kst(at)[11:].replace(":", ""),
        "trade_timestamp": at, "trade_volume": float(last.quantity) if last else 0.0,
        **figures, "timestamp": now,
    }  # fmt: skip


def _figures(market: Market, now: int) -> dict[str, Any]:
    """Prices and sums of today (from 0:00 UTC), of 24 hours and of 52 weeks."""
    start = now // DAY * DAY
    today, day = _whole(market, start, now), _whole(market, now - DAY, now)
    earlier = market.newest(DAY, start, 1)
    closed = earlier[0][1].close if earlier else today.open
    change = market.price - closed
    turnover = market.extra.get("turnover_24h", day.turnover)
    return {
        "opening_price": float(today.open), "high_price": float(today.high),
        "low_price": float(today.low), "trade_price": float(market.price),
        "prev_closing_price": float(closed), **changes(float(change), float(closed)),
        "acc_trade_price": float(today.turnover), "acc_trade_price_24h": float(turnover),
        "acc_trade_volume": float(today.volume), "acc_trade_volume_24h": float(day.volume),
        "highest_52_week_price": float(max(today.high, day.high)),
        "highest_52_week_date": utc(now)[:10],
        "lowest_52_week_price": float(min(today.low, day.low)),
        "lowest_52_week_date": utc(now)[:10],
    }  # fmt: skip


def changes(change: float, closed: float) -> dict[str, Any]:
    """Against yesterday's close: direction, size, rate, both with and without sign."""
    direction = "RISE" if change > 0 else "FALL" if change < 0 else "EVEN"
    return {
        "change": direction, "change_price": abs(change), "change_rate": abs(change) / closed,
        "signed_change_price": change, "signed_change_rate": change / closed,
    }  # fmt: skip


def _whole(market: Market, since: int, until: int) -> Bar:
    """All minutes in [since, until] as one bar; without trades a flat one at the price."""
    price, nothing = market.price, market.price * 0
    bars = market.bars(MINUTE, since // MINUTE * MINUTE, until + 1)
    if not bars:
        return Bar(price, price, price, price, nothing, nothing)
    whole = bars[0][1]
    for _, bar in bars[1:]:
        whole = whole.joined(bar)
    return whole


def book(market: Market, now: int, count: int) -> dict[str, Any]:
    """Both sides, best first; a side that is shorter has zeros."""
    bids, asks = market.bids[:count], market.asks[:count]
    units = [
        {"ask_price": float(ask[0]), "bid_price": float(bid[0]), "ask_size": float(ask[1]),
         "bid_size": float(bid[1])}
        for ask, bid in zip_longest(asks, bids, fillvalue=(0, 0))
    ]  # fmt: skip
    return {
        "market": market.symbol, "timestamp": now,
        "total_ask_size": float(sum(size for _, size in asks)),
        "total_bid_size": float(sum(size for _, size in bids)),
        "orderbook_units": units, "level": 0,
    }  # fmt: skip


def instrument(market: Market) -> dict[str, Any]:
    """The price step in force."""
    tick_size = market.tick_at(market.price) if market.tick_at else market.tick
    return {
        "market": market.symbol, "quote_currency": market.quote, "tick_size": text(tick_size),
        "supported_levels": ["0"],
    }  # fmt: skip


def tick(market: Market, printed: Print) -> dict[str, Any]:
    """One public trade over REST."""
    closed = float(market.prints[0].price)
    return {
        "market": market.symbol, "trade_date_utc": utc(printed.at)[:10],
        "trade_time_utc": utc(printed.at)[11:], "timestamp": printed.at,
        "trade_price": float(printed.price), "trade_volume": float(printed.quantity),
        "prev_closing_price": closed, "change_price": float(printed.price) - closed,
        "ask_bid": ask_bid(printed.side), "sequential_id": sequential(printed),
    }  # fmt: skip


def ask_bid(side: str) -> str:
    """`BID` when the taker bought."""
    return "BID" if side == "buy" else "ASK"


def sequential(printed: Print) -> int:
    """The trade's number, which grows with time."""
    return printed.at * 10_000 + printed.number % 10_000
