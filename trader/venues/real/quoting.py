"""Public answers of the exchanges read into facts: nothing is guessed, what is odd is refused."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from trader.domain.candles import Candle
from trader.domain.errors import VenueUnavailable
from trader.domain.instrument import MarketRules
from trader.domain.quotation import FundingRate, Tick
from trader.domain.time import DAY, Millis

Json = Any
_FIRST, _LAST = 1_000_000_000_000, 100_000_000_000_000  # ms: September 2001, the year 5138
_DELISTED_WITHIN = 10_000 * DAY  # Binance writes the year 2100 where no end is planned


class OddAnswer(VenueUnavailable):
    """HTTP 200 with something that is no answer; asked again it may be one."""


def rows_of(answer: Json) -> list[Any]:
    """The answer as a list. Raises `OddAnswer`."""
    if not isinstance(answer, list):
        raise OddAnswer(f"{type(answer).__name__} came back where a list was due")
    return answer


def number(row: Json, place: str | int) -> float:
    """A finite number, whether sent as number or as text. Raises `OddAnswer`."""
    try:
        value = float(row[place])
    except (TypeError, ValueError, KeyError, IndexError):
        value = math.nan
    if not math.isfinite(value):
        raise OddAnswer(f"an answer without a readable '{place}' came back")
    return value


def price(row: Json, place: str | int) -> float:
    """A number above 0. Raises `OddAnswer`."""
    value = number(row, place)
    if value <= 0.0:
        raise OddAnswer(f"a '{place}' of {value:g} came back")
    return value


def moment(row: Json, place: str | int) -> Millis:
    """A time in ms. Raises `OddAnswer`."""
    at = int(number(row, place))
    if not _FIRST <= at < _LAST:
        raise OddAnswer(f"a '{place}' that is no time in milliseconds came back")
    return at


def name(row: Json, place: str) -> str:
    """A text that is not empty. Raises `OddAnswer`."""
    text = row.get(place) if isinstance(row, dict) else None
    if not isinstance(text, str) or not text:
        raise OddAnswer(f"an answer without '{place}' came back")
    return text


def by_name(answer: Json, place: str) -> dict[str, Any]:
    """Rows by the market that they are about. Raises `OddAnswer`."""
    return {name(row, place): row for row in rows_of(answer)}


# ------------------------------------------------------------ prices


def upbit_tick(row: Json, keys: Mapping[str, str]) -> Tick | None:
    """Of a ticker, by REST (`market`) or on the stream (`code`); None for a market of no interest.

    Raises `OddAnswer`.
    """
    market = row.get("code") or row.get("market") if isinstance(row, dict) else None
    key = keys.get(str(market))
    if key is None:
        return None
    stamp = "trade_timestamp" if "trade_timestamp" in row else "timestamp"
    return Tick(key, price(row, "trade_price"), moment(row, stamp))


def binance_price(row: Json, keys: Mapping[str, str]) -> Tick | None:
    """Of `ticker/price`: futures tell the time, spot does not; or of the day's ticker.

    Raises `OddAnswer`.
    """
    key = keys.get(name(row, "symbol"))
    if key is None:
        return None
    at = next((moment(row, stamp) for stamp in ("time", "closeTime") if stamp in row), 0)
    return Tick(key, price(row, "price" if "price" in row else "lastPrice"), at)


def binance_mark(row: Json, keys: Mapping[str, str]) -> Tick | None:
    """Of `premiumIndex`. Raises `OddAnswer`."""
    key = keys.get(name(row, "symbol"))
    return Tick(key, price(row, "markPrice"), moment(row, "time")) if key else None


def upbit_message(message: Json, keys: Mapping[str, str]) -> Tick | None:
    """Of the stream; None for what is no price. Raises `OddAnswer`."""
    is_ticker = isinstance(message, dict) and message.get("type") == "ticker"
    return upbit_tick(message, keys) if is_ticker else None


def binance_message(message: Json, keys: Mapping[str, str]) -> Tick | None:
    """Of the stream, bare or in its envelope; None for what is no trade. Raises `OddAnswer`."""
    if isinstance(message, dict):
        message = message.get("data", message)
    if not isinstance(message, dict) or message.get("e") not in ("trade", "aggTrade"):
        return None
    key = keys.get(name(message, "s"))
    return Tick(key, price(message, "p"), moment(message, "T")) if key else None


def mark_message(message: Json, keys: Mapping[str, str]) -> Tick | None:
    """Of the stream of mark prices; None for what is none. Raises `OddAnswer`."""
    if isinstance(message, dict):
        message = message.get("data", message)
    if not isinstance(message, dict) or message.get("e") != "markPriceUpdate":
        return None
    key = keys.get(name(message, "s"))
    return Tick(key, price(message, "p"), moment(message, "E")) if key else None


# ------------------------------------------------------------ candles, funding


def upbit_candles(answer: Json, key: str) -> list[Candle]:
    """Newest first on the wire. Raises `OddAnswer`."""
    names = ("opening_price", "high_price", "low_price", "trade_price")
    volumes = ("candle_acc_trade_volume", "candle_acc_trade_price")
    return [_candle(key, _start(row), row, names, volumes) for row in rows_of(answer)]


def binance_candles(answer: Json, key: str) -> list[Candle]:
    """Rows of `[open time, o, h, l, c, volume, close time, quote volume]`. Raises `OddAnswer`."""
    return [_candle(key, moment(row, 0), row, (1, 2, 3, 4), (5, 7)) for row in rows_of(answer)]


def funding_rates(answer: Json, key: str) -> tuple[FundingRate, ...]:
    """Ascending; the mark price is missing in old rows. Raises `OddAnswer`."""
    return tuple(
        FundingRate(key, number(row, "fundingRate"), _mark(row), moment(row, "fundingTime"))
        for row in rows_of(answer)
    )


def _mark(row: Json) -> float:
    return number(row, "markPrice") if row.get("markPrice") else 0.0


def _start(row: Json) -> Millis:
    try:
        start = datetime.fromisoformat(row["candle_date_time_utc"]).replace(tzinfo=UTC)
    except (TypeError, KeyError, ValueError):
        raise OddAnswer("a candle without a readable time came back") from None
    return round(start.timestamp() * 1_000)


def _candle(
    key: str,
    start: Millis,
    row: Json,
    prices: tuple[str | int, ...],
    volumes: tuple[str | int, ...],
) -> Candle:
    """One candle whose high and low hold its open and close. Raises `OddAnswer`."""
    first, high, low, last = (price(row, place) for place in prices)
    volume, turnover = (number(row, place) for place in volumes)
    if volume < 0.0 or turnover < 0.0:
        raise OddAnswer("a candle of negative volume came back")
    high, low = max(first, high, low, last), min(first, high, low, last)
    return Candle(key, start, first, high, low, last, volume, turnover)


# ------------------------------------------------------------ markets


def upbit_rules(info: Json, usual: MarketRules) -> MarketRules:
    """The minimum is the same for all, ticks are asked for elsewhere; told is whether the exchange
    warns."""
    event = info.get("market_event")
    warned = bool(event.get("warning")) if isinstance(event, dict) else False
    return _rules(usual, {"warned": warned or info.get("market_warning") == "CAUTION"})


def tick_sizes(answer: Json) -> dict[str, Decimal]:
    """Ticks in force by market, out of Upbit's `orderbook/instruments`. Raises `OddAnswer`."""
    found = {name(row, "market"): decimal_of(row, "tick_size") for row in rows_of(answer)}
    return {market: tick for market, tick in found.items() if tick is not None}


def binance_rules(info: Json, usual: MarketRules) -> MarketRules:
    """Steps, ticks and minimums of the market's own filters. Raises `OddAnswer`."""
    listed = [row for row in rows_of(info.get("filters")) if isinstance(row, dict)]
    filters = {row.get("filterType"): row for row in listed}
    lot, tick = filters.get("LOT_SIZE", {}), filters.get("PRICE_FILTER", {})
    cost = filters.get("NOTIONAL") or filters.get("MIN_NOTIONAL") or {}
    size = decimal_of(tick, "tickSize")
    told: dict[str, Any] = {
        "lot_step": decimal_of(lot, "stepSize"),
        "min_quantity": decimal_of(lot, "minQty"),
        "max_quantity": decimal_of(lot, "maxQty"),
        "min_cost": decimal_of(cost, "minNotional") or decimal_of(cost, "notional"),
        "ticks": ((Decimal(0), size),) if size else None,
    }
    return _rules(usual, {**told, "warned": _is_leaving(info)})


def _is_leaving(info: Json) -> bool:
    """Not trading now, or a contract whose end is set."""
    status = info.get("status", info.get("contractStatus"))
    ends, began = int(info.get("deliveryDate") or 0), int(info.get("onboardDate") or 0)
    return status != "TRADING" or bool(ends and ends - began < _DELISTED_WITHIN)


def _rules(usual: MarketRules, told: Mapping[str, Any]) -> MarketRules:
    """The usual rules with what the market itself tells."""
    return replace(usual, **{field: value for field, value in told.items() if value is not None})


def decimal_of(row: Json, place: str) -> Decimal | None:
    """An exact number above 0; None where the market does not limit it."""
    try:
        value = Decimal(str(row[place]))
    except (KeyError, InvalidOperation):
        return None
    return value if value.is_finite() and value > 0 else None
