"""Candles as Upbit cuts them: minutes, days from 9:00 in Korea, weeks from Monday."""

from __future__ import annotations

from typing import Any

from tests.exchanges.core.market import MINUTE, Bar, Market
from tests.exchanges.core.wire import Answer, Asked
from tests.exchanges.upbit.words import error, kst, moment, utc

DAY = 1_440 * MINUTE
WEEK = 7 * DAY
UNITS = (1, 3, 5, 10, 15, 30, 60, 240)
MOST = 200
_MONDAY = 4 * DAY  # the epoch was a Thursday


def candles(asked: Asked, market: Market, now: int) -> Answer:
    """The newest `count` that begin before `to` (exclusive); where nobody traded there is none."""
    unit = asked.params.get("unit", "1")
    count = int(asked.fields.get("count", 1))
    if not unit.isdigit() or int(unit) not in UNITS:
        return error(404, "Code not found", 404)
    if not 1 <= count <= MOST:
        return error(400, f"count must be between 1 and {MOST}", 400)
    before = moment(asked.fields["to"]) if asked.fields.get("to") else now + 1
    kind = asked.path.split("/")[3]
    step = {"minutes": int(unit) * MINUTE, "days": DAY, "weeks": WEEK}[kind]
    bars = market.newest(step, before, count, _MONDAY if kind == "weeks" else 0)
    dress = {"minutes": _minute, "days": _day, "weeks": _week}[kind]
    return Answer([dress(market, at, bar, step) | _shared(market, at, bar, now, step)
                   for at, bar in bars])  # fmt: skip


def _shared(market: Market, at: int, bar: Bar, now: int, step: int) -> dict[str, Any]:
    return {
        "market": market.symbol, "candle_date_time_utc": utc(at), "candle_date_time_kst": kst(at),
        "opening_price": float(bar.open), "high_price": float(bar.high),
        "low_price": float(bar.low), "trade_price": float(bar.close),
        "timestamp": min(at + step - 1, now), "candle_acc_trade_price": float(bar.turnover),
        "candle_acc_trade_volume": float(bar.volume),
    }  # fmt: skip


def _minute(_: Market, __: int, ___: Bar, step: int) -> dict[str, Any]:
    return {"unit": step // MINUTE}


def _day(market: Market, at: int, bar: Bar, _: int) -> dict[str, Any]:
    earlier = market.newest(DAY, at, 1)
    closed = earlier[0][1].close if earlier else bar.open
    change = bar.close - closed
    return {
        "prev_closing_price": float(closed), "change_price": float(change),
        "change_rate": float(change / closed),
    }  # fmt: skip


def _week(_: Market, at: int, __: Bar, ___: int) -> dict[str, Any]:
    return {"first_day_of_period": utc(at)[:10]}
