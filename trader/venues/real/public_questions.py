"""Which public questions each exchange answers, as a table: words, urgency, and who reads it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from trader.domain.candles import Candle
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT, MarketRules
from trader.domain.quotation import Tick
from trader.domain.time import DAY, HOUR, MINUTE, Millis
from trader.venues.real import quoting
from trader.venues.real.budget import Urgency

if TYPE_CHECKING:
    from ccxt.pro import Exchange

Keys = Mapping[str, str]  # market as the exchange writes it -> instrument's key
_BINANCE_LENGTHS = (
    *(n * MINUTE for n in (1, 3, 5, 15, 30)),
    *(n * HOUR for n in (1, 2, 4, 6, 8, 12)),
    DAY,
)
_UPBIT_LENGTHS = (*(n * MINUTE for n in (1, 3, 5, 10, 15, 30, 60, 240)), DAY)


class Question(NamedTuple):
    """`method` is ccxt's."""

    method: str
    words: Mapping[str, object]
    urgency: Urgency = Urgency.LOOK


@dataclass(frozen=True, slots=True)
class Marks:
    """Mark prices of contracts, by REST and on the stream."""

    ask: Callable[[Sequence[str]], Question]
    read: Callable[[Any, Keys], Tick | None]
    watch: Callable[[Exchange, list[str]], Awaitable[Any]]
    heard: Callable[[Any, Keys], Tick | None]


@dataclass(frozen=True, slots=True)
class Questions:
    """One exchange's public data.

    `page`: most candles of one answer. `listing`: what ccxt adds when it asks for the markets.
    `turnovers`: 24 h of all markets, with the names of market and turnover in each row;
    `prices_tell_turnover`: so does the question for prices. `ticks`: of some markets; None: the
    list of markets tells them. `batch`: most markets that are subscribed to at once. `funding`
    empty: nothing is settled there. `prices_else`: other questions for prices, where the first is
    refused. `marks`: mark prices; None where there are no contracts.
    """

    quote: str
    lengths: tuple[Millis, ...]
    page: int
    rules: Callable[[Any, MarketRules], MarketRules]
    turnovers: tuple[Question, str, str]
    prices: Callable[[Sequence[str]], Question]
    tick: Callable[[Any, Keys], Tick | None]
    candles: Callable[[str, Millis, Millis, int], Question]
    read_candles: Callable[[Any, str], list[Candle]]
    watch: Callable[[Exchange, list[str]], Awaitable[Any]]
    heard: Callable[[Any, Keys], Tick | None]
    batch: int = 200
    funding: str = ""
    ticks: Callable[[Sequence[str]], Question] | None = None
    listing: Mapping[str, object] = field(default_factory=dict)
    prices_else: tuple[Callable[[Sequence[str]], Question], ...] = ()
    prices_tell_turnover: bool = False
    marks: Marks | None = None


def _upbit_prices(markets: Sequence[str]) -> Question:
    return Question("publicGetTicker", {"markets": ",".join(markets)}, Urgency.TRADE)


def _upbit_ticks(markets: Sequence[str]) -> Question:
    return Question("publicGetOrderbookInstruments", {"markets": ",".join(markets)})


def _spot_prices(markets: Sequence[str]) -> Question:
    words = json.dumps(list(markets), separators=(",", ":"))
    return Question("publicGetTickerPrice", {"symbols": words}, Urgency.TRADE)


def _futures_prices(markets: Sequence[str]) -> Question:
    words = {"symbol": markets[0]} if len(markets) == 1 else {}
    return Question("fapiPublicGetTickerPrice", words, Urgency.TRADE)


def _futures_marks(markets: Sequence[str]) -> Question:
    words = {"symbol": markets[0]} if len(markets) == 1 else {}
    return Question("fapiPublicGetPremiumIndex", words)


def _each_day(method: str) -> Callable[[Sequence[str]], Question]:
    """The day's ticker, which tells the last price too."""

    def asked(markets: Sequence[str]) -> Question:
        if len(markets) == 1:
            return Question(method, {"symbol": markets[0]}, Urgency.TRADE)
        return Question(method, {}, Urgency.TRADE)

    return asked


def _upbit_candles(market: str, length: Millis, until: Millis, rows: int) -> Question:
    end = datetime.fromtimestamp(until // 1_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    words: dict[str, object] = {"market": market, "count": rows, "to": end}
    if length >= DAY:
        return Question("publicGetCandlesDays", words)
    words["unit"] = length // MINUTE
    return Question("publicGetCandlesMinutesUnit", words)


def _klines(method: str) -> Callable[[str, Millis, Millis, int], Question]:
    def asked(market: str, length: Millis, until: Millis, rows: int) -> Question:
        unit = {DAY: "d", HOUR: "h", MINUTE: "m"}
        size = next(size for size in unit if length % size == 0)
        words = {"interval": f"{length // size}{unit[size]}", "endTime": until - 1, "limit": rows}
        return Question(method, {"symbol": market, **words})

    return asked


async def _watch_tickers(exchange: Exchange, symbols: list[str]) -> None:
    await exchange.watch_tickers(symbols)


async def _watch_trades(exchange: Exchange, symbols: list[str]) -> None:
    await exchange.watch_trades_for_symbols(symbols, None, None, {"name": "aggTrade"})


async def _watch_marks(exchange: Exchange, symbols: list[str]) -> None:
    await exchange.watch_mark_prices(symbols, {"use1sFreq": True})


QUESTIONS: Mapping[str, Questions] = {
    UPBIT: Questions(
        quote="KRW",
        lengths=_UPBIT_LENGTHS,
        page=200,
        rules=quoting.upbit_rules,
        turnovers=(
            Question("publicGetTickerAll", {"quote_currencies": "KRW"}),
            "market", "acc_trade_price_24h",
        ),
        prices=_upbit_prices,
        tick=quoting.upbit_tick,
        candles=_upbit_candles,
        read_candles=quoting.upbit_candles,
        watch=_watch_tickers,  # one message a trade, and the state of now at once
        heard=quoting.upbit_message,
        listing={"is_details": "true", "isDetails": "true"},  # its name now, and until 2024
        ticks=_upbit_ticks,
        prices_tell_turnover=True,
    ),
    BINANCE_SPOT: Questions(
        quote="USDT",
        lengths=_BINANCE_LENGTHS,
        page=1_000,
        rules=quoting.binance_rules,
        turnovers=(Question("publicGetTicker24hr", {}), "symbol", "quoteVolume"),
        prices=_spot_prices,
        tick=quoting.binance_price,
        candles=_klines("publicGetKlines"),
        read_candles=quoting.binance_candles,
        watch=_watch_trades,
        heard=quoting.binance_message,
        prices_else=(_each_day("publicGetTicker24hr"),),
    ),
    BINANCE_FUTURES: Questions(
        quote="USDT",
        lengths=_BINANCE_LENGTHS,
        page=499,  # 499 candles weigh 2, 1500 weigh 10
        rules=quoting.binance_rules,
        turnovers=(Question("fapiPublicGetTicker24hr", {}), "symbol", "quoteVolume"),
        prices=_futures_prices,
        tick=quoting.binance_price,
        candles=_klines("fapiPublicGetKlines"),
        read_candles=quoting.binance_candles,
        watch=_watch_trades,
        heard=quoting.binance_message,
        funding="fapiPublicGetFundingRate",
        marks=Marks(_futures_marks, quoting.binance_mark, _watch_marks, quoting.mark_message),
        prices_else=(_each_day("fapiPublicGetTicker24hr"),),
    ),
}  # fmt: skip
